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
        for (table, column) in [("clocks", "limit_since"), ("webhooks", "failing_since")] {
            let column = big_integer_null(column);
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        Ok(())
    }
}
