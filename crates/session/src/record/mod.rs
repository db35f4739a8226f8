//! Where a session stands, and the only moves it can make (Q1, Q4, Q12, Q13).
//!
//! ```text
//!             ┌── expired ◀── time passed while nobody was there
//!  waiting ───┤
//!  away│here  ──── claim ────▶ active ──── close, the end user leaves, nobody is reached ────▶ closed
//!      ▲  ▲                here│away│on hold                                              ▲    │
//!      │  └─────── release ────────┘ └── done ──▶ awaiting confirmation ── confirm ───────┘    │
//!      │                          ▲                        │ reject                            │
//!      └──────────────────────────┴────────────────────────┴──────────── reopen ───────────────┘
//! ```
//! A move consumes the phase and returns the next one, or says why there is none. Here is what there is; [`moves`] has
//! the moves that technicians and end users make, [`clock`] those that time makes.

mod clock;
mod moves;
#[cfg(test)]
mod tests;

use ponte_types::{Outcome, SessionDetail, SessionState, TechnicianId, UnixMillis};

pub use ponte_types::{Program, Reach};

/// Where a session stands, with exactly what belongs to that state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Waiting {
        since: UnixMillis,
        reach: Reach,
        program: Program,
        /// Runs only while the program is away and needed: somebody who is there is not thrown out.
        expires_at: Option<UnixMillis>,
    },
    Active {
        /// Holds the session exclusively until release or close.
        owner: TechnicianId,
        reach: Reach,
        program: Program,
        hold: Option<Hold>,
    },
    /// Closed in substance: somebody has still to say that it is solved. Nobody holds it.
    Done {
        /// Who did it, and gets it back.
        owner: Option<TechnicianId>,
        reach: Reach,
        program: Program,
        outcome: Outcome,
        /// Silence is a yes from then on.
        confirms_at: UnixMillis,
    },
    /// `outcome` is absent when the end user ended it.
    Closed {
        /// Who did it, and gets it back.
        owner: Option<TechnicianId>,
        reach: Reach,
        outcome: Option<Outcome>,
    },
    Expired,
}

/// The owner waits for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    pub since: UnixMillis,
    /// Resumes by itself then; absent: by hand.
    pub until: Option<UnixMillis>,
}

/// Who asks for a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    pub technician: TechnicianId,
    /// May act on a session that somebody else holds.
    pub over_others: bool,
}

/// Why a move is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("another technician holds this session")]
    Held { owner: TechnicianId },
    #[error("the end user's program is not connected yet")]
    NotReady,
    #[error("nobody holds this session; take it first")]
    NotHeld,
    #[error("the session is over")]
    Over,
    #[error("the session is done already and waits for its confirmation")]
    Done,
    #[error("the session does not wait for a confirmation")]
    NotDone,
    #[error("only a closed session can be reopened")]
    NotClosed,
    #[error("it is not time yet")]
    NotDue,
}

impl Phase {
    #[must_use]
    pub fn state(self) -> SessionState {
        match self {
            Self::Waiting { .. } => SessionState::Waiting,
            Self::Active { .. } => SessionState::Active,
            Self::Done { .. } | Self::Closed { .. } => SessionState::Closed,
            Self::Expired => SessionState::Expired,
        }
    }

    #[must_use]
    pub fn detail(self) -> Option<SessionDetail> {
        match self {
            Self::Waiting { reach: Reach::Program, program: Program::Away, .. } => {
                Some(SessionDetail::Invited)
            }
            Self::Waiting { .. } => Some(SessionDetail::Ready),
            Self::Active { hold: Some(_), .. } => Some(SessionDetail::OnHold),
            Self::Active { reach: Reach::InPerson, .. } => Some(SessionDetail::InPerson),
            Self::Active { program: Program::Here, .. } => Some(SessionDetail::Connected),
            Self::Active { program: Program::Away, .. } => Some(SessionDetail::Reconnecting),
            Self::Done { .. } => Some(SessionDetail::AwaitingConfirmation),
            Self::Closed { .. } | Self::Expired => None,
        }
    }

    /// Who holds it now.
    #[must_use]
    pub fn owner(self) -> Option<TechnicianId> {
        match self {
            Self::Active { owner, .. } => Some(owner),
            Self::Waiting { .. } | Self::Done { .. } | Self::Closed { .. } | Self::Expired => None,
        }
    }

    /// Who may see the screen now: who holds the session and works over the screen. On hold nobody looks.
    #[must_use]
    pub fn may_view(self) -> Option<TechnicianId> {
        match self {
            Self::Active { owner, reach: Reach::Program | Reach::AnyWay, hold: None, .. } => Some(owner),
            _ => None,
        }
    }

    /// Is the program connected, as far as that still matters?
    #[must_use]
    pub fn program(self) -> Program {
        match self {
            Self::Waiting { program, .. } | Self::Active { program, .. } | Self::Done { program, .. } => {
                program
            }
            Self::Closed { .. } | Self::Expired => Program::Away,
        }
    }

    /// Nothing happens in it any more, unless it is reopened.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed { .. } | Self::Expired)
    }
}

impl Asker {
    fn may_act_on(self, owner: TechnicianId) -> Result<(), Refusal> {
        if owner == self.technician || self.over_others { Ok(()) } else { Err(Refusal::Held { owner }) }
    }
}
