//! Who is there, and how many sessions they hold.

use std::collections::HashMap;

use async_trait::async_trait;
use ponte_desk::availability::Availability;
use ponte_store::{AuditEntry, KeptPresence, Presences, StoreError};
use ponte_types::{SessionId, SessionState, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    SqlStore,
    audit::audit,
    convert::unsigned,
    entity::{presence, session},
    failed,
};

#[async_trait]
impl Presences for SqlStore {
    async fn presences(&self) -> Result<Vec<KeptPresence>, StoreError> {
        let rows = presence::Entity::find().all(&self.read).await.map_err(failed)?;
        let loads: Vec<(Option<Uuid>, i64)> = session::Entity::find()
            .select_only()
            .column(session::Column::OwnerId)
            .column_as(session::Column::Id.count(), "load")
            .filter(session::Column::State.eq(SessionState::Active.as_str()))
            .group_by(session::Column::OwnerId)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let loads: HashMap<_, _> = loads.into_iter().collect();
        rows.into_iter()
            .map(|row| {
                let load = loads.get(&Some(row.technician_id)).map_or(Ok(0), |load| unsigned(*load))?;
                read(&row, load)
            })
            .collect()
    }

    async fn presence(&self, technician: TechnicianId) -> Result<Option<KeptPresence>, StoreError> {
        let row = presence::Entity::find_by_id(technician.as_uuid()).one(&self.read).await.map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        read(&row, load(&self.read, technician, None).await?).map(Some)
    }

    async fn choose_availability(
        &self,
        technician: TechnicianId,
        chosen: Availability,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let columns = [presence::Column::Chosen, presence::Column::HeardAt];
        put(&tx, row(technician, chosen, entry.at, None), &columns).await?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)
    }

    async fn heard_from(&self, technicians: &[TechnicianId], now: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        for technician in technicians {
            let row = row(*technician, Availability::Available, now, None);
            put(&tx, row, &[presence::Column::HeardAt]).await?;
        }
        tx.commit().await.map_err(failed)
    }
}

fn row(
    technician: TechnicianId,
    chosen: Availability,
    heard_at: UnixMillis,
    given_at: Option<UnixMillis>,
) -> presence::ActiveModel {
    presence::ActiveModel {
        technician_id: Set(technician.as_uuid()),
        chosen: Set(chosen.as_str().to_owned()),
        heard_at: Set(heard_at.0),
        given_at: Set(given_at.map(|at| at.0)),
    }
}

/// Makes the row; where there is one, replaces these columns only.
async fn put(
    db: &impl ConnectionTrait,
    row: presence::ActiveModel,
    replace: &[presence::Column],
) -> Result<(), StoreError> {
    let replace =
        OnConflict::column(presence::Column::TechnicianId).update_columns(replace.iter().copied()).to_owned();
    let put = presence::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await;
    put.map(|_| ()).map_err(failed)
}

/// Active sessions that somebody holds, but for one.
pub(crate) async fn load(
    db: &impl ConnectionTrait,
    technician: TechnicianId,
    but: Option<SessionId>,
) -> Result<u64, StoreError> {
    let mut held = session::Entity::find()
        .filter(session::Column::OwnerId.eq(technician.as_uuid()))
        .filter(session::Column::State.eq(SessionState::Active.as_str()));
    if let Some(but) = but {
        held = held.filter(session::Column::Id.ne(but.as_uuid()));
    }
    held.count(db).await.map_err(failed)
}

/// A session was given to them, or taken by them: they were heard from.
pub(crate) async fn given(
    db: &impl ConnectionTrait,
    technician: TechnicianId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let columns = [presence::Column::HeardAt, presence::Column::GivenAt];
    put(db, row(technician, Availability::Available, at, Some(at)), &columns).await
}

fn read(row: &presence::Model, load: u64) -> Result<KeptPresence, StoreError> {
    Ok(KeptPresence {
        technician: TechnicianId::from_uuid(row.technician_id),
        chosen: word(&row.chosen)?,
        heard_at: UnixMillis(row.heard_at),
        given_at: row.given_at.map(UnixMillis),
        load,
    })
}

fn word(text: &str) -> Result<Availability, StoreError> {
    text.parse().map_err(|_| StoreError::Broken(format!("the availability '{text}'")))
}
