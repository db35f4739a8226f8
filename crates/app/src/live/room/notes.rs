//! What a room has the records keep while pictures go on: one thing after another, beside the room's loop, so that a
//! database that hangs delays no picture.

use std::{collections::VecDeque, future::Future, pin::Pin};

use ponte_types::{DeviceFacts, ErrorCode, MessageId, SessionId};
use ponte_wire::msg;

use crate::{
    live::hub::within,
    ports::{ChatMessage, SharedRecords},
};

/// Notes that may wait. More are refused; what is cumulative takes the place of what waits.
const WAITING: usize = 32;

/// Something to be kept of the room's session.
pub(super) enum Note {
    Said { id: MessageId, text: String },
    Progress(msg::ChatProgress),
    Device(Box<DeviceFacts>),
}

/// What became of a note that somebody waits for.
pub(super) enum Kept {
    Said(MessageId, Result<ChatMessage, ErrorCode>),
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
            Note::Said { .. } => false,
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
