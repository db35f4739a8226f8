//! Channels' links, and what comes by them.

use ponte_types::{ChannelId, Line, LinkId, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Program;

/// How a session came by a channel's link.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    /// As the link was called then.
    pub link_name: String,
    /// The link's channel: the rules may have sent it on.
    pub entry: ChannelId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The names of the rules that brought it where it went, in the order in which they were asked.
    pub rules: Vec<String>,
}

/// A link by which people ask a channel for help: `<links_base>/c/<id>`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallLink {
    pub id: LinkId,
    /// Grows by one with every change; send it back with a change.
    pub version: u64,
    pub name: String,
    /// Answers as if it were not there.
    pub paused: bool,
    pub made_at: UnixMillis,
    /// Requests that came by it.
    pub used: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<UnixMillis>,
}

/// A link to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// What managers call it: where it is printed, or whom it was given to.
    pub name: Line<80>,
}

/// A change of a link that was seen; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeLink {
    /// That was seen; 409 `version_conflict` when there is a newer one.
    pub version: u64,
    pub name: Option<Line<80>>,
    pub paused: Option<bool>,
}

/// Can a channel's link be used?
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Open,
    /// Unknown, paused or deleted: these answer alike.
    Gone,
}

/// What the page behind a channel's link shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallPage {
    pub desk_name: String,
    /// The channel's name; absent when the link is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    pub state: LinkState,
    pub programs: Vec<Program>,
}
