//! What a link's secret gives to each side.

use curve25519_dalek::{ristretto::RistrettoPoint, scalar::Scalar};
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{BadShare, cpace};

/// The 16 random bytes in a link's fragment. Never sent to the relay.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LinkSecret([u8; 16]);

impl LinkSecret {
    #[must_use]
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
    /// `x`: the private scalar of the link.
    pub(crate) fn scalar(&self) -> Scalar {
        let mut hash = Sha512::new();
        hash.update(b"ponte/1 link scalar");
        hash.update(self.0);
        let wide = Zeroizing::new(<[u8; 64]>::from(hash.finalize()));
        Scalar::from_bytes_mod_order_wide(&wide)
    }
    /// `P`: what the relay stores, and technicians agree with.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        RistrettoPoint::mul_base(&self.scalar()).compress().to_bytes()
    }
    /// What the SOS program shows the relay to open the link.
    #[must_use]
    pub fn claim(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"ponte/1 link claim");
        hash.update(self.0);
        hash.finalize().into()
    }
    /// What the relay stores to recognise the claim.
    #[must_use]
    pub fn claim_hash(&self) -> [u8; 32] {
        Sha256::digest(self.claim()).into()
    }
}

impl std::fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

/// The root secret from the two Diffie-Hellman results: with the link's key, and between the fresh keys.
pub(crate) fn root(
    share_a: &[u8; 32],
    share_b: &[u8; 32],
    public: &[u8; 32],
    with_link: RistrettoPoint,
    fresh: RistrettoPoint,
) -> Zeroizing<[u8; 64]> {
    let (with_link, fresh) =
        (Zeroizing::new(with_link.compress().to_bytes()), Zeroizing::new(fresh.compress().to_bytes()));
    let input = Zeroizing::new(cpace::lv_cat(&[
        b"ponte/1 link",
        share_a,
        share_b,
        public,
        &with_link[..],
        &fresh[..],
    ]));
    Zeroizing::new(Sha512::digest(&*input).into())
}

pub(crate) fn share(scalar: &Scalar) -> Result<[u8; 32], BadShare> {
    let share = RistrettoPoint::mul_base(scalar).compress().to_bytes();
    cpace::decode(&share).map(|_| share)
}
