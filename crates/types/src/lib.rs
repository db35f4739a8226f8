//! The words of the product: ids, states and the one list of error codes.
//!
//! Every other crate speaks in these types. Nothing here does I/O, reads a clock or draws
//! random bytes: an id is built from a time and random bytes that the caller passes in.

mod device;
mod error_code;
mod id;
mod session;
mod text;
mod time;

pub use device::{DeviceFacts, ScreenFacts};
pub use error_code::ErrorCode;
pub use id::{ConnectionId, InviteId, MessageId, PairingId, ParseIdError, SessionId, TechnicianId, ViewerId};
pub use session::{EndReason, Grant, Grants, Outcome, PairingMode, Role, SessionDetail, SessionState};
pub use text::{Line, Paragraphs, TextError};
pub use time::UnixMillis;
