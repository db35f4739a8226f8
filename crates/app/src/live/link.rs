//! One SOS program's link, as the room sees it.

use ponte_types::ErrorCode;
use ponte_wire::{
    Frame,
    msg::{FromSos, Refused, ToSos, to_sos},
};
use tokio::sync::mpsc;

/// Both directions of an SOS program's connection. Dropping it closes the connection, after what is in `down`.
#[derive(Debug)]
pub struct SosLink {
    /// Control messages after the hello. Ends when the connection is lost. Full: the program is made to wait.
    pub up: mpsc::Receiver<FromSos>,
    /// Pictures, as their streams finish. Full: the program is made to wait, and skips pictures.
    pub frames: mpsc::Receiver<Frame>,
    /// Control messages. Full: the program does not read, and its connection is closed.
    pub down: mpsc::Sender<ToSos>,
}

/// Why a message did not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsent {
    /// The peer does not read.
    Full,
    /// The peer is gone.
    Closed,
}

impl<T> From<mpsc::error::TrySendError<T>> for Unsent {
    fn from(error: mpsc::error::TrySendError<T>) -> Self {
        match error {
            mpsc::error::TrySendError::Full(_) => Self::Full,
            mpsc::error::TrySendError::Closed(_) => Self::Closed,
        }
    }
}

impl SosLink {
    pub(super) fn send(&self, body: to_sos::Body) -> Result<(), Unsent> {
        self.down.try_send(ToSos { body: Some(body) }).map_err(Unsent::from)
    }

    /// Says no, and hangs up.
    pub(super) fn refuse(self, code: ErrorCode) {
        let retry_after_seconds = match code {
            ErrorCode::TooManyRequests | ErrorCode::TooManyTries => 30,
            ErrorCode::Unavailable | ErrorCode::Internal => 5,
            _ => 0,
        };
        let refused = Refused { code: code.as_str().to_owned(), retry_after_seconds };
        // a program that does not read will see the connection close
        let _ = self.send(to_sos::Body::Refused(refused));
    }
}
