//! PostgreSQL orders texts as SQLite does, by their bytes, whatever language its database was made for.

use sea_orm_migration::prelude::*;

pub(super) struct ByBytes;

impl MigrationName for ByBytes {
    fn name(&self) -> &str {
        "m0006_by_bytes"
    }
}

/// What lists are ordered by.
const TEXTS: [(&str, &str); 5] = [
    ("sessions", "person"),
    ("sessions", "subject"),
    ("sessions", "company"),
    ("technicians", "name"),
    ("setup", "kind"),
];

#[async_trait::async_trait]
impl MigrationTrait for ByBytes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != sea_orm::DbBackend::Postgres {
            return Ok(());
        }
        for (table, column) in TEXTS {
            let alter = format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar COLLATE \"C\"");
            manager.get_connection().execute_unprepared(&alter).await?;
        }
        Ok(())
    }
}
