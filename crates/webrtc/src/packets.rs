//! Pictures into RTP payloads (RFC 6184), and packets into as few system calls as possible.

use bytes::Bytes;
use ponte_wire::Frame;
use rtc::{rtp::codec::h264::H264Payloader, rtp::packetizer::Payloader, shared::TaggedBytesMut};

/// Bytes of picture in one packet: with all headers it stays below IPv6's least MTU of 1,280.
const PAYLOAD: usize = 1150;

/// Cuts a picture once for all viewers.
pub(crate) fn payloads(frame: &Frame) -> Vec<Bytes> {
    // a payloader remembers parameter sets: one for each picture, so that none leaks into another's
    H264Payloader::default().payload(PAYLOAD, &frame.payload).unwrap_or_default()
}

/// How many packets from `first` on can leave in one call: the same way, and of one length but for the last.
pub(crate) fn run_length(packets: &[TaggedBytesMut], max: usize) -> usize {
    let Some(first) = packets.first() else { return 0 };
    let len = first.message.len();
    let mut run = 1;
    while run < max.min(packets.len()) {
        let (next, before) = (&packets[run], &packets[run - 1]);
        let same_way = next.transport.peer_addr == first.transport.peer_addr
            && next.transport.local_addr == first.transport.local_addr;
        if !same_way || before.message.len() != len || next.message.len() > len {
            break;
        }
        run += 1;
    }
    // the kernel takes at most 64 KiB in one call
    run.min((60_000 / len.max(1)).max(1))
}
