//! How long somebody will wait (Q14): a range, or an honest "unknown".
//!
//! When every slot is taken, the next one comes free on average after one handling time divided by the number of slots,
//! and the person at place *p* waits for *p* of those moments. That sum is close to a gamma distribution; the range
//! runs from its 10th to its 90th percentile (Wilson and Hilferty's approximation), in whole minutes, rounded outwards.
//! One slot repeats the spread of the handling times themselves; many slots together come free at random, as in a
//! Poisson process, whatever the spread: in between the two are mixed as in Whitt's two-moment approximation.
//!
//! Two things make it longer or less sure. Requests of a higher priority that come later go first: they take their part
//! of the moments at which slots come free, as many as came in the last hour. And what was measured will not stay as
//! it is (people go to lunch, the next trouble is another one): [`DRIFT`] is added to the spread, or a long queue would be
//! promised to the minute. How often the range is kept is printed by `cargo xtask simulate`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Fewer handling times than this say nothing.
pub const ENOUGH: usize = 8;
/// Only the newest handling times count: yesterday's trouble is not today's.
pub const NEWEST: usize = 100;
/// How far the pace of the next hours may be off, as a part of it (a standard deviation).
const DRIFT: f64 = 0.35;
/// When overtaking takes more than this part of the slots, nothing can be promised.
const MOST_OVERTAKING: f64 = 0.8;
/// The standard normal distribution's 90th percentile.
const Z90: f64 = 1.2816;
/// A longer one is not believed, and neither is its promise.
const LONGEST: Duration = Duration::from_secs(8 * 3600);

/// Who works the queue at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crew {
    /// Sessions that the technicians on shift may hold together.
    pub slots: u32,
    /// Of these, open now: with technicians who are available and below their limit.
    pub free: u32,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// From 1, see [`crate::order::Place`].
    pub place: u32,
    /// Requests of a higher priority that came in during the last hour: as many will overtake in the next.
    pub overtaking: u32,
}

/// What the person who waits is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Estimate {
    /// Somebody is free: as soon as they take it.
    Now,
    /// In eight of ten cases. Seconds, full minutes.
    Between {
        #[serde(with = "crate::seconds")]
        #[schema(value_type = u64)]
        from: Duration,
        #[serde(with = "crate::seconds")]
        #[schema(value_type = u64)]
        to: Duration,
    },
    Unknown {
        why: Unknown,
    },
}

/// Why no estimate can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Nobody is on shift.
    NobodyThere,
    /// Fewer than [`ENOUGH`] handling times are known.
    TooFewKnown,
    /// It would be more than eight hours: too far to promise anything.
    TooFar,
}

/// `handled` are the handling times of the channel's last sessions, newest first.
#[must_use]
pub fn estimate(position: Position, crew: Crew, handled: &[Duration]) -> Estimate {
    let unknown = |why| Estimate::Unknown { why };
    if crew.slots == 0 {
        return unknown(Unknown::NobodyThere);
    }
    if position.place <= crew.free {
        return Estimate::Now;
    }
    if handled.len() < ENOUGH {
        return unknown(Unknown::TooFewKnown);
    }
    let (mean, spread) = mean_and_spread(&handled[..handled.len().min(NEWEST)]);
    let slots = f64::from(crew.slots);
    // Seconds between two slots coming free, and its squared coefficient of variation.
    let each = mean / slots;
    let mixed = 1.0 + (spread - 1.0) / slots.sqrt();
    let departures = f64::from(position.place - crew.free);
    let overtaking = f64::from(position.overtaking) / 3600.0 * each;
    if overtaking > MOST_OVERTAKING {
        return unknown(Unknown::TooFar);
    }
    let scale = departures * each / (1.0 - overtaking);
    let shape = 1.0 / (mixed.max(0.01) / departures + DRIFT * DRIFT);
    let (from, to) = (quantile(shape, -Z90) * scale, quantile(shape, Z90) * scale);
    let (from, to) = (minutes(from, f64::floor), minutes(to, f64::ceil));
    if to > LONGEST {
        return unknown(Unknown::TooFar);
    }
    Estimate::Between { from, to: to.max(Duration::from_secs(60)) }
}

/// Seconds, and the squared coefficient of variation.
fn mean_and_spread(handled: &[Duration]) -> (f64, f64) {
    let count = f64::from(u32::try_from(handled.len()).unwrap_or(u32::MAX));
    let mean = handled.iter().map(Duration::as_secs_f64).sum::<f64>() / count;
    let variance = handled.iter().map(|it| (it.as_secs_f64() - mean).powi(2)).sum::<f64>() / (count - 1.0);
    if mean > 0.0 { (mean, variance / (mean * mean)) } else { (0.0, 1.0) }
}

/// Of a gamma distribution with mean 1.
fn quantile(shape: f64, z: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    root.max(0.0).powi(3)
}

fn minutes(seconds: f64, round: impl Fn(f64) -> f64) -> Duration {
    let minutes = round(seconds / 60.0).clamp(0.0, 1e7);
    Duration::try_from_secs_f64(minutes * 60.0).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::minutes as min;

    const ALONE: Crew = Crew { slots: 1, free: 0 };

    fn at_place(place: u32) -> Position {
        Position { place, overtaking: 0 }
    }

    #[test]
    fn without_people_or_data_nothing_is_promised() {
        let known = [min(10); ENOUGH];
        let unknown = |why| Estimate::Unknown { why };
        assert_eq!(estimate(at_place(1), Crew { slots: 0, free: 0 }, &known), unknown(Unknown::NobodyThere));
        assert_eq!(estimate(at_place(1), ALONE, &known[1..]), unknown(Unknown::TooFewKnown));
        assert_eq!(estimate(at_place(200), ALONE, &known), unknown(Unknown::TooFar));
        assert_eq!(estimate(at_place(2), Crew { slots: 5, free: 2 }, &[]), Estimate::Now, "needs no data");
        let flood = Position { place: 1, overtaking: 5 };
        assert_eq!(estimate(flood, ALONE, &known), unknown(Unknown::TooFar), "five of six slots an hour");
    }

    #[test]
    fn equal_handling_times_leave_only_the_drift() {
        let known = [min(10); 20];
        let Estimate::Between { from, to } = estimate(at_place(3), ALONE, &known) else { panic!("known") };
        assert!(min(15) <= from && from <= min(25) && min(35) <= to && to <= min(50), "{from:?} {to:?}");
        let overtaken = Position { place: 3, overtaking: 3 };
        let Estimate::Between { from: later, .. } = estimate(overtaken, ALONE, &known) else {
            panic!("known")
        };
        assert!(later >= from * 19 / 10, "three of six slots an hour go to others: {later:?}");
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let mut known = vec![min(5); NEWEST];
        let today = estimate(at_place(2), ALONE, &known);
        known.extend([min(300); 50]);
        assert_eq!(estimate(at_place(2), ALONE, &known), today);
    }

    proptest! {
        #[test]
        fn further_back_or_more_overtaken_is_never_sooner(
            handled in prop::collection::vec(30u64..3600, ENOUGH..60), place in 1u32..10, slots in 1u32..20, overtaking in 0u32..10,
        ) {
            let handled: Vec<Duration> = handled.into_iter().map(Duration::from_secs).collect();
            let range = |place, overtaking| {
                match estimate(Position { place, overtaking }, Crew { slots, free: 0 }, &handled) {
                    Estimate::Between { from, to } => Some((from, to)),
                    Estimate::Now | Estimate::Unknown { .. } => None,
                }
            };
            let Some((from, to)) = range(place, overtaking) else { return Ok(()) };
            prop_assert!(from <= to && to >= Duration::from_secs(60));
            prop_assert_eq!(to.as_secs() % 60, 0);
            for (place, overtaking) in [(place + 1, overtaking), (place, overtaking + 1)] {
                if let Some((later_from, later_to)) = range(place, overtaking) {
                    prop_assert!(later_from >= from && later_to >= to);
                }
            }
        }
    }
}
