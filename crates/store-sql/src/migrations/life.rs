//! The life of a session: on hold, done, reopened, in person; whom nobody reaches; its equipment.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string, string_null, text, text_null, uuid, uuid_null},
};

use super::{index, key, refers, table};

pub(super) struct Life;

impl MigrationName for Life {
    fn name(&self) -> &str {
        "m0007_life"
    }
}

/// What the detail alone said until now.
const KNOWN: [&str; 2] = [
    "UPDATE sessions SET program = 'here' WHERE detail IN ('ready', 'connected')",
    "UPDATE sessions SET due_at = expires_at WHERE state = 'waiting'",
];

#[async_trait::async_trait]
impl MigrationTrait for Life {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            manager.alter_table(Table::alter().table("sessions").add_column(column).take()).await?;
        }
        let version = big_integer_null("version");
        manager.alter_table(Table::alter().table("history").add_column(version).take()).await?;
        for statement in KNOWN {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        let silences = table("silences", key(uuid("session_id")), vec![big_integer("since")]);
        manager.create_table(refers(silences, "session_id", "sessions")).await?;
        let equipment = vec![
            uuid("session_id"),
            big_integer("at"),
            uuid("technician_id"),
            text_null("asset"),
            text("name"),
            string("kind"),
            string_null("outcome"),
            text_null("reason"),
        ];
        let equipment = refers(table("equipment", key(uuid("id")), equipment), "session_id", "sessions");
        manager.create_table(refers(equipment, "technician_id", "technicians")).await?;
        for (table, column) in [("sessions", "due_at"), ("silences", "since"), ("equipment", "session_id")] {
            manager.create_index(index(table, column)).await?;
        }
        manager.create_index(index("sessions", "request_id").unique().take()).await
    }
}

fn columns() -> Vec<ColumnDef> {
    vec![
        string("reach").default("program").take(),
        string("program").default("away").take(),
        text_null("reason"),
        big_integer_null("held_since"),
        big_integer_null("held_until"),
        text_null("held_why"),
        big_integer_null("confirms_at"),
        big_integer_null("reopen_until"),
        big_integer_null("reopened_at"),
        big_integer_null("due_at"),
        uuid_null("request_id"),
    ]
}
