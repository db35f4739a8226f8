//! QUIC's own keys, derived from the node's key.
//!
//! By default they are random per process: after a restart the relay could not tell a client that its connection is
//! gone, and the client would wait out its idle timeout in silence. Derived, they stay the same, and the first packet
//! of an old connection is answered with a stateless reset (RFC 9000 §10.3).

use std::{fmt, sync::Arc};

use ring::{hkdf, hmac};

/// 32 secret bytes that belong to this node and survive its restarts.
#[derive(Clone)]
pub struct NodeKey(hkdf::Prk);

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeKey(…)")
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl NodeKey {
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hkdf::Salt::new(hkdf::HKDF_SHA256, b"ponte/1 quic").extract(secret))
    }

    pub(crate) fn reset_key(&self) -> Arc<hmac::Key> {
        Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &self.derive::<32>(b"stateless reset")))
    }

    pub(crate) fn token_key(&self) -> Arc<hkdf::Prk> {
        Arc::new(hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &self.derive::<32>(b"address token")))
    }

    pub(crate) fn connection_id_key(&self) -> u64 {
        u64::from_be_bytes(self.derive::<8>(b"connection id"))
    }

    fn derive<const N: usize>(&self, info: &[u8]) -> [u8; N] {
        let mut out = [0; N];
        let filled = self.0.expand(&[info], Length(N)).and_then(|okm| okm.fill(&mut out));
        // HKDF fails only above 255 times the hash's length
        debug_assert!(filled.is_ok());
        out
    }
}
