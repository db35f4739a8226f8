//! One viewer's browser: an `rtc` peer connection and what `rtc` leaves to its user.
//!
//! `rtc`'s controlled agent never changes the pair that it selected first, but browsers do change (a better candidate,
//! another network). So the agent's own timeouts are off; the path follows the source of each nominating check that
//! was answered with success, and the peer counts as gone when nothing valid came from it for [`SILENCE`].

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ponte_app::live::{Attachment, MediaEvent, MediaUpdate};
use ponte_types::ErrorCode;
use ponte_wire::msg::Lane;
use rtc::{
    data_channel::RTCDataChannelId,
    ice::mdns::MulticastDnsMode,
    interceptor::{NackResponderBuilder, Registry, Slot},
    media_stream::MediaStreamTrack,
    peer_connection::{
        RTCPeerConnection, RTCPeerConnectionBuilder,
        configuration::{
            RTCConfigurationBuilder,
            interceptor_registry::configure_rtcp_reports,
            media_engine::MediaEngine,
            setting_engine::{SctpMaxMessageSize, SettingEngineBuilder},
        },
        event::{RTCDataChannelEvent, RTCPeerConnectionEvent},
        message::RTCMessage,
        sdp::RTCSessionDescription,
        state::RTCPeerConnectionState,
        transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate},
    },
    rtp,
    rtp_transceiver::{
        RTCRtpSenderId,
        rtp_sender::{
            RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
            RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
        },
    },
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol, error::Error},
};
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::{Config, Packet, feedback, stun};

/// A browser from which nothing valid came for this long is gone. It checks its path every few seconds.
const SILENCE: Duration = Duration::from_secs(10);
/// Sent pictures that no report followed for this long stand in a backlog. Browsers report about once a second.
const BACKLOG: Duration = Duration::from_secs(3);
/// Of 256: above the first a path is overloaded, below the second it has recovered.
const LOSS_HIGH: u8 = 64;
const LOSS_LOW: u8 = 13;
/// Sent packets kept for retransmission: 1.2 MB at most, shared with other viewers.
const HISTORY: u16 = 1024;
/// Largest input message, in bytes.
const MAX_INPUT: usize = 16 << 10;
/// Bytes on data channels that may wait.
const RECEIVE_BUFFER: u32 = 256 << 10;
const MAX_CHANNELS: usize = 4;
const MAX_ADDRESSES: usize = 16;
/// Events that may wait for the room; more end the attachment.
const OUTBOX: usize = 64;
const TICK: Duration = Duration::from_millis(500);
/// What an undelivered event waits for the room.
pub(crate) const RETRY: Duration = Duration::from_millis(10);
const PLAYOUT_DELAY: &str = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
/// Slot of the interceptor chain beyond all of `rtc`'s own.
const HAND_UP: usize = 14_000;

/// The last event of an attachment, on its way to the room.
pub(crate) struct Farewell(mpsc::Sender<MediaEvent>, MediaEvent);

impl Farewell {
    /// Tells the room; back when it has no place now.
    pub(crate) fn say(self) -> Option<Self> {
        match self.0.try_send(self.1) {
            Err(TrySendError::Full(event)) => Some(Self(self.0, event)),
            Ok(()) | Err(TrySendError::Closed(_)) => None,
        }
    }
}

pub(crate) struct Peer {
    pub(crate) attachment: Attachment,
    /// By which a check finds this peer.
    pub(crate) ufrag: String,
    /// Addresses that a check came from and was answered to with success, since the driver last took note.
    pub(crate) proved: Vec<SocketAddr>,
    /// When [`Self::handle_timeout`] is due.
    pub(crate) wake: Instant,
    connection: RTCPeerConnection,
    events: mpsc::Sender<MediaEvent>,
    outbox: VecDeque<MediaUpdate>,
    newest_pointer: Option<Bytes>,
    sender: RTCRtpSenderId,
    payload_type: u8,
    playout_delay: Option<u8>,
    ssrc: u32,
    sequence: u16,
    /// Nominating checks that were not answered yet.
    nominated: Vec<SocketAddr>,
    path: Option<TransportContext>,
    lanes: HashMap<RTCDataChannelId, Lane>,
    up: bool,
    gone: bool,
    /// Why the viewer must leave altogether.
    refusal: Option<ErrorCode>,
    heard: Instant,
    unreported_since: Option<Instant>,
    lossy: bool,
    backlog: bool,
}

impl Peer {
    /// Answers an offer.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRequest`] when it is none, or offers no H.264 that can be sent.
    pub(crate) fn answer(
        config: &Config,
        attachment: Attachment,
        sdp: &str,
        events: mpsc::Sender<MediaEvent>,
        ssrc: u32,
        now: Instant,
    ) -> Result<Self, ErrorCode> {
        let (mut connection, sender, ufrag, sdp) = negotiate(config, sdp, ssrc, now).map_err(|error| {
            tracing::info!(%error, "an offer cannot be answered");
            ErrorCode::InvalidRequest
        })?;
        let parameters = connection.rtp_sender(sender).map(|mut s| s.get_parameters().rtp_parameters.clone());
        let parameters = parameters.ok_or(ErrorCode::InvalidRequest)?;
        let codec = parameters.codecs.iter().find(|c| is_wanted(c)).ok_or(ErrorCode::InvalidRequest)?;
        let extension = parameters.header_extensions.iter().find(|e| e.uri == PLAYOUT_DELAY);
        #[allow(clippy::cast_possible_truncation)] // any start will do
        let sequence = (ssrc >> 16) as u16 & 0x7fff;
        Ok(Self {
            attachment,
            ufrag,
            proved: Vec::new(),
            wake: now,
            connection,
            events,
            outbox: VecDeque::from([MediaUpdate::Answer(sdp)]),
            newest_pointer: None,
            sender,
            payload_type: codec.payload_type,
            playout_delay: extension.and_then(|e| u8::try_from(e.id).ok()),
            ssrc,
            sequence,
            nominated: Vec::new(),
            path: None,
            lanes: HashMap::new(),
            up: false,
            gone: false,
            refusal: None,
            heard: now,
            unreported_since: None,
            lossy: false,
            backlog: false,
        })
    }

    /// Nothing more can come of it.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone
    }

    /// A packet from the network. DTLS and SRTP come only from addresses that ICE validated: by these the driver knows
    /// that they are for this peer.
    pub(crate) fn handle_packet(&mut self, config: &Config, packet: Packet) {
        if stun::is_stun(&packet.contents) {
            if stun::nominates(&packet.contents) && !self.nominated.contains(&packet.from) {
                if self.nominated.len() >= MAX_ADDRESSES {
                    self.nominated.remove(0);
                }
                self.nominated.push(packet.from);
            }
        } else {
            self.heard = packet.at;
        }
        let local = packet.to.or(config.addresses.first().copied()).unwrap_or_else(|| packet.from.ip());
        let transport = TransportContext {
            local_addr: SocketAddr::new(local, config.port),
            peer_addr: packet.from,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        let tagged = TaggedBytesMut { now: packet.at, transport, message: packet.contents };
        if let Err(error) = self.connection.handle_read(tagged) {
            tracing::trace!(%error, "a packet was refused");
        }
    }

    /// One picture, cut into payloads. Answers how many packets it made.
    pub(crate) fn send(&mut self, payloads: &[Bytes], timestamp: u32, now: Instant) -> usize {
        if !self.up {
            return 0;
        }
        let mut sent = 0;
        for (i, payload) in payloads.iter().enumerate() {
            let mut header = rtp::header::Header {
                version: 2,
                marker: i + 1 == payloads.len(),
                payload_type: self.payload_type,
                sequence_number: self.sequence,
                timestamp,
                ssrc: self.ssrc,
                ..Default::default()
            };
            if let Some(id) = self.playout_delay {
                // least and most playout delay, 12 bits each: show it as soon as it is whole
                let _ = header.set_extension(id, Bytes::from_static(&[0, 0, 0]));
            }
            let packet = rtp::Packet { header, payload: payload.clone() };
            let Some(mut sender) = self.connection.rtp_sender(self.sender) else { break };
            if let Err(error) = sender.write_rtp(now, packet) {
                tracing::debug!(%error, "a picture's packet was not sent");
                break;
            }
            self.sequence = self.sequence.wrapping_add(1);
            sent += 1;
        }
        if sent > 0 {
            self.unreported_since.get_or_insert(now);
        }
        sent
    }

    /// The time of `wake` has come.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if let Err(error) = self.connection.handle_timeout(now) {
            tracing::debug!(%error, "a timeout failed");
        }
        if now.duration_since(self.heard) > SILENCE {
            self.gone = true;
        }
        self.judge_backlog(now);
    }

    /// Takes everything out that the last input caused: packets into `out`, events into the outbox.
    pub(crate) fn drain(&mut self, now: Instant, out: &mut Vec<TaggedBytesMut>) {
        self.drain_packets(now, out);
        while let Some(event) = self.connection.poll_event() {
            self.event(&event);
        }
        while let Some(message) = self.connection.poll_read() {
            self.message(message.message, now);
        }
        self.drain_packets(now, out);
        self.deliver();
        let tick = now + if self.outbox.is_empty() && self.newest_pointer.is_none() { TICK } else { RETRY };
        let due = self.connection.poll_timeout().unwrap_or(tick);
        // a timeout that lies in the past and was handled must not keep the driver spinning
        self.wake = due.min(tick).max(now + Duration::from_millis(1));
    }

    /// Ends it: the browser is told by DTLS, the room by an event; returned when the room has no place for it now.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Vec<TaggedBytesMut>) -> Option<Farewell> {
        let _ = self.connection.close();
        self.drain_packets(now, out);
        let update = self.refusal.map_or(MediaUpdate::Down, MediaUpdate::Refused);
        Farewell(self.events.clone(), MediaEvent { attachment: self.attachment, update }).say()
    }

    fn drain_packets(&mut self, now: Instant, out: &mut Vec<TaggedBytesMut>) {
        while let Some(mut packet) = self.connection.poll_write() {
            let to = packet.transport.peer_addr;
            if stun::is_success(&packet.message) {
                self.heard = now;
                self.proved.push(to);
                if let Some(i) = self.nominated.iter().position(|n| *n == to) {
                    self.nominated.swap_remove(i);
                    self.path = Some(packet.transport);
                }
            } else if !stun::is_stun(&packet.message)
                && let Some(path) = self.path
            {
                packet.transport.peer_addr = path.peer_addr;
                packet.transport.local_addr = path.local_addr;
            }
            out.push(packet);
        }
    }

    fn event(&mut self, event: &RTCPeerConnectionEvent) {
        match event {
            RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) => match state {
                RTCPeerConnectionState::Connected if !self.up => {
                    self.up = true;
                    self.tell(MediaUpdate::Up);
                }
                RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => self.gone = true,
                _ => {}
            },
            RTCPeerConnectionEvent::OnDataChannel(RTCDataChannelEvent::OnOpen(id)) => {
                let label = self.connection.data_channel(*id).map(|c| c.label().to_owned());
                let lane = match label.as_deref() {
                    Some("input") => Lane::Input,
                    Some("pointer") => Lane::Pointer,
                    _ => Lane::Unspecified,
                };
                if lane == Lane::Unspecified || self.lanes.len() >= MAX_CHANNELS {
                    tracing::info!("a browser opened a data channel that nobody knows");
                    self.gone = true;
                } else {
                    self.lanes.insert(*id, lane);
                }
            }
            RTCPeerConnectionEvent::OnDataChannel(RTCDataChannelEvent::OnClose(id)) => {
                self.lanes.remove(id);
            }
            _ => {}
        }
    }

    fn message(&mut self, message: RTCMessage, now: Instant) {
        match message {
            RTCMessage::RtcpPacket(_, packets) => {
                let said = feedback::said(&packets, self.ssrc);
                if let Some(lost) = said.lost {
                    self.unreported_since = None;
                    self.lossy = if self.lossy { lost > LOSS_LOW } else { lost >= LOSS_HIGH };
                    self.judge_backlog(now);
                }
                if said.key_wanted {
                    self.tell(MediaUpdate::KeyWanted);
                }
            }
            RTCMessage::DataChannelMessage(id, message) => {
                if message.data.len() > MAX_INPUT {
                    self.gone = true;
                    return;
                }
                match self.lanes.get(&id) {
                    Some(Lane::Pointer) => self.newest_pointer = Some(message.data.freeze()),
                    Some(lane) => self.tell(MediaUpdate::Peer(*lane, message.data.freeze())),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn judge_backlog(&mut self, now: Instant) {
        let silent = self.unreported_since.is_some_and(|since| now.duration_since(since) > BACKLOG);
        let stands = silent || self.lossy;
        if self.up && stands != self.backlog {
            self.backlog = stands;
            self.tell(MediaUpdate::Backlog(stands));
        }
    }

    fn tell(&mut self, update: MediaUpdate) {
        if self.outbox.len() >= OUTBOX {
            // Input is ordered and must not have gaps: a release that is lost leaves a key pressed. Who floods leaves,
            // and the SOS program lets go of everything.
            self.gone = true;
            self.refusal = Some(ErrorCode::TooManyRequests);
        } else {
            self.outbox.push_back(update);
        }
    }

    fn deliver(&mut self) {
        while !self.outbox.is_empty() {
            let Ok(permit) = self.events.try_reserve() else { break };
            if let Some(update) = self.outbox.pop_front() {
                permit.send(MediaEvent { attachment: self.attachment, update });
            }
        }
        if self.outbox.is_empty()
            && self.newest_pointer.is_some()
            && let Ok(permit) = self.events.try_reserve()
            && let Some(pointer) = self.newest_pointer.take()
        {
            let update = MediaUpdate::Peer(Lane::Pointer, pointer);
            permit.send(MediaEvent { attachment: self.attachment, update });
        }
        if self.events.is_closed() {
            self.gone = true;
        }
    }
}

fn is_wanted(codec: &RTCRtpCodecParameters) -> bool {
    codec.rtp_codec.mime_type.eq_ignore_ascii_case("video/h264")
        && codec.rtp_codec.sdp_fmtp_line.contains("packetization-mode=1")
}

type Negotiated = (RTCPeerConnection, RTCRtpSenderId, String, String);

fn negotiate(config: &Config, offer: &str, ssrc: u32, now: Instant) -> Result<Negotiated, Error> {
    let mut media = MediaEngine::default();
    media.register_default_codecs()?;
    let extension = RTCRtpHeaderExtensionCapability { uri: PLAYOUT_DELAY.into() };
    media.register_header_extension(extension, RtpCodecKind::Video, None)?;
    let feedback = [("nack", ""), ("nack", "pli"), ("ccm", "fir")]
        .map(|(typ, parameter)| RTCPFeedback { typ: typ.into(), parameter: parameter.into() });
    for kind in &feedback {
        media.register_feedback(kind.clone(), RtpCodecKind::Video);
    }
    let nack = NackResponderBuilder::new().with_size(HISTORY).build();
    let chain = configure_rtcp_reports(Registry::new().with(Slot::NackResponder, nack))
        .with(Slot::from(HAND_UP), feedback::HandUp::default());
    let settings = SettingEngineBuilder::new()
        .with_lite(true)
        .with_ice_timeouts(Some(Duration::ZERO), Some(Duration::ZERO), None)
        .with_multicast_dns_mode(MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .with_sctp_max_message_size(SctpMaxMessageSize::Bounded(u32::try_from(MAX_INPUT).unwrap_or(u32::MAX)))
        .with_sctp_max_receive_buffer_size(RECEIVE_BUFFER)
        .build();
    let mut connection = RTCPeerConnectionBuilder::new()
        .with_configuration(RTCConfigurationBuilder::new().build())
        .with_setting_engine(settings)
        .with_media_engine(media)
        .with_interceptor_registry(chain)
        .build(now)?;
    let codec = RTCRtpCodec {
        mime_type: "video/H264".into(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f".into(),
        rtcp_feedback: feedback.to_vec(),
    };
    let encoding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        codec,
        ..Default::default()
    };
    let track = MediaStreamTrack::new(
        "screen".into(),
        "screen-0".into(),
        "screen".into(),
        RtpCodecKind::Video,
        vec![encoding],
    );
    let sender = connection.add_track(track)?;
    connection.set_remote_description(now, RTCSessionDescription::offer(offer.to_owned())?)?;
    for address in &config.addresses {
        let base_config = CandidateConfig {
            network: "udp".into(),
            address: address.to_string(),
            port: config.port,
            component: 1,
            ..Default::default()
        };
        let candidate = CandidateHostConfig { base_config, ..Default::default() }.new_candidate_host()?;
        connection.add_local_candidate(RTCIceCandidate::from(&candidate).to_json()?)?;
    }
    let answer = connection.create_answer(None)?;
    connection.set_local_description(now, answer)?;
    let sdp = connection.local_description().ok_or(Error::ErrIncorrectSignalingState)?.sdp;
    let ufrag = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).map(|u| u.trim().to_owned());
    Ok((connection, sender, ufrag.ok_or(Error::ErrIncorrectSignalingState)?, sdp))
}

#[cfg(test)]
mod tests {
    use ponte_types::ViewerId;
    use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

    use super::*;

    fn offer(now: Instant) -> String {
        let mut media = MediaEngine::default();
        media.register_default_codecs().unwrap();
        let mut browser = RTCPeerConnectionBuilder::new().with_media_engine(media).build(now).unwrap();
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            streams: vec![],
            send_encodings: vec![],
        };
        browser.add_transceiver_from_kind(RtpCodecKind::Video, Some(init)).unwrap();
        browser.create_data_channel("input", None).unwrap();
        browser.create_offer(None).unwrap().sdp
    }

    #[test]
    fn whose_input_does_not_fit_leaves_and_the_room_hears_of_it() {
        let now = Instant::now();
        let config = Config { addresses: vec![[127, 0, 0, 1].into()], port: 1 };
        let attachment = Attachment { viewer: ViewerId::from_bytes([1; 16]), number: 1 };
        let (events, mut room) = mpsc::channel(1);
        let mut peer = Peer::answer(&config, attachment, &offer(now), events, 1, now).unwrap();
        let mut key = 0u8;
        while !peer.is_gone() {
            key += 1;
            assert!(usize::from(key) <= OUTBOX + 1, "bounded");
            peer.tell(MediaUpdate::Peer(Lane::Input, vec![key].into()));
            peer.deliver();
        }
        let farewell = peer.close(now, &mut Vec::new()).expect("the room is full");
        let farewell = farewell.say().expect("it still is");
        assert!(matches!(room.try_recv().unwrap().update, MediaUpdate::Answer(_)));
        assert!(farewell.say().is_none());
        let update = room.try_recv().unwrap().update;
        assert!(matches!(update, MediaUpdate::Refused(ErrorCode::TooManyRequests)), "{update:?}");
    }
}
