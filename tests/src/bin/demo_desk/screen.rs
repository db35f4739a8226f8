//! A computer without a screen of its own: what is seen of it is painted here, and encoded as any other.

use std::{
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    time::{Duration, Instant},
};

use ponte_desktop::{Rect, encode::H264, input::Command, picture::Picture, screen::Shot};
use ponte_sos::engine::desktop::{Desktop, DesktopEvent, Gather, TakeStill};
use ponte_types::DeviceFacts;
use tokio::sync::mpsc;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;

/// What the painter is told.
enum Tell {
    Wanted(bool),
    Key,
}

/// Its picture, and no input: nobody sits behind it to see it move.
pub(crate) struct PaintedDesktop {
    painter: SyncSender<Tell>,
    facts: DeviceFacts,
}

impl PaintedDesktop {
    /// `shade` tells it from others.
    pub(crate) fn start(shade: u32, facts: DeviceFacts) -> (Self, mpsc::Receiver<DesktopEvent>) {
        let (painter, told) = sync_channel(16);
        let (events, reported) = mpsc::channel(4);
        // Ends when the desktop is dropped, which drops the sender.
        std::thread::spawn(move || paint(shade, &told, &events));
        (Self { painter, facts }, reported)
    }

    fn tell(&self, what: Tell) {
        // Full: it has been told already.
        match self.painter.try_send(what) {
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}

impl Desktop for PaintedDesktop {
    fn want_frames(&self, wanted: bool) {
        self.tell(Tell::Wanted(wanted));
    }
    fn key_frame(&self) {
        self.tell(Tell::Key);
    }
    fn pointer_again(&self) {}
    fn delivered(&self) {}
    fn allow_input(&self, _: bool) {}
    fn input(&self, _: u32, _: Command) -> bool {
        true
    }
    fn border(&self, _: bool) {}
    fn still(&self) -> TakeStill {
        // These people ask by other ways than a channel's link.
        Box::new(|| None)
    }
    fn facts(&self) -> Gather {
        let facts = self.facts.clone();
        Box::new(move || facts)
    }
}

/// Nothing moves on it: a picture when it is asked for, and now and then one that keeps the browser content.
fn paint(shade: u32, told: &Receiver<Tell>, events: &mpsc::Sender<DesktopEvent>) {
    let picture = desk(shade);
    let began = Instant::now();
    let mut encoder: Option<H264> = None;
    loop {
        let pause = if encoder.is_some() { Duration::from_secs(2) } else { Duration::from_secs(3600) };
        match told.recv_timeout(pause) {
            Ok(Tell::Wanted(false)) => encoder = None,
            Ok(Tell::Wanted(true)) if encoder.is_none() => encoder = H264::new(WIDTH, HEIGHT).ok(),
            Ok(Tell::Wanted(true)) | Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Ok(Tell::Key) => {
                if let Some(encoder) = &mut encoder {
                    encoder.force_key();
                }
            }
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
        }
        let Some(encoder) = &mut encoder else { continue };
        let captured = Instant::now();
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let Ok(Some(encoded)) = encoder.encode(&picture, micros) else { continue };
        let shot = Shot {
            encoded,
            trailing: false,
            captured,
            encode_time: captured.elapsed(),
            width: WIDTH,
            height: HEIGHT,
            input_seq: 0,
        };
        let _ = events.try_send(DesktopEvent::Shot(shot));
    }
}

/// A window with a letter in it, and a bar below.
fn desk(shade: u32) -> Picture {
    let mut picture = Picture::new(WIDTH, HEIGHT);
    let mut fill = |x: u32, y: u32, width: u32, height: u32, colour: [u8; 3]| {
        let [red, green, blue] = colour;
        let pixels = [blue, green, red, 255].repeat((width * height) as usize);
        picture.put_bgra(Rect::new(x, y, width, height), &pixels);
    };
    let tones = [[51, 71, 91], [61, 79, 58], [84, 62, 88], [92, 70, 48], [46, 82, 88], [70, 60, 74]];
    fill(0, 0, WIDTH, HEIGHT, tones[shade as usize % tones.len()]);
    fill(0, 680, WIDTH, 40, [28, 34, 42]);
    fill(12, 688, 96, 24, [62, 76, 92]);
    fill(118, 688, 96, 24, [44, 54, 66]);
    fill(160, 70, 960, 560, [246, 247, 249]);
    fill(160, 70, 960, 36, [222, 227, 233]);
    fill(172, 82, 180, 12, [120, 132, 146]);
    fill(1092, 80, 16, 16, [192, 86, 74]);
    for line in 0..14 {
        fill(200, 140 + line * 32, 860 - (line * 97 + shade * 41) % 420, 10, [168, 178, 190]);
    }
    picture
}
