//! The desktop as the engine needs it, and the real one.

use std::sync::{Arc, atomic::AtomicU32};

use ponte_desktop::{
    DesktopError, Still, facts,
    guard::Guard,
    input::{Command, Gate, Input, Refusal},
    screen::{PointerShape, Screen, ScreenEvent, Shot},
    x11::capture::Capture,
};
use ponte_types::DeviceFacts;
use tokio::sync::mpsc;

/// What the desktop reports.
#[derive(Debug)]
pub enum DesktopEvent {
    Shot(Shot),
    Pointer(PointerShape),
    /// A stable word for the technician's console, see `CaptureState`.
    Notice(&'static str),
    Resized,
    Failed(DesktopError),
    Refused(Refusal),
    /// Esc was held.
    Stop,
}

/// Screen, input and guard of one desktop.
pub trait Desktop: Send {
    fn want_frames(&self, wanted: bool);
    fn key_frame(&self);
    fn pointer_again(&self);
    fn delivered(&self);
    fn allow_input(&self, allowed: bool);
    /// False: the desktop is stuck.
    fn input(&self, seq: u32, command: Command) -> bool;
    fn border(&self, shown: bool);
    fn facts(&self) -> Gather;
    fn still(&self) -> TakeStill;
}

/// Takes a picture of the screen without this program's windows; may wait a moment for these to go.
pub type TakeStill = Box<dyn FnOnce() -> Option<Still> + Send>;

/// Gathers facts about the machine. Takes milliseconds, or, where a network's disk hangs, for ever: it is called in
/// a thread of its own.
pub type Gather = Box<dyn FnOnce() -> DeviceFacts + Send>;

/// Events that may wait for the engine. Frames are limited by the screen's own two in flight, pointer shapes
/// are offered again; when the rest does not fit the engine hangs, and its consequences no longer matter.
const EVENTS: usize = 32;

/// The machine's own display.
#[derive(Debug)]
pub struct LocalDesktop {
    screen: Screen,
    input: Input,
    guard: Guard,
}

impl LocalDesktop {
    /// Starts the three threads.
    ///
    /// # Errors
    /// When there is no display, or one that cannot be shared; the message says what to do.
    pub fn start() -> Result<(Self, mpsc::Receiver<DesktopEvent>), DesktopError> {
        let (sender, receiver) = mpsc::channel(EVENTS);
        let gate = Gate::default();
        let events = sender.clone();
        let input = Input::start(None, gate.clone(), move |refusal| {
            // A flood of refused input must leave room for frames and for Stop.
            if events.capacity() > EVENTS / 2 {
                let _ = events.try_send(DesktopEvent::Refused(refusal));
            }
        })?;
        let events = sender.clone();
        let guard = Guard::start(None, input.escapes(), move || {
            // First what counts, then the rest: the gate closes even if the engine hangs.
            gate.set(false);
            let _ = events.try_send(DesktopEvent::Stop);
        })?;
        let seq: Arc<AtomicU32> = input.seq();
        let screen = Screen::start(None, seq, move |event| sender.try_send(event.into()).is_ok())?;
        Ok((Self { screen, input, guard }, receiver))
    }
}

impl From<ScreenEvent> for DesktopEvent {
    fn from(event: ScreenEvent) -> Self {
        match event {
            ScreenEvent::Shot(shot) => Self::Shot(shot),
            ScreenEvent::Pointer(shape) => Self::Pointer(shape),
            ScreenEvent::Notice(notice) => Self::Notice(notice.as_str()),
            ScreenEvent::Resized { .. } => Self::Resized,
            ScreenEvent::Failed(error) => Self::Failed(error),
        }
    }
}

impl Desktop for LocalDesktop {
    fn want_frames(&self, wanted: bool) {
        self.screen.want(wanted);
    }
    fn key_frame(&self) {
        self.screen.key_frame();
    }
    fn pointer_again(&self) {
        self.screen.pointer_again();
    }
    fn delivered(&self) {
        self.screen.delivered();
    }
    fn allow_input(&self, allowed: bool) {
        self.input.allow(allowed);
    }
    fn input(&self, seq: u32, command: Command) -> bool {
        self.input.send(seq, command)
    }
    fn border(&self, shown: bool) {
        self.guard.border(shown);
    }
    fn facts(&self) -> Gather {
        Box::new(|| {
            let area = Capture::open(None).ok().map(|capture| capture.area());
            facts::gather(env!("CARGO_PKG_VERSION"), area)
        })
    }
    fn still(&self) -> TakeStill {
        Box::new(take_still)
    }
}

/// A picture of the screen; `None` where none can be taken.
pub(crate) fn take_still() -> Option<Still> {
    match Capture::open(None).and_then(|mut capture| capture.still()) {
        Ok(still) => still,
        Err(error) => {
            tracing::warn!(%error, "no picture of the screen could be taken");
            None
        }
    }
}
