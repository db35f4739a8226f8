//! The technician's side of key agreement: what the console does, for tests, benches and programs in Rust.

use curve25519_dalek::scalar::Scalar;
use ponte_types::{ErrorCode, PairingId, PairingWords, TechnicianId, ViewerId};
use ponte_wire::msg::{self, handshake::Body};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    BadShare, Lanes, Mode, PairingSecret, cpace,
    keeper::CODE_CONTEXT,
    keys::{Keys, Side, Transcript},
    link, words,
};

/// What the technician's side knows.
#[derive(Debug, Clone)]
pub enum TechnicianSecret {
    /// The four digits that the end user read out, ASCII.
    Code([u8; 4]),
    /// The public part of the link, 32 bytes.
    Link([u8; 32]),
    /// Nothing: the two people compare the words.
    Words,
    /// An earlier pairing of this console.
    Resume(PairingId, PairingSecret),
}

/// Why the agreement failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InitiatorError {
    #[error("the end user's program refused: {code}")]
    Rejected { code: String, tries_left: u32 },
    #[error("the other side does not know the secret")]
    WrongTag,
    #[error("the other side broke the protocol")]
    Protocol,
}

impl From<BadShare> for InitiatorError {
    fn from(_: BadShare) -> Self {
        Self::Protocol
    }
}

/// What a message from the end user's side led to.
#[derive(Debug)]
pub enum InitiatorStep {
    Send(msg::Handshake),
    /// Both sides have the keys. The secret is kept to come back; for a resumed pairing it stays the same.
    Done {
        pairing: PairingId,
        secret: PairingSecret,
        /// To be compared with the end user's, where no secret was shared.
        words: Option<PairingWords>,
        lanes: Box<Lanes>,
    },
}

enum State {
    Offered,
    Confirmed(Keys),
    Over,
}

/// One run of the handshake.
pub struct Initiator {
    viewer: ViewerId,
    technician: TechnicianId,
    secret: TechnicianSecret,
    scalar: Zeroizing<Scalar>,
    share: [u8; 32],
    state: State,
}

impl Initiator {
    /// Starts a run; `random` must be fresh. Send [`Initiator::offer`] first.
    #[must_use]
    pub fn new(
        viewer: ViewerId,
        technician: TechnicianId,
        secret: TechnicianSecret,
        random: &[u8; 64],
    ) -> Self {
        let scalar = Zeroizing::new(Scalar::from_bytes_mod_order_wide(random));
        let share = match &secret {
            TechnicianSecret::Code(digits) => {
                (cpace::generator(digits, CODE_CONTEXT, viewer.as_bytes()) * *scalar).compress().to_bytes()
            }
            TechnicianSecret::Link(_) | TechnicianSecret::Words => {
                curve25519_dalek::RistrettoPoint::mul_base(&scalar).compress().to_bytes()
            }
            TechnicianSecret::Resume(..) => {
                let mut share = [0; 32];
                share.copy_from_slice(&random[..32]);
                share
            }
        };
        Self { viewer, technician, secret, scalar, share, state: State::Offered }
    }
    #[must_use]
    pub fn offer(&self) -> msg::Handshake {
        let mut share = self.share;
        let (mode, pairing_id) = match &self.secret {
            TechnicianSecret::Code(_) => (msg::HandshakeMode::Code, Vec::new()),
            TechnicianSecret::Link(_) => (msg::HandshakeMode::Link, Vec::new()),
            TechnicianSecret::Words => {
                share = words::commitment(self.viewer, self.technician, &self.share);
                (msg::HandshakeMode::Words, Vec::new())
            }
            TechnicianSecret::Resume(id, _) => (msg::HandshakeMode::Resume, id.as_bytes().to_vec()),
        };
        let offer = msg::Offer { mode: mode.into(), share: share.to_vec(), pairing_id };
        msg::Handshake { body: Some(Body::Offer(offer)) }
    }
    /// Takes the end user's next message.
    ///
    /// # Errors
    /// When the other side refuses, or does not know the secret; the run is over then.
    pub fn handle(&mut self, message: msg::Handshake) -> Result<InitiatorStep, InitiatorError> {
        match (std::mem::replace(&mut self.state, State::Over), message.body) {
            (_, Some(Body::Reject(reject))) => {
                let known = reject.code.parse::<ErrorCode>().is_ok();
                Err(if known {
                    InitiatorError::Rejected { code: reject.code, tries_left: reject.tries_left }
                } else {
                    InitiatorError::Protocol
                })
            }
            (State::Offered, Some(Body::Answer(answer))) => {
                let share_b = answer.share.as_slice().try_into().map_err(|_| InitiatorError::Protocol)?;
                let keys = self.keys(share_b)?;
                let share = match &self.secret {
                    TechnicianSecret::Words => self.share.to_vec(),
                    _ => Vec::new(),
                };
                let confirm = msg::Confirm { tag: keys.tag(Side::Technician).to_vec(), share };
                self.state = State::Confirmed(keys);
                Ok(InitiatorStep::Send(msg::Handshake { body: Some(Body::Confirm(confirm)) }))
            }
            (State::Confirmed(keys), Some(Body::Accept(accept))) => {
                if !bool::from(keys.tag(Side::EndUser)[..].ct_eq(&accept.tag)) {
                    return Err(InitiatorError::WrongTag);
                }
                let pairing =
                    PairingId::try_from(&accept.pairing_id[..]).map_err(|_| InitiatorError::Protocol)?;
                let secret = match &self.secret {
                    TechnicianSecret::Resume(_, secret) => secret.clone(),
                    _ => keys.pairing_secret(),
                };
                let words = matches!(self.secret, TechnicianSecret::Words).then(|| keys.words());
                Ok(InitiatorStep::Done {
                    pairing,
                    secret,
                    words,
                    lanes: Box::new(keys.lanes(Side::Technician)),
                })
            }
            _ => Err(InitiatorError::Protocol),
        }
    }

    fn keys(&self, share_b: &[u8; 32]) -> Result<Keys, BadShare> {
        let (sid, technician) = (self.viewer.as_bytes(), self.technician.as_bytes());
        let (mode, root) = match &self.secret {
            TechnicianSecret::Code(_) => (
                Mode::Code,
                cpace::isk(&self.scalar, share_b, sid, (&self.share, technician), (share_b, &[]))?,
            ),
            TechnicianSecret::Link(public) => {
                let with_link = cpace::decode(public)? * *self.scalar;
                let fresh = cpace::decode(share_b)? * *self.scalar;
                (Mode::Link, link::root(&self.share, share_b, public, with_link, fresh))
            }
            TechnicianSecret::Words => {
                let fresh = cpace::decode(share_b)? * *self.scalar;
                (Mode::Words, words::root(&self.share, share_b, fresh))
            }
            TechnicianSecret::Resume(_, secret) => {
                let seen = self.transcript(Mode::Resume, share_b);
                return Ok(Keys::derive(&secret.0, &seen));
            }
        };
        Ok(Keys::derive(&root[..], &self.transcript(mode, share_b)))
    }
    fn transcript<'a>(&'a self, mode: Mode, share_b: &'a [u8; 32]) -> Transcript<'a> {
        Transcript { mode, viewer: self.viewer, technician: self.technician, share_a: &self.share, share_b }
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Initiator").field("viewer", &self.viewer).finish_non_exhaustive()
    }
}
