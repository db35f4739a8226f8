//! Channels' links, and how a session came by one.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, string, text_null, uuid, uuid_null},
};

use super::{index, key, table};

pub(super) struct Call;

impl MigrationName for Call {
    fn name(&self) -> &str {
        "m0010_call"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Call {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            uuid("channel_id"),
            big_integer("version"),
            string("name"),
            boolean("paused"),
            big_integer("made_at"),
            big_integer("used"),
            big_integer_null("last_used_at"),
        ];
        manager.create_table(table("call_links", key(uuid("id")), columns)).await?;
        manager.create_index(index("call_links", "channel_id")).await?;
        for column in [uuid_null("call_id"), text_null("call")] {
            manager.alter_table(Table::alter().table("sessions").add_column(column).take()).await?;
        }
        // A request is one session, however often its program had to ask.
        let once = Index::create().name("sessions_call_id").table("sessions").col("call_id").unique().take();
        manager.create_index(once).await
    }
}
