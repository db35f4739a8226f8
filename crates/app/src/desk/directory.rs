//! What is set up, as it is now: read once, checked, and kept until somebody changes it.
//!
//! Every question about channels, roles and rules is answered from one [`Directory`], so that an answer never mixes two
//! states. A change makes a new one; who asked before keeps the old one until they are done.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

use ponte_desk::{
    Priority,
    calendar::{Reopening, reopening},
    order::{Ageing, Waiting},
    permission::{Companies, Permission, Where},
    setup::{ChannelKind, ChannelSetup, Checked, ClosingRules, DeskSetup, Setup},
};
use ponte_session::record::Phase;
use ponte_store::{
    Actor, AuditEntry, Document, DocumentChange, DocumentId, OnHold, Owner, Placement, Session, Technician,
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, ErrorCode, Line, PairingMode, SessionDetail, SessionId, SessionState,
    TechnicianId, UnixMillis,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Caller, Desk, DeskError,
    clocks::paused,
    phase::{phase, refused},
};

/// The first channel's name: the administrator gives it another.
const FIRST_CHANNEL: &str = "Support";

/// As long as anybody will ask: a hundred years.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// What is set up, checked.
#[derive(Debug)]
pub struct Directory {
    pub(super) revision: u64,
    pub(super) checked: Checked,
    versions: BTreeMap<DocumentId, u64>,
    people: BTreeMap<TechnicianId, Technician>,
    /// Names of channels that were removed: old sessions still stand in them.
    gone: BTreeMap<ChannelId, String>,
}

/// Which sessions somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sight {
    /// `None`: those of all channels, of removed ones too.
    pub(super) channels: Option<BTreeSet<ChannelId>>,
    pub(super) companies: Companies,
}

impl Sight {
    pub(super) fn includes(&self, placement: &Placement) -> bool {
        self.channels.as_ref().is_none_or(|channels| channels.contains(&placement.channel))
            && self.companies.include(placement.company)
    }
}

impl Directory {
    pub(super) fn setup(&self) -> &Setup {
        &self.checked.setup
    }

    /// 0 for what is not there.
    pub(super) fn version(&self, id: DocumentId) -> u64 {
        self.versions.get(&id).copied().unwrap_or(0)
    }

    pub(super) fn channel(&self, id: ChannelId) -> Option<&ChannelSetup> {
        self.setup().channels.get(&id)
    }

    pub(super) fn removed(&self) -> impl Iterator<Item = (ChannelId, String)> {
        self.gone.iter().map(|(id, name)| (*id, name.clone()))
    }

    /// That of a category; normal without one.
    #[must_use]
    pub fn priority_of(&self, category: Option<CategoryId>) -> Priority {
        let category = category.and_then(|id| self.setup().categories.get(&id));
        category.map(|category| category.priority).unwrap_or_default()
    }

    pub(super) fn person(&self, id: TechnicianId) -> Option<&Technician> {
        self.people.get(&id)
    }

    /// The most sessions that somebody may hold at once; none for one who is not known.
    pub(super) fn limit_of(&self, technician: TechnicianId) -> u32 {
        self.setup().technicians.get(&technician).map_or(0, |setup| setup.limit.into())
    }

    /// The name that a technician's account has.
    #[must_use]
    pub fn name_of(&self, id: TechnicianId) -> Option<String> {
        self.person(id).map(|person| person.name.clone())
    }

    pub(super) fn people(&self) -> impl Iterator<Item = &Technician> {
        self.people.values()
    }

    /// May they do this here, and may their token?
    pub(super) fn allows(&self, caller: &Caller, permission: Permission, place: Where) -> bool {
        let token = caller.scope.as_ref().is_none_or(|scope| scope.allows(permission, place));
        token && self.checked.allows(caller.id, permission, place)
    }

    /// The channels in which they may do this, by [`Directory::allows`].
    pub(super) fn channels_where(
        &self,
        caller: &Caller,
        permission: Permission,
    ) -> impl Iterator<Item = ChannelId> {
        let channels = self.checked.channels_where(caller.id, permission);
        let scope = caller.scope.clone();
        channels.filter(move |channel| {
            scope.as_ref().is_none_or(|scope| scope.allows(permission, Where::Channel(*channel)))
        })
    }

    /// What they see, and their token lets them see.
    pub(super) fn sight_of(&self, caller: &Caller) -> Sight {
        let sight = self.sight(caller.id);
        let Some(scope) = &caller.scope else { return sight };
        if !scope.permissions.contains(Permission::SessionView) {
            return Sight { channels: Some(BTreeSet::new()), ..sight };
        }
        let channels = match (sight.channels, &scope.channels) {
            (seen, None) => seen,
            (None, Some(channels)) => Some(channels.clone()),
            (Some(seen), Some(channels)) => Some(seen.intersection(channels).copied().collect()),
        };
        Sight { channels, ..sight }
    }

    /// # Errors
    /// `forbidden`, with the permission that is missing.
    pub(super) fn may(&self, caller: &Caller, permission: Permission, place: Where) -> Result<(), DeskError> {
        if self.allows(caller, permission, place) {
            return Ok(());
        }
        let what = permission.about().to_lowercase();
        Err(DeskError::Explained(
            ErrorCode::Forbidden,
            format!("your roles do not let you {what} here ('{}')", permission.as_str()),
        ))
    }

    /// # Errors
    /// `not_found` for a session that the caller may not see; `forbidden`.
    pub(super) fn may_with(
        &self,
        caller: &Caller,
        permission: Permission,
        session: &Session,
    ) -> Result<(), DeskError> {
        if !self.sight_of(caller).includes(&session.placement) {
            return Err(ErrorCode::NotFound.into());
        }
        self.may(caller, permission, place(session))
    }

    pub(super) fn sight(&self, technician: TechnicianId) -> Sight {
        let Some(account) = self.checked.accounts.get(&technician) else {
            return Sight { channels: Some(BTreeSet::new()), companies: Companies::All };
        };
        let everywhere = account.is_owner();
        let channels = self.checked.channels_where(technician, Permission::SessionView);
        Sight {
            channels: (!everywhere).then(|| channels.collect()),
            companies: if everywhere { Companies::All } else { account.companies.clone() },
        }
    }

    /// The channel for what somebody opens without naming one: the default where they may all this, or else the first.
    ///
    /// # Errors
    /// `forbidden` when they may nowhere.
    pub(super) fn home(&self, caller: &Caller, needs: &[Permission]) -> Result<ChannelId, DeskError> {
        let first = self.setup().desk.default_channel;
        let may = |channel: &ChannelId| needs.iter().all(|it| self.allows(caller, *it, opened_in(*channel)));
        let others = self.setup().channels.keys();
        match [&first].into_iter().chain(others).find(|channel| may(channel)) {
            Some(channel) => Ok(*channel),
            None => needs.iter().try_for_each(|it| self.may(caller, *it, opened_in(first))).map(|()| first),
        }
    }

    fn ageing(&self, channel: ChannelId) -> Ageing {
        self.channel(channel).map(|channel| channel.ageing).unwrap_or_default()
    }

    /// A session that begins, in its first phase.
    pub(super) fn begun(
        &self,
        id: SessionId,
        mode: PairingMode,
        first: Phase,
        placement: Placement,
        owner: Option<&Owner>,
        now: UnixMillis,
    ) -> Session {
        let blank = Session::new(id, mode, first.state(), placement, now);
        self.moved(Session { owner: owner.cloned(), ..blank }, first, owner, now)
    }

    /// The session as it is to be kept in its next phase. A closed session keeps its last owner: who did it.
    pub(super) fn moved(
        &self,
        session: Session,
        next: Phase,
        new_owner: Option<&Owner>,
        now: UnixMillis,
    ) -> Session {
        let before = session.clone();
        let led_by = session.held_by();
        let (was_closed, held) = (session.state == SessionState::Closed, session.hold.clone());
        let (state, detail, program) = (next.state(), next.detail(), next.program());
        let mut moved = Session { state, detail, program, changed_at: now, ..session };
        moved.waiting_since = None;
        moved.expires_at = None;
        moved.hold = None;
        moved.confirms_at = None;
        moved.reopen_until = None;
        match next {
            Phase::Waiting { since, reach, expires_at, .. } => {
                moved.owner = None;
                moved.reach = reach;
                moved.waiting_since = Some(since);
                moved.expires_at = expires_at;
                if detail == Some(SessionDetail::Ready) {
                    moved.placement.came_at.get_or_insert(now);
                }
            }
            Phase::Active { owner, reach, hold, .. } => {
                if let Some(new) = new_owner.filter(|new| new.id == owner) {
                    moved.owner = Some(new.clone());
                }
                moved.reach = reach;
                moved.hold = hold.map(|hold| OnHold {
                    since: hold.since,
                    until: hold.until,
                    why: held.map(|held| held.why).unwrap_or_default(),
                });
                moved.started_at = moved.started_at.or(Some(now));
                moved.placement.came_at.get_or_insert(now);
                moved.clocks.answered_at.get_or_insert(now);
            }
            Phase::Done { outcome, confirms_at, .. } => {
                moved.outcome = Some(outcome);
                moved.confirms_at = Some(confirms_at);
                moved.closed_at = moved.closed_at.filter(|_| was_closed).or(Some(now));
            }
            Phase::Closed { outcome, .. } => {
                moved.outcome = outcome;
                // What was done has ended when it was done, not when somebody said so.
                moved.closed_at = moved.closed_at.filter(|_| was_closed).or(Some(now));
                moved.reopen_until = self.reopens_until(moved.placement.channel, now);
            }
            Phase::Expired => moved.closed_at = Some(now),
        }
        if moved.held_by() != led_by {
            // Who else is in a session is with its owner's leave.
            moved.team = None;
        }
        if was_closed && state != SessionState::Closed {
            moved.reopened_at = Some(now);
            moved.closed_at = None;
            moved.outcome = None;
            moved.reason = None;
        }
        let mut clocks = std::mem::take(&mut moved.clocks);
        if detail == Some(SessionDetail::Ready) && before.detail != detail {
            clocks.limit_since = Some(now);
        }
        paused(&mut clocks, &before, &moved, now);
        self.in_its_place(Session { clocks, ..moved })
    }

    /// The session in another channel: for everybody there, and worked as sessions are worked there.
    ///
    /// # Errors
    /// `wrong_state` for one that is done or over.
    pub(super) fn in_channel(
        &self,
        mut session: Session,
        channel: ChannelId,
        now: UnixMillis,
    ) -> Result<Session, DeskError> {
        if session.placement.channel == channel {
            return Ok(session);
        }
        let place = phase(&session)?.place(self.in_person(channel));
        let next = place.map_err(|e| refused(e, &session))?;
        session.placement.channel = channel;
        // Whom it was meant for works in the channel that it leaves.
        session.placement.narrow = None;
        session.clocks.stands_since = Some(now);
        session.clocks.limit_since = Some(now);
        Ok(self.moved(session, next, None, now))
    }

    /// With its place in the queue, by priority, channel and since when the person waits; with the end that the channel
    /// sets to waiting; and with its clocks.
    pub(super) fn in_its_place(&self, mut session: Session) -> Session {
        if session.detail == Some(SessionDetail::Ready) {
            session.expires_at = self.waiting_ends(&session);
        }
        let placement = &session.placement;
        let queued = placement.came_at.filter(|_| waits_or_is_worked(&session)).map(|since| {
            let waiting = Waiting { session: session.id, priority: placement.priority, since };
            waiting.key(&self.ageing(placement.channel)).at
        });
        session.placement.queue_at = queued;
        self.with_clocks(session)
    }
}

impl Directory {
    /// When a session that waits in its channel, with its program here, has waited for too long.
    fn waiting_ends(&self, session: &Session) -> Option<UnixMillis> {
        let limit = self.channel(session.placement.channel)?.waiting_limit;
        limit.ends(session.limit_counts_from())
    }

    /// How a channel's sessions end; as everywhere, where the channel is no longer there.
    pub(super) fn closing(&self, channel: ChannelId) -> ClosingRules {
        self.channel(channel).map(|channel| channel.closing).unwrap_or_default()
    }

    /// Until when a session that is closed now can be reopened.
    fn reopens_until(&self, channel: ChannelId, now: UnixMillis) -> Option<UnixMillis> {
        match reopening(self.checked.calendar(channel), self.closing(channel).reopen, now, now) {
            Reopening::Possible { until } => Some(until.unwrap_or(now.after(FOR_EVER))),
            Reopening::Over { .. } | Reopening::Never => None,
        }
    }

    /// When silence becomes a yes to what is done now.
    pub(super) fn confirms_at(&self, channel: ChannelId, now: UnixMillis) -> UnixMillis {
        let days = self.closing(channel).confirm_days.get();
        self.checked.calendar(channel).end_of_business_day(now, days).unwrap_or(now.after(FOR_EVER))
    }

    /// Is it worked in person there?
    pub(super) fn in_person(&self, channel: ChannelId) -> bool {
        self.channel(channel).is_some_and(|channel| channel.kind == ChannelKind::InPerson)
    }
}

fn waits_or_is_worked(session: &Session) -> bool {
    matches!(session.state, SessionState::Waiting | SessionState::Active)
}

/// Where a session is that somebody opens: of no company yet.
pub(super) fn opened_in(channel: ChannelId) -> Where {
    Where::Session { channel, company: None }
}

/// Where a session is, for its permissions.
pub(super) fn place(session: &Session) -> Where {
    Where::Session { channel: session.placement.channel, company: session.placement.company }
}

impl Desk {
    /// What is set up, as it is now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// As it is now, also when another program changed it.
    pub(super) async fn directory_now(&self) -> Result<Arc<Directory>, DeskError> {
        let known = self.directory();
        if known.revision == self.store.setup_revision().await? { Ok(known) } else { self.read_again().await }
    }

    pub(super) async fn read_again(&self) -> Result<Arc<Directory>, DeskError> {
        let read = Arc::new(read(&*self.store).await?);
        let mut kept = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        if read.revision >= kept.revision {
            *kept = Arc::clone(&read);
        }
        Ok(read)
    }
}

/// Reads what is set up; where nothing is, makes the first channel.
pub(super) async fn open(
    store: &dyn ponte_store::Store,
    ambient: &crate::Ambient,
) -> Result<Directory, DeskError> {
    // Two programs that start at once: one of them makes it.
    while store.setup_revision().await? == 0 || !has_desk(store).await? {
        let revision = store.setup_revision().await?;
        let channel = ChannelId::new(ambient.now(), ambient.bytes()?);
        let name = Line::parse(FIRST_CHANNEL).map_err(|e| DeskError::Failed(e.to_string()))?;
        let desk = DeskSetup::new(channel);
        let changes =
            [put(DocumentId::Channel(channel), &ChannelSetup::new(name))?, put(DocumentId::Desk, &desk)?];
        let (at, about) = (ambient.now(), channel.to_string());
        let audit = AuditEntry { at, by: Actor::Relay, kind: "desk_set_up", about };
        store.change_setup(revision, &changes, &audit).await?;
    }
    let directory = read(store).await?;
    store.adopt(directory.setup().desk.default_channel).await?;
    Ok(directory)
}

async fn has_desk(store: &dyn ponte_store::Store) -> Result<bool, DeskError> {
    let (_, documents) = store.setup().await?;
    Ok(documents.iter().any(|document| document.id == DocumentId::Desk))
}

async fn read(store: &dyn ponte_store::Store) -> Result<Directory, DeskError> {
    let (revision, documents) = store.setup().await?;
    let people = store.technicians().await?.into_iter().map(|person| (person.id, person)).collect();
    let broken = |what: &str| DeskError::Failed(format!("what is set up cannot be used: {what}"));
    let mut desk = None;
    // Replaced below: a desk without its document is refused.
    let mut setup = Setup::new(DeskSetup::new(ChannelId::from_bytes([0; 16])));
    let (mut versions, mut gone) = (BTreeMap::new(), BTreeMap::new());
    for document in documents {
        versions.insert(document.id, document.version);
        if document.removed {
            if let DocumentId::Channel(id) = document.id {
                gone.insert(id, parse::<ChannelSetup>(&document)?.name.into_string());
            }
            continue;
        }
        match document.id {
            DocumentId::Desk => desk = Some(parse(&document)?),
            DocumentId::Channel(id) => drop(setup.channels.insert(id, parse(&document)?)),
            DocumentId::Group(id) => drop(setup.groups.insert(id, parse(&document)?)),
            DocumentId::Technician(id) => drop(setup.technicians.insert(id, parse(&document)?)),
            DocumentId::Role(id) => drop(setup.roles.insert(id, parse(&document)?)),
            DocumentId::Company(id) => drop(setup.companies.insert(id, parse(&document)?)),
            DocumentId::Category(id) => drop(setup.categories.insert(id, parse(&document)?)),
            DocumentId::Reply(id) => drop(setup.replies.insert(id, parse(&document)?)),
        }
    }
    setup.desk = desk.ok_or_else(|| broken("the desk's own document is missing"))?;
    let checked = setup.check().map_err(|error| broken(&error.to_string()))?;
    Ok(Directory { revision, checked, versions, people, gone })
}

fn parse<T: DeserializeOwned>(document: &Document) -> Result<T, DeskError> {
    serde_json::from_str(&document.body)
        .map_err(|e| DeskError::Failed(format!("what is set up cannot be read: {e} in {:?}", document.id)))
}

pub(super) fn put(id: DocumentId, value: &impl Serialize) -> Result<DocumentChange, DeskError> {
    let body = serde_json::to_string(value).map_err(|e| DeskError::Failed(e.to_string()))?;
    Ok(DocumentChange::Put { id, body })
}

/// The companies of a filter, as the store wants them.
pub(super) fn companies(of: &Companies) -> Option<(Vec<CompanyId>, bool)> {
    match of {
        Companies::All => None,
        Companies::Only { companies, and_without } => Some((companies.clone(), *and_without)),
    }
}
