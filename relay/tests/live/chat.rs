//! The chat between the records and an SOS program.

use ponte_app::ports::{Author, Crew, Live as _};
use ponte_types::MessageId;
use ponte_wire::msg::{self, from_sos, to_sos};

use super::{
    Relay, open_invite, paired,
    records::{message, session_id},
    sos::{self, Sos},
    timestamp,
};

async fn chat(sos: &mut Sos) -> msg::Chat {
    // Who came is told by itself.
    let said =
        |b| if let to_sos::Body::Chat(c) = b { Some(c).filter(|c| c.comings.is_empty()) } else { None };
    sos.until(said).await
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
    let reply = message(id, 2, by, "leave it");
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

fn start(n: u8, name: &str, size: u64) -> from_sos::Body {
    let purpose = msg::AttachmentPurpose::AttachmentChat.into();
    let (id, name, sha256) = (vec![n; 16], name.into(), vec![n; 32]);
    from_sos::Body::AttachmentStart(msg::AttachmentStart { id, name, size, sha256, purpose })
}

fn piece(n: u8, from: u64, bytes: &[u8]) -> from_sos::Body {
    from_sos::Body::AttachmentPiece(msg::AttachmentPiece { id: vec![n; 16], from, bytes: bytes.into() })
}

fn ask(n: u8, ask: msg::attachment_ask::Ask) -> from_sos::Body {
    from_sos::Body::AttachmentAsk(msg::AttachmentAsk { id: vec![n; 16], ask: Some(ask) })
}

async fn progress(sos: &mut Sos) -> (u64, bool) {
    let progress =
        sos.until(|b| if let to_sos::Body::AttachmentProgress(p) = b { Some(p) } else { None }).await;
    (progress.received, progress.kept)
}

async fn no_file(sos: &mut Sos) -> (u8, String) {
    let no = |b| if let to_sos::Body::AttachmentRefused(r) = b { Some((r.id[0], r.code)) } else { None };
    sos.until(no).await
}

#[tokio::test]
async fn a_file_comes_in_pieces_goes_on_after_a_break_and_is_read_back() {
    use msg::attachment_ask::Ask;
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let welcome = sos.welcome().await;
    let limits = welcome.session.unwrap().attachments.unwrap();
    assert_eq!((limits.each, limits.endings), (1_000_000, vec!["txt".to_owned()]));
    sos.say(start(3, "../notes.txt", 6)).await;
    assert_eq!(progress(&mut sos).await, (0, false));
    relay.records.told("file notes.txt").await;
    sos.say(piece(3, 0, b"abc")).await;
    assert_eq!(progress(&mut sos).await, (3, false));

    sos.connection.close(0u32.into(), b"");
    relay.records.told("lost").await;
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token: welcome.resume_token });
    let mut sos = relay.sos(sos::hello(resume)).await;
    sos.say(start(3, "notes.txt", 6)).await;
    assert_eq!(progress(&mut sos).await, (3, false), "it goes on where it was");
    sos.say(piece(3, 0, b"abc")).await;
    assert_eq!(progress(&mut sos).await, (3, false), "what comes twice is there once");
    sos.say(piece(3, 3, b"def")).await;
    assert_eq!(progress(&mut sos).await, (6, true));
    let told = chat(&mut sos).await.messages;
    let file = told[0].file.clone().unwrap();
    assert_eq!((told[0].id.clone(), file.name.as_str(), file.size), (vec![3; 16], "notes.txt", 6));

    sos.say(ask(3, Ask::From(2))).await;
    let read = sos.until(|b| if let to_sos::Body::AttachmentPiece(p) = b { Some(p) } else { None }).await;
    assert_eq!((read.from, read.bytes), (2, b"cdef".to_vec()));
    sos.say(ask(9, Ask::From(0))).await;
    assert_eq!(no_file(&mut sos).await, (9, "not_found".into()));
}

#[tokio::test]
async fn a_file_that_cannot_come_is_refused_by_its_id() {
    use msg::attachment_ask::Ask;
    let relay = Relay::start().await;
    let mut early = relay.sos(sos::ask_code()).await;
    early.welcome().await;
    early.say(start(1, "a.txt", 1)).await;
    assert_eq!(no_file(&mut early).await, (1, "wrong_state".into()), "there is no session yet");

    let mut sos = relay.sos(open_invite()).await;
    sos.say(start(1, "a.exe", 1)).await;
    assert_eq!(no_file(&mut sos).await, (1, "file_kind_refused".into()));
    sos.say(piece(1, 0, &vec![0; ponte_wire::MAX_PIECE + 1])).await;
    assert_eq!(no_file(&mut sos).await, (1, "too_large".into()));
    sos.say(piece(2, 0, b"x")).await;
    assert_eq!(no_file(&mut sos).await, (2, "not_found".into()));
    let nonsense = msg::AttachmentStart { id: vec![4; 16], name: "a.txt".into(), ..Default::default() };
    sos.say(from_sos::Body::AttachmentStart(nonsense)).await;
    assert_eq!(no_file(&mut sos).await, (4, "invalid_request".into()));
    sos.say(start(5, "a.txt", 9)).await;
    sos.say(ask(5, Ask::GiveUp(msg::GiveUp {}))).await;
    relay.records.told("given up").await;
    for n in 0..31 {
        sos.say(start(n, "a.txt", 9)).await;
    }
    let (_, code) = no_file(&mut sos).await;
    assert_eq!(code, "too_many_requests");
}

#[tokio::test]
async fn the_program_is_told_who_comes_and_leaves() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let told =
        |b| if let to_sos::Body::Chat(c) = b { Some(c.comings).filter(|c| !c.is_empty()) } else { None };
    let comings = sos.until(told).await;
    assert_eq!((comings[0].technician.as_str(), comings[0].at, comings[0].came), ("Ana", 4, true));
    relay.media.hub.crew_changed(session_id(1), 2, Crew::default()).await;
    assert_eq!(sos.until(told).await, comings, "at every change, all of them");
}
