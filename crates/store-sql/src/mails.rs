//! The queue of mails.

use async_trait::async_trait;
use ponte_store::{Mails, QueuedMail, StoreError};
use ponte_types::UnixMillis;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use crate::{
    SqlStore,
    convert::{signed, unsigned},
    entity::mail,
    failed,
};

#[async_trait]
impl Mails for SqlStore {
    async fn due_mails(&self, now: UnixMillis, limit: u64) -> Result<Vec<QueuedMail>, StoreError> {
        let rows = mail::Entity::find()
            .filter(mail::Column::NextAt.lte(now.0))
            .order_by_asc(mail::Column::Id)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn next_mail(&self) -> Result<Option<UnixMillis>, StoreError> {
        let row = mail::Entity::find()
            .filter(mail::Column::NextAt.is_not_null())
            .order_by_asc(mail::Column::NextAt)
            .one(&self.read)
            .await
            .map_err(failed)?;
        Ok(row.and_then(|row| row.next_at).map(UnixMillis))
    }

    async fn claim_mail(&self, queued: &QueuedMail, until: UnixMillis) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let claimed = mail::Entity::update_many()
            .col_expr(mail::Column::Tries, Expr::value(signed(queued.tries.saturating_add(1))))
            .col_expr(mail::Column::NextAt, Expr::value(until.0))
            .filter(mail::Column::Id.eq(signed(queued.id)))
            .filter(mail::Column::Tries.eq(signed(queued.tries)))
            .filter(mail::Column::NextAt.is_not_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(claimed.rows_affected > 0)
    }

    async fn mail_tried(
        &self,
        id: u64,
        again: Option<UnixMillis>,
        failure: Option<&str>,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let tried = mail::Entity::update_many()
            .col_expr(mail::Column::NextAt, Expr::value(again.map(|at| at.0)))
            .col_expr(mail::Column::Failure, Expr::value(failure.map(str::to_owned)))
            .filter(mail::Column::Id.eq(signed(id)))
            .exec(&tx)
            .await;
        tried.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

fn read(row: mail::Model) -> Result<QueuedMail, StoreError> {
    Ok(QueuedMail {
        id: unsigned(row.id)?,
        to: row.recipient,
        subject: row.subject,
        body: row.body,
        message_id: row.message_id,
        created_at: UnixMillis(row.created_at),
        tries: unsigned(row.tries)?,
    })
}
