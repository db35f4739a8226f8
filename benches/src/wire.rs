//! What reading and writing the wire costs, next to copying the same bytes.

use std::{hint::black_box, time::Instant};

use bytes::{Bytes, BytesMut};
use ponte_seal::{PictureKey, PictureSealer};
use ponte_wire::{
    Codec, Decoder, Frame, FrameHeader, framing,
    msg::{Lane, Peer, ToSos, to_sos},
};

const ROUNDS: u32 = 20_000;

/// Nanoseconds a round.
fn time(mut round: impl FnMut()) -> f64 {
    for _ in 0..ROUNDS / 10 {
        round();
    }
    let start = Instant::now();
    for _ in 0..ROUNDS {
        round();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS)
}

/// Name, nanoseconds, and nanoseconds of a copy of as many bytes.
#[must_use]
pub fn run() -> Vec<(&'static str, f64, f64)> {
    let header = FrameHeader {
        key: true,
        trailing: false,
        codec: Codec::H264,
        screen: 0,
        layer: 0,
        epoch: 0,
        encode_time: 1,
        seq: 1,
        input_seq: 0,
        captured: 1,
        width: 1280,
        height: 720,
    };
    let mut stream = BytesMut::new();
    header.encode(&mut stream);
    stream.resize(20_000, 7);
    let frame: Bytes = stream.freeze();
    let input = ToSos {
        body: Some(to_sos::Body::Peer(Peer {
            viewer: vec![1; 16],
            lane: Lane::Input.into(),
            payload: vec![2; 48].into(),
        })),
    };
    let mut delimited = BytesMut::new();
    framing::encode(&input, &mut delimited);
    let copy = |bytes: &[u8]| {
        let mut to = vec![0; bytes.len()];
        time(|| {
            to.copy_from_slice(black_box(bytes));
            black_box(&to);
        })
    };
    let mut sealer = PictureSealer::new(1, &PictureKey::from_bytes([7; 32]));
    let [change, key] = [20_000, 200_000].map(picture);
    let mut out = BytesMut::with_capacity(1 << 16);
    let mut decoder = Decoder::default();
    vec![
        ("read a frame of 20 kB", time(|| drop(black_box(Frame::parse(frame.clone())))), copy(&frame)),
        (
            "write a frame's header",
            time(|| {
                out.clear();
                black_box(&header).encode(&mut out);
            }),
            copy(&frame[..28]),
        ),
        (
            "write an input message",
            time(|| {
                out.clear();
                framing::encode(black_box(&input), &mut out);
            }),
            copy(&delimited),
        ),
        (
            "read an input message",
            time(|| {
                decoder.push(black_box(&delimited));
                drop(black_box(decoder.next::<ToSos>()));
            }),
            copy(&delimited),
        ),
        ("seal a picture of 20 kB", time(|| drop(black_box(sealer.seal(&change)))), copy(&change)),
        ("seal a key picture of 200 kB", time(|| drop(black_box(sealer.seal(&key)))), copy(&key)),
    ]
}

/// One slice, of bytes that an encoder could have written.
fn picture(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // No zeros, which would want emulation prevention.
        state.to_be_bytes()[0] | 1
    });
    [0, 0, 0, 1, 0x65].into_iter().chain(noise).take(length).collect()
}
