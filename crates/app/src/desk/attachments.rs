//! Files of a session: what both sides give each other in the chat, and the screenshot of a request.
//!
//! A file is announced with its size and hash, comes in pieces in their order, and is kept once all of it is here and is
//! what was announced. Whoever sends it draws its id: after a break they announce it again, hear how far it had come, and
//! go on from there.

use ponte_desk::{
    files::{FileRefused, FileRules, MOST_FILES},
    permission::Permission,
    team::Right,
};
use ponte_store::{
    Attachment, AttachmentState, Author, Begun, ChatMessage, NewAttachment, Owner, Purpose, Room, Session,
};
use ponte_types::{AttachmentId, ErrorCode, FileKind, FileName, SessionId, SessionState};
use sha2::{Digest as _, Sha256};

use super::{Caller, Desk, DeskError, lock};

/// What is announced of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub id: AttachmentId,
    pub purpose: Purpose,
    pub name: FileName,
    /// In bytes.
    pub size: u64,
    pub sha256: [u8; 32],
}

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProgress {
    pub file: Attachment,
    /// Its message, when this was its last piece.
    pub message: Option<ChatMessage>,
}

impl Desk {
    /// A technician begins to send a file, or asks how far it had come. While somebody holds the session, only they do.
    ///
    /// # Errors
    /// `file_kind_refused`, `file_too_large`, `files_full`, `invalid_request`; `already_claimed`, `wrong_state`,
    /// `forbidden`, `not_found`.
    pub async fn begin_file(
        &self,
        caller: &Caller,
        session: SessionId,
        new: NewFile,
    ) -> Result<FileProgress, DeskError> {
        let (found, by) = self.may_add(caller, session).await?;
        let file = self.begin(&found, by, new).await?;
        Ok(FileProgress { file, message: None })
    }

    /// The next piece of a technician's file; the last one makes it a message.
    ///
    /// # Errors
    /// `file_kind_refused` and `file_damaged`, which end the file; otherwise as [`Desk::begin_file`].
    pub async fn add_piece(
        &self,
        caller: &Caller,
        session: SessionId,
        id: AttachmentId,
        from: u64,
        bytes: &[u8],
    ) -> Result<FileProgress, DeskError> {
        let (found, by) = self.may_add(caller, session).await?;
        let progress = self.piece(&found, &by, id, from, bytes).await?;
        if let (Some(message), Some(live)) = (&progress.message, self.live()) {
            live.chatted(session, Some(message.clone()), message.number).await;
        }
        Ok(progress)
    }

    /// A technician gives a file up that has not come whole. Nothing happens when there is none.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `wrong_state` for a file that is kept.
    pub async fn give_file_up(
        &self,
        caller: &Caller,
        session: SessionId,
        id: AttachmentId,
    ) -> Result<(), DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::AttachmentAdd, &found)?;
        self.drop_file(session, &technician(caller), id).await
    }

    /// The files of a session.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn files(&self, caller: &Caller, session: SessionId) -> Result<Vec<Attachment>, DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::AttachmentRead, &found)?;
        Ok(self.store.attachments(session).await?)
    }

    /// A file that is kept, to be read by [`Desk::file_bytes`].
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `wrong_state` when its content was removed, or has not come whole.
    pub async fn file(
        &self,
        caller: &Caller,
        session: SessionId,
        id: AttachmentId,
    ) -> Result<Attachment, DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::AttachmentRead, &found)?;
        self.kept_file(session, id).await
    }

    /// Bytes of a file that [`Desk::file`] gave out, from an offset on; empty at its end.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn file_bytes(&self, file: &Attachment, from: u64) -> Result<Vec<u8>, DeskError> {
        Ok(self.store.chunk(file.id, from).await?)
    }

    async fn may_add(&self, caller: &Caller, session: SessionId) -> Result<(Session, Author), DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::AttachmentAdd, &found)?;
        if let Some(owner) = found.owner.as_ref().filter(|owner| owner.id != caller.id)
            && found.state == SessionState::Active
            && !found.lets(caller.id, Right::Chat)
        {
            return Err(DeskError::AlreadyClaimed { owner: owner.clone() });
        }
        Ok((found, technician(caller)))
    }

    pub(super) async fn begin_file_of_end_user(
        &self,
        session: SessionId,
        new: NewFile,
    ) -> Result<Attachment, DeskError> {
        let session = self.load(session).await?;
        // By session, and together with what they write, so that connecting again gives no more.
        let pace = lock(&self.chat_pace).begin(session.id, self.ambient.now());
        pace.map_err(|_| DeskError::Refused(ErrorCode::TooManyRequests))?;
        self.begin(&session, Author::EndUser, new).await
    }

    pub(super) async fn add_piece_of_end_user(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
        bytes: &[u8],
    ) -> Result<FileProgress, DeskError> {
        let session = self.load(session).await?;
        let file = self.store.attachment(session.id, id).await?;
        let file = file.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        // Each piece is a write of its own: whoever makes them small wears the desk down.
        if bytes.len() < ponte_wire::MAX_PIECE && from.saturating_add(bytes.len() as u64) < file.size {
            let text = format!("a piece has {} bytes, unless the file ends with it", ponte_wire::MAX_PIECE);
            return Err(DeskError::Explained(ErrorCode::InvalidRequest, text));
        }
        self.piece(&session, &Author::EndUser, id, from, bytes).await
    }

    pub(super) async fn drop_file_of_end_user(
        &self,
        session: SessionId,
        id: AttachmentId,
    ) -> Result<(), DeskError> {
        self.drop_file(session, &Author::EndUser, id).await
    }

    /// A piece of a file of the chat, for the end user's program.
    pub(super) async fn piece_for_end_user(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
    ) -> Result<Vec<u8>, DeskError> {
        let file = self.kept_file(session, id).await?;
        if file.purpose != Purpose::Chat {
            return Err(ErrorCode::NotFound.into());
        }
        // Pieces of a size that the program knows, however the file came.
        let mut bytes = self.store.chunk(id, from).await?;
        while !bytes.is_empty() && bytes.len() < ponte_wire::MAX_PIECE {
            let more = self.store.chunk(id, from + bytes.len() as u64).await?;
            if more.is_empty() {
                break;
            }
            bytes.extend_from_slice(&more);
        }
        bytes.truncate(ponte_wire::MAX_PIECE);
        Ok(bytes)
    }

    async fn kept_file(&self, session: SessionId, id: AttachmentId) -> Result<Attachment, DeskError> {
        let file =
            self.store.attachment(session, id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let gone = |text: &str| Err(DeskError::Explained(ErrorCode::WrongState, text.into()));
        match file.state {
            AttachmentState::Kept => Ok(file),
            AttachmentState::Arriving => gone("the file has not come whole yet"),
            AttachmentState::Removed => gone("the file was deleted: it was older than this desk keeps files"),
        }
    }

    async fn begin(&self, session: &Session, by: Author, new: NewFile) -> Result<Attachment, DeskError> {
        if let Some(known) = self.store.attachment(session.id, new.id).await?
            && known.state != AttachmentState::Arriving
            && same(&known.by, &by)
            && known.sha256 == new.sha256
        {
            // Its sender did not hear that it is here, whatever has become of the session since.
            return Ok(known);
        }
        self.writable(session, &by)?;
        let rules = self.directory_now().await?.setup().desk.files.clone();
        let kind = rules.accepts(&new.name, new.size).map_err(refused)?;
        if new.purpose == Purpose::Screenshot && !kind.is_showable() {
            return Err(DeskError::Explained(ErrorCode::FileKindRefused, "a screenshot is a picture".into()));
        }
        let new = NewAttachment {
            id: new.id,
            session: session.id,
            at: self.ambient.now(),
            by,
            purpose: new.purpose,
            name: new.name,
            kind,
            size: new.size,
            sha256: new.sha256,
        };
        let room = Room { files: MOST_FILES, bytes: rules.session.bytes() };
        match self.store.begin_attachment(&new, room).await? {
            Begun::Ready(file) => Ok(file),
            Begun::Taken => {
                let taken = "'id' belongs to another file; draw a new one";
                Err(DeskError::Explained(ErrorCode::InvalidRequest, taken.into()))
            }
            Begun::Full => {
                let most = u32::from(rules.session);
                let text = format!("all files of a session may come to {most} MiB and {MOST_FILES} files");
                Err(DeskError::Explained(ErrorCode::FilesFull, text))
            }
        }
    }

    async fn piece(
        &self,
        session: &Session,
        by: &Author,
        id: AttachmentId,
        from: u64,
        bytes: &[u8],
    ) -> Result<FileProgress, DeskError> {
        let missing = || DeskError::Refused(ErrorCode::NotFound);
        let file = self.store.attachment(session.id, id).await?.ok_or_else(missing)?;
        if !same(&file.by, by) {
            return Err(missing());
        }
        if file.state != AttachmentState::Arriving {
            return Ok(FileProgress { file, message: None });
        }
        self.writable(session, by)?;
        let received = self.store.add_chunk(id, from, bytes).await?.ok_or_else(missing)?;
        let file = Attachment { received, ..file };
        if received < file.size {
            return Ok(FileProgress { file, message: None });
        }
        if let Err(refused) = self.is_as_announced(&file).await? {
            self.store.drop_attachment(id).await?;
            return Err(refused);
        }
        match self.store.keep_attachment(id, self.ambient.now()).await? {
            Some((file, message)) => {
                self.changed().await;
                Ok(FileProgress { file, message })
            }
            // The same last piece came twice at once.
            None => self
                .store
                .attachment(session.id, id)
                .await?
                .map_or_else(|| Err(missing()), |file| Ok(FileProgress { file, message: None })),
        }
    }

    /// Reads the whole file once more: what is kept is what was announced, whatever came in between.
    async fn is_as_announced(&self, file: &Attachment) -> Result<Result<(), DeskError>, DeskError> {
        let (mut hash, mut at, mut head) = (Sha256::new(), 0, Vec::new());
        while at < file.size {
            let bytes = self.store.chunk(file.id, at).await?;
            if bytes.is_empty() {
                break;
            }
            let wanted = FileKind::HEAD.saturating_sub(head.len()).min(bytes.len());
            head.extend_from_slice(&bytes[..wanted]);
            hash.update(&bytes);
            at += bytes.len() as u64;
        }
        let digest: [u8; 32] = hash.finalize().into();
        Ok(if digest == file.sha256 {
            FileRules::content(file.kind, &head).map_err(refused)
        } else {
            Err(DeskError::Refused(ErrorCode::FileDamaged))
        })
    }

    async fn drop_file(&self, session: SessionId, by: &Author, id: AttachmentId) -> Result<(), DeskError> {
        let Some(file) = self.store.attachment(session, id).await?.filter(|file| same(&file.by, by)) else {
            return Ok(());
        };
        if self.store.drop_attachment(file.id).await? {
            return Ok(());
        }
        let text = "the file is part of the session already";
        Err(DeskError::Explained(ErrorCode::WrongState, text.into()))
    }
}

fn technician(caller: &Caller) -> Author {
    Author::Technician(Owner { id: caller.id, name: caller.name.clone() })
}

fn same(one: &Author, other: &Author) -> bool {
    match (one, other) {
        (Author::EndUser, Author::EndUser) => true,
        (Author::Technician(one), Author::Technician(other)) => one.id == other.id,
        _ => false,
    }
}

#[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
fn refused(error: FileRefused) -> DeskError {
    let code = match error {
        FileRefused::Empty => ErrorCode::InvalidRequest,
        FileRefused::TooLarge(_) => ErrorCode::FileTooLarge,
        FileRefused::Kind(_) | FileRefused::Content => ErrorCode::FileKindRefused,
    };
    DeskError::Explained(code, error.to_string())
}
