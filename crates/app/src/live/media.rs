//! What a room needs of the part that sends pictures to browsers.

use bytes::Bytes;
use ponte_types::{ErrorCode, ViewerId};
use ponte_wire::{Frame, msg::Lane};
use tokio::sync::mpsc;

/// One offer's attachment; a viewer that offers again gets another, and what the earlier one still says is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attachment {
    pub viewer: ViewerId,
    /// Counts the viewer's offers.
    pub number: u32,
}

/// Something happened to a viewer's media.
#[derive(Debug)]
pub struct MediaEvent {
    pub attachment: Attachment,
    pub update: MediaUpdate,
}

/// See [`MediaEvent`].
#[derive(Debug)]
pub enum MediaUpdate {
    /// The answer to the offer.
    Answer(String),
    /// The offer cannot be answered.
    Refused(ErrorCode),
    /// Pictures can be sent.
    Up,
    /// The browser is gone, or its connection cannot be used any more.
    Down,
    /// Its decoder asks for a key picture.
    KeyWanted,
    /// What was sent stands unreceived (`true`), or has drained.
    Backlog(bool),
    /// From a data channel: a payload of lane INPUT or POINTER.
    Peer(Lane, Bytes),
}

/// The pictures' way out has no room; nothing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the media plane is overloaded")]
pub struct Overloaded;

/// Sends pictures to browsers. All calls return at once; answers come as [`MediaEvent`]s.
pub trait MediaPlane: Send + Sync + 'static {
    /// A browser's offer. Replaces the viewer's earlier attachment. The events' channel, when full, loses pointer
    /// moves; other events wait in the plane, bounded, and what does not fit ends the attachment.
    ///
    /// # Errors
    /// When too many offers are waiting.
    fn offer(
        &self,
        attachment: Attachment,
        sdp: String,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<(), Overloaded>;
    /// The viewer is gone. May be lost under overload; an attachment whose events nobody receives ends by itself.
    fn detach(&self, viewer: ViewerId);
    /// One picture for these viewers. Unknown viewers are skipped.
    ///
    /// # Errors
    /// When too many pictures are waiting; nobody gets this one then.
    fn forward(&self, frame: Frame, viewers: Vec<ViewerId>) -> Result<(), Overloaded>;
}
