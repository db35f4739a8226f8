//! From a root secret to confirmation tags, the pairing's secret and the lanes' keys.

use hkdf::Hkdf;
use ponte_types::{PairingWords, TechnicianId, ViewerId};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    cpace::lv_cat,
    lanes::{Lanes, SealedLane},
};

/// How a handshake gets its root secret. The number is part of the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Code = 1,
    Link = 2,
    Resume = 3,
    Words = 4,
}

/// What both ends keep of a pairing, to come back without a new code.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PairingSecret(pub(crate) [u8; 32]);

impl PairingSecret {
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for PairingSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairingSecret(…)")
    }
}

/// What both sides of a handshake have seen.
pub(crate) struct Transcript<'a> {
    pub mode: Mode,
    pub viewer: ViewerId,
    pub technician: TechnicianId,
    pub share_a: &'a [u8; 32],
    pub share_b: &'a [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Technician,
    EndUser,
}

impl Side {
    fn label(self) -> &'static str {
        match self {
            Self::Technician => "technician",
            Self::EndUser => "end user",
        }
    }
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Technician => Self::EndUser,
            Self::EndUser => Self::Technician,
        }
    }
}

/// All that one handshake yields.
pub(crate) struct Keys(Hkdf<Sha256>);

impl Keys {
    pub(crate) fn derive(root: &[u8], seen: &Transcript<'_>) -> Self {
        let salt = Sha256::digest(lv_cat(&[
            b"ponte/1",
            &[seen.mode as u8],
            seen.viewer.as_bytes(),
            seen.technician.as_bytes(),
            seen.share_a,
            seen.share_b,
        ]));
        Self(Hkdf::new(Some(&salt), root))
    }
    pub(crate) fn tag(&self, side: Side) -> Zeroizing<[u8; 32]> {
        self.expand(&format!("ponte confirm {}", side.label()))
    }
    pub(crate) fn pairing_secret(&self) -> PairingSecret {
        PairingSecret(*self.expand("ponte pairing"))
    }
    /// What two people compare, where no secret was shared.
    pub(crate) fn words(&self) -> PairingWords {
        PairingWords::from_hash(&self.expand("ponte words"))
    }
    pub(crate) fn lanes(&self, me: Side) -> Lanes {
        let key = |lane: SealedLane, side: Side| {
            self.expand(&format!("ponte lane {} {}", lane as u8, side.label()))
        };
        Lanes::new(|lane| (key(lane, me), key(lane, me.other())))
    }
    fn expand(&self, info: &str) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        let expanded = self.0.expand(info.as_bytes(), &mut out[..]);
        debug_assert!(expanded.is_ok(), "32 bytes are far below HKDF's limit of 255 blocks");
        out
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}
