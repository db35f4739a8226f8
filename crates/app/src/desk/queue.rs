//! The queue: making, listing, claiming, releasing and closing sessions.

use ponte_desk::{
    Priority,
    permission::{Permission, Where},
    routing::{Facts, Request},
};
use ponte_session::record::{Asker, Phase, Refusal};
use ponte_store::{
    Actor, Entry, Held, HistoryEntry, HistoryKind, Invite, Owned, Owner, Placement, Session, SessionFilter,
    SessionOrder, TokenHash,
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, EndReason, ErrorCode, InviteId, Outcome, PairingMode, SessionId,
    SessionState,
};

use super::{
    Caller, Desk, DeskError, Directory,
    directory::{companies, place},
    phase::{phase, refused},
};

/// A technician opens a session for somebody who gets a link.
#[derive(Debug, Clone)]
pub struct PersonInvited {
    /// The public part of the link's secret.
    pub invite_public: [u8; 32],
    /// SHA-256 of the claim.
    pub claim_hash: [u8; 32],
    pub person: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub subject: Option<String>,
    /// The caller's first one unless told.
    pub channel: Option<ChannelId>,
    /// The category's unless told.
    pub priority: Option<Priority>,
    pub category: Option<CategoryId>,
}

/// Which sessions to list. Only those that the caller may see are ever listed.
#[derive(Debug, Clone, Default)]
pub struct ListSessions {
    /// Empty: all.
    pub states: Vec<SessionState>,
    pub channel: Option<ChannelId>,
    pub owner: Option<OwnedBy>,
    /// Words that all occur, in any case.
    pub search: String,
    pub order: SessionOrder,
    pub limit: u64,
    /// Leaves out this many.
    pub skip: u64,
    /// Only numbers below this.
    pub before: Option<u64>,
}

/// Whose sessions to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedBy {
    Me,
    Nobody,
}

/// What a technician changes of a session; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditSession {
    pub person: Option<String>,
    pub subject: Option<String>,
    pub priority: Option<Priority>,
    /// Some(None) takes it away.
    pub category: Option<Option<CategoryId>>,
    pub company: Option<Option<CompanyId>>,
    pub channel: Option<ChannelId>,
}

/// Can a link still be used?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteState {
    Open,
    Started,
    Gone,
}

/// What the page behind a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteInfo {
    pub person: Option<String>,
    pub subject: Option<String>,
    pub state: InviteState,
}

/// How often a change is tried again when somebody else changed the session in between.
const RETRIES: usize = 8;

/// What a technician asks to be changed.
struct Change<'a> {
    id: SessionId,
    /// That they saw.
    version: u64,
    /// What they need for it, on what they hold or nobody does, and on what others hold.
    needs: (Permission, Permission),
    kind: HistoryKind,
    /// Who holds it then, if the change gives it to somebody.
    owner: Option<&'a Owner>,
    note: Option<String>,
}

impl Desk {
    /// Makes a session that waits for its link to be started.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn create_session(
        &self,
        caller: &Caller,
        invited: PersonInvited,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        let mut placement = match invited.channel {
            Some(channel) => Placement::in_channel(channel),
            None => routed(&directory, caller, &invited)?,
        };
        let channel = placement.channel;
        directory.may(caller, Permission::SessionOpen, Where::Channel(channel))?;
        if directory.channel(channel).is_none() {
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, "there is no such channel".into()));
        }
        let by_rule = placement.priority;
        categorise(&directory, &mut placement, invited.category)?;
        if invited.channel.is_none() {
            // The rules know the category's priority, and may have said otherwise.
            placement.priority = by_rule;
        }
        placement.priority = invited.priority.unwrap_or(placement.priority);
        let now = self.ambient.now();
        let invite = Invite {
            // Drawn entirely at random: a link's address must not be guessable from its time.
            id: InviteId::from_bytes(self.ambient.bytes()?),
            public: invited.invite_public,
            claim_hash: TokenHash(invited.claim_hash),
            expires_at: now.after(self.config.link_life),
        };
        let (id, first) = (self.ambient.session_id()?, Phase::invited(now, self.config.link_life));
        let new = Session {
            person: Some(invited.person),
            email: invited.email,
            phone: invited.phone,
            company: invited.company,
            subject: invited.subject,
            invite: Some(invite),
            ..directory.begun(id, PairingMode::Link, first, placement, None, now)
        };
        let entry = Entry { at: now, kind: HistoryKind::Invited, by: Actor::Technician(caller.id) };
        let session = self.store.add_invited(&new, &entry).await?;
        self.changed().await;
        Ok(session)
    }

    /// A page of the queue and the cursor from which `changes_after` continues it.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn list(&self, caller: &Caller, ask: &ListSessions) -> Result<(u64, Vec<Session>), DeskError> {
        // The cursor first: a change in between is then seen twice rather than never.
        let cursor = self.store.newest_cursor().await?;
        let sight = self.directory_now().await?.sight_of(caller);
        let channels = match (ask.channel, sight.channels) {
            (Some(asked), Some(seen)) => Some(seen.contains(&asked).then_some(asked).into_iter().collect()),
            (Some(asked), None) => Some(vec![asked]),
            (None, seen) => seen.map(|seen| seen.into_iter().collect()),
        };
        let filter = SessionFilter {
            states: ask.states.clone(),
            channels,
            companies: companies(&sight.companies),
            owner: ask.owner.map(|owner| match owner {
                OwnedBy::Me => Owned::By(caller.id),
                OwnedBy::Nobody => Owned::ByNobody,
            }),
            ready: false,
            words: ask.search.to_lowercase().split_whitespace().map(str::to_owned).collect(),
            order: ask.order,
            before: ask.before,
            skip: ask.skip,
            limit: ask.limit,
        };
        Ok((cursor, self.store.sessions(&filter).await?))
    }

    /// A session and its history.
    ///
    /// # Errors
    /// `not_found`, also for what the caller may not see.
    pub async fn get(
        &self,
        caller: &Caller,
        id: SessionId,
    ) -> Result<(Session, Vec<HistoryEntry>), DeskError> {
        let session = self.seen(caller, id).await?;
        Ok((session, self.store.history(id).await?))
    }

    /// The caller takes the session. Of many at once one wins; the others are told who.
    ///
    /// # Errors
    /// `already_claimed` with the owner, `cannot_take`, `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn claim(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let owner = Owner { id: caller.id, name: caller.name.clone() };
        let needs = (Permission::SessionTake, Permission::SessionTake);
        let change =
            Change { id, version, needs, kind: HistoryKind::Claimed, owner: Some(&owner), note: None };
        let claimed = self.change(caller, change, |_, phase| phase.claim(caller.id)).await?;
        self.tell_owner(claimed).await
    }

    /// The caller gives the session back to the queue.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn release(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        let release = |asker: Asker, phase: Phase| phase.release(asker, now, wait);
        let needs = (Permission::SessionRelease, Permission::SessionReleaseOthers);
        let change = Change { id, version, needs, kind: HistoryKind::Released, owner: None, note: None };
        self.tell_owner(self.change(caller, change, release).await?).await
    }

    /// Changes what is known of a session, its priority, or the channel that it stands in.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state` when it is over, `version_conflict`, `forbidden`,
    /// `not_found`, `invalid_request`.
    pub async fn edit(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        edit: &EditSession,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        let session = self.seen(caller, id).await?;
        for permission in edit.needs() {
            directory.may_with(caller, permission, &session)?;
        }
        if session.detail.is_none() {
            return Err(refused(Refusal::Over, &session));
        }
        if let Some(owner) = session.owner.as_ref().filter(|owner| owner.id != caller.id)
            && !directory.allows(caller, Permission::SessionTakeOver, place(&session))
        {
            return Err(DeskError::AlreadyClaimed { owner: owner.clone() });
        }
        let mut placement = session.placement.clone();
        if let Some(channel) = edit.channel.filter(|channel| *channel != placement.channel) {
            if directory.channel(channel).is_none() {
                return Err(DeskError::Explained(
                    ErrorCode::InvalidRequest,
                    "there is no such channel".into(),
                ));
            }
            placement.channel = channel;
            // Whom it was meant for works in the channel that it leaves.
            placement.narrow = None;
        }
        if let Some(category) = edit.category {
            categorise(&directory, &mut placement, category)?;
        }
        if let Some(company) = edit.company {
            if company.is_some_and(|company| !directory.setup().companies.contains_key(&company)) {
                return Err(DeskError::Explained(
                    ErrorCode::InvalidRequest,
                    "there is no such company".into(),
                ));
            }
            placement.company = company;
        }
        placement.priority = edit.priority.unwrap_or(placement.priority);
        let now = self.ambient.now();
        let changed = Session {
            person: edit.person.clone().or_else(|| session.person.clone()),
            subject: edit.subject.clone().or_else(|| session.subject.clone()),
            placement,
            ..session.clone()
        };
        let changed = directory.in_its_place(changed);
        if changed == session {
            return Ok(session);
        }
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        let kind = if changed.placement.channel == session.placement.channel {
            HistoryKind::Edited
        } else {
            HistoryKind::MovedToChannel
        };
        let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
        let kept = self.store.change(&Session { changed_at: now, ..changed }, None, &entry).await?;
        let kept = kept.ok_or(DeskError::Refused(ErrorCode::VersionConflict))?;
        self.changed().await;
        Ok(kept)
    }

    /// The caller closes the session; its connection ends.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state`, `version_conflict`, `not_found`.
    pub async fn close(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        outcome: Outcome,
        note: Option<String>,
    ) -> Result<Session, DeskError> {
        let close = |asker: Asker, phase: Phase| phase.close(asker, outcome);
        let needs = (Permission::SessionClose, Permission::SessionCloseOthers);
        let kind = HistoryKind::ClosedByTechnician;
        let closed =
            self.change(caller, Change { id, version, needs, kind, owner: None, note }, close).await?;
        if let Some(live) = self.live() {
            live.end(id, EndReason::Technician).await;
        }
        Ok(closed)
    }

    /// What anybody who has the link's address may know; consumes nothing.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn invite(&self, id: InviteId) -> Result<InviteInfo, DeskError> {
        let gone = InviteInfo { person: None, subject: None, state: InviteState::Gone };
        let Some(session) = self.store.session_by_invite(id).await? else { return Ok(gone) };
        let state = match phase(&session)? {
            Phase::Waiting { expires_at: Some(at), .. } if at <= self.ambient.now() => return Ok(gone),
            Phase::Waiting { program: ponte_session::record::Program::Away, .. } => InviteState::Open,
            Phase::Waiting { .. } | Phase::Active { .. } => InviteState::Started,
            Phase::Closed { .. } | Phase::Expired => return Ok(gone),
        };
        Ok(InviteInfo { person: session.person, subject: session.subject, state })
    }

    /// A move that the caller asked for, on the version that they saw.
    async fn change(
        &self,
        caller: &Caller,
        change: Change<'_>,
        rule: impl Fn(Asker, Phase) -> Result<Phase, Refusal>,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        for _ in 0..RETRIES {
            let session = self.seen(caller, change.id).await?;
            let (own, others) = change.needs;
            directory.may_with(caller, own, &session)?;
            let over_others = others != own && directory.allows(caller, others, place(&session));
            let asker = Asker { technician: caller.id, over_others };
            let now_at = phase(&session)?;
            let next = rule(asker, now_at).map_err(|e| refused(e, &session))?;
            if next == now_at {
                return Ok(session);
            }
            if session.version != change.version {
                return Err(ErrorCode::VersionConflict.into());
            }
            let now = self.ambient.now();
            let entry = Entry { at: now, kind: change.kind, by: Actor::Technician(caller.id) };
            let mut moved = directory.moved(session, next, change.owner, now);
            moved.note = change.note.clone().or(moved.note);
            let kept = match change.owner {
                Some(_) => self.hold(&directory, caller, &moved, &entry).await?,
                None => self.store.change(&moved, None, &entry).await?,
            };
            // Lost the race: look again, to say who won it.
            if let Some(changed) = kept {
                self.changed().await;
                return Ok(changed);
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// Writes a session that the caller holds from now on; `None` when somebody was faster.
    pub(super) async fn hold(
        &self,
        directory: &Directory,
        caller: &Caller,
        moved: &Session,
        entry: &Entry,
    ) -> Result<Option<Session>, DeskError> {
        self.may_take(directory, caller.id).await?;
        let limit = directory.limit_of(caller.id);
        match self.store.hold(moved, u64::from(limit), entry).await? {
            Held::Done(session) => Ok(Some(*session)),
            Held::Moved => Ok(None),
            Held::AtLimit(load) => Err(at_limit(load, limit)),
        }
    }

    /// The live half hears who holds the session now.
    pub(super) async fn tell_owner(&self, session: Session) -> Result<Session, DeskError> {
        if let Some(live) = self.live() {
            live.owner_changed(session.id, session.version, phase(&session)?.owner()).await;
        }
        Ok(session)
    }

    /// A move that nobody asked for by version: the end user's, the connection's, the clock's. Nothing happens when
    /// the rule says no; `None` then.
    pub(super) async fn move_on(
        &self,
        id: SessionId,
        by: Actor,
        kind: HistoryKind,
        rule: impl Fn(&Session, Phase) -> Result<Phase, Refusal>,
    ) -> Result<Option<Session>, DeskError> {
        for _ in 0..RETRIES {
            let session = self.load(id).await?;
            let now_at = phase(&session)?;
            let next = match rule(&session, now_at) {
                Ok(next) if next != now_at => next,
                Ok(_) | Err(_) => return Ok(None),
            };
            let now = self.ambient.now();
            let moved = self.directory().moved(session, next, None, now);
            if let Some(changed) = self.store.change(&moved, None, &Entry { at: now, kind, by }).await? {
                self.changed().await;
                return Ok(Some(changed));
            }
        }
        Err(ErrorCode::Unavailable.into())
    }

    /// # Errors
    /// `not_found`, also for what the caller may not see.
    pub(super) async fn seen(&self, caller: &Caller, id: SessionId) -> Result<Session, DeskError> {
        let session = self.load(id).await?;
        let sight = self.directory_now().await?.sight_of(caller);
        if sight.includes(&session.placement) { Ok(session) } else { Err(ErrorCode::NotFound.into()) }
    }

    pub(super) async fn load(&self, id: SessionId) -> Result<Session, DeskError> {
        self.store.session(id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound))
    }
}

impl EditSession {
    fn needs(&self) -> impl Iterator<Item = Permission> {
        let edited = self.person.is_some() || self.subject.is_some() || self.company.is_some();
        [
            (edited, Permission::SessionEdit),
            (self.priority.is_some(), Permission::SessionSetPriority),
            (self.category.is_some(), Permission::SessionSetCategory),
            (self.channel.is_some(), Permission::SessionMove),
        ]
        .into_iter()
        .filter_map(|(changes, permission)| changes.then_some(permission))
    }
}

/// Where the rules send a session for which nobody named a channel. The technician opens it, so it stays where they may.
fn routed(directory: &Directory, caller: &Caller, invited: &PersonInvited) -> Result<Placement, DeskError> {
    let home = directory.home(caller)?;
    let request = Request {
        category: invited.category,
        text: invited.subject.clone().unwrap_or_default(),
        priority: directory.priority_of(invited.category),
        ..Request::default()
    };
    let Some(route) = directory.checked.plan.route(home, &Facts::new(&request)) else {
        return Ok(Placement::in_channel(home));
    };
    let there = Where::Channel(route.channel);
    if !directory.allows(caller, Permission::SessionOpen, there) {
        return Ok(Placement { priority: request.priority, ..Placement::in_channel(home) });
    }
    Ok(Placement {
        priority: route.priority,
        narrow: route.narrow,
        needs: route.skills,
        ..Placement::in_channel(route.channel)
    })
}

pub(super) fn at_limit(load: u64, limit: u32) -> DeskError {
    let text = format!("you hold {load} sessions already and may hold {limit}");
    DeskError::Explained(ErrorCode::CannotTake, text)
}

/// Gives a category and its priority; or takes the category away and leaves the priority.
fn categorise(
    directory: &Directory,
    placement: &mut Placement,
    category: Option<CategoryId>,
) -> Result<(), DeskError> {
    placement.category = category;
    let Some(category) = category else { return Ok(()) };
    let found = directory.setup().categories.get(&category);
    let no = || DeskError::Explained(ErrorCode::InvalidRequest, "there is no such category".into());
    placement.priority = found.ok_or_else(no)?.priority;
    Ok(())
}
