//! The technicians in one session (T2): a lead who answers for it, collaborators with rights of their own, and a baton.
//!
//! Whoever has the baton controls the end user's machine; nobody else does. There is always exactly one lead, who has
//! all rights, and exactly one baton, with somebody who has the right to control. Whatever takes the baton's holder
//! away gives it to the lead. A move that is not allowed changes nothing. What a technician's roles let them do bounds
//! their rights, the lead's too ([`Rights::bounded`]). What the end user granted bounds all of this and is kept
//! elsewhere, in the SOS program.

use std::collections::BTreeMap;

use ponte_types::{TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::permission::Permission;

/// What a technician may do in this session.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    View,
    Point,
    /// May be given the baton.
    Control,
    Clipboard,
    Files,
    /// Write to the end user.
    Chat,
}

ponte_types::words!(Right {
    View = "view",
    Point = "point",
    Control = "control",
    Clipboard = "clipboard",
    Files = "files",
    Chat = "chat",
});

/// A set of [`Right`]s. In JSON, a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(from = "Vec<Right>", into = "Vec<Right>")]
#[schema(value_type = Vec<Right>)]
pub struct Rights(u8);

impl Rights {
    pub const ALL: Self = Self::of(Right::ALL);
    pub const VIEW: Self = Self::of(&[Right::View]);
    #[must_use]
    pub const fn of(rights: &[Right]) -> Self {
        let (mut set, mut index) = (0, 0);
        while index < rights.len() {
            set |= 1 << rights[index] as u8;
            index += 1;
        }
        Self(set)
    }
    #[must_use]
    pub fn contains(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.contains(*right))
    }
}

impl Right {
    /// What a technician's roles must let them do for it. Files go both ways over one right, so it needs both.
    #[must_use]
    pub fn needs(self) -> &'static [Permission] {
        match self {
            Self::View => &[Permission::RemoteView],
            Self::Point => &[Permission::RemotePoint],
            Self::Control => &[Permission::RemoteControl],
            Self::Clipboard => &[Permission::RemoteClipboard],
            Self::Files => &[Permission::RemoteFilesSend, Permission::RemoteFilesFetch],
            Self::Chat => &[Permission::ChatWrite],
        }
    }
}

impl Rights {
    /// Those of them that roles bear out.
    #[must_use]
    pub fn bounded(self, may: impl Fn(Permission) -> bool) -> Self {
        let kept: Vec<_> = self.iter().filter(|right| right.needs().iter().all(|it| may(*it))).collect();
        Self::of(&kept)
    }
}

impl From<Vec<Right>> for Rights {
    fn from(rights: Vec<Right>) -> Self {
        Self::of(&rights)
    }
}

impl From<Rights> for Vec<Right> {
    fn from(rights: Rights) -> Self {
        rights.iter().collect()
    }
}

/// One technician in the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Member {
    pub joined_at: UnixMillis,
    pub rights: Rights,
}

/// The technicians in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    lead: TechnicianId,
    baton: TechnicianId,
    members: BTreeMap<TechnicianId, Member>,
}

/// The most technicians in one session.
pub const MOST: usize = 8;

/// What happened, to be told to all and to the live side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Joined(TechnicianId),
    Left(TechnicianId),
    LeadChanged {
        from: TechnicianId,
        to: TechnicianId,
    },
    /// What `from` holds down is let go first.
    BatonMoved {
        from: TechnicianId,
        to: TechnicianId,
    },
    RightsChanged {
        who: TechnicianId,
        rights: Rights,
    },
}

/// Why a move is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    #[error("this technician is in the session already")]
    AlreadyIn,
    #[error("this technician is not in the session")]
    NotIn,
    #[error("there are {MOST} technicians in the session already")]
    Full,
    #[error("only the lead can do this")]
    NotLead,
    #[error("the lead has to hand over the lead first")]
    LeadStays,
    #[error("the lead has all rights")]
    LeadHasAll,
    #[error("only who has the baton, or the lead, can pass it")]
    NotHolder,
    #[error("this technician may not control")]
    NoControl,
}

type Moved = Result<Vec<Output>, TeamError>;

impl Team {
    /// The owner alone.
    #[must_use]
    pub fn new(lead: TechnicianId, now: UnixMillis) -> Self {
        let member = Member { joined_at: now, rights: Rights::ALL };
        Self { lead, baton: lead, members: BTreeMap::from([(lead, member)]) }
    }

    /// A team as it was kept; `None` when the lead or the baton's holder is missing, or has too few rights.
    #[must_use]
    pub fn kept(
        lead: TechnicianId,
        baton: TechnicianId,
        members: impl IntoIterator<Item = (TechnicianId, Member)>,
    ) -> Option<Self> {
        let members: BTreeMap<_, _> = members.into_iter().collect();
        let all = members.get(&lead)?.rights == Rights::ALL;
        let control = members.get(&baton)?.rights.contains(Right::Control);
        (all && control && members.len() <= MOST).then_some(Self { lead, baton, members })
    }

    #[must_use]
    pub fn lead(&self) -> TechnicianId {
        self.lead
    }
    #[must_use]
    pub fn baton(&self) -> TechnicianId {
        self.baton
    }
    pub fn members(&self) -> impl Iterator<Item = (TechnicianId, Member)> {
        self.members.iter().map(|(id, member)| (*id, *member))
    }

    /// May they do this now? Control is with the baton alone.
    #[must_use]
    pub fn allows(&self, who: TechnicianId, right: Right) -> bool {
        let has = self.members.get(&who).is_some_and(|member| member.rights.contains(right));
        has && (right != Right::Control || self.baton == who)
    }

    /// Somebody accepted an invitation. Who is in a session always sees it.
    ///
    /// # Errors
    /// [`TeamError::AlreadyIn`], [`TeamError::Full`].
    pub fn join(&mut self, who: TechnicianId, rights: Rights, now: UnixMillis) -> Moved {
        self.moved(|team| team.add(who, rights, now))
    }

    /// A collaborator leaves, or is lost.
    ///
    /// # Errors
    /// [`TeamError::NotIn`], [`TeamError::LeadStays`].
    pub fn leave(&mut self, who: TechnicianId) -> Moved {
        self.moved(|team| team.take_out(who))
    }

    /// The lead removes a collaborator.
    ///
    /// # Errors
    /// [`TeamError::NotLead`], [`TeamError::NotIn`], [`TeamError::LeadStays`].
    pub fn remove(&mut self, by: TechnicianId, who: TechnicianId) -> Moved {
        self.moved(|team| {
            team.only_lead(by)?;
            team.take_out(who)
        })
    }

    /// The lead gives a collaborator other rights. Losing control loses the baton.
    ///
    /// # Errors
    /// [`TeamError::NotLead`], [`TeamError::NotIn`], [`TeamError::LeadHasAll`].
    pub fn set_rights(&mut self, by: TechnicianId, who: TechnicianId, rights: Rights) -> Moved {
        self.moved(|team| {
            team.only_lead(by)?;
            if who == team.lead {
                return Err(TeamError::LeadHasAll);
            }
            team.members.get_mut(&who).ok_or(TeamError::NotIn)?.rights = with_view(rights);
            Ok(())
        })
    }

    /// Who has the baton, or the lead, passes it; the lead takes it back by passing it to themselves.
    ///
    /// # Errors
    /// [`TeamError::NotHolder`], [`TeamError::NotIn`], [`TeamError::NoControl`].
    pub fn pass_baton(&mut self, by: TechnicianId, to: TechnicianId) -> Moved {
        self.moved(|team| {
            if by != team.baton && by != team.lead {
                return Err(TeamError::NotHolder);
            }
            let rights = team.members.get(&to).ok_or(TeamError::NotIn)?.rights;
            if !rights.contains(Right::Control) {
                return Err(TeamError::NoControl);
            }
            team.baton = to;
            Ok(())
        })
    }

    /// The lead hands over to a collaborator, and stays as one with the same rights.
    ///
    /// # Errors
    /// [`TeamError::NotLead`], [`TeamError::NotIn`].
    pub fn hand_over(&mut self, by: TechnicianId, to: TechnicianId) -> Moved {
        self.moved(|team| {
            team.only_lead(by)?;
            team.make_lead(to)
        })
    }

    /// A transfer was accepted, or somebody takes over: `to` leads, joining where they are not in the session yet.
    /// The old lead leaves, or stays as a collaborator.
    ///
    /// # Errors
    /// [`TeamError::Full`], when the old lead stays.
    pub fn transfer(&mut self, to: TechnicianId, old_stays: bool, now: UnixMillis) -> Moved {
        self.moved(|team| {
            let old = team.lead;
            if to == old {
                return Ok(());
            }
            if !team.members.contains_key(&to) {
                if team.members.len() >= MOST && old_stays {
                    return Err(TeamError::Full);
                }
                team.members.insert(to, Member { joined_at: now, rights: Rights::ALL });
            }
            team.make_lead(to)?;
            if old_stays { Ok(()) } else { team.take_out(old) }
        })
    }

    fn add(&mut self, who: TechnicianId, rights: Rights, now: UnixMillis) -> Result<(), TeamError> {
        if self.members.contains_key(&who) {
            return Err(TeamError::AlreadyIn);
        }
        if self.members.len() >= MOST {
            return Err(TeamError::Full);
        }
        self.members.insert(who, Member { joined_at: now, rights: with_view(rights) });
        Ok(())
    }

    fn take_out(&mut self, who: TechnicianId) -> Result<(), TeamError> {
        if who == self.lead {
            return Err(TeamError::LeadStays);
        }
        self.members.remove(&who).map(|_| ()).ok_or(TeamError::NotIn)
    }

    fn make_lead(&mut self, to: TechnicianId) -> Result<(), TeamError> {
        self.members.get_mut(&to).ok_or(TeamError::NotIn)?.rights = Rights::ALL;
        self.lead = to;
        Ok(())
    }

    fn only_lead(&self, by: TechnicianId) -> Result<(), TeamError> {
        if by == self.lead { Ok(()) } else { Err(TeamError::NotLead) }
    }

    /// Makes a move on a copy, brings the baton into order, and says what changed.
    fn moved(&mut self, change: impl FnOnce(&mut Self) -> Result<(), TeamError>) -> Moved {
        let mut next = self.clone();
        change(&mut next)?;
        if !next.members.get(&next.baton).is_some_and(|holder| holder.rights.contains(Right::Control)) {
            next.baton = next.lead;
        }
        let outputs = next.since(self);
        *self = next;
        Ok(outputs)
    }

    fn since(&self, before: &Self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (who, member) in &self.members {
            match before.members.get(who) {
                None => outputs.push(Output::Joined(*who)),
                Some(old) if old.rights != member.rights => {
                    outputs.push(Output::RightsChanged { who: *who, rights: member.rights });
                }
                Some(_) => {}
            }
        }
        if self.lead != before.lead {
            outputs.push(Output::LeadChanged { from: before.lead, to: self.lead });
        }
        if self.baton != before.baton {
            outputs.push(Output::BatonMoved { from: before.baton, to: self.baton });
        }
        let left = before.members.keys().filter(|who| !self.members.contains_key(who));
        outputs.extend(left.map(|who| Output::Left(*who)));
        outputs
    }
}

fn with_view(rights: Rights) -> Rights {
    Rights(rights.0 | Rights::VIEW.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, technician};

    const HELPER: Rights = Rights::of(&[Right::View, Right::Control]);

    fn two() -> Team {
        let mut team = Team::new(technician(1), at(0));
        assert_eq!(team.join(technician(2), HELPER, at(1)), Ok(vec![Output::Joined(technician(2))]));
        team
    }

    #[test]
    fn roles_bound_rights() {
        assert_eq!(Rights::ALL.bounded(|_| true), Rights::ALL);
        assert_eq!(Rights::ALL.bounded(|_| false), Rights::default());
        let sees = |it| matches!(it, Permission::RemoteView | Permission::RemoteFilesSend);
        assert_eq!(Rights::ALL.bounded(sees), Rights::VIEW, "files go both ways");
        assert_eq!(HELPER.bounded(|it| it != Permission::RemoteView), Rights::of(&[Right::Control]));
    }

    #[test]
    fn control_is_with_the_baton_alone() {
        let (ana, bia) = (technician(1), technician(2));
        let mut team = two();
        assert!(team.allows(ana, Right::Control) && !team.allows(bia, Right::Control));
        assert_eq!(team.pass_baton(bia, bia), Err(TeamError::NotHolder), "it is not taken");
        assert_eq!(team.pass_baton(ana, bia), Ok(vec![Output::BatonMoved { from: ana, to: bia }]));
        assert!(!team.allows(ana, Right::Control) && team.allows(bia, Right::Control));
        assert_eq!(
            team.pass_baton(ana, ana),
            Ok(vec![Output::BatonMoved { from: bia, to: ana }]),
            "but by the lead"
        );
        team.join(technician(3), Rights::default(), at(1)).unwrap();
        assert!(team.allows(technician(3), Right::View), "who is in sees it");
        assert_eq!(team.pass_baton(ana, technician(3)), Err(TeamError::NoControl));
        assert_eq!(team.pass_baton(ana, technician(4)), Err(TeamError::NotIn));
    }

    #[test]
    fn whatever_takes_the_holder_away_gives_the_baton_to_the_lead() {
        let (ana, bia) = (technician(1), technician(2));
        let back = Output::BatonMoved { from: bia, to: ana };
        let with_bia = || {
            let mut team = two();
            team.pass_baton(ana, bia).unwrap();
            team
        };
        assert_eq!(with_bia().leave(bia), Ok(vec![back, Output::Left(bia)]));
        assert_eq!(with_bia().remove(ana, bia), Ok(vec![back, Output::Left(bia)]));
        let changed = Output::RightsChanged { who: bia, rights: Rights::VIEW };
        assert_eq!(with_bia().set_rights(ana, bia, Rights::VIEW), Ok(vec![changed, back]));
    }

    #[test]
    fn the_lead_is_handed_over_transferred_and_never_missing() {
        let (ana, bia, rui) = (technician(1), technician(2), technician(3));
        let mut team = two();
        assert_eq!(team.leave(ana), Err(TeamError::LeadStays));
        assert_eq!(team.hand_over(bia, bia), Err(TeamError::NotLead));
        assert_eq!(team.hand_over(ana, rui), Err(TeamError::NotIn));
        team.hand_over(ana, bia).unwrap();
        assert_eq!((team.lead(), team.baton()), (bia, ana), "the work in hand goes on");
        assert!(team.allows(bia, Right::Files), "the lead has all rights");
        assert_eq!(team.set_rights(bia, bia, Rights::VIEW), Err(TeamError::LeadHasAll));

        let mut team = two();
        let lead = Output::LeadChanged { from: ana, to: rui };
        let baton = Output::BatonMoved { from: ana, to: rui };
        assert_eq!(
            team.transfer(rui, false, at(2)),
            Ok(vec![Output::Joined(rui), lead, baton, Output::Left(ana)])
        );
        assert_eq!(team.transfer(rui, false, at(2)), Ok(vec![]), "twice is once");
        let mut full = Team::new(ana, at(0));
        for n in 2..=u16::try_from(MOST).unwrap() {
            full.join(technician(n), HELPER, at(1)).unwrap();
        }
        assert_eq!(full.join(technician(99), HELPER, at(1)), Err(TeamError::Full));
        assert_eq!(full.transfer(technician(99), true, at(1)), Err(TeamError::Full));
        assert!(full.transfer(technician(99), false, at(1)).is_ok());
    }

    #[test]
    fn a_kept_team_that_contradicts_itself_is_not_taken_for_one() {
        let (ana, bia) = (technician(1), technician(2));
        let members = || two().members().collect::<Vec<_>>();
        assert!(Team::kept(ana, bia, members()).is_some());
        assert_eq!(Team::kept(bia, ana, members()), None, "a lead has all rights");
        assert_eq!(Team::kept(ana, technician(3), members()), None);
        let viewer = (bia, Member { joined_at: at(0), rights: Rights::VIEW });
        assert_eq!(Team::kept(ana, bia, members().into_iter().chain([viewer])), None);
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Join(u16, u8),
        Leave(u16),
        Remove(u16, u16),
        Rights(u16, u16, u8),
        Baton(u16, u16),
        HandOver(u16, u16),
        Transfer(u16, bool),
    }

    fn act() -> impl Strategy<Value = Act> {
        let who = 0u16..12;
        prop_oneof![
            3 => (who.clone(), any::<u8>()).prop_map(|(who, rights)| Act::Join(who, rights)),
            1 => who.clone().prop_map(Act::Leave),
            1 => (who.clone(), who.clone()).prop_map(|(by, who)| Act::Remove(by, who)),
            2 => (who.clone(), who.clone(), any::<u8>()).prop_map(|(by, who, rights)| Act::Rights(by, who, rights)),
            3 => (who.clone(), who.clone()).prop_map(|(by, to)| Act::Baton(by, to)),
            2 => (who.clone(), who.clone()).prop_map(|(by, to)| Act::HandOver(by, to)),
            1 => (who, any::<bool>()).prop_map(|(to, stays)| Act::Transfer(to, stays)),
        ]
    }

    fn rights(bits: u8) -> Rights {
        Rights::of(
            &Right::ALL.iter().copied().filter(|right| bits & (1 << *right as u8) != 0).collect::<Vec<_>>(),
        )
    }

    proptest! {
        #[test]
        fn one_lead_one_baton_and_no_illegal_move(acts in prop::collection::vec(act(), 1..80)) {
            let mut team = Team::new(technician(0), at(0));
            for (n, act) in acts.into_iter().enumerate() {
                let before = team.clone();
                let now = at(i64::try_from(n).unwrap());
                let t = technician;
                let moved = match act {
                    Act::Join(who, bits) => team.join(t(who), rights(bits), now),
                    Act::Leave(who) => team.leave(t(who)),
                    Act::Remove(by, who) => team.remove(t(by), t(who)),
                    Act::Rights(by, who, bits) => team.set_rights(t(by), t(who), rights(bits)),
                    Act::Baton(by, to) => team.pass_baton(t(by), t(to)),
                    Act::HandOver(by, to) => team.hand_over(t(by), t(to)),
                    Act::Transfer(to, stays) => team.transfer(t(to), stays, now),
                };
                match moved {
                    Err(_) => prop_assert_eq!(&team, &before, "a refused move changes nothing"),
                    Ok(outputs) => prop_assert_eq!(outputs.is_empty(), team == before),
                }
                let lead = team.members().find(|(id, _)| *id == team.lead()).unwrap().1;
                prop_assert_eq!(lead.rights, Rights::ALL);
                prop_assert!(team.members().all(|(_, member)| member.rights.contains(Right::View)));
                prop_assert!(team.members().count() <= MOST);
                let kept = Team::kept(team.lead(), team.baton(), team.members());
                prop_assert_eq!(kept.as_ref(), Some(&team));
                let controllers = (0..12).filter(|n| team.allows(t(*n), Right::Control)).count();
                prop_assert_eq!(controllers, 1);
                prop_assert!(team.allows(team.baton(), Right::Control));
                // Only the lead, a holder of the baton or an accepted transfer moves what matters.
                match act {
                    Act::Leave(_) | Act::Join(..) => prop_assert_eq!(team.lead(), before.lead()),
                    Act::Remove(by, _) | Act::Rights(by, ..) | Act::HandOver(by, _) if team != before => {
                        prop_assert_eq!(t(by), before.lead());
                    }
                    Act::Baton(by, _) if team != before => {
                        prop_assert!(t(by) == before.lead() || t(by) == before.baton());
                    }
                    _ => {}
                }
            }
        }
    }
}
