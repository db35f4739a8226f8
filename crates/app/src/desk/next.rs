//! Who is next, and why (Q3).

use ponte_desk::{
    order::{self, Key, Place, Waiting},
    permission::Permission,
    routing::{Narrow, SkillLevel},
    setup::TechnicianSetup,
};
use ponte_session::record::Phase;
use ponte_store::{Actor, Entry, HistoryKind, Owner, Session, SessionFilter, SessionOrder};
use ponte_types::{ErrorCode, SessionState};

use super::{Caller, Desk, DeskError, Directory, directory::companies, phase::phase};

/// Sessions read at once, to look for the next one among them.
const LOOKED_AT: u64 = 500;
/// As many are read before nobody is found: more than a desk has waiting.
const PAGES: u64 = 40;
/// The next one, and the one after it to compare with.
const ENOUGH: usize = 2;

/// The session that is next for somebody, and why it is that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextUp {
    pub session: Session,
    pub place: Place,
    /// The one directly after it, to compare with.
    pub then: Option<Session>,
}

impl Desk {
    /// What *Take next* would take; `None` when nobody waits for the caller.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn next(&self, caller: &Caller) -> Result<Option<NextUp>, DeskError> {
        let directory = self.directory_now().await?;
        Ok(first(&self.waiting_for(&directory, caller).await?))
    }

    /// Takes the next one. Of many who press together each gets another one.
    ///
    /// # Errors
    /// `not_found` when nobody waits for the caller; `cannot_take`.
    pub async fn take_next(&self, caller: &Caller) -> Result<NextUp, DeskError> {
        let directory = self.directory_now().await?;
        self.may_take(&directory, caller.id).await?;
        let mut waiting = Vec::new();
        loop {
            if waiting.is_empty() {
                waiting = self.waiting_for(&directory, caller).await?;
            }
            let Some(next) = first(&waiting) else {
                let text = "nobody who waits is for you".to_owned();
                return Err(DeskError::Explained(ErrorCode::NotFound, text));
            };
            let (now, owner) = (self.ambient.now(), Owner { id: caller.id, name: caller.name.clone() });
            // Should somebody be faster, the one after it is next; all are read again when none is left.
            waiting.retain(|session| session.id != next.session.id);
            let Ok(held) = phase(&next.session)?.claim(caller.id) else { continue };
            let moved = directory.moved(next.session.clone(), held, Some(&owner), now);
            let entry = Entry { at: now, kind: HistoryKind::Claimed, by: Actor::Technician(caller.id) };
            if let Some(session) = self.hold(&directory, caller, &moved, &entry).await? {
                self.changed().await;
                let session = self.tell_live(session).await?;
                return Ok(NextUp { session, ..next });
            }
        }
    }

    /// The first sessions that the caller may take now, first to last.
    async fn waiting_for(&self, directory: &Directory, caller: &Caller) -> Result<Vec<Session>, DeskError> {
        let Some(technician) = directory.setup().technicians.get(&caller.id) else { return Ok(Vec::new()) };
        let sight = directory.sight_of(caller);
        let mut filter = SessionFilter {
            states: vec![SessionState::Waiting],
            channels: Some(directory.channels_where(caller, Permission::SessionTake).collect()),
            companies: companies(&sight.companies),
            ready: true,
            order: SessionOrder::Queue,
            limit: LOOKED_AT,
            ..SessionFilter::default()
        };
        let mut waiting = Vec::new();
        for _ in 0..PAGES {
            let page = self.store.sessions(&filter).await?;
            let last = (page.len() as u64) < LOOKED_AT;
            waiting.extend(page.into_iter().filter(|session| {
                meant_for(directory, caller, session)
                    && can(technician, session)
                    && matches!(phase(session), Ok(Phase::Waiting { .. }))
            }));
            if last || waiting.len() >= ENOUGH {
                break;
            }
            filter.skip += LOOKED_AT;
        }
        Ok(waiting)
    }
}

fn first(waiting: &[Session]) -> Option<NextUp> {
    let keyed: Vec<_> = waiting.iter().filter_map(keyed).collect();
    let next = keyed.iter().min_by_key(|(key, _)| *key)?.1.session;
    let place = order::place_among(&keyed, next)?;
    let find = |id| waiting.iter().find(|session| session.id == id).cloned();
    let then = place.before.and_then(|after| find(after.session));
    Some(NextUp { session: find(next)?, place, then })
}

fn keyed(session: &Session) -> Option<(Key, Waiting)> {
    let placement = &session.placement;
    let waiting = Waiting { session: session.id, priority: placement.priority, since: placement.came_at? };
    Some((Key { at: placement.queue_at?, session: session.id }, waiting))
}

fn meant_for(directory: &Directory, caller: &Caller, session: &Session) -> bool {
    match session.placement.narrow {
        None => true,
        Some(Narrow::Technician(technician)) => technician == caller.id,
        Some(Narrow::Group(group)) => {
            directory.setup().groups.get(&group).is_some_and(|group| group.members.contains(&caller.id))
        }
    }
}

fn can(technician: &TechnicianSetup, session: &Session) -> bool {
    let level = |need: &ponte_desk::routing::Need| technician.skills.get(&need.skill).copied();
    let enough = |has: SkillLevel, need: SkillLevel| has >= need;
    session.placement.needs.iter().all(|need| level(need).is_some_and(|has| enough(has, need.level)))
}
