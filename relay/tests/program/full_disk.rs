//! A data folder that takes nothing more. A limit on the size of files stands in for the full disk: any user can set
//! one, and to the program it looks the same.

use std::{
    net::SocketAddr,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    process::Command,
};

use reqwest::Client;
use serde_json::{Value, json};

use super::{
    free,
    relay::{PROGRAM, Place, Serving, clean, ran},
};

/// More than the database needs to start, less than a hundred sessions need.
const ROOM: u64 = 256 * 1024;

/// The program, with files of at most so many bytes.
fn limited(place: &Place, bytes: u64) -> Command {
    let mut command = clean("sh");
    // Without the signal, writing fails as it does on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512);
    command.args(["-c", &script, PROGRAM, "serve", "--config", &place.config()]);
    command
}

struct Api {
    client: Client,
    base: String,
    token: String,
}

impl Api {
    async fn sign_in(address: SocketAddr) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut api =
            Self { client: Client::new(), base: format!("http://{address}/api/v1"), token: String::new() };
        let body = json!({"email": "ana@desk.example", "password": "correct horse 1"});
        let (status, signed_in) = api.post("auth/sign-in", body).await;
        assert_eq!(status, 200, "{signed_in}");
        api.token = signed_in["access_token"].as_str().unwrap().to_owned();
        api
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/{path}", self.base)).bearer_auth(&self.token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn invite(&self, person: &str) -> (u16, Value) {
        let bytes = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        self.post("sessions", json!({"person": person, "invite_public": bytes, "claim_hash": bytes})).await
    }

    /// Everybody in the queue.
    async fn people(&self) -> Vec<String> {
        let request = self.client.get(format!("{}/sessions?limit=500", self.base)).bearer_auth(&self.token);
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        let sessions = body["sessions"].as_array().unwrap();
        let mut people: Vec<_> = sessions.iter().map(|s| s["person"].as_str().unwrap().to_owned()).collect();
        people.sort();
        people
    }
}

#[tokio::test]
async fn a_full_disk_is_said_clearly_and_loses_nothing() {
    let (address, inside) = (free(), free());
    let place = Place::new(&format!("listen = \"{address}\"\ninternal_listen = \"{inside}\"\n"));
    let made = place.create_owner("correct horse 1");
    assert_eq!(made.code, Some(0), "{}", made.error);
    let size = std::fs::metadata(place.folder().join("data/ponte.db")).unwrap().len();

    let relay = Serving::start(limited(&place, size + ROOM));
    let api = Api::sign_in(address).await;
    let mut kept = Vec::new();
    let refused = loop {
        let person = format!("Person {:03}", kept.len());
        match api.invite(&person).await {
            (201, _) => kept.push(person),
            (status, body) => break (status, body),
        }
        assert!(kept.len() < 500, "the limit does nothing");
    };
    assert!(!kept.is_empty());
    assert_eq!((refused.0, &refused.1["code"]), (503, &json!("unavailable")));
    let detail = refused.1["detail"].as_str().unwrap();
    assert!(detail.contains("its disk may be full") && detail.contains("Nothing was changed"), "{detail}");
    assert_eq!(api.people().await, kept, "the queue can still be read");
    let health = Client::new().get(format!("http://{inside}/health")).send().await.unwrap();
    assert_eq!(health.status(), 200, "reading works");
    assert_eq!(relay.stop(), Some(0));

    let mut roomy = clean(PROGRAM);
    roomy.args(["serve", "--config", &place.config()]);
    let relay = Serving::start(roomy);
    let api = Api::sign_in(address).await;
    assert_eq!(api.people().await, kept, "all that was acknowledged, and nothing else");
    assert_eq!(api.invite("Person after").await.0, 201);
    assert_eq!(relay.stop(), Some(0));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_refused_with_what_to_do() {
    let place = Place::new(&format!("listen = \"{}\"\n", free()));
    let data = place.folder().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o500)).unwrap();
    // The superuser may write anywhere, unless that right is taken away.
    let mut command = if std::fs::metadata(&data).unwrap().uid() == 0 {
        let mut command = clean("setpriv");
        command.args(["--bounding-set=-dac_override,-dac_read_search", "--", PROGRAM]);
        command
    } else {
        clean(PROGRAM)
    };
    command.args(["serve", "--config", &place.config()]);
    let refused = ran(command, "");
    assert_eq!(refused.code, Some(2), "{}", refused.error);
    assert!(
        refused.error.contains("cannot be written: check free space and permissions"),
        "{}",
        refused.error
    );
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0);
}
