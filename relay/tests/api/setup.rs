//! Setting the desk up, over HTTP.

use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use serde_json::{Value, json};

use super::desk::Desk;

/// What is set up of a kind, by name.
async fn named(desk: &Desk, token: &str, what: &str, name: &str) -> Value {
    let page = desk.get("setup", token).await;
    let all = page.body[what].as_array().unwrap().clone();
    let name_of = |it: &Value| it["setup"].get("name").or(it.get("name")).cloned();
    all.into_iter()
        .find(|it| name_of(it) == Some(name.into()))
        .unwrap_or_else(|| panic!("no {name} in {what}"))
}

#[tokio::test]
async fn a_new_desk_has_one_channel_and_a_manager_makes_more() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let first = named(&desk, &ana, "channels", "Support").await;
    let page = desk.get("setup", &ana).await.body;
    assert_eq!(page["desk"]["setup"]["default_channel"], first["id"]);
    let group = desk.make("groups", &ana, json!({"name": "Level 1"})).await;
    let hours =
        json!({"time_zone": "America/Sao_Paulo", "week": {"monday": [{"from": "08:00", "to": "18:00"}]}});
    let setup = json!({
        "name": "Hardware", "kind": "in_person", "groups": [group], "policy": "round_robin",
        "hours": hours, "waiting_limit": {"minutes": 90},
        "rules": [{"name": "Printers", "when": [{"any_word": ["printer", "impress*"]}],
                   "then": {"to": {"group": group}, "priority": "high", "skills": []}}],
    });
    let id = desk.make("channels", &ana, setup).await;
    desk.restart().await;
    let kept = named(&desk, &desk.owner().await, "channels", "Hardware").await;
    assert_eq!((kept["id"].as_str(), &kept["version"]), (Some(id.as_str()), &json!(1)));
    assert_eq!(kept["setup"]["rules"][0]["then"]["priority"], "high");
    assert_eq!(kept["setup"]["waiting_limit"], json!({"minutes": 90}));
}

#[tokio::test]
async fn two_people_at_one_channel_overwrite_nothing() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = named(&desk, &ana, "channels", "Support").await;
    let path = format!("channels/{}", channel["id"].as_str().unwrap());
    let mut first = channel["setup"].clone();
    first["description"] = "Everything".into();
    let changed = desk.put(&path, &ana, json!({"version": 1, "setup": first})).await;
    assert_eq!((changed.status, &changed.body["version"]), (200, &json!(2)));
    let mut second = channel["setup"].clone();
    second["name"] = "Help".into();
    let late = desk.put(&path, &ana, json!({"version": 1, "setup": second})).await;
    assert_eq!((late.status, late.code()), (409, "version_conflict"));
    assert_eq!(named(&desk, &ana, "channels", "Support").await["setup"]["description"], "Everything");
}

#[tokio::test]
async fn what_does_not_hold_together_is_refused_and_nothing_changes() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let support = named(&desk, &ana, "channels", "Support").await;
    let (id, stranger) = (support["id"].as_str().unwrap().to_owned(), "0192f0c1-2345-7abc-8def-0123456789ab");
    let path = format!("channels/{id}");
    let with = |field: &str, value: Value| {
        let mut setup = support["setup"].clone();
        setup[field] = value;
        json!({"version": 1, "setup": setup})
    };
    let nowhere = json!({"time_zone": "Mars/Olympus", "week": {}});
    let never = json!({"time_zone": "Europe/Prague", "week": {}});
    let backwards =
        json!({"time_zone": "Europe/Prague", "week": {"friday": [{"from": "18:00", "to": "08:00"}]}});
    let circle = json!([{"name": "Round", "when": [], "then": {"to": {"channel": id}, "priority": null, "skills": []}}]);
    let cases = [
        ("fallback", json!(id), "cannot be its own fallback"),
        ("fallback", json!(stranger), "not there"),
        ("groups", json!([stranger]), "group that is not there"),
        ("hours", nowhere, "time zone"),
        ("hours", never, "never"),
        ("hours", backwards, "friday"),
        ("rules", circle, "round for ever"),
        ("most_waiting", json!(0), "at least one"),
        ("waiting_limit", json!({"minutes": 1000}), "1 to 999"),
        ("link_life", json!(0), "1 to 720"),
        ("link_life", json!(721), "1 to 720"),
        ("privacy", json!("x".repeat(1_001)), "1000"),
        ("name", json!("x".repeat(81)), "80"),
        ("name", json!(" "), "empty"),
        ("colour", json!("red"), "colour"),
    ];
    for (field, value, says) in cases {
        let refused = desk.put(&path, &ana, with(field, value)).await;
        let detail = refused.body["detail"].as_str().unwrap_or_default().to_lowercase();
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{field}: {detail}");
        assert!(detail.contains(says), "{field}: {detail} should say {says}");
    }
    let twin = desk.post("channels", &ana, json!({"name": "SUPPORT"})).await;
    assert_eq!((twin.status, twin.code()), (400, "invalid_request"), "a name twice");
    assert_eq!(named(&desk, &ana, "channels", "Support").await, support);
    for name in ["支持", "Поддержка", "دعم", "Suporte técnico ☎"] {
        desk.make("channels", &ana, json!({"name": name})).await;
        named(&desk, &ana, "channels", name).await;
    }
}

#[tokio::test]
async fn a_channel_goes_when_its_sessions_have_gone() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = desk.make("channels", &ana, json!({"name": "Night"})).await;
    let session = desk.waiting(&ana, 1, json!({"channel": channel})).await;
    let path = format!("channels/{channel}?version=1");
    let refused = desk.delete(&path, &ana).await;
    assert_eq!((refused.status, refused.code()), (409, "wrong_state"));
    assert!(refused.body["detail"].as_str().unwrap().contains("1 sessions"), "{}", refused.body);
    let support = named(&desk, &ana, "channels", "Support").await["id"].clone();
    let moved = json!({"version": session["version"], "channel": support});
    let moved = desk.patch(&format!("sessions/{}", session["id"].as_str().unwrap()), &ana, moved).await;
    assert_eq!((moved.status, &moved.body["channel"]), (200, &support));
    assert_eq!(desk.delete(&path, &ana).await.status, 204);
    let page = desk.get("setup", &ana).await.body;
    assert_eq!(page["removed_channels"], json!([{"id": channel, "name": "Night"}]));
    let support = support.as_str().unwrap();
    let refused = desk.delete(&format!("channels/{support}?version=1"), &ana).await;
    assert_eq!(refused.code(), "invalid_request", "the default channel stays: {}", refused.body);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have_and_an_owner_stays() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let manager = TechnicianSetup::holding(Holding::new(RoleName::TechnicianManager, Scope::Desk));
    let tom = desk.technician_as("Tom", manager).await;
    let owner = json!({"holds": [{"role": "owner", "on": "desk"}]});
    let account = |name: &str, setup: &Value| json!({"name": name, "email": format!("{name}@desk.example"), "password": "correct horse", "setup": setup});
    let refused = desk.post("technicians", &tom, account("eve", &owner)).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    let role = json!({"name": "Keys", "permissions": ["settings_manage"]});
    assert_eq!(desk.post("roles", &tom, role.clone()).await.code(), "forbidden");
    desk.make("roles", &ana, role).await;

    let own = named(&desk, &ana, "technicians", "Ana").await;
    let path = format!("technicians/{}", own["id"].as_str().unwrap());
    let mut setup = own["setup"].clone();
    setup["holds"] = json!([]);
    let refused = desk.put(&path, &ana, json!({"version": 1, "setup": setup})).await;
    assert_eq!((refused.status, refused.code()), (400, "invalid_request"));
    assert!(refused.body["detail"].as_str().unwrap().contains("last owner"), "{}", refused.body);
    let refused = desk.put(&path, &tom, json!({"version": 1, "setup": setup})).await;
    assert_eq!(refused.code(), "forbidden", "an owner is not a manager's to change");

    desk.make("technicians", &tom, account("rui", &json!({"holds": []}))).await;
    assert_eq!(desk.sign_in("rui@desk.example", "correct horse").await.status, 200);
    let rui = named(&desk, &ana, "technicians", "rui").await;
    let path = format!("technicians/{}", rui["id"].as_str().unwrap());
    let before = desk.sign_in("rui@desk.example", "correct horse").await;
    let disabled = json!({"version": 1, "setup": {"enabled": false}});
    assert_eq!(desk.put(&path, &tom, disabled).await.status, 200);
    let refused = desk.refresh(&before.cookie()).await;
    assert_eq!((refused.status, refused.code()), (401, "signed_out"), "who is signed in is signed out, too");
    let refused = desk.sign_in("rui@desk.example", "correct horse").await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    assert!(refused.body["detail"].as_str().unwrap().contains("disabled"));
}

#[tokio::test]
async fn nobody_takes_what_they_do_not_have_by_way_of_others() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let manager = Holding::new(RoleName::TechnicianManager, Scope::Desk);
    let tom = desk.technician_as("Tom", TechnicianSetup::holding(manager)).await;
    let auditor = Holding::new(RoleName::Auditor, Scope::Desk);
    desk.technician_as("Eva", TechnicianSetup::holding(auditor)).await;
    desk.technician("Rui").await;
    let id =
        async |name: &str| named(&desk, &ana, "technicians", name).await["id"].as_str().unwrap().to_owned();
    // An auditor reads the audit, which a manager of technicians does not.
    let (eva, rui) = (id("Eva").await, id("Rui").await);
    let refused = desk.send(reqwest::Method::POST, &format!("technicians/{eva}/password"), &tom, None).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    let given = desk.send(reqwest::Method::POST, &format!("technicians/{rui}/password"), &tom, None).await;
    assert_eq!(given.status, 200, "{}", given.body);

    // A manager for one company lets nobody see the others' sessions.
    let acme = desk.make("companies", &ana, json!({"name": "Acme"})).await;
    let other = desk.make("companies", &ana, json!({"name": "Umbrella"})).await;
    let only = |company: &str| json!({"only": {"companies": [company], "and_without": false}});
    let narrow = ponte_desk::permission::Companies::Only {
        companies: vec![acme.parse().unwrap()],
        and_without: false,
    };
    let mia = desk
        .technician_as("Mia", TechnicianSetup { companies: narrow, ..TechnicianSetup::holding(manager) })
        .await;
    let account = |name: &str, companies: Value| json!({"name": name, "email": format!("{name}@desk.example"), "password": "correct horse", "setup": {"companies": companies}});
    for wide in [json!("all"), only(&other)] {
        let refused = desk.post("technicians", &mia, account("ivo", wide.clone())).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{wide}: {}", refused.body);
    }
    let ivo = desk.make("technicians", &mia, account("ivo", only(&acme))).await;
    let path = format!("technicians/{ivo}");
    let wide = json!({"version": 1, "setup": {"companies": only(&other)}});
    assert_eq!(desk.put(&path, &mia, wide).await.code(), "forbidden");
    let same = json!({"version": 1, "setup": {"companies": only(&acme), "limit": 3}});
    assert_eq!(desk.put(&path, &mia, same).await.status, 200);

    // Who works in a channel is its technician: whoever says who does must be as much.
    let clerk = json!({"name": "Clerk", "permissions": ["group_manage", "channel_members", "channel_view", "role_manage"]});
    let clerk =
        Holding::new(RoleName::Custom(desk.make("roles", &ana, clerk).await.parse().unwrap()), Scope::Desk);
    let leo = desk.technician_as("Leo", TechnicianSetup::holding(clerk)).await;
    let me = id("Leo").await;
    let group = desk.make("groups", &leo, json!({"name": "Night", "members": [me]})).await;
    let channel = desk.make("channels", &ana, json!({"name": "Secret", "groups": []})).await;
    let with = |more: Value| {
        let mut setup = json!({"name": "Secret"});
        for (name, value) in more.as_object().unwrap() {
            setup[name] = value.clone();
        }
        json!({"version": 1, "setup": setup})
    };
    let path = format!("channels/{channel}");
    for way in [json!({"technicians": [me]}), json!({"groups": [group]})] {
        let refused = desk.put(&path, &leo, with(way)).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    }
    let empty = desk.make("groups", &ana, json!({"name": "Day"})).await;
    assert_eq!(desk.put(&path, &ana, with(json!({"groups": [empty]}))).await.status, 200);
    let joins = json!({"version": 1, "setup": {"name": "Day", "members": [me]}});
    assert_eq!(desk.put(&format!("groups/{empty}"), &leo, joins).await.code(), "forbidden");

    // And nobody takes back what was denied to themselves.
    let deny = |effects: Value| async {
        let page = desk.get("setup", &ana).await.body;
        let mut whole = page["desk"]["setup"].clone();
        whole["overrides"] = effects;
        json!({"version": page["desk"]["version"], "setup": whole})
    };
    let denied =
        json!([{"whom": {"technician": me}, "on": "desk", "permission": "session_view", "effect": "deny"}]);
    assert_eq!(desk.put("setup", &ana, deny(denied).await).await.status, 200);
    let refused = desk.put("setup", &leo, deny(json!([])).await).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    assert_eq!(desk.put("setup", &ana, deny(json!([])).await).await.status, 200);
}

#[tokio::test]
async fn companies_are_named_to_who_sees_their_sessions_and_take_no_others() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let acme = desk.make("companies", &ana, json!({"name": "Acme"})).await;
    let other = desk.make("companies", &ana, json!({"name": "Umbrella"})).await;
    let companies = ponte_desk::permission::Companies::Only {
        companies: vec![acme.parse().unwrap()],
        and_without: false,
    };
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Desk);
    let bia =
        desk.technician_as("Bia", TechnicianSetup { companies, ..TechnicianSetup::holding(held) }).await;
    let names = async |token: &str| {
        let page = desk.get("setup", token).await.body;
        let all = page["companies"].as_array().unwrap().clone();
        all.iter().map(|it| it["setup"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&bia).await, ["Acme"]);
    assert_eq!(names(&ana).await.len(), 2);
    let session = desk.waiting(&ana, 1, json!({})).await;
    let path = format!("sessions/{}", session["id"].as_str().unwrap());
    let put = async |token: &str, company: Value| {
        let version = desk.get(&path, &ana).await.body["version"].clone();
        desk.patch(&path, token, json!({"version": version, "company": company})).await
    };
    assert_eq!(put(&ana, json!(acme)).await.status, 200);
    let refused = put(&bia, json!(other)).await;
    assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{}", refused.body);
    let unknown = put(&bia, json!("00000000-0000-0000-0000-000000000009")).await;
    assert_eq!(unknown.body["detail"], refused.body["detail"], "one that she does not see is not there");
    assert_eq!(put(&bia, json!(null)).await.code(), "invalid_request", "nor does she see those without");
    assert_eq!(put(&bia, json!(acme)).await.status, 200);
}

#[tokio::test]
async fn the_audit_names_what_was_changed_and_removed() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let group = desk.make("groups", &ana, json!({"name": "Night"})).await;
    assert_eq!(desk.delete(&format!("groups/{group}?version=1"), &ana).await.status, 204);
    let lines = desk.get("audit?kind=removed", &ana).await.body["lines"].clone();
    assert_eq!(lines[0]["about"], json!(format!("group {group}")), "{lines}");
}

#[tokio::test]
async fn patience_that_cannot_be_kept_is_refused() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let page = desk.get("setup", &ana).await.body;
    for (silent, gone, word) in [(5, 900, "silent"), (60, 50, "gone")] {
        let mut whole = page["desk"]["setup"].clone();
        whole["patience"] = json!({"silent": silent, "gone": gone, "after_shift": 900});
        let refused =
            desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains(word), "{}", refused.body);
    }
}

#[tokio::test]
async fn where_would_it_go_is_answered_with_reasons() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let hardware = desk.make("channels", &ana, json!({"name": "Hardware"})).await;
    let support = named(&desk, &ana, "channels", "Support").await;
    let mut setup = support["setup"].clone();
    setup["rules"] = json!([
        {"name": "Windows 7", "when": [{"system": ["windows 7"]}],
         "then": {"to": null, "priority": "high", "skills": []}},
        {"name": "Broken things", "when": [{"any_word": ["broken", "smoke"]}],
         "then": {"to": {"channel": hardware}, "priority": "urgent", "skills": []}},
    ]);
    let path = format!("channels/{}", support["id"].as_str().unwrap());
    assert_eq!(desk.put(&path, &ana, json!({"version": 1, "setup": setup})).await.status, 200);
    let asked = json!({"text": "There is SMOKE coming out", "system": "Windows 11"});
    let answer = desk.post(&format!("{path}/try"), &ana, asked).await;
    assert_eq!((answer.status, &answer.body["route"]["channel"]), (200, &json!(hardware)), "{}", answer.body);
    assert_eq!(answer.body["route"]["priority"], "urgent");
    let verdicts = answer.body["route"]["steps"][0]["checked"].as_array().unwrap().clone();
    assert_eq!(verdicts[0]["verdict"]["not"]["found"]["text"], "windows 11");
    assert_eq!(verdicts[1]["verdict"], "matched");
    assert_eq!(answer.body["pick"]["chosen"], Value::Null, "nobody works there");
}

#[tokio::test]
async fn a_category_brings_its_priority() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let broken =
        desk.make("categories", &ana, json!({"name": "Nobody can work", "priority": "urgent"})).await;
    let session = desk.waiting(&ana, 1, json!({"category": broken})).await;
    assert_eq!((&session["category"], &session["priority"]), (&json!(broken), &json!("urgent")));
    let path = format!("sessions/{}", session["id"].as_str().unwrap());
    let low = desk.patch(&path, &ana, json!({"version": session["version"], "priority": "low"})).await;
    assert_eq!((low.status, &low.body["priority"]), (200, &json!("low")), "a person may say otherwise");
    assert!(low.body["queue_at"].as_i64() > session["queue_at"].as_i64(), "and it goes back in the queue");
    let none = desk.patch(&path, &ana, json!({"version": low.body["version"], "category": null})).await;
    assert_eq!((none.body.get("category"), &none.body["priority"]), (None, &json!("low")));
    let unknown =
        json!({"version": none.body["version"], "category": "0192f0c1-2345-7abc-8def-0123456789ab"});
    assert_eq!(desk.patch(&path, &ana, unknown).await.code(), "invalid_request");
    let refused = desk.delete(&format!("categories/{broken}?version=1"), &ana).await;
    assert_eq!(refused.status, 204, "sessions remember it by id");
}
