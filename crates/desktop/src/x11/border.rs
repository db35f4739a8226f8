//! A coloured line around the shared screen, above everything, through which clicks pass.

use x11rb::{
    connection::Connection,
    protocol::{
        shape::{self, ConnectionExt as _},
        xproto::{
            ClipOrdering, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, StackMode,
            Window, WindowClass,
        },
    },
};

use crate::{DesktopError, geometry::Rect};

/// Thickness in pixels.
const THICK: u32 = 4;
/// A warm red that no desktop uses for itself.
const COLOUR: u32 = 0x00e5_4b2a;

/// The four windows.
#[derive(Debug)]
pub(crate) struct Border {
    windows: [Window; 4],
}

/// The four lines inside a screen's edge. They do not overlap: else each would count as covered by another, and
/// putting them back on top would never end.
fn lines(area: Rect) -> [Rect; 4] {
    let Rect { x, y, width, height } = area;
    let thick = THICK.min(width).min(height);
    [
        Rect::new(x, y, width, thick),
        Rect::new(x, y + height - thick, width, thick),
        Rect::new(x, y + thick, thick, height.saturating_sub(2 * thick)),
        Rect::new(x + width - thick, y + thick, thick, height.saturating_sub(2 * thick)),
    ]
}

impl Border {
    pub(crate) fn show(conn: &impl Connection, root: Window, area: Rect) -> Result<Self, DesktopError> {
        let mut windows = [x11rb::NONE; 4];
        for (window, line) in windows.iter_mut().zip(lines(area)) {
            *window = conn.generate_id()?;
            let look = CreateWindowAux::new()
                .override_redirect(1)
                .background_pixel(COLOUR)
                .event_mask(EventMask::VISIBILITY_CHANGE);
            let narrow = |v: u32| u16::try_from(v).unwrap_or(u16::MAX).max(1);
            let signed = |v: u32| i16::try_from(v).unwrap_or(i16::MAX);
            conn.create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                *window,
                root,
                signed(line.x),
                signed(line.y),
                narrow(line.width),
                narrow(line.height),
                0,
                WindowClass::INPUT_OUTPUT,
                x11rb::COPY_FROM_PARENT,
                &look,
            )?;
            conn.shape_rectangles(
                shape::SO::SET,
                shape::SK::INPUT,
                ClipOrdering::UNSORTED,
                *window,
                0,
                0,
                &[],
            )?;
            conn.map_window(*window)?;
        }
        conn.flush()?;
        Ok(Self { windows })
    }
    pub(crate) fn raise(&self, conn: &impl Connection) -> Result<(), DesktopError> {
        for window in self.windows {
            conn.configure_window(window, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE))?;
        }
        Ok(conn.flush()?)
    }
    pub(crate) fn hide(&self, conn: &impl Connection) -> Result<(), DesktopError> {
        for window in self.windows {
            conn.destroy_window(window)?;
        }
        Ok(conn.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_lie_inside_the_screen() {
        let area = Rect::new(1920, 10, 1280, 720);
        let all = lines(area).into_iter().fold(Rect::default(), Rect::union);
        assert_eq!(all, area);
        let painted: u64 = lines(area).iter().map(|l| l.area()).sum();
        assert_eq!(painted, area.area() - 1272 * 712, "no pixel belongs to two lines");
        assert!(lines(area).iter().all(|l| l.width == THICK || l.height == THICK));
    }
}
