//! When a session's limit on waiting began anew, and since when a webhook fails.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

pub(super) struct Limits;

impl MigrationName for Limits {
    fn name(&self) -> &str {
        "m0015_limits"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Limits {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = big_integer_null("limit_since");
        manager.alter_table(Table::alter().table("clocks").add_column(since).take()).await
    }
}

/// Since when a webhook fails.
pub(super) struct Failing;

impl MigrationName for Failing {
    fn name(&self) -> &str {
        "m0016_failing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Failing {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = big_integer_null("failing_since");
        manager.alter_table(Table::alter().table("webhooks").add_column(since).take()).await
    }
}
