//! Webhooks and what they are told.

use ponte_app::desk::{DeliveryState, WebhookSetup};
use ponte_types::{DeliveryId, UnixMillis, WebhookId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    pub id: WebhookId,
    pub version: u64,
    pub setup: WebhookSetup,
    /// Tries in a row that failed.
    pub failures: u64,
    /// The relay gave it up then, after too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up_at: Option<UnixMillis>,
}

/// One that was made. Its secret is told this once.
#[derive(Serialize, ToSchema)]
pub struct NewWebhook {
    pub id: WebhookId,
    pub version: u64,
    pub secret: String,
}

impl std::fmt::Debug for NewWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewWebhook").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A secret, told this once.
#[derive(Serialize, ToSchema)]
pub struct NewSecret {
    pub secret: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecret(…)")
    }
}

/// Another setup for the version that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeWebhook {
    pub version: u64,
    pub setup: WebhookSetup,
}

/// What a webhook is told, or was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    pub id: DeliveryId,
    pub event: String,
    /// As it is sent, JSON.
    pub body: String,
    pub at: UnixMillis,
    pub state: DeliveryState,
    pub tries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<UnixMillis>,
    /// Of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPage {
    pub deliveries: Vec<Delivery>,
}

/// Which delivery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverAgain {
    pub delivery: DeliveryId,
}

/// A delivery that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewDelivery {
    pub id: DeliveryId,
}
