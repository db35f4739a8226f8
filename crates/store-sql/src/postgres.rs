//! PostgreSQL: how it is reached, and what may be wrong with that.
//!
//! The password is in nothing that this module prints.

use std::{fmt, str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr,
    sqlx::{self, Connection as _, PgConnection, postgres::PgConnectOptions},
};
use sea_orm_migration::MigratorTrait;

use crate::{OpenError, SqlStore, TURN, migrations::Migrations, writer::Writer};

/// Connections that write. They take turns in the database; a second one has its statements ready when the first is done.
const WRITERS: u32 = 4;
const READERS: u32 = 8;
/// How long the server may take to answer for the first time.
const CONNECT: Duration = Duration::from_secs(10);
/// The oldest server that is tried with.
const OLDEST: i32 = 13;
/// While tables are changed, others who start wait for that, and this long.
const MIGRATION_TURN: &str = "5min";
/// Parameters that an address may have.
const PARAMETERS: [&str; 8] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "application_name", "user"];

/// The address of a database: `postgres://user:password@host:port/name?sslmode=verify-full`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        let options: PgConnectOptions = self.0.parse()?;
        Ok(options.application_name("ponte").statement_cache_capacity(256))
    }
}

/// Server and database, and nothing else of the address.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(options) = self.options() else { return f.write_str("PostgreSQL") };
        let database = options.get_database().unwrap_or_default();
        match options.get_socket() {
            Some(socket) => write!(f, "PostgreSQL '{database}' at {}", socket.display()),
            None => write!(f, "PostgreSQL '{database}' at {}:{}", options.get_host(), options.get_port()),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

/// Why a text is no address of a database; never shows the text, which has a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}: write it as postgres://user:password@host:5432/database, with what is neither letter nor digit in the \
     password as its code, such as %40 for @"
)]
pub struct NotPostgres(String);

impl FromStr for PostgresUrl {
    type Err = NotPostgres;

    fn from_str(text: &str) -> Result<Self, NotPostgres> {
        let refused = |why: &str| Err(NotPostgres(why.to_owned()));
        let Some(rest) = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
        else {
            return refused("it does not begin with postgres://");
        };
        let parameters = rest.split_once('?').map_or("", |(_, parameters)| parameters);
        let names = parameters.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        if let Some(other) = names.filter(|name| !name.is_empty()).find(|name| !PARAMETERS.contains(name)) {
            let known = PARAMETERS.join(", ");
            return refused(&format!("'{other}' after the question mark is none of {known}"));
        }
        let url = Self(format!("postgres://{rest}"));
        match url.options() {
            Err(error) => refused(&error.to_string()),
            Ok(options) if options.get_database().is_none_or(str::is_empty) => {
                refused("the name of the database is missing")
            }
            Ok(_) => Ok(url),
        }
    }
}

impl SqlStore {
    /// Opens a PostgreSQL database and brings its tables up to date. Several programs may do so at once.
    ///
    /// # Errors
    /// With what to do about it; the database is left as it was.
    pub async fn open_postgres(url: &PostgresUrl) -> Result<Self, OpenError> {
        let open = |reason: String| OpenError::Open { database: url.to_string(), reason };
        let options = url.options().map_err(|e| open(e.to_string()))?;
        look(&options).await.map_err(open)?;
        migrate(url).await?;
        let write = Database::connect(pool(url, WRITERS)).await.map_err(|e| open(e.to_string()))?;
        let read = Database::connect(pool(url, READERS)).await.map_err(|e| open(e.to_string()))?;
        Ok(Self { writer: Writer::new(write), read })
    }
}

/// Is there a server that lets us in, and can it keep what we have?
async fn look(options: &PgConnectOptions) -> Result<(), String> {
    let asked = async {
        let mut connection = PgConnection::connect_with(options).await?;
        let about =
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')";
        let (version, encoding): (i32, String) = sqlx::query_as(about).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok((version, encoding))
    };
    let answer = tokio::time::timeout(CONNECT, asked).await;
    let (version, encoding) = match answer {
        Err(_) => return Err(format!("the server does not answer within {} s", CONNECT.as_secs())),
        Ok(Err(error)) => return Err(advice(&error)),
        Ok(Ok(about)) => about,
    };
    if version < OLDEST {
        return Err(format!("the server is version {version}: version {OLDEST} or newer is needed"));
    }
    if encoding != "UTF8" {
        return Err(format!(
            "the database's encoding is {encoding}, which cannot keep every name: make it anew with ENCODING 'UTF8' \
             TEMPLATE template0"
        ));
    }
    Ok(())
}

async fn migrate(url: &PostgresUrl) -> Result<(), OpenError> {
    let failed = |error: DbErr| {
        let reason = match &error {
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                advice(cause)
            }
            _ => error.to_string(),
        };
        OpenError::Migrate { database: url.to_string(), reason }
    };
    let alone = Database::connect(patient(url)).await.map_err(failed)?;
    let migrated = migrate_alone(&alone).await.map_err(failed);
    // Which lets the next one in, however this ended.
    let closed = alone.close().await.map_err(failed);
    migrated.and(closed)
}

/// Whoever starts at the same time waits, and then finds nothing to do.
async fn migrate_alone(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared("SELECT pg_advisory_lock(8102651894732465)").await?;
    Migrations::up(db, None).await
}

fn pool(url: &PostgresUrl, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.0.clone());
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(TURN)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            ours(options).options([
                ("statement_timeout", "20s"),
                ("lock_timeout", "10s"),
                ("idle_in_transaction_session_timeout", "20s"),
            ])
        });
    options
}

/// One connection, whose statements may take as long as a big table needs.
fn patient(url: &PostgresUrl) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.0.clone());
    options
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(TURN)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| ours(options).options([("lock_timeout", MIGRATION_TURN)]));
    options
}

/// What must not depend on how the server, or somebody's database, is set.
fn ours(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("ponte").options([
        // After waiting for its turn a writer must see what the one before it wrote.
        ("default_transaction_isolation", "read committed"),
        ("jit", "off"),
        // A relay that vanished does not keep its turn.
        ("tcp_user_timeout", "20s"),
        ("tcp_keepalives_idle", "10"),
    ])
}

/// What to do about it. Written for whoever installs the relay.
fn advice(error: &sqlx::Error) -> String {
    let Some(refusal) = error.as_database_error() else {
        return match error {
            sqlx::Error::Io(cause) => format!(
                "no PostgreSQL answers there ({cause}): is it running, does it listen on that address and port, does \
                 a firewall let you through?"
            ),
            sqlx::Error::Tls(cause) => format!("TLS to the server fails: {cause}"),
            other => other.to_string(),
        };
    };
    let what = match refusal.code().as_deref() {
        Some("28P01" | "28000") => {
            "correct user and password, and see the server's pg_hba.conf for who may come in from where"
        }
        Some("3D000") => {
            "make it first: CREATE DATABASE ponte OWNER ponte ENCODING 'UTF8' TEMPLATE template0"
        }
        Some("42501") => "the user may not make tables there: ALTER DATABASE … OWNER TO …",
        Some("53300") => {
            "the server has no connection left: raise its max_connections (a relay needs thirteen), or end other programs"
        }
        Some("57P03") => "the server is starting or stopping: try again when it is up",
        Some("25006") => "the server is a standby: name the primary",
        Some("55P03") => "another program is changing the tables: try again when it is done",
        _ => return refusal.message().to_owned(),
    };
    format!("{}: {what}", refusal.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_hides_its_password_and_tells_where_it_leads() {
        let url: PostgresUrl =
            "postgres://ponte:s3cret%40@db.example:6432/desk?sslmode=verify-full".parse().unwrap();
        assert_eq!(url.to_string(), "PostgreSQL 'desk' at db.example:6432");
        assert!(!format!("{url:?}{url}").contains("s3cret"));
        let socket: PostgresUrl = "postgresql://ponte@%2Frun%2Fpostgresql/desk".parse().unwrap();
        assert_eq!(socket.to_string(), "PostgreSQL 'desk' at /run/postgresql");
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_shown() {
        for (text, why) in [
            ("mysql://ponte:s3cret@db/desk", "does not begin with postgres://"),
            ("postgres://ponte:s3cret@db.example", "the name of the database is missing"),
            ("postgres://ponte:s3cret@db.example:port/desk", "port"),
            ("postgres://ponte:s3cret@db/desk?pool=9", "'pool' after the question mark"),
            ("postgres://ponte:s3cret@db/desk?sslmode=maybe", "maybe"),
        ] {
            let refused = text.parse::<PostgresUrl>().unwrap_err().to_string();
            assert!(refused.contains(why) && !refused.contains("s3cret"), "{refused}");
        }
    }
}
