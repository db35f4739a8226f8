//! H.264 for pictures of a desktop: Annex B, parameter sets in front of each key picture.

use openh264::{
    OpenH264API, Timestamp,
    encoder::{
        BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange,
        RateControlMode, UsageType, VuiConfig,
    },
    formats::YUVSlices,
};

use crate::{DesktopError, picture::Picture};

/// What the encoder optimises for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Text and windows: a third of the bytes on typing, about 5 ms more a picture at 720p.
    Screen,
    /// Film-like content: quicker, larger.
    Camera,
}

/// One encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    pub key: bool,
    pub bytes: Vec<u8>,
}

/// Bits per second that a moving picture may take.
const MAX_BITRATE: u32 = 6_000_000;
/// The coarsest quantiser keeps moving text readable; the finest lets a still picture become exact to the eye.
const COARSEST: u8 = 40;
const FINEST: u8 = 12;

/// An encoder for pictures of one size.
pub struct H264 {
    encoder: Encoder,
    size: (u32, u32),
}

impl std::fmt::Debug for H264 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("H264").field("size", &self.size).finish_non_exhaustive()
    }
}

impl H264 {
    /// # Errors
    /// When the size is over what H.264 level 5.2 and the library allow.
    pub fn new(width: u32, height: u32, mode: Mode) -> Result<Self, DesktopError> {
        if width.max(height) > 3840 || width.min(height) > 2160 {
            return Err(DesktopError::TooLarge(width, height));
        }
        let config = EncoderConfig::new()
            .usage_type(match mode {
                Mode::Screen => UsageType::ScreenContentRealTime,
                Mode::Camera => UsageType::CameraVideoRealTime,
            })
            .bitrate(BitRate::from_bps(MAX_BITRATE))
            .max_frame_rate(FrameRate::from_hz(60.0))
            .rate_control_mode(RateControlMode::Bitrate)
            .complexity(Complexity::Low)
            .qp(QpRange::new(FINEST, COARSEST))
            .skip_frames(true)
            .scene_change_detect(false)
            .intra_frame_period(IntraFramePeriod::from_num_frames(0))
            .vui(VuiConfig::bt709())
            .num_threads(1);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)
            .map_err(|e| DesktopError::Encoder(e.to_string()))?;
        Ok(Self { encoder, size: (width, height) })
    }

    /// The next picture begins anew: a viewer can join at it.
    pub fn force_key(&mut self) {
        self.encoder.force_intra_frame();
    }

    /// Encodes one picture taken at `micros` on any steady clock. `None`: the encoder left it out to keep its
    /// bitrate, and what changed is still to be sent.
    ///
    /// # Errors
    /// When the picture has another size, or the encoder fails.
    pub fn encode(&mut self, picture: &Picture, micros: u64) -> Result<Option<Encoded>, DesktopError> {
        let (width, height) = picture.size();
        if (width, height) != self.size {
            return Err(DesktopError::Encoder("the picture's size changed".into()));
        }
        let (width, height) = (width as usize, height as usize);
        let source = YUVSlices::new(picture.planes(), (width, height), (width, width / 2, width / 2));
        let stream = self
            .encoder
            .encode_at(&source, Timestamp::from_millis(micros / 1000))
            .map_err(|e| DesktopError::Encoder(e.to_string()))?;
        let key = match stream.frame_type() {
            FrameType::IDR | FrameType::I => true,
            FrameType::P | FrameType::IPMixed => false,
            FrameType::Skip => return Ok(None),
            FrameType::Invalid => return Err(DesktopError::Encoder("no picture came out".into())),
        };
        let bytes = stream.to_vec();
        Ok((!bytes.is_empty()).then_some(Encoded { key, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;

    fn nal_types(bytes: &[u8]) -> Vec<u8> {
        bytes.windows(4).filter(|w| w[..3] == [0, 0, 1]).map(|w| w[3] & 31).collect()
    }

    #[test]
    fn each_key_picture_brings_its_parameter_sets_and_deltas_do_not() -> Result<(), DesktopError> {
        let mut picture = Picture::new(320, 240);
        let mut encoder = H264::new(320, 240, Mode::Screen)?;
        let first = encoder.encode(&picture, 0)?.expect("a first picture");
        assert!(first.key);
        assert_eq!(nal_types(&first.bytes), [7, 8, 5]);
        assert!(picture.put_bgra(Rect::new(0, 0, 64, 64), &[255; 64 * 64 * 4]));
        let second = encoder.encode(&picture, 17_000)?.expect("a delta");
        assert!(!second.key);
        assert_eq!(nal_types(&second.bytes), [1]);
        encoder.force_key();
        let third = encoder.encode(&picture, 34_000)?.expect("a key picture");
        assert_eq!((third.key, nal_types(&third.bytes)), (true, vec![7, 8, 5]));
        Ok(())
    }

    /// What a viewer has, and how near it is to what was sent.
    struct Shown {
        decoder: openh264::decoder::Decoder,
        luma_psnr: f64,
    }
    impl Shown {
        fn new() -> Self {
            Self { decoder: openh264::decoder::Decoder::new().expect("a decoder"), luma_psnr: 0.0 }
        }
        fn show(&mut self, bytes: &[u8], picture: &Picture) {
            use openh264::formats::YUVSource as _;
            let Some(decoded) = self.decoder.decode(bytes).expect("a picture") else { return };
            let width = picture.size().0 as usize;
            let rows = decoded.y().chunks(decoded.strides().0).zip(picture.planes().0.chunks(width));
            let squares: f64 =
                rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))).sum();
            let mean = squares / f64::from(picture.size().0 * picture.size().1);
            self.luma_psnr = if mean == 0.0 { f64::INFINITY } else { 10.0 * (255.0 * 255.0 / mean).log10() };
        }
    }

    /// Not a check but a measurement: run it with `--run-ignored all --no-capture`.
    #[test]
    #[ignore = "a measurement"]
    fn what_pictures_cost() -> Result<(), DesktopError> {
        const SIZE: (u32, u32) = (1280, 720);
        /// Processor time of this thread, in milliseconds.
        fn cpu() -> f64 {
            let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: `now` is a valid place for the answer.
            #[allow(unsafe_code)]
            unsafe {
                libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut now);
            }
            #[allow(clippy::cast_precision_loss)]
            let ms = now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6;
            ms
        }
        // A page of letters: cells of 8×16 with pixels of a simple pseudo-random pattern.
        fn cell(n: u32) -> Vec<u8> {
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
            for row in 0..40 {
                for column in 0..100 {
                    let letter = (first + row) * 1000 + column;
                    picture.put_bgra(Rect::new(80 + column * 8, 40 + row * 16, 8, 16), &cell(letter));
                }
            }
        }
        for mode in [Mode::Screen, Mode::Camera] {
            for what in ["flip", "typing", "scrolling", "still"] {
                let mut picture = Picture::new(SIZE.0, SIZE.1);
                page(&mut picture, 0);
                let mut encoder = H264::new(SIZE.0, SIZE.1, mode)?;
                let mut shown = Shown::new();
                let first = encoder.encode(&picture, 0)?.expect("a first picture");
                shown.show(&first.bytes, &picture);
                let key = first.bytes.len();
                let (mut times, mut bytes, mut skipped) = (Vec::new(), 0, 0);
                for n in 1..=60u32 {
                    match what {
                        "flip" => {
                            let colour = if n % 2 == 0 { 0 } else { 255 };
                            picture.put_bgra(Rect::new(840, 460, 320, 200), &vec![colour; 320 * 200 * 4]);
                        }
                        "typing" => {
                            picture.put_bgra(Rect::new(80 + n * 8, 104, 8, 16), &cell(n + 77_777));
                        }
                        "scrolling" => page(&mut picture, n * 3),
                        _ => {}
                    }
                    let began = cpu();
                    match encoder.encode(&picture, u64::from(n) * 100_000)? {
                        Some(encoded) => {
                            bytes += encoded.bytes.len();
                            shown.show(&encoded.bytes, &picture);
                        }
                        None => skipped += 1,
                    }
                    times.push(cpu() - began);
                }
                // As the screen's thread does: what was left out, then three that refine.
                let (mut n, mut refined, before) = (61, 0, shown.luma_psnr);
                while refined < 4 && n < 200 {
                    if let Some(encoded) = encoder.encode(&picture, n * 17_000 + 6_000_000)? {
                        refined += 1;
                        shown.show(&encoded.bytes, &picture);
                    }
                    n += 1;
                }
                times.sort_by(f64::total_cmp);
                eprintln!(
                    "{mode:?} {what}: p50 {:.1} ms, p90 {:.1} ms, {} B a picture, {skipped} left out; key {key} B; luma {before:.1} dB, refined {:.1} dB",
                    times[30],
                    times[54],
                    bytes / 60,
                    shown.luma_psnr
                );
            }
        }
        Ok(())
    }

    #[test]
    fn sizes_beyond_the_standard_are_refused_with_words() {
        let error = H264::new(5120, 1440, Mode::Screen).map(|_| ()).expect_err("too large");
        assert!(error.to_string().contains("5120×1440"));
    }
}
