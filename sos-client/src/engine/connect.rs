//! Getting connected: trust, attempts, waiting in between.

use std::time::Duration;

use tokio::time::sleep;

use super::{Engine, Next, desktop::DesktopEvent, transport};
use crate::{
    config::Start,
    known::Known,
    link::RelayAddress,
    trust::{Expect, Seen},
    view::{Command, Ending, Offline, View},
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
        let mut expect = self.expect(&relay, start);
        let mut first = true;
        loop {
            let Some(how) = expect else {
                // Nothing is sent to a relay that this machine does not know before the person agreed.
                self.show(View::UnknownRelay { host: relay.to_string(), fingerprint: None });
                match self.consent().await {
                    Ok(()) => expect = Some(Expect::WebPki),
                    Err(next) => return Ok(Err(next)),
                }
                continue;
            };
            if first && self.state.since.is_none() {
                self.show(View::Connecting { host: relay.to_string() });
            }
            first = false;
            let attempt = transport::connect(&relay, how);
            let outcome = tokio::select! {
                outcome = attempt => outcome,
                next = interrupted(self.state.since.is_some(), &mut self.commands, &mut self.events) => return Ok(Err(self.interrupt(next))),
            };
            match outcome {
                Ok((link, seen)) => {
                    self.remember(&relay, how, seen);
                    return Ok(Ok(link));
                }
                Err(transport::ConnectError::Certificate(seen)) => {
                    match self.refused_certificate(&relay, how, seen).await {
                        Ok(agreed) => expect = Some(agreed),
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
        let by = tokio::select! {
            () = sleep(backoff.next()) => return None,
            by = interrupted(self.state.since.is_some(), &mut self.commands, &mut self.events) => by,
        };
        Some(self.interrupt(by))
    }

    /// By what this relay is to be recognised; `None`: this machine does not know it.
    fn expect(&self, relay: &RelayAddress, start: &Start) -> Option<Expect> {
        let configured = self.config.trusted_relay.as_ref() == Some(relay);
        let from_link = match start {
            Start::Link(link) => link.fingerprint,
            Start::Code(_) => None,
        };
        if let Some(pin) = from_link.or(self.config.fingerprint.filter(|_| configured)) {
            return Some(Expect::Pinned(pin));
        }
        if relay.is_loopback() {
            return Some(Expect::Loopback);
        }
        match self.known.get(relay) {
            Some(Known::Pinned(print)) => Some(Expect::Pinned(print)),
            Some(Known::WebPki) => Some(Expect::WebPki),
            None => configured.then_some(Expect::WebPki),
        }
    }

    fn remember(&mut self, relay: &RelayAddress, how: Expect, seen: Seen) {
        let known = match how {
            Expect::Loopback => return,
            Expect::Pinned(_) => Known::Pinned(seen.fingerprint),
            Expect::WebPki => Known::WebPki,
        };
        if self.known.get(relay) != Some(known)
            && let Err(error) = self.known.remember(relay, known)
        {
            tracing::warn!(%error, "this relay could not be remembered");
        }
    }

    /// No authority vouches for a new relay: its fingerprint is shown. A known one that changed is not let in.
    async fn refused_certificate(
        &mut self,
        relay: &RelayAddress,
        how: Expect,
        seen: Seen,
    ) -> Result<Expect, Next> {
        let host = relay.to_string();
        let before = match how {
            Expect::Pinned(expected) => Some(expected),
            _ => None,
        };
        if before.is_none() && self.known.get(relay).is_none() {
            self.show(View::UnknownRelay { host, fingerprint: Some(seen.fingerprint) });
            self.consent().await?;
            return Ok(Expect::Pinned(seen.fingerprint));
        }
        self.show(View::ChangedRelay { host, expected: before, found: seen.fingerprint });
        match self.wait_command().await {
            Some(Command::Start(start)) => Err(Next::Start(Some(start))),
            Some(_) => Err(Next::Start(None)),
            None => Err(Next::Quit),
        }
    }

    async fn consent(&mut self) -> Result<(), Next> {
        match self.wait_command().await {
            Some(Command::TrustRelay) => Ok(()),
            Some(Command::Start(start)) => Err(Next::Start(Some(start))),
            Some(_) => Err(Next::Start(None)),
            None => Err(Next::Quit),
        }
    }

    pub(super) fn offline(&mut self, relay: &RelayAddress, why: Offline) {
        if self.state.since.is_some() {
            self.show_state();
        } else {
            self.show(View::Offline { host: relay.to_string(), why });
        }
    }

    fn interrupt(&mut self, by: Interrupt) -> Next {
        match by {
            Interrupt::Start(start) => Next::Start(Some(start)),
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
        }
    }
}

/// What ends an attempt to connect.
enum Interrupt {
    Start(Start),
    Stop,
    Desktop,
}

async fn interrupted(
    in_session: bool,
    commands: &mut tokio::sync::mpsc::Receiver<Command>,
    events: &mut tokio::sync::mpsc::Receiver<DesktopEvent>,
) -> Interrupt {
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Start(start)) => return Interrupt::Start(start),
                Some(Command::Stop) | None => return Interrupt::Stop,
                Some(_) => {}
            },
            event = events.recv() => match event {
                // Outside a session Esc means what it always means.
                Some(DesktopEvent::Stop) if in_session => return Interrupt::Stop,
                Some(DesktopEvent::Failed(_)) | None => return Interrupt::Desktop,
                Some(_) => {}
            },
        }
    }
}
