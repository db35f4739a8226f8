//! When to ask the sender for a key picture.
//!
//! A key picture costs as much as a hundred others, and every viewer may want one at any time: wishes are merged, and
//! at most one request goes out per interval. Only a viewer that has just come is served at once.

use std::time::{Duration, Instant};

/// Least time between two requests.
pub const MIN_KEY_INTERVAL: Duration = Duration::from_millis(300);
/// A request that brought no key picture is repeated after this long.
const REPEAT: Duration = Duration::from_secs(1);

/// The open wishes for a key picture.
#[derive(Debug, Default)]
pub struct KeyRequests {
    wanted: bool,
    last: Option<Instant>,
    /// A request is out and no key picture has come since.
    pending: bool,
}

impl KeyRequests {
    /// Somebody needs a key picture, as soon as the interval allows.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// A viewer has just come and sees nothing yet: its wish does not wait for the interval.
    pub fn want_now(&mut self) {
        self.wanted = true;
        if !self.pending {
            self.last = None;
        }
    }

    /// A key picture came: all wishes are fulfilled.
    pub fn fulfilled(&mut self) {
        self.wanted = false;
        self.pending = false;
    }

    /// Whether a request goes out now. Counts it as sent.
    pub fn take(&mut self, now: Instant) -> bool {
        let due = self.wanted && self.deadline().is_none_or(|at| at <= now);
        if due {
            self.last = Some(now);
            self.pending = true;
        }
        due
    }

    /// When the next request may go out, if one is wanted.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let wait = if self.pending { REPEAT } else { MIN_KEY_INTERVAL };
        self.wanted.then_some(self.last).flatten().map(|last| last + wait)
    }
}
