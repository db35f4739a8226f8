//! The chat as this end knows it: what was said, what is still on its way, and how far the person has read.

use std::collections::BTreeMap;

use ponte_types::{AttachmentId, ErrorCode, FileName, Line, MessageId, MessageText, UnixMillis};
use ponte_wire::msg;

use super::files::{Files, NewFile, Offered};
use crate::{
    clock,
    disk::Trouble,
    view::{CameOrLeft, Chat as Shown, FileShown, FileState, Said, Sending},
};

/// Messages that are kept; the relay has all of them.
const KEPT: usize = 500;
/// Messages that may wait to be kept by the relay: then the window keeps what is written next.
const UNSENT: usize = 20;

/// Something the person wrote that the relay has not kept yet.
struct Outgoing {
    id: MessageId,
    text: String,
    state: Sending,
}

/// What the relay has.
struct Message {
    /// The technician's name; `None`: the person here wrote it.
    by: Option<String>,
    at: UnixMillis,
    text: String,
    file: Option<Offered>,
    removed: bool,
}

#[derive(Default)]
pub(super) struct Chat {
    pub(super) files: Files,
    /// By number.
    messages: BTreeMap<u64, Message>,
    /// Who came and left, in order.
    comings: Vec<(UnixMillis, CameOrLeft)>,
    outgoing: Vec<Outgoing>,
    desk_saw: u64,
    /// The newest message that was on the screen.
    saw: u64,
    /// What the relay was told last.
    told: (u64, u64),
}

impl Chat {
    /// What the relay says was said. A message of this end has arrived when it comes back with its number.
    pub(super) fn heard(&mut self, chat: msg::Chat) {
        self.desk_saw = self.desk_saw.max(chat.desk_saw);
        if !chat.comings.is_empty() {
            self.comings = chat.comings.iter().rev().take(KEPT).rev().filter_map(coming).collect();
        }
        for message in chat.messages {
            let id = MessageId::try_from(&message.id[..]).ok();
            let text = MessageText::cut(&message.text).map(MessageText::into_string);
            let file = message.file.as_ref().and_then(|file| offered(id?, file));
            if text.is_none() && file.is_none() && !message.removed {
                continue;
            }
            let by = Line::<80>::cut(&message.technician).map(Line::into_string);
            if by.is_none()
                && let Some(id) = id
            {
                self.outgoing.retain(|out| out.id != id);
                self.files.arrived(AttachmentId::from_uuid(id.as_uuid()));
                self.saw = self.saw.max(message.number);
            }
            let (text, removed, at) = (text.unwrap_or_default(), message.removed, UnixMillis(message.at));
            self.messages.insert(message.number, Message { by, at, text, file, removed });
        }
        while self.messages.len() > KEPT {
            self.messages.pop_first();
        }
    }

    pub(super) fn refused(&mut self, refused: &msg::ChatRefused) {
        let code = refused.code.parse().unwrap_or(ErrorCode::Internal);
        for out in &mut self.outgoing {
            if out.id.as_bytes()[..] == refused.id {
                out.state = Sending::Refused(code);
            }
        }
    }

    /// The person wrote something while there was no connection.
    pub(super) fn keep(&mut self, text: &str) {
        // A system without random numbers has ended this program long before.
        if let Ok(id) = clock::message_id() {
            let _ = self.say(id, text);
        }
    }

    /// The person wrote something; `None` when there was nothing in it, or too much waits already.
    pub(super) fn say(&mut self, id: MessageId, text: &str) -> Option<msg::ChatSay> {
        if self.full() {
            return None;
        }
        let text = MessageText::cut(text)?.into_string();
        self.outgoing.push(Outgoing { id, text, state: Sending::OnItsWay });
        self.outgoing.last().map(message)
    }

    /// The person gives files; they go when there is a connection.
    pub(super) fn keep_files(&mut self, all: Vec<NewFile>) {
        for new in all {
            if let Ok(id) = clock::attachment_id() {
                self.files.add(id, new);
            }
        }
    }

    /// The person tries a file again that failed: from the technician as it is, their own as another one.
    pub(super) fn file_again(&mut self, id: AttachmentId) {
        if let Ok(other) = clock::attachment_id() {
            self.files.again(id, other);
        }
    }

    /// The person saves a technician's file.
    pub(super) fn save(&mut self, id: AttachmentId) {
        let offered = self.messages.values().filter(|it| !it.removed).filter_map(|it| it.file.as_ref());
        if let Some(file) = offered.into_iter().find(|file| file.id == id) {
            self.files.save(file.clone());
        }
    }

    /// The person tries a refused message again.
    pub(super) fn again(&mut self, id: MessageId) -> Option<msg::ChatSay> {
        let out = self.outgoing.iter_mut().find(|out| out.id == id)?;
        out.state = Sending::OnItsWay;
        Some(message(out))
    }

    /// After a break: what the relay never answered. It keeps each once, whatever it heard before.
    pub(super) fn unanswered(&self) -> Vec<msg::ChatSay> {
        self.outgoing.iter().filter(|out| out.state == Sending::OnItsWay).map(message).collect()
    }

    /// The person has seen the chat up to a message.
    pub(super) fn seen(&mut self, number: u64) {
        self.saw = self.saw.max(number.min(self.newest()));
    }

    /// What the relay does not know yet of how far this end is.
    pub(super) fn progress(&mut self) -> Option<msg::ChatProgress> {
        let now = (self.newest(), self.saw);
        (now != self.told).then(|| {
            self.told = now;
            msg::ChatProgress { got: now.0, saw: now.1 }
        })
    }

    /// Another connection: what was told to the last one may not have arrived.
    pub(super) fn untold(&mut self) {
        self.told = (0, 0);
    }

    fn newest(&self) -> u64 {
        self.messages.last_key_value().map_or(0, |(number, _)| *number)
    }

    fn full(&self) -> bool {
        self.outgoing.len() >= UNSENT
    }

    pub(super) fn shown(&self) -> Shown {
        let desk_saw = self.desk_saw;
        let kept = self.messages.iter().map(|(number, message)| {
            (
                message.at,
                Said {
                    id: None,
                    by: message.by.clone(),
                    text: message.text.clone(),
                    sending: if message.by.is_none() && *number <= desk_saw {
                        Sending::Seen
                    } else {
                        Sending::Kept
                    },
                    file: message.file.as_ref().map(|file| self.file(file, message.by.is_none())),
                    removed: message.removed,
                    coming: None,
                },
            )
        });
        let comings = self.comings.iter().map(|(at, coming)| (*at, Said::coming(coming.clone())));
        // By time; a message keeps its place among messages, whatever its clock said.
        let mut kept: Vec<(UnixMillis, Said)> = kept.collect();
        for (at, said) in comings {
            let place = kept.iter().rposition(|(other, _)| *other <= at).map_or(0, |it| it + 1);
            kept.insert(place, (at, said));
        }
        let kept = kept.into_iter().map(|(_, said)| said);
        let outgoing = self.outgoing.iter().map(|out| Said {
            id: Some(out.id),
            by: None,
            text: out.text.clone(),
            sending: out.state,
            file: None,
            removed: false,
            coming: None,
        });
        let files = self.files.shown().map(|file| Said {
            id: None,
            by: None,
            text: String::new(),
            sending: if file.state == FileState::Kept { Sending::Kept } else { Sending::OnItsWay },
            file: Some(file),
            removed: false,
            coming: None,
        });
        let unread = self
            .messages
            .range(self.saw.saturating_add(1)..)
            .filter(|(_, message)| message.by.is_some())
            .count();
        Shown {
            said: kept.chain(outgoing).chain(files).collect(),
            newest: self.newest(),
            unread,
            full: self.full(),
            limits: self.files.limits().cloned(),
        }
    }

    /// What was said, after the end: nothing is on its way any more. `None` when nobody said anything.
    pub(super) fn over(&self) -> Option<Shown> {
        let mut shown = self.shown();
        for said in &mut shown.said {
            if said.sending == Sending::OnItsWay {
                said.sending = Sending::Refused(ErrorCode::WrongState);
            }
            if let Some(file) = &mut said.file
                && matches!(file.state, FileState::Offered | FileState::Moving(_))
            {
                file.state = FileState::Failed(Trouble::Over);
            }
        }
        shown.said.iter().any(|said| said.coming.is_none()).then_some(shown)
    }

    fn file(&self, file: &Offered, own: bool) -> FileShown {
        let state = if own { FileState::Kept } else { self.files.offer(file.id) };
        FileShown { id: file.id, name: file.name.to_string(), size: file.size, state }
    }
}

fn coming(it: &msg::Coming) -> Option<(UnixMillis, CameOrLeft)> {
    let technician = Line::<80>::cut(&it.technician)?.into_string();
    Some((UnixMillis(it.at), CameOrLeft { technician, came: it.came }))
}

fn offered(id: MessageId, file: &msg::ChatFile) -> Option<Offered> {
    Some(Offered {
        id: AttachmentId::from_uuid(id.as_uuid()),
        name: FileName::safe(&file.name),
        size: file.size,
        sha256: file.sha256[..].try_into().ok()?,
    })
}

fn message(out: &Outgoing) -> msg::ChatSay {
    msg::ChatSay { id: out.id.as_bytes().to_vec(), text: out.text.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn told(number: u64, n: u8, technician: &str, text: &str) -> msg::Chat {
        let (id, technician, text) = (vec![n; 16], technician.to_owned(), text.to_owned());
        let message = msg::ChatMessage { id, number, at: 1, technician, text, ..Default::default() };
        msg::Chat { messages: vec![message], ..Default::default() }
    }

    #[test]
    fn a_message_is_on_its_way_until_it_comes_back_and_is_said_again_after_a_break() {
        let mut chat = Chat::default();
        assert!(chat.say(id(9), " \n ").is_none());
        let said = chat.say(id(1), " my printer\n").unwrap();
        assert_eq!(said.text, "my printer");
        assert_eq!(chat.shown().said[0].sending, Sending::OnItsWay);
        assert_eq!(chat.unanswered(), [said]);
        chat.heard(told(1, 1, "", "my printer"));
        assert!(chat.unanswered().is_empty());
        let shown = chat.shown();
        assert_eq!((shown.said.len(), shown.said[0].sending, shown.unread), (1, Sending::Kept, 0));
        chat.heard(msg::Chat { desk_saw: 1, ..Default::default() });
        assert_eq!(chat.shown().said[0].sending, Sending::Seen);
    }

    #[test]
    fn who_came_and_left_stands_between_what_was_said_then() {
        let mut chat = Chat::default();
        let coming = |at: i64, came| msg::Coming { at, technician: "Ana".into(), came };
        let message = |number: u64, at| {
            let (id, text) = (vec![9; 16], "hello".to_owned());
            msg::ChatMessage { id, number, at, technician: "Ana".into(), text, ..Default::default() }
        };
        let messages = vec![message(1, 10), message(2, 30)];
        chat.heard(msg::Chat { messages, comings: vec![coming(5, true), coming(20, false)], desk_saw: 0 });
        let came = |chat: &Chat| -> Vec<_> {
            chat.shown().said.iter().map(|it| it.coming.as_ref().map(|it| it.came)).collect()
        };
        assert_eq!(came(&chat), [Some(true), None, Some(false), None]);
        chat.heard(msg::Chat { comings: vec![coming(5, true)], ..Default::default() });
        assert_eq!(came(&chat), [Some(true), None, None], "all are told anew");
        assert_eq!(chat.shown().unread, 2, "who came is nothing to be read");
    }

    #[test]
    fn a_refused_message_is_tried_again_only_by_the_person() {
        let mut chat = Chat::default();
        chat.say(id(1), "hello").unwrap();
        chat.refused(&msg::ChatRefused { id: vec![1; 16], code: "too_many_requests".into() });
        assert_eq!(chat.shown().said[0].sending, Sending::Refused(ErrorCode::TooManyRequests));
        assert!(chat.unanswered().is_empty());
        assert_eq!(chat.again(id(1)).unwrap().text, "hello");
        assert_eq!(chat.unanswered().len(), 1);
    }

    #[test]
    fn what_waits_has_a_limit_and_the_window_is_told() {
        let mut chat = Chat::default();
        for n in 0..20 {
            assert!(!chat.shown().full);
            chat.say(id(n), "hello").unwrap();
        }
        assert!(chat.shown().full);
        assert_eq!(chat.say(id(99), "one more"), None);
        assert_eq!(chat.shown().said.len(), 20);
        chat.heard(told(1, 3, "", "hello"));
        assert!(!chat.shown().full);
        assert!(chat.say(id(99), "one more").is_some());
    }

    #[test]
    fn what_was_seen_is_told_once_and_again_to_another_connection() {
        let mut chat = Chat::default();
        assert_eq!(chat.progress(), None);
        chat.heard(told(1, 1, "Ana", "hello"));
        chat.heard(told(2, 2, "Ana", "are you\u{202e} there?"));
        assert_eq!((chat.shown().unread, chat.shown().said[1].text.as_str()), (2, "are you there?"));
        assert_eq!(chat.progress(), Some(msg::ChatProgress { got: 2, saw: 0 }));
        assert_eq!(chat.progress(), None);
        chat.seen(99);
        assert_eq!(chat.progress(), Some(msg::ChatProgress { got: 2, saw: 2 }));
        assert_eq!(chat.shown().unread, 0);
        chat.untold();
        assert_eq!(chat.progress(), Some(msg::ChatProgress { got: 2, saw: 2 }));
        chat.heard(told(1, 1, "Ana", "hello"));
        assert_eq!(chat.shown().said.len(), 2, "told again is not said again");
    }
}
