//! What happened: the bell, the changes behind it, and what is forgotten of them.

use std::{sync::Arc, time::Duration};

use ponte_store::{Actor, Entry, HistoryKind, Outboxed, Served};
use ponte_types::{SessionId, TechnicianId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, codes, phase::phase};

/// Changes that the outbox keeps; more than a console can be behind.
const KEPT: u64 = 20_000;
/// Who is connected by the records' word and not here for this long is not coming in: it has left.
const SETTLED: Duration = Duration::from_secs(30);
/// Lost links that are recorded before anything is served, and how many at once.
const AT_START: usize = 500;
const TOGETHER: usize = 50;
/// How often it is looked for what other programs wrote.
const LOOK: Duration = Duration::from_secs(1);

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
    /// As it was when it was read; or its id, when it is not, or no longer, for this technician to see.
    pub session: Result<Arc<Outboxed>, SessionId>,
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
        let newest = *self.bell.borrow();
        let Some(changes) = self.feed.after(&*self.store, cursor, newest).await? else {
            return Ok(Changes::TooOld);
        };
        let sight = self.directory().sight(technician);
        let change = |it: Arc<Outboxed>| {
            let seen = sight.includes(&it.session.placement);
            let (cursor, id) = (it.cursor, it.session.id);
            Change { cursor, session: if seen { Ok(it) } else { Err(id) } }
        };
        Ok(Changes::Some(changes.into_iter().map(change).collect()))
    }

    /// Runs until `stop`: rings the bells for what other programs wrote into the same database: another relay, or the
    /// command line.
    pub async fn run_watch(&self, stop: CancellationToken) {
        let mut failing = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            match self.notice_others().await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !failing {
                        tracing::error!(%error, "it cannot be seen what others changed; it is tried again each second");
                    }
                    failing = true;
                }
            }
        }
    }

    /// Rings for what happened without this program. Costs two small questions.
    ///
    /// # Errors
    /// When the store fails; the next look sees the same.
    pub async fn notice_others(&self) -> Result<(), DeskError> {
        self.ring(self.store.newest_cursor().await?);
        let known = *self.setup_bell.borrow();
        if self.directory_now().await?.revision > known {
            self.setup_changed();
        }
        Ok(())
    }

    /// Forgets codes, changes and sign-ins that are of no use to anybody any more, closes what ended sign-ins have open, and
    /// finds losses that were not recorded.
    ///
    /// # Errors
    /// When the store fails; nothing is lost by trying again.
    pub async fn tidy(&self) -> Result<(), DeskError> {
        self.store.forget_codes(self.ambient.now().before(codes::FORGET)).await?;
        self.store.trim_outbox(KEPT).await?;
        self.keep_late_facts().await?;
        self.tidy_chats().await?;
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
        for Served { session, connection, changed_at } in self.store.connected().await? {
            let here = connection.is_some_and(|connection| live.is_online(connection));
            // A program that comes in is in the records a moment before it is here.
            if !here && now.since(changed_at) >= SETTLED {
                tracing::warn!(%session, "a lost link had not been recorded");
                self.lost_in(session, connection).await?;
            }
        }
        Ok(())
    }

    /// At start nobody is connected yet, whatever the relay before this one left in the store. Returns what is left for
    /// [`Desk::mark_rest_lost`]: where very many were connected, nobody waits for all of them to be marked.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mark_lost(&self) -> Result<Vec<Served>, DeskError> {
        let mut all = self.store.connected().await?;
        let rest = all.split_off(all.len().min(AT_START));
        self.mark_these_lost(&all).await?;
        Ok(rest)
    }

    /// Marks the others, while programs come back already: one that has is another connection by now, and is left alone.
    pub async fn mark_rest_lost(&self, rest: Vec<Served>, stop: CancellationToken) {
        for some in rest.chunks(TOGETHER) {
            let marked = tokio::select! {
                () = stop.cancelled() => return,
                marked = self.mark_these_lost(some) => marked,
            };
            if let Err(error) = marked {
                tracing::warn!(%error, "lost links were not recorded; they are found later");
                return;
            }
        }
    }

    async fn mark_these_lost(&self, served: &[Served]) -> Result<(), DeskError> {
        let (directory, wait) = (self.directory(), self.config.return_life);
        for some in served.chunks(TOGETHER) {
            let (now, mut lost) = (self.ambient.now(), Vec::new());
            let entry = Entry { at: now, kind: HistoryKind::Lost, by: Actor::Relay };
            for was in some {
                let session = self.load(was.session).await?;
                let at = phase(&session)?;
                if session.connection != was.connection {
                    continue;
                }
                if let Ok(next) = at.program_lost(now, wait)
                    && next != at
                {
                    lost.push((directory.moved(session, next, None, now), entry));
                }
            }
            if !lost.is_empty() && self.store.change_all(&lost).await? > 0 {
                self.changed().await;
            }
        }
        Ok(())
    }
}
