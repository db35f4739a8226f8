//! Times that are kept: first reaction and resolution, by priority, in business time, with alarms (Q8, Q16).
//!
//! The reaction clock runs from the moment a request came in until a technician reacts; the resolution clock until it is
//! resolved, and stands still while the session is paused (on hold, or closed before it was reopened). Both count
//! opening time only. An alarm is amber when a share of the time has passed and red when all of it has, and is
//! raised once, while its clock still runs.

use std::time::Duration;

use ponte_types::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::{Priority, calendar::Calendar};

/// A channel's targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Unchecked", deny_unknown_fields)]
pub struct Targets {
    reaction: TargetMinutes,
    resolution: TargetMinutes,
    /// Percent of the time after which the amber alarm is raised.
    amber: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    reaction: TargetMinutes,
    resolution: TargetMinutes,
    amber: u8,
}

/// Minutes of opening time by priority; no target where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetMinutes {
    pub low: Option<u32>,
    pub normal: Option<u32>,
    pub high: Option<u32>,
    pub urgent: Option<u32>,
}

impl TargetMinutes {
    const NONE: Self = Self { low: None, normal: None, high: None, urgent: None };

    #[must_use]
    pub fn of(&self, priority: Priority) -> Option<u32> {
        match priority {
            Priority::Low => self.low,
            Priority::Normal => self.normal,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}

/// The longest target: 60,000 minutes are 1,000 hours of opening time.
pub const LONGEST: u32 = 60_000;

/// Why targets were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetsError {
    #[error("a target is from 1 to {LONGEST} minutes")]
    OutOfRange,
    #[error("{}: a request cannot be resolved before somebody reacts; make the resolution target longer", .0.as_str())]
    ResolvedBeforeReaction(Priority),
    #[error("{}: a higher priority must not have a longer target than the one below it", .0.as_str())]
    LongerThanBelow(Priority),
    #[error("the amber alarm comes after 1 to 99 percent of the time")]
    Amber,
}

impl TryFrom<Unchecked> for Targets {
    type Error = TargetsError;
    fn try_from(it: Unchecked) -> Result<Self, TargetsError> {
        Self::new(it.reaction, it.resolution, it.amber)
    }
}

/// Which clock.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    Reaction,
    Resolution,
}

ponte_types::words!(Clock { Reaction = "reaction", Resolution = "resolution" });

/// How serious.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlarmLevel {
    /// Most of the time has passed.
    Amber,
    /// The target is missed.
    Red,
}

ponte_types::words!(AlarmLevel { Amber = "amber", Red = "red" });

/// One alarm; a session has each at most once.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct Alarm {
    pub clock: Clock,
    pub level: AlarmLevel,
}

/// What happened to a session, as far as its clocks go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline<'a> {
    pub received: UnixMillis,
    pub reacted: Option<UnixMillis>,
    pub resolved: Option<UnixMillis>,
    /// In order, not overlapping.
    pub pauses: &'a [Hold],
}

/// The resolution clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub from: UnixMillis,
    /// Absent while it lasts.
    pub to: Option<UnixMillis>,
}

/// The alarms of a session at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alarms {
    /// To be raised now, with the moment at which each was due.
    pub raise: Vec<(Alarm, UnixMillis)>,
    /// When to look again, unless something happens to the session before.
    pub next: Option<UnixMillis>,
}

/// A clock as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reading {
    pub clock: Clock,
    /// Opening time that it has run. Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    pub run: Duration,
    pub state: Running,
}

/// Whether a clock runs, and how it stands by its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Running {
    /// The target is missed at `due`; absent without a target, or when it is not in sight.
    Runs { due: Option<UnixMillis>, level: Option<AlarmLevel> },
    /// On hold.
    Paused { level: Option<AlarmLevel> },
    /// `kept` is absent without a target.
    Stopped { at: UnixMillis, kept: Option<bool> },
}

impl Targets {
    /// No target at all: clocks run and stop, and nothing is ever due.
    pub const NONE: Self = Self { reaction: TargetMinutes::NONE, resolution: TargetMinutes::NONE, amber: 99 };

    /// Minutes of opening time, and the percentage after which the amber alarm comes.
    ///
    /// # Errors
    /// Numbers out of range, or that contradict each other.
    pub fn new(reaction: TargetMinutes, resolution: TargetMinutes, amber: u8) -> Result<Self, TargetsError> {
        if !(1..=99).contains(&amber) {
            return Err(TargetsError::Amber);
        }
        for minutes in [&reaction, &resolution] {
            let mut below = None;
            for priority in Priority::ALL.iter().copied() {
                let Some(target) = minutes.of(priority) else { continue };
                if !(1..=LONGEST).contains(&target) {
                    return Err(TargetsError::OutOfRange);
                }
                if below.is_some_and(|below| target > below) {
                    return Err(TargetsError::LongerThanBelow(priority));
                }
                below = Some(target);
            }
        }
        for priority in Priority::ALL.iter().copied() {
            if let (Some(reaction), Some(resolution)) = (reaction.of(priority), resolution.of(priority))
                && resolution < reaction
            {
                return Err(TargetsError::ResolvedBeforeReaction(priority));
            }
        }
        Ok(Self { reaction, resolution, amber })
    }

    /// Opening time that a request of this priority may take.
    #[must_use]
    pub fn target(&self, clock: Clock, priority: Priority) -> Option<Duration> {
        let minutes = match clock {
            Clock::Reaction => self.reaction.of(priority),
            Clock::Resolution => self.resolution.of(priority),
        };
        minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
    }

    fn after(&self, level: AlarmLevel, clock: Clock, priority: Priority) -> Option<Duration> {
        let target = self.target(clock, priority)?;
        Some(match level {
            AlarmLevel::Amber => target * u32::from(self.amber) / 100,
            AlarmLevel::Red => target,
        })
    }

    /// Which alarms to raise now, and when to look again. `hours` is the channel's calendar; always open without.
    /// An amber alarm that would come together with its red one, or after it, is left out.
    #[must_use]
    pub fn alarms(
        &self,
        priority: Priority,
        hours: Option<&Calendar>,
        timeline: &Timeline<'_>,
        raised: &[Alarm],
        now: UnixMillis,
    ) -> Alarms {
        let (mut raise, mut next) = (Vec::new(), None::<UnixMillis>);
        for clock in [Clock::Reaction, Clock::Resolution] {
            if timeline.stopped(clock).is_some() {
                continue;
            }
            // Red first: it makes amber superfluous.
            for level in [AlarmLevel::Red, AlarmLevel::Amber] {
                let alarm = Alarm { clock, level };
                if raised.contains(&alarm) {
                    break;
                }
                let due =
                    self.after(level, clock, priority).and_then(|time| timeline.reaches(clock, hours, time));
                match due {
                    Some(due) if due <= now => {
                        raise.push((alarm, due));
                        break;
                    }
                    Some(due) => next = Some(next.map_or(due, |next| next.min(due))),
                    None => {}
                }
            }
        }
        Alarms { raise, next }
    }

    /// Both clocks as they are shown.
    #[must_use]
    pub fn readings(
        &self,
        priority: Priority,
        hours: Option<&Calendar>,
        timeline: &Timeline<'_>,
        now: UnixMillis,
    ) -> [Reading; 2] {
        [Clock::Reaction, Clock::Resolution].map(|clock| {
            let run = timeline.run(clock, hours, now);
            let over = |level| self.after(level, clock, priority).is_some_and(|time| run >= time);
            let level = [AlarmLevel::Red, AlarmLevel::Amber].into_iter().find(|level| over(*level));
            let state = if let Some(at) = timeline.stopped(clock) {
                Running::Stopped { at, kept: self.target(clock, priority).map(|target| run <= target) }
            } else if timeline.paused(clock, now) {
                Running::Paused { level }
            } else {
                let due = self.target(clock, priority).and_then(|time| timeline.reaches(clock, hours, time));
                Running::Runs { due, level }
            };
            Reading { clock, run, state }
        })
    }
}

impl Timeline<'_> {
    fn stopped(&self, clock: Clock) -> Option<UnixMillis> {
        match clock {
            // Who resolves it has reacted.
            Clock::Reaction => self.reacted.or(self.resolved),
            Clock::Resolution => self.resolved,
        }
    }

    fn pauses(&self, clock: Clock) -> &[Hold] {
        match clock {
            Clock::Reaction => &[],
            Clock::Resolution => self.pauses,
        }
    }

    fn paused(&self, clock: Clock, now: UnixMillis) -> bool {
        self.pauses(clock).iter().any(|pause| pause.from <= now && pause.to.is_none_or(|to| now < to))
    }

    /// Stretches in which the clock ran or runs; the last one may have no end.
    fn stretches(&self, clock: Clock) -> impl Iterator<Item = (UnixMillis, Option<UnixMillis>)> {
        let pauses = self.pauses(clock);
        let starts = std::iter::once(Some(self.received)).chain(pauses.iter().map(|pause| pause.to));
        let ends = pauses.iter().map(|pause| Some(pause.from)).chain([None]);
        starts.zip(ends).map_while(|(from, to)| Some((from?, to)))
    }

    /// When the clock has run for `time`, if nothing more happens; `None` when it is paused before, or that is too far.
    fn reaches(&self, clock: Clock, hours: Option<&Calendar>, time: Duration) -> Option<UnixMillis> {
        let mut left = time;
        for (from, to) in self.stretches(clock) {
            let due = add(hours, from, left)?;
            match to {
                Some(to) if due > to => left = left.saturating_sub(between(hours, from, to)),
                _ => return Some(due),
            }
        }
        None
    }

    fn run(&self, clock: Clock, hours: Option<&Calendar>, now: UnixMillis) -> Duration {
        let end = self.stopped(clock).map_or(now, |at| at.min(now));
        self.stretches(clock).map(|(from, to)| between(hours, from, to.map_or(end, |to| to.min(end)))).sum()
    }
}

fn add(hours: Option<&Calendar>, from: UnixMillis, time: Duration) -> Option<UnixMillis> {
    hours.map_or_else(|| Some(from.after(time)), |hours| hours.add(from, time))
}

fn between(hours: Option<&Calendar>, from: UnixMillis, to: UnixMillis) -> Duration {
    hours.map_or_else(|| to.since(from), |hours| hours.between(from, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        calendar::{CalendarSpec, Hours, Week},
        testing::{MINUTE, at, minutes},
    };

    fn targets() -> Targets {
        let reaction = TargetMinutes { normal: Some(60), urgent: Some(10), ..TargetMinutes::default() };
        let resolution =
            TargetMinutes { normal: Some(8 * 60), urgent: Some(120), ..TargetMinutes::default() };
        Targets::new(reaction, resolution, 75).unwrap()
    }

    fn fresh(received: i64) -> Timeline<'static> {
        Timeline { received: at(received), reacted: None, resolved: None, pauses: &[] }
    }

    /// Open from 8 to 17; the epoch was a Thursday.
    fn office() -> Calendar {
        let week = Week::working_days(&[Hours::new("08:00", "17:00")]);
        Calendar::parse(&CalendarSpec { time_zone: "UTC".into(), week, holidays: vec![] }).unwrap()
    }

    const fn alarm(clock: Clock, level: AlarmLevel) -> Alarm {
        Alarm { clock, level }
    }
    const AMBER: Alarm = alarm(Clock::Reaction, AlarmLevel::Amber);
    const RED: Alarm = alarm(Clock::Reaction, AlarmLevel::Red);

    #[test]
    fn alarms_come_in_opening_time_once_each_and_to_the_millisecond() {
        let (targets, office) = (targets(), office());
        let received = 16 * 60 + 30; // half an hour before closing
        let (amber, red) = (at(24 * 60 + 8 * 60 + 15), at(24 * 60 + 8 * 60 + 30));
        let look = |raised: &[Alarm], now| {
            targets.alarms(Priority::Normal, Some(&office), &fresh(received), raised, now)
        };
        assert_eq!(look(&[], at(received)), Alarms { raise: vec![], next: Some(amber) });
        assert!(look(&[], UnixMillis(amber.0 - 1)).raise.is_empty());
        assert_eq!(look(&[], amber), Alarms { raise: vec![(AMBER, amber)], next: Some(red) });
        assert_eq!(look(&[AMBER], amber), Alarms { raise: vec![], next: Some(red) }, "once");
        assert_eq!(look(&[AMBER], red).raise, [(RED, red)]);
        assert_eq!(look(&[], red).raise, [(RED, red)], "after a break of the scheduler only the worse one");
        assert!(look(&[RED], red).raise.is_empty(), "and amber does not come late");
        let resolution = alarm(Clock::Resolution, AlarmLevel::Amber);
        let due = at(24 * 60 + 8 * 60 + 330);
        assert_eq!(look(&[RED], red).next, Some(due), "75 % of 480 minutes, 30 of them on the first day");
        assert_eq!(look(&[RED], due).raise, [(resolution, due)]);
    }

    #[test]
    fn a_clock_that_stands_still_raises_nothing() {
        let targets = targets();
        let reacted = Timeline { reacted: Some(at(5)), ..fresh(0) };
        let later = at(100_000);
        let look =
            |timeline: &Timeline<'_>, now| targets.alarms(Priority::Urgent, None, timeline, &[], now).raise;
        assert!(look(&reacted, later).iter().all(|(alarm, _)| alarm.clock == Clock::Resolution));
        assert!(look(&Timeline { resolved: Some(at(9)), ..reacted }, later).is_empty());
        let unseen = Timeline { resolved: Some(at(9)), ..fresh(0) };
        assert!(look(&unseen, later).is_empty(), "who resolves it has reacted");
        let pauses = [Hold { from: at(120), to: Some(at(500)) }];
        let just = Timeline { pauses: &pauses, ..reacted };
        let red = alarm(Clock::Resolution, AlarmLevel::Red);
        assert_eq!(look(&just, later), [(red, at(120))], "due when the pause begins, not when it ends");
        let pauses = [Hold { from: at(60), to: None }];
        let held = Timeline { pauses: &pauses, ..reacted };
        assert!(look(&held, later).is_empty());
        let pauses = [Hold { from: at(60), to: Some(at(500)) }];
        let resumed = Timeline { pauses: &pauses, ..reacted };
        let amber = alarm(Clock::Resolution, AlarmLevel::Amber);
        assert!(look(&resumed, UnixMillis(530 * MINUTE - 1)).is_empty());
        assert_eq!(look(&resumed, at(530)), [(amber, at(530))], "90 minutes: 60 before, 30 after");
        assert!(
            targets.alarms(Priority::Low, None, &fresh(0), &[], later)
                == Alarms { raise: vec![], next: None }
        );
    }

    #[test]
    fn readings_say_how_long_and_whether_it_was_kept() {
        let (targets, office) = (targets(), office());
        let received = 16 * 60 + 30;
        let morning = |minute: i64| at(24 * 60 + 8 * 60 + minute);
        let read =
            |timeline: &Timeline<'_>, now| targets.readings(Priority::Normal, Some(&office), timeline, now);
        let [reaction, resolution] = read(&fresh(received), morning(16));
        assert_eq!(reaction.run, minutes(46));
        assert_eq!(reaction.state, Running::Runs { due: Some(morning(30)), level: Some(AlarmLevel::Amber) });
        assert_eq!(resolution.state, Running::Runs { due: Some(morning(450)), level: None });
        let kept = |reacted| {
            let timeline = Timeline { reacted: Some(reacted), ..fresh(received) };
            read(&timeline, morning(200))[0].state
        };
        assert_eq!(kept(morning(30)), Running::Stopped { at: morning(30), kept: Some(true) });
        let late = UnixMillis(morning(30).0 + 1);
        assert_eq!(kept(late), Running::Stopped { at: late, kept: Some(false) });
        let pauses = [Hold { from: morning(0), to: None }];
        let held = Timeline { pauses: &pauses, ..fresh(received) };
        let [_, resolution] = read(&held, morning(300));
        assert_eq!((resolution.run, resolution.state), (minutes(30), Running::Paused { level: None }));
    }

    #[test]
    fn targets_that_contradict_each_other_are_refused() {
        let only = |normal, urgent| TargetMinutes { normal, urgent, ..TargetMinutes::default() };
        let none = TargetMinutes::default();
        let error = |reaction, resolution, amber| Targets::new(reaction, resolution, amber).unwrap_err();
        assert_eq!(error(none, none, 0), TargetsError::Amber);
        assert_eq!(error(only(Some(0), None), none, 75), TargetsError::OutOfRange);
        assert_eq!(error(none, only(Some(LONGEST + 1), None), 75), TargetsError::OutOfRange);
        let longer = error(only(Some(10), Some(11)), none, 75);
        assert!(longer.to_string().starts_with("urgent: a higher priority"), "{longer}");
        let early = error(only(Some(10), None), only(Some(9), None), 75);
        assert_eq!(early, TargetsError::ResolvedBeforeReaction(Priority::Normal));
        let text = serde_json::to_string(&targets()).unwrap();
        assert_eq!(serde_json::from_str::<Targets>(&text).unwrap(), targets());
        assert!(serde_json::from_str::<Targets>(&text.replace("75", "100")).is_err());
    }

    proptest! {
        /// A scheduler that looks exactly when it is told raises every alarm at its moment and none twice, whatever
        /// the pauses; one that looks at random moments besides raises the same.
        #[test]
        fn each_alarm_is_raised_once_at_its_time(
            received in 0i64..20_000, lengths in prop::collection::vec(1i64..300, 0..6), extra in prop::collection::vec(0i64..40_000, 0..10),
        ) {
            let (targets, office) = (targets(), office());
            let mut edge = received;
            let mut edges = lengths.iter().map(|length| { edge += length; at(edge) });
            let mut pauses = Vec::new();
            while let (Some(from), Some(to)) = (edges.next(), edges.next()) {
                pauses.push(Hold { from, to: Some(to) });
            }
            let timeline = Timeline { pauses: &pauses, ..fresh(received) };
            let mut looks: Vec<UnixMillis> = extra.iter().map(|minute| at(received + minute)).collect();
            looks.push(at(received));
            let mut raised: Vec<Alarm> = Vec::new();
            while let Some(now) = looks.iter().copied().min() {
                looks.retain(|look| *look > now);
                let alarms = targets.alarms(Priority::Normal, Some(&office), &timeline, &raised, now);
                for (alarm, due) in alarms.raise {
                    prop_assert_eq!(due, now, "in time");
                    prop_assert!(!raised.contains(&alarm), "once");
                    let run = targets.readings(Priority::Normal, Some(&office), &timeline, now)
                        .into_iter().find(|it| it.clock == alarm.clock).unwrap().run;
                    prop_assert_eq!(Some(run), targets.after(alarm.level, alarm.clock, Priority::Normal));
                    raised.push(alarm);
                }
                prop_assert!(alarms.next.is_none_or(|next| next > now));
                looks.extend(alarms.next);
            }
            prop_assert_eq!(raised.len(), 4);
        }
    }
}
