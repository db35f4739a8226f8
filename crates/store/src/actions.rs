//! The work log: what was done for a session, by whom, for how long.

use async_trait::async_trait;
use ponte_types::{ActionId, SessionId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{Owner, StoreError};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    Work,
    /// Spoke or wrote with the person.
    Contact,
    /// Tried to reach the person, in vain.
    NoAnswer,
    /// Went there, and the person or the equipment was not.
    NotOnSite,
}

ponte_types::words!(ActionKind {
    Work = "work",
    Contact = "contact",
    NoAnswer = "no_answer",
    NotOnSite = "not_on_site",
});

/// An entry of the work log. Never changed, never removed but with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Drawn by the author's program: the same id again is the same entry.
    pub id: ActionId,
    pub session: SessionId,
    pub at: UnixMillis,
    /// When it is read, with the name that the account has now.
    pub by: Owner,
    pub kind: ActionKind,
    /// Time spent.
    pub minutes: u32,
    /// It changed the infrastructure: shown red, and listed in reports.
    pub changed_infrastructure: bool,
    pub text: String,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    Kept,
    /// It had been kept before: its author did not hear so.
    Again,
    /// The id belongs to an entry of another session, or of somebody else; nothing was kept.
    Taken,
}

/// The work logs.
#[async_trait]
pub trait Actions {
    async fn log_action(&self, action: &Action) -> Result<Logged, StoreError>;
    /// Of a session, oldest first.
    async fn actions(&self, session: SessionId) -> Result<Vec<Action>, StoreError>;
}
