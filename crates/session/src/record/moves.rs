//! The moves that technicians and end users make, and the end user's program.

use std::time::Duration;

use ponte_types::{Outcome, TechnicianId, UnixMillis};

use super::{Asker, Hold, Phase, Program, Reach, Refusal};

impl Phase {
    /// A link was made.
    #[must_use]
    pub fn invited(now: UnixMillis, link_life: Duration) -> Self {
        let expires_at = Some(now.after(link_life));
        Self::Waiting { since: now, reach: Reach::Program, program: Program::Away, expires_at }
    }

    /// It is to be worked in person: nobody has to start anything.
    #[must_use]
    pub fn in_person(now: UnixMillis) -> Self {
        Self::Waiting { since: now, reach: Reach::InPerson, program: Program::Away, expires_at: None }
    }

    /// Somebody asked for help by a channel's link, with the program that is here.
    #[must_use]
    pub fn called(now: UnixMillis, reach: Reach) -> Self {
        Self::Waiting { since: now, reach, program: Program::Here, expires_at: None }
    }

    /// The code was proved by `owner`, while the program showed it.
    #[must_use]
    pub fn opened_by_code(owner: TechnicianId) -> Self {
        Self::Active { owner, reach: Reach::Program, program: Program::Here, hold: None }
    }

    /// The program was started, or came back.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn program_came(self) -> Result<Self, Refusal> {
        let program = Program::Here;
        match self {
            Self::Waiting { since, reach, .. } => {
                Ok(Self::Waiting { since, reach, program, expires_at: None })
            }
            Self::Active { owner, reach, hold, .. } => Ok(Self::Active { owner, reach, program, hold }),
            Self::Done { owner, reach, outcome, confirms_at, .. } => {
                Ok(Self::Done { owner, reach, program, outcome, confirms_at })
            }
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The connection broke without a word. It may come back within `wait`, or at any time while somebody holds it.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn program_lost(self, now: UnixMillis, wait: Duration) -> Result<Self, Refusal> {
        let program = Program::Away;
        match self {
            Self::Waiting { program: Program::Away, .. } => Ok(self),
            Self::Waiting { since, reach, .. } => Ok(waiting(since, reach, program, now, wait)),
            Self::Active { owner, reach, hold, .. } => Ok(Self::Active { owner, reach, program, hold }),
            Self::Done { owner, reach, outcome, confirms_at, .. } => {
                Ok(Self::Done { owner, reach, program, outcome, confirms_at })
            }
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// `technician` takes the session. Taking what one holds already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::NotReady`], [`Refusal::Done`], [`Refusal::Over`].
    pub fn claim(self, technician: TechnicianId) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { reach: Reach::Program, program: Program::Away, .. } => Err(Refusal::NotReady),
            Self::Waiting { reach, program, .. } => {
                Ok(Self::Active { owner: technician, reach, program, hold: None })
            }
            Self::Active { owner, .. } if owner == technician => Ok(self),
            Self::Active { owner, .. } => Err(Refusal::Held { owner }),
            Self::Done { .. } => Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// Somebody has it instead of its owner, who offered it or from whom it is taken. A hold stays as it is.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`], [`Refusal::Done`], [`Refusal::Over`].
    pub fn hand_to(self, technician: TechnicianId) -> Result<Self, Refusal> {
        match self {
            Self::Active { reach, program, hold, .. } => {
                Ok(Self::Active { owner: technician, reach, program, hold })
            }
            Self::Waiting { .. } => Err(Refusal::NotHeld),
            Self::Done { .. } => Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The owner gives the session back to the queue.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::NotHeld`], [`Refusal::Done`], [`Refusal::Over`].
    pub fn release(self, asker: Asker, now: UnixMillis, wait: Duration) -> Result<Self, Refusal> {
        match self {
            Self::Active { owner, reach, program, .. } => {
                asker.may_act_on(owner)?;
                Ok(waiting(now, reach, program, now, wait))
            }
            Self::Waiting { .. } => Err(Refusal::NotHeld),
            Self::Done { .. } => Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The owner waits for something, until a time or until they resume. Once more only moves the time.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::NotHeld`], [`Refusal::Done`], [`Refusal::Over`].
    pub fn hold(self, asker: Asker, now: UnixMillis, until: Option<UnixMillis>) -> Result<Self, Refusal> {
        self.held(asker, |hold| Some(Hold { since: hold.map_or(now, |hold| hold.since), until }))
    }

    /// The owner goes on. Of one that is not on hold nothing changes.
    ///
    /// # Errors
    /// As [`Phase::hold`].
    pub fn resume(self, asker: Asker) -> Result<Self, Refusal> {
        self.held(asker, |_| None)
    }

    fn held(self, asker: Asker, hold: impl Fn(Option<Hold>) -> Option<Hold>) -> Result<Self, Refusal> {
        match self {
            Self::Active { owner, reach, program, hold: now } => {
                asker.may_act_on(owner)?;
                Ok(Self::Active { owner, reach, program, hold: hold(now) })
            }
            Self::Waiting { .. } => Err(Refusal::NotHeld),
            Self::Done { .. } => Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// It goes to where it is worked in person, or back from there. Back, with nobody connected, whoever takes it gets
    /// in touch.
    ///
    /// # Errors
    /// [`Refusal::Done`], [`Refusal::Over`].
    pub fn place(self, in_person: bool) -> Result<Self, Refusal> {
        let moved = |reach, program| match (in_person, reach, program) {
            (true, ..) => Reach::InPerson,
            (false, Reach::InPerson, Program::Here) => Reach::Program,
            (false, Reach::InPerson, Program::Away) => Reach::AnyWay,
            (false, reach, _) => reach,
        };
        match self {
            Self::Waiting { since, reach, program, expires_at } => {
                let (before, reach) = (reach, moved(reach, program));
                let expires_at = expires_at.filter(|_| reach == before);
                Ok(Self::Waiting { since, reach, program, expires_at })
            }
            Self::Active { owner, reach, program, hold } => {
                Ok(Self::Active { owner, reach: moved(reach, program), program, hold })
            }
            Self::Done { .. } => Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// A technician ends the session: the owner, or anybody while it waits. With `confirms_at` it is done, and somebody
    /// has still to confirm it.
    ///
    /// # Errors
    /// [`Refusal::Held`] by somebody else, [`Refusal::Done`], [`Refusal::Over`].
    pub fn close(
        self,
        asker: Asker,
        outcome: Outcome,
        confirms_at: Option<UnixMillis>,
    ) -> Result<Self, Refusal> {
        let (owner, reach, program) = match self {
            Self::Active { owner, reach, program, .. } => {
                asker.may_act_on(owner)?;
                (Some(owner), reach, program)
            }
            Self::Waiting { reach, program, .. } => (None, reach, program),
            Self::Done { .. } => return Err(Refusal::Done),
            Self::Closed { .. } | Self::Expired => return Err(Refusal::Over),
        };
        Ok(match confirms_at {
            Some(confirms_at) => Self::Done { owner, reach, program, outcome, confirms_at },
            None => Self::Closed { owner, reach, outcome: Some(outcome) },
        })
    }

    /// The end user or a manager says that it is solved.
    ///
    /// # Errors
    /// [`Refusal::NotDone`], [`Refusal::Over`].
    pub fn confirm(self) -> Result<Self, Refusal> {
        match self {
            Self::Done { owner, reach, outcome, .. } => {
                Ok(Self::Closed { owner, reach, outcome: Some(outcome) })
            }
            Self::Waiting { .. } | Self::Active { .. } => Err(Refusal::NotDone),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The end user or a manager says that it is not: back to `to`, or to the queue.
    ///
    /// # Errors
    /// [`Refusal::NotDone`], [`Refusal::Over`].
    pub fn reject(self, to: Option<TechnicianId>, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Done { reach, program, .. } => Ok(back(reach, program, to, now)),
            Self::Waiting { .. } | Self::Active { .. } => Err(Refusal::NotDone),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// A closed session goes on, with `to` or in the queue. Whether it is still time is the channel's rule.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`]; [`Refusal::Done`] for one that is to be rejected instead.
    pub fn reopen(self, to: Option<TechnicianId>, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Closed { reach, .. } => Ok(back(reach, Program::Away, to, now)),
            Self::Done { .. } => Err(Refusal::Done),
            Self::Waiting { .. } | Self::Active { .. } | Self::Expired => Err(Refusal::NotClosed),
        }
    }

    /// The end user ends it. One that is on hold, is done, or is worked in person goes on without their program.
    ///
    /// # Errors
    /// [`Refusal::Over`].
    pub fn end_by_end_user(self) -> Result<Self, Refusal> {
        let program = Program::Away;
        match self {
            Self::Waiting { since, reach: reach @ Reach::InPerson, expires_at, .. } => {
                Ok(Self::Waiting { since, reach, program, expires_at })
            }
            Self::Active { owner, reach: reach @ Reach::InPerson, hold, .. }
            | Self::Active { owner, reach, hold: hold @ Some(_), .. } => {
                Ok(Self::Active { owner, reach, program, hold })
            }
            Self::Done { owner, reach, outcome, confirms_at, .. } => {
                Ok(Self::Done { owner, reach, program, outcome, confirms_at })
            }
            Self::Waiting { reach, .. } => Ok(Self::Closed { owner: None, reach, outcome: None }),
            Self::Active { owner, reach, .. } => {
                Ok(Self::Closed { owner: Some(owner), reach, outcome: None })
            }
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }
}

/// In the queue from `since`; where the program is needed and away, only for `wait`.
fn waiting(since: UnixMillis, reach: Reach, program: Program, now: UnixMillis, wait: Duration) -> Phase {
    let needed = reach == Reach::Program && program == Program::Away;
    Phase::Waiting { since, reach, program, expires_at: needed.then(|| now.after(wait)) }
}

/// It was over, and is not. Whoever has it gets in touch: nobody sits before a program.
fn back(reach: Reach, program: Program, to: Option<TechnicianId>, now: UnixMillis) -> Phase {
    let reach = if reach == Reach::InPerson { reach } else { Reach::AnyWay };
    match to {
        Some(owner) => Phase::Active { owner, reach, program, hold: None },
        None => Phase::Waiting { since: now, reach, program, expires_at: None },
    }
}
