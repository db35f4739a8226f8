//! Other servers that are told of what happens, and what they are told.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ponte_types::{ChannelId, DeliveryId, Line, TechnicianId, UnixMillis, WebhookId};
use serde::{Deserialize, Serialize};

use crate::{AuditEntry, HistoryKind, NewMail, StoreError};

/// What a manager sets up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSetup {
    pub name: Line<80>,
    /// `https://…`; `http://` only to addresses that the administrator allowed.
    pub url: Line<2000>,
    pub events: Vec<HistoryKind>,
    /// Of sessions in these channels; in all, where it is absent.
    #[serde(default)]
    pub channels: Option<BTreeSet<ChannelId>>,
    #[serde(default = "enabled")]
    pub enabled: bool,
}

fn enabled() -> bool {
    true
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    /// From 1; grows by one with every change.
    pub version: u64,
    pub setup: WebhookSetup,
    /// Which of its secrets is good.
    pub generation: u64,
    pub changed_by: TechnicianId,
    /// Tries in a row that failed.
    pub failures: u64,
    /// When the first of them was.
    pub failing_since: Option<UnixMillis>,
    /// The relay gave it up after too many.
    pub given_up_at: Option<UnixMillis>,
}

/// A webhook as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutWebhook {
    pub id: WebhookId,
    /// That was seen; 0 makes a new one.
    pub version: u64,
    pub setup: WebhookSetup,
    pub changed_by: TechnicianId,
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub event: String,
    /// JSON.
    pub body: String,
    pub at: UnixMillis,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not tried yet, or to be tried again.
    Waiting,
    Delivered,
    /// Tried as often as is worth while.
    Failed,
}

/// Something that is told, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub event: String,
    pub body: String,
    pub at: UnixMillis,
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: u64,
    pub next_at: Option<UnixMillis>,
    pub tried_at: Option<UnixMillis>,
    /// Of the last answer, HTTP.
    pub status: Option<u16>,
    pub failure: Option<String>,
}

/// The webhooks.
#[async_trait]
pub trait Webhooks {
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;
    /// Makes or changes one; a change makes good again what was given up, and what it was not told since it fails is to be
    /// told from `audit.at` on. `None`: somebody changed it meanwhile.
    async fn put_webhook(&self, put: &PutWebhook, audit: &AuditEntry) -> Result<Option<u64>, StoreError>;
    /// With its deliveries. False: somebody changed it meanwhile.
    async fn remove_webhook(
        &self,
        id: WebhookId,
        version: u64,
        audit: &AuditEntry,
    ) -> Result<bool, StoreError>;
    /// The next secret is good from now on; its generation, or `None` when there is no such webhook.
    async fn next_secret(&self, id: WebhookId, audit: &AuditEntry) -> Result<Option<u64>, StoreError>;
    async fn add_delivery(&self, new: &NewDelivery) -> Result<(), StoreError>;
    /// Those that may be tried now, of webhooks that are enabled and not given up, oldest first, at most `each` of each
    /// webhook.
    async fn due_deliveries(&self, now: UnixMillis, each: u64) -> Result<Vec<Delivery>, StoreError>;
    /// How many wait to be told to it.
    async fn waiting_deliveries(&self, webhook: WebhookId) -> Result<u64, StoreError>;
    /// When the next one may be tried.
    async fn next_delivery(&self) -> Result<Option<UnixMillis>, StoreError>;
    /// Counts a try, and keeps others from it until then. False when somebody else was faster.
    async fn claim_delivery(&self, delivery: &Delivery, until: UnixMillis) -> Result<bool, StoreError>;
    /// What became of a try: its state is `Waiting` with the next try, or final. How often the webhook failed in a row now,
    /// and since when.
    async fn delivery_tried(&self, tried: &Delivery) -> Result<(u64, Option<UnixMillis>), StoreError>;
    /// Nothing more is tried until somebody changes the webhook; whoever changed it last is told by mail.
    async fn give_up_webhook(
        &self,
        id: WebhookId,
        mail: Option<&NewMail>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;
    /// Newest first, older than `before`.
    async fn deliveries(
        &self,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: u64,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// As if it had not been tried. False when there is no such delivery.
    async fn send_again(
        &self,
        webhook: WebhookId,
        delivery: DeliveryId,
        now: UnixMillis,
    ) -> Result<bool, StoreError>;
    /// Forgets deliveries from before.
    async fn forget_deliveries(&self, before: UnixMillis) -> Result<(), StoreError>;
}
