//! An SOS program without a screen: speaks the protocol over real QUIC.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use ponte_types::{InviteId, LinkId};
use ponte_wire::{
    Codec, Decoder, FrameHeader, framing,
    msg::{self, FromSos, SosHello, ToSos, from_sos, sos_hello, to_sos},
};
use quinn::{ClientConfig, Connection, Endpoint, RecvStream, SendStream};
use rustls::pki_types::CertificateDer;

pub(crate) struct Sos {
    pub(crate) connection: Connection,
    pub(crate) send: SendStream,
    receive: RecvStream,
    decoder: Decoder,
    pub(crate) endpoint: Endpoint,
    watchers: Vec<Vec<u8>>,
}

pub(crate) fn hello(purpose: sos_hello::Purpose) -> SosHello {
    SosHello { protocol: 1, program_version: "0.1.0".into(), device: None, purpose: Some(purpose) }
}

pub(crate) fn ask_code() -> SosHello {
    hello(sos_hello::Purpose::AskCode(msg::AskCode {}))
}

pub(crate) fn open_invite(id: InviteId, claim: [u8; 32]) -> SosHello {
    let open = msg::OpenInvite { invite_id: id.as_bytes().to_vec(), claim: claim.to_vec() };
    hello(sos_hello::Purpose::OpenInvite(open))
}

pub(crate) fn open_call(link: LinkId) -> SosHello {
    hello(sos_hello::Purpose::OpenCall(msg::OpenCall { link_id: link.as_bytes().to_vec() }))
}

/// What somebody filled in.
pub(crate) fn call_request(n: u8) -> msg::CallRequest {
    msg::CallRequest {
        id: vec![n; 16],
        name: "Maria Souza".into(),
        contact: "maria@city.example".into(),
        subject: "The printer does not print".into(),
        ..msg::CallRequest::default()
    }
}

pub(crate) async fn connect(
    relay: SocketAddr,
    certificate: &CertificateDer<'static>,
) -> (Endpoint, Connection) {
    let endpoint = endpoint(certificate);
    let connection = endpoint.connect(relay, "localhost").unwrap().await.unwrap();
    (endpoint, connection)
}

pub(crate) fn endpoint(certificate: &CertificateDer<'static>) -> Endpoint {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut tls =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    tls.alpn_protocols = vec![ponte_wire::ALPN.to_vec()];
    let crypto = quinn::crypto::rustls::QuicClientConfig::try_from(tls).unwrap();
    let mut config = ClientConfig::new(Arc::new(crypto));
    let mut transport = quinn::TransportConfig::default();
    transport.keep_alive_interval(Some(Duration::from_secs(2)));
    transport.max_idle_timeout(Some(Duration::from_secs(60).try_into().unwrap()));
    config.transport_config(Arc::new(transport));
    let mut endpoint = Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    endpoint.set_default_client_config(config);
    endpoint
}

impl Sos {
    pub(crate) async fn start(
        relay: SocketAddr,
        certificate: &CertificateDer<'static>,
        hello: SosHello,
    ) -> Self {
        let (endpoint, connection) = connect(relay, certificate).await;
        let (send, receive) = connection.open_bi().await.unwrap();
        let mut this =
            Self { connection, send, receive, decoder: Decoder::default(), endpoint, watchers: Vec::new() };
        this.say(from_sos::Body::Hello(hello)).await;
        this
    }

    pub(crate) async fn say(&mut self, body: from_sos::Body) {
        let mut out = BytesMut::new();
        framing::encode(&FromSos { body: Some(body) }, &mut out);
        self.send.write_all(&out).await.unwrap();
    }

    /// The next control message; `None` when the relay closed the stream.
    pub(crate) async fn hear(&mut self) -> Option<to_sos::Body> {
        loop {
            if let Some(message) = self.decoder.next::<ToSos>().unwrap() {
                return message.body;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.receive.read_chunk(65536, true));
            let chunk = chunk.await.expect("the relay says nothing").ok()??;
            self.decoder.push(&chunk.bytes);
        }
    }

    /// Skips messages until one fits.
    pub(crate) async fn until<T>(&mut self, mut fits: impl FnMut(to_sos::Body) -> Option<T>) -> T {
        loop {
            let body = self.hear().await.expect("the relay closed the stream");
            if let Some(found) = fits(body) {
                return found;
            }
        }
    }

    pub(crate) async fn welcome(&mut self) -> msg::Welcome {
        self.until(|b| if let to_sos::Body::Welcome(w) = b { Some(w) } else { None }).await
    }

    pub(crate) async fn joined(&mut self) -> msg::ViewerJoined {
        self.until(|b| if let to_sos::Body::ViewerJoined(w) = b { Some(w) } else { None }).await
    }

    pub(crate) async fn key_wanted(&mut self) {
        self.until(|b| matches!(b, to_sos::Body::RequestKeyFrame(_)).then_some(())).await;
    }

    /// Judges the viewer's confirmation, which must have come. Whom it accepts it lets see.
    pub(crate) async fn judge(&mut self, viewer: &[u8], accepted: bool, burned: bool) {
        let verdict = msg::PairingVerdict { viewer: viewer.to_vec(), accepted, burned };
        self.say(from_sos::Body::Verdict(verdict)).await;
        if accepted {
            self.watchers.push(viewer.to_vec());
            self.lets_see(self.watchers.clone()).await;
        }
    }

    /// Says who may see, and nobody else.
    pub(crate) async fn lets_see(&mut self, viewers: Vec<Vec<u8>>) {
        self.watchers.clone_from(&viewers);
        self.say(from_sos::Body::Watchers(msg::Watchers { viewers })).await;
    }

    /// Sends a picture on a stream of its own.
    pub(crate) async fn picture(&self, seq: u32, key: bool, bytes: usize) -> Bytes {
        let (header, payload) = picture(seq, key, bytes);
        let mut out = BytesMut::new();
        header.encode(&mut out);
        out.extend_from_slice(&payload);
        let mut stream = self.connection.open_uni().await.unwrap();
        stream.write_all(&out).await.unwrap();
        stream.finish().unwrap();
        payload
    }
}

/// Annex B with one slice, of bytes that look like no start code.
pub(crate) fn picture(seq: u32, key: bool, bytes: usize) -> (FrameHeader, Bytes) {
    let header = FrameHeader {
        key,
        trailing: false,
        codec: Codec::H264,
        screen: 0,
        layer: 0,
        epoch: 0,
        encode_time: 10,
        seq,
        input_seq: 0,
        captured: u64::from(seq) * 100_000,
        width: 1280,
        height: 720,
    };
    let mut payload = vec![0, 0, 0, 1, if key { 0x65 } else { 0x41 }];
    payload.extend((0..bytes).map(|i| u8::try_from((i * 7 + seq as usize) % 251).unwrap() | 1));
    (header, payload.into())
}
