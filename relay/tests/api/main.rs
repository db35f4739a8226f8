//! The console's interface over real HTTP, with the records on SQLite and no live connections but those a test names.

#![allow(clippy::unwrap_used)] // helpers of tests are tests, too

mod desk;

use ponte_app::ports::{Records as _, ResumeToken};
use ponte_types::{ConnectionId, DeviceFacts, InviteId};
use serde_json::{Value, json};

use desk::{Answer, Desk, b64, sha256};

#[tokio::test]
async fn signing_in_needs_the_right_password_and_locks_after_five_wrong_ones() {
    let desk = Desk::start().await;
    let right = desk.sign_in("ana@desk.example", "correct horse").await;
    assert_eq!(right.status, 200);
    assert_eq!(right.body["technician"]["name"], "Ana");
    let token = right.token();
    assert_eq!(desk.get("me", &token).await.body["email"], "ana@desk.example");

    let unknown = desk.sign_in("nobody@desk.example", "correct horse").await;
    let wrong = desk.sign_in("ana@desk.example", "wrong").await;
    assert_eq!(
        (unknown.status, &unknown.body),
        (401, &wrong.body),
        "an unknown account answers like a wrong password"
    );
    for _ in 0..4 {
        assert_eq!(desk.sign_in("ana@desk.example", "wrong").await.code(), "wrong_password");
    }
    let locked = desk.sign_in("ana@desk.example", "correct horse").await;
    assert_eq!((locked.status, locked.code()), (429, "too_many_tries"));
    assert!(locked.headers.contains_key("retry-after"));
    desk.clock.forward(601_000);
    assert_eq!(desk.sign_in("ana@desk.example", "correct horse").await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_ends_the_family() {
    let desk = Desk::start().await;
    let first = desk.sign_in("ana@desk.example", "correct horse").await.cookie();
    let second = desk.refresh(&first).await;
    assert_eq!(second.status, 200);
    let second = second.cookie();
    assert_ne!(first, second);
    assert_eq!(desk.refresh(&first).await.code(), "signed_out");
    assert_eq!(desk.refresh(&second).await.code(), "signed_out", "the whole family has ended");
}

#[tokio::test]
async fn of_sixteen_who_claim_together_one_wins_and_the_others_learn_who() {
    let desk = Desk::start().await;
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let session = desk.invite(&token, [7; 32]).await;
    let id = session["id"].as_str().unwrap().to_owned();
    let early = desk.post(&format!("sessions/{id}/claim"), &token, json!({"version": 1})).await;
    assert_eq!(early.code(), "wrong_state", "nobody is there yet");
    desk.start_program(&session, [7; 32], 1).await.unwrap();

    let mut tokens = Vec::new();
    for n in 0..16 {
        tokens.push(desk.technician(&format!("Technician {n}")).await);
    }
    let claims = tokens
        .iter()
        .map(|token| desk.post_owned(format!("sessions/{id}/claim"), token, json!({"version": 2})));
    let answers: Vec<Answer> = futures_util::future::join_all(claims).await;
    let winners: Vec<&Answer> = answers.iter().filter(|a| a.status == 200).collect();
    assert_eq!(winners.len(), 1);
    let owner = &winners[0].body["owner"];
    for loser in answers.iter().filter(|a| a.status != 200) {
        assert_eq!((loser.status, loser.code()), (409, "already_claimed"));
        assert_eq!(&loser.body["owner"], owner);
    }
}

#[tokio::test]
async fn a_link_is_shown_started_once_and_expires() {
    let desk = Desk::start().await;
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let session = desk.invite(&token, [7; 32]).await;
    let page = format!("invites/{}", session["invite"]["id"].as_str().unwrap());
    assert_eq!(desk.get(&page, "").await.body["state"], "open");
    assert_eq!(desk.get(&page, "").await.body["person"], "Rosa", "looking consumes nothing");
    assert!(desk.start_program(&session, [8; 32], 1).await.is_err(), "a wrong claim");
    desk.start_program(&session, [7; 32], 1).await.unwrap();
    assert_eq!(desk.get(&page, "").await.body["state"], "started");
    assert_eq!(desk.start_program(&session, [7; 32], 2).await, Err(ponte_types::ErrorCode::LinkUsed));

    let other = desk.invite(&token, [9; 32]).await;
    desk.clock.forward(24 * 3_600_000 + 1);
    desk.records().expire_due().await.unwrap();
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let read = desk.get(&format!("sessions/{}", other["id"].as_str().unwrap()), &token).await;
    assert_eq!(read.body["state"], "expired");
    assert_eq!(desk.start_program(&other, [9; 32], 3).await, Err(ponte_types::ErrorCode::LinkExpired));
    let there = desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), &token).await;
    assert_eq!(there.body["state"], "waiting", "who is there is not thrown out");
}

#[tokio::test]
async fn a_code_is_found_only_while_shown_and_all_others_answer_alike() {
    let desk = Desk::start().await;
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let connection = ConnectionId::from_bytes([3; 16]);
    let shown = desk.show_code(connection).await;
    let enter = |routing: String| desk.post_owned("codes".into(), &token, json!({ "routing": routing }));

    let offline = enter(shown.clone()).await;
    desk.live.online(connection);
    let found = enter(shown.clone()).await;
    assert_eq!(found.status, 200);
    let ticket = found.body["ticket"].as_str().unwrap();
    assert!(desk.records().redeem_view(ticket).is_ok());
    assert!(desk.records().redeem_view(ticket).is_err(), "a ticket is good once");

    let technician = desk.records().authenticate(&token).unwrap();
    desk.records().open_from_code(connection, technician.id, &DeviceFacts::default()).await.unwrap();
    let used = enter(shown.clone()).await;
    let wrong = enter(if shown == "00000" { "00001".into() } else { "00000".into() }).await;
    let expired_code = desk.show_code(ConnectionId::from_bytes([4; 16])).await;
    desk.live.online(ConnectionId::from_bytes([4; 16]));
    desk.clock.forward(601_000);
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let expired = desk.post("codes", &token, json!({ "routing": expired_code })).await;
    for other in [&offline, &used, &wrong, &expired] {
        assert_eq!((other.status, &other.body), (404, &wrong.body));
    }
    for _ in 0..4 {
        desk.post("codes", &token, json!({"routing": "99999"})).await;
    }
    assert_eq!(desk.post("codes", &token, json!({"routing": "99999"})).await.code(), "too_many_tries");
}

#[tokio::test]
async fn a_restart_keeps_accounts_sessions_and_shown_codes() {
    let mut desk = Desk::start().await;
    let signed_in = desk.sign_in("ana@desk.example", "correct horse").await;
    let (token, cookie) = (signed_in.token(), signed_in.cookie());
    let session = desk.invite(&token, [7; 32]).await;
    desk.start_program(&session, [7; 32], 1).await.unwrap();
    let shown = desk.show_code(ConnectionId::from_bytes([3; 16])).await;
    desk.restart().await;

    let list = desk.get("sessions?state=waiting", &token).await;
    assert_eq!(list.body["sessions"][0]["number"], 1);
    assert_eq!(list.body["sessions"][0]["detail"], "invited", "nobody has come back yet");
    assert_eq!(desk.refresh(&cookie).await.status, 200);
    let back = ConnectionId::from_bytes([5; 16]);
    let (old, new) = (ResumeToken([3; 32]), ResumeToken([6; 32]));
    let resumed = desk.records().resume(back, &old, &new, &DeviceFacts::default()).await.unwrap();
    assert!(matches!(resumed, ponte_app::ports::Resumed::Code(code) if code.routing == shown));
    desk.live.online(back);
    assert_eq!(desk.post("codes", &token, json!({ "routing": shown })).await.status, 200);
}

#[tokio::test]
async fn without_a_sign_in_only_the_listed_routes_answer() {
    let desk = Desk::start().await;
    let listed = include_str!("../../../crates/api/open-routes.txt");
    let open: Vec<&str> = listed.lines().filter(|line| !line.starts_with('#')).collect();
    let document: Value = serde_json::to_value(ponte_api::openapi()).unwrap();
    let mut tried = 0;
    for route in document["paths"].as_object().unwrap().keys() {
        let real = route.replace("{id}", "0192f0c1-2345-7abc-8def-0123456789ab");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            if open.contains(&format!("{method} /api/v1{route}").as_str()) {
                continue;
            }
            for path in [
                format!("/api/v1{real}"),
                format!("/api/v1{real}/"),
                format!("/api/v1{real}/extra"),
                format!("/api/v1/{real}"),
                format!("/api/v1{real}%2e%2e"),
                format!("/api/v1{}", real.to_uppercase()),
                format!("/api/v1/auth/sign-in{real}"),
            ] {
                let status = desk.raw(method, &path).await;
                assert!([401, 404, 405].contains(&status), "{method} {path} answered {status}");
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "{tried}");
}

#[tokio::test]
async fn other_sites_bad_bodies_and_unknown_fields_are_refused() {
    let desk = Desk::start().await;
    let foreign = desk.sign_in_from("https://evil.example").await;
    assert_eq!(foreign.code(), "forbidden");
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let unknown = desk.post("codes", &token, json!({"routing": "12345", "secret": "6789"})).await;
    assert_eq!((unknown.status, unknown.code()), (400, "invalid_request"));
    let huge = desk.post("codes", &token, json!({"routing": "1".repeat(100_000)})).await;
    assert_eq!((huge.status, huge.code()), (413, "too_large"));
    let answer = desk.get("desk", "").await;
    assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(InviteId::from_bytes([0; 16]).to_string().len(), 36);
    assert_eq!(b64(&sha256(&[0])).len(), 43);
}
