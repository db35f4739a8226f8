//! The input's thread: takes commands in order, asks the gate before each, injects.
//!
//! The queue is bounded: full means that the desktop is stuck, and further commands are refused. Of pointer
//! moves that wait, the newest wins.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::{DesktopError, x11::inject::Injector};

/// Characters that are typed between two looks at who has the keyboard.
const PIECE: usize = 16;
/// Commands that may wait.
const CAPACITY: usize = 256;
/// Spare keys are given back this long after their last use.
const SPARE_FOR: Duration = Duration::from_secs(1);

/// One thing a technician does. Positions are in pixels of the shared picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Move {
        x: u32,
        y: u32,
    },
    /// UI Events numbering: 0 left, 1 middle, 2 right, 3 back, 4 forward.
    Button {
        x: u32,
        y: u32,
        button: u32,
        down: bool,
    },
    /// 120 is one notch.
    Wheel {
        x: u32,
        y: u32,
        right: i32,
        down: i32,
    },
    Key {
        code: String,
        key: String,
        down: bool,
    },
    Text(String),
    ReleaseAll,
}

/// Why a command had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NoGrant,
    OwnWindow,
    NoKey,
}

impl Refusal {
    /// The stable name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoGrant => "no_grant",
            Self::OwnWindow => "own_window",
            Self::NoKey => "no_key",
        }
    }
}

/// The last word on whether input may pass: closed at once by the Stop key, whatever else hangs.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<AtomicBool>);

impl Gate {
    pub fn set(&self, open: bool) {
        self.0.store(open, SeqCst);
    }
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.load(SeqCst)
    }
}

/// How many presses and releases of Esc were injected and not yet seen again by the guard.
#[derive(Debug, Default)]
pub struct Escapes {
    pub(crate) presses: AtomicU32,
    pub(crate) releases: AtomicU32,
}

/// The running thread. Dropping it releases all keys and ends the thread.
#[derive(Debug)]
pub struct Input {
    queue: Option<SyncSender<(u32, Command)>>,
    gate: Gate,
    seq: Arc<AtomicU32>,
    escapes: Arc<Escapes>,
    thread: Option<JoinHandle<()>>,
}

impl Input {
    /// Starts on a display (`None`: `DISPLAY`). `refused` hears why a command had no effect.
    ///
    /// # Errors
    /// When there is no display, or it lacks XTEST or XKB.
    pub fn start(
        display: Option<&str>,
        gate: Gate,
        refused: impl FnMut(Refusal) + Send + 'static,
    ) -> Result<Self, DesktopError> {
        let injector = Injector::open(display)?;
        let (sender, queue) = sync_channel(CAPACITY);
        let seq = Arc::new(AtomicU32::new(0));
        let escapes = Arc::new(Escapes::default());
        let worker = Worker {
            injector,
            queue,
            put_back: VecDeque::new(),
            gate: gate.clone(),
            seq: Arc::clone(&seq),
            escapes: Arc::clone(&escapes),
            refused,
            wheel: (0, 0),
        };
        let thread = std::thread::Builder::new()
            .name("input".into())
            .spawn(move || worker.run())
            .map_err(|e| DesktopError::Lost(e.to_string()))?;
        Ok(Self { queue: Some(sender), gate, seq, escapes, thread: Some(thread) })
    }
    /// Queues a command. False: the queue is full or the display is gone.
    #[must_use]
    pub fn send(&self, seq: u32, command: Command) -> bool {
        let Some(queue) = &self.queue else { return false };
        match queue.try_send((seq, command)) {
            Ok(()) => true,
            // A lost move is made good by the next one.
            Err(TrySendError::Full((_, Command::Move { .. }))) => true,
            Err(_) => false,
        }
    }
    /// Opens or closes the gate; closing lets go of all keys and buttons.
    pub fn allow(&self, allowed: bool) {
        self.gate.set(allowed);
        if !allowed {
            let _ = self.send(0, Command::ReleaseAll);
        }
    }
    /// The newest injected command's number.
    #[must_use]
    pub fn seq(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.seq)
    }
    /// What the guard subtracts from the Esc key it watches.
    #[must_use]
    pub fn escapes(&self) -> Arc<Escapes> {
        Arc::clone(&self.escapes)
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker<F> {
    injector: Injector,
    queue: Receiver<(u32, Command)>,
    /// The command after a run of moves.
    put_back: VecDeque<(u32, Command)>,
    gate: Gate,
    seq: Arc<AtomicU32>,
    escapes: Arc<Escapes>,
    refused: F,
    /// Parts of wheel notches.
    wheel: (i32, i32),
}

impl<F: FnMut(Refusal)> Worker<F> {
    fn run(mut self) {
        while let Some((seq, command)) = self.next() {
            match self.inject(command) {
                Ok(None) => {
                    if seq != 0 {
                        self.seq.store(seq, SeqCst);
                    }
                }
                Ok(Some(refusal)) => (self.refused)(refusal),
                Err(error) => {
                    tracing::warn!(%error, "input can no longer be injected");
                    return;
                }
            }
        }
    }

    fn next(&mut self) -> Option<(u32, Command)> {
        let mut current = match self.put_back.pop_front() {
            Some(command) => command,
            None => self.wait()?,
        };
        while matches!(current.1, Command::Move { .. }) {
            match self.queue.try_recv() {
                Ok(newer @ (_, Command::Move { .. })) => current = newer,
                Ok(other) => {
                    self.put_back.push_back(other);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        Some(current)
    }

    fn wait(&mut self) -> Option<(u32, Command)> {
        loop {
            let Some(since) = self.injector.bound_since() else { return self.queue.recv().ok() };
            match self.queue.recv_timeout(SPARE_FOR.saturating_sub(since.elapsed())) {
                Ok(command) => return Some(command),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.injector.unbind().ok()?,
            }
        }
    }

    fn inject(&mut self, command: Command) -> Result<Option<Refusal>, DesktopError> {
        if !self.gate.is_open() {
            self.release_all()?;
            return Ok((command != Command::ReleaseAll).then_some(Refusal::NoGrant));
        }
        match command {
            Command::Move { x, y } => self.injector.pointer(x, y)?,
            Command::Button { x, y, button, down } => {
                let Some(button) = x_button(button) else { return Ok(Some(Refusal::NoKey)) };
                self.injector.pointer(x, y)?;
                // A release of what was pressed elsewhere belongs to where it was pressed.
                if down && self.injector.pointer_on_own_window()? {
                    return Ok(Some(Refusal::OwnWindow));
                }
                self.injector.button(button, down)?;
            }
            Command::Wheel { x, y, right, down } => {
                self.injector.pointer(x, y)?;
                if self.injector.pointer_on_own_window()? {
                    return Ok(Some(Refusal::OwnWindow));
                }
                let (right, down) =
                    (self.wheel.0 + right.clamp(-4800, 4800), self.wheel.1 + down.clamp(-4800, 4800));
                self.wheel = (right % 120, down % 120);
                self.injector.wheel(right / 120, down / 120)?;
            }
            Command::Key { code, key, down } => return self.key(&code, &key, down),
            Command::Text(text) => {
                return self.text(&text);
            }
            Command::ReleaseAll => {
                self.wheel = (0, 0);
                self.release_all()?;
            }
        }
        Ok(None)
    }

    /// Piece by piece: the program's own window may come while a long text is typed, and the end user may stop it.
    fn text(&mut self, text: &str) -> Result<Option<Refusal>, DesktopError> {
        let mut rest = text;
        while !rest.is_empty() {
            if !self.gate.is_open() {
                self.release_all()?;
                return Ok(Some(Refusal::NoGrant));
            }
            if self.injector.own_window_focused()? {
                return Ok(Some(Refusal::OwnWindow));
            }
            let end = rest.char_indices().nth(PIECE).map_or(rest.len(), |(at, _)| at);
            let (piece, after) = rest.split_at(end);
            self.injector.text(piece)?;
            rest = after;
        }
        Ok(None)
    }

    fn key(&mut self, code: &str, key: &str, down: bool) -> Result<Option<Refusal>, DesktopError> {
        if down && self.injector.own_window_focused()? {
            return Ok(Some(Refusal::OwnWindow));
        }
        let Some(keycode) = self.injector.keycode(code, key)? else { return Ok(Some(Refusal::NoKey)) };
        let held = self.injector.holds_key(keycode);
        // What counts is the key that is pressed, not what the technician calls it.
        if self.injector.means(keycode, xkeysym::key::Escape) {
            // Counted before it is injected: the guard may see it at once.
            self.escapes.presses.fetch_add(u32::from(down), SeqCst);
            self.escapes.releases.fetch_add(u32::from(held), SeqCst);
        }
        self.injector.key(keycode, down)?;
        Ok(None)
    }

    fn release_all(&mut self) -> Result<(), DesktopError> {
        if let Some(escape) = self.injector.keycode("Escape", "Escape")?
            && self.injector.holds_key(escape)
        {
            self.escapes.releases.fetch_add(1, SeqCst);
        }
        self.injector.release_all()
    }
}

/// The X server's number of a button.
fn x_button(button: u32) -> Option<u8> {
    Some(match button {
        0 => 1,
        1 => 2,
        2 => 3,
        3 => 8,
        4 => 9,
        _ => return None,
    })
}
