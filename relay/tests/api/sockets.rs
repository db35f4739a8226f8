//! The WebSockets over real HTTP: who may open them, what they take, and that nothing is missed.

use std::time::{Duration, Instant};

use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use ponte_store::{Accounts as _, Events as _, TokenHash};
use ponte_types::{ErrorCode, UnixMillis};
use ponte_wire::msg::to_viewer;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::{
    desk::{Desk, sha256},
    socket::{Heard, Socket, View, events},
    sos,
};

async fn signed_in(desk: &Desk) -> String {
    desk.sign_in("ana@desk.example", "correct horse").await.token()
}

fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["session"]["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn who_comes_back_with_a_cursor_misses_nothing() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let first = desk.invite(&token, [1; 32]).await;
    let cursor = desk.get("sessions", &token).await.body["cursor"].as_u64().unwrap();
    let mut socket = events(&desk, &token, cursor).await;
    desk.invite(&token, [2; 32]).await;
    let second = socket.event().await;
    assert_eq!((second["type"].as_str(), second["session"]["number"].as_u64()), (Some("session"), Some(2)));
    drop(socket);

    // Meanwhile: two new ones, and the first one's program is started.
    desk.invite(&token, [3; 32]).await;
    desk.start_program(&first, [1; 32], 1).await.unwrap();
    desk.invite(&token, [4; 32]).await;
    let mut socket = events(&desk, &token, second["cursor"].as_u64().unwrap()).await;
    let missed = [socket.event().await, socket.event().await, socket.event().await];
    assert_eq!(numbers(&missed), [3, 1, 4]);
    assert_eq!(missed[1]["session"]["detail"], "ready");
    assert!(missed.windows(2).all(|pair| pair[0]["cursor"].as_u64() < pair[1]["cursor"].as_u64()));

    // Changes of one session since then come as one, in its newest state.
    let mut all = events(&desk, &token, 0).await;
    let all = [all.event().await, all.event().await, all.event().await, all.event().await];
    assert_eq!(numbers(&all), [2, 3, 1, 4]);
    desk.invite(&token, [5; 32]).await;
    assert_eq!(socket.event().await["session"]["number"], 5, "and it goes on live");
}

#[tokio::test]
async fn a_cursor_that_is_too_old_or_not_ours_loads_the_queue_again() {
    let mut desk = Desk::start().await;
    let token = signed_in(&desk).await;
    for n in 1..4 {
        desk.invite(&token, [n; 32]).await;
    }
    let store = desk.store().await;
    store.trim_outbox(1).await.unwrap();
    store.close().await;
    // A relay that goes on still has the last changes in its memory.
    desk.restart().await;
    for cursor in [0, 1, 4, u64::from(u32::MAX)] {
        let mut socket = events(&desk, &token, cursor).await;
        assert_eq!(socket.event().await, json!({"type": "reload"}), "{cursor}");
        assert_eq!(socket.ended().await, "");
    }
    let mut socket = events(&desk, &token, 2).await;
    assert_eq!(socket.event().await["session"]["number"], 3);
}

#[tokio::test]
async fn a_ticket_opens_one_socket_of_its_kind_once_and_soon() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let purpose = || json!({"purpose": "events"});
    let hello = |ticket: &str| json!({"ticket": ticket, "cursor": 0}).to_string();
    let ticket = desk.ticket(&token, purpose()).await;
    let mut socket = Socket::open(&desk, "events").await;
    socket.text(hello(&ticket)).await;
    desk.invite(&token, [1; 32]).await;
    assert_eq!(socket.event().await["type"], "session");
    let late = desk.ticket(&token, purpose()).await;
    desk.clock.forward(30_001);
    let other = desk.ticket(&token, purpose()).await;
    for refused in [ticket.as_str(), &late, "", "AAAA"] {
        let mut again = Socket::open(&desk, "events").await;
        again.text(hello(refused)).await;
        assert_eq!(again.hear().await, Heard::Closed("signed_out".into()));
        assert_eq!(View::open(&desk, refused).await.refused().await, "signed_out");
    }
    assert_eq!(View::open(&desk, &other).await.refused().await, "signed_out", "a ticket for the events");
}

#[tokio::test]
async fn sockets_close_when_their_sign_in_ends() {
    let desk = Desk::start().await;
    // Each way to end: signing out, a stolen refresh token, another program on the same database.
    for way in 0..3 {
        let answer = desk.sign_in("ana@desk.example", "correct horse").await;
        let (token, cookie) = (answer.token(), answer.cookie());
        let claim = [10 + way; 32];
        let session = desk.invite(&token, claim).await;
        desk.start_program(&session, claim, 10 + way).await.unwrap();
        let id = session["id"].as_str().unwrap();
        desk.post(&format!("sessions/{id}/claim"), &token, json!({"version": 2})).await;
        let mut gone = events(&desk, &token, 0).await;
        gone.event().await;
        let ticket = desk.ticket(&token, json!({"purpose": "view", "session": id})).await;
        let mut view = View::open(&desk, &ticket).await;
        view.until(|body| matches!(body, to_viewer::Body::Welcome(_)).then_some(())).await;
        let unused = desk.ticket(&token, json!({"purpose": "events"})).await;
        let elsewhere = signed_in(&desk).await;
        let cursor = desk.get("sessions", &elsewhere).await.body["cursor"].as_u64().unwrap();
        let mut stays = events(&desk, &elsewhere, cursor).await;

        match way {
            0 => {
                assert_eq!(desk.with_cookie("auth/sign-out", &cookie, &[("x-ponte", "1")]).await.status, 204)
            }
            1 => {
                let next = desk.refresh(&cookie).await.cookie();
                desk.refresh(&next).await;
                assert_eq!(desk.refresh(&cookie).await.code(), "signed_out");
            }
            _ => {
                let store = desk.store().await;
                let token = cookie.split_once('=').unwrap().1;
                let hash = TokenHash(sha256(token.as_bytes()));
                store.end_family(hash, UnixMillis(1)).await.unwrap().unwrap();
                store.close().await;
                desk.records().tidy().await.unwrap();
            }
        }
        assert_eq!(gone.ended().await, "signed_out", "way {way}");
        assert_eq!(view.refused().await, "signed_out", "way {way}");
        let late = desk.post("tickets", &token, json!({"purpose": "events"})).await;
        assert_eq!((late.status, late.code()), (401, "signed_out"), "the access token opens nothing new");
        let mut again = Socket::open(&desk, "events").await;
        again.text(json!({"ticket": unused, "cursor": 0}).to_string()).await;
        assert_eq!(again.ended().await, "signed_out");
        desk.invite(&elsewhere, [20 + way; 32]).await;
        assert_eq!(stays.event().await["type"], "session", "another sign-in of the same account goes on");
    }
}

#[tokio::test]
async fn other_sites_cannot_open_a_socket() {
    let desk = Desk::start().await;
    let ours = format!("http://{}", desk.address());
    for route in ["events", "view"] {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", &format!("{ours}.evil.example"))],
            &[("origin", &ours.replace("http:", "https:"))],
            &[("origin", &ours), ("origin", "https://evil.example")],
            // A browser that leaves the origin out.
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        ] {
            assert_eq!(Socket::with(&desk, route, headers).await.err(), Some(403), "{route} {headers:?}");
        }
        for headers in [&[("origin", ours.as_str())][..], &[], &[("sec-fetch-site", "same-origin")]] {
            assert!(Socket::with(&desk, route, headers).await.is_ok(), "{route} {headers:?}");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_for_five_seconds_is_cut_off() {
    let desk = Desk::start().await;
    let begun = Instant::now();
    let (mut events, mut view) =
        (Socket::open(&desk, "events").await, View(Socket::open(&desk, "view").await));
    let (events, view) = tokio::join!(events.hear(), view.refused());
    assert_eq!((events, view.as_str()), (Heard::Closed("invalid_request".into()), "invalid_request"));
    let took = begun.elapsed();
    assert!((Duration::from_millis(4_900)..Duration::from_secs(8)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn malformed_and_oversized_messages_end_the_socket_with_a_reason() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let unknown = json!({"ticket": "x", "cursor": 0, "admin": true}).to_string();
    for (text, reason) in [
        ("{", "invalid_request"),
        ("", "invalid_request"),
        (r#"{"cursor":0}"#, "invalid_request"),
        (r#"{"ticket":"x","cursor":-1}"#, "invalid_request"),
        (&unknown, "invalid_request"),
        (&"x".repeat(1025), "too_large"),
    ] {
        let mut socket = Socket::open(&desk, "events").await;
        socket.text(text).await;
        assert_eq!(socket.ended().await, reason, "{text:.40}");
    }
    // Far too large: cut off before its end, so the reason may not arrive.
    let mut socket = Socket::open(&desk, "events").await;
    socket.flood(8 << 20).await;
    let mut socket = Socket::open(&desk, "events").await;
    socket.binary(vec![1]).await;
    assert_eq!(socket.ended().await, "invalid_request");
    let mut socket = events(&desk, &token, 0).await;
    desk.invite(&token, [1; 32]).await;
    socket.event().await;
    socket.text("and another thing").await;
    assert_eq!(socket.ended().await, "invalid_request", "there is nothing more to say");

    for (bytes, code) in
        [(vec![], "invalid_request"), (vec![0xff; 64], "invalid_request"), (vec![0; 300_000], "too_large")]
    {
        let mut view = View(Socket::open(&desk, "view").await);
        view.0.binary(bytes).await;
        assert_eq!(view.refused().await, code);
    }
    let mut view = View(Socket::open(&desk, "view").await);
    view.0.text("hello").await;
    assert_eq!(view.refused().await, "invalid_request");
    let mut view = View(Socket::open(&desk, "view").await);
    view.hello(2, "x").await;
    assert_eq!(view.refused().await, "unsupported_protocol");

    // In the middle, too.
    let mut sos = desk.sos(sos::ask_code()).await;
    for wrong in [vec![0xff; 64], vec![0; 300_000]] {
        let routing = sos_routing(&mut sos, &desk).await;
        let ticket = desk.post("codes", &token, json!({ "routing": routing })).await.body["ticket"].clone();
        let mut view = View::open(&desk, ticket.as_str().unwrap()).await;
        sos.joined().await;
        let code = if wrong.len() > 100_000 { ErrorCode::TooLarge } else { ErrorCode::InvalidRequest };
        view.0.binary(wrong).await;
        assert_eq!(view.refused().await, code.as_str());
    }
}

/// The number that a program shows.
async fn sos_routing(sos: &mut sos::Sos, desk: &Desk) -> String {
    // A second program, so that each round has a number of its own.
    *sos = desk.sos(sos::ask_code()).await;
    sos.welcome().await.code.unwrap().routing
}

#[tokio::test]
async fn a_console_hears_of_setup_and_team_and_loses_what_it_may_not_see() {
    let desk = Desk::start().await;
    let ana = signed_in(&desk).await;
    let (own, other) = (
        desk.make("channels", &ana, json!({"name": "Own"})).await,
        desk.make("channels", &ana, json!({"name": "Other"})).await,
    );
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Channel(own.parse().unwrap()));
    let bia = desk.technician_as("Bia", TechnicianSetup::holding(held)).await;
    let mut socket = events(&desk, &bia, 0).await;
    let hidden = desk.waiting(&ana, 1, json!({"channel": other})).await;
    let gone = socket.event().await;
    assert_eq!((&gone["type"], &gone["session"]), (&json!("gone"), &hidden["id"]), "nothing but its id");
    let shown = desk.waiting(&ana, 2, json!({"channel": own})).await;
    loop {
        let event = socket.event().await;
        if event["session"]["id"] == shown["id"] && event["session"]["detail"] == "ready" {
            break;
        }
    }
    let path = format!("sessions/{}", shown["id"].as_str().unwrap());
    let moved = json!({"version": shown["version"], "channel": other});
    assert_eq!(desk.patch(&path, &ana, moved).await.status, 200);
    assert_eq!(socket.event().await["type"], "gone", "it was moved out of sight");
    assert_eq!(desk.get(&path, &bia).await.code(), "not_found");

    desk.make("groups", &ana, json!({"name": "Level 1"})).await;
    assert_eq!(socket.event().await, json!({"type": "setup"}));
    desk.put("team/me", &ana, json!({"availability": "busy"})).await;
    assert_eq!(socket.any_event().await, json!({"type": "team"}));
}

#[tokio::test]
async fn what_another_relay_wrote_is_heard_here() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    let mut socket = events(&desk, &token, 0).await;
    let other = desk.second().await;
    let url = format!("http://{}/api/v1/channels", other.address());
    let channel = json!({"name": "Elsewhere"});
    let made = reqwest::Client::new().post(url).bearer_auth(&token).json(&channel).send().await.unwrap();
    assert_eq!(made.status(), 201);
    loop {
        // The team is looked after meanwhile.
        if socket.event().await["type"] == "setup" {
            break;
        }
    }
    let url = format!("http://{}/api/v1/sessions", other.address());
    let body = json!({
        "person": "Rosa", "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&sha256(&[2; 32])),
    });
    let made = reqwest::Client::new().post(url).bearer_auth(&token).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    loop {
        let event = socket.event().await;
        if event["type"] == "session" {
            assert_eq!(event["session"]["person"], "Rosa");
            break;
        }
    }
    other.stop().await;
}

#[tokio::test]
async fn a_console_too_far_behind_is_told_to_load_its_list_again() {
    let desk = Desk::start().await;
    let token = signed_in(&desk).await;
    desk.invite(&token, [1; 32]).await;
    let newest = desk.get("sessions", &token).await.body["cursor"].as_u64().unwrap();
    let mut follows = events(&desk, &token, newest).await;
    let database = desk.sql().await;
    let changed = |times: u32| {
        format!(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {times}) \
             INSERT INTO outbox (session_id) SELECT sessions.id FROM sessions, n"
        )
    };
    database.execute_unprepared(&changed(2_000)).await.unwrap();
    desk.records().notice_others().await.unwrap();
    let event = follows.event().await;
    assert_eq!((&event["type"], event["cursor"].as_u64()), (&json!("session"), Some(newest + 2_000)));

    database.execute_unprepared(&changed(2_001)).await.unwrap();
    desk.records().notice_others().await.unwrap();
    assert_eq!(follows.event().await, json!({"type": "reload"}), "it would have to read too much");
    assert_eq!(follows.ended().await, "");
    let mut late = events(&desk, &token, newest).await;
    assert_eq!(late.event().await, json!({"type": "reload"}), "nor is who comes back fed with all of it");
    let list = desk.get("sessions", &token).await.body;
    let mut again = events(&desk, &token, list["cursor"].as_u64().unwrap()).await;
    desk.invite(&token, [2; 32]).await;
    assert_eq!(numbers(&[again.event().await]), [2], "with its list loaded it follows again");
    database.close().await.unwrap();
}
