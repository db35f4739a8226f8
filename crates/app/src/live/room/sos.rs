//! The SOS program's side of the room.

use std::time::Duration;

use ponte_types::{ConnectionId, DeviceFacts, EndReason, ErrorCode, ViewerId};
use ponte_wire::msg::{self, FromSos, Lane, PairingVerdict, from_sos, to_sos, to_viewer};
use tokio::{sync::mpsc, time::Instant};

use super::{Arrival, FACTS_EVERY, Room, Sos};
use crate::live::{
    SosLink,
    hub::{code_issued, session_opened, within},
    link::Unsent,
};
use crate::ports::{Course, Newcomer, ResumeToken};

/// Least time between two codes for one program.
const CODE_EVERY: Duration = Duration::from_secs(1);

impl Room {
    /// An SOS program comes in, for the first time or again.
    pub(super) async fn link(&mut self, arrival: Arrival, link: SosLink) {
        if let Some(old) = self.sos.take() {
            // the same program, by another path: its old link is closed by dropping it
            self.hub.forget_connection(old.connection, &old.token.0);
        } else {
            self.hub.shared.metrics.connections.inc();
        }
        if let Some((connection, token)) = self.away.take() {
            self.hub.forget_connection(connection, &token.0);
        }
        let Newcomer { connection, token, device, from } = arrival.program;
        self.device = keep_program(device, &self.device);
        // its first code came with the welcome
        let last_code = Instant::now();
        let said = super::chat::Pace::default();
        self.sos = Some(Sos { connection, token, from, link, frames_open: true, last_code, said });
        self.calling = arrival.calling;
        if let Some(session) = arrival.session {
            let newer = self.session.as_ref().is_none_or(|known| session.version >= known.version);
            if newer {
                self.session = Some(session);
            }
        }
        self.remove_strangers(ErrorCode::AlreadyClaimed);
        let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
        for viewer in &viewers {
            // What the program said over its last link counts no more: all pair anew.
            if let Some(known) = self.viewers.get_mut(viewer) {
                (known.accepted, known.may_see) = (false, false);
            }
            self.refresh_watching(*viewer);
            self.announce(*viewer);
        }
        let step = self.forwarder.restart(Instant::now().into_std());
        self.apply(step);
        for viewer in viewers {
            self.send_viewer(viewer, to_viewer::Body::Link(msg::LinkState { online: true }));
        }
        if let Some(course) = self.session.as_ref().map(|session| session.course)
            && course != Course::Going
        {
            self.send_sos(to_sos::Body::Course(super::told(course)));
        }
        self.tell_whole_chat().await;
        self.tell_taken();
        self.tell_place();
    }

    pub(super) async fn link_lost(&mut self) {
        let Some(sos) = self.sos.take() else { return };
        tracing::info!(connection = %sos.connection, "an SOS program's link was lost");
        self.hub.shared.metrics.links_lost.inc();
        self.away(sos.connection, sos.token).await;
    }

    /// The program's link is gone; it may come back with its token.
    async fn away(&mut self, connection: ConnectionId, token: ResumeToken) {
        self.hub.shared.metrics.connections.dec();
        self.hub.connection_away(connection);
        self.tell_lost(connection).await;
        self.away = Some((connection, token));
        let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
        for viewer in viewers {
            self.send_viewer(viewer, to_viewer::Body::Link(msg::LinkState { online: false }));
        }
    }

    pub(super) async fn tell_lost(&mut self, connection: ConnectionId) {
        if let Err(code) = within(self.hub.shared.records.connection_lost(connection)).await {
            tracing::warn!(%connection, code = code.as_str(), "the records did not take note of a lost link");
        }
    }

    pub(super) async fn on_sos(&mut self, message: FromSos) {
        match message.body {
            Some(from_sos::Body::Peer(peer)) => self.peer_from_sos(peer),
            Some(from_sos::Body::Verdict(verdict)) => self.verdict(verdict).await,
            Some(from_sos::Body::Watchers(watchers)) => self.watchers(&watchers),
            Some(from_sos::Body::Leave(_)) => self.end_user_left().await,
            Some(from_sos::Body::Device(device)) => {
                self.device = keep_program(DeviceFacts::from(device), &self.device);
                self.facts_due.get_or_insert_with(|| Instant::now() + FACTS_EVERY);
            }
            Some(from_sos::Body::NewCode(_)) => self.new_code().await,
            Some(from_sos::Body::Call(request)) => self.call(request).await,
            Some(from_sos::Body::Judgement(judgement)) => self.judged(judgement.solved).await,
            Some(from_sos::Body::Say(say)) => self.end_user_says(&say),
            Some(from_sos::Body::Progress(progress)) => self.end_user_progress(progress),
            Some(from_sos::Body::AttachmentStart(start)) => self.file_starts(start),
            Some(from_sos::Body::AttachmentPiece(piece)) => self.file_piece(piece),
            Some(from_sos::Body::AttachmentAsk(ask)) => self.file_asked(ask),
            Some(from_sos::Body::Hello(_)) | None => self.hang_up(ErrorCode::InvalidRequest).await,
        }
    }

    fn peer_from_sos(&mut self, peer: msg::Peer) {
        let Ok(viewer) = ViewerId::try_from(&peer.viewer[..]) else { return };
        // a viewer that has just left is no mistake of the program's
        if matches!(peer.lane(), Lane::Handshake | Lane::Control)
            && peer.payload.len() <= ponte_wire::MAX_PEER_PAYLOAD
        {
            let peer = msg::Peer { viewer: Vec::new(), lane: peer.lane, payload: peer.payload };
            self.send_viewer(viewer, to_viewer::Body::Peer(peer));
        }
    }

    async fn verdict(&mut self, verdict: PairingVerdict) {
        let Ok(id) = ViewerId::try_from(&verdict.viewer[..]) else { return };
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        // one verdict for each confirmation, so that a program cannot lock a technician out by itself
        if viewer.confirms == 0 {
            return;
        }
        viewer.confirms -= 1;
        let technician = viewer.technician;
        if verdict.accepted {
            self.accepted(id, technician).await;
            return;
        }
        viewer.accepted = false;
        self.refresh_watching(id);
        if let Err(code) = within(self.hub.shared.records.wrong_secret(technician)).await {
            tracing::warn!(code = code.as_str(), "a wrong secret was not counted");
        }
        if verdict.burned && self.session.is_none() {
            if let Some(connection) = self.sos.as_ref().map(|sos| sos.connection) {
                self.burn(connection).await;
            }
            let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
            for viewer in viewers {
                self.remove_viewer(viewer, Some(ErrorCode::CodeBurned));
            }
        }
    }

    async fn accepted(&mut self, id: ViewerId, technician: ponte_types::TechnicianId) {
        if self.session.is_none() {
            let Some(connection) = self.sos.as_ref().map(|sos| sos.connection) else { return };
            let opened = self.hub.shared.records.open_from_code(connection, technician, &self.device);
            match within(opened).await {
                Ok(session) => {
                    self.hub.session_begins(connection, session.id);
                    self.hub.catch_up(session.id, session.version);
                    self.send_sos(to_sos::Body::SessionOpened(session_opened(&session)));
                    self.session = Some(session);
                    self.remove_strangers(ErrorCode::WrongCode);
                    self.tell_crew();
                    // nothing was said yet: the chat of a session begins with it
                    self.tell_comings();
                }
                Err(code) => {
                    self.remove_viewer(id, Some(code));
                    return;
                }
            }
        }
        if let Some(session) = &self.session {
            let opened = msg::ViewerSession { session_id: session.id.to_string(), number: session.number };
            self.send_viewer(id, to_viewer::Body::Session(opened));
        }
        if let Some(viewer) = self.viewers.get_mut(&id) {
            viewer.accepted = true;
        }
        self.refresh_watching(id);
    }

    /// Asked whether it is solved, the end user answers. What comes of it comes back as news of the session.
    async fn judged(&mut self, solved: bool) {
        let asked = self.session.as_ref().filter(|s| matches!(s.course, Course::Done { .. }));
        let Some(session) = asked.map(|s| s.id) else { return };
        if let Err(code) = within(self.hub.shared.records.judged_by_end_user(session, solved)).await {
            tracing::warn!(%session, code = code.as_str(), "the end user's judgement was not recorded");
            // The program comes back, is told that it is still asked, and asks again.
            self.hang_up(code).await;
        }
    }

    async fn end_user_left(&mut self) {
        match (self.session.as_ref().map(|s| s.id), self.sos.as_ref().map(|s| s.connection)) {
            (Some(session), _) => {
                if let Err(code) = within(self.hub.shared.records.ended_by_end_user(session)).await {
                    tracing::error!(%session, code = code.as_str(), "the end user's end was not recorded");
                }
            }
            // who only looked at a form leaves nothing behind
            (None, Some(connection)) if self.calling.is_none() => self.burn(connection).await,
            (None, _) => {}
        }
        self.end(EndReason::EndUser);
    }

    async fn new_code(&mut self) {
        let Some(sos) = &mut self.sos else { return };
        if self.session.is_some() || self.calling.is_some() {
            // a session has begun, or a form is shown: there is nothing to show a code for
            return;
        }
        if sos.last_code.elapsed() < CODE_EVERY {
            self.hang_up(ErrorCode::TooManyRequests).await;
            return;
        }
        sos.last_code = Instant::now();
        let program = Newcomer {
            connection: sos.connection,
            token: sos.token.clone(),
            device: self.device.clone(),
            from: sos.from,
        };
        match within(self.hub.shared.records.issue_code(&program)).await {
            Ok(code) => self.send_sos(to_sos::Body::Code(code_issued(&code))),
            Err(code) => self.hang_up(code).await,
        }
    }

    async fn burn(&mut self, connection: ConnectionId) {
        if let Err(code) = within(self.hub.shared.records.burn_code(connection)).await {
            tracing::warn!(%connection, code = code.as_str(), "a code was not burned; it will expire");
        }
    }

    /// Refuses and closes the SOS program's link; the session stays, as after any lost link.
    pub(super) async fn hang_up(&mut self, code: ErrorCode) {
        let Some(sos) = self.sos.take() else { return };
        sos.link.refuse(code);
        self.away(sos.connection, sos.token).await;
    }

    /// Sends to the SOS program if it is here. One that does not read loses pointer moves, or else its link.
    pub(super) fn send_sos(&mut self, body: to_sos::Body) {
        let pointer = matches!(&body, to_sos::Body::Peer(peer) if peer.lane() == Lane::Pointer);
        let Some(sos) = &mut self.sos else { return };
        if sos.link.send(body) == Err(Unsent::Full) && !pointer {
            tracing::info!(connection = %sos.connection, "an SOS program does not read; its link is closed");
            // the room's loop sees the end of `up` and treats it as a lost link
            let (_, closed) = mpsc::channel(1);
            sos.link.up = closed;
            let (closed, _) = mpsc::channel(1);
            sos.link.down = closed;
        }
    }
}

/// The program's version came with the hello; later facts do not repeat it.
pub(super) fn keep_program(mut new: DeviceFacts, old: &DeviceFacts) -> DeviceFacts {
    if new.program.is_none() {
        new.program.clone_from(&old.program);
    }
    new
}
