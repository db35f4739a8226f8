//! Key agreement between a technician's console and an SOS program, and the sealed lanes that follow.
//!
//! Specification: `docs/pairing.md`. Sans-IO: messages in, messages out; random bytes are arguments.
//! [`Keeper`] is the end user's side for all viewers of one connection; [`Initiator`] is the technician's.

mod cpace;
mod initiator;
mod keeper;
mod keys;
mod lanes;
mod link;
mod pictures;
mod words;

pub use initiator::{Initiator, InitiatorError, InitiatorStep, TechnicianSecret};
pub use keeper::{Established, Keeper, Outcome, Proved, Secret, Step, TRIES};
pub use keys::{Mode, PairingSecret};
pub use lanes::{Lanes, OpenError, SealedLane};
pub use link::LinkSecret;
pub use pictures::{PictureError, PictureKey, PictureOpener, PictureSealer};
pub use words::{Alphabet, spoken};

/// A received share is not a canonical point of the group, or is its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other side's share is not valid")]
pub struct BadShare;
