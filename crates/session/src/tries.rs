//! How often somebody may be wrong.
//!
//! A try is counted when it begins and taken back when it proves right, so many tries at once cannot slip through
//! together. Who was wrong `limit` times within `window` waits until the oldest of these lies `window` back.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    time::Duration,
};

use ponte_types::UnixMillis;

/// The rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Wrong tries that are free.
    pub tries: usize,
    pub window: Duration,
    /// What follows them: nothing until the oldest is out of the window, or one more try after each pause.
    pub then: Then,
}

/// See [`Limit::then`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Wait,
    Pause(Duration),
}

/// Five wrong tries in ten minutes.
pub const FIVE_IN_TEN_MINUTES: Limit = Limit { tries: 5, window: Duration::from_secs(600), then: Then::Wait };

/// Keys remembered at once; the one that was wrong longest ago is forgotten first.
const MAX_KEYS: usize = 100_000;

/// The wrong tries of everybody.
#[derive(Debug)]
pub struct Tries<K> {
    limit: Limit,
    by_key: HashMap<K, VecDeque<UnixMillis>>,
}

impl<K: Hash + Eq + Clone> Tries<K> {
    #[must_use]
    pub fn new(limit: Limit) -> Self {
        Self { limit, by_key: HashMap::new() }
    }

    /// Begins a try: it counts as wrong until [`Tries::was_right`].
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn begin(&mut self, key: K, now: UnixMillis) -> Result<(), Duration> {
        self.check(&key, now)?;
        self.count(key, now);
        Ok(())
    }

    /// Would a try be allowed now?
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&mut self, key: &K, now: UnixMillis) -> Result<(), Duration> {
        let window = self.limit.window;
        let Some(wrong) = self.by_key.get_mut(key) else { return Ok(()) };
        // A clock that was set back leaves tries in the future: these would never grow old.
        wrong.retain(|at| *at <= now && now.since(*at) < window);
        if wrong.is_empty() {
            self.by_key.remove(key);
            return Ok(());
        }
        let (Some(oldest), Some(newest)) = (wrong.front(), wrong.back()) else { return Ok(()) };
        if wrong.len() < self.limit.tries {
            return Ok(());
        }
        let free_in = window.saturating_sub(now.since(*oldest));
        let wait = match self.limit.then {
            Then::Wait => free_in,
            Then::Pause(pause) => pause.saturating_sub(now.since(*newest)).min(free_in),
        };
        match self.limit.then {
            Then::Pause(_) if wait.is_zero() => Ok(()),
            Then::Wait | Then::Pause(_) => Err(wait.max(Duration::from_secs(1))),
        }
    }

    /// Counts a wrong try that was found out elsewhere.
    pub fn count(&mut self, key: K, now: UnixMillis) {
        if self.by_key.len() >= MAX_KEYS && !self.by_key.contains_key(&key) {
            self.make_room(now);
        }
        let wrong = self.by_key.entry(key).or_default();
        if wrong.len() >= self.limit.tries {
            wrong.pop_front();
        }
        wrong.push_back(now);
    }

    /// The try that began last was right.
    pub fn was_right(&mut self, key: &K) {
        if let Some(wrong) = self.by_key.get_mut(key) {
            wrong.pop_back();
            if wrong.is_empty() {
                self.by_key.remove(key);
            }
        }
    }

    /// Forgets everybody whose last wrong try is out of the window.
    pub fn tidy(&mut self, now: UnixMillis) {
        let window = self.limit.window;
        let counts = |at: &UnixMillis| *at <= now && now.since(*at) < window;
        self.by_key.retain(|_, wrong| wrong.iter().any(counts));
    }

    fn make_room(&mut self, now: UnixMillis) {
        self.tidy(now);
        if self.by_key.len() >= MAX_KEYS {
            let longest_ago =
                self.by_key.iter().min_by_key(|(_, wrong)| wrong.back()).map(|(key, _)| key.clone());
            if let Some(key) = longest_ago {
                self.by_key.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
        for _ in 0..5 {
            assert_eq!(tries.begin("ana", UnixMillis(1_000 * MINUTE)), Ok(()));
        }
        assert!(tries.begin("ana", UnixMillis(1_000 * MINUTE)).is_err());
        assert_eq!(tries.begin("ana", UnixMillis(0)), Ok(()), "they lie in the future");
        for _ in 0..4 {
            assert_eq!(tries.begin("ana", UnixMillis(MINUTE)), Ok(()));
        }
        assert!(tries.begin("ana", UnixMillis(MINUTE)).is_err(), "what is counted now counts");
        let mut other = Tries::new(FIVE_IN_TEN_MINUTES);
        other.count("rui", UnixMillis(1_000 * MINUTE));
        other.tidy(UnixMillis(0));
        assert!(other.by_key.is_empty());
    }

    #[test]
    fn the_sixth_try_waits_until_the_first_is_ten_minutes_old() {
        let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
        for minute in 0..5 {
            assert_eq!(tries.begin("ana", UnixMillis(minute * MINUTE)), Ok(()));
        }
        assert_eq!(tries.begin("ana", UnixMillis(5 * MINUTE)), Err(Duration::from_secs(300)));
        assert_eq!(tries.begin("rui", UnixMillis(5 * MINUTE)), Ok(()), "others are not affected");
        assert_eq!(tries.begin("ana", UnixMillis(10 * MINUTE)), Ok(()));
        assert!(tries.begin("ana", UnixMillis(10 * MINUTE)).is_err());
    }

    #[test]
    fn with_a_pause_there_is_always_a_next_try_soon() {
        let pause = Duration::from_secs(10);
        let mut tries = Tries::new(Limit { tries: 3, then: Then::Pause(pause), ..FIVE_IN_TEN_MINUTES });
        for _ in 0..3 {
            assert_eq!(tries.begin("ana", UnixMillis(0)), Ok(()));
        }
        for second in 1..600 {
            let taken = tries.begin("ana", UnixMillis(second * 1_000));
            match second % 10 {
                0 => assert_eq!(taken, Ok(()), "at {second} s"),
                past => {
                    assert_eq!(taken, Err(Duration::from_secs(10 - past.unsigned_abs())), "at {second} s")
                }
            }
        }
    }

    #[test]
    fn old_tries_are_forgotten() {
        let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
        tries.count("ana", UnixMillis(0));
        tries.count("rui", UnixMillis(5 * MINUTE));
        tries.tidy(UnixMillis(10 * MINUTE));
        assert_eq!(tries.by_key.keys().copied().collect::<Vec<_>>(), ["rui"]);
    }

    #[test]
    fn right_tries_do_not_count() {
        let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
        for _ in 0..100 {
            assert_eq!(tries.begin("ana", UnixMillis(0)), Ok(()));
            tries.was_right(&"ana");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
        for n in 0..MAX_KEYS + 10 {
            tries.count(n, UnixMillis(i64::try_from(n).unwrap_or(0)));
        }
        assert!(tries.by_key.len() <= MAX_KEYS);
    }

    proptest! {
        #[test]
        fn never_more_than_five_wrong_in_any_ten_minutes(pauses in proptest::collection::vec(0i64..4 * MINUTE, 1..80)) {
            let mut tries = Tries::new(FIVE_IN_TEN_MINUTES);
            let mut admitted: Vec<i64> = Vec::new();
            let mut now = 0;
            for pause in pauses {
                now += pause;
                match tries.begin((), UnixMillis(now)) {
                    Ok(()) => admitted.push(now),
                    Err(wait) => {
                        let later = now + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                        let mut copy = Tries::new(FIVE_IN_TEN_MINUTES);
                        for at in &admitted {
                            copy.count((), UnixMillis(*at));
                        }
                        prop_assert!(copy.check(&(), UnixMillis(later)).is_ok(), "the promised wait is enough");
                    }
                }
            }
            for window in admitted.windows(6) {
                prop_assert!(window[5] - window[0] >= 10 * MINUTE);
            }
        }
    }
}
