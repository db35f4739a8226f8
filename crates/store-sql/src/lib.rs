//! The store on SQL: one implementation and one list of migrations, in the subset that SQLite and PostgreSQL share.
//!
//! Writes go through one connection, one transaction at a time: SQLite has a single writer anyway, and waiting in
//! line is better than being refused. Reads have connections of their own and never wait for a writer (WAL).

mod accounts;
mod actions;
mod audit;
mod chat;
mod codes;
mod convert;
mod earlier;
mod entity;
mod equipment;
mod events;
mod links;
mod list;
mod migrations;
mod presence;
mod sessions;
mod setup;
mod silences;

use std::{path::Path, time::Duration};

use ponte_store::StoreError;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;

/// How long a statement waits for another program's lock on the file.
const BUSY: Duration = Duration::from_secs(5);
/// How long a use case waits for its turn to write.
const TURN: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

/// The store.
#[derive(Debug)]
pub struct SqlStore {
    write: DatabaseConnection,
    read: DatabaseConnection,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("'{file}' cannot be opened: {reason}")]
    Open { file: String, reason: String },
    #[error("'{file}' is not a database of this program, or of a newer one: {reason}")]
    Migrate { file: String, reason: String },
}

impl SqlStore {
    /// Opens or creates a SQLite database and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or is not ours; it is left as it was.
    pub async fn open_sqlite(file: &Path) -> Result<Self, OpenError> {
        let name = || file.display().to_string();
        let open = |e: DbErr| OpenError::Open { file: name(), reason: e.to_string() };
        let write = Database::connect(sqlite(file, 1)).await.map_err(open)?;
        Migrations::up(&write, None)
            .await
            .map_err(|e| OpenError::Migrate { file: name(), reason: e.to_string() })?;
        let read = Database::connect(sqlite(file, READERS)).await.map_err(open)?;
        Ok(Self { write, read })
    }

    /// Finishes what is being written and closes the file.
    pub async fn close(&self) {
        // Closing can only fail for a pool that is closed already.
        let _ = self.read.clone().close().await;
        let _ = self.write.clone().close().await;
    }

    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await.map_err(failed)
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
        });
    options
}

/// A failure of the database, in the port's words.
#[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
fn failed(error: DbErr) -> StoreError {
    match &error {
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } | DbErr::RecordNotFound(_) => {
            StoreError::Broken(error.to_string())
        }
        _ if cannot_save(&error) => StoreError::CannotSave(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// SQLite's primary result codes: it cannot write the file, it cannot read or write it, the disk is full.
fn cannot_save(error: &DbErr) -> bool {
    const READ_ONLY: u32 = 8;
    const IO: u32 = 10;
    const FULL: u32 = 13;
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    let code = cause.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, READ_ONLY | IO | FULL))
}
