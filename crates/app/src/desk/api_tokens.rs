//! Tokens by which programs use the interface (X4).
//!
//! A token acts as whoever made it, with a part of their permissions, in some channels or all: it may what both it and
//! they may, at the moment of asking. It is kept as a hash. A route answers tokens only where it says so.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ponte_desk::permission::{Permission, Permissions, Reach, Where};
use ponte_store::{Actor, ApiToken, AuditEntry, FamilyId};
use ponte_types::{ApiTokenId, ChannelId, ErrorCode, Line, Network, UnixMillis};

use super::{Caller, Desk, DeskError, accounts::invalid, keys::sha256, lock};

/// Every token begins so: a program that looks for leaked secrets knows it.
pub const PREFIX: &str = "ponte_";
/// Requests of one token in ten minutes.
pub(super) const REQUESTS: usize = 6_000;
/// Wrong tokens from one network in ten minutes.
pub(super) const WRONG: usize = 60;
/// That it was used is written down at most so often.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// The most living tokens of a desk.
const MOST: usize = 200;

/// What a token may, of what its maker may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenScope {
    pub id: ApiTokenId,
    pub permissions: Permissions,
    pub channels: Option<BTreeSet<ChannelId>>,
}

impl TokenScope {
    pub(super) fn allows(&self, permission: Permission, place: Where) -> bool {
        let here = match (&self.channels, place) {
            (None, _) => true,
            (Some(_), Where::Desk) => false,
            (Some(channels), Where::Channel(channel) | Where::Session { channel, .. }) => {
                channels.contains(&channel)
            }
        };
        here && self.permissions.contains(permission)
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    pub name: Line<80>,
    pub permissions: Permissions,
    pub channels: Option<BTreeSet<ChannelId>>,
    pub expires_at: Option<UnixMillis>,
}

impl Desk {
    /// Makes a token; its secret is told this once. Nobody gives more than they have.
    ///
    /// # Errors
    /// `forbidden`; `invalid_request` with what is wrong.
    pub async fn make_api_token(
        &self,
        caller: &Caller,
        new: NewApiToken,
    ) -> Result<(ApiTokenId, String), DeskError> {
        let directory = self.directory_now().await?;
        directory.may(caller, Permission::WebhookManage, Where::Desk)?;
        if new.permissions == Permissions::NONE {
            return Err(invalid("choose at least one permission"));
        }
        let places: Vec<Where> = match &new.channels {
            None => vec![Where::Desk],
            Some(channels) if channels.is_empty() => {
                return Err(invalid("choose at least one channel, or all"));
            }
            Some(channels) => channels.iter().map(|channel| Where::Channel(*channel)).collect(),
        };
        if new.channels.iter().flatten().any(|channel| directory.channel(*channel).is_none()) {
            return Err(invalid("there is no such channel, or no longer"));
        }
        for permission in new.permissions.iter() {
            if permission.reach() == Reach::Machine {
                let what = permission.as_str();
                return Err(invalid(&format!(
                    "'{what}' reaches the end user's computer: that is for people, not for programs"
                )));
            }
            for place in &places {
                directory.may(caller, permission, *place)?;
            }
        }
        let now = self.ambient.now();
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(invalid("'expires_at' must be in the future"));
        }
        let living = self.store.api_tokens().await?;
        if living.iter().filter(|token| is_good(token, now)).count() >= MOST {
            return Err(invalid(&format!("there are {MOST} tokens already; revoke one first")));
        }
        let secret = format!("{PREFIX}{}", B64.encode(self.ambient.bytes::<32>()?));
        let token = ApiToken {
            id: ApiTokenId::new(now, self.ambient.bytes()?),
            name: new.name.into_string(),
            technician: caller.id,
            permissions: new.permissions,
            channels: new.channels,
            created_at: now,
            expires_at: new.expires_at,
            used_at: None,
            revoked_at: None,
        };
        let by = Actor::Technician(caller.id);
        let audit = AuditEntry { at: now, by, kind: "api_token_made", about: token.name.clone() };
        self.store.add_api_token(&token, sha256(secret.as_bytes()), &audit).await?;
        Ok((token.id, secret))
    }

    /// All of them, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn api_tokens(&self, caller: &Caller) -> Result<Vec<ApiToken>, DeskError> {
        self.directory_now().await?.may(caller, Permission::WebhookManage, Where::Desk)?;
        Ok(self.store.api_tokens().await?)
    }

    /// It is good no more, at once.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for one that was revoked before.
    pub async fn revoke_api_token(&self, caller: &Caller, id: ApiTokenId) -> Result<(), DeskError> {
        self.directory_now().await?.may(caller, Permission::WebhookManage, Where::Desk)?;
        let known = self.store.api_tokens().await?.into_iter().find(|token| token.id == id);
        let known = known.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        let audit = AuditEntry { at, by, kind: "api_token_revoked", about: known.name };
        if self.store.revoke_api_token(id, &audit).await? { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }

    /// Who asks with this token.
    ///
    /// # Errors
    /// `signed_out` for any that is not good; `too_many_tries` from where many were wrong; `too_many_requests`.
    pub async fn authenticate_program(&self, token: &str, from: Network) -> Result<Caller, DeskError> {
        let now = self.ambient.now();
        let found = self.store.api_token(sha256(token.as_bytes())).await?;
        let found = found.filter(|token| is_good(token, now));
        let directory = self.directory_now().await?;
        let maker = found.as_ref().and_then(|token| directory.person(token.technician));
        let enabled = maker.is_some_and(|maker| {
            directory.setup().technicians.get(&maker.id).is_some_and(|setup| setup.enabled)
        });
        let (Some(token), Some(maker), true) = (&found, maker, enabled) else {
            // A token is too long to be guessed: whoever has a good one is not kept out by others who try.
            let tried = lock(&self.wrong_tokens).begin(from, now);
            tried.map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
            return Err(ErrorCode::SignedOut.into());
        };
        if lock(&self.token_pace).begin(token.id, now).is_err() {
            return Err(ErrorCode::TooManyRequests.into());
        }
        if token.used_at.is_none_or(|at| now.since(at) >= NOTED_EVERY) {
            self.store.api_token_used(token.id, now).await?;
        }
        let scope =
            TokenScope { id: token.id, permissions: token.permissions, channels: token.channels.clone() };
        Ok(Caller {
            id: maker.id,
            name: maker.name.clone(),
            // Of no sign-in; a route that asks for one does not answer tokens.
            family: FamilyId(0),
            scope: Some(Arc::new(scope)),
        })
    }
}

fn is_good(token: &ApiToken, now: UnixMillis) -> bool {
    token.revoked_at.is_none() && token.expires_at.is_none_or(|at| now < at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_permissions_in_channels() {
        let (own, other) = (ChannelId::from_bytes([1; 16]), ChannelId::from_bytes([2; 16]));
        let permissions = Permissions::of(&[Permission::SessionView, Permission::AuditView]);
        let id = ApiTokenId::from_bytes([1; 16]);
        let everywhere = TokenScope { id, permissions, channels: None };
        let here = TokenScope { id, permissions, channels: Some([own].into()) };
        assert!(everywhere.allows(Permission::AuditView, Where::Desk));
        assert!(!here.allows(Permission::AuditView, Where::Desk));
        assert!(here.allows(Permission::SessionView, Where::Session { channel: own, company: None }));
        assert!(!here.allows(Permission::SessionView, Where::Channel(other)));
        assert!(!everywhere.allows(Permission::SessionClose, Where::Channel(own)));
    }
}
