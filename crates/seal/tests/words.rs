//! Pairing without a shared secret, and a relay in the middle of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use ponte_seal::{
    Initiator, InitiatorError, InitiatorStep, Keeper, Outcome, Proved, Secret, Step, TechnicianSecret,
};
use ponte_types::{PairingWords, TechnicianId, ViewerId};
use ponte_wire::msg::{self, handshake::Body};

const VIEWER: ViewerId = ViewerId::from_bytes([1; 16]);
const ANA: TechnicianId = TechnicianId::from_bytes([2; 16]);

fn console(seed: u8) -> Initiator {
    Initiator::new(VIEWER, ANA, TechnicianSecret::Words, &[seed; 64])
}

fn program(seed: u8) -> (Keeper, [u8; 96]) {
    (Keeper::new(Secret::Nothing), [seed; 96])
}

/// The words on the end user's screen.
fn shown(step: &Step) -> Option<(PairingWords, bool)> {
    let Outcome::Established(established) = &step.outcome else { return None };
    match established.proved {
        Proved::Words { words, joiner } => Some((words, joiner)),
        Proved::Secret => None,
    }
}

/// One console and one program, with messages passed on as they are.
fn pair(
    keeper: &mut Keeper,
    secret: TechnicianSecret,
    seed: u8,
) -> Result<(Step, InitiatorStep), InitiatorError> {
    let mut console = Initiator::new(VIEWER, ANA, secret, &[seed; 64]);
    let mut message = console.offer();
    loop {
        let mut step = keeper.handle(VIEWER, ANA, message, &[seed ^ 0x33; 96]);
        let reply = std::mem::take(&mut step.reply);
        match console.handle(reply)? {
            InitiatorStep::Send(next) => message = next,
            done => return Ok((step, done)),
        }
    }
}

fn confirm_of(message: &msg::Handshake) -> msg::Confirm {
    let Some(Body::Confirm(confirm)) = &message.body else { panic!("not a confirmation") };
    confirm.clone()
}

#[test]
fn both_see_the_same_words_when_nobody_is_between() {
    let (mut keeper, _) = program(0);
    let (end_user, technician) = pair(&mut keeper, TechnicianSecret::Words, 7).unwrap();
    let InitiatorStep::Done { words, pairing, secret, .. } = technician else { panic!() };
    assert_eq!(shown(&end_user), Some((words.unwrap(), false)));

    let back = TechnicianSecret::Resume(pairing, secret);
    let (again, technician) = pair(&mut keeper, back, 9).unwrap();
    assert_eq!(shown(&again), Some((words.unwrap(), false)), "who comes back is who they were");
    assert!(matches!(technician, InitiatorStep::Done { words: None, .. }));
    let (other, _) = pair(&mut keeper, TechnicianSecret::Words, 8).unwrap();
    assert_ne!(shown(&other).unwrap().0, words.unwrap(), "each pairing has its own");
}

#[test]
fn a_relay_in_the_middle_leaves_different_words_on_the_two_screens() {
    for seed in 1..64 {
        let (mut keeper, random) = program(seed);
        let (mut ana, mut as_ana) = (console(seed + 64), console(seed + 128));
        let (mut as_program, other_random) = program(seed + 192);
        // Towards the program the relay is a technician; towards the technician it is a program.
        let answer = keeper.handle(VIEWER, ANA, as_ana.offer(), &random);
        let InitiatorStep::Send(confirm) = as_ana.handle(answer.reply).unwrap() else { panic!() };
        let end_user = keeper.handle(VIEWER, ANA, confirm, &random);

        let answer = as_program.handle(VIEWER, ANA, ana.offer(), &other_random);
        let InitiatorStep::Send(confirm) = ana.handle(answer.reply).unwrap() else { panic!() };
        let accepted = as_program.handle(VIEWER, ANA, confirm, &other_random);
        let InitiatorStep::Done { words, .. } = ana.handle(accepted.reply).unwrap() else { panic!() };
        assert_ne!(shown(&end_user).unwrap().0, words.unwrap(), "seed {seed}");
    }
}

#[test]
fn the_relay_cannot_choose_its_share_after_it_has_seen_the_programs() {
    // It binds itself to one share, sees the program's, and would rather have used another.
    let (mut keeper, random) = program(3);
    let mut bound = console(5);
    let answer = keeper.handle(VIEWER, ANA, bound.offer(), &random);
    let mut better = console(6);
    bound.handle(answer.reply.clone()).unwrap();
    let InitiatorStep::Send(confirm) = better.handle(answer.reply).unwrap() else { panic!() };
    let step = keeper.handle(VIEWER, ANA, confirm, &random);
    assert!(matches!(step.outcome, Outcome::Pending));
    assert!(matches!(step.reply.body, Some(Body::Reject(_))));
}

#[test]
fn the_relay_learns_the_technicians_share_only_after_it_has_answered() {
    let mut ana = console(5);
    let Some(Body::Offer(offer)) = ana.offer().body else { panic!() };
    let (mut keeper, random) = program(3);
    let answer = keeper.handle(VIEWER, ANA, ana.offer(), &random);
    let InitiatorStep::Send(confirm) = ana.handle(answer.reply.clone()).unwrap() else { panic!() };
    assert_ne!(offer.share, confirm_of(&confirm).share, "the offer is a commitment");
    // A second answer, chosen with the share in view, is not taken.
    assert_eq!(ana.handle(answer.reply).err(), Some(InitiatorError::Protocol));
}

#[test]
fn a_commitment_holds_for_its_viewer_and_its_technician() {
    let other_viewer = ViewerId::from_bytes([9; 16]);
    let bia = TechnicianId::from_bytes([8; 16]);
    for (viewer, technician) in [(other_viewer, ANA), (VIEWER, bia)] {
        let (mut keeper, random) = program(3);
        let mut ana = console(5);
        let answer = keeper.handle(viewer, technician, ana.offer(), &random);
        let InitiatorStep::Send(confirm) = ana.handle(answer.reply).unwrap() else { panic!() };
        let step = keeper.handle(viewer, technician, confirm, &random);
        assert!(matches!(step.reply.body, Some(Body::Reject(_))));
    }
}

#[test]
fn the_relay_cannot_talk_a_code_or_a_link_down_to_words() {
    for secret in [Secret::Code((*b"3077").into()), Secret::Link(ponte_seal::LinkSecret::new([5; 16]))] {
        let proof = match &secret {
            Secret::Link(link) => TechnicianSecret::Link(link.public()),
            _ => TechnicianSecret::Code(*b"3077"),
        };
        let mut keeper = Keeper::new(secret);
        let refused =
            |error| matches!(error, Some(InitiatorError::Rejected { code, .. }) if code == "wrong_code");
        assert!(refused(pair(&mut keeper, TechnicianSecret::Words, 7).err()));
        assert!(pair(&mut keeper, TechnicianSecret::Code(*b"0000"), 7).is_err());
        assert!(refused(pair(&mut keeper, TechnicianSecret::Words, 7).err()), "a wrong guess proves nothing");
        pair(&mut keeper, proof, 8).unwrap();
        // Somebody has proved it: a colleague may join, and is shown as one who has not.
        let (step, _) = pair(&mut keeper, TechnicianSecret::Words, 9).unwrap();
        assert!(shown(&step).unwrap().1);
    }
}

#[test]
fn words_do_not_replace_a_secret_that_the_program_does_not_have() {
    let (mut keeper, _) = program(0);
    for secret in [TechnicianSecret::Code(*b"3077"), TechnicianSecret::Link([7; 32])] {
        assert!(pair(&mut keeper, secret, 7).is_err());
    }
    assert!(pair(&mut keeper, TechnicianSecret::Words, 7).is_ok());
}

#[test]
fn agreements_that_come_to_nothing_run_out() {
    let (mut keeper, random) = program(1);
    let begun = (0..10_000)
        .take_while(|_| {
            let step = keeper.handle(VIEWER, ANA, console(2).offer(), &random);
            matches!(step.reply.body, Some(Body::Answer(_)))
        })
        .count();
    assert_eq!(begun, 256);
}

#[test]
fn broken_shares_are_refused() {
    let offer =
        |share: Vec<u8>| msg::Offer { mode: msg::HandshakeMode::Words.into(), share, pairing_id: vec![] };
    let (mut keeper, random) = program(1);
    let short = msg::Handshake { body: Some(Body::Offer(offer(vec![1; 31]))) };
    let step = keeper.handle(VIEWER, ANA, short, &random);
    assert!(matches!(step.reply.body, Some(Body::Reject(_))));
    for share in [vec![], vec![0; 32], vec![0xff; 32]] {
        let begin = msg::Handshake { body: Some(Body::Offer(offer(vec![1; 32]))) };
        keeper.handle(VIEWER, ANA, begin, &random);
        let confirm = msg::Handshake { body: Some(Body::Confirm(msg::Confirm { tag: vec![0; 32], share })) };
        let step = keeper.handle(VIEWER, ANA, confirm, &random);
        assert!(matches!(step.outcome, Outcome::Pending) && matches!(step.reply.body, Some(Body::Reject(_))));
    }
    let mut ana = console(4);
    let answer = msg::Handshake { body: Some(Body::Answer(msg::Answer { share: vec![0; 32] })) };
    assert_eq!(ana.handle(answer).err(), Some(InitiatorError::Protocol));
}
