//! Channels and all that goes with them; every session stands in one.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, string, text, text_null, uuid, uuid_null},
};

use super::{key, refers, table};

pub(super) struct Desk;

impl MigrationName for Desk {
    fn name(&self) -> &str {
        "m0004_desk"
    }
}

const INDEXES: [(&str, &[&str]); 5] = [
    ("actions", &["session_id", "at"]),
    ("sessions", &["state", "queue_at"]),
    ("sessions", &["owner_id", "state"]),
    ("sessions", &["channel_id", "state"]),
    ("sessions", &["state", "number"]),
];

/// What accounts were until now becomes their roles, held for the whole desk.
const ROLES: &str = r#"INSERT INTO setup (kind, id, version, body, removed)
    SELECT 'technician', id, 1,
        CASE WHEN role = 'owner' THEN '{"holds":[{"role":"owner","on":"desk"}]}'
             ELSE '{"holds":[{"role":"channel_technician","on":"desk"}]}' END,
        FALSE
    FROM technicians"#;

const CAME: &str =
    "UPDATE sessions SET came_at = waiting_since, queue_at = waiting_since WHERE state = 'waiting'";

const SEARCH: &str = "UPDATE sessions SET search = lower(number || ' ' || coalesce(person, '') || ' ' || \
    coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '') || ' ' || coalesce(subject, ''))";

#[async_trait::async_trait]
impl MigrationTrait for Desk {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let setup = Table::create()
            .table("setup")
            .col(string("kind"))
            .col(uuid("id"))
            .col(big_integer("version"))
            .col(text("body"))
            .col(boolean("removed"))
            .primary_key(Index::create().col("kind").col("id"))
            .take();
        manager.create_table(setup).await?;
        manager
            .create_table(table("setup_revision", key(big_integer("id")), vec![big_integer("revision")]))
            .await?;
        let presences = table(
            "presences",
            key(uuid("technician_id")),
            vec![string("chosen"), big_integer("heard_at"), big_integer_null("given_at")],
        );
        manager.create_table(refers(presences, "technician_id", "technicians")).await?;
        let actions = vec![
            uuid("session_id"),
            big_integer("at"),
            uuid("technician_id"),
            string("kind"),
            big_integer("minutes"),
            boolean("changed_infrastructure"),
            text("text"),
        ];
        let actions = refers(table("actions", key(uuid("id")), actions), "session_id", "sessions");
        manager.create_table(refers(actions, "technician_id", "technicians")).await?;
        for column in columns() {
            manager.alter_table(Table::alter().table("sessions").add_column(column).take()).await?;
        }
        for (table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(format!("{table}_{}", columns.join("_"))).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        let db = manager.get_connection();
        for statement in ["INSERT INTO setup_revision (id, revision) VALUES (1, 0)", ROLES, CAME, SEARCH] {
            db.execute_unprepared(statement).await?;
        }
        manager.alter_table(Table::alter().table("technicians").drop_column("role").take()).await
    }
}

fn columns() -> Vec<ColumnDef> {
    vec![
        uuid_null("channel_id"),
        uuid_null("company_id"),
        uuid_null("category_id"),
        string("priority").default("normal").take(),
        text_null("narrow"),
        text_null("needs"),
        big_integer_null("came_at"),
        big_integer_null("queue_at"),
        text("search").default("").take(),
    ]
}
