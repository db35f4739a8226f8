//! Who writes has their turn: one transaction at a time, whatever the database and however many programs.
//!
//! Numbers without gaps, the audit's chain, the outbox's order and the limits that count rows all hold because of it:
//! what a transaction reads cannot change before it commits, and a cursor becomes visible before the next one is drawn.
//! SQLite has a single writer anyway, and waiting in line is better than being refused. On PostgreSQL the first statement
//! of every transaction takes a lock that ends with it; being read committed, all that follow see what came before.

use ponte_store::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::failed;

/// A number that no other program is likely to lock by.
const TURN: &str = "SELECT pg_advisory_xact_lock(8102651894732464)";

/// The only way to write. Its pool is not to be reached by any other.
#[derive(Debug)]
pub(crate) struct Writer(DatabaseConnection);

impl Writer {
    pub(crate) fn new(pool: DatabaseConnection) -> Self {
        Self(pool)
    }

    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.0.begin_with_options(options).await.map_err(failed)?;
        if self.0.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(TURN).await.map_err(failed)?;
        }
        Ok(tx)
    }

    pub(crate) async fn close(&self) {
        // Closing can only fail for a pool that is closed already.
        let _ = self.0.clone().close().await;
    }
}
