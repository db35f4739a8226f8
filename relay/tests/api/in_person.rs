//! Sessions that are worked on site or on the equipment itself: no screen, no control, no program.

use ponte_wire::msg::to_sos;
use serde_json::json;

use super::{desk::Desk, sos};

#[tokio::test]
async fn it_is_opened_taken_and_closed_without_any_program() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let workshop = desk.make("channels", &ana, json!({"name": "Workshop", "kind": "in_person"})).await;
    let remote = json!({"person": "Rosa"});
    let refused = desk.post("sessions", &ana, remote).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, "invalid_request"),
        "over the screen a link is needed"
    );
    let made = desk.post("sessions", &ana, json!({"person": "Rosa", "channel": workshop})).await;
    assert_eq!((made.status, &made.body["detail"]), (201, &json!("ready")), "{}", made.body);
    assert_eq!((&made.body["reach"], made.body.get("expires_at")), (&json!("in_person"), None));
    assert_eq!(desk.get("queue/next", &ana).await.body["next"]["session"]["id"], made.body["id"]);
    let id = made.body["id"].as_str().unwrap().to_owned();
    desk.restart().await;
    let taken = desk.done(&ana, &id, "claim", json!({})).await;
    assert_eq!((&taken["state"], &taken["detail"]), (&json!("active"), &json!("in_person")));
    let view = desk.post("tickets", &ana, json!({"purpose": "view", "session": id})).await;
    assert_eq!((view.status, view.code()), (409, "wrong_state"), "there is no screen to see: {}", view.body);
    let closed = desk.done(&ana, &id, "close", json!({"outcome": "solved", "note": "New fan."})).await;
    assert_eq!(closed["state"], "closed");
}

#[tokio::test]
async fn a_session_goes_from_the_screen_to_the_workshop_and_back() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let workshop = desk.make("channels", &ana, json!({"name": "Workshop", "kind": "in_person"})).await;
    let made = desk.invite(&ana, [77; 32]).await;
    let (id, home) = (made["id"].as_str().unwrap().to_owned(), made["channel"].clone());
    let invite = made["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [77; 32])).await;
    sos.welcome().await;
    desk.done(&ana, &id, "claim", json!({})).await;
    let go = async |channel: &serde_json::Value| {
        let version = desk.session(&ana, &id).await["version"].clone();
        let moved = desk
            .patch(&format!("sessions/{id}"), &ana, json!({"version": version, "channel": channel}))
            .await;
        assert_eq!(moved.status, 200, "{}", moved.body);
        moved.body
    };
    let moved = go(&json!(workshop)).await;
    assert_eq!((&moved["detail"], &moved["owner"]["name"]), (&json!("in_person"), &json!("Ana")));
    let course = sos
        .until(|body| match body {
            to_sos::Body::Course(course) => Some(course.state),
            _ => None,
        })
        .await;
    assert_eq!(course, "in_person");
    let view = desk.post("tickets", &ana, json!({"purpose": "view", "session": id})).await;
    assert_eq!(view.code(), "wrong_state");
    let back = go(&home).await;
    assert_eq!(back["detail"], "connected");
    let view = desk.post("tickets", &ana, json!({"purpose": "view", "session": id})).await;
    assert_eq!(view.status, 200, "{}", view.body);
    assert_eq!(desk.history(&ana, &id).await.iter().filter(|it| *it == "moved_to_channel").count(), 2);
}
