//! The queue: making, listing, claiming, releasing and closing sessions.

use ponte_session::record::{Phase, Refusal};
use ponte_store::{
    Actor, Entry, HistoryEntry, HistoryKind, Invite, NewInvite, Person, Session, SessionFilter, TokenHash,
};
use ponte_types::{EndReason, ErrorCode, InviteId, Outcome, SessionId, SessionState};

use super::{
    Caller, Desk, DeskError,
    phase::{asker, moved, phase, refused},
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
        let new = NewInvite {
            id: self.ambient.session_id()?,
            person: invited.person,
            email: invited.email,
            phone: invited.phone,
            company: invited.company,
            subject: invited.subject,
            invite: Invite {
                // Drawn entirely at random: a link's address must not be guessable from its time.
                id: InviteId::from_bytes(self.ambient.bytes()?),
                public: invited.invite_public,
                claim_hash: TokenHash(invited.claim_hash),
                expires_at: now.after(self.config.link_life),
            },
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
        let owner = Person { id: caller.id, name: caller.name.clone() };
        self.change(caller, id, version, HistoryKind::Claimed, Some(&owner), |phase| phase.claim(caller.id))
            .await
    }

    /// The caller gives the session back to the queue.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state`, `version_conflict`, `not_found`.
    pub async fn release(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        let release = |phase: Phase| phase.release(asker(caller), now, wait);
        self.change(caller, id, version, HistoryKind::Released, None, release).await
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
        let session = self.load(id).await?;
        let close = |phase: Phase| phase.close(asker(caller), outcome);
        let next = close(phase(&session)?).map_err(|e| refused(e, &session))?;
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        let now = self.ambient.now();
        let closed = Session { note, ..moved(session, next, None, now) };
        let entry =
            Entry { at: now, kind: HistoryKind::ClosedByTechnician, by: Actor::Technician(caller.id) };
        let closed = self.store.change(&closed, None, &entry).await?.ok_or(ErrorCode::VersionConflict)?;
        self.changed().await;
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

    async fn change(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        kind: HistoryKind,
        owner: Option<&Person>,
        rule: impl Fn(Phase) -> Result<Phase, Refusal>,
    ) -> Result<Session, DeskError> {
        for _ in 0..RETRIES {
            let session = self.load(id).await?;
            let now_at = phase(&session)?;
            let next = rule(now_at).map_err(|e| refused(e, &session))?;
            if next == now_at {
                return Ok(session);
            }
            if session.version != version {
                return Err(ErrorCode::VersionConflict.into());
            }
            let now = self.ambient.now();
            let entry = Entry { at: now, kind, by: Actor::Technician(caller.id) };
            // Lost the race: look again, to say who won it.
            let Some(changed) = self.store.change(&moved(session, next, owner, now), None, &entry).await?
            else {
                continue;
            };
            self.changed().await;
            if let Some(live) = self.live() {
                live.owner_changed(id, next.owner()).await;
            }
            return Ok(changed);
        }
        Err(ErrorCode::VersionConflict.into())
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
