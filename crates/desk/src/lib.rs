//! The rules of the desk, pure: no clock, no randomness, no I/O. `now` is an argument.
//!
//! - [`calendar`]: opening hours, and what counts in business time.
//! - [`order`]: who is next and why; [`estimate`]: how long it will take.
//!
//! Every answer comes with its reasons as data; the interface finds the words. An answer never depends on the order in
//! which its input was read, so every node gives the same one. In JSON, durations are whole seconds and moments
//! are milliseconds since the Unix epoch.

pub mod calendar;
pub mod estimate;
pub mod order;
mod seconds;
#[cfg(test)]
mod testing;

pub use order::Priority;
