//! The rules of forwarding, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use std::time::{Duration, Instant};

use bytes::Bytes;
use ponte_media::{Forwarder, GAP_WAIT, MAX_HELD, MIN_KEY_INTERVAL, Step};
use ponte_types::ViewerId;
use ponte_wire::{Codec, Frame, FrameHeader};
use proptest::prelude::*;

fn frame(seq: u32, key: bool) -> Frame {
    let header = FrameHeader {
        key,
        trailing: false,
        codec: Codec::H264,
        screen: 0,
        layer: 0,
        epoch: 0,
        encode_time: 0,
        seq,
        input_seq: 0,
        captured: u64::from(seq) * 1000,
        width: 640,
        height: 480,
    };
    Frame { header, payload: Bytes::from_static(&[0, 0, 1, 0x65]) }
}

fn viewer(n: u8) -> ViewerId {
    ViewerId::from_bytes([n; 16])
}

fn sent(step: &Step, to: ViewerId) -> Vec<u32> {
    step.forwards.iter().filter(|f| f.viewers.contains(&to)).map(|f| f.frame.header.seq).collect()
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn a_new_viewer_is_held_until_the_key_picture_it_asked_for() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.frame(frame(1, true), t);
    f.frame(frame(2, false), t);
    assert!(f.join(viewer(1), t).request_key, "at once");
    assert_eq!(sent(&f.frame(frame(3, false), t), viewer(1)), [0u32; 0]);
    assert_eq!(sent(&f.frame(frame(4, true), t), viewer(1)), [4]);
    assert_eq!(sent(&f.frame(frame(5, false), t), viewer(1)), [5]);
    assert_eq!(f.deadline(), None, "nothing is left to wait for");
}

#[test]
fn streams_that_finish_out_of_order_are_put_right() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.join(viewer(1), t);
    assert_eq!(sent(&f.frame(frame(u32::MAX, true), t), viewer(1)), [u32::MAX]);
    assert_eq!(sent(&f.frame(frame(1, false), t), viewer(1)), [0u32; 0], "0 is missing, after the wrap");
    assert_eq!(sent(&f.frame(frame(0, false), t), viewer(1)), [0, 1]);
    assert!(f.frame(frame(0, false), t).dropped, "it had its turn");
}

#[test]
fn a_delta_that_overtakes_its_key_picture_is_kept_for_it() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.join(viewer(1), t);
    f.frame(frame(6, false), t);
    assert_eq!(sent(&f.frame(frame(5, true), t), viewer(1)), [5, 6]);
}

#[test]
fn a_gap_ends_at_a_key_picture_or_after_a_wait() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.join(viewer(1), t);
    f.frame(frame(1, true), t);
    f.frame(frame(3, false), t + ms(500));
    assert_eq!(sent(&f.frame(frame(7, true), t + ms(500)), viewer(1)), [7]);
    assert_eq!(f.deadline(), None);

    f.frame(frame(9, false), t + ms(600));
    assert_eq!(f.deadline(), Some(t + ms(600) + GAP_WAIT));
    assert!(!f.timeout(t + ms(601)).request_key, "still waiting");
    assert!(f.timeout(t + ms(600) + GAP_WAIT).request_key);
    assert!(f.frame(frame(10, false), t + ms(800)).dropped);
    assert_eq!(sent(&f.frame(frame(11, true), t + ms(801)), viewer(1)), [11]);
}

#[test]
fn a_gap_is_not_waited_for_without_end_in_number() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.join(viewer(1), t);
    f.frame(frame(0, true), t);
    let last = u32::try_from(MAX_HELD).unwrap() + 2;
    let asked = (2..=last).any(|seq| f.frame(frame(seq, false), t + MIN_KEY_INTERVAL).request_key);
    assert!(asked);
}

#[test]
fn key_requests_are_rate_limited_but_a_newcomer_is_served_at_once() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    assert!(f.join(viewer(1), t).request_key);
    f.frame(frame(1, true), t + ms(10));
    assert!(!f.key_wanted(viewer(1), t + ms(20)).request_key);
    assert!(f.timeout(t + MIN_KEY_INTERVAL).request_key, "the wish was kept");
    assert!(!f.join(viewer(2), t + ms(310)).request_key, "one is on its way");
    f.frame(frame(2, true), t + ms(320));
    assert!(f.join(viewer(3), t + ms(321)).request_key, "none is on its way");
    assert!(!f.key_wanted(viewer(9), t + ms(2000)).dropped, "unknown viewers change nothing");
}

#[test]
fn a_request_without_an_answer_is_repeated() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    assert!(f.join(viewer(1), t).request_key);
    let again = f.deadline().unwrap();
    assert!(again - t >= MIN_KEY_INTERVAL);
    assert!(f.timeout(again).request_key);
}

#[test]
fn a_viewer_that_cannot_follow_gets_key_pictures_only_and_delays_nobody() {
    let t = Instant::now();
    let (slow, fast) = (viewer(1), viewer(2));
    let mut f = Forwarder::default();
    f.join(slow, t);
    f.join(fast, t);
    f.frame(frame(1, true), t);
    f.backlog(slow, true, t);
    let step = f.frame(frame(2, false), t);
    assert_eq!((sent(&step, slow), sent(&step, fast)), (vec![], vec![2]));
    let step = f.frame(frame(3, true), t);
    assert_eq!((sent(&step, slow), sent(&step, fast)), (vec![3], vec![3]));
    f.frame(frame(4, false), t);
    assert!(f.backlog(slow, false, t + ms(400)).request_key, "drained: it may join in again");
    assert_eq!(sent(&f.frame(frame(5, false), t + ms(400)), slow), [0u32; 0]);
    assert_eq!(sent(&f.frame(frame(6, true), t + ms(410)), slow), [6]);
}

#[test]
fn a_returning_sender_may_count_anew() {
    let t = Instant::now();
    let mut f = Forwarder::default();
    f.join(viewer(1), t);
    f.frame(frame(5000, true), t);
    assert!(f.restart(t + ms(1000)).request_key);
    assert_eq!(sent(&f.frame(frame(1, true), t + ms(1100)), viewer(1)), [1]);
}

proptest! {
    /// Whatever the order, the losses and the viewers' moods: nobody gets a delta without the picture before it,
    /// numbers only rise, and an unhindered viewer that waits long enough sees pictures again.
    #[test]
    fn every_picture_sent_can_be_decoded(
        events in prop::collection::vec((0u32..40, any::<bool>(), 0u8..6, 0u64..200), 1..200),
    ) {
        let mut now = Instant::now();
        let mut f = Forwarder::default();
        let mut last: [Option<u32>; 3] = [None; 3];
        let mut base = 1u32;
        let mut requests: Vec<Instant> = Vec::new();
        let mut newcomers = 0usize;
        for n in 0..3 { f.join(viewer(n), now); newcomers += 1; }
        let mut check = |step: Step, now: Instant, last: &mut [Option<u32>; 3]| -> Result<(), TestCaseError> {
            if step.request_key { requests.push(now); }
            for forward in &step.forwards {
                let seq = forward.frame.header.seq;
                for n in 0..3u8 {
                    if forward.viewers.contains(&viewer(n)) {
                        let l = &mut last[usize::from(n)];
                        if !forward.frame.header.key {
                            prop_assert_eq!(*l, Some(seq.wrapping_sub(1)));
                        }
                        prop_assert!(l.is_none_or(|l| seq > l));
                        *l = Some(seq);
                    }
                }
            }
            Ok(())
        };
        for (ahead, key, what, wait) in events {
            now += ms(wait);
            while let Some(at) = f.deadline().filter(|at| *at <= now) {
                let step = f.timeout(at);
                check(step, at, &mut last)?;
            }
            let who = viewer(u8::try_from(ahead % 3).unwrap());
            let step = match what {
                0 => f.backlog(who, key, now),
                1 => f.key_wanted(who, now),
                _ => {
                    let seq = base + ahead % 4;
                    base += ahead % 3;
                    f.frame(frame(seq, key && ahead % 5 == 0), now)
                }
            };
            check(step, now, &mut last)?;
        }
        prop_assert!(requests.windows(2).filter(|w| w[1] - w[0] < MIN_KEY_INTERVAL).count() <= newcomers);
        for n in 0..3 { f.backlog(viewer(n), false, now); }
        let step = f.frame(frame(base + 100, true), now);
        prop_assert_eq!(step.forwards.len(), 1);
        prop_assert_eq!(step.forwards[0].viewers.len(), 3);
    }
}
