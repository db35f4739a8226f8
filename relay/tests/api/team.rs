//! Who is next, who is there, and what becomes of the sessions of who is gone.

use futures_util::future::join_all;
use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use serde_json::{Value, json};

use super::desk::Desk;

fn technician(limit: u32) -> TechnicianSetup {
    let holds = Holding::new(RoleName::ChannelTechnician, Scope::Desk);
    TechnicianSetup { limit: limit.try_into().unwrap(), ..TechnicianSetup::holding(holds) }
}

#[tokio::test]
async fn priority_goes_first_then_age_and_the_answer_says_why() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    assert_eq!(desk.get("queue/next", &ana).await.body, json!({}), "nobody waits");
    let none = desk.post("queue/next", &ana, json!({})).await;
    assert_eq!((none.status, none.code()), (404, "not_found"));
    let old = desk.waiting(&ana, 1, json!({})).await;
    desk.clock.forward(10_000);
    desk.waiting(&ana, 2, json!({})).await;
    desk.clock.forward(10_000);
    let urgent = desk.waiting(&ana, 3, json!({"priority": "urgent"})).await;
    let invited = json!({"person": "Not here yet", "invite_public": super::b64(&[1; 32]),
        "claim_hash": super::b64(&[2; 32]), "priority": "urgent"});
    desk.post("sessions", &ana, invited).await;

    let next = desk.get("queue/next", &ana).await.body["next"].clone();
    assert_eq!((&next["session"]["id"], &next["place"]["of"]), (&urgent["id"], &json!(3)), "{next}");
    assert_eq!(next["place"]["before"]["because"], "priority");
    assert_eq!(next["then"]["id"], old["id"]);
    let taken = desk.post("queue/next", &ana, json!({})).await;
    assert_eq!(
        (&taken.body["session"]["id"], &taken.body["session"]["state"]),
        (&urgent["id"], &json!("active"))
    );
    let next = desk.get("queue/next", &ana).await.body["next"].clone();
    assert_eq!(next["session"]["id"], old["id"]);
    assert_eq!(next["place"]["before"]["because"], json!({"older": {"by": 10}}));

    // Given back, it keeps its age: it is before those that came after it.
    let path = format!("sessions/{}", urgent["id"].as_str().unwrap());
    let version = taken.body["session"]["version"].clone();
    let low = desk.patch(&path, &ana, json!({"version": version, "priority": "low"})).await;
    let back = desk.post(&format!("{path}/release"), &ana, json!({"version": low.body["version"]})).await;
    assert_eq!((back.status, &back.body["came_at"]), (200, &urgent["came_at"]));
    let order: Vec<Value> = desk.get("sessions?state=waiting&order=queue", &ana).await.body["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| session["number"].clone())
        .collect();
    assert_eq!(order, [1, 2, 3, 4], "low now; who is not here yet comes last");
}

#[tokio::test]
async fn sixteen_who_take_next_together_each_get_another_one() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let mut tokens = Vec::new();
    for n in 0..16 {
        tokens.push(desk.technician_as(&format!("Technician {n}"), technician(2)).await);
    }
    for n in 0..24 {
        desk.waiting(&ana, n, json!({})).await;
    }
    let round = || join_all(tokens.iter().map(|token| desk.post("queue/next", token, json!({}))));
    let mut taken: Vec<String> = Vec::new();
    for answer in [round().await, round().await].iter().flatten() {
        match answer.status {
            200 => taken.push(answer.body["session"]["id"].as_str().unwrap().to_owned()),
            404 => {}
            other => panic!("{other}: {}", answer.body),
        }
    }
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 24, "each was taken once");
    let team = desk.get("team", &ana).await.body["technicians"].as_array().unwrap().clone();
    assert!(team.iter().all(|it| it["load"].as_u64() <= Some(2)), "nobody is over the limit");
    assert_eq!(team.iter().map(|it| it["load"].as_u64().unwrap()).sum::<u64>(), 24);
}

#[tokio::test]
async fn nobody_takes_more_than_they_may_hold_even_when_they_press_together() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", technician(3)).await;
    let mut waiting = Vec::new();
    for n in 0..8 {
        waiting.push(desk.waiting(&ana, n, json!({})).await);
    }
    let claims = waiting.iter().map(|session| {
        let path = format!("sessions/{}/claim", session["id"].as_str().unwrap());
        desk.post_owned(path, &bia, json!({"version": session["version"]}))
    });
    let answers = join_all(claims).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 3);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((refused.status, refused.code()), (409, "cannot_take"), "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains("may hold 3"), "{}", refused.body);
    }
}

#[tokio::test]
async fn going_off_shift_gives_the_sessions_back_with_their_age() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", technician(5)).await;
    let session = desk.waiting(&ana, 1, json!({})).await;
    desk.clock.forward(60_000);
    let taken = desk.post("queue/next", &bia, json!({})).await;
    assert_eq!(taken.status, 200);
    let standing = desk.put("team/me", &bia, json!({"availability": "off_shift"})).await;
    assert_eq!(
        (&standing.body["effective"]["availability"], &standing.body["load"]),
        (&json!("off_shift"), &json!(0))
    );
    let back = desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), &ana).await.body;
    assert_eq!((&back["state"], &back["came_at"]), (&json!("waiting"), &session["came_at"]));
    let kinds: Vec<_> = back["history"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
    assert!(kinds.contains(&json!("handed_back")), "{kinds:?}");
    let refused = desk.post("queue/next", &bia, json!({})).await;
    assert_eq!((refused.status, refused.code()), (409, "cannot_take"));
    desk.put("team/me", &bia, json!({"availability": "busy"})).await;
    assert_eq!(desk.post("queue/next", &bia, json!({})).await.status, 200, "who is busy takes by hand");
}

#[tokio::test]
async fn who_is_gone_for_too_long_holds_nothing_also_after_a_restart() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", technician(5)).await;
    let session = desk.waiting(&ana, 1, json!({})).await;
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    assert_eq!(desk.post("queue/next", &bia, json!({})).await.status, 200);
    desk.clock.forward(14 * 60_000);
    desk.records().look_after_the_team().await.unwrap();
    let path = format!("sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(desk.get(&path, &desk.owner().await).await.body["state"], "active", "not yet");
    desk.clock.forward(30 * 60_000);
    desk.restart().await;
    let ana = desk.owner().await;
    desk.records().look_after_the_team().await.unwrap();
    assert_eq!(
        desk.get(&path, &ana).await.body["state"],
        "active",
        "nobody could be heard while the relay was down"
    );
    desk.clock.forward(15 * 60_000);
    desk.records().look_after_the_team().await.unwrap();
    assert_eq!(desk.get(&path, &desk.owner().await).await.body["state"], "waiting");
}

#[tokio::test]
async fn lists_are_searched_filtered_and_ordered() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let night = desk.make("channels", &ana, json!({"name": "Night"})).await;
    desk.waiting(&ana, 1, json!({"person": "Жанна", "subject": "Printer 100%"})).await;
    desk.clock.forward(1_000);
    desk.waiting(&ana, 2, json!({"person": "Bruno", "channel": night})).await;
    desk.post("queue/next", &ana, json!({})).await;
    let numbers = async |query: &str| {
        let page = desk.get(&format!("sessions?{query}"), &ana).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body["sessions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["number"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("search=%D0%B6%D0%B0%D0%BD%D0%BD%D0%B0%20print").await, [1]);
    assert_eq!(numbers("search=100%25").await, [1]);
    assert_eq!(numbers("search=nobody").await, [0u64; 0]);
    assert_eq!(numbers(&format!("channel={night}")).await, [2]);
    assert_eq!(numbers("owner=me").await, [1]);
    assert_eq!(numbers("owner=nobody").await, [2]);
    assert_eq!(numbers("order=oldest&limit=1&skip=1").await, [2]);
    for wrong in ["order=random", "owner=you", "channel=x", "skip=-1", "colour=red"] {
        assert_eq!(desk.get(&format!("sessions?{wrong}"), &ana).await.code(), "invalid_request", "{wrong}");
    }
    let long = "x".repeat(201);
    assert_eq!(desk.get(&format!("sessions?search={long}"), &ana).await.code(), "invalid_request");
}
