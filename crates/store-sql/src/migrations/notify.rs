//! Where somebody is signed in; what they are told, by which ways; webhooks and tokens of programs.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary_uniq, boolean, string, string_null, text, text_null, uuid,
        uuid_null,
    },
};

use super::{counter, index, key, refers, table};

/// Sign-ins tell from where and by what.
pub(super) struct SignInPlaces;

impl MigrationName for SignInPlaces {
    fn name(&self) -> &str {
        "m0012_sign_in_places"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SignInPlaces {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite knows no other way.
        for column in [
            big_integer_null("since"),
            big_integer_null("heard_at"),
            string_null("network"),
            string_null("agent"),
        ] {
            manager.alter_table(Table::alter().table("refresh_families").add_column(column).take()).await?;
        }
        for (table, column) in
            [("audit", "at"), ("audit", "technician_id"), ("audit", "about"), ("audit", "kind")]
        {
            manager.create_index(index(table, column)).await?;
        }
        manager.create_index(index("refresh_families", "technician_id")).await
    }
}

/// What is told, and how far that got. Whoever is there already is known: of them nobody is told as of new ones.
pub(super) struct Notices;

impl MigrationName for Notices {
    fn name(&self) -> &str {
        "m0012_notices"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Notices {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let cursor = vec![big_integer("history"), big_integer("outbox")];
        manager.create_table(table("feed_cursor", key(big_integer("id")), cursor)).await?;
        let told = vec![uuid_null("owner_id"), boolean("waiting"), big_integer("message")];
        manager
            .create_table(refers(table("told", key(uuid("session_id")), told), "session_id", "sessions"))
            .await?;
        let notices = vec![
            uuid("technician_id"),
            big_integer("at"),
            string("event"),
            uuid("session_id"),
            uuid_null("by_id"),
            string("ways"),
            boolean("seen"),
        ];
        let notices = refers(table("notices", counter("id"), notices), "technician_id", "technicians");
        manager.create_table(refers(notices, "session_id", "sessions")).await?;
        manager.create_index(index("notices", "technician_id")).await?;
        manager.create_index(index("notices", "session_id")).await?;
        let preferences = vec![big_integer("version"), text("body"), string_null("language")];
        let preferences = table("notify_preferences", key(uuid("technician_id")), preferences);
        manager.create_table(refers(preferences, "technician_id", "technicians")).await?;
        let mails = vec![
            uuid("technician_id"),
            string("recipient"),
            string("subject"),
            text("body"),
            string("message_id"),
            big_integer("created_at"),
            big_integer("tries"),
            big_integer_null("next_at"),
            text_null("failure"),
        ];
        let mails = refers(table("mails", counter("id"), mails), "technician_id", "technicians");
        manager.create_table(mails).await?;
        manager.create_index(index("mails", "next_at")).await?;
        let db = manager.get_connection();
        db.execute_unprepared(
            "INSERT INTO feed_cursor (id, history, outbox) SELECT 1, \
             COALESCE((SELECT MAX(id) FROM history), 0), COALESCE((SELECT MAX(cursor) FROM outbox), 0)",
        )
        .await?;
        db.execute_unprepared(
            "INSERT INTO told (session_id, owner_id, waiting, message) \
             SELECT sessions.id, sessions.owner_id, sessions.state = 'waiting', COALESCE(chats.newest, 0) \
             FROM sessions LEFT JOIN chats ON chats.session_id = sessions.id",
        )
        .await?;
        Ok(())
    }
}

/// Other servers that are told of what happens.
pub(super) struct Webhooks;

impl MigrationName for Webhooks {
    fn name(&self) -> &str {
        "m0012_webhooks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Webhooks {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let webhooks = vec![
            big_integer("version"),
            text("body"),
            boolean("enabled"),
            big_integer("generation"),
            uuid("changed_by"),
            big_integer("failures"),
            big_integer_null("given_up_at"),
        ];
        let webhooks = refers(table("webhooks", key(uuid("id")), webhooks), "changed_by", "technicians");
        manager.create_table(webhooks).await?;
        let deliveries = vec![
            uuid("webhook_id"),
            string("event"),
            text("body"),
            big_integer("at"),
            boolean("delivered"),
            big_integer("tries"),
            big_integer_null("next_at"),
            big_integer_null("tried_at"),
            big_integer_null("status"),
            text_null("failure"),
        ];
        let deliveries = refers(table("deliveries", key(uuid("id")), deliveries), "webhook_id", "webhooks");
        manager.create_table(deliveries).await?;
        manager.create_index(index("deliveries", "webhook_id")).await?;
        manager.create_index(index("deliveries", "next_at")).await
    }
}

/// Tokens of programs.
pub(super) struct ApiTokens;

impl MigrationName for ApiTokens {
    fn name(&self) -> &str {
        "m0012_api_tokens"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ApiTokens {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tokens = vec![
            binary_uniq("hash"),
            string("name"),
            uuid("technician_id"),
            text("permissions"),
            text_null("channels"),
            big_integer("created_at"),
            big_integer_null("expires_at"),
            big_integer_null("used_at"),
            big_integer_null("revoked_at"),
        ];
        let tokens = refers(table("api_tokens", key(uuid("id")), tokens), "technician_id", "technicians");
        manager.create_table(tokens).await
    }
}
