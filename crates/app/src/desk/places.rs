//! The place of a session in its channel's queue, and how long it will take (Q14).
//!
//! Thousands may ask: the place is counted by the database, along an index; what the estimate needs of a channel (who works
//! there, how long its last sessions took, who came in the last hour) is read at most every [`FRESH`]. An answer says
//! when it is worth asking again; the desk's bell rings when anything in the queue changes.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ponte_desk::{
    Priority,
    availability::Availability,
    estimate::{self, Crew, Estimate, Position},
    routing::{Candidate, Narrow},
};
use ponte_store::Session;
use ponte_types::{ChannelId, SessionDetail, SessionId, UnixMillis};

use super::{Desk, DeskError, Directory, lock};

/// How long what is known of a channel is good for.
const FRESH: Duration = Duration::from_secs(10);
/// Who came within this time overtakes as many again in the next.
const HOUR: Duration = Duration::from_secs(3600);

/// Where somebody stands who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLine {
    /// From 1, among those who wait in the channel.
    pub place: u32,
    pub of: u32,
    pub estimate: Estimate,
    /// It is not worth asking again before, unless the bell rang.
    pub ask_again: Duration,
}

/// What is known of channels.
pub(super) type Recents = HashMap<ChannelId, (UnixMillis, Arc<Recent>)>;

/// What is known of a channel.
#[derive(Debug)]
pub(super) struct Recent {
    technicians: Vec<Candidate>,
    /// How long its last sessions took, newest first.
    pub(super) handled: Vec<Duration>,
    /// In the last hour.
    came: Vec<(Priority, u64)>,
}

impl Desk {
    /// Where a session stands that can be taken; `None` for any other.
    ///
    /// # Errors
    /// `not_found`; or the store fails.
    pub async fn place_of(&self, id: SessionId) -> Result<Option<InLine>, DeskError> {
        let session = self.load(id).await?;
        self.in_line(&session).await
    }

    /// As [`Desk::place_of`], of a session that was read already.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn in_line(&self, session: &Session) -> Result<Option<InLine>, DeskError> {
        let placement = &session.placement;
        let (Some(SessionDetail::Ready), Some(queue_at)) = (session.detail, placement.queue_at) else {
            return Ok(None);
        };
        let (ahead, of) = self.store.in_line(placement.channel, queue_at, session.id).await?;
        let place = u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1);
        let directory = self.directory_now().await?;
        let recent = self.recent(&directory, placement.channel).await?;
        let position = Position { place, overtaking: recent.overtaking(placement.priority) };
        Ok(Some(InLine {
            place,
            of: u32::try_from(of).unwrap_or(u32::MAX).max(place),
            estimate: estimate::estimate(position, recent.crew(placement.narrow), &recent.handled),
            ask_again: ask_again(place),
        }))
    }

    /// What is known of a channel, at most [`FRESH`] old.
    pub(super) async fn recent(
        &self,
        directory: &Directory,
        channel: ChannelId,
    ) -> Result<Arc<Recent>, DeskError> {
        let now = self.ambient.now();
        if let Some((at, recent)) = lock(&self.recent).get(&channel)
            && now.since(*at) < FRESH
            && *at <= now
        {
            return Ok(Arc::clone(recent));
        }
        let newest = u64::try_from(estimate::NEWEST).unwrap_or(u64::MAX);
        let recent = Arc::new(Recent {
            technicians: self.candidates(directory, channel, None).await?,
            handled: self.store.handled(channel, newest).await?,
            came: self.store.came_since(channel, now.before(HOUR)).await?,
        });
        let mut kept = lock(&self.recent);
        // Channels come and go: what is old is of no use to anybody.
        kept.retain(|_, (at, _)| now.since(*at) < FRESH);
        kept.insert(channel, (now, Arc::clone(&recent)));
        Ok(recent)
    }
}

impl Recent {
    /// How many of a higher priority came in the last hour.
    pub(super) fn overtaking(&self, priority: Priority) -> u32 {
        let higher = self.came.iter().filter(|(came, _)| *came > priority);
        higher.fold(0, |all, (_, count)| all.saturating_add(u32::try_from(*count).unwrap_or(u32::MAX)))
    }

    /// Those who could take a session: on shift, and meant.
    pub(super) fn crew(&self, narrow: Option<Narrow>) -> Crew {
        let meant = |it: &&Candidate| match narrow {
            None => true,
            Some(Narrow::Technician(technician)) => it.technician == technician,
            Some(Narrow::Group(group)) => it.groups.contains(&group),
        };
        let mut crew = Crew { slots: 0, free: 0 };
        for it in self.technicians.iter().filter(meant) {
            match it.availability {
                Availability::Available => {
                    crew.slots += it.limit;
                    crew.free += it.limit.saturating_sub(it.load);
                }
                Availability::Busy => crew.slots += it.limit,
                Availability::Away | Availability::OffShift => {}
            }
        }
        crew
    }
}

/// Who is near the front sees it move sooner.
fn ask_again(place: u32) -> Duration {
    Duration::from_secs(match place {
        0..=10 => 10,
        11..=100 => 30,
        _ => 60,
    })
}
