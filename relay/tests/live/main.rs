//! The live half as a whole, over real sockets on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says so by failing

mod call;
mod chat;
mod records;
mod sos;
mod team;
mod viewer;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use ponte_app::ports::{Crew, Live, ViewerPipe, ViewerRequest, ViewerTarget};
use ponte_relay::live::{self, Running, Setup};
use ponte_transport::{Caps, Limits, NodeKey};
use ponte_types::{ConnectionId, EndReason, ErrorCode};
use ponte_wire::{
    Message,
    msg::{self, FromViewer, Lane, from_sos, from_viewer, to_sos, to_viewer},
};
use records::{CLAIM, TestRecords, invite, session_id, technician};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sos::Sos;
use viewer::{Ask, Offerer, Viewer};

struct Relay {
    media: Running,
    records: Arc<TestRecords>,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Relay {
    async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let (certificate, key) = (made.cert.der().clone(), made.signing_key.serialize_der());
        Self::start_with("127.0.0.1:0".parse().unwrap(), TestRecords::new(), certificate, key).await
    }

    async fn start_with(
        listen: SocketAddr,
        records: Arc<TestRecords>,
        certificate: CertificateDer<'static>,
        key: Vec<u8>,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], PrivateKeyDer::try_from(key.clone()).unwrap())
            .unwrap();
        let setup = Setup {
            socket: live::bind(listen).unwrap(),
            public_addresses: vec![],
            tls,
            node_key: NodeKey::new(&[3; 32]),
            ambient: ponte_relay::ambient(),
            limits: Limits { programs: Caps { in_all: 16, per_address: 8 }, handshakes: 16 },
        };
        let metrics = prometheus::Registry::new();
        let media = live::start(setup, records.clone(), &metrics).await.unwrap();
        Self { media, records, certificate, key }
    }

    async fn sos(&self, hello: msg::SosHello) -> Sos {
        Sos::start(self.media.address, &self.certificate, hello).await
    }

    async fn attach(&self, who: u8, target: ViewerTarget) -> Result<Console, ErrorCode> {
        let request = ViewerRequest { technician: technician(who), technician_name: "Bia".into(), target };
        Ok(Console(self.media.hub.attach(request).await?))
    }

    async fn console(&self) -> Console {
        self.attach(1, ViewerTarget::Session(session_id(1))).await.unwrap()
    }
}

fn open_invite() -> msg::SosHello {
    sos::open_invite(invite(), CLAIM)
}

/// The console's end of the signalling.
struct Console(ViewerPipe);

impl Console {
    async fn hear(&mut self) -> Option<to_viewer::Body> {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.0.down.recv()).await;
        heard.expect("the room says nothing")?.body
    }

    async fn until<T>(&mut self, mut fits: impl FnMut(to_viewer::Body) -> Option<T>) -> T {
        loop {
            let body = self.hear().await.expect("the room removed the viewer");
            if let Some(found) = fits(body) {
                return found;
            }
        }
    }

    async fn online(&mut self, expected: bool) {
        self.until(|b| matches!(b, to_viewer::Body::Link(l) if l.online == expected).then_some(())).await;
    }

    async fn refused(&mut self) -> String {
        self.until(|b| if let to_viewer::Body::Refused(r) = b { Some(r.code) } else { None }).await
    }

    async fn say(&self, body: from_viewer::Body) {
        self.0.up.send(FromViewer { body: Some(body) }).await.unwrap();
    }

    async fn confirm(&self) {
        let confirm = msg::handshake::Body::Confirm(msg::Confirm { tag: vec![1; 32], share: vec![] });
        let payload = msg::Handshake { body: Some(confirm) }.encode_to_vec().into();
        self.say(from_viewer::Body::Peer(msg::Peer {
            viewer: vec![],
            lane: Lane::Handshake.into(),
            payload,
        }))
        .await;
    }

    async fn watch(&mut self) -> Viewer {
        let (offerer, sdp) = Offerer::new().await;
        self.say(from_viewer::Body::Offer(msg::SdpOffer { sdp })).await;
        let answer =
            self.until(|b| if let to_viewer::Body::Answer(a) = b { Some(a.sdp) } else { None }).await;
        offerer.start(answer)
    }
}

/// A viewer goes through pairing and gets its media up.
async fn paired(relay: &Relay, sos: &mut Sos) -> (Console, Viewer, Vec<u8>) {
    let mut console = relay.console().await;
    let id = sos.joined().await.viewer;
    console.confirm().await;
    sos.until(|b| matches!(b, to_sos::Body::Peer(_)).then_some(())).await;
    sos.judge(&id, true, false).await;
    let viewer = console.watch().await;
    (console, viewer, id)
}

/// The relay has taken in what the program said before: what it says next has come through to a console.
async fn heard_after(sos: &mut Sos, console: &mut Console, viewer: &[u8]) {
    let peer =
        msg::Peer { viewer: viewer.to_vec(), lane: Lane::Control.into(), payload: Bytes::from_static(&[7]) };
    sos.say(from_sos::Body::Peer(peer)).await;
    console.until(|b| matches!(b, to_viewer::Body::Peer(p) if p.lane() == Lane::Control).then_some(())).await;
}

fn timestamp(seq: u32) -> u32 {
    sos::picture(seq, false, 1).0.rtp_timestamp()
}

#[tokio::test]
async fn pictures_reach_a_viewer_and_input_comes_back() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    assert_eq!(sos.welcome().await.session.unwrap().number, 7);
    let (_console, mut viewer, id) = paired(&relay, &mut sos).await;
    sos.until(|b| matches!(b, to_sos::Body::WantFrames(w) if w.wanted).then_some(())).await;
    sos.key_wanted().await;

    sos.picture(1, false, 500).await; // nobody can use it
    let key = sos.picture(2, true, 60_000).await;
    let delta = sos.picture(3, false, 700).await;
    let shown = viewer.next().await;
    assert_eq!((shown.timestamp, shown.at_once), (timestamp(2), true));
    assert_eq!(shown.annex_b, key);
    let shown = viewer.next().await;
    assert_eq!((shown.timestamp, &shown.annex_b), (timestamp(3), &delta));

    viewer.ask.send(Ask::Pli).await.unwrap();
    sos.key_wanted().await;

    while viewer.opened.recv().await.unwrap() != "input" {}
    viewer.ask.send(Ask::Input("input", vec![42])).await.unwrap();
    let peer = sos.until(|b| if let to_sos::Body::Peer(p) = b { Some(p) } else { None }).await;
    assert_eq!((peer.lane(), peer.payload, peer.viewer), (Lane::Input, Bytes::from_static(&[42]), id));

    viewer.ask.send(Ask::Input("pointer", vec![43])).await.unwrap();
    let datagram = sos.connection.read_datagram().await.unwrap();
    let Some(to_sos::Body::Peer(peer)) = msg::ToSos::decode(datagram).unwrap().body else { panic!() };
    assert_eq!((peer.lane(), peer.payload), (Lane::Pointer, Bytes::from_static(&[43])));
}

#[tokio::test]
async fn who_is_not_let_in_gets_no_picture_whatever_their_console_does() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (mut ana, mut sees, let_in) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    let (_rui, mut waits, asked) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    // Both have keys and media; the end user has said yes to one of them.
    sos.lets_see(vec![let_in.clone()]).await;
    heard_after(&mut sos, &mut ana, &let_in).await;
    sos.picture(1, true, 5_000).await;
    assert_eq!(sees.next().await.timestamp, timestamp(1));
    sos.lets_see(vec![let_in.clone(), asked.clone()]).await;
    sos.key_wanted().await;
    sos.picture(2, true, 5_000).await;
    assert_eq!(waits.next().await.timestamp, timestamp(2), "the first picture came after the yes");
    // Taken back from the first: its media stays up and nothing comes any more.
    assert_eq!(sees.next().await.timestamp, timestamp(2));
    sos.lets_see(vec![asked]).await;
    heard_after(&mut sos, &mut ana, &let_in).await;
    sos.picture(3, false, 5_000).await;
    assert_eq!(waits.next().await.timestamp, timestamp(3));
    assert!(sees.next().now_or_never().is_none(), "a picture reached who may not see");
}

#[tokio::test]
async fn lost_packets_are_sent_again() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (_console, mut viewer, _) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    sos.picture(1, true, 2_000).await;
    viewer.next().await;
    viewer.ask.send(Ask::Lose(7)).await.unwrap();
    for seq in 2..12 {
        let sent = sos.picture(seq, false, 20_000).await;
        // what comes after shows the receiver that something is missing
        sos.picture(seq + 100, seq + 100 == 0, 1).await;
        let _ = sent;
    }
    viewer.ask.send(Ask::Lose(0)).await.unwrap();
    let last = sos.picture(12, true, 3_000).await;
    loop {
        let shown = viewer.next().await;
        if shown.timestamp == timestamp(12) {
            assert_eq!(shown.annex_b, last);
            break;
        }
        assert_eq!(shown.annex_b.len(), 20_005, "a whole picture or none");
    }
}

#[tokio::test]
async fn a_stalled_viewer_delays_nobody() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (_c1, mut healthy, _) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    sos.picture(1, true, 5_000).await;
    healthy.next().await;
    let (_c2, mut stalled, _) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    sos.picture(2, true, 5_000).await;
    healthy.next().await;
    stalled.next().await;
    stalled.stall();
    for seq in 3..200 {
        sos.picture(seq, false, 10_000).await;
        let shown = tokio::time::timeout(Duration::from_millis(500), healthy.next()).await.unwrap();
        assert_eq!(shown.timestamp, timestamp(seq));
    }
}

#[tokio::test]
async fn a_code_becomes_a_session_once_the_program_accepts() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(sos::ask_code()).await;
    assert_eq!(sos.welcome().await.code.unwrap().routing, "12345");
    // the connection's id travels through the records in the real desk
    let nobody = ConnectionId::from_bytes([8; 16]);
    assert_eq!(relay.attach(1, ViewerTarget::Code(nobody)).await.err(), Some(ErrorCode::WrongCode));
    assert!(!relay.media.hub.is_online(nobody));
    sos.say(from_sos::Body::Leave(msg::Leave {})).await;
    relay.records.told("burned").await;
    sos.until(|b| matches!(b, to_sos::Body::Ended(e) if e.reason == "end_user").then_some(())).await;
    assert!(sos.hear().await.is_none());
}

#[tokio::test]
async fn what_a_program_says_last_is_heard_though_it_closes_at_once() {
    let relay = Relay::start().await;
    // The room is busy with its database while the program says more than the room's channel holds.
    relay.records.hang(true);
    let mut sos = relay.sos(open_invite()).await;
    relay.records.told("asked for the chat").await;
    for got in 0..100 {
        sos.say(from_sos::Body::Progress(msg::ChatProgress { got, saw: 0 })).await;
    }
    sos.say(from_sos::Body::Leave(msg::Leave {})).await;
    // As the program does: what was sent has arrived, then it is gone.
    sos.send.finish().unwrap();
    sos.send.stopped().await.unwrap();
    sos.connection.close(0u32.into(), b"bye");
    sos.endpoint.wait_idle().await;
    relay.records.hang(false);
    relay.records.told("ended").await;
}

#[tokio::test]
async fn strangers_get_nothing() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let other = ViewerTarget::Session(session_id(1));
    assert_eq!(relay.attach(2, other).await.err(), Some(ErrorCode::Forbidden));

    // media is up, but the program has not accepted: no picture, no input
    let mut console = relay.console().await;
    let id = sos.joined().await.viewer;
    let mut viewer = console.watch().await;
    while viewer.opened.recv().await.unwrap() != "input" {}
    viewer.ask.send(Ask::Input("input", vec![1])).await.unwrap();
    assert!(
        sos.connection.open_uni().now_or_never().is_none(),
        "nobody may watch: there is no room for pictures"
    );
    // a verdict without a confirmation counts for nothing
    sos.judge(&id, true, false).await;
    let payload = Bytes::from_static(b"judged");
    let mark = msg::Peer { viewer: id.clone(), lane: Lane::Control.into(), payload };
    sos.say(from_sos::Body::Peer(mark)).await;
    console.until(|b| matches!(b, to_viewer::Body::Peer(_)).then_some(())).await;
    console.confirm().await;
    let first = sos.until(|b| if let to_sos::Body::Peer(p) = b { Some(p) } else { None }).await;
    assert_eq!(first.lane(), Lane::Handshake, "the input before it was dropped");
    sos.judge(&id, false, false).await;
    relay.records.told("wrong secret").await;
    assert!(viewer.shown.try_recv().is_err());
    relay.media.hub.crew_changed(session_id(1), 2, Crew::alone(technician(2))).await;
    assert_eq!(console.refused().await, "already_claimed");
    assert!(console.hear().await.is_none());
}

#[tokio::test]
async fn a_viewer_stays_while_the_program_is_away() {
    let relay = Relay::start().await;
    let mut early = relay.console().await;
    early.online(false).await;
    let mut sos = relay.sos(open_invite()).await;
    early.online(true).await;
    let token = sos.welcome().await.resume_token;
    sos.joined().await;
    drop(early);
    let (mut console, mut viewer, id) = paired(&relay, &mut sos).await;
    sos.key_wanted().await;
    sos.picture(50, true, 900).await;
    viewer.next().await;
    sos.connection.close(0u32.into(), b"");
    relay.records.told("lost").await;
    console.online(false).await;

    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token: token.clone() });
    let mut back = relay.sos(sos::hello(resume.clone())).await;
    console.online(true).await;
    assert_eq!(back.joined().await.viewer, id, "the same viewer");
    // It pairs anew: what the program said over its last link counts no more.
    console.confirm().await;
    back.until(|b| matches!(b, to_sos::Body::Peer(_)).then_some(())).await;
    back.judge(&id, true, false).await;
    back.key_wanted().await;
    back.picture(1, true, 900).await;
    assert_eq!(viewer.next().await.timestamp, timestamp(1));

    let mut thief = relay.sos(sos::hello(resume)).await;
    let code = thief.until(|b| if let to_sos::Body::Refused(r) = b { Some(r.code) } else { None }).await;
    assert_eq!(code, "not_found", "a token works once");
    relay.media.hub.end(session_id(1), EndReason::Technician).await;
    back.until(|b| matches!(b, to_sos::Body::Ended(e) if e.reason == "technician").then_some(())).await;
    console.until(|b| matches!(b, to_viewer::Body::Ended(_)).then_some(())).await;
}

#[tokio::test]
async fn after_a_restart_programs_are_told_at_once() {
    // in a runtime of its own, so that it can be killed
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let relay = runtime.spawn(Relay::start()).await.unwrap();
    let mut sos = relay.sos(open_invite()).await;
    let token = sos.welcome().await.resume_token;
    let (address, records) = (relay.media.address, relay.records.clone());
    let (certificate, key) = (relay.certificate.clone(), relay.key.clone());
    // killed: the socket is gone, nobody said anything
    let killed = tokio::task::spawn_blocking(move || {
        runtime.shutdown_timeout(Duration::from_secs(5));
        drop(relay);
    });
    killed.await.unwrap();
    let relay = Relay::start_with(address, records, certificate, key).await;
    // the next packet, at the latest the keep-alive, is answered by a stateless reset
    let told = tokio::time::timeout(Duration::from_secs(4), sos.connection.closed()).await.expect("told");
    assert!(matches!(told, quinn::ConnectionError::Reset), "{told}");
    let resume = msg::sos_hello::Purpose::Resume(msg::Resume { token });
    let mut back = relay.sos(sos::hello(resume)).await;
    assert_eq!(back.welcome().await.session.unwrap().number, 7);

    relay.media.stop().await;
    let told = tokio::time::timeout(Duration::from_secs(2), back.connection.closed()).await.unwrap();
    assert!(told.to_string().contains("come back"), "{told}");
}

#[tokio::test]
async fn malformed_input_is_refused_with_a_reason() {
    let relay = Relay::start().await;
    // no hello
    let (_endpoint, silent) = sos::connect(relay.media.address, &relay.certificate).await;
    let (mut send, _receive) = silent.open_bi().await.unwrap();
    send.write_all(&[0xff; 32]).await.unwrap();
    assert!(silent.closed().await.to_string().contains("not the protocol"));
    // a protocol of another time
    let mut future = sos::ask_code();
    future.protocol = 2;
    let mut sos = relay.sos(future).await;
    let refused = sos.until(|b| if let to_sos::Body::Refused(r) = b { Some(r.code) } else { None }).await;
    assert_eq!(refused, "unsupported_protocol");
    // a picture that is none
    let mut sos = relay.sos(open_invite()).await;
    sos.welcome().await;
    let (_console, _viewer, _) = paired(&relay, &mut sos).await;
    let mut stream = sos.connection.open_uni().await.unwrap();
    stream.write_all(b"not a picture at all, but long enough").await.unwrap();
    stream.finish().unwrap();
    assert!(sos.connection.closed().await.to_string().contains("not the protocol"));
    // offers that are none
    for sdp in ["", "v=0", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"] {
        let mut console = relay.console().await;
        console.say(from_viewer::Body::Offer(msg::SdpOffer { sdp: sdp.into() })).await;
        assert_eq!(console.refused().await, "invalid_request", "{sdp:?}");
    }
    let mut console = relay.console().await;
    console.say(from_viewer::Body::Offer(msg::SdpOffer { sdp: "v".repeat(100_000) })).await;
    assert_eq!(console.refused().await, "too_large");
}

#[tokio::test]
async fn a_console_that_does_not_read_is_closed() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let console = relay.console().await;
    let viewer = sos.joined().await.viewer;
    for _ in 0..300 {
        let peer =
            msg::Peer { viewer: viewer.clone(), lane: Lane::Control.into(), payload: vec![0; 10].into() };
        sos.say(from_sos::Body::Peer(peer)).await;
    }
    let left = sos.until(|b| if let to_sos::Body::ViewerLeft(l) = b { Some(l.viewer) } else { None }).await;
    assert_eq!(left, viewer);
    drop(console);
}
