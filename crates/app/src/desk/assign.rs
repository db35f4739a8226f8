//! The desk gives waiting sessions to technicians, by each channel's policy (K3).
//!
//! It looks at the queue whenever something changed that could matter: a session, somebody's being there, what is set
//! up. What it gives is a claim like any other, so two relays that look at once give a session once.

use std::time::Duration;

use ponte_desk::{
    availability::Availability,
    permission::Permission,
    routing::{self, Ask, Candidate, Policy},
};
use ponte_store::{Actor, Entry, Held, HistoryKind, Owner, Session, SessionFilter, SessionOrder};
use ponte_types::{ChannelId, SessionState, TechnicianId};
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, Directory, availability::Presences, directory::place, phase::phase};

/// Sessions of one channel read at once.
const LOOKED_AT: u64 = 200;
/// Pages of one channel looked at in one round: whoever is ready and can take none of so many waits for the next.
const PAGES: usize = 10;
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

    /// Gives what waits in channels that don't leave it to their technicians, first to last, to who can take it. Each
    /// channel is looked at by itself: what nobody takes in one holds up no other.
    ///
    /// # Errors
    /// When the store fails; what was not given waits on.
    pub async fn assign_waiting(&self) -> Result<(), DeskError> {
        let directory = self.directory_now().await?;
        let channels = directory.setup().channels.iter();
        let by_policy: Vec<_> = channels.filter(|(_, channel)| channel.policy != Policy::Manual).collect();
        if by_policy.is_empty() {
            return Ok(());
        }
        let mut there = self.presences().await?;
        for (id, channel) in by_policy {
            self.assign_in(&directory, *id, channel.policy, &mut there).await?;
        }
        Ok(())
    }

    async fn assign_in(
        &self,
        directory: &Directory,
        channel: ChannelId,
        policy: Policy,
        there: &mut Presences,
    ) -> Result<(), DeskError> {
        let mut left = 0;
        for _ in 0..PAGES {
            let ready = |it: &Candidate| it.availability == Availability::Available && it.load < it.limit;
            if !self.candidates_among(directory, channel, None, there).iter().any(ready) {
                return Ok(());
            }
            let filter = SessionFilter {
                states: vec![SessionState::Waiting],
                channels: Some(vec![channel]),
                ready: true,
                order: SessionOrder::Queue,
                skip: left,
                limit: LOOKED_AT,
                ..SessionFilter::default()
            };
            let page = self.store.sessions(&filter).await?;
            let last = (page.len() as u64) < LOOKED_AT;
            for session in page {
                if !self.assign(directory, session, policy, there).await? {
                    left += 1;
                }
            }
            if last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// True when it was given to somebody.
    async fn assign(
        &self,
        directory: &Directory,
        session: Session,
        policy: Policy,
        there: &mut Presences,
    ) -> Result<bool, DeskError> {
        let placement = &session.placement;
        let mut candidates = self.candidates_among(directory, placement.channel, placement.company, there);
        let here = place(&session);
        candidates.retain(|it| directory.checked.allows(it.technician, Permission::SessionTake, here));
        let chosen = |declined: &[TechnicianId]| {
            let ask = Ask { policy, narrow: placement.narrow, needs: &placement.needs, declined };
            routing::pick(&ask, &candidates).chosen
        };
        let mut to = chosen(&[]);
        // Only who held it can have given it back.
        if to.is_some() && session.started_at.is_some() {
            to = chosen(&self.store.released_by(session.id).await?);
        }
        match to {
            Some(to) => self.give(directory, session, to, there).await,
            None => Ok(false),
        }
    }

    async fn give(
        &self,
        directory: &Directory,
        session: Session,
        to: TechnicianId,
        there: &mut Presences,
    ) -> Result<bool, DeskError> {
        let Some(person) = directory.person(to) else { return Ok(false) };
        let limit = directory.limit_of(to);
        let Ok(next) = phase(&session)?.claim(to) else { return Ok(false) };
        let (now, owner) = (self.ambient.now(), Owner { id: to, name: person.name.clone() });
        let moved = directory.moved(session, next, Some(&owner), now);
        let entry = Entry { at: now, kind: HistoryKind::Assigned, by: Actor::Relay };
        let kept = there.get_mut(&to);
        match self.store.hold(&moved, u64::from(limit), &entry).await? {
            Held::Done(given) => {
                if let Some(kept) = kept {
                    kept.load = kept.load.saturating_add(1);
                    kept.given_at = Some(now);
                }
                self.changed().await;
                self.tell_live(*given).await?;
                Ok(true)
            }
            // Somebody gave them another one meanwhile, or was faster: the next round sees it.
            Held::AtLimit(load) => {
                if let Some(kept) = kept {
                    kept.load = load;
                }
                Ok(false)
            }
            Held::Moved => Ok(false),
        }
    }
}
