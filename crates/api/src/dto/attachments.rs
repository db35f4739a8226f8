//! Files of a session.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ponte_app::desk::{self, AttachmentState, Purpose};
use ponte_types::{AttachmentId, FileKind, FileName, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChatMessage, Owner};
use crate::problem::Problem;

/// A file of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attachment {
    pub id: AttachmentId,
    /// When it began to arrive.
    pub at: UnixMillis,
    /// The technician who added it; absent: the end user did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technician: Option<Owner>,
    pub purpose: Purpose,
    pub name: FileName,
    pub kind: FileKind,
    /// In bytes.
    pub size: u64,
    /// Bytes of it that are here: the next piece begins there.
    pub received: u64,
    pub state: AttachmentState,
}

/// Files of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attachments {
    pub attachments: Vec<Attachment>,
}

/// A file that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginAttachment {
    /// Drawn by who sends it; the same id again is the same file.
    pub id: AttachmentId,
    /// A safe name is made of it.
    #[schema(value_type = String)]
    pub name: FileName,
    /// In bytes, at least 1.
    pub size: u64,
    /// Base64url, 32 bytes.
    pub sha256: String,
}

impl BeginAttachment {
    pub(crate) fn read(self) -> Result<desk::NewFile, Problem> {
        let hash = BASE64_URL_SAFE_NO_PAD.decode(&self.sha256).ok();
        let hash = hash.and_then(|hash| <[u8; 32]>::try_from(hash).ok());
        Ok(desk::NewFile {
            id: self.id,
            purpose: Purpose::Chat,
            name: self.name,
            size: self.size,
            sha256: hash.ok_or_else(|| Problem::invalid("'sha256' is 32 bytes in base64url"))?,
        })
    }
}

/// How far a file has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentProgress {
    pub attachment: Attachment,
    /// Its message, when this was its last piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<ChatMessage>,
}

/// A file in the chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatFile {
    pub id: AttachmentId,
    pub name: FileName,
    pub kind: FileKind,
    /// In bytes.
    pub size: u64,
}

impl From<desk::Attachment> for Attachment {
    fn from(it: desk::Attachment) -> Self {
        let technician = match it.by {
            desk::Author::EndUser => None,
            desk::Author::Technician(person) => Some(Owner { id: person.id, name: person.name }),
        };
        Self {
            id: it.id,
            at: it.at,
            technician,
            purpose: it.purpose,
            name: it.name,
            kind: it.kind,
            size: it.size,
            received: it.received,
            state: it.state,
        }
    }
}

impl From<desk::FileProgress> for AttachmentProgress {
    fn from(it: desk::FileProgress) -> Self {
        Self { attachment: it.file.into(), message: it.message.map(ChatMessage::from) }
    }
}

impl From<desk::ChatFile> for ChatFile {
    fn from(it: desk::ChatFile) -> Self {
        Self { id: it.id, name: it.name, kind: it.kind, size: it.size }
    }
}
