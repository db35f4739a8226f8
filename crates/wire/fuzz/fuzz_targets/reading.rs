//! Reads bytes in each way in which they can arrive. Shared by the fuzz target and `tests/mutated.rs`.

use std::fmt::Debug;

use ponte_wire::{
    Decoder, Frame, Message,
    msg::{FromEndUser, FromSos, FromTechnician, FromViewer, Handshake, ToSos, ToViewer},
};

/// Whatever a peer sends, reading it does not panic, and what was understood is written back as the same message.
/// How many messages were understood.
pub(crate) fn reads(bytes: &[u8]) -> usize {
    let mut understood = 0;
    let mut decoder = Decoder::default();
    decoder.push(bytes);
    while let Ok(Some(message)) = decoder.next::<FromSos>() {
        stays(&message);
        understood += 1;
    }
    understood += usize::from(whole::<FromSos>(bytes));
    understood += usize::from(whole::<ToSos>(bytes));
    understood += usize::from(whole::<FromViewer>(bytes));
    understood += usize::from(whole::<ToViewer>(bytes));
    understood += usize::from(whole::<Handshake>(bytes));
    understood += usize::from(whole::<FromTechnician>(bytes));
    understood += usize::from(whole::<FromEndUser>(bytes));
    if let Ok(frame) = Frame::parse(bytes.to_vec().into()) {
        let mut again = Vec::new();
        frame.header.encode(&mut again);
        again.extend_from_slice(&frame.payload);
        assert_eq!(again, bytes);
        understood += 1;
    }
    understood
}

fn whole<M: Message + Default + PartialEq + Debug>(bytes: &[u8]) -> bool {
    M::decode(bytes).is_ok_and(|message| {
        stays(&message);
        true
    })
}

fn stays<M: Message + Default + PartialEq + Debug>(message: &M) {
    assert!(M::decode(&message.encode_to_vec()[..]).is_ok_and(|again| again == *message), "{message:?}");
}
