//! Passwords: argon2id, at most two at work at once, and the same work for an account that does not exist.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use ponte_types::ErrorCode;
use tokio::sync::Semaphore;

use super::DeskError;
use crate::Ambient;

/// Work of one hashing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3 }
    }
}

const AT_ONCE: usize = 2;
/// More than this many waiting means an attack or a broken client: the rest is told to come back.
const WAITING: usize = 32;

pub(super) struct Passwords {
    hasher: Argon2<'static>,
    /// A hash that no password matches, for accounts that do not exist.
    nobody: String,
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(cost: PasswordCost, ambient: &Ambient) -> Result<Self, DeskError> {
        let failed = |e: &dyn std::fmt::Display| DeskError::Failed(format!("password hashing: {e}"));
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| failed(&e))?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let secret: [u8; 32] = ambient.bytes()?;
        let salt: [u8; 16] = ambient.bytes()?;
        let nobody = hasher.hash_password_with_salt(&secret, &salt).map_err(|e| failed(&e))?.to_string();
        Ok(Self {
            hasher,
            nobody,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(WAITING)),
        })
    }

    pub(super) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, DeskError> {
        let hasher = self.hasher.clone();
        let hashed = self.work(move || hasher.hash_password_with_salt(password.as_bytes(), &salt)).await?;
        hashed.map(|hash| hash.to_string()).map_err(|e| DeskError::Failed(format!("password hashing: {e}")))
    }

    /// Checks a password; `None` for an account that does not exist takes as long, and is never right.
    pub(super) async fn check(&self, password: String, kept: Option<String>) -> Result<bool, DeskError> {
        let hasher = self.hasher.clone();
        let exists = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        let right = self
            .work(move || {
                PasswordHash::new(&kept)
                    .is_ok_and(|hash| hasher.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(right && exists)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, DeskError> {
        let _place = self.places.try_acquire().map_err(|_| DeskError::Refused(ErrorCode::TooManyRequests))?;
        let turn =
            Arc::clone(&self.turns).acquire_owned().await.map_err(|e| DeskError::Failed(e.to_string()))?;
        // The turn goes along, so that a caller who gives up does not make room for a third hashing.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|e| DeskError::Failed(format!("password hashing: {e}")))
    }
}
