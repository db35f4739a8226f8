//! From a session's taking to its end, and back: on hold, closed, done, confirmed or not, reopened.

use ponte_wire::msg::{self, from_sos, to_sos};
use serde_json::{Value, json};

use super::{
    desk::Desk,
    sos::{self, Sos},
};

pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A channel whose sessions end by these rules.
pub(crate) async fn channel(desk: &Desk, ana: &str, closing: Value) -> String {
    let name = format!("Channel {closing}").chars().take(70).collect::<String>();
    desk.make("channels", ana, json!({"name": name, "closing": closing})).await
}

/// A session of the channel, taken by whoever has this token.
pub(crate) async fn taken(desk: &Desk, token: &str, n: u8, more: Value) -> String {
    let session = desk.waiting(token, n, more).await;
    let id = session["id"].as_str().unwrap().to_owned();
    desk.done(token, &id, "claim", json!({})).await;
    id
}

pub(crate) fn solved() -> Value {
    json!({"outcome": "solved", "note": "Changed the cable."})
}

/// Skips what the program hears until it is told how far its session has come.
async fn course(sos: &mut Sos) -> (String, i64) {
    sos.until(|body| match body {
        to_sos::Body::Course(course) => Some((course.state, course.until)),
        _ => None,
    })
    .await
}

/// The end user's program with a link of its own, and its session, taken.
async fn with_program(desk: &Desk, token: &str, more: Value) -> (String, Sos) {
    let mut body = json!({"person": "Rosa", "invite_public": super::b64(&[1; 32]),
        "claim_hash": super::b64(&super::sha256(&[77; 32]))});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = desk.post("sessions", token, body).await.body;
    let invite = made["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [77; 32])).await;
    sos.welcome().await;
    let id = made["id"].as_str().unwrap().to_owned();
    desk.done(token, &id, "claim", json!({})).await;
    (id, sos)
}

#[tokio::test]
async fn on_hold_it_stays_with_its_owner_and_goes_on_by_hand_or_by_itself() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let rui = desk.technician("Rui").await;
    let id = taken(&desk, &ana, 1, json!({})).await;
    let until = 1_800_000_000_000 + HOUR;
    let ask = json!({"until": until, "why": "A part is on its way"});
    let held_by_other = desk.ask(&rui, &id, "hold", ask.clone()).await;
    assert_eq!((held_by_other.status, held_by_other.code()), (409, "already_claimed"));

    let version = desk.session(&ana, &id).await["version"].clone();
    let with = |until: i64, why: &str| json!({"version": version, "until": until, "why": why});
    let path = format!("sessions/{id}/hold");
    let held = desk.post(&path, &ana, with(until, "A part is on its way")).await;
    assert_eq!((held.status, &held.body["detail"]), (200, &json!("on_hold")), "{}", held.body);
    assert_eq!(held.body["hold"]["why"], "A part is on its way");
    assert_eq!(held.body["owner"]["name"], "Ana");
    let again = desk.post(&path, &ana, with(until, "A part is on its way")).await;
    assert_eq!((again.status, &again.body["version"]), (200, &held.body["version"]), "the answer was lost");
    let other = desk.post(&path, &ana, with(until, "Something else")).await;
    assert_eq!((other.status, other.code()), (409, "version_conflict"), "this is another asking");
    assert_eq!(desk.post(&path, &rui, with(until, "x")).await.code(), "already_claimed");

    for (until, why) in [(until - 2 * HOUR, "past"), (until + 367 * DAY, "too far")] {
        let wrong = desk.ask(&ana, &id, "hold", json!({"until": until, "why": why})).await;
        assert_eq!((wrong.status, wrong.code()), (400, "invalid_request"), "{why}");
    }
    assert_eq!(desk.ask(&ana, &id, "hold", json!({"why": " "})).await.status, 400, "a reason is asked for");

    desk.clock.forward(HOUR - 1);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    assert_eq!(desk.session(&ana, &id).await["detail"], "on_hold");
    desk.restart().await;
    desk.clock.forward(1);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    let resumed = desk.session(&ana, &id).await;
    assert_eq!((&resumed["state"], &resumed["detail"]), (&json!("active"), &json!("reconnecting")));
    assert!(resumed.get("hold").is_none(), "{resumed}");

    let held = desk.done(&ana, &id, "hold", json!({"why": "Back after lunch"})).await;
    assert!(held["hold"].get("until").is_none());
    desk.clock.forward(30 * 60_000);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    assert_eq!(desk.session(&ana, &id).await["detail"], "on_hold", "by hand only");
    let resumed = desk.done(&ana, &id, "resume", json!({})).await;
    assert_eq!(desk.done(&ana, &id, "resume", json!({})).await["version"], resumed["version"]);
    let history = desk.history(&ana, &id).await;
    let holds: Vec<_> = history.iter().filter(|it| it.contains("hold") || *it == "resumed").collect();
    assert_eq!(holds, ["put_on_hold", "hold_ended", "put_on_hold", "resumed"]);
}

#[tokio::test]
async fn closing_asks_what_was_done_and_why_it_was_not_solved() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let id = taken(&desk, &ana, 1, json!({})).await;
    let before = desk.session(&ana, &id).await;
    for (ask, missing) in [
        (json!({"outcome": "solved"}), "'note' is missing"),
        (json!({"outcome": "not_solved", "note": "Tried."}), "'reason' is missing"),
        (json!({"outcome": "solved", "note": "Done.", "reason": "x"}), "'reason' says why"),
    ] {
        let refused = desk.ask(&ana, &id, "close", ask).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"));
        assert!(refused.body["detail"].as_str().unwrap().contains(missing), "{}", refused.body);
    }
    assert_eq!(desk.session(&ana, &id).await, before, "nothing was changed");
    let close = json!({"version": before["version"], "outcome": "not_solved",
        "note": "Looked at it.\nIt needs a part.", "reason": "The part is not made any more."});
    let path = format!("sessions/{id}/close");
    let closed = desk.post(&path, &ana, close.clone()).await;
    assert_eq!((closed.status, &closed.body["state"]), (200, &json!("closed")), "{}", closed.body);
    assert_eq!(closed.body["note"], "Looked at it.\nIt needs a part.");
    assert_eq!(closed.body["reason"], "The part is not made any more.");
    let again = desk.post(&path, &ana, close.clone()).await;
    assert_eq!((again.status, &again.body["version"]), (200, &closed.body["version"]), "the answer was lost");
    let mut other = close.clone();
    other["note"] = json!("Something else");
    assert_eq!(desk.post(&path, &ana, other).await.code(), "wrong_state", "that is not what was kept");
    assert_eq!(desk.history(&ana, &id).await.iter().filter(|it| *it == "closed_by_technician").count(), 1);
}

#[tokio::test]
async fn opening_asked_for_twice_opens_once() {
    let desk = Desk::start().await;
    let (ana, rui) = (desk.owner().await, desk.technician("Rui").await);
    let ask = |person: &str| {
        json!({"request": "0192f0c1-2345-7abc-8def-0123456789ab", "person": person,
        "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&[2; 32])})
    };
    let first = desk.post("sessions", &ana, ask("Rosa")).await;
    assert_eq!(first.status, 201);
    let again = desk.post("sessions", &ana, ask("Rosa")).await;
    assert_eq!((again.status, &again.body["id"]), (201, &first.body["id"]), "the answer was lost");
    let stolen = desk.post("sessions", &rui, ask("Rosa")).await;
    assert_eq!((stolen.status, stolen.code()), (400, "invalid_request"), "somebody else's is not shown");
    assert_eq!(desk.get("sessions", &ana).await.body["sessions"].as_array().unwrap().len(), 1);
    let half = json!({"person": "Rosa", "claim_hash": super::b64(&[2; 32])});
    assert_eq!(desk.post("sessions", &ana, half).await.code(), "invalid_request");
}

#[tokio::test]
async fn what_is_done_is_confirmed_by_the_end_user_or_a_manager_and_goes_back_when_it_is_not() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let rui = desk.technician("Rui").await;
    let channel = channel(&desk, &ana, json!({"confirm": true})).await;
    let (id, mut sos) = with_program(&desk, &rui, json!({"channel": channel})).await;

    let done = desk.done(&rui, &id, "close", solved()).await;
    assert_eq!((&done["state"], &done["detail"]), (&json!("closed"), &json!("awaiting_confirmation")));
    let confirms_at = done["confirms_at"].as_i64().unwrap();
    assert_eq!(course(&mut sos).await, ("done".into(), confirms_at));
    let busy = desk.get("team", &ana).await.body["technicians"].as_array().unwrap().clone();
    assert!(busy.iter().all(|it| it["load"] == 0), "nobody holds it: {busy:?}");
    let early = desk.ask(&rui, &id, "reopen", json!({})).await;
    assert_eq!((early.status, early.code()), (409, "wrong_state"));
    assert_eq!(desk.ask(&rui, &id, "confirm", json!({})).await.code(), "forbidden", "not one's own work");

    sos.say(from_sos::Body::Judgement(msg::Judgement { solved: false })).await;
    assert_eq!(course(&mut sos).await, ("going".into(), 0));
    let back = desk.session(&rui, &id).await;
    assert_eq!((&back["state"], &back["owner"]["name"]), (&json!("active"), &json!("Rui")), "with its owner");
    assert!(back.get("outcome").is_none() && back["note"] == "Changed the cable.", "{back}");

    desk.done(&rui, &id, "close", solved()).await;
    let confirmed = desk.done(&ana, &id, "confirm", json!({})).await;
    assert_eq!((&confirmed["state"], confirmed.get("detail")), (&json!("closed"), None));
    assert_eq!(confirmed["outcome"], "solved");
    let until = confirmed["reopen_until"].as_i64().unwrap();
    assert_eq!(course(&mut sos).await.0, "done");
    assert_eq!(course(&mut sos).await, ("closed".into(), until));
    let ended =
        sos.until(|body| if let to_sos::Body::Ended(it) = body { Some(it.reason) } else { None }).await;
    assert_eq!(ended, "solved");

    let (id, mut sos) = with_program(&desk, &rui, json!({"channel": channel})).await;
    desk.done(&rui, &id, "close", solved()).await;
    assert_eq!(course(&mut sos).await.0, "done");
    sos.say(from_sos::Body::Judgement(msg::Judgement { solved: true })).await;
    let ended =
        sos.until(|body| if let to_sos::Body::Ended(it) = body { Some(it.reason) } else { None }).await;
    assert_eq!(ended, "solved");
    assert_eq!(desk.session(&rui, &id).await.get("detail"), None);
    let other = desk
        .done(
            &rui,
            &taken(&desk, &rui, 5, json!({"channel": channel})).await,
            "close",
            json!({"outcome": "no_contact", "note": "Not reached."}),
        )
        .await;
    assert_eq!(other.get("detail"), None, "only what was solved is asked about");
}

#[tokio::test]
async fn a_program_that_comes_back_is_told_how_far_its_session_has_come() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = channel(&desk, &ana, json!({"confirm": true})).await;
    let mut body = json!({"person": "Rosa", "channel": channel});
    body["invite_public"] = json!(super::b64(&[1; 32]));
    body["claim_hash"] = json!(super::b64(&super::sha256(&[77; 32])));
    let made = desk.post("sessions", &ana, body).await.body;
    let id = made["id"].as_str().unwrap().to_owned();
    let invite = made["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [77; 32])).await;
    let token = sos.welcome().await.resume_token;
    desk.done(&ana, &id, "claim", json!({})).await;
    desk.done(&ana, &id, "close", solved()).await;
    desk.restart().await;
    let mut back = desk.sos(sos::hello(msg::sos_hello::Purpose::Resume(msg::Resume { token }))).await;
    assert_eq!(course(&mut back).await.0, "done");
    // The person leaves without an answer: that is no answer, and no end.
    back.say(from_sos::Body::Leave(msg::Leave {})).await;
    while back.hear().await.is_some() {}
    let ana = desk.owner().await;
    let session = desk.session(&ana, &id).await;
    assert_eq!((&session["detail"], &session["program"]), (&json!("awaiting_confirmation"), &json!("away")));
    assert_eq!(desk.history(&ana, &id).await.last().unwrap(), "program_left");
}

#[tokio::test]
async fn reopened_it_keeps_its_number_and_goes_to_its_owner_or_to_the_queue_with_its_age() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let rui = desk.technician("Rui").await;
    let id = taken(&desk, &rui, 1, json!({})).await;
    let came = desk.session(&ana, &id).await["came_at"].clone();
    let closed = desk.done(&rui, &id, "close", solved()).await;
    let version = closed["version"].clone();
    let reopen = json!({"version": version});
    let path = format!("sessions/{id}/reopen");
    let reopened = desk.post(&path, &rui, reopen.clone()).await;
    assert_eq!((reopened.status, &reopened.body["owner"]["name"]), (200, &json!("Rui")), "{}", reopened.body);
    assert_eq!(reopened.body["number"], closed["number"]);
    let again = desk.post(&path, &rui, reopen).await;
    assert_eq!(
        (again.status, &again.body["version"]),
        (200, &reopened.body["version"]),
        "the answer was lost"
    );
    assert_eq!(desk.ask(&rui, &id, "reopen", json!({})).await.code(), "wrong_state", "it is not closed");

    desk.done(&rui, &id, "close", solved()).await;
    desk.put("team/me", &rui, json!({"availability": "off_shift"})).await;
    desk.clock.forward(HOUR / 10);
    let queued = desk.done(&ana, &id, "reopen", json!({})).await;
    assert_eq!(
        (&queued["state"], &queued["detail"]),
        (&json!("waiting"), &json!("ready")),
        "it can be taken"
    );
    assert_eq!((&queued["came_at"], queued.get("owner")), (&came, None), "with its old age");
    let next = desk.get("queue/next", &ana).await.body["next"]["session"]["id"].clone();
    assert_eq!(next, json!(id));
    desk.done(&ana, &id, "claim", json!({})).await;

    // A new link, since the old one may be anywhere.
    let link = |n: u8| json!({"invite_public": super::b64(&[n; 32]), "claim_hash": super::b64(&super::sha256(&[n; 32]))});
    let renewed = desk.done(&ana, &id, "link", link(9)).await;
    let invite = renewed["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [9; 32])).await;
    sos.welcome().await;
    let there = desk.session(&ana, &id).await;
    assert_eq!((&there["detail"], &there["program"]), (&json!("connected"), &json!("here")));
    assert_eq!(desk.ask(&ana, &id, "link", link(8)).await.code(), "wrong_state", "their program is here");
}

#[tokio::test]
async fn after_its_time_or_where_the_channel_says_never_nothing_is_reopened() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let never = channel(&desk, &ana, json!({"reopen": "never"})).await;
    let id = taken(&desk, &ana, 1, json!({"channel": never})).await;
    let closed = desk.done(&ana, &id, "close", solved()).await;
    assert!(closed.get("reopen_until").is_none());
    let refused = desk.ask(&ana, &id, "reopen", json!({})).await;
    assert_eq!((refused.status, refused.code()), (409, "wrong_state"));

    let days = channel(&desk, &ana, json!({"reopen": {"business_days": 2}})).await;
    let id = taken(&desk, &ana, 2, json!({"channel": days})).await;
    let invite = desk.session(&ana, &id).await["invite"]["id"].as_str().unwrap().to_owned();
    let until = desk.done(&ana, &id, "close", solved()).await["reopen_until"].as_i64().unwrap();
    let page = desk.get(&format!("invites/{invite}"), "").await.body;
    assert_eq!((&page["state"], &page["reopen_until"]), (&json!("closed"), &json!(until)));
    desk.clock.forward(until - 1_800_000_000_000);
    let ana = desk.owner().await;
    let late = desk.ask(&ana, &id, "reopen", json!({})).await;
    assert_eq!((late.status, late.code()), (409, "wrong_state"));
    assert!(late.body["detail"].as_str().unwrap().contains("open a new one"), "{}", late.body);
    assert_eq!(desk.get(&format!("invites/{invite}"), "").await.body["state"], "gone");
}
