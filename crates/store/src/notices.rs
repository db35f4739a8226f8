//! What technicians are told: the feed of what happened, what was made of it, and how far that got.
//!
//! The feed is the history, the outbox and the chats. What is told of it, the mails and deliveries that follow, and how far it
//! was read are written in one transaction: a restart in between neither loses nor repeats anything.

use async_trait::async_trait;
use ponte_desk::notify::{Event, Told, Way};
use ponte_types::{SessionId, TechnicianId, UnixMillis};

use crate::{HistoryKind, NewDelivery, Session, StoreError};

/// How far the feed was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedCursor {
    pub history: u64,
    pub outbox: u64,
}

/// A line of some session's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedLine {
    pub id: u64,
    pub at: UnixMillis,
    pub session: SessionId,
    pub kind: HistoryKind,
    pub by: Option<TechnicianId>,
}

/// A session of which something may have to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub session: Session,
    pub told: Told,
    /// Of its messages, up to which number was told.
    pub told_message: u64,
    /// Messages of the end user after that one.
    pub messages: u64,
}

/// A part of the feed; empty when there is nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    pub from: FeedCursor,
    /// After this part.
    pub to: FeedCursor,
    pub lines: Vec<FeedLine>,
    /// Those of the lines, too.
    pub touched: Vec<Touched>,
}

/// What one technician is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    pub technician: TechnicianId,
    pub at: UnixMillis,
    pub event: Event,
    pub session: SessionId,
    pub by: Option<TechnicianId>,
    pub ways: Vec<Way>,
}

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    pub technician: TechnicianId,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// What makes it one and the same mail when it is sent twice, without angle brackets.
    pub message_id: String,
    pub at: UnixMillis,
}

/// What is made of a part of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Telling {
    pub from: FeedCursor,
    pub to: FeedCursor,
    /// What is told of each session from now on, and up to which message.
    pub told: Vec<(SessionId, Told, u64)>,
    pub notices: Vec<NewNotice>,
    pub mails: Vec<NewMail>,
    pub deliveries: Vec<NewDelivery>,
}

/// What somebody was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Grows.
    pub id: u64,
    pub at: UnixMillis,
    pub event: Event,
    pub session: Session,
    pub by: Option<TechnicianId>,
    pub ways: Vec<Way>,
    pub seen: bool,
}

/// What a technician chose, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPreferences {
    pub technician: TechnicianId,
    /// 0: nothing was chosen.
    pub version: u64,
    /// JSON, or empty.
    pub body: String,
    /// Of their console, as a tag such as `pt-BR`.
    pub language: Option<String>,
}

/// Which of somebody's notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenUp {
    /// Up to this one.
    To(u64),
    /// About this session.
    Session(SessionId),
}

/// What technicians are told.
#[async_trait]
pub trait Notices {
    /// The next part of the feed, of at most `limit` lines and as many changes.
    async fn feed(&self, limit: u64) -> Result<Feed, StoreError>;
    /// Writes what was made of a part. False when another program did so first; nothing was written.
    async fn tell(&self, telling: &Telling) -> Result<bool, StoreError>;
    /// Of a technician, after `after`, newest first.
    async fn notices(
        &self,
        technician: TechnicianId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<Notice>, StoreError>;
    /// True when any of them was not seen before.
    async fn notices_seen(&self, technician: TechnicianId, seen: SeenUp) -> Result<bool, StoreError>;
    /// Forgets notices from before.
    async fn forget_notices(&self, before: UnixMillis) -> Result<(), StoreError>;
    /// Of all who chose something, or whose language is known.
    async fn preferences(&self) -> Result<Vec<KeptPreferences>, StoreError>;
    async fn preferences_of(&self, technician: TechnicianId) -> Result<KeptPreferences, StoreError>;
    /// Keeps `body` if `version` is the one that is kept; its new version, or `None`.
    async fn choose_preferences(
        &self,
        technician: TechnicianId,
        version: u64,
        body: &str,
    ) -> Result<Option<u64>, StoreError>;
    async fn choose_language(&self, technician: TechnicianId, language: &str) -> Result<(), StoreError>;
}
