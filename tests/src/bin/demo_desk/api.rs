//! A technician's way to the relay: the interface that the console has, and nothing else.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::{client_async, tungstenite::Message};

/// No answer takes longer on one machine.
const WITHIN: Duration = Duration::from_secs(20);
/// Between two tries to be there.
const AGAIN: Duration = Duration::from_secs(3);

/// Somebody who is signed in.
pub(crate) struct Technician {
    base: String,
    email: String,
    password: String,
    client: Client,
    token: Mutex<String>,
}

impl Technician {
    /// `console` is its address, such as `http://localhost:8443`.
    pub(crate) async fn sign_in(console: &str, email: &str, password: &str) -> Result<Self> {
        let client = Client::builder().timeout(WITHIN).build().context("no HTTP client")?;
        let this = Self {
            base: console.trim_end_matches('/').to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            client,
            token: Mutex::new(String::new()),
        };
        *this.token.lock().await = this.new_token().await?;
        Ok(this)
    }

    async fn new_token(&self) -> Result<String> {
        let body = json!({"email": self.email, "password": self.password});
        let answer = self.client.post(self.url("auth/sign-in")).json(&body).send().await?;
        let answer = answer.error_for_status().with_context(|| format!("{} is not let in", self.email))?;
        let body: Value = answer.json().await?;
        body["access_token"].as_str().map(str::to_owned).context("no token")
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.ask(Method::GET, path, None).await
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::POST, path, Some(body)).await
    }
    pub(crate) async fn put(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::PUT, path, Some(body)).await
    }
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let request = |token: &str| -> RequestBuilder {
            let request = self.client.request(method.clone(), self.url(path)).bearer_auth(token);
            body.as_ref()
                .map_or_else(|| request.try_clone(), |body| request.try_clone().map(|it| it.json(body)))
                .unwrap_or(request)
        };
        let mut token = self.token.lock().await;
        let mut answer = request(&token).send().await?;
        if answer.status().as_u16() == 401 {
            *token = self.new_token().await?;
            answer = request(&token).send().await?;
        }
        drop(token);
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{method} {path}: {status} {text}");
        }
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.base)
    }

    /// Is at the desk, as a console that is open somewhere, for as long as this runs.
    pub(crate) async fn is_there(&self) {
        loop {
            let _ = self.listen().await;
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Until the socket ends.
    async fn listen(&self) -> Result<()> {
        let ticket = self.post("tickets", json!({"purpose": "events"})).await?;
        let cursor = self.get("sessions?limit=1").await?["cursor"].clone();
        let address = self.base.split("://").nth(1).context("an address without a scheme")?;
        let stream = TcpStream::connect(address).await?;
        let (mut socket, _) = client_async(format!("ws://{address}/api/v1/events"), stream).await?;
        let hello = json!({"ticket": ticket["ticket"], "cursor": cursor}).to_string();
        socket.send(Message::text(hello)).await?;
        while let Some(message) = socket.next().await {
            message?;
        }
        Ok(())
    }
}
