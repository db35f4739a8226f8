//! By what the person of a session is known again. Sessions from before leave their traces when they change next.

use sea_orm_migration::{
    prelude::*,
    schema::{string, uuid},
};

use super::{index, refers};

pub(super) struct Traces;

impl MigrationName for Traces {
    fn name(&self) -> &str {
        "m0013_traces"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Traces {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let traces = Table::create()
            .table("traces")
            .col(uuid("session_id"))
            .col(string("kind"))
            .col(string("value"))
            .primary_key(Index::create().col("session_id").col("kind"))
            .take();
        manager.create_table(refers(traces, "session_id", "sessions")).await?;
        let by_value =
            Index::create().name("traces_kind_value").table("traces").col("kind").col("value").take();
        manager.create_index(by_value).await?;
        manager.create_index(index("sessions", "company_id")).await
    }
}
