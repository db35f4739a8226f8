//! Pictures through the room.

use std::collections::HashSet;

use ponte_desk::team::Right;
use ponte_media::Step;
use ponte_types::{ErrorCode, ViewerId};
use ponte_wire::{
    Frame,
    msg::{self, Lane, to_sos, to_viewer},
};
use tokio::time::Instant;

use super::Room;
use crate::live::media::{MediaEvent, MediaUpdate};

/// The one screen that is shown.
const SCREEN: u8 = 0;

impl Room {
    pub(super) fn frame(&mut self, frame: Frame) {
        let metrics = &self.hub.shared.metrics;
        metrics.frames.inc();
        metrics.frame_bytes.inc_by(frame.payload.len() as u64);
        if frame.header.screen != SCREEN {
            metrics.frames_unused.inc();
            return;
        }
        let step = self.forwarder.frame(frame, Instant::now().into_std());
        self.apply(step);
    }

    /// Does what the rules decided.
    pub(super) fn apply(&mut self, step: Step) {
        let shared = self.hub.shared.clone();
        if step.dropped {
            shared.metrics.frames_unused.inc();
        }
        let mut request_key = step.request_key;
        for forward in step.forwards {
            let viewers = forward.viewers.clone();
            if shared.media.forward(forward.frame, forward.viewers).is_err() {
                shared.metrics.frames_overload.inc();
                let missed = self.forwarder.missed(&viewers, Instant::now().into_std());
                request_key |= missed.request_key;
            }
        }
        if request_key && self.sos.is_some() {
            shared.metrics.key_requests.inc();
            let request = msg::RequestKeyFrame { screen: u32::from(SCREEN) };
            self.send_sos(to_sos::Body::RequestKeyFrame(request));
        }
    }

    pub(super) fn media(&mut self, event: MediaEvent) {
        if !self.attachment_is_current(event.attachment) {
            return;
        }
        let id = event.attachment.viewer;
        let now = Instant::now().into_std();
        match event.update {
            MediaUpdate::Answer(sdp) => {
                self.send_viewer(id, to_viewer::Body::Answer(msg::SdpAnswer { sdp }));
            }
            MediaUpdate::Refused(code) => self.remove_viewer(id, Some(code)),
            MediaUpdate::Up => self.media_is(id, true),
            MediaUpdate::Down => self.media_is(id, false),
            MediaUpdate::KeyWanted => {
                let step = self.forwarder.key_wanted(id, now);
                self.apply(step);
            }
            MediaUpdate::Backlog(stands) => {
                let step = self.forwarder.backlog(id, stands, now);
                self.apply(step);
            }
            MediaUpdate::Peer(lane, payload) => {
                let allowed = matches!(lane, Lane::Input | Lane::Pointer) && self.may_steer(id);
                if allowed {
                    let peer = msg::Peer { viewer: id.as_bytes().to_vec(), lane: lane.into(), payload };
                    self.send_sos(to_sos::Body::Peer(peer));
                }
            }
        }
    }

    /// Input is taken from a viewer that the SOS program accepted and whose technician has the session's baton.
    fn may_steer(&self, id: ViewerId) -> bool {
        self.viewers.get(&id).is_some_and(|v| v.accepted) && self.allows(id, Right::Control)
    }

    fn media_is(&mut self, id: ViewerId, up: bool) {
        if let Some(viewer) = self.viewers.get_mut(&id) {
            viewer.media_up = up;
        }
        self.refresh_watching(id);
    }

    /// The SOS program says who may see. A picture goes to nobody else, whatever their console asks for.
    pub(super) fn watchers(&mut self, watchers: &msg::Watchers) {
        let may_see: HashSet<ViewerId> =
            watchers.viewers.iter().filter_map(|id| ViewerId::try_from(&id[..]).ok()).collect();
        let mut changed = Vec::new();
        for (id, viewer) in &mut self.viewers {
            if viewer.may_see != may_see.contains(id) {
                viewer.may_see = !viewer.may_see;
                changed.push(*id);
            }
        }
        for id in changed {
            self.refresh_watching(id);
        }
    }

    /// Pictures go to viewers that the SOS program accepted and lets see, and whose media is up; none are made for
    /// nobody.
    pub(super) fn refresh_watching(&mut self, id: ViewerId) {
        let now = Instant::now().into_std();
        match self.viewers.get_mut(&id) {
            Some(viewer) if viewer.is_to_watch() && !viewer.watching => {
                viewer.watching = true;
                self.tell_wanted(true);
                let step = self.forwarder.join(id, now);
                self.apply(step);
            }
            Some(viewer) if viewer.watching && !viewer.is_to_watch() => {
                viewer.watching = false;
                self.forwarder.leave(id);
            }
            Some(_) => {}
            None => self.forwarder.leave(id),
        }
        // Ready before the end user says yes, so that the first picture waits for no round trip.
        let wanted = self.viewers.values().any(|viewer| viewer.accepted && viewer.media_up);
        self.tell_wanted(wanted);
    }

    fn tell_wanted(&mut self, wanted: bool) {
        if self.frames_wanted != wanted {
            self.frames_wanted = wanted;
            self.send_sos(to_sos::Body::WantFrames(msg::WantFrames { wanted }));
        }
    }

    pub(super) fn refuse_flood(&mut self, id: ViewerId) {
        self.hub.shared.metrics.viewers_closed.inc();
        self.remove_viewer(id, Some(ErrorCode::TooManyRequests));
    }
}
