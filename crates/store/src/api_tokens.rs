//! Tokens by which programs use the interface.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ponte_desk::permission::Permissions;
use ponte_types::{ApiTokenId, ChannelId, TechnicianId, UnixMillis};

use crate::{AuditEntry, StoreError, TokenHash};

/// A token, but for its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    /// Who made it: it never may more than they may.
    pub technician: TechnicianId,
    pub permissions: Permissions,
    /// In these; in all, where it is absent.
    pub channels: Option<BTreeSet<ChannelId>>,
    pub created_at: UnixMillis,
    pub expires_at: Option<UnixMillis>,
    pub used_at: Option<UnixMillis>,
    pub revoked_at: Option<UnixMillis>,
}

/// The tokens.
#[async_trait]
pub trait ApiTokens {
    async fn add_api_token(
        &self,
        token: &ApiToken,
        hash: TokenHash,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;
    /// All of them, the newest first; revoked ones, too.
    async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError>;
    /// The one with this secret.
    async fn api_token(&self, hash: TokenHash) -> Result<Option<ApiToken>, StoreError>;
    /// False when there is no such token, or it was revoked before.
    async fn revoke_api_token(&self, id: ApiTokenId, audit: &AuditEntry) -> Result<bool, StoreError>;
    async fn api_token_used(&self, id: ApiTokenId, now: UnixMillis) -> Result<(), StoreError>;
}
