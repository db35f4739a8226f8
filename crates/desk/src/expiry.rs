//! How long a session may wait before it is removed (Q15), and when it is shown red.

use std::time::Duration;

use ponte_types::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::bounded::bounded;

/// The channel's limit on waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingLimit {
    #[default]
    Never,
    Minutes(WaitingMinutes),
}

bounded! {
    /// From 1 to 999 minutes.
    WaitingMinutes(u16 "u16") 1..=999, WaitingMinutesError "give a waiting limit from 1 to 999 minutes, or never"
}

bounded! {
    /// How long a link is good, from 1 to 720 hours: a month.
    LinkHours(u16 "u16") 1..=720, LinkHoursError "a link is good for 1 to 720 hours"
}

impl LinkHours {
    #[must_use]
    pub fn time(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 3_600)
    }
}

/// How a waiting session stands by the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No limit.
    Unlimited,
    /// Time enough; red from `red_at`.
    Fine { red_at: UnixMillis, expires_at: UnixMillis },
    /// The last fifth of its time.
    Red { expires_at: UnixMillis },
    /// It is to be removed.
    Expired { at: UnixMillis },
}

impl WaitingLimit {
    /// The time that it allows; `None` for any.
    #[must_use]
    pub fn time(self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::Minutes(WaitingMinutes(minutes)) => Some(Duration::from_secs(u64::from(minutes) * 60)),
        }
    }

    /// When waiting ends that began at `since`; `None` for never.
    #[must_use]
    pub fn ends(self, since: UnixMillis) -> Option<UnixMillis> {
        self.time().map(|time| since.after(time))
    }

    /// Of a session that waits since `since`.
    #[must_use]
    pub fn standing(self, since: UnixMillis, now: UnixMillis) -> Standing {
        let Some(limit) = self.time() else { return Standing::Unlimited };
        let expires_at = since.after(limit);
        let red_at = red_at(since, expires_at);
        if expires_at <= now {
            Standing::Expired { at: expires_at }
        } else if red_at <= now {
            Standing::Red { expires_at }
        } else {
            Standing::Fine { red_at, expires_at }
        }
    }
}

/// Since when the limit counts: a session that was given back, was reopened, whose program came back, or that came into
/// another channel, waits anew. Each is the moment of its last time, or absent; it keeps its age in the queue.
#[must_use]
pub fn counts_from(
    came: UnixMillis,
    waiting_since: Option<UnixMillis>,
    reopened: Option<UnixMillis>,
    anew: Option<UnixMillis>,
) -> UnixMillis {
    [waiting_since, reopened, anew].into_iter().flatten().fold(came, UnixMillis::max)
}

/// From when a session is shown red that waits since `since` and will be removed at `expires_at`: the last fifth.
#[must_use]
pub fn red_at(since: UnixMillis, expires_at: UnixMillis) -> UnixMillis {
    since.after(expires_at.since(since) * 4 / 5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::MINUTE;

    #[test]
    fn the_limit_is_from_1_to_999_minutes_or_never() {
        for wrong in [0, 1000] {
            assert_eq!(WaitingMinutes::try_from(wrong), Err(WaitingMinutesError));
        }
        let limit: WaitingLimit = serde_json::from_str(r#"{"minutes":999}"#).unwrap();
        assert_eq!(limit, WaitingLimit::Minutes(WaitingMinutes(999)));
        assert!(serde_json::from_str::<WaitingLimit>(r#"{"minutes":1000}"#).is_err());
        assert_eq!(WaitingLimit::Never.standing(UnixMillis(0), UnixMillis(i64::MAX)), Standing::Unlimited);
    }

    #[test]
    fn the_limit_counts_from_what_began_last() {
        let at = |n| Some(UnixMillis(n));
        assert_eq!(counts_from(UnixMillis(5), at(3), None, None), UnixMillis(5), "the link was made before");
        assert_eq!(counts_from(UnixMillis(5), at(9), None, None), UnixMillis(9), "given back");
        assert_eq!(counts_from(UnixMillis(5), at(9), at(12), None), UnixMillis(12));
        assert_eq!(counts_from(UnixMillis(5), at(9), at(12), at(20)), UnixMillis(20), "another channel");
    }

    proptest! {
        #[test]
        fn it_turns_red_and_expires_to_the_millisecond(minutes in 1u16..=999, since in 0i64..2_000_000_000_000) {
            let limit = WaitingLimit::Minutes(WaitingMinutes(minutes));
            let length = i64::from(minutes) * MINUTE;
            let state = |after: i64| limit.standing(UnixMillis(since), UnixMillis(since + after));
            let (red_at, expires_at) = (UnixMillis(since + length * 4 / 5), UnixMillis(since + length));
            prop_assert_eq!(state(0), Standing::Fine { red_at, expires_at });
            prop_assert_eq!(state(length * 4 / 5 - 1), Standing::Fine { red_at, expires_at });
            prop_assert_eq!(state(length * 4 / 5), Standing::Red { expires_at });
            prop_assert_eq!(state(length - 1), Standing::Red { expires_at });
            prop_assert_eq!(state(length), Standing::Expired { at: expires_at });
        }
    }
}
