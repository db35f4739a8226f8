//! Several technicians in one session: who is in it, what was offered, and what they write among themselves.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, string, text, text_null, uuid},
};

use super::{key, refers, table};

pub(super) struct Team;

impl MigrationName for Team {
    fn name(&self) -> &str {
        "m0009_team"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Team {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let teams = table("teams", key(uuid("session_id")), vec![text("body")]);
        manager.create_table(refers(teams, "session_id", "sessions")).await?;
        let offers = vec![
            big_integer("version"),
            uuid("session_id"),
            string("purpose"),
            uuid("by_id"),
            uuid("lead_id"),
            text("recipient"),
            text_null("note"),
            text("rights"),
            boolean("stay"),
            big_integer("made_at"),
            big_integer("until"),
            boolean("open"),
            text("state"),
        ];
        let offers = refers(table("offers", key(uuid("id")), offers), "session_id", "sessions");
        manager.create_table(offers).await?;
        let open = Index::create().name("offers_open").table("offers").col("open").col("made_at").take();
        manager.create_index(open).await?;
        let messages = vec![
            uuid("session_id"),
            big_integer("number"),
            big_integer("at"),
            uuid("technician_id"),
            text("text"),
        ];
        let messages = refers(table("private_messages", key(uuid("id")), messages), "session_id", "sessions");
        manager.create_table(refers(messages, "technician_id", "technicians")).await?;
        let order = Index::create()
            .name("private_messages_session_id_number")
            .table("private_messages")
            .col("session_id")
            .col("number")
            .unique()
            .take();
        manager.create_index(order).await
    }
}
