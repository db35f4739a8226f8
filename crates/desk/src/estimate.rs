//! How long somebody will wait (Q14): a range, or an honest "unknown".
//!
//! When every slot is taken, the next one comes free on average after one handling time divided by the number of slots,
//! and the person at place *p* waits for *p* of those moments. That sum is close to a gamma distribution; the range
//! runs from its 10th to its 90th percentile (Wilson and Hilferty's approximation), in whole minutes, rounded outwards.
//! One slot repeats the spread of the handling times themselves; many slots together come free at random, as in a
//! Poisson process, whatever the spread: in between the two are mixed as in Whitt's two-moment approximation.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Fewer handling times than this say nothing.
pub const ENOUGH: usize = 8;
/// Only the newest handling times count: yesterday's trouble is not today's.
pub const NEWEST: usize = 100;
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

/// `place` is from 1; `handled` the handling times of the channel's last sessions, newest first.
#[must_use]
pub fn estimate(place: u32, crew: Crew, handled: &[Duration]) -> Estimate {
    let unknown = |why| Estimate::Unknown { why };
    if crew.slots == 0 {
        return unknown(Unknown::NobodyThere);
    }
    if place <= crew.free {
        return Estimate::Now;
    }
    if handled.len() < ENOUGH {
        return unknown(Unknown::TooFewKnown);
    }
    let (mean, spread) = mean_and_spread(&handled[..handled.len().min(NEWEST)]);
    let slots = f64::from(crew.slots);
    // Squared coefficient of variation of the time between two slots coming free.
    let mixed = 1.0 + (spread - 1.0) / slots.sqrt();
    let (departures, each) = (f64::from(place - crew.free), mean / slots);
    let shape = departures / mixed.max(0.01);
    let (from, to) = (quantile(shape, -Z90), quantile(shape, Z90));
    let scale = departures * each;
    let (from, to) = (minutes(from * scale, f64::floor), minutes(to * scale, f64::ceil));
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

    #[test]
    fn without_people_or_data_nothing_is_promised() {
        let known = [min(10); ENOUGH];
        let unknown = |why| Estimate::Unknown { why };
        assert_eq!(estimate(1, Crew { slots: 0, free: 0 }, &known), unknown(Unknown::NobodyThere));
        assert_eq!(estimate(1, ALONE, &known[1..]), unknown(Unknown::TooFewKnown));
        assert_eq!(estimate(200, ALONE, &known), unknown(Unknown::TooFar));
        assert_eq!(estimate(2, Crew { slots: 5, free: 2 }, &[]), Estimate::Now, "needs no data");
    }

    #[test]
    fn equal_handling_times_of_one_technician_give_a_narrow_range() {
        let known = [min(10); 20];
        let Estimate::Between { from, to } = estimate(3, ALONE, &known) else { panic!("known") };
        assert!(min(24) <= from && from <= min(30) && min(30) <= to && to <= min(36), "{from:?} {to:?}");
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let mut known = vec![min(5); NEWEST];
        let today = estimate(2, ALONE, &known);
        known.extend([min(300); 50]);
        assert_eq!(estimate(2, ALONE, &known), today);
    }

    proptest! {
        #[test]
        fn further_back_is_never_sooner(
            handled in prop::collection::vec(30u64..3600, ENOUGH..60), place in 1u32..10, slots in 1u32..20,
        ) {
            let handled: Vec<Duration> = handled.into_iter().map(Duration::from_secs).collect();
            let range = |place, slots| match estimate(place, Crew { slots, free: 0 }, &handled) {
                Estimate::Between { from, to } => Some((from, to)),
                Estimate::Now | Estimate::Unknown { .. } => None,
            };
            let Some((from, to)) = range(place, slots) else { return Ok(()) };
            prop_assert!(from <= to && to >= Duration::from_secs(60));
            prop_assert_eq!(to.as_secs() % 60, 0);
            if let Some((later_from, later_to)) = range(place + 1, slots) {
                prop_assert!(later_from >= from && later_to >= to);
            }
        }
    }
}
