//! X11: everything that speaks to the X server.

pub(crate) mod border;
pub mod capture;
pub mod clipboard;
pub mod inject;
mod own;
mod shm;

use x11rb::{
    connection::Connection,
    errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError},
    protocol::{randr::ConnectionExt as _, xproto::Window},
    rust_connection::RustConnection,
};

use crate::{DesktopError, geometry::Rect};

impl From<ConnectError> for DesktopError {
    fn from(e: ConnectError) -> Self {
        Self::NoDisplay(e.to_string())
    }
}
impl From<ConnectionError> for DesktopError {
    fn from(e: ConnectionError) -> Self {
        Self::Lost(e.to_string())
    }
}
impl From<ReplyError> for DesktopError {
    fn from(e: ReplyError) -> Self {
        Self::Lost(e.to_string())
    }
}
impl From<ReplyOrIdError> for DesktopError {
    fn from(e: ReplyOrIdError) -> Self {
        Self::Lost(e.to_string())
    }
}

/// Connects to a display (`None`: the one in `DISPLAY`).
pub(crate) fn connect(display: Option<&str>) -> Result<(RustConnection, Window), DesktopError> {
    let (conn, screen) = x11rb::connect(display)?;
    let root = conn.setup().roots.get(screen).map(|s| s.root);
    let root = root.ok_or_else(|| DesktopError::NoDisplay("the display has no screen".into()))?;
    Ok((conn, root))
}

pub(crate) fn has(conn: &impl Connection, extension: &'static str) -> Result<bool, DesktopError> {
    Ok(conn.extension_information(extension)?.is_some())
}

/// The screen that is shared: the primary monitor, or the whole X screen where monitors are not known.
pub(crate) fn shared_area(conn: &impl Connection, root: Window) -> Result<Rect, DesktopError> {
    use x11rb::protocol::xproto::ConnectionExt as _;
    let whole = conn.get_geometry(root)?.reply()?;
    let whole = Rect::new(0, 0, u32::from(whole.width), u32::from(whole.height));
    if !has(conn, x11rb::protocol::randr::X11_EXTENSION_NAME)? {
        return Ok(whole);
    }
    let Ok(monitors) = conn.randr_get_monitors(root, true)?.reply() else { return Ok(whole) };
    let best = monitors.monitors.iter().find(|m| m.primary).or_else(|| monitors.monitors.first());
    Ok(best.map_or(whole, |m| {
        let x = u32::try_from(m.x).unwrap_or(0).min(whole.width);
        let y = u32::try_from(m.y).unwrap_or(0).min(whole.height);
        Rect::new(x, y, u32::from(m.width).min(whole.width - x), u32::from(m.height).min(whole.height - y))
    }))
}
