//! What happens because time passes (Q1, Q4, Q12): one loop, and the database to tell it when.
//!
//! Nothing is remembered but what is kept: a relay that starts finds what fell due while it was away. The clock may jump.
//! Forward, everything that lies between is done, once; back, nothing is done again, for each move is a compare-and-set
//! on what it was decided on. For the same reason two relays do together what one does alone.
//!
//! To add a move that time makes: write a function that does what is due at `now` and returns when the next one is, from
//! the database; then add it to [`Desk::do_what_is_due`].

use std::time::Duration;

use ponte_desk::calendar::{Attempt, NoContact, no_contact};
use ponte_session::record::{Phase, Refusal};
use ponte_store::{Actor, HistoryKind, Session, Silence};
use ponte_types::{EndReason, SessionDetail, UnixMillis};
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError, Directory, availability::HEARD_EVERY};

/// Sessions moved at once.
const AT_ONCE: u64 = 100;
/// Silences looked at in one round: a desk has some hundred.
const SILENCES: u64 = 10_000;
/// How often old codes and changes are forgotten.
const ROUND: Duration = Duration::from_secs(60);

impl Desk {
    /// Runs until `stop`.
    pub async fn run_scheduler(&self, stop: CancellationToken) {
        let (mut bell, mut setup) = (self.doorbell(), self.setup_bell());
        let (mut tidied, mut noted) = (None::<UnixMillis>, None::<UnixMillis>);
        loop {
            bell.mark_unchanged();
            setup.mark_unchanged();
            // Tidying holds the only writer for a while, so a busy queue must not set its pace.
            let now = self.ambient.now();
            if passed(tidied, now, ROUND) {
                tidied = Some(now);
                if let Err(error) = self.tidy().await {
                    tracing::error!(%error, "old codes and changes were not forgotten; it is tried again");
                }
            }
            if passed(noted, now, HEARD_EVERY) {
                noted = Some(now);
                if let Err(error) = self.look_after_the_team().await {
                    tracing::error!(%error, "it was not kept who is here; it is tried again");
                }
            }
            let next = self.do_what_is_due().await;
            let pause = next
                .map_or(HEARD_EVERY, |at| at.since(self.ambient.now()))
                .clamp(Duration::from_millis(50), HEARD_EVERY);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                rang = bell.changed() => if rang.is_err() { return },
                rang = setup.changed() => if rang.is_err() { return },
            }
        }
    }

    /// Keeps who is here, and gives back what those hold who are gone for too long.
    ///
    /// # Errors
    /// When the store fails; it is done by the next round.
    pub async fn look_after_the_team(&self) -> Result<(), DeskError> {
        self.note_who_is_here().await?;
        self.hand_back_of_the_gone().await
    }

    /// Does everything that is due by now; returns when something is due next. What fails does not keep the others from
    /// being done, and is due again in the next round.
    pub async fn do_what_is_due(&self) -> Option<UnixMillis> {
        let moves = [
            ("what waits, is on hold, or is done", self.expire_due().await),
            ("whom nobody can reach", self.close_unreached().await),
            ("alarms, and what nobody takes in time", self.look_at_clocks().await),
            ("what is offered", self.settle_offers().await),
        ];
        let next = moves.into_iter().filter_map(|(what, next)| {
            next.unwrap_or_else(|error| {
                tracing::error!(%error, "{what} was not looked after; it is tried again");
                None
            })
        });
        next.min()
    }

    /// Moves every session whose time has come: what waited for too long expires, a hold ends, silence confirms what was
    /// done. Returns when the next one is due.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again next time.
    pub async fn expire_due(&self) -> Result<Option<UnixMillis>, DeskError> {
        loop {
            let now = self.ambient.now();
            let due = self.store.due(now, AT_ONCE).await?;
            let mut moved = false;
            for session in &due {
                moved |= self.move_due(session, now).await?;
            }
            // None left; or none that the rules would move: those are looked at again in the next round.
            if !moved {
                return Ok(self.store.next_due().await?.filter(|at| *at > now));
            }
        }
    }

    async fn move_due(&self, session: &Session, now: UnixMillis) -> Result<bool, DeskError> {
        let (id, by) = (session.id, Actor::Relay);
        let (moved, reason) = match session.detail {
            Some(SessionDetail::OnHold) => {
                let ends = |_: &Session, phase: Phase| phase.hold_ends(now);
                (self.move_on(id, by, HistoryKind::HoldEnded, ends).await?, EndReason::Technician)
            }
            Some(SessionDetail::AwaitingConfirmation) => {
                let confirms = |_: &Session, phase: Phase| phase.confirms_itself(now);
                (self.move_on(id, by, HistoryKind::ConfirmedItself, confirms).await?, EndReason::Solved)
            }
            _ => {
                let expires = |_: &Session, phase: Phase| phase.expire(now);
                (self.move_on(id, by, HistoryKind::Expired, expires).await?, EndReason::Expired)
            }
        };
        let Some(moved) = moved else { return Ok(false) };
        self.tell_end(moved, reason).await?;
        Ok(true)
    }

    /// Closes the sessions of those whom nobody has reached for as long as their channel waits; returns when the next one
    /// is to be closed.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again next time.
    pub async fn close_unreached(&self) -> Result<Option<UnixMillis>, DeskError> {
        let (directory, now) = (self.directory_now().await?, self.ambient.now());
        let mut next = None::<UnixMillis>;
        for silence in self.store.silences(SILENCES).await? {
            match standing(&directory, &silence, now) {
                NoContact::NotRunning | NoContact::Running { closes_at: None, .. } => {}
                NoContact::Running { closes_at: Some(at), .. } => {
                    next = Some(next.map_or(at, |next| next.min(at)));
                }
                NoContact::Due { .. } => self.close_one_unreached(&silence, now).await?,
            }
        }
        Ok(next)
    }

    async fn close_one_unreached(&self, silence: &Silence, now: UnixMillis) -> Result<(), DeskError> {
        let rule = |session: &Session, phase: Phase| {
            // It may have gone to another channel meanwhile: that one's rule is asked in the next round.
            let same = session.placement.channel == silence.channel;
            if same { phase.unreached(now) } else { Err(Refusal::NotDue) }
        };
        let closed = self.move_on(silence.session, Actor::Relay, HistoryKind::Unreached, rule).await?;
        match closed {
            Some(session) => self.tell_end(session, EndReason::NoContact).await.map(|_| ()),
            None => Ok(()),
        }
    }
}

/// Has this much passed since? A clock that was set back does not stop what is done from time to time.
fn passed(since: Option<UnixMillis>, now: UnixMillis, time: Duration) -> bool {
    since.is_none_or(|at| now < at || now.since(at) >= time)
}

fn standing(directory: &Directory, silence: &Silence, now: UnixMillis) -> NoContact {
    let Some(days) = directory.closing(silence.channel).no_contact_days else {
        return NoContact::NotRunning;
    };
    let tried = [Attempt { at: silence.since, reached: false }];
    no_contact(directory.checked.calendar(silence.channel), days, &tried, now)
}
