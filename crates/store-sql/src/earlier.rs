//! Other sessions of the same person, by the traces that each leaves.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ponte_desk::same::Sameness;
use ponte_store::{Alike, Earlier, Session, StoreError};
use ponte_types::SessionId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{ExprTrait as _, OnConflict, Query},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    convert::{self, from_word},
    entity::{session, trace},
    failed,
};

#[async_trait]
impl Earlier for SqlStore {
    async fn alike(&self, session: SessionId, limit: u64) -> Result<Vec<Alike>, StoreError> {
        let own = trace::Entity::find()
            .filter(trace::Column::SessionId.eq(session.as_uuid()))
            .all(&self.read)
            .await
            .map_err(failed)?;
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let mut any = Condition::any();
        for trace in own {
            any = any.add(trace::Column::Kind.eq(trace.kind).and(trace::Column::Value.eq(trace.value)));
        }
        let alike = Condition::all().add(trace::Column::SessionId.ne(session.as_uuid())).add(any);
        let theirs = Query::select()
            .column(trace::Column::SessionId)
            .from(trace::Entity)
            .cond_where(alike.clone())
            .to_owned();
        let rows = session::Entity::find()
            .filter(session::Column::Id.in_subquery(theirs))
            .order_by_desc(session::Column::Number)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let shared = trace::Entity::find()
            .filter(alike)
            .filter(trace::Column::SessionId.is_in(rows.iter().map(|row| row.id)))
            .all(&self.read)
            .await
            .map_err(failed)?;
        let mut by: BTreeMap<Uuid, Vec<Sameness>> = BTreeMap::new();
        for trace in shared {
            by.entry(trace.session_id).or_default().push(from_word(&trace.kind)?);
        }
        let found = convert::sessions(&self.read, rows).await?.into_iter().map(|session| {
            let mut same = by.remove(&session.id.as_uuid()).unwrap_or_default();
            same.sort_unstable();
            Alike { session, same }
        });
        Ok(found.collect())
    }
}

/// Keeps what the session leaves now. A trace is replaced, never taken away: what was known stays known.
pub(crate) async fn leave(db: &impl ConnectionTrait, session: &Session) -> Result<(), StoreError> {
    let rows: Vec<_> = session
        .traces()
        .into_iter()
        .map(|(by, value)| {
            let kind = by.as_str().to_owned();
            trace::Model { session_id: session.id.as_uuid(), kind, value }.into_active_model().reset_all()
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let replaced = OnConflict::columns([trace::Column::SessionId, trace::Column::Kind])
        .update_column(trace::Column::Value)
        .to_owned();
    let insert = trace::Entity::insert_many(rows).on_conflict(replaced);
    insert.exec_without_returning(db).await.map(|_| ()).map_err(failed)
}
