//! What happens to a session between its taking and its end, and after it: on hold, confirmed or not, reopened (Q1, Q12).

use ponte_desk::permission::Permission;
use ponte_session::record::{Phase, Refusal};
use ponte_store::{Actor, Entry, Held, HistoryKind, Owner, Session};
use ponte_types::{EndReason, ErrorCode, PairingMode, SessionId, SessionState, TechnicianId, UnixMillis};

use super::{
    Caller, Desk, DeskError, Directory, NewLink,
    directory::place,
    moves::{Change, RETRIES},
    phase::{phase, refused},
};

/// The longest that a session can be put on hold at once: what takes longer is looked at again.
const LONGEST_HOLD_DAYS: u64 = 366;

/// Why and how long a session is to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOnHold {
    /// That was seen.
    pub version: u64,
    /// Goes on by itself then; absent: by hand.
    pub until: Option<UnixMillis>,
    pub why: String,
}

/// Who wants a session back.
enum Wants<'a> {
    Technician { caller: &'a Caller, version: u64 },
    EndUser,
}

impl Desk {
    /// The owner waits for something.
    ///
    /// # Errors
    /// `invalid_request` for a time that is past or too far ahead; `already_claimed` when somebody else holds it,
    /// `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn put_on_hold(
        &self,
        caller: &Caller,
        id: SessionId,
        ask: PutOnHold,
    ) -> Result<Session, DeskError> {
        let now = self.ambient.now();
        let PutOnHold { version, until, why } = ask;
        let longest = now.after(std::time::Duration::from_secs(LONGEST_HOLD_DAYS * 24 * 3600));
        let with = |session: &mut Session| {
            if let Some(hold) = &mut session.hold {
                hold.until = until;
                hold.why.clone_from(&why);
            }
        };
        let needs = (Permission::SessionTake, Permission::SessionReleaseOthers);
        let change = Change { with: &with, ..Change::new(id, version, needs, HistoryKind::PutOnHold) };
        let (session, again) = self.again(caller, &change).await?;
        if again {
            return Ok(session);
        }
        if until.is_some_and(|until| until <= now || until > longest) {
            let text = "'until' must lie ahead, and at most a year";
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, text.into()));
        }
        let held = self.change(caller, change, |_, asker, phase| phase.hold(asker, now, until)).await?;
        self.tell_live(held).await
    }

    /// The owner goes on. Of a session that is not on hold nothing changes.
    ///
    /// # Errors
    /// As [`Desk::put_on_hold`].
    pub async fn resume(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let needs = (Permission::SessionTake, Permission::SessionReleaseOthers);
        let change = Change::new(id, version, needs, HistoryKind::Resumed);
        let resumed = self.change(caller, change, |_, asker, phase| phase.resume(asker)).await?;
        self.tell_live(resumed).await
    }

    /// A manager says, for the end user, that it is solved.
    ///
    /// # Errors
    /// `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn confirm(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let needs = (Permission::SessionCloseOthers, Permission::SessionCloseOthers);
        let change = Change::new(id, version, needs, HistoryKind::Confirmed);
        let confirmed = self.change(caller, change, |_, _, phase| phase.confirm()).await?;
        self.tell_end(confirmed, EndReason::Solved).await
    }

    /// A technician says that it is not solved after all. It goes back to who did it, or to the queue.
    ///
    /// # Errors
    /// `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn reject(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let wants = Wants::Technician { caller, version };
        self.bring_back(id, &wants, HistoryKind::Rejected, Phase::reject).await
    }

    /// A closed session goes on, with its number: with its owner, when they are on shift and can hold another one, or in
    /// the queue with its age.
    ///
    /// # Errors
    /// `wrong_state` for one that is not closed, or no longer to be reopened; `version_conflict`, `forbidden`,
    /// `not_found`.
    pub async fn reopen(&self, caller: &Caller, id: SessionId, version: u64) -> Result<Session, DeskError> {
        let wants = Wants::Technician { caller, version };
        self.bring_back(id, &wants, HistoryKind::Reopened, Phase::reopen).await
    }

    /// The end user was asked whether it is solved.
    pub(super) async fn judged(&self, id: SessionId, solved: bool) -> Result<(), DeskError> {
        if solved {
            let confirm = |_: &Session, phase: Phase| phase.confirm();
            let confirmed = self.move_on(id, Actor::EndUser, HistoryKind::Confirmed, confirm).await?;
            if let Some(session) = confirmed {
                self.tell_end(session, EndReason::Solved).await?;
            }
            return Ok(());
        }
        match self.bring_back(id, &Wants::EndUser, HistoryKind::Rejected, Phase::reject).await {
            // Somebody was faster, or it has confirmed itself: nobody asks any more.
            Err(error) if error.code() == ErrorCode::WrongState => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// The person gets another link to their session; an earlier one opens nothing any more.
    ///
    /// # Errors
    /// `already_claimed` when somebody else holds it, `wrong_state` when it is over, or when the program is connected;
    /// `version_conflict`, `forbidden`, `not_found`.
    pub async fn renew_link(
        &self,
        caller: &Caller,
        id: SessionId,
        version: u64,
        link: NewLink,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        let session = self.seen(caller, id).await?;
        directory.may_with(caller, Permission::SessionOpen, &session)?;
        let known = session.invite.as_ref();
        if known.is_some_and(|known| (known.public, known.claim_hash.0) == (link.public, link.claim_hash)) {
            return Ok(session);
        }
        let no = |text: &str| Err(DeskError::Explained(ErrorCode::WrongState, text.to_owned()));
        if session.is_over() || session.state == SessionState::Closed {
            return no("the session is over; reopen it first");
        }
        if session.program == ponte_types::Program::Here {
            return no("the person's program is connected: they need no other link");
        }
        if let Some(owner) = session.owner.clone().filter(|owner| owner.id != caller.id) {
            return Err(DeskError::AlreadyClaimed { owner });
        }
        if session.version != version {
            return Err(ErrorCode::VersionConflict.into());
        }
        let life = self.link_life(&directory, session.placement.channel);
        let (now, invite) = (self.ambient.now(), self.link(link, life)?);
        let mut renewed = session;
        renewed.expires_at = renewed.expires_at.map(|at| at.max(invite.expires_at));
        renewed.invite = Some(invite);
        // However it began: from now on the link's secret is what both ends share.
        renewed.mode = PairingMode::Link;
        renewed.changed_at = now;
        let entry = Entry { at: now, kind: HistoryKind::LinkRenewed, by: Actor::Technician(caller.id) };
        let kept = self.store.relink(&renewed, &entry).await?;
        let kept = kept.ok_or(DeskError::Refused(ErrorCode::VersionConflict))?;
        self.changed().await;
        Ok(kept)
    }

    async fn bring_back(
        &self,
        id: SessionId,
        wants: &Wants<'_>,
        kind: HistoryKind,
        rule: impl Fn(Phase, Option<TechnicianId>, UnixMillis) -> Result<Phase, Refusal>,
    ) -> Result<Session, DeskError> {
        let directory = self.directory_now().await?;
        let mut to_queue = false;
        for _ in 0..RETRIES {
            let session = match wants {
                Wants::Technician { caller, version } => {
                    let needs = (Permission::SessionReopen, Permission::SessionReopen);
                    let (session, again) =
                        self.again(caller, &Change::new(id, *version, needs, kind)).await?;
                    if again {
                        return Ok(session);
                    }
                    session
                }
                Wants::EndUser => self.load(id).await?,
            };
            let (now, at) = (self.ambient.now(), phase(&session)?);
            let owner = if to_queue { None } else { self.comes_back_to(&directory, &session).await? };
            let next =
                rule(at, owner.as_ref().map(|owner| owner.id), now).map_err(|e| refused(e, &session))?;
            if let Wants::Technician { version, .. } = wants
                && session.version != *version
            {
                return Err(ErrorCode::VersionConflict.into());
            }
            if kind == HistoryKind::Reopened && session.reopen_until.is_none_or(|until| until <= now) {
                let text = "the time in which this session could be reopened is over; open a new one";
                return Err(DeskError::Explained(ErrorCode::WrongState, text.into()));
            }
            let by = match wants {
                Wants::Technician { caller, .. } => Actor::Technician(caller.id),
                Wants::EndUser => Actor::EndUser,
            };
            let entry = Entry { at: now, kind, by };
            let moved = directory.moved(session, next, None, now);
            let moved = in_a_channel(&directory, moved, now)?;
            let kept = match &owner {
                None => self.store.change(&moved, None, &entry).await?,
                Some(owner) => {
                    let limit = u64::from(directory.limit_of(owner.id));
                    match self.store.hold(&moved, limit, &entry).await? {
                        Held::Done(session) => Some(*session),
                        Held::Moved => None,
                        Held::AtLimit(_) => {
                            to_queue = true;
                            None
                        }
                    }
                }
            };
            if let Some(back) = kept {
                self.changed().await;
                return self.tell_live(back).await;
            }
        }
        Err(ErrorCode::VersionConflict.into())
    }

    /// The session as it is, and whether this very asking was answered before.
    async fn again(&self, caller: &Caller, change: &Change<'_>) -> Result<(Session, bool), DeskError> {
        let session = self.seen(caller, change.id).await?;
        self.directory_now().await?.may_with(caller, change.needs.0, &session)?;
        let again = self.asked_before(caller, change, &session).await?;
        Ok((session, again))
    }

    /// Who gets a session back that was theirs: when they are on shift, can hold another one, and may still take it.
    async fn comes_back_to(
        &self,
        directory: &Directory,
        session: &Session,
    ) -> Result<Option<Owner>, DeskError> {
        let Some(owner) = &session.owner else { return Ok(None) };
        let may = directory.checked.allows(owner.id, Permission::SessionTake, place(session));
        Ok((may && self.is_at_work(directory, owner.id).await?).then(|| owner.clone()))
    }
}

/// Its channel may have been removed since: what comes back goes where everything goes that has no other.
fn in_a_channel(directory: &Directory, session: Session, now: UnixMillis) -> Result<Session, DeskError> {
    match directory.channel(session.placement.channel) {
        Some(_) => Ok(session),
        None => directory.in_channel(session, directory.setup().desk.default_channel, now),
    }
}
