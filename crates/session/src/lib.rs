//! The rules of a session on both sides, pure: no clock, no randomness, no I/O.
//!
//! - [`record`]: the session in the queue and its legal moves.
//! - [`tries`]: who tried too often.
//! - [`gate`]: the end user's consent, enforced in the SOS program.

pub mod gate;
pub mod record;
pub mod tries;
