//! Where a session stands, and the only moves it can make (Q1, Q4).
//!
//! ```text
//!             ┌── expired ◀── time passed while nobody was there
//!  waiting ───┤
//!  away│here  ──── claim ────▶ active ──── close, or the end user leaves ────▶ closed
//!      ▲                       here│away
//!      └──────── release ──────────┘
//! ```
//! A move consumes the phase and returns the next one, or says why there is none.

use std::time::Duration;

use ponte_types::{Outcome, SessionDetail, SessionState, TechnicianId, UnixMillis};

/// Is the end user's program connected?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Here,
    Away,
}

/// Where a session stands, with exactly what belongs to that state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Waiting {
        since: UnixMillis,
        program: Program,
        /// Runs only while the program is away: somebody who is there is not thrown out.
        expires_at: Option<UnixMillis>,
    },
    Active {
        /// Holds the session exclusively until release or close.
        owner: TechnicianId,
        program: Program,
    },
    /// `outcome` is absent when the end user ended it.
    Closed {
        outcome: Option<Outcome>,
    },
    Expired,
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
    #[error("nobody holds this session")]
    NotHeld,
    #[error("the session is over")]
    Over,
    #[error("it is not time yet")]
    NotDue,
}

impl Phase {
    /// A link was made.
    #[must_use]
    pub fn invited(now: UnixMillis, link_life: Duration) -> Self {
        Self::Waiting { since: now, program: Program::Away, expires_at: Some(now.after(link_life)) }
    }

    /// Somebody asked for help by a channel's link, with the program that is here.
    #[must_use]
    pub fn called(now: UnixMillis) -> Self {
        Self::Waiting { since: now, program: Program::Here, expires_at: None }
    }

    /// The code was proved by `owner`, while the program showed it.
    #[must_use]
    pub fn opened_by_code(owner: TechnicianId) -> Self {
        Self::Active { owner, program: Program::Here }
    }

    /// The program was started, or came back.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn program_came(self) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { since, .. } => {
                Ok(Self::Waiting { since, program: Program::Here, expires_at: None })
            }
            Self::Active { owner, .. } => Ok(Self::Active { owner, program: Program::Here }),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The connection broke without a word. It may come back within `wait`, or at any time while somebody holds it.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn program_lost(self, now: UnixMillis, wait: Duration) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { program: Program::Away, .. } => Ok(self),
            Self::Waiting { since, program: Program::Here, .. } => {
                Ok(Self::Waiting { since, program: Program::Away, expires_at: Some(now.after(wait)) })
            }
            Self::Active { owner, .. } => Ok(Self::Active { owner, program: Program::Away }),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// `technician` takes the session. Taking what one holds already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::NotReady`], [`Refusal::Over`].
    pub fn claim(self, technician: TechnicianId) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { program: Program::Here, .. } => {
                Ok(Self::Active { owner: technician, program: Program::Here })
            }
            Self::Waiting { program: Program::Away, .. } => Err(Refusal::NotReady),
            Self::Active { owner, .. } if owner == technician => Ok(self),
            Self::Active { owner, .. } => Err(Refusal::Held { owner }),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The owner gives the session back to the queue.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::NotHeld`], [`Refusal::Over`].
    pub fn release(self, asker: Asker, now: UnixMillis, wait: Duration) -> Result<Self, Refusal> {
        match self {
            Self::Active { owner, program } => {
                asker.may_act_on(owner)?;
                let expires_at = (program == Program::Away).then(|| now.after(wait));
                Ok(Self::Waiting { since: now, program, expires_at })
            }
            Self::Waiting { .. } => Err(Refusal::NotHeld),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// A technician ends the session: the owner, or anybody while it waits.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::Over`].
    pub fn close(self, asker: Asker, outcome: Outcome) -> Result<Self, Refusal> {
        match self {
            Self::Active { owner, .. } => asker.may_act_on(owner)?,
            Self::Waiting { .. } => {}
            Self::Closed { .. } | Self::Expired => return Err(Refusal::Over),
        }
        Ok(Self::Closed { outcome: Some(outcome) })
    }

    /// The end user ends it.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn end_by_end_user(self) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { .. } | Self::Active { .. } => Ok(Self::Closed { outcome: None }),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// Its time has passed.
    ///
    /// # Errors
    /// [`Refusal::NotDue`], also while somebody holds it; [`Refusal::Over`].
    pub fn expire(self, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { expires_at: Some(at), .. } if at <= now => Ok(Self::Expired),
            Self::Waiting { .. } | Self::Active { .. } => Err(Refusal::NotDue),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    #[must_use]
    pub fn state(self) -> SessionState {
        match self {
            Self::Waiting { .. } => SessionState::Waiting,
            Self::Active { .. } => SessionState::Active,
            Self::Closed { .. } => SessionState::Closed,
            Self::Expired => SessionState::Expired,
        }
    }

    #[must_use]
    pub fn detail(self) -> Option<SessionDetail> {
        match self {
            Self::Waiting { program: Program::Away, .. } => Some(SessionDetail::Invited),
            Self::Waiting { program: Program::Here, .. } => Some(SessionDetail::Ready),
            Self::Active { program: Program::Here, .. } => Some(SessionDetail::Connected),
            Self::Active { program: Program::Away, .. } => Some(SessionDetail::Reconnecting),
            Self::Closed { .. } | Self::Expired => None,
        }
    }

    /// Who holds it now.
    #[must_use]
    pub fn owner(self) -> Option<TechnicianId> {
        match self {
            Self::Active { owner, .. } => Some(owner),
            Self::Waiting { .. } | Self::Closed { .. } | Self::Expired => None,
        }
    }
}

impl Asker {
    fn may_act_on(self, owner: TechnicianId) -> Result<(), Refusal> {
        if owner == self.technician || self.over_others { Ok(()) } else { Err(Refusal::Held { owner }) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn technician(n: u8) -> TechnicianId {
        TechnicianId::from_bytes([n; 16])
    }
    fn asker(n: u8) -> Asker {
        Asker { technician: technician(n), over_others: false }
    }

    #[test]
    fn the_link_path_from_invitation_to_close() {
        let invited = Phase::invited(UnixMillis(0), HOUR);
        assert_eq!(invited.detail(), Some(SessionDetail::Invited));
        assert_eq!(invited.claim(technician(1)), Err(Refusal::NotReady));
        let ready = invited.program_came().unwrap();
        assert_eq!(ready.detail(), Some(SessionDetail::Ready));
        assert_eq!(
            ready.expire(UnixMillis(i64::MAX)),
            Err(Refusal::NotDue),
            "who is there is not thrown out"
        );
        let active = ready.claim(technician(1)).unwrap();
        assert_eq!(active.claim(technician(2)), Err(Refusal::Held { owner: technician(1) }));
        assert_eq!(active.claim(technician(1)), Ok(active));
        assert_eq!(active.close(asker(2), Outcome::Solved), Err(Refusal::Held { owner: technician(1) }));
        let closed = active.close(asker(1), Outcome::Solved).unwrap();
        assert_eq!(closed, Phase::Closed { outcome: Some(Outcome::Solved) });
    }

    #[test]
    fn a_link_nobody_starts_expires_at_its_time_and_not_before() {
        let invited = Phase::invited(UnixMillis(1_000), HOUR);
        assert_eq!(invited.expire(UnixMillis(1_000 + 3_599_999)), Err(Refusal::NotDue));
        assert_eq!(invited.expire(UnixMillis(1_000 + 3_600_000)), Ok(Phase::Expired));
    }

    #[test]
    fn release_gives_it_back_whether_or_not_the_program_is_there() {
        let active = Phase::opened_by_code(technician(1));
        let boss = Asker { technician: technician(9), over_others: true };
        for asker in [asker(1), boss] {
            let waiting = active.release(asker, UnixMillis(5), HOUR).unwrap();
            assert_eq!(waiting.detail(), Some(SessionDetail::Ready));
            assert!(waiting.claim(technician(2)).is_ok());
        }
        let away = active.program_lost(UnixMillis(5), HOUR).unwrap();
        assert_eq!(away.detail(), Some(SessionDetail::Reconnecting));
        let waiting = away.release(asker(1), UnixMillis(10), HOUR).unwrap();
        assert_eq!(waiting.expire(UnixMillis(10 + 3_600_000)), Ok(Phase::Expired));
    }

    #[derive(Debug, Clone, Copy)]
    enum Move {
        Came,
        Lost,
        Claim(u8),
        Release(u8),
        Close(u8),
        Leave,
        Expire,
    }

    fn any_move() -> impl Strategy<Value = Move> {
        prop_oneof![
            Just(Move::Came),
            Just(Move::Lost),
            (0u8..3).prop_map(Move::Claim),
            (0u8..3).prop_map(Move::Release),
            (0u8..3).prop_map(Move::Close),
            Just(Move::Leave),
            Just(Move::Expire),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_the_owner_changes_only_by_claim_and_release_and_the_end_is_the_end(
            moves in proptest::collection::vec((any_move(), 0i64..10_000_000), 1..60)
        ) {
            let mut phase = Phase::invited(UnixMillis(0), HOUR);
            let mut now = UnixMillis(0);
            for (step, pause) in moves {
                now = UnixMillis(now.0 + pause);
                let next = match step {
                    Move::Came => phase.program_came(),
                    Move::Lost => phase.program_lost(now, HOUR),
                    Move::Claim(n) => phase.claim(technician(n)),
                    Move::Release(n) => phase.release(asker(n), now, HOUR),
                    Move::Close(n) => phase.close(asker(n), Outcome::NotSolved),
                    Move::Leave => phase.end_by_end_user(),
                    Move::Expire => phase.expire(now),
                };
                let over = phase.detail().is_none();
                prop_assert!(!over || next == Err(Refusal::Over));
                let Ok(next) = next else { continue };
                match (phase.owner(), next.owner(), step) {
                    (None, Some(new), Move::Claim(n)) => prop_assert_eq!(new, technician(n)),
                    (Some(old), None, Move::Release(n) | Move::Close(n)) => prop_assert_eq!(old, technician(n)),
                    (Some(_), None, Move::Leave) => {}
                    (before, after, _) => prop_assert_eq!(before, after),
                }
                phase = next;
            }
        }
    }
}
