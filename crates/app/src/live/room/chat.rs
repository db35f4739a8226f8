//! The chat, on its way between the records and the SOS program.

use std::time::Duration;

use ponte_types::{ErrorCode, MessageId};
use ponte_wire::msg::{self, to_sos};
use tokio::time::Instant;

use super::{
    Room,
    notes::{Kept, Note},
};
use crate::{
    live::hub::within,
    ports::{Author, ChatMessage, Coming},
};

/// Messages that an end user may write within [`PACE`]: more than a person types, few enough to fill no disk.
const MAX_SAID: u32 = 30;
/// Marks that the program may report within [`PACE`].
const MAX_PROGRESS: u32 = 120;
const PACE: Duration = Duration::from_secs(60);
/// Messages sent at once: even the longest fit into one message of the protocol.
const AT_ONCE: usize = 10;
/// Who came and left: so many of the last are told.
const COMINGS: usize = 50;

/// How much a program has written lately.
#[derive(Default)]
pub(super) struct Pace {
    since: Option<Instant>,
    said: u32,
    progress: u32,
    starts: u32,
}

impl Pace {
    fn begin(&mut self) {
        let now = Instant::now();
        if self.since.is_none_or(|since| now.duration_since(since) > PACE) {
            *self = Self { since: Some(now), said: 0, progress: 0, starts: 0 };
        }
    }
    fn may_say(&mut self) -> bool {
        self.begin();
        self.said += 1;
        self.said <= MAX_SAID
    }
    pub(super) fn may_start(&mut self) -> bool {
        self.begin();
        self.starts += 1;
        self.starts <= MAX_SAID
    }
    fn may_progress(&mut self) -> bool {
        self.begin();
        self.progress += 1;
        self.progress <= MAX_PROGRESS
    }
}

impl Room {
    pub(super) fn end_user_says(&mut self, say: &msg::ChatSay) {
        if let Err(code) = self.note_said(say) {
            self.refuse_said(say.id.clone(), code);
        }
    }

    fn note_said(&mut self, say: &msg::ChatSay) -> Result<(), ErrorCode> {
        let id = MessageId::try_from(&say.id[..]).map_err(|_| ErrorCode::InvalidRequest)?;
        if !self.sos.as_mut().is_some_and(|sos| sos.said.may_say()) {
            return Err(ErrorCode::TooManyRequests);
        }
        self.note(Note::Said { id, text: say.text.clone() })
    }

    pub(super) fn end_user_progress(&mut self, progress: msg::ChatProgress) {
        // Marks are cumulative: one that is left out is made up for by the next.
        if self.sos.as_mut().is_some_and(|sos| sos.said.may_progress()) {
            let _ = self.note(Note::Progress(progress));
        }
    }

    /// Has the records keep something of the session, in its turn.
    pub(super) fn note(&mut self, note: Note) -> Result<(), ErrorCode> {
        let session = self.session.as_ref().map(|s| s.id).ok_or(ErrorCode::WrongState)?;
        self.notes.add(&self.hub.shared.records, session, note)
    }

    pub(super) fn kept(&mut self, kept: Kept) {
        match kept {
            Kept::Said(_, Ok(message)) => self.tell_chat(&[message], 0),
            Kept::Said(id, Err(code)) => self.refuse_said(id.as_bytes().to_vec(), code),
            Kept::File(id, result) => self.file_kept(id, result),
            Kept::Piece(id, from, result) => self.piece_read(id, from, result),
            Kept::Comings(Ok(comings)) => self.send_comings(&comings),
            // The next one who comes or leaves tells of all.
            Kept::Comings(Err(code)) => tracing::warn!(code = code.as_str(), "who is there cannot be read"),
            Kept::Quietly => {}
        }
    }

    /// The room closes: what it was given to keep is kept, as far as the records still answer.
    pub(super) async fn finish_notes(&mut self) {
        let records = self.hub.shared.records.clone();
        let all = async {
            while !self.notes.is_empty() {
                let kept = self.notes.kept(&records).await;
                self.kept(kept);
            }
            Ok(())
        };
        if within(all).await.is_err() {
            // What was said and not answered is said again by the program when it comes back.
            tracing::warn!("a room closed before all that it noted was kept");
        }
    }

    fn refuse_said(&mut self, id: Vec<u8>, code: ErrorCode) {
        let refused = msg::ChatRefused { id, code: code.as_str().to_owned() };
        self.send_sos(to_sos::Body::ChatRefused(refused));
    }

    /// Somebody came or left: the program is told, in its turn.
    pub(super) fn tell_comings(&mut self) {
        if self.sos.is_some() && self.session.is_some() && self.note(Note::Comings).is_err() {
            tracing::warn!("too much waits to tell who is there");
        }
    }

    fn send_comings(&mut self, comings: &[Coming]) {
        let skipped = comings.len().saturating_sub(COMINGS);
        let comings = comings[skipped..].iter().map(|it| msg::Coming {
            at: it.at.0,
            technician: it.technician.name.clone(),
            came: it.came,
        });
        let comings: Vec<_> = comings.collect();
        if !comings.is_empty() {
            self.send_sos(to_sos::Body::Chat(msg::Chat { comings, ..msg::Chat::default() }));
        }
    }

    /// All that was said, for a program that has just come to its session.
    pub(super) async fn tell_whole_chat(&mut self) {
        let Some(session) = self.session.as_ref().map(|s| s.id) else { return };
        match within(self.hub.shared.records.chat(session)).await {
            Ok((messages, marks)) => {
                self.tell_chat(&messages, marks.desk_saw);
                self.tell_comings();
            }
            Err(code) => {
                // Better to come back than to be without what the technician wrote.
                tracing::warn!(%session, code = code.as_str(), "the chat cannot be read");
                self.hang_up(code).await;
            }
        }
    }

    pub(super) fn tell_chat(&mut self, messages: &[ChatMessage], desk_saw: u64) {
        if messages.is_empty() && desk_saw > 0 {
            self.send_sos(to_sos::Body::Chat(msg::Chat { desk_saw, ..msg::Chat::default() }));
        }
        for some in messages.chunks(AT_ONCE) {
            let messages = some.iter().map(message).collect();
            self.send_sos(to_sos::Body::Chat(msg::Chat { messages, desk_saw, comings: Vec::new() }));
        }
    }
}

fn message(message: &ChatMessage) -> msg::ChatMessage {
    msg::ChatMessage {
        id: message.id.as_bytes().to_vec(),
        number: message.number,
        at: message.at.0,
        technician: match &message.author {
            Author::EndUser => String::new(),
            Author::Technician(person) => person.name.clone(),
        },
        text: message.text.clone(),
        file: message.file.as_ref().map(|file| msg::ChatFile {
            name: file.name.to_string(),
            size: file.size,
            sha256: file.sha256.to_vec(),
        }),
        removed: message.removed_at.is_some(),
    }
}
