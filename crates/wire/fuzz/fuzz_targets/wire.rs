//! Whatever a peer sends, reading it neither panics nor changes what was said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ponte_wire::{
    Decoder, Frame, Message,
    msg::{FromSos, FromViewer, Handshake},
};

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = Decoder::default();
    decoder.push(bytes);
    while let Ok(Some(message)) = decoder.next::<FromSos>() {
        assert_eq!(FromSos::decode(&message.encode_to_vec()[..]).ok(), Some(message));
    }
    let _ = FromViewer::decode(bytes);
    let _ = Handshake::decode(bytes);
    let _ = Frame::parse(bytes.to_vec().into());
});
