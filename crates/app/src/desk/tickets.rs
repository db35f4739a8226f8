//! Tickets: what opens one WebSocket, once, within 30 seconds. Kept in memory: a relay that restarts has no sockets.

use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ponte_desk::permission::Permission;
use ponte_store::{FamilyId, TokenHash};
use ponte_types::{ErrorCode, SessionId, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, SignedInUntil, keys::sha256, lock, phase::phase};
use crate::ports::{ViewerRequest, ViewerTarget};

const LIFE: Duration = Duration::from_secs(30);
/// Tickets alive at once; more means a console in a loop.
const MAX: usize = 10_000;

#[derive(Debug, Clone)]
enum Opens {
    Events(TechnicianId),
    View(ViewerRequest),
}

#[derive(Debug, Default)]
pub(super) struct Tickets(HashMap<TokenHash, Ticket>);

#[derive(Debug)]
struct Ticket {
    opens: Opens,
    family: FamilyId,
    until: UnixMillis,
}

impl Tickets {
    fn put(&mut self, hash: TokenHash, ticket: Ticket, now: UnixMillis) -> Result<(), DeskError> {
        if self.0.len() >= MAX {
            self.0.retain(|_, ticket| ticket.until > now);
        }
        if self.0.len() >= MAX {
            return Err(ErrorCode::TooManyRequests.into());
        }
        self.0.insert(hash, ticket);
        Ok(())
    }
    fn take(&mut self, hash: TokenHash, now: UnixMillis) -> Option<Ticket> {
        self.0.remove(&hash).filter(|ticket| ticket.until > now)
    }
}

impl Desk {
    /// A ticket for the queue's changes.
    ///
    /// # Errors
    /// `signed_out`; or when there are far too many.
    pub async fn events_ticket(&self, caller: &Caller) -> Result<String, DeskError> {
        self.still_signed_in(caller.family).await?;
        self.ticket(caller, Opens::Events(caller.id))
    }

    /// A ticket for the picture of a session that the caller holds, or is in.
    ///
    /// # Errors
    /// `signed_out`, `not_found`, `already_claimed` with the owner, `wrong_state` when nobody holds it.
    pub async fn view_ticket(&self, caller: &Caller, id: SessionId) -> Result<String, DeskError> {
        self.still_signed_in(caller.family).await?;
        let session = self.seen(caller, id).await?;
        self.directory().may_with(caller, Permission::RemoteView, &session)?;
        let in_it = session.has(caller.id);
        let at = phase(&session)?;
        if at.owner().is_some() && at.may_view().is_none() {
            let text = if matches!(at, ponte_session::record::Phase::Active { hold: Some(_), .. }) {
                "the session is on hold; resume it first".to_owned()
            } else {
                "this session is worked in person: there is no screen to see".to_owned()
            };
            return Err(DeskError::Explained(ErrorCode::WrongState, text));
        }
        match (at.owner(), session.owner) {
            (Some(_), _) if in_it => {}
            (Some(_), Some(owner)) => return Err(DeskError::AlreadyClaimed { owner }),
            _ => {
                let text = "claim the session first".to_owned();
                return Err(DeskError::Explained(ErrorCode::WrongState, text));
            }
        }
        self.view_ticket_for(caller, ViewerTarget::Session(id))
    }

    pub(super) fn view_ticket_for(&self, caller: &Caller, target: ViewerTarget) -> Result<String, DeskError> {
        let (technician, technician_name) = (caller.id, caller.name.clone());
        self.ticket(caller, Opens::View(ViewerRequest { technician, technician_name, target }))
    }

    /// Uses up a ticket for the queue's changes.
    ///
    /// # Errors
    /// `signed_out` for any ticket that is not good for this, or of a sign-in that is over.
    pub async fn redeem_events(&self, ticket: &str) -> Result<(TechnicianId, SignedInUntil), DeskError> {
        match self.redeem(ticket) {
            Some(Ticket { opens: Opens::Events(technician), family, .. }) => {
                Ok((technician, self.until_signed_out(family).await?))
            }
            Some(Ticket { opens: Opens::View(_), .. }) | None => Err(ErrorCode::SignedOut.into()),
        }
    }

    /// Uses up a ticket for a picture.
    ///
    /// # Errors
    /// `signed_out` for any ticket that is not good for this, or of a sign-in that is over.
    pub async fn redeem_view(&self, ticket: &str) -> Result<(ViewerRequest, SignedInUntil), DeskError> {
        match self.redeem(ticket) {
            Some(Ticket { opens: Opens::View(request), family, .. }) => {
                Ok((request, self.until_signed_out(family).await?))
            }
            Some(Ticket { opens: Opens::Events(_), .. }) | None => Err(ErrorCode::SignedOut.into()),
        }
    }

    fn ticket(&self, caller: &Caller, opens: Opens) -> Result<String, DeskError> {
        let ticket = B64.encode(self.ambient.bytes::<32>()?);
        let now = self.ambient.now();
        let kept = Ticket { opens, family: caller.family, until: now.after(LIFE) };
        lock(&self.tickets).put(sha256(ticket.as_bytes()), kept, now)?;
        Ok(ticket)
    }

    fn redeem(&self, ticket: &str) -> Option<Ticket> {
        lock(&self.tickets).take(sha256(ticket.as_bytes()), self.ambient.now())
    }
}
