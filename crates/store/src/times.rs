//! Times that are kept of a session, its place in the queue, and what a channel's recent past says about the next hour.

use std::time::Duration;

use async_trait::async_trait;
use ponte_desk::{
    Priority,
    targets::{Alarm, AlarmLevel, Clock, Hold},
};
use ponte_types::{ChannelId, CompanyId, SessionId, UnixMillis};

use crate::{Entry, Session, StoreError};

/// What is kept of a session's clocks. Written with the session; alarms, and that somebody answered by writing, are
/// written beside it and never taken back by a change of the session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// When a technician first took the session or wrote in it.
    pub answered_at: Option<UnixMillis>,
    /// When the resolution clock stood still, in order.
    pub pauses: Vec<Hold>,
    pub reaction: KeptClock,
    pub resolution: KeptClock,
    /// When it came into its channel, or was opened to more of it, where that was after the person came.
    pub stands_since: Option<UnixMillis>,
    /// When its limit on waiting began anew, where that was after it began to wait: its program came back, or it came
    /// into its channel.
    pub limit_since: Option<UnixMillis>,
    /// When somebody has to look at the session, unless something happens to it before: an alarm is due, or nobody took
    /// it in time.
    pub look_at: Option<UnixMillis>,
}

/// One clock of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeptClock {
    /// While it runs towards a target: when that is missed.
    pub due: Option<UnixMillis>,
    /// Once it has stopped: the opening time that it ran, in whole seconds.
    pub ran: Option<Duration>,
    /// Once it has stopped, where there was a target.
    pub kept: Option<bool>,
    /// When these alarms were due; absent: not raised.
    pub amber: Option<UnixMillis>,
    pub red: Option<UnixMillis>,
}

impl KeptClock {
    /// The most serious alarm that was raised.
    #[must_use]
    pub fn level(&self) -> Option<AlarmLevel> {
        self.red.map(|_| AlarmLevel::Red).or(self.amber.map(|_| AlarmLevel::Amber))
    }
}

impl Clocks {
    #[must_use]
    pub fn of(&self, clock: Clock) -> &KeptClock {
        match clock {
            Clock::Reaction => &self.reaction,
            Clock::Resolution => &self.resolution,
        }
    }

    /// The alarms that were raised.
    #[must_use]
    pub fn raised(&self) -> Vec<Alarm> {
        let mut raised = Vec::new();
        for clock in [Clock::Reaction, Clock::Resolution] {
            let kept = self.of(clock);
            raised.extend(kept.amber.map(|_| Alarm { clock, level: AlarmLevel::Amber }));
            raised.extend(kept.red.map(|_| Alarm { clock, level: AlarmLevel::Red }));
        }
        raised
    }
}

/// An alarm to be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raise {
    pub alarm: Alarm,
    /// When it was due.
    pub due: UnixMillis,
    pub entry: Entry,
}

/// Which companies' sessions are counted: these and, where it is true, those of none; `None`: all.
pub type OfCompanies = Option<(Vec<CompanyId>, bool)>;

/// A channel at one moment, and since the day began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelLoad {
    /// Waiting, their program here.
    pub waiting: u64,
    /// Since when the person waits who waits for the longest.
    pub oldest: Option<UnixMillis>,
    pub active: u64,
    /// Unfinished sessions with a raised alarm whose clock still runs, by the most serious one.
    pub amber: u64,
    pub red: u64,
    pub today: Today,
}

/// What happened in a channel since the day began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    pub came: u64,
    /// First answered today.
    pub answered: u64,
    /// Of these, those with a target, and those that kept it.
    pub with_target: u64,
    pub in_target: u64,
    pub closed: u64,
    pub expired: u64,
}

/// The times.
#[async_trait]
pub trait Times {
    /// Sessions that wait with their program here, in each channel that has any.
    async fn waiting_in_channels(&self) -> Result<Vec<(ChannelId, u64)>, StoreError>;
    /// How many wait in the channel before this one, and how many in all.
    async fn in_line(
        &self,
        channel: ChannelId,
        queue_at: UnixMillis,
        session: SessionId,
    ) -> Result<(u64, u64), StoreError>;
    /// How long the channel's last closed sessions were worked on, newest first.
    async fn handled(&self, channel: ChannelId, limit: u64) -> Result<Vec<Duration>, StoreError>;
    /// How many came into the channel since then, by priority.
    async fn came_since(
        &self,
        channel: ChannelId,
        since: UnixMillis,
    ) -> Result<Vec<(Priority, u64)>, StoreError>;
    /// Sessions that have to be looked at, the longest due first.
    async fn to_look_at(&self, now: UnixMillis, limit: u64) -> Result<Vec<Session>, StoreError>;
    /// When the next one has to be looked at.
    async fn next_look(&self) -> Result<Option<UnixMillis>, StoreError>;
    /// Keeps the clocks of `seen` as they are there, if its version still is the kept one, and raises alarms: each is
    /// raised once however many ask, with its entry. False: somebody changed the session, and nothing was written.
    async fn keep_clocks(&self, seen: &Session, raise: &[Raise]) -> Result<bool, StoreError>;
    /// Unfinished sessions with a raised alarm whose clock still runs: the red ones first, then by when the alarm was
    /// due.
    async fn alarmed(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        limit: u64,
    ) -> Result<Vec<Session>, StoreError>;
    /// How these channels stand, and what happened there since the day began.
    async fn loads(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        day: UnixMillis,
    ) -> Result<Vec<(ChannelId, ChannelLoad)>, StoreError>;
}
