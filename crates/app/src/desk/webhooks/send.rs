//! Deliveries leave.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use ponte_store::{Actor, AuditEntry, Delivery, DeliveryState, NewMail, Webhook};
use ponte_types::{UnixMillis, WebhookId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::super::{Desk, DeskError, audit_file::hex};
use crate::ports::{Post, Poster};

/// Sent to one webhook at once.
const EACH: u64 = 8;
/// A try that takes longer was lost.
const CLAIM: Duration = Duration::from_secs(60);
/// The longest that a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Longest sleep of the sender.
const ROUND: Duration = Duration::from_secs(60);
/// After each failed try; after the last, it is given up. Some fifteen hours in all.
const PAUSES: [u64; 9] = [10, 60, 300, 1_800, 3_600, 7_200, 10_800, 14_400, 14_400];
/// Shortest sleep of the sender, and while something is under way.
const SHORT: Duration = Duration::from_millis(200);
const BUSY: Duration = Duration::from_secs(1);
/// A webhook that did nothing but fail for a day, and not only once or twice, is given up: a receiver may be restarted, or
/// be away over night, and many events at once are no more failures than one.
const GIVEN_UP: (Duration, u64) = (Duration::from_secs(24 * 3600), 10);
/// The log reaches back so far.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

impl Desk {
    /// By which deliveries leave; called once, before anything is served.
    pub fn connect_poster(&self, poster: Arc<dyn Poster>) {
        // A second call would be a defect of the program; the first one stays.
        let _ = self.poster.set(poster);
    }

    /// Runs until `stop`: sends what is to be delivered. Who answers slowly, or not, keeps nobody else waiting.
    pub async fn run_deliveries(self: Arc<Self>, stop: CancellationToken) {
        let (mut busy, mut under_way) = (BTreeSet::new(), JoinSet::new());
        loop {
            let pause = match self.begin_deliveries(&mut busy, &mut under_way).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(%error, "what is to be delivered could not be read; it is tried again");
                    ROUND
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
                () = self.delivery_bell.notified() => {}
                Some(done) = under_way.join_next() => match done {
                    Ok(hook) => drop(busy.remove(&hook)),
                    // Which one it was is not known: what was under way is due again when its claim is over.
                    Err(error) => {
                        tracing::error!(%error, "a delivery ended by a defect");
                        busy.clear();
                    }
                },
            }
        }
        // What is being sent is sent to its end.
        while under_way.join_next().await.is_some() {}
    }

    /// Begins what is due, of webhooks that are not busy; how long until it is to be looked again.
    async fn begin_deliveries(
        self: &Arc<Self>,
        busy: &mut BTreeSet<WebhookId>,
        under_way: &mut JoinSet<WebhookId>,
    ) -> Result<Duration, DeskError> {
        let Some(poster) = self.poster.get() else { return Ok(ROUND) };
        for (hook, some) in self.due_by_hook().await? {
            if !busy.insert(hook.id) {
                continue;
            }
            let (desk, poster) = (Arc::clone(self), Arc::clone(poster));
            under_way.spawn(async move {
                if let Err(error) = desk.deliver_some(&*poster, &hook, some).await {
                    tracing::error!(%error, "what came of a delivery could not be kept; it is tried again");
                }
                hook.id
            });
        }
        let shortest = if busy.is_empty() { SHORT } else { BUSY };
        let next = self.store.next_delivery().await?;
        Ok(next.map_or(ROUND, |at| at.since(self.ambient.now())).clamp(shortest, ROUND))
    }

    /// Tries every delivery that is due, until none is.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again.
    pub async fn send_deliveries(self: &Arc<Self>) -> Result<(), DeskError> {
        let (mut busy, mut under_way) = (BTreeSet::new(), JoinSet::new());
        loop {
            self.begin_deliveries(&mut busy, &mut under_way).await?;
            if under_way.is_empty() {
                return Ok(());
            }
            while let Some(done) = under_way.join_next().await {
                busy.remove(&done.map_err(|e| DeskError::Failed(e.to_string()))?);
            }
        }
    }

    async fn due_by_hook(&self) -> Result<Vec<(Webhook, Vec<Delivery>)>, DeskError> {
        let due = self.store.due_deliveries(self.ambient.now(), EACH).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut by_hook: BTreeMap<WebhookId, Vec<Delivery>> = BTreeMap::new();
        for delivery in due {
            by_hook.entry(delivery.webhook).or_default().push(delivery);
        }
        let hooks = self.store.webhooks().await?.into_iter();
        Ok(hooks.filter_map(|hook| by_hook.remove(&hook.id).map(|some| (hook, some))).collect())
    }

    async fn deliver_some(
        &self,
        poster: &dyn Poster,
        hook: &Webhook,
        some: Vec<Delivery>,
    ) -> Result<(), DeskError> {
        let all = some.into_iter().map(|delivery| self.deliver(poster, hook, delivery));
        join_all(all).await.into_iter().collect()
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
        let (failures, since) = self.store.delivery_tried(&tried).await?;
        if is_given_up(failures, since, self.ambient.now()) {
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
                    "The webhook “{}” did nothing but fail for a day and was switched off. What it is to be told is \
                     kept for two weeks, and sent when you switch it on again:\n\n{}/settings/webhooks\n\nThe last \
                     failure: {why}\n",
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

fn is_given_up(failures: u64, since: Option<UnixMillis>, now: UnixMillis) -> bool {
    let (time, tries) = GIVEN_UP;
    failures >= tries && since.is_some_and(|since| now.since(since) >= time)
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
    fn a_webhook_is_given_up_by_time_and_not_by_the_number_of_events() {
        let at = |hours: i64| UnixMillis(hours * 3_600_000);
        assert!(!is_given_up(5_000, Some(at(0)), at(23)), "many events in a short outage");
        assert!(is_given_up(10, Some(at(0)), at(24)));
        assert!(!is_given_up(9, Some(at(0)), at(2_400)), "seldom anything happens");
        assert!(!is_given_up(0, None, at(24)));
    }

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
