//! The store port: what the use cases need kept, and nothing about how.
//!
//! The traits are shaped by use cases, not by tables. Every change writes its audit entry and its outbox entry in the
//! same transaction; every change of a session is a compare-and-set on its version. An adapter passes when the tests
//! of [`conformance`] pass with it.
//!
//! To add a stored thing: add its value to [`model`], the method that a use case needs to one of the traits, a case to
//! [`conformance`], then the column and the query to the adapter.

mod chat;
#[cfg(feature = "conformance")]
pub mod conformance;
mod model;
mod ports;

pub use chat::{Author, ChatMarks, ChatMessage, Chats, NewMessage, Progress, Said};
pub use model::{
    Actor, AuditEntry, Binding, CodeClaim, CodeState, Entry, FamilyId, FoundCode, HistoryEntry, HistoryKind,
    Invite, NewCode, NewConnection, NewFamily, Outboxed, Owner, Rotate, Rotation, Session, SessionFilter,
    Technician, TechnicianSecret, TokenHash,
};
pub use ports::{Accounts, Codes, Events, Sessions, Store, StoreError};
