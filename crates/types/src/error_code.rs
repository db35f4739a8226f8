//! The one list of errors: problem+json (RFC 9457), rejections on the wire, and the console's translations.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)*) => {
        /// A refusal, named the same in HTTP, on the wire and in the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The stable name, for example `wrong_code`.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// The HTTP status that carries it.
            #[must_use]
            pub fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }
            /// One English sentence for logs and API users; people see the console's translation.
            #[must_use]
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }
        }
        impl std::str::FromStr for ErrorCode {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$name),)* _ => Err(()) }
            }
        }
    };
}

codes! {
    /// A field is missing, too long, of the wrong type, or unknown.
    InvalidRequest = "invalid_request", 400, "The request is not valid; see 'detail'.";
    WrongPassword = "wrong_password", 401, "E-mail and password do not match.";
    SignedOut = "signed_out", 401, "Sign in first, or again.";
    Forbidden = "forbidden", 403, "Your role does not allow this.";
    NotFound = "not_found", 404, "There is no such thing, or not for you.";
    /// Wrong, used, expired and foreign codes answer alike.
    WrongCode = "wrong_code", 404, "No computer is showing this code. Ask for the number again.";
    /// Somebody else holds the session; 'owner' names them.
    AlreadyClaimed = "already_claimed", 409, "Another technician holds this session.";
    /// The technician holds as many sessions as allowed, or is off shift; see 'detail'.
    CannotTake = "cannot_take", 409, "You cannot take one more session.";
    /// The session is not in a state that allows this.
    WrongState = "wrong_state", 409, "The session has moved on; reload it.";
    VersionConflict = "version_conflict", 409, "Somebody changed it meanwhile; reload it.";
    /// Paused, closed at this hour, or full; see 'detail' and 'again_at'.
    ChannelShut = "channel_shut", 409, "The channel takes nobody in now.";
    LinkExpired = "link_expired", 410, "This link has expired. Ask for a new one.";
    LinkUsed = "link_used", 409, "This link is in use on another computer. Ask for a new one.";
    TooLarge = "too_large", 413, "The request is too large.";
    /// A file is larger than the desk accepts; see 'detail'.
    FileTooLarge = "file_too_large", 413, "The file is too large.";
    /// The name's ending is not on the desk's list, or the content is something else than the name says.
    FileKindRefused = "file_kind_refused", 415, "Files of this kind are not accepted.";
    /// The session holds as many files, or as much of them, as the desk allows.
    FilesFull = "files_full", 409, "No more files fit into this session.";
    /// The hash of what arrived is another than was announced.
    FileDamaged = "file_damaged", 422, "What arrived is not what was sent; send the file again.";
    TooManyTries = "too_many_tries", 429, "Too many wrong tries; wait and try again.";
    TooManyRequests = "too_many_requests", 429, "Too many requests; wait and try again.";
    /// The pairing secret was wrong.
    WrongSecret = "wrong_secret", 403, "The last four digits are wrong.";
    CodeBurned = "code_burned", 410, "The code was tried too often and is no longer valid. Ask for a new one.";
    UnsupportedProtocol = "unsupported_protocol", 400, "The program is too old or too new for this relay.";
    Internal = "internal", 500, "The relay failed; the administrator finds the cause in its log.";
    Unavailable = "unavailable", 503, "The relay cannot do this now; try again in a moment.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_match_serde() {
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_eq!(serde_json::to_string(code).ok(), Some(format!("\"{}\"", code.as_str())));
            assert!((400..600).contains(&code.status()));
        }
    }
}
