//! Accepts SOS programs.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ponte_app::live::Hub;
use quinn::{
    Endpoint, EndpointConfig, IdleTimeout, ServerConfig, TransportConfig, VarInt,
    crypto::rustls::QuicServerConfig,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{NodeKey, SharedUdp, connection};

/// A client that says nothing for this long is gone; it sends keep-alives well within it.
const IDLE: Duration = Duration::from_secs(10);
/// Time for TLS and the QUIC handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Pictures that one program may send at once.
const PICTURES: u32 = 8;
/// Bytes in flight from one program, and on one of its streams.
const CONNECTION_WINDOW: u32 = 6 << 20;
const STREAM_WINDOW: u32 = 2 << 20;
/// Bytes that may wait towards one program.
const SEND_WINDOW: u64 = 1 << 20;
/// Between two stateless resets; after a restart every program needs one. They are smaller than what asks for them.
const RESET_INTERVAL: Duration = Duration::from_micros(10);
const DATAGRAMS: usize = 64 << 10;

/// How many SOS programs may be connected.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub in_all: usize,
    /// From one IPv4 address or one IPv6 /64.
    pub per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_all: 100_000, per_address: 256 }
    }
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
            Guests::new(limits),
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
        .max_concurrent_uni_streams(VarInt::from_u32(PICTURES))
        .receive_window(VarInt::from_u32(CONNECTION_WINDOW))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .send_window(SEND_WINDOW)
        .datagram_receive_buffer_size(Some(DATAGRAMS))
        .datagram_send_buffer_size(DATAGRAMS)
        .max_idle_timeout(IdleTimeout::try_from(IDLE).ok());
    config
}

async fn accept(endpoint: Endpoint, tasks: TaskTracker, stop: CancellationToken, guests: Guests, hub: Hub) {
    loop {
        let incoming = tokio::select! {
            () = stop.cancelled() => return,
            incoming = endpoint.accept() => match incoming {
                Some(incoming) => incoming,
                None => return,
            },
        };
        let Some(place) = guests.enter(incoming.remote_address().ip()) else {
            incoming.refuse();
            continue;
        };
        // under load an address has to prove itself before it costs anything
        if guests.is_crowded() && !incoming.remote_address_validated() && incoming.may_retry() {
            let _ = incoming.retry();
            continue;
        }
        let (hub, stop) = (hub.clone(), stop.clone());
        tasks.spawn(async move {
            let _place = place;
            let accepting = async { incoming.accept()?.await };
            match tokio::time::timeout(HANDSHAKE, accepting).await {
                Ok(Ok(connection)) => connection::serve(connection, hub, stop).await,
                Ok(Err(error)) => tracing::debug!(%error, "a QUIC handshake failed"),
                Err(_) => tracing::debug!("a QUIC handshake took too long"),
            }
        });
    }
}

/// Counts connections in all and by address.
#[derive(Debug, Clone)]
struct Guests {
    limits: Limits,
    by_address: Arc<Mutex<Count>>,
}

#[derive(Debug, Default)]
struct Count {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

struct Place {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    fn new(limits: Limits) -> Self {
        Self { limits, by_address: Arc::default() }
    }

    fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = network_of(address);
        let mut count = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let here = count.by_address.get(&address).copied().unwrap_or(0);
        if count.all >= self.limits.in_all || here >= self.limits.per_address {
            return None;
        }
        count.all += 1;
        count.by_address.insert(address, here + 1);
        Some(Place { guests: self.clone(), address })
    }

    fn is_crowded(&self) -> bool {
        let count = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        count.all > self.limits.in_all / 2
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut count = self.guests.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        count.all -= 1;
        if let Some(here) = count.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                count.by_address.remove(&self.address);
            }
        }
    }
}

/// IPv4 addresses as they are, also when mapped into IPv6; of IPv6 the /64.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_network_and_given_back() {
        let guests = Guests::new(Limits { in_all: 3, per_address: 2 });
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        let plain: IpAddr = "192.0.2.1".parse().unwrap();
        let first = guests.enter(mapped).unwrap();
        let _second = guests.enter(plain).unwrap();
        assert!(guests.enter(plain).is_none(), "an address has no third place");
        let _other = guests.enter("2001:db8::1".parse().unwrap()).unwrap();
        assert!(guests.enter("2001:db8:1::1".parse().unwrap()).is_none(), "full");
        drop(first);
        assert!(guests.enter(plain).is_some());
    }
}
