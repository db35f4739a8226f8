//! Use cases: what a person or a program can ask of the desk.
//!
//! Two halves that meet only in [`ports`]: [`desk`] (records: accounts, sessions, codes, invites; each use case is
//! check permission → rule → one transaction with audit and outbox → ring the bell) and [`live`] (connections: one
//! task owns each SOS program's connection and its viewers).

mod ambient;
pub mod desk;
pub mod live;
pub mod ports;

pub use ambient::{Ambient, Clock, Random};
