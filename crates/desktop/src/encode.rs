//! H.264 for pictures of a desktop: Annex B, parameter sets in front of each key frame.

use std::ffi::c_int;

use openh264::{
    OpenH264API, Timestamp,
    encoder::{
        BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange,
        RateControlMode, UsageType, VuiConfig,
    },
    formats::YUVSlices,
};
use openh264_sys2::{
    ENCODER_OPTION, ENCODER_OPTION_RC_MODE, ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, RC_OFF_MODE,
    RC_TIMESTAMP_MODE, SEncParamExt,
};

use crate::{DesktopError, picture::Picture};

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    pub key: bool,
    pub bytes: Vec<u8>,
}

/// Bits per second that a moving picture may take.
const MAX_BITRATE: u32 = 6_000_000;
/// What moves: the coarsest quantiser keeps text readable; what is left to do after the finest is left to refining,
/// so that each keystroke is small.
const COARSEST: u8 = 40;
const FINEST: u8 = 22;
/// Key frames are shown at once and refined when there is time.
const KEY_QUANTISER: u8 = 28;
/// The library takes a longer pause for a broken clock, and for none at all: what was sent before it would still
/// count, and the first change after it could be left out.
const LONGEST_PAUSE: u64 = 900;

/// An encoder for pictures of one size.
///
/// Changes go through the library's rate control, which counts by time: half a second's worth of bits may go out at
/// once. Key frames and the frames that refine a still picture do not: their sizes would make it leave out the
/// changes that follow.
pub struct H264 {
    encoder: Encoder,
    size: (u32, u32),
    /// The quantiser in force; `None`: rate control decides.
    fixed: Option<u8>,
    key: bool,
    /// When the last rate-controlled picture was taken.
    last: u64,
    /// The time that the library is told, in milliseconds.
    clock: u64,
}

impl std::fmt::Debug for H264 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("H264").field("size", &self.size).finish_non_exhaustive()
    }
}

impl H264 {
    /// # Errors
    /// When the size is over what H.264 level 5.2 and the library allow.
    pub fn new(width: u32, height: u32) -> Result<Self, DesktopError> {
        if width.max(height) > 3840 || width.min(height) > 2160 {
            return Err(DesktopError::TooLarge(width, height));
        }
        let config = EncoderConfig::new()
            // Not the library's mode for screens: it takes nearly twice the time for each change, and what it once sent
            // coarsely stays coarse (36 to 40 dB where this one reaches 50).
            .usage_type(UsageType::CameraVideoRealTime)
            .bitrate(BitRate::from_bps(MAX_BITRATE))
            .max_frame_rate(FrameRate::from_hz(60.0))
            .rate_control_mode(RateControlMode::Timestamp)
            .complexity(Complexity::Low)
            .qp(QpRange::new(FINEST, COARSEST))
            .skip_frames(true)
            .scene_change_detect(false)
            // It leaves alone what the last picture had too, however coarsely that was sent.
            .background_detection(false)
            .intra_frame_period(IntraFramePeriod::from_num_frames(0))
            .vui(VuiConfig::bt709())
            .num_threads(1);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)
            .map_err(|e| DesktopError::Encoder(e.to_string()))?;
        let mut new = Self { encoder, size: (width, height), fixed: None, key: true, last: 0, clock: 1000 };
        // The library starts itself, and its rate control, with the first picture it sees: a black one, that costs
        // next to nothing and is not sent. The first real one is a key frame like any other.
        new.run(&Picture::new(width, height))?;
        Ok(new)
    }

    /// The next frame begins anew: a viewer can join at it.
    pub fn force_key(&mut self) {
        self.key = true;
    }

    /// Encodes one picture taken at `micros` on any steady clock. `None`: the encoder left it out to keep its
    /// bitrate, and what changed is still to be sent.
    ///
    /// # Errors
    /// When the picture has another size, or the encoder fails.
    pub fn encode(&mut self, picture: &Picture, micros: u64) -> Result<Option<Encoded>, DesktopError> {
        self.at(self.key.then_some(KEY_QUANTISER), picture, micros)
    }

    /// Encodes a picture that does not change with this quantiser, from 51 (coarse) to 0, whatever it costs.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn refine(
        &mut self,
        picture: &Picture,
        quantiser: u8,
        micros: u64,
    ) -> Result<Option<Encoded>, DesktopError> {
        self.at(Some(quantiser), picture, micros)
    }

    fn at(
        &mut self,
        quantiser: Option<u8>,
        picture: &Picture,
        micros: u64,
    ) -> Result<Option<Encoded>, DesktopError> {
        if picture.size() != self.size {
            return Err(DesktopError::Encoder("the picture's size changed".into()));
        }
        self.fix(quantiser)?;
        if std::mem::take(&mut self.key) {
            self.encoder.force_intra_frame();
        }
        if self.fixed.is_none() {
            self.clock += (micros.saturating_sub(self.last) / 1000).clamp(1, LONGEST_PAUSE);
            self.last = micros;
        }
        self.run(picture)
    }

    fn run(&mut self, picture: &Picture) -> Result<Option<Encoded>, DesktopError> {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let source = YUVSlices::new(picture.planes(), (width, height), (width, width / 2, width / 2));
        let stream = self
            .encoder
            .encode_at(&source, Timestamp::from_millis(self.clock))
            .map_err(|e| DesktopError::Encoder(e.to_string()))?;
        let key = match stream.frame_type() {
            FrameType::IDR | FrameType::I => true,
            FrameType::P | FrameType::IPMixed => false,
            FrameType::Skip => return Ok(None),
            FrameType::Invalid => return Err(DesktopError::Encoder("no frame came out".into())),
        };
        let bytes = stream.to_vec();
        Ok((!bytes.is_empty()).then_some(Encoded { key, bytes }))
    }

    /// Turns rate control off, with this quantiser instead, or on.
    fn fix(&mut self, quantiser: Option<u8>) -> Result<(), DesktopError> {
        if self.fixed == quantiser {
            return Ok(());
        }
        let mut rate_control: c_int = RC_TIMESTAMP_MODE;
        if let Some(quantiser) = quantiser {
            rate_control = RC_OFF_MODE;
            let mut all = SEncParamExt::default();
            self.option(ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, &mut all, Access::Get)?;
            all.sSpatialLayers[0].iDLayerQp = quantiser.into();
            self.option(ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, &mut all, Access::Set)?;
        }
        self.option(ENCODER_OPTION_RC_MODE, &mut rate_control, Access::Set)?;
        self.fixed = quantiser;
        Ok(())
    }

    fn option<T>(
        &mut self,
        option: ENCODER_OPTION,
        value: &mut T,
        access: Access,
    ) -> Result<(), DesktopError> {
        let value = std::ptr::from_mut(value).cast();
        // SAFETY: the library reads or writes one value behind the pointer, of the type that belongs to the option;
        // `fix`, the only caller, passes the one that the library's header names for each. The wrapper relies on
        // neither option: it sets both itself, and only when the picture's size changes, which `at` refuses.
        #[allow(unsafe_code)]
        let answer = unsafe {
            let raw = self.encoder.raw_api();
            match access {
                Access::Get => raw.get_option(option, value),
                Access::Set => raw.set_option(option, value),
            }
        };
        if answer == 0 { Ok(()) } else { Err(DesktopError::Encoder(format!("option {option}: {answer}"))) }
    }
}

#[derive(Clone, Copy)]
enum Access {
    Get,
    Set,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{geometry::Rect, screen::REFINE};

    fn nal_types(bytes: &[u8]) -> Vec<u8> {
        bytes.windows(4).filter(|w| w[..3] == [0, 0, 1]).map(|w| w[3] & 31).collect()
    }

    #[test]
    fn each_key_frame_brings_its_parameter_sets_and_deltas_do_not() -> Result<(), DesktopError> {
        let mut picture = Picture::new(320, 240);
        let mut encoder = H264::new(320, 240)?;
        let first = encoder.encode(&picture, 0)?.expect("a first frame");
        assert!(first.key);
        assert_eq!(nal_types(&first.bytes), [7, 8, 5]);
        assert!(picture.put_bgra(Rect::new(0, 0, 64, 64), &[255; 64 * 64 * 4]));
        let second = encoder.encode(&picture, 17_000)?.expect("a delta");
        assert!(!second.key);
        assert_eq!(nal_types(&second.bytes), [1]);
        let refining = encoder.refine(&picture, 14, 34_000)?.expect("a delta");
        assert_eq!((refining.key, nal_types(&refining.bytes)), (false, vec![1]));
        encoder.force_key();
        let third = encoder.encode(&picture, 51_000)?.expect("a key frame");
        assert_eq!((third.key, nal_types(&third.bytes)), (true, vec![7, 8, 5]));
        Ok(())
    }

    const SIZE: (u32, u32) = (1280, 720);

    /// One letter of 8×16 pixels: of no script, and as hard to encode as any.
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
    /// A page of letters.
    fn page(first: u32) -> Picture {
        let mut picture = Picture::new(SIZE.0, SIZE.1);
        for (row, column) in (0..40).flat_map(|row| (0..100).map(move |column| (row, column))) {
            let at = Rect::new(80 + column * 8, 40 + row * 16, 8, 16);
            assert!(picture.put_bgra(at, &letter((first + row) * 1000 + column)));
        }
        picture
    }

    /// Luma of what a viewer's decoder shows, next to the picture: the mean error in dB (PSNR), and the worst.
    fn compare(decoder: &mut openh264::decoder::Decoder, frame: &Encoded, picture: &Picture) -> (f64, u8) {
        use openh264::formats::YUVSource as _;
        let shown = decoder.decode(&frame.bytes).expect("a whole frame").expect("a picture");
        let rows = shown.y().chunks(shown.strides().0).zip(picture.planes().0.chunks(SIZE.0 as usize));
        let errors: Vec<u8> = rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b))).collect();
        let mean = errors.iter().map(|e| f64::from(*e).powi(2)).sum::<f64>() / errors.len() as f64;
        (10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10(), errors.into_iter().max().unwrap_or(0))
    }

    #[test]
    fn refining_makes_still_text_exact_to_the_eye() -> Result<(), DesktopError> {
        let picture = page(0);
        let mut encoder = H264::new(SIZE.0, SIZE.1)?;
        let mut decoder = openh264::decoder::Decoder::new().expect("a decoder");
        let first = encoder.encode(&picture, 0)?.expect("a key frame");
        let coarse = compare(&mut decoder, &first, &picture);
        let mut exact = coarse;
        for (n, quantiser) in (1..).zip(REFINE) {
            let frame = encoder.refine(&picture, quantiser, n * 300_000)?.expect("nothing is left out");
            assert!(!frame.key && frame.bytes.len() < first.bytes.len() / 2, "{quantiser}: a small step");
            exact = compare(&mut decoder, &frame, &picture);
        }
        assert!(coarse.0 < 40.0, "the key frame leaves something to refine: {coarse:?}");
        assert!(exact.0 > 50.0 && exact.1 <= 6, "from {coarse:?} to {exact:?}");
        // A sign of life after that costs nothing.
        let sign = encoder.refine(&picture, REFINE[REFINE.len() - 1], 9_000_000)?.expect("a frame");
        assert!(sign.bytes.len() < 200, "{} bytes", sign.bytes.len());
        Ok(())
    }

    #[test]
    fn no_change_is_left_out_after_large_key_frames() -> Result<(), DesktopError> {
        let mut encoder = H264::new(SIZE.0, SIZE.1)?;
        let mut left_out = Vec::new();
        let mut picture = page(0);
        for n in 0..60u32 {
            // Somebody joins, twice, while a window blinks.
            if n == 20 || n == 40 {
                encoder.force_key();
            }
            let colour = if n % 2 == 0 { 0 } else { 255 };
            assert!(picture.put_bgra(Rect::new(840, 460, 320, 200), &vec![colour; 320 * 200 * 4]));
            match encoder.encode(&picture, u64::from(n) * 17_000)? {
                Some(frame) => assert_eq!(frame.key, n % 20 == 0, "{n}"),
                None => left_out.push(n),
            }
        }
        assert_eq!(left_out, [0; 0]);
        Ok(())
    }

    #[test]
    fn a_change_after_a_pause_is_not_held_up_by_what_was_before() -> Result<(), DesktopError> {
        let mut encoder = H264::new(SIZE.0, SIZE.1)?;
        let (mut now, mut left_out) = (0, false);
        // Pages turn until the encoder has had enough.
        for n in 0..100 {
            now += 17_000;
            left_out |= encoder.encode(&page(n * 50), now)?.is_none();
            if left_out {
                break;
            }
        }
        assert!(left_out, "rate control is off");
        now += 5_000_000;
        assert!(encoder.encode(&page(7), now)?.is_some());
        Ok(())
    }

    #[test]
    fn sizes_beyond_the_standard_are_refused_with_words() {
        let error = H264::new(5120, 1440).map(|_| ()).expect_err("too large");
        assert!(error.to_string().contains("5120×1440"));
    }
}
