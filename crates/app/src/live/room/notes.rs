//! What a room has the records keep while pictures go on: one thing after another, beside the room's loop, so that a
//! database that hangs delays no picture.

use std::{collections::VecDeque, future::Future, pin::Pin};

use ponte_types::{AttachmentId, DeviceFacts, ErrorCode, MessageId, SessionId};
use ponte_wire::msg;

use crate::{
    live::hub::within,
    ports::{ChatMessage, Coming, NewFile, Received, SharedRecords},
};

/// Notes that may wait. More are refused; what is cumulative takes the place of what waits.
const WAITING: usize = 32;

/// Something to be kept of the room's session.
pub(super) enum Note {
    Said {
        id: MessageId,
        text: String,
    },
    Progress(msg::ChatProgress),
    Device(Box<DeviceFacts>),
    FileStarts(Box<NewFile>),
    FilePiece {
        id: AttachmentId,
        from: u64,
        bytes: Vec<u8>,
    },
    FileGivenUp(AttachmentId),
    /// Nothing to be kept: who came and left, to be told.
    Comings,
    /// Nothing to be kept: a piece to be read.
    FileAsked {
        id: AttachmentId,
        from: u64,
    },
}

/// What became of a note that somebody waits for.
pub(super) enum Kept {
    Said(MessageId, Result<ChatMessage, ErrorCode>),
    File(AttachmentId, Result<Received, ErrorCode>),
    Comings(Result<Vec<Coming>, ErrorCode>),
    Piece(AttachmentId, u64, Result<Vec<u8>, ErrorCode>),
    Quietly,
}

#[derive(Default)]
pub(super) struct Notes {
    writing: Option<Pin<Box<dyn Future<Output = Kept> + Send>>>,
    waiting: VecDeque<(SessionId, Note)>,
}

impl Notes {
    /// # Errors
    /// When too many wait.
    pub(super) fn add(
        &mut self,
        records: &SharedRecords,
        session: SessionId,
        note: Note,
    ) -> Result<(), ErrorCode> {
        let cumulative = |kept: &Note| match note {
            Note::Said { .. }
            | Note::FileStarts(_)
            | Note::FilePiece { .. }
            | Note::FileGivenUp(_)
            | Note::FileAsked { .. } => false,
            Note::Comings => matches!(kept, Note::Comings),
            Note::Progress(_) => matches!(kept, Note::Progress(_)),
            Note::Device(_) => matches!(kept, Note::Device(_)),
        };
        if let Some((_, waiting)) =
            self.waiting.iter_mut().find(|(of, kept)| *of == session && cumulative(kept))
        {
            *waiting = note;
            return Ok(());
        }
        if self.waiting.len() == WAITING {
            return Err(ErrorCode::TooManyRequests);
        }
        self.waiting.push_back((session, note));
        self.begin(records);
        Ok(())
    }

    /// The next note that was kept, or was not; never ready while there is none. Nothing is lost when it is dropped.
    pub(super) async fn kept(&mut self, records: &SharedRecords) -> Kept {
        let Some(writing) = &mut self.writing else { return std::future::pending().await };
        let kept = writing.await;
        self.writing = None;
        self.begin(records);
        kept
    }

    pub(super) fn is_empty(&self) -> bool {
        self.writing.is_none()
    }

    fn begin(&mut self, records: &SharedRecords) {
        if self.writing.is_none()
            && let Some((session, note)) = self.waiting.pop_front()
        {
            self.writing = Some(Box::pin(keep(records.clone(), session, note)));
        }
    }
}

async fn keep(records: SharedRecords, session: SessionId, note: Note) -> Kept {
    let (what, result) = match note {
        Note::Said { id, text } => {
            return Kept::Said(id, within(records.said_by_end_user(session, id, &text)).await);
        }
        Note::Comings => return Kept::Comings(within(records.comings(session)).await),
        Note::FileStarts(new) => {
            let id = new.id;
            return Kept::File(id, within(records.begin_file(session, *new)).await);
        }
        Note::FilePiece { id, from, bytes } => {
            return Kept::File(id, within(records.add_piece(session, id, from, &bytes)).await);
        }
        Note::FileAsked { id, from } => {
            return Kept::Piece(id, from, within(records.file_piece(session, id, from)).await);
        }
        Note::FileGivenUp(id) => {
            ("a file that was given up", within(records.give_file_up(session, id)).await)
        }
        Note::Progress(msg::ChatProgress { got, saw }) => {
            ("what the end user has read", within(records.end_user_progress(session, got, saw)).await)
        }
        Note::Device(device) => {
            ("the device's facts", within(records.device_changed(session, &device)).await)
        }
    };
    if let Err(code) = result {
        tracing::warn!(%session, code = code.as_str(), "{what} was not kept");
    }
    Kept::Quietly
}
