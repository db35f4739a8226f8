//! The desk gives waiting sessions to technicians, by each channel's policy (K3).
//!
//! It looks at the queue whenever something changed that could matter: a session, somebody's being there, what is set
//! up. What it gives is a claim like any other, so two relays that look at once give a session once.

use std::{collections::HashMap, time::Duration};

use ponte_desk::{
    permission::{Permission, Where},
    routing::{self, Ask, Policy},
};
use ponte_store::{Actor, Entry, Held, HistoryKind, Owner, Session, SessionFilter, SessionOrder};
use ponte_types::{ChannelId, SessionState, TechnicianId};
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, Directory, phase::phase};

/// Sessions looked at in one round: more than anybody could be given at once.
const LOOKED_AT: u64 = 200;
/// Least time between two rounds, so that a busy queue does not set the pace.
const PAUSE: Duration = Duration::from_millis(100);
/// Somebody may have become free without a change: they are heard from no more, or again.
const ROUND: Duration = Duration::from_secs(15);

impl Desk {
    /// Runs until `stop`.
    pub async fn run_assignment(&self, stop: CancellationToken) {
        let (mut queue, mut team, mut setup) = (self.doorbell(), self.team_bell(), self.setup_bell());
        loop {
            queue.mark_unchanged();
            if let Err(error) = self.assign_waiting().await {
                tracing::error!(%error, "waiting sessions were not given to anybody; it is tried again");
            }
            let changed = async {
                tokio::time::sleep(PAUSE).await;
                tokio::select! {
                    _ = queue.changed() => {}
                    _ = team.changed() => {}
                    _ = setup.changed() => {}
                    () = tokio::time::sleep(ROUND) => {}
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = changed => {}
            }
        }
    }

    /// Gives what waits in channels that don't leave it to their technicians, first to last, to who can take it.
    ///
    /// # Errors
    /// When the store fails; what was not given waits on.
    pub async fn assign_waiting(&self) -> Result<(), DeskError> {
        let directory = self.directory_now().await?;
        let by_policy: HashMap<ChannelId, Policy> = directory
            .setup()
            .channels
            .iter()
            .filter(|(_, channel)| channel.policy != Policy::Manual)
            .map(|(id, channel)| (*id, channel.policy))
            .collect();
        if by_policy.is_empty() {
            return Ok(());
        }
        let filter = SessionFilter {
            states: vec![SessionState::Waiting],
            channels: Some(by_policy.keys().copied().collect()),
            ready: true,
            order: SessionOrder::Queue,
            limit: LOOKED_AT,
            ..SessionFilter::default()
        };
        for session in self.store.sessions(&filter).await? {
            if let Some(policy) = by_policy.get(&session.placement.channel) {
                self.assign(&directory, session, *policy).await?;
            }
        }
        Ok(())
    }

    async fn assign(&self, directory: &Directory, session: Session, policy: Policy) -> Result<(), DeskError> {
        let placement = &session.placement;
        let mut candidates = self.candidates(directory, placement.channel, placement.company).await?;
        let here = Where::Session { channel: placement.channel, company: placement.company };
        candidates.retain(|it| directory.checked.allows(it.technician, Permission::SessionTake, here));
        // Only who held it can have given it back.
        let declined = match session.started_at {
            Some(_) => self.store.released_by(session.id).await?,
            None => Vec::new(),
        };
        let ask = Ask { policy, narrow: placement.narrow, needs: &placement.needs, declined: &declined };
        let Some(chosen) = routing::pick(&ask, &candidates).chosen else { return Ok(()) };
        self.give(directory, session, chosen).await
    }

    async fn give(&self, directory: &Directory, session: Session, to: TechnicianId) -> Result<(), DeskError> {
        let Some(person) = directory.person(to) else { return Ok(()) };
        let limit = directory.limit_of(to);
        let Ok(next) = phase(&session)?.claim(to) else { return Ok(()) };
        let (now, owner) = (self.ambient.now(), Owner { id: to, name: person.name.clone() });
        let moved = directory.moved(session, next, Some(&owner), now);
        let entry = Entry { at: now, kind: HistoryKind::Assigned, by: Actor::Relay };
        match self.store.hold(&moved, u64::from(limit), &entry).await? {
            Held::Done(given) => {
                self.changed().await;
                self.tell_live(*given).await?;
            }
            // Somebody was faster, or gave them another one meanwhile: the next round sees it.
            Held::Moved | Held::AtLimit(_) => {}
        }
        Ok(())
    }
}
