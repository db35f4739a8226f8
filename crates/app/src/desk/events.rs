//! What happened: the bell, the changes behind it, and what is forgotten of them.

use std::time::Duration;

use ponte_session::record::Refusal;
use ponte_store::{Actor, HistoryKind, Outboxed, Session};
use ponte_types::{SessionId, TechnicianId};
use tokio::sync::watch;

use super::{Desk, DeskError, codes};

/// Changes read at once.
const BATCH: u64 = 200;
/// Changes that a console can catch up on; one that was away for longer loads the queue again.
const KEPT: u64 = 20_000;
/// Who is connected by the records' word and not here for this long is not coming in: it has left.
const SETTLED: Duration = Duration::from_secs(30);

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

    /// Forgets codes, changes and sign-ins that are of no use to anybody any more, closes what ended sign-ins have open, and
    /// finds losses that were not recorded.
    ///
    /// # Errors
    /// When the store fails; nothing is lost by trying again.
    pub async fn tidy(&self) -> Result<(), DeskError> {
        self.store.forget_codes(self.ambient.now().before(codes::FORGET)).await?;
        self.store.trim_outbox(KEPT).await?;
        self.tidy_sign_ins().await?;
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
