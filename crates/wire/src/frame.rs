//! The header in front of each encoded picture.
//!
//! One picture is one QUIC unidirectional stream: this header, then the payload until the stream's
//! end. All numbers are big-endian.
//!
//! | bytes | field |
//! |---|---|
//! | 0 | version, 1 |
//! | 1 | flags: bit 0 key picture, bit 1 trailing (refines, nothing changed) |
//! | 2 | codec: 1 H.264 (Annex B) |
//! | 3 | screen, from 0 |
//! | 4 | temporal layer, from 0 |
//! | 5 | sealing epoch, from 1 (docs/pairing.md, "Sealed pictures") |
//! | 6–7 | encode time, in units of 100 µs, saturating |
//! | 8–11 | sequence number, per screen, +1 a picture, wraps |
//! | 12–15 | sequence number of the newest injected input, 0 = none |
//! | 16–23 | capture time, µs on the sender's monotonic clock |
//! | 24–25, 26–27 | width, height in pixels |

use bytes::{Buf, BufMut, Bytes};

/// Bytes of the header.
pub const HEADER_LEN: usize = 28;
const VERSION: u8 = 1;
const KEY: u8 = 1;
const TRAILING: u8 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    H264,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    pub key: bool,
    pub trailing: bool,
    pub codec: Codec,
    pub screen: u8,
    pub layer: u8,
    pub epoch: u8,
    /// In units of 100 µs.
    pub encode_time: u16,
    pub seq: u32,
    pub input_seq: u32,
    /// Microseconds on the sender's monotonic clock.
    pub captured: u64,
    pub width: u16,
    pub height: u16,
}

impl FrameHeader {
    /// The RTP timestamp of this picture: its capture time on the 90 kHz clock (RFC 6184 §5.1), wrapped.
    #[must_use]
    pub fn rtp_timestamp(&self) -> u32 {
        #[allow(clippy::cast_possible_truncation)] // RTP timestamps wrap by definition
        let wrapped = ((u128::from(self.captured) * 9 / 100) & 0xffff_ffff) as u32;
        wrapped
    }
    pub fn encode(&self, out: &mut impl BufMut) {
        out.put_u8(VERSION);
        out.put_u8(if self.key { KEY } else { 0 } | if self.trailing { TRAILING } else { 0 });
        out.put_u8(match self.codec {
            Codec::H264 => 1,
        });
        out.put_u8(self.screen);
        out.put_u8(self.layer);
        out.put_u8(self.epoch);
        out.put_u16(self.encode_time);
        out.put_u32(self.seq);
        out.put_u32(self.input_seq);
        out.put_u64(self.captured);
        out.put_u16(self.width);
        out.put_u16(self.height);
    }
}

/// One encoded picture.
#[derive(Debug, Clone)]
pub struct Frame {
    pub header: FrameHeader,
    pub payload: Bytes,
}

/// Why a received picture was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("the picture is shorter than its header")]
    Short,
    #[error("picture header version {0} is unknown")]
    Version(u8),
    #[error("codec {0} is unknown")]
    Codec(u8),
    #[error("unknown flags {0:#04x}")]
    Flags(u8),
    #[error("the picture has no size or no payload")]
    Empty,
}

impl Frame {
    /// Parses a whole stream's bytes; the payload shares their memory.
    ///
    /// # Errors
    /// On a header this version does not know, or an empty picture.
    pub fn parse(mut bytes: Bytes) -> Result<Self, FrameError> {
        if bytes.len() < HEADER_LEN {
            return Err(FrameError::Short);
        }
        let version = bytes.get_u8();
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        let flags = bytes.get_u8();
        if flags & !(KEY | TRAILING) != 0 {
            return Err(FrameError::Flags(flags));
        }
        let codec = match bytes.get_u8() {
            1 => Codec::H264,
            other => return Err(FrameError::Codec(other)),
        };
        let header = FrameHeader {
            key: flags & KEY != 0,
            trailing: flags & TRAILING != 0,
            codec,
            screen: bytes.get_u8(),
            layer: bytes.get_u8(),
            epoch: bytes.get_u8(),
            encode_time: bytes.get_u16(),
            seq: bytes.get_u32(),
            input_seq: bytes.get_u32(),
            captured: bytes.get_u64(),
            width: bytes.get_u16(),
            height: bytes.get_u16(),
        };
        if bytes.is_empty() || header.width == 0 || header.height == 0 {
            return Err(FrameError::Empty);
        }
        Ok(Self { header, payload: bytes })
    }
}
