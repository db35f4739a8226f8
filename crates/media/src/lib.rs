//! Which picture goes to which viewer: pure rules, with time as an argument.
//!
//! [`Forwarder`] owns one connection's pictures. It puts them back in order ([`order`]), asks for key pictures no
//! oftener than needed ([`keys`]), and decides for each viewer on its own whether a picture is of use to it. It never
//! waits for a viewer: one that cannot follow gets fewer pictures, the others get all.

mod forwarder;
mod keys;
mod order;

pub use forwarder::{Forward, Forwarder, Step};
pub use keys::{KeyRequests, MIN_KEY_INTERVAL};
pub use order::{GAP_WAIT, MAX_HELD, Order, Ordered};
