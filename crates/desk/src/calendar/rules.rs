//! Two rules that count in business days: closing when nobody can be reached, and reopening (Q12).

use ponte_types::UnixMillis;
use serde::{Deserialize, Serialize};

use super::Calendar;
use crate::bounded::bounded;

bounded! {
    /// From 1 to 366 business days.
    BusinessDays(u16 "u16") 1..=366, BusinessDaysError "give a number of business days from 1 to 366"
}

impl BusinessDays {
    pub const THREE: Self = Self(3);
    pub const FIVE: Self = Self(5);
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

/// One try to reach the end user, as it stands in the work log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub at: UnixMillis,
    pub reached: bool,
}

/// How a session stands by the no-contact rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoContact {
    /// Nobody has failed to reach the end user since they were reached last: nothing runs.
    NotRunning,
    /// The first try without success was at `since`; unless they are reached, it is to be closed at `closes_at`,
    /// absent when the calendar does not open often enough to tell.
    Running { since: UnixMillis, closes_at: Option<UnixMillis> },
    /// It is to be closed, and the end user told that it can be reopened.
    Due { since: UnixMillis },
}

/// No contact for so many business days: the session is closed when the last of them ends. They are the business days
/// after the day of the first try without success; further tries change nothing, being reached starts anew. Silence
/// alone closes nothing: somebody has to have tried.
#[must_use]
pub fn no_contact(
    calendar: &Calendar,
    days: BusinessDays,
    attempts: &[Attempt],
    now: UnixMillis,
) -> NoContact {
    let attempts = || attempts.iter().filter(|attempt| attempt.at <= now);
    let reached = attempts().filter(|attempt| attempt.reached).map(|attempt| attempt.at).max();
    let failed = attempts()
        .filter(|attempt| !attempt.reached && reached.is_none_or(|reached| attempt.at > reached))
        .map(|attempt| attempt.at)
        .min();
    let Some(since) = failed else { return NoContact::NotRunning };
    match calendar.end_of_business_day(since, days.get()) {
        Some(at) if at <= now => NoContact::Due { since },
        closes_at => NoContact::Running { since, closes_at },
    }
}

/// How long after its end a session can be reopened, keeping its number and its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReopeningRule {
    Never,
    BusinessDays(BusinessDays),
    Always,
}

/// Can this session be reopened?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reopening {
    /// Yes; before `until`, where it is given.
    Possible { until: Option<UnixMillis> },
    /// It was, before `until`. The end user opens a new one.
    Over { until: UnixMillis },
    /// The channel does not reopen.
    Never,
}

/// May a session that ended at `closed_at` be reopened at `now`? The day it was closed on does not count.
#[must_use]
pub fn reopening(
    calendar: &Calendar,
    rule: ReopeningRule,
    closed_at: UnixMillis,
    now: UnixMillis,
) -> Reopening {
    match rule {
        ReopeningRule::Never => Reopening::Never,
        ReopeningRule::Always => Reopening::Possible { until: None },
        ReopeningRule::BusinessDays(days) => match calendar.end_of_business_day(closed_at, days.get()) {
            Some(until) if until <= now => Reopening::Over { until },
            until => Reopening::Possible { until },
        },
    }
}
