//! May a request enter a channel now, and if not, what then (P4, K1).
//!
//! Whoever makes a session that is to wait asks [`Desk::admit`] first, and puts it where [`Desk::entrance`] says. A session
//! that a technician takes as it begins (by nine digits) waits nowhere, and asks nobody.

use ponte_desk::admission::{Admission, Admitted, Door, admit};
use ponte_types::{ChannelId, UnixMillis};

use super::{Desk, DeskError, Directory};

/// A request was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAway {
    /// The channels that were asked, by name, in words; for logs and API users.
    pub detail: String,
    pub admission: Admission,
}

impl TurnedAway {
    /// The earliest time at which one of the asked channels opens, where one is known.
    #[must_use]
    pub fn again_at(&self) -> Option<UnixMillis> {
        match self.admission.result {
            Admitted::TurnedAway { again_at } => again_at,
            Admitted::Enters { .. } | Admitted::WaitsForOpening { .. } => None,
        }
    }
}

impl Desk {
    /// What becomes of a request that comes in by this channel now: it enters, waits for the opening, goes to a fallback
    /// channel, or is turned away. Changes nothing.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn admit(&self, first: ChannelId) -> Result<Admission, DeskError> {
        let directory = self.directory_now().await?;
        self.admission(&directory, first).await
    }

    pub(super) async fn admission(
        &self,
        directory: &Directory,
        first: ChannelId,
    ) -> Result<Admission, DeskError> {
        let waiting = self.store.waiting_in_channels().await?;
        Ok(admit(first, |id| directory.door(id, &waiting), self.ambient.now()))
    }

    /// The channel in which the request waits from now on.
    ///
    /// # Errors
    /// `channel_shut`, with why and until when.
    pub async fn entrance(&self, first: ChannelId) -> Result<ChannelId, DeskError> {
        let directory = self.directory_now().await?;
        let admission = self.admission(&directory, first).await?;
        directory.let_in(admission)
    }
}

impl Directory {
    /// A channel as a request finds it, with how many wait in each.
    pub(super) fn door(&self, id: ChannelId, waiting: &[(ChannelId, u64)]) -> Option<Door<'_>> {
        let channel = self.channel(id)?;
        let waiting = waiting.iter().find(|(channel, _)| *channel == id).map_or(0, |(_, count)| *count);
        Some(Door {
            paused: channel.pause.as_ref().map(|pause| pause.until),
            hours: self.checked.calendars.get(&id),
            limit: channel.most_waiting,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            otherwise: channel.otherwise,
        })
    }

    /// # Errors
    /// `channel_shut`.
    pub(super) fn let_in(&self, admission: Admission) -> Result<ChannelId, DeskError> {
        match admission.result {
            Admitted::Enters { channel } | Admitted::WaitsForOpening { channel, .. } => Ok(channel),
            Admitted::TurnedAway { .. } => {
                let name = |id: ChannelId| {
                    self.channel(id).map_or_else(|| id.to_string(), |channel| channel.name.to_string())
                };
                let asked: Vec<_> =
                    admission.asked.iter().map(|it| format!("{} {}", name(it.channel), it.shut)).collect();
                let detail = format!("{}; choose another channel or try again later", asked.join(", "));
                Err(DeskError::TurnedAway(Box::new(TurnedAway { detail, admission })))
            }
        }
    }
}
