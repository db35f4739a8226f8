//! Files of a session, kept beside everything else: one backup holds all, and a file is there whole or not at all.

use async_trait::async_trait;
use ponte_types::{AttachmentId, FileKind, FileName, SessionId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{Author, ChatMessage, Entry, StoreError};

/// What a file was added for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttachmentPurpose)]
pub enum Purpose {
    /// To be given to the other side: it is a message of the chat.
    Chat,
    /// The screen as it was when help was asked for.
    Screenshot,
}

ponte_types::words!(Purpose { Chat = "chat", Screenshot = "screenshot" });

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// Part of it is here, from its beginning.
    Arriving,
    /// All of it is here, and is what was announced.
    Kept,
    /// Its content was deleted because it was old enough; that it was there stays.
    Removed,
}

ponte_types::words!(AttachmentState { Arriving = "arriving", Kept = "kept", Removed = "removed" });

/// A file that begins to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Drawn by who adds it.
    pub id: AttachmentId,
    pub session: SessionId,
    pub at: UnixMillis,
    pub by: Author,
    pub purpose: Purpose,
    pub name: FileName,
    pub kind: FileKind,
    /// In bytes; at least 1.
    pub size: u64,
    pub sha256: [u8; 32],
}

/// A file of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: AttachmentId,
    pub session: SessionId,
    /// When it began to arrive.
    pub at: UnixMillis,
    pub by: Author,
    pub purpose: Purpose,
    pub name: FileName,
    pub kind: FileKind,
    pub size: u64,
    pub sha256: [u8; 32],
    /// Bytes of it that are here.
    pub received: u64,
    pub state: AttachmentState,
}

/// What became of a file that somebody wants to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// As far as it has come: it may have begun, or be kept, before.
    Ready(Attachment),
    /// The id belongs to another file, session or author; nothing was changed.
    Taken,
    /// With it the session would hold more than it may; nothing was changed.
    Full,
}

/// What all files of a session may come to, those that arrive included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub files: u64,
    pub bytes: u64,
}

/// The files.
#[async_trait]
pub trait Attachments {
    /// A file begins to arrive, or comes again to who did not hear how far it had come.
    async fn begin_attachment(&self, new: &NewAttachment, room: Room) -> Result<Begun, StoreError>;
    /// Keeps the next bytes if the file arrives and has come to `from` exactly; what would go beyond its size is not
    /// kept. How far it is now; `None` when it does not arrive.
    async fn add_chunk(&self, id: AttachmentId, from: u64, bytes: &[u8]) -> Result<Option<u64>, StoreError>;
    /// All of it is here: it is kept, and one for the chat becomes its newest message. `None` when it does not arrive,
    /// or not all of it is here.
    async fn keep_attachment(
        &self,
        id: AttachmentId,
        at: UnixMillis,
    ) -> Result<Option<(Attachment, Option<ChatMessage>)>, StoreError>;
    /// Forgets a file that arrives; false when there is none.
    async fn drop_attachment(&self, id: AttachmentId) -> Result<bool, StoreError>;
    /// Forgets files that began to arrive before, and never did.
    async fn drop_stale_attachments(&self, begun_before: UnixMillis) -> Result<(), StoreError>;
    async fn attachment(
        &self,
        session: SessionId,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, StoreError>;
    /// Those that are kept or removed, in the order in which they began.
    async fn attachments(&self, session: SessionId) -> Result<Vec<Attachment>, StoreError>;
    /// Sessions that ended before, and have files yet. At most `limit`.
    async fn with_old_files(
        &self,
        ended_before: UnixMillis,
        limit: u64,
    ) -> Result<Vec<SessionId>, StoreError>;
    /// Deletes the content of the files of a session that ended before; their names stay. False, and nothing is
    /// written, when there is none, or it goes on.
    async fn remove_files(
        &self,
        session: SessionId,
        ended_before: UnixMillis,
        entry: &Entry,
    ) -> Result<bool, StoreError>;
    /// Bytes of a file from an offset on, as many as lie together; empty at its end, and where there is nothing.
    async fn chunk(&self, id: AttachmentId, from: u64) -> Result<Vec<u8>, StoreError>;
}
