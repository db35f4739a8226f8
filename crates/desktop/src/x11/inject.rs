//! Input by XTEST, under the keyboard map that the server has.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xkb::{self, Group as XkbGroup, ID, MapPart},
        xproto::{self, ConnectionExt as _, Window},
        xtest::{self, ConnectionExt as _},
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use super::{connect, has, own::Own, shared_area};
use crate::{
    DesktopError,
    geometry::{Rect, to_root},
    keys::{Group, KeyType, Keymap, Stroke},
};

/// Injects into one display and remembers what it holds down.
pub struct Injector {
    conn: RustConnection,
    root: Window,
    own: Own,
    keymap: Keymap,
    keys: BTreeSet<u8>,
    buttons: BTreeSet<u8>,
    /// Keys bound for a moment, and what each types; the oldest is rebound first.
    bound: Vec<(u8, u32)>,
    bound_at: Instant,
    area: (Rect, Instant),
}

impl std::fmt::Debug for Injector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Injector")
            .field("keys", &self.keys)
            .field("buttons", &self.buttons)
            .finish_non_exhaustive()
    }
}

/// How many keys are used for characters that the layout lacks.
const SPARES: usize = 6;
/// How long the shared screen's place is taken for known.
const AREA_AGE: Duration = Duration::from_millis(500);

impl Injector {
    /// # Errors
    /// When there is no display, or it lacks XTEST or XKB.
    pub fn open(display: Option<&str>) -> Result<Self, DesktopError> {
        let (conn, root) = connect(display)?;
        if !has(&conn, xtest::X11_EXTENSION_NAME)? {
            return Err(DesktopError::NoExtension("XTEST"));
        }
        if !has(&conn, xkb::X11_EXTENSION_NAME)? {
            return Err(DesktopError::NoExtension("XKB"));
        }
        xkb::use_extension(&conn, 1, 0)?.reply()?;
        let own = Own::new(&conn)?;
        let keymap = read_keymap(&conn)?;
        let area = (shared_area(&conn, root)?, Instant::now());
        Ok(Self {
            conn,
            root,
            own,
            keymap,
            keys: BTreeSet::new(),
            buttons: BTreeSet::new(),
            bound: Vec::new(),
            bound_at: Instant::now(),
            area,
        })
    }

    /// Would a click land on this program's own windows?
    ///
    /// # Errors
    /// When the display is gone.
    pub fn pointer_on_own_window(&self) -> Result<bool, DesktopError> {
        self.own.under_pointer(&self.conn, self.root)
    }
    /// Would a key go to this program's own windows?
    ///
    /// # Errors
    /// When the display is gone.
    pub fn own_window_focused(&self) -> Result<bool, DesktopError> {
        self.own.focused(&self.conn, self.root)
    }

    fn fake(&self, kind: u8, detail: u8) -> Result<(), DesktopError> {
        self.conn.xtest_fake_input(kind, detail, 0, self.root, 0, 0, 0)?;
        Ok(())
    }

    /// Moves the pointer; positions are of the shared picture.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn pointer(&mut self, x: u32, y: u32) -> Result<(), DesktopError> {
        if self.area.1.elapsed() > AREA_AGE {
            self.area = (shared_area(&self.conn, self.root)?, Instant::now());
        }
        let (x, y) = to_root(self.area.0, x, y);
        self.conn.xtest_fake_input(xproto::MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0)?;
        Ok(self.conn.flush()?)
    }

    /// Presses or releases an X button (1 left, 2 middle, 3 right, 8 back, 9 forward).
    ///
    /// # Errors
    /// When the display is gone.
    pub fn button(&mut self, button: u8, down: bool) -> Result<(), DesktopError> {
        let changed = if down { self.buttons.insert(button) } else { self.buttons.remove(&button) };
        if changed {
            self.fake(if down { xproto::BUTTON_PRESS_EVENT } else { xproto::BUTTON_RELEASE_EVENT }, button)?;
        }
        Ok(self.conn.flush()?)
    }

    /// Turns the wheel by whole notches: X buttons 4–7.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn wheel(&mut self, right: i32, down: i32) -> Result<(), DesktopError> {
        for (notches, less, more) in [(down, 4, 5), (right, 6, 7)] {
            let button = if notches < 0 { less } else { more };
            for _ in 0..notches.unsigned_abs().min(40) {
                self.fake(xproto::BUTTON_PRESS_EVENT, button)?;
                self.fake(xproto::BUTTON_RELEASE_EVENT, button)?;
            }
        }
        Ok(self.conn.flush()?)
    }

    /// The keycode that a named key means now.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn keycode(&mut self, code: &str, key: &str) -> Result<Option<u8>, DesktopError> {
        self.refresh()?;
        Ok(self.keymap.shortcut(code, key))
    }
    /// Presses or releases a key.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn key(&mut self, keycode: u8, down: bool) -> Result<(), DesktopError> {
        // A press of a held key is a repeat: programs see a release and a press.
        if down && !self.keys.insert(keycode) {
            self.fake(xproto::KEY_RELEASE_EVENT, keycode)?;
        }
        if down || self.keys.remove(&keycode) {
            self.fake(if down { xproto::KEY_PRESS_EVENT } else { xproto::KEY_RELEASE_EVENT }, keycode)?;
        }
        Ok(self.conn.flush()?)
    }
    /// Has this key the keysym, in any group, on any level?
    #[must_use]
    pub fn means(&self, keycode: u8, keysym: u32) -> bool {
        self.keymap.means(keycode, keysym)
    }
    #[must_use]
    pub fn holds_key(&self, keycode: u8) -> bool {
        self.keys.contains(&keycode)
    }

    /// Makes a text appear.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn text(&mut self, text: &str) -> Result<(), DesktopError> {
        self.refresh()?;
        let held: Vec<u8> = self.keys.iter().copied().collect();
        for stroke in self.keymap.text(text, &held) {
            match stroke {
                Stroke::Press(key) => self.fake(xproto::KEY_PRESS_EVENT, key)?,
                Stroke::Release(key) => self.fake(xproto::KEY_RELEASE_EVENT, key)?,
                Stroke::Group(group) => {
                    let group = XkbGroup::from(group);
                    let none = xproto::ModMask::from(0u16);
                    xkb::latch_lock_state(
                        &self.conn,
                        core_keyboard(),
                        none,
                        none,
                        true,
                        group,
                        none,
                        false,
                        0,
                    )?;
                }
                Stroke::Spare(sym) => self.spare(sym)?,
            }
        }
        Ok(self.conn.flush()?)
    }

    /// Types a keysym over a key that means nothing otherwise. The binding stays for a while: a program looks
    /// the key up only when it gets to the event.
    fn spare(&mut self, sym: u32) -> Result<(), DesktopError> {
        let known = self.bound.iter().position(|(_, bound)| *bound == sym);
        let slot = match known {
            Some(at) => self.bound.remove(at),
            None => {
                let free = self.keymap.spare().into_iter().find(|k| self.bound.iter().all(|(b, _)| b != k));
                let keycode = match free {
                    Some(keycode) if self.bound.len() < SPARES => keycode,
                    _ if self.bound.is_empty() => return Ok(()),
                    _ => self.bound.remove(0).0,
                };
                self.conn.change_keyboard_mapping(1, keycode, 2, &[sym, sym])?;
                self.conn.sync()?;
                (keycode, sym)
            }
        };
        self.bound.push(slot);
        self.bound_at = Instant::now();
        self.fake(xproto::KEY_PRESS_EVENT, slot.0)?;
        self.fake(xproto::KEY_RELEASE_EVENT, slot.0)
    }

    /// When spare keys were last used, if any are bound.
    #[must_use]
    pub fn bound_since(&self) -> Option<Instant> {
        (!self.bound.is_empty()).then_some(self.bound_at)
    }
    /// Gives the spare keys back.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn unbind(&mut self) -> Result<(), DesktopError> {
        for (keycode, _) in self.bound.drain(..) {
            self.conn.change_keyboard_mapping(1, keycode, 1, &[x11rb::NONE])?;
        }
        Ok(self.conn.sync()?)
    }

    /// Lets go of every key and button that this injector holds.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn release_all(&mut self) -> Result<(), DesktopError> {
        for key in std::mem::take(&mut self.keys) {
            self.fake(xproto::KEY_RELEASE_EVENT, key)?;
        }
        for button in std::mem::take(&mut self.buttons) {
            self.fake(xproto::BUTTON_RELEASE_EVENT, button)?;
        }
        Ok(self.conn.flush()?)
    }

    /// Reads the keyboard again when its map or state may have changed. Own bindings are left out of it.
    fn refresh(&mut self) -> Result<(), DesktopError> {
        let mut remapped = false;
        // Core MappingNotify comes to every client unasked.
        while let Some(event) = self.conn.poll_for_event()? {
            remapped |= matches!(event, Event::MappingNotify(_) | Event::XkbMapNotify(_));
        }
        if remapped {
            self.keymap = read_keymap(&self.conn)?;
            for (keycode, _) in &self.bound {
                let at = usize::from(keycode.saturating_sub(self.keymap.first));
                if let Some(key) = self.keymap.keys.get_mut(at) {
                    key.clear();
                }
            }
        }
        let state = xkb::get_state(&self.conn, core_keyboard())?.reply()?;
        self.keymap.group = u8::from(state.group);
        self.keymap.locked = low_byte(state.locked_mods);
        Ok(())
    }
}

impl Drop for Injector {
    fn drop(&mut self) {
        // The display may be gone already; then nothing is held there either.
        let _ = self.release_all();
        let _ = self.unbind();
    }
}

fn core_keyboard() -> xkb::DeviceSpec {
    ID::USE_CORE_KBD.into()
}

/// The eight real modifiers of a modifier mask.
fn low_byte(mask: xproto::ModMask) -> u8 {
    u16::from(mask).to_le_bytes()[0]
}

fn read_keymap(conn: &RustConnection) -> Result<Keymap, DesktopError> {
    let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS;
    let reply = xkb::get_map(
        conn,
        core_keyboard(),
        parts,
        MapPart::from(0u16),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        xkb::VMod::from(0u16),
        0,
        0,
        0,
        0,
        0,
        0,
    )?
    .reply()?;
    let kinds = reply.map.types_rtrn.unwrap_or_default();
    let types = kinds.iter().map(|kind| KeyType {
        mask: low_byte(kind.mods_mask),
        levels: kind.map.iter().filter(|e| e.active).map(|e| (low_byte(e.mods_mask), e.level)).collect(),
    });
    let keys = reply.map.syms_rtrn.unwrap_or_default();
    let keys = keys.iter().map(|key| {
        let width = usize::from(key.width);
        let groups = usize::from(key.group_info & 0x0f).min(4);
        (0..groups)
            .map(|g| Group {
                kind: usize::from(key.kt_index[g]),
                syms: key.syms.get(g * width..(g + 1) * width).map(<[u32]>::to_vec).unwrap_or_default(),
            })
            .collect()
    });
    let modifiers = conn.get_modifier_mapping()?.reply()?;
    let per = usize::from(modifiers.keycodes_per_modifier());
    let mut by_bit: [Vec<u8>; 8] = Default::default();
    for (bit, keys) in by_bit.iter_mut().enumerate() {
        let row = modifiers.keycodes.get(bit * per..(bit + 1) * per).unwrap_or_default();
        keys.extend(row.iter().copied().filter(|k| *k != 0));
    }
    let state = xkb::get_state(conn, core_keyboard())?.reply()?;
    Ok(Keymap {
        first: reply.first_key_sym,
        keys: keys.collect(),
        types: types.collect(),
        group: u8::from(state.group),
        locked: low_byte(state.locked_mods),
        modifiers: by_bit,
    })
}
