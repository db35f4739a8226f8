//! The network below the live connections: one UDP socket for QUIC and WebRTC, and the SOS programs' QUIC connections.
//!
//! [`SharedUdp`] tells the two kinds of packets apart by their first byte (RFC 9443). [`Server`] accepts SOS programs,
//! reads their hello, and hands each to [`ponte_app::live::Hub`] as a pair of bounded channels.

mod connection;
mod keys;
mod places;
mod server;
mod socket;

pub use keys::NodeKey;
pub use places::{Caps, Place, Places};
pub use server::{Limits, Server, ServerError};
pub use socket::{Datagram, OtherPackets, SharedUdp, SocketStats};
