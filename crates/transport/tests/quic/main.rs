//! The QUIC server, as a real quinn client meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says so by failing

mod proxy;
#[allow(dead_code)] // the live half's tests ask more of them
#[path = "../../../../relay/tests/live/records.rs"]
mod records;
#[allow(dead_code)]
#[path = "../../../../relay/tests/live/sos.rs"]
mod sos;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use ponte_app::{
    Ambient, Clock, Random,
    live::{Attachment, Hub, LiveMetrics, MediaEvent, MediaPlane, MediaUpdate, Overloaded},
    ports::{Live as _, ViewerPipe, ViewerRequest, ViewerTarget},
};
use ponte_transport::{Caps, Limits, NodeKey, Server, SharedUdp};
use ponte_types::{UnixMillis, ViewerId};
use ponte_wire::{
    Frame, Message as _,
    msg::{self, FromViewer, Lane, from_viewer, to_sos},
};
use proxy::Proxy;
use records::{CLAIM, TestRecords, invite, session_id, technician};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sos::Sos;
use tokio::{sync::mpsc, time::timeout};

/// A media plane that has every viewer's media up at once.
struct Media(mpsc::Sender<Frame>);

impl MediaPlane for Media {
    fn offer(
        &self,
        attachment: Attachment,
        _: String,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<(), Overloaded> {
        events.try_send(MediaEvent { attachment, update: MediaUpdate::Up }).map_err(|_| Overloaded)
    }
    fn detach(&self, _: ViewerId) {}
    fn forward(&self, frame: Frame, _: Vec<ViewerId>) -> Result<(), Overloaded> {
        self.0.try_send(frame).map_err(|_| Overloaded)
    }
}

struct Counting(AtomicU8);

impl Clock for Counting {
    fn now(&self) -> UnixMillis {
        UnixMillis(1_800_000_000_000)
    }
}

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// No two ids are alike; that is all that is asked of them here.
fn ambient() -> Ambient {
    let counting = Arc::new(Counting(AtomicU8::new(1)));
    let clock: Arc<dyn Clock> = Arc::<Counting>::clone(&counting);
    Ambient { clock, random: counting }
}

struct Relay {
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    hub: Hub,
    shown: mpsc::Receiver<Frame>,
    _server: Server,
}

impl Relay {
    fn start(limits: Limits) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let tls =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.clone()], key)
                .unwrap();
        let (pictures, shown) = mpsc::channel(4);
        let metrics = LiveMetrics::register(&prometheus::Registry::new()).unwrap();
        let hub = Hub::new(TestRecords::new(), Arc::new(Media(pictures)), metrics, ambient());
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let socket = SharedUdp::new(socket, Box::new(|_| false)).unwrap();
        let server = Server::start(socket, tls, &NodeKey::new(&[3; 32]), limits, hub.clone()).unwrap();
        Self { address, certificate, hub, shown, _server: server }
    }

    /// A technician watches, as far as the program can tell.
    async fn watch(&self, sos: &mut Sos) -> ViewerPipe {
        let target = ViewerTarget::Session(session_id(1));
        let request = ViewerRequest { technician: technician(1), technician_name: "Bia".into(), target };
        let pipe = self.hub.attach(request).await.unwrap();
        let viewer = sos.joined().await.viewer;
        let confirm = msg::handshake::Body::Confirm(msg::Confirm { tag: vec![1; 32], share: vec![] });
        let payload = msg::Handshake { body: Some(confirm) }.encode_to_vec().into();
        let peer = msg::Peer { viewer: vec![], lane: Lane::Handshake.into(), payload };
        for body in [from_viewer::Body::Peer(peer), from_viewer::Body::Offer(msg::SdpOffer::default())] {
            pipe.up.send(FromViewer { body: Some(body) }).await.unwrap();
        }
        sos.until(|body| matches!(body, to_sos::Body::Peer(_)).then_some(())).await;
        sos.judge(&viewer, true, false).await;
        pipe
    }
}

fn limits(handshakes: usize) -> Limits {
    Limits { programs: Caps { in_all: 16, per_address: 16 }, handshakes }
}

#[tokio::test]
async fn a_program_gets_room_for_pictures_only_when_somebody_watches() {
    let mut relay = Relay::start(limits(16));
    let (_endpoint, stranger) = sos::connect(relay.address, &relay.certificate).await;
    let (mut send, _receive) = stranger.open_bi().await.unwrap();
    let taken = send.write(&vec![0; 8 << 20]).await.unwrap();
    assert_eq!(taken, 64 << 10, "what anybody may leave in the relay's memory");
    assert!(stranger.open_uni().now_or_never().is_none(), "and no picture");

    let mut sos = Sos::start(relay.address, &relay.certificate, sos::open_invite(invite(), CLAIM)).await;
    sos.welcome().await;
    assert!(sos.connection.open_uni().now_or_never().is_none());
    let _viewer = relay.watch(&mut sos).await;
    let sent = timeout(Duration::from_secs(10), sos.picture(1, true, 300_000)).await.expect("room");
    let shown = timeout(Duration::from_secs(10), relay.shown.recv()).await.unwrap().unwrap();
    assert_eq!(shown.payload, sent);
    let mut stream = sos.connection.open_uni().await.unwrap();
    assert!(stream.write(&vec![0; 8 << 20]).await.unwrap() > 1 << 20, "a large picture leaves at once");
}

#[tokio::test]
async fn an_address_is_proved_first_while_many_others_may_be_forged() {
    let relay = Relay::start(limits(2));
    let endpoint = sos::endpoint(&relay.certificate);
    let honest = Proxy::start(relay.address, usize::MAX).await;
    endpoint.connect(honest.address, "localhost").unwrap().await.unwrap();
    assert!(!honest.saw_retry(), "a quiet relay asks for no proof");

    // Two whose second packet never comes, as from a forged address.
    let mut forged = Vec::new();
    for _ in 0..2 {
        let mut proxy = Proxy::start(relay.address, 1).await;
        let connecting = endpoint.connect(proxy.address, "localhost").unwrap();
        timeout(Duration::from_secs(5), proxy.answered()).await.unwrap();
        assert!(!proxy.saw_retry());
        forged.push((proxy, connecting));
    }
    let honest = Proxy::start(relay.address, usize::MAX).await;
    let connected = endpoint.connect(honest.address, "localhost").unwrap().await;
    assert!(connected.is_ok(), "{connected:?}");
    assert!(honest.saw_retry(), "it was asked to prove its address, and did");
    drop(forged);
}

#[tokio::test]
async fn who_has_not_proved_an_address_takes_no_place() {
    let full = Caps { in_all: 1, per_address: 1 };
    let relay = Relay::start(Limits { programs: full, handshakes: 0 });
    let endpoint = sos::endpoint(&relay.certificate);
    let mut forged = Proxy::start(relay.address, 1).await;
    let _connecting = endpoint.connect(forged.address, "localhost").unwrap();
    timeout(Duration::from_secs(5), forged.answered()).await.unwrap();
    assert!(forged.saw_retry());
    endpoint.connect(relay.address, "localhost").unwrap().await.expect("the one place is free");
}
