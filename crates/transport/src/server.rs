//! Accepts SOS programs.

use std::{io, sync::Arc, time::Duration};

use ponte_app::live::Hub;
use quinn::{
    Endpoint, EndpointConfig, IdleTimeout, ServerConfig, TransportConfig, VarInt,
    crypto::rustls::QuicServerConfig,
};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Caps, NodeKey, Places, SharedUdp, connection};

/// A client that says nothing for this long is gone; it sends keep-alives well within it.
const IDLE: Duration = Duration::from_secs(10);
/// Time for TLS and the QUIC handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Bytes in flight from a program that sends no pictures: enough for control messages. Anybody can open a connection,
/// so one must be able to fill little memory until a technician watches ([`connection`] makes room then).
const WINDOW: u32 = 64 << 10;
/// Bytes in flight on one stream; the connection's window bounds it, too.
const STREAM_WINDOW: u32 = 2 << 20;
/// Bytes kept for a connection that is not accepted yet, and for all of them.
const INCOMING: u64 = 64 << 10;
const INCOMING_IN_ALL: u64 = 8 << 20;
/// Bytes that may wait towards one program.
const SEND_WINDOW: u64 = 1 << 20;
/// Between two stateless resets; after a restart every program needs one. They are smaller than what asks for them.
const RESET_INTERVAL: Duration = Duration::from_micros(10);
const DATAGRAMS: usize = 64 << 10;

/// How many SOS programs may be connected, and on their way in.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub programs: Caps,
    /// Handshakes in progress with addresses that may be forged. Whoever comes when there are as many has to prove its
    /// address first (Retry, RFC 9000 §8.1.2), which costs it a round trip and the relay nothing.
    pub handshakes: usize,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("the certificate cannot be used for QUIC: {0}")]
    Tls(String),
    #[error("QUIC could not start on the socket: {0}")]
    Io(#[from] io::Error),
}

/// The QUIC server; accepts until stopped.
#[derive(Debug)]
pub struct Server {
    endpoint: Endpoint,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Server {
    /// Starts to accept. `tls` is given the product's ALPN here.
    ///
    /// # Errors
    /// When `tls` lacks TLS 1.3, or the socket fails.
    pub fn start(
        socket: Arc<SharedUdp>,
        mut tls: rustls::ServerConfig,
        key: &NodeKey,
        limits: Limits,
        hub: Hub,
    ) -> Result<Self, ServerError> {
        tls.alpn_protocols = vec![ponte_wire::ALPN.to_vec()];
        let crypto =
            QuicServerConfig::try_from(Arc::new(tls)).map_err(|e| ServerError::Tls(e.to_string()))?;
        let mut server = ServerConfig::new(Arc::new(crypto), key.token_key());
        server.transport_config(Arc::new(transport()));
        server.incoming_buffer_size(INCOMING).incoming_buffer_size_total(INCOMING_IN_ALL);
        let mut config = EndpointConfig::new(key.reset_key());
        let connection_ids = key.connection_id_key();
        config.grease_quic_bit(false).min_reset_interval(RESET_INTERVAL).cid_generator(move || {
            Box::new(quinn_proto::HashedConnectionIdGenerator::from_key(connection_ids))
        });
        let runtime = Arc::new(quinn::TokioRuntime);
        let endpoint = Endpoint::new_with_abstract_socket(config, Some(server), socket, runtime)?;
        let this = Self { endpoint, tasks: TaskTracker::new(), stopping: CancellationToken::new() };
        this.tasks.spawn(accept(
            this.endpoint.clone(),
            this.tasks.clone(),
            this.stopping.clone(),
            limits,
            hub,
        ));
        Ok(this)
    }

    /// Closes all connections, telling the programs to come back, and waits until they have been told.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.endpoint.close(connection::Close::Restarting.code(), connection::Close::Restarting.reason());
        self.tasks.close();
        self.tasks.wait().await;
        // the last packets leave; nobody is waited for who does not answer
        let _ = tokio::time::timeout(Duration::from_secs(1), self.endpoint.wait_idle()).await;
    }
}

fn transport() -> TransportConfig {
    let mut config = TransportConfig::default();
    config
        .max_concurrent_bidi_streams(VarInt::from_u32(1))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .receive_window(VarInt::from_u32(WINDOW))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .send_window(SEND_WINDOW)
        .datagram_receive_buffer_size(Some(DATAGRAMS))
        .datagram_send_buffer_size(DATAGRAMS)
        .max_idle_timeout(IdleTimeout::try_from(IDLE).ok());
    config
}

async fn accept(endpoint: Endpoint, tasks: TaskTracker, stop: CancellationToken, limits: Limits, hub: Hub) {
    let places = Places::new(limits.programs);
    let unproved = Arc::new(Semaphore::new(limits.handshakes));
    loop {
        let incoming = tokio::select! {
            () = stop.cancelled() => return,
            incoming = endpoint.accept() => match incoming {
                Some(incoming) => incoming,
                None => return,
            },
        };
        // Before it has a place: whoever forges addresses must not take those of others.
        let unproved = match (incoming.remote_address_validated(), Arc::clone(&unproved).try_acquire_owned())
        {
            (true, _) => None,
            (false, Ok(handshake)) => Some(handshake),
            (false, Err(_)) => {
                // An address that is not proved may always be asked to.
                let _ = incoming.retry();
                continue;
            }
        };
        let Some(place) = places.enter(incoming.remote_address().ip()) else {
            incoming.refuse();
            continue;
        };
        let (hub, stop) = (hub.clone(), stop.clone());
        tasks.spawn(async move {
            let _place = place;
            let accepting = async { incoming.accept()?.await };
            let accepted = tokio::time::timeout(HANDSHAKE, accepting).await;
            drop(unproved);
            match accepted {
                Ok(Ok(connection)) => connection::serve(connection, hub, stop).await,
                Ok(Err(error)) => tracing::debug!(%error, "a QUIC handshake failed"),
                Err(_) => tracing::debug!("a QUIC handshake took too long"),
            }
        });
    }
}
