//! Files of the chat, on their way between the records and the SOS program. Each piece is kept before it is answered,
//! so that the program's window is what holds it back.

use ponte_types::{AttachmentId, ErrorCode, FileName};
use ponte_wire::msg::{self, attachment_ask::Ask, to_sos};

use super::{Room, notes::Note};
use crate::ports::{NewFile, Purpose, Received};

impl Room {
    pub(super) fn file_starts(&mut self, start: msg::AttachmentStart) {
        if let Err(code) = self.note_start(&start) {
            self.refuse_file(start.id, code);
        }
    }

    fn note_start(&mut self, start: &msg::AttachmentStart) -> Result<(), ErrorCode> {
        let id = id(&start.id)?;
        let purpose = match start.purpose() {
            msg::AttachmentPurpose::AttachmentChat => Purpose::Chat,
            msg::AttachmentPurpose::AttachmentScreenshot => Purpose::Screenshot,
            msg::AttachmentPurpose::Unspecified => return Err(ErrorCode::InvalidRequest),
        };
        let sha256 = <[u8; 32]>::try_from(&start.sha256[..]).map_err(|_| ErrorCode::InvalidRequest)?;
        if !self.sos.as_mut().is_some_and(|sos| sos.said.may_start()) {
            return Err(ErrorCode::TooManyRequests);
        }
        let new = NewFile { id, purpose, name: FileName::safe(&start.name), size: start.size, sha256 };
        self.note(Note::FileStarts(Box::new(new)))
    }

    pub(super) fn file_piece(&mut self, piece: msg::AttachmentPiece) {
        let msg::AttachmentPiece { id: raw, from, bytes } = piece;
        let noted = match id(&raw) {
            Ok(_) if bytes.len() > ponte_wire::MAX_PIECE => Err(ErrorCode::TooLarge),
            Ok(id) => self.note(Note::FilePiece { id, from, bytes }),
            Err(code) => Err(code),
        };
        if let Err(code) = noted {
            self.refuse_file(raw, code);
        }
    }

    pub(super) fn file_asked(&mut self, asked: msg::AttachmentAsk) {
        let noted = match (id(&asked.id), asked.ask) {
            (Ok(id), Some(Ask::From(from))) => self.note(Note::FileAsked { id, from }),
            (Ok(id), Some(Ask::GiveUp(_))) => self.note(Note::FileGivenUp(id)),
            (Ok(_), None) => Err(ErrorCode::InvalidRequest),
            (Err(code), _) => Err(code),
        };
        if let Err(code) = noted {
            self.refuse_file(asked.id, code);
        }
    }

    pub(super) fn file_kept(&mut self, id: AttachmentId, result: Result<Received, ErrorCode>) {
        match result {
            Ok(Received { received, kept, message }) => {
                let id = id.as_bytes().to_vec();
                let progress = msg::AttachmentProgress { id, received, kept };
                self.send_sos(to_sos::Body::AttachmentProgress(progress));
                self.tell_chat(message.as_slice(), 0);
            }
            Err(code) => self.refuse_file(id.as_bytes().to_vec(), code),
        }
    }

    pub(super) fn piece_read(&mut self, id: AttachmentId, from: u64, read: Result<Vec<u8>, ErrorCode>) {
        let id = id.as_bytes().to_vec();
        match read {
            Ok(mut bytes) => {
                bytes.truncate(ponte_wire::MAX_PIECE);
                self.send_sos(to_sos::Body::AttachmentPiece(msg::AttachmentPiece { id, from, bytes }));
            }
            Err(code) => self.refuse_file(id, code),
        }
    }

    fn refuse_file(&mut self, id: Vec<u8>, code: ErrorCode) {
        let refused = msg::AttachmentRefused { id, code: code.as_str().to_owned() };
        self.send_sos(to_sos::Body::AttachmentRefused(refused));
    }
}

fn id(bytes: &[u8]) -> Result<AttachmentId, ErrorCode> {
    AttachmentId::try_from(bytes).map_err(|_| ErrorCode::InvalidRequest)
}
