//! Who waits by a channel's link is told where they stand, as the queue moves (Q14).
//!
//! The queue is looked at as a whole, at most once a second and only when it moved, or after [`ROUND`], since time alone
//! makes an estimate another one. A program is told when what it shows has changed: far back the place is rounded, so
//! that the first one of ten thousand does not make the others' programs talk.

use std::{collections::HashMap, time::Duration};

use ponte_desk::{
    admission::Shut,
    estimate::{Estimate, Position, estimate},
};
use ponte_store::InQueue;
use ponte_types::{ConnectionId, SessionId};
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, Directory};
use crate::ports::{Standing, Wait};

/// How often the queue is looked at, at most.
const PACE: Duration = Duration::from_secs(1);
/// …and at least, while somebody waits.
const ROUND: Duration = Duration::from_secs(30);

/// What programs were told last, by the connection that was told.
type Told = HashMap<SessionId, (Option<ConnectionId>, Standing)>;

impl Desk {
    /// Runs until `stop`.
    pub async fn run_standings(&self, stop: CancellationToken) {
        let (mut bell, mut team) = (self.doorbell(), self.team_bell.subscribe());
        let mut told = Told::new();
        loop {
            bell.mark_unchanged();
            team.mark_unchanged();
            if let Err(error) = self.tell_standings(&mut told).await {
                tracing::error!(%error, "who waits was not told where they stand; it is tried again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ROUND) => {}
                rang = bell.changed() => if rang.is_err() { return },
                rang = team.changed() => if rang.is_err() { return },
            }
            // What happens within a second is told together.
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PACE) => {}
            }
        }
    }

    async fn tell_standings(&self, told: &mut Told) -> Result<(), DeskError> {
        let Some(live) = self.live() else { return Ok(()) };
        // However many wait: nobody is here to be told.
        if live.sessions().is_empty() {
            told.clear();
            return Ok(());
        }
        let queue = self.store.queue().await?;
        let directory = self.directory_now().await?;
        let mut still = Told::with_capacity(told.len());
        for channel in queue.chunk_by(|one, next| one.channel == next.channel) {
            if !channel.iter().any(|it| it.called) {
                continue;
            }
            for (standing, it) in self.in_lines(&directory, channel).await? {
                let known = told.remove(&it.session);
                let now = (it.connection, standing);
                if known == Some(now) || live.placed(it.session, standing).await {
                    still.insert(it.session, now);
                }
            }
        }
        *told = still;
        Ok(())
    }

    /// Of those in one channel who came by a link, in the queue's order.
    async fn in_lines<'a>(
        &self,
        directory: &Directory,
        channel: &'a [InQueue],
    ) -> Result<Vec<(Standing, &'a InQueue)>, DeskError> {
        let Some(first) = channel.first() else { return Ok(Vec::new()) };
        let recent = self.recent(directory, first.channel).await?;
        let shut = directory.door(first.channel, &[]).and_then(|door| door.check(self.ambient.now()).err());
        let opens_at = shut.and_then(Shut::again_at);
        let standing = |(index, it): (usize, &'a InQueue)| {
            let place = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
            let (place, about) = rounded(place);
            let wait = if shut.is_some() {
                Wait::Unknown
            } else {
                let position = Position { place, overtaking: recent.overtaking(it.priority) };
                wait(&estimate(position, recent.crew(it.narrow), &recent.handled))
            };
            (Standing { place, about, taken: false, wait, opens_at }, it)
        };
        Ok(channel.iter().enumerate().filter(|(_, it)| it.called).map(standing).collect())
    }
}

/// Far back nobody counts: by tens from the 21st place on, by fifties from the 101st.
fn rounded(place: u32) -> (u32, bool) {
    let to = |step: u32| place.div_ceil(step).saturating_mul(step);
    match place {
        0..=20 => (place, false),
        21..=100 => (to(10), true),
        _ => (to(50), true),
    }
}

/// In whole minutes; long ones by five.
fn wait(estimate: &Estimate) -> Wait {
    let minutes = |time: &Duration| u32::try_from(time.as_secs() / 60).unwrap_or(u32::MAX);
    match estimate {
        Estimate::Now => Wait::Now,
        Estimate::Between { from, to } => {
            let (from, to) = (minutes(from), minutes(to).max(1));
            if to <= 15 {
                Wait::Minutes { from, to }
            } else {
                Wait::Minutes { from: from / 5 * 5, to: to.div_ceil(5).saturating_mul(5) }
            }
        }
        Estimate::Unknown { .. } => Wait::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_exact_in_front_and_rounded_behind() {
        for (place, shown) in [(1, (1, false)), (20, (20, false)), (21, (30, true)), (30, (30, true))] {
            assert_eq!(rounded(place), shown);
        }
        assert_eq!((rounded(100), rounded(101), rounded(u32::MAX).1), ((100, true), (150, true), true));
        // When the first one of ten thousand is taken, few of the others see another place.
        let change = (2..=10_000u32).filter(|place| rounded(*place) != rounded(place - 1)).count();
        assert!(change < 250, "{change}");
    }

    #[test]
    fn a_wait_is_told_in_minutes_or_not_at_all() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let between = |from, to| wait(&Estimate::Between { from: minutes(from), to: minutes(to) });
        assert_eq!(between(0, 0), Wait::Minutes { from: 0, to: 1 });
        assert_eq!(between(4, 9), Wait::Minutes { from: 4, to: 9 });
        assert_eq!(between(13, 31), Wait::Minutes { from: 10, to: 35 });
        let unknown = Estimate::Unknown { why: ponte_desk::estimate::Unknown::TooFewKnown };
        assert_eq!((wait(&Estimate::Now), wait(&unknown)), (Wait::Now, Wait::Unknown));
    }
}
