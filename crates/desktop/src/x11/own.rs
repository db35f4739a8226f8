//! Which windows belong to this very program: injected input never reaches those.

use x11rb::{
    connection::Connection,
    protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, MapState, Window},
};

use crate::DesktopError;

/// Window managers put a program's window two or three levels below the root.
const DEPTH: u32 = 4;

/// Tells this program's windows from all others.
#[derive(Debug)]
pub(super) struct Own {
    pid_atom: Atom,
    pid: u32,
}

impl Own {
    pub(super) fn new(conn: &impl Connection) -> Result<Self, DesktopError> {
        let pid_atom = conn.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
        Ok(Self { pid_atom, pid: std::process::id() })
    }

    /// Is the pointer over one of this program's windows, its frame included?
    pub(super) fn under_pointer(&self, conn: &impl Connection, root: Window) -> Result<bool, DesktopError> {
        let top = conn.query_pointer(root)?.reply()?.child;
        Ok(top != x11rb::NONE && self.holds(conn, top, DEPTH))
    }

    /// Does one of this program's windows have the keyboard?
    pub(super) fn focused(&self, conn: &impl Connection, root: Window) -> Result<bool, DesktopError> {
        let mut window = conn.get_input_focus()?.reply()?.focus;
        // 0 is no focus, 1 is "where the pointer is".
        if window == u32::from(x11rb::protocol::xproto::InputFocus::POINTER_ROOT) {
            return self.under_pointer(conn, root);
        }
        for _ in 0..=DEPTH {
            if window == x11rb::NONE || window == root {
                return Ok(false);
            }
            if self.is_own(conn, window) {
                return Ok(true);
            }
            // A window that vanished meanwhile has no focus either.
            let Ok(tree) = conn.query_tree(window)?.reply() else { return Ok(false) };
            window = tree.parent;
        }
        Ok(false)
    }

    /// Is one of this program's windows on the screen?
    pub(super) fn visible(&self, conn: &impl Connection, root: Window) -> Result<bool, DesktopError> {
        let tops = conn.query_tree(root)?.reply()?.children;
        Ok(tops.into_iter().any(|top| {
            // One that vanished meanwhile is not on the screen.
            let seen = conn.get_window_attributes(top).ok().and_then(|cookie| cookie.reply().ok());
            seen.is_some_and(|it| it.map_state == MapState::VIEWABLE) && self.holds(conn, top, DEPTH)
        }))
    }

    fn holds(&self, conn: &impl Connection, window: Window, depth: u32) -> bool {
        if self.is_own(conn, window) {
            return true;
        }
        if depth == 0 {
            return false;
        }
        let tree = conn.query_tree(window).ok().and_then(|cookie| cookie.reply().ok());
        tree.is_some_and(|tree| tree.children.iter().any(|child| self.holds(conn, *child, depth - 1)))
    }

    fn is_own(&self, conn: &impl Connection, window: Window) -> bool {
        let cookie = conn.get_property(false, window, self.pid_atom, AtomEnum::CARDINAL, 0, 1).ok();
        let pid = cookie.and_then(|c| c.reply().ok()).and_then(|reply| reply.value32()?.next());
        pid == Some(self.pid)
    }
}
