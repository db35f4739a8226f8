//! What happened lately, kept for the consoles that follow the queue: hundreds of them ask for the same changes at the same
//! moment, and the database is asked once.
//!
//! It holds all changes after one cursor up to another, as they were when they were read. A console that is further behind
//! than that is answered by the database, and one that is too far behind begins anew.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use ponte_store::{Outboxed, Store, StoreError};
use tokio::sync::Mutex;

/// Changes read from the database at once.
const BATCH: u64 = 200;
/// Changes that are kept.
const KEPT: usize = 1_000;
/// A console that is this far behind loads its list again: that is a page of sessions, and what it missed may be many.
const BEHIND: u64 = 2_000;

#[derive(Debug)]
pub(super) struct Feed(Mutex<Recent>);

/// All changes with cursors above `from`, up to `to`.
#[derive(Debug)]
struct Recent {
    from: u64,
    to: u64,
    changes: VecDeque<Arc<Outboxed>>,
}

impl Feed {
    /// Knows nothing of what happened up to this cursor.
    pub(super) fn new(cursor: u64) -> Self {
        Self(Mutex::new(Recent { from: cursor, to: cursor, changes: VecDeque::new() }))
    }

    /// Changes after `cursor`, oldest first; `newest` is the newest one that the caller heard of. `None`: too far behind.
    pub(super) async fn after(
        &self,
        store: &dyn Store,
        cursor: u64,
        newest: u64,
    ) -> Result<Option<Vec<Arc<Outboxed>>>, StoreError> {
        if newest.saturating_sub(cursor) > BEHIND {
            return Ok(None);
        }
        {
            // Held while the database is asked: who comes meanwhile wants the same answer.
            let mut recent = self.0.lock().await;
            if recent.to < newest {
                recent.catch_up(store, newest).await?;
            }
            if let Some(changes) = recent.after(cursor) {
                return Ok(Some(changes));
            }
        }
        let changes = store.changes_after(cursor, BATCH).await?;
        Ok(changes.map(|changes| changes.into_iter().map(Arc::new).collect()))
    }
}

impl Recent {
    async fn catch_up(&mut self, store: &dyn Store, newest: u64) -> Result<(), StoreError> {
        while self.to < newest {
            let Some(changes) = store.changes_after(self.to, BATCH).await? else {
                // The outbox does not reach back that far: begin anew from its end.
                *self = Self { from: newest, to: newest, changes: VecDeque::new() };
                return Ok(());
            };
            // What was rolled back, or has gone with its session, left a gap.
            let Some(last) = changes.last() else {
                self.to = newest;
                break;
            };
            self.to = last.cursor;
            self.changes.extend(changes.into_iter().map(Arc::new));
            while self.changes.len() > KEPT {
                if let Some(gone) = self.changes.pop_front() {
                    self.from = gone.cursor;
                }
            }
        }
        Ok(())
    }

    /// `None` when it is not all here.
    fn after(&self, cursor: u64) -> Option<Vec<Arc<Outboxed>>> {
        if !(self.from..=self.to).contains(&cursor) {
            return None;
        }
        let begin = self.changes.partition_point(|change| change.cursor <= cursor);
        // Of a session that changed more than once, what it was in between is of no use to anybody.
        let mut seen = HashSet::new();
        let mut changes: Vec<_> = self
            .changes
            .range(begin..)
            .rev()
            .filter(|change| seen.insert(change.session.id))
            .cloned()
            .collect();
        changes.reverse();
        Some(changes)
    }
}
