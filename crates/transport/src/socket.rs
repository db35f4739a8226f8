//! One UDP socket for QUIC and for ICE, DTLS and SRTP.
//!
//! RFC 9443 tells them apart by the first byte, as long as QUIC's fixed bit is set (its greasing is off, see
//! [`crate::Server`]). The kernel joins packets of one sender that arrive together (GRO), whatever they carry, so the
//! byte is looked at in each packet.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use quinn::{
    AsyncUdpSocket, UdpPoller,
    udp::{RecvMeta, Transmit, UdpSocketState},
};
use tokio::io::Interest;

/// Kernel buffers asked for, in bytes: about 50 ms of a full gigabit.
const BUFFER: usize = 4 << 20;
/// Receive calls before other tasks get a turn.
const RECEIVES: usize = 32;

/// A packet that is not QUIC's.
#[derive(Debug, Clone, Copy)]
pub struct Datagram<'a> {
    pub from: SocketAddr,
    /// The address it was sent to, where the system tells.
    pub to: Option<IpAddr>,
    pub contents: &'a [u8],
}

/// Takes the packets that are not QUIC's; answers whether there was room. Must not block.
pub type OtherPackets = Box<dyn Fn(Datagram<'_>) -> bool + Send + Sync>;

/// What the socket counts.
#[derive(Debug, Default)]
pub struct SocketStats {
    pub quic_in: AtomicU64,
    pub other_in: AtomicU64,
    /// Neither QUIC nor WebRTC, or no room for it.
    pub dropped: AtomicU64,
}

/// The shared socket.
pub struct SharedUdp {
    io: tokio::net::UdpSocket,
    state: UdpSocketState,
    other: OtherPackets,
    stats: SocketStats,
}

impl fmt::Debug for SharedUdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedUdp").field("io", &self.io).field("stats", &self.stats).finish_non_exhaustive()
    }
}

impl SharedUdp {
    /// Takes over a bound socket. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When the system refuses an option that is needed.
    pub fn new(socket: std::net::UdpSocket, other: OtherPackets) -> io::Result<Arc<Self>> {
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new((&socket).into())?;
        // less than asked for is no error: net.core.rmem_max limits it
        let _ = state.set_recv_buffer_size((&socket).into(), BUFFER);
        let _ = state.set_send_buffer_size((&socket).into(), BUFFER);
        let io = tokio::net::UdpSocket::from_std(socket)?;
        Ok(Arc::new(Self { io, state, other, stats: SocketStats::default() }))
    }

    /// Sends one packet, or several of `segment_size` bytes to the same address.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when the kernel's buffer is full: see [`Self::writable`].
    pub fn try_send(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        contents: &[u8],
        segment_size: Option<usize>,
    ) -> io::Result<()> {
        self.send(&Transmit { destination: to, ecn: None, contents, segment_size, src_ip: from })
    }

    /// Waits for room in the kernel's buffer.
    ///
    /// # Errors
    /// When the socket failed.
    pub async fn writable(&self) -> io::Result<()> {
        self.io.writable().await
    }

    /// Packets that one call may send.
    #[must_use]
    pub fn max_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    /// Where it is bound.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    #[must_use]
    pub fn stats(&self) -> &SocketStats {
        &self.stats
    }

    fn send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.io.try_io(Interest::WRITABLE, || self.state.send((&self.io).into(), transmit))
    }

    /// Hands on the packets of one receive buffer that are not QUIC's; answers whether the buffer is QUIC's.
    fn sort(&self, contents: &[u8], meta: &RecvMeta) -> bool {
        let stride = meta.stride.max(1);
        let packets = contents.chunks(stride);
        let quic = packets.clone().filter(|packet| kind(packet) == Kind::Quic).count();
        if quic == packets.len() {
            self.stats.quic_in.fetch_add(quic as u64, Relaxed);
            return true;
        }
        // in a mixed buffer QUIC's packets are given up: it repairs that, and nobody sends such a mix
        let mut dropped = quic as u64;
        for packet in packets.filter(|packet| kind(packet) != Kind::Quic) {
            let datagram = Datagram { from: meta.addr, to: meta.dst_ip, contents: packet };
            if kind(packet) == Kind::Other && (self.other)(datagram) {
                self.stats.other_in.fetch_add(1, Relaxed);
            } else {
                dropped += 1;
            }
        }
        self.stats.dropped.fetch_add(dropped, Relaxed);
        false
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Quic,
    Other,
    Unknown,
}

/// RFC 9443 §3: STUN 0–3, DTLS 20–63, QUIC 64–127 and 192–255, RTP and RTCP 128–191.
fn kind(packet: &[u8]) -> Kind {
    match packet.first() {
        Some(64..=127 | 192..=255) => Kind::Quic,
        Some(0..=3 | 20..=63 | 128..=191) => Kind::Other,
        _ => Kind::Unknown,
    }
}

impl AsyncUdpSocket for SharedUdp {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(WritePoller { socket: self, waiting: None })
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.send(transmit)
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [io::IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        for _ in 0..RECEIVES {
            ready!(self.io.poll_recv_ready(cx))?;
            let received =
                self.io.try_io(Interest::READABLE, || self.state.recv((&self.io).into(), buffers, meta));
            let received = match received {
                Ok(received) => received,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => continue,
                Err(e) => return Poll::Ready(Err(e)),
            };
            let mut quic = 0;
            for i in 0..received {
                let (len, this) = (meta[i].len, meta[i]);
                if len > 0 && self.sort(&buffers[i][..len], &this) {
                    buffers.swap(quic, i);
                    meta.swap(quic, i);
                    quic += 1;
                }
            }
            if quic > 0 {
                return Poll::Ready(Ok(quic));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }

    fn max_transmit_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.state.gro_segments()
    }
}

type Writable = Pin<Box<dyn Future<Output = io::Result<()>> + Send + Sync>>;

struct WritePoller {
    socket: Arc<SharedUdp>,
    waiting: Option<Writable>,
}

impl fmt::Debug for WritePoller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WritePoller")
    }
}

impl UdpPoller for WritePoller {
    fn poll_writable(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.socket.clone();
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(async move { socket.io.writable().await }));
        let ready = ready!(waiting.as_mut().poll(cx));
        self.waiting = None;
        Poll::Ready(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells_what_a_packet_is() {
        for (bytes, expected) in [
            (&[0u8, 1][..], Kind::Other),
            (&[22, 254], Kind::Other),
            (&[0x40], Kind::Quic),
            (&[0xC3], Kind::Quic),
            (&[128], Kind::Other),
            (&[191], Kind::Other),
            (&[4], Kind::Unknown),
            (&[19], Kind::Unknown),
            (&[], Kind::Unknown),
        ] {
            assert_eq!(kind(bytes), expected, "{bytes:?}");
        }
    }
}
