//! Control messages on a byte stream: a 4-byte big-endian length, then that many bytes of protobuf.

use bytes::{Buf, BufMut, BytesMut};
use prost::Message;

use crate::MAX_MESSAGE;

/// Why a control stream was given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("a message of {0} bytes is over the limit of {MAX_MESSAGE}")]
    TooLarge(usize),
    #[error("not a message of this protocol: {0}")]
    Malformed(String),
}

/// Appends one delimited message.
pub fn encode(message: &impl Message, out: &mut BytesMut) {
    let len = message.encoded_len();
    debug_assert!(len <= MAX_MESSAGE, "a message over the limit would be refused by the peer");
    out.reserve(4 + len);
    out.put_u32(u32::try_from(len).unwrap_or(u32::MAX));
    message.encode_raw(out);
}

/// Collects bytes of any cut and hands out whole messages.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: BytesMut,
}

impl Decoder {
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }
    /// The next whole message, or `None` until more bytes come.
    ///
    /// # Errors
    /// When the peer announces an oversized message or sends one that does not parse; the stream is useless then.
    #[allow(clippy::should_implement_trait)] // the caller names the type of each message
    pub fn next<M: Message + Default>(&mut self) -> Result<Option<M>, DecodeError> {
        let Some(prefix) = self.buffer.first_chunk::<4>() else { return Ok(None) };
        let len = u32::from_be_bytes(*prefix) as usize;
        if len > MAX_MESSAGE {
            return Err(DecodeError::TooLarge(len));
        }
        if self.buffer.len() < 4 + len {
            return Ok(None);
        }
        self.buffer.advance(4);
        let body = self.buffer.split_to(len).freeze();
        M::decode(body).map(Some).map_err(|e| DecodeError::Malformed(e.to_string()))
    }
}
