//! Who can take a session now (Q5): what a technician chose, whether they are heard from, their shift, their limit.
//!
//! Availability is computed, not kept: what is kept is what the technician chose, when their console was last heard,
//! when the shift ends, and how many sessions they hold.

use std::time::Duration;

use ponte_types::UnixMillis;
use serde::{Deserialize, Serialize};

/// Whether a technician is offered sessions.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Is offered new sessions.
    Available,
    /// Works, and is offered nothing new; by itself when the limit is reached.
    Busy,
    /// Not at the desk; by itself when the console is not heard from.
    Away,
    /// Not working. Holds no sessions for longer than the grace after the shift's end.
    OffShift,
}

ponte_types::words!(Availability { Available = "available", Busy = "busy", Away = "away", OffShift = "off_shift" });

/// What is known of a technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// What they chose.
    pub chosen: Availability,
    /// When their console was last heard from.
    pub heard_at: UnixMillis,
    /// When their shift ends, where shifts are planned.
    pub shift_ends: Option<UnixMillis>,
    /// Sessions that they hold.
    pub load: u32,
    /// The most they may hold.
    pub limit: u32,
}

/// How patient the desk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Patience {
    /// Not heard from for so long: away. Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    pub silent: Duration,
    /// Not heard from for so long: the sessions go back. Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    pub gone: Duration,
    /// After the end of the shift, time to hand over by oneself. Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    pub after_shift: Duration,
}

impl Default for Patience {
    /// A minute, fifteen minutes, fifteen minutes.
    fn default() -> Self {
        Self {
            silent: Duration::from_secs(60),
            gone: Duration::from_secs(15 * 60),
            after_shift: Duration::from_secs(15 * 60),
        }
    }
}

/// A console is heard from every 20 seconds: after less than two of these nobody can be told to be gone.
const SHORTEST: Duration = Duration::from_secs(40);

/// Why a patience was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatienceError {
    #[error("somebody is away after 40 seconds without a sign at the earliest: 'silent' must be at least 40")]
    Silent,
    #[error("sessions go back when somebody is gone for longer than away: 'gone' must be at least 'silent'")]
    Gone,
}

impl Patience {
    /// Can it be kept?
    ///
    /// # Errors
    /// What is too short.
    pub fn check(&self) -> Result<(), PatienceError> {
        if self.silent < SHORTEST {
            Err(PatienceError::Silent)
        } else if self.gone < self.silent {
            Err(PatienceError::Gone)
        } else {
            Ok(())
        }
    }
}

/// Availability and why it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Effective {
    pub availability: Availability,
    pub because: Cause,
}

/// What an availability follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The technician chose it.
    Chosen,
    /// Not heard from since then.
    Silent { since: UnixMillis },
    /// As many sessions as allowed.
    AtLimit { load: u32, limit: u32 },
    /// The shift is over since then.
    ShiftOver { since: UnixMillis },
}

/// How a session comes to a technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// The desk gives it, by a policy.
    Given,
    /// The technician takes it, or accepts an offer.
    ByHand,
}

/// Why a technician cannot take a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CannotTake {
    #[error("holds {load} sessions already and may hold {limit}")]
    AtLimit { load: u32, limit: u32 },
    #[error("is busy")]
    Busy,
    #[error("is away")]
    Away,
    #[error("is off shift")]
    OffShift,
}

/// What becomes of the sessions that a technician holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandBack {
    /// Nothing.
    Keep,
    /// The shift is over: ask whom to hand them to. At `at` they go back by themselves.
    Ask { at: UnixMillis },
    /// They go back now.
    Now { because: Gone },
}

/// Why sessions go back by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The technician went off shift.
    WentOffShift,
    /// The shift and the grace after it are over.
    ShiftOver,
    /// Not heard from for too long.
    Silent,
}

impl Presence {
    /// Whether they are offered sessions at `now`.
    #[must_use]
    pub fn effective(&self, patience: &Patience, now: UnixMillis) -> Effective {
        let over = self.shift_ends.filter(|ends| *ends <= now);
        let (availability, because) = if self.chosen == Availability::OffShift {
            (Availability::OffShift, Cause::Chosen)
        } else if let Some(since) = over {
            (Availability::OffShift, Cause::ShiftOver { since })
        } else if self.heard_at.after(patience.silent) <= now {
            (Availability::Away, Cause::Silent { since: self.heard_at })
        } else if self.chosen == Availability::Available && self.load >= self.limit {
            (Availability::Busy, Cause::AtLimit { load: self.load, limit: self.limit })
        } else {
            (self.chosen, Cause::Chosen)
        };
        Effective { availability, because }
    }

    /// May they take one more session? Nobody ever holds more than the limit. By hand it can be taken also by who is
    /// busy or away: whoever presses the button is there.
    ///
    /// # Errors
    /// Why not.
    pub fn may_take(&self, how: Taking, patience: &Patience, now: UnixMillis) -> Result<(), CannotTake> {
        let effective = self.effective(patience, now).availability;
        if effective == Availability::OffShift {
            return Err(CannotTake::OffShift);
        }
        if self.load >= self.limit {
            return Err(CannotTake::AtLimit { load: self.load, limit: self.limit });
        }
        match (how, effective) {
            (Taking::Given, Availability::Busy) => Err(CannotTake::Busy),
            (Taking::Given, Availability::Away) => Err(CannotTake::Away),
            _ => Ok(()),
        }
    }

    /// What becomes of the sessions that they hold.
    #[must_use]
    pub fn hand_back(&self, patience: &Patience, now: UnixMillis) -> HandBack {
        if self.chosen == Availability::OffShift {
            return HandBack::Now { because: Gone::WentOffShift };
        }
        if self.heard_at.after(patience.gone) <= now {
            return HandBack::Now { because: Gone::Silent };
        }
        match self.shift_ends {
            Some(ends) if ends.after(patience.after_shift) <= now => {
                HandBack::Now { because: Gone::ShiftOver }
            }
            Some(ends) if ends <= now => HandBack::Ask { at: ends.after(patience.after_shift) },
            _ => HandBack::Keep,
        }
    }

    /// The next moment at which one of the answers changes by the passing of time alone.
    #[must_use]
    pub fn next_change(&self, patience: &Patience, now: UnixMillis) -> Option<UnixMillis> {
        if self.chosen == Availability::OffShift {
            return None;
        }
        let shift = self.shift_ends.map(|ends| [ends, ends.after(patience.after_shift)]);
        let silence = [self.heard_at.after(patience.silent), self.heard_at.after(patience.gone)];
        shift.into_iter().flatten().chain(silence).filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn patience_has_bounds() {
        let of = |silent, gone| super::Patience {
            silent: std::time::Duration::from_secs(silent),
            gone: std::time::Duration::from_secs(gone),
            ..super::Patience::default()
        };
        assert_eq!(super::Patience::default().check(), Ok(()));
        assert_eq!((of(40, 40).check(), of(39, 900).check()), (Ok(()), Err(super::PatienceError::Silent)));
        assert_eq!(of(60, 59).check(), Err(super::PatienceError::Gone));
    }

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{MINUTE, at};

    const PATIENCE: Patience = Patience {
        silent: Duration::from_secs(60),
        gone: Duration::from_secs(900),
        after_shift: Duration::from_secs(600),
    };
    const THERE: Presence = Presence {
        chosen: Availability::Available,
        heard_at: UnixMillis(0),
        shift_ends: None,
        load: 0,
        limit: 3,
    };

    fn effective(presence: Presence, now: UnixMillis) -> (Availability, Cause) {
        let it = presence.effective(&PATIENCE, now);
        (it.availability, it.because)
    }

    #[test]
    fn availability_follows_choice_silence_limit_and_shift() {
        assert_eq!(effective(THERE, at(0)), (Availability::Available, Cause::Chosen));
        let full = Presence { load: 3, ..THERE };
        assert_eq!(effective(full, at(0)), (Availability::Busy, Cause::AtLimit { load: 3, limit: 3 }));
        let silent = (Availability::Away, Cause::Silent { since: at(0) });
        assert_eq!(effective(THERE, UnixMillis(MINUTE - 1)).0, Availability::Available);
        assert_eq!(effective(THERE, at(1)), silent);
        let shift = Presence { shift_ends: Some(at(0)), ..THERE };
        assert_eq!(effective(shift, at(0)), (Availability::OffShift, Cause::ShiftOver { since: at(0) }));
        let away = Presence { chosen: Availability::Away, load: 3, ..THERE };
        assert_eq!(effective(away, at(0)), (Availability::Away, Cause::Chosen));
    }

    #[test]
    fn only_the_available_are_given_sessions_and_nobody_goes_over_the_limit() {
        let busy = Presence { chosen: Availability::Busy, ..THERE };
        assert_eq!(THERE.may_take(Taking::Given, &PATIENCE, at(0)), Ok(()));
        assert_eq!(busy.may_take(Taking::Given, &PATIENCE, at(0)), Err(CannotTake::Busy));
        assert_eq!(busy.may_take(Taking::ByHand, &PATIENCE, at(0)), Ok(()));
        assert_eq!(THERE.may_take(Taking::Given, &PATIENCE, at(1)), Err(CannotTake::Away));
        let off = Presence { chosen: Availability::OffShift, ..THERE };
        assert_eq!(off.may_take(Taking::ByHand, &PATIENCE, at(0)), Err(CannotTake::OffShift));
        for how in [Taking::Given, Taking::ByHand] {
            let full = Presence { load: 3, ..THERE };
            let error = full.may_take(how, &PATIENCE, at(0)).unwrap_err();
            assert_eq!(error, CannotTake::AtLimit { load: 3, limit: 3 });
            assert_eq!(error.to_string(), "holds 3 sessions already and may hold 3");
        }
    }

    #[test]
    fn at_the_end_of_the_shift_one_is_asked_first_and_then_it_happens() {
        let shift = |minute| Presence { shift_ends: Some(at(100)), heard_at: at(minute), ..THERE };
        assert_eq!(shift(99).hand_back(&PATIENCE, UnixMillis(100 * MINUTE - 1)), HandBack::Keep);
        assert_eq!(shift(100).hand_back(&PATIENCE, at(100)), HandBack::Ask { at: at(110) });
        let over = HandBack::Now { because: Gone::ShiftOver };
        assert_eq!(shift(110).hand_back(&PATIENCE, at(110)), over);
        let off = Presence { chosen: Availability::OffShift, ..THERE };
        assert_eq!(off.hand_back(&PATIENCE, at(0)), HandBack::Now { because: Gone::WentOffShift });
        assert_eq!(THERE.hand_back(&PATIENCE, UnixMillis(15 * MINUTE - 1)), HandBack::Keep);
        assert_eq!(THERE.hand_back(&PATIENCE, at(15)), HandBack::Now { because: Gone::Silent });
    }

    #[test]
    fn a_moment_that_has_come_is_not_the_next_change() {
        let presence = Presence { shift_ends: Some(at(100)), ..THERE };
        let moments = [at(0), at(1), at(15), at(100), at(110)].map(Some);
        for pair in moments.windows(2) {
            assert_eq!(presence.next_change(&PATIENCE, pair[0].unwrap()), pair[1]);
        }
        assert_eq!(presence.next_change(&PATIENCE, at(110)), None);
    }

    proptest! {
        /// A scheduler that sleeps until `next_change` misses nothing.
        #[test]
        fn nothing_changes_before_the_next_change(
            heard in 0i64..2_000_000, ends in prop::option::of(0i64..3_000_000), now in 0i64..3_000_000, load in 0u32..4, part in 0.0f64..1.0,
        ) {
            let presence = Presence {
                heard_at: UnixMillis(heard), shift_ends: ends.map(UnixMillis), load, ..THERE
            };
            let state = |now: i64| {
                let now = UnixMillis(now);
                (presence.effective(&PATIENCE, now), presence.hand_back(&PATIENCE, now))
            };
            match presence.next_change(&PATIENCE, UnixMillis(now)) {
                None => prop_assert_eq!(state(now), state(now + 1_000_000_000)),
                Some(UnixMillis(next)) => {
                    prop_assert!(next > now);
                    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
                    let between = now + ((next - 1 - now) as f64 * part) as i64;
                    prop_assert_eq!(state(now), state(between));
                    prop_assert_eq!(state(now), state(next - 1));
                }
            }
        }
    }
}
