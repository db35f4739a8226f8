//! The end user's side of key agreement, for all viewers of one connection.

use std::collections::HashMap;

use curve25519_dalek::scalar::Scalar;
use ponte_types::{ErrorCode, PairingId, PairingWords, TechnicianId, ViewerId};
use ponte_wire::msg::{self, handshake::Body};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    BadShare, Lanes, LinkSecret, Mode, PairingSecret, cpace,
    keys::{Keys, Side, Transcript},
    link, words,
};

/// Wrong secrets after which a code is dead.
pub const TRIES: u32 = 3;
pub(crate) const CODE_CONTEXT: &[u8] = b"ponte/1 code";
/// Pairings kept for coming back; the oldest is forgotten beyond.
const KEPT_PAIRINGS: usize = 16;
/// Agreements without a secret in all. Words of 55 bits are safe against far more; nobody needs more.
const WORDS_RUNS: u32 = 256;

/// What the end user's side shares with a technician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// The four digits drawn here, ASCII.
    Code(Zeroizing<[u8; 4]>),
    Link(LinkSecret),
    /// None was shared: the session began without a number or a link, and the two people compare words.
    Nothing,
}

/// How the end user's side can know who a viewer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proved {
    /// They know the digits or the link.
    Secret,
    /// Nobody knows, until the two people have compared these words. `joiner`: the session began with a secret, which
    /// somebody else proved; this one does not have it.
    Words { words: PairingWords, joiner: bool },
}

/// A viewer that proved the secret, or shows the words.
#[derive(Debug)]
pub struct Established {
    pub viewer: ViewerId,
    pub pairing: PairingId,
    /// A first pairing; false: the same console came back.
    pub first: bool,
    /// As at the first pairing.
    pub proved: Proved,
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

enum Pending {
    First {
        mode: Mode,
        id: PairingId,
        keys: Keys,
    },
    Resume {
        id: PairingId,
        keys: Keys,
    },
    /// Waits for the share that the technician's side has bound itself to.
    Words(Box<Committed>),
}

struct Committed {
    technician: TechnicianId,
    commitment: [u8; 32],
    scalar: Zeroizing<Scalar>,
    share: [u8; 32],
    id: PairingId,
}

#[derive(Clone)]
struct Pairing {
    id: PairingId,
    secret: PairingSecret,
    proved: Proved,
}

/// Holds the secret, counts the tries, remembers the pairings.
pub struct Keeper {
    secret: Option<Secret>,
    tries_left: u32,
    /// Agreements without a secret that may still be begun.
    words_left: u32,
    /// Somebody has proved the secret: others may join without it.
    proved: bool,
    pending: HashMap<ViewerId, Pending>,
    pairings: Vec<Pairing>,
}

impl Keeper {
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self {
            secret: Some(secret),
            tries_left: TRIES,
            words_left: WORDS_RUNS,
            proved: false,
            pending: HashMap::new(),
            pairings: Vec::new(),
        }
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
            self.pending.retain(|_, pending| !matches!(pending, Pending::First { .. }));
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
            Some(Body::Confirm(confirm)) => self.on_confirm(viewer, &confirm),
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
                (share, Pending::First { mode: Mode::Code, id, keys })
            }
            (msg::HandshakeMode::Link, Some(Secret::Link(secret))) => {
                let point = cpace::decode(theirs).map_err(bad_share)?;
                let share = link::share(&scalar).map_err(|_| ErrorCode::Internal)?;
                let root =
                    link::root(theirs, &share, &secret.public(), point * secret.scalar(), point * *scalar);
                let keys = Keys::derive(&root[..], &seen(Mode::Link, &share));
                (share, Pending::First { mode: Mode::Link, id, keys })
            }
            (msg::HandshakeMode::Resume, _) => {
                let wanted = |pairing: &Pairing| pairing.id.as_bytes()[..] == offer.pairing_id[..];
                let known = self.pairings.iter().find(|p| wanted(p)).ok_or(ErrorCode::WrongCode)?;
                let keys = Keys::derive(&known.secret.0, &seen(Mode::Resume, &fresh));
                (fresh, Pending::Resume { id: known.id, keys })
            }
            (msg::HandshakeMode::Words, secret) => {
                // A session that began with a secret is proved by it first: the relay cannot talk it down.
                if !(self.proved || matches!(secret, Some(Secret::Nothing))) {
                    return Err(ErrorCode::WrongCode);
                }
                self.words_left = self.words_left.checked_sub(1).ok_or(ErrorCode::TooManyTries)?;
                let share = link::share(&scalar).map_err(|_| ErrorCode::Internal)?;
                let committed = Committed { technician, commitment: *theirs, scalar, share, id };
                (share, Pending::Words(Box::new(committed)))
            }
            _ => return Err(ErrorCode::WrongCode),
        };
        self.pending.insert(viewer, pending);
        Ok(share)
    }

    fn on_confirm(&mut self, viewer: ViewerId, confirm: &msg::Confirm) -> Step {
        let Some(pending) = self.pending.remove(&viewer) else {
            return self.reject(ErrorCode::InvalidRequest);
        };
        let (pairing, keys, first) = match pending {
            Pending::First { mode, id, keys } => {
                if !is_technicians(&keys, confirm) {
                    return self.wrong_tag(mode == Mode::Code);
                }
                self.proved = true;
                if mode == Mode::Code {
                    self.secret = None; // a code serves once
                    self.pending.clear();
                }
                let secret = keys.pairing_secret();
                (self.keep(Pairing { id, secret, proved: Proved::Secret }), keys, true)
            }
            Pending::Resume { id, keys } => match self.pairings.iter().find(|p| p.id == id).cloned() {
                Some(pairing) if is_technicians(&keys, confirm) => (pairing, keys, false),
                Some(_) => return self.wrong_tag(false),
                None => return self.reject(ErrorCode::WrongCode),
            },
            Pending::Words(committed) => {
                let Some(keys) = opened(viewer, &committed, confirm) else {
                    // No guess at anything: somebody in the middle, or a console that is broken.
                    return self.reject(ErrorCode::InvalidRequest);
                };
                let joiner = !matches!(self.secret, Some(Secret::Nothing));
                let proved = Proved::Words { words: keys.words(), joiner };
                let pairing = Pairing { id: committed.id, secret: keys.pairing_secret(), proved };
                (self.keep(pairing), keys, true)
            }
        };
        let accept =
            msg::Accept { tag: keys.tag(Side::EndUser).to_vec(), pairing_id: pairing.id.as_bytes().to_vec() };
        let lanes = keys.lanes(Side::EndUser);
        let established = Established { viewer, pairing: pairing.id, first, proved: pairing.proved, lanes };
        Step {
            reply: msg::Handshake { body: Some(Body::Accept(accept)) },
            outcome: Outcome::Established(Box::new(established)),
        }
    }

    fn keep(&mut self, pairing: Pairing) -> Pairing {
        if self.pairings.len() == KEPT_PAIRINGS {
            self.pairings.remove(0);
        }
        self.pairings.push(pairing.clone());
        pairing
    }

    fn wrong_tag(&mut self, code_try: bool) -> Step {
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

fn is_technicians(keys: &Keys, confirm: &msg::Confirm) -> bool {
    keys.tag(Side::Technician)[..].ct_eq(&confirm.tag).into()
}

/// The keys with a share that is the one committed to; `None` for any other, or when the tag is wrong.
fn opened(viewer: ViewerId, committed: &Committed, confirm: &msg::Confirm) -> Option<Keys> {
    let share_a: &[u8; 32] = confirm.share.as_slice().try_into().ok()?;
    let promised = words::commitment(viewer, committed.technician, share_a);
    if !bool::from(promised[..].ct_eq(&committed.commitment)) {
        return None;
    }
    let fresh = cpace::decode(share_a).ok()? * *committed.scalar;
    let root = words::root(share_a, &committed.share, fresh);
    let technician = committed.technician;
    let seen = Transcript { mode: Mode::Words, viewer, technician, share_a, share_b: &committed.share };
    let keys = Keys::derive(&root[..], &seen);
    is_technicians(&keys, confirm).then_some(keys)
}

fn answer(body: Body) -> Step {
    Step { reply: msg::Handshake { body: Some(body) }, outcome: Outcome::Pending }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("tries_left", &self.tries_left).finish_non_exhaustive()
    }
}
