//! Tickets: what opens one WebSocket, once, within 30 seconds. Kept in memory: a relay that restarts has no sockets.

use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ponte_store::TokenHash;
use ponte_types::{ErrorCode, SessionId, UnixMillis};

use super::{Caller, Desk, DeskError, ambient::sha256, lock, phase::phase};
use crate::ports::{ViewerRequest, ViewerTarget};

const LIFE: Duration = Duration::from_secs(30);
/// Tickets alive at once; more means a console in a loop.
const MAX: usize = 10_000;

#[derive(Debug, Clone)]
enum Opens {
    Events,
    View(ViewerRequest),
}

#[derive(Debug, Default)]
pub(super) struct Tickets(HashMap<TokenHash, (Opens, UnixMillis)>);

impl Tickets {
    fn put(&mut self, hash: TokenHash, opens: Opens, now: UnixMillis) -> Result<(), DeskError> {
        if self.0.len() >= MAX {
            self.0.retain(|_, (_, until)| *until > now);
        }
        if self.0.len() >= MAX {
            return Err(ErrorCode::TooManyRequests.into());
        }
        self.0.insert(hash, (opens, now.after(LIFE)));
        Ok(())
    }
    fn take(&mut self, hash: TokenHash, now: UnixMillis) -> Option<Opens> {
        let (opens, until) = self.0.remove(&hash)?;
        (until > now).then_some(opens)
    }
}

impl Desk {
    /// A ticket for the queue's changes.
    ///
    /// # Errors
    /// When there are far too many.
    pub fn events_ticket(&self, _: &Caller) -> Result<String, DeskError> {
        self.ticket(Opens::Events)
    }

    /// A ticket for the picture of a session that the caller holds.
    ///
    /// # Errors
    /// `not_found`, `already_claimed` with the owner, `wrong_state` when nobody holds it.
    pub async fn view_ticket(&self, caller: &Caller, id: SessionId) -> Result<String, DeskError> {
        let session = self.load(id).await?;
        match (phase(&session)?.owner(), session.owner) {
            (Some(id), _) if id == caller.id => {}
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
        self.ticket(Opens::View(ViewerRequest { technician, technician_name, target }))
    }

    /// Uses up a ticket for the queue's changes.
    ///
    /// # Errors
    /// `signed_out` for any ticket that is not good for this.
    pub fn redeem_events(&self, ticket: &str) -> Result<(), DeskError> {
        match self.redeem(ticket) {
            Some(Opens::Events) => Ok(()),
            Some(Opens::View(_)) | None => Err(ErrorCode::SignedOut.into()),
        }
    }

    /// Uses up a ticket for a picture.
    ///
    /// # Errors
    /// `signed_out` for any ticket that is not good for this.
    pub fn redeem_view(&self, ticket: &str) -> Result<ViewerRequest, DeskError> {
        match self.redeem(ticket) {
            Some(Opens::View(request)) => Ok(request),
            Some(Opens::Events) | None => Err(ErrorCode::SignedOut.into()),
        }
    }

    fn ticket(&self, opens: Opens) -> Result<String, DeskError> {
        let ticket = B64.encode(self.ambient.bytes::<32>()?);
        lock(&self.tickets).put(sha256(ticket.as_bytes()), opens, self.ambient.now())?;
        Ok(ticket)
    }

    fn redeem(&self, ticket: &str) -> Option<Opens> {
        lock(&self.tickets).take(sha256(ticket.as_bytes()), self.ambient.now())
    }
}
