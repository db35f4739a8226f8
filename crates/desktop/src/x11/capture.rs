//! Grabbing what changed on an X screen (SHM, DAMAGE, XFIXES, RANDR).

use std::time::{Duration, Instant};

use x11rb::{
    connection::Connection,
    protocol::{
        Event, damage, randr,
        shm::{self, ConnectionExt as _},
        xfixes::{self, ConnectionExt as _},
        xproto::{ConnectionExt as _, ImageFormat, ImageOrder, Window},
    },
    rust_connection::{DefaultStream, RustConnection},
};

use super::{connect, has, own::Own, shared_area, shm::Segment};
use crate::{
    DesktopError, Notice,
    geometry::{Rect, plan_grabs},
    picture::Picture,
    still::Still,
};

/// How long a picture waits for this program's windows to go, and how often it looks.
const HIDDEN_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);
const REDRAWN_WITHIN: Duration = Duration::from_millis(250);

/// A pointer's look: straight-alpha RGBA, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointerShape {
    pub width: u32,
    pub height: u32,
    pub hot_x: u32,
    pub hot_y: u32,
    pub rgba: Vec<u8>,
}

/// What the server reported since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    pub pixels: bool,
    pub pointer: bool,
    pub layout: bool,
}

/// A view of one screen.
pub struct Capture {
    conn: RustConnection,
    root: Window,
    area: Rect,
    shm: Option<Segment>,
    damage: Option<(damage::Damage, xfixes::Region)>,
    /// Without damage reports: the last picture, to compare with.
    previous: Vec<u8>,
    notices: Vec<Notice>,
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture")
            .field("area", &self.area)
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}

impl Capture {
    /// # Errors
    /// When there is no display, or its pixels are not 32 bits each.
    pub fn open(display: Option<&str>) -> Result<Self, DesktopError> {
        let (conn, root) = connect(display)?;
        let depth = conn.get_geometry(root)?.reply()?.depth;
        let setup = conn.setup();
        let bits = setup.pixmap_formats.iter().find(|f| f.depth == depth).map_or(0, |f| f.bits_per_pixel);
        if depth < 24 || bits != 32 || setup.image_byte_order != ImageOrder::LSB_FIRST {
            return Err(DesktopError::Colours(depth));
        }
        let mut notices = Vec::new();
        let mut damage = None;
        if has(&conn, xfixes::X11_EXTENSION_NAME)? {
            conn.xfixes_query_version(5, 0)?.reply()?;
            conn.xfixes_select_cursor_input(root, xfixes::CursorNotifyMask::DISPLAY_CURSOR)?;
            if has(&conn, damage::X11_EXTENSION_NAME)? {
                damage::query_version(&conn, 1, 1)?.reply()?;
                let (object, region) = (conn.generate_id()?, conn.generate_id()?);
                damage::create(&conn, object, root, damage::ReportLevel::NON_EMPTY)?.check()?;
                conn.xfixes_create_region(region, &[])?.check()?;
                damage = Some((object, region));
            }
        } else {
            notices.push(Notice::NoPointerShape);
        }
        if damage.is_none() {
            notices.push(Notice::NoDamage);
        }
        if has(&conn, randr::X11_EXTENSION_NAME)? {
            randr::query_version(&conn, 1, 5)?.reply()?;
            randr::select_input(&conn, root, randr::NotifyMask::SCREEN_CHANGE)?;
        }
        let mut capture =
            Self { conn, root, area: Rect::default(), shm: None, damage, previous: Vec::new(), notices };
        capture.measure()?;
        if capture.shm.is_none() {
            capture.notices.push(Notice::NoSharedMemory);
        }
        Ok(capture)
    }

    /// Looks up the screen's place and size again and makes room for it. True when it changed.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn measure(&mut self) -> Result<bool, DesktopError> {
        let mut area = shared_area(&self.conn, self.root)?;
        area.width &= !1;
        area.height &= !1;
        if area == self.area {
            return Ok(false);
        }
        if let Some(old) = self.shm.take() {
            self.conn.shm_detach(old.seg)?;
        }
        if has(&self.conn, shm::X11_EXTENSION_NAME)? {
            self.shm = Segment::new(&self.conn, area.area() as usize * 4);
        }
        self.previous.clear();
        self.area = area;
        Ok(true)
    }

    /// The shared screen's place on the whole X screen.
    #[must_use]
    pub fn area(&self) -> Rect {
        self.area
    }
    /// In which ways this display is degraded.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
    /// Does the server report changes? If not, [`Capture::update`] has to be called by time.
    #[must_use]
    pub fn reports_changes(&self) -> bool {
        self.damage.is_some()
    }
    pub(crate) fn stream(&self) -> &DefaultStream {
        self.conn.stream()
    }

    /// What the server has reported; does not wait.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn changes(&self) -> Result<Changes, DesktopError> {
        let mut changes = Changes::default();
        self.conn.flush()?;
        while let Some(event) = self.conn.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => changes.pixels = true,
                Event::XfixesCursorNotify(_) => changes.pointer = true,
                Event::RandrScreenChangeNotify(_) => changes.layout = true,
                _ => {}
            }
        }
        Ok(changes)
    }

    /// Brings the picture up to date: only what is damaged is grabbed and converted, or all of it with `whole`.
    /// Returns how many pixels were.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn update(&mut self, picture: &mut Picture, whole: bool) -> Result<u64, DesktopError> {
        let (width, height) = picture.size();
        let full = Rect::new(0, 0, width, height);
        let mut rects = match self.damage {
            // Subtracted before the grab: what changes meanwhile is reported again.
            Some((object, region)) => {
                damage::subtract(&self.conn, object, x11rb::NONE, region)?;
                let reply = self.conn.xfixes_fetch_region(region)?.reply()?;
                let damaged: Vec<Rect> = reply
                    .rectangles
                    .iter()
                    .filter_map(|r| within(self.area, r.x, r.y, r.width, r.height))
                    .collect();
                plan_grabs(&damaged, width, height)
            }
            None => vec![full],
        };
        if whole {
            rects = vec![full];
        }
        let mut pixels = 0;
        for rect in rects {
            let changed = match self.grab(rect)? {
                Grabbed::Shared => {
                    let bytes = self.shm.as_ref().map_or(&[][..], Segment::bytes);
                    let bytes = &bytes[..(rect.area() as usize * 4).min(bytes.len())];
                    let changed = self.damage.is_some() || whole || self.previous != bytes;
                    if self.damage.is_none() {
                        self.previous = bytes.to_vec();
                    }
                    changed && picture.put_bgra(rect, bytes)
                }
                Grabbed::Sent(bytes) => {
                    let changed = self.damage.is_some() || whole || self.previous != bytes;
                    let put = changed && picture.put_bgra(rect, &bytes);
                    if self.damage.is_none() {
                        self.previous = bytes;
                    }
                    put
                }
            };
            pixels += if changed { rect.area() } else { 0 };
        }
        Ok(pixels)
    }

    /// One picture of the whole shared screen, without this program's own windows: waits for them to be gone, but not
    /// for long.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn still(&mut self) -> Result<Option<Still>, DesktopError> {
        self.wait_for_own_to_hide()?;
        let full = Rect::new(0, 0, self.area.width, self.area.height);
        Ok(match self.grab(full)? {
            Grabbed::Shared => {
                let bytes = self.shm.as_ref().map_or(&[][..], Segment::bytes);
                Still::from_bgra(full.width, full.height, bytes)
            }
            Grabbed::Sent(bytes) => Still::from_bgra(full.width, full.height, &bytes),
        })
    }

    #[allow(clippy::disallowed_methods)] // no event tells that others have drawn what was covered
    fn wait_for_own_to_hide(&self) -> Result<(), DesktopError> {
        let own = Own::new(&self.conn)?;
        let began = Instant::now();
        let mut seen = false;
        while own.visible(&self.conn, self.root)? && began.elapsed() < HIDDEN_WITHIN {
            seen = true;
            std::thread::sleep(LOOK_EVERY);
        }
        if seen {
            // The programs behind draw what was covered; nothing tells when they are done.
            std::thread::sleep(REDRAWN_WITHIN);
        }
        Ok(())
    }

    fn grab(&self, rect: Rect) -> Result<Grabbed, DesktopError> {
        let narrow = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
        let signed = |v: u32| i16::try_from(v).unwrap_or(i16::MAX);
        let (x, y) = (signed(self.area.x + rect.x), signed(self.area.y + rect.y));
        let (width, height) = (narrow(rect.width), narrow(rect.height));
        if let Some(shm) = &self.shm {
            let format = u8::from(ImageFormat::Z_PIXMAP);
            self.conn.shm_get_image(self.root, x, y, width, height, !0, format, shm.seg, 0)?.reply()?;
            return Ok(Grabbed::Shared);
        }
        let reply =
            self.conn.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)?.reply()?;
        Ok(Grabbed::Sent(reply.data))
    }

    /// The pointer's look now; `None` where it cannot be read.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn pointer(&self) -> Result<Option<PointerShape>, DesktopError> {
        if self.notices.contains(&Notice::NoPointerShape) {
            return Ok(None);
        }
        let image = self.conn.xfixes_get_cursor_image()?.reply()?;
        let rgba = image.cursor_image.iter().flat_map(|argb| straight(*argb)).collect();
        Ok(Some(PointerShape {
            width: u32::from(image.width),
            height: u32::from(image.height),
            hot_x: u32::from(image.xhot),
            hot_y: u32::from(image.yhot),
            rgba,
        }))
    }
}

enum Grabbed {
    Shared,
    Sent(Vec<u8>),
}

/// The part of a rectangle of the X screen that lies on the shared screen, in its coordinates.
fn within(area: Rect, x: i16, y: i16, width: u16, height: u16) -> Option<Rect> {
    let clip = |at: i16, len: u16, from: u32, size: u32| {
        let start = i64::from(at).clamp(i64::from(from), i64::from(from + size));
        let end = (i64::from(at) + i64::from(len)).clamp(i64::from(from), i64::from(from + size));
        Some((u32::try_from(start).ok()? - from, u32::try_from(end - start).ok()?))
    };
    let (x, width) = clip(x, width, area.x, area.width)?;
    let (y, height) = clip(y, height, area.y, area.height)?;
    (width > 0 && height > 0).then_some(Rect { x, y, width, height })
}

/// Premultiplied ARGB, as X cursors are, to straight RGBA.
fn straight(argb: u32) -> [u8; 4] {
    let [blue, green, red, alpha] = argb.to_le_bytes();
    let whole = |c: u8| {
        let straight = (u16::from(c) * 255).checked_div(u16::from(alpha)).unwrap_or(0);
        u8::try_from(straight).unwrap_or(u8::MAX)
    };
    [whole(red), whole(green), whole(blue), alpha]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_cut_to_the_shared_screen() {
        let right = Rect::new(1920, 0, 1280, 720);
        assert_eq!(within(right, 1900, -5, 40, 10), Some(Rect::new(0, 0, 20, 5)));
        assert_eq!(within(right, 0, 0, 1920, 1080), None);
        assert_eq!(within(right, 3190, 700, 100, 100), Some(Rect::new(1270, 700, 10, 20)));
    }

    #[test]
    fn pointer_colours_are_divided_by_their_alpha() {
        assert_eq!(straight(0x80_40_00_80), [127, 0, 255, 128]);
        assert_eq!(straight(0), [0, 0, 0, 0]);
        assert_eq!(straight(0xff_12_34_56), [0x12, 0x34, 0x56, 0xff]);
    }
}
