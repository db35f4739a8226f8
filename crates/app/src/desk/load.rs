//! How the channels stand at this moment (T4): who waits, who works, what happened today.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ponte_desk::{admission::Shut, permission::Permission};
use ponte_store::{ChannelLoad, Session, SessionFilter, SessionOrder};
use ponte_types::{ChannelId, ErrorCode, SessionState, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, Standing, directory::companies};

/// Sessions shown of each channel: the head of its queue.
const HEAD: u64 = 5;
/// Sessions shown whose alarms were raised.
const ALARMED: u64 = 30;
/// A day may have begun this long ago, wherever who asks is.
const LONGEST_DAY: std::time::Duration = std::time::Duration::from_secs(48 * 3600);

/// The channels whose load somebody may see.
#[derive(Debug, Clone)]
pub struct LoadBoard {
    pub channels: Vec<ChannelBoard>,
    /// Unfinished, with an alarm whose clock still runs: the red ones first, then by when the alarm was due.
    pub alarmed: Vec<Session>,
    /// Who works in these channels, by name.
    pub technicians: Vec<Standing>,
}

/// One channel of the board.
#[derive(Debug, Clone)]
pub struct ChannelBoard {
    pub id: ChannelId,
    pub name: String,
    /// Why it lets nobody in now.
    pub shut: Option<Shut>,
    /// When it closes, where it has hours and is open.
    pub closes_at: Option<UnixMillis>,
    pub load: ChannelLoad,
    /// The first ones of its queue.
    pub first: Vec<Session>,
    pub technicians: BTreeSet<TechnicianId>,
}

impl Desk {
    /// How those channels stand whose load the caller may see; numbers of the day since `day`.
    ///
    /// # Errors
    /// `forbidden` when they may see that of none.
    pub async fn load_board(&self, caller: &Caller, day: UnixMillis) -> Result<LoadBoard, DeskError> {
        let directory = self.directory_now().await?;
        let seen: Vec<_> = directory.channels_where(caller, Permission::LoadView).collect();
        if seen.is_empty() {
            let text = "your roles do not let you see the load of any channel ('load_view')".to_owned();
            return Err(DeskError::Explained(ErrorCode::Forbidden, text));
        }
        let now = self.ambient.now();
        let day = day.max(now.before(LONGEST_DAY)).min(now);
        let sight = directory.sight_of(caller);
        let of = companies(&sight.companies);
        let mut loads: HashMap<_, _> = self.store.loads(&seen, &of, day).await?.into_iter().collect();
        let waiting = self.store.waiting_in_channels().await?;
        let mut channels = Vec::with_capacity(seen.len());
        for id in &seen {
            let Some(channel) = directory.channel(*id) else { continue };
            let first = SessionFilter {
                states: vec![SessionState::Waiting],
                channels: Some(vec![*id]),
                companies: of.clone(),
                ready: true,
                order: SessionOrder::Queue,
                limit: HEAD,
                ..SessionFilter::default()
            };
            let load = loads.remove(id).unwrap_or_default();
            channels.push(ChannelBoard {
                id: *id,
                name: channel.name.to_string(),
                shut: directory.door(*id, &waiting).and_then(|door| door.check(now).err()),
                closes_at: directory.checked.calendars.get(id).and_then(|hours| hours.closes_at(now)),
                load,
                first: if load.waiting > 0 { self.store.sessions(&first).await? } else { Vec::new() },
                technicians: directory.checked.members.get(id).cloned().unwrap_or_default(),
            });
        }
        channels.sort_by_key(|channel| channel.name.to_lowercase());
        let working: BTreeSet<_> =
            channels.iter().flat_map(|channel| &channel.technicians).copied().collect();
        Ok(LoadBoard {
            alarmed: self.store.alarmed(&seen, &of, ALARMED).await?,
            technicians: self.standings(&directory, &working).await?,
            channels,
        })
    }

    async fn standings(
        &self,
        directory: &super::Directory,
        of: &BTreeSet<TechnicianId>,
    ) -> Result<Vec<Standing>, DeskError> {
        let kept = self.store.presences().await?.into_iter();
        let mut kept: BTreeMap<_, _> = kept.map(|kept| (kept.technician, kept)).collect();
        let enabled = |technician: &&TechnicianId| {
            directory.setup().technicians.get(*technician).is_some_and(|setup| setup.enabled)
        };
        let standings = of.iter().filter(enabled);
        let standings = standings.filter_map(|id| self.standing(directory, *id, kept.remove(id)));
        let mut standings: Vec<_> = standings.collect();
        standings.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(standings)
    }
}
