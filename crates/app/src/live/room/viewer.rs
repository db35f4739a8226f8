//! The technicians' side of the room.

use std::time::Duration;

use ponte_desk::team::Right;
use ponte_types::{ErrorCode, TechnicianId, ViewerId};
use ponte_wire::{
    Message,
    msg::{self, FromViewer, Lane, ToViewer, from_viewer, handshake, to_sos, to_viewer},
};
use tokio::{sync::mpsc, time::Instant};

use super::Room;
use crate::{
    live::{link::Unsent, media::Attachment},
    ports::{Crew, LiveSession, ViewerPipe, ViewerRequest, ViewerTarget},
};

/// Messages from a console that may wait.
const UP: usize = 64;
/// Messages to a console that may wait; one that does not read them is closed.
const DOWN: usize = 256;
/// Viewers in one room.
const MAX_VIEWERS: usize = 12;
/// Longest offer, in bytes: several times what a browser makes.
const MAX_SDP: usize = 64 * 1024;
/// Offers that one viewer may make within [`OFFERS_WITHIN`].
const MAX_OFFERS: u32 = 10;
const OFFERS_WITHIN: Duration = Duration::from_secs(10);

/// One technician's attachment.
pub(super) struct Viewer {
    pub(super) technician: TechnicianId,
    pub(super) name: String,
    pub(super) up: mpsc::Receiver<FromViewer>,
    down: mpsc::Sender<ToViewer>,
    /// The SOS program confirmed its key agreement.
    pub(super) accepted: bool,
    /// The SOS program said that it may see the screen now.
    pub(super) may_see: bool,
    /// Its browser can be sent pictures.
    pub(super) media_up: bool,
    /// It is among the forwarder's viewers.
    pub(super) watching: bool,
    /// Key confirmations that the SOS program has not judged yet.
    pub(super) confirms: u32,
    /// How many offers it made; numbers its attachments.
    pub(super) offers: u32,
    offers_since: Instant,
    offers_recent: u32,
    /// As the SOS program was told.
    pub(super) role: (msg::ViewerRole, String),
    /// When a position of its pointer was passed on last, and a wish to steer.
    pub(super) pointed: Option<Instant>,
    pub(super) wished: Option<Instant>,
}

impl Viewer {
    pub(super) fn send(&self, body: to_viewer::Body) -> Result<(), Unsent> {
        self.down.try_send(ToViewer { body: Some(body) }).map_err(Unsent::from)
    }

    /// Whether pictures are to go to it.
    pub(super) fn is_to_watch(&self) -> bool {
        self.accepted && self.may_see && self.media_up
    }

    fn may_offer(&mut self, now: Instant) -> bool {
        if now.duration_since(self.offers_since) > OFFERS_WITHIN {
            self.offers_since = now;
            self.offers_recent = 0;
        }
        self.offers_recent += 1;
        self.offers_recent <= MAX_OFFERS
    }
}

impl Room {
    pub(super) fn attach(
        &mut self,
        request: ViewerRequest,
        crew: Option<(u64, Crew)>,
    ) -> Result<ViewerPipe, ErrorCode> {
        if self.viewers.len() >= MAX_VIEWERS {
            return Err(ErrorCode::TooManyRequests);
        }
        match (&request.target, &self.session) {
            (ViewerTarget::Code(_), None) if self.sos.is_some() => {}
            (ViewerTarget::Code(_), _) => return Err(ErrorCode::WrongCode),
            (ViewerTarget::Session(id), Some(session)) if session.id == *id => {
                if let Some((version, crew)) = crew {
                    self.crew_is(version, crew);
                }
                // they were in it when the hub asked the records; they may have been taken out since
                let in_it = |s: &LiveSession| s.crew.allows(request.technician, Right::View);
                if !self.session.as_ref().is_some_and(in_it) {
                    return Err(ErrorCode::AlreadyClaimed);
                }
            }
            (ViewerTarget::Session(_), _) => return Err(ErrorCode::NotFound),
        }
        let id = self.hub.shared.ambient.viewer_id()?;
        let (up_sender, up) = mpsc::channel(UP);
        let (down, down_receiver) = mpsc::channel(DOWN);
        let viewer = Viewer {
            technician: request.technician,
            name: request.technician_name,
            up,
            down,
            accepted: false,
            may_see: false,
            media_up: false,
            watching: false,
            confirms: 0,
            offers: 0,
            offers_since: Instant::now(),
            offers_recent: 0,
            role: self.role(request.technician),
            pointed: None,
            wished: None,
        };
        let (mode, public) = match &self.session {
            Some(session) => (session.mode, session.invite_public),
            None => (ponte_types::PairingMode::Code, None),
        };
        let welcome = msg::ViewerWelcome {
            viewer: id.as_bytes().to_vec(),
            pairing_mode: mode.as_str().to_owned(),
            invite_public: public.map(|p| p.to_vec()).unwrap_or_default(),
        };
        self.hub.shared.metrics.viewers.inc();
        self.viewers.insert(id, viewer);
        self.send_viewer(id, to_viewer::Body::Welcome(welcome));
        self.send_viewer(id, to_viewer::Body::Link(msg::LinkState { online: self.sos.is_some() }));
        self.announce(id);
        self.tell_crew();
        Ok(ViewerPipe { up: up_sender, down: down_receiver })
    }

    /// Tells the SOS program that a viewer is there.
    pub(super) fn announce(&mut self, id: ViewerId) {
        if let Some(viewer) = self.viewers.get(&id) {
            let joined = msg::ViewerJoined {
                viewer: id.as_bytes().to_vec(),
                technician_name: viewer.name.clone(),
                technician_id: viewer.technician.as_bytes().to_vec(),
                role: viewer.role.0.into(),
                from: viewer.role.1.clone(),
            };
            self.send_sos(to_sos::Body::ViewerJoined(joined));
        }
    }

    pub(super) fn on_viewer(&mut self, id: ViewerId, message: FromViewer) {
        match message.body {
            Some(from_viewer::Body::Peer(peer)) => self.peer_from_viewer(id, peer),
            Some(from_viewer::Body::Offer(offer)) => self.offer(id, offer.sdp),
            Some(from_viewer::Body::Point(at)) => self.points(id, &at),
            Some(from_viewer::Body::WantBaton(_)) => self.wants_baton(id),
            // the hello was read before the viewer was attached; another is a mistake
            Some(from_viewer::Body::Hello(_)) | None => {
                self.remove_viewer(id, Some(ErrorCode::InvalidRequest));
            }
        }
    }

    fn peer_from_viewer(&mut self, id: ViewerId, peer: msg::Peer) {
        let lane = peer.lane();
        if peer.payload.len() > ponte_wire::MAX_PEER_PAYLOAD
            || !matches!(lane, Lane::Handshake | Lane::Control)
        {
            self.remove_viewer(id, Some(ErrorCode::InvalidRequest));
            return;
        }
        if lane == Lane::Handshake
            && let Ok(message) = msg::Handshake::decode(peer.payload.clone())
            && matches!(message.body, Some(handshake::Body::Confirm(_)))
            && let Some(viewer) = self.viewers.get_mut(&id)
        {
            viewer.confirms = viewer.confirms.saturating_add(1);
        }
        let peer = msg::Peer { viewer: id.as_bytes().to_vec(), lane: peer.lane, payload: peer.payload };
        self.send_sos(to_sos::Body::Peer(peer));
    }

    fn offer(&mut self, id: ViewerId, sdp: String) {
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        if sdp.len() > MAX_SDP {
            self.remove_viewer(id, Some(ErrorCode::TooLarge));
            return;
        }
        if !viewer.may_offer(Instant::now()) {
            self.refuse_flood(id);
            return;
        }
        viewer.offers += 1;
        viewer.media_up = false;
        let attachment = Attachment { viewer: id, number: viewer.offers };
        self.refresh_watching(id);
        let events = self.media_sender.clone();
        if self.hub.shared.media.offer(attachment, sdp, events).is_err() {
            self.remove_viewer(id, Some(ErrorCode::Unavailable));
        }
    }

    /// Sends to a viewer; one that does not read is removed.
    pub(super) fn send_viewer(&mut self, id: ViewerId, body: to_viewer::Body) {
        let Some(viewer) = self.viewers.get(&id) else { return };
        match viewer.send(body) {
            Ok(()) => {}
            Err(Unsent::Full) => {
                tracing::info!(viewer = %id, "a viewer does not read its messages and is closed");
                self.hub.shared.metrics.viewers_closed.inc();
                self.remove_viewer(id, None);
            }
            Err(Unsent::Closed) => self.remove_viewer(id, None),
        }
    }

    /// Takes a viewer out of the room, with a reason if it has to be told one.
    pub(super) fn remove_viewer(&mut self, id: ViewerId, reason: Option<ErrorCode>) {
        let Some(viewer) = self.viewers.remove(&id) else { return };
        if let Some(code) = reason {
            let refused = msg::Refused { code: code.as_str().to_owned(), retry_after_seconds: 0 };
            let _ = viewer.send(to_viewer::Body::Refused(refused));
        }
        self.hub.shared.metrics.viewers.dec();
        self.hub.shared.media.detach(id);
        let on_hold = self.session.as_ref().is_some_and(|session| session.crew.on_hold);
        let left = msg::ViewerLeft { viewer: id.as_bytes().to_vec(), for_good: reason.is_some() && !on_hold };
        self.send_sos(to_sos::Body::ViewerLeft(left));
        self.refresh_watching(id);
        self.tell_crew();
    }

    /// Removes the viewers of technicians who are not in the session.
    pub(super) fn remove_strangers(&mut self, reason: ErrorCode) {
        if self.session.is_none() {
            return;
        }
        let all: Vec<ViewerId> = self.viewers.keys().copied().collect();
        let strangers: Vec<ViewerId> = all.into_iter().filter(|id| !self.allows(*id, Right::View)).collect();
        for id in strangers {
            self.remove_viewer(id, Some(reason));
        }
    }
}
