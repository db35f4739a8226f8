//! Deliveries leave.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ponte_store::{Actor, AuditEntry, Delivery, DeliveryState, NewMail, Webhook};
use ponte_types::{UnixMillis, WebhookId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::super::{Desk, DeskError, audit_file::hex};
use crate::ports::{Post, Poster};

/// Sent at once.
const BATCH: u64 = 16;
/// A try that takes longer was lost.
const CLAIM: Duration = Duration::from_secs(60);
/// The longest that a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Longest sleep of the sender.
const ROUND: Duration = Duration::from_secs(60);
/// After each failed try; after the last, it is given up. Some fifteen hours in all.
const PAUSES: [u64; 9] = [10, 60, 300, 1_800, 3_600, 7_200, 10_800, 14_400, 14_400];
/// A webhook that failed so often in a row is given up.
const GIVEN_UP: u64 = 40;
/// The log reaches back so far.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

impl Desk {
    /// By which deliveries leave; called once, before anything is served.
    pub fn connect_poster(&self, poster: Arc<dyn Poster>) {
        // A second call would be a defect of the program; the first one stays.
        let _ = self.poster.set(poster);
    }

    /// Runs until `stop`: sends what is to be delivered.
    pub async fn run_deliveries(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let pause = match self.send_deliveries().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(%error, "what is to be delivered could not be read; it is tried again");
                    ROUND
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = self.delivery_bell.notified() => {}
            }
        }
    }

    /// Tries every delivery that is due, some at once; how long until the next one is.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again.
    pub async fn send_deliveries(self: &Arc<Self>) -> Result<Duration, DeskError> {
        let Some(poster) = self.poster.get() else { return Ok(ROUND) };
        loop {
            let due = self.store.due_deliveries(self.ambient.now(), BATCH).await?;
            if due.is_empty() {
                break;
            }
            let hooks: HashMap<WebhookId, Webhook> =
                self.store.webhooks().await?.into_iter().map(|hook| (hook.id, hook)).collect();
            let mut under_way = JoinSet::new();
            for delivery in due {
                let Some(hook) = hooks.get(&delivery.webhook).cloned() else { continue };
                let (desk, poster) = (Arc::clone(self), Arc::clone(poster));
                under_way.spawn(async move { desk.deliver(&*poster, &hook, delivery).await });
            }
            while let Some(done) = under_way.join_next().await {
                done.map_err(|e| DeskError::Failed(e.to_string()))??;
            }
        }
        let next = self.store.next_delivery().await?;
        Ok(next.map_or(ROUND, |at| at.since(self.ambient.now())).clamp(Duration::from_millis(200), ROUND))
    }

    async fn deliver(
        &self,
        poster: &dyn Poster,
        hook: &Webhook,
        delivery: Delivery,
    ) -> Result<(), DeskError> {
        let now = self.ambient.now();
        if !self.store.claim_delivery(&delivery, now.after(CLAIM)).await? {
            return Ok(());
        }
        let timestamp = now.0.div_euclid(1000);
        let signature = self.webhook_secret(hook.id, hook.generation)?.sign(timestamp, &delivery.body)?;
        let post = Post {
            url: hook.setup.url.to_string(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("ponte-event", delivery.event.clone()),
                ("ponte-delivery", delivery.id.to_string()),
                ("ponte-timestamp", timestamp.to_string()),
                ("ponte-signature", format!("v1={signature}")),
            ],
            body: delivery.body.clone(),
        };
        let answer = tokio::time::timeout(TIMEOUT, poster.post(&post)).await;
        let answer = answer.unwrap_or_else(|_| Err("it took too long to answer".to_owned()));
        let tried = after_try(delivery, answer, self.ambient.now());
        let failures = self.store.delivery_tried(&tried).await?;
        if failures >= GIVEN_UP {
            self.give_up(hook, tried.failure.as_deref().unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn give_up(&self, hook: &Webhook, why: &str) -> Result<(), DeskError> {
        tracing::warn!(webhook = %hook.setup.name, %why, "a webhook failed too often and was switched off");
        let now = self.ambient.now();
        let mail = match self.directory().person(hook.changed_by).filter(|_| self.config.mail) {
            Some(person) => Some(NewMail {
                technician: person.id,
                to: person.email.clone(),
                subject: format!("{}: the webhook “{}” was switched off", self.config.name, hook.setup.name),
                body: format!(
                    "The webhook “{}” failed {GIVEN_UP} times in a row and was switched off. What it is to be told is \
                     kept, and sent when you switch it on again:\n\n{}/settings/webhooks\n\nThe last failure: {why}\n",
                    hook.setup.name, self.config.links_base
                ),
                message_id: format!("{}@webhook.ponte", hex(&self.ambient.bytes::<16>()?)),
                at: now,
            }),
            None => None,
        };
        let about = hook.setup.name.to_string();
        let audit = AuditEntry { at: now, by: Actor::Relay, kind: "webhook_given_up", about };
        self.store.give_up_webhook(hook.id, mail.as_ref(), &audit).await?;
        self.mail_bell.notify_one();
        Ok(())
    }

    /// Forgets what was delivered long ago.
    pub(in super::super) async fn tidy_deliveries(&self) -> Result<(), DeskError> {
        Ok(self.store.forget_deliveries(self.ambient.now().before(KEPT)).await?)
    }
}

/// What a try comes to: any 2xx is a yes.
fn after_try(delivery: Delivery, answer: Result<u16, String>, now: UnixMillis) -> Delivery {
    let tries = delivery.tries.saturating_add(1);
    let status = answer.as_ref().ok().copied();
    let failure = match answer {
        Ok(200..=299) => None,
        Ok(status) => Some(format!("it answered {status}")),
        Err(why) => Some(why),
    };
    let pause = usize::try_from(delivery.tries).ok().and_then(|n| PAUSES.get(n));
    let (state, next_at) = match (&failure, pause) {
        (None, _) => (DeliveryState::Delivered, None),
        (Some(_), Some(seconds)) => (DeliveryState::Waiting, Some(now.after(Duration::from_secs(*seconds)))),
        (Some(_), None) => (DeliveryState::Failed, None),
    };
    Delivery { state, tries, next_at, tried_at: Some(now), status, failure, ..delivery }
}

#[cfg(test)]
mod tests {
    use ponte_types::DeliveryId;

    use super::*;

    #[test]
    fn what_fails_is_tried_again_ever_later_and_then_given_up() {
        let mut delivery = Delivery {
            id: DeliveryId::from_bytes([1; 16]),
            webhook: WebhookId::from_bytes([2; 16]),
            event: "claimed".into(),
            body: "{}".into(),
            at: UnixMillis(0),
            state: DeliveryState::Waiting,
            tries: 0,
            next_at: Some(UnixMillis(0)),
            tried_at: None,
            status: None,
            failure: None,
        };
        let mut pauses = Vec::new();
        while delivery.state == DeliveryState::Waiting {
            let now = delivery.next_at.unwrap();
            delivery = after_try(delivery, Ok(500), now);
            assert_eq!((delivery.status, delivery.failure.as_deref()), (Some(500), Some("it answered 500")));
            pauses.extend(delivery.next_at.map(|at| at.since(now).as_secs()));
        }
        assert_eq!(pauses, PAUSES);
        assert_eq!((delivery.state, delivery.tries), (DeliveryState::Failed, 10));
        let done = after_try(Delivery { tries: 3, ..delivery }, Ok(204), UnixMillis(9));
        assert_eq!((done.state, done.next_at, &done.failure), (DeliveryState::Delivered, None, &None));
        let silent = after_try(done, Err("nobody there".into()), UnixMillis(9));
        assert_eq!((silent.status, silent.failure.as_deref()), (None, Some("nobody there")));
    }
}
