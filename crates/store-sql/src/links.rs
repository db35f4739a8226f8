//! Channels' links, and what comes by them.

use async_trait::async_trait;
use ponte_store::{AuditEntry, CallLink, Called, Entry, InQueue, Links, NewConnection, Session, StoreError};
use ponte_types::{
    CallId, ChannelId, ConnectionId, LinkId, SessionDetail, SessionId, SessionState, UnixMillis,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    audit::audit,
    convert::{self, from_json, from_word, signed, unsigned},
    entity::{
        call_link::{self, Column},
        session,
    },
    events::record,
    failed,
    sessions::{add, bind_to},
};

#[async_trait]
impl Links for SqlStore {
    async fn links(&self, channel: ChannelId) -> Result<Vec<CallLink>, StoreError> {
        let rows = call_link::Entity::find()
            .filter(Column::ChannelId.eq(channel.as_uuid()))
            .order_by_asc(Column::MadeAt)
            .order_by_asc(Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn link(&self, id: LinkId) -> Result<Option<CallLink>, StoreError> {
        let row = call_link::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        row.map(read).transpose()
    }

    async fn add_link(&self, new: &CallLink, at_most: u64, entry: &AuditEntry) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let there = call_link::Entity::find().filter(Column::ChannelId.eq(new.channel.as_uuid()));
        if there.count(&tx).await.map_err(failed)? >= at_most {
            return Ok(false);
        }
        let insert = call_link::Entity::insert(row(new).into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn change_link(
        &self,
        changed: &CallLink,
        entry: &AuditEntry,
    ) -> Result<Option<CallLink>, StoreError> {
        let tx = self.begin().await?;
        let version = changed.version.saturating_add(1);
        // Only what a person changes: it may be used at this moment.
        let written = call_link::Entity::update_many()
            .col_expr(Column::Name, Expr::value(changed.name.clone()))
            .col_expr(Column::Paused, Expr::value(changed.paused))
            .col_expr(Column::Version, Expr::value(signed(version)))
            .filter(Column::Id.eq(changed.id.as_uuid()))
            .filter(Column::Version.eq(signed(changed.version)))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if written.rows_affected == 0 {
            return Ok(None);
        }
        let kept = call_link::Entity::find_by_id(changed.id.as_uuid()).one(&tx).await.map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        kept.map(read).transpose()
    }

    async fn delete_link(&self, id: LinkId, version: u64, entry: &AuditEntry) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let deleted = call_link::Entity::delete_many()
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Version.eq(signed(version)))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if deleted.rows_affected == 0 {
            return Ok(false);
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn called(&self, id: CallId) -> Result<Option<Session>, StoreError> {
        by_call(&self.read, id.as_uuid()).await
    }

    async fn add_called(
        &self,
        new: &Session,
        bind: &NewConnection,
        entry: &Entry,
    ) -> Result<Called, StoreError> {
        let Some(call) = &new.call else { return Ok(Called::Gone) };
        let tx = self.begin().await?;
        if let Some(known) = by_call(&tx, call.id.as_uuid()).await? {
            return Ok(Called::Again(Box::new(known)));
        }
        let used = call_link::Entity::update_many()
            .col_expr(Column::Used, Expr::col(Column::Used).add(1))
            .col_expr(Column::LastUsedAt, Expr::value(entry.at.0))
            .filter(Column::Id.eq(call.link.as_uuid()))
            .filter(Column::Paused.eq(false))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if used.rows_affected == 0 {
            return Ok(Called::Gone);
        }
        let session = add(&tx, new).await?;
        bind_to(&tx, session.id, bind).await?;
        record(&tx, session.id, entry, Some(session.version)).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Called::Done(Box::new(session)))
    }

    async fn queue(&self) -> Result<Vec<InQueue>, StoreError> {
        use session::Column as S;
        // Few columns: this is asked whenever the queue moves, and the queue may be long.
        let rows: Vec<Row> = session::Entity::find()
            .select_only()
            .columns([S::Id, S::ChannelId, S::ConnectionId, S::CallId, S::Priority, S::Narrow])
            .filter(S::State.eq(SessionState::Waiting.as_str()))
            .filter(S::Detail.eq(SessionDetail::Ready.as_str()))
            .order_by_asc(S::ChannelId)
            .order_by_asc(S::QueueAt)
            .order_by_asc(S::Number)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        rows.into_iter().filter_map(|row| queued(row).transpose()).collect()
    }
}

type Row = (Uuid, Option<Uuid>, Option<Uuid>, Option<Uuid>, String, Option<String>);

fn queued((id, channel, connection, call, priority, narrow): Row) -> Result<Option<InQueue>, StoreError> {
    let Some(channel) = channel else { return Ok(None) };
    Ok(Some(InQueue {
        session: SessionId::from_uuid(id),
        channel: ChannelId::from_uuid(channel),
        connection: connection.map(ConnectionId::from_uuid),
        priority: from_word(&priority)?,
        narrow: narrow.as_deref().map(from_json).transpose()?,
        called: call.is_some(),
    }))
}

async fn by_call(db: &impl ConnectionTrait, call: Uuid) -> Result<Option<Session>, StoreError> {
    let found = session::Entity::find().filter(session::Column::CallId.eq(call)).one(db).await;
    let Some(found) = found.map_err(failed)? else { return Ok(None) };
    Ok(convert::sessions(db, vec![found]).await?.pop())
}

fn row(link: &CallLink) -> call_link::Model {
    call_link::Model {
        id: link.id.as_uuid(),
        channel_id: link.channel.as_uuid(),
        version: signed(link.version),
        name: link.name.clone(),
        paused: link.paused,
        made_at: link.made_at.0,
        used: signed(link.used),
        last_used_at: link.last_used_at.map(|at| at.0),
    }
}

fn read(row: call_link::Model) -> Result<CallLink, StoreError> {
    Ok(CallLink {
        id: LinkId::from_uuid(row.id),
        channel: ChannelId::from_uuid(row.channel_id),
        version: unsigned(row.version)?,
        name: row.name,
        paused: row.paused,
        made_at: UnixMillis(row.made_at),
        used: unsigned(row.used)?,
        last_used_at: row.last_used_at.map(UnixMillis),
    })
}
