//! The audit, as it is read: it is written by the other traits, in the transaction of what it tells of.

use async_trait::async_trait;
use ponte_desk::audit::{Head, Line, Link};
use ponte_types::{TechnicianId, UnixMillis};

use crate::StoreError;

/// Which lines; what is absent does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only lines with an id below this.
    pub before: Option<u64>,
    /// `technician`, `end_user` or `relay`.
    pub actor: Option<String>,
    pub technician: Option<TechnicianId>,
    pub kind: Option<String>,
    /// What it is about, as a whole.
    pub about: Option<String>,
    /// From this moment on.
    pub from: Option<UnixMillis>,
    /// Before this moment.
    pub until: Option<UnixMillis>,
    pub limit: u64,
}

/// The audit.
#[async_trait]
pub trait Audits {
    /// Lines with an id above `after`, oldest first, each with its link.
    async fn audit_after(&self, after: u64, limit: u64) -> Result<Vec<(Line, Link)>, StoreError>;
    /// Newest first.
    async fn audit_lines(&self, filter: &AuditFilter) -> Result<Vec<Line>, StoreError>;
    /// Each kind that occurs, by name.
    async fn audit_kinds(&self) -> Result<Vec<String>, StoreError>;
    /// The newest line's id and link.
    async fn audit_newest(&self) -> Result<Option<(u64, Link)>, StoreError>;
    /// Keeps a signed head.
    async fn keep_head(&self, head: &Head) -> Result<(), StoreError>;
    async fn newest_head(&self) -> Result<Option<Head>, StoreError>;
    /// All of them, by line.
    async fn heads(&self) -> Result<Vec<Head>, StoreError>;
}
