//! How many RTP packets one core forwards: frames go through the real media plane to N viewers on loopback.
//!
//! The plane runs alone on its own thread, whose CPU time is read from the kernel; the viewers, on others, complete
//! ICE and DTLS as browsers do and then only count what arrives.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr, UdpSocket},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use bytes::{Bytes, BytesMut};
use ponte_app::live::{Attachment, MediaPlane, MediaUpdate};
use ponte_transport::{Datagram, SharedUdp};
use ponte_types::ViewerId;
use ponte_webrtc::{Config, WebRtc, WebRtcMetrics, Wire};
use ponte_wire::{Codec, Frame, FrameHeader};
use rtc::{
    peer_connection::{
        RTCPeerConnection, RTCPeerConnectionBuilder,
        configuration::{media_engine::MediaEngine, setting_engine::SettingEngineBuilder},
        sdp::RTCSessionDescription,
        transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate},
    },
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit, rtp_sender::RtpCodecKind},
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use tokio::sync::mpsc;

const FRAME_BYTES: usize = 11_500;

struct SocketWire(Arc<SharedUdp>);

impl Wire for SocketWire {
    fn try_send(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        contents: &[u8],
        segment_size: Option<usize>,
    ) -> io::Result<()> {
        self.0.try_send(to, from, contents, segment_size)
    }
    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.0.writable())
    }
    fn max_segments(&self) -> usize {
        self.0.max_segments()
    }
}

/// CPU seconds of the calling thread.
fn thread_cpu() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos: f64 = stat.split_whitespace().next().context("schedstat is empty")?.parse()?;
    Ok(nanos / 1e9)
}

fn frame(seq: u32) -> Frame {
    let header = FrameHeader {
        key: seq == 0,
        trailing: false,
        codec: Codec::H264,
        screen: 0,
        layer: 0,
        epoch: 0,
        encode_time: 0,
        seq,
        input_seq: 0,
        captured: u64::from(seq) * 16_667,
        width: 1280,
        height: 720,
    };
    let mut payload = vec![0, 0, 0, 1, 0x65];
    payload.resize(FRAME_BYTES, 0xAB);
    Frame { header, payload: payload.into() }
}

fn offerer(socket: &UdpSocket, now: Instant) -> anyhow::Result<(RTCPeerConnection, String)> {
    let local = socket.local_addr()?;
    let mut media = MediaEngine::default();
    media.register_default_codecs()?;
    let mut pc = RTCPeerConnectionBuilder::new()
        .with_setting_engine(SettingEngineBuilder::new().with_include_loopback_candidate(true).build())
        .with_media_engine(media)
        .build(now)?;
    let init = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Recvonly,
        streams: vec![],
        send_encodings: vec![],
    };
    pc.add_transceiver_from_kind(RtpCodecKind::Video, Some(init))?;
    let offer = pc.create_offer(None)?;
    pc.set_local_description(now, offer)?;
    let base_config = CandidateConfig {
        network: "udp".into(),
        address: local.ip().to_string(),
        port: local.port(),
        component: 1,
        ..Default::default()
    };
    let candidate = CandidateHostConfig { base_config, ..Default::default() }.new_candidate_host()?;
    pc.add_local_candidate(RTCIceCandidate::from(&candidate).to_json()?)?;
    let sdp = pc.local_description().context("no offer")?.sdp;
    Ok((pc, sdp))
}

/// A viewer's thread: answers ICE and DTLS, counts the rest.
fn view(socket: &UdpSocket, mut pc: RTCPeerConnection, packets: &AtomicU64, until: &AtomicU64) {
    let Ok(local) = socket.local_addr() else { return };
    let mut buffer = [0; 2048];
    while until.load(Relaxed) == 0 {
        while let Some(out) = pc.poll_write() {
            let _ = socket.send_to(&out.message, out.transport.peer_addr);
        }
        while pc.poll_event().is_some() {}
        let now = Instant::now();
        if pc.poll_timeout().is_some_and(|at| at <= now) {
            let _ = pc.handle_timeout(now);
        }
        while let Ok((len, from)) = socket.recv_from(&mut buffer) {
            if (128..=191).contains(&buffer[0]) {
                packets.fetch_add(1, Relaxed);
                continue;
            }
            let transport = TransportContext {
                local_addr: local,
                peer_addr: from,
                transport_protocol: TransportProtocol::UDP,
                ecn: None,
            };
            let message = BytesMut::from(&buffer[..len]);
            let _ = pc.handle_read(TaggedBytesMut { now: Instant::now(), transport, message });
            break;
        }
    }
}

/// What one run showed.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub viewers: u8,
    /// Packets sent by the plane, a second of wall time.
    pub packets_a_second: f64,
    pub megabits_a_second: f64,
    /// Packets for each second of CPU time that the plane's thread spent.
    pub packets_a_core: f64,
    /// Of one core, in per cent.
    pub cpu: f64,
    /// Of those sent, in per cent.
    pub arrived: f64,
}

/// Sends frames to `viewers` for `duration`.
///
/// # Errors
/// When a socket or a peer fails.
pub fn run(viewers: u8, duration: Duration) -> anyhow::Result<Figures> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (received, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    runtime.block_on(async {
        let std_socket = UdpSocket::bind("127.0.0.1:0")?;
        let port = std_socket.local_addr()?.port();
        let (inbox, packets) = ponte_webrtc::inbox();
        let hand_on = move |d: Datagram<'_>| inbox.push(d.from, d.to, d.contents);
        let socket = SharedUdp::new(std_socket, Box::new(hand_on))?;
        let registry = prometheus::Registry::new();
        let config = Config { addresses: vec!["127.0.0.1".parse()?], port };
        let wire = Arc::new(SocketWire(socket.clone()));
        let (plane, _task) = WebRtc::start(config, packets, wire, WebRtcMetrics::register(&registry)?);
        // nothing but WebRTC comes in: QUIC's side of the socket only has to be polled
        let quic = quinn::Endpoint::new_with_abstract_socket(
            quinn::EndpointConfig::default(),
            None,
            socket,
            Arc::new(quinn::TokioRuntime),
        )?;
        let (events, mut heard) = mpsc::channel(256);
        let mut threads = Vec::new();
        let ids: Vec<ViewerId> = (1..=viewers).map(|n| ViewerId::from_bytes([n; 16])).collect();
        for id in &ids {
            let viewer_socket = UdpSocket::bind("127.0.0.1:0")?;
            viewer_socket.set_read_timeout(Some(Duration::from_millis(20)))?;
            let (mut pc, sdp) = offerer(&viewer_socket, Instant::now())?;
            plane.offer(Attachment { viewer: *id, number: 1 }, sdp, events.clone())?;
            loop {
                match heard.recv().await.map(|e| e.update) {
                    Some(MediaUpdate::Answer(sdp)) => {
                        pc.set_remote_description(Instant::now(), RTCSessionDescription::answer(sdp)?)?;
                        break;
                    }
                    Some(MediaUpdate::Up) => {}
                    other => bail!("no answer: {other:?}"),
                }
            }
            let (received, over) = (received.clone(), over.clone());
            threads.push(std::thread::spawn(move || view(&viewer_socket, pc, &received, &over)));
            loop {
                match tokio::time::timeout(Duration::from_secs(10), heard.recv()).await?.map(|e| e.update) {
                    Some(MediaUpdate::Up) => break,
                    None => bail!("the plane ended"),
                    Some(_) => {}
                }
            }
        }
        let sent = |name: &str| -> f64 {
            let all = registry.gather();
            let family = all.iter().find(|f| f.name() == name);
            family.and_then(|f| f.get_metric().first().map(|m| m.get_counter().get_value())).unwrap_or(0.0)
        };
        let (packets0, bytes0) = (sent("ponte_media_packets_out_total"), sent("ponte_media_bytes_out_total"));
        let (wall, cpu0, arrived0) = (Instant::now(), thread_cpu()?, received.load(Relaxed));
        let mut seq = 0;
        while wall.elapsed() < duration {
            if plane.forward(frame(seq), ids.clone()).is_ok() {
                seq = seq.wrapping_add(1);
            }
            tokio::task::yield_now().await;
        }
        let (seconds, cpu) = (wall.elapsed().as_secs_f64(), thread_cpu()? - cpu0);
        let packets = sent("ponte_media_packets_out_total") - packets0;
        let bytes = sent("ponte_media_bytes_out_total") - bytes0;
        #[allow(clippy::cast_precision_loss)] // far below 2^52
        let arrived = (received.load(Relaxed) - arrived0) as f64;
        over.store(1, Relaxed);
        quic.close(0u32.into(), b"");
        for thread in threads {
            let _ = thread.join();
        }
        Ok(Figures {
            viewers,
            packets_a_second: packets / seconds,
            megabits_a_second: bytes * 8.0 / 1e6 / seconds,
            packets_a_core: packets / cpu,
            cpu: cpu / seconds * 100.0,
            arrived: arrived / packets * 100.0,
        })
    })
}

/// The table's bytes of one frame, for its caption.
#[must_use]
pub fn frame_bytes() -> Bytes {
    frame(1).payload
}
