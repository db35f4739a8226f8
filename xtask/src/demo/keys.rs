//! Keys of the terminal and Ctrl-C, as events.

use std::io::{IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

pub(crate) enum Event {
    /// A key was pressed in the terminal.
    Key(u8),
    /// Somebody wants this to end.
    Stop,
    /// Nothing happened for a while.
    Nothing,
}

/// The terminal gives single keys, without echo, while this lives.
pub(crate) struct Events {
    received: Receiver<Event>,
    restore: Option<String>,
}

impl Events {
    pub(crate) fn listen() -> Result<Events> {
        let (sender, received) = sync_channel(16);
        let mut signals =
            signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).context("no signals")?;
        let stop = sender.clone();
        std::thread::spawn(move || {
            let mut times = 0;
            for _ in signals.forever() {
                times += 1;
                // During the build nobody reads events yet: the second Ctrl-C ends it, as the first would have.
                if times > 1 || stop.try_send(Event::Stop).is_err() {
                    std::process::exit(130);
                }
            }
        });
        let restore = if std::io::stdin().is_terminal() { stty(&["-g"]) } else { None };
        if restore.is_some() {
            stty(&["-icanon", "-echo", "min", "1"]);
            std::thread::spawn(move || {
                for key in std::io::stdin().lock().bytes().map_while(Result::ok) {
                    if sender.send(Event::Key(key)).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Events { received, restore })
    }

    pub(crate) fn next(&mut self, limit: Duration) -> Event {
        match self.received.recv_timeout(limit) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => Event::Nothing,
            Err(RecvTimeoutError::Disconnected) => Event::Stop,
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        if let Some(state) = &self.restore {
            stty(&[state]);
        }
    }
}

fn stty(arguments: &[&str]) -> Option<String> {
    let answer =
        Command::new("stty").args(arguments).stdin(Stdio::inherit()).stderr(Stdio::null()).output().ok()?;
    answer.status.success().then(|| String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}
