//! The ambient clock and randomness of the live half, read here and nowhere else in it.

use ponte_types::{ConnectionId, ErrorCode, UnixMillis, ViewerId};

use crate::ports::ResumeToken;

#[allow(clippy::disallowed_methods)] // the one place where the live half reads the clock
fn now() -> UnixMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn random<const N: usize>() -> Result<[u8; N], ErrorCode> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(bytes)
}

pub(super) fn connection_id() -> Result<ConnectionId, ErrorCode> {
    Ok(ConnectionId::new(now(), random()?))
}

pub(super) fn viewer_id() -> Result<ViewerId, ErrorCode> {
    Ok(ViewerId::new(now(), random()?))
}

pub(super) fn resume_token() -> Result<ResumeToken, ErrorCode> {
    Ok(ResumeToken(random()?))
}
