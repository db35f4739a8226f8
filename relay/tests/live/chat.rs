//! The chat between the records and an SOS program.

use ponte_app::ports::{Author, ChatMessage, Live as _};
use ponte_types::{MessageId, UnixMillis};
use ponte_wire::msg::{self, from_sos, to_sos};

use super::{
    Relay, open_invite, paired,
    records::session_id,
    sos::{self, Sos},
    timestamp,
};

async fn chat(sos: &mut Sos) -> msg::Chat {
    sos.until(|b| if let to_sos::Body::Chat(c) = b { Some(c) } else { None }).await
}

async fn refusal(sos: &mut Sos) -> (Vec<u8>, String) {
    sos.until(|b| if let to_sos::Body::ChatRefused(r) = b { Some((r.id, r.code)) } else { None }).await
}

fn say(n: u8, text: &str) -> from_sos::Body {
    from_sos::Body::Say(msg::ChatSay { id: vec![n; 16], text: text.into() })
}

#[tokio::test]
async fn what_is_said_is_answered_once_and_told_again_to_who_comes_back() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let token = sos.welcome().await.resume_token;
    sos.say(say(1, "the printer is on fire")).await;
    let answer = chat(&mut sos).await;
    assert_eq!(answer.messages[0].id, vec![1; 16]);
    sos.say(say(1, "the printer is on fire")).await;
    assert_eq!(chat(&mut sos).await, answer, "the same message, not another");

    let by = technician_bia();
    let id = MessageId::from_bytes([2; 16]);
    let reply = ChatMessage { id, number: 2, at: UnixMillis(6), author: by, text: "leave it".into() };
    relay.media.hub.chatted(session_id(1), Some(reply), 2).await;
    let told = chat(&mut sos).await;
    assert_eq!((told.messages[0].technician.as_str(), told.desk_saw), ("Bia", 2));
    sos.say(from_sos::Body::Progress(msg::ChatProgress { got: 2, saw: 1 })).await;
    relay.records.told("got 2, saw 1").await;

    sos.connection.close(0u32.into(), b"");
    relay.records.told("lost").await;
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token });
    let mut back = relay.sos(sos::hello(resume)).await;
    assert_eq!(chat(&mut back).await.messages, answer.messages);
}

#[tokio::test]
async fn a_database_that_hangs_delays_no_picture_and_loses_nothing() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (_console, mut viewer, _) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    relay.records.hang(true);
    for n in 1..4 {
        sos.say(say(n, "the printer is on fire")).await;
    }
    relay.records.told("asked to keep").await;
    for seq in 1..20 {
        sos.picture(seq, seq == 1, 900).await;
        assert_eq!(viewer.next().await.timestamp, timestamp(seq));
    }
    relay.records.hang(false);
    for n in 1..4 {
        assert_eq!(chat(&mut sos).await.messages[0].id, vec![n; 16], "kept in the order of writing");
    }
}

fn technician_bia() -> Author {
    let id = super::records::technician(2);
    Author::Technician(ponte_app::desk::Owner { id, name: "Bia".into() })
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_by_its_id() {
    let relay = Relay::start().await;
    let mut early = relay.sos(sos::ask_code()).await;
    early.welcome().await;
    early.say(say(1, "hello?")).await;
    assert_eq!(refusal(&mut early).await, (vec![1; 16], "wrong_state".into()), "there is no session yet");

    let mut sos = relay.sos(open_invite()).await;
    sos.say(from_sos::Body::Say(msg::ChatSay { id: vec![7], text: "x".into() })).await;
    assert_eq!(refusal(&mut sos).await, (vec![7], "invalid_request".into()));
    for n in 0..31 {
        sos.say(say(n, "x")).await;
    }
    let (id, code) = refusal(&mut sos).await;
    assert_eq!((id.len(), code.as_str()), (16, "too_many_requests"), "nobody types that fast");
}
