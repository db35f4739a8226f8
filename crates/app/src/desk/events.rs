//! What happens by itself: the bell, the changes behind it, and expiry.

use std::time::Duration;

use ponte_session::record::Refusal;
use ponte_store::{Actor, HistoryKind, Outboxed, Session};
use ponte_types::{EndReason, SessionId, TechnicianId, UnixMillis};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, availability::HEARD_EVERY, codes};

/// Changes read at once.
const BATCH: u64 = 200;
/// Changes that a console can catch up on; one that was away for longer loads the queue again.
const KEPT: u64 = 20_000;
/// Sessions expired at once.
const EXPIRED_AT_ONCE: u64 = 100;
/// Who is connected by the records' word and not here for this long is not coming in: it has left.
const SETTLED: Duration = Duration::from_secs(30);
/// Longest sleep of the scheduler: also how often old codes and changes are forgotten.
const ROUND: Duration = Duration::from_secs(60);

/// What happened after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Oldest first; empty when there is nothing new. There may be more after the last.
    Some(Vec<Change>),
    /// The outbox does not reach back that far: load the queue again.
    TooOld,
}

/// A session changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub cursor: u64,
    /// As it is now; or its id, when it is not, or no longer, for this technician to see.
    pub session: Result<Box<Session>, SessionId>,
}

impl Desk {
    /// Rings with the newest cursor at every change. A ring may be lost when another follows at once; none is ever
    /// the last one lost.
    #[must_use]
    pub fn doorbell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Rings with the newest revision when something was set up.
    #[must_use]
    pub fn setup_bell(&self) -> watch::Receiver<u64> {
        self.setup_bell.subscribe()
    }

    /// Rings when somebody came, left, or chose to be available or not.
    #[must_use]
    pub fn team_bell(&self) -> watch::Receiver<u64> {
        self.team_bell.subscribe()
    }

    /// What happened after `cursor`, as far as the technician may see it.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn changes_after(&self, technician: TechnicianId, cursor: u64) -> Result<Changes, DeskError> {
        let Some(changes) = self.store.changes_after(cursor, BATCH).await? else {
            return Ok(Changes::TooOld);
        };
        let sight = self.directory().sight(technician);
        let change = |it: Outboxed| {
            let seen = sight.includes(&it.session.placement);
            let (cursor, id) = (it.cursor, it.session.id);
            Change { cursor, session: if seen { Ok(Box::new(it.session)) } else { Err(id) } }
        };
        Ok(Changes::Some(changes.into_iter().map(change).collect()))
    }

    /// Runs until `stop`: expires what is due, from the database, so a restart forgets nothing.
    pub async fn run_expiry(&self, stop: CancellationToken) {
        let mut bell = self.doorbell();
        let (mut tidied, mut noted) = (None::<UnixMillis>, None::<UnixMillis>);
        loop {
            bell.mark_unchanged();
            // Tidying holds the only writer for a while, so a busy queue must not set its pace.
            let now = self.ambient.now();
            if tidied.is_none_or(|at| now.since(at) >= ROUND) {
                tidied = Some(now);
                if let Err(error) = self.tidy().await {
                    tracing::error!(%error, "old codes and changes were not forgotten; it is tried again");
                }
            }
            if noted.is_none_or(|at| now.since(at) >= HEARD_EVERY) {
                noted = Some(now);
                if let Err(error) = self.look_after_the_team().await {
                    tracing::error!(%error, "it was not kept who is here; it is tried again");
                }
            }
            let round = self.expire_due().await;
            let pause = match round {
                Ok(next) => next
                    .map_or(ROUND, |at| at.since(self.ambient.now()))
                    .clamp(Duration::from_millis(50), HEARD_EVERY),
                Err(error) => {
                    tracing::error!(%error, "expiry failed and is tried again");
                    ROUND
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                rang = bell.changed() => if rang.is_err() { return },
            }
        }
    }

    /// Keeps who is here, and gives back what those hold who are gone for too long.
    ///
    /// # Errors
    /// When the store fails; it is done by the next round.
    pub async fn look_after_the_team(&self) -> Result<(), DeskError> {
        self.note_who_is_here().await?;
        self.hand_back_of_the_gone().await
    }

    /// Expires every session whose time has passed; returns when the next one is due.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again next time.
    pub async fn expire_due(&self) -> Result<Option<UnixMillis>, DeskError> {
        let now = self.ambient.now();
        loop {
            let due = self.store.due(now, EXPIRED_AT_ONCE).await?;
            if due.is_empty() {
                break;
            }
            for session in due {
                let expire = |_: &_, phase: ponte_session::record::Phase| phase.expire(now);
                let expired = self.move_on(session.id, Actor::Relay, HistoryKind::Expired, expire).await?;
                if let (Some(_), Some(live)) = (expired, self.live()) {
                    live.end(session.id, EndReason::Expired).await;
                }
            }
        }
        Ok(self.store.next_expiry().await?)
    }

    /// Forgets codes, changes and sign-ins that are of no use to anybody any more, closes what ended sign-ins have open, and
    /// finds losses that were not recorded.
    ///
    /// # Errors
    /// When the store fails; nothing is lost by trying again.
    pub async fn tidy(&self) -> Result<(), DeskError> {
        self.store.forget_codes(self.ambient.now().before(codes::FORGET)).await?;
        self.store.trim_outbox(KEPT).await?;
        self.tidy_sign_ins().await?;
        self.tidy_notices().await?;
        self.tidy_deliveries().await?;
        self.close_signed_out().await?;
        self.sign_audit().await?;
        self.find_lost().await
    }

    /// A loss may not have been written when it happened: the database was full, or too slow. What the records believe
    /// to be connected and is not here has been lost.
    async fn find_lost(&self) -> Result<(), DeskError> {
        let (Some(live), now) = (self.live(), self.ambient.now()) else { return Ok(()) };
        for session in self.store.connected().await? {
            let here = session.connection.is_some_and(|connection| live.is_online(connection));
            // A program that comes in is in the records a moment before it is here.
            if !here && now.since(session.changed_at) >= SETTLED {
                tracing::warn!(session = %session.id, "a lost link had not been recorded");
                self.lost_in(session.id, session.connection).await?;
            }
        }
        Ok(())
    }

    /// At start nobody is connected yet, whatever the relay before this one left in the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mark_lost(&self) -> Result<(), DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        for session in self.store.connected().await? {
            let lost = |_: &_, phase: ponte_session::record::Phase| -> Result<_, Refusal> {
                phase.program_lost(now, wait)
            };
            self.move_on(session.id, Actor::Relay, HistoryKind::Lost, lost).await?;
        }
        Ok(())
    }
}
