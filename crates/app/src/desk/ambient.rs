//! What a rule must not have of itself: time, randomness, keys. The program gives them.

use std::sync::Arc;

use ponte_types::{SessionId, TechnicianId, UnixMillis};
use sha2::{Digest as _, Sha256};

use super::DeskError;

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

/// The relay's own secrets, kept outside the database: who steals that (or a backup of it) can neither sign a token
/// nor look up a code.
#[derive(Clone)]
pub struct Keys {
    /// Seed of the Ed25519 key that signs access tokens.
    pub signing: [u8; 32],
    /// Key of the HMAC under which routing numbers are kept.
    pub lookup: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Ambient {
    pub(super) fn now(&self) -> UnixMillis {
        self.clock.now()
    }
    pub(super) fn bytes<const N: usize>(&self) -> Result<[u8; N], DeskError> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|e| DeskError::Failed(format!("no random bytes: {e}")))?;
        Ok(bytes)
    }
    pub(super) fn session_id(&self) -> Result<SessionId, DeskError> {
        Ok(SessionId::new(self.now(), self.bytes()?))
    }
    pub(super) fn technician_id(&self) -> Result<TechnicianId, DeskError> {
        Ok(TechnicianId::new(self.now(), self.bytes()?))
    }
}

/// SHA-256, as secrets are kept.
pub(super) fn sha256(bytes: &[u8]) -> ponte_store::TokenHash {
    ponte_store::TokenHash(Sha256::digest(bytes).into())
}
