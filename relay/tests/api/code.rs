//! From five digits to a session: real HTTP, a real WebSocket, and a program that speaks real QUIC.

use ponte_types::ErrorCode;
use ponte_wire::msg::{self, from_sos, to_sos, to_viewer};
use serde_json::json;

use super::{
    desk::{Answer, Desk},
    socket::View,
    sos::{self, Sos},
};

async fn signed_in(desk: &Desk) -> String {
    desk.sign_in("ana@desk.example", "correct horse").await.token()
}

/// A program that shows a code, and its five routing digits.
async fn shown(desk: &Desk) -> (Sos, String) {
    let mut sos = desk.sos(sos::ask_code()).await;
    let routing = sos.welcome().await.code.unwrap().routing;
    (sos, routing)
}

async fn enter(desk: &Desk, token: &str, routing: &str) -> Answer {
    desk.post("codes", token, json!({ "routing": routing })).await
}

/// A console that has found the program, and its id there.
async fn found(desk: &Desk, token: &str, sos: &mut Sos, routing: &str) -> (View, Vec<u8>) {
    let answer = enter(desk, token, routing).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let view = View::open(desk, answer.body["ticket"].as_str().unwrap()).await;
    let viewer = sos.joined().await.viewer;
    (view, viewer)
}

async fn prove(view: &mut View, sos: &mut Sos, viewer: &[u8], accepted: bool, burned: bool) {
    view.confirm().await;
    sos.until(|body| matches!(body, to_sos::Body::Peer(_)).then_some(())).await;
    sos.judge(viewer, accepted, burned).await;
}

#[tokio::test]
async fn the_right_digits_open_a_session_that_the_technician_holds() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let (mut sos, routing) = shown(&desk).await;
    let (mut view, viewer) = found(&desk, &token, &mut sos, &routing).await;
    prove(&mut view, &mut sos, &viewer, true, false).await;

    let opened = view.until(|body| if let to_viewer::Body::Session(s) = body { Some(s) } else { None }).await;
    let told = sos.until(|body| if let to_sos::Body::SessionOpened(s) = body { Some(s) } else { None }).await;
    assert_eq!((opened.number, told.number), (1, 1));
    let session = desk.get(&format!("sessions/{}", opened.session_id), &token).await.body;
    assert_eq!(
        (&session["state"], &session["detail"], &session["mode"]),
        (&json!("active"), &json!("connected"), &json!("code"))
    );
    assert_eq!(session["owner"]["name"], "Ana");

    let other = desk.technician("Bia").await;
    assert_eq!(enter(&desk, &other, &routing).await.code(), "wrong_code", "it was used");
    let ticket = desk.post("tickets", &other, json!({"purpose": "view", "session": opened.session_id})).await;
    assert_eq!((ticket.code(), &ticket.body["owner"]["name"]), ("already_claimed", &json!("Ana")));

    sos.say(from_sos::Body::Leave(msg::Leave {})).await;
    let ended =
        view.until(|body| if let to_viewer::Body::Ended(e) = body { Some(e.reason) } else { None }).await;
    assert_eq!(ended, "end_user");
    let session = desk.get(&format!("sessions/{}", opened.session_id), &token).await.body;
    assert_eq!(session["state"], "closed");
}

#[tokio::test]
async fn three_wrong_secrets_burn_the_code_and_five_wrong_tries_lock_the_technician() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let (mut sos, routing) = shown(&desk).await;
    let (mut view, viewer) = found(&desk, &token, &mut sos, &routing).await;
    for burned in [false, false, true] {
        prove(&mut view, &mut sos, &viewer, false, burned).await;
    }
    assert_eq!(view.refused().await, "code_burned");
    assert_eq!(enter(&desk, &token, &routing).await.code(), "wrong_code", "for good; the fourth wrong try");
    assert_eq!(desk.get("sessions", &token).await.body["sessions"], json!([]), "no session came of it");

    let (_other, shown) = shown(&desk).await;
    assert_eq!(enter(&desk, &token, &wrong(&shown)).await.code(), "wrong_code");
    let locked = enter(&desk, &token, &shown).await;
    assert_eq!((locked.status, locked.code()), (429, "too_many_tries"), "even the right one");
    assert!(locked.headers.contains_key("retry-after"));
    let colleague = desk.technician("Bia").await;
    assert_eq!(enter(&desk, &colleague, &shown).await.status, 200, "only the one who guessed");
    desk.clock.forward(601_000);
    let token = signed_in(&desk).await;
    assert_eq!(
        enter(&desk, &token, &shown).await.code(),
        "wrong_code",
        "the lock is over, and so is the code"
    );
}

#[tokio::test]
async fn wrong_used_burned_left_foreign_and_expired_codes_answer_alike() {
    let (desk, elsewhere) = (Desk::start().await, Desk::start().await);
    let token = signed_in(&desk).await;
    let (mut sos, used) = shown(&desk).await;
    let (mut view, viewer) = found(&desk, &token, &mut sos, &used).await;
    prove(&mut view, &mut sos, &viewer, true, false).await;
    view.until(|body| matches!(body, to_viewer::Body::Session(_)).then_some(())).await;
    let (mut leaver, left) = shown(&desk).await;
    leaver.say(from_sos::Body::Leave(msg::Leave {})).await;
    leaver.until(|body| matches!(body, to_sos::Body::Ended(_)).then_some(())).await;
    let (_theirs, foreign) = shown(&elsewhere).await;
    let (_here, here) = shown(&desk).await;

    let first = enter(&desk, &token, &wrong(&here)).await;
    assert_eq!((first.status, first.code()), (404, ErrorCode::WrongCode.as_str()));
    for routing in [&used, &left, &foreign] {
        let answer = enter(&desk, &token, routing).await;
        assert_eq!((answer.status, &answer.body), (first.status, &first.body));
    }
    desk.clock.forward(601_000);
    let token = signed_in(&desk).await;
    let expired = enter(&desk, &token, &here).await;
    assert_eq!((expired.status, &expired.body), (first.status, &first.body));
}

#[tokio::test]
async fn a_code_is_for_who_may_open_hold_and_see() {
    use ponte_app::desk::whole_desk;
    use ponte_desk::{
        permission::{Companies, Holding, RoleName, Scope},
        setup::TechnicianSetup,
    };
    let desk = Desk::start().await;
    let ana = signed_in(&desk).await;
    let (mut sos, routing) = shown(&desk).await;
    for (n, missing) in ["session_open", "session_take", "remote_view"].into_iter().enumerate() {
        let all = ["session_view", "session_open", "session_take", "remote_view"];
        let some: Vec<_> = all.into_iter().filter(|it| *it != missing).collect();
        let role = desk.make("roles", &ana, json!({"name": missing, "permissions": some})).await;
        let held = Holding::new(RoleName::Custom(role.parse().unwrap()), Scope::Desk);
        let rui = desk.technician_as(&format!("Rui {n}"), TechnicianSetup::holding(held)).await;
        let refused = enter(&desk, &rui, &routing).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "without {missing}");
        assert!(refused.body["detail"].as_str().unwrap().contains(missing), "{}", refused.body);
    }
    // What comes by a code is of no company.
    let companies = Companies::Only { companies: vec![], and_without: false };
    let narrow =
        TechnicianSetup { companies, ..TechnicianSetup::holding(whole_desk(RoleName::ChannelTechnician)) };
    let eva = desk.technician_as("Eva", narrow).await;
    assert_eq!(enter(&desk, &eva, &routing).await.code(), "forbidden");
    let body =
        json!({"person": "x", "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&[1; 32])});
    assert_eq!(desk.post("sessions", &eva, body).await.code(), "forbidden", "nor what she opens herself");

    // And for who still may when the digits are proved.
    let bia = desk.technician("Bia").await;
    let (mut view, viewer) = found(&desk, &bia, &mut sos, &routing).await;
    let page = desk.get("setup", &ana).await.body;
    let mut whole = page["desk"]["setup"].clone();
    whole["overrides"] = json!([{
        "whom": {"technician": desk.get("me", &bia).await.body["id"]},
        "on": "desk", "permission": "remote_view", "effect": "deny",
    }]);
    let denied = desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(denied.status, 200, "{}", denied.body);
    prove(&mut view, &mut sos, &viewer, true, false).await;
    assert_eq!(view.refused().await, "forbidden");
    assert_eq!(desk.get("sessions", &ana).await.body["sessions"], json!([]), "no session came of it");
}

#[tokio::test]
async fn an_address_gets_so_many_new_codes_and_is_told_to_wait() {
    let desk = Desk::start_configured("[limits]\ncodes_per_address = 2\n").await;
    let refused = async |desk: &Desk| {
        let mut sos = desk.sos(sos::ask_code()).await;
        sos.until(|body| match body {
            to_sos::Body::Welcome(_) => Some((String::new(), 0)),
            to_sos::Body::Refused(no) => Some((no.code, no.retry_after_seconds)),
            _ => None,
        })
        .await
    };
    for _ in 0..2 {
        assert_eq!(refused(&desk).await.0, "");
    }
    assert_eq!(refused(&desk).await, ("too_many_requests".into(), 30));
    desk.clock.forward(600_000);
    assert_eq!(refused(&desk).await.0, "");
}

#[tokio::test]
async fn the_configured_number_of_programs_may_be_connected() {
    let desk = Desk::start_configured("[limits]\nprograms_per_address = 2\n").await;
    let (_first, _) = shown(&desk).await;
    let (second, _) = shown(&desk).await;
    let endpoint = sos::endpoint(&desk.certificate());
    let third = endpoint.connect(desk.address(), "localhost").unwrap().await;
    assert!(matches!(third, Err(quinn::ConnectionError::ConnectionClosed(_))), "{third:?}");
    second.connection.close(0u32.into(), b"");
    tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while endpoint.connect(desk.address(), "localhost").unwrap().await.is_err() {}
    })
    .await
    .expect("who leaves makes room");
}

/// Another number.
fn wrong(routing: &str) -> String {
    format!("{:05}", (routing.parse::<u32>().unwrap() + 1) % 100_000)
}
