//! The rules of the desk, pure: no clock, no randomness, no I/O. `now` is an argument.
//!
//! - [`order`]: who is next and why; [`estimate`]: how long it will take; [`expiry`]: when waiting ends by itself.
//! - [`admission`]: may a request enter a channel now; [`calendar`]: opening hours, and what counts in business time.
//! - [`routing`]: where a request goes, to whom, and what when they are gone.
//! - [`availability`]: who can take a session; [`lease`]: who holds one.
//! - [`targets`]: times to keep, and alarms.
//! - [`transfer`]: offering a session to others; [`team`]: several technicians in one session.
//! - [`notify`]: who is told of what, by which ways.
//! - [`permission`]: what somebody may do, and why; [`audit`]: what was done, so that tampering shows.
//! - [`same`]: by what two requests are known to be the same person's.
//! - [`setup`]: what managers set up, checked as a whole.
//!
//! Every answer comes with its reasons as data; the interface finds the words. An answer never depends on the order in
//! which its input was read, so every node gives the same one. In JSON, durations are whole seconds and moments
//! are milliseconds since the Unix epoch.

pub mod admission;
pub mod audit;
pub mod availability;
mod bounded;
pub mod calendar;
pub mod estimate;
pub mod expiry;
pub mod files;
pub mod lease;
pub mod notify;
pub mod order;
pub mod permission;
pub mod routing;
pub mod same;
mod seconds;
pub mod setup;
pub mod targets;
pub mod team;
#[cfg(test)]
mod testing;
pub mod transfer;

pub use order::Priority;

#[cfg(test)]
mod tests {
    /// What is stored by its word must be the same word in JSON.
    #[test]
    fn words_are_the_same_in_json() {
        macro_rules! check {
            ($($name:ty),+) => {$(
                for value in <$name>::ALL {
                    assert_eq!(serde_json::to_string(value).unwrap(), format!("\"{}\"", value.as_str()));
                    assert_eq!(value.as_str().parse(), Ok(*value));
                }
            )+};
        }
        use crate::{availability, notify, permission, routing, setup, targets, team, transfer};
        check!(
            crate::Priority,
            availability::Availability,
            notify::Event,
            notify::Way,
            permission::Effect,
            routing::Policy,
            crate::same::Sameness,
            setup::ChannelKind,
            targets::Clock,
            targets::AlarmLevel,
            team::Right,
            transfer::Purpose
        );
    }
}
