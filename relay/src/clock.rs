//! The one place where this program asks the system for time and randomness.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use ponte_app::{Ambient, Clock, Random};
use ponte_types::UnixMillis;

struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // this is the program's clock
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        getrandom::fill(bytes).map_err(|e| e.to_string())
    }
}

/// The system's time and randomness.
#[must_use]
pub fn ambient() -> Ambient {
    Ambient { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
}
