//! The live half of the relay, put together: one UDP socket, QUIC and WebRTC on it, and the hub above them.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    pin::Pin,
    sync::Arc,
};

use anyhow::Context as _;
use ponte_app::{
    Ambient,
    live::{Hub, LiveMetrics},
    ports::SharedRecords,
};
use ponte_transport::{Datagram, Limits, NodeKey, Server, SharedUdp};
use ponte_webrtc::{WebRtc, WebRtcMetrics, Wire};
use prometheus::{IntCounter, Registry};
use tokio::task::JoinHandle;

/// What the live half needs to start.
#[derive(Debug)]
pub struct Setup {
    /// From [`bind`]; the TCP listener has the same port.
    pub socket: UdpSocket,
    /// Addresses at which browsers reach this relay from outside, behind a NAT for example.
    pub public_addresses: Vec<IpAddr>,
    /// The certificate for QUIC; needs TLS 1.3.
    pub tls: rustls::ServerConfig,
    /// Belongs to this node and survives its restarts.
    pub node_key: NodeKey,
    pub limits: Limits,
    pub ambient: Ambient,
}

/// The running live half.
#[derive(Debug)]
pub struct Running {
    pub hub: Hub,
    /// Where the socket is bound: tells the port when 0 was asked for.
    pub address: SocketAddr,
    server: Server,
    webrtc: JoinHandle<()>,
}

/// Takes the UDP port, and does nothing with it yet.
///
/// # Errors
/// When it is taken, with what to do about it.
pub fn bind(listen: SocketAddr) -> anyhow::Result<UdpSocket> {
    UdpSocket::bind(listen).with_context(|| {
        format!(
            "UDP port {} on {} cannot be used: stop the program that uses it, or set another 'listen'",
            listen.port(),
            listen.ip()
        )
    })
}

/// Starts to accept SOS programs and viewers.
///
/// # Errors
/// When the certificate or the socket cannot be used.
pub async fn start(setup: Setup, records: SharedRecords, metrics: &Registry) -> anyhow::Result<Running> {
    let Setup { socket, public_addresses, tls, node_key, limits, ambient } = setup;
    let address = socket.local_addr()?;
    let (inbox, packets) = ponte_webrtc::inbox();
    let dropped =
        IntCounter::new("ponte_udp_dropped_total", "Packets received that the relay had no room for")?;
    metrics.register(Box::new(dropped.clone()))?;
    let socket = SharedUdp::new(
        socket,
        Box::new(move |datagram: Datagram<'_>| {
            let from = canonical(datagram.from);
            let taken = inbox.push(from, datagram.to.map(|ip| ip.to_canonical()), datagram.contents);
            if !taken {
                dropped.inc();
            }
            taken
        }),
    )?;
    let wire = Arc::new(SocketWire { v6: address.is_ipv6(), socket: socket.clone() });
    let config =
        ponte_webrtc::Config { addresses: candidates(address.ip(), &public_addresses), port: address.port() };
    tracing::info!(%address, candidates = ?config.addresses, "UDP is open for QUIC and WebRTC");
    let (plane, webrtc) = WebRtc::start(config, packets, wire, WebRtcMetrics::register(metrics)?);
    let hub = Hub::new(records, Arc::new(plane), LiveMetrics::register(metrics)?, ambient);
    let server = Server::start(socket, tls, &node_key, limits, hub.clone())?;
    Ok(Running { hub, address, server, webrtc })
}

impl Running {
    /// Tells the SOS programs to come back, and ends. The viewers' sockets are the API's to close.
    pub async fn stop(self) {
        self.server.stop().await;
        self.hub.stop().await;
        // the hub, which holds the media plane, may have other owners that end later
        self.webrtc.abort();
        let _ = self.webrtc.await;
    }
}

/// The shared socket as the media plane sees it.
struct SocketWire {
    /// An IPv6 socket names IPv4 addresses in its own way (RFC 4291 §2.5.5.2).
    v6: bool,
    socket: Arc<SharedUdp>,
}

impl SocketWire {
    fn address(&self, ip: IpAddr) -> IpAddr {
        match ip {
            IpAddr::V4(v4) if self.v6 => IpAddr::V6(v4.to_ipv6_mapped()),
            other => other,
        }
    }
}

impl Wire for SocketWire {
    fn try_send(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        contents: &[u8],
        segment_size: Option<usize>,
    ) -> io::Result<()> {
        let to = SocketAddr::new(self.address(to.ip()), to.port());
        self.socket.try_send(to, from.map(|ip| self.address(ip)), contents, segment_size)
    }

    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.socket.writable())
    }

    fn max_segments(&self) -> usize {
        self.socket.max_segments()
    }
}

fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Host candidates: the public addresses first, then what the socket listens on. Some browsers do not connect to
/// 127.0.0.1, so it comes last.
fn candidates(listen: IpAddr, public: &[IpAddr]) -> Vec<IpAddr> {
    let mut all = public.to_vec();
    if listen.is_unspecified() {
        let v6 = listen.is_ipv6();
        all.extend(ponte_webrtc::interface_addresses().into_iter().filter(|ip| v6 || ip.is_ipv4()));
        all.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    } else {
        all.push(listen.to_canonical());
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|ip| seen.insert(*ip));
    all
}
