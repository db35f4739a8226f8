//! Several technicians in one session (T2), and looking in on one and taking it over (T4).
//!
//! Who is in a session is part of its version. These moves don't ask for the version that the caller saw: each says
//! what is to be so, and is tried again on what others left.

use std::collections::BTreeSet;

use ponte_desk::{
    permission::{Permission, Where},
    team::{Right, Rights, Team, TeamError},
    transfer::{Purpose, Recipient},
};
use ponte_store::{Actor, Entry, Held, HistoryKind, NewPrivate, PrivateMessage, SaidPrivately, Session};
use ponte_types::{
    ChannelId, ErrorCode, GroupId, MessageId, MessageText, SessionId, SessionState, TechnicianId,
};

use super::{
    Caller, Desk, DeskError, Standing,
    moves::RETRIES,
    queue::at_limit,
    transfer::{changed_team, may_offer, not_held, taken_from},
};

/// To whom a session can be offered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    pub technicians: Vec<Standing>,
    /// With how many could accept, and how many of these are available.
    pub groups: Vec<(GroupId, String, Several)>,
    pub channels: Vec<(ChannelId, String, Several)>,
}

/// How many could accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Several {
    pub people: u32,
    pub available: u32,
}

impl Desk {
    /// To whom the caller can offer a session, or whom they can invite to it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `wrong_state` when nobody holds it.
    pub async fn recipients(
        &self,
        caller: &Caller,
        id: SessionId,
        purpose: Purpose,
    ) -> Result<Recipients, DeskError> {
        let directory = self.directory_now().await?;
        let session = self.seen(caller, id).await?;
        may_offer(&directory, caller, &session, purpose)?;
        if session.held_by().is_none() {
            return Err(not_held(&session));
        }
        let everybody = self.team_as_it_is(&directory).await?;
        let available = |who: &TechnicianId| {
            let standing = everybody.iter().find(|standing| standing.technician == *who);
            standing.is_some_and(|it| {
                it.effective.availability == ponte_desk::availability::Availability::Available
                    && it.load < it.limit
            })
        };
        let several = |to: Recipient| {
            let mut meant = self.meant(&directory, &session, purpose, to);
            meant.remove(&caller.id);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            Several {
                people: count(meant.len()),
                available: count(meant.iter().filter(|who| available(who)).count()),
            }
        };
        let technicians = everybody.iter().filter(|standing| {
            let to = Recipient::Technician(standing.technician);
            standing.technician != caller.id && !self.meant(&directory, &session, purpose, to).is_empty()
        });
        let groups = directory
            .setup()
            .groups
            .iter()
            .map(|(id, group)| (*id, group.name.as_str().to_owned(), several(Recipient::Group(*id))));
        // A channel is no crowd to invite; and only who may move the session can offer it to another one.
        let moves = directory.checked.allows(
            caller.id,
            Permission::SessionMove,
            Where::Session { channel: session.placement.channel, company: session.placement.company },
        );
        let offered =
            |id: &ChannelId| purpose == Purpose::Transfer && (moves || *id == session.placement.channel);
        let channels =
            directory.setup().channels.iter().filter(|(id, _)| offered(id)).map(|(id, channel)| {
                (*id, channel.name.as_str().to_owned(), several(Recipient::Channel(*id)))
            });
        Ok(Recipients {
            groups: groups.filter(|(.., several)| several.people > 0).collect(),
            channels: channels.filter(|(.., several)| several.people > 0).collect(),
            technicians: technicians.cloned().collect(),
        })
    }

    /// A supervisor looks into a session that somebody else holds: its owner and the end user see it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `wrong_state` when nobody holds it, or they are in it already.
    pub async fn look_in(&self, caller: &Caller, id: SessionId) -> Result<Session, DeskError> {
        let permission = Some(Permission::SessionSupervise);
        self.change_team(caller, id, permission, HistoryKind::LookedIn, |team, looking, now| {
            team.join(caller.id, Rights::VIEW, now)?;
            looking.insert(caller.id);
            Ok(())
        })
        .await
    }

    /// The caller leaves a session that they joined or look into, or its lead removes somebody.
    ///
    /// # Errors
    /// `forbidden` for anybody else; `wrong_state`, `not_found`.
    pub async fn leave_team(
        &self,
        caller: &Caller,
        id: SessionId,
        who: TechnicianId,
    ) -> Result<Session, DeskError> {
        let own = who == caller.id;
        let kind = if own { HistoryKind::LeftTeam } else { HistoryKind::RemovedFromTeam };
        self.change_team(caller, id, None, kind, |team, _, _| {
            if own { team.leave(who) } else { team.remove(caller.id, who) }.map(drop)
        })
        .await
    }

    /// The lead gives somebody other rights.
    ///
    /// # Errors
    /// `forbidden` for anybody else; `wrong_state`, `not_found`.
    pub async fn set_team_rights(
        &self,
        caller: &Caller,
        id: SessionId,
        who: TechnicianId,
        rights: Rights,
    ) -> Result<Session, DeskError> {
        self.change_team(caller, id, None, HistoryKind::TeamRightsChanged, |team, looking, _| {
            team.set_rights(caller.id, who, rights)?;
            // Who may do more than see does not only look in.
            if rights.iter().any(|right| right != Right::View) {
                looking.remove(&who);
            }
            Ok(())
        })
        .await
    }

    /// Who controls, or the lead, lets somebody else control.
    ///
    /// # Errors
    /// `forbidden` for anybody else; `wrong_state`, `not_found`.
    pub async fn pass_baton(
        &self,
        caller: &Caller,
        id: SessionId,
        to: TechnicianId,
    ) -> Result<Session, DeskError> {
        self.change_team(caller, id, None, HistoryKind::BatonPassed, |team, _, _| {
            team.pass_baton(caller.id, to).map(drop)
        })
        .await
    }

    /// The lead makes somebody in the session its owner, and stays in it. The limit on sessions at once holds for them.
    ///
    /// # Errors
    /// `forbidden` for anybody else; `cannot_take` when they hold as many as they may; `wrong_state`, `not_found`.
    pub async fn hand_over_lead(
        &self,
        caller: &Caller,
        id: SessionId,
        to: TechnicianId,
    ) -> Result<Session, DeskError> {
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            let session = self.in_team(caller, id).await?;
            let now = self.ambient.now();
            if session.held_by() == Some(to) {
                return Ok(session);
            }
            if session.held_by() != Some(caller.id) {
                return Err(DeskError::Explained(ErrorCode::Forbidden, TeamError::NotLead.to_string()));
            }
            directory.may_with(caller, Permission::SessionTransfer, &session)?;
            if !session.has(to) {
                return Err(DeskError::Explained(ErrorCode::WrongState, TeamError::NotIn.to_string()));
            }
            let there =
                Where::Session { channel: session.placement.channel, company: session.placement.company };
            if !directory.checked.allows(to, Permission::SessionTake, there) {
                let text = "they may not take sessions of this channel: they can help, and not lead";
                return Err(DeskError::Explained(ErrorCode::WrongState, text.to_owned()));
            }
            let next = Caller {
                id: to,
                name: directory.name_of(to).unwrap_or_default(),
                family: caller.family,
                scope: None,
            };
            let looking: BTreeSet<TechnicianId> =
                session.team.as_ref().map(|team| team.looking.clone()).unwrap_or_default();
            let kept_baton = session.crew(now).map(|team| team.baton());
            let mut changed = taken_from(&directory, &next, session, true, now)?;
            if let (Some(team), Some(baton)) = (&mut changed.team, kept_baton) {
                // As the rules of a team have it: the work in hand goes on, with whoever has it.
                if let Some(old) = team.members.get_mut(&caller.id) {
                    old.rights = Rights::ALL;
                }
                team.baton = baton;
                team.looking = looking.into_iter().filter(|who| *who != to).collect();
            }
            let limit = directory.limit_of(to);
            let entry =
                Entry { at: now, kind: HistoryKind::LeadHandedOver, by: Actor::Technician(caller.id) };
            match self.store.hold(&changed, u64::from(limit), &entry).await? {
                Held::Done(session) => {
                    self.offers_changed().await;
                    return self.tell_live(*session).await;
                }
                Held::Moved => {}
                Held::AtLimit(load) => {
                    let text = format!("they hold {load} sessions already and may hold {limit}");
                    return Err(DeskError::Explained(ErrorCode::CannotTake, text));
                }
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// The caller takes a session from who holds it.
    ///
    /// # Errors
    /// `forbidden`, `cannot_take`, `wrong_state` when nobody holds it, `version_conflict`, `not_found`.
    pub async fn take_over(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        old_stays: bool,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        let session = self.seen(caller, id).await?;
        directory.may_with(caller, Permission::SessionTakeOver, &session)?;
        if session.held_by() == Some(caller.id) {
            return Ok(session);
        }
        if session.held_by().is_none() {
            return Err(not_held(&session));
        }
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        self.may_take(&directory, caller.id).await?;
        let now = self.ambient.now();
        let changed = taken_from(&directory, caller, session, old_stays, now)?;
        let entry = Entry { at: now, kind: HistoryKind::TakenOver, by: Actor::Technician(caller.id) };
        let limit = directory.limit_of(caller.id);
        match self.store.hold(&changed, u64::from(limit), &entry).await? {
            Held::Done(session) => {
                self.offers_changed().await;
                self.tell_live(*session).await
            }
            Held::Moved => Err(ErrorCode::VersionConflict.into()),
            Held::AtLimit(load) => Err(at_limit(load, limit)),
        }
    }

    /// Somebody in the session writes to the others in it. The end user never sees it.
    ///
    /// # Errors
    /// `forbidden` for who is not in it; `wrong_state` when it is over; `not_found`.
    pub async fn say_privately(
        &self,
        caller: &Caller,
        id: SessionId,
        message: MessageId,
        text: MessageText,
    ) -> Result<PrivateMessage, DeskError> {
        let session = self.seen(caller, id).await?;
        self.directory().may_with(caller, Permission::ChatPrivate, &session)?;
        if session.state != SessionState::Active {
            return Err(not_held(&session));
        }
        if !session.has(caller.id) {
            let text = "only who is in the session writes to the others in it".to_owned();
            return Err(DeskError::Explained(ErrorCode::Forbidden, text));
        }
        let at = self.ambient.now();
        let new = NewPrivate { id: message, session: id, at, by: caller.id, text: text.into_string() };
        match self.store.say_privately(&new).await? {
            SaidPrivately::Kept(said) => {
                self.changed().await;
                Ok(said)
            }
            SaidPrivately::Again(said) => Ok(said),
            SaidPrivately::Taken => {
                let taken = "'id' belongs to another message; draw a new one".to_owned();
                Err(DeskError::Explained(ErrorCode::InvalidRequest, taken))
            }
        }
    }

    /// What the technicians of a session wrote among themselves, also when it is over.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn private_messages(
        &self,
        caller: &Caller,
        id: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<PrivateMessage>, DeskError> {
        let session = self.seen(caller, id).await?;
        self.directory().may_with(caller, Permission::ChatPrivate, &session)?;
        Ok(self.store.private_messages(id, after, limit).await?)
    }

    /// A session that the caller may see, while somebody holds it.
    async fn in_team(&self, caller: &Caller, id: SessionId) -> Result<Session, DeskError> {
        let session = self.seen(caller, id).await?;
        if session.state == SessionState::Active { Ok(session) } else { Err(not_held(&session)) }
    }

    async fn change_team(
        &self,
        caller: &Caller,
        id: SessionId,
        permission: Option<Permission>,
        kind: HistoryKind,
        rule: impl Fn(&mut Team, &mut BTreeSet<TechnicianId>, ponte_types::UnixMillis) -> Result<(), TeamError>,
    ) -> Result<Session, DeskError> {
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            if let Some(permission) = permission {
                directory.may_with(caller, permission, &self.seen(caller, id).await?)?;
            }
            let session = self.in_team(caller, id).await?;
            let now = self.ambient.now();
            let mut looking = session.team.as_ref().map(|team| team.looking.clone()).unwrap_or_default();
            let before = session.team.clone();
            let mut changed = changed_team(&directory, session, now, |team| rule(team, &mut looking, now))?;
            if let Some(team) = &mut changed.team {
                team.looking = looking.into_iter().filter(|who| team.members.contains_key(who)).collect();
            }
            if changed.team == before {
                return Ok(changed);
            }
            let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
            if let Some(kept) = self.store.change(&changed, None, &entry).await? {
                self.changed().await;
                return self.tell_live(kept).await;
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }
}
