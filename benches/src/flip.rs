//! A window that flips between black and white, and says when: the glass that the others watch.
//!
//! Prints one line a flip: microseconds since the Unix epoch just before the drawing request is sent, a space, and
//! 255 (white) or 0 (black). Gaps are random so that nothing can fall into step with them.

use std::io::Write;
use std::num::ParseIntError;
use std::time::Duration;

use anyhow::{Context, Result};
use ponte_benches::clock;
use rand::{RngExt, SeedableRng};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeGCAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, Rectangle, WindowClass,
};

/// Place and size of the window, in pixels of the screen.
const AREA: Rectangle = Rectangle { x: 840, y: 460, width: 320, height: 200 };
const SHORTEST: u64 = 300;
const LONGEST: u64 = 700;

fn main() -> Result<()> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .map(|argument| argument.parse())
        .collect::<Result<_, ParseIntError>>()
        .context("use: flip [FLIPS] [SEED]")?;
    let flips = numbers.first().copied().unwrap_or(80);
    let seed = numbers.get(1).copied().unwrap_or(7);
    let mut random = rand::rngs::StdRng::seed_from_u64(seed);

    let (connection, screen) = x11rb::connect(None).context("no X11 display: set DISPLAY")?;
    let root = &connection.setup().roots[screen];
    let window = connection.generate_id()?;
    let look = CreateWindowAux::new()
        .background_pixel(root.black_pixel)
        .override_redirect(1)
        .event_mask(EventMask::EXPOSURE);
    let Rectangle { x, y, width, height } = AREA;
    connection.create_window(
        0,
        window,
        root.root,
        x,
        y,
        width,
        height,
        0,
        WindowClass::INPUT_OUTPUT,
        0,
        &look,
    )?;
    let pen = connection.generate_id()?;
    connection.create_gc(pen, window, &CreateGCAux::new().foreground(root.black_pixel))?;
    connection.map_window(window)?;
    connection.flush()?;
    connection.wait_for_event()?;

    let whole = Rectangle { x: 0, y: 0, width, height };
    let mut out = std::io::stdout().lock();
    let mut white = false;
    for _ in 0..flips {
        pause(Duration::from_millis(random.random_range(SHORTEST..LONGEST)));
        white = !white;
        let colour = if white { root.white_pixel } else { root.black_pixel };
        connection.change_gc(pen, &ChangeGCAux::new().foreground(colour))?;
        let at = clock::since_epoch();
        connection.poly_fill_rectangle(window, pen, &[whole])?;
        connection.flush()?;
        writeln!(out, "{} {}", at.as_micros(), if white { 255 } else { 0 })?;
        out.flush()?;
    }
    pause(Duration::from_millis(LONGEST));
    Ok(())
}

/// The measurement itself is this wait: there is no event to wait for.
#[allow(clippy::disallowed_methods, reason = "gaps between flips are what this program makes")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
