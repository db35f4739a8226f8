//! Channels' links, and the requests that come by them (SOS Call).

use async_trait::async_trait;
use ponte_desk::{Priority, routing::Narrow};
use ponte_types::{CallId, ChannelId, ConnectionId, LinkId, SessionId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{AuditEntry, Entry, NewConnection, Session, StoreError};

/// A link bound to a channel: whoever has it may ask that channel for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLink {
    pub id: LinkId,
    pub channel: ChannelId,
    /// From 1; grows by one with every change that a person makes.
    pub version: u64,
    /// What managers call it: where it is printed, or whom it was given to.
    pub name: String,
    /// Answers as if it were not there.
    pub paused: bool,
    pub made_at: UnixMillis,
    /// Requests that came by it.
    pub used: u64,
    pub last_used_at: Option<UnixMillis>,
}

/// How a session came by a channel's link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The request that it is.
    pub id: CallId,
    pub link: LinkId,
    /// As it was called then.
    pub link_name: String,
    /// The channel of the link.
    pub entry: ChannelId,
    pub department: Option<String>,
    /// The names of the rules that brought it where it went, in the order in which they were asked.
    pub rules: Vec<String>,
}

/// What became of a request by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    Done(Box<Session>),
    /// It had been kept before: its program did not hear so. Nothing was written.
    Again(Box<Session>),
    /// The link is paused or not there; nothing was written.
    Gone,
}

/// One who waits, with their program here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InQueue {
    pub session: SessionId,
    pub channel: ChannelId,
    pub connection: Option<ConnectionId>,
    pub priority: Priority,
    /// Whom of the channel it is meant for; anybody without.
    pub narrow: Option<Narrow>,
    /// Came by a channel's link: the program shows its place.
    pub called: bool,
}

/// Channels' links.
#[async_trait]
pub trait Links {
    /// Of a channel, the oldest first.
    async fn links(&self, channel: ChannelId) -> Result<Vec<CallLink>, StoreError>;
    async fn link(&self, id: LinkId) -> Result<Option<CallLink>, StoreError>;
    /// False when the channel has `at_most` links already; nothing was written then.
    async fn add_link(&self, new: &CallLink, at_most: u64, audit: &AuditEntry) -> Result<bool, StoreError>;
    /// Name and pause, if the kept version still is `changed.version`; counts it up. `None`: somebody was faster, or it
    /// is not there.
    async fn change_link(
        &self,
        changed: &CallLink,
        audit: &AuditEntry,
    ) -> Result<Option<CallLink>, StoreError>;
    /// False when it is not there with this version.
    async fn delete_link(&self, id: LinkId, version: u64, audit: &AuditEntry) -> Result<bool, StoreError>;
    /// The session of a request that was kept before.
    async fn called(&self, id: CallId) -> Result<Option<Session>, StoreError>;
    /// Keeps a new session with its `call`, gives it the next number, counts the link's use, and has the connection serve
    /// it. The same [`Call::id`] again is the same request.
    async fn add_called(
        &self,
        new: &Session,
        bind: &NewConnection,
        entry: &Entry,
    ) -> Result<Called, StoreError>;
    /// All who wait with their program here and whom nobody holds: in the queue's order, channel by channel.
    async fn queue(&self) -> Result<Vec<InQueue>, StoreError>;
}
