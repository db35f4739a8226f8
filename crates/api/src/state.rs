//! What the handlers work with.

use std::{path::PathBuf, sync::Arc};

use ponte_app::{desk::Desk, ports::SharedLive};
use tokio_util::sync::CancellationToken;

use crate::dto::{DeskInfo, Program};

/// What a program gives to serve the interface.
#[derive(Clone)]
pub struct Setup {
    pub desk: Arc<Desk>,
    pub live: SharedLive,
    pub info: DeskInfo,
    /// The exact origins from which browsers may open WebSockets and use the cookie, for example `https://desk.example`.
    pub origins: Vec<String>,
    /// Where `/dl/` serves from.
    pub downloads: Option<PathBuf>,
    /// What of it is offered to end users.
    pub programs: Vec<Program>,
    /// Cancelled when the relay stops: WebSockets close.
    pub stopping: CancellationToken,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup")
            .field("info", &self.info)
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

/// A shared [`Setup`].
pub(crate) type Api = Arc<Setup>;
