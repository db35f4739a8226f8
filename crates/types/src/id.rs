//! Identifiers: newtypes over UUIDv7 (RFC 9562), so that they sort by creation and cannot be swapped.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text or the bytes are not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct ParseIdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// Builds a UUIDv7 from a Unix time in milliseconds and ten random bytes.
            #[must_use]
            pub fn new(now: crate::UnixMillis, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
            /// The 16 bytes that travel on the wire.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] { self.0.as_bytes() }
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self { Self(Uuid::from_bytes(bytes)) }
            #[must_use]
            pub fn as_uuid(&self) -> Uuid { self.0 }
            #[must_use]
            pub fn from_uuid(id: Uuid) -> Self { Self(id) }
        }
        impl TryFrom<&[u8]> for $name {
            type Error = ParseIdError;
            fn try_from(bytes: &[u8]) -> Result<Self, ParseIdError> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| ParseIdError)
            }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| ParseIdError)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// The item in the queue.
    SessionId
    /// One live link between an SOS program and the relay.
    ConnectionId
    /// A technician's account.
    TechnicianId
    /// One technician's media attachment to a connection.
    ViewerId
    /// A link's public part: the `<id>` of `https://relay/j/<id>#<secret>`. Drawn at random, not by time.
    InviteId
    /// A queue with its routing, members, hours and policy.
    ChannelId
    /// Technicians with skills.
    GroupId
    /// A customer: whom an end user works for.
    CompanyId
    /// What a request is about; sets its priority.
    CategoryId
    /// A role that an administrator made.
    RoleId
    /// A canned reply.
    ReplyId
    /// One successful key agreement between a console and an SOS program.
    PairingId
    /// A piece of equipment that a session is about. Drawn by whoever writes it down, as with messages.
    PieceId
    /// One asking for a new session. Drawn by whoever asks, so that asking again after a lost answer opens no second one.
    RequestId
    /// One entry of a session's work log. Drawn by whoever writes it, as with messages.
    ActionId
    /// A channel's link: the `<id>` of `https://relay/c/<id>`. 128 random bits, not drawn by time.
    LinkId
    /// One request that came by a channel's link. Drawn by the program, so that sending it again is not asking again.
    CallId
    /// Another server that is told of what happens.
    WebhookId
    /// One thing that is told to it.
    DeliveryId
    /// A token by which a program uses the interface.
    ApiTokenId
    /// One file of a session. Drawn by whoever adds it, so that trying again adds it once.
    AttachmentId
    /// A session offered to somebody else.
    OfferId
    /// One message of a session's chat. Drawn by whoever writes it, so that sending it again is not saying it again.
    MessageId
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMillis;

    #[test]
    fn ids_sort_by_creation_and_survive_text_and_bytes() {
        let older = SessionId::new(UnixMillis(1_000), [9; 10]);
        let newer = SessionId::new(UnixMillis(2_000), [0; 10]);
        assert!(older < newer);
        assert_eq!(older.to_string().parse::<SessionId>(), Ok(older));
        assert_eq!(SessionId::try_from(&older.as_bytes()[..]), Ok(older));
        assert_eq!(SessionId::try_from(&[1u8, 2][..]), Err(ParseIdError));
        assert_eq!("nonsense".parse::<SessionId>(), Err(ParseIdError));
    }
}
