//! Hands up what receivers say about the pictures: by default `rtc` keeps it to itself.

use std::{collections::VecDeque, time::Instant};

use rtc::{
    interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket},
    rtcp::{
        self,
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
        },
        receiver_report::ReceiverReport,
    },
    sansio::Protocol,
    shared::error::Error,
};

/// Marks PLI, FIR and receiver reports for the application.
#[derive(Default)]
pub(crate) struct HandUp {
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

fn is_for_us(packet: &dyn rtcp::Packet) -> bool {
    let any = packet.as_any();
    any.is::<PictureLossIndication>() || any.is::<FullIntraRequest>() || any.is::<ReceiverReport>()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for HandUp {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut packet: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(all) = &mut packet.message.packet {
            all.retain(|p| is_for_us(p.as_ref()));
            if all.is_empty() {
                return Ok(());
            }
            packet.message.add(Attribute::DeliverToApplication);
        }
        self.reads.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for HandUp {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

/// What one batch of reports says about a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) key_wanted: bool,
    /// The share of packets lost since the last report, of 256.
    pub(crate) lost: Option<u8>,
}

/// Reads the reports about the stream `ssrc`.
pub(crate) fn said(packets: &[Box<dyn rtcp::Packet>], ssrc: u32) -> Said {
    let mut said = Said::default();
    for packet in packets {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            let about = report.reports.iter().find(|r| r.ssrc == ssrc);
            said.lost = about.map(|r| r.fraction_lost).or(said.lost);
        } else {
            said.key_wanted |= any.is::<PictureLossIndication>() || any.is::<FullIntraRequest>();
        }
    }
    said
}
