//! The one place where this program reads clocks and draws random bytes; all rules take them as arguments.

use std::time::Instant;

use ponte_types::{AttachmentId, CallId, MessageId, UnixMillis};

/// Wall time.
#[must_use]
#[allow(clippy::disallowed_methods)] // the program's edge
pub fn now() -> UnixMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The steady clock that frames and pongs carry, in microseconds since the program's start.
#[derive(Debug, Clone, Copy)]
pub struct Steady(Instant);

impl Steady {
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
    #[must_use]
    pub fn micros(self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.0).as_micros()).unwrap_or(u64::MAX)
    }
}

/// Fresh random bytes of the system.
///
/// # Errors
/// When the system has none to give; nothing secret can be made then.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("the system gives no random numbers: {e}"))?;
    Ok(bytes)
}

/// A new message's id.
///
/// # Errors
/// As [`random`].
pub fn message_id() -> anyhow::Result<MessageId> {
    Ok(MessageId::new(now(), random()?))
}

/// A new request's id.
///
/// # Errors
/// As [`random`].
pub fn call_id() -> anyhow::Result<CallId> {
    Ok(CallId::from_bytes(random()?))
}

/// A new file's id.
///
/// # Errors
/// As [`random`].
pub fn attachment_id() -> anyhow::Result<AttachmentId> {
    Ok(AttachmentId::new(now(), random()?))
}

/// Four secret digits, evenly distributed.
///
/// # Errors
/// As [`random`].
pub fn secret_digits() -> anyhow::Result<[u8; 4]> {
    loop {
        let drawn = u16::from_be_bytes(random()?);
        // 60,000 is the largest multiple of 10,000 below 65,536: anything above would favour small numbers.
        if drawn < 60_000 {
            return Ok(digits(drawn % 10_000));
        }
    }
}

fn digits(number: u16) -> [u8; 4] {
    [1000, 100, 10, 1].map(|unit| b'0' + u8::try_from(number / unit % 10).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    #[test]
    fn small_numbers_keep_their_zeros() {
        assert_eq!(&super::digits(7), b"0007");
        assert_eq!(&super::digits(9210), b"9210");
    }
}
