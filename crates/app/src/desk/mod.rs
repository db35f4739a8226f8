//! Records: accounts, the queue, codes, links, and who may do what with them.
//!
//! A use case is one function of [`Desk`]: check the caller → apply a rule of `ponte-session` → one transaction in the
//! store (change, audit, outbox) → ring the bell → tell the live half. To add one: put it into the file of its group,
//! give it the caller first, and end it with [`Desk::changed`].

mod access;
mod account;
mod accounts;
mod actions;
mod admission;
mod api_tokens;
mod assign;
mod attachments;
mod audit;
mod audit_file;
mod availability;
mod calls;
mod chat;
mod clocks;
mod closing;
mod codes;
mod directory;
mod earlier;
mod equipment;
mod error;
mod events;
mod facts;
mod fallback;
mod feed;
mod follow;
mod hours;
mod jwt;
mod keys;
mod life;
mod links;
mod load;
mod mails;
mod moves;
mod next;
mod notices;
mod password;
mod phase;
mod places;
mod queue;
mod records;
mod scheduler;
mod setup;
mod signed_in;
mod standings;
mod tickets;
mod together;
mod transcript;
mod transfer;
mod webhooks;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, Weak},
    time::Duration,
};

pub use access::Caller;
pub use account::AccountNames;
pub use accounts::{NewTechnician, SignedIn};
pub use actions::NewAction;
pub use admission::TurnedAway;
pub use api_tokens::{NewApiToken, PREFIX as TOKEN_PREFIX, TokenScope};
pub use attachments::{FileProgress, NewFile};
pub use audit::{About, AskAudit, AuditReport, Export, ExportFormat};
pub use audit_file::{FileError, FileReport, verify_audit_file};
pub use availability::{AtTheDesk, Standing};
pub use calls::CallPage;
pub use closing::{ClosePiece, CloseSession};
pub use directory::Directory;
pub use earlier::EarlierSessions;
pub use equipment::{EditPiece, NewEquipment};
pub use error::DeskError;
pub use events::{Change, Changes};
pub use hours::TriedHours;
pub use keys::Keys;
pub use life::PutOnHold;
pub use links::EditLink;
pub use load::{ChannelBoard, LoadBoard};
pub use next::NextUp;
pub use notices::OwnPreferences;
pub use password::PasswordCost;
pub use places::InLine;
pub use ponte_store::{
    Action, ActionKind, ApiToken, Attachment, AttachmentState, Author, Call, CallLink, ChannelLoad, ChatFile,
    ChatMarks, ChatMessage, Clocks, Coming, Delivery, DeliveryState, DocumentId, EquipmentKind, FamilyId,
    HistoryEntry, HistoryKind, KeptClock, KeptOffer, KeptTeam, Notice, OnHold, OpenSignIn, Outboxed, Owner,
    Piece, Placement, PrivateMessage, Purpose, SeenUp, Session, SessionOrder, Technician, Today, Webhook,
    WebhookSetup,
};
pub use queue::{EditSession, InviteInfo, InviteState, ListSessions, NewLink, OwnedBy, PersonInvited};
pub use setup::{SetupView, TechnicianEntry, Tried, Versioned, whole_desk};
pub use signed_in::SignedInUntil;
pub use together::{Recipients, Several};
pub use transcript::{Language, Transcript};
pub use transfer::{NewOffer, SeenOffer};
pub use webhooks::{MadeWebhook, WebhookSecret};

use ponte_session::tries::{FIVE_IN_TEN_MINUTES, Limit, Tries};
use ponte_store::Store;
use ponte_types::{ApiTokenId, Network, SessionId, TechnicianId, UnixMillis};
use tokio::sync::watch;

use crate::{
    Ambient,
    ports::{Live, Mailer, Poster},
};

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// Shown to end users; configured by the operator, never typed by a technician.
    pub name: String,
    pub link_life: Duration,
    pub code_life: Duration,
    /// How long a session waits for a program that broke off, before it expires.
    pub return_life: Duration,
    /// New codes for one network in ten minutes, and requests by channels' links likewise.
    pub codes_per_address: usize,
    pub password_cost: PasswordCost,
    /// Where the console is, such as `https://desk.example`: links in mails begin with it.
    pub links_base: String,
    /// Mail can be sent.
    pub mail: bool,
}

impl DeskConfig {
    /// The product's defaults: links for a day, codes for ten minutes.
    #[must_use]
    pub fn new(name: String) -> Self {
        const DAY: Duration = Duration::from_secs(24 * 3600);
        Self {
            name,
            link_life: DAY,
            code_life: Duration::from_secs(600),
            return_life: DAY,
            codes_per_address: 60,
            password_cost: PasswordCost::default(),
            links_base: "http://localhost".to_owned(),
            mail: false,
        }
    }
}

/// The desk's records and use cases.
pub struct Desk {
    config: DeskConfig,
    store: Arc<dyn Store>,
    ambient: Ambient,
    access: access::Access,
    notary: audit::Notary,
    lookup: codes::Lookup,
    passwords: password::Passwords,
    tickets: Mutex<tickets::Tickets>,
    code_tries: Mutex<Tries<TechnicianId>>,
    chat_pace: Mutex<Tries<SessionId>>,
    facts: Mutex<facts::Facts>,
    code_draws: Mutex<Tries<Network>>,
    calls: Mutex<Tries<Network>>,
    link_tries: Mutex<Tries<Network>>,
    sign_in_tries: Mutex<accounts::SignInTries>,
    password_tries: Mutex<Tries<TechnicianId>>,
    open: Mutex<signed_in::Open>,
    ended: Mutex<signed_in::Ended>,
    bell: watch::Sender<u64>,
    feed: feed::Feed,
    directory: RwLock<Arc<Directory>>,
    setup_bell: watch::Sender<u64>,
    /// Sockets of each technician's consoles.
    here: Mutex<HashMap<TechnicianId, u32>>,
    team_bell: watch::Sender<u64>,
    board: Mutex<notices::Board>,
    /// Mail about messages.
    message_mails: Mutex<Tries<(TechnicianId, SessionId)>>,
    token_pace: Mutex<Tries<ApiTokenId>>,
    wrong_tokens: Mutex<Tries<Network>>,
    mail_bell: tokio::sync::Notify,
    mailer: OnceLock<Arc<dyn Mailer>>,
    hook_key: [u8; 32],
    delivery_bell: tokio::sync::Notify,
    poster: OnceLock<Arc<dyn Poster>>,
    offers_bell: watch::Sender<u64>,
    started_at: UnixMillis,
    /// Weak, for the live half holds this one.
    live: OnceLock<Weak<dyn Live>>,
    recent: Mutex<places::Recents>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Desk {
    /// Opens the desk on a store. A relay that starts calls [`Desk::mark_lost`] next.
    ///
    /// # Errors
    /// When the store cannot be read, or the keys are unusable.
    pub async fn new(
        config: DeskConfig,
        store: Arc<dyn Store>,
        ambient: Ambient,
        keys: &Keys,
    ) -> Result<Arc<Self>, DeskError> {
        let directory = directory::open(&*store, &ambient).await?;
        let cursor = store.newest_cursor().await?;
        Ok(Arc::new(Self {
            access: access::Access::new(keys),
            notary: audit::Notary::new(keys),
            lookup: codes::Lookup::new(keys)?,
            passwords: password::Passwords::new(config.password_cost, &ambient)?,
            tickets: Mutex::new(tickets::Tickets::default()),
            code_tries: Mutex::new(Tries::new(FIVE_IN_TEN_MINUTES)),
            chat_pace: Mutex::new(Tries::new(in_ten_minutes(chat::MAX_SAID))),
            facts: Mutex::default(),
            code_draws: Mutex::new(Tries::new(in_ten_minutes(config.codes_per_address))),
            calls: Mutex::new(Tries::new(in_ten_minutes(config.codes_per_address))),
            link_tries: Mutex::new(Tries::new(in_ten_minutes(calls::MOST_WRONG))),
            sign_in_tries: Mutex::new(accounts::SignInTries::new()),
            password_tries: Mutex::new(Tries::new(FIVE_IN_TEN_MINUTES)),
            open: Mutex::default(),
            ended: Mutex::default(),
            bell: watch::Sender::new(cursor),
            feed: feed::Feed::new(cursor),
            setup_bell: watch::Sender::new(directory.revision),
            directory: RwLock::new(Arc::new(directory)),
            here: Mutex::default(),
            team_bell: watch::Sender::new(0),
            board: Mutex::default(),
            message_mails: Mutex::new(Tries::new(notices::ONE_MAIL)),
            token_pace: Mutex::new(Tries::new(in_ten_minutes(api_tokens::REQUESTS))),
            wrong_tokens: Mutex::new(Tries::new(in_ten_minutes(api_tokens::WRONG))),
            mail_bell: tokio::sync::Notify::new(),
            mailer: OnceLock::new(),
            hook_key: keys.lookup,
            delivery_bell: tokio::sync::Notify::new(),
            poster: OnceLock::new(),
            offers_bell: watch::Sender::new(0),
            started_at: ambient.now(),
            live: OnceLock::new(),
            recent: Mutex::default(),
            config,
            store,
            ambient,
        }))
    }

    /// Introduces the live connections; called once, before anything is served.
    pub fn connect_live(&self, live: &Arc<dyn Live>) {
        // A second call would be a defect of the program; the first one stays.
        let _ = self.live.set(Arc::downgrade(live));
    }

    fn live(&self) -> Option<Arc<dyn Live>> {
        self.live.get()?.upgrade()
    }

    /// Whoever waits on it reads what is set up again.
    fn setup_changed(&self) {
        self.setup_bell.send_replace(self.directory().revision);
    }

    /// After a change was committed: whoever waits on the bell looks at the outbox.
    async fn changed(&self) {
        match self.store.newest_cursor().await {
            Ok(cursor) => self.ring(cursor),
            // The change is kept; the next one rings for both.
            Err(error) => tracing::warn!(%error, "the outbox could not be read after a change"),
        }
    }

    fn ring(&self, cursor: u64) {
        self.bell.send_if_modified(|newest| {
            let newer = cursor > *newest;
            *newest = cursor.max(*newest);
            newer
        });
    }
}

/// A counter that a panic elsewhere left is still a counter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ten minutes, as [`FIVE_IN_TEN_MINUTES`], with more room.
fn in_ten_minutes(tries: usize) -> Limit {
    Limit { tries, ..FIVE_IN_TEN_MINUTES }
}
