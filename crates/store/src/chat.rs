//! The chat of a session: messages in order, and how far each side has got with them.

use async_trait::async_trait;
use ponte_types::{AttachmentId, FileKind, FileName, MessageId, SessionId, UnixMillis};

use crate::{Entry, Owner, StoreError};

/// Who writes, or wrote, a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    EndUser,
    /// When it is read, with the name that the account has now.
    Technician(Owner),
}

/// A message to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Drawn by the author's program.
    pub id: MessageId,
    pub session: SessionId,
    pub at: UnixMillis,
    pub author: Author,
    pub text: String,
}

/// A kept message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    pub id: MessageId,
    /// From 1, without gaps, in the order in which a session's messages were kept.
    pub number: u64,
    pub at: UnixMillis,
    pub author: Author,
    /// Empty when the message is a file, or was removed.
    pub text: String,
    /// The file that the message is.
    pub file: Option<ChatFile>,
    /// When its content was deleted because it was old enough.
    pub removed_at: Option<UnixMillis>,
}

/// A file in the chat. Its message has the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFile {
    pub id: AttachmentId,
    pub name: FileName,
    pub kind: FileKind,
    /// In bytes.
    pub size: u64,
    pub sha256: [u8; 32],
}

/// A technician came to a session, or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    pub at: UnixMillis,
    pub technician: Owner,
    /// Or left.
    pub came: bool,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Kept(ChatMessage),
    /// It had been kept before: its author did not hear so.
    Again(ChatMessage),
    /// The id belongs to a message of somebody else, or of another session; nothing was kept.
    Taken,
}

/// Numbers of messages up to which something is true; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatMarks {
    /// The newest message there is.
    pub newest: u64,
    /// The end user's program has it.
    pub end_user_got: u64,
    /// It was on the end user's screen.
    pub end_user_saw: u64,
    /// A technician has seen it: who holds the session, or wrote in it.
    pub desk_saw: u64,
}

/// How far somebody has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    EndUserGot(u64),
    EndUserSaw(u64),
    DeskSaw(u64),
}

impl ChatMarks {
    /// The marks after somebody got further: none goes back, nor beyond the newest message.
    #[must_use]
    pub fn advanced(self, progress: Progress) -> Self {
        let up_to = |mark: u64, number: u64| mark.max(number.min(self.newest));
        match progress {
            Progress::EndUserGot(n) => Self { end_user_got: up_to(self.end_user_got, n), ..self },
            Progress::EndUserSaw(n) => Self {
                end_user_got: up_to(self.end_user_got, n),
                end_user_saw: up_to(self.end_user_saw, n),
                ..self
            },
            Progress::DeskSaw(n) => Self { desk_saw: up_to(self.desk_saw, n), ..self },
        }
    }
}

/// The chats.
#[async_trait]
pub trait Chats {
    /// Keeps a message as the newest of its session. Who writes has seen what came before.
    async fn say(&self, new: &NewMessage) -> Result<Said, StoreError>;
    /// Messages with a number above `after`, oldest first, at most `limit`.
    async fn messages(
        &self,
        session: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<ChatMessage>, StoreError>;
    /// The message of a session that has this id.
    async fn message(&self, session: SessionId, id: MessageId) -> Result<Option<ChatMessage>, StoreError>;
    /// Who held the session when: it is noted with every change of its owner. Oldest first.
    async fn comings(&self, session: SessionId) -> Result<Vec<Coming>, StoreError>;
    /// Sessions that ended before, and have texts yet. At most `limit`.
    async fn with_old_chat(&self, ended_before: UnixMillis, limit: u64)
    -> Result<Vec<SessionId>, StoreError>;
    /// Deletes the texts of a session that ended before; that something was written, by whom and when, stays. False,
    /// and nothing is written, when there is none, or it goes on.
    async fn remove_chat(
        &self,
        session: SessionId,
        ended_before: UnixMillis,
        entry: &Entry,
    ) -> Result<bool, StoreError>;
    async fn chat_marks(&self, session: SessionId) -> Result<ChatMarks, StoreError>;
    /// The marks move as [`ChatMarks::advanced`] says. `None` when nothing changed.
    async fn mark(&self, session: SessionId, progress: Progress) -> Result<Option<ChatMarks>, StoreError>;
}
