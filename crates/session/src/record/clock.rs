//! The moves that time makes.

use ponte_types::{Outcome, UnixMillis};

use super::{Phase, Refusal};

impl Phase {
    /// Its time has passed.
    ///
    /// # Errors
    /// [`Refusal::NotDue`], also while somebody holds it; [`Refusal::Over`].
    pub fn expire(self, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Waiting { expires_at: Some(at), .. } if at <= now => Ok(Self::Expired),
            Self::Waiting { .. } | Self::Active { .. } | Self::Done { .. } => Err(Refusal::NotDue),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The time until which it was on hold has come.
    ///
    /// # Errors
    /// [`Refusal::NotDue`], [`Refusal::Over`].
    pub fn hold_ends(self, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Active { owner, reach, program, hold: Some(hold) }
                if hold.until.is_some_and(|until| until <= now) =>
            {
                Ok(Self::Active { owner, reach, program, hold: None })
            }
            Self::Waiting { .. } | Self::Active { .. } | Self::Done { .. } => Err(Refusal::NotDue),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// Nobody said anything against its being solved.
    ///
    /// # Errors
    /// [`Refusal::NotDue`], [`Refusal::Over`].
    pub fn confirms_itself(self, now: UnixMillis) -> Result<Self, Refusal> {
        match self {
            Self::Done { confirms_at, .. } if confirms_at <= now => self.confirm(),
            Self::Waiting { .. } | Self::Active { .. } | Self::Done { .. } => Err(Refusal::NotDue),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }

    /// The person could not be reached for as long as the channel waits. A hold that has an end is waited for.
    ///
    /// # Errors
    /// [`Refusal::NotDue`], [`Refusal::Over`].
    pub fn unreached(self, now: UnixMillis) -> Result<Self, Refusal> {
        let outcome = Some(Outcome::NoContact);
        match self {
            Self::Active { hold: Some(hold), .. } if hold.until.is_some_and(|until| until > now) => {
                Err(Refusal::NotDue)
            }
            Self::Active { owner, reach, .. } => Ok(Self::Closed { owner: Some(owner), reach, outcome }),
            Self::Waiting { reach, .. } => Ok(Self::Closed { owner: None, reach, outcome }),
            Self::Done { .. } => Err(Refusal::NotDue),
            Self::Closed { .. } | Self::Expired => Err(Refusal::Over),
        }
    }
}
