//! The live half follows the records.
//!
//! Whoever changes a session tells its room at once. But a request can be cut off between its commit and the telling, a
//! room can be too busy to listen, and another relay on the same database knows no rooms but its own. So each room is
//! told once more, from the outbox, what is kept of its session: that may be told as often as one likes.
//!
//! What is set up decides, too, who may hold a session or be in it, and do what there. When it changes, who lost that
//! gives the session back or leaves it, and every room hears what its technicians may from now on.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use ponte_session::record::Asker;
use ponte_store::{Actor, Entry, HistoryKind, Session, SessionFilter, SessionOrder};
use ponte_types::{EndReason, SessionId, SessionState, TechnicianId, UnixMillis};
use tokio_util::sync::CancellationToken;

use super::{
    Desk, DeskError, Directory,
    directory::place,
    moves::RETRIES,
    phase::{course, phase, refused},
    records::crew,
    transfer::changed_team,
};
use crate::ports::Live;

/// Sessions read at once.
const PAGE: u64 = 200;
/// Rooms told at once.
const AT_ONCE: usize = 64;
/// Who could not be told is told again after this.
const AGAIN: Duration = Duration::from_secs(1);

/// How far the rooms are told.
struct Told {
    cursor: u64,
    revision: u64,
    /// These were too busy.
    again: BTreeSet<SessionId>,
}

impl Desk {
    /// Runs until `stop`.
    pub async fn run_live(&self, stop: CancellationToken) {
        let (mut bell, mut setup) = (self.doorbell(), self.setup_bell());
        // What was set up while no relay ran is looked at once.
        let mut told = Told { cursor: *bell.borrow(), revision: 0, again: BTreeSet::new() };
        loop {
            bell.mark_unchanged();
            setup.mark_unchanged();
            let all = match self.follow(&mut told).await {
                Ok(()) => told.again.is_empty(),
                Err(error) => {
                    tracing::error!(%error, "what happened was not told to who is connected; it is tried again");
                    false
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(AGAIN), if !all => {}
                rang = bell.changed() => if rang.is_err() { return },
                rang = setup.changed() => if rang.is_err() { return },
            }
        }
    }

    async fn follow(&self, told: &mut Told) -> Result<(), DeskError> {
        let Some(live) = self.live() else { return Ok(()) };
        for id in std::mem::take(&mut told.again) {
            if let Some(session) = self.store.session(id).await? {
                told.again.extend(self.tell_rooms([session].iter()).await);
            }
        }
        let revision = self.directory_now().await?.revision;
        if told.revision < revision {
            told.again.extend(self.hold_to_setup().await?);
            told.revision = revision;
        }
        loop {
            let newest = *self.bell.borrow();
            if told.cursor >= newest {
                return Ok(());
            }
            let Some(changes) = self.feed.after(&*self.store, told.cursor, newest).await? else {
                // Too far behind: whoever is connected is told how it is.
                told.again.extend(live.sessions());
                told.cursor = newest;
                return Ok(());
            };
            told.again.extend(self.tell_rooms(changes.iter().map(|it| &it.session)).await);
            // What was rolled back left a gap at the end.
            told.cursor = changes.last().map_or(newest, |last| last.cursor);
        }
    }

    /// The rooms of these sessions hear what is kept of them; returns which could not be told.
    async fn tell_rooms<'a>(&self, sessions: impl Iterator<Item = &'a Session>) -> Vec<SessionId> {
        let Some(live) = self.live() else { return Vec::new() };
        let open: Vec<_> = sessions.filter(|session| live.is_open(session.id)).collect();
        let mut left = Vec::new();
        for some in open.chunks(AT_ONCE) {
            let told = join_all(some.iter().map(|session| self.tell_room(&*live, session))).await;
            for (session, told) in some.iter().zip(told) {
                match told {
                    Ok(true) => {}
                    Ok(false) => left.push(session.id),
                    Err(error) => {
                        tracing::warn!(session = %session.id, %error, "a room could not be told; it is tried again");
                        left.push(session.id);
                    }
                }
            }
        }
        left
    }

    /// Who is in it, and how far it has come. False when the room was too busy.
    pub(super) async fn tell_state(&self, live: &dyn Live, session: &Session) -> bool {
        let (id, version, crew) = (session.id, session.version, crew(&self.directory(), session));
        live.crew_changed(id, version, crew).await && live.course_changed(id, version, course(session)).await
    }

    async fn tell_room(&self, live: &dyn Live, session: &Session) -> Result<bool, DeskError> {
        let (id, told) = (session.id, self.tell_state(live, session).await);
        if !told || !session.is_over() {
            return Ok(told);
        }
        // What was read may be old, and an end cannot be taken back: it may have been reopened since.
        let Some(now) = self.store.session(id).await?.filter(Session::is_over) else { return Ok(true) };
        let made = self.store.made(id, now.version).await?;
        Ok(live.end(id, why_over(made.map(|(kind, _)| kind))).await)
    }

    /// Nobody holds a session, or is in one, that they may not by what is set up now, and every room hears what its
    /// technicians may; who is disabled is signed in nowhere. Returns which rooms could not be told.
    ///
    /// # Errors
    /// When the store fails; it is done by the next round.
    pub async fn hold_to_setup(&self) -> Result<Vec<SessionId>, DeskError> {
        let directory = self.directory_now().await?;
        let disabled = directory.setup().technicians.iter().filter(|(_, setup)| !setup.enabled);
        for (technician, _) in disabled {
            if !self.store.sign_ins(*technician, self.ambient.now()).await?.is_empty() {
                self.sign_out_everywhere(*technician).await?;
            }
        }
        let (mut before, mut left) = (None, Vec::new());
        loop {
            let filter = SessionFilter {
                states: vec![SessionState::Active],
                order: SessionOrder::Newest,
                before,
                limit: PAGE,
                ..SessionFilter::default()
            };
            let page = self.store.sessions(&filter).await?;
            let Some(last) = page.last() else { return Ok(left) };
            before = Some(last.number);
            left.extend(self.tell_rooms(page.iter()).await);
            for session in page {
                Box::pin(self.hold_one_to_setup(&directory, session)).await?;
            }
        }
    }

    async fn hold_one_to_setup(&self, directory: &Directory, session: Session) -> Result<(), DeskError> {
        let mut session = session;
        for _ in 0..RETRIES {
            let now = self.ambient.now();
            let bounded = directory.without_strangers(&session, now, self.config.return_life)?;
            let Some((changed, kind)) = bounded else { return Ok(()) };
            if changed.held_by().is_none() && self.goes_on_with_another(directory, &session).await? {
                return Ok(());
            }
            let entry = Entry { at: now, kind, by: Actor::Relay };
            if let Some(kept) = self.store.change(&changed, None, &entry).await? {
                self.changed().await;
                let kept = self.tell_live(kept).await?;
                return if kept.held_by().is_none() { self.goes_on(directory, kept).await } else { Ok(()) };
            }
            session = self.load(session.id).await?;
        }
        Ok(())
    }
}

impl Directory {
    /// The session without those who may no longer hold it or be in it, and what to call that; `None` when all may.
    ///
    /// # Errors
    /// When the kept values contradict each other.
    pub(super) fn without_strangers(
        &self,
        session: &Session,
        now: UnixMillis,
        wait: Duration,
    ) -> Result<Option<(Session, HistoryKind)>, DeskError> {
        let Some(owner) = session.held_by() else { return Ok(None) };
        if !self.checked.may_hold(owner, place(session)) {
            let asker = Asker { technician: owner, over_others: false };
            let next = phase(session)?.release(asker, now, wait).map_err(|e| refused(e, session))?;
            return Ok(Some((self.moved(session.clone(), next, None, now), HistoryKind::HandedBack)));
        }
        let Some(team) = session.crew(now) else { return Ok(None) };
        let looking = session.team.as_ref().map(|kept| &kept.looking);
        let looks_in = |who: &TechnicianId| looking.is_some_and(|looking| looking.contains(who));
        let others = team.members().map(|(who, _)| who).filter(|who| *who != owner);
        let gone: Vec<_> =
            others.filter(|who| !self.checked.may_stay(*who, looks_in(who), place(session))).collect();
        if gone.is_empty() {
            return Ok(None);
        }
        let leave =
            |team: &mut ponte_desk::team::Team| gone.iter().try_for_each(|who| team.leave(*who).map(drop));
        Ok(Some((changed_team(self, session.clone(), now, leave)?, HistoryKind::RemovedFromTeam)))
    }
}

/// As both ends are told, by what ended it.
fn why_over(kind: Option<HistoryKind>) -> EndReason {
    match kind {
        Some(HistoryKind::Expired) => EndReason::Expired,
        Some(HistoryKind::Unreached) => EndReason::NoContact,
        Some(HistoryKind::Confirmed | HistoryKind::ConfirmedItself) => EndReason::Solved,
        Some(HistoryKind::EndedByEndUser) => EndReason::EndUser,
        _ => EndReason::Technician,
    }
}
