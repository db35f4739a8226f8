//! Why a use case said no.

use std::time::Duration;

use ponte_desk::setup::SetupError;
use ponte_store::{Owner, StoreError};
use ponte_types::ErrorCode;

use super::admission::TurnedAway;
use crate::ambient::NoRandom;

/// A refusal; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    #[error("{}", .0.title())]
    Refused(ErrorCode),
    /// With what to do about it.
    #[error("{1}")]
    Explained(ErrorCode, String),
    #[error("{} holds this session", .owner.name)]
    AlreadyClaimed { owner: Owner },
    /// What somebody set up does not hold together.
    #[error(transparent)]
    Unsound(Box<SetupError>),
    #[error("{}", .0.detail)]
    TurnedAway(Box<TurnedAway>),
    #[error("too many wrong tries; wait {} s", .retry_after.as_secs())]
    TooManyTries { retry_after: Duration },
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A defect or a broken key; the text is for the log.
    #[error("{0}")]
    Failed(String),
}

impl DeskError {
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(code) | Self::Explained(code, _) => *code,
            Self::AlreadyClaimed { .. } => ErrorCode::AlreadyClaimed,
            Self::Unsound(_) => ErrorCode::InvalidRequest,
            Self::TurnedAway(_) => ErrorCode::ChannelShut,
            Self::TooManyTries { .. } => ErrorCode::TooManyTries,
            Self::Store(StoreError::Unavailable(_) | StoreError::CannotSave(_)) => ErrorCode::Unavailable,
            Self::Store(StoreError::Broken(_)) | Self::Failed(_) => ErrorCode::Internal,
        }
    }
}

impl DeskError {
    /// What to do about a failure, in words for the person who meets it.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Store(StoreError::CannotSave(_)) => Some(
                "The relay cannot save anything: its disk may be full or read-only. Nothing was changed; the \
                 administrator has to make room, then try again.",
            ),
            _ => None,
        }
    }
}

impl From<NoRandom> for DeskError {
    fn from(error: NoRandom) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ErrorCode> for DeskError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}
