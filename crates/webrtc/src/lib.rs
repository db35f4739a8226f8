//! Sends pictures to browsers: ICE-lite, DTLS and SRTP for many viewers on one shared UDP socket.
//!
//! One task, the [`driver`], owns every viewer's [`peer`]. It is fed packets by [`Inbox`], offers and pictures through
//! [`WebRtc`], and sends through a [`Wire`]. Pictures are cut into RTP payloads once; viewers share the bytes.

mod driver;
mod feedback;
mod packets;
mod peer;
mod routes;
mod stun;

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Instant,
};

use bytes::BytesMut;
use ponte_app::live::{Attachment, MediaEvent, MediaPlane, Overloaded};
use ponte_types::ViewerId;
use ponte_wire::Frame;
use tokio::{sync::mpsc, task::JoinHandle};

pub use driver::WebRtcMetrics;

/// Packets that may wait for the driver.
const PACKETS: usize = 4096;
/// Pictures that may wait for the driver.
const PICTURES: usize = 256;
/// Offers and detachments that may wait for the driver.
const CONTROLS: usize = 256;

/// Sends packets on the shared socket.
pub trait Wire: Send + Sync + 'static {
    /// Sends one packet, or several of `segment_size` bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when there is no room; see [`Self::writable`].
    fn try_send(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        contents: &[u8],
        segment_size: Option<usize>,
    ) -> io::Result<()>;
    /// Waits for room.
    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>>;
    /// Packets that one call may send.
    fn max_segments(&self) -> usize;
}

/// Where browsers reach this relay.
#[derive(Debug, Clone)]
pub struct Config {
    /// Host candidates, most wanted first: public addresses and those of the machine's interfaces.
    pub addresses: Vec<IpAddr>,
    /// The shared socket's port.
    pub port: u16,
}

#[derive(Debug)]
struct Packet {
    from: SocketAddr,
    to: Option<IpAddr>,
    at: Instant,
    contents: BytesMut,
}

/// The way of received packets to the driver. Full: the packet is dropped, as the network might have done.
#[derive(Debug, Clone)]
pub struct Inbox(mpsc::Sender<Packet>);

/// The driver's end of an [`Inbox`].
#[derive(Debug)]
pub struct Packets(mpsc::Receiver<Packet>);

/// Makes the way for received packets.
#[must_use]
pub fn inbox() -> (Inbox, Packets) {
    let (sender, receiver) = mpsc::channel(PACKETS);
    (Inbox(sender), Packets(receiver))
}

impl Inbox {
    /// Takes a packet; answers whether there was room.
    #[must_use]
    pub fn push(&self, from: SocketAddr, to: Option<IpAddr>, contents: &[u8]) -> bool {
        let Ok(permit) = self.0.try_reserve() else { return false };
        permit.send(Packet { from, to, at: Instant::now(), contents: BytesMut::from(contents) });
        true
    }
}

#[derive(Debug)]
enum Control {
    Offer { attachment: Attachment, sdp: String, events: mpsc::Sender<MediaEvent> },
    Detach(ViewerId),
}

#[derive(Debug)]
struct Picture {
    frame: Frame,
    viewers: Vec<ViewerId>,
}

/// The media plane. Dropping it, and its clones, ends the driver.
#[derive(Debug, Clone)]
pub struct WebRtc {
    controls: mpsc::Sender<Control>,
    pictures: mpsc::Sender<Picture>,
}

impl WebRtc {
    /// Starts the driver; its task ends when the last clone of the plane is dropped.
    #[must_use]
    pub fn start(
        config: Config,
        packets: Packets,
        wire: Arc<dyn Wire>,
        metrics: WebRtcMetrics,
    ) -> (Self, JoinHandle<()>) {
        let (controls, control_receiver) = mpsc::channel(CONTROLS);
        let (pictures, picture_receiver) = mpsc::channel(PICTURES);
        let driver = driver::Driver::new(config, wire, metrics);
        let task = tokio::spawn(driver.run(packets.0, control_receiver, picture_receiver));
        (Self { controls, pictures }, task)
    }
}

impl MediaPlane for WebRtc {
    fn offer(
        &self,
        attachment: Attachment,
        sdp: String,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<(), Overloaded> {
        self.controls.try_send(Control::Offer { attachment, sdp, events }).map_err(|_| Overloaded)
    }

    fn detach(&self, viewer: ViewerId) {
        // lost under overload: the driver ends an attachment whose browser is silent
        let _ = self.controls.try_send(Control::Detach(viewer));
    }

    fn forward(&self, frame: Frame, viewers: Vec<ViewerId>) -> Result<(), Overloaded> {
        self.pictures.try_send(Picture { frame, viewers }).map_err(|_| Overloaded)
    }
}

/// The addresses of this machine's interfaces, without loopback and link-local ones.
#[must_use]
pub fn interface_addresses() -> Vec<IpAddr> {
    let interfaces = rtc::shared::ifaces::ifaces().unwrap_or_default();
    let mut found: Vec<IpAddr> = interfaces.into_iter().filter_map(|i| i.addr.map(|a| a.ip())).collect();
    found.retain(|ip| match ip {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local() && !v6.is_unspecified(),
    });
    found.sort_unstable();
    found.dedup();
    found
}
