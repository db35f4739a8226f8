//! Connections: one task owns each SOS program's connection and its viewers.
//!
//! ```text
//! transport ── SosLink ──▶ Hub::accept ──▶ room task ◀── ViewerPipe ── Hub::attach ◀── api
//!                                          │    ▲
//!                                 forward  ▼    │ MediaEvent
//!                                        MediaPlane (webrtc)
//! ```
//!
//! A *room* is where an SOS program and the technicians who help it meet. It outlives either side: a viewer stays in
//! it while the SOS program is away, and the other way round; it ends when both are gone, or the session is. Its task
//! owns all its state by `&mut`; the [`Hub`] keeps nothing but bounded senders to it.

mod hub;
mod link;
mod media;
mod metrics;
mod room;

pub use hub::Hub;
pub use link::SosLink;
pub use media::{Attachment, MediaEvent, MediaPlane, MediaUpdate, Overloaded};
pub use metrics::LiveMetrics;
