//! Offers of sessions, several technicians in one, looking in and taking over.

use futures_util::future::{join, join_all};
use ponte_app::desk::whole_desk;
use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use serde_json::{Value, json};

use super::desk::{Answer, Desk};

/// A desk with a session that Ana holds, and two colleagues.
struct Team {
    desk: Desk,
    ana: String,
    bia: String,
    rui: String,
    session: String,
}

impl Team {
    async fn start() -> Self {
        let desk = Desk::start().await;
        let ana = desk.owner().await;
        let (bia, rui) = (desk.technician("Bia").await, desk.technician("Rui").await);
        let waiting = desk.waiting(&ana, 1, json!({"subject": "Printer"})).await;
        let session = waiting["id"].as_str().unwrap().to_owned();
        let seen = json!({"version": waiting["version"]});
        assert_eq!(desk.post(&format!("sessions/{session}/claim"), &ana, seen).await.status, 200);
        Self { desk, ana, bia, rui, session }
    }

    async fn id(&self, token: &str) -> String {
        self.desk.get("me", token).await.body["id"].as_str().unwrap().to_owned()
    }

    async fn now(&self) -> Value {
        self.desk.get(&format!("sessions/{}", self.session), &self.ana).await.body
    }

    async fn kinds(&self) -> Vec<String> {
        let history = self.now().await["history"].as_array().unwrap().clone();
        history.iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Ana offers the session.
    async fn offer(&self, mut more: Value) -> Answer {
        more["version"] = self.now().await["version"].clone();
        self.desk.post(&format!("sessions/{}/offers", self.session), &self.ana, more).await
    }

    async fn offered(&self, to: Value, purpose: &str) -> String {
        let made = self.offer(json!({"purpose": purpose, "to": to, "note": "See the log"})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }

    async fn accept(&self, offer: &str, token: &str) -> Answer {
        self.desk.post(&format!("offers/{offer}/accept"), token, json!({})).await
    }

    async fn inbox(&self, token: &str) -> Vec<Value> {
        self.desk.get("offers", token).await.body["offers"].as_array().unwrap().clone()
    }

    async fn group(&self, members: &[&str]) -> String {
        let mut ids = Vec::new();
        for member in members {
            ids.push(self.id(member).await);
        }
        self.desk.make("groups", &self.ana, json!({"name": "Second level", "members": ids})).await
    }
}

#[tokio::test]
async fn until_somebody_accepts_nothing_changes_and_then_it_is_theirs() {
    let team = Team::start().await;
    let bia = team.id(&team.bia).await;
    let offer = team.offered(json!({"technician": bia}), "transfer").await;
    let now = team.now().await;
    assert_eq!((&now["owner"]["name"], &now["state"]), (&json!("Ana"), &json!("active")));
    let inbox = team.inbox(&team.bia).await;
    assert_eq!(inbox.len(), 1);
    let it = &inbox[0];
    assert_eq!((&it["for_me"], &it["note"], &it["number"]), (&json!(true), &json!("See the log"), &json!(1)));
    assert_eq!(
        (&it["by"]["name"], &it["to_name"], &it["subject"]),
        (&json!("Ana"), &json!("Bia"), &json!("Printer"))
    );
    assert_eq!(team.inbox(&team.ana).await[0]["for_me"], false, "who made it sees that it is open");
    assert!(team.inbox(&team.rui).await.is_empty(), "and nobody else");
    let stranger = team.accept(&offer, &team.rui).await;
    assert_eq!((stranger.status, stranger.code()), (403, "forbidden"));

    let accepted = team.accept(&offer, &team.bia).await;
    assert_eq!((accepted.status, &accepted.body["owner"]["name"]), (200, &json!("Bia")), "{}", accepted.body);
    assert_eq!(accepted.body["team"]["from"], "Ana");
    assert_eq!(team.accept(&offer, &team.bia).await.status, 200, "twice is once");
    assert!(team.inbox(&team.bia).await.is_empty() && team.inbox(&team.ana).await.is_empty());
    let kinds = team.kinds().await;
    assert!(kinds.ends_with(&["offered".into(), "transferred".into()]), "{kinds:?}");
    let late = team.desk.delete(&format!("offers/{offer}"), &team.ana).await;
    assert_eq!((late.status, &late.body["owner"]["name"]), (409, &json!("Bia")));
}

#[tokio::test]
async fn of_two_who_accept_together_one_has_it_and_the_other_is_told_who() {
    let team = Team::start().await;
    let group = team.group(&[&team.bia, &team.rui]).await;
    for round in 0..4 {
        let offer = team.offered(json!({"group": group}), "transfer").await;
        let (one, other) = join(team.accept(&offer, &team.bia), team.accept(&offer, &team.rui)).await;
        let (won, lost) = if one.status == 200 { (&one, &other) } else { (&other, &one) };
        assert_eq!((won.status, lost.status, lost.code()), (200, 409, "already_claimed"), "{}", lost.body);
        assert_eq!(won.body["owner"], lost.body["owner"], "round {round}: {}", lost.body);
        let transferred = team.kinds().await.iter().filter(|it| *it == "transferred").count();
        assert_eq!(transferred, round + 1);
        // Ana takes it back for the next round.
        let seen = json!({"version": team.now().await["version"]});
        let path = format!("sessions/{}/take-over", team.session);
        assert_eq!(team.desk.post(&path, &team.ana, seen).await.status, 200);
    }
}

#[tokio::test]
async fn declined_withdrawn_timed_out_and_overtaken_it_is_still_where_it_was() {
    let mut team = Team::start().await;
    let group = team.group(&[&team.bia, &team.rui]).await;
    // Declined by all.
    let offer = team.offered(json!({"group": group}), "transfer").await;
    let decline = format!("offers/{offer}/decline");
    assert_eq!(team.desk.post(&decline, &team.bia, json!({})).await.status, 204);
    assert!(team.inbox(&team.bia).await.is_empty());
    assert_eq!(team.accept(&offer, &team.bia).await.code(), "wrong_state", "no second thoughts");
    assert_eq!(team.inbox(&team.rui).await.len(), 1, "Rui may still");
    assert_eq!(team.desk.post(&decline, &team.rui, json!({})).await.status, 204);
    assert!(team.inbox(&team.ana).await.is_empty());
    // Withdrawn.
    let offer = team.offered(json!({"group": group}), "transfer").await;
    let foreign = team.desk.delete(&format!("offers/{offer}"), &team.rui).await;
    assert_eq!((foreign.status, foreign.code()), (403, "forbidden"));
    assert_eq!(team.desk.delete(&format!("offers/{offer}"), &team.ana).await.status, 204);
    assert_eq!(team.accept(&offer, &team.bia).await.code(), "wrong_state");
    // Timed out, over a restart.
    let offer = team.offered(json!({"group": group}), "transfer").await;
    team.desk.restart().await;
    assert_eq!(team.inbox(&team.bia).await.len(), 1, "a restart loses nothing");
    team.desk.clock.forward(120_000);
    let late = team.accept(&offer, &team.bia).await;
    assert_eq!(
        (late.status, late.code()),
        (409, "wrong_state"),
        "to the millisecond, also before anybody noticed"
    );
    team.desk.records().settle_offers().await.unwrap();
    // Overtaken: the session went back to the queue.
    let offer = team.offered(json!({"group": group}), "transfer").await;
    let now = team.now().await;
    assert_eq!(now["owner"]["name"], "Ana");
    let path = format!("sessions/{}/release", team.session);
    team.desk.post(&path, &team.ana, json!({"version": now["version"]})).await;
    assert!(team.inbox(&team.bia).await.is_empty());
    assert_eq!(team.accept(&offer, &team.bia).await.code(), "wrong_state");
    let kinds = team.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|it| *it == kind).count();
    assert_eq!(
        (count("offer_declined"), count("offer_withdrawn"), count("offer_timed_out")),
        (2, 2, 1),
        "{kinds:?}"
    );
    assert_eq!(team.now().await["state"], "waiting");
}

#[tokio::test]
async fn bad_offers_are_refused_with_what_is_wrong_and_change_nothing() {
    let team = Team::start().await;
    let (ana, bia) = (team.id(&team.ana).await, team.id(&team.bia).await);
    let elsewhere = team.desk.make("channels", &team.ana, json!({"name": "Elsewhere"})).await;
    let holding = Holding::new(RoleName::ChannelTechnician, Scope::Channel(elsewhere.parse().unwrap()));
    let eva = team.desk.technician_as("Eva", TechnicianSetup::holding(holding)).await;
    let (eva, nobody) = (team.id(&eva).await, "0199f3a0-0000-7000-8000-000000000001");
    let empty = team.desk.make("groups", &team.ana, json!({"name": "Nobody"})).await;
    let before = team.now().await["version"].clone();
    for (to, seconds, said) in [
        (json!({"technician": ana}), 60, "Ana holds this session already"),
        (json!({"technician": eva}), 60, "Eva may not work on sessions of this channel"),
        (json!({"technician": nobody}), 60, "there is no such"),
        (json!({"group": empty}), 60, "nobody else in Nobody"),
        (json!({"channel": nobody}), 60, "there is no such"),
        (json!({"technician": bia}), 9, "open for 10 seconds to 24 hours"),
        (json!({"technician": bia}), 86_401, "open for 10 seconds to 24 hours"),
    ] {
        let refused = team.offer(json!({"purpose": "transfer", "to": to, "seconds": seconds})).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{to}");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains(said), "{detail}");
    }
    let long =
        team.offer(json!({"purpose": "transfer", "to": {"technician": bia}, "note": "x".repeat(501)})).await;
    assert_eq!(long.status, 400);
    let stale = json!({"purpose": "transfer", "to": {"technician": bia}, "version": 1});
    let path = format!("sessions/{}/offers", team.session);
    assert_eq!(team.desk.post(&path, &team.ana, stale).await.code(), "version_conflict");
    assert_eq!(team.now().await["version"], before);
    team.offered(json!({"technician": bia}), "transfer").await;
    let second = team.offer(json!({"purpose": "transfer", "to": {"technician": bia}})).await;
    assert_eq!((second.status, second.code()), (409, "wrong_state"));
    // Nobody offers what somebody else holds, but by their role.
    let foreign =
        json!({"purpose": "transfer", "to": {"technician": ana}, "version": team.now().await["version"]});
    assert_eq!(team.desk.post(&path, &team.bia, foreign).await.code(), "forbidden");
}

#[tokio::test]
async fn a_limit_holds_for_who_accepts_and_the_offer_stays_open() {
    let team = Team::start().await;
    let limited = TechnicianSetup {
        limit: 1.try_into().unwrap(),
        ..TechnicianSetup::holding(whole_desk(RoleName::ChannelTechnician))
    };
    let eva = team.desk.technician_as("Eva", limited).await;
    team.desk.waiting(&team.ana, 2, json!({})).await;
    assert_eq!(team.desk.post("queue/next", &eva, json!({})).await.status, 200);
    let offer = team.offered(json!({"technician": team.id(&eva).await}), "transfer").await;
    let full = team.accept(&offer, &eva).await;
    assert_eq!((full.status, full.code()), (409, "cannot_take"), "{}", full.body);
    assert_eq!(team.inbox(&eva).await.len(), 1);
    assert_eq!(team.now().await["owner"]["name"], "Ana");
}

#[tokio::test]
async fn to_another_channel_it_goes_with_who_accepts_there() {
    let team = Team::start().await;
    let hardware = team.desk.make("channels", &team.ana, json!({"name": "Hardware"})).await;
    let holding = Holding::new(RoleName::ChannelTechnician, Scope::Channel(hardware.parse().unwrap()));
    let eva = team.desk.technician_as("Eva", TechnicianSetup::holding(holding)).await;
    let mut page = team.desk.get("setup", &team.ana).await.body;
    let channel =
        page["channels"].as_array_mut().unwrap().iter_mut().find(|it| it["id"] == hardware.as_str());
    let mut channel = channel.unwrap().take();
    channel["setup"]["technicians"] = json!([team.id(&eva).await]);
    let path = format!("channels/{hardware}");
    let changed = json!({"version": channel["version"], "setup": channel["setup"]});
    assert_eq!(team.desk.put(&path, &team.ana, changed).await.status, 200);
    let recipients = format!("sessions/{}/recipients?purpose=transfer", team.session);
    let to = team.desk.get(&recipients, &team.ana).await.body;
    let named = |what: &str| -> Vec<Value> {
        to[what].as_array().unwrap().iter().map(|it| it["name"].clone()).collect()
    };
    assert_eq!(named("channels"), ["Hardware"], "{to}");
    assert_eq!(named("technicians"), ["Bia", "Rui"], "Eva takes no session of this channel");

    let session = format!("sessions/{}", team.session);
    assert_eq!(team.desk.get(&session, &eva).await.status, 404, "she does not see it yet");
    let offer = team.offered(json!({"channel": hardware}), "transfer").await;
    assert_eq!(team.inbox(&eva).await[0]["subject"], "Printer", "but what it is about");
    assert!(team.inbox(&team.bia).await.is_empty());
    let accepted = team.accept(&offer, &eva).await;
    assert_eq!((accepted.status, &accepted.body["channel"]), (200, &json!(hardware)), "{}", accepted.body);
    assert_eq!(team.desk.get(&session, &eva).await.body["owner"]["name"], "Eva");
}

#[tokio::test]
async fn who_hands_it_over_may_stay_and_see() {
    let team = Team::start().await;
    let (ana, bia) = (team.id(&team.ana).await, team.id(&team.bia).await);
    let made = team.offer(json!({"purpose": "transfer", "to": {"technician": bia}, "stay": true})).await;
    let offer = made.body["id"].as_str().unwrap();
    let session = team.accept(offer, &team.bia).await.body;
    assert_eq!((&session["owner"]["id"], &session["team"]["baton"]), (&json!(bia), &json!(bia)));
    let members = session["team"]["members"].as_array().unwrap();
    let old = members.iter().find(|it| it["id"] == ana.as_str()).unwrap();
    assert_eq!(old["rights"], json!(["view", "point", "chat"]));
    let ticket = json!({"purpose": "view", "session": team.session});
    assert_eq!(team.desk.post("tickets", &team.ana, ticket.clone()).await.status, 200);
    assert_eq!(team.desk.post("tickets", &team.rui, ticket.clone()).await.code(), "already_claimed");
    let leave = format!("sessions/{}/team/{ana}", team.session);
    assert_eq!(team.desk.delete(&leave, &team.ana).await.status, 200);
    assert_eq!(team.desk.post("tickets", &team.ana, ticket).await.code(), "already_claimed");
}

#[tokio::test]
async fn several_in_one_session_with_a_lead_rights_and_one_baton() {
    let team = Team::start().await;
    let (ana, bia, rui) = (team.id(&team.ana).await, team.id(&team.bia).await, team.id(&team.rui).await);
    let at = |what: &str| format!("sessions/{}/{what}", team.session);
    let rights = json!(["control", "chat"]);
    for (who, token) in [(&bia, &team.bia), (&rui, &team.rui)] {
        let made =
            team.offer(json!({"purpose": "collaborate", "to": {"technician": who}, "rights": rights})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let twice = team.offer(json!({"purpose": "collaborate", "to": {"technician": who}})).await;
        assert_eq!((twice.status, twice.code()), (409, "wrong_state"), "who is invited is not invited again");
        let joined = team.accept(made.body["id"].as_str().unwrap(), token).await;
        assert_eq!((joined.status, &joined.body["owner"]["name"]), (200, &json!("Ana")), "{}", joined.body);
    }
    let now = team.now().await;
    assert_eq!((now["team"]["members"].as_array().unwrap().len(), &now["team"]["baton"]), (3, &json!(ana)));
    let members = now["team"]["members"].as_array().unwrap();
    let second = members.iter().find(|it| it["name"] == "Bia").unwrap();
    assert_eq!(second["rights"], json!(["view", "control", "chat"]), "seeing is part of it");
    let again = team.offer(json!({"purpose": "collaborate", "to": {"technician": bia}})).await;
    assert_eq!(again.status, 400, "Bia is in already");

    // The baton: its holder or the lead passes it.
    let pass = async |token: &str, to: &str| team.desk.post(&at("baton"), token, json!({"to": to})).await;
    assert_eq!(pass(&team.bia, &bia).await.code(), "forbidden");
    assert_eq!(pass(&team.ana, &bia).await.body["team"]["baton"], json!(bia));
    assert_eq!(pass(&team.bia, &rui).await.body["team"]["baton"], json!(rui));
    assert_eq!(pass(&team.bia, &bia).await.code(), "forbidden", "it is gone");
    // Losing the right to control loses the baton; it falls to the lead.
    let of_rui = at(&format!("team/{rui}"));
    let view = json!({"rights": ["view"]});
    assert_eq!(team.desk.put(&of_rui, &team.bia, view.clone()).await.code(), "forbidden");
    let changed = team.desk.put(&of_rui, &team.ana, view).await.body;
    assert_eq!(changed["team"]["baton"], json!(ana));
    assert_eq!(pass(&team.ana, &rui).await.code(), "wrong_state", "Rui may not control");

    // What is written to the person: by whoever may, and nobody from outside.
    let say = json!({"id": "0199f3a0-0000-7000-8000-00000000000a", "text": "Hello"});
    assert_eq!(team.desk.post(&at("messages"), &team.bia, say.clone()).await.status, 201);
    let say = json!({"id": "0199f3a0-0000-7000-8000-00000000000b", "text": "Hello"});
    assert_eq!(team.desk.post(&at("messages"), &team.rui, say).await.code(), "already_claimed");

    // The lead goes on, and the old one stays in it.
    assert_eq!(team.desk.post(&at("lead"), &team.bia, json!({"to": bia})).await.code(), "forbidden");
    let handed = team.desk.post(&at("lead"), &team.ana, json!({"to": bia})).await;
    assert_eq!((handed.status, &handed.body["owner"]["id"]), (200, &json!(bia)), "{}", handed.body);
    assert_eq!(handed.body["team"]["baton"], json!(ana), "the work in hand goes on");
    let gone = team.desk.delete(&at(&format!("team/{bia}")), &team.bia).await;
    assert_eq!((gone.status, gone.code()), (409, "wrong_state"), "the lead hands over first");
    assert_eq!(team.desk.delete(&at(&format!("team/{rui}")), &team.ana).await.code(), "forbidden");
    assert_eq!(team.desk.delete(&at(&format!("team/{rui}")), &team.bia).await.status, 200);
    let kinds = team.kinds().await;
    for kind in [
        "technician_invited",
        "joined",
        "baton_passed",
        "team_rights_changed",
        "lead_handed_over",
        "removed_from_team",
    ] {
        assert!(kinds.iter().any(|it| it == kind), "{kind} in {kinds:?}");
    }
    // The team ends with its owner's hold.
    let seen = json!({"version": team.now().await["version"]});
    assert_eq!(team.desk.post(&at("release"), &team.bia, seen).await.status, 200);
    assert_eq!(team.now().await.get("team"), None);
}

#[tokio::test]
async fn what_is_handed_to_a_workshop_is_worked_in_person_there() {
    let team = Team::start().await;
    let bia = team.id(&team.bia).await;
    let workshop = json!({"name": "Workshop", "kind": "in_person", "technicians": [bia]});
    let workshop = team.desk.make("channels", &team.ana, workshop).await;
    let offer = team.offered(json!({"channel": workshop}), "transfer").await;
    let accepted = team.accept(&offer, &team.bia).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let now = team.now().await;
    assert_eq!((&now["reach"], &now["detail"]), (&json!("in_person"), &json!("in_person")), "{now}");
    let view = json!({"purpose": "view", "session": team.session});
    assert_eq!(team.desk.post("tickets", &team.bia, view).await.code(), "wrong_state", "there is no screen");
}

#[tokio::test]
async fn who_presses_together_leaves_one_baton_and_one_lead() {
    let team = Team::start().await;
    let (bia, rui) = (team.id(&team.bia).await, team.id(&team.rui).await);
    for (who, token) in [(&bia, &team.bia), (&rui, &team.rui)] {
        let made = team
            .offer(json!({"purpose": "collaborate", "to": {"technician": who}, "rights": ["control"]}))
            .await;
        assert_eq!(team.accept(made.body["id"].as_str().unwrap(), token).await.status, 200);
    }
    let path = format!("sessions/{}/baton", team.session);
    let passes = (0..12).map(|n| {
        let to = if n % 2 == 0 { &bia } else { &rui };
        team.desk.post_owned(path.clone(), &team.ana, json!({"to": to}))
    });
    for answer in join_all(passes).await {
        assert!(matches!(answer.status, 200 | 409), "{}", answer.body);
    }
    let now = team.now().await;
    let holder = now["team"]["baton"].as_str().unwrap();
    assert!(holder == bia || holder == rui, "{now}");
    assert_eq!(now["team"]["members"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_supervisor_looks_in_and_is_seen_and_takes_over() {
    let team = Team::start().await;
    let boss = TechnicianSetup::holding(whole_desk(RoleName::ChannelManager));
    let eva = team.desk.technician_as("Eva", boss).await;
    let at = |what: &str| format!("sessions/{}/{what}", team.session);
    assert_eq!(team.desk.post(&at("look-in"), &team.bia, json!({})).await.code(), "forbidden");
    let looked = team.desk.post(&at("look-in"), &eva, json!({})).await;
    assert_eq!((looked.status, &looked.body["owner"]["name"]), (200, &json!("Ana")), "{}", looked.body);
    let members = looked.body["team"]["members"].as_array().unwrap();
    let member = members.iter().find(|it| it["name"] == "Eva").unwrap();
    assert_eq!(
        (&member["name"], &member["looks_in"], &member["rights"]),
        (&json!("Eva"), &json!(true), &json!(["view"]))
    );
    assert_eq!(
        team.desk.post(&at("look-in"), &eva, json!({})).await.code(),
        "wrong_state",
        "they do already"
    );
    let ticket = json!({"purpose": "view", "session": team.session});
    assert_eq!(team.desk.post("tickets", &eva, ticket).await.status, 200);

    let stale = team.desk.post(&at("take-over"), &eva, json!({"version": 1})).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
    let seen = json!({"version": looked.body["version"], "stay": true});
    assert_eq!(team.desk.post(&at("take-over"), &team.bia, seen.clone()).await.code(), "forbidden");
    let taken = team.desk.post(&at("take-over"), &eva, seen).await;
    assert_eq!((taken.status, &taken.body["owner"]["name"]), (200, &json!("Eva")), "{}", taken.body);
    assert_eq!(
        (&taken.body["team"]["from"], taken.body["team"]["members"].as_array().unwrap().len()),
        (&json!("Ana"), 2)
    );
    let kinds = team.kinds().await;
    assert!(kinds.ends_with(&["looked_in".into(), "taken_over".into()]), "{kinds:?}");
    let audit = team.desk.get("audit?limit=20", &team.ana).await.body.to_string();
    assert!(audit.contains("looked_in") && audit.contains("taken_over"), "{audit}");
}

#[tokio::test]
async fn what_technicians_write_among_themselves_stays_among_them() {
    let team = Team::start().await;
    let bia = team.id(&team.bia).await;
    let offer = team.offered(json!({"technician": bia}), "collaborate").await;
    team.accept(&offer, &team.bia).await;
    let at = |what: &str| format!("sessions/{}/{what}", team.session);
    let id = "0199f3a0-0000-7000-8000-00000000000c";
    let secret = json!({"id": id, "text": "He has pressed the wrong button again"});
    assert_eq!(team.desk.post(&at("private"), &team.rui, secret.clone()).await.code(), "forbidden");
    let said = team.desk.post(&at("private"), &team.bia, secret.clone()).await;
    assert_eq!(
        (said.status, &said.body["number"], &said.body["by"]["name"]),
        (201, &json!(1), &json!("Bia"))
    );
    assert_eq!(
        team.desk.post(&at("private"), &team.bia, secret.clone()).await.body["number"],
        1,
        "twice is once"
    );
    let taken = team.desk.post(&at("private"), &team.ana, secret).await;
    assert_eq!((taken.status, taken.code()), (400, "invalid_request"), "the id is Bia's");
    let read = team.desk.get(&at("private"), &team.ana).await.body;
    assert_eq!(read["messages"].as_array().unwrap().len(), 1);
    // Nothing of it is in what the end user's program is given.
    let (chat, marks) =
        ponte_app::ports::Records::chat(&**team.desk.records(), team.session.parse().unwrap()).await.unwrap();
    assert!(chat.is_empty() && marks.newest == 0);
    assert_eq!(team.desk.get(&at("messages"), &team.ana).await.body["messages"], json!([]));
    let empty = team.desk.post(&at("private"), &team.ana, json!({"id": id, "text": ""})).await;
    assert_eq!(empty.status, 400);
}
