//! What technicians are told: in their consoles, by mail, and other servers by webhook.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ponte_app::desk::whole_desk;
use ponte_desk::{
    permission::{Companies, Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};

use super::desk::Desk;

/// Tells all that happened so far.
async fn told(desk: &Desk) {
    while desk.records().tell_what_happened().await.unwrap() {}
}

async fn events(desk: &Desk, token: &str) -> Vec<String> {
    told(desk).await;
    let page = desk.get("me/notices", token).await.body;
    let notices = page["notices"].as_array().unwrap();
    notices.iter().rev().map(|it| it["event"].as_str().unwrap().to_owned()).collect()
}

/// Works in a channel and is there.
async fn works_in(desk: &Desk, name: &str, channel: &str) -> String {
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Channel(channel.parse().unwrap()));
    let token = desk.technician_as(name, TechnicianSetup::holding(held)).await;
    let me = desk.get("me", &token).await.body["id"].clone();
    let ana = desk.owner().await;
    let page = desk.get("setup", &ana).await.body;
    let it = page["channels"].as_array().unwrap().iter().find(|it| it["id"] == channel).unwrap().clone();
    let mut setup = it["setup"].clone();
    let mut members = setup["technicians"].as_array().cloned().unwrap_or_default();
    members.push(me);
    setup["technicians"] = json!(members);
    let changed = json!({"version": it["version"], "setup": setup});
    assert_eq!(desk.put(&format!("channels/{channel}"), &ana, changed).await.status, 200);
    available(desk, &token).await;
    token
}

async fn available(desk: &Desk, token: &str) {
    assert_eq!(desk.put("team/me", token, json!({"availability": "available"})).await.status, 200);
}

#[tokio::test]
async fn who_works_in_the_channel_is_told_of_who_waits_and_nobody_else() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    available(&desk, &ana).await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let other = desk.make("channels", &ana, json!({"name": "Other"})).await;
    let (bia, rui) = (works_in(&desk, "Bia", &own).await, works_in(&desk, "Rui", &other).await);
    let session = desk.waiting(&ana, 1, json!({"channel": own, "subject": "Printer"})).await;
    assert_eq!(events(&desk, &bia).await, ["waiting"]);
    assert!(events(&desk, &rui).await.is_empty(), "it is not his channel");
    assert!(events(&desk, &ana).await.is_empty(), "she sees everything and works in neither");
    let notice = desk.get("me/notices", &bia).await.body["notices"][0].clone();
    assert_eq!(
        (&notice["session"]["id"], &notice["session"]["subject"], &notice["seen"]),
        (&session["id"], &json!("Printer"), &json!(false))
    );
    assert_eq!(notice["ways"], json!(["page", "desktop", "sound"]));

    let id = session["id"].as_str().unwrap();
    let claim =
        desk.post(&format!("sessions/{id}/claim"), &bia, json!({"version": session["version"]})).await;
    assert_eq!(claim.status, 200, "{}", claim.body);
    assert_eq!(events(&desk, &bia).await, ["waiting"], "of what she did herself she is not told");

    let seen = desk.post("me/notices/seen", &bia, json!({"session": id})).await;
    assert_eq!(seen.status, 204);
    assert_eq!(desk.get("me/notices", &bia).await.body["notices"][0]["seen"], true);
    assert_eq!(desk.post("me/notices/seen", &bia, json!({})).await.status, 400);

    // Moved to where she may not look, it is not hers to read about.
    let released =
        desk.post(&format!("sessions/{id}/release"), &bia, json!({"version": claim.body["version"]})).await;
    assert_eq!(released.status, 200);
    let moved = json!({"version": released.body["version"], "channel": other});
    assert_eq!(desk.patch(&format!("sessions/{id}"), &ana, moved).await.status, 200);
    assert!(events(&desk, &bia).await.is_empty());
    assert_eq!(events(&desk, &rui).await, ["waiting"], "in his channel it is new, whoever gave it back");
}

#[tokio::test]
async fn messages_and_the_end_are_told_to_whoever_holds_the_session() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let session = desk.waiting(&ana, 1, json!({})).await;
    let id = session["id"].as_str().unwrap().to_owned();
    let rui = desk.technician("Rui").await;
    available(&desk, &rui).await;
    let claim =
        desk.post(&format!("sessions/{id}/claim"), &rui, json!({"version": session["version"]})).await;
    assert_eq!(claim.status, 200);
    assert!(events(&desk, &rui).await.is_empty());
    use ponte_app::ports::Records as _;
    let (session, records) = (id.parse().unwrap(), desk.records());
    for n in 0..3 {
        let message = ponte_types::MessageId::from_bytes([n; 16]);
        records.said_by_end_user(session, message, "It is on fire").await.unwrap();
    }
    let mut told = events(&desk, &rui).await;
    // Those that came while nobody looked are told together.
    assert!((1..=3).contains(&told.len()), "{told:?}");
    told.dedup();
    assert_eq!(told, ["message"]);
    records.ended_by_end_user(session).await.unwrap();
    let mut told = events(&desk, &rui).await;
    told.dedup();
    assert_eq!(told, ["message", "ended_by_end_user"]);
    assert!(events(&desk, &ana).await.is_empty());
}

#[tokio::test]
async fn a_restart_neither_loses_nor_repeats() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let bia = works_in(&desk, "Bia", &own).await;
    desk.waiting(&ana, 1, json!({"channel": own})).await;
    assert_eq!(events(&desk, &bia).await, ["waiting"]);
    desk.restart().await;
    assert_eq!(events(&desk, &bia).await, ["waiting"]);
    desk.waiting(&ana, 2, json!({"channel": own})).await;
    desk.restart().await;
    assert_eq!(events(&desk, &bia).await, ["waiting", "waiting"]);
    desk.clock.forward(31 * 24 * 3_600_000);
    desk.records().tidy().await.unwrap();
    let bia = desk.sign_in("bia@desk.example", "correct horse").await.token();
    assert!(events(&desk, &bia).await.is_empty(), "after a month it is forgotten");
}

#[tokio::test]
async fn each_chooses_the_ways_and_two_windows_do_not_overwrite_each_other() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let bia = works_in(&desk, "Bia", &own).await;
    let settings = desk.get("me/notifications", &bia).await.body;
    assert_eq!((&settings["version"], &settings["mail"]), (&json!(0), &json!(false)));
    assert_eq!(settings["usual"]["waiting"], json!(["page", "desktop", "sound"]));
    let choose = async |version: u64, preferences: Value| {
        let body = json!({"version": version, "preferences": preferences});
        desk.put("me/notifications", &bia, body).await
    };
    assert_eq!(desk.put("me/language", &bia, json!({"language": "pt-BR"})).await.status, 204);
    let first = choose(0, json!({"ways": {"waiting": ["page"]}, "volume": 10})).await;
    assert_eq!((first.status, &first.body["version"]), (200, &json!(1)));
    assert_eq!(choose(0, json!({})).await.code(), "version_conflict");
    for wrong in [json!({"volume": 101}), json!({"ways": {"lunch": []}}), json!({"colour": 1})] {
        assert_eq!(choose(1, wrong).await.status, 400);
    }
    desk.waiting(&ana, 1, json!({"channel": own})).await;
    told(&desk).await;
    assert_eq!(desk.get("me/notices", &bia).await.body["notices"][0]["ways"], json!(["page"]));
    assert_eq!(choose(1, json!({"ways": {"waiting": []}})).await.status, 200);
    desk.waiting(&ana, 2, json!({"channel": own})).await;
    assert_eq!(events(&desk, &bia).await, ["waiting"], "nothing was chosen for it");
    assert_eq!(desk.put("me/language", &bia, json!({"language": "de"})).await.status, 400);
}

#[tokio::test]
async fn of_a_company_that_is_closed_to_them_nobody_is_told() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let acme = desk.make("companies", &ana, json!({"name": "Acme"})).await;
    let bia = works_in(&desk, "Bia", &own).await;
    let me = desk.get("me", &bia).await.body["id"].as_str().unwrap().to_owned();
    let page = desk.get("setup", &ana).await.body;
    let it = page["technicians"].as_array().unwrap().iter().find(|it| it["id"] == json!(me)).unwrap();
    let mut setup = it["setup"].clone();
    setup["companies"] =
        serde_json::to_value(Companies::Only { companies: vec![acme.parse().unwrap()], and_without: false })
            .unwrap();
    let changed =
        desk.put(&format!("technicians/{me}"), &ana, json!({"version": it["version"], "setup": setup})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    desk.waiting(&ana, 1, json!({"channel": own})).await;
    assert!(events(&desk, &bia).await.is_empty());
}

// ── mail ──

/// A mail server: takes what it is told to take, and keeps it.
struct MailServer {
    port: u16,
    got: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Vec<&'static str>>>,
    arrived: Arc<Notify>,
    _stop: watch::Sender<()>,
}

impl MailServer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, mut stopped) = watch::channel(());
        let (got, answers, arrived) =
            (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let kept = (Arc::clone(&got), Arc::clone(&answers), Arc::clone(&arrived));
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = stopped.changed() => return,
                    Ok((socket, _)) = listener.accept() => {
                        let (got, answers, arrived) = kept.clone();
                        tokio::spawn(async move {
                            let _ = converse(socket, &got, &answers, &arrived).await;
                        });
                    }
                }
            }
        });
        Self { port, got, answers, arrived, _stop: stop }
    }
    fn settings(&self) -> String {
        format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"Helpers <desk@desk.example>\"\n",
            self.port
        )
    }
    fn mails(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
    /// Waits until so many mails are there.
    async fn wait_for(&self, count: usize) -> Vec<String> {
        let waiting = async {
            loop {
                let arrived = self.arrived.notified();
                if self.mails().len() >= count {
                    return self.mails();
                }
                arrived.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the mail arrives")
    }
}

/// SMTP as a server speaks it (RFC 5321), as far as it takes to get one mail.
async fn converse(
    mut socket: TcpStream,
    got: &Mutex<Vec<String>>,
    answers: &Mutex<Vec<&'static str>>,
    arrived: &Notify,
) -> std::io::Result<()> {
    let (read, mut write) = socket.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME\r\n".to_owned(),
            "MAIL" => {
                let next = answers.lock().unwrap().pop();
                next.map_or("250 ok\r\n".to_owned(), |answer| format!("{answer}\r\n"))
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                got.lock().unwrap().push(mail);
                arrived.notify_waiters();
                "250 kept\r\n".to_owned()
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// A session that Ana gave to Bia's channel waits; Bia is told by mail.
async fn desk_with_mail(server: &MailServer) -> (Desk, String, String) {
    let desk = Desk::start_configured(&server.settings()).await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let bia = works_in(&desk, "Bia", &own).await;
    let chosen = json!({"version": 0, "preferences": {"ways": {"waiting": ["mail"]}}});
    assert_eq!(desk.put("me/notifications", &bia, chosen).await.status, 200);
    (desk, ana, own)
}

#[tokio::test]
async fn who_is_not_here_gets_a_mail_in_their_language_with_a_link_and_no_secret() {
    let server = MailServer::start().await;
    let (desk, ana, own) = desk_with_mail(&server).await;
    let bia = desk.sign_in("bia@desk.example", "correct horse").await.token();
    assert_eq!(desk.get("me/notifications", &bia).await.body["mail"], true);
    assert_eq!(desk.put("me/language", &bia, json!({"language": "pt-BR"})).await.status, 204);
    let session = desk.waiting(&ana, 1, json!({"channel": own, "subject": "Printer"})).await;
    told(&desk).await;
    let mail = server.wait_for(1).await.remove(0);
    assert!(
        mail.contains("To: bia@desk.example") && mail.contains("From: Helpers <desk@desk.example>"),
        "{mail}"
    );
    assert!(mail.to_lowercase().contains("message-id: <"), "{mail}");
    let body = mail.replace("=\n", "").replace("=3D", "=");
    assert!(body.contains(&format!("/sessions/{}", session["id"].as_str().unwrap())), "{mail}");
    assert!(body.contains("Assunto: Printer"), "{mail}");
    assert!(!body.contains("/j/"), "no link that opens the session for anybody: {mail}");
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_tried_again_also_after_a_restart_and_arrives_once() {
    let server = MailServer::start().await;
    let (mut desk, ana, own) = desk_with_mail(&server).await;
    // Popped from the end: first it cannot be taken, then who sends is refused, then it is taken.
    *server.answers.lock().unwrap() = vec!["535 who are you", "451 not now"];
    desk.waiting(&ana, 1, json!({"channel": own})).await;
    told(&desk).await;
    let tries = async |left: usize| {
        let waiting = async {
            while server.answers.lock().unwrap().len() > left {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it is tried");
    };
    tries(1).await;
    desk.restart().await;
    desk.records().send_mails().await.unwrap();
    assert_eq!(server.answers.lock().unwrap().len(), 1, "not before its time");
    desk.clock.forward(61_000);
    desk.records().send_mails().await.unwrap();
    tries(0).await;
    desk.clock.forward(600_000);
    desk.records().send_mails().await.unwrap();
    assert_eq!(server.wait_for(1).await.len(), 1);
    desk.clock.forward(24 * 3_600_000);
    desk.restart().await;
    desk.records().send_mails().await.unwrap();
    assert_eq!(server.mails().len(), 1, "what was sent is not sent again");
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_sent_again() {
    let server = MailServer::start().await;
    let (mut desk, ana, own) = desk_with_mail(&server).await;
    *server.answers.lock().unwrap() = vec!["550 no such person"];
    desk.waiting(&ana, 1, json!({"channel": own})).await;
    told(&desk).await;
    desk.waiting(&ana, 2, json!({"channel": own})).await;
    told(&desk).await;
    server.wait_for(1).await;
    // What is being sent is sent to its end.
    desk.restart().await;
    desk.clock.forward(3_600_000);
    desk.records().send_mails().await.unwrap();
    assert_eq!(server.mails().len(), 1, "the one that was taken");
}

#[tokio::test]
async fn what_is_offered_to_another_channel_is_told_there_while_it_can_be_accepted() {
    use ponte_desk::permission::{Holding, Scope};
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let far = desk.make("channels", &ana, json!({"name": "Far"})).await;
    let held = Holding::new(RoleName::ChannelTechnician, Scope::Channel(far.parse().unwrap()));
    let bia = desk.technician_as("Bia", TechnicianSetup::holding(held)).await;
    let page = desk.get("setup", &ana).await.body;
    let all = page["technicians"].as_array().unwrap();
    let who = all.iter().find(|it| it["name"] == "Bia").unwrap()["id"].clone();
    let seen = page["channels"].as_array().unwrap().iter().find(|it| it["id"] == json!(far)).unwrap().clone();
    let body = json!({"version": seen["version"], "setup": {"name": "Far", "technicians": [who]}});
    assert_eq!(desk.put(&format!("channels/{far}"), &ana, body).await.status, 200);
    let id = desk.waiting(&ana, 1, json!({})).await["id"].as_str().unwrap().to_owned();
    desk.done(&ana, &id, "claim", json!({})).await;
    assert_eq!(desk.get(&format!("sessions/{id}"), &bia).await.status, 404, "it is not hers to see");
    let to = json!({"purpose": "transfer", "to": {"channel": far}});
    let offer = desk.ask(&ana, &id, "offers", to).await.body["id"].as_str().unwrap().to_owned();
    told(&desk).await;
    let events = async || {
        let all = desk.get("me/notices", &bia).await.body["notices"].as_array().unwrap().clone();
        all.iter().map(|it| it["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(events().await, ["offered"]);
    assert_eq!(desk.delete(&format!("offers/{offer}"), &ana).await.status, 204);
    assert_eq!(events().await, [""; 0], "nothing of it is hers to see any more");
}

// ── webhooks ──

struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
    arrived: Arc<Notify>,
}

type Kept = (Arc<Mutex<Vec<(HeaderMap, String)>>>, Arc<Mutex<Vec<u16>>>, Arc<Notify>);

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/hook", listener.local_addr().unwrap().port());
        let kept: Kept = Default::default();
        let (got, statuses, arrived) = kept.clone();
        async fn take(
            State((got, statuses, arrived)): State<Kept>,
            headers: HeaderMap,
            body: String,
        ) -> axum::http::StatusCode {
            let status = statuses.lock().unwrap().pop().unwrap_or(204);
            got.lock().unwrap().push((headers, body));
            arrived.notify_waiters();
            axum::http::StatusCode::from_u16(status).unwrap()
        }
        let router = Router::new().route("/hook", post(take)).with_state(kept);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, got, statuses, arrived }
    }
    async fn wait_for(&self, count: usize) -> Vec<(HeaderMap, String)> {
        let waiting = async {
            loop {
                let arrived = self.arrived.notified();
                let got = self.got.lock().unwrap().clone();
                if got.len() >= count {
                    return got;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the delivery arrives")
    }
}

const ALLOWED: &str = "[webhooks]\nallow = [\"127.0.0.1\"]\n";

async fn hook(desk: &Desk, token: &str, more: Value) -> Value {
    let mut setup = json!({"name": "Tickets", "events": ["ready", "claimed"]});
    for (name, value) in more.as_object().unwrap() {
        setup[name] = value.clone();
    }
    let made = desk.post("webhooks", token, setup).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

fn verify(secret: &str, headers: &HeaderMap, body: &str) -> bool {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{}.{body}", text("ponte-timestamp")).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    text("ponte-signature") == format!("v1={expected}")
}

/// The log of a webhook, once nothing in it waits for its first try.
async fn log(desk: &Desk, token: &str, id: &str) -> Vec<Value> {
    let page = desk.get(&format!("webhooks/{id}/deliveries"), token).await.body;
    page["deliveries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_happens_is_told_signed_and_only_what_was_asked_for() {
    let desk = Desk::start_configured(ALLOWED).await;
    let ana = desk.owner().await;
    let receiver = Receiver::start().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let made = hook(&desk, &ana, json!({"url": receiver.url, "channels": [own]})).await;
    let secret = made["secret"].as_str().unwrap();
    desk.waiting(&ana, 1, json!({})).await;
    let session = desk.waiting(&ana, 2, json!({"channel": own, "subject": "Printer"})).await;
    told(&desk).await;
    let (headers, body) = receiver.wait_for(1).await.remove(0);
    assert!(verify(secret, &headers, &body), "{headers:?}");
    assert!(!verify("another", &headers, &body));
    assert!(!verify(secret, &headers, &format!("{body} ")));
    let told_of: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&told_of["event"], &told_of["session"]["id"], &told_of["session"]["channel_name"]),
        (&json!("ready"), &session["id"], &json!("Own"))
    );
    assert_eq!(headers["ponte-delivery"].to_str().unwrap(), told_of["id"]);
    let id = session["id"].as_str().unwrap();
    desk.post(&format!("sessions/{id}/claim"), &ana, json!({"version": session["version"]})).await;
    told(&desk).await;
    let (_, body) = receiver.wait_for(2).await.remove(1);
    let told_of: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&told_of["event"], &told_of["by"]["name"]), (&json!("claimed"), &json!("Ana")));
    let listed = desk.get("webhooks", &ana).await.body;
    assert_eq!((listed.as_array().unwrap().len(), listed[0].get("secret")), (1, None), "told once");

    let path = format!("webhooks/{}", made["id"].as_str().unwrap());
    let renewed = desk.post(&format!("{path}/secret"), &ana, Value::Null).await;
    let renewed = renewed.body["secret"].as_str().unwrap().to_owned();
    let test = desk.post(&format!("{path}/test"), &ana, Value::Null).await;
    assert_eq!(test.status, 201);
    let (headers, body) = receiver.wait_for(3).await.remove(2);
    assert!(verify(&renewed, &headers, &body) && !verify(secret, &headers, &body));
    assert_eq!(headers["ponte-event"], "test");
}

#[tokio::test]
async fn what_fails_is_tried_again_also_after_a_restart_and_can_be_sent_again() {
    let mut desk = Desk::start_configured(ALLOWED).await;
    let ana = desk.owner().await;
    let receiver = Receiver::start().await;
    *receiver.statuses.lock().unwrap() = vec![302, 500];
    let made = hook(&desk, &ana, json!({"url": receiver.url})).await;
    let id = made["id"].as_str().unwrap();
    desk.waiting(&ana, 1, json!({})).await;
    told(&desk).await;
    receiver.wait_for(1).await;
    desk.restart().await;
    desk.records().send_deliveries().await.unwrap();
    assert_eq!(receiver.got.lock().unwrap().len(), 1, "not before its time");
    desk.clock.forward(10_000);
    desk.records().send_deliveries().await.unwrap();
    receiver.wait_for(2).await;
    // What is being sent is sent to its end.
    desk.restart().await;
    assert_eq!(log(&desk, &ana, id).await[0]["failure"], "it answered 302", "no redirect is followed");
    desk.clock.forward(60_000);
    desk.records().send_deliveries().await.unwrap();
    let all = receiver.wait_for(3).await;
    desk.restart().await;
    assert_eq!(all[0].1, all[2].1, "the same, with the same id");
    let secret = made["secret"].as_str().unwrap();
    assert!(all.iter().all(|(headers, body)| verify(secret, headers, body)));
    let entry = log(&desk, &ana, id).await[0].clone();
    assert_eq!(
        (&entry["state"], &entry["tries"], &entry["status"]),
        (&json!("delivered"), &json!(3), &json!(204))
    );
    desk.clock.forward(3_600_000);
    desk.records().send_deliveries().await.unwrap();
    assert_eq!(receiver.got.lock().unwrap().len(), 3, "what was delivered is not sent again");
    let ana = desk.owner().await;
    let again = desk.post(&format!("webhooks/{id}/again"), &ana, json!({"delivery": entry["id"]})).await;
    assert_eq!(again.status, 204);
    receiver.wait_for(4).await;
}

#[tokio::test]
async fn who_fails_and_fails_is_switched_off_with_a_notice_and_nothing_is_lost() {
    let desk = Desk::start_configured(ALLOWED).await;
    let ana = desk.owner().await;
    let receiver = Receiver::start().await;
    *receiver.statuses.lock().unwrap() = vec![500; 200];
    let made = hook(&desk, &ana, json!({"url": receiver.url})).await;
    let id = made["id"].as_str().unwrap();
    for n in 0..8 {
        desk.waiting(&ana, n, json!({})).await;
    }
    told(&desk).await;
    for _ in 0..12 {
        desk.clock.forward(4 * 3_600_000);
        desk.records().send_deliveries().await.unwrap();
    }
    receiver.wait_for(40).await;
    let ana = desk.owner().await;
    let listed = desk.get("webhooks", &ana).await.body[0].clone();
    assert!(listed["given_up_at"].is_i64(), "{listed}");
    let lines = desk.get("audit?kind=webhook_given_up", &ana).await.body["lines"].clone();
    assert_eq!((&lines[0]["actor"], &lines[0]["about"]), (&json!("relay"), &json!("Tickets")));
    let count = receiver.got.lock().unwrap().len();
    desk.records().send_deliveries().await.unwrap();
    assert_eq!(receiver.got.lock().unwrap().len(), count, "nothing more is sent");
    let refused = desk.post(&format!("webhooks/{id}/test"), &ana, Value::Null).await;
    assert_eq!(refused.code(), "wrong_state");
    // What happens meanwhile is kept, too.
    let late = desk.waiting(&ana, 20, json!({})).await["id"].as_str().unwrap().to_owned();
    told(&desk).await;
    receiver.statuses.lock().unwrap().clear();
    let body = json!({"version": listed["version"], "setup": listed["setup"]});
    assert_eq!(desk.put(&format!("webhooks/{id}"), &ana, body).await.status, 200);
    // What waited is sent now.
    while log(&desk, &ana, id).await.iter().any(|it| it["state"] == "waiting") {
        desk.records().send_deliveries().await.unwrap();
    }
    let got = receiver.got.lock().unwrap()[count..].to_vec();
    assert!(got.iter().any(|(_, body)| body.contains(&late)), "also what happened while it was off");
    let ids = |all: &[(HeaderMap, String)]| -> std::collections::BTreeSet<String> {
        all.iter().map(|(headers, _)| headers["ponte-delivery"].to_str().unwrap().to_owned()).collect()
    };
    let missed = ids(&receiver.got.lock().unwrap()[..count]);
    assert!(missed.is_subset(&ids(&got)), "and all that was tried in vain");
}

#[tokio::test]
async fn many_events_in_a_short_outage_switch_nothing_off() {
    let desk = Desk::start_configured(ALLOWED).await;
    let ana = desk.owner().await;
    let (down, up) = (Receiver::start().await, Receiver::start().await);
    *down.statuses.lock().unwrap() = vec![500; 400];
    hook(&desk, &ana, json!({"url": down.url})).await;
    hook(&desk, &ana, json!({"url": up.url})).await;
    for n in 0..50 {
        desk.waiting(&ana, n, json!({})).await;
    }
    told(&desk).await;
    desk.records().send_deliveries().await.unwrap();
    down.wait_for(50).await;
    desk.clock.forward(70_000);
    desk.records().send_deliveries().await.unwrap();
    let listed = desk.get("webhooks", &desk.owner().await).await.body;
    assert!(listed.as_array().unwrap().iter().all(|it| it.get("given_up_at").is_none()), "{listed}");
    assert!(up.wait_for(50).await.len() >= 50, "the other one was told all");
}

#[tokio::test]
async fn addresses_of_the_relays_own_network_are_refused_and_conflicts_are_told() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let make = async |more: Value| {
        let mut setup = json!({"name": "x", "url": "https://hooks.example/", "events": ["claimed"]});
        for (name, value) in more.as_object().unwrap() {
            setup[name] = value.clone();
        }
        desk.post("webhooks", &ana, setup).await
    };
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::ffff:7f00:1]/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "http://93.184.216.34/",
        "file:///etc/passwd",
        "https://a:b@hooks.example/",
    ] {
        let refused = make(json!({"url": url})).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"), "{url}");
    }
    for wrong in
        [json!({"events": []}), json!({"events": ["lunch"]}), json!({"channels": []}), json!({"name": ""})]
    {
        assert_eq!(make(wrong.clone()).await.status, 400, "{wrong}");
    }
    let made = make(json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("webhooks/{}", made.body["id"].as_str().unwrap());
    let setup =
        json!({"name": "y", "url": "https://hooks.example/", "events": ["claimed"], "enabled": false});
    let changed = desk.put(&path, &ana, json!({"version": 1, "setup": setup})).await;
    assert_eq!(changed.body["version"], 2);
    assert_eq!(desk.put(&path, &ana, json!({"version": 1, "setup": setup})).await.code(), "version_conflict");
    assert_eq!(desk.delete(&format!("{path}?version=1"), &ana).await.code(), "version_conflict");
    assert_eq!(desk.delete(&format!("{path}?version=2"), &ana).await.status, 204);
    let rui =
        desk.technician_as("Rui", TechnicianSetup::holding(whole_desk(RoleName::TechnicianManager))).await;
    assert_eq!(desk.get("webhooks", &rui).await.code(), "forbidden");
}
