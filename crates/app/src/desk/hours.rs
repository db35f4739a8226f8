//! What opening hours come to, before they are saved.

use ponte_desk::{
    calendar::{Calendar, CalendarSpec},
    permission::{Permission, Where},
    setup::SetupError,
};
use ponte_types::{ChannelId, ErrorCode, UnixMillis};

use super::{Caller, Desk, DeskError};

/// Openings shown.
const SHOWN: usize = 6;

/// What hours come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedHours {
    pub open: bool,
    /// From, to; one that is under way first.
    pub openings: Vec<(UnixMillis, UnixMillis)>,
    /// When the clocks of the place change next, and by how many seconds: forward is positive.
    pub clock_change: Option<(UnixMillis, i32)>,
}

impl Desk {
    /// When would the channel be open? Changes nothing.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid_request` with what is wrong with the hours.
    pub async fn try_hours(
        &self,
        caller: &Caller,
        channel: ChannelId,
        hours: &CalendarSpec,
    ) -> Result<TriedHours, DeskError> {
        let directory = self.directory_now().await?;
        directory.may(caller, Permission::ChannelView, Where::Channel(channel))?;
        let found = directory.channel(channel).ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let calendar = Calendar::parse(hours).map_err(|error| {
            let channel = found.name.to_string();
            DeskError::Unsound(Box::new(SetupError::Hours { channel, error }))
        })?;
        let now = self.ambient.now();
        Ok(TriedHours {
            open: calendar.is_open(now),
            openings: calendar.upcoming(now, SHOWN),
            clock_change: calendar.clock_change(now),
        })
    }
}
