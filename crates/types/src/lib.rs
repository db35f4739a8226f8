//! The words of the product: ids, states and the one list of error codes.
//!
//! Every other crate speaks in these types. Nothing here does I/O, reads a clock or draws
//! random bytes: an id is built from a time and random bytes that the caller passes in.

mod device;
mod error_code;
mod file;
mod id;
mod network;
mod routing;
mod session;
mod text;
mod time;
mod words;

pub use device::{DeviceFacts, ScreenFacts};
pub use error_code::ErrorCode;
pub use file::{FileFamily, FileKind, FileName};
pub use id::{
    ActionId, ApiTokenId, AttachmentId, CallId, CategoryId, ChannelId, CompanyId, ConnectionId, DeliveryId,
    GroupId, InviteId, LinkId, MessageId, OfferId, PairingId, ParseIdError, PieceId, ReplyId, RequestId,
    RoleId, SessionId, TechnicianId, ViewerId, WebhookId,
};
pub use network::Network;
pub use routing::{NotRouting, RoutingNumber};
pub use session::{
    EndReason, Grant, Grants, Outcome, PairingMode, PairingWords, Program, Reach, SessionDetail, SessionState,
};
pub use text::{Line, MessageText, Paragraphs, TextError};
pub use time::UnixMillis;
pub use words::UnknownWord;
