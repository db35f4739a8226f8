//! Getting connected: trust, attempts, waiting in between.

use std::time::Duration;

use tokio::time::sleep;

use super::{Engine, Next, chat::Chat, desktop::DesktopEvent, transport};
use crate::{
    clock,
    config::Start,
    known::Known,
    link::RelayAddress,
    trust::{Expect, Fingerprint, Seen},
    view::{Command, Ending, Filled, Offline, View},
};

const LONGEST: Duration = Duration::from_secs(5);

/// Waits between attempts: 250 ms, doubling to 5 s.
#[derive(Debug)]
pub(super) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(Duration::from_millis(250))
    }
}

impl Backoff {
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
    /// The other side asked for patience.
    pub(super) fn wait_at_least(&mut self, duration: Duration) {
        self.0 = self.0.max(duration);
    }
    /// How long to wait now.
    fn next(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(LONGEST);
        now
    }
}

impl Engine {
    /// Tries until there is a connection, or the person wants something else.
    pub(super) async fn connect(
        &mut self,
        start: &Start,
        backoff: &mut Backoff,
    ) -> anyhow::Result<Result<transport::Link, Next>> {
        let relay = start.relay().clone();
        // Nothing is sent before the person agreed to what this machine does not know.
        let mut how = match self.expect(start).await {
            Ok(how) => how,
            Err(next) => return Ok(Err(next)),
        };
        let mut first = true;
        loop {
            if first && !self.keeps_its_page() {
                self.show(View::Connecting { host: relay.to_string() });
            }
            first = false;
            let attempt = transport::connect(&relay, how, self.look_up);
            let outcome = tokio::select! {
                outcome = attempt => outcome,
                next = interrupted(self.state.session.gate.at_stake(), &mut self.commands, &mut self.events, &mut self.state.chat) => {
                    if let Some(next) = self.interrupt(next) {
                        return Ok(Err(next));
                    }
                    continue;
                }
            };
            match outcome {
                Ok(link) => {
                    self.remember(&relay, how);
                    return Ok(Ok(link));
                }
                Err(transport::ConnectError::Certificate(seen)) => {
                    match self.refused_certificate(start, how, seen).await {
                        Ok(agreed) => how = agreed,
                        Err(next) => return Ok(Err(next)),
                    }
                    continue;
                }
                Err(error) => {
                    tracing::info!(%error, %relay, "not connected");
                    let why = match error {
                        transport::ConnectError::NoSuchHost => Offline::NoSuchHost,
                        _ => Offline::NoAnswer,
                    };
                    self.offline(&relay, why);
                }
            }
            if let Some(next) = self.pause(backoff).await {
                return Ok(Err(next));
            }
        }
    }

    /// Waits before the next attempt, unless the person wants something else.
    pub(super) async fn pause(&mut self, backoff: &mut Backoff) -> Option<Next> {
        let wait = sleep(backoff.next());
        tokio::pin!(wait);
        loop {
            let by = tokio::select! {
                () = &mut wait => return None,
                by = interrupted(self.state.session.gate.at_stake(), &mut self.commands, &mut self.events, &mut self.state.chat) => by,
            };
            if let Some(next) = self.interrupt(by) {
                return Some(next);
            }
        }
    }

    /// A session, a form or a wait stays before the person while the connection is away.
    fn keeps_its_page(&self) -> bool {
        self.state.since.is_some() || (self.calls && (self.state.in_session || self.state.calling.filling()))
    }

    /// By what this relay is to be recognised. Only this machine's own memory makes a relay a known one: links,
    /// arguments and files come from anybody. What they name narrows down what is accepted, and replaces nothing.
    async fn expect(&mut self, start: &Start) -> Result<Expect, Next> {
        let relay = start.relay();
        let named = self.config.named(start);
        if relay.is_loopback() {
            return Ok(named.map_or(Expect::Loopback, Expect::Pinned));
        }
        match (self.known.get(relay), named) {
            (None, named) => {
                self.show(View::UnknownRelay { host: relay.to_string(), fingerprint: None });
                self.consent(None).await?;
                Ok(named.map_or(Expect::WebPki, Expect::Pinned))
            }
            (Some(Known::Pinned(expected)), Some(found)) if found != expected => {
                self.changed(relay, Some(expected), found).await
            }
            (Some(Known::Pinned(expected)), _) => Ok(Expect::Pinned(expected)),
            // An authority's word is worth more than a link's: such certificates change every few months.
            (Some(Known::WebPki), _) => Ok(Expect::WebPki),
        }
    }

    /// What was not known before, or what the person agreed to; the rest is remembered as it is.
    fn remember(&mut self, relay: &RelayAddress, how: Expect) {
        let known = match how {
            Expect::Pinned(print) => Known::Pinned(print),
            Expect::WebPki => Known::WebPki,
            Expect::Loopback => return,
        };
        if !relay.is_loopback()
            && self.known.get(relay) != Some(known)
            && let Err(error) = self.known.remember(relay, known)
        {
            tracing::warn!(%error, "this relay could not be remembered");
        }
    }

    /// The relay was called, and its certificate is not the expected one.
    async fn refused_certificate(&mut self, start: &Start, how: Expect, seen: Seen) -> Result<Expect, Next> {
        let relay = start.relay();
        let (found, host) = (seen.fingerprint, relay.to_string());
        if let Some(expected) = self.config.named(start).filter(|named| *named != found) {
            self.show(View::WrongRelay { host, expected, found });
            return Err(self.instead().await);
        }
        match (how, self.known.get(relay)) {
            // No authority vouches for a new relay: the person compares its fingerprint.
            (_, None) => {
                self.show(View::UnknownRelay { host, fingerprint: Some(found) });
                self.consent(Some(found)).await?;
                Ok(Expect::Pinned(found))
            }
            (Expect::Pinned(expected), Some(_)) => self.changed(relay, Some(expected), found).await,
            (_, Some(_)) => self.changed(relay, None, found).await,
        }
    }

    /// Another certificate than this machine remembers: only the person can say that this is right.
    async fn changed(
        &mut self,
        relay: &RelayAddress,
        expected: Option<Fingerprint>,
        found: Fingerprint,
    ) -> Result<Expect, Next> {
        self.show(View::ChangedRelay { host: relay.to_string(), expected, found });
        self.consent(Some(found)).await?;
        Ok(Expect::Pinned(found))
    }

    /// Waits until the person agrees to exactly what the page shows.
    async fn consent(&mut self, shown: Option<Fingerprint>) -> Result<(), Next> {
        loop {
            match self.wait_command().await {
                Some(Command::TrustRelay(seen)) if seen == shown => return Ok(()),
                Some(Command::TrustRelay(_)) => {}
                Some(Command::Start(start)) => return Err(Next::Start(Some(start))),
                Some(_) => return Err(Next::Start(None)),
                None => return Err(Next::Quit),
            }
        }
    }

    /// What the person does where there is nothing to agree to.
    async fn instead(&mut self) -> Next {
        loop {
            match self.wait_command().await {
                Some(Command::TrustRelay(_)) => {}
                Some(Command::Start(start)) => return Next::Start(Some(start)),
                Some(_) => return Next::Start(None),
                None => return Next::Quit,
            }
        }
    }

    pub(super) fn offline(&mut self, relay: &RelayAddress, why: Offline) {
        if self.keeps_its_page() {
            self.show_state();
        } else {
            self.show(View::Offline { host: relay.to_string(), why });
        }
    }

    /// `None`: it goes on.
    fn interrupt(&mut self, by: Interrupt) -> Option<Next> {
        Some(match by {
            Interrupt::Start(start) => Next::Start(Some(start)),
            Interrupt::TakeBack => {
                for action in self.state.session.take_back_control(clock::now()) {
                    self.local(&action);
                }
                self.show_state();
                return None;
            }
            // Sent with the next connection.
            Interrupt::Call(filled) => {
                let _ = self.send_call(*filled);
                self.show_state();
                return None;
            }
            Interrupt::Stop => {
                let in_session = self.state.since.is_some();
                for action in self.state.session.stop() {
                    self.local(&action);
                }
                self.apply_rights();
                if in_session {
                    Next::Ended(Ending::Reason(ponte_types::EndReason::EndUser))
                } else {
                    Next::Quit
                }
            }
            Interrupt::Desktop => Next::Ended(Ending::Desktop),
        })
    }
}

/// What ends an attempt to connect.
enum Interrupt {
    TakeBack,
    Start(Start),
    Call(Box<Filled>),
    Stop,
    Desktop,
}

async fn interrupted(
    at_stake: bool,
    commands: &mut tokio::sync::mpsc::Receiver<Command>,
    events: &mut tokio::sync::mpsc::Receiver<DesktopEvent>,
    chat: &mut Chat,
) -> Interrupt {
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Start(start)) => return Interrupt::Start(start),
                Some(Command::Stop) | None => return Interrupt::Stop,
                // What the end user takes back does not wait for the network.
                Some(Command::TakeBackControl) => return Interrupt::TakeBack,
                Some(Command::Call(filled)) => return Interrupt::Call(filled),
                // Written in the moment in which the connection broke: sent with the next one.
                Some(Command::Say(text)) => chat.keep(&text),
                Some(Command::SayAgain(id)) => drop(chat.again(id)),
                Some(Command::Read(number)) => chat.seen(number),
                Some(Command::Attach(new)) => chat.keep_files(new),
                Some(Command::AttachAgain(id)) => chat.file_again(id),
                Some(Command::GiveUp(id)) => drop(chat.files.give_up(id)),
                Some(Command::Save(id)) => chat.save(id),
                Some(_) => {}
            },
            event = events.recv() => match event {
                // Where nobody was allowed anything, Esc means what it always means. Rights that wait for a technician's
                // return are there to be stopped.
                Some(DesktopEvent::Stop) if at_stake => return Interrupt::Stop,
                Some(DesktopEvent::Failed(_)) | None => return Interrupt::Desktop,
                Some(_) => {}
            },
        }
    }
}
