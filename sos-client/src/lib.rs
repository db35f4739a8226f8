//! The SOS program: one window with a number, the desktop behind it, and a connection to a desk's relay.

pub mod clock;
pub mod config;
pub mod disk;
pub mod engine;
pub mod known;
pub mod link;
pub mod strings;
pub mod trust;
pub mod view;
mod window;

use std::sync::mpsc::channel as done_channel;

use anyhow::Context as _;
use ponte_desktop::{Rect, Still, x11::capture::Capture};
use tokio::sync::{mpsc, watch};

use self::{
    config::{Args, Config, Start},
    engine::{
        Engine,
        desktop::{DesktopEvent, LocalDesktop, take_still},
    },
    known::KnownRelays,
    view::View,
};

/// Commands from the window that may wait for the engine.
const COMMANDS: usize = 16;

/// Shows the window and runs the engine behind it, until the window is closed.
///
/// # Errors
/// When there is no desktop to share, or the configuration cannot be understood.
pub fn run(args: &Args) -> anyhow::Result<()> {
    Ready::new(args)?.run()
}

/// Says in a window why the program could not run: who started it by a double click sees no terminal.
pub fn tell(failure: &anyhow::Error) {
    // Without a display there is no window either; the terminal was told.
    let _ = window::tell(&View::CannotStart { why: format!("{failure:#}") });
}

/// All that the window needs behind it.
struct Ready {
    config: Config,
    known: KnownRelays,
    screen: Rect,
    desktop: LocalDesktop,
    events: mpsc::Receiver<DesktopEvent>,
    /// The screen before the window came, when a channel is to be asked for help.
    still: Option<Still>,
}

impl Ready {
    fn new(args: &Args) -> anyhow::Result<Self> {
        let config = Config::load(args)?;
        let known = KnownRelays::open(&config.known_relays)?;
        let screen = Capture::open(None)?.area();
        let (desktop, events) = LocalDesktop::start()?;
        let still = matches!(config.start, Some(Start::Call(_))).then(take_still).flatten();
        Ok(Self { config, known, screen, desktop, events, still })
    }

    fn run(self) -> anyhow::Result<()> {
        let Self { config, known, screen, desktop, events, still } = self;
        let first = config
            .start
            .as_ref()
            .map_or(View::AskRelay, |s| View::Connecting { host: s.relay().to_string() });
        let (view, shown) = watch::channel(first);
        let (commands, orders) = mpsc::channel(COMMANDS);
        let (finished, goodbye) = done_channel::<()>();
        let mut failure = None;
        let outcome = window::run(&shown, &commands, Some(screen), |redraw| {
            let engine = std::thread::Builder::new().name("engine".into()).spawn(move || {
                let engine = Engine::new(config, known, Box::new(desktop), events, orders, view, redraw)
                    .with_still(still);
                if let Err(error) = drive(engine) {
                    tracing::error!(%error, "the engine stopped");
                }
                drop(finished);
            });
            failure = engine.err();
        });
        drop(commands);
        outcome?;
        if let Some(error) = failure {
            return Err(error).context("the engine could not be started");
        }
        // The engine tells the relay that we leave, and releases every key. An error here means that it is done.
        let _ = goodbye.recv_timeout(window::GOODBYE);
        Ok(())
    }
}

fn drive(engine: Engine) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(engine.run())
}
