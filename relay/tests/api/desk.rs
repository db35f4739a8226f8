//! A relay in a temporary folder, with a clock that the test moves. Its database is SQLite; with [`ON_POSTGRES`] in the
//! environment, one of its own on a real PostgreSQL.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ponte_app::{
    Ambient, Clock,
    desk::{self as app, NewTechnician},
    ports::{Newcomer, Records as _, ResumeToken},
};
use ponte_desk::{permission::RoleName, setup::TechnicianSetup};
use ponte_relay::{config::Config, node::Node};
use ponte_store_sql::SqlStore;
use ponte_test_postgres::Database;
use ponte_types::{ConnectionId, DeviceFacts, ErrorCode, UnixMillis};
use ponte_wire::msg::SosHello;
use reqwest::{Client, Method, header::HeaderMap};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::sos::Sos;

/// `PONTE_TEST_DATABASE=postgres`.
const ON_POSTGRES: (&str, &str) = ("PONTE_TEST_DATABASE", "postgres");

pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
    pub(crate) fn token(&self) -> String {
        self.body["access_token"].as_str().unwrap().to_owned()
    }
    pub(crate) fn cookie(&self) -> String {
        let cookie = self.headers["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

pub(crate) struct Desk {
    folder: tempfile::TempDir,
    node: Option<Node>,
    client: Client,
    // Removed last.
    postgres: Option<Database>,
    pub(crate) clock: Arc<TestClock>,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With more in its configuration.
    pub(crate) async fn start_configured(more: &str) -> Self {
        Self::start_with(|folder| std::fs::write(folder.join("more.toml"), more).unwrap()).await
    }

    /// With something in the folder before the first start.
    pub(crate) async fn start_with(prepare: impl FnOnce(&Path)) -> Self {
        // The client is built without a choice of its own; a second call finds the first one's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000_000)));
        let wanted = std::env::var(ON_POSTGRES.0).is_ok_and(|value| value == ON_POSTGRES.1);
        let postgres = wanted.then(|| Database::new().unwrap());
        let node = start(folder.path(), postgres.as_ref(), &clock).await;
        let desk = Self { folder, node: Some(node), client: Client::new(), postgres, clock };
        let ana = NewTechnician {
            email: "Ana@desk.example".into(),
            name: "Ana".into(),
            setup: TechnicianSetup::holding(app::whole_desk(RoleName::Owner)),
            password: "correct horse".into(),
        };
        desk.records().create_technician(ana).await.unwrap();
        desk
    }

    pub(crate) async fn restart(&mut self) {
        self.node.take().unwrap().stop().await;
        self.node = Some(self.second().await);
        self.client = Client::new();
    }

    /// Another relay on the same data, at another address.
    pub(crate) async fn second(&self) -> Node {
        start(self.folder.path(), self.postgres.as_ref(), &self.clock).await
    }

    /// The database, as another program opens it.
    pub(crate) async fn store(&self) -> SqlStore {
        match &self.postgres {
            Some(postgres) => SqlStore::open_postgres(&postgres.url().parse().unwrap()).await.unwrap(),
            None => SqlStore::open_sqlite(&self.data().join("ponte.db")).await.unwrap(),
        }
    }

    /// The database, for statements that no program of ours would make.
    pub(crate) async fn sql(&self) -> DatabaseConnection {
        let url = match &self.postgres {
            Some(postgres) => postgres.url(),
            None => format!("sqlite://{}", self.data().join("ponte.db").display()),
        };
        sea_orm::Database::connect(url).await.unwrap()
    }

    pub(crate) fn is_on_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// A session as it is now.
    pub(crate) async fn session(&self, token: &str, id: &str) -> Value {
        let read = self.get(&format!("sessions/{id}"), token).await;
        assert_eq!(read.status, 200, "{}", read.body);
        read.body
    }

    /// Asks for a move of a session as it is now, with more than its version.
    pub(crate) async fn ask(&self, token: &str, id: &str, what: &str, more: Value) -> Answer {
        let mut body = json!({"version": self.session(token, id).await["version"]});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post(&format!("sessions/{id}/{what}"), token, body).await
    }

    /// As [`Desk::ask`], and it is done.
    pub(crate) async fn done(&self, token: &str, id: &str, what: &str, more: Value) -> Value {
        let answer = self.ask(token, id, what, more).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        answer.body
    }

    /// What happened to a session, in order.
    pub(crate) async fn history(&self, token: &str, id: &str) -> Vec<String> {
        let session = self.session(token, id).await;
        let kind = |entry: &Value| entry["kind"].as_str().unwrap().to_owned();
        session["history"].as_array().unwrap().iter().map(kind).collect()
    }

    pub(crate) fn records(&self) -> &Arc<app::Desk> {
        self.node.as_ref().unwrap().desk()
    }

    /// Another technician, signed in.
    pub(crate) async fn technician(&self, name: &str) -> String {
        self.technician_as(name, TechnicianSetup::holding(app::whole_desk(RoleName::ChannelTechnician))).await
    }

    /// Another technician who may do this and can do this, signed in.
    pub(crate) async fn technician_as(&self, name: &str, setup: TechnicianSetup) -> String {
        let email = format!("{}@desk.example", name.to_lowercase().replace(' ', "-"));
        let password = "correct horse".to_owned();
        let new = NewTechnician { email: email.clone(), name: name.to_owned(), setup, password };
        self.records().create_technician(new).await.unwrap();
        self.sign_in(&email, "correct horse").await.token()
    }

    /// The owner, signed in.
    pub(crate) async fn owner(&self) -> String {
        self.sign_in("ana@desk.example", "correct horse").await.token()
    }

    /// A request with any method.
    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let mut request =
            self.client.request(method, self.url(&format!("/api/v1/{path}"))).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, token, Some(body)).await
    }

    /// A PUT of bytes.
    pub(crate) async fn put_bytes(&self, path: &str, token: &str, bytes: Vec<u8>) -> Answer {
        let request = self.client.put(self.url(&format!("/api/v1/{path}"))).bearer_auth(token);
        answer(request.header("content-type", "application/octet-stream").body(bytes)).await
    }

    /// What a GET answers as it is.
    pub(crate) async fn download(&self, path: &str, token: &str) -> (u16, HeaderMap, Vec<u8>) {
        let request = self.client.get(self.url(&format!("/api/v1/{path}"))).bearer_auth(token);
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap().to_vec())
    }

    pub(crate) async fn patch(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, token, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Answer {
        self.send(Method::DELETE, path, token, None).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("auth/sign-in", "", json!({"email": email, "password": password})).await
    }

    pub(crate) async fn sign_in_from(&self, origin: &str) -> Answer {
        let body = json!({"email": "ana@desk.example", "password": "correct horse"});
        let request = self.client.post(self.url("/api/v1/auth/sign-in")).header("origin", origin).json(&body);
        answer(request).await
    }

    pub(crate) async fn refresh(&self, cookie: &str) -> Answer {
        let request = self.client.post(self.url("/api/v1/auth/refresh"));
        answer(request.header("cookie", cookie).header("x-ponte", "1")).await
    }

    /// A POST with the cookie and other headers.
    pub(crate) async fn with_cookie(&self, path: &str, cookie: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.post(self.url(&format!("/api/v1/{path}"))).header("cookie", cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        answer(self.client.get(self.url(&format!("/api/v1/{path}"))).bearer_auth(token)).await
    }

    /// An answer that is no JSON.
    pub(crate) async fn text(&self, path: &str, token: &str) -> String {
        let request = self.client.get(self.url(&format!("/api/v1/{path}"))).bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        response.text().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.post_owned(path.to_owned(), token, body).await
    }

    pub(crate) async fn post_owned(&self, path: String, token: &str, body: Value) -> Answer {
        answer(self.client.post(self.url(&format!("/api/v1/{path}"))).bearer_auth(token).json(&body)).await
    }

    pub(crate) async fn raw(&self, method: &str, path: &str) -> u16 {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, self.url(path)).send().await.unwrap().status().as_u16()
    }

    /// A session for Rosa, whose link has this claim.
    pub(crate) async fn invite(&self, token: &str, claim: [u8; 32]) -> Value {
        let body =
            json!({"person": "Rosa", "invite_public": b64(&[1; 32]), "claim_hash": b64(&sha256(&claim))});
        let made = self.post("sessions", token, body).await;
        assert_eq!(made.status, 201);
        made.body
    }

    /// A session of somebody who has not come yet; `more` of its fields. `n` is another one each time.
    pub(crate) async fn invited(&self, token: &str, n: u8, more: Value) -> Value {
        let mut body = json!({
            "person": format!("Person {n}"), "invite_public": b64(&[1; 32]), "claim_hash": b64(&sha256(&[n; 32])),
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.post("sessions", token, body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body
    }

    /// As [`Desk::invited`]; the person is here, and waits to be taken.
    pub(crate) async fn waiting(&self, token: &str, n: u8, more: Value) -> Value {
        let made = self.invited(token, n, more).await;
        self.start_program(&made, [n; 32], n).await.unwrap();
        let path = format!("sessions/{}", made["id"].as_str().unwrap());
        self.get(&path, token).await.body
    }

    /// Makes something that is set up, and gives its id.
    pub(crate) async fn make(&self, what: &str, token: &str, setup: Value) -> String {
        let made = self.post(what, token, setup).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }

    /// The SOS program is started with the link.
    pub(crate) async fn start_program(
        &self,
        session: &Value,
        claim: [u8; 32],
        n: u8,
    ) -> Result<(), ErrorCode> {
        let invite = session["invite"]["id"].as_str().unwrap().parse().unwrap();
        let program = Newcomer {
            connection: ConnectionId::from_bytes([n; 16]),
            token: ResumeToken([100 + n; 32]),
            device: DeviceFacts::default(),
            from: IpAddr::from([192, 0, 2, n]).into(),
        };
        self.records().open_invite(&program, invite, &claim).await.map(|_| ())
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// TCP and UDP.
    pub(crate) fn address(&self) -> SocketAddr {
        self.node.as_ref().unwrap().address()
    }

    /// Where metrics and health are.
    pub(crate) fn internal(&self) -> SocketAddr {
        self.node.as_ref().unwrap().internal().unwrap()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) async fn ticket(&self, token: &str, purpose: Value) -> String {
        let made = self.post("tickets", token, purpose).await;
        assert_eq!(made.status, 200, "{}", made.body);
        made.body["ticket"].as_str().unwrap().to_owned()
    }

    /// An SOS program that has said this hello, over QUIC.
    pub(crate) async fn sos(&self, hello: SosHello) -> Sos {
        Sos::start(self.address(), &self.certificate(), hello).await
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        let pem = std::fs::read(self.data().join("certificate.pem")).unwrap();
        CertificateDer::from_pem_slice(&pem).unwrap()
    }
}

async fn start(folder: &Path, postgres: Option<&Database>, clock: &Arc<TestClock>) -> Node {
    let (data, downloads) = (folder.join("data"), folder.join("downloads"));
    std::fs::create_dir_all(&downloads).unwrap();
    let more = std::fs::read_to_string(folder.join("more.toml")).unwrap_or_default();
    let text = format!(
        "listen = \"127.0.0.1:0\"\ninternal_listen = \"127.0.0.1:0\"\ndata_dir = \"{}\"\ndownloads_dir = \"{}\"\n{more}",
        data.display(),
        downloads.display()
    );
    let database = postgres.map(|it| format!("\n[database]\nurl = \"{}\"\n", it.url())).unwrap_or_default();
    let file = folder.join("ponte.toml");
    std::fs::write(&file, text + &database).unwrap();
    let config = Config::load(Some(&file), []).unwrap();
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    let ambient = Ambient { clock, ..ponte_relay::ambient() };
    Node::start(config, ambient).await.unwrap()
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
}

pub(crate) fn b64(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
