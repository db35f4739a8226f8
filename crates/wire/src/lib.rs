//! Bytes ⇄ messages. Everything that crosses a network is defined here: the control messages of
//! `proto/ponte.proto` ([`msg`]), how they are delimited on a stream ([`framing`]), and the header
//! in front of each encoded picture ([`frame`]).
//!
//! To add a message: add it to the `.proto` with the next free number (numbers are never reused),
//! run `cargo xtask gen` for the console's side, and add its golden bytes to `tests/golden.rs`.

mod convert;
pub mod frame;
pub mod framing;

/// The generated messages.
#[allow(missing_debug_implementations, clippy::all, clippy::pedantic, unreachable_pub)]
pub mod msg {
    include!(concat!(env!("OUT_DIR"), "/ponte.v1.rs"));
}

pub use convert::ConvertError;
pub use frame::{Codec, Frame, FrameHeader};
pub use framing::{DecodeError, Decoder};
pub use prost::Message;

/// Version of the control protocol; both ends refuse any other.
pub const PROTOCOL: u32 = 1;
/// ALPN of the SOS program's QUIC connection.
pub const ALPN: &[u8] = b"ponte/1";
/// Largest control message on any connection, in bytes.
pub const MAX_MESSAGE: usize = 256 * 1024;
/// Largest peer payload that an SDP-less console message may carry, in bytes.
pub const MAX_PEER_PAYLOAD: usize = 192 * 1024;
/// Largest piece of a file in one message, in bytes.
pub const MAX_PIECE: usize = 48 * 1024;
/// Pieces of a file that may be sent before the first of them was answered.
pub const PIECES_AHEAD: usize = 4;
/// Largest encoded picture, in bytes.
pub const MAX_FRAME: usize = 4 * 1024 * 1024;
