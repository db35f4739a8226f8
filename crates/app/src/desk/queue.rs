//! The queue: making, listing, claiming, releasing and changing sessions.

use std::time::Duration;

use ponte_desk::{
    Priority,
    expiry::LinkHours,
    permission::Permission,
    routing::{Facts, Request},
};
use ponte_session::record::{Phase, Program, Refusal};
use ponte_store::{
    Actor, Entry, HistoryEntry, HistoryKind, Invite, Owned, Owner, Placement, Session, SessionFilter,
    SessionOrder, TokenHash,
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, ErrorCode, InviteId, PairingMode, RequestId, SessionId, SessionState,
    UnixMillis,
};

use super::{
    Caller, Desk, DeskError, Directory,
    directory::{companies, opened_in, place},
    moves::Change,
    phase::{phase, refused},
};

/// Lines of a session's history that are read at once, the newest.
const HISTORY: u64 = 1_000;

/// What a technician's program drew for somebody's link, but for its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLink {
    /// The public part of the link's secret.
    pub public: [u8; 32],
    /// SHA-256 of the claim.
    pub claim_hash: [u8; 32],
}

/// A technician opens a session for somebody who gets a link.
#[derive(Debug, Clone)]
pub struct PersonInvited {
    /// Drawn by whoever asks: the same again opens no second session.
    pub request: Option<RequestId>,
    /// Absent only where the channel's sessions are worked in person.
    pub link: Option<NewLink>,
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
    /// Only those that are not over: also those that are done and wait to be confirmed.
    pub unfinished: bool,
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
    /// Its session was closed.
    Closed,
    Gone,
}

/// What the page behind a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteInfo {
    pub person: Option<String>,
    pub subject: Option<String>,
    pub state: InviteState,
    /// Of a closed session: until when it can be reopened.
    pub reopen_until: Option<UnixMillis>,
}

impl Desk {
    /// Makes a session that waits for its link to be started; in a channel that is worked in person, one that waits to be
    /// taken.
    ///
    /// # Errors
    /// `forbidden`; `invalid_request` for what is not there, and for no link where one is needed.
    pub async fn create_session(
        &self,
        caller: &Caller,
        invited: PersonInvited,
    ) -> Result<Session, DeskError> {
        if let Some(request) = invited.request
            && let Some(opened) = self.store.session_by_request(request).await?
        {
            // Whatever has become of the channel since: it has taken this one in.
            return self.opened_before(caller, opened).await;
        }
        let directory = self.directory_now().await?;
        let mut placement = match invited.channel {
            Some(channel) => Placement::in_channel(channel),
            None => routed(&directory, caller, &invited)?,
        };
        let channel = placement.channel;
        directory.may(caller, Permission::SessionOpen, opened_in(channel))?;
        if directory.channel(channel).is_none() {
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, "there is no such channel".into()));
        }
        let admission = self.admission(&directory, channel).await?;
        let entered = directory.let_in(admission)?;
        if entered != channel {
            placement.channel = entered;
            // Whom it was meant for works in the channel that did not let it in.
            placement.narrow = None;
        }
        let by_rule = placement.priority;
        categorise(&directory, &mut placement, invited.category)?;
        if invited.channel.is_none() {
            // The rules know the category's priority, and may have said otherwise.
            placement.priority = by_rule;
        }
        placement.priority = invited.priority.unwrap_or(placement.priority);
        let (id, now) = (self.ambient.session_id()?, self.ambient.now());
        let in_person = directory.in_person(entered);
        let link_life = self.link_life(&directory, entered);
        let first = if in_person { Phase::in_person(now) } else { Phase::invited(now, link_life) };
        if invited.link.is_none() && !in_person {
            let text = "this channel helps over the screen: the person needs a link";
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, text.into()));
        }
        let invite = invited.link.map(|link| self.link(link, link_life)).transpose()?;
        let new = Session {
            person: Some(invited.person),
            email: invited.email,
            phone: invited.phone,
            company: invited.company,
            subject: invited.subject,
            invite,
            request: invited.request,
            ..directory.begun(id, PairingMode::Link, first, placement, None, now)
        };
        let kind = if in_person { HistoryKind::Opened } else { HistoryKind::Invited };
        let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
        let session = self.store.add_invited(&new, &entry).await?;
        if session.id != id {
            return self.opened_before(caller, session).await;
        }
        self.changed().await;
        Ok(session)
    }

    /// The asking opened this one already, and whoever asked did not hear so.
    async fn opened_before(&self, caller: &Caller, session: Session) -> Result<Session, DeskError> {
        let by = self.store.made(session.id, 1).await?.and_then(|(_, by)| by);
        if by == Some(caller.id) {
            // It may have gone on since, to where they see it no more.
            let seen = self.directory_now().await?.sight_of(caller).includes(&session.placement);
            return if seen { Ok(session) } else { Err(ErrorCode::NotFound.into()) };
        }
        let taken = "'request' opened another session already; draw a new one";
        Err(DeskError::Explained(ErrorCode::InvalidRequest, taken.into()))
    }

    /// How long the links of a channel's sessions are good.
    pub(super) fn link_life(&self, directory: &Directory, channel: ChannelId) -> Duration {
        let own = directory.channel(channel).and_then(|channel| channel.link_life);
        own.map_or(self.config.link_life, LinkHours::time)
    }

    /// A link that is good from now on.
    pub(super) fn link(&self, new: NewLink, life: Duration) -> Result<Invite, DeskError> {
        Ok(Invite {
            // Drawn entirely at random: a link's address must not be guessable from its time.
            id: InviteId::from_bytes(self.ambient.bytes()?),
            public: new.public,
            claim_hash: TokenHash(new.claim_hash),
            expires_at: self.ambient.now().after(life),
        })
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
            unfinished: ask.unfinished,
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

    /// A session and its history, as far as that is read at once.
    ///
    /// # Errors
    /// `not_found`, also for what the caller may not see.
    pub async fn get(
        &self,
        caller: &Caller,
        id: SessionId,
    ) -> Result<(Session, Vec<HistoryEntry>), DeskError> {
        let session = self.seen(caller, id).await?;
        Ok((session, self.store.history(id, HISTORY).await?))
    }

    /// The caller takes the session. Of many at once one wins; the others are told who.
    ///
    /// # Errors
    /// `already_claimed` with the owner, `cannot_take`, `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn claim(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let owner = Owner { id: caller.id, name: caller.name.clone() };
        let needs = (Permission::SessionTake, Permission::SessionTake);
        let change = Change { owner: Some(&owner), ..Change::new(id, version, needs, HistoryKind::Claimed) };
        let claimed = self.change(caller, change, |_, _, phase| phase.claim(caller.id)).await?;
        self.tell_live(claimed).await
    }

    /// The caller gives the session back to the queue.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn release(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        let needs = (Permission::SessionRelease, Permission::SessionReleaseOthers);
        let change = Change::new(id, version, needs, HistoryKind::Released);
        let released = self.change(caller, change, |_, asker, phase| phase.release(asker, now, wait)).await?;
        self.tell_live(released).await
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
        if session.is_over() {
            return Err(refused(Refusal::Over, &session));
        }
        if let Some(owner) = session.owner.as_ref().filter(|owner| owner.id != caller.id)
            && session.state == SessionState::Active
            && !directory.allows(caller, Permission::SessionTakeOver, place(&session))
        {
            return Err(DeskError::AlreadyClaimed { owner: owner.clone() });
        }
        let (now, mut moved) = (self.ambient.now(), session.clone());
        if let Some(channel) = edit.channel.filter(|channel| *channel != session.placement.channel) {
            if directory.channel(channel).is_none() {
                return Err(DeskError::Explained(
                    ErrorCode::InvalidRequest,
                    "there is no such channel".into(),
                ));
            }
            moved = directory.in_channel(moved, channel, now)?;
        }
        let mut placement = moved.placement.clone();
        if let Some(category) = edit.category {
            categorise(&directory, &mut placement, category)?;
        }
        if let Some(company) = edit.company {
            let there = company.is_none_or(|company| directory.setup().companies.contains_key(&company));
            // Nobody puts a session where they do not see it; what they do not see is not there for them.
            let seen = company == placement.company || directory.sight_of(caller).companies.include(company);
            if !there || !seen {
                let text = match company {
                    Some(_) => "there is no such company",
                    None => "you do not see sessions without a company",
                };
                return Err(DeskError::Explained(ErrorCode::InvalidRequest, text.into()));
            }
            placement.company = company;
        }
        // By its name it is listed, sorted and found.
        let named = placement.company.filter(|company| session.placement.company != Some(*company));
        let named = named.and_then(|id| directory.setup().companies.get(&id)).map(|it| it.name.to_string());
        placement.priority = edit.priority.unwrap_or(placement.priority);
        let changed = Session {
            person: edit.person.clone().or_else(|| session.person.clone()),
            subject: edit.subject.clone().or_else(|| session.subject.clone()),
            company: named.or_else(|| session.company.clone()),
            placement,
            ..moved
        };
        let changed = directory.in_its_place(changed);
        if changed == session {
            return Ok(session);
        }
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        // Nobody is left with what they may not hold, or see, where it stands now.
        let bounded = directory.without_strangers(&changed, now, self.config.return_life)?;
        let changed = bounded.map_or(changed, |(bounded, _)| bounded);
        let kind = if changed.placement.channel == session.placement.channel {
            HistoryKind::Edited
        } else {
            HistoryKind::MovedToChannel
        };
        let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
        let kept = self.store.change(&Session { changed_at: now, ..changed }, None, &entry).await?;
        let kept = kept.ok_or(DeskError::Refused(ErrorCode::VersionConflict))?;
        self.changed().await;
        self.tell_live(kept).await
    }

    /// What anybody who has the link's address may know; consumes nothing.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn invite(&self, id: InviteId) -> Result<InviteInfo, DeskError> {
        let gone = InviteInfo { person: None, subject: None, state: InviteState::Gone, reopen_until: None };
        let Some(session) = self.store.session_by_invite(id).await? else { return Ok(gone) };
        let state = match phase(&session)? {
            Phase::Waiting { expires_at: Some(at), .. } if at <= self.ambient.now() => return Ok(gone),
            Phase::Waiting { program: Program::Away, .. } if self.link_is_good(&session) => InviteState::Open,
            Phase::Active { program: Program::Away, .. } if self.link_is_good(&session) => InviteState::Open,
            Phase::Waiting { .. } | Phase::Active { .. } | Phase::Done { .. } => InviteState::Started,
            Phase::Closed { .. } if session.reopen_until.is_some_and(|until| until > self.ambient.now()) => {
                InviteState::Closed
            }
            Phase::Closed { .. } => return Ok(gone),
            Phase::Expired => return Ok(gone),
        };
        let (person, subject, reopen_until) = (session.person, session.subject, session.reopen_until);
        Ok(InviteInfo { person, subject, state, reopen_until })
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
    let home = directory.home(caller, &[Permission::SessionOpen])?;
    let request = Request {
        category: invited.category,
        text: invited.subject.clone().unwrap_or_default(),
        priority: directory.priority_of(invited.category),
        ..Request::default()
    };
    let Some(route) = directory.checked.plan.route(home, &Facts::new(&request)) else {
        return Ok(Placement::in_channel(home));
    };
    if !directory.allows(caller, Permission::SessionOpen, opened_in(route.channel)) {
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
