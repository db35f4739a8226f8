//! One running relay: the records, the live half, and the listeners, put together.

use std::{
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use ponte_api::{Setup, dto::DeskInfo};
use ponte_app::{
    desk::{Ambient, Desk, DeskConfig},
    ports::{SharedLive, SharedRecords},
};
use ponte_store_sql::SqlStore;
use prometheus::{IntGauge, Opts, Registry};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    data, internal,
    server::{self, Caps},
    tls::Identity,
};

/// How long answers in progress may take when the relay stops.
const GRACE: Duration = Duration::from_secs(10);

/// What the live half needs to start.
pub struct LiveSetup {
    /// The address of the UDP socket; TCP already has the same one.
    pub listen: SocketAddr,
    /// Where browsers reach it from outside, when that is not an address of this machine.
    pub public_addresses: Vec<IpAddr>,
    /// For QUIC, with the SOS program's application protocol.
    pub tls: rustls::ServerConfig,
    /// Belongs to this relay and survives its restarts.
    pub node_key: [u8; 32],
    pub records: SharedRecords,
    pub registry: Registry,
}

impl fmt::Debug for LiveSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSetup").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Ends something that runs.
pub type Stop = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The running live half.
pub struct RunningLive {
    pub live: SharedLive,
    /// Tells the SOS programs to come back later, and ends.
    pub stop: Stop,
}

impl fmt::Debug for RunningLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunningLive")
    }
}

/// A running relay. [`Node::stop`] ends it; dropped without, its tasks end with the runtime.
pub struct Node {
    address: SocketAddr,
    internal: Option<SocketAddr>,
    url: String,
    fingerprint: Option<String>,
    desk: Arc<Desk>,
    store: Arc<SqlStore>,
    live: RunningLive,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("address", &self.address).field("url", &self.url).finish_non_exhaustive()
    }
}

/// The records alone, as the command line's `admin` uses them.
pub(crate) async fn open_desk(
    config: &Config,
    ambient: Ambient,
) -> anyhow::Result<(Arc<Desk>, Arc<SqlStore>, data::Secrets)> {
    data::folder(&config.data_dir)?;
    let secrets = data::secrets(&config.data_dir, &ambient)?;
    let store = Arc::new(data::store(&config.data_dir).await?);
    let desk_config = DeskConfig {
        link_life: config.link_life,
        code_life: config.code_life,
        return_life: config.return_life,
        ..DeskConfig::new(config.desk_name.clone())
    };
    let desk = Desk::new(desk_config, Arc::<SqlStore>::clone(&store), ambient, &secrets.keys).await?;
    Ok((desk, store, secrets))
}

impl Node {
    /// Starts everything. The ports are taken first: when one is busy, nothing else has been touched.
    ///
    /// # Errors
    /// With what to do about it.
    pub async fn start<F>(
        config: Config,
        ambient: Ambient,
        start_live: impl FnOnce(LiveSetup) -> F,
    ) -> anyhow::Result<Self>
    where
        F: Future<Output = anyhow::Result<RunningLive>>,
    {
        let listener = bind("listen", config.listen).await?;
        let address = listener.local_addr()?;
        let inside = match config.internal_listen {
            Some(internal) => Some(bind("internal_listen", internal).await?),
            None => None,
        };
        let internal = inside.as_ref().map(TcpListener::local_addr).transpose()?;
        let (downloads, programs) = downloads(&config)?;

        let loopback = address.ip().is_loopback();
        let url = config.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", address.port()));
        let (desk, store, secrets) = open_desk(&config, ambient).await?;
        desk.mark_lost().await?;
        let identity = Identity::load(&config, &host(&url))?;
        let registry = Registry::new();
        build_info(&registry)?;
        let live = start_live(LiveSetup {
            listen: address,
            public_addresses: config.public_addresses.clone(),
            tls: identity.server(ponte_wire::ALPN)?,
            node_key: secrets.node,
            records: Arc::<Desk>::clone(&desk),
            registry: registry.clone(),
        })
        .await?;
        desk.connect_live(&live.live);

        let stopping = CancellationToken::new();
        let tasks = TaskTracker::new();
        let info = DeskInfo {
            name: config.desk_name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            links_base: url.clone(),
        };
        let router = ponte_api::router(Setup {
            desk: Arc::clone(&desk),
            live: Arc::clone(&live.live),
            info,
            origins: origins(&url, address),
            downloads,
            programs,
            stopping: stopping.clone(),
        });
        let tls =
            if loopback { None } else { Some(TlsAcceptor::from(Arc::new(identity.server(b"http/1.1")?))) };
        let caps = Caps { in_all: config.connections, per_address: config.connections_per_address };
        let metrics = server::Metrics::register(&registry)?;
        tasks.spawn(server::serve(listener, tls, router, caps, Some(metrics), stopping.clone()));
        if let Some(inside) = inside {
            let router = internal::router(registry, Arc::clone(&store));
            let caps = Caps { in_all: 64, per_address: 64 };
            tasks.spawn(server::serve(inside, None, router, caps, None, stopping.clone()));
        }
        let (expiry, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { expiry.run_expiry(stop).await });
        tasks.close();
        let fingerprint = identity.self_signed.then_some(identity.fingerprint);
        Ok(Self { address, internal, url, fingerprint, desk, store, live, tasks, stopping })
    }

    /// Where it listens, TCP and UDP.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Where metrics and health are.
    #[must_use]
    pub fn internal(&self) -> Option<SocketAddr> {
        self.internal
    }
    /// What people type.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
    /// SHA-256 of the certificate that the relay made itself; absent when one was given.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }
    /// The records.
    #[must_use]
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Stops: no new connections, WebSockets close, answers in progress finish, the database closes last.
    pub async fn stop(self) {
        self.stopping.cancel();
        (self.live.stop)().await;
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("some answers took too long and were cut off");
        }
        self.store.close().await;
    }
}

async fn bind(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "TCP port {} on {} cannot be used: stop the program that uses it, or set another '{key}' (ports below \
             1024 need the right to bind them, see the systemd unit)",
            address.port(),
            address.ip()
        )
    })
}

type Downloads = (Option<std::path::PathBuf>, Vec<ponte_api::dto::Program>);

fn downloads(config: &Config) -> anyhow::Result<Downloads> {
    let Some(folder) = &config.downloads_dir else { return Ok((None, Vec::new())) };
    let programs = ponte_api::find_programs(folder).with_context(|| {
        format!(
            "'downloads_dir' is '{}', which cannot be read: make the folder or remove the key",
            folder.display()
        )
    })?;
    Ok((Some(folder.clone()), programs))
}

/// The exact origins of this relay's own pages.
fn origins(url: &str, address: SocketAddr) -> Vec<String> {
    let mut origins = vec![url.to_owned()];
    if address.ip().is_loopback() {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            let origin = format!("http://{host}:{}", address.port());
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }
    origins
}

/// `https://desk.example:8443` → `desk.example`.
fn host(url: &str) -> String {
    let authority = url.rsplit("//").next().unwrap_or(url);
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6.to_owned(),
        None => authority.split(':').next().unwrap_or(authority).to_owned(),
    }
}

fn build_info(registry: &Registry) -> anyhow::Result<()> {
    let options = Opts::new("ponte_build_info", "The running version")
        .const_label("version", env!("CARGO_PKG_VERSION"));
    let info = IntGauge::with_opts(options)?;
    info.set(1);
    registry.register(Box::new(info))?;
    Ok(())
}

/// Refuses what would only fail later, without touching anything.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    downloads(config)?;
    if let Some((cert, key)) = &config.tls {
        for file in [cert, key] {
            if !file.is_file() {
                bail!("'{}' is not a file: check 'tls.cert' and 'tls.key'", file.display());
            }
        }
        Identity::load(config, "localhost")?.server(ponte_wire::ALPN)?;
    }
    Ok(())
}
