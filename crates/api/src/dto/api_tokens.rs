//! Tokens by which programs use the interface.

use std::collections::BTreeSet;

use ponte_desk::permission::Permissions;
use ponte_types::{ApiTokenId, ChannelId, Line, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token, but for its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    /// Who made it, by name: it never may more than they may.
    pub by: String,
    pub permissions: Permissions,
    /// In these; in all, where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<BTreeSet<ChannelId>>,
    pub created_at: UnixMillis,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<UnixMillis>,
    /// To a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<UnixMillis>,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeApiToken {
    pub name: Line<80>,
    pub permissions: Permissions,
    /// In all, where it is absent.
    pub channels: Option<BTreeSet<ChannelId>>,
    pub expires_at: Option<UnixMillis>,
}

/// A token that was made. Its secret is told this once.
#[derive(Serialize, ToSchema)]
pub struct NewApiToken {
    pub id: ApiTokenId,
    pub token: String,
}

impl std::fmt::Debug for NewApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewApiToken").field("id", &self.id).finish_non_exhaustive()
    }
}
