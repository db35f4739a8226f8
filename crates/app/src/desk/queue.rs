//! The queue: making, listing, claiming, releasing and closing sessions.

use ponte_session::record::{Phase, Refusal};
use ponte_store::{
    Actor, Entry, HistoryEntry, HistoryKind, Invite, Owner, Session, SessionFilter, TokenHash,
};
use ponte_types::{EndReason, ErrorCode, InviteId, Outcome, PairingMode, SessionId, SessionState};

use super::{
    Caller, Desk, DeskError,
    phase::{asker, begun, moved, phase, refused},
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
}

/// Which sessions to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct ListSessions {
    /// Empty: all.
    pub states: Vec<SessionState>,
    pub limit: u64,
    /// Only numbers below this.
    pub before: Option<u64>,
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
            ..begun(id, PairingMode::Link, first, None, now)
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
    pub async fn list(&self, _: &Caller, ask: &ListSessions) -> Result<(u64, Vec<Session>), DeskError> {
        // The cursor first: a change in between is then seen twice rather than never.
        let cursor = self.store.newest_cursor().await?;
        let filter = SessionFilter { states: ask.states.clone(), before: ask.before, limit: ask.limit };
        Ok((cursor, self.store.sessions(&filter).await?))
    }

    /// A session and its history.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get(&self, _: &Caller, id: SessionId) -> Result<(Session, Vec<HistoryEntry>), DeskError> {
        let session = self.load(id).await?;
        Ok((session, self.store.history(id).await?))
    }

    /// The caller takes the session. Of many at once one wins; the others are told who.
    ///
    /// # Errors
    /// `already_claimed` with the owner, `wrong_state`, `version_conflict`, `not_found`.
    pub async fn claim(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let owner = Owner { id: caller.id, name: caller.name.clone() };
        let kind = HistoryKind::Claimed;
        let change = Change { id, version, kind, owner: Some(&owner), note: None };
        let claimed = self.change(caller, change, |phase| phase.claim(caller.id)).await?;
        self.tell_owner(claimed).await
    }

    /// The caller gives the session back to the queue.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state`, `version_conflict`, `not_found`.
    pub async fn release(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        let release = |phase: Phase| phase.release(asker(caller), now, wait);
        let change = Change { id, version, kind: HistoryKind::Released, owner: None, note: None };
        self.tell_owner(self.change(caller, change, release).await?).await
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
        let close = |phase: Phase| phase.close(asker(caller), outcome);
        let kind = HistoryKind::ClosedByTechnician;
        let closed = self.change(caller, Change { id, version, kind, owner: None, note }, close).await?;
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
        rule: impl Fn(Phase) -> Result<Phase, Refusal>,
    ) -> Result<Session, DeskError> {
        for _ in 0..RETRIES {
            let session = self.load(change.id).await?;
            let now_at = phase(&session)?;
            let next = rule(now_at).map_err(|e| refused(e, &session))?;
            if next == now_at {
                return Ok(session);
            }
            if session.version != change.version {
                return Err(ErrorCode::VersionConflict.into());
            }
            let now = self.ambient.now();
            let entry = Entry { at: now, kind: change.kind, by: Actor::Technician(caller.id) };
            let mut moved = moved(session, next, change.owner, now);
            moved.note = change.note.clone().or(moved.note);
            // Lost the race: look again, to say who won it.
            if let Some(changed) = self.store.change(&moved, None, &entry).await? {
                self.changed().await;
                return Ok(changed);
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// The live half hears who holds the session now.
    async fn tell_owner(&self, session: Session) -> Result<Session, DeskError> {
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
            let moved = moved(session, next, None, now);
            if let Some(changed) = self.store.change(&moved, None, &Entry { at: now, kind, by }).await? {
                self.changed().await;
                return Ok(Some(changed));
            }
        }
        Err(ErrorCode::Unavailable.into())
    }

    pub(super) async fn load(&self, id: SessionId) -> Result<Session, DeskError> {
        self.store.session(id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound))
    }
}
