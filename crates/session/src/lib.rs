//! The rules of a session on both sides, pure: no clock, no randomness, no I/O.
//!
//! - [`gate`]: the end user's consent, enforced in the SOS program.

pub mod gate;
