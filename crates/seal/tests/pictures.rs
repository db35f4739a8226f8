//! Pictures that the relay forwards: what it can do to them, and what it cannot.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use ponte_seal::{PictureError, PictureKey, PictureOpener, PictureSealer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn key(n: u8) -> PictureKey {
    PictureKey::from_bytes([n; 32])
}

fn both(epoch: u8) -> (PictureSealer, PictureOpener) {
    let mut opener = PictureOpener::default();
    opener.learn(epoch, &key(epoch));
    (PictureSealer::new(epoch, &key(epoch)), opener)
}

/// A parameter set, a delimiter, and slices with what an encoder may put there.
fn picture(rests: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 1, 0x67, 0x42, 0, 0x1f, 0, 0, 1, 0x68, 0xce, 0x3c, 0x80];
    for rest in rests {
        out.extend_from_slice(&[0, 0, 0, 1, 0x65, 0x88, 0x84, 0, 0, 3, 1, 0xab, 0xcd]);
        out.extend_from_slice(rest);
    }
    out
}

/// As a decoder gets it: with the long start codes.
fn same(picture: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in picture {
        out.push(*byte);
        if out.ends_with(&[0, 0, 1]) && !out.ends_with(&[0, 0, 0, 1]) {
            out.insert(out.len() - 3, 0);
        }
    }
    out
}

/// Are there start codes where none were?
fn start_codes(bytes: &[u8]) -> usize {
    bytes.windows(3).filter(|it| *it == [0, 0, 1]).count()
}

#[test]
fn what_is_seen_in_a_picture_is_not_in_what_leaves_and_comes_back_whole() {
    let secret = b"the password is swordfish".repeat(40);
    let (mut sealer, mut opener) = both(1);
    for rests in [vec![&secret[..]], vec![&secret[..], &[], b"x"], vec![&[0, 0, 3, 0, 0, 3, 1][..], &secret]]
    {
        let picture = picture(&rests);
        let sealed = sealer.seal(&picture).unwrap();
        assert!(!sealed.windows(9).any(|it| it == b"swordfish"));
        assert_eq!(start_codes(&sealed), start_codes(&picture), "the relay finds the same units");
        assert_eq!(opener.open(&sealed).unwrap(), same(&picture));
    }
    assert_eq!(sealer.seal(&[0, 0, 0, 1, 0x67, 0x42]), None, "no picture in it");
}

#[test]
fn a_relay_can_repeat_nothing_change_nothing_and_put_nothing_in() {
    let (mut sealer, mut opener) = both(1);
    let first = sealer.seal(&picture(&[b"first"])).unwrap();
    let second = sealer.seal(&picture(&[b"second", b"third"])).unwrap();
    assert_eq!(opener.open(&picture(&[&[7; 60]])).unwrap_err(), PictureError::Unsealed);
    assert_eq!(opener.open(&picture(&[b"short"])).unwrap_err(), PictureError::Unsealed);
    let layered = [&second[..], &[0, 0, 0, 1, 0x74, 0x11, 0x80]].concat();
    assert_eq!(opener.open(&layered).unwrap_err(), PictureError::Unsealed, "a slice of an extension");
    opener.open(&second).unwrap();
    assert_eq!(opener.open(&second).unwrap_err(), PictureError::Repeated);
    assert_eq!(opener.open(&first).unwrap_err(), PictureError::Repeated, "older than what was shown");

    // Every byte of the slices counts, but for the start codes and what the browser may rewrite.
    let from = second.windows(2).position(|it| it == [0x65, 0x88]).unwrap();
    for at in from..second.len() {
        let mut changed = second.clone();
        changed[at] ^= 0x10;
        let mut fresh = PictureOpener::default();
        fresh.learn(1, &key(1));
        assert!(fresh.open(&changed).is_err(), "byte {at}");
    }
    let mut other = PictureOpener::default();
    other.learn(1, &key(2));
    assert_eq!(other.open(&first).unwrap_err(), PictureError::Forged, "another key");
}

#[test]
fn who_left_opens_nothing_of_what_follows_and_who_came_nothing_of_what_was() {
    let (mut before, mut left) = both(1);
    let mut came = PictureOpener::default();
    let old = before.seal(&picture(&[b"before"])).unwrap();
    let mut after = PictureSealer::new(2, &key(2));
    came.learn(2, &key(2));
    let new = after.seal(&picture(&[b"after"])).unwrap();
    assert!(left.open(&old).is_ok() && came.open(&new).is_ok());
    assert_eq!(left.open(&new).unwrap_err(), PictureError::NoKey);
    assert_eq!(came.open(&old).unwrap_err(), PictureError::NoKey);
    // The relay writes the other epoch over it.
    for (opener, sealed, epoch) in [(&mut left, &new, 1), (&mut came, &old, 2)] {
        let mut renamed = sealed.clone();
        let at = renamed.len() - 2;
        renamed[at] = epoch;
        assert!(opener.open(&renamed).is_err());
    }
    let mut third = PictureSealer::new(3, &key(3));
    let kept_back = after.seal(&picture(&[b"kept back"])).unwrap();
    came.learn(3, &key(3));
    came.open(&third.seal(&picture(&[b"third"])).unwrap()).unwrap();
    assert_eq!(
        came.open(&kept_back).unwrap_err(),
        PictureError::NoKey,
        "nothing is shown after what came later"
    );
    for epoch in 4..=6 {
        came.learn(epoch, &key(epoch));
    }
    let late = third.seal(&picture(&[b"late"])).unwrap();
    assert_eq!(came.open(&late).unwrap_err(), PictureError::NoKey, "keys are not kept for ever");
}

/// `pictures.json`, which the console's tests open. To renew it after a change of docs/pairing.md:
/// `PONTE_RENEW=1 cargo test -p ponte-seal --test pictures`.
#[test]
fn the_vectors_are_what_the_code_does() {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let rests: [&[&[u8]]; 6] = [
        &[b"one slice"],
        &[b"two", b"slices"],
        &[],
        &[&[0x41; 700]],
        &[&[0, 0, 3, 0, 0, 3, 1, 0, 0, 3, 2, 9]],
        &[b"", b"after an empty one"],
    ];
    let (mut sealer, mut opener) = both(7);
    let vectors = rests.iter().enumerate().map(|(n, rests)| {
        let mut plain = picture(rests);
        if rests.is_empty() {
            // A slice shorter than what stays clear; and one whose clear part ends in zeros.
            plain.extend_from_slice(&[0, 0, 0, 1, 0x41, 1, 2, 0, 0, 1, 0x41, 1, 2, 3, 4, 5, 6, 0, 0, 3, 1, 9]);
        }
        let sealed = sealer.seal(&plain).unwrap();
        assert_eq!(opener.open(&sealed).unwrap(), same(&plain));
        let sealed = hex(&sealed);
        json!({"key": hex(key(7).as_bytes()), "epoch": 7, "counter": (n + 1).to_string(), "plain": hex(&same(&plain)), "sealed": sealed})
    });
    let vectors: Vec<Value> = vectors.collect();
    let about = "Sealed pictures of docs/pairing.md; plain as a decoder gets it, with long start codes.";
    let now = serde_json::to_string_pretty(&json!({"about": about, "pictures": vectors})).unwrap() + "\n";
    // The package's folder, where a test is run.
    let path = "pictures.json";
    if std::env::var_os("PONTE_RENEW").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), now, "pictures.json is not what the code does");
}

proptest! {
    /// Whatever an encoder may write comes back, and looks like nothing else on its way.
    #[test]
    fn every_picture_comes_back(
        rests in prop::collection::vec(prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(3), any::<u8>()], 0..300), 1..4),
        n in 1u8..=255,
    ) {
        // With emulation prevention, as every encoder does it; and not ending in a zero.
        let rests: Vec<Vec<u8>> = rests.iter().map(|raw| {
            let (mut out, mut zeros) = (vec![], 0);
            for byte in raw.iter().chain(&[0x80]) {
                if zeros >= 2 && *byte <= 3 { out.push(3); zeros = 0; }
                out.push(*byte);
                zeros = if *byte == 0 { zeros + 1 } else { 0 };
            }
            out
        }).collect();
        let rests: Vec<&[u8]> = rests.iter().map(|it| &it[..]).collect();
        let picture = picture(&rests);
        let (mut sealer, mut opener) = both(n);
        let sealed = sealer.seal(&picture).unwrap();
        prop_assert_eq!(start_codes(&sealed), start_codes(&picture));
        prop_assert_eq!(opener.open(&sealed).unwrap(), same(&picture));
    }

    /// And nonsense from a relay is refused without harm.
    #[test]
    fn nonsense_is_refused(bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0x65), any::<u8>()], 0..400)) {
        let (_, mut opener) = both(1);
        prop_assert!(opener.open(&bytes).is_err());
    }
}
