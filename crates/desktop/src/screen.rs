//! The screen's thread: waits for changes, grabs, encodes, hands over. While nothing changes it sleeps.
//!
//! Latest wins: a picture is taken only when fewer than [`IN_FLIGHT`] are on their way; what changes meanwhile
//! gathers in the X server and is sent as one picture, never as a queue of old ones.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

pub use crate::x11::capture::PointerShape;
use crate::{
    DesktopError, Notice,
    encode::{Encoded, H264, Mode},
    picture::Picture,
    wake::{self, Sleeper, Waker},
    x11::capture::Capture,
};

/// Pictures handed over and not yet reported as [`Screen::delivered`].
const IN_FLIGHT: u32 = 2;
/// At most 60 pictures a second.
const SPACING: Duration = Duration::from_micros(16_600);
/// After the last change: pictures that refine it, and that cover a lost tail of it.
const TRAILING: u32 = 3;
/// Half the time of screen mode for each change, at equal or better luma; typing costs three times its few bytes
/// (measured by `what_pictures_cost` in the encoder's tests).
const MODE: Mode = Mode::Camera;
/// Without damage reports, how often the screen is compared.
const COMPARE: Duration = Duration::from_millis(250);

/// One encoded picture of the screen.
#[derive(Debug)]
pub struct Shot {
    pub encoded: Encoded,
    /// Nothing changed since the last one; it refines.
    pub trailing: bool,
    pub captured: Instant,
    pub encode_time: Duration,
    pub width: u32,
    pub height: u32,
    /// The newest input that was injected before the grab.
    pub input_seq: u32,
}

/// What comes out of the thread.
#[derive(Debug)]
pub enum ScreenEvent {
    Shot(Shot),
    Pointer(PointerShape),
    Notice(Notice),
    Resized {
        width: u32,
        height: u32,
    },
    /// The thread has ended.
    Failed(DesktopError),
}

#[derive(Debug, Default)]
struct Shared {
    wanted: AtomicBool,
    stop: AtomicBool,
    key: AtomicBool,
    pointer: AtomicBool,
    in_flight: AtomicU32,
}

/// The running thread. Dropping it ends the thread and waits for it.
#[derive(Debug)]
pub struct Screen {
    shared: Arc<Shared>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Screen {
    /// Starts on a display (`None`: `DISPLAY`). `sink` must not block; it returns false when it had no room for
    /// something other than a picture, which is then offered again.
    ///
    /// # Errors
    /// When there is no such display or it cannot be shared.
    pub fn start(
        display: Option<&str>,
        input_seq: Arc<AtomicU32>,
        sink: impl FnMut(ScreenEvent) -> bool + Send + 'static,
    ) -> Result<Self, DesktopError> {
        let capture = Capture::open(display)?;
        let (waker, sleeper) = wake::pair().map_err(|e| DesktopError::Lost(e.to_string()))?;
        let shared = Arc::new(Shared::default());
        let worker = Worker { capture, sleeper, shared: Arc::clone(&shared), input_seq, sink };
        let thread = std::thread::Builder::new()
            .name("screen".into())
            .spawn(move || worker.run())
            .map_err(|e| DesktopError::Lost(e.to_string()))?;
        Ok(Self { shared, waker, thread: Some(thread) })
    }
    /// Are pictures wanted? Nothing is grabbed while they are not. Wanting begins with a key picture.
    pub fn want(&self, wanted: bool) {
        if self.shared.wanted.swap(wanted, SeqCst) != wanted && wanted {
            self.shared.pointer.store(true, SeqCst);
            self.key_picture();
        }
        self.waker.wake();
    }
    /// The next picture begins anew.
    pub fn key_picture(&self) {
        self.shared.key.store(true, SeqCst);
        self.waker.wake();
    }
    /// Send the pointer's shape again: somebody new is looking.
    pub fn pointer_again(&self) {
        self.shared.pointer.store(true, SeqCst);
        self.waker.wake();
    }
    /// A picture that was handed over has left, or was given up.
    pub fn delivered(&self) {
        let _ = self.shared.in_flight.fetch_update(SeqCst, SeqCst, |n| Some(n.saturating_sub(1)));
        self.waker.wake();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.shared.stop.store(true, SeqCst);
        self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker<F> {
    capture: Capture,
    sleeper: Sleeper,
    shared: Arc<Shared>,
    input_seq: Arc<AtomicU32>,
    sink: F,
}

/// What is still to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// The screen changed (or was never grabbed).
    Change {
        whole: bool,
    },
    /// The picture is up to date but the encoder left it out.
    Again,
    /// So many refining pictures.
    Trailing(u32),
    Nothing,
}

impl<F: FnMut(ScreenEvent) -> bool> Worker<F> {
    fn run(mut self) {
        let notices = self.capture.notices().to_vec();
        for notice in notices {
            (self.sink)(ScreenEvent::Notice(notice));
        }
        if let Err(error) = self.pictures() {
            tracing::warn!(%error, "the screen can no longer be shown");
            (self.sink)(ScreenEvent::Failed(error));
        }
    }

    fn pictures(&mut self) -> Result<(), DesktopError> {
        let origin = Instant::now();
        let area = self.capture.area();
        let mut picture = Picture::new(area.width, area.height);
        let mut encoder = H264::new(area.width, area.height, MODE)?;
        let mut due = Due::Change { whole: true };
        let mut last = origin.checked_sub(SPACING).unwrap_or(origin);
        while !self.shared.stop.load(SeqCst) {
            let changes = self.capture.changes()?;
            if changes.layout && self.capture.measure()? {
                let area = self.capture.area();
                picture = Picture::new(area.width, area.height);
                encoder = H264::new(area.width, area.height, MODE)?;
                due = Due::Change { whole: true };
                (self.sink)(ScreenEvent::Resized { width: area.width, height: area.height });
            }
            if changes.pixels && !matches!(due, Due::Change { whole: true }) {
                due = Due::Change { whole: false };
            }
            if changes.pointer {
                self.shared.pointer.store(true, SeqCst);
            }
            if !self.shared.wanted.load(SeqCst) {
                self.sleeper.wait(self.capture.stream(), None);
                continue;
            }
            self.pointer()?;
            let timed = !self.capture.reports_changes();
            if due == Due::Nothing && timed && last.elapsed() >= COMPARE {
                due = Due::Change { whole: false };
            }
            let key = self.shared.key.load(SeqCst);
            let room = self.shared.in_flight.load(SeqCst) < IN_FLIGHT;
            if !room || (due == Due::Nothing && !key) {
                let timeout = (room && timed).then(|| COMPARE.saturating_sub(last.elapsed()));
                self.sleeper.wait(self.capture.stream(), timeout);
                continue;
            }
            let early = SPACING.saturating_sub(last.elapsed());
            if !early.is_zero() {
                self.sleeper.wait(self.capture.stream(), Some(early));
                continue;
            }
            last = Instant::now();
            let input_seq = self.input_seq.load(SeqCst);
            if let Due::Change { whole } = due {
                let pixels = self.capture.update(&mut picture, whole)?;
                if pixels == 0 && !key {
                    due = Due::Nothing;
                    continue;
                }
            }
            if self.shared.key.swap(false, SeqCst) {
                encoder.force_key();
            }
            let trailing = matches!(due, Due::Trailing(_));
            let started = Instant::now();
            let micros = u64::try_from(last.duration_since(origin).as_micros()).unwrap_or(u64::MAX);
            let Some(encoded) = encoder.encode(&picture, micros)? else {
                due = Due::Again;
                continue;
            };
            due = match due {
                Due::Trailing(0 | 1) => Due::Nothing,
                Due::Trailing(n) => Due::Trailing(n - 1),
                _ => Due::Trailing(TRAILING),
            };
            let (width, height) = picture.size();
            self.shared.in_flight.fetch_add(1, SeqCst);
            let shot = Shot {
                encoded,
                trailing,
                captured: last,
                encode_time: started.elapsed(),
                width,
                height,
                input_seq,
            };
            (self.sink)(ScreenEvent::Shot(shot));
        }
        Ok(())
    }

    fn pointer(&mut self) -> Result<(), DesktopError> {
        if self.shared.pointer.swap(false, SeqCst)
            && let Some(shape) = self.capture.pointer()?
            && !(self.sink)(ScreenEvent::Pointer(shape))
        {
            self.shared.pointer.store(true, SeqCst);
        }
        Ok(())
    }
}
