//! Programs with tokens: what each may, and nothing else.

use std::collections::BTreeSet;

use ponte_app::desk::whole_desk;
use ponte_desk::{permission::RoleName, setup::TechnicianSetup};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::Desk;

async fn token(desk: &Desk, by: &str, more: Value) -> String {
    let mut body = json!({"name": "Script", "permissions": ["session_view"]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = desk.post("api-tokens", by, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let token = made.body["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("ponte_") && token.len() == 49, "{token}");
    token
}

#[tokio::test]
async fn a_token_may_what_it_was_given_where_it_was_given() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let here = desk.waiting(&ana, 1, json!({"channel": own})).await;
    let elsewhere = desk.waiting(&ana, 2, json!({})).await;
    let reads = token(&desk, &ana, json!({"channels": [own]})).await;
    let listed = desk.get("sessions", &reads).await.body["sessions"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["id"], here["id"]);
    let path = |session: &Value, rest: &str| format!("sessions/{}{rest}", session["id"].as_str().unwrap());
    assert_eq!(desk.get(&path(&here, ""), &reads).await.status, 200);
    assert_eq!(desk.get(&path(&elsewhere, ""), &reads).await.code(), "not_found");
    let edit = json!({"version": here["version"], "subject": "From a script"});
    assert_eq!(desk.patch(&path(&here, ""), &reads, edit.clone()).await.code(), "forbidden");
    let edits = token(&desk, &ana, json!({"permissions": ["session_view", "session_edit"]})).await;
    let edited = desk.patch(&path(&here, ""), &edits, edit).await;
    assert_eq!(edited.body["subject"], "From a script", "{}", edited.body);
    let history = desk.get(&path(&here, ""), &ana).await.body["history"].clone();
    assert_eq!(history.as_array().unwrap().last().unwrap()["by"], "Ana", "in the name of who made it");
    let blind = token(&desk, &ana, json!({"permissions": ["session_edit"]})).await;
    assert_eq!(desk.get("sessions", &blind).await.body["sessions"], json!([]));
    assert_eq!(desk.get("audit", &edits).await.code(), "forbidden");
    let audits = token(&desk, &ana, json!({"permissions": ["audit_view"]})).await;
    assert_eq!(desk.get("audit", &audits).await.status, 200);
    let narrow = token(&desk, &ana, json!({"permissions": ["session_view"], "channels": [own]})).await;
    assert_eq!(desk.get("audit", &narrow).await.code(), "forbidden");
}

#[tokio::test]
async fn only_the_listed_routes_answer_tokens() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let all = json!({"permissions": ["session_view", "session_edit", "session_close", "chat_read", "audit_view", "webhook_manage"]});
    let token = token(&desk, &ana, all).await;
    let listed: BTreeSet<&str> = include_str!("../../../crates/api/token-routes.txt").lines().collect();
    let open = include_str!("../../../crates/api/open-routes.txt");
    let document: Value = serde_json::to_value(ponte_api::openapi()).unwrap();
    let (mut answered, mut refused) = (0, 0);
    for (route, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let name = format!("{} /api/v1{route}", method.to_uppercase());
            if open.lines().any(|line| line == name) {
                continue;
            }
            let path = route.replace("{id}", "0192f0c1-2345-7abc-8def-0123456789ab");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = desk.send(method, path.trim_start_matches('/'), &token, Some(json!({}))).await;
            let people_only =
                answer.status == 403 && answer.body["detail"].as_str().unwrap().contains("not API tokens");
            assert_eq!(
                people_only,
                !listed.contains(name.as_str()),
                "{name}: {} {}",
                answer.status,
                answer.body
            );
            if people_only { refused += 1 } else { answered += 1 }
        }
    }
    assert_eq!(
        answered,
        listed.iter().filter(|line| !line.starts_with('#')).count(),
        "each listed route is there"
    );
    assert!(refused > 30, "{refused}");
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_expires_or_its_maker_may_no_more() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let owners = TechnicianSetup::holding(whole_desk(RoleName::Owner));
    let rui = desk.technician_as("Rui", owners.clone()).await;
    let good = async |token: &str| desk.get("sessions", token).await.status;
    let first = token(&desk, &ana, json!({})).await;
    assert_eq!(good(&first).await, 200);
    let listed = desk.get("api-tokens", &ana).await.body;
    assert!(listed[0]["used_at"].is_i64() && listed[0].get("token").is_none(), "{listed}");
    let path = format!("api-tokens/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(desk.delete(&path, &ana).await.status, 204);
    assert_eq!(good(&first).await, 401);
    assert_eq!(desk.delete(&path, &ana).await.status, 404);

    let soon = 1_800_000_000_000_i64 + 60_000;
    let short = token(&desk, &ana, json!({"expires_at": soon})).await;
    assert_eq!(good(&short).await, 200);
    desk.clock.forward(60_000);
    assert_eq!(good(&short).await, 401);

    let theirs = token(&desk, &rui, json!({})).await;
    assert_eq!(good(&theirs).await, 200);
    let page = desk.get("setup", &ana).await.body;
    let it = page["technicians"].as_array().unwrap().iter().find(|it| it["name"] == "Rui").unwrap().clone();
    let change = async |version: &Value, setup: Value| {
        let path = format!("technicians/{}", it["id"].as_str().unwrap());
        let changed = desk.put(&path, &ana, json!({"version": version, "setup": setup})).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        changed.body["version"].clone()
    };
    desk.waiting(&ana, 1, json!({})).await;
    assert_eq!(desk.get("sessions", &theirs).await.body["sessions"].as_array().unwrap().len(), 1);
    let version = change(&it["version"], json!({"holds": []})).await;
    assert_eq!(
        desk.get("sessions", &theirs).await.body["sessions"],
        json!([]),
        "its maker sees nothing any more"
    );
    change(&version, json!({"enabled": false})).await;
    assert_eq!(good(&theirs).await, 401);
}

#[tokio::test]
async fn nobody_gives_a_token_more_than_they_have_and_none_reaches_a_machine() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let make = async |body: Value| desk.post("api-tokens", &ana, body).await;
    for wrong in [
        json!({"name": "x", "permissions": []}),
        json!({"name": "", "permissions": ["session_view"]}),
        json!({"name": "x", "permissions": ["session_fly"]}),
        json!({"name": "x", "permissions": ["remote_control"]}),
        json!({"name": "x", "permissions": ["session_view"], "channels": []}),
        json!({"name": "x", "permissions": ["session_view"], "channels": ["0192f0c1-2345-7abc-8def-0123456789ab"]}),
        json!({"name": "x", "permissions": ["session_view"], "expires_at": 1}),
        json!({"name": "x", "permissions": ["session_view"], "colour": "red"}),
    ] {
        assert_eq!(make(wrong.clone()).await.status, 400, "{wrong}");
    }
    let page = desk.get("setup", &ana).await.body;
    desk.technician("Bia").await;
    let mut whole = page["desk"]["setup"].clone();
    let page = desk.get("setup", &ana).await.body;
    let bia = page["technicians"].as_array().unwrap().iter().find(|it| it["name"] == "Bia").unwrap();
    whole["overrides"] = json!([
        {"whom": {"technician": bia["id"]}, "on": "desk", "permission": "webhook_manage", "effect": "allow"},
        {"whom": {"technician": bia["id"]}, "on": {"channel": own}, "permission": "session_view", "effect": "deny"},
    ]);
    let changed = desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let bia = desk.sign_in("bia@desk.example", "correct horse").await.token();
    let ask = async |permission: &str, channels: Value| {
        let body = json!({"name": "x", "permissions": [permission], "channels": channels});
        desk.post("api-tokens", &bia, body).await.status
    };
    assert_eq!(ask("audit_view", Value::Null).await, 403);
    assert_eq!(ask("session_view", json!([own])).await, 403, "not where she may not");
    assert_eq!(ask("session_take", json!([own])).await, 201);
}

#[tokio::test]
async fn guessing_tokens_is_slow_and_keeps_nobody_out() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let good = token(&desk, &ana, json!({})).await;
    for n in 0..60 {
        assert_eq!(desk.get("sessions", &format!("ponte_{n}")).await.code(), "signed_out");
    }
    let refused = desk.get("sessions", "ponte_x").await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_tries"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(desk.get("sessions", &good).await.status, 200, "who has a good one is not kept out");
    desk.clock.forward(601_000);
    assert_eq!(desk.get("sessions", "ponte_x").await.code(), "signed_out");
}
