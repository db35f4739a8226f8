//! Who is connected to a session follows what is kept of it and what is set up, whoever changed that.

use ponte_app::{
    desk::{CloseSession, NewFile, Purpose, whole_desk},
    ports::Records,
};
use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use ponte_types::{DeviceFacts, ErrorCode, Outcome};
use ponte_wire::msg::{to_sos, to_viewer};
use serde_json::{Value, json};

use super::{
    desk::Desk,
    socket::View,
    sos::{self, Sos},
};

/// A session whose program is here.
async fn here(desk: &Desk, token: &str, n: u8, more: Value) -> (String, Sos) {
    let mut body = json!({
        "person": "Rosa", "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&super::sha256(&[n; 32])),
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = desk.post("sessions", token, body).await.body;
    let invite = made["invite"]["id"].as_str().unwrap().parse().unwrap();
    let mut sos = desk.sos(sos::open_invite(invite, [n; 32])).await;
    sos.welcome().await;
    (made["id"].as_str().unwrap().to_owned(), sos)
}

async fn view(desk: &Desk, token: &str, id: &str) -> View {
    let ticket = desk.ticket(token, json!({"purpose": "view", "session": id})).await;
    let mut view = View::open(desk, &ticket).await;
    view.until(|body| matches!(body, to_viewer::Body::Welcome(_)).then_some(())).await;
    view
}

async fn me(desk: &Desk, token: &str) -> String {
    desk.get("me", token).await.body["id"].as_str().unwrap().to_owned()
}

/// A technician of one channel.
async fn of_channel(desk: &Desk, name: &str, channel: &str) -> String {
    let on = Scope::Channel(channel.parse().unwrap());
    let held = Holding::new(RoleName::ChannelTechnician, on);
    desk.technician_as(name, TechnicianSetup::holding(held)).await
}

/// Someone who may do just this.
async fn with_role(desk: &Desk, token: &str, name: &str, permissions: Value) -> String {
    let role = desk.make("roles", token, json!({"name": name, "permissions": permissions})).await;
    let held = Holding::new(RoleName::Custom(role.parse().unwrap()), Scope::Desk);
    desk.technician_as(name, TechnicianSetup::holding(held)).await
}

async fn overrides(desk: &Desk, token: &str, all: Value) {
    let page = desk.get("setup", token).await.body;
    let mut whole = page["desk"]["setup"].clone();
    whole["overrides"] = all;
    let put = desk.put("setup", token, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(put.status, 200, "{}", put.body);
}

#[tokio::test]
async fn what_was_committed_reaches_the_room_whoever_failed_to_tell_it() {
    let desk = Desk::start().await;
    // As a request that was cut off after its commit: the other relay knows nothing of this one's rooms.
    let second = desk.second().await;
    let ana = desk.owner().await;
    let boss = TechnicianSetup::holding(whole_desk(RoleName::ChannelManager));
    let eva = desk.technician_as("Eva", boss).await;
    let (id, mut sos) = here(&desk, &ana, 1, json!({})).await;
    desk.done(&ana, &id, "claim", json!({})).await;
    let mut hers = view(&desk, &ana, &id).await;
    let caller = second.desk().authenticate(&eva).unwrap();
    let session = id.parse().unwrap();
    let version = desk.session(&ana, &id).await["version"].as_u64().unwrap();
    let taken = second.desk().take_over(&caller, session, version, false).await.unwrap();
    assert_eq!(hers.refused().await, "already_claimed", "the old owner sees nothing more");

    let close = CloseSession {
        version: taken.version,
        outcome: Outcome::Solved,
        note: Some("Done".into()),
        reason: None,
        pieces: vec![],
    };
    second.desk().close(&caller, session, close).await.unwrap();
    let ended = sos.until(|body| if let to_sos::Body::Ended(e) = body { Some(e.reason) } else { None }).await;
    assert_eq!(ended, "technician");
    second.stop().await;
}

#[tokio::test]
async fn an_owner_is_not_left_with_what_they_may_no_longer_see() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let near = desk.make("channels", &ana, json!({"name": "Near"})).await;
    let far = desk.make("channels", &ana, json!({"name": "Far"})).await;
    let acme = desk.make("companies", &ana, json!({"name": "Acme"})).await;
    let bia = of_channel(&desk, "Bia", &near).await;
    let (id, mut sos) = here(&desk, &ana, 1, json!({"channel": near})).await;
    desk.done(&bia, &id, "claim", json!({})).await;
    let mut hers = view(&desk, &bia, &id).await;
    let edit = async |what: Value| {
        let mut body = json!({"version": desk.session(&ana, &id).await["version"]});
        for (name, value) in what.as_object().unwrap() {
            body[name] = value.clone();
        }
        let edited = desk.patch(&format!("sessions/{id}"), &ana, body).await;
        assert_eq!(edited.status, 200, "{}", edited.body);
        edited.body
    };
    let moved = edit(json!({"channel": far})).await;
    assert_eq!((&moved["state"], moved.get("owner")), (&json!("waiting"), None), "{moved}");
    assert_eq!(desk.history(&ana, &id).await.last().unwrap(), "moved_to_channel", "in one move");
    assert_eq!(hers.refused().await, "already_claimed");
    let back = edit(json!({"channel": near})).await;
    assert_eq!(back["state"], "waiting");

    // A company that she does not see.
    desk.done(&bia, &id, "claim", json!({})).await;
    let page = desk.get("setup", &ana).await.body;
    let who = me(&desk, &bia).await;
    let all = page["technicians"].as_array().unwrap();
    let mut kept = all.iter().find(|it| it["id"] == json!(who)).unwrap().clone();
    kept["setup"]["companies"] = json!({"only": {"companies": [], "and_without": true}});
    let body = json!({"version": kept["version"], "setup": kept["setup"]});
    assert_eq!(desk.put(&format!("technicians/{who}"), &ana, body).await.status, 200);
    assert_eq!(desk.session(&ana, &id).await["state"], "active");
    assert_eq!(edit(json!({"company": acme})).await["state"], "waiting");
    // Who may is left alone.
    desk.done(&ana, &id, "claim", json!({})).await;
    assert_eq!(edit(json!({"channel": far})).await["owner"]["name"], "Ana");
    sos.until(|body| matches!(body, to_sos::Body::ViewerLeft(_)).then_some(())).await;
}

#[tokio::test]
async fn what_is_taken_from_somebody_ends_what_they_have_open() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician("Bia").await;
    let rui = desk.technician("Rui").await;
    let (who, helper) = (me(&desk, &bia).await, me(&desk, &rui).await);
    let (id, _sos) = here(&desk, &ana, 1, json!({})).await;
    desk.done(&bia, &id, "claim", json!({})).await;
    let join = json!({"purpose": "collaborate", "to": {"technician": helper}, "rights": ["control"]});
    let offer = desk.ask(&bia, &id, "offers", join).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.post(&format!("offers/{offer}/accept"), &rui, json!({})).await.status, 200);
    let (mut hers, mut his) = (view(&desk, &bia, &id).await, view(&desk, &rui, &id).await);
    let deny = |who: &str, what: &str| json!({"whom": {"technician": who}, "on": "desk", "permission": what, "effect": "deny"});

    // The picture goes with the permission, and the session stays.
    overrides(&desk, &ana, json!([deny(&who, "remote_view")])).await;
    assert_eq!(hers.refused().await, "already_claimed");
    assert_eq!(desk.session(&ana, &id).await["owner"]["name"], "Bia");

    // Who may not see a session is not in it.
    overrides(&desk, &ana, json!([deny(&helper, "session_view")])).await;
    assert_eq!(his.refused().await, "already_claimed");
    desk.records().hold_to_setup().await.unwrap();
    let now = desk.session(&ana, &id).await;
    assert_eq!((&now["owner"]["name"], now["team"]["members"].as_array().unwrap().len()), (&json!("Bia"), 1));

    // Nor who may not take one its owner.
    overrides(&desk, &ana, json!([deny(&who, "session_take")])).await;
    desk.records().hold_to_setup().await.unwrap();
    let now = desk.session(&ana, &id).await;
    assert_eq!((&now["state"], now.get("owner")), (&json!("waiting"), None), "{now}");
    assert!(desk.history(&ana, &id).await.ends_with(&["removed_from_team".into(), "handed_back".into()]));
}

#[tokio::test]
async fn roles_bound_what_somebody_may_in_a_session() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let some = json!(["session_view", "session_take", "remote_view", "remote_files_send", "chat_write"]);
    let rui = with_role(&desk, &ana, "Rui", some).await;
    let bia = desk.technician("Bia").await;
    let (id, _sos) = here(&desk, &ana, 1, json!({})).await;
    desk.done(&rui, &id, "claim", json!({})).await;
    let who = me(&desk, &rui).await;
    let mut his = view(&desk, &rui, &id).await;
    let rights = async |view: &mut View, fits: &[&str]| {
        let who = who.parse::<ponte_types::TechnicianId>().unwrap();
        view.until(|body| {
            let to_viewer::Body::Crew(crew) = body else { return None };
            let member = crew.members.into_iter().find(|it| it.technician_id == who.as_bytes())?;
            (member.rights == fits).then_some(())
        })
        .await;
    };
    // The owner of a session has all rights in it, as far as roles let him: files go both ways.
    rights(&mut his, &["view", "chat"]).await;
    let allow = |what: &str| json!({"whom": {"technician": who}, "on": "desk", "permission": what, "effect": "allow"});
    overrides(&desk, &ana, json!([allow("remote_control"), allow("remote_files_fetch")])).await;
    rights(&mut his, &["view", "control", "files", "chat"]).await;
    overrides(&desk, &ana, json!([])).await;
    rights(&mut his, &["view", "chat"]).await;

    // Nor is the lead his to hand over.
    overrides(&desk, &ana, json!([allow("session_invite_technician")])).await;
    let helper = me(&desk, &bia).await;
    let join = json!({"purpose": "collaborate", "to": {"technician": helper}});
    let offer = desk.ask(&rui, &id, "offers", join).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.post(&format!("offers/{offer}/accept"), &bia, json!({})).await.status, 200);
    let lead = format!("sessions/{id}/lead");
    let refused = desk.post(&lead, &rui, json!({"to": helper})).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    overrides(&desk, &ana, json!([allow("session_transfer")])).await;
    assert_eq!(desk.post(&lead, &rui, json!({"to": helper})).await.status, 200);
}

#[tokio::test]
async fn what_a_program_says_of_its_device_wears_nothing_down() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let id = desk.waiting(&ana, 1, json!({})).await["id"].as_str().unwrap().to_owned();
    let before = desk.session(&ana, &id).await;
    let says = async |host: &str| {
        let host_name = ponte_types::Line::cut(host);
        let device = DeviceFacts { host_name, ..DeviceFacts::default() };
        desk.records().device_changed(id.parse().unwrap(), &device).await.unwrap();
    };
    for n in 0..50 {
        says(&format!("pms-{n}")).await;
        desk.clock.forward(1_000);
    }
    let now = desk.session(&ana, &id).await;
    assert_eq!(now["device"]["host_name"], "pms-0", "once a minute");
    assert_eq!((&now["version"], &now["history"]), (&before["version"], &before["history"]));
    desk.clock.forward(10_000);
    desk.records().tidy().await.unwrap();
    let now = desk.session(&ana, &id).await;
    assert_eq!(now["device"]["host_name"], "pms-49", "and the last word holds");
    // No program is connected in this test, and tidying up notes that it is lost; nothing else came to it.
    let kinds: Vec<_> = now["history"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["invited", "ready", "lost"]);
    let found = desk.get("sessions?search=pms-49", &ana).await.body;
    assert_eq!(found["sessions"].as_array().unwrap().len(), 1);

    // Nor do files that come by the byte.
    let piece = vec![b'x'; ponte_wire::MAX_PIECE];
    let all = [piece.clone(), b"end".to_vec()].concat();
    let new = NewFile {
        id: "0199f3a0-0000-7000-8000-00000000000a".parse().unwrap(),
        purpose: Purpose::Chat,
        name: ponte_types::FileName::safe("log.txt"),
        size: all.len() as u64,
        sha256: super::sha256(&all),
    };
    let (session, file): (ponte_types::SessionId, _) = (id.parse().unwrap(), new.id);
    Records::begin_file(&**desk.records(), session, new).await.unwrap();
    let add = async |from: usize, bytes: &[u8]| {
        Records::add_piece(&**desk.records(), session, file, from as u64, bytes).await
    };
    assert_eq!(add(0, b"x").await, Err(ErrorCode::InvalidRequest));
    assert_eq!(add(0, &piece).await.unwrap().received, piece.len() as u64);
    assert_eq!(add(piece.len(), b"en").await, Err(ErrorCode::InvalidRequest));
    assert!(add(piece.len(), b"end").await.unwrap().kept);
}

#[tokio::test]
async fn an_accepted_offer_shows_nothing_that_has_gone_on() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let near = desk.make("channels", &ana, json!({"name": "Near"})).await;
    let far = desk.make("channels", &ana, json!({"name": "Far"})).await;
    let bia = of_channel(&desk, "Bia", &near).await;
    let id = desk.waiting(&ana, 1, json!({"channel": near})).await["id"].as_str().unwrap().to_owned();
    desk.done(&ana, &id, "claim", json!({})).await;
    let to = json!({"purpose": "transfer", "to": {"technician": me(&desk, &bia).await}});
    let offer = desk.ask(&ana, &id, "offers", to).await.body["id"].as_str().unwrap().to_owned();
    let accept = format!("offers/{offer}/accept");
    assert_eq!(desk.post(&accept, &bia, json!({})).await.status, 200);
    assert_eq!(desk.post(&accept, &bia, json!({})).await.status, 200, "twice is once");
    let version = desk.session(&ana, &id).await["version"].clone();
    let moved =
        desk.patch(&format!("sessions/{id}"), &ana, json!({"version": version, "channel": far})).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let gone = desk.post(&accept, &bia, json!({})).await;
    assert_eq!((gone.status, gone.code()), (404, "not_found"), "{}", gone.body);
}
