//! The store port: what the use cases need kept, and nothing about how.
//!
//! The traits are shaped by use cases, not by tables. Every change writes its audit entry and its outbox entry in the
//! same transaction; every change of a session is a compare-and-set on its version. An adapter passes when the tests
//! of [`conformance`] pass with it.
//!
//! To add a stored thing: add its value to [`model`], the method that a use case needs to one of the traits, a case to
//! [`conformance`], then the column and the query to the adapter.

mod account_edits;
mod actions;
mod api_tokens;
mod attachments;
mod audit;
mod chat;
#[cfg(feature = "conformance")]
pub mod conformance;
mod earlier;
mod equipment;
mod links;
mod mails;
mod model;
mod notices;
mod ports;
mod setup;
mod team;
mod times;
mod webhooks;

pub use account_edits::{AccountAdded, AccountChange, AccountEdits, OpenSignIn};
pub use actions::{Action, ActionKind, Actions, Logged};
pub use api_tokens::{ApiToken, ApiTokens};
pub use attachments::{Attachment, AttachmentState, Attachments, Begun, NewAttachment, Purpose, Room};
pub use audit::{AuditFilter, Audits};
pub use chat::{Author, ChatFile, ChatMarks, ChatMessage, Chats, Coming, NewMessage, Progress, Said};
pub use earlier::{Alike, Earlier};
pub use equipment::{Equipment, EquipmentKind, NewPiece, Piece, PieceChange, PieceKept, PieceOutcome};
pub use links::{Call, CallLink, Called, InQueue, Links};
pub use mails::{Mails, QueuedMail};
pub use model::{
    Actor, AuditEntry, Binding, CodeClaim, CodeState, Entry, FamilyId, FoundCode, Held, HistoryEntry,
    HistoryKind, Invite, KeptPresence, NewCode, NewConnection, NewFamily, OnHold, Outboxed, Owned, Owner,
    Placement, Rotate, Rotation, Served, Session, SessionFilter, SessionOrder, Silence, Technician,
    TechnicianSecret, TokenHash,
};
pub use notices::{
    Feed, FeedCursor, FeedLine, KeptPreferences, NewMail, NewNotice, Notice, Notices, SeenUp, Telling,
    Touched,
};
pub use ports::{Accounts, Codes, Events, Presences, Sessions, Store, StoreError};
pub use setup::{Document, DocumentChange, DocumentId, SetupChange, Setups};
pub use team::{KeptOffer, KeptTeam, NewPrivate, Offers, PrivateChats, PrivateMessage, SaidPrivately};
pub use times::{ChannelLoad, Clocks, KeptClock, OfCompanies, Raise, Times, Today};
pub use webhooks::{Delivery, DeliveryState, NewDelivery, PutWebhook, Webhook, WebhookSetup, Webhooks};
