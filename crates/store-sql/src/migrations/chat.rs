//! Files of sessions; messages that are files; messages whose content was removed; who came to a session, and left.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, boolean, string, uuid, uuid_null},
};

use super::{counter, index, key, refers, table};

pub(super) struct Files;

impl MigrationName for Files {
    fn name(&self) -> &str {
        "m0011_files"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Files {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            uuid("session_id"),
            big_integer("at"),
            uuid_null("technician_id"),
            string("purpose"),
            string("name"),
            string("kind"),
            big_integer("size"),
            binary("sha256"),
            big_integer("received"),
            string("state"),
        ];
        let files = refers(table("attachments", key(uuid("id")), columns), "session_id", "sessions");
        manager.create_table(files).await?;
        manager.create_index(index("attachments", "session_id")).await?;
        let chunks = Table::create()
            .table("attachment_chunks")
            .col(uuid("attachment_id"))
            .col(big_integer("start"))
            .col(binary("bytes"))
            .primary_key(Index::create().col("attachment_id").col("start"))
            .take();
        manager.create_table(refers(chunks, "attachment_id", "attachments")).await?;
        let comings = vec![uuid("session_id"), big_integer("at"), uuid("technician_id"), boolean("came")];
        let comings = refers(table("comings", counter("id"), comings), "session_id", "sessions");
        manager.create_table(refers(comings, "technician_id", "technicians")).await?;
        manager.create_index(index("comings", "session_id")).await?;
        manager.create_index(index("sessions", "closed_at")).await?;
        for column in [uuid_null("attachment_id"), big_integer_null("removed_at")] {
            manager.alter_table(Table::alter().table("messages").add_column(column).take()).await?;
        }
        Ok(())
    }
}
