//! People who ask for help: each is the real engine of the SOS program, on a computer that is painted, with somebody
//! in front of it who reads, answers and says yes.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ponte_seal::LinkSecret;
use ponte_sos::{
    config::{Config, Start},
    engine::Engine,
    known::KnownRelays,
    link::Link,
    view::{Chat, Command, View},
};
use ponte_types::{DeviceFacts, Line, ScreenFacts};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep, sleep_until},
};

use crate::{api::Technician, people::Request, place::Place, screen::PaintedDesktop};

/// Until somebody who was asked has read the question.
const THINKING: Duration = Duration::from_millis(2500);
/// Until somebody has typed an answer.
const TYPING: Duration = Duration::from_secs(4);

/// What the end user is sent.
pub(crate) struct Invitation {
    pub(crate) session: Value,
    secret: [u8; 16],
}

/// Opens a session for the request, with a link.
pub(crate) async fn invite(by: &Technician, place: &Place, request: &Request) -> Result<Invitation> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
    let secret = LinkSecret::new(bytes);
    let mut body = json!({
        "person": request.person, "email": request.email, "phone": request.phone, "subject": request.subject,
        "channel": place.channel(request), "category": place.categories.get(request.category),
        "invite_public": URL_SAFE_NO_PAD.encode(secret.public()),
        "claim_hash": URL_SAFE_NO_PAD.encode(secret.claim_hash()),
    });
    if let Some(priority) = request.priority {
        body["priority"] = priority.into();
    }
    let session = by.post("sessions", body).await?;
    let Some(company) = place.companies.get(request.company) else {
        return Ok(Invitation { session, secret: bytes });
    };
    let path = format!("sessions/{}", id(&session)?);
    let session = by.patch(&path, json!({"version": session["version"], "company": company})).await?;
    Ok(Invitation { session, secret: bytes })
}

pub(crate) fn id(session: &Value) -> Result<&str> {
    session["id"].as_str().context("a session without an id")
}

/// Where a caller's program is and what it keeps.
pub(crate) struct Home<'a> {
    /// Of the relay: host and port.
    pub(crate) relay: &'a str,
    pub(crate) folder: &'a Path,
}

/// Starts the program with the link, and sits in front of it until it is over or patience is.
pub(crate) async fn call(
    home: Home<'_>,
    invitation: &Invitation,
    request: &'static Request,
    shade: u32,
) -> Result<()> {
    let invite = invitation.session["invite"]["id"].as_str().context("a session without a link")?;
    let text = format!("http://{}/j/{invite}#{}", home.relay, URL_SAFE_NO_PAD.encode(invitation.secret));
    let link: Link = text.parse().map_err(|e| anyhow::anyhow!("{text}: {e}"))?;
    let known = home.folder.join(format!("known-{invite}.toml"));
    let (start, known_relays) = (Some(Start::Link(link)), known.clone());
    let config = Config { start, pin: None, known_relays, downloads: None };
    let (desktop, events) = PaintedDesktop::start(shade, facts(request));
    let (view, shown) = watch::channel(View::AskRelay);
    let (commands, orders) = mpsc::channel(16);
    let known = KnownRelays::open(&known)?;
    let engine = Engine::new(config, known, Box::new(desktop), events, orders, view, Arc::new(|| {}));
    let person = Person { shown, commands, request, said: 0, read: 0 };
    tokio::select! {
        ended = engine.run() => ended,
        () = person.sit() => Ok(()),
    }
}

fn facts(request: &Request) -> DeviceFacts {
    DeviceFacts {
        system: Line::cut(request.system),
        host_name: Line::cut(request.host),
        addresses: Line::cut(request.address).into_iter().collect(),
        user: Line::cut(request.user),
        screens: vec![ScreenFacts { name: None, width: 1280, height: 720 }],
        processors: Some(4),
        memory_total: Some(8 << 30),
        memory_free: Some(3 << 30),
        disk_free: Some(74 << 30),
        language: Line::cut(request.language),
        time_zone: Line::cut(request.time_zone),
        ..DeviceFacts::default()
    }
}

struct Person {
    shown: watch::Receiver<View>,
    commands: mpsc::Sender<Command>,
    request: &'static Request,
    /// Of their lines.
    said: usize,
    /// Of the desk's messages.
    read: usize,
}

impl Person {
    /// Returns when they gave up, or when all is over.
    async fn sit(mut self) {
        let patience = Instant::now() + Duration::from_secs(self.request.patience);
        loop {
            let view = self.shown.borrow_and_update().clone();
            if self.reacts(view).await.is_none() {
                return;
            }
            tokio::select! {
                changed = self.shown.changed() => if changed.is_err() { return },
                () = sleep_until(patience), if !self.is_helped() => {
                    let _ = self.commands.send(Command::Stop).await;
                    sleep(Duration::from_secs(1)).await;
                    return;
                }
            }
        }
    }

    fn is_helped(&self) -> bool {
        matches!(*self.shown.borrow(), View::Session { .. } | View::Question { .. }) || self.read > 0
    }

    /// `None`: there is nothing to wait for any more.
    async fn reacts(&mut self, view: View) -> Option<()> {
        match view {
            View::UnknownRelay { fingerprint, .. } => self.order(Command::TrustRelay(fingerprint)).await,
            View::Question { question, .. } => {
                sleep(THINKING).await;
                self.order(Command::Answer { question, yes: true }).await
            }
            View::Ready { chat: Some(chat), .. } | View::Session { chat, .. } => self.writes(&chat).await,
            View::Ended(_) | View::WrongRelay { .. } | View::CannotStart { .. } => None,
            _ => Some(()),
        }
    }

    /// The first line by themselves, then one for each thing that the desk wrote.
    async fn writes(&mut self, chat: &Chat) -> Option<()> {
        let theirs = chat.said.iter().filter(|said| said.by.is_some()).count();
        if theirs > self.read {
            self.order(Command::Read(chat.newest)).await?;
        } else if self.said > 0 {
            return Some(());
        }
        let Some(line) = self.request.lines.get(self.said).filter(|_| theirs > self.read || self.said == 0)
        else {
            self.read = theirs;
            return Some(());
        };
        self.read = theirs;
        sleep(TYPING).await;
        self.said += 1;
        self.order(Command::Say((*line).to_owned())).await
    }

    async fn order(&self, command: Command) -> Option<()> {
        self.commands.send(command).await.ok()
    }
}
