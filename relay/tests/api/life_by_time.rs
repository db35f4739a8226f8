//! What happens because time passes: from the database, once, whatever the clock does.

use ponte_app::ports::Records as _;
use ponte_types::{ActionId, MessageId};
use serde_json::{Value, json};

use super::{
    desk::Desk,
    life::{DAY, HOUR, channel, solved, taken},
};

/// Open from Monday to Friday; the tests begin on a Friday, 2027-01-15, at 08:00.
fn working_days() -> Value {
    let day = json!([{"from": "08:00", "to": "18:00"}]);
    json!({"time_zone": "UTC", "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day}})
}

async fn log(desk: &Desk, token: &str, id: &str, n: u8, kind: &str) {
    let entry = json!({"id": ActionId::from_bytes([n; 16]), "kind": kind, "minutes": 1, "text": "Called."});
    let logged = desk.post(&format!("sessions/{id}/actions"), token, entry).await;
    assert_eq!(logged.status, 201, "{}", logged.body);
}

#[tokio::test]
async fn a_channels_links_are_good_as_long_as_it_says() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let short = desk.make("channels", &ana, json!({"name": "Short", "link_life": 2})).await;
    let begun = desk.invited(&ana, 1, json!({"channel": short})).await;
    let usual = desk.invited(&ana, 2, json!({})).await;
    let lives = |session: &Value| {
        let at = |of: &Value| of.as_i64().unwrap();
        (at(&session["invite"]["expires_at"]) - at(&session["created_at"])) / HOUR
    };
    assert_eq!((lives(&begun), lives(&usual)), (2, 24));
    desk.clock.forward(2 * HOUR);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    let state =
        async |session: &Value| desk.session(&ana, session["id"].as_str().unwrap()).await["state"].clone();
    assert_eq!((state(&begun).await, state(&usual).await), (json!("expired"), json!("waiting")));
}

#[tokio::test]
async fn whom_nobody_reaches_for_five_business_days_has_their_session_closed() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let office = desk.make("channels", &ana, json!({"name": "Office", "hours": working_days()})).await;
    let id = taken(&desk, &ana, 1, json!({"channel": office})).await;
    let silent = taken(&desk, &ana, 2, json!({"channel": office})).await;
    log(&desk, &ana, &id, 1, "no_answer").await;
    desk.clock.forward(DAY);
    let ana = desk.owner().await;
    log(&desk, &ana, &id, 2, "not_on_site").await;
    // Friday next week, one moment before closing time.
    desk.clock.forward(6 * DAY + 10 * HOUR - 1);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    assert_eq!(desk.session(&ana, &id).await["outcome"], Value::Null);
    desk.restart().await;
    desk.clock.forward(1);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    let closed = desk.session(&ana, &id).await;
    assert_eq!((&closed["state"], &closed["outcome"]), (&json!("closed"), &json!("no_contact")), "{closed}");
    assert!(closed["reopen_until"].is_number(), "the person is told that it can be reopened");
    assert_eq!(desk.history(&ana, &id).await.last().unwrap(), "unreached");
    let other = desk.session(&ana, &silent).await;
    assert_eq!(other["outcome"], Value::Null, "silence alone closes nothing: somebody has to have tried");
    desk.done(&ana, &id, "reopen", json!({})).await;
    desk.records().do_what_is_due().await;
    assert_ne!(desk.session(&ana, &id).await["state"], "closed", "reaching them begins anew");
}

#[tokio::test]
async fn being_reached_begins_anew_and_trying_once_more_does_not() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let short = channel(&desk, &ana, json!({"no_contact_days": 1})).await;
    let never = channel(&desk, &ana, json!({"no_contact_days": null})).await;
    let spoken = taken(&desk, &ana, 1, json!({"channel": short})).await;
    let written = taken(&desk, &ana, 2, json!({"channel": short})).await;
    let tried = taken(&desk, &ana, 3, json!({"channel": short})).await;
    let kept = taken(&desk, &ana, 4, json!({"channel": never})).await;
    for (n, id) in [&spoken, &written, &tried, &kept].into_iter().enumerate() {
        log(&desk, &ana, id, u8::try_from(n).unwrap(), "no_answer").await;
    }
    log(&desk, &ana, &spoken, 10, "contact").await;
    log(&desk, &ana, &tried, 11, "no_answer").await;
    let message = MessageId::from_bytes([9; 16]);
    desk.records().said_by_end_user(written.parse().unwrap(), message, "I am here").await.unwrap();
    desk.clock.forward(3 * DAY);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    for (id, closed) in [(&spoken, false), (&written, false), (&tried, true), (&kept, false)] {
        assert_eq!(desk.session(&ana, id).await["outcome"] == "no_contact", closed);
    }
}

#[tokio::test]
async fn a_hold_that_has_an_end_is_waited_for() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let short = channel(&desk, &ana, json!({"no_contact_days": 1})).await;
    let id = taken(&desk, &ana, 1, json!({"channel": short})).await;
    log(&desk, &ana, &id, 1, "no_answer").await;
    let until = 1_800_000_000_000 + 10 * DAY;
    desk.done(&ana, &id, "hold", json!({"until": until, "why": "On holiday until then"})).await;
    desk.clock.forward(9 * DAY);
    desk.records().do_what_is_due().await;
    // Its owner was not here for days: on hold it stays theirs.
    desk.records().look_after_the_team().await.unwrap();
    let ana = desk.owner().await;
    let held = desk.session(&ana, &id).await;
    assert_eq!(held["detail"], "on_hold", "{held}");
    desk.clock.forward(DAY);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    assert_eq!(desk.session(&ana, &id).await["outcome"], "no_contact");
}

#[tokio::test]
async fn silence_confirms_what_is_done_also_while_the_relay_was_away() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let confirms = channel(&desk, &ana, json!({"confirm": true, "confirm_days": 1})).await;
    let id = taken(&desk, &ana, 1, json!({"channel": confirms})).await;
    let done = desk.done(&ana, &id, "close", solved()).await;
    let left = done["confirms_at"].as_i64().unwrap() - 1_800_000_000_000;
    desk.clock.forward(left - 1);
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    assert_eq!(desk.session(&ana, &id).await["detail"], "awaiting_confirmation");
    desk.clock.forward(5 * DAY);
    desk.restart().await;
    desk.records().do_what_is_due().await;
    let ana = desk.owner().await;
    let closed = desk.session(&ana, &id).await;
    assert_eq!((closed.get("detail"), &closed["outcome"]), (None, &json!("solved")));
    assert_eq!(closed["closed_at"], done["closed_at"], "it was done when it was done");
    assert_eq!(desk.history(&ana, &id).await.last().unwrap(), "confirmed_itself");
}

#[tokio::test]
async fn the_clock_jumps_and_two_relays_look_and_each_thing_happens_once() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let strict =
        channel(&desk, &ana, json!({"confirm": true, "confirm_days": 1, "no_contact_days": 1})).await;
    let here = json!({"channel": strict});
    let (held, done, silent) = (
        taken(&desk, &ana, 1, here.clone()).await,
        taken(&desk, &ana, 2, here.clone()).await,
        taken(&desk, &ana, 3, here.clone()).await,
    );
    let invited = desk.invite(&ana, [9; 32]).await["id"].as_str().unwrap().to_owned();
    desk.done(&ana, &held, "hold", json!({"until": 1_800_000_000_000 + HOUR, "why": "Lunch"})).await;
    desk.done(&ana, &done, "close", solved()).await;
    log(&desk, &ana, &silent, 1, "no_answer").await;
    let second = desk.second().await;
    desk.clock.forward(20 * DAY);
    let (one, two) = (desk.records(), second.desk());
    tokio::join!(one.do_what_is_due(), two.do_what_is_due(), one.do_what_is_due(), two.do_what_is_due());
    desk.clock.forward(-19 * DAY);
    tokio::join!(one.do_what_is_due(), two.do_what_is_due());
    desk.clock.forward(19 * DAY);
    tokio::join!(one.do_what_is_due(), two.do_what_is_due());
    second.stop().await;
    let ana = desk.owner().await;
    for (id, kind) in
        [(held, "hold_ended"), (done, "confirmed_itself"), (silent, "unreached"), (invited, "expired")]
    {
        let history = desk.history(&ana, &id).await;
        assert_eq!(history.iter().filter(|it| *it == kind).count(), 1, "{kind}: {history:?}");
    }
}
