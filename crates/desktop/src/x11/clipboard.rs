//! A picture from the clipboard, as whoever copied it gives it: PNG bytes, neither decoded nor encoded again (ICCCM §2).

use std::time::{Duration, Instant};

use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, Property, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
};

use super::connect;
use crate::{DesktopError, wake};

/// How long the other program may take for the next part.
const WITHIN: Duration = Duration::from_secs(3);
/// Larger pictures are not taken: no desk accepts them.
const MOST: usize = 64 << 20;
/// Bytes asked for at once, in units of four.
const AT_ONCE: u32 = 256 * 1024;

/// The clipboard's picture; `None` when there is none, or its owner does not give it. Takes as long as its owner: call
/// it in a thread of its own.
#[must_use]
pub fn png() -> Option<Vec<u8>> {
    match take("image/png") {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::info!(%error, "the clipboard cannot be read");
            None
        }
    }
}

fn take(target: &str) -> Result<Option<Vec<u8>>, DesktopError> {
    let (conn, root) = connect(None)?;
    let window = conn.generate_id()?;
    let events = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    conn.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &events)?;
    let atom = |name: &str| -> Result<Atom, DesktopError> {
        Ok(conn.intern_atom(false, name.as_bytes())?.reply()?.atom)
    };
    let (clipboard, target, part, incr) =
        (atom("CLIPBOARD")?, atom(target)?, atom("PONTE_CLIPBOARD")?, atom("INCR")?);
    conn.convert_selection(window, clipboard, target, part, CURRENT_TIME)?;
    conn.flush()?;
    let given = wait(&conn, |event| match event {
        Event::SelectionNotify(it) if it.requestor == window => Some(it.property == part),
        _ => None,
    })?;
    if given != Some(true) {
        return Ok(None);
    }
    let (kind, first) = read(&conn, window, part)?;
    if kind == target {
        return Ok(Some(first));
    }
    if kind != incr {
        return Ok(None);
    }
    // In parts (ICCCM §2.7.2): each is deleted when it was taken, and the last one is empty.
    let mut all = Vec::new();
    loop {
        let came = wait(&conn, |event| match event {
            Event::PropertyNotify(it) if it.atom == part && it.state == Property::NEW_VALUE => Some(()),
            _ => None,
        })?;
        if came.is_none() {
            return Ok(None);
        }
        let (_, bytes) = read(&conn, window, part)?;
        if bytes.is_empty() {
            return Ok(Some(all));
        }
        if all.len() + bytes.len() > MOST {
            return Ok(None);
        }
        all.extend_from_slice(&bytes);
    }
}

/// The property's type and value; it is deleted, which asks for the next part.
fn read(conn: &RustConnection, window: Window, part: Atom) -> Result<(Atom, Vec<u8>), DesktopError> {
    let mut all = Vec::new();
    loop {
        let offset = u32::try_from(all.len() / 4).unwrap_or(u32::MAX);
        let reply = conn.get_property(false, window, part, AtomEnum::ANY, offset, AT_ONCE)?.reply()?;
        all.extend_from_slice(&reply.value);
        if reply.bytes_after == 0 || all.len() > MOST {
            conn.delete_property(window, part)?;
            conn.flush()?;
            return Ok((reply.type_, all));
        }
    }
}

/// The next event that `pick` wants; `None` when none came in time.
fn wait<T>(conn: &RustConnection, pick: impl Fn(&Event) -> Option<T>) -> Result<Option<T>, DesktopError> {
    let until = Instant::now() + WITHIN;
    loop {
        if let Some(found) = conn.poll_for_event()?.as_ref().map(&pick) {
            if found.is_some() {
                return Ok(found);
            }
        } else {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            wake::readable(conn.stream(), left);
        }
    }
}
