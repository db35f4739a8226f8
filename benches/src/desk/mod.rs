//! The desk's records on both databases, through the use cases of a real relay.
//!
//! PostgreSQL is started for the measurement and as careful as it is when installed: a commit is on the disk.

pub mod fan_out;
pub mod lists;
pub mod records;
pub mod routing;

use std::{fmt, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use ponte_app::desk::{Caller, Desk, NewTechnician, whole_desk};
use ponte_desk::{permission::RoleName, setup::TechnicianSetup};
use ponte_relay::{config::Config, node::Node};
use ponte_store_sql::SqlStore;
use ponte_test_postgres::{Database, Safety, Server};
use sea_orm::DatabaseConnection;

/// A database to measure on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Sqlite => "SQLite",
            Kind::Postgres => "PostgreSQL",
        })
    }
}

/// A relay with its own empty database.
#[derive(Debug)]
pub struct Place {
    pub node: Node,
    database: Option<Database>,
    folder: tempfile::TempDir,
    _server: Option<Server>,
}

impl Place {
    /// # Errors
    /// When there is no PostgreSQL on this machine, or the relay does not start.
    pub async fn start(kind: Kind) -> Result<Self> {
        let server = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Server::start(Safety::Full)?),
        };
        let database = server.as_ref().map(Database::of).transpose()?;
        let folder = tempfile::tempdir()?;
        let url = database.as_ref().map(|it| format!("[database]\nurl = \"{}\"\n", it.url()));
        let text = format!(
            "listen = \"127.0.0.1:0\"\ndata_dir = \"{}\"\n[limits]\nconnections_per_address = 2000\n{}",
            folder.path().join("data").display(),
            url.unwrap_or_default()
        );
        let file = folder.path().join("ponte.toml");
        std::fs::write(&file, text)?;
        let node = Node::start(Config::load(Some(&file), [])?, ponte_relay::ambient()).await?;
        Ok(Self { node, database, folder, _server: server })
    }

    #[must_use]
    pub fn desk(&self) -> &Arc<Desk> {
        self.node.desk()
    }

    /// The same database, as the store sees it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn store(&self) -> Result<SqlStore> {
        Ok(match &self.database {
            Some(database) => SqlStore::open_postgres(&database.url().parse()?).await?,
            None => SqlStore::open_sqlite(&self.folder.path().join("data/ponte.db")).await?,
        })
    }

    /// The same database, for statements of any kind, with one connection that is as careful as the relay's.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn sql(&self) -> Result<DatabaseConnection> {
        use sea_orm::ConnectionTrait as _;
        let url = match &self.database {
            Some(database) => database.url(),
            None => format!("sqlite://{}", self.folder.path().join("data/ponte.db").display()),
        };
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await?;
        if self.database.is_none() {
            connection.execute_unprepared("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000").await?;
        }
        Ok(connection)
    }

    /// Somebody who may do everything, signed in.
    ///
    /// # Errors
    /// When the desk refuses.
    pub async fn owner(&self, n: usize) -> Result<Caller> {
        let (email, password) = (format!("t{n}@desk.example"), "correct horse battery".to_owned());
        let mut setup = TechnicianSetup::holding(whole_desk(RoleName::Owner));
        setup.limit = 50.try_into().context("a limit")?;
        let new = NewTechnician {
            email: email.clone(),
            name: format!("Technician {n}"),
            setup,
            password: password.clone(),
        };
        self.desk().create_technician(new).await?;
        let network = std::net::IpAddr::from([192, 0, 2, 1]).into();
        let signed_in = self.desk().sign_in(&email, password, network, None).await?;
        Ok(self.desk().authenticate(&signed_in.access_token)?)
    }
}

/// Durations, to be asked for their percentiles.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn append(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Milliseconds below which this many of a hundred are.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// The printed table, and whether all that has a target reached it.
#[derive(Debug, Default)]
pub struct Report {
    pub text: String,
    pub missed: Vec<String>,
}

impl Report {
    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Takes note of a figure that is above what it may be.
    pub fn at_most(&mut self, what: &str, figure: f64, target: f64) {
        if figure.is_nan() || figure > target {
            self.missed.push(format!("{what}: {figure:.1} ms, at most {target:.0}"));
        }
    }

    /// Prints the table.
    ///
    /// # Errors
    /// With what was missed.
    pub fn finish(self) -> Result<()> {
        use std::io::Write as _;
        std::io::stdout().lock().write_all(self.text.as_bytes())?;
        anyhow::ensure!(self.missed.is_empty(), "targets missed: {}", self.missed.join("; "));
        Ok(())
    }
}
