//! One running relay: the records, the live half, and the listeners, put together.

use std::{
    fmt,
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use ponte_api::{
    Setup,
    dto::{DeskInfo, Program},
};
use ponte_app::{
    Ambient,
    desk::{Desk, DeskConfig},
    ports::SharedLive,
};
use ponte_courier::{Http, Smtp};
use ponte_store_sql::SqlStore;
use ponte_transport::{Caps, Limits, NodeKey};
use prometheus::{IntGauge, Opts, Registry};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Config, Mail},
    data, internal, live, server,
    tls::Identity,
};

/// How long answers in progress may take when the relay stops.
const GRACE: Duration = Duration::from_secs(10);

/// A running relay. [`Node::stop`] ends it; dropped without, its tasks end with the runtime.
pub struct Node {
    address: SocketAddr,
    internal: Option<SocketAddr>,
    url: String,
    fingerprint: Option<String>,
    desk: Arc<Desk>,
    store: Arc<SqlStore>,
    live: live::Running,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("address", &self.address).field("url", &self.url).finish_non_exhaustive()
    }
}

/// The records alone, as the command line's `admin` uses them; `url` is where the console is.
pub(crate) async fn open_desk(
    config: &Config,
    url: String,
    ambient: Ambient,
) -> anyhow::Result<(Arc<Desk>, Arc<SqlStore>, data::Secrets)> {
    let (store, secrets) = data::open(config, &ambient).await?;
    let store = Arc::new(store);
    let desk_config = DeskConfig {
        link_life: config.link_life,
        code_life: config.code_life,
        return_life: config.return_life,
        codes_per_address: config.codes_per_address,
        links_base: url,
        mail: config.mail.is_some(),
        ..DeskConfig::new(config.desk_name.clone())
    };
    let desk = Desk::new(desk_config, Arc::<SqlStore>::clone(&store), ambient, &secrets.keys).await?;
    Ok((desk, store, secrets))
}

impl Node {
    /// Starts everything. What was given is checked and the ports are taken first: when something of that is wrong,
    /// nothing has been touched.
    ///
    /// # Errors
    /// With what to do about it.
    pub async fn start(config: Config, ambient: Ambient) -> anyhow::Result<Self> {
        let given = check(&config)?;
        let (listener, socket) = bind_both(config.listen).await?;
        let address = listener.local_addr()?;
        let inside = match config.internal_listen {
            Some(internal) => Some(bind("internal_listen", internal).await?),
            None => None,
        };
        let internal = inside.as_ref().map(TcpListener::local_addr).transpose()?;

        let loopback = address.ip().is_loopback();
        let url = config.url(address.port());
        let (desk, store, secrets) = open_desk(&config, url.clone(), ambient.clone()).await?;
        if let Some(mailer) = given.mailer {
            desk.connect_mailer(Arc::new(mailer));
        }
        desk.connect_poster(Arc::new(given.poster));
        let lost = desk.mark_lost().await?;
        let identity = match given.identity {
            Some(identity) => identity,
            None => Identity::made_here(&config.data_dir, &host(&url))?,
        };
        let registry = Registry::new();
        build_info(&registry)?;
        let setup = live::Setup {
            socket,
            public_addresses: config.public_addresses.clone(),
            tls: identity.server(ponte_wire::ALPN)?,
            node_key: NodeKey::new(&secrets.node),
            limits: Limits {
                programs: Caps { in_all: config.programs, per_address: config.programs_per_address },
                handshakes: config.handshakes,
            },
            ambient,
        };
        let live = live::start(setup, Arc::<Desk>::clone(&desk), &registry).await?;
        let shared: SharedLive = Arc::new(live.hub.clone());
        desk.connect_live(&shared);

        let stopping = CancellationToken::new();
        let tasks = TaskTracker::new();
        let info = DeskInfo {
            name: config.desk_name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            links_base: url.clone(),
        };
        let router = ponte_api::router(Setup {
            desk: Arc::clone(&desk),
            live: shared,
            info,
            origins: origins(&url, address),
            downloads: config.downloads_dir.clone(),
            programs: given.programs,
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
        let (scheduler, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { scheduler.run_scheduler(stop).await });
        let (notices, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { notices.run_notices(stop).await });
        let (mails, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { mails.run_mails(stop).await });
        tasks.spawn(Arc::clone(&desk).run_deliveries(stopping.clone()));
        let (assignment, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { assignment.run_assignment(stop).await });
        if !lost.is_empty() {
            let (marks, stop) = (Arc::clone(&desk), stopping.clone());
            tasks.spawn(async move { marks.mark_rest_lost(lost, stop).await });
        }
        let (rooms, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { rooms.run_live(stop).await });
        let (standings, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { standings.run_standings(stop).await });
        let (watch, stop) = (Arc::clone(&desk), stopping.clone());
        tasks.spawn(async move { watch.run_watch(stop).await });
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
        self.live.stop().await;
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

/// Both halves have the same port. When any will do, a number that is free for TCP may be taken for UDP: the next try
/// gets another.
async fn bind_both(address: SocketAddr) -> anyhow::Result<(TcpListener, UdpSocket)> {
    let mut tries = if address.port() == 0 { 8 } else { 1 };
    loop {
        let listener = bind("listen", address).await?;
        tries -= 1;
        match live::bind(listener.local_addr()?) {
            Ok(socket) => return Ok((listener, socket)),
            Err(error) if tries == 0 => return Err(error),
            Err(_) => {}
        }
    }
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

/// What the configuration points at, and is not made by this program.
pub(crate) struct Given {
    programs: Vec<Program>,
    /// Absent: made at first start.
    identity: Option<Identity>,
    /// Absent: no mail is sent.
    mailer: Option<Smtp>,
    poster: Http,
}

/// Reads what the configuration points at: refuses what would only fail later, without touching anything.
pub(crate) fn check(config: &Config) -> anyhow::Result<Given> {
    let programs = match &config.downloads_dir {
        Some(folder) => ponte_api::find_programs(folder).with_context(|| {
            let folder = folder.display();
            format!("'downloads_dir' is '{folder}', which cannot be read: make the folder or remove the key")
        })?,
        None => Vec::new(),
    };
    let identity = match &config.tls {
        Some((cert, key)) => Some(Identity::given(cert, key)?),
        None => None,
    };
    let mailer = config.mail.as_ref().map(Mail::server).transpose()?;
    let poster = Http::new(config.webhooks_allow.clone()).map_err(|e| anyhow::anyhow!("webhooks: {e}"))?;
    Ok(Given { programs, identity, mailer, poster })
}
