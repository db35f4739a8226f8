//! What travels as JSON: the console's types are generated from these.
//!
//! Every request refuses unknown fields, and every text has a limit, so that a handler only ever sees good values.

pub mod account;
pub mod api_tokens;
pub mod attachments;
pub mod audit;
pub mod earlier;
pub mod life;
pub mod links;
pub mod notices;
pub mod queue;
pub mod setup;
pub mod times;
pub mod together;
pub mod webhooks;

use ponte_desk::Priority;
use ponte_types::{
    CategoryId, ChannelId, CompanyId, DeviceFacts, InviteId, Line, MessageId, MessageText, Outcome,
    PairingMode, Program as SosProgram, Reach, RequestId, SessionDetail, SessionId, SessionState,
    TechnicianId, UnixMillis,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// E-mail and password of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: Line<254>,
    /// At most 1,024 bytes.
    #[schema(max_length = 1024)]
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Answer to a sign-in or a refresh; the refresh token travels in a cookie that scripts cannot read.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// A JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds.
    pub expires_in: u32,
    pub technician: Technician,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("technician", &self.technician).finish_non_exhaustive()
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Technician {
    pub id: TechnicianId,
    pub name: String,
    pub email: String,
}

/// Who runs this relay.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeskInfo {
    pub name: String,
    pub version: String,
    /// Links are `<links_base>/j/<invite id>#<secret>`; for example `https://desk.example`.
    pub links_base: String,
}

/// A technician, as others see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Owner {
    pub id: TechnicianId,
    pub name: String,
}

/// The public half of a link.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invite {
    pub id: InviteId,
    pub expires_at: UnixMillis,
}

/// One line of a session's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub at: UnixMillis,
    pub kind: HistoryKind,
    /// The technician's name; absent for what the end user or the relay did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

pub use ponte_app::desk::HistoryKind;

/// The item in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    pub id: SessionId,
    pub number: u64,
    /// Grows by one with every change; send it back with a change that you ask for.
    pub version: u64,
    pub state: SessionState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<SessionDetail>,
    pub reach: Reach,
    /// Is the end user's program connected?
    pub program: SosProgram,
    pub mode: PairingMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub channel: ChannelId,
    /// The customer, where it is one of the desk's companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_id: Option<CompanyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    pub priority: Priority,
    /// Since when the person waits, also when the session was given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came_at: Option<UnixMillis>,
    /// Its place in the queue: who has the smallest goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Where there are or were several technicians in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<together::SessionTeam>,
    pub created_at: UnixMillis,
    pub changed_at: UnixMillis,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it was not solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<life::OnHold>,
    /// A session that is done is closed then, unless somebody says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirms_at: Option<UnixMillis>,
    /// Of a closed session: until when it can be reopened; absent: it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<UnixMillis>,
    /// When it last came back after it had been closed or done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopened_at: Option<UnixMillis>,
    /// Something of its work log changed the infrastructure.
    pub changed_infrastructure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite: Option<Invite>,
    /// How it came, when it came by a channel's link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<links::Call>,
    pub chat: ChatMarks,
    /// Absent before the person came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<times::Times>,
    /// While it waits towards a limit: from when it is shown red, because it will be removed soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_at: Option<UnixMillis>,
    /// While it waits with its program here; only in `GET sessions/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<times::InLine>,
    /// Oldest first; only in `GET sessions/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<HistoryEntry>>,
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionPage {
    /// Where `events` continues after this picture of the queue.
    pub cursor: u64,
    pub sessions: Vec<Session>,
}

/// A session for a named person, who gets a link; where it is worked in person, they may do without.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Drawn by whoever asks; the same again, after a lost answer, is the same session.
    pub request: Option<RequestId>,
    pub person: Line<120>,
    pub email: Option<Line<254>>,
    pub phone: Option<Line<40>>,
    pub company: Option<Line<120>>,
    pub subject: Option<Line<200>>,
    /// The caller's first one unless told.
    pub channel: Option<ChannelId>,
    /// The category's unless told.
    pub priority: Option<Priority>,
    pub category: Option<CategoryId>,
    /// The public part of the link's secret: 32 bytes, base64url without padding.
    /// Both are left out for a session without a link.
    #[schema(min_length = 43, max_length = 43)]
    pub invite_public: Option<String>,
    /// SHA-256 of the claim derived from the link's secret: 32 bytes, base64url without padding.
    #[schema(min_length = 43, max_length = 43)]
    pub claim_hash: Option<String>,
}

/// A message of a session's chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessage {
    pub id: MessageId,
    /// From 1, without gaps.
    pub number: u64,
    pub at: UnixMillis,
    /// The technician who wrote it; absent: the end user did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technician: Option<Owner>,
    /// Lines are parted by `\n`. Empty when the message is a file, or was removed.
    pub text: String,
    /// The file that the message is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<attachments::ChatFile>,
    /// When its content was deleted because it was as old as this desk keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<UnixMillis>,
}

/// Messages of a session's chat, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessages {
    pub messages: Vec<ChatMessage>,
}

/// A technician came to a session, or left it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coming {
    pub at: UnixMillis,
    pub technician: Owner,
    /// Or left.
    pub came: bool,
}

/// Who held a session when, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Comings {
    pub comings: Vec<Coming>,
}

/// A message to the end user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayMessage {
    /// Drawn by the writer; the same id again is the same message.
    pub id: MessageId,
    pub text: MessageText,
}

/// The newest message that was on the technician's screen.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagesSeen {
    pub number: u64,
}

/// Numbers of messages up to which something is true; 0: none. No part of the session's version.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ChatMarks {
    /// The newest message there is.
    pub newest: u64,
    /// The end user's program has it.
    pub end_user_got: u64,
    /// It was on the end user's screen.
    pub end_user_saw: u64,
    /// A technician has seen it: who holds the session, or wrote in it.
    pub desk_saw: u64,
}

/// The version of the session that the technician saw.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    pub version: u64,
}

/// The first five of the nine digits; the last four never leave the console.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterCode {
    #[schema(pattern = "^[0-9]{5}$")]
    pub routing: String,
}

/// What a ticket shall open.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "purpose", rename_all = "snake_case", deny_unknown_fields)]
pub enum TicketPurpose {
    /// The queue's changes.
    Events {},
    /// The picture of a session that the technician holds.
    View { session: SessionId },
}

/// Opens one WebSocket, once, within 30 seconds.
#[derive(Serialize, ToSchema)]
pub struct Ticket {
    pub ticket: String,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(…)")
    }
}

/// Whether a link can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// Nobody has started it.
    Open,
    /// The SOS program was started with it.
    Started,
    /// Its session was closed, and can still be reopened.
    Closed,
    /// Expired, closed for good, or never made.
    Gone,
}

/// What the page behind a link shows before anything is started.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitePage {
    pub desk_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub state: InviteState,
    /// Of a closed session: until when it can be reopened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<UnixMillis>,
    pub programs: Vec<Program>,
}

/// An SOS program offered for download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Program {
    pub system: System,
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal, lower case.
    pub sha256: String,
    /// Path on this relay.
    pub url: String,
}

/// Systems that an SOS program is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum System {
    Linux,
    Windows,
    Macos,
}

/// First message of the console on `events`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsHello {
    pub ticket: String,
    /// From `GET sessions`.
    pub cursor: u64,
}

impl std::fmt::Debug for EventsHello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventsHello").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// What the relay says on `events`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A session was made or changed.
    Session { cursor: u64, session: Box<Session> },
    /// A session is not, or no longer, for the technician to see.
    Gone { cursor: u64, session: SessionId },
    /// Something was set up: load `GET setup` again.
    Setup {},
    /// Somebody came, left, or is available or not: load `GET team` again.
    Team {},
    /// The technician was told something, or saw it elsewhere: load `GET me/notices` again.
    Notices {},
    /// An offer was made or has ended: load `GET offers` again.
    Offers {},
    /// Load the queue again: the cursor is too old, or the console reads too slowly.
    Reload {},
    /// Somebody is there: at once, and every 15 seconds. Who hears nothing at all for 40 seconds has lost the socket.
    Alive {},
}
