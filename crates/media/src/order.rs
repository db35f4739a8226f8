//! Puts pictures back into the order in which they were encoded.
//!
//! Each picture travels on its own stream, and streams finish out of order. A delta picture builds on the one before
//! it, so a gap is waited out for a moment; a key picture builds on nothing, so it ends every wait. When the wait
//! passes, the deltas behind the gap are worthless and a new key picture is the only way on.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ponte_wire::Frame;

/// How long a missing picture is waited for: several times what one stream is ever late on a path without loss,
/// and about one retransmission on an ordinary one.
pub const GAP_WAIT: Duration = Duration::from_millis(120);
/// Pictures kept behind a gap at most.
pub const MAX_HELD: usize = 12;
/// A number further off than this is no straggler: the sender started to count anew.
const RESTART_DISTANCE: u32 = 1024;

/// What became of a picture that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordered {
    /// It, and perhaps others, can be taken with [`Order::pop`]; or it waits for an earlier one.
    Kept,
    /// It came after its turn; a newer one has been handed out.
    Late,
    /// It builds on a picture that was lost: a key picture is needed.
    Undecodable,
}

/// Pictures of one screen, on their way into order.
#[derive(Debug, Default)]
pub struct Order {
    /// The number that comes next; `None` until a key picture starts the row.
    next: Option<u32>,
    /// A picture was lost for good: only a key picture, not older than `next`, starts the row again.
    broken: bool,
    /// By number: pictures that wait for an earlier one, and the next ones in order until they are taken.
    held: BTreeMap<u32, Frame>,
    gap_since: Option<Instant>,
}

impl Order {
    /// Takes a picture in.
    pub fn push(&mut self, frame: Frame, now: Instant) -> Ordered {
        let seq = frame.header.seq;
        let distance = self.next.map(|next| seq.wrapping_sub(next));
        let late = distance.is_some_and(|d| d > u32::MAX / 2);
        let restarted = distance.is_some_and(|d| d.min(d.wrapping_neg()) > RESTART_DISTANCE);
        if late && !restarted {
            return Ordered::Late;
        }
        if frame.header.key {
            // nothing before a key picture is needed any more
            self.next = Some(seq);
            self.broken = false;
            self.held.retain(|held, _| {
                let ahead = held.wrapping_sub(seq);
                ahead != 0 && ahead < RESTART_DISTANCE
            });
            self.held.insert(seq, frame);
            self.gap_since = None;
            return Ordered::Kept;
        }
        if distance.is_none() || restarted || self.broken {
            // its key picture, which is larger, may still be on its way
            if self.held.len() >= MAX_HELD {
                self.held.pop_first();
            }
            self.held.insert(seq, frame);
            return Ordered::Undecodable;
        }
        self.held.insert(seq, frame);
        if distance != Some(0) {
            self.gap_since.get_or_insert(now);
        }
        if self.held.len() > MAX_HELD && !self.head_is_here() { self.give_up() } else { Ordered::Kept }
    }

    /// The next picture in order, if it is here.
    pub fn pop(&mut self, now: Instant) -> Option<Frame> {
        let next = self.next.filter(|_| !self.broken)?;
        let frame = self.held.remove(&next)?;
        self.next = Some(next.wrapping_add(1));
        self.gap_since = (!self.held.is_empty() && !self.head_is_here()).then_some(now);
        Some(frame)
    }

    /// When [`Self::expire`] wants to be called.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.gap_since.map(|since| since + GAP_WAIT)
    }

    /// Gives up on a gap that was waited for long enough.
    pub fn expire(&mut self, now: Instant) -> Ordered {
        if self.deadline().is_some_and(|at| at <= now) { self.give_up() } else { Ordered::Kept }
    }

    fn head_is_here(&self) -> bool {
        self.next.is_some_and(|next| self.held.contains_key(&next))
    }

    fn give_up(&mut self) -> Ordered {
        self.held.clear();
        self.gap_since = None;
        self.broken = true;
        Ordered::Undecodable
    }
}
