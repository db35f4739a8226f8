//! Which sessions changed the infrastructure is seen in their list.

use sea_orm_migration::{prelude::*, schema::boolean};

pub(super) struct Infrastructure;

impl MigrationName for Infrastructure {
    fn name(&self) -> &str {
        "m0017_infrastructure"
    }
}

const FROM_THE_LOG: &str = "UPDATE sessions SET changed_infrastructure = TRUE \
    WHERE id IN (SELECT session_id FROM actions WHERE changed_infrastructure)";

#[async_trait::async_trait]
impl MigrationTrait for Infrastructure {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("changed_infrastructure").default(false).take();
        manager.alter_table(Table::alter().table("sessions").add_column(column).take()).await?;
        manager.get_connection().execute_unprepared(FROM_THE_LOG).await.map(|_| ())
    }
}
