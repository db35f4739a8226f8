//! The chat as this end knows it: what was said, what is still on its way, and how far the person has read.

use std::collections::BTreeMap;

use ponte_types::{ErrorCode, Line, MessageId, MessageText, UnixMillis};
use ponte_wire::msg;

use crate::{
    clock,
    view::{Chat as Shown, Said, Sending},
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

#[derive(Default)]
pub(super) struct Chat {
    /// By number.
    messages: BTreeMap<u64, (Option<String>, UnixMillis, String)>,
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
        for message in chat.messages {
            let Some(text) = MessageText::cut(&message.text) else { continue };
            let by = Line::<80>::cut(&message.technician).map(Line::into_string);
            if by.is_none()
                && let Ok(id) = MessageId::try_from(&message.id[..])
            {
                self.outgoing.retain(|out| out.id != id);
                self.saw = self.saw.max(message.number);
            }
            self.messages.insert(message.number, (by, UnixMillis(message.at), text.into_string()));
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
        let kept = self.messages.iter().map(|(number, (by, _, text))| Said {
            id: None,
            by: by.clone(),
            text: text.clone(),
            sending: if by.is_none() && *number <= desk_saw { Sending::Seen } else { Sending::Kept },
        });
        let outgoing = self.outgoing.iter().map(|out| Said {
            id: Some(out.id),
            by: None,
            text: out.text.clone(),
            sending: out.state,
        });
        let unread = self.messages.range(self.saw + 1..).filter(|(_, (by, _, _))| by.is_some()).count();
        Shown { said: kept.chain(outgoing).collect(), newest: self.newest(), unread, full: self.full() }
    }
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
        msg::Chat { messages: vec![msg::ChatMessage { id, number, at: 1, technician, text }], desk_saw: 0 }
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
        chat.heard(msg::Chat { messages: vec![], desk_saw: 1 });
        assert_eq!(chat.shown().said[0].sending, Sending::Seen);
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
