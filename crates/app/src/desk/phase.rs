//! A kept session ⇄ the phase that the rules work on.

use ponte_session::record::{Phase, Program, Refusal};
use ponte_store::Session;
use ponte_types::{ErrorCode, SessionDetail, SessionState};

use super::DeskError;

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

/// A refusal in the words of the interface.
pub(super) fn refused(refusal: Refusal, session: &Session) -> DeskError {
    match (refusal, &session.owner) {
        (Refusal::Held { .. }, Some(owner)) => DeskError::AlreadyClaimed { owner: owner.clone() },
        (Refusal::Held { .. }, None) => ErrorCode::AlreadyClaimed.into(),
        (refusal, _) => DeskError::Explained(ErrorCode::WrongState, refusal.to_string()),
    }
}
