//! The chat of a session, from the technician's side to the end user's and back.

use ponte_app::ports::Records as _;
use ponte_types::{ErrorCode, MessageId};
use serde_json::{Value, json};

use super::{desk::Desk, socket::events};

async fn ana(desk: &Desk) -> String {
    desk.sign_in("ana@desk.example", "correct horse").await.token()
}

fn message(n: u8, text: &str) -> Value {
    json!({"id": MessageId::from_bytes([n; 16]), "text": text})
}

fn chat_of(session: &Value) -> String {
    format!("sessions/{}/messages", session["id"].as_str().unwrap())
}

#[tokio::test]
async fn both_sides_write_and_each_learns_what_the_other_has_seen() {
    let desk = Desk::start().await;
    let token = ana(&desk).await;
    let session = desk.invite(&token, [1; 32]).await;
    let (id, path) = (session["id"].as_str().unwrap().parse().unwrap(), chat_of(&session));
    desk.start_program(&session, [1; 32], 1).await.unwrap();
    let listed = desk.get("sessions", &token).await.body;
    let version = listed["sessions"][0]["version"].as_u64().unwrap();
    let mut events = events(&desk, &token, listed["cursor"].as_u64().unwrap()).await;

    let text = " It says:\n\n\n\nпомогите \u{202e}";
    desk.records().said_by_end_user(id, MessageId::from_bytes([7; 16]), text).await.unwrap();
    let event = events.event().await;
    assert_eq!(
        event["session"]["chat"],
        json!({"newest": 1, "end_user_got": 1, "end_user_saw": 1, "desk_saw": 0})
    );
    let read = desk.get(&path, &token).await;
    let first = &read.body["messages"][0];
    assert_eq!((first["number"].as_u64(), first["text"].as_str()), (Some(1), Some("It says:\n\nпомогите")));
    assert!(first.get("technician").is_none());

    let claim = format!("sessions/{}/claim", session["id"].as_str().unwrap());
    let claimed = desk.post_owned(claim, &token, json!({"version": version})).await;
    assert_eq!(claimed.status, 200, "a message is no change of the version");
    let said = desk.post(&path, &token, message(8, "I am here")).await;
    assert_eq!((said.status, &said.body["technician"]["name"]), (201, &json!("Ana")));
    let again = desk.post(&path, &token, message(8, "I am here")).await;
    assert_eq!(again.body, said.body, "said again is not said twice");
    let rest = desk.get(&format!("{path}?after=1"), &token).await;
    assert_eq!(rest.body["messages"], json!([said.body]));

    desk.records().end_user_progress(id, 2, 1).await.unwrap();
    let marks = desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), &token).await;
    assert_eq!(
        marks.body["chat"],
        json!({"newest": 2, "end_user_got": 2, "end_user_saw": 1, "desk_saw": 2}),
        "who answers has seen what came before"
    );
    let (recent, marks) = desk.records().chat(id).await.unwrap();
    assert_eq!((recent.len(), marks.desk_saw), (2, 2));
}

#[tokio::test]
async fn only_the_owner_writes_and_after_the_end_only_what_can_still_be_read() {
    let desk = Desk::start().await;
    let token = ana(&desk).await;
    let bia = desk.technician("Bia").await;
    let session = desk.invite(&token, [1; 32]).await;
    let path = chat_of(&session);
    let seen = format!("{path}/seen");
    assert_eq!(desk.post(&path, &bia, message(1, "hello")).await.status, 201, "nobody holds it yet");
    let (id, version) = (session["id"].as_str().unwrap(), &session["version"]);
    desk.start_program(&session, [1; 32], 1).await.unwrap();
    let ready = desk.get(&format!("sessions/{id}"), &token).await.body;
    assert_ne!(&ready["version"], version);
    let claim = json!({"version": ready["version"]});
    let claimed = desk.post_owned(format!("sessions/{id}/claim"), &token, claim).await;
    assert_eq!(claimed.status, 200);

    let refused = desk.post(&path, &bia, message(2, "me too")).await;
    assert_eq!(
        (refused.status, refused.code(), &refused.body["owner"]["name"]),
        (409, "already_claimed", &json!("Ana"))
    );
    assert_eq!(desk.post(&path, &token, message(1, "hello")).await.code(), "invalid_request", "Bia's id");
    for bad in [
        json!({"id": "x", "text": "y"}),
        json!({"id": MessageId::from_bytes([3; 16]), "text": " \n"}),
        json!({"id": MessageId::from_bytes([3; 16]), "text": "y".repeat(4_001)}),
        message(3, "y")["id"].clone(),
    ] {
        assert_eq!(desk.post(&path, &token, bad).await.status, 400);
    }
    assert_eq!(desk.get(&format!("{path}?before=1"), &token).await.code(), "invalid_request");

    assert_eq!(desk.post(&seen, &bia, json!({"number": 1})).await.status, 204);
    desk.records()
        .said_by_end_user(id.parse().unwrap(), MessageId::from_bytes([9; 16]), "well?")
        .await
        .unwrap();
    let saw = |body: &Value| body["chat"]["desk_saw"].as_u64();
    let session_now = desk.get(&format!("sessions/{id}"), &token).await.body;
    assert_eq!(saw(&session_now), Some(1), "Bia does not hold it");
    assert_eq!(desk.post(&seen, &token, json!({"number": 2})).await.status, 204);
    let session_now = desk.get(&format!("sessions/{id}"), &token).await.body;
    assert_eq!(saw(&session_now), Some(2));

    let close = json!({"version": claimed.body["version"], "outcome": "solved", "note": "Done."});
    assert_eq!(desk.post_owned(format!("sessions/{id}/close"), &token, close).await.status, 200);
    let after = desk.post(&path, &token, message(4, "it was the cable")).await;
    assert_eq!(after.status, 201, "read when the person comes back: it can be reopened");
    let late =
        desk.records().said_by_end_user(id.parse().unwrap(), MessageId::from_bytes([5; 16]), "wait").await;
    assert_eq!(late, Err(ErrorCode::WrongState));
    let kept = desk.get(&path, &token).await.body;
    assert_eq!(kept["messages"].as_array().unwrap().len(), 3, "what was said stays");
    desk.clock.forward(30 * 24 * 3600 * 1000);
    let token = ana(&desk).await;
    let refused = desk.post(&path, &token, message(5, "and?")).await;
    assert_eq!((refused.status, refused.code()), (409, "wrong_state"), "it cannot be reopened any more");
}

async fn retention(desk: &Desk, token: &str, chat: Option<u32>, files: Option<u32>) {
    let page = desk.get("setup", token).await.body["desk"].clone();
    let mut setup = page["setup"].clone();
    setup["retention"] = json!({"chat": chat, "files": files});
    let changed = desk.put("setup", token, json!({"version": page["version"], "setup": setup})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
}

#[tokio::test]
async fn what_was_said_is_kept_for_ever_or_as_long_as_the_desk_says() {
    const DAY: i64 = 24 * 3600 * 1000;
    let desk = Desk::start().await;
    let token = ana(&desk).await;
    let session = desk.invite(&token, [1; 32]).await;
    let (id, path) = (session["id"].as_str().unwrap().to_owned(), chat_of(&session));
    let at = id.parse().unwrap();
    desk.start_program(&session, [1; 32], 1).await.unwrap();
    desk.records().said_by_end_user(at, MessageId::from_bytes([7; 16]), "my password is 1234").await.unwrap();
    let now = desk.get(&format!("sessions/{id}"), &token).await.body;
    let claimed =
        desk.post_owned(format!("sessions/{id}/claim"), &token, json!({"version": now["version"]})).await;
    let close = json!({"version": claimed.body["version"], "outcome": "solved", "note": "Done."});
    assert_eq!(desk.post_owned(format!("sessions/{id}/close"), &token, close).await.status, 200);
    desk.clock.forward(400 * DAY);
    let token = ana(&desk).await;
    desk.records().tidy().await.unwrap();
    let kept = desk.get(&path, &token).await.body;
    assert_eq!(kept["messages"][0]["text"], "my password is 1234", "for ever, unless told");

    retention(&desk, &token, Some(401), None).await;
    desk.records().tidy().await.unwrap();
    assert_eq!(desk.get(&path, &token).await.body["messages"][0]["text"], "my password is 1234");
    retention(&desk, &token, Some(399), None).await;
    desk.records().tidy().await.unwrap();
    let left = desk.get(&path, &token).await.body["messages"][0].clone();
    assert_eq!((&left["text"], left["removed_at"].is_i64()), (&json!(""), true), "{left}");
    let page = desk.get(&format!("sessions/{id}"), &token).await.body;
    assert_eq!(page["history"].as_array().unwrap().last().unwrap()["kind"], "chat_removed");
    let audit = desk.get("audit?limit=5", &token).await.body;
    let line = audit["lines"].as_array().unwrap().iter().find(|it| it["kind"] == "chat_removed").unwrap();
    assert_eq!((&line["actor"], line["about"].as_str()), (&json!("relay"), Some(id.as_str())));
}

#[tokio::test]
async fn who_came_is_told_and_what_was_said_can_be_taken_away() {
    let desk = Desk::start().await;
    let token = ana(&desk).await;
    let bia = desk.technician("Bia").await;
    let session = desk.invite(&token, [1; 32]).await;
    let id = session["id"].as_str().unwrap().to_owned();
    desk.start_program(&session, [1; 32], 1).await.unwrap();
    let version = async || desk.get(&format!("sessions/{id}"), &token).await.body["version"].clone();
    let (claim, release) = (format!("sessions/{id}/claim"), format!("sessions/{id}/release"));
    assert_eq!(desk.post(&claim, &token, json!({"version": version().await})).await.status, 200);
    assert_eq!(desk.post(&chat_of(&session), &token, message(8, "one\ntwo")).await.status, 201);
    assert_eq!(desk.post(&release, &token, json!({"version": version().await})).await.status, 200);
    let comings = desk.get(&format!("sessions/{id}/comings"), &bia).await.body;
    let came: Vec<_> = comings["comings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["technician"]["name"].as_str().unwrap(), it["came"].as_bool().unwrap()))
        .collect();
    assert_eq!(came, [("Ana", true), ("Ana", false)]);

    let transcript = format!("sessions/{id}/transcript");
    assert_eq!(
        desk.get(&transcript, &bia).await.code(),
        "forbidden",
        "a technician reads, and takes nothing away"
    );
    let (status, headers, body) = desk.download(&format!("{transcript}?language=pt-BR"), &token).await;
    let text = String::from_utf8(body).unwrap();
    assert_eq!((status, &headers["content-type"]), (200, &"text/plain; charset=utf-8".parse().unwrap()));
    assert_eq!(headers["content-disposition"], "attachment; filename=\"session-1.txt\"");
    assert!(text.contains("— Ana está com a sessão") && text.contains("Ana: one\n    two"), "{text}");
    assert_eq!(desk.get(&format!("{transcript}?language=xx"), &token).await.status, 400);
    let audit = desk.get("audit?limit=3", &token).await.body;
    assert!(audit["lines"].as_array().unwrap().iter().any(|it| it["kind"] == "chat_exported"), "{audit}");
}
