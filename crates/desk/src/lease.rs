//! An owner's exclusive hold on a session, good as long as the owner's console is heard from (Q4).
//!
//! The lease is a value that the store keeps beside the session and replaces by compare-and-set. It ends at a moment
//! that is known beforehand; a heartbeat moves that moment forward, never back, whatever the clocks do.

use std::time::Duration;

use ponte_types::{TechnicianId, UnixMillis};

/// Who holds a session, and how long without another sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub holder: TechnicianId,
    pub taken_at: UnixMillis,
    /// From this moment on it does not hold any more.
    pub ends_at: UnixMillis,
}

/// Why a lease could not be taken or renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    #[error("another technician holds this session")]
    Held { holder: TechnicianId },
    #[error("the hold on this session has ended")]
    Ended { at: UnixMillis },
}

impl Lease {
    /// `holder` takes a session that `current` may still hold; taking one's own again renews it.
    ///
    /// # Errors
    /// [`LeaseError::Held`] by somebody else.
    pub fn take(
        current: Option<Self>,
        holder: TechnicianId,
        term: Duration,
        now: UnixMillis,
    ) -> Result<Self, LeaseError> {
        match current.filter(|lease| lease.holds(now)) {
            Some(lease) if lease.holder == holder => lease.renew(holder, term, now),
            Some(lease) => Err(LeaseError::Held { holder: lease.holder }),
            None => Ok(Self { holder, taken_at: now, ends_at: now.after(term) }),
        }
    }

    /// The holder was heard from.
    ///
    /// # Errors
    /// [`LeaseError::Held`] by somebody else; [`LeaseError::Ended`] when it came too late: it has to be taken again.
    pub fn renew(self, by: TechnicianId, term: Duration, now: UnixMillis) -> Result<Self, LeaseError> {
        if !self.holds(now) {
            return Err(LeaseError::Ended { at: self.ends_at });
        }
        if self.holder != by {
            return Err(LeaseError::Held { holder: self.holder });
        }
        Ok(Self { ends_at: self.ends_at.max(now.after(term)), ..self })
    }

    /// The holder hands it to somebody else, at once: at no moment has the session none or two.
    ///
    /// # Errors
    /// As [`Lease::renew`].
    pub fn pass(
        self,
        by: TechnicianId,
        to: TechnicianId,
        term: Duration,
        now: UnixMillis,
    ) -> Result<Self, LeaseError> {
        self.renew(by, term, now)?;
        Ok(Self { holder: to, taken_at: now, ends_at: now.after(term) })
    }

    #[must_use]
    pub fn holds(&self, now: UnixMillis) -> bool {
        now < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{MINUTE, at, minutes, technician};

    #[test]
    fn a_lease_ends_to_the_millisecond_unless_its_holder_is_heard() {
        let lease = Lease::take(None, technician(1), minutes(2), at(0)).unwrap();
        assert!(lease.holds(UnixMillis(2 * MINUTE - 1)) && !lease.holds(at(2)));
        let renewed = lease.renew(technician(1), minutes(2), at(1)).unwrap();
        assert!(renewed.holds(UnixMillis(3 * MINUTE - 1)) && !renewed.holds(at(3)));
        assert_eq!(lease.renew(technician(1), minutes(2), at(2)), Err(LeaseError::Ended { at: at(2) }));
        let back = renewed.renew(technician(1), minutes(2), at(-60)).unwrap();
        assert_eq!(back, renewed, "a clock that jumps back takes nothing away");
    }

    #[test]
    fn the_loser_of_a_race_learns_who_won_and_passing_leaves_no_gap() {
        let lease = Lease::take(None, technician(1), minutes(2), at(0)).unwrap();
        let held = Err(LeaseError::Held { holder: technician(1) });
        assert_eq!(Lease::take(Some(lease), technician(2), minutes(2), at(1)), held);
        assert_eq!(lease.pass(technician(2), technician(2), minutes(2), at(1)), held);
        let passed = lease.pass(technician(1), technician(2), minutes(2), at(1)).unwrap();
        assert_eq!((passed.holder, passed.taken_at, passed.ends_at), (technician(2), at(1), at(3)));
        let late = Lease::take(Some(passed), technician(3), minutes(2), at(3)).unwrap();
        assert_eq!(late.holder, technician(3));
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Take(u16),
        Renew(u16),
        Pass(u16, u16),
    }

    fn act() -> impl Strategy<Value = Act> {
        let who = 0u16..4;
        prop_oneof![
            who.clone().prop_map(Act::Take),
            who.clone().prop_map(Act::Renew),
            (who.clone(), who).prop_map(|(by, to)| Act::Pass(by, to)),
        ]
    }

    proptest! {
        /// Each technician believes to hold the session until the end they were told last. No two ever believe it
        /// together, but for who passed it on.
        #[test]
        fn never_two_owners(acts in prop::collection::vec((act(), 0i64..5 * MINUTE), 1..80)) {
            let term = minutes(4);
            let (mut kept, mut now) = (None::<Lease>, at(0));
            let mut believes: [Option<UnixMillis>; 4] = [None; 4];
            for (act, pause) in acts {
                now = UnixMillis(now.0 + pause);
                let next = match act {
                    Act::Take(who) => Lease::take(kept, technician(who), term, now),
                    Act::Renew(who) => match kept {
                        Some(lease) => lease.renew(technician(who), term, now),
                        None => continue,
                    },
                    Act::Pass(by, to) => match kept {
                        Some(lease) => lease.pass(technician(by), technician(to), term, now),
                        None => continue,
                    },
                };
                if let Ok(lease) = next {
                    if let Act::Pass(by, _) = act { believes[usize::from(by)] = None; }
                    let who = (0..4u16).find(|n| technician(*n) == lease.holder).unwrap();
                    believes[usize::from(who)] = Some(lease.ends_at);
                    kept = Some(lease);
                }
                let owners = believes.iter().flatten().filter(|until| now < **until).count();
                prop_assert!(owners <= 1, "{owners} owners at {now:?}");
                prop_assert_eq!(owners == 1, kept.is_some_and(|lease| lease.holds(now)));
            }
        }
    }
}
