//! SOS Call: links by HTTP, requests by real QUIC, and where they land.

use ponte_types::{CategoryId, LinkId};
use ponte_wire::msg::{self, CallFieldKind, from_sos, to_sos};
use serde_json::{Value, json};

use super::{
    desk::Desk,
    sos::{self, Sos, call_request},
};

/// The channel that every new desk has.
async fn support(desk: &Desk, token: &str) -> String {
    let page = desk.get("setup", token).await.body;
    page["desk"]["setup"]["default_channel"].as_str().unwrap().to_owned()
}

async fn link(desk: &Desk, token: &str, channel: &str, name: &str) -> Value {
    let made = desk.post(&format!("channels/{channel}/links"), token, json!({"name": name})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

fn id(link: &Value) -> LinkId {
    link["id"].as_str().unwrap().parse().unwrap()
}

async fn form(sos: &mut Sos) -> msg::CallForm {
    sos.until(|b| if let to_sos::Body::CallForm(form) = b { Some(form) } else { None }).await
}

/// A program with the link's form before it.
async fn asked(desk: &Desk, link: &Value) -> (Sos, msg::CallForm) {
    let mut sos = desk.sos(sos::open_call(id(link))).await;
    let asked = form(&mut sos).await;
    (sos, asked)
}

async fn opened(sos: &mut Sos) -> u64 {
    sos.until(|b| if let to_sos::Body::SessionOpened(s) = b { Some(s.number) } else { None }).await
}

async fn only_session(desk: &Desk, token: &str) -> Value {
    let list = desk.get("sessions", token).await.body;
    assert_eq!(list["sessions"].as_array().unwrap().len(), 1, "{list}");
    let path = format!("sessions/{}", list["sessions"][0]["id"].as_str().unwrap());
    desk.get(&path, token).await.body
}

#[tokio::test]
async fn links_are_made_paused_resumed_and_deleted_and_the_audit_says_so() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = support(&desk, &ana).await;
    let all = format!("channels/{channel}/links");
    let made = link(&desk, &ana, &channel, " Intranet ").await;
    assert_eq!(
        (&made["name"], &made["paused"], &made["used"]),
        (&json!("Intranet"), &json!(false), &json!(0))
    );
    let bytes = id(&made);
    assert_ne!(bytes, id(&link(&desk, &ana, &channel, "Poster").await), "drawn at random");

    // The page: opening it uses nothing up.
    let page = format!("links/{bytes}");
    for _ in 0..3 {
        let shown = desk.get(&page, "").await;
        assert_eq!((shown.status, &shown.body["state"]), (200, &json!("open")), "{}", shown.body);
        assert_eq!(shown.body["channel"], "Support");
    }
    assert_eq!(desk.get(&all, &ana).await.body[0]["used"], 0);

    let one = format!("{all}/{bytes}");
    let late = desk.patch(&one, &ana, json!({"version": 7, "paused": true})).await;
    assert_eq!(late.code(), "version_conflict");
    let paused = desk.patch(&one, &ana, json!({"version": 1, "paused": true})).await;
    assert_eq!((&paused.body["paused"], &paused.body["version"]), (&json!(true), &json!(2)));
    let gone = desk.get(&page, "").await;
    let unknown = desk.get(&format!("links/{}", LinkId::from_bytes([3; 16])), "").await;
    assert_eq!((gone.status, &gone.body), (200, &unknown.body), "a paused link answers like an unknown one");
    let mut turned_away = desk.sos(sos::open_call(bytes)).await;
    let code =
        turned_away.until(|b| if let to_sos::Body::Refused(no) = b { Some(no.code) } else { None }).await;
    assert_eq!(code, "link_expired");

    let resumed = desk.patch(&one, &ana, json!({"version": 2, "paused": false, "name": "Web"})).await;
    assert_eq!((&resumed.body["name"], &resumed.body["paused"]), (&json!("Web"), &json!(false)));
    assert_eq!(desk.get(&page, "").await.body["state"], "open");
    let (_sos, form) = asked(&desk, &made).await;
    assert_eq!(form.channel, "Support");

    assert_eq!(desk.delete(&format!("{one}?version=1"), &ana).await.code(), "version_conflict");
    assert_eq!(desk.delete(&format!("{one}?version=3"), &ana).await.status, 204);
    assert_eq!(desk.get(&page, "").await.body, unknown.body, "a deleted link answers like an unknown one");
    assert_eq!(desk.delete(&format!("{one}?version=3"), &ana).await.code(), "not_found");
    assert_eq!(desk.get(&all, &ana).await.body.as_array().unwrap().len(), 1);

    let audit = desk.get("audit", &ana).await.body.to_string();
    for kind in ["link_made", "link_paused", "link_resumed", "link_deleted"] {
        assert!(audit.contains(kind), "{kind}: {audit}");
    }
    assert!(
        audit.contains("Support: Web") && !audit.contains(&bytes.to_string()),
        "the id opens it: not told"
    );

    let empty = desk.post(&all, &ana, json!({"name": " "})).await;
    assert_eq!((empty.status, empty.code()), (400, "invalid_request"));
    let other = desk.make("channels", &ana, json!({"name": "Other"})).await;
    let foreign = id(&desk.get(&all, &ana).await.body[0]);
    let elsewhere =
        desk.patch(&format!("channels/{other}/links/{foreign}"), &ana, json!({"version": 1})).await;
    assert_eq!(elsewhere.code(), "not_found", "a link belongs to its channel");
}

#[tokio::test]
async fn the_form_says_what_becomes_of_what_is_written() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = desk.make("channels", &ana, json!({"name": "Quiet"})).await;
    let intranet = link(&desk, &ana, &channel, "Intranet").await;
    let (_sos, form) = asked(&desk, &intranet).await;
    assert_eq!(form.privacy, "", "nothing is made up");
    let says = "Kept for a year.\n\nRead by nobody else.";
    let setup = json!({"version": 1, "setup": {"name": "Quiet", "privacy": says}});
    let kept = desk.put(&format!("channels/{channel}"), &ana, setup).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let (_sos, form) = asked(&desk, &intranet).await;
    assert_eq!(form.privacy, says);
}

#[tokio::test]
async fn a_request_lands_where_the_rules_send_it_at_once_and_says_why() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let channel = support(&desk, &ana).await;
    let printers = desk.make("channels", &ana, json!({"name": "Printers"})).await;
    let urgent = desk.make("categories", &ana, json!({"name": "Standstill", "priority": "urgent"})).await;
    let company = desk.make("companies", &ana, json!({"name": "City Hall"})).await;
    let page = desk.get("setup", &ana).await.body;
    let known = page["channels"].as_array().unwrap().iter().find(|it| it["id"] == channel.as_str()).unwrap();
    let mut setup = known["setup"].clone();
    setup["rules"] = json!([
        {"name": "Health is elsewhere", "when": [{"department": ["Health"]}], "then": {"priority": "low"}},
        {"name": "Printers of Finance", "when": [{"department": ["finance"]}, {"any_word": ["print*"]}],
            "then": {"to": {"channel": printers}}},
    ]);
    setup["form"] = json!({
        "department": {"asked": "required", "label": "Secretaria"}, "company": {"asked": "optional"},
        "category": {"asked": "required"}, "contact": {"asked": "required"},
    });
    let change = json!({"version": known["version"], "setup": setup});
    assert_eq!(desk.put(&format!("channels/{channel}"), &ana, change).await.status, 200);

    let made = link(&desk, &ana, &channel, "Intranet").await;
    let (mut sos, asked) = asked(&desk, &made).await;
    let kinds: Vec<CallFieldKind> = asked.fields.iter().map(msg::CallField::kind).collect();
    use CallFieldKind as K;
    assert_eq!(
        kinds,
        [K::CallName, K::CallContact, K::CallDepartment, K::CallCompany, K::CallCategory, K::CallSubject]
    );
    assert_eq!((asked.fields[2].label.as_str(), asked.fields[3].required), ("Secretaria", false));
    assert_eq!(asked.categories[0].name, "Standstill");

    // What is required and not there: refused, with the form, and nothing is kept.
    sos.say(from_sos::Body::Call(call_request(1))).await;
    form(&mut sos).await;
    let no = sos.until(|b| if let to_sos::Body::CallRefused(no) = b { Some(no) } else { None }).await;
    assert_eq!(no.reason, "form");
    assert_eq!(desk.get("sessions", &ana).await.body["sessions"], json!([]));

    let category: CategoryId = urgent.parse().unwrap();
    let device = msg::DeviceFacts { host_name: Some("pms-203355".into()), ..msg::DeviceFacts::default() };
    let request = msg::CallRequest {
        department: "FINANCE".into(),
        company: "city hall".into(),
        category: category.as_bytes().to_vec(),
        device: Some(device),
        ..call_request(1)
    };
    sos.say(from_sos::Body::Call(request.clone())).await;
    assert_eq!(opened(&mut sos).await, 1);
    let session = only_session(&desk, &ana).await;
    let of = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
    assert_eq!((of("channel"), of("state"), of("detail")), (printers, "waiting".into(), "ready".into()));
    assert_eq!((of("person"), of("email")), ("Maria Souza".into(), "maria@city.example".into()));
    assert_eq!((of("company_id"), of("category"), of("priority")), (company, urgent, "urgent".into()));
    assert_eq!(session["asset_number"], "203355");
    assert!(
        session["came_at"].is_i64() && session["queue_at"].is_i64(),
        "the reaction timer runs: {session}"
    );
    assert_eq!(
        session["call"],
        json!({"link_name": "Intranet", "entry": channel, "department": "FINANCE", "rules": ["Printers of Finance"]})
    );
    assert_eq!(session["history"][0]["kind"], "called");
    let counted = desk.get(&format!("channels/{channel}/links"), &ana).await.body;
    assert_eq!((&counted[0]["used"], counted[0]["last_used_at"].is_i64()), (&json!(1), true));
    assert!(desk.get("sessions?search=finance", &ana).await.body["sessions"][0].is_object());

    // Who did not hear the answer asks again: the same session, counted once.
    let mut again = desk.sos(sos::open_call(id(&made))).await;
    form(&mut again).await;
    again.say(from_sos::Body::Call(request)).await;
    assert_eq!(opened(&mut again).await, 1);
    let session = only_session(&desk, &ana).await;
    assert_eq!(session["history"].as_array().unwrap().last().unwrap()["kind"], "back");
    assert_eq!(desk.get(&format!("channels/{channel}/links"), &ana).await.body[0]["used"], 1);
}

#[tokio::test]
async fn a_request_outlives_its_program_and_the_relay_until_it_is_taken_back() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let made = link(&desk, &ana, &support(&desk, &ana).await, "Intranet").await;
    let mut sos = desk.sos(sos::open_call(id(&made))).await;
    let token = sos.welcome().await.resume_token;
    form(&mut sos).await;
    sos.say(from_sos::Body::Call(call_request(1))).await;
    opened(&mut sos).await;

    desk.restart().await;
    let ana = desk.owner().await;
    let waits = only_session(&desk, &ana).await;
    assert_eq!(
        (&waits["state"], &waits["detail"]),
        (&json!("waiting"), &json!("invited")),
        "the program is away"
    );
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token });
    let mut back = desk.sos(sos::hello(resume)).await;
    assert_eq!(back.welcome().await.session.unwrap().number, 1);
    let waits = only_session(&desk, &ana).await;
    assert_eq!(
        (&waits["detail"], &waits["came_at"]),
        (&json!("ready"), &waits["created_at"]),
        "as old as it was"
    );

    back.say(from_sos::Body::Leave(msg::Leave {})).await;
    back.until(|b| matches!(b, to_sos::Body::Ended(_)).then_some(())).await;
    let over = only_session(&desk, &ana).await;
    assert_eq!(
        (&over["state"], &over["history"].as_array().unwrap().last().unwrap()["kind"]),
        (&json!("closed"), &json!("ended_by_end_user"))
    );
}

#[tokio::test]
async fn who_tries_addresses_or_asks_too_often_waits() {
    let desk = Desk::start_configured("[limits]\ncodes_per_address = 2\n").await;
    let ana = desk.owner().await;
    let made = link(&desk, &ana, &support(&desk, &ana).await, "Intranet").await;
    let (mut sos, _) = asked(&desk, &made).await;
    sos.say(from_sos::Body::Call(call_request(1))).await;
    opened(&mut sos).await;
    let (mut second, _) = asked(&desk, &made).await;
    second.say(from_sos::Body::Call(call_request(2))).await;
    opened(&mut second).await;
    let (mut third, _) = asked(&desk, &made).await;
    third.say(from_sos::Body::Call(call_request(3))).await;
    let no = third.until(|b| if let to_sos::Body::CallRefused(no) = b { Some(no) } else { None }).await;
    assert_eq!(no.reason, "too_many_requests");

    for n in 0..120 {
        let guess = desk.get(&format!("links/{}", LinkId::from_bytes([n; 16])), "").await;
        assert_eq!(guess.body["state"], "gone");
    }
    let locked = desk.get(&format!("links/{}", id(&made)), "").await;
    assert_eq!((locked.status, locked.code()), (429, "too_many_tries"), "even the right one");
    desk.clock.forward(601_000);
    assert_eq!(desk.get(&format!("links/{}", id(&made)), "").await.body["state"], "open");
}
