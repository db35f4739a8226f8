//! SOS Call over a real QUIC connection: the form, the request, the place, and what breaks.

use ponte_app::ports::{Crew, Live as _, Standing, Wait};
use ponte_types::{EndReason, LinkId, UnixMillis};
use ponte_wire::msg::{self, CallFieldKind, from_sos, queue_place, to_sos};

use super::{
    Relay,
    records::{link, session_id, technician},
    sos::{self, Sos, call_request},
};

async fn form(sos: &mut Sos) -> msg::CallForm {
    sos.until(|b| if let to_sos::Body::CallForm(form) = b { Some(form) } else { None }).await
}

async fn place(sos: &mut Sos) -> msg::QueuePlace {
    sos.until(|b| if let to_sos::Body::Place(place) = b { Some(place) } else { None }).await
}

async fn refusal(sos: &mut Sos) -> msg::CallRefused {
    sos.until(|b| if let to_sos::Body::CallRefused(no) = b { Some(no) } else { None }).await
}

async fn opened(sos: &mut Sos) -> u64 {
    sos.until(|b| if let to_sos::Body::SessionOpened(s) = b { Some(s.number) } else { None }).await
}

async fn called(relay: &Relay) -> (Sos, Vec<u8>) {
    let mut sos = relay.sos(sos::open_call(link())).await;
    let welcome = sos.welcome().await;
    assert!(welcome.session.is_none() && welcome.code.is_none(), "nothing is kept before Send");
    form(&mut sos).await;
    sos.say(from_sos::Body::Call(call_request(1))).await;
    assert_eq!(opened(&mut sos).await, 7);
    (sos, welcome.resume_token)
}

fn standing(place: u32) -> Standing {
    Standing { place, about: false, taken: false, wait: Wait::Minutes { from: 4, to: 9 }, opens_at: None }
}

#[tokio::test]
async fn a_form_becomes_a_request_that_learns_its_place() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(sos::open_call(link())).await;
    sos.welcome().await;
    let asked = form(&mut sos).await;
    assert_eq!((asked.channel.as_str(), asked.fields.len()), ("Support", 1));
    assert_eq!((asked.fields[0].kind(), asked.fields[0].required), (CallFieldKind::CallSubject, true));

    // The form is another one meanwhile: it is told, and what was sent is not kept.
    sos.say(from_sos::Body::Call(msg::CallRequest { subject: String::new(), ..call_request(1) })).await;
    assert_eq!(form(&mut sos).await.channel, "Renamed");
    assert_eq!(refusal(&mut sos).await.reason, "form");

    *relay.records.shut.lock().unwrap() = Some(("outside_hours", Some(UnixMillis(99))));
    sos.say(from_sos::Body::Call(call_request(1))).await;
    let no = refusal(&mut sos).await;
    assert_eq!((no.reason.as_str(), no.again_at), ("outside_hours", 99));
    *relay.records.shut.lock().unwrap() = None;

    sos.say(from_sos::Body::Call(call_request(1))).await;
    relay.records.told("called by Maria Souza").await;
    assert_eq!(opened(&mut sos).await, 7);

    let hub = &relay.media.hub;
    hub.placed(session_id(3), standing(2)).await;
    let told = place(&mut sos).await;
    assert_eq!((told.place, told.taken), (2, false));
    assert_eq!(told.wait, Some(queue_place::Wait::Between(msg::WaitMinutes { from: 4, to: 9 })));
    hub.placed(session_id(3), standing(2)).await;
    hub.placed(session_id(3), Standing { wait: Wait::Unknown, ..standing(1) }).await;
    let told = place(&mut sos).await;
    assert_eq!((told.place, told.wait), (1, None), "what has not changed is not told again");

    hub.crew_changed(session_id(3), 2, Crew::alone(technician(1))).await;
    assert!(place(&mut sos).await.taken);
    hub.crew_changed(session_id(3), 3, Crew::default()).await;
    let told = place(&mut sos).await;
    assert_eq!((told.taken, told.place), (false, 0), "given back: its place is not known yet");
    hub.end(session_id(3), EndReason::Technician).await;
    sos.until(|b| matches!(b, to_sos::Body::Ended(_)).then_some(())).await;
}

#[tokio::test]
async fn who_lost_the_answer_comes_back_to_the_request_and_its_place() {
    let relay = Relay::start().await;
    let (sos, token) = called(&relay).await;
    relay.media.hub.placed(session_id(3), standing(5)).await;
    sos.connection.close(0u32.into(), b"");
    relay.records.told("lost").await;
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token });
    let mut back = relay.sos(sos::hello(resume)).await;
    assert_eq!(back.welcome().await.session.unwrap().number, 7);
    // The room went with the last who was in it: the place is told anew.
    relay.media.hub.placed(session_id(3), standing(5)).await;
    assert_eq!(place(&mut back).await.place, 5);

    // The same request by another connection is the same session.
    let mut again = relay.sos(sos::open_call(link())).await;
    form(&mut again).await;
    again.say(from_sos::Body::Call(call_request(1))).await;
    assert_eq!(opened(&mut again).await, 7);
}

#[tokio::test]
async fn links_that_are_not_there_and_requests_out_of_turn_are_refused() {
    let relay = Relay::start().await;
    let mut stranger = relay.sos(sos::open_call(LinkId::from_bytes([1; 16]))).await;
    let code = stranger.until(|b| if let to_sos::Body::Refused(no) = b { Some(no.code) } else { None }).await;
    assert_eq!(code, "link_expired");

    // No number is drawn for who shows a form; a second request in a session is nothing.
    let (mut sos, _) = called(&relay).await;
    sos.say(from_sos::Body::NewCode(msg::NewCode {})).await;
    sos.say(from_sos::Body::Leave(msg::Leave {})).await;
    sos.until(|b| matches!(b, to_sos::Body::Ended(e) if e.reason == "end_user").then_some(())).await;
    relay.records.told("ended").await;

    let mut coder = relay.sos(sos::ask_code()).await;
    coder.welcome().await;
    coder.say(from_sos::Body::Call(call_request(1))).await;
    let code = coder.until(|b| if let to_sos::Body::Refused(no) = b { Some(no.code) } else { None }).await;
    assert_eq!(code, "invalid_request");
    let mut nonsense = relay.sos(sos::open_call(link())).await;
    form(&mut nonsense).await;
    nonsense.say(from_sos::Body::Call(msg::CallRequest { id: vec![1, 2], ..call_request(1) })).await;
    let code = nonsense.until(|b| if let to_sos::Body::Refused(no) = b { Some(no.code) } else { None }).await;
    assert_eq!(code, "invalid_request");
}
