//! The work log of a session (Q10).

use ponte_desk::permission::Permission;
use ponte_store::{Action, ActionKind, Logged, Owner};
use ponte_types::{ActionId, ErrorCode, MessageText, SessionId, SessionState};

use super::{Caller, Desk, DeskError};

/// The longest time that one entry may speak of: a day.
const MOST_MINUTES: u32 = 24 * 60;

/// What a technician writes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    pub id: ActionId,
    pub kind: ActionKind,
    pub minutes: u32,
    pub changed_infrastructure: bool,
    pub text: MessageText,
}

impl Desk {
    /// Writes an entry of the work log. Also of a session that is over: work is often written down afterwards.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid_request`; `wrong_state` for a session that expired.
    pub async fn log_action(
        &self,
        caller: &Caller,
        session: SessionId,
        new: NewAction,
    ) -> Result<Vec<Action>, DeskError> {
        let invalid = |text: String| DeskError::Explained(ErrorCode::InvalidRequest, text);
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::SessionLog, &found)?;
        if new.minutes > MOST_MINUTES {
            return Err(invalid(format!(
                "'minutes' may be at most {MOST_MINUTES}: write each day by itself"
            )));
        }
        if found.state == SessionState::Expired {
            let text = "the session expired before anybody took it: there is no work to log".to_owned();
            return Err(DeskError::Explained(ErrorCode::WrongState, text));
        }
        let action = Action {
            id: new.id,
            session,
            at: self.ambient.now(),
            by: Owner { id: caller.id, name: caller.name.clone() },
            kind: new.kind,
            minutes: new.minutes,
            changed_infrastructure: new.changed_infrastructure,
            text: new.text.into_string(),
        };
        match self.store.log_action(&action).await? {
            Logged::Kept => self.changed().await,
            Logged::Again => {}
            Logged::Taken => return Err(invalid("'id' belongs to another entry; draw a new one".into())),
        }
        Ok(self.store.actions(session).await?)
    }

    /// The work log, oldest first.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn actions(&self, caller: &Caller, session: SessionId) -> Result<Vec<Action>, DeskError> {
        self.seen(caller, session).await?;
        Ok(self.store.actions(session).await?)
    }
}
