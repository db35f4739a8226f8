//! Webhooks (X4): other servers that are told of what happens to sessions.
//!
//! What is to be told is written in the transaction that reads it from the feed, so nothing is lost or told twice by a
//! restart; it is sent from there. Each try carries a signature that only the relay and the receiver can make. What
//! fails is tried again over hours, and a webhook that does nothing but fail for a day is given up with a word to its maker;
//! what it is to be told meanwhile is kept for them.

mod send;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ponte_desk::permission::{Permission, Where};
use ponte_store::{
    Actor, AuditEntry, Delivery, FeedLine, NewDelivery, PutWebhook, Session, Webhook, WebhookSetup,
};
use ponte_types::{DeliveryId, ErrorCode, WebhookId};
use serde::Serialize;
use sha2::Sha256;

use super::{Caller, Desk, DeskError, Directory, accounts::invalid};

/// The most webhooks of a desk.
const MOST: usize = 50;
/// Deliveries that are kept for one that was given up.
const MOST_KEPT: u64 = 10_000;
/// What a test sends.
const TEST: &str = "test";

/// A webhook that was made, with its secret: told this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeWebhook {
    pub id: WebhookId,
    pub version: u64,
    pub secret: WebhookSecret,
}

/// By which the receiver knows that a delivery is ours.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
    /// HMAC-SHA256 over `<timestamp>.<body>`, hexadecimal.
    fn sign(&self, timestamp: i64, body: &str) -> Result<String, DeskError> {
        let mut mac = mac(self.0.as_bytes())?;
        mac.update(format!("{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        Ok(super::audit_file::hex(&mac.finalize().into_bytes()))
    }
}

fn mac(key: &[u8]) -> Result<Hmac<Sha256>, DeskError> {
    Hmac::new_from_slice(key).map_err(|e| DeskError::Failed(e.to_string()))
}

impl Desk {
    /// All of them.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn webhooks(&self, caller: &Caller) -> Result<Vec<Webhook>, DeskError> {
        self.may_hook(caller).await?;
        Ok(self.store.webhooks().await?)
    }

    /// Makes one. Its secret is told this once.
    ///
    /// # Errors
    /// `forbidden`; `invalid_request` with what is wrong.
    pub async fn make_webhook(&self, caller: &Caller, setup: WebhookSetup) -> Result<MadeWebhook, DeskError> {
        let directory = self.may_hook(caller).await?;
        self.check_webhook(&directory, &setup)?;
        if self.store.webhooks().await?.len() >= MOST {
            return Err(invalid(&format!("there are {MOST} webhooks already; remove one first")));
        }
        let id = WebhookId::new(self.ambient.now(), self.ambient.bytes()?);
        let audit = self.hook_entry(caller, "webhook_changed", &setup.name.to_string());
        let put = PutWebhook { id, version: 0, setup, changed_by: caller.id };
        let version = self.store.put_webhook(&put, &audit).await?;
        let version = version.ok_or(DeskError::Refused(ErrorCode::VersionConflict))?;
        Ok(MadeWebhook { id, version, secret: self.webhook_secret(id, 1)? })
    }

    /// Changes one; one that was given up is tried again.
    ///
    /// # Errors
    /// `forbidden`; `version_conflict`; `invalid_request` with what is wrong.
    pub async fn change_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        version: u64,
        setup: WebhookSetup,
    ) -> Result<u64, DeskError> {
        let directory = self.may_hook(caller).await?;
        if version == 0 {
            return Err(ErrorCode::VersionConflict.into());
        }
        self.check_webhook(&directory, &setup)?;
        let audit = self.hook_entry(caller, "webhook_changed", &setup.name.to_string());
        let put = PutWebhook { id, version, setup, changed_by: caller.id };
        let version = self.store.put_webhook(&put, &audit).await?;
        self.delivery_bell.notify_one();
        version.ok_or(DeskError::Refused(ErrorCode::VersionConflict))
    }

    /// Removes one with its log.
    ///
    /// # Errors
    /// `forbidden`; `version_conflict`.
    pub async fn remove_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        version: u64,
    ) -> Result<(), DeskError> {
        self.may_hook(caller).await?;
        let known = self.store.webhooks().await?.into_iter().find(|hook| hook.id == id);
        let about = known.map_or_else(|| id.to_string(), |hook| hook.setup.name.to_string());
        let audit = self.hook_entry(caller, "webhook_removed", &about);
        let removed = self.store.remove_webhook(id, version, &audit).await?;
        if removed { Ok(()) } else { Err(ErrorCode::VersionConflict.into()) }
    }

    /// Another secret, told this once; the one before is good no more.
    ///
    /// # Errors
    /// `forbidden`; `not_found`.
    pub async fn renew_webhook_secret(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<WebhookSecret, DeskError> {
        let hook = self.hook(caller, id).await?;
        let audit = self.hook_entry(caller, "webhook_secret_renewed", &hook.setup.name.to_string());
        let generation = self.store.next_secret(id, &audit).await?;
        self.webhook_secret(id, generation.ok_or(DeskError::Refused(ErrorCode::NotFound))?)
    }

    /// What it was told, newest first.
    ///
    /// # Errors
    /// `forbidden`; `not_found`.
    pub async fn deliveries(
        &self,
        caller: &Caller,
        id: WebhookId,
        before: Option<DeliveryId>,
        limit: u64,
    ) -> Result<Vec<Delivery>, DeskError> {
        self.hook(caller, id).await?;
        Ok(self.store.deliveries(id, before, limit).await?)
    }

    /// Sends a delivery again.
    ///
    /// # Errors
    /// `forbidden`; `not_found`; `wrong_state` for a webhook to which nothing is sent.
    pub async fn deliver_again(
        &self,
        caller: &Caller,
        id: WebhookId,
        delivery: DeliveryId,
    ) -> Result<(), DeskError> {
        sends(&self.hook(caller, id).await?)?;
        if !self.store.send_again(id, delivery, self.ambient.now()).await? {
            return Err(ErrorCode::NotFound.into());
        }
        self.delivery_bell.notify_one();
        Ok(())
    }

    /// Sends something that nothing happened for.
    ///
    /// # Errors
    /// `forbidden`; `not_found`; `wrong_state` for a webhook to which nothing is sent.
    pub async fn test_webhook(&self, caller: &Caller, id: WebhookId) -> Result<DeliveryId, DeskError> {
        sends(&self.hook(caller, id).await?)?;
        let now = self.ambient.now();
        let delivery = DeliveryId::new(now, self.ambient.bytes()?);
        let told =
            Told { id: delivery, event: TEST, at: now.0, desk: &self.config.name, by: None, session: None };
        let body = serde_json::to_string(&told).map_err(|e| DeskError::Failed(e.to_string()))?;
        let new = NewDelivery { id: delivery, webhook: id, event: TEST.to_owned(), body, at: now };
        self.store.add_delivery(&new).await?;
        self.delivery_bell.notify_one();
        Ok(delivery)
    }

    /// What webhooks are told of these lines of a session's history.
    pub(super) fn deliveries_for<'a>(
        &self,
        hooks: &[Webhook],
        directory: &Directory,
        session: &Session,
        lines: impl Iterator<Item = &'a FeedLine>,
    ) -> Result<Vec<NewDelivery>, DeskError> {
        let mut all = Vec::new();
        let channel = session.placement.channel;
        let concerned = |hook: &&Webhook| {
            hook.setup.enabled
                && hook.setup.channels.as_ref().is_none_or(|channels| channels.contains(&channel))
        };
        let hooks: Vec<&Webhook> = hooks.iter().filter(concerned).collect();
        if hooks.is_empty() {
            return Ok(all);
        }
        for line in lines {
            for hook in hooks.iter().filter(|hook| hook.setup.events.contains(&line.kind)) {
                let id = DeliveryId::new(self.ambient.now(), self.ambient.bytes()?);
                let by = line
                    .by
                    .and_then(|by| directory.name_of(by).map(|name| Person { id: by.to_string(), name }));
                let told = Told {
                    id,
                    event: line.kind.as_str(),
                    at: line.at.0,
                    desk: &self.config.name,
                    by,
                    session: Some(self.told_session(directory, session)),
                };
                let body = serde_json::to_string(&told).map_err(|e| DeskError::Failed(e.to_string()))?;
                let (event, at) = (line.kind.as_str().to_owned(), self.ambient.now());
                all.push(NewDelivery { id, webhook: hook.id, event, body, at });
            }
        }
        Ok(all)
    }

    /// The webhooks to which something can be told: for one that was given up so much is kept, and not more.
    pub(super) async fn hooks_to_tell(&self) -> Result<Vec<Webhook>, DeskError> {
        let mut hooks = Vec::new();
        for hook in self.store.webhooks().await? {
            if hook.given_up_at.is_none() || self.store.waiting_deliveries(hook.id).await? < MOST_KEPT {
                hooks.push(hook);
            }
        }
        Ok(hooks)
    }

    fn told_session(&self, directory: &Directory, it: &Session) -> ToldSession {
        ToldSession {
            id: it.id.to_string(),
            number: it.number,
            version: it.version,
            state: it.state.as_str(),
            person: it.person.clone(),
            company: it.company.clone(),
            subject: it.subject.clone(),
            priority: it.placement.priority.as_str(),
            channel: it.placement.channel.to_string(),
            channel_name: directory.channel(it.placement.channel).map(|channel| channel.name.to_string()),
            owner: it
                .owner
                .as_ref()
                .map(|owner| Person { id: owner.id.to_string(), name: owner.name.clone() }),
            url: format!("{}/sessions/{}", self.config.links_base, it.id),
        }
    }

    async fn may_hook(&self, caller: &Caller) -> Result<std::sync::Arc<Directory>, DeskError> {
        let directory = self.directory_now().await?;
        directory.may(caller, Permission::WebhookManage, Where::Desk)?;
        Ok(directory)
    }

    async fn hook(&self, caller: &Caller, id: WebhookId) -> Result<Webhook, DeskError> {
        self.may_hook(caller).await?;
        let found = self.store.webhooks().await?.into_iter().find(|hook| hook.id == id);
        found.ok_or(DeskError::Refused(ErrorCode::NotFound))
    }

    fn check_webhook(&self, directory: &Directory, setup: &WebhookSetup) -> Result<(), DeskError> {
        if setup.events.is_empty() {
            return Err(invalid("choose at least one event"));
        }
        if let Some(channels) = &setup.channels {
            if channels.is_empty() {
                return Err(invalid("choose at least one channel, or all"));
            }
            if channels.iter().any(|channel| directory.channel(*channel).is_none()) {
                return Err(invalid("there is no such channel, or no longer"));
            }
        }
        let Some(poster) = self.poster.get() else { return Ok(()) };
        poster.acceptable(setup.url.as_str()).map_err(|why| invalid(&why))
    }

    /// Made from the relay's key, and kept nowhere.
    fn webhook_secret(&self, id: WebhookId, generation: u64) -> Result<WebhookSecret, DeskError> {
        let mut mac = mac(&self.hook_key)?;
        mac.update(b"ponte webhook 1");
        mac.update(id.as_bytes());
        mac.update(&generation.to_be_bytes());
        Ok(WebhookSecret(format!("whsec_{}", B64.encode(mac.finalize().into_bytes()))))
    }

    fn hook_entry(&self, caller: &Caller, kind: &'static str, about: &str) -> AuditEntry {
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        AuditEntry { at, by, kind, about: about.to_owned() }
    }
}

/// # Errors
/// `wrong_state` for a webhook to which nothing is sent.
fn sends(hook: &Webhook) -> Result<(), DeskError> {
    if hook.setup.enabled && hook.given_up_at.is_none() {
        return Ok(());
    }
    let text = "nothing is sent to this webhook: switch it on first".to_owned();
    Err(DeskError::Explained(ErrorCode::WrongState, text))
}

#[derive(Serialize)]
struct Told<'a> {
    id: DeliveryId,
    event: &'a str,
    at: i64,
    desk: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<ToldSession>,
}

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct ToldSession {
    id: String,
    number: u64,
    version: u64,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    priority: &'static str,
    channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Person>,
    url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a receiver computes by the documents, with any other program:
    /// `printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn a_signature_is_hmac_of_time_and_body() {
        let secret = WebhookSecret("secret".into());
        let signature = secret.sign(1_800_000_000, "{\"a\":1}").unwrap();
        assert_eq!(signature, "440dfbb83aabca24d9e5027629cfd81cb45254690f8d410bb28f1cc17c990dbc");
    }
}
