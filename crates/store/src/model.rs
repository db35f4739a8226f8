//! The values that are kept.

use std::time::Duration;

use ponte_desk::{
    Priority,
    availability::Availability,
    routing::{Narrow, Need},
    targets::{Alarm, AlarmLevel, Clock},
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, ConnectionId, DeviceFacts, InviteId, Line, Network, Outcome,
    PairingMode, Program, Reach, RequestId, SessionDetail, SessionId, SessionState, TechnicianId, UnixMillis,
};
use serde::{Deserialize, Serialize};

use crate::{Call, ChatMarks, Clocks};

/// SHA-256 of a secret that the store never sees itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technician {
    pub id: TechnicianId,
    /// Lower case; unique.
    pub email: String,
    pub name: String,
}

/// An account with what its password is checked against.
#[derive(Clone)]
pub struct TechnicianSecret {
    pub technician: Technician,
    /// PHC string of argon2id.
    pub password_hash: String,
}

impl std::fmt::Debug for TechnicianSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TechnicianSecret").field("technician", &self.technician).finish_non_exhaustive()
    }
}

/// The technician who holds a session, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub id: TechnicianId,
    pub name: String,
}

/// A sign-in and all refresh tokens that came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FamilyId(pub i64);

/// Somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFamily {
    pub technician: TechnicianId,
    /// Remembered as one that the account was used from.
    pub network: Network,
    /// What the program said it is.
    pub agent: Option<Line<200>>,
    pub first: TokenHash,
    pub expires_at: UnixMillis,
}

/// A refresh token is presented, to be exchanged for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotate {
    pub presented: TokenHash,
    pub next: TokenHash,
    pub network: Network,
    pub now: UnixMillis,
    /// Until when `next` is good.
    pub expires_at: UnixMillis,
    /// A token that was used within this time is exchanged again, as long as nobody used what it was exchanged for:
    /// its holder may never have got the answer.
    pub grace: Duration,
}

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// It was good; the new one is stored. One that it had been exchanged for before is good no more.
    Rotated { technician: Technician, family: FamilyId },
    /// It had been used before, or replaced by another exchange: somebody has a copy. Its whole family has ended.
    Reused { technician: TechnicianId, family: FamilyId },
    /// Unknown, expired, or of an ended family.
    Unknown,
}

/// The public half of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    pub id: InviteId,
    /// The public part of the link's secret.
    pub public: [u8; 32],
    /// SHA-256 of the claim.
    pub claim_hash: TokenHash,
    pub expires_at: UnixMillis,
}

/// The item in the queue, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// From 1; given by the store when the session is made.
    pub number: u64,
    /// From 1; grows by one with every change.
    pub version: u64,
    pub state: SessionState,
    pub detail: Option<SessionDetail>,
    pub reach: Reach,
    /// Is the end user's program connected?
    pub program: Program,
    pub mode: PairingMode,
    pub person: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub subject: Option<String>,
    /// Its name is read along and not kept here.
    pub owner: Option<Owner>,
    pub created_at: UnixMillis,
    pub changed_at: UnixMillis,
    pub waiting_since: Option<UnixMillis>,
    pub started_at: Option<UnixMillis>,
    pub closed_at: Option<UnixMillis>,
    pub outcome: Option<Outcome>,
    /// What was done.
    pub note: Option<String>,
    /// Why it was not solved.
    pub reason: Option<String>,
    pub hold: Option<OnHold>,
    /// A done session is closed then, unless somebody says otherwise.
    pub confirms_at: Option<UnixMillis>,
    /// Of one that is over: until when it can be reopened; absent: it cannot.
    pub reopen_until: Option<UnixMillis>,
    /// When it last came back after it had been closed or done.
    pub reopened_at: Option<UnixMillis>,
    /// Something of its work log changed the infrastructure. Kept beside the version: the log sets it.
    pub changed_infrastructure: bool,
    pub expires_at: Option<UnixMillis>,
    pub device: Option<DeviceFacts>,
    /// The connection that serves it, or served it last.
    pub connection: Option<ConnectionId>,
    pub placement: Placement,
    pub invite: Option<Invite>,
    /// How it came, when it came by a channel's link.
    pub call: Option<Call>,
    /// Where there are or were several technicians in it.
    pub team: Option<crate::KeptTeam>,
    /// The asking that opened it, where whoever asked drew an id for it.
    pub request: Option<RequestId>,
    /// Read along; kept by [`crate::Chats`], and no part of the version.
    pub chat: ChatMarks,
    pub clocks: Clocks,
}

impl Session {
    /// Nothing happens in it any more, unless it is reopened.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.detail.is_none()
    }

    /// Since when its channel's limit on waiting counts.
    #[must_use]
    pub fn limit_counts_from(&self) -> UnixMillis {
        let came = self.placement.came_at.or(self.waiting_since).unwrap_or(self.created_at);
        ponte_desk::expiry::counts_from(came, self.waiting_since, self.reopened_at, self.clocks.limit_since)
    }

    /// When time moves it next: a waiting one expires, one on hold goes on, a done one confirms itself.
    #[must_use]
    pub fn due_at(&self) -> Option<UnixMillis> {
        match self.detail? {
            SessionDetail::Invited | SessionDetail::Ready => self.expires_at,
            SessionDetail::OnHold => self.hold.as_ref()?.until,
            SessionDetail::AwaitingConfirmation => self.confirms_at,
            SessionDetail::Connected | SessionDetail::Reconnecting | SessionDetail::InPerson => None,
        }
    }
}

/// Why and how long an owner waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHold {
    pub since: UnixMillis,
    /// Resumes by itself then; absent: by hand.
    pub until: Option<UnixMillis>,
    pub why: String,
}

/// Where a session stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    pub channel: ChannelId,
    pub company: Option<CompanyId>,
    pub category: Option<CategoryId>,
    pub priority: Priority,
    /// Whom of the channel it is meant for; anybody without.
    pub narrow: Option<Narrow>,
    /// What whoever takes it has to know.
    pub needs: Vec<Need>,
    /// Since when the person waits; kept when the session is given back.
    pub came_at: Option<UnixMillis>,
    /// Its place in the queue, smaller goes first: [`ponte_desk::order::Key::at`].
    pub queue_at: Option<UnixMillis>,
}

impl Placement {
    /// In a channel, of normal priority, for anybody.
    #[must_use]
    pub fn in_channel(channel: ChannelId) -> Self {
        Self {
            channel,
            company: None,
            category: None,
            priority: Priority::default(),
            narrow: None,
            needs: Vec::new(),
            came_at: None,
            queue_at: None,
        }
    }
}

impl Session {
    /// One of which nothing else is known yet; the store gives it its number.
    #[must_use]
    pub fn new(
        id: SessionId,
        mode: PairingMode,
        state: SessionState,
        placement: Placement,
        now: UnixMillis,
    ) -> Self {
        Self {
            id,
            number: 0,
            version: 1,
            state,
            detail: None,
            reach: Reach::default(),
            program: Program::Away,
            mode,
            person: None,
            email: None,
            phone: None,
            company: None,
            subject: None,
            owner: None,
            created_at: now,
            changed_at: now,
            waiting_since: None,
            started_at: None,
            closed_at: None,
            outcome: None,
            note: None,
            reason: None,
            hold: None,
            confirms_at: None,
            reopen_until: None,
            reopened_at: None,
            changed_infrastructure: false,
            expires_at: None,
            device: None,
            connection: None,
            placement,
            invite: None,
            call: None,
            team: None,
            request: None,
            chat: ChatMarks::default(),
            clocks: Clocks::default(),
        }
    }
}

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionFilter {
    /// Empty: all.
    pub states: Vec<SessionState>,
    /// Only those that are not over: also those that are done and wait to be confirmed.
    pub unfinished: bool,
    /// In these channels; `None`: in all.
    pub channels: Option<Vec<ChannelId>>,
    /// Of these companies and, where it is true, of none; `None`: of all.
    pub companies: Option<(Vec<CompanyId>, bool)>,
    pub owner: Option<Owned>,
    /// Only those that can be taken: nobody holds them, and their program is here or not needed.
    pub ready: bool,
    /// With each of these somewhere in what is known of the person and the request; lower case.
    pub words: Vec<String>,
    pub order: SessionOrder,
    /// Only numbers below this.
    pub before: Option<u64>,
    /// Leaves out this many.
    pub skip: u64,
    pub limit: u64,
}

/// Whose sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    By(TechnicianId),
    ByNobody,
}

/// By what sessions are ordered; what is absent comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// As they are to be taken.
    Queue,
    /// The one that changed last comes first.
    Changed,
    Person,
    Subject,
    Company,
}

ponte_types::words!(SessionOrder {
    Newest = "newest",
    Oldest = "oldest",
    Queue = "queue",
    Changed = "changed",
    Person = "person",
    Subject = "subject",
    Company = "company",
});

/// What became of a session that somebody wanted to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Done(Box<Session>),
    /// Somebody was faster; nothing was written.
    Moved,
    /// They hold this many already; nothing was written.
    AtLimit(u64),
}

/// What is kept of a technician's being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPresence {
    pub technician: TechnicianId,
    /// What they chose.
    pub chosen: Availability,
    /// When their console was last heard from.
    pub heard_at: UnixMillis,
    /// When a session was given to them last.
    pub given_at: Option<UnixMillis>,
    /// Sessions that they hold.
    pub load: u64,
}

/// A session that a connection serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    pub session: SessionId,
    pub connection: Option<ConnectionId>,
    pub changed_at: UnixMillis,
}

/// What happened to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// A technician made a link.
    Invited,
    /// A technician opened it, to be worked in person.
    Opened,
    /// The SOS program was started with the link, or came back.
    Ready,
    /// A technician proved a code.
    OpenedByCode,
    /// Somebody asked for help by a channel's link.
    Called,
    Claimed,
    /// The desk gave it to its owner, by the channel's policy.
    Assigned,
    Released,
    /// Its owner went off shift, was gone for too long, or may not hold it any more.
    HandedBack,
    /// Person, subject, priority, category or company.
    Edited,
    /// It stands in another channel.
    MovedToChannel,
    /// The connection broke.
    Lost,
    /// The connection came back.
    Back,
    ClosedByTechnician,
    EndedByEndUser,
    Expired,
    /// The device's facts changed.
    DeviceChanged,
    /// Most of the time until somebody should react has passed; all of it.
    ReactionAmber,
    ReactionRed,
    /// Most of the time in which it should be resolved has passed; all of it.
    ResolutionAmber,
    ResolutionRed,
    /// Nobody for whom it waited took it in time: it waits for everybody of its channel.
    Widened,
    /// Nobody of its channel could take it, or did in time: it stands in the fallback channel.
    FellBack,
    /// What was written was as old as the desk keeps it.
    ChatRemoved,
    /// The files were as old as the desk keeps them.
    FilesRemoved,
    /// Its owner offered it to somebody else.
    Offered,
    /// Its owner asked somebody to join.
    TechnicianInvited,
    /// Somebody whom it was offered to has it now.
    Transferred,
    /// Somebody who was invited is in it now.
    Joined,
    OfferDeclined,
    OfferTimedOut,
    /// By who made it, or because the session had moved on.
    OfferWithdrawn,
    /// A collaborator, or a supervisor who looked in.
    LeftTeam,
    RemovedFromTeam,
    /// Another may control.
    BatonPassed,
    TeamRightsChanged,
    LeadHandedOver,
    /// A supervisor looks in, and is shown.
    LookedIn,
    /// Somebody took it from its owner.
    TakenOver,
    /// Its owner waits for something.
    PutOnHold,
    /// Its owner goes on.
    Resumed,
    /// The time came until which it was on hold.
    HoldEnded,
    /// Its technician says that it is done; somebody has to confirm it.
    Done,
    /// The end user or a manager says that it is solved.
    Confirmed,
    /// Nobody said anything against it in time.
    ConfirmedItself,
    /// The end user or a manager says that it is not solved.
    Rejected,
    Reopened,
    /// Closed, because the person could not be reached for as long as the channel waits.
    Unreached,
    /// The end user's program left, and the session goes on without it.
    ProgramLeft,
    /// The person gets another link.
    LinkRenewed,
    EquipmentAdded,
    EquipmentChanged,
    EquipmentRemoved,
}

ponte_types::words!(HistoryKind {
    Invited = "invited",
    Opened = "opened",
    Ready = "ready",
    OpenedByCode = "opened_by_code",
    Called = "called",
    Claimed = "claimed",
    Assigned = "assigned",
    Released = "released",
    HandedBack = "handed_back",
    Edited = "edited",
    MovedToChannel = "moved_to_channel",
    Lost = "lost",
    Back = "back",
    ClosedByTechnician = "closed_by_technician",
    EndedByEndUser = "ended_by_end_user",
    Expired = "expired",
    DeviceChanged = "device_changed",
    ReactionAmber = "reaction_amber",
    ReactionRed = "reaction_red",
    ResolutionAmber = "resolution_amber",
    ResolutionRed = "resolution_red",
    Widened = "widened",
    FellBack = "fell_back",
    ChatRemoved = "chat_removed",
    FilesRemoved = "files_removed",
    Offered = "offered",
    TechnicianInvited = "technician_invited",
    Transferred = "transferred",
    Joined = "joined",
    OfferDeclined = "offer_declined",
    OfferTimedOut = "offer_timed_out",
    OfferWithdrawn = "offer_withdrawn",
    LeftTeam = "left_team",
    RemovedFromTeam = "removed_from_team",
    BatonPassed = "baton_passed",
    TeamRightsChanged = "team_rights_changed",
    LeadHandedOver = "lead_handed_over",
    LookedIn = "looked_in",
    TakenOver = "taken_over",
    PutOnHold = "put_on_hold",
    Resumed = "resumed",
    HoldEnded = "hold_ended",
    Done = "done",
    Confirmed = "confirmed",
    ConfirmedItself = "confirmed_itself",
    Rejected = "rejected",
    Reopened = "reopened",
    Unreached = "unreached",
    ProgramLeft = "program_left",
    LinkRenewed = "link_renewed",
    EquipmentAdded = "equipment_added",
    EquipmentChanged = "equipment_changed",
    EquipmentRemoved = "equipment_removed",
});

impl HistoryKind {
    /// That an alarm was raised.
    #[must_use]
    pub fn alarm(alarm: Alarm) -> Self {
        match (alarm.clock, alarm.level) {
            (Clock::Reaction, AlarmLevel::Amber) => Self::ReactionAmber,
            (Clock::Reaction, AlarmLevel::Red) => Self::ReactionRed,
            (Clock::Resolution, AlarmLevel::Amber) => Self::ResolutionAmber,
            (Clock::Resolution, AlarmLevel::Red) => Self::ResolutionRed,
        }
    }

    /// Does it show that the person is reached, or that reaching them begins anew?
    #[must_use]
    pub fn is_contact(self) -> bool {
        matches!(
            self,
            Self::Ready | Self::Back | Self::OpenedByCode | Self::Confirmed | Self::Rejected | Self::Reopened
        )
    }
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Technician(TechnicianId),
    EndUser,
    Relay,
}

impl Actor {
    #[must_use]
    pub fn technician(self) -> Option<TechnicianId> {
        match self {
            Self::Technician(id) => Some(id),
            Self::EndUser | Self::Relay => None,
        }
    }
}

/// What is written beside a change of a session: one line of its history and one of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub at: UnixMillis,
    pub kind: HistoryKind,
    pub by: Actor,
}

/// One line of a session's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub at: UnixMillis,
    pub kind: HistoryKind,
    /// The technician's name.
    pub by: Option<String>,
}

/// A session whose person somebody has tried to reach in vain since they were reached last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    pub session: SessionId,
    pub channel: ChannelId,
    /// The first try without success.
    pub since: UnixMillis,
}

/// One line of the audit that does not belong to a change of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: UnixMillis,
    pub by: Actor,
    /// A stable name such as `sign_in_refused`.
    pub kind: &'static str,
    /// What it was about, as text; never a secret.
    pub about: String,
}

/// A change of the queue, in the order of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outboxed {
    pub cursor: u64,
    pub session: Session,
}

/// An SOS program's link to the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConnection {
    pub id: ConnectionId,
    /// Of the token by which it may come back.
    pub token: TokenHash,
    pub device: DeviceFacts,
}

/// A routing number to be shown by a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// HMAC of the routing number.
    pub lookup: TokenHash,
    /// The routing number, encrypted by the caller.
    pub sealed: u32,
    pub connection: NewConnection,
    pub issued_at: UnixMillis,
    pub expires_at: UnixMillis,
    /// A number issued after this is taken.
    pub taken_after: UnixMillis,
}

/// Whether a number could be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeClaim {
    Issued,
    Taken,
}

/// Where a code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    Shown,
    Used,
    Dead,
}

ponte_types::words!(CodeState { Shown = "shown", Used = "used", Dead = "dead" });

/// A code found by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundCode {
    pub connection: ConnectionId,
    pub state: CodeState,
    pub expires_at: UnixMillis,
}

/// What a connection that comes back was doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// It shows a code.
    Code {
        connection: ConnectionId,
        lookup: TokenHash,
        sealed: u32,
        expires_at: UnixMillis,
    },
    Session {
        connection: ConnectionId,
        session: SessionId,
    },
    /// Its code died and it has no session.
    Nothing {
        connection: ConnectionId,
    },
}
