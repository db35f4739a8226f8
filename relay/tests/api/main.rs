//! The console's interface over real HTTP, with the records on SQLite and the live half on real UDP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

mod account;
mod attachments;
mod audit;
mod calls;
mod chat;
mod code;
mod desk;
mod earlier;
mod equipment;
mod follow;
mod in_person;
mod life;
mod life_by_time;
mod notify;
mod outside;
mod permissions;
mod replies;
mod setup;
mod socket;
mod sockets;
#[allow(dead_code)] // pictures are the live half's tests
#[path = "../live/sos.rs"]
mod sos;
mod team;
mod times;
mod tokens;
mod transfer;

use std::{net::IpAddr, time::Duration};

use ponte_app::desk::DeskError;
use ponte_types::{ErrorCode, InviteId};
use ponte_wire::msg;
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
async fn guessing_from_everywhere_slows_new_networks_and_locks_nobody_out() {
    let desk = Desk::start().await;
    let records = desk.records();
    let office = IpAddr::from([192, 0, 2, 1]).into();
    let sign_in =
        |password: &str, network| records.sign_in("ana@desk.example", password.to_owned(), network, None);
    sign_in("correct horse", office).await.unwrap();
    for n in 1..=60 {
        let botnet = IpAddr::from([198, 51, 100, n]).into();
        let code = sign_in("wrong", botnet).await.unwrap_err().code();
        let expected = if n <= 20 { ErrorCode::WrongPassword } else { ErrorCode::TooManyTries };
        assert_eq!(code, expected, "try {n}");
    }
    assert!(sign_in("correct horse", office).await.is_ok(), "who was there before is not affected");
    let hotel = IpAddr::from([203, 0, 113, 1]).into();
    let refused = sign_in("correct horse", hotel).await.unwrap_err();
    let DeskError::TooManyTries { retry_after } = refused else { panic!("{refused}") };
    assert!(retry_after <= Duration::from_secs(10), "{retry_after:?}");
    desk.clock.forward(10_000);
    assert!(sign_in("correct horse", hotel).await.is_ok(), "a new network waits for seconds, not minutes");
    assert_eq!(
        sign_in("wrong", IpAddr::from([198, 51, 100, 61]).into()).await.unwrap_err().code(),
        ErrorCode::WrongPassword
    );
    assert!(sign_in("correct horse", hotel).await.is_ok(), "and is known from then on");
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_ends_the_family() {
    let desk = Desk::start().await;
    let first = desk.sign_in("ana@desk.example", "correct horse").await.cookie();
    let second = desk.refresh(&first).await;
    assert_eq!(second.status, 200);
    let second = second.cookie();
    assert_ne!(first, second);
    let third = desk.refresh(&second).await.cookie();
    assert_eq!(desk.refresh(&first).await.code(), "signed_out");
    assert_eq!(desk.refresh(&third).await.code(), "signed_out", "the whole family has ended");
}

#[tokio::test]
async fn who_lost_the_answer_to_a_refresh_asks_again_and_stays_signed_in() {
    let desk = Desk::start().await;
    let first = desk.sign_in("ana@desk.example", "correct horse").await.cookie();
    let lost = desk.refresh(&first).await.cookie();
    desk.clock.forward(30_000);
    let again = desk.refresh(&first).await;
    assert_eq!(again.status, 200);
    let again = again.cookie();
    assert_ne!(lost, again);
    let next = desk.refresh(&again).await.cookie();
    assert_eq!(desk.refresh(&lost).await.code(), "signed_out", "somebody else got that answer");
    assert_eq!(desk.refresh(&next).await.code(), "signed_out", "so it ends for both");

    let first = desk.sign_in("ana@desk.example", "correct horse").await.cookie();
    let next = desk.refresh(&first).await.cookie();
    desk.clock.forward(30_001);
    assert_eq!(desk.refresh(&first).await.code(), "signed_out", "that is no lost answer");
    assert_eq!(desk.refresh(&next).await.code(), "signed_out");
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
    assert_eq!(desk.start_program(&session, [7; 32], 2).await, Err(ErrorCode::LinkUsed));

    let other = desk.invite(&token, [9; 32]).await;
    desk.clock.forward(24 * 3_600_000 + 1);
    desk.records().expire_due().await.unwrap();
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    let read = desk.get(&format!("sessions/{}", other["id"].as_str().unwrap()), &token).await;
    assert_eq!(read.body["state"], "expired");
    assert_eq!(desk.start_program(&other, [9; 32], 3).await, Err(ErrorCode::LinkExpired));
    let there = desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), &token).await;
    assert_eq!(there.body["state"], "waiting", "who is there is not thrown out");
}

#[tokio::test]
async fn a_restart_keeps_accounts_sessions_and_shown_codes() {
    let mut desk = Desk::start().await;
    let signed_in = desk.sign_in("ana@desk.example", "correct horse").await;
    let (token, cookie) = (signed_in.token(), signed_in.cookie());
    let session = desk.invite(&token, [7; 32]).await;
    desk.start_program(&session, [7; 32], 1).await.unwrap();
    let mut sos = desk.sos(sos::ask_code()).await;
    let welcome = sos.welcome().await;
    let shown = welcome.code.unwrap().routing;
    desk.restart().await;

    let list = desk.get("sessions?state=waiting", &token).await;
    assert_eq!(list.body["sessions"][0]["number"], 1);
    assert_eq!(list.body["sessions"][0]["detail"], "invited", "nobody has come back yet");
    assert_eq!(desk.refresh(&cookie).await.status, 200);
    let away = desk.post("codes", &token, json!({ "routing": shown })).await;
    assert_eq!(away.code(), "wrong_code", "the program is not back yet");
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token: welcome.resume_token });
    let mut back = desk.sos(sos::hello(resume)).await;
    assert_eq!(back.welcome().await.code.unwrap().routing, shown);
    assert_eq!(desk.post("codes", &token, json!({ "routing": shown })).await.status, 200);
}

#[tokio::test]
async fn a_loss_that_was_not_recorded_is_found_later() {
    let desk = Desk::start().await;
    let token = desk.sign_in("ana@desk.example", "correct horse").await.token();
    // By the records alone: as after a loss that could not be written, no such connection is here.
    let gone = desk.invite(&token, [7; 32]).await;
    desk.start_program(&gone, [7; 32], 1).await.unwrap();
    let here = desk.invite(&token, [8; 32]).await;
    let invite = here["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [8; 32])).await;
    sos.welcome().await;
    let detail = async |session: &Value| {
        let read = desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), &token).await;
        read.body["detail"].as_str().unwrap().to_owned()
    };
    desk.records().tidy().await.unwrap();
    assert_eq!(detail(&gone).await, "ready", "it may be coming in right now");
    desk.clock.forward(30_000);
    desk.records().tidy().await.unwrap();
    assert_eq!(detail(&gone).await, "invited");
    assert_eq!(detail(&here).await, "ready", "who is here is left alone");
}

#[tokio::test]
async fn the_cookie_is_of_no_use_to_other_sites() {
    let desk = Desk::start().await;
    let cookie = desk.sign_in("ana@desk.example", "correct horse").await.cookie();
    let ours = format!("http://{}", desk.address());
    for route in ["auth/refresh", "auth/sign-out"] {
        let refused =
            desk.with_cookie(route, &cookie, &[("origin", "https://evil.example"), ("x-ponte", "1")]).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{route}");
        let refused =
            desk.with_cookie(route, &cookie, &[("sec-fetch-site", "cross-site"), ("x-ponte", "1")]).await;
        assert_eq!(refused.code(), "forbidden", "{route}");
        let form = desk.with_cookie(route, &cookie, &[("origin", &ours)]).await;
        assert_eq!((form.status, form.code()), (401, "signed_out"), "{route} without the header of its own");
        let form = desk.with_cookie(route, &cookie, &[]).await;
        assert_eq!(form.code(), "signed_out", "{route}");
    }
    let cookie =
        desk.with_cookie("auth/refresh", &cookie, &[("origin", &ours), ("x-ponte", "1")]).await.cookie();
    assert_eq!(
        desk.with_cookie("auth/sign-out", &cookie, &[("x-ponte", "1")]).await.status,
        204,
        "no browser"
    );
    assert_eq!(desk.refresh(&cookie).await.code(), "signed_out");
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
    for routing in ["1234", "123456", "1234x"] {
        let wrong = desk.post("codes", &token, json!({ "routing": routing })).await;
        assert_eq!((wrong.status, wrong.code()), (400, "invalid_request"), "{routing}");
    }
    for password in [String::new(), "x".repeat(1025)] {
        let wrong = desk.sign_in("ana@desk.example", &password).await;
        assert_eq!((wrong.status, wrong.code()), (400, "invalid_request"));
    }
    let state = desk.get("sessions?state=lost", &token).await;
    assert_eq!((state.status, state.code()), (400, "invalid_request"));
    let huge = desk.post("codes", &token, json!({"routing": "1".repeat(100_000)})).await;
    assert_eq!((huge.status, huge.code()), (413, "too_large"));
    let answer = desk.get("desk", "").await;
    assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(InviteId::from_bytes([0; 16]).to_string().len(), 36);
    assert_eq!(b64(&sha256(&[0])).len(), 43);
}
