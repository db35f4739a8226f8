//! Who is next (Q3): the higher priority first, then the older request, and nobody waits for ever.
//!
//! A priority is worth a head start in waiting time: an urgent request is placed as if it had come hours earlier than
//! it did. So a session's [`Key`] is fixed when it enters the queue and never changes by waiting: it can be stored
//! and indexed, `ORDER BY` it is the queue, and every node sees the same order. And it ages by itself: whoever
//! comes later than the largest head start after a request, however urgent, stands behind it.

use std::time::Duration;

use ponte_types::{SessionId, UnixMillis};
use serde::{Deserialize, Serialize};

/// How soon a request wants help.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

// From the lowest to the highest.
ponte_types::words!(Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" });

/// The head start of each priority over a low one. A higher priority never has a smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Unchecked", deny_unknown_fields)]
pub struct Ageing {
    /// Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    normal: Duration,
    /// Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    high: Duration,
    /// Seconds.
    #[serde(with = "crate::seconds")]
    #[schema(value_type = u64)]
    urgent: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    #[serde(with = "crate::seconds")]
    normal: Duration,
    #[serde(with = "crate::seconds")]
    high: Duration,
    #[serde(with = "crate::seconds")]
    urgent: Duration,
}

/// The largest head start: a request never waits longer than this behind those that came after it.
pub const LONGEST_HEAD_START: Duration = Duration::from_secs(7 * 24 * 3600);

/// Why head starts were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeingError {
    #[error("a higher priority must not have a smaller head start than a lower one")]
    Falling,
    #[error("a head start may be at most 7 days, or a low request would wait for ever")]
    TooLong,
}

impl Default for Ageing {
    /// Half an hour, two hours, a working day.
    fn default() -> Self {
        Self {
            normal: Duration::from_secs(30 * 60),
            high: Duration::from_secs(2 * 3600),
            urgent: Duration::from_secs(8 * 3600),
        }
    }
}

impl TryFrom<Unchecked> for Ageing {
    type Error = AgeingError;
    fn try_from(it: Unchecked) -> Result<Self, AgeingError> {
        Self::new(it.normal, it.high, it.urgent)
    }
}

impl Ageing {
    /// No priority counts: first come, first served.
    pub const NONE: Self = Self { normal: Duration::ZERO, high: Duration::ZERO, urgent: Duration::ZERO };

    /// Head starts over a low request.
    ///
    /// # Errors
    /// When they fall with rising priority, or one is longer than [`LONGEST_HEAD_START`].
    pub fn new(normal: Duration, high: Duration, urgent: Duration) -> Result<Self, AgeingError> {
        if normal > high || high > urgent {
            return Err(AgeingError::Falling);
        }
        if urgent > LONGEST_HEAD_START {
            return Err(AgeingError::TooLong);
        }
        Ok(Self { normal, high, urgent })
    }

    #[must_use]
    pub fn head_start(&self, priority: Priority) -> Duration {
        match priority {
            Priority::Low => Duration::ZERO,
            Priority::Normal => self.normal,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}

/// A session that waits to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub session: SessionId,
    pub priority: Priority,
    /// Since when the person waits: a session that was given back keeps its age.
    pub since: UnixMillis,
}

/// The place of a session in the queue: smaller goes first. To store it: `at` in an indexed column, the id beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// When the session would have come, had it no head start.
    pub at: UnixMillis,
    /// Sessions of one moment go by their id.
    pub session: SessionId,
}

impl Waiting {
    #[must_use]
    pub fn key(&self, ageing: &Ageing) -> Key {
        let head_start = i64::try_from(ageing.head_start(self.priority).as_millis()).unwrap_or(i64::MAX);
        Key { at: UnixMillis(self.since.0.saturating_sub(head_start)), session: self.session }
    }
}

/// Why one session goes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Its priority is higher.
    Priority,
    /// Same priority, and it came this much earlier.
    Older {
        /// Seconds.
        #[serde(with = "crate::seconds")]
        #[schema(value_type = u64)]
        by: Duration,
    },
    /// Its priority is lower, but it came so much earlier that the other's head start is used up.
    Aged {
        /// Seconds.
        #[serde(with = "crate::seconds")]
        #[schema(value_type = u64)]
        by: Duration,
    },
    /// They came at the same moment with the same priority; one has to be first.
    SameMoment,
}

/// One session beside another in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Neighbour {
    pub session: SessionId,
    /// Why the one in front of the two is in front.
    pub because: Because,
}

/// How many are ahead, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ahead {
    pub by_priority: u32,
    /// Same priority, older or of the same moment.
    pub by_age: u32,
    /// Lower priority, but waiting for so long.
    pub by_ageing: u32,
}

impl Ahead {
    #[must_use]
    pub fn all(self) -> u32 {
        self.by_priority.saturating_add(self.by_age).saturating_add(self.by_ageing)
    }
}

/// Where a session stands in its queue, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Place {
    pub session: SessionId,
    /// From 1.
    pub place: u32,
    /// Length of the queue.
    pub of: u32,
    pub ahead: Ahead,
    /// The one directly ahead.
    pub behind: Option<Neighbour>,
    /// The one directly after it.
    pub before: Option<Neighbour>,
}

/// The queue from first to last.
#[must_use]
pub fn order(queue: &[Waiting], ageing: &Ageing) -> Vec<Waiting> {
    let mut queue = queue.to_vec();
    queue.sort_unstable_by_key(|waiting| waiting.key(ageing));
    queue
}

/// The session that is to be taken next, and why it is that one.
#[must_use]
pub fn next(queue: &[Waiting], ageing: &Ageing) -> Option<Place> {
    let first = queue.iter().min_by_key(|waiting| waiting.key(ageing))?;
    place(queue, ageing, first.session)
}

/// Where `session` stands; `None` when it does not wait here.
#[must_use]
pub fn place(queue: &[Waiting], ageing: &Ageing, session: SessionId) -> Option<Place> {
    let keyed: Vec<_> = queue.iter().map(|waiting| (waiting.key(ageing), *waiting)).collect();
    place_among(&keyed, session)
}

/// As [`place`], among sessions of several channels, each with the key that its own channel gave it.
#[must_use]
pub fn place_among(queue: &[(Key, Waiting)], session: SessionId) -> Option<Place> {
    let (key, own) = queue.iter().find(|(_, waiting)| waiting.session == session)?;
    let mut ahead = Ahead::default();
    for (_, other) in queue.iter().filter(|(other, _)| other < key) {
        match because(other, own) {
            Because::Priority => ahead.by_priority += 1,
            Because::Older { .. } | Because::SameMoment => ahead.by_age += 1,
            Because::Aged { .. } => ahead.by_ageing += 1,
        }
    }
    let behind = queue.iter().filter(|(other, _)| other < key).max_by_key(|(other, _)| *other);
    let behind = behind.map(|(_, other)| Neighbour { session: other.session, because: because(other, own) });
    let before = queue.iter().filter(|(other, _)| other > key).min_by_key(|(other, _)| *other);
    let before = before.map(|(_, other)| Neighbour { session: other.session, because: because(own, other) });
    let of = u32::try_from(queue.len()).unwrap_or(u32::MAX);
    Some(Place { session, place: ahead.all().saturating_add(1), of, ahead, behind, before })
}

fn because(first: &Waiting, second: &Waiting) -> Because {
    let by = second.since.since(first.since);
    match first.priority.cmp(&second.priority) {
        std::cmp::Ordering::Greater => Because::Priority,
        std::cmp::Ordering::Less => Because::Aged { by },
        std::cmp::Ordering::Equal if by.is_zero() => Because::SameMoment,
        std::cmp::Ordering::Equal => Because::Older { by },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, minutes, session, shuffled};

    fn waiting(n: u16, priority: Priority, minute: i64) -> Waiting {
        Waiting { session: session(n), priority, since: at(minute) }
    }

    #[test]
    fn priority_first_then_the_oldest_and_each_knows_why() {
        let queue = [
            waiting(1, Priority::Normal, 0),
            waiting(2, Priority::Normal, 5),
            waiting(3, Priority::Urgent, 9),
            waiting(4, Priority::Normal, 5),
        ];
        let ageing = Ageing::default();
        let ids: Vec<_> = order(&queue, &ageing).iter().map(|waiting| waiting.session).collect();
        assert_eq!(ids, [session(3), session(1), session(2), session(4)]);

        let first = next(&queue, &ageing).unwrap();
        assert_eq!((first.session, first.place, first.of), (session(3), 1, 4));
        assert_eq!(first.behind, None);
        assert_eq!(first.before, Some(Neighbour { session: session(1), because: Because::Priority }));

        let last = place(&queue, &ageing, session(4)).unwrap();
        assert_eq!((last.place, last.ahead), (4, Ahead { by_priority: 1, by_age: 2, by_ageing: 0 }));
        assert_eq!(last.behind, Some(Neighbour { session: session(2), because: Because::SameMoment }));
        let second = place(&queue, &ageing, session(2)).unwrap();
        assert_eq!(second.behind.unwrap().because, Because::Older { by: minutes(5) });
        assert_eq!(place(&queue, &ageing, session(9)), None);
        assert_eq!(next(&[], &ageing), None);
    }

    #[test]
    fn a_low_request_overtakes_a_normal_one_when_the_head_start_is_used_up() {
        let ageing = Ageing::default();
        let low = waiting(1, Priority::Low, 0);
        let soon = waiting(2, Priority::Normal, 29);
        assert_eq!(next(&[low, soon], &ageing).unwrap().session, soon.session);
        let late = waiting(2, Priority::Normal, 31);
        let first = next(&[low, late], &ageing).unwrap();
        assert_eq!(first.session, low.session);
        assert_eq!(first.before.unwrap().because, Because::Aged { by: minutes(31) });
    }

    #[test]
    fn impossible_head_starts_are_refused_also_in_json() {
        assert_eq!(Ageing::new(minutes(2), minutes(1), minutes(3)), Err(AgeingError::Falling));
        let week = LONGEST_HEAD_START;
        assert_eq!(Ageing::new(week, week, week + minutes(1)), Err(AgeingError::TooLong));
        let text = serde_json::to_string(&Ageing::default()).unwrap();
        assert_eq!(text, r#"{"normal":1800,"high":7200,"urgent":28800}"#);
        assert_eq!(serde_json::from_str::<Ageing>(&text).unwrap(), Ageing::default());
        let error = serde_json::from_str::<Ageing>(r#"{"normal":9,"high":2,"urgent":3}"#).unwrap_err();
        assert!(error.to_string().contains("smaller head start"), "{error}");
    }

    fn any_queue() -> impl Strategy<Value = Vec<Waiting>> {
        prop::collection::vec((0usize..4, 0i64..600), 1..60).prop_map(|rows| {
            rows.iter()
                .enumerate()
                .map(|(n, (priority, minute))| {
                    waiting(u16::try_from(n).unwrap(), Priority::ALL[*priority], *minute)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn every_node_gives_the_same_order_and_places(queue in any_queue(), seed: u64) {
            let ageing = Ageing::default();
            let other = shuffled(&queue, seed);
            let sorted = order(&queue, &ageing);
            prop_assert_eq!(&sorted, &order(&other, &ageing));
            for (index, waiting) in sorted.iter().enumerate() {
                let place = place(&other, &ageing, waiting.session).unwrap();
                prop_assert_eq!(place.place as usize, index + 1);
                prop_assert_eq!(place.behind.map(|it| it.session), (index > 0).then(|| sorted[index - 1].session));
            }
        }

        #[test]
        fn nobody_is_overtaken_by_who_came_later_than_the_largest_head_start(queue in any_queue()) {
            let ageing = Ageing::default();
            let sorted = order(&queue, &ageing);
            let most = ageing.head_start(Priority::Urgent);
            for (index, second) in sorted.iter().enumerate() {
                for first in &sorted[..index] {
                    prop_assert!(first.since.since(second.since) <= most);
                    if first.priority <= second.priority {
                        prop_assert!(first.since <= second.since, "only a higher priority overtakes");
                    }
                }
            }
        }

        /// One technician, requests coming faster than they are handled, mostly urgent ones.
        #[test]
        fn nobody_starves(urgent_every in 1i64..5, handling in 5i64..12) {
            let ageing = Ageing::default();
            let low = waiting(0, Priority::Low, 0);
            let mut queue = vec![low];
            let (mut now, mut arrivals, mut busy_until) = (0, 1u16, 0);
            let served_at = loop {
                if now % urgent_every == 0 {
                    queue.push(waiting(arrivals, Priority::Urgent, now));
                    arrivals += 1;
                }
                if now >= busy_until {
                    let taken = next(&queue, &ageing).unwrap().session;
                    if taken == low.session { break now; }
                    queue.retain(|waiting| waiting.session != taken);
                    busy_until = now + handling;
                }
                now += 1;
            };
            // Only those can go first who came within the head start of eight hours.
            let ahead = 8 * 60 / urgent_every + 1;
            prop_assert!(served_at <= (ahead + 1) * handling, "served after {served_at} minutes");
        }
    }
}
