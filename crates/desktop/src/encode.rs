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

    #[test]
    fn sizes_beyond_the_standard_are_refused_with_words() {
        let error = H264::new(5120, 1440, Mode::Screen).map(|_| ()).expect_err("too large");
        assert!(error.to_string().contains("5120×1440"));
    }
}
