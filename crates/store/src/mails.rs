//! The queue of mails. A mail is claimed before it is sent, for a while: who claims it and dies leaves it to the next,
//! who sends it with the same id.

use async_trait::async_trait;
use ponte_types::UnixMillis;

use crate::StoreError;

/// A mail that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    pub id: u64,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The same with every try.
    pub message_id: String,
    pub created_at: UnixMillis,
    /// Tries so far.
    pub tries: u64,
}

/// The mails.
#[async_trait]
pub trait Mails {
    /// Those that may be tried now, oldest first.
    async fn due_mails(&self, now: UnixMillis, limit: u64) -> Result<Vec<QueuedMail>, StoreError>;
    /// When the next one may be tried.
    async fn next_mail(&self) -> Result<Option<UnixMillis>, StoreError>;
    /// Counts a try, and keeps others from it until then. False when somebody else was faster.
    async fn claim_mail(&self, mail: &QueuedMail, until: UnixMillis) -> Result<bool, StoreError>;
    /// It is to be tried again at `at`, or never: it was sent, or `failure` says why it never will be.
    async fn mail_tried(
        &self,
        id: u64,
        again: Option<UnixMillis>,
        failure: Option<&str>,
    ) -> Result<(), StoreError>;
}
