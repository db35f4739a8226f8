//! The audit, as it is read: it is written by the other traits, in the transaction of what it tells of.

use async_trait::async_trait;
use ponte_desk::audit::{Head, Line, Link};

use crate::StoreError;

/// The audit.
#[async_trait]
pub trait Audits {
    /// Lines with an id above `after`, oldest first, each with its link.
    async fn audit_after(&self, after: u64, limit: u64) -> Result<Vec<(Line, Link)>, StoreError>;
    /// Lines with an id below `before`, or the newest, newest first.
    async fn audit_before(&self, before: Option<u64>, limit: u64) -> Result<Vec<Line>, StoreError>;
    /// The newest line's id and link.
    async fn audit_newest(&self) -> Result<Option<(u64, Link)>, StoreError>;
    /// Keeps a signed head.
    async fn keep_head(&self, head: &Head) -> Result<(), StoreError>;
    async fn newest_head(&self) -> Result<Option<Head>, StoreError>;
    /// All of them, by line.
    async fn heads(&self) -> Result<Vec<Head>, StoreError>;
}
