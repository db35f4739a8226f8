//! Rules of a session, as pure functions over values: no clock, no randomness, no I/O.

pub mod record;
pub mod tries;
