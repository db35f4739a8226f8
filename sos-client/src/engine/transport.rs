//! One QUIC connection to the relay: its control stream, and a stream for each frame.

use std::{future::Future, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use ponte_wire::{Decoder, FrameHeader, framing, msg};
use quinn::{Connection, Endpoint, crypto::rustls::QuicClientConfig};
use rustls::crypto::CryptoProvider;
use tokio::{
    net::lookup_host,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    link::RelayAddress,
    trust::{Expect, Seen, Verifier},
};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Of a name's addresses, so many are tried, each this long after the one before.
const MAX_ADDRESSES: usize = 6;
const STAGGER: Duration = Duration::from_millis(250);
const KEEP_ALIVE: Duration = Duration::from_secs(3);
/// Silence after which the connection counts as lost.
const IDLE: Duration = Duration::from_secs(10);
/// A difference frame that the path has not taken by then is given up: a key frame follows.
const STALE: Duration = Duration::from_millis(600);
const KEY_STALE: Duration = Duration::from_secs(8);
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("the name is not known")]
    NoSuchHost,
    #[error("nothing answered: {0}")]
    NoAnswer(String),
    #[error("the certificate was refused")]
    Certificate(Seen),
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Link {
    endpoint: Endpoint,
    connection: Connection,
    control: quinn::SendStream,
    incoming: quinn::RecvStream,
    decoder: Decoder,
}

/// Finds a relay's addresses; tests bring their own, since a name server is not theirs to ask.
pub type LookUp = fn(&RelayAddress) -> Addresses;
/// What becomes of looking a name up.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// As the system looks names up.
pub(super) fn by_system(relay: &RelayAddress) -> Addresses {
    let RelayAddress { host, port } = relay.clone();
    Box::pin(async move { Ok(lookup_host((host, port)).await?.take(MAX_ADDRESSES).collect()) })
}

/// Connects to the relay: the first of its addresses that answers is taken, each later one tried a moment later.
///
/// # Errors
/// When none answers, or the certificate is not the expected one.
pub(super) async fn connect(
    relay: &RelayAddress,
    expect: Expect,
    look_up: LookUp,
) -> Result<Link, ConnectError> {
    let addresses: Vec<SocketAddr> = match relay.fixed() {
        Some(addresses) => addresses,
        None => match timeout(CONNECT_WITHIN, look_up(relay)).await {
            Ok(Ok(addresses)) => addresses,
            _ => return Err(ConnectError::NoSuchHost),
        },
    };
    let mut attempts = JoinSet::new();
    let mut later = Duration::ZERO;
    for address in addresses {
        let relay = relay.clone();
        attempts.spawn(async move {
            sleep(later).await;
            connect_to(address, &relay, expect).await
        });
        later += STAGGER;
    }
    let mut last = ConnectError::NoSuchHost;
    while let Some(ended) = attempts.join_next().await {
        match ended {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(refused @ ConnectError::Certificate(_))) => return Err(refused),
            Ok(Err(error)) => last = error,
            Err(_) => {}
        }
    }
    Err(last)
}

async fn connect_to(address: SocketAddr, relay: &RelayAddress, expect: Expect) -> Result<Link, ConnectError> {
    let failed = |e: &dyn std::fmt::Display| ConnectError::NoAnswer(e.to_string());
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(expect, Arc::clone(&provider));
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| failed(&e))?
        .dangerous() // the verifier is our own: it adds fingerprints to the web's authorities
        .with_custom_certificate_verifier(Arc::clone(&verifier) as _)
        .with_no_client_auth();
    tls.alpn_protocols = vec![ponte_wire::ALPN.to_vec()];
    let mut config =
        quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).map_err(|e| failed(&e))?));
    let mut transport = quinn::TransportConfig::default();
    transport.keep_alive_interval(Some(KEEP_ALIVE));
    transport.max_idle_timeout(IDLE.try_into().ok());
    transport.max_concurrent_bidi_streams(0u8.into());
    transport.max_concurrent_uni_streams(0u8.into());
    transport.receive_window((1u32 << 20).into());
    transport.initial_rtt(Duration::from_millis(100));
    config.transport_config(Arc::new(transport));

    let any: SocketAddr = if address.is_ipv6() { ([0u16; 8], 0).into() } else { ([0u8; 4], 0).into() };
    let socket = std::net::UdpSocket::bind(any).map_err(|e| failed(&e))?;
    // The relay tells QUIC from WebRTC by the first byte, which greasing would blur (RFC 9443).
    let mut options = quinn::EndpointConfig::default();
    options.grease_quic_bit(false);
    let endpoint =
        Endpoint::new(options, None, socket, Arc::new(quinn::TokioRuntime)).map_err(|e| failed(&e))?;
    let connecting = endpoint.connect_with(config, address, &relay.host).map_err(|e| failed(&e))?;
    let outcome = timeout(CONNECT_WITHIN, connecting).await;
    let connection = match outcome {
        Ok(Ok(connection)) => connection,
        _ if verifier.seen().is_some_and(|s| !s.accepted) => {
            let seen = verifier.seen().ok_or_else(|| failed(&"no certificate"))?;
            return Err(ConnectError::Certificate(seen));
        }
        Ok(Err(error)) => return Err(failed(&error)),
        Err(_) => return Err(failed(&"no answer in time")),
    };
    let (control, incoming) = connection.open_bi().await.map_err(|e| failed(&e))?;
    let _ = control.set_priority(i32::MAX);
    Ok(Link { endpoint, connection, control, incoming, decoder: Decoder::default() })
}

/// The sending half of the control stream.
#[derive(Debug)]
pub(super) struct Sender {
    endpoint: Endpoint,
    connection: Connection,
    control: quinn::SendStream,
}

/// The receiving half.
#[derive(Debug)]
pub(super) struct Receiver {
    incoming: quinn::RecvStream,
    decoder: Decoder,
}

impl Link {
    #[must_use]
    pub(super) fn split(self) -> (Sender, Receiver) {
        let Self { endpoint, connection, control, incoming, decoder } = self;
        (Sender { endpoint, connection, control }, Receiver { incoming, decoder })
    }
}

impl Receiver {
    /// The next message; `None` when the connection is over. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Option<msg::ToSos> {
        loop {
            match self.decoder.next() {
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "the relay sent nonsense");
                    return None;
                }
            }
            let chunk = self.incoming.read_chunk(64 * 1024, true).await.ok()??;
            self.decoder.push(&chunk.bytes);
        }
    }
}

impl Sender {
    /// Sends one message; false when the connection is over or stuck.
    pub(super) async fn send(&mut self, message: &msg::FromSos) -> bool {
        let mut bytes = BytesMut::new();
        framing::encode(message, &mut bytes);
        matches!(timeout(WRITE_WITHIN, self.control.write_all(&bytes)).await, Ok(Ok(())))
    }
    /// The connection, for frames.
    #[must_use]
    pub(super) fn connection(&self) -> Connection {
        self.connection.clone()
    }
    /// Ends the connection after what was sent has arrived, or a second has passed.
    pub(super) async fn close(mut self) {
        let _ = self.control.finish();
        let _ = timeout(Duration::from_secs(1), self.control.stopped()).await;
        self.connection.close(0u8.into(), b"bye");
        let _ = timeout(Duration::from_millis(300), self.endpoint.wait_idle()).await;
    }
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    Done,
    /// Given up or lost: what follows must be a key frame.
    Lost,
}

/// Sends one frame as a stream of its own and waits until the relay has it.
pub(super) async fn deliver(connection: Connection, header: FrameHeader, payload: Vec<u8>) -> Delivery {
    // What refines is in nobody's way, and not worth a key frame.
    let limit = if header.key || header.trailing { KEY_STALE } else { STALE };
    let Ok(Ok(mut stream)) = timeout(limit, connection.open_uni()).await else { return Delivery::Lost };
    let sending = async {
        // Newest first, whatever is still on its way.
        let newest = i32::try_from(header.seq & 0x3fff_ffff).unwrap_or(0);
        let _ = stream.set_priority(newest);
        let mut head = BytesMut::with_capacity(ponte_wire::frame::HEADER_LEN);
        header.encode(&mut head);
        let mut chunks = [head.freeze(), Bytes::from(payload)];
        stream.write_all_chunks(&mut chunks).await.ok()?;
        stream.finish().ok()?;
        // Nothing: all of it was acknowledged. A code: the relay does not want it, and asks for a key itself.
        stream.stopped().await.ok()?;
        Some(())
    };
    match timeout(limit, sending).await {
        Ok(Some(())) => Delivery::Done,
        _ => {
            // Merely dropped, the stream would end as if the frame were whole.
            let _ = stream.reset(0u8.into());
            Delivery::Lost
        }
    }
}
