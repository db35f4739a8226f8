//! A relay that writes down every byte that an SOS program tells it, after TLS.
//!
//! It plays its part of the protocol far enough for a whole pairing: it issues a code, and when it is given the four
//! digits on its input, it pairs as a technician would and asks to look. What it hears goes to its output, one JSON object a line:
//! `{"heard": hex}` for bytes, `{"paired": true}` or `{"refused": reason}` for the outcome.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::BytesMut;
use ponte_seal::{Initiator, InitiatorError, InitiatorStep, Lanes, SealedLane, TechnicianSecret};
use ponte_types::{TechnicianId, ViewerId};
use ponte_wire::msg::{self, from_sos, from_technician, to_sos};
use ponte_wire::{ALPN, Decoder, Message, framing};
use quinn::{Connection, Endpoint, RecvStream, SendStream};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// No test of this takes longer.
const LIFE: Duration = Duration::from_secs(90);
const ROUTING: &str = "27182";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    tokio::time::timeout(LIFE, serve()).await.context("the test took too long")?
}

async fn serve() -> Result<()> {
    let endpoint = listen()?;
    say(&serde_json::json!({ "port": endpoint.local_addr()?.port() }));
    let connection = endpoint.accept().await.context("closed")?.await.context("no connection")?;
    let (send, receive) = connection.accept_bi().await.context("no control stream")?;
    let mut relay = Relay { send, receive, decoder: Decoder::default(), sealed: None };
    let hello = relay.next().await?;
    let Some(from_sos::Body::Hello(_)) = hello.body else { bail!("the first message is not a hello") };
    let code = msg::CodeIssued { routing: ROUTING.to_owned(), valid_seconds: 600 };
    let welcome = msg::Welcome {
        desk_name: "Listening desk".to_owned(),
        resume_token: vec![7; 32],
        code: Some(code),
        session: None,
    };
    relay.send(to_sos::Body::Welcome(welcome)).await?;

    let digits = tokio::select! {
        digits = digits() => digits?,
        ended = relay.listen() => return ended,
    };
    relay.pair(digits).await?;
    tokio::select! {
        ended = relay.listen() => ended,
        ended = pictures(&connection) => ended,
    }
}

struct Relay {
    send: SendStream,
    receive: RecvStream,
    decoder: Decoder,
    sealed: Option<(ViewerId, Box<Lanes>)>,
}

impl Relay {
    async fn send(&mut self, body: to_sos::Body) -> Result<()> {
        let mut out = BytesMut::new();
        framing::encode(&msg::ToSos { body: Some(body) }, &mut out);
        self.send.write_all(&out).await.context("cannot send")
    }

    async fn next(&mut self) -> Result<msg::FromSos> {
        loop {
            if let Some(message) = self.decoder.next()? {
                return Ok(message);
            }
            let chunk = self.receive.read_chunk(64 * 1024, true).await?.context("the SOS program closed")?;
            heard(&chunk.bytes);
            self.decoder.push(&chunk.bytes);
        }
    }

    /// Hears all that comes. What it can open as the paired technician is not what a relay sees, so it is not looked at.
    async fn listen(&mut self) -> Result<()> {
        loop {
            self.next().await?;
        }
    }

    async fn pair(&mut self, digits: [u8; 4]) -> Result<()> {
        let mut random = [0; 96];
        getrandom::fill(&mut random).map_err(|_| anyhow::anyhow!("no random bytes"))?;
        let (viewer, rest) = random.split_first_chunk::<16>().context("short")?;
        let (technician, rest) = rest.split_first_chunk::<16>().context("short")?;
        let fresh = rest.first_chunk::<64>().context("short")?;
        let (viewer, technician) = (ViewerId::from_bytes(*viewer), TechnicianId::from_bytes(*technician));
        let joined = msg::ViewerJoined {
            viewer: viewer.as_bytes().to_vec(),
            technician_name: "Ana Lima".to_owned(),
            technician_id: technician.as_bytes().to_vec(),
            ..msg::ViewerJoined::default()
        };
        self.send(to_sos::Body::ViewerJoined(joined)).await?;
        let mut initiator = Initiator::new(viewer, technician, TechnicianSecret::Code(digits), fresh);
        self.peer(viewer, msg::Lane::Handshake, initiator.offer().encode_to_vec()).await?;
        loop {
            let Some(from_sos::Body::Peer(peer)) = self.next().await?.body else { continue };
            if peer.lane() != msg::Lane::Handshake {
                continue;
            }
            match initiator.handle(msg::Handshake::decode(&peer.payload[..])?) {
                Ok(InitiatorStep::Send(message)) => {
                    self.peer(viewer, msg::Lane::Handshake, message.encode_to_vec()).await?;
                }
                Ok(InitiatorStep::Done { lanes, .. }) => {
                    self.sealed = Some((viewer, lanes));
                    say(&serde_json::json!({ "paired": true }));
                    return self.ask_to_look().await;
                }
                Err(InitiatorError::Rejected { code, .. }) => {
                    say(&serde_json::json!({ "refused": code }));
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn ask_to_look(&mut self) -> Result<()> {
        let ask = from_technician::Body::Ask(msg::AskGrant { grant: msg::GrantKind::View.into() });
        let message = msg::FromTechnician { body: Some(ask) }.encode_to_vec();
        let Some((viewer, lanes)) = self.sealed.as_mut() else { bail!("not paired") };
        let (viewer, sealed) = (*viewer, lanes.seal(SealedLane::Control, &message));
        self.peer(viewer, msg::Lane::Control, sealed).await?;
        self.send(to_sos::Body::WantFrames(msg::WantFrames { wanted: true })).await
    }

    async fn peer(&mut self, viewer: ViewerId, lane: msg::Lane, payload: Vec<u8>) -> Result<()> {
        let peer =
            msg::Peer { viewer: viewer.as_bytes().to_vec(), lane: lane.into(), payload: payload.into() };
        self.send(to_sos::Body::Peer(peer)).await
    }
}

async fn pictures(connection: &Connection) -> Result<()> {
    loop {
        let mut stream = connection.accept_uni().await?;
        let bytes = stream.read_to_end(ponte_wire::MAX_FRAME + 1024).await.unwrap_or_default();
        heard(&bytes);
    }
}

/// Four digits, on a line of the input.
async fn digits() -> Result<[u8; 4]> {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A read of the input cannot be cancelled, so it has a thread that may be left behind when the program ends.
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = tell.send(std::io::stdin().read_line(&mut line).map(|_| line));
    });
    told.await??.trim().as_bytes().try_into().context("give four digits")
}

fn listen() -> Result<Endpoint> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    tls.alpn_protocols = vec![ALPN.to_vec()];
    let quic = quinn::crypto::rustls::QuicServerConfig::try_from(tls)?;
    let config = quinn::ServerConfig::with_crypto(Arc::new(quic));
    Ok(Endpoint::server(config, ([127, 0, 0, 1], 0).into())?)
}

fn heard(bytes: &[u8]) {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    say(&serde_json::json!({ "heard": hex }));
}

fn say(line: &serde_json::Value) {
    println!("{line}");
}
