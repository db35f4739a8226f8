//! A kept session ⇄ the phase that the rules work on.

use ponte_session::record::{Asker, Phase, Program, Refusal};
use ponte_store::{Owner, Session};
use ponte_types::{ErrorCode, PairingMode, Role, SessionDetail, SessionId, SessionState, UnixMillis};

use super::{Caller, DeskError};

/// # Errors
/// When the kept values contradict each other.
pub(super) fn phase(session: &Session) -> Result<Phase, DeskError> {
    let program = match session.detail {
        Some(SessionDetail::Ready | SessionDetail::Connected) => Program::Here,
        Some(SessionDetail::Invited | SessionDetail::Reconnecting) | None => Program::Away,
    };
    Ok(match (session.state, session.owner.as_ref()) {
        (SessionState::Waiting, _) => Phase::Waiting {
            since: session.waiting_since.unwrap_or(session.created_at),
            program,
            expires_at: session.expires_at,
        },
        (SessionState::Active, Some(owner)) => Phase::Active { owner: owner.id, program },
        (SessionState::Active, None) => {
            return Err(DeskError::Failed(format!("session {} is active and has no owner", session.number)));
        }
        (SessionState::Closed, _) => Phase::Closed { outcome: session.outcome },
        (SessionState::Expired, _) => Phase::Expired,
    })
}

/// A session that begins, in its first phase.
pub(super) fn begun(
    id: SessionId,
    mode: PairingMode,
    first: Phase,
    owner: Option<&Owner>,
    now: UnixMillis,
) -> Session {
    let blank = Session { owner: owner.cloned(), ..Session::new(id, mode, first.state(), now) };
    moved(blank, first, owner, now)
}

/// The session as it is to be kept in its next phase. A closed session keeps its last owner: who did it.
pub(super) fn moved(session: Session, next: Phase, new_owner: Option<&Owner>, now: UnixMillis) -> Session {
    let mut moved = Session { state: next.state(), detail: next.detail(), changed_at: now, ..session };
    moved.waiting_since = None;
    moved.expires_at = None;
    match next {
        Phase::Waiting { since, expires_at, .. } => {
            moved.owner = None;
            moved.waiting_since = Some(since);
            moved.expires_at = expires_at;
        }
        Phase::Active { owner, .. } => {
            if let Some(new) = new_owner.filter(|new| new.id == owner) {
                moved.owner = Some(new.clone());
            }
            moved.started_at = moved.started_at.or(Some(now));
        }
        Phase::Closed { outcome } => {
            moved.outcome = outcome;
            moved.closed_at = Some(now);
        }
        Phase::Expired => moved.closed_at = Some(now),
    }
    moved
}

pub(super) fn asker(caller: &Caller) -> Asker {
    Asker { technician: caller.id, over_others: caller.role == Role::Owner }
}

/// A refusal in the words of the interface.
pub(super) fn refused(refusal: Refusal, session: &Session) -> DeskError {
    match (refusal, &session.owner) {
        (Refusal::Held { .. }, Some(owner)) => DeskError::AlreadyClaimed { owner: owner.clone() },
        (Refusal::Held { .. }, None) => ErrorCode::AlreadyClaimed.into(),
        (refusal, _) => DeskError::Explained(ErrorCode::WrongState, refusal.to_string()),
    }
}
