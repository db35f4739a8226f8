//! The guard's thread: draws the border while somebody looks, and watches for Esc held for two seconds.
//!
//! It has its own connection to the display and needs neither network nor engine: Stop works when all else
//! hangs. Esc that a technician injects does not count.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        randr::{self, ConnectionExt as _},
        shape,
        xinput::{self, ConnectionExt as _, XIEventMask},
        xproto::{ConnectionExt as _, Window},
    },
    rust_connection::RustConnection,
};
use xkeysym::key;

use crate::{
    DesktopError,
    input::Escapes,
    wake::{self, Sleeper, Waker},
    x11::{border::Border, connect, has, shared_area},
};

/// How long Esc is held to stop.
pub const HOLD: Duration = Duration::from_secs(2);
/// The border is put back on top at most this often: another program may insist on being there too.
const RAISE_EVERY: Duration = Duration::from_millis(300);

#[derive(Debug, Default)]
struct Shared {
    border: AtomicBool,
    stop: AtomicBool,
}

/// The running thread. Dropping it takes the border away and ends the thread.
#[derive(Debug)]
pub struct Guard {
    shared: Arc<Shared>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Guard {
    /// Starts on a display (`None`: `DISPLAY`). `stop` is called from the guard's thread when Esc has been held.
    ///
    /// # Errors
    /// When there is no display, or it lacks the X Input Extension 2.
    pub fn start(
        display: Option<&str>,
        escapes: Arc<Escapes>,
        stop: impl FnMut() + Send + 'static,
    ) -> Result<Self, DesktopError> {
        let (conn, root) = connect(display)?;
        if !has(&conn, xinput::X11_EXTENSION_NAME)? {
            return Err(DesktopError::NoExtension("X Input 2"));
        }
        // From 2.1 on, raw events come even while another program has grabbed the keyboard.
        conn.xinput_xi_query_version(2, 2)?.reply()?;
        let mask = xinput::EventMask {
            deviceid: xinput::Device::ALL_MASTER.into(),
            mask: vec![XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_KEY_RELEASE],
        };
        conn.xinput_xi_select_events(root, &[mask])?.check()?;
        if has(&conn, randr::X11_EXTENSION_NAME)? {
            conn.randr_select_input(root, randr::NotifyMask::SCREEN_CHANGE)?;
        }
        let escape_keys = escape_keys(&conn)?;
        let (waker, sleeper) = wake::pair().map_err(|e| DesktopError::Lost(e.to_string()))?;
        let shared = Arc::new(Shared::default());
        let worker = Worker { conn, root, sleeper, shared: Arc::clone(&shared), escapes, escape_keys, stop };
        let thread = std::thread::Builder::new()
            .name("guard".into())
            .spawn(move || worker.run())
            .map_err(|e| DesktopError::Lost(e.to_string()))?;
        Ok(Self { shared, waker, thread: Some(thread) })
    }
    /// Shows or hides the border.
    pub fn border(&self, shown: bool) {
        self.shared.border.store(shown, SeqCst);
        self.waker.wake();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.stop.store(true, SeqCst);
        self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker<F> {
    conn: RustConnection,
    root: Window,
    sleeper: Sleeper,
    shared: Arc<Shared>,
    escapes: Arc<Escapes>,
    escape_keys: Vec<u32>,
    stop: F,
}

impl<F: FnMut()> Worker<F> {
    fn run(mut self) {
        if let Err(error) = self.watch() {
            tracing::warn!(%error, "the border and the Stop key no longer work");
            // Nobody may look or act without them.
            (self.stop)();
        }
    }

    fn watch(&mut self) -> Result<(), DesktopError> {
        let shapes = has(&self.conn, shape::X11_EXTENSION_NAME)?;
        let mut border: Option<Border> = None;
        let mut held: Option<Instant> = None;
        let mut raised = Instant::now();
        let mut covered = false;
        while !self.shared.stop.load(SeqCst) {
            let mut again = false;
            while let Some(event) = self.conn.poll_for_event()? {
                match event {
                    Event::XinputRawKeyPress(e)
                        if self.escape_keys.contains(&e.detail) && !take(&self.escapes.presses) =>
                    {
                        held = held.or_else(|| Some(Instant::now()));
                    }
                    Event::XinputRawKeyRelease(e)
                        if self.escape_keys.contains(&e.detail) && !take(&self.escapes.releases) =>
                    {
                        held = None;
                    }
                    Event::MappingNotify(_) => self.escape_keys = escape_keys(&self.conn)?,
                    Event::VisibilityNotify(e) => covered |= u8::from(e.state) != 0,
                    Event::RandrScreenChangeNotify(_) => again = true,
                    _ => {}
                }
            }
            let shown = self.shared.border.load(SeqCst) && shapes;
            if let Some(old) = border.take_if(|_| !shown || again) {
                old.hide(&self.conn)?;
            }
            if shown && border.is_none() {
                border = Some(Border::show(&self.conn, self.root, shared_area(&self.conn, self.root)?)?);
                covered = false;
            }
            if let Some(border) = border.as_ref().filter(|_| covered && raised.elapsed() >= RAISE_EVERY) {
                border.raise(&self.conn)?;
                raised = Instant::now();
                covered = false;
            }
            if held.is_some_and(|since| since.elapsed() >= HOLD) {
                held = None;
                (self.stop)();
            }
            let to_stop = held.map(|since| HOLD.saturating_sub(since.elapsed()));
            let to_raise =
                (covered && border.is_some()).then(|| RAISE_EVERY.saturating_sub(raised.elapsed()));
            let timeout = match (to_stop, to_raise) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            self.conn.flush()?;
            self.sleeper.wait(self.conn.stream(), timeout);
        }
        if let Some(border) = border {
            border.hide(&self.conn)?;
        }
        Ok(())
    }
}

/// Takes one off a count of injected events, if there is one.
fn take(count: &AtomicU32) -> bool {
    count.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_ok()
}

/// Keycodes that mean Esc in the core keyboard map.
fn escape_keys(conn: &RustConnection) -> Result<Vec<u32>, DesktopError> {
    let (first, last) = (conn.setup().min_keycode, conn.setup().max_keycode);
    let map = conn.get_keyboard_mapping(first, last - first + 1)?.reply()?;
    let per = usize::from(map.keysyms_per_keycode).max(1);
    let keys = map.keysyms.chunks(per).zip(u32::from(first)..);
    Ok(keys.filter(|(syms, _)| syms.contains(&key::Escape)).map(|(_, keycode)| keycode).collect())
}
