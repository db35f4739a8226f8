//! Other sessions of the same person.

use async_trait::async_trait;
use ponte_desk::same::{Known, Sameness, traces};
use ponte_types::{DeviceFacts, Line, SessionId};

use crate::{Session, StoreError};

/// Another session, and by what it is known to be the same person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    pub session: Session,
    /// From what says most; never empty.
    pub same: Vec<Sameness>,
}

impl Session {
    /// By what the person is known again.
    #[must_use]
    pub fn traces(&self) -> Vec<(Sameness, String)> {
        let device = self.device.as_ref();
        traces(Known {
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            asset_number: device.and_then(DeviceFacts::asset_number).as_deref(),
            host_name: device.and_then(|device| device.host_name.as_ref()).map(Line::as_str),
        })
    }
}

/// Who was here before.
#[async_trait]
pub trait Earlier {
    /// Other sessions that share a trace with this one, the newest first, at most `limit`.
    async fn alike(&self, session: SessionId, limit: u64) -> Result<Vec<Alike>, StoreError>;
}
