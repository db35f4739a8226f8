//! Who came to a session and left, as both sides of its chat are told: written whenever its owner changes, whatever
//! changed it.

use ponte_store::{Coming, Owner, Session, StoreError};
use ponte_types::{SessionId, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    chat::names,
    entity::{coming, session},
    failed,
};

/// Who holds it, as it is kept now.
pub(crate) async fn owner_of(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<Uuid>, StoreError> {
    let owner: Option<Option<Uuid>> = session::Entity::find_by_id(id.as_uuid())
        .select_only()
        .column(session::Column::OwnerId)
        .into_tuple()
        .one(db)
        .await
        .map_err(failed)?;
    Ok(owner.flatten())
}

/// Takes note of what the change means for who is there.
pub(crate) async fn note(
    db: &impl ConnectionTrait,
    before: Option<Uuid>,
    after: &Session,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let now = after.owner.as_ref().map(|owner| owner.id.as_uuid());
    if before == now {
        return Ok(());
    }
    for (technician, came) in [(before, false), (now, true)] {
        let Some(technician) = technician else { continue };
        let line = coming::ActiveModel {
            id: NotSet,
            session_id: Set(after.id.as_uuid()),
            at: Set(at.0),
            technician_id: Set(technician),
            came: Set(came),
        };
        coming::Entity::insert(line).exec_without_returning(db).await.map_err(failed)?;
    }
    Ok(())
}

/// Oldest first.
pub(crate) async fn of(db: &impl ConnectionTrait, session: SessionId) -> Result<Vec<Coming>, StoreError> {
    let rows = coming::Entity::find()
        .filter(coming::Column::SessionId.eq(session.as_uuid()))
        .order_by_asc(coming::Column::Id)
        .all(db)
        .await
        .map_err(failed)?;
    let names = names(db, rows.iter().map(|row| row.technician_id)).await?;
    let read = |row: coming::Model| {
        let name = names.get(&row.technician_id).cloned();
        let name = name.ok_or_else(|| StoreError::Broken("an unknown technician came".into()))?;
        let technician = Owner { id: TechnicianId::from_uuid(row.technician_id), name };
        Ok(Coming { at: UnixMillis(row.at), technician, came: row.came })
    };
    rows.into_iter().map(read).collect()
}
