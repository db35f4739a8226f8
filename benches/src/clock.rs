//! The machine's clock, for times that two programs compare.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time since the Unix epoch. A browser's `performance.timeOrigin + performance.now()` is the same clock.
#[allow(clippy::disallowed_methods, reason = "a measuring program reads the clock; this is its one place")]
pub fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
