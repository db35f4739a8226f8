//! Business calendars: opening hours by the wall clock of a place, its holidays, its daylight saving.
//!
//! Hours are written in local time and counted in real time. On the day the clocks go forward, an opening that lies in
//! the missing hour begins when that hour would have begun, and the day is shorter; on the day they go back, an hour
//! that comes twice begins at its first coming, and the day is longer. Nothing is ever open twice or backwards.
//!
//! Time zones come from the data that is built into the program, so all nodes of one version agree.

mod rules;
mod spec;

use std::time::Duration;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::AmbiguousOffset,
};
use ponte_types::UnixMillis;

pub use rules::{
    Attempt, BusinessDays, BusinessDaysError, NoContact, Reopening, ReopeningRule, no_contact, reopening,
};
pub use spec::{CalendarError, CalendarSpec, Holiday, Hours, MOST_HOLIDAYS, MOST_HOURS, Week};

use spec::{Parts, Span};

/// An opening that goes on for longer has no end worth telling.
const ENDLESS: Duration = Duration::from_secs(14 * 24 * 3600);
/// How far ahead an opening is looked for.
const HORIZON_DAYS: usize = 3_660;

/// A checked calendar.
pub struct Calendar {
    parts: Parts,
}

impl std::fmt::Debug for Calendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calendar").field("zone", &self.parts.zone.iana_name()).finish_non_exhaustive()
    }
}

/// One opening: from, inclusive, and to, exclusive.
type Opening = (UnixMillis, UnixMillis);

impl Calendar {
    /// Checks what was written down.
    ///
    /// # Errors
    /// [`CalendarError`], with the place and what to do.
    pub fn parse(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        spec::parse(spec).map(|parts| Self { parts })
    }

    #[must_use]
    pub fn is_open(&self, at: UnixMillis) -> bool {
        self.opening_at_or_after(at).is_some_and(|(from, _)| from <= at)
    }

    /// `at` itself when it is open; `None` when it does not open within ten years.
    #[must_use]
    pub fn next_opening(&self, at: UnixMillis) -> Option<UnixMillis> {
        self.opening_at_or_after(at).map(|(from, _)| from.max(at))
    }

    /// When it closes next; `None` when it is closed. Hours that touch, also at midnight, are one opening.
    #[must_use]
    pub fn closes_at(&self, at: UnixMillis) -> Option<UnixMillis> {
        let mut openings = self.openings(at).skip_while(|(_, to)| *to <= at);
        let (from, mut closes) = openings.next()?;
        if from > at {
            return None;
        }
        for (from, to) in openings {
            if from > closes {
                break;
            }
            closes = to;
        }
        Some(closes)
    }

    /// The openings from `at` on, at most so many; one that is under way begins before. Hours that touch are one opening.
    #[must_use]
    pub fn upcoming(&self, at: UnixMillis, most: usize) -> Vec<(UnixMillis, UnixMillis)> {
        let mut found: Vec<Opening> = Vec::new();
        for (from, to) in self.openings(at).skip_while(|(_, to)| *to <= at) {
            let full = found.len() == most;
            match found.last_mut() {
                // Without an end: day after day is one opening.
                Some((begun, last)) if from <= *last && to.since(*begun) <= ENDLESS => *last = to,
                Some((_, last)) if from <= *last => break,
                _ if full => break,
                _ => found.push((from, to)),
            }
        }
        found
    }

    /// When the clocks change next, and by how many seconds: forward is positive. `None` where they do not, in a year.
    #[must_use]
    pub fn clock_change(&self, at: UnixMillis) -> Option<(UnixMillis, i32)> {
        let start = timestamp(at);
        let before = self.parts.zone.to_offset(start);
        let year = at.after(Duration::from_secs(366 * 24 * 3600));
        let changes = self.parts.zone.following(start).map(|change| {
            (UnixMillis(change.timestamp().as_millisecond()), change.offset().seconds() - before.seconds())
        });
        // A zone may change its name without changing its clocks.
        changes.take_while(|(at, _)| *at <= year).find(|(_, by)| *by != 0)
    }

    /// The moment at which `work` of opening time has passed since `at`; when that is closing time, the moment of
    /// closing rather than the next opening. `None` when it takes more than ten years.
    #[must_use]
    pub fn add(&self, at: UnixMillis, work: Duration) -> Option<UnixMillis> {
        let mut left = work;
        if left.is_zero() {
            return Some(at);
        }
        for (from, to) in self.openings(at) {
            let from = from.max(at);
            let open = to.since(from);
            if left <= open {
                return Some(from.after(left));
            }
            left -= open;
        }
        None
    }

    /// Opening time between two moments; zero when `to` is not after `from`. Counts at most ten years.
    #[must_use]
    pub fn between(&self, from: UnixMillis, to: UnixMillis) -> Duration {
        self.openings(from)
            .take_while(|(opens, _)| *opens < to)
            .map(|(opens, closes)| closes.min(to).since(opens.max(from)))
            .sum()
    }

    /// Closing time of the `days`th business day after the day of `at`, which itself does not count; `at` for none. A
    /// business day is one with any opening. `None` when that is more than ten years ahead.
    #[must_use]
    pub fn end_of_business_day(&self, at: UnixMillis, days: u16) -> Option<UnixMillis> {
        if days == 0 {
            return Some(at);
        }
        let today = self.date(at);
        self.dates(today)
            .skip(1)
            .filter_map(|date| self.day(date).last())
            .map(|(_, closes)| closes)
            .nth(usize::from(days) - 1)
    }

    fn opening_at_or_after(&self, at: UnixMillis) -> Option<Opening> {
        self.openings(at).find(|(_, to)| *to > at)
    }

    /// All openings from the one that may hold `at`, in order. None of an earlier day holds it: a day's last opening ends
    /// at the latest when the next date is reached for the first time.
    fn openings(&self, at: UnixMillis) -> impl Iterator<Item = Opening> {
        self.dates(self.date(at)).flat_map(|date| self.day(date))
    }

    fn dates(&self, start: Date) -> impl Iterator<Item = Date> + use<> {
        std::iter::successors(Some(start), |date| date.tomorrow().ok()).take(HORIZON_DAYS)
    }

    fn date(&self, at: UnixMillis) -> Date {
        self.parts.zone.to_datetime(timestamp(at)).date()
    }

    /// Openings of one local day in real time. A day that the zone left out altogether has none.
    fn day(&self, date: Date) -> impl Iterator<Item = Opening> {
        self.spans(date)
            .iter()
            .map(move |(from, to)| (self.moment(date, *from), self.moment(date, *to)))
            .filter(|(from, to)| from < to)
    }

    fn spans(&self, date: Date) -> &[Span] {
        let special =
            self.parts.dated.get(&date).or_else(|| self.parts.yearly.get(&(date.month(), date.day())));
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        special.unwrap_or(&self.parts.week[weekday])
    }

    /// The moment when the wall clock reaches `minute` of `date` for the first time, or would have. Never falls when
    /// the wall clock rises.
    fn moment(&self, date: Date, minute: u16) -> UnixMillis {
        let (date, minute) = match minute {
            1440.. => (date.tomorrow().unwrap_or(date), 0),
            minute => (date, minute),
        };
        let part = |number: u16| i8::try_from(number).unwrap_or(0);
        let clock = Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight());
        let ambiguous = self.parts.zone.to_ambiguous_timestamp(date.to_datetime(clock));
        let moment = match ambiguous.offset() {
            // Within the missing hour: the moment of the change itself.
            AmbiguousOffset::Gap { .. } => ambiguous.earlier().map(|before| {
                self.parts.zone.following(before).next().map_or(before, |change| change.timestamp())
            }),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier(),
        };
        UnixMillis(moment.map_or(i64::MAX, Timestamp::as_millisecond))
    }
}

/// Moments outside of the years that the calendar knows are brought to its edge.
fn timestamp(at: UnixMillis) -> Timestamp {
    let edge = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(edge)
}

#[cfg(test)]
mod tests;
