//! Every route × role × own or other channel × own or other company: what the built-in roles say, and nothing else.
//!
//! A row that would change something sends a version that nobody has seen: who may is told of the conflict, who may not
//! is told that.

use std::collections::BTreeSet;

use ponte_desk::{
    permission::{Companies, Holding, Permission, RoleName, Scope},
    setup::TechnicianSetup,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::Desk;

/// What a route asks for.
#[derive(Clone, Copy)]
enum Needs {
    /// A sign-in.
    Nothing,
    /// Of the session in the path, beside seeing it.
    OnSession(Option<Permission>),
    OnChannel(Permission),
    OnDesk(Permission),
    /// In any channel.
    Anywhere(Permission),
}

struct Row {
    method: Method,
    /// As in the OpenAPI document; `{id}` is filled in.
    route: &'static str,
    body: Option<Value>,
    needs: Needs,
}

fn row(method: Method, route: &'static str, body: Option<Value>, needs: Needs) -> Row {
    Row { method, route, body, needs }
}

const NEVER: u64 = 999;
const UNKNOWN: &str = "00000000-0000-0000-0000-000000000001";

fn rows(own: &str, technician: &str, company: &str) -> Vec<Row> {
    use Method as M;
    use Needs::{Anywhere, Nothing, OnChannel, OnDesk, OnSession};
    use Permission as P;
    let seen = || Some(json!({"version": NEVER}));
    let of = |setup: Value| Some(json!({"version": NEVER, "setup": setup}));
    let plain = |name: &str| json!({"name": name});
    let of_company = json!({"only": {"companies": [company], "and_without": false}});
    let mut rows = vec![
        row(M::GET, "/me", None, Nothing),
        row(M::GET, "/setup", None, Nothing),
        row(M::GET, "/team", None, Nothing),
        row(M::PUT, "/team/me", Some(json!({"availability": "busy"})), Nothing),
        row(M::GET, "/load?day=0", None, Anywhere(P::LoadView)),
        row(M::GET, "/audit", None, OnDesk(P::AuditView)),
        row(M::GET, "/audit/verify", None, OnDesk(P::AuditView)),
        row(M::GET, "/api-tokens", None, OnDesk(P::WebhookManage)),
        row(M::POST, "/api-tokens", Some(json!({"name": "x", "permissions": []})), OnDesk(P::WebhookManage)),
        row(M::DELETE, "/api-tokens/{id}", None, OnDesk(P::WebhookManage)),
        row(M::GET, "/webhooks", None, OnDesk(P::WebhookManage)),
        row(
            M::POST,
            "/webhooks",
            Some(json!({"name": "x", "url": "x", "events": []})),
            OnDesk(P::WebhookManage),
        ),
        row(
            M::PUT,
            "/webhooks/{id}",
            of(json!({"name": "x", "url": "x", "events": []})),
            OnDesk(P::WebhookManage),
        ),
        row(M::DELETE, "/webhooks/{id}", None, OnDesk(P::WebhookManage)),
        row(M::POST, "/webhooks/{id}/secret", None, OnDesk(P::WebhookManage)),
        row(M::GET, "/webhooks/{id}/deliveries", None, OnDesk(P::WebhookManage)),
        row(M::POST, "/webhooks/{id}/again", Some(json!({"delivery": own})), OnDesk(P::WebhookManage)),
        row(M::POST, "/webhooks/{id}/test", None, OnDesk(P::WebhookManage)),
        row(M::GET, "/audit/kinds", None, OnDesk(P::AuditView)),
        row(M::GET, "/audit/export", None, OnDesk(P::AuditView)),
        row(
            M::PUT,
            "/me",
            Some(json!({"seen": {"name": "x", "email": "x"}, "name": "x", "email": "x@y", "password": "x"})),
            Nothing,
        ),
        row(M::POST, "/me/password", Some(json!({"old": "x", "new": "x"})), Nothing),
        row(M::GET, "/me/notices", None, Nothing),
        row(M::POST, "/me/notices/seen", Some(json!({"to": 0})), Nothing),
        row(M::GET, "/me/notifications", None, Nothing),
        row(M::PUT, "/me/notifications", Some(json!({"version": 999, "preferences": {}})), Nothing),
        row(M::PUT, "/me/language", Some(json!({"language": "en"})), Nothing),
        row(M::GET, "/me/sign-ins", None, Nothing),
        row(M::DELETE, "/me/sign-ins/{id}", None, Nothing),
        row(
            M::PUT,
            "/technicians/{id}/account",
            Some(json!({"seen": {"name": "x", "email": "x"}, "name": "y", "email": "x@y"})),
            OnDesk(P::TechnicianManage),
        ),
        row(M::POST, "/technicians/{id}/password", None, OnDesk(P::TechnicianManage)),
        row(M::GET, "/technicians/{id}/sign-ins", None, OnDesk(P::TechnicianManage)),
        row(M::DELETE, "/technicians/{id}/sign-ins", None, OnDesk(P::TechnicianManage)),
        row(M::GET, "/queue/next", None, Nothing),
        row(M::GET, "/sessions", None, Nothing),
        row(M::POST, "/tickets", Some(json!({"purpose": "events"})), Nothing),
        row(M::GET, "/sessions/{id}", None, OnSession(None)),
        row(
            M::PATCH,
            "/sessions/{id}",
            Some(json!({"version": NEVER, "subject": "x"})),
            OnSession(Some(P::SessionEdit)),
        ),
        row(M::POST, "/sessions/{id}/claim", seen(), OnSession(Some(P::SessionTake))),
        row(M::POST, "/sessions/{id}/release", seen(), OnSession(Some(P::SessionRelease))),
        row(
            M::POST,
            "/sessions/{id}/close",
            Some(json!({"version": NEVER, "outcome": "solved"})),
            OnSession(Some(P::SessionClose)),
        ),
        row(
            M::POST,
            "/sessions/{id}/hold",
            Some(json!({"version": NEVER, "why": "parts"})),
            OnSession(Some(P::SessionTake)),
        ),
        row(M::POST, "/sessions/{id}/resume", seen(), OnSession(Some(P::SessionTake))),
        row(M::POST, "/sessions/{id}/confirm", seen(), OnSession(Some(P::SessionCloseOthers))),
        row(M::POST, "/sessions/{id}/reject", seen(), OnSession(Some(P::SessionReopen))),
        row(M::POST, "/sessions/{id}/reopen", seen(), OnSession(Some(P::SessionReopen))),
        row(
            M::POST,
            "/sessions/{id}/link",
            Some(
                json!({"version": NEVER, "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&[9; 32])}),
            ),
            OnSession(Some(P::SessionOpen)),
        ),
        row(M::GET, "/sessions/{id}/equipment", None, OnSession(None)),
        row(
            M::POST,
            "/sessions/{id}/equipment",
            Some(json!({"id": own, "name": "x", "kind": "printer"})),
            OnSession(Some(P::SessionLog)),
        ),
        row(
            M::PUT,
            "/sessions/{id}/equipment/{piece}",
            Some(json!({"name": "x", "kind": "printer"})),
            OnSession(Some(P::SessionLog)),
        ),
        row(M::DELETE, "/sessions/{id}/equipment/{piece}", None, OnSession(Some(P::SessionLog))),
        row(M::GET, "/sessions/{id}/messages", None, OnSession(Some(P::ChatRead))),
        row(
            M::POST,
            "/sessions/{id}/messages",
            Some(json!({"id": own, "text": "hello"})),
            OnSession(Some(P::ChatWrite)),
        ),
        row(M::POST, "/sessions/{id}/messages/seen", Some(json!({"number": 0})), OnSession(None)),
        row(M::GET, "/sessions/{id}/comings", None, OnSession(Some(P::ChatRead))),
        row(M::GET, "/sessions/{id}/transcript", None, OnSession(Some(P::ReportExport))),
        row(M::GET, "/sessions/{id}/attachments", None, OnSession(Some(P::AttachmentRead))),
        row(
            M::POST,
            "/sessions/{id}/attachments",
            Some(json!({"id": own, "name": "run.exe", "size": 1, "sha256": super::b64(&[1; 32])})),
            OnSession(Some(P::AttachmentAdd)),
        ),
        row(M::GET, "/sessions/{id}/attachments/{attachment}", None, OnSession(Some(P::AttachmentRead))),
        row(M::PUT, "/sessions/{id}/attachments/{attachment}", None, OnSession(Some(P::AttachmentAdd))),
        row(M::DELETE, "/sessions/{id}/attachments/{attachment}", None, OnSession(Some(P::AttachmentAdd))),
        row(M::GET, "/sessions/{id}/actions", None, OnSession(None)),
        row(M::GET, "/sessions/{id}/earlier", None, OnSession(None)),
        row(
            M::POST,
            "/sessions/{id}/actions",
            Some(json!({"id": own, "kind": "work", "minutes": 1441, "text": "x"})),
            OnSession(Some(P::SessionLog)),
        ),
        row(M::GET, "/channels/{id}/links", None, OnChannel(P::ChannelLinks)),
        row(M::POST, "/channels/{id}/links", Some(json!({"name": "Poster"})), OnChannel(P::ChannelLinks)),
        row(
            M::PATCH,
            "/channels/{id}/links/{link}",
            Some(json!({"version": NEVER, "paused": true})),
            OnChannel(P::ChannelLinks),
        ),
        row(M::DELETE, "/channels/{id}/links/{link}", None, OnChannel(P::ChannelLinks)),
        row(M::GET, "/offers", None, Nothing),
        row(M::GET, "/sessions/{id}/recipients", None, OnSession(Some(P::SessionTransfer))),
        row(
            M::POST,
            "/sessions/{id}/offers",
            Some(json!({"version": NEVER, "purpose": "transfer", "to": {"technician": technician}})),
            OnSession(Some(P::SessionTransfer)),
        ),
        row(M::POST, "/sessions/{id}/look-in", Some(json!({})), OnSession(Some(P::SessionSupervise))),
        row(M::POST, "/sessions/{id}/take-over", seen(), OnSession(Some(P::SessionTakeOver))),
        // Who leads, and who controls, says it: `transfer.rs`.
        row(M::PUT, "/sessions/{id}/team/{technician}", Some(json!({"rights": []})), OnSession(None)),
        row(M::DELETE, "/sessions/{id}/team/{technician}", None, OnSession(None)),
        row(M::POST, "/sessions/{id}/baton", Some(json!({"to": technician})), OnSession(None)),
        row(M::POST, "/sessions/{id}/lead", Some(json!({"to": technician})), OnSession(None)),
        row(M::GET, "/sessions/{id}/private", None, OnSession(Some(P::ChatPrivate))),
        row(
            M::POST,
            "/sessions/{id}/private",
            Some(json!({"id": own, "text": "hello"})),
            OnSession(Some(P::ChatPrivate)),
        ),
        row(M::POST, "/channels/{id}/try", Some(json!({})), OnChannel(P::ChannelView)),
        row(
            M::POST,
            "/channels/{id}/hours/try",
            Some(json!({"time_zone": "UTC"})),
            OnChannel(P::ChannelView),
        ),
        row(M::PUT, "/channels/{id}", of(json!({"name": "Renamed"})), OnChannel(P::ChannelConfigure)),
        row(M::DELETE, "/channels/{id}", None, OnChannel(P::ChannelDelete)),
        row(M::POST, "/channels", Some(json!({"name": "OWN"})), OnDesk(P::ChannelCreate)),
        row(M::PUT, "/setup", of(json!({"default_channel": own})), OnDesk(P::ChannelRules)),
        row(
            M::POST,
            "/technicians",
            Some(
                json!({"name": "x", "email": "nonsense", "password": "", "setup": {"companies": of_company}}),
            ),
            OnDesk(P::TechnicianManage),
        ),
        row(M::PUT, "/technicians/{id}", of(json!({})), OnDesk(P::TechnicianManage)),
        row(M::GET, "/technicians/{id}/permissions", None, OnDesk(P::TechnicianView)),
        row(M::POST, "/replies", Some(json!({"shortcut": "x", "text": "{nobody}"})), OnDesk(P::ReplyManage)),
        row(M::PUT, "/replies/{id}", of(json!({"shortcut": "x", "text": "x"})), OnDesk(P::ReplyManage)),
        row(M::DELETE, "/replies/{id}", None, OnDesk(P::ReplyManage)),
    ];
    for (all, one, permission) in [
        ("/groups", "/groups/{id}", P::GroupManage),
        ("/roles", "/roles/{id}", P::RoleManage),
        ("/companies", "/companies/{id}", P::CompanyManage),
        ("/categories", "/categories/{id}", P::CategoryManage),
    ] {
        rows.push(row(M::POST, all, Some(plain("SUPPORT TWIN")), OnDesk(permission)));
        rows.push(row(M::PUT, one, of(plain("x")), OnDesk(permission)));
        rows.push(row(M::DELETE, one, None, OnDesk(permission)));
    }
    rows
}

/// Routes that another test covers, for a reason.
const ELSEWHERE: [&str; 7] = [
    "POST /codes",               // asks for three, of no company: `code.rs`
    "POST /offers/{id}/accept",  // asks whom it was made to: `transfer.rs`
    "POST /offers/{id}/decline", // likewise
    "DELETE /offers/{id}",       // asks who made it: `transfer.rs`
    "POST /sessions",            // asks for a channel in its body: below
    "POST /queue/next",          // takes what the caller may take: `team.rs`
    "POST /tickets",             // for a picture it asks for the session: `code.rs`
];

#[tokio::test]
async fn every_route_asks_for_its_permission() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let other = desk.make("channels", &ana, json!({"name": "Other"})).await;
    let company = desk.make("companies", &ana, json!({"name": "Acme"})).await;
    let foreign = desk.make("companies", &ana, json!({"name": "Umbrella"})).await;
    let things = [
        ("/groups", desk.make("groups", &ana, json!({"name": "G"})).await),
        ("/roles", desk.make("roles", &ana, json!({"name": "R"})).await),
        ("/companies", company.clone()),
        ("/categories", desk.make("categories", &ana, json!({"name": "C"})).await),
        ("/replies", desk.make("replies", &ana, json!({"shortcut": "hi", "text": "Hello"})).await),
    ];
    let companies = Companies::Only { companies: vec![company.parse().unwrap()], and_without: false };
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Desk);
    let setup = TechnicianSetup { companies: companies.clone(), ..TechnicianSetup::holding(held) };
    desk.technician_as("Bia", setup).await;
    let page = desk.get("setup", &ana).await.body;
    let bia =
        page["technicians"].as_array().unwrap().iter().find(|it| it["name"] == "Bia").unwrap()["id"].clone();
    let bia = bia.as_str().unwrap().to_owned();

    // Four sessions: own and other channel, own and other company.
    let mut sessions = Vec::new();
    for (n, (channel, of)) in
        [(&own, &company), (&own, &foreign), (&other, &company), (&other, &foreign)].iter().enumerate()
    {
        let session = desk.waiting(&ana, u8::try_from(n).unwrap(), json!({"channel": channel})).await;
        let id = session["id"].as_str().unwrap().to_owned();
        let edit = json!({"version": session["version"], "company": of});
        assert_eq!(desk.patch(&format!("sessions/{id}"), &ana, edit).await.status, 200);
        sessions.push((id, *channel == &own, *of == &company));
    }

    let on_own = Scope::Channel(own.parse().unwrap());
    let people = [
        (RoleName::Owner, Scope::Desk),
        (RoleName::TechnicianManager, Scope::Desk),
        (RoleName::ChannelManager, on_own),
        (RoleName::ChannelTechnician, on_own),
        (RoleName::ChannelTechnician, Scope::Desk),
        (RoleName::Auditor, Scope::Desk),
        (RoleName::Auditor, on_own),
    ];
    let rows = rows(&own, &bia, &company);
    covers_every_route(&rows);
    let mut asked = 0;
    for (n, (role, on)) in people.into_iter().enumerate() {
        let given = role.built_in().unwrap();
        let setup = TechnicianSetup {
            companies: companies.clone(),
            ..TechnicianSetup::holding(Holding::new(role, on))
        };
        let token = desk.technician_as(&format!("Person {n}"), setup).await;
        let everywhere = on == Scope::Desk;
        for row in &rows {
            let mut ask = async |id: &str, allowed: bool, hidden: bool| {
                let query = match row.method {
                    Method::DELETE => "?version=999",
                    Method::PUT if row.route.ends_with("{attachment}") => "?from=0",
                    _ => "",
                };
                let path = row
                    .route
                    .replace("{id}", id)
                    // No link is known: who may is told that it is not there.
                    .replace("{link}", UNKNOWN)
                    .replace("{attachment}", &own)
                    .replace("{piece}", &own)
                    .replace("{technician}", &bia);
                let path = format!("{}{query}", path.trim_start_matches('/'));
                let answer = desk.send(row.method.clone(), &path, &token, row.body.clone()).await;
                let expected = match (allowed, hidden) {
                    (true, _) => "may",
                    (false, true) => "not found",
                    (false, false) => "forbidden",
                };
                let got = match answer.status {
                    403 => "forbidden",
                    404 if hidden => "not found",
                    _ => "may",
                };
                assert_eq!(
                    got, expected,
                    "{role:?} on {on:?}: {} {path} answered {} {}",
                    row.method, answer.status, answer.body
                );
                asked += 1;
            };
            match row.needs {
                Needs::Nothing => ask("", true, false).await,
                Needs::Anywhere(permission) => ask("", given.contains(permission), false).await,
                Needs::OnSession(permission) => {
                    for (id, in_own, of_own) in &sessions {
                        let here = everywhere || *in_own;
                        // An owner is shown everything, whatever else is said.
                        let sees = role == RoleName::Owner
                            || (here && *of_own && given.contains(Permission::SessionView));
                        let may = sees && permission.is_none_or(|it| given.contains(it));
                        ask(id, may, !sees).await;
                    }
                }
                Needs::OnChannel(permission) => {
                    for (id, here) in [(&own, true), (&other, everywhere)] {
                        ask(id, here && given.contains(permission), false).await;
                    }
                }
                Needs::OnDesk(permission) => {
                    let id = things.iter().find(|(route, _)| row.route.starts_with(route));
                    let id = id.map_or(bia.as_str(), |(_, id)| id.as_str());
                    ask(id, everywhere && given.contains(permission), false).await;
                }
            }
        }
        let new = json!({"person": "x", "invite_public": super::b64(&[1; 32]), "claim_hash": super::b64(&[1; 32]), "channel": other});
        let opened = desk.post("sessions", &token, new).await;
        // What is opened is of no company yet, and they see those of one.
        let may = role == RoleName::Owner;
        assert_eq!(opened.status, if may { 201 } else { 403 }, "{role:?} opens in the other channel");
    }
    assert!(asked > 250, "{asked}");
}

/// Without its query.
fn path_of(route: &str) -> &str {
    route.split('?').next().unwrap()
}

fn covers_every_route(rows: &[Row]) {
    let open = include_str!("../../../crates/api/open-routes.txt");
    let tried: BTreeSet<String> =
        rows.iter().map(|row| format!("{} {}", row.method, path_of(row.route))).collect();
    let document: Value = serde_json::to_value(ponte_api::openapi()).unwrap();
    for (route, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let name = format!("{} {route}", method.to_uppercase());
            let listed = open.lines().any(|line| line == name.replacen(' ', " /api/v1", 1));
            assert!(
                listed || tried.contains(&name) || ELSEWHERE.contains(&name.as_str()),
                "{name} is in no row: which permission does it need?"
            );
        }
    }
}

#[tokio::test]
async fn what_somebody_may_do_is_explained() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Channel(own.parse().unwrap()));
    let rui = desk.technician_as("Rui", TechnicianSetup::holding(held)).await;
    let me = desk.get("me", &rui).await.body["id"].as_str().unwrap().to_owned();
    let explained = async |query: &str| {
        let all = desk.get(&format!("technicians/{me}/permissions{query}"), &rui).await;
        assert_eq!(all.status, 200, "everybody may ask about themselves: {}", all.body);
        all.body.as_array().unwrap().iter().find(|it| it["permission"] == "session_take").unwrap()["decision"]
            .clone()
    };
    let here = explained(&format!("?channel={own}")).await;
    assert_eq!(here["allowed"], true);
    assert_eq!(here["reasons"][0]["role_gives"]["role"], "channel_technician");
    assert_eq!(explained("").await["allowed"], false, "not on the whole desk");

    let page = desk.get("setup", &ana).await.body;
    let mut whole = page["desk"]["setup"].clone();
    whole["overrides"] = json!([{"whom": {"technician": me}, "on": {"channel": own}, "permission": "session_take", "effect": "deny"}]);
    let changed = desk.put("setup", &ana, json!({"version": page["desk"]["version"], "setup": whole})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let here = explained(&format!("?channel={own}")).await;
    assert_eq!(
        (
            &here["allowed"],
            &here["reasons"].as_array().unwrap().last().unwrap()["technician_changed"]["effect"]
        ),
        (&json!(false), &json!("deny"))
    );
    let session = desk.waiting(&ana, 1, json!({"channel": own})).await;
    let path = format!("sessions/{}/claim", session["id"].as_str().unwrap());
    assert_eq!(desk.post(&path, &rui, json!({"version": session["version"]})).await.code(), "forbidden");
}
