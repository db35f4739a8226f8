//! Times that are kept of a session, its place in the queue, and how channels stand.

use ponte_app::desk;
use ponte_desk::{admission::Shut, estimate::Estimate, targets::AlarmLevel};
use ponte_types::{ChannelId, TechnicianId, UnixMillis};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Session, queue::Standing};

/// The times of a session, since the person came.
#[derive(Debug, Serialize, ToSchema)]
pub struct Times {
    /// When a technician first took it or wrote in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<UnixMillis>,
    /// Until a technician first takes it or writes.
    pub reaction: KeptClock,
    /// Until it is resolved, but for the time on hold.
    pub resolution: KeptClock,
}

/// One clock of a session, in its channel's opening time.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptClock {
    /// While it runs towards a target: when that is missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<UnixMillis>,
    /// Once it has stopped: the opening time that it ran. Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran: Option<u64>,
    /// Once it has stopped, where there was a target: was that kept?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
    /// The most serious alarm that was raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<AlarmLevel>,
}

impl From<desk::Clocks> for Times {
    fn from(it: desk::Clocks) -> Self {
        Self { answered_at: it.answered_at, reaction: it.reaction.into(), resolution: it.resolution.into() }
    }
}

impl From<desk::KeptClock> for KeptClock {
    fn from(it: desk::KeptClock) -> Self {
        Self { due: it.due, ran: it.ran.map(|ran| ran.as_secs()), kept: it.kept, level: it.level() }
    }
}

/// Where somebody stands who waits, and for how long.
#[derive(Debug, Serialize, ToSchema)]
pub struct InLine {
    /// From 1, among those who wait in the channel.
    #[schema(minimum = 1)]
    pub place: u32,
    pub of: u32,
    pub estimate: Estimate,
    /// Seconds in which it is not worth asking again, unless the queue changed.
    pub ask_again: u64,
}

impl From<desk::InLine> for InLine {
    fn from(it: desk::InLine) -> Self {
        let desk::InLine { place, of, estimate, ask_again } = it;
        Self { place, of, estimate, ask_again: ask_again.as_secs() }
    }
}

/// How the channels stand whose load the caller may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoadBoard {
    /// By name.
    pub channels: Vec<ChannelBoard>,
    /// Unfinished, with an alarm whose clock still runs: the red ones first, then by when it was due; at most 30.
    pub alarmed: Vec<Session>,
    /// Who works in these channels, by name.
    pub technicians: Vec<Standing>,
}

/// One channel of the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelBoard {
    pub id: ChannelId,
    pub name: String,
    /// Why it lets nobody in now; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shut: Option<Shut>,
    /// When it closes, where it has hours and is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<UnixMillis>,
    /// Waiting, their program here.
    pub waiting: u64,
    /// Since when the person waits who waits for the longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<UnixMillis>,
    pub active: u64,
    /// Unfinished sessions with an alarm whose clock still runs, by the most serious one.
    pub amber: u64,
    pub red: u64,
    pub today: Today,
    /// The first ones of its queue; at most 5.
    pub first: Vec<Session>,
    pub technicians: Vec<TechnicianId>,
}

/// What happened in a channel since the day began.
#[derive(Debug, Serialize, ToSchema)]
pub struct Today {
    pub came: u64,
    /// First answered.
    pub answered: u64,
    /// Of these, those with a target, and those that kept it.
    pub with_target: u64,
    pub in_target: u64,
    pub closed: u64,
    pub expired: u64,
}

impl From<desk::LoadBoard> for LoadBoard {
    fn from(it: desk::LoadBoard) -> Self {
        Self {
            channels: it.channels.into_iter().map(Into::into).collect(),
            alarmed: it.alarmed.into_iter().map(Into::into).collect(),
            technicians: it.technicians.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<desk::ChannelBoard> for ChannelBoard {
    fn from(it: desk::ChannelBoard) -> Self {
        let desk::ChannelLoad { waiting, oldest, active, amber, red, today } = it.load;
        let desk::Today { came, answered, with_target, in_target, closed, expired } = today;
        Self {
            id: it.id,
            name: it.name,
            shut: it.shut,
            closes_at: it.closes_at,
            waiting,
            oldest,
            active,
            amber,
            red,
            today: Today { came, answered, with_target, in_target, closed, expired },
            first: it.first.into_iter().map(Into::into).collect(),
            technicians: it.technicians.into_iter().collect(),
        }
    }
}

/// What opening hours come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedHours {
    /// Open at this moment.
    pub open: bool,
    /// At most 6; one that is under way first.
    pub openings: Vec<Opening>,
    /// When the clocks of the place change next, within a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_change: Option<ClockChange>,
}

/// One opening.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Opening {
    pub from: UnixMillis,
    pub to: UnixMillis,
}

/// The clocks of a place change.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ClockChange {
    pub at: UnixMillis,
    /// Seconds; forward is positive.
    pub by: i32,
}

impl From<desk::TriedHours> for TriedHours {
    fn from(it: desk::TriedHours) -> Self {
        Self {
            open: it.open,
            openings: it.openings.into_iter().map(|(from, to)| Opening { from, to }).collect(),
            clock_change: it.clock_change.map(|(at, by)| ClockChange { at, by }),
        }
    }
}
