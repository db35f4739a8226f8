//! The screen's thread: waits for changes, grabs, encodes, hands over. While nothing changes it sleeps.
//!
//! Latest wins: a picture is taken only when fewer than [`IN_FLIGHT`] frames are on their way; what changes
//! meanwhile gathers in the X server and is sent as one frame, never as a queue of old ones.
//!
//! A change is followed by [`TRAILING`] frames at once, which cover a lost tail. When the screen stays as it is,
//! [`REFINE`] makes it exact, step by step, and then one small frame now and again says that all is well.

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
    encode::{Encoded, H264},
    picture::Picture,
    wake::{self, Sleeper, Waker},
    x11::capture::Capture,
};

/// Frames handed over and not yet reported as [`Screen::delivered`].
const IN_FLIGHT: u32 = 2;
/// At most 60 frames a second.
const SPACING: Duration = Duration::from_micros(16_600);
/// Frames after the last change that cover a lost tail of it.
const TRAILING: u8 = 2;
/// The quantisers by which a still picture becomes exact: small steps, so that none is long on its way.
pub const REFINE: [u8; 4] = [20, 15, 13, 13];
/// How long nothing must have happened before such a step: longer than between two keystrokes.
const CALM: Duration = Duration::from_millis(300);
/// Chromium asks for a key frame when it has decoded nothing for three seconds; this is far smaller.
const HEARTBEAT: Duration = Duration::from_millis(2_500);
/// Without damage reports, how often the screen is compared.
const COMPARE: Duration = Duration::from_millis(250);

/// One frame of the screen.
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
    /// something other than a frame, which is then offered again.
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
    /// Are frames wanted? Nothing is grabbed while they are not. Wanting begins with a key frame.
    pub fn want(&self, wanted: bool) {
        if self.shared.wanted.swap(wanted, SeqCst) != wanted && wanted {
            self.shared.pointer.store(true, SeqCst);
            self.key_frame();
        }
        self.waker.wake();
    }
    /// The next frame begins anew.
    pub fn key_frame(&self) {
        self.shared.key.store(true, SeqCst);
        self.waker.wake();
    }
    /// Send the pointer's shape again: somebody new is looking.
    pub fn pointer_again(&self) {
        self.shared.pointer.store(true, SeqCst);
        self.waker.wake();
    }
    /// A frame that was handed over has left, or was given up.
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
    Change { whole: bool },
    /// The picture is up to date, but no frame shows it yet: the encoder left it out, or it was compared.
    Again,
    /// So many frames that cover a lost tail.
    Trailing(u8),
    /// The next step of [`REFINE`]; beyond the last, nothing but a sign of life.
    Refine(usize),
}

impl Due {
    /// The screen is as it was: there is no hurry.
    fn is_calm(self) -> bool {
        matches!(self, Self::Refine(_))
    }
    /// How long after the last frame it is time for it.
    fn after(self) -> Duration {
        match self {
            Self::Change { .. } | Self::Again | Self::Trailing(_) => SPACING,
            Self::Refine(step) if step < REFINE.len() => CALM,
            Self::Refine(_) => HEARTBEAT,
        }
    }
    /// What comes after a frame of this was sent.
    fn next(self, key: bool) -> Self {
        match self {
            Self::Trailing(n) if n > 1 && !key => Self::Trailing(n - 1),
            Self::Trailing(_) if !key => Self::Refine(0),
            Self::Refine(step) if !key => Self::Refine((step + 1).min(REFINE.len())),
            _ => Self::Trailing(TRAILING),
        }
    }
}

impl<F: FnMut(ScreenEvent) -> bool> Worker<F> {
    fn run(mut self) {
        let notices = self.capture.notices().to_vec();
        for notice in notices {
            (self.sink)(ScreenEvent::Notice(notice));
        }
        if let Err(error) = self.frames() {
            tracing::warn!(%error, "the screen can no longer be shown");
            (self.sink)(ScreenEvent::Failed(error));
        }
    }

    fn frames(&mut self) -> Result<(), DesktopError> {
        let origin = Instant::now();
        let area = self.capture.area();
        let mut picture = Picture::new(area.width, area.height);
        let mut encoder = H264::new(area.width, area.height)?;
        let mut due = Due::Change { whole: true };
        // What was due before a change was reported.
        let mut before = due;
        let mut last = origin.checked_sub(SPACING).unwrap_or(origin);
        // The last frame that was no refining one: a change need not keep its distance from those.
        let mut paced = last;
        let mut compared = origin;
        let timed = !self.capture.reports_changes();
        while !self.shared.stop.load(SeqCst) {
            let changes = self.capture.changes()?;
            if changes.layout && self.capture.measure()? {
                let area = self.capture.area();
                picture = Picture::new(area.width, area.height);
                encoder = H264::new(area.width, area.height)?;
                due = Due::Change { whole: true };
                (self.sink)(ScreenEvent::Resized { width: area.width, height: area.height });
            }
            if changes.pixels && !matches!(due, Due::Change { .. }) {
                before = due;
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
            let key = self.shared.key.load(SeqCst);
            let in_flight = self.shared.in_flight.load(SeqCst);
            // What only refines waits until the path is free.
            let room = in_flight < if due.is_calm() && !key { 1 } else { IN_FLIGHT };
            if timed && due.is_calm() && compared.elapsed() >= COMPARE {
                compared = Instant::now();
                if self.capture.update(&mut picture, false)? > 0 {
                    due = Due::Again;
                }
                continue;
            }
            let calm = due.is_calm() && !key;
            let early = if calm {
                due.after().saturating_sub(last.elapsed())
            } else {
                SPACING.saturating_sub(paced.elapsed())
            };
            if !room || !early.is_zero() {
                let look = (timed && due.is_calm()).then(|| COMPARE.saturating_sub(compared.elapsed()));
                let timeout = [room.then_some(early), look].into_iter().flatten().min();
                self.sleeper.wait(self.capture.stream(), timeout);
                continue;
            }
            let now = Instant::now();
            if !calm {
                paced = now;
            }
            let input_seq = self.input_seq.load(SeqCst);
            if let Due::Change { whole } = due {
                compared = now;
                let pixels = self.capture.update(&mut picture, whole)?;
                if pixels == 0 && !key {
                    // It was outside of what is shared.
                    due = before;
                    continue;
                }
            }
            last = now;
            let key = self.shared.key.swap(false, SeqCst);
            if key {
                encoder.force_key();
            }
            let started = Instant::now();
            let micros = u64::try_from(last.duration_since(origin).as_micros()).unwrap_or(u64::MAX);
            let encoded = match due {
                Due::Refine(step) if !key => {
                    let quantiser = REFINE[step.min(REFINE.len() - 1)];
                    encoder.refine(&picture, quantiser, micros)?
                }
                _ => encoder.encode(&picture, micros)?,
            };
            let trailing = matches!(due, Due::Trailing(_) | Due::Refine(_)) && !key;
            let Some(encoded) = encoded else {
                if !trailing {
                    due = Due::Again;
                }
                continue;
            };
            tracing::debug!(key = encoded.key, ?due, bytes = encoded.bytes.len(), "a frame");
            due = due.next(key);
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
