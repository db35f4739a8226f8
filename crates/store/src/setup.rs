//! What managers set up: a document for each thing, all of them under one revision.
//!
//! Documents refer to each other, so they are checked together: a change says of which revision of all it was made, and
//! is refused when there is a newer one.

use async_trait::async_trait;
use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, ReplyId, RoleId, TechnicianId};

use crate::{AuditEntry, StoreError};

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentId {
    /// What holds for the whole desk: there is one.
    Desk,
    Channel(ChannelId),
    Group(GroupId),
    /// Beside the account.
    Technician(TechnicianId),
    Role(RoleId),
    Company(CompanyId),
    Category(CategoryId),
    Reply(ReplyId),
}

/// As it stands in the audit: what it is, with its id; the desk has none.
impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Desk => f.write_str("desk"),
            Self::Channel(id) => write!(f, "channel {id}"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Technician(id) => write!(f, "technician {id}"),
            Self::Role(id) => write!(f, "role {id}"),
            Self::Company(id) => write!(f, "company {id}"),
            Self::Category(id) => write!(f, "category {id}"),
            Self::Reply(id) => write!(f, "reply {id}"),
        }
    }
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    /// From 1; grows by one with every change.
    pub version: u64,
    /// JSON; its shape is the use cases' matter.
    pub body: String,
    /// It was taken away; sessions may still name it.
    pub removed: bool,
}

/// One thing to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentChange {
    /// Makes it or replaces it.
    Put { id: DocumentId, body: String },
    /// Marks it as removed. A channel in which sessions wait or are worked stays.
    Remove { id: DocumentId },
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupChange {
    /// The revision after it.
    Done(u64),
    /// Somebody was faster; nothing was written.
    Moved,
    /// This many sessions of the channel are unfinished; nothing was written.
    Occupied(u64),
}

/// The documents.
#[async_trait]
pub trait Setups {
    /// The revision and all documents, removed ones too.
    async fn setup(&self) -> Result<(u64, Vec<Document>), StoreError>;
    /// The revision alone: 0 before anything was set up.
    async fn setup_revision(&self) -> Result<u64, StoreError>;
    /// Writes all or nothing, if the revision still is `revision`.
    async fn change_setup(
        &self,
        revision: u64,
        changes: &[DocumentChange],
        audit: &AuditEntry,
    ) -> Result<SetupChange, StoreError>;
}
