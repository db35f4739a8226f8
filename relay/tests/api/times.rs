//! Times: places and estimates, admission, clocks and alarms, fallback, and the load board.

use ponte_desk::setup::TechnicianSetup;
use serde_json::{Value, json};

use super::{desk::Desk, sos, sos::Sos};

const MINUTE: i64 = 60_000;

fn path(session: &Value) -> String {
    format!("sessions/{}", session["id"].as_str().unwrap())
}

/// Somebody who waits, and whose program stays there until it is dropped.
async fn present(desk: &Desk, token: &str, n: u8, more: Value) -> (Value, Sos) {
    let made = asked(desk, token, n, more).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let invite = made.body["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut program = desk.sos(sos::open_invite(invite, [n; 32])).await;
    program.welcome().await;
    (read(desk, &made.body).await, program)
}

async fn read(desk: &Desk, session: &Value) -> Value {
    let ana = desk.owner().await;
    desk.get(&path(session), &ana).await.body
}

fn helper(limit: u32) -> TechnicianSetup {
    TechnicianSetup { limit: limit.try_into().unwrap(), ..TechnicianSetup::holding([]) }
}

async fn id_of(desk: &Desk, token: &str, name: &str) -> Value {
    let page = desk.get("setup", token).await.body;
    page["technicians"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()["id"].clone()
}

/// A channel in which only Bia works, who may hold so many; her token.
async fn channel_of_bia(desk: &Desk, limit: u32, more: Value) -> (String, String) {
    let ana = desk.owner().await;
    let bia = desk.technician_as("Bia", helper(limit)).await;
    let mut setup = json!({"name": "Bia's", "technicians": [id_of(desk, &ana, "Bia").await]});
    for (name, value) in more.as_object().unwrap() {
        setup[name] = value.clone();
    }
    (desk.make("channels", &ana, setup).await, bia)
}

fn kinds(session: &Value) -> Vec<String> {
    let history = session["history"].as_array().unwrap();
    history.iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

async fn close(desk: &Desk, token: &str, session: &Value) {
    let now = desk.get(&path(session), token).await.body;
    let body = json!({"version": now["version"], "outcome": "solved", "note": "done"});
    let closed = desk.post(&format!("{}/close", path(session)), token, body).await;
    assert_eq!(closed.status, 200, "{}", closed.body);
}

#[tokio::test]
async fn who_waits_knows_their_place_and_how_long_it_takes_as_far_as_that_can_be_said() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let (channel, bia) = channel_of_bia(&desk, 1, json!({})).await;
    let (first, _one) = present(&desk, &ana, 1, json!({"channel": channel})).await;
    assert_eq!((&first["place"]["place"], &first["place"]["of"]), (&json!(1), &json!(1)));
    assert_eq!(first["place"]["estimate"], json!({"unknown": {"why": "nobody_there"}}));

    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    desk.clock.forward(10_000);
    assert_eq!(read(&desk, &first).await["place"]["estimate"], "now", "she is free");
    let ana = desk.owner().await;
    let (second, _two) = present(&desk, &ana, 2, json!({"channel": channel})).await;
    assert_eq!((&second["place"]["place"], &second["place"]["of"]), (&json!(2), &json!(2)));
    assert_eq!(second["place"]["estimate"], json!({"unknown": {"why": "too_few_known"}}));
    let (urgent, _three) = present(&desk, &ana, 3, json!({"channel": channel, "priority": "urgent"})).await;
    assert_eq!(urgent["place"]["place"], 1, "by the queue's order");
    assert_eq!(read(&desk, &second).await["place"]["place"], 3);

    // Eight sessions of ten minutes each: now something can be said.
    for n in 10..18 {
        let session =
            desk.waiting(&desk.owner().await, n, json!({"channel": channel, "priority": "urgent"})).await;
        let bia = desk.sign_in("bia@desk.example", "correct horse").await.token();
        let taken = desk
            .post(&format!("{}/claim", path(&session)), &bia, json!({"version": session["version"]}))
            .await;
        assert_eq!(taken.status, 200, "{}", taken.body);
        assert_eq!(read(&desk, &session).await.get("place"), None, "who is helped stands in no line");
        desk.clock.forward(10 * MINUTE);
        close(&desk, &desk.sign_in("bia@desk.example", "correct horse").await.token(), &session).await;
    }
    // More than an hour later nobody urgent came lately.
    desk.clock.forward(61 * MINUTE);
    let bia = desk.sign_in("bia@desk.example", "correct horse").await.token();
    desk.put("team/me", &bia, json!({"availability": "busy"})).await;
    let place = read(&desk, &second).await["place"].clone();
    let (from, to) = (&place["estimate"]["between"]["from"], &place["estimate"]["between"]["to"]);
    let (from, to) = (from.as_u64().unwrap(), to.as_u64().unwrap());
    assert!(from >= 900 && to <= 3600 && from < to && from % 60 == 0, "three of ten minutes each: {place}");

    let taken = desk.post("queue/next", &bia, json!({})).await;
    assert_eq!(taken.body["session"]["id"], urgent["id"]);
    let after = read(&desk, &second).await["place"].clone();
    assert_eq!((&after["place"], &after["of"]), (&json!(2), &json!(2)), "it moved at once");
    let id = second["id"].as_str().unwrap().parse().unwrap();
    let line = desk.records().place_of(id).await.unwrap().unwrap();
    assert_eq!((line.place, line.of), (2, 2), "the same for who asks without the interface");
}

/// Made, but nobody has started it.
async fn asked(desk: &Desk, token: &str, n: u8, more: Value) -> super::desk::Answer {
    let mut body = json!({
        "person": format!("Person {n}"), "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&super::sha256(&[n; 32])),
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    desk.post("sessions", token, body).await
}

async fn set_up(desk: &Desk, channel: &str, change: impl FnOnce(&mut Value)) -> super::desk::Answer {
    let ana = desk.owner().await;
    let page = desk.get("setup", &ana).await.body;
    let found = page["channels"].as_array().unwrap().iter().find(|it| it["id"] == channel).unwrap().clone();
    let mut setup = found["setup"].clone();
    change(&mut setup);
    desk.put(&format!("channels/{channel}"), &ana, json!({"version": found["version"], "setup": setup})).await
}

/// 2027-01-15 is a Friday; the clock starts at 08:00 UTC.
fn office() -> Value {
    let day = json!([{"from": "09:00", "to": "17:00"}]);
    json!({"time_zone": "UTC", "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day}})
}

#[tokio::test]
async fn a_channel_that_is_paused_closed_or_full_says_so_and_until_when() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let start = 1_800_000_000_000_i64;
    let channel = desk.make("channels", &ana, json!({"name": "Office", "hours": office()})).await;
    let early = asked(&desk, &ana, 1, json!({"channel": channel})).await;
    assert_eq!((early.status, early.code()), (409, "channel_shut"), "{}", early.body);
    assert_eq!(early.body["again_at"], json!(start + 60 * MINUTE));
    assert_eq!(early.body["asked"][0]["shut"]["outside_hours"]["opens_at"], json!(start + 60 * MINUTE));
    assert!(
        early.body["detail"].as_str().unwrap().contains("Office is closed at this hour"),
        "{}",
        early.body
    );

    let wait = set_up(&desk, &channel, |it| it["otherwise"] = json!("let_wait")).await;
    assert_eq!(wait.status, 200, "{}", wait.body);
    assert_eq!(
        asked(&desk, &ana, 2, json!({"channel": channel})).await.status,
        201,
        "it waits for the opening"
    );

    desk.clock.forward(61 * MINUTE);
    let ana = desk.owner().await;
    let paused = set_up(&desk, &channel, |it| {
        it["otherwise"] = json!("turn_away");
        it["pause"] = json!({"until": start + 90 * MINUTE, "reason": "Fire drill"});
    })
    .await;
    assert_eq!(paused.status, 200, "{}", paused.body);
    let refused = asked(&desk, &ana, 3, json!({"channel": channel})).await;
    assert_eq!((refused.code(), &refused.body["again_at"]), ("channel_shut", &json!(start + 90 * MINUTE)));
    desk.clock.forward(30 * MINUTE);
    let ana = desk.owner().await;
    assert_eq!(
        asked(&desk, &ana, 4, json!({"channel": channel})).await.status,
        201,
        "a pause runs out by itself"
    );

    set_up(&desk, &channel, |it| it["most_waiting"] = json!(1)).await;
    desk.waiting(&ana, 5, json!({"channel": channel})).await;
    let full = asked(&desk, &ana, 6, json!({"channel": channel})).await;
    assert_eq!(full.body["asked"][0]["shut"], json!({"full": {"limit": 1}}), "{}", full.body);
    assert_eq!(full.body.get("again_at"), None, "nobody knows when");
}

#[tokio::test]
async fn who_lost_the_answer_gets_it_also_from_a_channel_that_is_full_or_shut_since() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = desk.make("channels", &ana, json!({"name": "Small", "most_waiting": 1})).await;
    let ask = json!({"channel": channel, "request": "0199f3a0-0000-7000-8000-00000000000a"});
    let made = asked(&desk, &ana, 1, ask.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    desk.start_program(&made.body, [1; 32], 1).await.unwrap();
    assert_eq!(asked(&desk, &ana, 2, json!({"channel": channel})).await.code(), "channel_shut", "it is full");
    let again = asked(&desk, &ana, 1, ask.clone()).await;
    assert_eq!((again.status, &again.body["id"]), (201, &made.body["id"]), "{}", again.body);
    assert_eq!(set_up(&desk, &channel, |it| it["pause"] = json!({})).await.status, 200);
    assert_eq!(asked(&desk, &ana, 1, ask.clone()).await.body["id"], made.body["id"]);
    let bia = desk.technician("Bia").await;
    assert_eq!(asked(&desk, &bia, 1, ask).await.code(), "invalid_request", "it is Ana's");
}

#[tokio::test]
async fn what_a_channel_cannot_let_in_goes_to_its_fallback_by_rules_too() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let night = desk.make("channels", &ana, json!({"name": "Night"})).await;
    let day = desk
        .make("channels", &ana, json!({"name": "Day", "pause": {}, "otherwise": {"fallback": night}}))
        .await;
    let made = asked(&desk, &ana, 1, json!({"channel": day})).await;
    assert_eq!((made.status, &made.body["channel"]), (201, &json!(night)), "{}", made.body);
    let home =
        desk.get("setup", &ana).await.body["desk"]["setup"]["default_channel"].as_str().unwrap().to_owned();
    let rule =
        json!([{"name": "Broken", "when": [{"any_word": ["broken"]}], "then": {"to": {"channel": day}}}]);
    assert_eq!(set_up(&desk, &home, |it| it["rules"] = rule).await.status, 200);
    let routed = asked(&desk, &ana, 2, json!({"subject": "broken"})).await;
    assert_eq!(
        (routed.status, &routed.body["channel"]),
        (201, &json!(night)),
        "a rule led to the paused one"
    );
    let admission = desk.records().admit(day.parse().unwrap()).await.unwrap();
    assert_eq!(admission.asked.len(), 1, "the same for who asks without the interface");
    assert_eq!(desk.records().entrance(day.parse().unwrap()).await.unwrap().to_string(), night);
}

#[tokio::test]
async fn what_does_not_hold_together_is_told_as_data_and_changes_nothing() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let one = desk.make("channels", &ana, json!({"name": "One"})).await;
    // The way is told from the channel that was made first.
    desk.clock.forward(1_000);
    let two = desk.make("channels", &ana, json!({"name": "Two", "fallback": one})).await;
    let own = set_up(&desk, &one, |it| it["fallback"] = json!(one)).await;
    assert_eq!((own.status, &own.body["fault"]), (400, &json!({"fallback_to_itself": "One"})));
    let round = set_up(&desk, &one, |it| it["fallback"] = json!(two)).await;
    assert_eq!(round.body["fault"]["fallback_cycle"], "One → Two → One");
    let hours = json!({"time_zone": "Mars/Olympus"});
    let zone = set_up(&desk, &one, |it| it["hours"] = hours.clone()).await;
    assert_eq!(zone.body["fault"]["hours"]["error"], json!({"unknown_zone": "Mars/Olympus"}));
    let tried = desk.post(&format!("channels/{one}/hours/try"), &ana, hours).await;
    assert_eq!((tried.status, &tried.body["fault"]), (400, &zone.body["fault"]), "before it is saved, too");
    let never = set_up(&desk, &one, |it| it["hours"] = json!({"time_zone": "UTC"})).await;
    assert_eq!(never.body["fault"]["hours"]["error"], "never_open");
    let targets = json!({"reaction": {"normal": 10, "urgent": 20}, "resolution": {}, "amber": 75});
    let contradicts = set_up(&desk, &one, |it| it["targets"] = targets).await;
    assert_eq!(contradicts.status, 400);
    assert!(contradicts.body["detail"].as_str().unwrap().contains("longer target"), "{}", contradicts.body);
    let page = desk.get("setup", &ana).await.body;
    let kept = page["channels"].as_array().unwrap().iter().find(|it| it["id"] == json!(one)).unwrap();
    assert_eq!(kept["version"], 1, "nothing was changed");

    let tried = desk.post(&format!("channels/{one}/hours/try"), &ana, office()).await;
    let nine = 1_800_000_000_000_i64 + 60 * MINUTE;
    assert_eq!((&tried.body["open"], &tried.body["openings"][0]["from"]), (&json!(false), &json!(nine)));
    assert_eq!(tried.body["openings"].as_array().unwrap().len(), 6);
}

/// A channel whose requests are to be answered in 10 minutes and solved in 60; amber at 50 percent.
async fn with_targets(desk: &Desk, more: Value) -> String {
    let minutes = |n: u32| json!({"low": n, "normal": n, "high": n, "urgent": n});
    let mut setup =
        json!({"name": "Kept", "targets": {"reaction": minutes(10), "resolution": minutes(60), "amber": 50}});
    for (name, value) in more.as_object().unwrap() {
        setup[name] = value.clone();
    }
    desk.make("channels", &desk.owner().await, setup).await
}

#[tokio::test]
async fn alarms_are_raised_once_each_also_over_a_restart_and_by_two_who_look() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = with_targets(&desk, json!({})).await;
    let (session, _program) = present(&desk, &ana, 1, json!({"channel": channel})).await;
    let came = session["came_at"].as_i64().unwrap();
    assert_eq!(session["times"]["reaction"]["due"], json!(came + 10 * MINUTE));
    assert_eq!(session["times"]["resolution"]["due"], json!(came + 60 * MINUTE));
    let version = session["version"].clone();

    desk.clock.forward(5 * MINUTE - 1);
    desk.records().look_at_clocks().await.unwrap();
    assert_eq!(read(&desk, &session).await["times"]["reaction"].get("level"), None, "not yet");
    desk.clock.forward(1);
    for _ in 0..2 {
        let (one, other) = tokio::join!(desk.records().look_at_clocks(), desk.records().look_at_clocks());
        one.unwrap();
        other.unwrap();
    }
    let amber = read(&desk, &session).await;
    assert_eq!((&amber["times"]["reaction"]["level"], &amber["version"]), (&json!("amber"), &version));
    desk.clock.forward(5 * MINUTE);
    desk.restart().await;
    desk.records().look_at_clocks().await.unwrap();
    let red = read(&desk, &session).await;
    assert_eq!(red["times"]["reaction"]["level"], "red");
    let raised: Vec<_> =
        kinds(&red).into_iter().filter(|kind| kind.starts_with("re") && kind.contains("_")).collect();
    assert_eq!(raised, ["reaction_amber", "reaction_red"]);

    desk.clock.forward(60 * MINUTE);
    desk.records().look_at_clocks().await.unwrap();
    let late = read(&desk, &session).await;
    assert_eq!(late["times"]["resolution"]["level"], "red");
    assert!(
        !kinds(&late).contains(&"resolution_amber".to_owned()),
        "amber is left out when red is due already"
    );
    let audit = desk.get("audit", &desk.owner().await).await.body;
    let lines = audit["lines"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|it| it["kind"] == "reaction_red").count(), 1, "{audit}");
}

#[tokio::test]
async fn reaction_stops_when_somebody_takes_or_writes_and_the_times_are_kept() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = with_targets(&desk, json!({})).await;
    let taken = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let late = desk.waiting(&ana, 2, json!({"channel": channel})).await;
    desk.clock.forward(4 * MINUTE);
    let claim =
        desk.post(&format!("{}/claim", path(&taken)), &ana, json!({"version": taken["version"]})).await;
    assert_eq!(claim.body["times"]["reaction"], json!({"ran": 240, "kept": true}));
    assert_eq!(claim.body["times"]["answered_at"], json!(taken["came_at"].as_i64().unwrap() + 4 * MINUTE));
    desk.clock.forward(8 * MINUTE);
    desk.records().look_at_clocks().await.unwrap();
    let ana = desk.owner().await;
    let text = json!({"id": ponte_types::MessageId::from_bytes([9; 16]), "text": "One moment, please."});
    assert_eq!(desk.post(&format!("{}/messages", path(&late)), &ana, text).await.status, 201);
    desk.records().look_at_clocks().await.unwrap();
    let answered = read(&desk, &late).await;
    assert_eq!(
        answered["times"]["reaction"],
        json!({"ran": 720, "kept": false, "level": "red"}),
        "answered by writing, two minutes late"
    );
    assert_eq!(answered["state"], "waiting");
    desk.clock.forward(40 * MINUTE);
    desk.records().look_at_clocks().await.unwrap();
    close(&desk, &desk.owner().await, &taken).await;
    let over = read(&desk, &taken).await;
    assert_eq!(over["times"]["resolution"], json!({"ran": 3120, "kept": true, "level": "amber"}));
}

#[tokio::test]
async fn clocks_run_in_opening_time_and_follow_priority_channel_and_new_targets() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = with_targets(&desk, json!({"hours": office(), "otherwise": "let_wait"})).await;
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let nine = 1_800_000_000_000_i64 + 60 * MINUTE;
    assert_eq!(session["times"]["reaction"]["due"], json!(nine + 10 * MINUTE), "from the opening on");
    let shorter = json!({"reaction": {"normal": 2}, "resolution": {}, "amber": 50});
    assert_eq!(set_up(&desk, &channel, |it| it["targets"] = shorter).await.status, 200);
    desk.records().look_at_clocks().await.unwrap();
    let now = read(&desk, &session).await;
    assert_eq!(
        now["times"]["reaction"]["due"],
        json!(nine + 2 * MINUTE),
        "new targets hold for who waits already"
    );
    assert_eq!(now["times"]["resolution"].get("due"), None);
    let edit = json!({"version": now["version"], "priority": "high"});
    let high = desk.patch(&path(&session), &ana, edit).await;
    assert_eq!(high.body["times"]["reaction"].get("due"), None, "no target for this priority");
    let support = desk.get("setup", &ana).await.body["desk"]["setup"]["default_channel"].clone();
    let edit = json!({"version": high.body["version"], "priority": "normal", "channel": support});
    let moved = desk.patch(&path(&session), &ana, edit).await;
    assert_eq!(moved.body["times"]["reaction"], json!({}), "its new channel has no targets: {}", moved.body);
}

#[tokio::test]
async fn a_session_near_its_waiting_limit_is_red_in_the_last_fifth() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel =
        desk.make("channels", &ana, json!({"name": "Quick", "waiting_limit": {"minutes": 10}})).await;
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let came = session["came_at"].as_i64().unwrap();
    assert_eq!(session["red_at"], json!(came + 8 * MINUTE));
    let patient = desk.waiting(&ana, 2, json!({})).await;
    assert_eq!(patient.get("red_at"), None);
}

#[tokio::test]
async fn the_limit_counts_anew_after_work_a_return_and_a_move() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let page = desk.get("setup", &ana).await.body;
    let mut whole = page["desk"]["setup"].clone();
    // Who has no socket here stays at the desk all the same.
    whole["patience"] = json!({"silent": 36_000, "gone": 36_000, "after_shift": 900});
    let put = desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(put.status, 200, "{}", put.body);
    let quick = desk.make("channels", &ana, json!({"name": "Quick", "waiting_limit": {"minutes": 30}})).await;
    let short = desk.make("channels", &ana, json!({"name": "Short", "waiting_limit": {"minutes": 10}})).await;
    let (worked, _one) = present(&desk, &ana, 1, json!({"channel": quick})).await;
    let (moved, _two) = present(&desk, &ana, 2, json!({"channel": quick})).await;
    let (lost, three) = present(&desk, &ana, 3, json!({"channel": quick})).await;
    let done = desk.done(&ana, worked["id"].as_str().unwrap(), "claim", json!({})).await;
    drop(three);
    let seen = async |session: &Value, detail: &str| {
        let now = read(&desk, session).await;
        assert_eq!(now["detail"], detail, "{now}");
        now
    };
    while desk.session(&ana, lost["id"].as_str().unwrap()).await["detail"] != "invited" {}
    // Worked for two hours, and given back.
    desk.clock.forward(25 * MINUTE);
    let ana = desk.owner().await;
    let edit = json!({"version": moved["version"], "channel": short});
    let there = desk.patch(&path(&moved), &ana, edit).await.body;
    let now = 1_800_000_000_000 + 25 * MINUTE;
    assert_eq!(there["expires_at"], json!(now + 10 * MINUTE), "{there}");
    assert_eq!(there["red_at"], json!(now + 8 * MINUTE));
    assert_eq!(there["came_at"], moved["came_at"], "the person keeps their age");
    // What else is changed does not prolong it.
    desk.clock.forward(MINUTE);
    let edit = json!({"version": there["version"], "subject": "Printer"});
    assert_eq!(desk.patch(&path(&moved), &ana, edit).await.body["expires_at"], there["expires_at"]);
    desk.clock.forward(95 * MINUTE);
    let ana = desk.owner().await;
    let released =
        desk.post(&format!("{}/release", path(&worked)), &ana, json!({"version": done["version"]})).await;
    let now = now + 96 * MINUTE;
    assert_eq!(released.body["expires_at"], json!(now + 30 * MINUTE), "{}", released.body);
    // The program comes back late.
    let invite = lost["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut back = desk.sos(sos::open_invite(invite, [3; 32])).await;
    back.welcome().await;
    desk.records().expire_due().await.unwrap();
    assert_eq!(seen(&lost, "ready").await["expires_at"], json!(now + 30 * MINUTE));
    seen(&worked, "ready").await;
    assert_eq!(read(&desk, &moved).await["state"], "expired", "ten minutes are over there");
}

#[tokio::test]
async fn what_falls_back_waits_anew_and_is_worked_as_its_new_channel_works() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let workshop = json!({"name": "Workshop", "kind": "in_person", "waiting_limit": {"minutes": 5}});
    let workshop = desk.make("channels", &ana, workshop).await;
    let (channel, _) =
        channel_of_bia(&desk, 5, json!({"fallback": workshop, "fallback_after": {"minutes": 10}})).await;
    let (session, _program) = present(&desk, &ana, 1, json!({"channel": channel})).await;
    desk.clock.forward(10 * MINUTE);
    desk.records().do_what_is_due().await;
    let fell = read(&desk, &session).await;
    assert_eq!((&fell["state"], &fell["channel"]), (&json!("waiting"), &json!(workshop)), "{fell}");
    assert_eq!(fell["reach"], "in_person", "nobody asks for its screen there");
    assert_eq!(fell["expires_at"], json!(1_800_000_000_000 + 15 * MINUTE));
}

#[tokio::test]
async fn what_an_owner_leaves_behind_goes_on_by_the_channels_order() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let night = desk.make("channels", &ana, json!({"name": "Night"})).await;
    let (channel, bia) = channel_of_bia(&desk, 5, json!({"fallback": night})).await;
    let caio = desk.technician_as("Caio", helper(5)).await;
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let claim = async |token: &str| {
        let now = read(&desk, &session).await;
        desk.post(&format!("{}/claim", path(&session)), token, json!({"version": now["version"]})).await
    };
    assert_eq!(claim(&bia).await.status, 200);
    // Somebody else of the channel is there: it stays.
    let ids = json!([id_of(&desk, &ana, "Bia").await, id_of(&desk, &ana, "Caio").await]);
    assert_eq!(set_up(&desk, &channel, |it| it["technicians"] = ids).await.status, 200);
    desk.put("team/me", &caio, json!({"availability": "available"})).await;
    desk.put("team/me", &bia, json!({"availability": "off_shift"})).await;
    let stays = read(&desk, &session).await;
    assert_eq!((&stays["state"], &stays["channel"]), (&json!("waiting"), &json!(channel)));
    // Nobody of the channel is there: it falls back.
    assert_eq!(claim(&caio).await.status, 200);
    desk.put("team/me", &caio, json!({"availability": "off_shift"})).await;
    let fell = read(&desk, &session).await;
    assert_eq!((&fell["state"], &fell["channel"]), (&json!("waiting"), &json!(night)), "{fell}");
    assert!(kinds(&fell).ends_with(&["handed_back".into(), "fell_back".into()]), "{:?}", kinds(&fell));
    // And stays in its own channel when the fallback channel takes nobody in.
    assert_eq!(set_up(&desk, &night, |it| it["pause"] = json!({})).await.status, 200);
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    let other = desk.waiting(&ana, 2, json!({"channel": channel})).await;
    let taken =
        desk.post(&format!("{}/claim", path(&other)), &bia, json!({"version": other["version"]})).await;
    assert_eq!(taken.status, 200);
    desk.put("team/me", &bia, json!({"availability": "off_shift"})).await;
    let waits = read(&desk, &other).await;
    assert_eq!((&waits["state"], &waits["channel"]), (&json!("waiting"), &json!(channel)), "nothing is lost");
}

#[tokio::test]
async fn what_an_owner_leaves_behind_goes_on_with_who_is_in_it() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let (channel, bia) = channel_of_bia(&desk, 5, json!({})).await;
    let caio = desk.technician_as("Caio", helper(5)).await;
    let eva = desk.technician_as("Eva", helper(5)).await;
    let mut ids = Vec::new();
    for name in ["Bia", "Caio", "Eva"] {
        ids.push(id_of(&desk, &ana, name).await);
    }
    let all = json!(ids);
    assert_eq!(set_up(&desk, &channel, |it| it["technicians"] = all).await.status, 200);
    for token in [&bia, &caio, &eva] {
        desk.put("team/me", token, json!({"availability": "available"})).await;
    }
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let id = session["id"].as_str().unwrap();
    desk.done(&bia, id, "claim", json!({})).await;
    // Ana only looks in; Caio and Eva help, Caio longer.
    assert_eq!(desk.post(&format!("sessions/{id}/look-in"), &ana, json!({})).await.status, 200);
    for (token, who) in [(&caio, &ids[1]), (&eva, &ids[2])] {
        desk.clock.forward(1_000);
        let join = json!({"purpose": "collaborate", "to": {"technician": who}});
        let offer = desk.ask(&bia, id, "offers", join).await.body["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.post(&format!("offers/{offer}/accept"), token, json!({})).await.status, 200);
    }
    desk.put("team/me", &bia, json!({"availability": "off_shift"})).await;
    let goes = read(&desk, &session).await;
    assert_eq!((&goes["state"], &goes["owner"]["name"]), (&json!("active"), &json!("Caio")), "{goes}");
    assert_eq!(goes["team"]["members"].as_array().unwrap().len(), 3, "Bia has left: {goes}");
    assert_eq!(kinds(&goes).last().unwrap(), "assigned");
    // Who goes off shift, too, is no help; who only looks in gets nothing.
    desk.put("team/me", &eva, json!({"availability": "off_shift"})).await;
    desk.put("team/me", &caio, json!({"availability": "off_shift"})).await;
    let waits = read(&desk, &session).await;
    assert_eq!((&waits["state"], waits.get("owner")), (&json!("waiting"), None), "{waits}");
}

#[tokio::test]
async fn what_nobody_takes_in_time_is_opened_to_the_channel_and_then_falls_back() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let night = desk.make("channels", &ana, json!({"name": "Night"})).await;
    let caio = desk.technician_as("Caio", helper(5)).await;
    let (channel, _) =
        channel_of_bia(&desk, 5, json!({"fallback": night, "fallback_after": {"minutes": 10}})).await;
    let bia = id_of(&desk, &ana, "Bia").await;
    let both = json!([bia, id_of(&desk, &ana, "Caio").await]);
    let rule = json!([{"name": "For Bia", "when": [], "then": {"to": {"technician": bia}}}]);
    let done = set_up(&desk, &channel, |it| {
        it["technicians"] = both;
        it["rules"] = rule;
    })
    .await;
    assert_eq!(done.status, 200, "{}", done.body);
    let page = desk.get("setup", &ana).await.body;
    let mut whole = page["desk"]["setup"].clone();
    whole["default_channel"] = json!(channel);
    // Who has no socket here stays at the desk all the same.
    whole["patience"] = json!({"silent": 36_000, "gone": 36_000, "after_shift": 900});
    desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    desk.put("team/me", &caio, json!({"availability": "available"})).await;
    let (session, _program) = present(&desk, &ana, 1, json!({})).await;
    assert_eq!(session["channel"], json!(channel), "a rule means it for Bia, who is away");
    assert_eq!(desk.get("queue/next", &caio).await.body, json!({}), "so it is not for Caio");

    desk.clock.forward(10 * MINUTE);
    let caio = desk.sign_in("caio@desk.example", "correct horse").await.token();
    desk.records().look_at_clocks().await.unwrap();
    let open = read(&desk, &session).await;
    assert_eq!((&open["channel"], kinds(&open).last().unwrap().as_str()), (&json!(channel), "widened"));
    assert_eq!(desk.get("queue/next", &caio).await.body["next"]["session"]["id"], session["id"]);
    desk.clock.forward(10 * MINUTE - 1);
    desk.records().look_at_clocks().await.unwrap();
    assert_eq!(read(&desk, &session).await["channel"], json!(channel), "not yet");
    desk.clock.forward(1);
    desk.records().look_at_clocks().await.unwrap();
    let fell = read(&desk, &session).await;
    assert_eq!((&fell["channel"], kinds(&fell).last().unwrap().as_str()), (&json!(night), "fell_back"));
    assert_eq!(fell["came_at"], session["came_at"], "the person keeps their age");
}

#[tokio::test]
async fn the_load_board_tells_its_manager_how_their_channels_stand() {
    use ponte_desk::permission::{Holding, RoleName, Scope};
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = with_targets(&desk, json!({})).await;
    desk.make("channels", &ana, json!({"name": "Other"})).await;
    let manager = Holding::new(RoleName::ChannelManager, Scope::Channel(channel.parse().unwrap()));
    let mia = desk.technician_as("Mia", TechnicianSetup::holding(manager)).await;
    let bia = desk.technician_as("Bia", helper(3)).await;
    let refused = desk.get("load?day=0", &bia).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    for wrong in ["load", "load?day=now", "load?day=0&colour=red"] {
        assert_eq!(desk.get(wrong, &ana).await.code(), "invalid_request", "{wrong}");
    }
    let ids = json!([id_of(&desk, &ana, "Bia").await]);
    assert_eq!(set_up(&desk, &channel, |it| it["technicians"] = ids).await.status, 200);
    desk.put("team/me", &bia, json!({"availability": "available"})).await;
    let first = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let second = desk.waiting(&ana, 2, json!({"channel": channel})).await;
    let (third, _program) = present(&desk, &ana, 3, json!({"channel": channel})).await;
    let claim = async |session: &Value| {
        let taken = desk
            .post(&format!("{}/claim", path(session)), &bia, json!({"version": session["version"]}))
            .await;
        assert_eq!(taken.status, 200, "{}", taken.body);
    };
    claim(&first).await;
    claim(&second).await;
    close(&desk, &bia, &first).await;
    desk.clock.forward(6 * MINUTE);
    desk.records().look_at_clocks().await.unwrap();
    let all = desk.get("load?day=0", &desk.owner().await).await.body;
    assert!(all["channels"].as_array().unwrap().len() >= 3, "an owner sees all");
    let board = desk.get("load?day=0", &mia).await;
    assert_eq!(board.status, 200, "{}", board.body);
    let board = board.body;
    let [own] = &board["channels"].as_array().unwrap()[..] else { panic!("her own channel only: {board}") };
    assert_eq!((&own["waiting"], &own["active"], &own["oldest"]), (&json!(1), &json!(1), &third["came_at"]));
    assert_eq!((&own["amber"], &own["red"]), (&json!(1), &json!(0)));
    assert_eq!(own["first"][0]["id"], third["id"]);
    assert_eq!(board["alarmed"][0]["id"], third["id"]);
    let today =
        json!({"came": 3, "answered": 2, "with_target": 2, "in_target": 2, "closed": 1, "expired": 0});
    assert_eq!(own["today"], today);
    assert_eq!(board["technicians"][0]["name"], "Bia");
    assert_eq!(
        (&board["technicians"][0]["load"], &own["technicians"]),
        (&json!(1), &json!([board["technicians"][0]["id"]]))
    );
    let later = desk.get(&format!("load?day={}", 1_800_000_000_000_i64 + MINUTE), &mia).await.body;
    assert_eq!(later["channels"][0]["today"]["came"], 0, "since the day of who asks began");
}
