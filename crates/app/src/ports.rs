//! What the desk's records and the live connections need of each other.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use ponte_desk::{
    admission::Shut,
    team::{Right, Rights},
};
pub use ponte_store::{Author, ChatFile, ChatMarks, ChatMessage, Coming, Purpose};
use ponte_types::{
    AttachmentId, CallId, CategoryId, ConnectionId, DeviceFacts, EndReason, ErrorCode, InviteId, LinkId,
    MessageId, Network, PairingMode, RoutingNumber, SessionId, TechnicianId, UnixMillis,
};
use ponte_wire::msg::{FromViewer, ToViewer};
use tokio::sync::mpsc;

pub use crate::desk::NewFile;

/// Random secret that lets an SOS program come back as the same connection; the store keeps only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ResumeToken(pub [u8; 32]);

impl std::fmt::Debug for ResumeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResumeToken(…)")
    }
}

/// An SOS program at the door: the connection that it becomes, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    pub connection: ConnectionId,
    /// By which it may come back.
    pub token: ResumeToken,
    pub device: DeviceFacts,
    pub from: Network,
}

/// A routing number drawn for a connection that shows a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    pub routing: RoutingNumber,
    pub valid_seconds: u32,
}

/// How somebody came to be in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Holds it, from the beginning.
    Lead,
    /// Holds it, and took it over from somebody.
    TookOver,
    /// Was asked to join.
    Joined,
    /// Supervises.
    LooksIn,
}

/// Who may be in a session's room, and do what there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crew {
    pub lead: Option<TechnicianId>,
    /// Who alone may control.
    pub baton: Option<TechnicianId>,
    pub members: BTreeMap<TechnicianId, (Rights, Place)>,
    /// The name of whom the lead took it over from.
    pub from: Option<String>,
    /// The revision of what is set up by which they may do this: of two reports about one version of the session the newer
    /// one holds.
    pub as_of: u64,
    /// It is on hold: nobody looks, and what the end user allowed waits for a while.
    pub on_hold: bool,
}

impl Crew {
    /// Its owner and nobody else.
    #[must_use]
    pub fn alone(owner: TechnicianId) -> Self {
        let members = BTreeMap::from([(owner, (Rights::ALL, Place::Lead))]);
        Self { lead: Some(owner), baton: Some(owner), members, from: None, as_of: 0, on_hold: false }
    }
    /// May they do this? Control is with the baton alone.
    #[must_use]
    pub fn allows(&self, who: TechnicianId, right: Right) -> bool {
        let has = self.members.get(&who).is_some_and(|(rights, _)| rights.contains(right));
        has && (right != Right::Control || self.baton == Some(who))
    }
}

/// A session as the live half knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSession {
    pub id: SessionId,
    pub number: u64,
    pub mode: PairingMode,
    pub subject: String,
    pub person: String,
    /// The record's version: of two reports about the owner the newer one holds.
    pub version: u64,
    /// Who holds it, where there is a screen to be shown.
    pub owner: Option<TechnicianId>,
    /// It came by a channel's link: its program shows its place in the queue.
    pub called: bool,
    /// Who is in it; only they may attach a viewer.
    pub crew: Crew,
    pub course: Course,
    /// For [`PairingMode::Link`]: the public part of the link's secret, 32 bytes.
    pub invite_public: Option<[u8; 32]>,
    /// What its end user may send.
    pub files: FileLimits,
}

/// What files the desk accepts, so that nobody tries in vain; it is checked again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileLimits {
    /// Largest file, in bytes.
    pub each: u64,
    /// How accepted names end.
    pub endings: Vec<&'static str>,
}

/// How far an end user's file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub received: u64,
    /// All of it is here.
    pub kept: bool,
    /// Its message, when this was its last piece.
    pub message: Option<ChatMessage>,
}

pub use ponte_desk::setup::{Filled, Question as AskedFor};

/// One question of a channel's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub what: AskedFor,
    pub required: bool,
    /// In the desk's own words.
    pub label: Option<String>,
}

/// What a channel asks of who comes by its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedForm {
    /// The channel's name.
    pub channel: String,
    pub questions: Vec<Question>,
    /// To choose from, by name.
    pub categories: Vec<(CategoryId, String)>,
    /// What becomes of what is told.
    pub privacy: Option<String>,
}

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSent {
    /// The same id again is the same request.
    pub id: CallId,
    pub filled: Filled,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOpened {
    Session(LiveSession),
    No(CallNo),
}

/// Why a request was not taken; nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNo {
    /// A stable word: `paused`, `outside_hours`, `full` or `form`.
    pub reason: &'static str,
    /// When it is worth trying again, as far as that is known.
    pub again_at: Option<UnixMillis>,
    /// The form as it is now, when it does not fit what was sent.
    pub form: Option<AskedForm>,
}

impl CallNo {
    #[must_use]
    pub fn form(form: AskedForm) -> Self {
        Self { reason: "form", again_at: None, form: Some(form) }
    }

    /// The channel lets nobody in now.
    #[must_use]
    pub fn shut(why: Option<Shut>, again_at: Option<UnixMillis>) -> Self {
        let reason = match why {
            Some(Shut::OutsideHours { .. }) => "outside_hours",
            Some(Shut::Full { .. }) => "full",
            Some(Shut::Paused { .. } | Shut::Gone) | None => "paused",
        };
        Self { reason, again_at, form: None }
    }
}

/// How long somebody who waits will wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Somebody is free.
    Now,
    Minutes {
        from: u32,
        to: u32,
    },
    /// Nothing honest can be said.
    Unknown,
}

/// Where a request stands, as the person who waits is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// From 1; 0 when it is not in the queue now.
    pub place: u32,
    /// The place is rounded.
    pub about: bool,
    /// A technician has taken it.
    pub taken: bool,
    pub wait: Wait,
    /// It waits for the desk to open.
    pub opens_at: Option<UnixMillis>,
}

impl Standing {
    /// A technician has it.
    pub const TAKEN: Self = Self { place: 0, about: false, taken: true, wait: Wait::Unknown, opens_at: None };
    /// It was given back, and its place is not known yet.
    pub const BACK: Self = Self { taken: false, ..Self::TAKEN };
}

/// How far a session has come, as its end user is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Course {
    /// It waits, or somebody works on it.
    #[default]
    Going,
    /// Somebody comes, or works on the equipment itself: nothing is asked of the program.
    InPerson,
    OnHold {
        until: Option<UnixMillis>,
    },
    /// The technician says that it is solved. Does the end user?
    Done {
        confirms_at: Option<UnixMillis>,
    },
    Closed {
        /// Absent: it cannot be reopened.
        reopen_until: Option<UnixMillis>,
    },
}

/// What a returning SOS program comes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// It still shows a code that nobody has used.
    Code(IssuedCode),
    Session(Box<LiveSession>),
}

/// The records, as seen by the live connections. Implemented by [`crate::desk::Desk`].
#[async_trait]
pub trait Records: Send + Sync + 'static {
    fn desk_name(&self) -> &str;
    /// Draws a routing number for a connection that wants to show a code, and keeps its facts. One that it shows
    /// already is prolonged instead. [`ErrorCode::TooManyRequests`] when its network draws too many.
    async fn issue_code(&self, program: &Newcomer) -> Result<IssuedCode, ErrorCode>;
    /// The third wrong secret, or the program left: the code is dead for good.
    async fn burn_code(&self, connection: ConnectionId) -> Result<(), ErrorCode>;
    /// A technician proved the four secret digits to the SOS program: opens an active session owned by them.
    async fn open_from_code(
        &self,
        connection: ConnectionId,
        technician: TechnicianId,
        device: &DeviceFacts,
    ) -> Result<LiveSession, ErrorCode>;
    /// A technician's key confirmation was refused by the SOS program: counts towards their lock-out.
    async fn wrong_secret(&self, technician: TechnicianId) -> Result<(), ErrorCode>;
    /// The SOS program was started with a link: the session turns ready. `claim` is checked against the stored hash.
    async fn open_invite(
        &self,
        program: &Newcomer,
        invite: InviteId,
        claim: &[u8; 32],
    ) -> Result<LiveSession, ErrorCode>;
    /// A channel's link was opened: what the channel asks. [`ErrorCode::LinkExpired`] alike for unknown, paused and deleted
    /// links. Keeps nothing.
    async fn call_form(&self, link: LinkId, from: Network) -> Result<AskedForm, ErrorCode>;
    /// The form was sent: opens a waiting session that the program's connection serves.
    async fn open_call(
        &self,
        program: &Newcomer,
        link: LinkId,
        sent: &CallSent,
    ) -> Result<CallOpened, ErrorCode>;
    /// A program comes back after a break or a restart of the relay, with the token that it was given then.
    async fn resume(&self, program: &Newcomer, presented: &ResumeToken) -> Result<Resumed, ErrorCode>;
    /// A session that a viewer wants to attach to, as it is now. [`ErrorCode::NotFound`], or
    /// [`ErrorCode::WrongState`] when it is over.
    async fn session(&self, session: SessionId) -> Result<LiveSession, ErrorCode>;
    /// Facts changed while connected.
    async fn device_changed(&self, session: SessionId, device: &DeviceFacts) -> Result<(), ErrorCode>;
    /// The link broke without a word: the session turns reconnecting, or stays invited.
    async fn connection_lost(&self, connection: ConnectionId) -> Result<(), ErrorCode>;
    /// The end user ended it: the session closes.
    async fn ended_by_end_user(&self, session: SessionId) -> Result<(), ErrorCode>;
    /// Asked whether it is solved, the end user said yes or no. Nothing happens where nobody asks any more.
    async fn judged_by_end_user(&self, session: SessionId, solved: bool) -> Result<(), ErrorCode>;
    /// The end user wrote something. The same id again is the same message.
    async fn said_by_end_user(
        &self,
        session: SessionId,
        id: MessageId,
        text: &str,
    ) -> Result<ChatMessage, ErrorCode>;
    /// The newest messages of a session, in order, and how far the desk has got with them.
    async fn chat(&self, session: SessionId) -> Result<(Vec<ChatMessage>, ChatMarks), ErrorCode>;
    /// Who came to the session and left, oldest first.
    async fn comings(&self, session: SessionId) -> Result<Vec<Coming>, ErrorCode>;
    /// The end user begins to send a file, or asks how far it had come.
    async fn begin_file(&self, session: SessionId, new: NewFile) -> Result<Received, ErrorCode>;
    /// Its next piece.
    async fn add_piece(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
        bytes: &[u8],
    ) -> Result<Received, ErrorCode>;
    /// The end user gives it up.
    async fn give_file_up(&self, session: SessionId, id: AttachmentId) -> Result<(), ErrorCode>;
    /// Bytes of a file of the chat, from an offset on; empty at its end.
    async fn file_piece(&self, session: SessionId, id: AttachmentId, from: u64)
    -> Result<Vec<u8>, ErrorCode>;
    /// How far the end user has got.
    async fn end_user_progress(&self, session: SessionId, got: u64, saw: u64) -> Result<(), ErrorCode>;
}

/// Why a viewer may attach, taken from a one-time ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewerTarget {
    /// Five routing digits were found; the four secret digits are still to be proved.
    Code(ConnectionId),
    Session(SessionId),
}

/// Who attaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewerRequest {
    pub technician: TechnicianId,
    pub technician_name: String,
    pub target: ViewerTarget,
}

/// Both directions of one viewer's signalling. Dropping it detaches the viewer and its media.
#[derive(Debug)]
pub struct ViewerPipe {
    /// Towards the connection task. Full: the console is flooding, and its socket is closed.
    pub up: mpsc::Sender<FromViewer>,
    /// From the connection task. Ends when the viewer was removed.
    pub down: mpsc::Receiver<ToViewer>,
}

/// The live connections, as seen by the records and the API. Implemented by [`crate::live::Hub`].
#[async_trait]
pub trait Live: Send + Sync + 'static {
    /// Attaches a viewer. For a session whose SOS program is away it attaches too, and hears `LinkState{online:false}`.
    async fn attach(&self, request: ViewerRequest) -> Result<ViewerPipe, ErrorCode>;
    /// Sessions that somebody is connected to.
    fn sessions(&self) -> Vec<SessionId>;
    /// Is somebody connected to it?
    fn is_open(&self, session: SessionId) -> bool;
    /// Ends the session's connection, telling both ends why. Nothing happens if there is none. False when it was too busy to
    /// be told.
    async fn end(&self, session: SessionId, reason: EndReason) -> bool;
    /// Others are in the session, or nobody, since `version`: viewers of anybody else are removed. Reports may arrive in
    /// any order, and more than once. False when it was too busy to be told.
    async fn crew_changed(&self, session: SessionId, version: u64, crew: Crew) -> bool;
    /// The session has come so far, as of `version`: its SOS program is told. Reports may arrive in any order, and more
    /// than once. False when it was too busy to be told.
    async fn course_changed(&self, session: SessionId, version: u64, course: Course) -> bool;
    /// Something was said, or seen by the desk, in the session's chat: its SOS program is told.
    async fn chatted(&self, session: SessionId, message: Option<ChatMessage>, desk_saw: u64);
    /// Where a session that came by a channel's link stands: its SOS program is told. False when it is too busy to
    /// be told now.
    async fn placed(&self, session: SessionId, standing: Standing) -> bool;
    /// Is the connection (which shows a code) here right now?
    fn is_online(&self, connection: ConnectionId) -> bool;
}

/// A shared [`Records`].
pub type SharedRecords = Arc<dyn Records>;
/// A shared [`Live`].
pub type SharedLive = Arc<dyn Live>;

/// A mail, ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    pub to: String,
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Without angle brackets; the same when it is sent again.
    pub message_id: String,
    pub at: UnixMillis,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may go later.
    #[error("{0}")]
    Later(String),
    /// The server will never take it.
    #[error("{0}")]
    Never(String),
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError>;
}

/// What is told to another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// Tells other servers. It refuses addresses that lead into the relay's own network, however they are written.
#[async_trait]
pub trait Poster: Send + Sync + 'static {
    /// Can this be told to at all?
    ///
    /// # Errors
    /// Why not, in words.
    fn acceptable(&self, url: &str) -> Result<(), String>;
    /// The status of the answer, whatever it is; or why there is none.
    async fn post(&self, post: &Post) -> Result<u16, String>;
}
