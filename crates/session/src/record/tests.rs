use std::time::Duration;

use proptest::prelude::*;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const HOUR_MS: i64 = 3_600_000;

fn technician(n: u8) -> TechnicianId {
    TechnicianId::from_bytes([n; 16])
}
fn asker(n: u8) -> Asker {
    Asker { technician: technician(n), over_others: false }
}
fn boss() -> Asker {
    Asker { technician: technician(9), over_others: true }
}

#[test]
fn the_link_path_from_invitation_to_close() {
    let invited = Phase::invited(UnixMillis(0), HOUR);
    assert_eq!(invited.detail(), Some(SessionDetail::Invited));
    assert_eq!(invited.claim(technician(1)), Err(Refusal::NotReady));
    let ready = invited.program_came().unwrap();
    assert_eq!(ready.detail(), Some(SessionDetail::Ready));
    assert_eq!(ready.expire(UnixMillis(i64::MAX)), Err(Refusal::NotDue), "who is there is not thrown out");
    let active = ready.claim(technician(1)).unwrap();
    assert_eq!(active.claim(technician(2)), Err(Refusal::Held { owner: technician(1) }));
    assert_eq!(active.claim(technician(1)), Ok(active));
    assert_eq!(active.close(asker(2), Outcome::Solved, None), Err(Refusal::Held { owner: technician(1) }));
    let closed = active.close(asker(1), Outcome::Solved, None).unwrap();
    let owner = Some(technician(1));
    assert_eq!(closed, Phase::Closed { owner, reach: Reach::Program, outcome: Some(Outcome::Solved) });
}

#[test]
fn a_link_nobody_starts_expires_at_its_time_and_not_before() {
    let invited = Phase::invited(UnixMillis(1_000), HOUR);
    assert_eq!(invited.expire(UnixMillis(1_000 + HOUR_MS - 1)), Err(Refusal::NotDue));
    assert_eq!(invited.expire(UnixMillis(1_000 + HOUR_MS)), Ok(Phase::Expired));
}

#[test]
fn release_gives_it_back_whether_or_not_the_program_is_there() {
    let active = Phase::opened_by_code(technician(1));
    for asker in [asker(1), boss()] {
        let waiting = active.release(asker, UnixMillis(5), HOUR).unwrap();
        assert_eq!(waiting.detail(), Some(SessionDetail::Ready));
        assert!(waiting.claim(technician(2)).is_ok());
    }
    let away = active.program_lost(UnixMillis(5), HOUR).unwrap();
    assert_eq!(away.detail(), Some(SessionDetail::Reconnecting));
    let waiting = away.release(asker(1), UnixMillis(10), HOUR).unwrap();
    assert_eq!(waiting.expire(UnixMillis(10 + HOUR_MS)), Ok(Phase::Expired));
}

#[test]
fn on_hold_it_stays_with_its_owner_and_resumes_by_hand_or_by_itself() {
    let active = Phase::opened_by_code(technician(1));
    assert_eq!(active.hold(asker(2), UnixMillis(5), None), Err(Refusal::Held { owner: technician(1) }));
    let held = active.hold(asker(1), UnixMillis(5), Some(UnixMillis(100))).unwrap();
    assert_eq!((held.detail(), held.owner()), (Some(SessionDetail::OnHold), Some(technician(1))));
    assert_eq!((active.may_view(), held.may_view()), (Some(technician(1)), None), "on hold nobody looks");
    assert_eq!(held.hold_ends(UnixMillis(99)), Err(Refusal::NotDue));
    assert_eq!(held.hold_ends(UnixMillis(100)), Ok(active));
    assert_eq!(held.resume(asker(1)), Ok(active));
    assert_eq!(active.resume(asker(1)), Ok(active), "there is nothing to resume");
    let longer = held.hold(asker(1), UnixMillis(50), None).unwrap();
    assert_eq!(longer.hold_ends(UnixMillis(i64::MAX)), Err(Refusal::NotDue), "by hand only");
    let Phase::Active { hold: Some(hold), .. } = longer else { panic!("{longer:?}") };
    assert_eq!(hold.since, UnixMillis(5), "it is on hold since it was put there");
    let left = held.end_by_end_user().unwrap();
    assert_eq!((left.detail(), left.program()), (Some(SessionDetail::OnHold), Program::Away));
    let away = left.resume(asker(1)).unwrap();
    assert_eq!(away.detail(), Some(SessionDetail::Reconnecting));
}

#[test]
fn done_is_confirmed_rejected_or_confirms_itself() {
    let active = Phase::opened_by_code(technician(1));
    let done = active.close(asker(1), Outcome::Solved, Some(UnixMillis(100))).unwrap();
    assert_eq!((done.state(), done.owner()), (SessionState::Closed, None), "nobody holds it");
    assert_eq!(done.detail(), Some(SessionDetail::AwaitingConfirmation));
    assert_eq!(done.claim(technician(2)), Err(Refusal::Done));
    assert_eq!(done.reopen(None, UnixMillis(5)), Err(Refusal::Done));
    assert_eq!(done.confirms_itself(UnixMillis(99)), Err(Refusal::NotDue));
    let closed =
        Phase::Closed { owner: Some(technician(1)), reach: Reach::Program, outcome: Some(Outcome::Solved) };
    assert_eq!(done.confirms_itself(UnixMillis(100)), Ok(closed));
    assert_eq!(done.confirm(), Ok(closed));
    let back = done.reject(Some(technician(1)), UnixMillis(7)).unwrap();
    assert_eq!((back.owner(), back.detail()), (Some(technician(1)), Some(SessionDetail::Connected)));
    let queued = done.reject(None, UnixMillis(7)).unwrap();
    assert_eq!(queued.detail(), Some(SessionDetail::Ready));
    assert_eq!(active.confirm(), Err(Refusal::NotDone));
    assert_eq!(done.end_by_end_user().unwrap().detail(), Some(SessionDetail::AwaitingConfirmation));
}

#[test]
fn reopened_it_can_be_taken_though_nobody_sits_before_a_program() {
    let closed = Phase::opened_by_code(technician(1)).close(asker(1), Outcome::Solved, None).unwrap();
    let queued = closed.reopen(None, UnixMillis(9)).unwrap();
    assert_eq!(queued.detail(), Some(SessionDetail::Ready));
    assert_eq!(queued.expire(UnixMillis(i64::MAX)), Err(Refusal::NotDue));
    let taken = queued.claim(technician(2)).unwrap();
    assert_eq!(taken.owner(), Some(technician(2)));
    let again = taken.release(asker(2), UnixMillis(10), HOUR).unwrap();
    assert_eq!(again.detail(), Some(SessionDetail::Ready));
    assert_eq!(
        closed.reopen(Some(technician(1)), UnixMillis(9)).unwrap().owner(),
        Some(technician(1)),
        "or straight back to who did it"
    );
    assert_eq!(Phase::Expired.reopen(None, UnixMillis(9)), Err(Refusal::NotClosed));
    assert_eq!(taken.reopen(None, UnixMillis(9)), Err(Refusal::NotClosed));
}

#[test]
fn in_person_nobody_needs_a_program_and_nobody_sees_a_screen() {
    let waiting = Phase::in_person(UnixMillis(1));
    assert_eq!(waiting.detail(), Some(SessionDetail::Ready));
    let active = waiting.claim(technician(1)).unwrap();
    assert_eq!((active.detail(), active.may_view()), (Some(SessionDetail::InPerson), None));
    let remote = active.place(false).unwrap();
    assert_eq!(
        (remote.detail(), remote.may_view()),
        (Some(SessionDetail::Reconnecting), Some(technician(1)))
    );
    let queued = remote.release(asker(1), UnixMillis(2), HOUR).unwrap();
    assert_eq!(queued.detail(), Some(SessionDetail::Ready), "whoever takes it gets in touch");

    let screen = Phase::opened_by_code(technician(1));
    let there = screen.place(true).unwrap();
    assert_eq!((there.detail(), there.owner()), (Some(SessionDetail::InPerson), Some(technician(1))));
    assert_eq!(there.end_by_end_user().unwrap().detail(), Some(SessionDetail::InPerson));
    assert_eq!(there.place(false), Ok(screen));
    let invited = Phase::invited(UnixMillis(0), HOUR).place(true).unwrap();
    assert_eq!(invited.expire(UnixMillis(i64::MAX)), Err(Refusal::NotDue), "nobody has to start anything");
}

#[test]
fn who_cannot_be_reached_is_not_closed_before_a_hold_ends() {
    let active = Phase::opened_by_code(technician(1));
    let closed = active.unreached(UnixMillis(50)).unwrap();
    assert!(matches!(closed, Phase::Closed { outcome: Some(Outcome::NoContact), .. }), "{closed:?}");
    let held = active.hold(asker(1), UnixMillis(5), Some(UnixMillis(100))).unwrap();
    assert_eq!(held.unreached(UnixMillis(50)), Err(Refusal::NotDue));
    assert!(held.unreached(UnixMillis(100)).is_ok());
    let by_hand = active.hold(asker(1), UnixMillis(5), None).unwrap();
    assert!(by_hand.unreached(UnixMillis(50)).is_ok(), "a hold without an end keeps nothing open for ever");
    let done = active.close(asker(1), Outcome::Solved, Some(UnixMillis(100))).unwrap();
    assert_eq!(done.unreached(UnixMillis(50)), Err(Refusal::NotDue));
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Came,
    Lost,
    Claim(u8),
    Release(u8),
    Hold(u8, Option<i64>),
    Resume(u8),
    HoldEnds,
    Place(bool),
    Close(u8),
    Done(u8),
    Confirm,
    ConfirmsItself,
    Reject(Option<u8>),
    Reopen(Option<u8>),
    Unreached,
    Leave,
    Expire,
}

fn any_move() -> impl Strategy<Value = Move> {
    let who = || proptest::option::of(0u8..3);
    prop_oneof![
        Just(Move::Came),
        Just(Move::Lost),
        (0u8..3).prop_map(Move::Claim),
        (0u8..3).prop_map(Move::Release),
        (0u8..3, proptest::option::of(0i64..10_000_000)).prop_map(|(n, until)| Move::Hold(n, until)),
        (0u8..3).prop_map(Move::Resume),
        Just(Move::HoldEnds),
        any::<bool>().prop_map(Move::Place),
        (0u8..3).prop_map(Move::Close),
        (0u8..3).prop_map(Move::Done),
        Just(Move::Confirm),
        Just(Move::ConfirmsItself),
        who().prop_map(Move::Reject),
        who().prop_map(Move::Reopen),
        Just(Move::Unreached),
        Just(Move::Leave),
        Just(Move::Expire),
    ]
}

fn after(phase: Phase, step: Move, now: UnixMillis) -> Result<Phase, Refusal> {
    match step {
        Move::Came => phase.program_came(),
        Move::Lost => phase.program_lost(now, HOUR),
        Move::Claim(n) => phase.claim(technician(n)),
        Move::Release(n) => phase.release(asker(n), now, HOUR),
        Move::Hold(n, until) => phase.hold(asker(n), now, until.map(|ms| UnixMillis(now.0 + ms))),
        Move::Resume(n) => phase.resume(asker(n)),
        Move::HoldEnds => phase.hold_ends(now),
        Move::Place(in_person) => phase.place(in_person),
        Move::Close(n) => phase.close(asker(n), Outcome::NotSolved, None),
        Move::Done(n) => phase.close(asker(n), Outcome::Solved, Some(now.after(HOUR))),
        Move::Confirm => phase.confirm(),
        Move::ConfirmsItself => phase.confirms_itself(now),
        Move::Reject(to) => phase.reject(to.map(technician), now),
        Move::Reopen(to) => phase.reopen(to.map(technician), now),
        Move::Unreached => phase.unreached(now),
        Move::Leave => phase.end_by_end_user(),
        Move::Expire => phase.expire(now),
    }
}

fn on_hold(phase: Phase) -> bool {
    matches!(phase, Phase::Active { hold: Some(_), .. })
}
fn done(phase: Phase) -> bool {
    matches!(phase, Phase::Done { .. })
}

proptest! {
    #[test]
    fn whatever_happens_the_owner_changes_only_by_who_may_and_only_a_closed_session_comes_back(
        in_person: bool,
        moves in proptest::collection::vec((any_move(), 0i64..10_000_000), 1..80)
    ) {
        let mut phase =
            if in_person { Phase::in_person(UnixMillis(0)) } else { Phase::invited(UnixMillis(0), HOUR) };
        let mut now = UnixMillis(0);
        for (step, pause) in moves {
            now = UnixMillis(now.0 + pause);
            let next = after(phase, step, now);
            prop_assert_eq!(phase.is_over(), phase.detail().is_none());
            if phase.is_over() {
                let reopens = matches!((phase, step), (Phase::Closed { .. }, Move::Reopen(_)));
                prop_assert_eq!(next.is_ok(), reopens, "{:?} by {:?}", phase, step);
            }
            let Ok(next) = next else { continue };
            match (phase.owner(), next.owner(), step) {
                (None, Some(new), Move::Claim(n) | Move::Reject(Some(n)) | Move::Reopen(Some(n))) => {
                    prop_assert_eq!(new, technician(n));
                }
                (Some(old), None, Move::Release(n) | Move::Close(n) | Move::Done(n)) => {
                    prop_assert_eq!(old, technician(n));
                }
                (Some(_), None, Move::Leave | Move::Unreached) => {}
                (before, after, _) => prop_assert_eq!(before, after, "{:?} by {:?}", phase, step),
            }
            if !on_hold(phase) && on_hold(next) {
                prop_assert!(matches!(step, Move::Hold(..)), "put on hold by {:?}", step);
            }
            if on_hold(phase) && matches!(step, Move::HoldEnds) {
                let Phase::Active { hold: Some(hold), .. } = phase else { unreachable!() };
                prop_assert!(hold.until.is_some_and(|until| until <= now));
            }
            if !done(phase) && done(next) {
                prop_assert!(matches!(step, Move::Done(_)), "done by {:?}", step);
            }
            if done(phase) && !done(next) {
                prop_assert!(matches!(step, Move::Confirm | Move::ConfirmsItself | Move::Reject(_)));
            }
            if let Phase::Expired = next {
                let Phase::Waiting { reach, program, expires_at, .. } = phase else {
                    return Err(TestCaseError::fail("only what waits expires"));
                };
                prop_assert_eq!((reach, program), (Reach::Program, Program::Away));
                prop_assert!(expires_at.is_some_and(|at| at <= now));
            }
            prop_assert_eq!(next.may_view().is_some_and(|who| Some(who) != next.owner()), false);
            phase = next;
        }
    }

    #[test]
    fn a_move_that_changes_nothing_can_be_asked_again(
        moves in proptest::collection::vec((any_move(), 0i64..10_000_000), 1..40), last in any_move()
    ) {
        let (mut phase, mut now) = (Phase::invited(UnixMillis(0), HOUR), UnixMillis(0));
        for (step, pause) in moves {
            now = UnixMillis(now.0 + pause);
            phase = after(phase, step, now).unwrap_or(phase);
        }
        // Twice at one moment, as two relays would: the second finds the same, or nothing to do.
        if let Ok(once) = after(phase, last, now)
            && let Ok(twice) = after(once, last, now)
        {
            prop_assert_eq!(once, twice, "{:?} by {:?}", phase, last);
        }
    }
}
