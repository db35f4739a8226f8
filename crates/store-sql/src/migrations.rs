//! The one list of migrations. A migration that was released is never edited: a change of the tables is a new one.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_integer_uniq, binary, binary_null, binary_uniq, string,
        string_null, string_uniq, text, text_null, uuid, uuid_null, uuid_uniq,
    },
};

mod audit;
mod call;
mod chat;
mod desk;
mod front;
mod infrastructure;
mod life;
mod limits;
mod notify;
mod pg;
mod team;
mod times;

pub(crate) struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(FirstTables),
            Box::new(SignIns),
            Box::new(Chat),
            Box::new(desk::Desk),
            Box::new(audit::Chain),
            Box::new(call::Call),
            Box::new(notify::SignInPlaces),
            Box::new(notify::Notices),
            Box::new(notify::Webhooks),
            Box::new(notify::ApiTokens),
            Box::new(pg::ByBytes),
            Box::new(life::Life),
            Box::new(times::Times),
            Box::new(team::Team),
            Box::new(chat::Files),
            Box::new(front::Traces),
            Box::new(pg::Lists),
            Box::new(limits::Limits),
            Box::new(pg::Searched),
            Box::new(infrastructure::Infrastructure),
        ]
    }
}

struct FirstTables;

impl MigrationName for FirstTables {
    fn name(&self) -> &str {
        "m0001_first_tables"
    }
}

fn table(name: &'static str, key: ColumnDef, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create().table(name).take();
    table.col(key);
    for column in columns {
        table.col(column);
    }
    table
}

fn key(mut column: ColumnDef) -> ColumnDef {
    column.primary_key().take()
}

fn counter(name: &'static str) -> ColumnDef {
    big_integer(name).auto_increment().primary_key().take()
}

fn refers(mut table: TableCreateStatement, column: &'static str, to: &'static str) -> TableCreateStatement {
    let from = table.get_table_name().cloned();
    let mut foreign = ForeignKey::create();
    if let Some(from) = from {
        foreign.from_tbl(from);
    }
    foreign.from_col(column).to(to, "id").on_delete(ForeignKeyAction::Restrict);
    table.foreign_key(&mut foreign).take()
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}")).table(table).col(column).take()
}

#[async_trait::async_trait]
impl MigrationTrait for FirstTables {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (table, column) in INDEXES {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }
}

struct SignIns;

impl MigrationName for SignIns {
    fn name(&self) -> &str {
        "m0002_sign_ins"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SignIns {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let successor = Table::alter().table("refresh_tokens").add_column(binary_null("successor")).take();
        manager.alter_table(successor).await?;
        let networks = refers(
            Table::create()
                .table("sign_in_networks")
                .col(uuid("technician_id"))
                .col(string("network"))
                .col(big_integer("last_at"))
                .primary_key(Index::create().col("technician_id").col("network"))
                .take(),
            "technician_id",
            "technicians",
        );
        manager.create_table(networks).await
    }
}

const INDEXES: [(&str, &str); 8] = [
    ("refresh_tokens", "family_id"),
    ("sessions", "state"),
    ("sessions", "connection_id"),
    ("connections", "earlier_token"),
    ("connections", "session_id"),
    ("codes", "connection_id"),
    ("history", "session_id"),
    ("outbox", "session_id"),
];

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "technicians",
            key(uuid("id")),
            vec![
                string_uniq("email"),
                string("name"),
                string("role"),
                string("password_hash"),
                big_integer("created_at"),
            ],
        ),
        refers(
            table(
                "refresh_families",
                counter("id"),
                vec![uuid("technician_id"), big_integer_null("ended_at")],
            ),
            "technician_id",
            "technicians",
        ),
        refers(
            table(
                "refresh_tokens",
                key(binary("hash")),
                vec![big_integer("family_id"), big_integer("expires_at"), big_integer_null("used_at")],
            ),
            "family_id",
            "refresh_families",
        ),
        refers(
            table(
                "sessions",
                key(uuid("id")),
                vec![
                    big_integer_uniq("number"),
                    big_integer("version"),
                    string("state"),
                    string_null("detail"),
                    string("mode"),
                    string_null("person"),
                    string_null("email"),
                    string_null("phone"),
                    string_null("company"),
                    string_null("subject"),
                    uuid_null("owner_id"),
                    big_integer("created_at"),
                    big_integer("changed_at"),
                    big_integer_null("waiting_since"),
                    big_integer_null("started_at"),
                    big_integer_null("closed_at"),
                    string_null("outcome"),
                    text_null("note"),
                    big_integer_null("expires_at"),
                    text_null("device"),
                    uuid_null("connection_id"),
                ],
            ),
            "owner_id",
            "technicians",
        ),
        refers(
            table(
                "invites",
                key(uuid("id")),
                vec![
                    uuid_uniq("session_id"),
                    binary("public"),
                    binary("claim_hash"),
                    big_integer("expires_at"),
                ],
            ),
            "session_id",
            "sessions",
        ),
        refers(
            table(
                "connections",
                key(uuid("id")),
                vec![
                    binary_uniq("token"),
                    binary_null("earlier_token"),
                    uuid_null("session_id"),
                    text("device"),
                ],
            ),
            "session_id",
            "sessions",
        ),
        table(
            "codes",
            key(binary("lookup")),
            vec![
                big_integer("sealed"),
                uuid("connection_id"),
                big_integer("issued_at"),
                big_integer("expires_at"),
                string("state"),
            ],
        ),
        refers(
            table(
                "history",
                counter("id"),
                vec![uuid("session_id"), big_integer("at"), string("kind"), uuid_null("technician_id")],
            ),
            "session_id",
            "sessions",
        ),
        table(
            "audit",
            counter("id"),
            vec![
                big_integer("at"),
                string("actor"),
                uuid_null("technician_id"),
                string("kind"),
                text("about"),
            ],
        ),
        refers(table("outbox", counter("cursor"), vec![uuid("session_id")]), "session_id", "sessions"),
    ]
}

struct Chat;

impl MigrationName for Chat {
    fn name(&self) -> &str {
        "m0003_chat"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Chat {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            uuid("session_id"),
            big_integer("number"),
            big_integer("at"),
            uuid_null("technician_id"),
            text("text"),
        ];
        manager
            .create_table(refers(table("messages", key(uuid("id")), columns), "session_id", "sessions"))
            .await?;
        let order = Index::create()
            .name("messages_session_id_number")
            .table("messages")
            .col("session_id")
            .col("number")
            .unique()
            .take();
        manager.create_index(order).await?;
        let columns = ["newest", "end_user_got", "end_user_saw", "desk_saw"].map(big_integer).to_vec();
        let marks = refers(table("chats", key(uuid("session_id")), columns), "session_id", "sessions");
        manager.create_table(marks).await
    }
}
