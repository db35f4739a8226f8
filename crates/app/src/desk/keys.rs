//! Secrets of the relay, and how secrets of others are kept.

use sha2::{Digest as _, Sha256};

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

/// SHA-256, as secrets are kept.
pub(super) fn sha256(bytes: &[u8]) -> ponte_store::TokenHash {
    ponte_store::TokenHash(Sha256::digest(bytes).into())
}
