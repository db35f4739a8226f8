//! Since when somebody is tried to be reached in vain. No part of a session's version: writing into the work log never
//! gets in the way of a claim.

use ponte_store::{Silence, StoreError};
use ponte_types::{ChannelId, SessionId, SessionState, UnixMillis};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    entity::{session, silence},
    failed,
};

/// A try without success: the first one since they were reached counts.
pub(crate) async fn begun(
    db: &impl ConnectionTrait,
    session: SessionId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let row = silence::ActiveModel { session_id: Set(session.as_uuid()), since: Set(at.0) };
    let keep = OnConflict::column(silence::Column::SessionId).do_nothing().to_owned();
    let begun = silence::Entity::insert(row).on_conflict(keep).exec_without_returning(db).await;
    begun.map(|_| ()).map_err(failed)
}

/// They were reached.
pub(crate) async fn broken(db: &impl ConnectionTrait, session: SessionId) -> Result<(), StoreError> {
    let broken = silence::Entity::delete_by_id(session.as_uuid()).exec(db).await;
    broken.map(|_| ()).map_err(failed)
}

pub(crate) async fn unfinished(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Silence>, StoreError> {
    let states = [SessionState::Waiting, SessionState::Active].map(SessionState::as_str);
    let rows: Vec<(Uuid, i64, Option<Uuid>)> = silence::Entity::find()
        .select_only()
        .column(silence::Column::SessionId)
        .column(silence::Column::Since)
        .expr(Expr::col((session::Entity, session::Column::ChannelId)))
        .join(JoinType::InnerJoin, to_session())
        .filter(session::Column::State.is_in(states))
        .order_by_asc(silence::Column::Since)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
        .map_err(failed)?;
    let read = |(id, since, channel): (Uuid, i64, Option<Uuid>)| {
        let channel = channel.map(ChannelId::from_uuid)?;
        Some(Silence { session: SessionId::from_uuid(id), channel, since: UnixMillis(since) })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

fn to_session() -> sea_orm::RelationDef {
    silence::Entity::belongs_to(session::Entity)
        .from(silence::Column::SessionId)
        .to(session::Column::Id)
        .into()
}
