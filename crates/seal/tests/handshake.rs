//! Both sides of the key agreement against each other, message by message.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use ponte_seal::{
    Initiator, InitiatorError, InitiatorStep, Keeper, Lanes, LinkSecret, OpenError, Outcome, PairingSecret,
    Proved, SealedLane, Secret, TechnicianSecret,
};
use ponte_types::{PairingId, PairingWords, TechnicianId, ViewerId};
use ponte_wire::msg;

const VIEWER: ViewerId = ViewerId::from_bytes([1; 16]);
const ANA: TechnicianId = TechnicianId::from_bytes([2; 16]);

struct Paired {
    technician: Lanes,
    end_user: Lanes,
    pairing: PairingId,
    secret: PairingSecret,
    first: bool,
    proved: Proved,
    words: Option<PairingWords>,
}

/// Runs a whole handshake; `Err` is what the technician sees.
fn run(keeper: &mut Keeper, secret: TechnicianSecret, seed: u8) -> Result<Paired, InitiatorError> {
    run_as(keeper, secret, seed, VIEWER, ANA)
}

fn run_as(
    keeper: &mut Keeper,
    secret: TechnicianSecret,
    seed: u8,
    viewer: ViewerId,
    technician: TechnicianId,
) -> Result<Paired, InitiatorError> {
    let mut initiator = Initiator::new(viewer, technician, secret, &[seed; 64]);
    let mut message = initiator.offer();
    let mut established = None;
    loop {
        let step = keeper.handle(viewer, ANA, message, &[seed ^ 0x55; 96]);
        if let Outcome::Established(e) = step.outcome {
            established = Some(e);
        }
        match initiator.handle(step.reply)? {
            InitiatorStep::Send(next) => message = next,
            InitiatorStep::Done { pairing, secret, lanes, words } => {
                let e = established.take().unwrap();
                assert_eq!(e.pairing, pairing);
                let (first, proved) = (e.first, e.proved);
                return Ok(Paired {
                    technician: *lanes,
                    end_user: e.lanes,
                    pairing,
                    secret,
                    first,
                    proved,
                    words,
                });
            }
        }
    }
}

fn code(digits: &[u8; 4]) -> Secret {
    Secret::Code((*digits).into())
}

#[test]
fn the_right_digits_give_both_sides_the_same_lanes() {
    let mut keeper = Keeper::new(code(b"3077"));
    let mut paired = run(&mut keeper, TechnicianSecret::Code(*b"3077"), 7).unwrap();
    assert!(paired.first);
    assert_eq!((paired.proved, paired.words), (Proved::Secret, None), "there is nothing to compare");
    let sealed = paired.technician.seal(SealedLane::Input, b"click");
    assert_eq!(paired.end_user.open(SealedLane::Input, &sealed).unwrap(), b"click");
    let sealed = paired.end_user.seal(SealedLane::Control, b"granted");
    assert_eq!(paired.technician.open(SealedLane::Control, &sealed).unwrap(), b"granted");
}

#[test]
fn a_code_serves_once() {
    let mut keeper = Keeper::new(code(b"3077"));
    run(&mut keeper, TechnicianSecret::Code(*b"3077"), 7).unwrap();
    let again = run(&mut keeper, TechnicianSecret::Code(*b"3077"), 8).err();
    assert_eq!(again, Some(InitiatorError::Rejected { code: "wrong_code".into(), tries_left: 3 }));
}

#[test]
fn the_third_wrong_secret_burns_the_code() {
    let mut keeper = Keeper::new(code(b"3077"));
    for (left, name) in [(2, "wrong_secret"), (1, "wrong_secret"), (0, "code_burned")] {
        let failed = run(&mut keeper, TechnicianSecret::Code(*b"0000"), 9).err();
        assert_eq!(failed, Some(InitiatorError::Rejected { code: name.into(), tries_left: left }));
    }
    assert!(
        run(&mut keeper, TechnicianSecret::Code(*b"3077"), 10).is_err(),
        "the right digits come too late"
    );
    keeper.replace_secret(code(b"1111"));
    assert!(run(&mut keeper, TechnicianSecret::Code(*b"1111"), 11).is_ok());
}

#[test]
fn every_confirmation_costs_a_try_even_for_one_offer_each() {
    let mut keeper = Keeper::new(code(b"3077"));
    let initiator = Initiator::new(VIEWER, ANA, TechnicianSecret::Code(*b"0000"), &[1; 64]);
    keeper.handle(VIEWER, ANA, initiator.offer(), &[3; 96]);
    let confirm = |tag| msg::Handshake {
        body: Some(msg::handshake::Body::Confirm(msg::Confirm { tag, share: vec![] })),
    };
    let first = keeper.handle(VIEWER, ANA, confirm(vec![0; 32]), &[3; 96]);
    assert!(matches!(first.outcome, Outcome::WrongSecret { burned: false }));
    // Without a new offer there is nothing to confirm: no second guess on the same shares.
    let second = keeper.handle(VIEWER, ANA, confirm(vec![1; 32]), &[3; 96]);
    assert!(matches!(second.outcome, Outcome::Pending));
    assert!(matches!(second.reply.body, Some(msg::handshake::Body::Reject(_))));
}

#[test]
fn a_link_pairs_whoever_knows_its_public_part_with_whoever_knows_the_secret() {
    let secret = LinkSecret::new([5; 16]);
    let mut keeper = Keeper::new(Secret::Link(secret.clone()));
    assert!(run(&mut keeper, TechnicianSecret::Link(secret.public()), 7).is_ok());
    // An end user's program with another secret cannot answer for this link.
    let mut impostor = Keeper::new(Secret::Link(LinkSecret::new([6; 16])));
    assert!(run(&mut impostor, TechnicianSecret::Link(secret.public()), 7).is_err());
}

#[test]
fn a_pairing_comes_back_with_fresh_keys() {
    let mut keeper = Keeper::new(code(b"3077"));
    let mut first = run(&mut keeper, TechnicianSecret::Code(*b"3077"), 7).unwrap();
    let resume = TechnicianSecret::Resume(first.pairing, first.secret.clone());
    let mut second = run(&mut keeper, resume, 8).unwrap();
    assert!(!second.first);
    assert_eq!(second.pairing, first.pairing);
    let old = first.technician.seal(SealedLane::Input, b"old");
    assert_eq!(second.end_user.open(SealedLane::Input, &old), Err(OpenError::Forged));
    let stranger = TechnicianSecret::Resume(first.pairing, PairingSecret::from_bytes([0; 32]));
    assert!(run(&mut keeper, stranger, 9).is_err());
}

#[test]
fn the_relay_cannot_change_who_talks_or_how() {
    // Another technician's id, another viewer's id, and another mode all end without keys.
    let other = TechnicianId::from_bytes([9; 16]);
    let mut keeper = Keeper::new(code(b"3077"));
    assert!(run_as(&mut keeper, TechnicianSecret::Code(*b"3077"), 7, VIEWER, other).is_err());
    let mut keeper = Keeper::new(code(b"3077"));
    assert_eq!(
        run(&mut keeper, TechnicianSecret::Link(LinkSecret::new([5; 16]).public()), 7).err(),
        Some(InitiatorError::Rejected { code: "wrong_code".into(), tries_left: 3 })
    );
}

#[test]
fn broken_messages_are_refused_and_cost_nothing() {
    use msg::handshake::Body;
    let mut keeper = Keeper::new(code(b"3077"));
    let offer = |share: Vec<u8>| Body::Offer(msg::Offer { mode: 1, share, pairing_id: vec![] });
    for body in [
        None,
        Some(offer(vec![])),
        Some(offer(vec![0; 32])),
        Some(offer(vec![0xff; 32])),
        Some(Body::Confirm(msg::Confirm { tag: vec![], share: vec![] })),
        Some(Body::Accept(msg::Accept::default())),
    ] {
        let step = keeper.handle(VIEWER, ANA, msg::Handshake { body }, &[1; 96]);
        assert!(matches!(step.outcome, Outcome::Pending));
        assert!(matches!(step.reply.body, Some(Body::Reject(_))));
    }
    assert!(run(&mut keeper, TechnicianSecret::Code(*b"3077"), 7).is_ok());
}

#[test]
fn sealed_messages_cannot_be_repeated_moved_or_altered() {
    let mut keeper = Keeper::new(code(b"3077"));
    let mut paired = run(&mut keeper, TechnicianSecret::Code(*b"3077"), 7).unwrap();
    let one = paired.technician.seal(SealedLane::Pointer, b"one");
    let two = paired.technician.seal(SealedLane::Pointer, b"two");
    assert_eq!(paired.end_user.open(SealedLane::Input, &two), Err(OpenError::Forged), "another lane");
    let mut altered = two.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(paired.end_user.open(SealedLane::Pointer, &altered), Err(OpenError::Forged));
    assert_eq!(paired.end_user.open(SealedLane::Pointer, &two).unwrap(), b"two");
    assert_eq!(paired.end_user.open(SealedLane::Pointer, &two), Err(OpenError::Stale), "a repeat");
    assert_eq!(paired.end_user.open(SealedLane::Pointer, &one), Err(OpenError::Stale), "overtaken");
    assert_eq!(paired.technician.open(SealedLane::Pointer, &two), Err(OpenError::Forged), "sent back");
    assert_eq!(paired.end_user.open(SealedLane::Pointer, &[]), Err(OpenError::Forged));
}
