//! Changes of an account that exists, and its sign-ins.

use async_trait::async_trait;
use ponte_types::{TechnicianId, UnixMillis};

use crate::{AuditEntry, FamilyId, StoreError, Technician, TechnicianSecret};

/// What became of an account that was to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAdded {
    Done,
    /// Somebody has this e-mail address already; nothing was written.
    EmailTaken,
    /// What is set up is another one by now; nothing was written.
    Moved,
}

/// What became of a change of name and e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    Done,
    /// The account is not what the caller saw; nothing was written.
    Moved,
    /// Another account has the address; nothing was written.
    EmailTaken,
}

/// Somewhere a technician is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSignIn {
    pub family: FamilyId,
    pub since: Option<UnixMillis>,
    /// When its tokens were exchanged last.
    pub heard_at: Option<UnixMillis>,
    /// As [`ponte_types::Network`] writes it.
    pub network: Option<String>,
    /// What the program said it is.
    pub agent: Option<String>,
}

/// Accounts, changed.
#[async_trait]
pub trait AccountEdits {
    async fn account(&self, id: TechnicianId) -> Result<Option<TechnicianSecret>, StoreError>;
    /// Writes name and e-mail address if the account still is as `seen`.
    async fn change_account(
        &self,
        seen: &Technician,
        changed: &Technician,
        audit: &AuditEntry,
    ) -> Result<AccountChange, StoreError>;
    /// Gives an account another password, and ends all of its sign-ins but `keep`; those that ended.
    async fn set_password(
        &self,
        id: TechnicianId,
        password_hash: &str,
        keep: Option<FamilyId>,
        audit: &AuditEntry,
    ) -> Result<Vec<FamilyId>, StoreError>;
    /// Where somebody is signed in and could come back, the newest first.
    async fn sign_ins(&self, id: TechnicianId, now: UnixMillis) -> Result<Vec<OpenSignIn>, StoreError>;
    /// Ends one sign-in of this technician. False when it is not theirs, or over already.
    async fn end_sign_in(
        &self,
        id: TechnicianId,
        family: FamilyId,
        audit: &AuditEntry,
    ) -> Result<bool, StoreError>;
}
