//! What frames cost, and how near a viewer's picture comes to the screen: the real encoder on pages of letters.

use anyhow::{Context as _, Result};
use openh264::{decoder::Decoder, formats::YUVSource as _};
use ponte_desktop::{Rect, encode::H264, picture::Picture, screen::REFINE};

const SIZE: (u32, u32) = (1280, 720);
const CHANGES: u32 = 60;

/// What happens on the screen.
#[derive(Debug, Clone, Copy)]
pub enum Scene {
    /// A window of 320×200 turns black and white.
    Flip,
    /// A letter each time.
    Typing,
    /// A page moves up by three lines.
    Scrolling,
}

/// What a scene costs.
#[derive(Debug)]
pub struct Figures {
    pub key_bytes: usize,
    /// Processor time of a change, mean: the kernel's clock of a thread may tick too slowly for a single one.
    pub milliseconds: f64,
    pub bytes_a_change: usize,
    pub left_out: u32,
    /// Luma PSNR after the last change, and after it was refined.
    pub decibels: (f64, f64),
    pub refining_bytes: usize,
}

/// CPU seconds of the calling thread.
fn thread_cpu() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos: f64 = stat.split_whitespace().next().context("schedstat is empty")?.parse()?;
    Ok(nanos / 1e9)
}

fn letter(n: u32) -> Vec<u8> {
    let mut state = n.wrapping_mul(2_654_435_761) | 1;
    let mut pixels = Vec::with_capacity(8 * 16 * 4);
    for i in 0..8 * 16u32 {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let ink = (i / 8) % 16 > 3 && (i / 8) % 16 < 13 && i % 8 < 6 && state & 3 == 0;
        pixels.extend([if ink { 20 } else { 250 }; 4]);
    }
    pixels
}

fn page(picture: &mut Picture, first: u32) {
    for (row, column) in (0..40).flat_map(|row| (0..100).map(move |column| (row, column))) {
        let at = Rect::new(80 + column * 8, 40 + row * 16, 8, 16);
        picture.put_bgra(at, &letter((first + row) * 1000 + column));
    }
}

fn decibels(decoder: &mut Decoder, bytes: &[u8], picture: &Picture) -> Result<f64> {
    let shown = decoder.decode(bytes)?.context("no picture came out")?;
    let rows = shown.y().chunks(shown.strides().0).zip(picture.planes().0.chunks(SIZE.0 as usize));
    let squares: f64 =
        rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))).sum();
    let mean = squares / f64::from(SIZE.0 * SIZE.1);
    Ok(10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10())
}

/// Ten changes a second, and what the screen's thread sends when it is still again.
///
/// # Errors
/// When encoder or decoder fail.
pub fn run(scene: Scene) -> Result<Figures> {
    let mut picture = Picture::new(SIZE.0, SIZE.1);
    page(&mut picture, 0);
    let mut encoder = H264::new(SIZE.0, SIZE.1)?;
    let mut decoder = Decoder::new()?;
    let first = encoder.encode(&picture, 0)?.context("no first frame")?;
    let mut last = decibels(&mut decoder, &first.bytes, &picture)?;
    let (mut seconds, mut bytes, mut left_out) = (0.0, 0, 0);
    let mut now = 0;
    for n in 1..=CHANGES {
        match scene {
            Scene::Flip => {
                let colour = if n % 2 == 0 { 0 } else { 255 };
                picture.put_bgra(Rect::new(840, 460, 320, 200), &vec![colour; 320 * 200 * 4]);
            }
            Scene::Typing => {
                picture.put_bgra(Rect::new(80 + n * 8, 104, 8, 16), &letter(n + 77_777));
            }
            Scene::Scrolling => page(&mut picture, n * 3),
        }
        now += 100_000;
        let began = thread_cpu()?;
        let frame = encoder.encode(&picture, now)?;
        seconds += thread_cpu()? - began;
        match frame {
            Some(frame) => {
                bytes += frame.bytes.len();
                last = decibels(&mut decoder, &frame.bytes, &picture)?;
            }
            None => left_out += 1,
        }
    }
    let (mut refined, mut refining_bytes) = (last, 0);
    for quantiser in REFINE {
        now += 300_000;
        let frame = encoder.refine(&picture, quantiser, now)?.context("a step was left out")?;
        refining_bytes += frame.bytes.len();
        refined = decibels(&mut decoder, &frame.bytes, &picture)?;
    }
    Ok(Figures {
        key_bytes: first.bytes.len(),
        milliseconds: seconds * 1e3 / f64::from(CHANGES),
        bytes_a_change: bytes / CHANGES as usize,
        left_out,
        decibels: (last, refined),
        refining_bytes,
    })
}
