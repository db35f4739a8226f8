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
    for far in ["1000001", "9223372036854775808", "18446744073709551615"] {
        let refused = desk.get(&format!("sessions?skip={far}"), &ana).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{far}");
        assert!(refused.body["detail"].as_str().unwrap().contains("1000000"), "{}", refused.body);
    }
    assert_eq!(numbers("skip=1000000").await, [0u64; 0]);
    assert_eq!(numbers("after=18446744073709551615").await.len(), 2);
    let long = "x".repeat(201);
    assert_eq!(desk.get(&format!("sessions?search={long}"), &ana).await.code(), "invalid_request");
}

/// A channel that gives its sessions by a policy to these, who are all at the desk.
async fn giving(desk: &Desk, token: &str, policy: &str, technicians: &[&str]) -> String {
    let page = desk.get("setup", token).await.body;
    let all = page["technicians"].as_array().unwrap();
    let ids: Vec<&Value> = all
        .iter()
        .filter(|it| technicians.iter().any(|name| it["name"] == *name))
        .map(|it| &it["id"])
        .collect();
    desk.make("channels", token, json!({"name": "Given", "policy": policy, "technicians": ids})).await
}

fn nobody_yet(limit: u32) -> TechnicianSetup {
    TechnicianSetup { limit: limit.try_into().unwrap(), ..TechnicianSetup::holding([]) }
}

async fn owner_of(desk: &Desk, token: &str, session: &Value) -> Value {
    desk.records().assign_waiting().await.unwrap();
    desk.get(&format!("sessions/{}", session["id"].as_str().unwrap()), token).await.body["owner"]["name"]
        .clone()
}

#[tokio::test]
async fn the_desk_gives_in_turn_to_who_is_available_and_below_the_limit() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", nobody_yet(2)).await;
    let caio = desk.technician_as("Caio", nobody_yet(2)).await;
    let dora = desk.technician_as("Dora", nobody_yet(2)).await;
    let channel = giving(&desk, &ana, "round_robin", &["Bia", "Caio", "Dora"]).await;
    let first = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    assert_eq!(owner_of(&desk, &ana, &first).await, Value::Null, "nobody is at the desk");
    desk.put("team/me", &dora, json!({"availability": "busy"})).await;
    for token in [&bia, &caio] {
        desk.put("team/me", token, json!({"availability": "available"})).await;
    }
    let mut owners = vec![owner_of(&desk, &ana, &first).await];
    for n in 2..=4 {
        desk.clock.forward(1_000);
        let session = desk.waiting(&ana, n, json!({"channel": channel})).await;
        owners.push(owner_of(&desk, &ana, &session).await);
    }
    assert_ne!(owners[0], owners[1], "in turn: {owners:?}");
    assert_eq!((&owners[0], &owners[1]), (&owners[2], &owners[3]), "in turn: {owners:?}");
    assert!(!owners.contains(&json!("Dora")), "who is busy is given nothing");
    let fifth = desk.waiting(&ana, 5, json!({"channel": channel})).await;
    assert_eq!(owner_of(&desk, &ana, &fifth).await, Value::Null, "both hold what they may");

    let mine = desk.get("sessions?owner=me&state=active", &bia).await.body["sessions"][0].clone();
    let path = format!("sessions/{}/close", mine["id"].as_str().unwrap());
    desk.post(&path, &bia, json!({"version": mine["version"], "outcome": "solved", "note": "Done."})).await;
    assert_eq!(owner_of(&desk, &ana, &fifth).await, "Bia", "as soon as somebody may hold one more");
    let history =
        desk.get(&format!("sessions/{}", fifth["id"].as_str().unwrap()), &ana).await.body["history"].clone();
    assert_eq!(history.as_array().unwrap().last().unwrap()["kind"], "assigned");
}

#[tokio::test]
async fn who_gave_a_session_back_is_not_given_it_again() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", nobody_yet(5)).await;
    let channel = giving(&desk, &ana, "least_busy", &["Bia"]).await;
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    assert_eq!(owner_of(&desk, &ana, &session).await, "Bia");
    let path = format!("sessions/{}", session["id"].as_str().unwrap());
    let version = desk.get(&path, &bia).await.body["version"].clone();
    assert_eq!(desk.post(&format!("{path}/release"), &bia, json!({"version": version})).await.status, 200);
    assert_eq!(owner_of(&desk, &ana, &session).await, Value::Null);
    let by_hand = desk.post("queue/next", &bia, json!({})).await;
    assert_eq!(by_hand.status, 200, "but may take it: {}", by_hand.body);
}

#[tokio::test]
async fn the_work_log_is_kept_once_and_in_order() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let session = desk.waiting(&ana, 1, json!({})).await;
    let path = format!("sessions/{}/actions", session["id"].as_str().unwrap());
    let marked = async || {
        let page = desk.get("sessions", &ana).await.body;
        page["sessions"][0]["changed_infrastructure"].as_bool().unwrap()
    };
    let entry = |n: u8, kind: &str| {
        let id = ponte_types::ActionId::from_bytes([n; 16]);
        json!({"id": id, "kind": kind, "minutes": 15, "changed_infrastructure": n == 2, "text": format!("Schritt {n}\\nпроверено")})
    };
    assert_eq!(desk.post(&path, &ana, entry(1, "no_answer")).await.status, 201);
    desk.clock.forward(1_000);
    assert!(!marked().await, "nothing was changed yet");
    assert_eq!(desk.post(&path, &ana, entry(2, "work")).await.status, 201);
    assert!(marked().await, "the list shows what changed the infrastructure");
    let again = desk.post(&path, &ana, entry(1, "no_answer")).await;
    let log = again.body["actions"].as_array().unwrap().clone();
    assert_eq!((again.status, log.len()), (201, 2), "its answer was lost: it is one entry");
    assert_eq!((&log[0]["kind"], &log[1]["changed_infrastructure"]), (&json!("no_answer"), &json!(true)));
    assert_eq!((&log[1]["by"]["name"], &log[1]["text"]), (&json!("Ana"), &json!("Schritt 2\\nпроверено")));
    let other = desk.waiting(&ana, 2, json!({})).await;
    let other = format!("sessions/{}/actions", other["id"].as_str().unwrap());
    assert_eq!(
        desk.post(&other, &ana, entry(1, "work")).await.code(),
        "invalid_request",
        "an id of another session"
    );
    let mut long = entry(3, "work");
    long["minutes"] = 1441.into();
    assert_eq!(desk.post(&path, &ana, long).await.code(), "invalid_request");
    for (field, value) in [("kind", json!("party")), ("text", json!(" ")), ("minutes", json!(-1))] {
        let mut wrong = entry(4, "work");
        wrong[field] = value;
        assert_eq!(desk.post(&path, &ana, wrong).await.code(), "invalid_request", "{field}");
    }
    let id = session["id"].as_str().unwrap();
    let close = json!({"version": session["version"], "outcome": "solved", "note": "Done."});
    assert_eq!(desk.post(&format!("sessions/{id}/close"), &ana, close).await.status, 200);
    assert!(
        desk.session(&ana, id).await["changed_infrastructure"].as_bool().unwrap(),
        "also after the next change"
    );
    assert_eq!(desk.post(&path, &ana, entry(5, "work")).await.status, 201, "written down afterwards");
}

#[tokio::test]
async fn who_waits_longer_than_the_channel_allows_expires() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let quick = desk.make("channels", &ana, json!({"name": "Quick", "waiting_limit": {"minutes": 10}})).await;
    let patient = desk.make("channels", &ana, json!({"name": "Patient"})).await;
    let (short, moved) = (
        desk.waiting(&ana, 1, json!({"channel": quick})).await,
        desk.waiting(&ana, 2, json!({"channel": quick})).await,
    );
    let came = short["came_at"].as_i64().unwrap();
    assert_eq!(short["expires_at"].as_i64(), Some(came + 600_000));
    let path = format!("sessions/{}", moved["id"].as_str().unwrap());
    let moved = desk.patch(&path, &ana, json!({"version": moved["version"], "channel": patient})).await;
    assert_eq!((moved.status, moved.body.get("expires_at")), (200, None), "its new channel is patient");
    let state = async |path: &str| desk.get(path, &ana).await.body["state"].clone();
    let short = format!("sessions/{}", short["id"].as_str().unwrap());
    desk.clock.forward(599_000);
    desk.records().expire_due().await.unwrap();
    assert_eq!(state(&short).await, "waiting");
    desk.clock.forward(1_000);
    desk.records().expire_due().await.unwrap();
    let ana = desk.owner().await;
    assert_eq!(desk.get(&short, &ana).await.body["state"], "expired");
    assert_eq!(desk.get(&path, &ana).await.body["state"], "waiting");
}

#[tokio::test]
async fn the_rules_decide_where_a_session_goes_for_which_nobody_named_a_channel() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let hardware = desk.make("channels", &ana, json!({"name": "Hardware"})).await;
    let support =
        desk.get("setup", &ana).await.body["desk"]["setup"]["default_channel"].as_str().unwrap().to_owned();
    let rules = json!({"version": 1, "setup": {"name": "Support", "rules": [
        {"name": "Broken", "when": [{"any_word": ["broken"]}],
         "then": {"to": {"channel": hardware}, "priority": "high", "skills": [{"skill": "Soldering", "level": 3}]}},
    ]}});
    assert_eq!(desk.put(&format!("channels/{support}"), &ana, rules).await.status, 200);
    let broken = desk.waiting(&ana, 1, json!({"subject": "My mouse is BROKEN"})).await;
    assert_eq!((&broken["channel"], &broken["priority"]), (&json!(hardware), &json!("high")));
    let plain = desk.waiting(&ana, 2, json!({"subject": "My mouse is slow"})).await;
    assert_eq!((&plain["channel"], &plain["priority"]), (&json!(support), &json!("normal")));
    let named = desk.waiting(&ana, 3, json!({"subject": "Broken, too", "channel": support})).await;
    assert_eq!(named["channel"], json!(support), "a person said where");
    let solders = TechnicianSetup {
        skills: [(ponte_types::Line::parse("Soldering").unwrap(), 3u8.try_into().unwrap())].into(),
        ..technician(5)
    };
    let (rui, bia) =
        (desk.technician_as("Rui", solders).await, desk.technician_as("Bia", technician(5)).await);
    let taken = desk.post("queue/next", &bia, json!({})).await;
    assert_ne!(taken.body["session"]["id"], broken["id"], "she cannot solder: {}", taken.body);
    assert_eq!(desk.post("queue/next", &rui, json!({})).await.body["session"]["id"], broken["id"]);
}

#[tokio::test]
async fn what_a_manager_gives_back_is_not_given_to_its_old_owner_again() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", technician(5)).await;
    let caio = desk.technician_as("Caio", technician(5)).await;
    for token in [&bia, &caio] {
        desk.put("team/me", token, json!({"availability": "available"})).await;
    }
    let id = desk.waiting(&ana, 1, json!({})).await["id"].as_str().unwrap().to_owned();
    desk.done(&bia, &id, "claim", json!({})).await;
    desk.done(&ana, &id, "release", json!({})).await;
    let page = desk.get("setup", &ana).await.body;
    let people = page["technicians"].as_array().unwrap();
    let of = |name: &str| people.iter().find(|it| it["name"] == name).unwrap()["id"].clone();
    let support = page["channels"][0].clone();
    // Bia holds less than Caio does: she would be first.
    let other = desk.waiting(&ana, 2, json!({})).await["id"].as_str().unwrap().to_owned();
    desk.done(&caio, &other, "claim", json!({})).await;
    let setup = json!({"name": "Support", "policy": "least_busy", "technicians": [of("Bia"), of("Caio")]});
    let path = format!("channels/{}", support["id"].as_str().unwrap());
    assert_eq!(
        desk.put(&path, &ana, json!({"version": support["version"], "setup": setup})).await.status,
        200
    );
    desk.records().assign_waiting().await.unwrap();
    assert_eq!(desk.session(&ana, &id).await["owner"]["name"], "Caio");
}

/// So many who come in person, to this channel or where the rules say.
async fn crowd(desk: &Desk, token: &str, many: usize, channel: Option<&str>) {
    for some in (0..many).collect::<Vec<_>>().chunks(16) {
        let asks = some.iter().map(|n| {
            let mut body = json!({"person": format!("Person {n}")});
            if let Some(channel) = channel {
                body["channel"] = json!(channel);
            }
            desk.post("sessions", token, body)
        });
        for made in futures_util::future::join_all(asks).await {
            assert_eq!(made.status, 201, "{}", made.body);
        }
    }
}

#[tokio::test]
async fn one_channels_backlog_holds_up_no_other() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let helper = || TechnicianSetup { limit: 1.try_into().unwrap(), ..TechnicianSetup::holding([]) };
    let bia = desk.technician_as("Bia", helper()).await;
    desk.technician_as("Caio", helper()).await;
    let page = desk.get("setup", &ana).await.body;
    let id = |name: &str| {
        let all = page["technicians"].as_array().unwrap();
        all.iter().find(|it| it["name"] == name).unwrap()["id"].clone()
    };
    let gives = |name: &str, who: &str| json!({"name": name, "kind": "in_person", "policy": "least_busy", "technicians": [id(who)]});
    let stuck = desk.make("channels", &ana, gives("Stuck", "Caio")).await;
    let flows = desk.make("channels", &ana, gives("Flows", "Bia")).await;
    crowd(&desk, &ana, 205, Some(&stuck)).await;
    crowd(&desk, &ana, 1, Some(&flows)).await;
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    desk.records().assign_waiting().await.unwrap();
    let held = desk.get("sessions?owner=me", &bia).await.body["sessions"].clone();
    assert_eq!(held.as_array().unwrap().len(), 1, "{held}");
}

#[tokio::test]
async fn who_is_next_is_found_however_many_wait_for_others() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let caio = desk.technician_as("Caio", TechnicianSetup::holding([])).await;
    desk.technician_as("Bia", TechnicianSetup::holding([])).await;
    let page = desk.get("setup", &ana).await.body;
    let id = |name: &str| {
        let all = page["technicians"].as_array().unwrap();
        all.iter().find(|it| it["name"] == name).unwrap()["id"].clone()
    };
    let setup = |rules: Value| json!({"name": "Desk", "kind": "in_person", "technicians": [id("Bia"), id("Caio")], "rules": rules});
    let for_bia = json!([{"name": "For Bia", "when": [], "then": {"to": {"technician": id("Bia")}}}]);
    let channel = desk.make("channels", &ana, setup(for_bia)).await;
    let mut whole = page["desk"]["setup"].clone();
    whole["default_channel"] = json!(channel);
    let put = desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(put.status, 200, "{}", put.body);
    crowd(&desk, &ana, 501, None).await;
    assert_eq!(desk.get("queue/next", &caio).await.body, json!({}), "all of them are for Bia");
    let open = json!({"version": 1, "setup": setup(json!([]))});
    assert_eq!(desk.put(&format!("channels/{channel}"), &ana, open).await.status, 200);
    crowd(&desk, &ana, 1, None).await;
    assert_eq!(desk.get("queue/next", &caio).await.body["next"]["session"]["number"], 502);
}
