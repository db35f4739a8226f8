//! A kept session ⇄ the phase that the rules work on.

use ponte_session::record::{Hold, Phase, Refusal};
use ponte_store::Session;
use ponte_types::{ErrorCode, SessionDetail, SessionState, UnixMillis};

use super::DeskError;
use crate::ports::Course;

/// # Errors
/// When the kept values contradict each other.
pub(super) fn phase(session: &Session) -> Result<Phase, DeskError> {
    let (reach, program) = (session.reach, session.program);
    let owner = session.owner.as_ref().map(|owner| owner.id);
    let broken = |what: &str| Err(DeskError::Failed(format!("session {} {what}", session.number)));
    Ok(match (session.state, session.detail, owner) {
        (SessionState::Waiting, ..) => Phase::Waiting {
            since: session.waiting_since.unwrap_or(session.created_at),
            reach,
            program,
            expires_at: session.expires_at,
        },
        (SessionState::Active, _, Some(owner)) => {
            let hold = session.hold.as_ref().map(|hold| Hold { since: hold.since, until: hold.until });
            Phase::Active { owner, reach, program, hold }
        }
        (SessionState::Active, _, None) => return broken("is active and has no owner"),
        (SessionState::Closed, Some(SessionDetail::AwaitingConfirmation), owner) => {
            let Some(outcome) = session.outcome else { return broken("is done and has no outcome") };
            let confirms_at = session.confirms_at.unwrap_or(UnixMillis(i64::MAX));
            Phase::Done { owner, reach, program, outcome, confirms_at }
        }
        (SessionState::Closed, _, owner) => Phase::Closed { owner, reach, outcome: session.outcome },
        (SessionState::Expired, ..) => Phase::Expired,
    })
}

/// How far it has come, as its end user is told.
pub(super) fn course(session: &Session) -> Course {
    match (session.state, session.detail) {
        (SessionState::Waiting | SessionState::Active, Some(SessionDetail::OnHold)) => {
            Course::OnHold { until: session.hold.as_ref().and_then(|hold| hold.until) }
        }
        (SessionState::Waiting | SessionState::Active, _)
            if session.reach == ponte_types::Reach::InPerson =>
        {
            Course::InPerson
        }
        (SessionState::Waiting | SessionState::Active, _) => Course::Going,
        (SessionState::Closed, Some(_)) => Course::Done { confirms_at: session.confirms_at },
        (SessionState::Closed | SessionState::Expired, _) => {
            Course::Closed { reopen_until: session.reopen_until }
        }
    }
}

/// A refusal in the words of the interface.
pub(super) fn refused(refusal: Refusal, session: &Session) -> DeskError {
    match (refusal, &session.owner) {
        (Refusal::Held { .. }, Some(owner)) => DeskError::AlreadyClaimed { owner: owner.clone() },
        (Refusal::Held { .. }, None) => ErrorCode::AlreadyClaimed.into(),
        (refusal, _) => DeskError::Explained(ErrorCode::WrongState, refusal.to_string()),
    }
}
