//! Webhooks and their deliveries.

use async_trait::async_trait;
use ponte_store::{
    AuditEntry, Delivery, DeliveryState, NewDelivery, NewMail, PutWebhook, StoreError, Webhook, Webhooks,
};
use ponte_types::{DeliveryId, TechnicianId, UnixMillis, WebhookId};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, IntoActiveModel as _, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait as _,
    sea_query::{Expr, Func},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    audit::audit,
    convert::{from_json, json, signed, unsigned},
    entity::{delivery, webhook},
    failed,
    notices::queue_mail,
};

#[async_trait]
impl Webhooks for SqlStore {
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let rows = webhook::Entity::find().order_by_asc(webhook::Column::Id).all(&self.read).await;
        rows.map_err(failed)?.iter().map(read).collect()
    }

    async fn put_webhook(&self, put: &PutWebhook, entry: &AuditEntry) -> Result<Option<u64>, StoreError> {
        let tx = self.begin().await?;
        let body = json(&put.setup)?;
        let next = put.version.saturating_add(1);
        if put.version == 0 {
            let new = webhook::Model {
                id: put.id.as_uuid(),
                version: 1,
                body,
                enabled: put.setup.enabled,
                generation: 1,
                changed_by: put.changed_by.as_uuid(),
                failures: 0,
                given_up_at: None,
                failing_since: None,
            };
            let insert = webhook::Entity::insert(new.into_active_model().reset_all());
            insert.exec_without_returning(&tx).await.map_err(failed)?;
        } else {
            let before = webhook::Entity::find_by_id(put.id.as_uuid()).one(&tx).await.map_err(failed)?;
            let changed = webhook::Entity::update_many()
                .col_expr(webhook::Column::Version, Expr::value(signed(next)))
                .col_expr(webhook::Column::Body, Expr::value(body))
                .col_expr(webhook::Column::Enabled, Expr::value(put.setup.enabled))
                .col_expr(webhook::Column::ChangedBy, Expr::value(put.changed_by.as_uuid()))
                .col_expr(webhook::Column::Failures, Expr::value(0))
                .col_expr(webhook::Column::GivenUpAt, Expr::value(None::<i64>))
                .col_expr(webhook::Column::FailingSince, Expr::value(None::<i64>))
                .filter(webhook::Column::Id.eq(put.id.as_uuid()))
                .filter(webhook::Column::Version.eq(signed(put.version)))
                .exec(&tx)
                .await
                .map_err(failed)?;
            if changed.rows_affected == 0 {
                return Ok(None);
            }
            if let Some(since) = before.filter(|it| it.given_up_at.is_some()).and_then(|it| it.failing_since)
            {
                tell_again(&tx, put.id, since, entry.at).await?;
            }
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(next))
    }

    async fn remove_webhook(
        &self,
        id: WebhookId,
        version: u64,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let this = webhook::Column::Id.eq(id.as_uuid()).and(webhook::Column::Version.eq(signed(version)));
        if webhook::Entity::find().filter(this.clone()).one(&tx).await.map_err(failed)?.is_none() {
            return Ok(false);
        }
        let deliveries = delivery::Entity::delete_many().filter(delivery::Column::WebhookId.eq(id.as_uuid()));
        deliveries.exec(&tx).await.map_err(failed)?;
        webhook::Entity::delete_many().filter(this).exec(&tx).await.map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn next_secret(&self, id: WebhookId, entry: &AuditEntry) -> Result<Option<u64>, StoreError> {
        let tx = self.begin().await?;
        let row = webhook::Entity::find_by_id(id.as_uuid()).one(&tx).await.map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let next = row.generation.saturating_add(1);
        webhook::Entity::update_many()
            .col_expr(webhook::Column::Generation, Expr::value(next))
            .filter(webhook::Column::Id.eq(id.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        unsigned(next).map(Some)
    }

    async fn add_delivery(&self, new: &NewDelivery) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        queue_delivery(&tx, new).await?;
        tx.commit().await.map_err(failed)
    }

    async fn due_deliveries(&self, now: UnixMillis, each: u64) -> Result<Vec<Delivery>, StoreError> {
        let hooks: Vec<Uuid> = delivery::Entity::find()
            .select_only()
            .column(delivery::Column::WebhookId)
            .distinct()
            .filter(delivery::Column::NextAt.lte(now.0))
            .filter(delivery::Column::WebhookId.in_subquery(living()))
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let mut due = Vec::new();
        for hook in hooks {
            let rows = delivery::Entity::find()
                .filter(delivery::Column::NextAt.lte(now.0))
                .filter(delivery::Column::WebhookId.eq(hook))
                .order_by_asc(delivery::Column::NextAt)
                .order_by_asc(delivery::Column::Id)
                .limit(each)
                .all(&self.read)
                .await
                .map_err(failed)?;
            due.extend(rows);
        }
        due.into_iter().map(read_delivery).collect()
    }

    async fn waiting_deliveries(&self, webhook: WebhookId) -> Result<u64, StoreError> {
        delivery::Entity::find()
            .filter(delivery::Column::WebhookId.eq(webhook.as_uuid()))
            .filter(delivery::Column::NextAt.is_not_null())
            .count(&self.read)
            .await
            .map_err(failed)
    }

    async fn next_delivery(&self) -> Result<Option<UnixMillis>, StoreError> {
        let row = delivery::Entity::find()
            .filter(delivery::Column::NextAt.is_not_null())
            .filter(delivery::Column::WebhookId.in_subquery(living()))
            .order_by_asc(delivery::Column::NextAt)
            .one(&self.read)
            .await
            .map_err(failed)?;
        Ok(row.and_then(|row| row.next_at).map(UnixMillis))
    }

    async fn claim_delivery(&self, it: &Delivery, until: UnixMillis) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let claimed = delivery::Entity::update_many()
            .col_expr(delivery::Column::Tries, Expr::value(signed(it.tries.saturating_add(1))))
            .col_expr(delivery::Column::NextAt, Expr::value(until.0))
            .filter(delivery::Column::Id.eq(it.id.as_uuid()))
            .filter(delivery::Column::Tries.eq(signed(it.tries)))
            .filter(delivery::Column::NextAt.is_not_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(claimed.rows_affected > 0)
    }

    async fn delivery_tried(&self, tried: &Delivery) -> Result<(u64, Option<UnixMillis>), StoreError> {
        let tx = self.begin().await?;
        let delivered = tried.state == DeliveryState::Delivered;
        delivery::Entity::update_many()
            .col_expr(delivery::Column::Delivered, Expr::value(delivered))
            .col_expr(delivery::Column::NextAt, Expr::value(tried.next_at.map(|at| at.0)))
            .col_expr(delivery::Column::TriedAt, Expr::value(tried.tried_at.map(|at| at.0)))
            .col_expr(delivery::Column::Status, Expr::value(tried.status.map(i64::from)))
            .col_expr(delivery::Column::Failure, Expr::value(tried.failure.clone()))
            .filter(delivery::Column::Id.eq(tried.id.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        let id = tried.webhook.as_uuid();
        let failures = if delivered { Expr::value(0) } else { Expr::col(webhook::Column::Failures).add(1) };
        let since = Func::coalesce([
            Expr::col(webhook::Column::FailingSince),
            Expr::value(tried.tried_at.map(|at| at.0)),
        ]);
        let since = if delivered { Expr::value(None::<i64>) } else { since.into() };
        webhook::Entity::update_many()
            .col_expr(webhook::Column::Failures, failures)
            .col_expr(webhook::Column::FailingSince, since)
            .filter(webhook::Column::Id.eq(id))
            .exec(&tx)
            .await
            .map_err(failed)?;
        let row = webhook::Entity::find_by_id(id).one(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        let Some(row) = row else { return Ok((0, None)) };
        Ok((unsigned(row.failures)?, row.failing_since.map(UnixMillis)))
    }

    async fn give_up_webhook(
        &self,
        id: WebhookId,
        mail: Option<&NewMail>,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let given_up = webhook::Entity::update_many()
            .col_expr(webhook::Column::GivenUpAt, Expr::value(entry.at.0))
            .filter(webhook::Column::Id.eq(id.as_uuid()))
            .filter(webhook::Column::GivenUpAt.is_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        if given_up.rows_affected == 0 {
            return Ok(());
        }
        if let Some(mail) = mail {
            queue_mail(&tx, mail).await?;
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)
    }

    async fn deliveries(
        &self,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut rows = delivery::Entity::find()
            .filter(delivery::Column::WebhookId.eq(webhook.as_uuid()))
            .order_by_desc(delivery::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            rows = rows.filter(delivery::Column::Id.lt(before.as_uuid()));
        }
        rows.all(&self.read).await.map_err(failed)?.into_iter().map(read_delivery).collect()
    }

    async fn send_again(
        &self,
        webhook: WebhookId,
        delivery: DeliveryId,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let again = delivery::Entity::update_many()
            .col_expr(delivery::Column::Delivered, Expr::value(false))
            .col_expr(delivery::Column::Tries, Expr::value(0))
            .col_expr(delivery::Column::NextAt, Expr::value(now.0))
            .filter(delivery::Column::Id.eq(delivery.as_uuid()))
            .filter(delivery::Column::WebhookId.eq(webhook.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(again.rows_affected > 0)
    }

    async fn forget_deliveries(&self, before: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let old = delivery::Entity::delete_many().filter(delivery::Column::At.lt(before.0));
        old.exec(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

/// What it was not told since it fails is tried anew.
async fn tell_again(
    db: &impl ConnectionTrait,
    webhook: WebhookId,
    since: i64,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let again = delivery::Entity::update_many()
        .col_expr(delivery::Column::Tries, Expr::value(0))
        .col_expr(delivery::Column::NextAt, Expr::value(at.0))
        .filter(delivery::Column::WebhookId.eq(webhook.as_uuid()))
        .filter(delivery::Column::Delivered.eq(false))
        .filter(delivery::Column::TriedAt.gte(since))
        .exec(db)
        .await;
    again.map(|_| ()).map_err(failed)
}

/// Those to which something is sent.
fn living() -> sea_orm::sea_query::SelectStatement {
    webhook::Entity::find()
        .select_only()
        .column(webhook::Column::Id)
        .filter(webhook::Column::Enabled.eq(true))
        .filter(webhook::Column::GivenUpAt.is_null())
        .into_query()
}

pub(crate) async fn queue_delivery(db: &impl ConnectionTrait, new: &NewDelivery) -> Result<(), StoreError> {
    let row = delivery::ActiveModel {
        id: Set(new.id.as_uuid()),
        webhook_id: Set(new.webhook.as_uuid()),
        event: Set(new.event.clone()),
        body: Set(new.body.clone()),
        at: Set(new.at.0),
        delivered: Set(false),
        tries: Set(0),
        next_at: Set(Some(new.at.0)),
        tried_at: Set(None),
        status: Set(None),
        failure: Set(None),
    };
    delivery::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

fn read(row: &webhook::Model) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: WebhookId::from_uuid(row.id),
        version: unsigned(row.version)?,
        setup: from_json(&row.body)?,
        generation: unsigned(row.generation)?,
        changed_by: TechnicianId::from_uuid(row.changed_by),
        failures: unsigned(row.failures)?,
        failing_since: row.failing_since.map(UnixMillis),
        given_up_at: row.given_up_at.map(UnixMillis),
    })
}

fn read_delivery(row: delivery::Model) -> Result<Delivery, StoreError> {
    let state = match (row.delivered, row.next_at) {
        (true, _) => DeliveryState::Delivered,
        (false, Some(_)) => DeliveryState::Waiting,
        (false, None) => DeliveryState::Failed,
    };
    Ok(Delivery {
        id: DeliveryId::from_uuid(row.id),
        webhook: WebhookId::from_uuid(row.webhook_id),
        event: row.event,
        body: row.body,
        at: UnixMillis(row.at),
        state,
        tries: unsigned(row.tries)?,
        next_at: row.next_at.map(UnixMillis),
        tried_at: row.tried_at.map(UnixMillis),
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        failure: row.failure,
    })
}
