//! Who is there, who can take a session, and what becomes of the sessions of who is gone (Q4, Q5).
//!
//! A technician is heard from as long as a console of theirs holds a socket. That is written down every
//! [`HEARD_EVERY`], so that a relay that restarts knows who was there.

use std::{collections::HashMap, time::Duration};

use ponte_desk::{
    availability::{Availability, Effective, HandBack, Presence, Taking},
    permission::{Permission, Where},
    routing::Candidate,
};
use ponte_session::record::{Asker, Phase};
use ponte_store::{Actor, AuditEntry, HistoryKind, KeptPresence, Owned, Session, SessionFilter};
use ponte_types::{ChannelId, CompanyId, ErrorCode, SessionState, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, Directory, lock};

/// How often it is written down who is there.
pub(super) const HEARD_EVERY: Duration = Duration::from_secs(20);
/// Sessions given back at once.
const AT_ONCE: u64 = 100;

/// What is kept of who is there.
pub(super) type Presences = HashMap<TechnicianId, KeptPresence>;

/// How a technician stands, as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub technician: TechnicianId,
    pub name: String,
    /// What they chose.
    pub chosen: Availability,
    /// What it comes to.
    pub effective: Effective,
    /// Sessions that they hold, and the most they may.
    pub load: u32,
    pub limit: u32,
}

impl Desk {
    /// The caller is available, busy, away, or off shift from now on. Going off shift gives their sessions back.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn choose_availability(
        &self,
        caller: &Caller,
        chosen: Availability,
    ) -> Result<Standing, DeskError> {
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        let audit = AuditEntry { at, by, kind: "availability_chosen", about: chosen.as_str().into() };
        self.store.choose_availability(caller.id, chosen, &audit).await?;
        self.hand_back(caller.id).await?;
        self.team_changed();
        self.own_standing(caller).await
    }

    /// How the caller stands.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn own_standing(&self, caller: &Caller) -> Result<Standing, DeskError> {
        let directory = self.directory_now().await?;
        let kept = self.store.presence(caller.id).await?;
        let standing = self.standing(&directory, caller.id, kept);
        standing.ok_or(DeskError::Refused(ErrorCode::SignedOut))
    }

    /// How everybody stands, by name: those with whom the caller shares a channel, or all.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn team(&self, caller: &Caller) -> Result<Vec<Standing>, DeskError> {
        let directory = self.directory_now().await?;
        let everybody = directory.allows(caller, Permission::TechnicianView, Where::Desk);
        let shared: Vec<_> = directory.channels_where(caller, Permission::TechnicianView).collect();
        let mut kept: HashMap<_, _> =
            self.store.presences().await?.into_iter().map(|kept| (kept.technician, kept)).collect();
        let works_with = |technician: TechnicianId| {
            technician == caller.id
                || everybody
                || shared.iter().any(|channel| {
                    directory.checked.members.get(channel).is_some_and(|all| all.contains(&technician))
                })
        };
        let enabled = |technician: &TechnicianId| {
            directory.setup().technicians.get(technician).is_some_and(|setup| setup.enabled)
        };
        let people = directory.people().map(|person| person.id);
        let team = people.filter(enabled).filter(|id| works_with(*id));
        let mut team: Vec<_> =
            team.filter_map(|id| self.standing(&directory, id, kept.remove(&id))).collect();
        team.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(team)
    }

    /// How everybody who is enabled stands, by name.
    pub(super) async fn team_as_it_is(&self, directory: &Directory) -> Result<Vec<Standing>, DeskError> {
        let mut kept: HashMap<_, _> =
            self.store.presences().await?.into_iter().map(|kept| (kept.technician, kept)).collect();
        let enabled = |technician: &TechnicianId| {
            directory.setup().technicians.get(technician).is_some_and(|setup| setup.enabled)
        };
        let people = directory.people().map(|person| person.id).filter(enabled);
        let mut team: Vec<_> =
            people.filter_map(|id| self.standing(directory, id, kept.remove(&id))).collect();
        team.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(team)
    }

    /// A socket of the technician's console was opened, and is open until what is returned is dropped.
    #[must_use]
    pub fn at_the_desk(self: &std::sync::Arc<Self>, technician: TechnicianId) -> AtTheDesk {
        *lock(&self.here).entry(technician).or_default() += 1;
        self.team_changed();
        AtTheDesk { desk: std::sync::Arc::clone(self), technician }
    }

    /// Whoever waits on it looks at the team again.
    pub(super) fn team_changed(&self) {
        self.team_bell.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Writes down who is there.
    pub(super) async fn note_who_is_here(&self) -> Result<(), DeskError> {
        let here: Vec<_> = lock(&self.here).keys().copied().collect();
        if here.is_empty() {
            return Ok(());
        }
        Ok(self.store.heard_from(&here, self.ambient.now()).await?)
    }

    /// Gives back the sessions of those who are gone for too long.
    pub(super) async fn hand_back_of_the_gone(&self) -> Result<(), DeskError> {
        for kept in self.store.presences().await? {
            if kept.load > 0 {
                self.hand_back(kept.technician).await?;
            }
        }
        Ok(())
    }

    /// Gives back what a technician holds, if they went off shift or are gone for too long.
    async fn hand_back(&self, technician: TechnicianId) -> Result<(), DeskError> {
        let directory = self.directory_now().await?;
        let Some(kept) = self.store.presence(technician).await? else { return Ok(()) };
        let presence = self.presence(&directory, &kept);
        // Nobody could be heard before this relay started.
        let presence = Presence { heard_at: presence.heard_at.max(self.started_at), ..presence };
        let patience = &directory.setup().desk.patience;
        let HandBack::Now { .. } = presence.hand_back(patience, self.ambient.now()) else { return Ok(()) };
        let held = SessionFilter {
            states: vec![SessionState::Active],
            owner: Some(Owned::By(technician)),
            limit: AT_ONCE,
            ..SessionFilter::default()
        };
        for session in self.store.sessions(&held).await? {
            // What waits for something stays with who knows for what, over nights and weekends.
            if session.hold.is_some() {
                continue;
            }
            if self.goes_on_with_another(&directory, &session).await? {
                continue;
            }
            let (now, wait) = (self.ambient.now(), self.config.return_life);
            let release = |session: &Session, phase: Phase| {
                // It may have gone to somebody else meanwhile.
                if session.owner.as_ref().is_none_or(|owner| owner.id != technician) {
                    return Ok(phase);
                }
                phase.release(Asker { technician, over_others: false }, now, wait)
            };
            let given = self.move_on(session.id, Actor::Relay, HistoryKind::HandedBack, release).await?;
            if let Some(given) = given {
                let given = self.tell_live(given).await?;
                self.goes_on(&directory, given).await?;
            }
        }
        Ok(())
    }

    /// Are they on shift, heard from, and below their limit? So that a session of theirs can come back to them.
    pub(super) async fn is_at_work(
        &self,
        directory: &Directory,
        technician: TechnicianId,
    ) -> Result<bool, DeskError> {
        let Some(kept) = self.store.presence(technician).await? else { return Ok(false) };
        let (presence, now) = (self.presence(directory, &kept), self.ambient.now());
        // Nobody could be heard before this relay started.
        let presence = Presence { heard_at: presence.heard_at.max(self.started_at), ..presence };
        let patience = &directory.setup().desk.patience;
        let gone = matches!(presence.hand_back(patience, now), HandBack::Now { .. });
        Ok(!gone && presence.may_take(Taking::ByHand, patience, now).is_ok())
    }

    /// # Errors
    /// `cannot_take`, with the reason, when they hold as many as they may or are off shift.
    pub(super) async fn may_take(
        &self,
        directory: &Directory,
        technician: TechnicianId,
    ) -> Result<(), DeskError> {
        let Some(kept) = self.store.presence(technician).await? else { return Ok(()) };
        let presence = self.presence(directory, &kept);
        presence
            .may_take(Taking::ByHand, &directory.setup().desk.patience, self.ambient.now())
            .map_err(|why| DeskError::Explained(ErrorCode::CannotTake, format!("you cannot take it: {why}")))
    }

    /// Those who work in a channel, as routing sees them.
    pub(super) async fn candidates(
        &self,
        directory: &Directory,
        channel: ChannelId,
        company: Option<CompanyId>,
    ) -> Result<Vec<Candidate>, DeskError> {
        Ok(self.candidates_among(directory, channel, company, &self.presences().await?))
    }

    pub(super) async fn presences(&self) -> Result<Presences, DeskError> {
        Ok(self.store.presences().await?.into_iter().map(|kept| (kept.technician, kept)).collect())
    }

    /// As [`Desk::candidates`], by what was read of who is there.
    pub(super) fn candidates_among(
        &self,
        directory: &Directory,
        channel: ChannelId,
        company: Option<CompanyId>,
        kept: &Presences,
    ) -> Vec<Candidate> {
        let members = directory.checked.members.get(&channel).into_iter().flatten();
        let candidates = members.filter_map(|technician| {
            let setup = directory.setup().technicians.get(technician).filter(|setup| setup.enabled)?;
            let presence = kept.get(technician).copied();
            let standing = self.standing(directory, *technician, presence)?;
            let groups = directory.setup().groups.iter().filter(|(_, it)| it.members.contains(technician));
            Some(Candidate {
                technician: *technician,
                availability: standing.effective.availability,
                load: standing.load,
                limit: standing.limit,
                groups: groups.map(|(id, _)| *id).collect(),
                skills: setup.skills.clone(),
                last_given: presence.and_then(|kept| kept.given_at),
                sees_company: setup.companies.include(company),
            })
        });
        candidates.collect()
    }

    pub(super) fn standing(
        &self,
        directory: &Directory,
        technician: TechnicianId,
        kept: Option<KeptPresence>,
    ) -> Option<Standing> {
        let person = directory.person(technician)?;
        // Who was never there is away since the beginning.
        let kept = kept.unwrap_or(KeptPresence {
            technician,
            chosen: Availability::Available,
            heard_at: UnixMillis(0),
            given_at: None,
            load: 0,
        });
        let presence = self.presence(directory, &kept);
        Some(Standing {
            technician,
            name: person.name.clone(),
            chosen: presence.chosen,
            effective: presence.effective(&directory.setup().desk.patience, self.ambient.now()),
            load: presence.load,
            limit: presence.limit,
        })
    }

    pub(super) fn presence(&self, directory: &Directory, kept: &KeptPresence) -> Presence {
        let limit = directory.limit_of(kept.technician);
        let here = lock(&self.here).contains_key(&kept.technician);
        Presence {
            chosen: kept.chosen,
            heard_at: if here { self.ambient.now() } else { kept.heard_at },
            shift_ends: None,
            load: u32::try_from(kept.load).unwrap_or(u32::MAX),
            limit,
        }
    }
}

/// A technician's console holds a socket.
#[derive(Debug)]
pub struct AtTheDesk {
    desk: std::sync::Arc<Desk>,
    technician: TechnicianId,
}

impl Drop for AtTheDesk {
    fn drop(&mut self) {
        {
            let mut here = lock(&self.desk.here);
            if let Some(sockets) = here.get_mut(&self.technician) {
                *sockets -= 1;
                if *sockets == 0 {
                    here.remove(&self.technician);
                }
            }
        }
        self.desk.team_changed();
    }
}
