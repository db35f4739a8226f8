//! What technicians are told, and what they chose.

use std::collections::{BTreeMap, BTreeSet};

use ponte_desk::notify::{Event, Preferences, Way};
use ponte_types::{ChannelId, SessionId, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The session that something is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeSession {
    pub id: SessionId,
    pub number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub channel: ChannelId,
}

/// Something that the caller was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// Grows.
    pub id: u64,
    pub at: UnixMillis,
    pub event: Event,
    pub session: NoticeSession,
    /// The technician who did it, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub ways: Vec<Way>,
    pub seen: bool,
}

/// Newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePage {
    pub notices: Vec<Notice>,
}

/// What was seen: up to a notice, or all about a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticesSeen {
    pub to: Option<u64>,
    pub session: Option<SessionId>,
}

/// What the caller chose, and what is usual.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationSettings {
    /// 0 until something was chosen.
    pub version: u64,
    pub preferences: Preferences,
    /// For events of which nothing was chosen.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<Way>>)]
    pub usual: BTreeMap<Event, BTreeSet<Way>>,
    /// Every event.
    pub events: Vec<Event>,
    /// This desk sends mail.
    pub mail: bool,
}

/// Another choice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseNotifications {
    pub version: u64,
    pub preferences: Preferences,
}

/// Its version from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChosenNotifications {
    pub version: u64,
}

/// The language of the caller's console.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseLanguage {
    /// `en`, `pt-BR` or `ru`.
    #[schema(max_length = 16)]
    pub language: String,
}
