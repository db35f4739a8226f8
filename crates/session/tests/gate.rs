//! The end user's consent, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use ponte_session::gate::{
    ANSWER_WITHIN, ASK_AGAIN_AFTER, ASK_EVERY, Change, Gate, Output, Proof, Question, SLEEP,
};
use ponte_types::{Grant, PairingId, PairingWords, UnixMillis, ViewerId};
use proptest::prelude::*;

const ANA: ViewerId = ViewerId::from_bytes([1; 16]);
const BIA: ViewerId = ViewerId::from_bytes([2; 16]);
const T0: UnixMillis = UnixMillis(1_000_000);

fn pairing(n: u8) -> PairingId {
    PairingId::from_bytes([n; 16])
}

fn gate_with_ana() -> Gate {
    let mut gate = Gate::new();
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    gate
}

fn shown(gate: &Gate) -> Question {
    gate.question().cloned().expect("a question is shown")
}

fn grant(gate: &mut Gate, viewer: ViewerId, grant: Grant) {
    gate.ask(viewer, grant, T0);
    let question = shown(gate);
    gate.answer(&question, true, T0);
}

#[test]
fn yes_gives_exactly_what_was_asked() {
    let mut gate = gate_with_ana();
    let out = gate.ask(ANA, Grant::View, T0);
    let until = T0.after(ANSWER_WITHIN);
    let question = Question {
        viewer: ANA,
        technician: "Ana".into(),
        grant: Grant::View,
        proof: Proof::Secret,
        again: false,
        until,
    };
    assert!(out.contains(&Output::Show(Some(question.clone()))));
    assert!(!gate.allows(ANA, Grant::View), "asking is not having");
    let out = gate.answer(&question, true, T0);
    assert!(out.contains(&Output::Sharing(true)));
    assert!(gate.allows(ANA, Grant::View) && !gate.allows(ANA, Grant::Control));
}

#[test]
fn the_question_says_how_it_is_known_who_asks() {
    let words = PairingWords::from_hash(&[3; 32]);
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    let proof = Proof::Joiner { words, introduced_by: Some("Ana".into()) };
    gate.paired(BIA, pairing(2), "Bia", proof.clone(), T0);
    assert!(!gate.allows(BIA, Grant::View), "being introduced is not being let in");
    gate.ask(BIA, Grant::View, T0);
    assert_eq!(shown(&gate).proof, proof);
    assert_eq!(proof.words(), Some(words));
    assert!(gate.introduced(BIA, "Rui").is_empty(), "who said so first, said so");
    // Said while the question is open, it is on the screen at once.
    let unknown = Proof::Joiner { words, introduced_by: None };
    gate.paired(RUI, pairing(3), "Rui", unknown, T0);
    let question = shown(&gate);
    gate.answer(&question, false, T0);
    gate.ask(RUI, Grant::View, T0);
    assert_eq!(shown(&gate).proof, Proof::Joiner { words, introduced_by: None });
    let out = gate.introduced(RUI, "Ana");
    assert_eq!(out, vec![Output::Show(Some(shown(&gate)))]);
    assert_eq!(shown(&gate).proof, Proof::Joiner { words, introduced_by: Some("Ana".into()) });
    assert_eq!(Proof::Secret.words(), None);
}

#[test]
fn who_is_answered_for_and_knows_the_secret_sees_and_no_more() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    gate.ask(BIA, Grant::View, T0);
    let out = gate.let_in(BIA, T0);
    assert!(out.contains(&Output::Show(None)), "the question has no reason any more");
    assert!(gate.allows(BIA, Grant::View) && !gate.allows(BIA, Grant::Control));
    gate.ask(BIA, Grant::Control, T0);
    assert_eq!(shown(&gate).grant, Grant::Control);
    // Whom only words could tell is asked about, whoever answers for them.
    let words = PairingWords::from_hash(&[3; 32]);
    gate.paired(RUI, pairing(3), "Rui", Proof::Joiner { words, introduced_by: Some("Ana".into()) }, T0);
    assert!(gate.let_in(RUI, T0).is_empty());
    assert!(!gate.allows(RUI, Grant::View));
}

#[test]
fn control_without_view_asks_for_view_first() {
    let mut gate = gate_with_ana();
    gate.ask(ANA, Grant::Control, T0);
    assert_eq!(shown(&gate).grant, Grant::View);
}

#[test]
fn silence_is_no() {
    let mut gate = gate_with_ana();
    gate.ask(ANA, Grant::View, T0);
    let question = shown(&gate);
    let end = T0.after(ANSWER_WITHIN);
    assert_eq!(gate.deadline(), Some(end));
    assert!(gate.tick(UnixMillis(end.0 - 1)).is_empty());
    let out = gate.tick(end);
    assert!(out.contains(&Output::Show(None)));
    assert!(out.iter().any(|o| matches!(
        o,
        Output::Tell { change: Change::Denied { grant: Grant::View, by_timeout: true }, .. }
    )));
    assert!(gate.answer(&question, true, end).is_empty(), "a late yes counts for nothing");
    assert!(!gate.allows(ANA, Grant::View));
}

#[test]
fn a_yes_after_the_deadline_is_a_no_even_before_the_tick() {
    let mut gate = gate_with_ana();
    gate.ask(ANA, Grant::View, T0);
    let question = shown(&gate);
    gate.answer(&question, true, T0.after(ANSWER_WITHIN));
    assert!(!gate.allows(ANA, Grant::View));
}

#[test]
fn no_is_told_and_cannot_be_hammered() {
    let mut gate = gate_with_ana();
    gate.ask(ANA, Grant::View, T0);
    let question = shown(&gate);
    let out = gate.answer(&question, false, T0);
    assert!(
        out.iter()
            .any(|o| matches!(o, Output::Tell { change: Change::Denied { by_timeout: false, .. }, .. }))
    );
    let out = gate.ask(ANA, Grant::View, T0);
    assert_eq!(gate.question(), None, "not again at once");
    let told = |o: &Output| matches!(o, Output::Tell { change: Change::Denied { .. }, asking: None, .. });
    assert!(out.iter().any(told), "the console learns that the no stands: {out:?}");
    gate.ask(ANA, Grant::View, T0.after(ASK_AGAIN_AFTER));
    assert!(gate.question().is_some());
}

#[test]
fn a_right_can_be_taken_back_at_once() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    let out = gate.revoke(Grant::Control, T0);
    assert!(out.contains(&Output::ReleaseInput(ANA)));
    assert!(gate.allows(ANA, Grant::View) && !gate.allows(ANA, Grant::Control));
    let out = gate.revoke(Grant::View, T0);
    assert!(out.contains(&Output::Sharing(false)));
    assert!(!gate.allows(ANA, Grant::View));
}

#[test]
fn taking_view_takes_control_too() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    let out = gate.revoke(Grant::View, T0);
    assert!(out.contains(&Output::ReleaseInput(ANA)));
    assert!(!gate.allows(ANA, Grant::Control));
}

#[test]
fn coming_back_with_the_same_pairing_finds_the_same_rights() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    let out = gate.viewer_left(ANA, T0);
    assert!(out.contains(&Output::ReleaseInput(ANA)) && out.contains(&Output::Sharing(false)));
    assert!(!gate.allows(ANA, Grant::Control));
    let out = gate.paired(BIA, pairing(1), "Ana", Proof::Secret, T0);
    assert!(out.contains(&Output::Sharing(true)));
    assert!(gate.allows(BIA, Grant::Control) && !gate.allows(ANA, Grant::Control));
}

#[test]
fn rights_sleep_for_five_minutes_and_no_longer() {
    for (after, there) in [(UnixMillis(T0.after(SLEEP).0 - 1), true), (T0.after(SLEEP), false)] {
        for ticked in [false, true] {
            let mut gate = gate_with_ana();
            grant(&mut gate, ANA, Grant::View);
            grant(&mut gate, ANA, Grant::Control);
            gate.viewer_left(ANA, T0);
            assert_eq!(gate.deadline(), Some(T0.after(SLEEP)));
            // A link that is reported lost twice has been away since the first time.
            gate.viewer_left(ANA, after);
            if ticked {
                assert!(gate.tick(after).is_empty(), "nobody is there to be told");
            }
            gate.paired(BIA, pairing(1), "Ana", Proof::Secret, after);
            assert_eq!(gate.allows(BIA, Grant::View), there, "{ticked}");
            assert_eq!(gate.allows(BIA, Grant::Control), there, "{ticked}");
            assert_eq!(gate.sharing(), there);
            let next = there.then(|| T0.after(ASK_EVERY));
            assert_eq!(gate.deadline(), next, "who is here is not forgotten");
            gate.tick(after.after(SLEEP));
            assert_eq!(gate.allows(BIA, Grant::View), there, "who is here is not forgotten");
        }
    }
}

#[test]
fn sleeping_rights_end_when_somebody_else_pairs() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    gate.viewer_left(ANA, T0);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    assert!(!gate.allows(ANA, Grant::View));
    // Two who were both there before come back, one after the other: neither is somebody else.
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, BIA, Grant::View);
    gate.viewer_left(ANA, T0);
    gate.viewer_left(BIA, T0);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    assert!(gate.allows(ANA, Grant::View) && gate.allows(BIA, Grant::View));
}

#[test]
fn nobody_inherits_rights() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    assert!(!gate.allows(BIA, Grant::View), "another pairing starts with nothing");
    gate.viewer_left(ANA, T0);
    gate.paired(ANA, pairing(1), "Somebody else", Proof::Secret, T0);
    assert!(!gate.allows(ANA, Grant::View), "another name under the same pairing starts with nothing");
}

#[test]
fn before_pairing_nothing_can_be_asked() {
    let mut gate = Gate::new();
    assert!(gate.ask(ANA, Grant::View, T0).is_empty());
    assert_eq!(gate.question(), None);
}

#[test]
fn questions_queue_and_each_gets_its_full_time() {
    let mut gate = gate_with_ana();
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    gate.ask(ANA, Grant::View, T0);
    gate.ask(BIA, Grant::View, T0);
    let later = UnixMillis(T0.0 + 50_000);
    let question = shown(&gate);
    gate.answer(&question, true, later);
    assert_eq!((shown(&gate).viewer, shown(&gate).until), (BIA, later.after(ANSWER_WITHIN)));
}

#[test]
fn a_question_that_was_behind_a_dropped_one_gets_its_full_time() {
    let mut gate = gate_with_ana();
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    gate.ask(ANA, Grant::View, T0);
    gate.ask(BIA, Grant::View, T0);
    let later = UnixMillis(T0.0 + 59_000);
    gate.viewer_left(ANA, later);
    assert_eq!((shown(&gate).viewer, shown(&gate).until), (BIA, later.after(ANSWER_WITHIN)));
}

#[test]
fn who_leaves_for_good_must_be_let_in_again() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    gate.viewer_left(ANA, T0);
    assert!(gate.at_stake() && !gate.sharing(), "rights that sleep are still to be stopped");
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    assert!(gate.allows(ANA, Grant::View), "a break is no leaving");
    gate.viewer_gone(ANA, T0);
    assert!(!gate.at_stake());
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    assert!(!gate.allows(ANA, Grant::View));
}

#[test]
fn the_bar_names_who_is_here_and_else_those_whose_rights_sleep() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    grant(&mut gate, BIA, Grant::View);
    gate.viewer_left(ANA, T0);
    assert_eq!(gate.holders().map(|(_, name, _)| name).collect::<Vec<_>>(), ["Bia"]);
    assert_eq!(gate.watchers().collect::<Vec<_>>(), [BIA]);
    gate.viewer_left(BIA, T0);
    assert_eq!(gate.holders().count(), 2);
    assert_eq!(gate.watchers().count(), 0);
    gate.revoke(Grant::View, T0);
    assert!(!gate.at_stake() && gate.holders().next().is_none());
}

#[test]
fn a_question_goes_with_its_asker() {
    let mut gate = gate_with_ana();
    gate.ask(ANA, Grant::View, T0);
    assert!(gate.viewer_left(ANA, T0).contains(&Output::Show(None)));
    gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0);
    gate.ask(ANA, Grant::View, T0);
    assert!(gate.give_back(ANA, Grant::View, T0).contains(&Output::Show(None)));
}

const RUI: ViewerId = ViewerId::from_bytes([3; 16]);

/// Ana was let in first and controls; Bia sees.
fn two() -> Gate {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    grant(&mut gate, BIA, Grant::View);
    gate
}

fn controllers(gate: &Gate) -> Vec<ViewerId> {
    [ANA, BIA, RUI].into_iter().filter(|v| gate.allows(*v, Grant::Control)).collect()
}

#[test]
fn one_controls_at_a_time_and_a_yes_moves_it() {
    let mut gate = two();
    gate.ask(BIA, Grant::Control, T0);
    let question = shown(&gate);
    let out = gate.answer(&question, true, T0);
    assert!(out.contains(&Output::ReleaseInput(ANA)), "what Ana holds down is let go");
    assert!(out.iter().any(|o| matches!(o, Output::Tell { viewer, waits: true, .. } if *viewer == ANA)));
    assert_eq!(controllers(&gate), [BIA]);
    // Ana may control, and asks for it back: the end user decides.
    gate.ask(ANA, Grant::Control, T0);
    assert_eq!((shown(&gate).viewer, shown(&gate).grant), (ANA, Grant::Control));
    let question = shown(&gate);
    gate.answer(&question, false, T0);
    assert_eq!(controllers(&gate), [BIA]);
}

#[test]
fn control_is_passed_by_its_holder_or_the_lead_only() {
    let mut gate = two();
    grant(&mut gate, BIA, Grant::Control);
    gate.paired(RUI, pairing(3), "Rui", Proof::Secret, T0);
    grant(&mut gate, RUI, Grant::View);
    gate.pass_control(RUI, RUI, T0);
    gate.pass_control(RUI, ANA, T0);
    assert_eq!(controllers(&gate), [BIA], "Rui has no say");
    assert_eq!(gate.question(), None);
    gate.pass_control(ANA, ANA, T0);
    assert_eq!(controllers(&gate), [ANA], "the lead takes it back");
    gate.pass_control(ANA, BIA, T0);
    assert_eq!(controllers(&gate), [BIA], "and passes it: both were allowed to");
    gate.pass_control(BIA, RUI, T0);
    assert_eq!(controllers(&gate), [BIA]);
    assert_eq!((shown(&gate).viewer, shown(&gate).grant), (RUI, Grant::Control), "Rui was not: it is asked");
    let question = shown(&gate);
    gate.answer(&question, true, T0);
    assert_eq!(controllers(&gate), [RUI]);
    gate.hand_over(BIA, BIA);
    gate.pass_control(BIA, BIA, T0);
    assert_eq!(controllers(&gate), [RUI], "Bia is not the lead");
    gate.hand_over(ANA, BIA);
    gate.pass_control(BIA, BIA, T0);
    assert_eq!(controllers(&gate), [BIA], "now Bia is");
}

#[test]
fn when_who_controls_is_gone_who_may_takes_it_without_a_question() {
    let mut gate = two();
    grant(&mut gate, BIA, Grant::Control);
    gate.viewer_left(BIA, T0);
    assert_eq!(controllers(&gate), []);
    gate.ask(ANA, Grant::Control, T0);
    assert_eq!(controllers(&gate), [ANA]);
    assert_eq!(gate.question(), None);
    // Who comes back finds that somebody else controls.
    gate.paired(BIA, pairing(2), "Bia", Proof::Secret, T0);
    assert_eq!(controllers(&gate), [ANA]);
    let out = gate.revoke(Grant::Control, T0);
    assert!(out.contains(&Output::ReleaseInput(ANA)) && out.contains(&Output::ReleaseInput(BIA)));
    gate.ask(ANA, Grant::Control, T0);
    assert!(gate.question().is_some(), "taken back from all: it is asked again");
}

#[test]
fn after_an_hour_it_is_asked_again_and_silence_is_no() {
    let mut gate = two();
    let hour = T0.after(ASK_EVERY);
    assert_eq!(gate.deadline(), Some(hour));
    gate.tick(UnixMillis(hour.0 - 1));
    assert_eq!(gate.question(), None);
    let out = gate.tick(hour);
    assert!(shown(&gate).again && shown(&gate).viewer == ANA);
    assert_eq!(out, vec![Output::Show(Some(shown(&gate)))]);
    assert!(gate.allows(ANA, Grant::View) && gate.allows(ANA, Grant::Control), "the work goes on");
    let question = shown(&gate);
    gate.answer(&question, true, hour);
    assert!(gate.allows(ANA, Grant::Control), "yes leaves it as it is");
    // About Bia nobody answers.
    assert_eq!((shown(&gate).viewer, shown(&gate).until), (BIA, hour.after(ANSWER_WITHIN)));
    gate.tick(hour.after(ANSWER_WITHIN));
    assert!(!gate.allows(BIA, Grant::View) && gate.allows(ANA, Grant::View));
    let next = hour.after(ASK_EVERY);
    gate.tick(next);
    let question = shown(&gate);
    let out = gate.answer(&question, false, next);
    assert!(out.contains(&Output::ReleaseInput(ANA)) && out.contains(&Output::Sharing(false)));
}

#[test]
fn stop_ends_everything_for_good() {
    let mut gate = gate_with_ana();
    grant(&mut gate, ANA, Grant::View);
    grant(&mut gate, ANA, Grant::Control);
    let out = gate.stop();
    assert_eq!(out, vec![Output::ReleaseInput(ANA), Output::Sharing(false), Output::Leave]);
    assert!(gate.paired(ANA, pairing(1), "Ana", Proof::Secret, T0).is_empty());
    assert!(gate.ask(ANA, Grant::View, T0).is_empty());
    assert!(!gate.allows(ANA, Grant::View));
    assert!(gate.stop().is_empty());
}

#[derive(Debug, Clone)]
enum Act {
    Pair(u8, u8),
    Leave(u8),
    Ask(u8, Grant),
    Answer(bool),
    Wait(u16),
    Gone(u8),
    Revoke(Grant),
    GiveBack(u8, Grant),
    Pass(u8, u8),
    Stop,
}

fn act() -> impl Strategy<Value = Act> {
    let viewer = 1u8..4;
    let right = prop_oneof![Just(Grant::View), Just(Grant::Control)];
    prop_oneof![
        3 => (viewer.clone(), 1u8..4).prop_map(|(v, p)| Act::Pair(v, p)),
        1 => viewer.clone().prop_map(Act::Leave),
        1 => viewer.clone().prop_map(Act::Gone),
        4 => (viewer.clone(), right.clone()).prop_map(|(v, g)| Act::Ask(v, g)),
        4 => any::<bool>().prop_map(Act::Answer),
        2 => (0u16..2000).prop_map(Act::Wait),
        1 => right.clone().prop_map(Act::Revoke),
        1 => (viewer.clone(), right).prop_map(|(v, g)| Act::GiveBack(v, g)),
        2 => (viewer.clone(), viewer).prop_map(|(by, to)| Act::Pass(by, to)),
        1 => Just(Act::Stop),
    ]
}

#[test]
fn a_question_dies_with_the_pairing_or_the_view_that_it_was_asked_under() {
    let viewer = ViewerId::from_bytes([1; 16]);
    let ready = || {
        let mut gate = Gate::new();
        gate.paired(viewer, pairing(1), "T", Proof::Secret, T0);
        gate.ask(viewer, Grant::View, T0);
        let view = gate.question().cloned().unwrap();
        gate.answer(&view, true, T0);
        gate.ask(viewer, Grant::Control, T0);
        let control = gate.question().cloned().unwrap();
        assert_eq!(control.grant, Grant::Control);
        (gate, control)
    };
    let (mut gate, control) = ready();
    gate.paired(viewer, pairing(2), "Somebody else", Proof::Secret, T0);
    gate.answer(&control, true, T0);
    assert!(!gate.allows(viewer, Grant::Control) && !gate.allows(viewer, Grant::View));
    let (mut gate, control) = ready();
    gate.revoke(Grant::View, T0);
    gate.answer(&control, true, T0);
    assert!(!gate.allows(viewer, Grant::Control));
    let (mut gate, control) = ready();
    gate.give_back(viewer, Grant::View, T0);
    gate.answer(&control, true, T0);
    assert!(!gate.allows(viewer, Grant::Control));
}

proptest! {
    /// Whatever happens: a right exists only after the end user said yes to that pairing for that right, control
    /// never without view, and `Sharing` is told exactly when it changes.
    #[test]
    fn no_right_without_a_yes(acts in prop::collection::vec(act(), 1..80)) {
        let mut gate = Gate::new();
        let mut now = T0;
        let mut pairing_of = std::collections::HashMap::new();
        let mut yes = std::collections::HashSet::new();
        let mut sharing = false;
        let viewer = |n: u8| ViewerId::from_bytes([n; 16]);
        for act in acts {
            let out = match act {
                Act::Pair(v, p) => { pairing_of.insert(viewer(v), p); gate.paired(viewer(v), pairing(p), "T", Proof::Secret, now) }
                Act::Leave(v) => gate.viewer_left(viewer(v), now),
                Act::Gone(v) => gate.viewer_gone(viewer(v), now),
                Act::Ask(v, g) => gate.ask(viewer(v), g, now),
                Act::Answer(answer) => match gate.question().cloned() {
                    Some(q) => {
                        if answer && now < q.until { yes.insert((pairing_of[&q.viewer], q.grant)); }
                        gate.answer(&q, answer, now)
                    }
                    None => vec![],
                },
                Act::Wait(s) => { now = UnixMillis(now.0 + i64::from(s) * 1000); gate.tick(now) }
                Act::Revoke(g) => gate.revoke(g, now),
                Act::GiveBack(v, g) => gate.give_back(viewer(v), g, now),
                Act::Pass(by, to) => gate.pass_control(viewer(by), viewer(to), now),
                Act::Stop => gate.stop(),
            };
            for o in &out {
                if let Output::Sharing(now_sharing) = o {
                    prop_assert_ne!(*now_sharing, sharing);
                    sharing = *now_sharing;
                }
            }
            prop_assert_eq!(gate.sharing(), sharing);
            prop_assert_eq!(gate.watchers().next().is_some(), sharing);
            prop_assert!(gate.at_stake() || gate.holders().next().is_none());
            for (v, p) in &pairing_of {
                for g in Grant::ALL {
                    if gate.allows(*v, g) { prop_assert!(yes.contains(&(*p, g))); }
                }
                prop_assert!(!gate.allows(*v, Grant::Control) || gate.allows(*v, Grant::View));
            }
            prop_assert!(pairing_of.keys().filter(|v| gate.allows(**v, Grant::Control)).count() <= 1);
        }
    }
}
