//! Real messages with a few bytes wrong: nearer to what breaks a parser than bytes by chance. `cargo xtask fuzz` goes on
//! where these seconds end.

#[path = "../fuzz/fuzz_targets/reading.rs"]
mod reading;

use bytes::BytesMut;
use ponte_wire::{Codec, FrameHeader, Message, framing, msg::*};
use proptest::prelude::*;
use reading::reads;

/// One of each shape: nested, repeated, optional, bytes, text, numbers; whole, on a stream, and a picture.
fn real() -> Vec<Vec<u8>> {
    let peer = || Peer { viewer: vec![1; 16], lane: 2, payload: vec![7; 40].into() };
    let code = CodeIssued { routing: "48291".into(), valid_seconds: 600 };
    let session =
        SessionOpened { number: 7, subject: "Printer".into(), person: "Maria".into(), attachments: None };
    let welcome = Welcome {
        desk_name: "Prefeitura – Suporte".into(),
        resume_token: vec![9; 32],
        code: Some(code),
        session: Some(session),
    };
    let joined = ViewerJoined {
        viewer: vec![1; 16],
        technician_name: "Ana".into(),
        technician_id: vec![2; 16],
        ..ViewerJoined::default()
    };
    let verdict = PairingVerdict { viewer: vec![1; 16], accepted: true, burned: false };
    let key = Key { seq: 4, code: "KeyD".into(), key: "d".into(), down: true };
    let grants = GrantState { granted: vec![1, 2], asking: Some(1), ..GrantState::default() };

    let call = CallRequest {
        id: vec![1; 16],
        name: "Maria".into(),
        category: vec![2; 16],
        ..CallRequest::default()
    };

    let mut stream = BytesMut::new();
    for body in [from_sos::Body::Peer(peer()), from_sos::Body::Verdict(verdict.clone())] {
        framing::encode(&FromSos { body: Some(body) }, &mut stream);
    }
    let mut picture = Vec::new();
    let header = FrameHeader {
        key: true,
        trailing: false,
        codec: Codec::H264,
        screen: 0,
        layer: 0,
        epoch: 0,
        encode_time: 40,
        seq: 9,
        input_seq: 3,
        captured: 1_000_000,
        width: 1280,
        height: 720,
    };
    header.encode(&mut picture);
    picture.extend_from_slice(&[0, 0, 0, 1, 0x65]);
    vec![
        stream.to_vec(),
        picture,
        FromSos { body: Some(from_sos::Body::Verdict(verdict)) }.encode_to_vec(),
        FromSos { body: Some(from_sos::Body::Call(call)) }.encode_to_vec(),
        ToSos { body: Some(to_sos::Body::Welcome(welcome)) }.encode_to_vec(),
        ToSos { body: Some(to_sos::Body::ViewerJoined(joined)) }.encode_to_vec(),
        FromTechnician { body: Some(from_technician::Body::Key(key)) }.encode_to_vec(),
        FromEndUser { body: Some(from_end_user::Body::Grants(grants)) }.encode_to_vec(),
    ]
}

#[derive(Debug, Clone)]
enum Wrong {
    Byte(usize, u8),
    Gone(usize),
    New(usize, u8),
    Twice(usize, usize),
    End(usize),
}

fn wrong() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, value)| Wrong::Byte(at, value)),
        any::<usize>().prop_map(Wrong::Gone),
        (any::<usize>(), any::<u8>()).prop_map(|(at, value)| Wrong::New(at, value)),
        (any::<usize>(), 1usize..9).prop_map(|(at, length)| Wrong::Twice(at, length)),
        any::<usize>().prop_map(Wrong::End),
    ]
}

fn apply(bytes: &mut Vec<u8>, wrong: &Wrong) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    match *wrong {
        Wrong::Byte(at, value) => bytes[at % length] = value,
        Wrong::Gone(at) => drop(bytes.remove(at % length)),
        Wrong::New(at, value) => bytes.insert(at % length, value),
        Wrong::Twice(at, more) => {
            let from = at % length;
            let piece = bytes[from..length.min(from + more)].to_vec();
            bytes.splice(from..from, piece);
        }
        Wrong::End(at) => bytes.truncate(at % length),
    }
}

#[test]
fn what_is_real_is_understood() {
    for bytes in real() {
        assert!(reads(&bytes) > 0, "{bytes:02x?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_few_wrong_bytes_never_panic_nor_change_what_was_said(
        which in 0..real().len(),
        wrongs in prop::collection::vec(wrong(), 1..6),
    ) {
        let mut bytes = real().swap_remove(which);
        for wrong in &wrongs {
            apply(&mut bytes, wrong);
        }
        reads(&bytes);
    }
}
