//! The audit becomes a chain. What was written before is linked as it stands.

use ponte_desk::audit::START;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary},
};

use super::{key, table};
use crate::{audit::read, entity::audit as line};

pub(super) struct Chain;

impl MigrationName for Chain {
    fn name(&self) -> &str {
        "m0005_audit_chain"
    }
}

/// Lines read at once.
const BATCH: u64 = 1_000;

#[async_trait::async_trait]
impl MigrationTrait for Chain {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let link = binary("link").default(Vec::<u8>::new()).take();
        manager.alter_table(Table::alter().table("audit").add_column(link).take()).await?;
        let heads = vec![binary("link"), big_integer("signed_at"), binary("signature")];
        manager.create_table(table("audit_heads", key(big_integer("line")), heads)).await?;
        let db = manager.get_connection();
        let (mut previous, mut last) = (START, 0);
        loop {
            let rows = line::Entity::find()
                .filter(line::Column::Id.gt(last))
                .order_by_asc(line::Column::Id)
                .limit(BATCH)
                .all(db)
                .await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                last = row.id;
                let read = read(row).map_err(|e| DbErr::Custom(e.to_string()))?;
                previous = read.link(&previous);
                line::Entity::update_many()
                    .col_expr(line::Column::Link, Expr::value(previous.to_vec()))
                    .filter(line::Column::Id.eq(last))
                    .exec(db)
                    .await?;
            }
        }
    }
}
