//! Where a session goes on whose owner dropped, or that nobody takes in time (K3): nothing is lost.

use std::collections::BTreeMap;

use ponte_desk::{
    admission::Shut,
    availability::Availability,
    permission::{Permission, Where},
    routing::{Candidate, Collaborator, FallbackOrder, Narrow, Onto, Orphan, hand_on},
};
use ponte_session::record::Phase;
use ponte_store::{Actor, Entry, FamilyId, Held, HistoryKind, KeptPresence, Placement, Session};
use ponte_types::{ChannelId, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, Directory, directory::place, phase::phase, transfer::taken_from};

impl Desk {
    /// A session whose owner is gone, and that waits again, goes on by its channel's order.
    pub(super) async fn goes_on(&self, directory: &Directory, session: Session) -> Result<(), DeskError> {
        let now = self.ambient.now();
        let orphan = self.orphan(directory, &session, Vec::new(), now).await?;
        self.put_onto(directory, &session, &orphan, now).await.map(|_| ())
    }

    /// A session whose owner is gone goes on with somebody who is in it already, where its channel's order says so; the
    /// picture goes on, too. False when it is to wait.
    pub(super) async fn goes_on_with_another(
        &self,
        directory: &Directory,
        session: &Session,
    ) -> Result<bool, DeskError> {
        let now = self.ambient.now();
        let collaborators = self.collaborators(directory, session).await?;
        if collaborators.is_empty() {
            return Ok(false);
        }
        let orphan = self.orphan(directory, session, collaborators, now).await?;
        let patience = &directory.setup().desk.patience;
        let order = order_of(directory, session.placement.channel);
        let Onto::Collaborator(next) = hand_on(&order, &orphan, patience, now).onto else { return Ok(false) };
        let Some(name) = directory.name_of(next) else { return Ok(false) };
        let next = Caller { id: next, name, family: FamilyId(0), scope: None };
        let changed = taken_from(directory, &next, session.clone(), false, now)?;
        let entry = Entry { at: now, kind: HistoryKind::Assigned, by: Actor::Relay };
        match self.store.hold(&changed, u64::from(directory.limit_of(next.id)), &entry).await? {
            Held::Done(given) => {
                self.offers_changed().await;
                self.tell_live(*given).await?;
                Ok(true)
            }
            Held::Moved | Held::AtLimit(_) => Ok(false),
        }
    }

    /// Who is in the session beside its owner and may take it; not who only looks in.
    async fn collaborators(
        &self,
        directory: &Directory,
        session: &Session,
    ) -> Result<Vec<Collaborator>, DeskError> {
        let Some(team) = session.crew(session.changed_at) else { return Ok(Vec::new()) };
        let looking = session.team.as_ref().map(|team| team.looking.clone()).unwrap_or_default();
        let may = |who: &TechnicianId| {
            *who != team.lead()
                && !looking.contains(who)
                && directory.checked.allows(*who, Permission::SessionTake, place(session))
        };
        let there: BTreeMap<_, _> = team.members().filter(|(who, _)| may(who)).collect();
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let kept = self.store.presences().await?;
        let collaborator = |kept: &KeptPresence| {
            let member = there.get(&kept.technician)?;
            let presence = self.presence(directory, kept);
            Some(Collaborator { technician: kept.technician, joined_at: member.joined_at, presence })
        };
        Ok(kept.iter().filter_map(collaborator).collect())
    }

    async fn orphan(
        &self,
        directory: &Directory,
        session: &Session,
        collaborators: Vec<Collaborator>,
        now: UnixMillis,
    ) -> Result<Orphan, DeskError> {
        let placement = &session.placement;
        let group = match placement.narrow {
            Some(Narrow::Group(group)) => Some(group),
            Some(Narrow::Technician(_)) | None => None,
        };
        let ready = self.ready(directory, placement).await?;
        let of_group = ready.iter().filter(|it| group.is_some_and(|group| it.groups.contains(&group)));
        Ok(Orphan {
            collaborators,
            group,
            group_ready: count(of_group.count()),
            channel: placement.channel,
            channel_ready: count(ready.len()),
            fallback: self.fallback_of(directory, placement.channel, now).await?,
        })
    }

    /// A session that nobody took in its channel's time is opened to the whole channel, or else falls back. False when
    /// there is nowhere to go, or somebody was faster.
    pub(super) async fn waited_in_vain(
        &self,
        directory: &Directory,
        session: &Session,
        now: UnixMillis,
    ) -> Result<bool, DeskError> {
        let placement = &session.placement;
        let ready = self.ready(directory, placement).await?;
        let orphan = Orphan {
            collaborators: Vec::new(),
            // Those for whom it waited did not take it.
            group: None,
            group_ready: 0,
            channel: placement.channel,
            channel_ready: if placement.narrow.is_some() { count(ready.len()) } else { 0 },
            fallback: self.fallback_of(directory, placement.channel, now).await?,
        };
        self.put_onto(directory, session, &orphan, now).await
    }

    async fn put_onto(
        &self,
        directory: &Directory,
        session: &Session,
        orphan: &Orphan,
        now: UnixMillis,
    ) -> Result<bool, DeskError> {
        let Ok(Phase::Waiting { .. }) = phase(session) else { return Ok(false) };
        let order = order_of(directory, session.placement.channel);
        let onto = hand_on(&order, orphan, &directory.setup().desk.patience, now).onto;
        let Some((changed, kind)) = moved_on(directory, session, onto, now)? else { return Ok(false) };
        let entry = Entry { at: now, kind, by: Actor::Relay };
        let Some(kept) = self.store.change(&changed, None, &entry).await? else { return Ok(false) };
        self.changed().await;
        // Where it stands now it may be worked in another way.
        self.tell_live(kept).await?;
        Ok(true)
    }

    /// Members of the channel who could take it now.
    async fn ready(&self, directory: &Directory, placement: &Placement) -> Result<Vec<Candidate>, DeskError> {
        let mut ready = self.candidates(directory, placement.channel, placement.company).await?;
        let here = Where::Session { channel: placement.channel, company: placement.company };
        ready.retain(|it| {
            it.availability == Availability::Available
                && it.load < it.limit
                && it.sees_company
                && directory.checked.allows(it.technician, Permission::SessionTake, here)
        });
        Ok(ready)
    }

    async fn fallback_of(
        &self,
        directory: &Directory,
        channel: ChannelId,
        now: UnixMillis,
    ) -> Result<Option<(ChannelId, Result<(), Shut>)>, DeskError> {
        let Some(id) = directory.channel(channel).and_then(|channel| channel.fallback) else {
            return Ok(None);
        };
        let waiting = self.store.waiting_in_channels().await?;
        let open = directory.door(id, &waiting).map_or(Err(Shut::Gone), |door| door.check(now));
        Ok(Some((id, open)))
    }
}

fn order_of(directory: &Directory, channel: ChannelId) -> FallbackOrder {
    directory.channel(channel).map(|it| it.fallback_order.clone()).unwrap_or_default()
}

/// The session after it, and what to call that; `None` when it stays as it is.
fn moved_on(
    directory: &Directory,
    session: &Session,
    onto: Onto,
    now: UnixMillis,
) -> Result<Option<(Session, HistoryKind)>, DeskError> {
    Ok(match onto {
        Onto::FallbackChannel(channel) => {
            Some((directory.in_channel(session.clone(), channel, now)?, HistoryKind::FellBack))
        }
        Onto::Channel(_) if session.placement.narrow.is_some() => {
            let mut open = Session { changed_at: now, ..session.clone() };
            open.placement.narrow = None;
            open.clocks.stands_since = Some(now);
            Some((directory.in_its_place(open), HistoryKind::Widened))
        }
        Onto::Channel(_) | Onto::Group(_) | Onto::Collaborator(_) => None,
    })
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}
