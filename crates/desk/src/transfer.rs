//! Offering a session to somebody else (T1, T2): to a technician, a group or a channel, with a note.
//!
//! While the offer is open nothing changes: who made it keeps the session, and the live screen goes on. The first who
//! accepts gets it; it ends by itself when all have declined or its time is over, and then the session is still where
//! it was. Accepting is a compare-and-set on the offer: of two who accept together one is told who was first.

use std::{collections::BTreeSet, time::Duration};

use ponte_types::{ChannelId, GroupId, Line, SessionId, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

/// To whom.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    Technician(TechnicianId),
    Group(GroupId),
    Channel(ChannelId),
}

/// What for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To own the session.
    Transfer,
    /// To join it.
    Collaborate,
}

ponte_types::words!(Purpose { Transfer = "transfer", Collaborate = "collaborate" });

/// A note to the receiver.
pub type Note = Line<500>;

/// An offer and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub session: SessionId,
    pub purpose: Purpose,
    pub by: TechnicianId,
    pub to: Recipient,
    pub note: Option<Note>,
    pub made_at: UnixMillis,
    /// From this moment on nobody can accept it.
    pub until: UnixMillis,
    pub state: OfferState,
}

/// Where an offer stands. Only an open one moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    Open {
        declined: BTreeSet<TechnicianId>,
    },
    Accepted {
        by: TechnicianId,
        at: UnixMillis,
    },
    /// By all whom it was made to.
    Declined {
        at: UnixMillis,
    },
    TimedOut,
    /// By who made it, or because the session moved on.
    Withdrawn {
        at: UnixMillis,
    },
}

/// How long an offer may be open.
pub const LIFE: std::ops::RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(24 * 3600);

/// Why a move is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    #[error("a session cannot be offered to oneself")]
    ToOneself,
    #[error("an offer is open for 10 seconds to 24 hours")]
    Life,
    #[error("another technician accepted it first")]
    Taken { by: TechnicianId },
    #[error("this offer was declined")]
    Declined,
    #[error("the time to accept this offer is over")]
    TimedOut { at: UnixMillis },
    #[error("this offer was withdrawn")]
    Withdrawn,
    #[error("this offer is not for you")]
    NotMeant,
    #[error("you declined this offer")]
    DeclinedBefore,
    #[error("only who made an offer can withdraw it")]
    NotYours,
    #[error("it is not time yet")]
    NotDue,
}

impl Offer {
    /// Makes an offer. That `by` may do so is the use case's to check.
    ///
    /// # Errors
    /// [`OfferError::ToOneself`], [`OfferError::Life`].
    pub fn make(
        session: SessionId,
        purpose: Purpose,
        by: TechnicianId,
        to: Recipient,
        note: Option<Note>,
        life: Duration,
        now: UnixMillis,
    ) -> Result<Self, OfferError> {
        if to == Recipient::Technician(by) {
            return Err(OfferError::ToOneself);
        }
        if !LIFE.contains(&life) {
            return Err(OfferError::Life);
        }
        let state = OfferState::Open { declined: BTreeSet::new() };
        Ok(Self { session, purpose, by, to, note, made_at: now, until: now.after(life), state })
    }

    /// `who` accepts. `members` are those of the group or channel, as they are now; for a technician they don't matter.
    /// That the limit allows it is the use case's to check.
    ///
    /// # Errors
    /// Whom it went to meanwhile, or why not.
    pub fn accept(
        self,
        who: TechnicianId,
        members: &[TechnicianId],
        now: UnixMillis,
    ) -> Result<Self, OfferError> {
        match &self.state {
            // Pressing twice changes nothing.
            OfferState::Accepted { by, .. } if *by == who => Ok(self),
            _ => {
                self.open_for(who, members, now)?;
                Ok(Self { state: OfferState::Accepted { by: who, at: now }, ..self })
            }
        }
    }

    /// `who` declines. When everybody of `members` has, the offer is declined.
    ///
    /// # Errors
    /// As [`Offer::accept`].
    pub fn decline(
        self,
        who: TechnicianId,
        members: &[TechnicianId],
        now: UnixMillis,
    ) -> Result<Self, OfferError> {
        let declined = self.open_for(who, members, now)?;
        let mut declined = declined.clone();
        declined.insert(who);
        let left = match self.to {
            Recipient::Technician(_) => false,
            Recipient::Group(_) | Recipient::Channel(_) => {
                members.iter().any(|member| *member != self.by && !declined.contains(member))
            }
        };
        let state = if left { OfferState::Open { declined } } else { OfferState::Declined { at: now } };
        Ok(Self { state, ..self })
    }

    /// Who made it takes it back.
    ///
    /// # Errors
    /// [`OfferError::NotYours`], or where it stands.
    pub fn withdraw(self, who: TechnicianId, now: UnixMillis) -> Result<Self, OfferError> {
        self.open(now)?;
        if who != self.by {
            return Err(OfferError::NotYours);
        }
        Ok(Self { state: OfferState::Withdrawn { at: now }, ..self })
    }

    /// The session was closed, or has another owner.
    ///
    /// # Errors
    /// Where it stands.
    pub fn overtaken(self, now: UnixMillis) -> Result<Self, OfferError> {
        self.open(now)?;
        Ok(Self { state: OfferState::Withdrawn { at: now }, ..self })
    }

    /// Its time is over.
    ///
    /// # Errors
    /// [`OfferError::NotDue`], or where it stands.
    pub fn expire(self, now: UnixMillis) -> Result<Self, OfferError> {
        match self.open(now) {
            Err(OfferError::TimedOut { .. }) if self.state != OfferState::TimedOut => {
                Ok(Self { state: OfferState::TimedOut, ..self })
            }
            Err(error) => Err(error),
            Ok(_) => Err(OfferError::NotDue),
        }
    }

    fn open(&self, now: UnixMillis) -> Result<&BTreeSet<TechnicianId>, OfferError> {
        match &self.state {
            OfferState::Open { declined } if now < self.until => Ok(declined),
            OfferState::Open { .. } | OfferState::TimedOut => Err(OfferError::TimedOut { at: self.until }),
            OfferState::Accepted { by, .. } => Err(OfferError::Taken { by: *by }),
            OfferState::Declined { .. } => Err(OfferError::Declined),
            OfferState::Withdrawn { .. } => Err(OfferError::Withdrawn),
        }
    }

    fn open_for(
        &self,
        who: TechnicianId,
        members: &[TechnicianId],
        now: UnixMillis,
    ) -> Result<&BTreeSet<TechnicianId>, OfferError> {
        let meant = match self.to {
            Recipient::Technician(technician) => who == technician,
            Recipient::Group(_) | Recipient::Channel(_) => who != self.by && members.contains(&who),
        };
        if !meant {
            return Err(OfferError::NotMeant);
        }
        let declined = self.open(now)?;
        if declined.contains(&who) {
            return Err(OfferError::DeclinedBefore);
        }
        Ok(declined)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{MINUTE, at, group, line, minutes, session, technician};

    fn offer(to: Recipient) -> Offer {
        let note = Some(line("Printer still offline, see the log"));
        Offer::make(session(1), Purpose::Transfer, technician(1), to, note, minutes(2), at(0)).unwrap()
    }

    fn team() -> Vec<TechnicianId> {
        [1, 2, 3].map(technician).to_vec()
    }

    #[test]
    fn the_first_who_accepts_gets_it_and_the_other_is_told_who() {
        let offer = offer(Recipient::Group(group(1)));
        let accepted = offer.accept(technician(2), &team(), at(1)).unwrap();
        assert_eq!(accepted.state, OfferState::Accepted { by: technician(2), at: at(1) });
        let late = accepted.clone().accept(technician(3), &team(), at(1));
        assert_eq!(late, Err(OfferError::Taken { by: technician(2) }));
        assert_eq!(accepted.clone().accept(technician(2), &team(), at(5)), Ok(accepted), "twice is once");
    }

    #[test]
    fn it_is_for_those_whom_it_was_made_to() {
        let to_group = offer(Recipient::Group(group(1)));
        assert_eq!(to_group.clone().accept(technician(4), &team(), at(1)), Err(OfferError::NotMeant));
        assert_eq!(
            to_group.accept(technician(1), &team(), at(1)),
            Err(OfferError::NotMeant),
            "not one's own"
        );
        let to_one = offer(Recipient::Technician(technician(2)));
        assert_eq!(to_one.clone().accept(technician(3), &team(), at(1)), Err(OfferError::NotMeant));
        assert_eq!(to_one.clone().decline(technician(3), &[], at(1)), Err(OfferError::NotMeant));
        assert!(to_one.accept(technician(2), &[], at(1)).is_ok());
        let make = |to, life| {
            Offer::make(session(1), Purpose::Collaborate, technician(1), to, None, life, at(0)).unwrap_err()
        };
        assert_eq!(make(Recipient::Technician(technician(1)), minutes(2)), OfferError::ToOneself);
        for life in [Duration::from_secs(9), Duration::from_secs(86_401)] {
            assert_eq!(make(Recipient::Group(group(1)), life), OfferError::Life);
        }
    }

    #[test]
    fn declined_by_all_it_ends_and_one_cannot_change_ones_mind() {
        let one = offer(Recipient::Technician(technician(2))).decline(technician(2), &[], at(1)).unwrap();
        assert_eq!(one.state, OfferState::Declined { at: at(1) });
        let first = offer(Recipient::Group(group(1))).decline(technician(2), &team(), at(1)).unwrap();
        assert_eq!(first.clone().accept(technician(2), &team(), at(1)), Err(OfferError::DeclinedBefore));
        assert!(first.clone().accept(technician(3), &team(), at(1)).is_ok());
        let both = first.decline(technician(3), &team(), at(1)).unwrap();
        assert_eq!(both.state, OfferState::Declined { at: at(1) });
    }

    #[test]
    fn it_ends_to_the_millisecond_also_before_somebody_notices() {
        let offer = offer(Recipient::Technician(technician(2)));
        let last = UnixMillis(2 * MINUTE - 1);
        assert!(offer.clone().accept(technician(2), &[], last).is_ok());
        assert_eq!(offer.clone().expire(last), Err(OfferError::NotDue));
        let over = Err(OfferError::TimedOut { at: at(2) });
        assert_eq!(offer.clone().accept(technician(2), &[], at(2)), over);
        let expired = offer.clone().expire(at(2)).unwrap();
        assert_eq!(expired.state, OfferState::TimedOut);
        assert_eq!(expired.expire(at(3)), over);
        assert_eq!(offer.clone().withdraw(technician(2), at(1)), Err(OfferError::NotYours));
        let withdrawn = offer.withdraw(technician(1), at(1)).unwrap();
        assert_eq!(withdrawn.accept(technician(2), &[], at(1)), Err(OfferError::Withdrawn));
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Accept(u16),
        Decline(u16),
        Withdraw(u16),
        Overtaken,
        Expire,
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (1u16..5).prop_map(Act::Accept),
            (1u16..5).prop_map(Act::Decline),
            (1u16..5).prop_map(Act::Withdraw),
            Just(Act::Overtaken),
            Just(Act::Expire),
        ]
    }

    proptest! {
        #[test]
        fn an_offer_ends_once_and_only_by_those_who_may(acts in prop::collection::vec((act(), 0i64..MINUTE), 1..30), to_group: bool) {
            let to = if to_group { Recipient::Group(group(1)) } else { Recipient::Technician(technician(2)) };
            let mut offer = offer(to);
            let mut now = at(0);
            for (act, pause) in acts {
                now = UnixMillis(now.0 + pause);
                let before = offer.clone();
                let next = match act {
                    Act::Accept(n) => before.clone().accept(technician(n), &team(), now),
                    Act::Decline(n) => before.clone().decline(technician(n), &team(), now),
                    Act::Withdraw(n) => before.clone().withdraw(technician(n), now),
                    Act::Overtaken => before.clone().overtaken(now),
                    Act::Expire => before.clone().expire(now),
                };
                let Ok(next) = next else { continue };
                if !matches!(before.state, OfferState::Open { .. }) {
                    prop_assert_eq!(&next, &before, "the end is the end");
                    continue;
                }
                match &next.state {
                    OfferState::Accepted { by, .. } => {
                        prop_assert!(now < next.until && *by != next.by);
                        prop_assert!(*by == technician(2) || (to_group && *by == technician(3)));
                    }
                    OfferState::TimedOut => prop_assert!(now >= next.until),
                    OfferState::Declined { .. } | OfferState::Withdrawn { .. } | OfferState::Open { .. } => {
                        prop_assert!(now < next.until);
                    }
                }
                offer = next;
            }
        }
    }
}
