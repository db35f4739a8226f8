//! PostgreSQL orders texts as SQLite does, by their bytes, whatever language its database was made for. And lists are read from
//! indexes in their own order, of 100,000 sessions as of a hundred.

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

pub(super) struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &str {
        "m0014_lists"
    }
}

/// As `list.rs` orders them. Absent values come last by an expression, for SQLite uses no index for `NULLS LAST`.
const INDEXES: [(&str, &str); 8] = [
    ("sessions_in_queue", "state, (queue_at IS NULL), queue_at, number"),
    ("sessions_all_in_queue", "(queue_at IS NULL), queue_at, number"),
    ("sessions_as_they_changed", "changed_at DESC, number"),
    ("sessions_by_person", "(person IS NULL), person, number"),
    ("sessions_by_subject", "(subject IS NULL), subject, number"),
    ("sessions_by_company", "(company IS NULL), company, number"),
    ("sessions_of_owner", "owner_id, number"),
    // What is searched beside the order of the usual list, so that whole rows need not be read to see that they do not fit.
    ("sessions_searched", "number, search"),
];

#[async_trait::async_trait]
impl MigrationTrait for Lists {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == sea_orm::DbBackend::Postgres;
        for (name, columns) in INDEXES {
            // An entry of PostgreSQL's has to fit into a third of a page, which a long text does not.
            if postgres && name == "sessions_searched" {
                continue;
            }
            let create = format!("CREATE INDEX {name} ON sessions ({columns})");
            manager.get_connection().execute_unprepared(&create).await?;
        }
        Ok(())
    }
}

pub(super) struct Searched;

impl MigrationName for Searched {
    fn name(&self) -> &str {
        "m0016_searched"
    }
}

/// By groups of three letters, a word that few sessions have is found without reading all. The module comes with
/// PostgreSQL, but not with each of its packages; without it searching works, and takes longer.
const BY_LETTERS: &str = "DO $$ BEGIN \
    CREATE EXTENSION IF NOT EXISTS pg_trgm; \
    CREATE INDEX sessions_searched ON sessions USING gin (search gin_trgm_ops); \
    EXCEPTION WHEN OTHERS THEN RAISE WARNING 'searching in many sessions will be slow: %', SQLERRM; \
    END $$";

#[async_trait::async_trait]
impl MigrationTrait for Searched {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
            manager.get_connection().execute_unprepared(BY_LETTERS).await?;
        }
        Ok(())
    }
}
