//! The task that owns all viewers' peers.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use ponte_app::live::{MediaEvent, MediaUpdate};
use ponte_types::{ErrorCode, ViewerId};
use prometheus::{IntCounter, IntGauge, Registry};
use rtc::shared::TaggedBytesMut;
use tokio::sync::mpsc;

use crate::{
    Config, Control, Packet, Picture, Wire,
    packets::{payloads, run_length},
    peer::{Farewell, Peer, RETRY},
    routes::Routes,
    stun,
};

/// Packets taken in before the peers are served.
const BATCH: usize = 64;
/// How long a full socket is waited for before packets are dropped.
const FULL: Duration = Duration::from_millis(20);
const IDLE: Duration = Duration::from_secs(3600);

/// What the driver counts.
#[derive(Debug, Clone)]
pub struct WebRtcMetrics {
    peers: IntGauge,
    packets_out: IntCounter,
    bytes_out: IntCounter,
    unknown_in: IntCounter,
    dropped_out: IntCounter,
    offers_refused: IntCounter,
}

impl WebRtcMetrics {
    /// Makes the counters and registers them.
    ///
    /// # Errors
    /// When they are registered already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str| -> Result<IntCounter, prometheus::Error> {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let peers = IntGauge::new("ponte_media_peers", "Browsers that pictures can be sent to, or soon")?;
        registry.register(Box::new(peers.clone()))?;
        Ok(Self {
            peers,
            packets_out: counter("ponte_media_packets_out_total", "Packets sent to browsers")?,
            bytes_out: counter("ponte_media_bytes_out_total", "Bytes sent to browsers, from UDP up")?,
            unknown_in: counter("ponte_media_unknown_in_total", "Packets received that are no viewer's")?,
            dropped_out: counter("ponte_media_dropped_out_total", "Packets the socket had no room for")?,
            offers_refused: counter("ponte_media_offers_refused_total", "Offers that could not be answered")?,
        })
    }
}

pub(crate) struct Driver {
    config: Config,
    wire: Arc<dyn Wire>,
    metrics: WebRtcMetrics,
    peers: BTreeMap<ViewerId, Peer>,
    by_ufrag: HashMap<String, ViewerId>,
    routes: Routes,
    /// What rooms with full queues have not heard yet: without it they would wait for a viewer that is gone.
    farewells: Vec<Farewell>,
    out: Vec<TaggedBytesMut>,
    joined: Vec<u8>,
}

impl Driver {
    pub(crate) fn new(config: Config, wire: Arc<dyn Wire>, metrics: WebRtcMetrics) -> Self {
        Self {
            config,
            wire,
            metrics,
            peers: BTreeMap::new(),
            by_ufrag: HashMap::new(),
            routes: Routes::default(),
            farewells: Vec::new(),
            out: Vec::new(),
            joined: Vec::new(),
        }
    }

    pub(crate) async fn run(
        mut self,
        mut packets: mpsc::Receiver<Packet>,
        mut controls: mpsc::Receiver<Control>,
        mut pictures: mpsc::Receiver<Picture>,
    ) {
        loop {
            let wake = self.wake(Instant::now());
            tokio::select! {
                biased;
                control = controls.recv() => match control {
                    Some(control) => Box::pin(self.control(control)).await,
                    None => break,
                },
                picture = pictures.recv() => match picture {
                    Some(picture) => self.picture(picture).await,
                    None => break,
                },
                Some(packet) = packets.recv() => {
                    self.packet(packet).await;
                    for _ in 1..BATCH {
                        let Ok(packet) = packets.try_recv() else { break };
                        self.packet(packet).await;
                    }
                }
                () = tokio::time::sleep_until(wake.into()) => {}
            }
            self.timers().await;
            self.farewells = self.farewells.drain(..).filter_map(Farewell::say).collect();
        }
        let all: Vec<ViewerId> = self.peers.keys().copied().collect();
        for viewer in all {
            self.remove(viewer).await;
        }
    }

    fn wake(&self, now: Instant) -> Instant {
        let again = if self.farewells.is_empty() { IDLE } else { RETRY };
        self.peers.values().map(|p| p.wake).min().map_or(now + again, |due| due.min(now + again))
    }

    async fn control(&mut self, control: Control) {
        match control {
            Control::Detach(viewer) => self.remove(viewer).await,
            Control::Offer { attachment, sdp, events } => {
                self.remove(attachment.viewer).await;
                let mut random = [0; 4];
                let drawn = getrandom::fill(&mut random).map_err(|_| ErrorCode::Internal);
                let now = Instant::now();
                let ssrc = u32::from_be_bytes(random).max(1);
                let answered = drawn
                    .and_then(|()| Peer::answer(&self.config, attachment, &sdp, events.clone(), ssrc, now));
                match answered {
                    Ok(peer) => {
                        self.by_ufrag.insert(peer.ufrag.clone(), attachment.viewer);
                        self.peers.insert(attachment.viewer, peer);
                        self.metrics.peers.inc();
                        self.serve(attachment.viewer, now).await;
                    }
                    Err(code) => {
                        self.metrics.offers_refused.inc();
                        // a room whose events are full hears of the missing answer by the console's patience
                        let _ =
                            events.try_send(MediaEvent { attachment, update: MediaUpdate::Refused(code) });
                    }
                }
            }
        }
    }

    async fn picture(&mut self, picture: Picture) {
        let now = Instant::now();
        let timestamp = picture.frame.header.rtp_timestamp();
        let payloads = payloads(&picture.frame);
        for viewer in picture.viewers {
            let Some(peer) = self.peers.get_mut(&viewer) else { continue };
            if peer.send(&payloads, timestamp, now) > 0 {
                self.serve(viewer, now).await;
            }
        }
    }

    async fn packet(&mut self, packet: Packet) {
        let known = match stun::kind(&packet.contents) {
            stun::Kind::Check(ufrag) => self.by_ufrag.get(ufrag).copied(),
            stun::Kind::Refused => None,
            stun::Kind::Other => self.routes.find(packet.from),
        };
        let Some((viewer, peer)) = known.and_then(|v| Some((v, self.peers.get_mut(&v)?))) else {
            self.metrics.unknown_in.inc();
            return;
        };
        let now = packet.at;
        peer.handle_packet(&self.config, packet);
        self.serve(viewer, now).await;
    }

    async fn timers(&mut self) {
        let now = Instant::now();
        let due: Vec<ViewerId> =
            self.peers.iter().filter(|(_, p)| p.wake <= now).map(|(id, _)| *id).collect();
        for viewer in due {
            if let Some(peer) = self.peers.get_mut(&viewer) {
                peer.handle_timeout(now);
            }
            self.serve(viewer, now).await;
        }
    }

    /// After every input to a peer: takes out what it caused.
    async fn serve(&mut self, viewer: ViewerId, now: Instant) {
        let Some(peer) = self.peers.get_mut(&viewer) else { return };
        peer.drain(now, &mut self.out);
        for address in peer.proved.drain(..) {
            self.routes.proved(viewer, address);
        }
        let gone = peer.is_gone();
        self.flush().await;
        if gone {
            self.remove(viewer).await;
        }
    }

    async fn remove(&mut self, viewer: ViewerId) {
        let Some(mut peer) = self.peers.remove(&viewer) else { return };
        self.farewells.extend(peer.close(Instant::now(), &mut self.out));
        self.by_ufrag.remove(&peer.ufrag);
        self.routes.forget(viewer);
        self.metrics.peers.dec();
        self.flush().await;
    }

    async fn flush(&mut self) {
        let mut out = std::mem::take(&mut self.out);
        let mut start = 0;
        while start < out.len() {
            let run = run_length(&out[start..], self.wire.max_segments()).max(1);
            self.send(&out[start..start + run]).await;
            start += run;
        }
        out.clear();
        self.out = out;
    }

    async fn send(&mut self, run: &[TaggedBytesMut]) {
        let Some(first) = run.first() else { return };
        let single = run.len() == 1;
        if !single {
            self.joined.clear();
            for packet in run {
                self.joined.extend_from_slice(&packet.message);
            }
        }
        let contents = if single { &first.message[..] } else { &self.joined[..] };
        let (to, from) = (first.transport.peer_addr, first.transport.local_addr.ip());
        let from = (!from.is_unspecified()).then_some(from);
        let segment = (!single).then_some(first.message.len());
        loop {
            match self.wire.try_send(to, from, contents, segment) {
                Ok(()) => {
                    self.metrics.packets_out.inc_by(run.len() as u64);
                    self.metrics.bytes_out.inc_by(contents.len() as u64);
                    return;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if tokio::time::timeout(FULL, self.wire.writable()).await.is_ok_and(|w| w.is_ok()) {
                        continue;
                    }
                }
                Err(error) => tracing::debug!(%error, %to, "a packet was not sent"),
            }
            self.metrics.dropped_out.inc_by(run.len() as u64);
            return;
        }
    }
}
