//! Sealed lanes: AES-256-GCM with a counter per lane and direction (docs/pairing.md, "Sealed message").

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// A lane whose messages the relay cannot read. The number is the lane's on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedLane {
    Control = 2,
    Input = 3,
    Pointer = 4,
}

const LANES: [SealedLane; 3] = [SealedLane::Control, SealedLane::Input, SealedLane::Pointer];
const COUNTER: usize = 8;

/// Why a sealed message was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its counter is not above the last one: a repeat, or older than what was already used.
    #[error("the message is a repeat or too old")]
    Stale,
    #[error("the message was not sealed with this key")]
    Forged,
}

struct Lane {
    send: Aes256Gcm,
    receive: Aes256Gcm,
    sent: u64,
    received: u64,
}

/// Both directions of all sealed lanes of one viewer's attachment.
pub struct Lanes([Lane; 3]);

impl Lanes {
    pub(crate) fn new(keys: impl Fn(SealedLane) -> (Zeroizing<[u8; 32]>, Zeroizing<[u8; 32]>)) -> Self {
        Self(LANES.map(|lane| {
            let (send, receive) = keys(lane);
            Lane {
                send: Aes256Gcm::new((&*send).into()),
                receive: Aes256Gcm::new((&*receive).into()),
                sent: 0,
                received: 0,
            }
        }))
    }
    /// Seals a message for the other side.
    pub fn seal(&mut self, lane: SealedLane, message: &[u8]) -> Vec<u8> {
        let state = &mut self.0[lane as usize - 2];
        state.sent += 1;
        let sealed = state
            .send
            .encrypt(&nonce(state.sent), Payload { msg: message, aad: &[lane as u8] })
            .unwrap_or_default(); // only fails beyond 64 GiB; an empty message opens nowhere
        let mut out = Vec::with_capacity(COUNTER + sealed.len());
        out.extend_from_slice(&state.sent.to_be_bytes());
        out.extend_from_slice(&sealed);
        out
    }
    /// Opens the other side's message.
    ///
    /// # Errors
    /// When it was not sealed with this lane's key, or its counter was used before. Nothing changes then.
    pub fn open(&mut self, lane: SealedLane, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let state = &mut self.0[lane as usize - 2];
        let (counter, body) = sealed.split_first_chunk::<COUNTER>().ok_or(OpenError::Forged)?;
        let counter = u64::from_be_bytes(*counter);
        if counter <= state.received {
            return Err(OpenError::Stale);
        }
        let message = state
            .receive
            .decrypt(&nonce(counter), Payload { msg: body, aad: &[lane as u8] })
            .map_err(|_| OpenError::Forged)?;
        state.received = counter;
        Ok(message)
    }
}

impl std::fmt::Debug for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lanes(…)")
    }
}

pub(crate) fn nonce(counter: u64) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    nonce.into()
}
