//! A browser without a screen: offers, receives pictures over real UDP, and can be made to lose packets.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use rtc::{
    peer_connection::{
        RTCPeerConnection, RTCPeerConnectionBuilder,
        configuration::{
            interceptor_registry::register_default_interceptors, media_engine::MediaEngine,
            setting_engine::SettingEngineBuilder,
        },
        event::{RTCDataChannelEvent, RTCPeerConnectionEvent},
        message::RTCMessage,
        sdp::RTCSessionDescription,
        transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate},
    },
    rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication,
    rtp::{self, codec::h264::H264Packet, packetizer::Depacketizer},
    rtp_transceiver::{
        RTCRtpReceiverId, RTCRtpTransceiverDirection, RTCRtpTransceiverInit,
        rtp_sender::{RTCRtpHeaderExtensionCapability, RtpCodecKind},
    },
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use tokio::{
    net::UdpSocket,
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
};

pub(crate) enum Ask {
    Pli,
    Input(&'static str, Vec<u8>),
    /// Loses one RTP packet in so many; 0: none.
    Lose(u32),
}

/// A whole picture, as a decoder would get it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) timestamp: u32,
    pub(crate) annex_b: Bytes,
    /// Every packet carried playout delay 0/0.
    pub(crate) at_once: bool,
}

pub(crate) struct Viewer {
    pub(crate) ask: mpsc::Sender<Ask>,
    pub(crate) shown: mpsc::Receiver<Shown>,
    pub(crate) opened: mpsc::Receiver<String>,
    task: AbortHandle,
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Viewer {
    pub(crate) async fn next(&mut self) -> Shown {
        tokio::time::timeout(Duration::from_secs(10), self.shown.recv()).await.expect("no picture").unwrap()
    }
    /// The process stalls: nothing is read or answered any more.
    pub(crate) fn stall(&self) {
        self.task.abort();
    }
}

pub(crate) struct Offerer {
    socket: UdpSocket,
    local: SocketAddr,
    pc: RTCPeerConnection,
    receiver: RTCRtpReceiverId,
}

impl Offerer {
    pub(crate) async fn new() -> (Self, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let local = socket.local_addr().unwrap();
        let mut media = MediaEngine::default();
        media.register_default_codecs().unwrap();
        let uri = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay".to_owned();
        let extension = RTCRtpHeaderExtensionCapability { uri };
        media.register_header_extension(extension, RtpCodecKind::Video, None).unwrap();
        let registry = register_default_interceptors(rtc::interceptor::Registry::new(), &mut media).unwrap();
        let settings = SettingEngineBuilder::new().with_include_loopback_candidate(true).build();
        let now = Instant::now();
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_setting_engine(settings)
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .build(now)
            .unwrap();
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            streams: vec![],
            send_encodings: vec![],
        };
        pc.add_transceiver_from_kind(RtpCodecKind::Video, Some(init)).unwrap();
        pc.create_data_channel("input", None).unwrap();
        pc.create_data_channel("pointer", None).unwrap();
        let base_config = CandidateConfig {
            network: "udp".into(),
            address: local.ip().to_string(),
            port: local.port(),
            component: 1,
            ..Default::default()
        };
        let candidate =
            CandidateHostConfig { base_config, ..Default::default() }.new_candidate_host().unwrap();
        let offer = pc.create_offer(None).unwrap();
        pc.set_local_description(now, offer).unwrap();
        pc.add_local_candidate(RTCIceCandidate::from(&candidate).to_json().unwrap()).unwrap();
        let sdp = pc.local_description().unwrap().sdp;
        let receiver = pc.get_receivers().next().unwrap();
        (Self { socket, local, pc, receiver }, sdp)
    }

    pub(crate) fn start(mut self, answer: String) -> Viewer {
        let now = Instant::now();
        self.pc.set_remote_description(now, RTCSessionDescription::answer(answer).unwrap()).unwrap();
        let (ask, asks) = mpsc::channel(16);
        let (shown_sender, shown) = mpsc::channel(4096);
        let (opened_sender, opened) = mpsc::channel(8);
        let task: JoinHandle<()> = tokio::spawn(run(self, asks, shown_sender, opened_sender));
        Viewer { ask, shown, opened, task: task.abort_handle() }
    }
}

async fn run(
    mut v: Offerer,
    mut asks: mpsc::Receiver<Ask>,
    shown: mpsc::Sender<Shown>,
    opened: mpsc::Sender<String>,
) {
    let mut buffer = vec![0; 2048];
    let mut assembler = Assembler::default();
    let (mut lose, mut count) = (0, 0u32);
    let mut channels = BTreeMap::new();
    let mut ssrc = 0;
    loop {
        while let Some(packet) = v.pc.poll_write() {
            let _ = v.socket.send_to(&packet.message, packet.transport.peer_addr).await;
        }
        while let Some(event) = v.pc.poll_event() {
            if let RTCPeerConnectionEvent::OnDataChannel(RTCDataChannelEvent::OnOpen(id)) = event {
                let label = v.pc.data_channel(id).unwrap().label().to_owned();
                channels.insert(label.clone(), id);
                let _ = opened.send(label).await;
            }
        }
        while let Some(message) = v.pc.poll_read() {
            if let RTCMessage::RtpPacket(_, packet) = message.message {
                ssrc = packet.header.ssrc;
                assembler.push(packet);
                while let Some(picture) = assembler.pop() {
                    let _ = shown.send(picture).await;
                }
            }
        }
        while let Some(packet) = v.pc.poll_write() {
            let _ = v.socket.send_to(&packet.message, packet.transport.peer_addr).await;
        }
        let wake = v.pc.poll_timeout().unwrap_or_else(|| Instant::now() + Duration::from_secs(1));
        tokio::select! {
            received = v.socket.recv_from(&mut buffer) => {
                let Ok((len, from)) = received else { return };
                let rtp = (128..=191).contains(&buffer[0]) && !(192..=223).contains(&buffer[1]);
                count += u32::from(rtp);
                if rtp && lose > 0 && count % lose == 0 {
                    continue;
                }
                let transport = TransportContext {
                    local_addr: v.local,
                    peer_addr: from,
                    transport_protocol: TransportProtocol::UDP,
                    ecn: None,
                };
                let message = BytesMut::from(&buffer[..len]);
                let _ = v.pc.handle_read(TaggedBytesMut { now: Instant::now(), transport, message });
            }
            ask = asks.recv() => match ask {
                None => return,
                Some(Ask::Lose(n)) => lose = n,
                Some(Ask::Input(label, bytes)) => {
                    let id = channels[label];
                    v.pc.data_channel(id).unwrap().send(Instant::now(), BytesMut::from(&bytes[..])).unwrap();
                }
                Some(Ask::Pli) => {
                    let pli = PictureLossIndication { sender_ssrc: 1, media_ssrc: ssrc };
                    let mut receiver = v.pc.rtp_receiver(v.receiver).unwrap();
                    receiver.write_rtcp(Instant::now(), vec![Box::new(pli)]).unwrap();
                }
            },
            () = tokio::time::sleep_until(wake.into()) => {
                let _ = v.pc.handle_timeout(Instant::now());
            }
        }
    }
}

/// Puts packets back into pictures, waiting for retransmitted ones.
#[derive(Default)]
struct Assembler {
    next: Option<u16>,
    held: BTreeMap<u16, rtp::Packet>,
    open: Vec<rtp::Packet>,
    done: VecDeque<Shown>,
}

impl Assembler {
    fn push(&mut self, packet: rtp::Packet) {
        let seq = packet.header.sequence_number;
        let mut next = *self.next.get_or_insert(seq);
        if seq.wrapping_sub(next) > u16::MAX / 2 {
            return;
        }
        self.held.insert(seq, packet);
        while let Some(packet) = self.held.remove(&next) {
            next = next.wrapping_add(1);
            let last = packet.header.marker;
            self.open.push(packet);
            if last {
                let packets = std::mem::take(&mut self.open);
                self.done.push_back(whole(&packets));
            }
        }
        self.next = Some(next);
    }

    fn pop(&mut self) -> Option<Shown> {
        self.done.pop_front()
    }
}

fn whole(packets: &[rtp::Packet]) -> Shown {
    let mut depacketizer = H264Packet::default();
    let mut annex_b = BytesMut::new();
    for packet in packets {
        annex_b.extend_from_slice(&depacketizer.depacketize(&packet.payload).unwrap());
    }
    let at_once = packets.iter().all(|p| p.header.extensions.iter().any(|e| e.payload[..] == [0, 0, 0]));
    Shown { timestamp: packets[0].header.timestamp, annex_b: annex_b.freeze(), at_once }
}
