//! What a rule must not have of itself: time and randomness. The program gives them.

use std::sync::Arc;

use ponte_types::{ConnectionId, ErrorCode, SessionId, TechnicianId, UnixMillis, ViewerId};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> UnixMillis;
}

/// Gives unpredictable bytes.
pub trait Random: Send + Sync + 'static {
    /// # Errors
    /// When the system has none to give; nothing is filled then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String>;
}

/// Both.
#[derive(Clone)]
pub struct Ambient {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl std::fmt::Debug for Ambient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ambient")
    }
}

/// The system has no random bytes to give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes: {0}")]
pub(crate) struct NoRandom(String);

impl From<NoRandom> for ErrorCode {
    fn from(error: NoRandom) -> Self {
        tracing::error!(%error, "an id or a secret could not be drawn");
        Self::Internal
    }
}

impl Ambient {
    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }
    pub(crate) fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandom> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(NoRandom)?;
        Ok(bytes)
    }
    pub(crate) fn session_id(&self) -> Result<SessionId, NoRandom> {
        Ok(SessionId::new(self.now(), self.bytes()?))
    }
    pub(crate) fn technician_id(&self) -> Result<TechnicianId, NoRandom> {
        Ok(TechnicianId::new(self.now(), self.bytes()?))
    }
    pub(crate) fn connection_id(&self) -> Result<ConnectionId, NoRandom> {
        Ok(ConnectionId::new(self.now(), self.bytes()?))
    }
    pub(crate) fn viewer_id(&self) -> Result<ViewerId, NoRandom> {
        Ok(ViewerId::new(self.now(), self.bytes()?))
    }
}
