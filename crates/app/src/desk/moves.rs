//! How every move of a session is made: look, ask the rule, write what was looked at, or look again.

use ponte_desk::permission::Permission;
use ponte_session::record::{Asker, Phase, Refusal};
use ponte_store::{Actor, Entry, Held, HistoryKind, Owner, PieceOutcome, Session};
use ponte_types::{ErrorCode, SessionId};

use super::{
    Caller, Desk, DeskError, Directory,
    directory::place,
    phase::{phase, refused},
};

/// How often a change is tried again when somebody else changed the same in between.
pub(super) const RETRIES: usize = 16;

/// What a technician asks to be changed.
pub(super) struct Change<'a> {
    pub(super) id: SessionId,
    /// That they saw.
    pub(super) version: u64,
    /// What they need for it, on what they hold or nobody does, and on what others hold.
    pub(super) needs: (Permission, Permission),
    pub(super) kind: HistoryKind,
    /// Who holds it then, if the change gives it to somebody.
    pub(super) owner: Option<&'a Owner>,
    /// What is written into it beside the move.
    pub(super) with: &'a (dyn Fn(&mut Session) + Send + Sync),
    /// What becomes of its equipment.
    pub(super) pieces: &'a [PieceOutcome],
}

impl Change<'_> {
    pub(super) fn new(
        id: SessionId,
        version: u64,
        needs: (Permission, Permission),
        kind: HistoryKind,
    ) -> Self {
        Self { id, version, needs, kind, owner: None, with: &|_| {}, pieces: &[] }
    }
}

impl Desk {
    /// A move that the caller asked for, on the version that they saw. Asked once more, because its answer was lost, it is
    /// answered once more.
    pub(super) async fn change(
        &self,
        caller: &Caller,
        change: Change<'_>,
        rule: impl Fn(&Session, Asker, Phase) -> Result<Phase, Refusal>,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        for _ in 0..RETRIES {
            let session = self.seen_by(&directory, caller, change.id).await?;
            let (own, others) = change.needs;
            directory.may_with(caller, own, &session)?;
            if self.asked_before(caller, &change, &session).await? {
                return Ok(session);
            }
            let over_others = others != own && directory.allows(caller, others, place(&session));
            let asker = Asker { technician: caller.id, over_others };
            let now_at = phase(&session)?;
            let next = rule(&session, asker, now_at).map_err(|e| refused(e, &session))?;
            if next == now_at && said_already(&change, &session) {
                return Ok(session);
            }
            if session.version != change.version {
                return Err(ErrorCode::VersionConflict.into());
            }
            let now = self.ambient.now();
            let entry = Entry { at: now, kind: change.kind, by: Actor::Technician(caller.id) };
            let mut moved = directory.moved(session, next, change.owner, now);
            (change.with)(&mut moved);
            let kept = match (change.owner, change.pieces) {
                (Some(_), _) => self.hold(&directory, caller, &moved, &entry).await?,
                (None, []) => self.store.change(&moved, None, &entry).await?,
                (None, pieces) => self.store.close(&moved, pieces, &entry).await?,
            };
            // Lost the race: look again, to say who won it.
            if let Some(changed) = kept {
                self.changed().await;
                return Ok(changed);
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// Did this very asking make the version after the one that was seen? What it wrote is as they ask for it, unless
    /// more has happened since.
    pub(super) async fn asked_before(
        &self,
        caller: &Caller,
        change: &Change<'_>,
        session: &Session,
    ) -> Result<bool, DeskError> {
        let made = change.version.saturating_add(1);
        if session.version < made {
            return Ok(false);
        }
        if self.store.made(session.id, made).await? != Some((change.kind, Some(caller.id))) {
            return Ok(false);
        }
        Ok(session.version > made || said_already(change, session))
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
            Held::AtLimit(load) => Err(super::queue::at_limit(load, limit)),
        }
    }

    /// The live half hears who holds the session now, and how far it has come. Whoever is cut off before that has told the
    /// outbox: `follow.rs`.
    pub(super) async fn tell_live(&self, session: Session) -> Result<Session, DeskError> {
        if let Some(live) = self.live() {
            self.tell_state(&*live, &session).await;
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
        self.move_as(id, by, |session, phase| Ok((rule(session, phase)?, kind))).await
    }

    /// As [`Desk::move_on`]; what happened depends on what came of it.
    pub(super) async fn move_as(
        &self,
        id: SessionId,
        by: Actor,
        rule: impl Fn(&Session, Phase) -> Result<(Phase, HistoryKind), Refusal>,
    ) -> Result<Option<Session>, DeskError> {
        for _ in 0..RETRIES {
            let session = self.load(id).await?;
            let now_at = phase(&session)?;
            let (next, kind) = match rule(&session, now_at) {
                Ok((next, kind)) if next != now_at => (next, kind),
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
        let directory = self.directory_now().await?;
        self.seen_by(&directory, caller, id).await
    }

    async fn seen_by(
        &self,
        directory: &Directory,
        caller: &Caller,
        id: SessionId,
    ) -> Result<Session, DeskError> {
        let session = self.load(id).await?;
        let sight = directory.sight_of(caller);
        if sight.includes(&session.placement) { Ok(session) } else { Err(ErrorCode::NotFound.into()) }
    }

    pub(super) async fn load(&self, id: SessionId) -> Result<Session, DeskError> {
        self.store.session(id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound))
    }
}

/// Does the session hold already what the change writes into it?
fn said_already(change: &Change<'_>, session: &Session) -> bool {
    let mut asked = session.clone();
    (change.with)(&mut asked);
    asked == *session
}
