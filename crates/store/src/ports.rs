//! The traits, one for each group of use cases.

use async_trait::async_trait;
use ponte_desk::availability::Availability;
use ponte_types::{
    ChannelId, ConnectionId, DeviceFacts, InviteId, Network, RequestId, SessionId, TechnicianId, UnixMillis,
};

use crate::{
    AccountAdded, AccountEdits, Actions, ApiTokens, Attachments, AuditEntry, Audits, Binding, Chats,
    CodeClaim, Earlier, Entry, Equipment, FamilyId, FoundCode, Held, HistoryEntry, HistoryKind, KeptPresence,
    Links, Mails, NewCode, NewConnection, NewFamily, Notices, Offers, Outboxed, PieceOutcome, PrivateChats,
    Rotate, Rotation, Served, Session, SessionFilter, Setups, Silence, Technician, TechnicianSecret, Times,
    TokenHash, Webhooks,
};

/// The store could not do it; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is busy beyond its timeout, or the like: it may work later.
    #[error("the database cannot do this now: {0}")]
    Unavailable(String),
    /// Nothing was changed; it works again once an administrator has made room.
    #[error("the database cannot be written, its disk may be full or read-only: {0}")]
    CannotSave(String),
    /// A kept value cannot be read, or the adapter has a defect.
    #[error("the database holds something unexpected: {0}")]
    Broken(String),
}

/// Accounts and who is signed in.
#[async_trait]
pub trait Accounts {
    /// Keeps an account, and `setup` as its document ([`crate::DocumentId::Technician`]), if what is set up still is of
    /// `revision`: the document was checked together with that.
    async fn add_technician(
        &self,
        account: &TechnicianSecret,
        setup: &str,
        revision: u64,
        audit: &AuditEntry,
    ) -> Result<AccountAdded, StoreError>;
    /// All accounts, by name.
    async fn technicians(&self) -> Result<Vec<Technician>, StoreError>;
    async fn technician(&self, id: TechnicianId) -> Result<Option<Technician>, StoreError>;
    /// `email` in lower case.
    async fn technician_by_email(&self, email: &str) -> Result<Option<TechnicianSecret>, StoreError>;
    /// Has somebody signed in to this account from this network, as far as that is remembered? False for an account
    /// that does not exist.
    async fn signed_in_before(&self, email: &str, network: Network) -> Result<bool, StoreError>;
    /// Starts a family of refresh tokens.
    async fn start_family(&self, new: &NewFamily, audit: &AuditEntry) -> Result<FamilyId, StoreError>;
    /// Uses up the presented token and stores the next one.
    async fn rotate(&self, ask: &Rotate) -> Result<Rotation, StoreError>;
    /// Ends the family that the token belongs to and tells which; nothing happens when there is none.
    async fn end_family(&self, presented: TokenHash, now: UnixMillis)
    -> Result<Option<FamilyId>, StoreError>;
    /// Ends all families of a technician and tells which were open.
    async fn end_families_of(
        &self,
        technician: TechnicianId,
        now: UnixMillis,
    ) -> Result<Vec<FamilyId>, StoreError>;
    /// Those of these families that have a token with which somebody could still come back.
    async fn living(&self, families: &[FamilyId], now: UnixMillis) -> Result<Vec<FamilyId>, StoreError>;
    /// Forgets tokens that are of no use to anybody and families without one, and networks from which nobody signed in
    /// since `networks_before`.
    async fn forget_sign_ins(&self, now: UnixMillis, networks_before: UnixMillis) -> Result<(), StoreError>;
    /// Writes a line of the audit that goes with no other change.
    async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError>;
}

/// The queue.
#[async_trait]
pub trait Sessions {
    /// Keeps a new session, with its link if it has one, and gives it the next number. Where its `request` has opened a
    /// session already, that one is returned as it is, and nothing is written.
    async fn add_invited(&self, new: &Session, entry: &Entry) -> Result<Session, StoreError>;
    /// Keeps a new session, gives it the next number, and uses up the code that its connection shows: the connection
    /// serves the session from now on. [`Held::Moved`] when the code is no longer shown; the limit holds as with
    /// [`Sessions::hold`].
    async fn add_from_code(&self, new: &Session, at_most: u64, entry: &Entry) -> Result<Held, StoreError>;
    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError>;
    /// What this asking opened.
    async fn session_by_request(&self, request: RequestId) -> Result<Option<Session>, StoreError>;
    async fn session_by_invite(&self, invite: InviteId) -> Result<Option<Session>, StoreError>;
    async fn session_by_connection(&self, connection: ConnectionId) -> Result<Option<Session>, StoreError>;
    async fn sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>, StoreError>;
    /// Writes `changed` if the kept version still is `changed.version`, and counts it up. `None`: somebody was faster,
    /// and nothing was written.
    ///
    /// With `bind`, the connection becomes the one that serves the session. What is known of the device stays while the
    /// same connection serves it: [`Sessions::keep_device`].
    async fn change(
        &self,
        changed: &Session,
        bind: Option<&NewConnection>,
        entry: &Entry,
    ) -> Result<Option<Session>, StoreError>;
    /// As [`Sessions::change`], and `pieces` of its equipment with it: those that are not its own are left out.
    async fn close(
        &self,
        changed: &Session,
        pieces: &[PieceOutcome],
        entry: &Entry,
    ) -> Result<Option<Session>, StoreError>;
    /// As [`Sessions::change`]; its link is `changed.invite` from now on, and earlier ones open nothing.
    async fn relink(&self, changed: &Session, entry: &Entry) -> Result<Option<Session>, StoreError>;
    /// As [`Sessions::change`], unless `changed.owner` would then hold more than `at_most` active sessions: however many
    /// ask at once.
    async fn hold(&self, changed: &Session, at_most: u64, entry: &Entry) -> Result<Held, StoreError>;
    /// From whom it went back to the queue because somebody released it, they or a manager.
    async fn released_by(&self, id: SessionId) -> Result<Vec<TechnicianId>, StoreError>;
    /// Sessions from before there were channels stand in this one from now on.
    async fn adopt(&self, channel: ChannelId) -> Result<(), StoreError>;
    /// What its program says of its device now. No part of the version, and no deed: followers are told, and nothing is
    /// written beside. False for one that is over.
    async fn keep_device(&self, id: SessionId, device: &DeviceFacts) -> Result<bool, StoreError>;
    /// The newest `limit` lines, oldest first.
    async fn history(&self, id: SessionId, limit: u64) -> Result<Vec<HistoryEntry>, StoreError>;
    /// What made this version of the session, and which technician, if one did. `None` for a version that there never
    /// was, or from before this was kept.
    async fn made(
        &self,
        id: SessionId,
        version: u64,
    ) -> Result<Option<(HistoryKind, Option<TechnicianId>)>, StoreError>;
    /// When time moves the next session: [`Session::due_at`].
    async fn next_due(&self) -> Result<Option<UnixMillis>, StoreError>;
    /// Sessions that time moves, the longest overdue first, at most `limit`.
    async fn due(&self, now: UnixMillis, limit: u64) -> Result<Vec<Session>, StoreError>;
    /// Unfinished sessions whose person was tried to be reached in vain, the longest ago first, at most `limit`. A try is
    /// in the work log; reaching them is there, in the chat, and in the history.
    async fn silences(&self, limit: u64) -> Result<Vec<Silence>, StoreError>;
    /// Sessions that a connection serves, as far as the store knows, with that and when they changed last: what a relay that
    /// starts must mark as lost. No more of them, for they may be very many.
    async fn connected(&self) -> Result<Vec<Served>, StoreError>;
    /// As [`Sessions::change`] for each of these, in one transaction; what somebody changed meanwhile is left out. Returns
    /// how many were changed.
    async fn change_all(&self, changed: &[(Session, Entry)]) -> Result<u64, StoreError>;
}

/// Who is there.
#[async_trait]
pub trait Presences {
    /// Of everybody who was ever there, with the sessions that they hold now.
    async fn presences(&self) -> Result<Vec<KeptPresence>, StoreError>;
    /// Of one.
    async fn presence(&self, technician: TechnicianId) -> Result<Option<KeptPresence>, StoreError>;
    /// What somebody chose; they were heard from.
    async fn choose_availability(
        &self,
        technician: TechnicianId,
        chosen: Availability,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;
    /// These were heard from. Who was never there is available from now on.
    async fn heard_from(&self, technicians: &[TechnicianId], now: UnixMillis) -> Result<(), StoreError>;
}

/// Codes and the connections that show them.
#[async_trait]
pub trait Codes {
    /// Gives the number to the connection, unless it was given to any since `taken_after`. An earlier code of the
    /// connection dies.
    async fn issue_code(&self, new: &NewCode) -> Result<CodeClaim, StoreError>;
    /// Prolongs the code that the connection shows, as if issued `now`; its number, if there is one.
    async fn renew_code(
        &self,
        connection: ConnectionId,
        now: UnixMillis,
        expires_at: UnixMillis,
    ) -> Result<Option<(TokenHash, u32)>, StoreError>;
    async fn find_code(&self, lookup: TokenHash) -> Result<Option<FoundCode>, StoreError>;
    /// The code shown by the connection dies; nothing happens when it shows none.
    async fn kill_code(&self, connection: ConnectionId) -> Result<(), StoreError>;
    /// Finds what a token's holder was doing. The token that the current one replaced is good until the current one
    /// was used: its owner may never have heard of the current one.
    async fn find_binding(&self, token: TokenHash) -> Result<Option<Binding>, StoreError>;
    /// `old` comes back as `new`, with what it shows or serves. False when it was already replaced.
    async fn rebind(
        &self,
        presented: TokenHash,
        old: ConnectionId,
        new: &NewConnection,
    ) -> Result<bool, StoreError>;
    /// Forgets codes issued before, and connections with neither a living code nor an unfinished session.
    async fn forget_codes(&self, issued_before: UnixMillis) -> Result<(), StoreError>;
}

/// The outbox.
#[async_trait]
pub trait Events {
    /// The newest cursor; 0 when nothing ever happened.
    async fn newest_cursor(&self) -> Result<u64, StoreError>;
    /// Changes after `cursor`, oldest first, each session once with its present content and its newest cursor.
    /// `None` when the outbox no longer reaches back that far.
    async fn changes_after(&self, cursor: u64, limit: u64) -> Result<Option<Vec<Outboxed>>, StoreError>;
    /// Forgets all but the newest `keep` changes.
    async fn trim_outbox(&self, keep: u64) -> Result<(), StoreError>;
}

/// All of it.
pub trait Store:
    Accounts
    + Sessions
    + Codes
    + Chats
    + Attachments
    + Events
    + Setups
    + Links
    + Presences
    + Actions
    + Equipment
    + Audits
    + AccountEdits
    + Notices
    + Mails
    + Webhooks
    + ApiTokens
    + Offers
    + PrivateChats
    + Earlier
    + Times
    + Send
    + Sync
    + std::fmt::Debug
    + 'static
{
}
impl<T> Store for T where
    T: Accounts
        + Sessions
        + Codes
        + Chats
        + Attachments
        + Events
        + Setups
        + Links
        + Presences
        + Actions
        + Equipment
        + Audits
        + AccountEdits
        + Notices
        + Mails
        + Webhooks
        + ApiTokens
        + Offers
        + PrivateChats
        + Earlier
        + Times
        + Send
        + Sync
        + std::fmt::Debug
        + 'static
{
}
