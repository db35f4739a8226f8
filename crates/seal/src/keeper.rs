//! The end user's side of key agreement, for all viewers of one connection.

use std::collections::HashMap;

use curve25519_dalek::scalar::Scalar;
use ponte_types::{ErrorCode, PairingId, TechnicianId, ViewerId};
use ponte_wire::msg::{self, handshake::Body};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    BadShare, Lanes, LinkSecret, Mode, PairingSecret, cpace,
    keys::{Keys, Side, Transcript},
    link,
};

/// Wrong secrets after which a code is dead.
pub const TRIES: u32 = 3;
pub(crate) const CODE_CONTEXT: &[u8] = b"ponte/1 code";
/// Pairings kept for coming back; the oldest is forgotten beyond.
const KEPT_PAIRINGS: usize = 16;

/// What the end user's side shares with a technician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// The four digits drawn here, ASCII.
    Code(Zeroizing<[u8; 4]>),
    Link(LinkSecret),
}

/// A viewer that proved the secret.
#[derive(Debug)]
pub struct Established {
    pub viewer: ViewerId,
    pub pairing: PairingId,
    /// A first pairing; false: the same console came back.
    pub first: bool,
    pub lanes: Lanes,
}

/// What a handshake message led to.
#[derive(Debug)]
pub enum Outcome {
    /// The handshake goes on, or the message was refused without counting as a try.
    Pending,
    Established(Box<Established>),
    /// A wrong tag. `burned`: it was the last try, and the code is dead.
    WrongSecret {
        burned: bool,
    },
}

/// What to send to the viewer, and what it led to.
#[derive(Debug)]
pub struct Step {
    pub reply: msg::Handshake,
    pub outcome: Outcome,
}

struct Pending {
    keys: Keys,
    kind: PendingKind,
}

enum PendingKind {
    First { mode: Mode, id: PairingId },
    Resume(PairingId),
}

/// Holds the secret, counts the tries, remembers the pairings.
pub struct Keeper {
    secret: Option<Secret>,
    tries_left: u32,
    pending: HashMap<ViewerId, Pending>,
    pairings: Vec<(PairingId, PairingSecret)>,
}

impl Keeper {
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self { secret: Some(secret), tries_left: TRIES, pending: HashMap::new(), pairings: Vec::new() }
    }
    /// A new code replaces the old one; half-done handshakes with the old one are dropped.
    pub fn replace_secret(&mut self, secret: Secret) {
        self.secret = Some(secret);
        self.tries_left = TRIES;
        self.pending.clear();
    }
    /// A session has begun: a code that is still shown serves nobody any more.
    pub fn spend_code(&mut self) {
        if matches!(self.secret, Some(Secret::Code(_))) {
            self.secret = None;
            self.pending.retain(|_, pending| matches!(pending.kind, PendingKind::Resume(_)));
        }
    }
    /// The viewer left: its half-done handshake is dropped, its pairing stays for a return.
    pub fn viewer_left(&mut self, viewer: ViewerId) {
        self.pending.remove(&viewer);
    }
    /// Takes one message of a viewer. `random` must be fresh for each call.
    pub fn handle(
        &mut self,
        viewer: ViewerId,
        technician: TechnicianId,
        message: msg::Handshake,
        random: &[u8; 96],
    ) -> Step {
        match message.body {
            Some(Body::Offer(offer)) => match self.on_offer(viewer, technician, &offer, random) {
                Ok(share) => answer(Body::Answer(msg::Answer { share: share.to_vec() })),
                Err(code) => self.reject(code),
            },
            Some(Body::Confirm(confirm)) => self.on_confirm(viewer, &confirm.tag),
            _ => self.reject(ErrorCode::InvalidRequest),
        }
    }

    fn on_offer(
        &mut self,
        viewer: ViewerId,
        technician: TechnicianId,
        offer: &msg::Offer,
        random: &[u8; 96],
    ) -> Result<[u8; 32], ErrorCode> {
        self.pending.remove(&viewer);
        let theirs: &[u8; 32] = offer.share.as_slice().try_into().map_err(|_| ErrorCode::InvalidRequest)?;
        let (wide, rest) = random.split_first_chunk::<64>().ok_or(ErrorCode::Internal)?;
        let fresh: [u8; 32] = rest.try_into().map_err(|_| ErrorCode::Internal)?;
        let scalar = Zeroizing::new(Scalar::from_bytes_mod_order_wide(wide));
        let seen = |mode, share_b| Transcript { mode, viewer, technician, share_a: theirs, share_b };
        let bad_share = |_: BadShare| ErrorCode::InvalidRequest;
        let mut id = [0; 16];
        id.copy_from_slice(&fresh[..16]);
        let id = PairingId::from_bytes(id);

        let (share, pending) = match (offer.mode(), &self.secret) {
            (msg::HandshakeMode::Code, Some(Secret::Code(digits))) => {
                let sid = viewer.as_bytes();
                let share =
                    (cpace::generator(&digits[..], CODE_CONTEXT, sid) * *scalar).compress().to_bytes();
                let root = cpace::isk(&scalar, theirs, sid, (theirs, technician.as_bytes()), (&share, &[]))
                    .map_err(bad_share)?;
                let keys = Keys::derive(&root[..], &seen(Mode::Code, &share));
                (share, Pending { keys, kind: PendingKind::First { mode: Mode::Code, id } })
            }
            (msg::HandshakeMode::Link, Some(Secret::Link(secret))) => {
                let point = cpace::decode(theirs).map_err(bad_share)?;
                let share = link::share(&scalar).map_err(|_| ErrorCode::Internal)?;
                let root =
                    link::root(theirs, &share, &secret.public(), point * secret.scalar(), point * *scalar);
                let keys = Keys::derive(&root[..], &seen(Mode::Link, &share));
                (share, Pending { keys, kind: PendingKind::First { mode: Mode::Link, id } })
            }
            (msg::HandshakeMode::Resume, _) => {
                let (id, secret) = self
                    .pairings
                    .iter()
                    .find(|(id, _)| id.as_bytes()[..] == offer.pairing_id[..])
                    .ok_or(ErrorCode::WrongCode)?;
                let keys = Keys::derive(&secret.0, &seen(Mode::Resume, &fresh));
                (fresh, Pending { keys, kind: PendingKind::Resume(*id) })
            }
            _ => return Err(ErrorCode::WrongCode),
        };
        self.pending.insert(viewer, pending);
        Ok(share)
    }

    fn on_confirm(&mut self, viewer: ViewerId, tag: &[u8]) -> Step {
        let Some(pending) = self.pending.remove(&viewer) else {
            return self.reject(ErrorCode::InvalidRequest);
        };
        if !bool::from(pending.keys.tag(Side::Technician)[..].ct_eq(tag)) {
            return self.wrong_tag(&pending.kind);
        }
        let (pairing, first) = match pending.kind {
            PendingKind::Resume(id) => (id, false),
            PendingKind::First { mode, id } => {
                if mode == Mode::Code {
                    self.secret = None; // a code serves once
                    self.pending.clear();
                }
                if self.pairings.len() == KEPT_PAIRINGS {
                    self.pairings.remove(0);
                }
                self.pairings.push((id, pending.keys.pairing_secret()));
                (id, true)
            }
        };
        let accept = msg::Accept {
            tag: pending.keys.tag(Side::EndUser).to_vec(),
            pairing_id: pairing.as_bytes().to_vec(),
        };
        let lanes = pending.keys.lanes(Side::EndUser);
        Step {
            reply: msg::Handshake { body: Some(Body::Accept(accept)) },
            outcome: Outcome::Established(Box::new(Established { viewer, pairing, first, lanes })),
        }
    }

    fn wrong_tag(&mut self, kind: &PendingKind) -> Step {
        let code_try = matches!(kind, PendingKind::First { mode: Mode::Code, .. });
        let mut burned = false;
        if code_try {
            self.tries_left = self.tries_left.saturating_sub(1);
            burned = self.tries_left == 0;
            if burned {
                self.secret = None;
                self.pending.clear();
            }
        }
        let mut step = self.reject(if burned { ErrorCode::CodeBurned } else { ErrorCode::WrongSecret });
        step.outcome = Outcome::WrongSecret { burned };
        step
    }

    fn reject(&self, code: ErrorCode) -> Step {
        answer(Body::Reject(msg::Reject { code: code.as_str().into(), tries_left: self.tries_left }))
    }
}

fn answer(body: Body) -> Step {
    Step { reply: msg::Handshake { body: Some(body) }, outcome: Outcome::Pending }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("tries_left", &self.tries_left).finish_non_exhaustive()
    }
}
