//! Decides for each picture who gets it.

use std::{collections::BTreeMap, time::Instant};

use ponte_types::ViewerId;
use ponte_wire::Frame;

use crate::{KeyRequests, Order, Ordered};

/// One picture and who gets it; never empty.
#[derive(Debug, Clone)]
pub struct Forward {
    pub frame: Frame,
    pub viewers: Vec<ViewerId>,
}

/// What has to be done after an input.
#[derive(Debug, Default)]
pub struct Step {
    /// In the order to be sent.
    pub forwards: Vec<Forward>,
    /// Ask the sender for a key picture.
    pub request_key: bool,
    /// A picture that came in was late or could not be used.
    pub dropped: bool,
}

#[derive(Debug, Clone, Copy)]
struct Viewer {
    /// It missed a picture, or has had none: deltas mean nothing to it.
    needs_key: bool,
    /// It does not take what it is sent: key pictures only.
    behind: bool,
}

/// One screen's pictures and its viewers.
#[derive(Debug, Default)]
pub struct Forwarder {
    order: Order,
    keys: KeyRequests,
    viewers: BTreeMap<ViewerId, Viewer>,
}

impl Forwarder {
    /// A viewer is ready to be sent pictures. It gets nothing before a key picture, which is asked for at once.
    pub fn join(&mut self, viewer: ViewerId, now: Instant) -> Step {
        self.viewers.insert(viewer, Viewer { needs_key: true, behind: false });
        self.keys.want_now();
        self.step(now)
    }

    /// A viewer is gone.
    pub fn leave(&mut self, viewer: ViewerId) {
        self.viewers.remove(&viewer);
    }

    /// Is anybody there to be sent pictures?
    #[must_use]
    pub fn is_watched(&self) -> bool {
        !self.viewers.is_empty()
    }

    /// A viewer's decoder asks for a key picture (PLI, FIR).
    pub fn key_wanted(&mut self, viewer: ViewerId, now: Instant) -> Step {
        if self.viewers.contains_key(&viewer) {
            self.keys.want();
        }
        self.step(now)
    }

    /// What was sent to a viewer stands unreceived, or has drained.
    pub fn backlog(&mut self, viewer: ViewerId, stands: bool, now: Instant) -> Step {
        if let Some(viewer) = self.viewers.get_mut(&viewer) {
            viewer.behind = stands;
        }
        self.step(now)
    }

    /// A picture that was to go to these viewers was dropped on the way to them.
    pub fn missed(&mut self, viewers: &[ViewerId], now: Instant) -> Step {
        for id in viewers {
            if let Some(viewer) = self.viewers.get_mut(id) {
                viewer.needs_key = true;
            }
        }
        self.step(now)
    }

    /// A picture came in.
    pub fn frame(&mut self, frame: Frame, now: Instant) -> Step {
        let key = frame.header.key;
        let ordered = self.order.push(frame, now);
        if key && ordered == Ordered::Kept {
            self.keys.fulfilled();
        }
        if ordered == Ordered::Undecodable {
            self.all_need_key();
        }
        let mut step = Step { dropped: ordered != Ordered::Kept, ..Step::default() };
        while let Some(frame) = self.order.pop(now) {
            let viewers = self.viewers_of(&frame);
            if !viewers.is_empty() {
                step.forwards.push(Forward { frame, viewers });
            }
        }
        let rest = self.step(now);
        step.request_key = rest.request_key;
        step
    }

    /// The time of [`Self::deadline`] has come.
    pub fn timeout(&mut self, now: Instant) -> Step {
        if self.order.expire(now) == Ordered::Undecodable {
            self.all_need_key();
        }
        self.step(now)
    }

    /// When [`Self::timeout`] wants to be called.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        [self.order.deadline(), self.keys.deadline()].into_iter().flatten().min()
    }

    /// The sender is another one, or came back: its numbers begin anew, and its first picture is a key picture.
    pub fn restart(&mut self, now: Instant) -> Step {
        self.order = Order::default();
        self.keys = KeyRequests::default();
        self.all_need_key();
        self.step(now)
    }

    fn step(&mut self, now: Instant) -> Step {
        if self.viewers.values().any(|v| v.needs_key && !v.behind) {
            self.keys.want();
        }
        Step { request_key: self.is_watched() && self.keys.take(now), ..Step::default() }
    }

    fn all_need_key(&mut self) {
        for viewer in self.viewers.values_mut() {
            viewer.needs_key = true;
        }
    }

    fn viewers_of(&mut self, frame: &Frame) -> Vec<ViewerId> {
        let key = frame.header.key;
        let mut served = Vec::with_capacity(self.viewers.len());
        for (id, viewer) in &mut self.viewers {
            let takes = key || (!viewer.needs_key && !viewer.behind);
            if takes {
                served.push(*id);
            }
            // whoever is left out of one delta cannot use the next
            viewer.needs_key = !takes;
        }
        served
    }
}
