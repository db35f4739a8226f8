//! The store on SQL: one implementation and one list of migrations, in the subset that SQLite and PostgreSQL share.
//!
//! Writes take turns ([`writer`]). Reads have connections of their own and never wait for a writer (WAL, MVCC).
//!
//! To stay portable: texts are compared and ordered as bytes (a text column by which lists are ordered is `COLLATE "C"`
//! in PostgreSQL, see `migrations/pg.rs`), what is searched is put into lower case by Rust, nulls are told where to stand,
//! a sum is cast, and an error ends its transaction.

mod account_edits;
mod accounts;
mod actions;
mod api_tokens;
mod attachments;
mod audit;
mod chat;
mod codes;
mod comings;
mod convert;
mod earlier;
mod entity;
mod equipment;
mod events;
#[cfg(feature = "fill")]
mod fill;
mod links;
mod list;
mod mails;
mod migrations;
mod notices;
mod postgres;
mod presence;
mod sessions;
mod setup;
mod silences;
mod team;
mod times;
mod webhooks;
mod writer;

use std::{path::Path, time::Duration};

pub use postgres::{NotPostgres, PostgresUrl};

use ponte_store::StoreError;
use sea_orm::{
    ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;

/// How long a statement waits for another program's lock on the file.
const BUSY: Duration = Duration::from_secs(5);
/// How long a use case waits for its turn to write.
const TURN: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// What one connection to SQLite keeps of the file in memory at most, in KiB: what is searched of 100,000 sessions fits.
const CACHE: u32 = 24 * 1024;

/// The store.
#[derive(Debug)]
pub struct SqlStore {
    writer: writer::Writer,
    read: DatabaseConnection,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{database} cannot be opened: {reason}")]
    Open { database: String, reason: String },
    #[error("{database} is not a database of this program, or of a newer one: {reason}")]
    Migrate { database: String, reason: String },
}

impl SqlStore {
    /// Opens or creates a SQLite database and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or is not ours; it is left as it was.
    pub async fn open_sqlite(file: &Path) -> Result<Self, OpenError> {
        let database = || format!("'{}'", file.display());
        let open = |e: DbErr| OpenError::Open { database: database(), reason: e.to_string() };
        let write = Database::connect(sqlite(file, 1)).await.map_err(open)?;
        Migrations::up(&write, None)
            .await
            .map_err(|e| OpenError::Migrate { database: database(), reason: e.to_string() })?;
        let read = Database::connect(sqlite(file, READERS)).await.map_err(open)?;
        Ok(Self { writer: writer::Writer::new(write), read })
    }

    /// Finishes what is being written and closes the file, or the connections.
    pub async fn close(&self) {
        // Closing can only fail for a pool that is closed already.
        let _ = self.read.clone().close().await;
        self.writer.close().await;
    }

    /// Every write begins with this: whoever has the transaction has their turn.
    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.writer.begin().await
    }
}

use migrations::Migrations;

fn sqlite(file: &Path, connections: u32) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(TURN)
        // A pool of one must not close its connection between two statements of a test with virtual time.
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |_| {
            SqliteConnectOptions::new()
                .filename(&file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .pragma("cache_size", format!("-{CACHE}"))
        });
    options
}

/// A failure of the database, in the port's words.
#[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
fn failed(error: DbErr) -> StoreError {
    match &error {
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } | DbErr::RecordNotFound(_) => {
            return StoreError::Broken(error.to_string());
        }
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
            return StoreError::Unavailable("no connection to it was free, or could be made, in time".into());
        }
        _ => {}
    }
    match trouble(&error) {
        Trouble::CannotSave => StoreError::CannotSave(error.to_string()),
        Trouble::Broken => StoreError::Broken(error.to_string()),
        Trouble::Unavailable => StoreError::Unavailable(error.to_string()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Unavailable,
    CannotSave,
    Broken,
}

fn trouble(error: &DbErr) -> Trouble {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return Trouble::Unavailable;
    };
    let Some(cause) = cause.as_database_error() else { return Trouble::Unavailable };
    let code = cause.code().unwrap_or_default();
    if cause.try_downcast_ref::<sea_orm::sqlx::postgres::PgDatabaseError>().is_some() {
        sqlstate(&code)
    } else {
        code.parse().map_or(Trouble::Unavailable, sqlite_code)
    }
}

/// SQLite's primary result codes: it cannot write the file, it cannot read or write it, the disk is full.
fn sqlite_code(code: u32) -> Trouble {
    const READ_ONLY: u32 = 8;
    const IO: u32 = 10;
    const FULL: u32 = 13;
    match code & 0xff {
        READ_ONLY | IO | FULL => Trouble::CannotSave,
        _ => Trouble::Unavailable,
    }
}

/// PostgreSQL's codes (its manual's appendix A).
fn sqlstate(code: &str) -> Trouble {
    match code {
        // disk_full, io_error, read_only_sql_transaction
        "53100" | "58030" | "25006" => Trouble::CannotSave,
        // data exceptions, errors in statements, what the file on disk says
        _ if ["22", "42", "XX"].iter().any(|class| code.starts_with(class)) => Trouble::Broken,
        _ => Trouble::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_databases_complain_of_has_the_same_names() {
        for (code, expected) in [
            ("53100", Trouble::CannotSave),
            ("25006", Trouble::CannotSave),
            ("55P03", Trouble::Unavailable),
            ("57014", Trouble::Unavailable),
            ("40001", Trouble::Unavailable),
            ("08006", Trouble::Unavailable),
            ("22021", Trouble::Broken),
            ("42P01", Trouble::Broken),
            ("XX001", Trouble::Broken),
        ] {
            assert_eq!(sqlstate(code), expected, "{code}");
        }
        for (code, expected) in
            [(13, Trouble::CannotSave), (0x20a, Trouble::CannotSave), (5, Trouble::Unavailable)]
        {
            assert_eq!(sqlite_code(code), expected, "{code}");
        }
    }
}
