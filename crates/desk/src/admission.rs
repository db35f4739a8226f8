//! May this request enter the channel now, and if not, what then (P4, K1).
//!
//! A channel lets a request in while it is not paused, within its hours and below its limit. Otherwise it does what its
//! manager chose: let the request wait for the opening, send it to the fallback channel (which asks the same
//! questions, and may send it on), or turn it away with the time at which it is worth trying again.

use ponte_types::{ChannelId, Line, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;

/// A channel as a request finds it.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// Paused, until this moment or until somebody resumes it.
    pub paused: Option<Option<UnixMillis>>,
    /// Its hours; always open without.
    pub hours: Option<&'a Calendar>,
    /// The most requests that may wait here.
    pub limit: Option<u32>,
    /// Requests that wait here now.
    pub waiting: u32,
    pub otherwise: Otherwise,
}

/// Somebody paused the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Until this moment, or until somebody resumes it.
    pub until: Option<UnixMillis>,
    /// Why, for the channel's technicians and for who is turned away.
    #[serde(default)]
    pub reason: Option<Line<200>>,
}

/// What a channel does with a request that it cannot let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// Say when to try again.
    #[default]
    TurnAway,
    /// Outside its hours and during a pause with an end, let it wait for the opening. A full channel turns away.
    LetWait,
    /// Send it to this channel.
    Fallback(ChannelId),
}

/// Why a channel does not let a request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shut {
    Paused {
        until: Option<UnixMillis>,
    },
    /// Absent when it does not open within ten years.
    OutsideHours {
        opens_at: Option<UnixMillis>,
    },
    Full {
        limit: u32,
    },
    /// The channel is gone.
    Gone,
}

impl std::fmt::Display for Shut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Paused { until: Some(_) } => f.write_str("is paused for a while"),
            Self::Paused { until: None } => f.write_str("is paused until somebody resumes it"),
            Self::OutsideHours { .. } => f.write_str("is closed at this hour"),
            Self::Full { limit } => write!(f, "has {limit} waiting, which is its limit"),
            Self::Gone => f.write_str("is not there any more"),
        }
    }
}

impl Shut {
    /// When it is worth trying again, as far as that is known. After a pause it may still be outside its hours.
    #[must_use]
    pub fn again_at(self) -> Option<UnixMillis> {
        match self {
            Self::Paused { until } => until,
            Self::OutsideHours { opens_at } => opens_at,
            Self::Full { .. } | Self::Gone => None,
        }
    }
}

/// A channel that was asked and did not let the request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AskedChannel)]
pub struct Asked {
    pub channel: ChannelId,
    pub shut: Shut,
}

/// What becomes of the request, and the channels that were asked before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Admission {
    pub result: Admitted,
    /// In the order in which they were asked.
    pub asked: Vec<Asked>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Admitted {
    /// It waits in this channel from now on.
    Enters { channel: ChannelId },
    /// It waits in this channel, which nobody works before `opens_at`.
    WaitsForOpening { channel: ChannelId, opens_at: UnixMillis },
    /// It is turned away; the earliest time at which one of the asked channels opens, where one is known.
    TurnedAway { again_at: Option<UnixMillis> },
}

impl Door<'_> {
    /// Is the channel open for one more request?
    ///
    /// # Errors
    /// Why not; a pause goes before hours, and hours before the limit.
    pub fn check(&self, now: UnixMillis) -> Result<(), Shut> {
        if let Some(until) = self.paused
            && until.is_none_or(|until| now < until)
        {
            return Err(Shut::Paused { until: until.map(|until| self.opening(until).unwrap_or(until)) });
        }
        if let Some(hours) = self.hours
            && !hours.is_open(now)
        {
            return Err(Shut::OutsideHours { opens_at: hours.next_opening(now) });
        }
        match self.limit {
            Some(limit) if self.waiting >= limit => Err(Shut::Full { limit }),
            _ => Ok(()),
        }
    }

    fn opening(&self, at: UnixMillis) -> Option<UnixMillis> {
        self.hours.map_or(Some(at), |hours| hours.next_opening(at))
    }

    fn has_room(&self) -> bool {
        self.limit.is_none_or(|limit| self.waiting < limit)
    }
}

/// Asks the channel, and its fallback channels after it; `doors` finds a channel. A channel is asked once.
#[must_use]
pub fn admit<'a>(
    first: ChannelId,
    doors: impl Fn(ChannelId) -> Option<Door<'a>>,
    now: UnixMillis,
) -> Admission {
    let mut asked: Vec<Asked> = Vec::new();
    let mut channel = first;
    loop {
        let door = doors(channel);
        let shut = match door.map(|door| door.check(now)) {
            Some(Ok(())) => return Admission { result: Admitted::Enters { channel }, asked },
            Some(Err(shut)) => shut,
            None => Shut::Gone,
        };
        asked.push(Asked { channel, shut });
        match (door.map(|door| (door.otherwise, door.has_room())), shut.again_at()) {
            (Some((Otherwise::LetWait, true)), Some(opens_at)) => {
                return Admission { result: Admitted::WaitsForOpening { channel, opens_at }, asked };
            }
            (Some((Otherwise::Fallback(next), _)), _) if asked.iter().all(|it| it.channel != next) => {
                channel = next;
            }
            _ => break,
        }
    }
    let again_at = asked.iter().filter_map(|it| it.shut.again_at()).min();
    Admission { result: Admitted::TurnedAway { again_at }, asked }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        calendar::{CalendarSpec, Hours, Week},
        testing::{at, channel},
    };

    const OPEN: Door<'static> =
        Door { paused: None, hours: None, limit: None, waiting: 0, otherwise: Otherwise::TurnAway };

    /// Open from 8 to 17 on each working day; the epoch was a Thursday.
    fn office() -> Calendar {
        let week = Week::working_days(&[Hours::new("08:00", "17:00")]);
        Calendar::parse(&CalendarSpec { time_zone: "UTC".into(), week, holidays: vec![] }).unwrap()
    }

    const EIGHT: i64 = 8 * 60;
    const DAY: i64 = 24 * 60;

    #[test]
    fn pause_hours_and_limit_each_shut_the_door_with_the_time_it_opens() {
        let office = office();
        let door = Door { hours: Some(&office), limit: Some(2), ..OPEN };
        assert_eq!(door.check(at(EIGHT)), Ok(()));
        assert_eq!(door.check(at(EIGHT - 1)), Err(Shut::OutsideHours { opens_at: Some(at(EIGHT)) }));
        let full = Door { waiting: 2, ..door };
        assert_eq!(full.check(at(EIGHT)), Err(Shut::Full { limit: 2 }));
        let paused = |until| Door { paused: Some(until), ..door };
        assert_eq!(paused(None).check(at(EIGHT)), Err(Shut::Paused { until: None }));
        let until = Some(at(EIGHT + 60));
        assert_eq!(paused(until).check(at(EIGHT)), Err(Shut::Paused { until }));
        assert_eq!(paused(until).check(at(EIGHT + 60)), Ok(()));
        let friday = Some(at(DAY + EIGHT));
        let into_the_night = paused(Some(at(18 * 60))).check(at(EIGHT));
        assert_eq!(into_the_night, Err(Shut::Paused { until: friday }), "it opens only in the morning");
    }

    #[test]
    fn outside_hours_a_request_waits_moves_on_or_is_turned_away() {
        let office = office();
        let closed = Door { hours: Some(&office), ..OPEN };
        let night = at(20 * 60);
        let morning = at(DAY + EIGHT);
        let first = Asked { channel: channel(1), shut: Shut::OutsideHours { opens_at: Some(morning) } };

        let turned = admit(channel(1), |_| Some(closed), night);
        assert_eq!(turned.result, Admitted::TurnedAway { again_at: Some(morning) });
        assert_eq!(turned.asked, [first]);

        let waits = admit(channel(1), |_| Some(Door { otherwise: Otherwise::LetWait, ..closed }), night);
        assert_eq!(waits.result, Admitted::WaitsForOpening { channel: channel(1), opens_at: morning });
        let full = Door { otherwise: Otherwise::LetWait, limit: Some(3), waiting: 3, ..closed };
        let full = admit(channel(1), |_| Some(full), night);
        assert_eq!(full.result, Admitted::TurnedAway { again_at: Some(morning) }, "never over the limit");

        let on_call = |id| {
            Some(if id == channel(2) {
                OPEN
            } else {
                Door { otherwise: Otherwise::Fallback(channel(2)), ..closed }
            })
        };
        let moved = admit(channel(1), on_call, night);
        assert_eq!(moved, Admission { result: Admitted::Enters { channel: channel(2) }, asked: vec![first] });
        let gone = admit(channel(1), |id| on_call(id).filter(|_| id == channel(1)), night);
        assert_eq!(gone.asked[1], Asked { channel: channel(2), shut: Shut::Gone });
        assert_eq!(gone.result, Admitted::TurnedAway { again_at: Some(morning) });
    }

    proptest! {
        /// Any doors at all, circles of fallback among them: an answer comes, the limit holds, nobody is asked twice.
        #[test]
        fn never_over_the_limit_and_never_for_ever(
            doors in prop::collection::vec((any::<bool>(), 0u32..3, 0u32..4, 0u16..8, 0u8..3), 1..6), hour in 0i64..48,
        ) {
            let office = office();
            let doors: BTreeMap<ChannelId, Door<'_>> = doors.iter().enumerate().map(|(n, it)| {
                let (paused, limit, waiting, next, otherwise) = *it;
                let otherwise = match otherwise {
                    0 => Otherwise::TurnAway,
                    1 => Otherwise::LetWait,
                    _ => Otherwise::Fallback(channel(next)),
                };
                let paused = paused.then_some(None);
                let door = Door { paused, hours: Some(&office), limit: Some(limit), waiting, otherwise };
                (channel(u16::try_from(n).unwrap()), door)
            }).collect();
            let admission = admit(channel(0), |id| doors.get(&id).copied(), at(hour * 60));
            match admission.result {
                Admitted::Enters { channel } => prop_assert_eq!(doors[&channel].check(at(hour * 60)), Ok(())),
                Admitted::WaitsForOpening { channel, opens_at } => {
                    prop_assert!(doors[&channel].waiting < doors[&channel].limit.unwrap());
                    prop_assert!(opens_at > at(hour * 60));
                }
                Admitted::TurnedAway { .. } => prop_assert!(!admission.asked.is_empty()),
            }
            let mut ids: Vec<_> = admission.asked.iter().map(|it| it.channel).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), admission.asked.len());
        }
    }
}
