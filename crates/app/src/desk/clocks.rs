//! The clocks of a session: when somebody has to react, when it has to be resolved, and what is raised when it is not
//! (Q8, Q16); and when a session that nobody takes goes on to others (K3).
//!
//! Clocks are computed anew with every change of a session, from what is kept of it and from its channel's targets and
//! hours, and kept beside it. What happens by time alone is found by [`ponte_store::Clocks::look_at`]: a restart forgets
//! nothing, and two relays that look at once raise an alarm once.

use ponte_desk::{
    calendar::Calendar,
    targets::{Alarm, AlarmLevel, Clock, Hold, Reading, Running, Targets, Timeline},
};
use ponte_store::{Actor, Clocks, Entry, HistoryKind, KeptClock, Raise, Session};
use ponte_types::{ChannelId, SessionDetail, SessionState, UnixMillis};

use super::{Desk, DeskError, Directory};

/// Sessions looked at in one round.
const LOOKED_AT: u64 = 200;
/// Least time until the same session is looked at again.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

impl Directory {
    /// With its clocks as they follow from what is known of it.
    pub(super) fn with_clocks(&self, mut session: Session) -> Session {
        let clocks = &session.clocks;
        let (mut reaction, mut resolution) = (clocks.reaction, clocks.resolution);
        for clock in [&mut reaction, &mut resolution] {
            *clock = KeptClock { amber: clock.amber, red: clock.red, ..KeptClock::default() };
        }
        let mut look_at = None;
        if let Some(timeline) = timeline(&session).filter(|_| session.state != SessionState::Expired) {
            let (targets, hours) = self.rules_of(session.placement.channel);
            let readings = targets.readings(session.placement.priority, hours, &timeline, last(&timeline));
            for reading in readings {
                let clock = match reading.clock {
                    Clock::Reaction => &mut reaction,
                    Clock::Resolution => &mut resolution,
                };
                show(clock, reading);
            }
            // At the beginning of time nothing is due: what was not raised yet comes next, also when its time has passed.
            let raised = clocks.raised();
            let then =
                targets.alarms(session.placement.priority, hours, &timeline, &raised, UnixMillis(i64::MIN));
            look_at = then.next;
            look_at = earlier(look_at, self.falls_back_at(&session));
        }
        session.clocks.reaction = reaction;
        session.clocks.resolution = resolution;
        session.clocks.look_at = look_at;
        session
    }

    /// Alarms that are due and were not raised.
    fn due(&self, session: &Session, now: UnixMillis) -> Vec<Raise> {
        let Some(timeline) = timeline(session).filter(|_| is_under_way(session)) else {
            return Vec::new();
        };
        let (targets, hours) = self.rules_of(session.placement.channel);
        let priority = session.placement.priority;
        let alarms = targets.alarms(priority, hours, &timeline, &session.clocks.raised(), now);
        let raise = |(alarm, due): (Alarm, UnixMillis)| Raise {
            alarm,
            due,
            entry: Entry { at: now, kind: HistoryKind::alarm(alarm), by: Actor::Relay },
        };
        alarms.raise.into_iter().map(raise).collect()
    }

    /// When a session that nobody takes goes on to others: its channel's time after it came, came back, or came here.
    pub(super) fn falls_back_at(&self, session: &Session) -> Option<UnixMillis> {
        let channel = self.channel(session.placement.channel)?;
        let time = channel.fallback_after.time()?;
        if channel.fallback.is_none() && session.placement.narrow.is_none() {
            return None;
        }
        if session.detail != Some(SessionDetail::Ready) {
            return None;
        }
        let since = session.placement.came_at?.max(session.waiting_since?);
        let since = session.clocks.stands_since.map_or(since, |stands| stands.max(since));
        match self.checked.calendars.get(&session.placement.channel) {
            Some(hours) => hours.add(since, time),
            None => Some(since.after(time)),
        }
    }

    fn rules_of(&self, channel: ChannelId) -> (Targets, Option<&Calendar>) {
        let targets = self.channel(channel).and_then(|channel| channel.targets);
        // Both clocks run and stop also without a target: the times are kept all the same.
        (targets.unwrap_or(Targets::NONE), self.checked.calendars.get(&channel))
    }
}

/// What happened to the session, as far as its clocks go; `None` before the person came.
fn timeline(session: &Session) -> Option<Timeline<'_>> {
    Some(Timeline {
        received: session.placement.came_at?,
        reacted: session.clocks.answered_at,
        resolved: session.closed_at.filter(|_| session.state == SessionState::Closed),
        pauses: &session.clocks.pauses,
    })
}

/// The last thing that happened: what stopped has stopped by then, and what is paused is paused.
fn last(timeline: &Timeline<'_>) -> UnixMillis {
    let pauses = timeline.pauses.iter().map(|pause| pause.to.unwrap_or(pause.from));
    let others = [timeline.reacted, timeline.resolved].into_iter().flatten();
    pauses.chain(others).fold(timeline.received, UnixMillis::max)
}

fn show(clock: &mut KeptClock, reading: Reading) {
    match reading.state {
        Running::Runs { due, .. } => clock.due = due,
        Running::Paused { .. } => {}
        Running::Stopped { kept, .. } => {
            clock.ran = Some(std::time::Duration::from_secs(reading.run.as_secs()));
            clock.kept = kept;
        }
    }
}

pub(super) fn earlier(one: Option<UnixMillis>, other: Option<UnixMillis>) -> Option<UnixMillis> {
    one.into_iter().chain(other).min()
}

/// Pauses of the resolution clock after a move: it stands still on hold, and between closing and reopening.
pub(super) fn paused(clocks: &mut Clocks, before: &Session, after: &Session, now: UnixMillis) {
    let over = |session: &Session| session.state == SessionState::Closed;
    match clocks.pauses.last_mut().filter(|pause| pause.to.is_none()) {
        Some(open) if !on_hold(after) => open.to = Some(now),
        Some(_) => {}
        None if on_hold(after) => clocks.pauses.push(Hold { from: now, to: None }),
        None => {}
    }
    if let Some(closed) = before.closed_at.filter(|_| over(before) && !over(after)) {
        clocks.pauses.push(Hold { from: closed, to: Some(now) });
    }
}

fn on_hold(session: &Session) -> bool {
    session.detail == Some(SessionDetail::OnHold)
}

fn is_under_way(session: &Session) -> bool {
    matches!(session.state, SessionState::Waiting | SessionState::Active)
}

impl Desk {
    /// Raises every alarm that is due, passes on what waited in vain, and reads clocks anew where that was asked for;
    /// returns when to look again.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again next time.
    pub async fn look_at_clocks(&self) -> Result<Option<UnixMillis>, DeskError> {
        loop {
            let now = self.ambient.now();
            let due = self.store.to_look_at(now, LOOKED_AT).await?;
            if due.is_empty() {
                break;
            }
            let (directory, all) = (self.directory_now().await?, due.len());
            let mut rang = false;
            for session in due {
                rang |= self.look(&directory, session, now).await?;
            }
            if rang {
                self.changed().await;
            }
            // What changed meanwhile is looked at in the next round.
            if u64::try_from(all).unwrap_or(u64::MAX) < LOOKED_AT {
                break;
            }
        }
        Ok(self.store.next_look().await?)
    }

    async fn look(
        &self,
        directory: &Directory,
        session: Session,
        now: UnixMillis,
    ) -> Result<bool, DeskError> {
        let mut seen = session;
        if directory.falls_back_at(&seen).is_some_and(|at| at <= now) {
            if self.waited_in_vain(directory, &seen, now).await? {
                return Ok(true);
            }
            // Nobody else can take it now: it is tried again after the same time.
            seen.clocks.stands_since = Some(now);
        }
        let raise = directory.due(&seen, now);
        for raise in &raise {
            let clocks = &mut seen.clocks;
            let clock = match raise.alarm.clock {
                Clock::Reaction => &mut clocks.reaction,
                Clock::Resolution => &mut clocks.resolution,
            };
            match raise.alarm.level {
                AlarmLevel::Amber => clock.amber = Some(raise.due),
                AlarmLevel::Red => clock.red = Some(raise.due),
            }
        }
        let mut seen = directory.with_clocks(seen);
        // A time that has passed and led to nothing must not be looked at for ever.
        seen.clocks.look_at = seen.clocks.look_at.map(|at| at.max(now.after(PAUSE)));
        Ok(self.store.keep_clocks(&seen, &raise).await?)
    }
}
