//! The outbox, the history and the audit.

use std::collections::HashMap;

use async_trait::async_trait;
use ponte_store::{AuditEntry, Entry, Events, Outboxed, StoreError};
use ponte_types::SessionId;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    SqlStore,
    audit::audit,
    convert::{self, signed, unsigned},
    entity::{history, outbox, session},
    failed, silences,
};

#[async_trait]
impl Events for SqlStore {
    async fn newest_cursor(&self) -> Result<u64, StoreError> {
        let newest = outbox::Entity::find().order_by_desc(outbox::Column::Cursor).one(&self.read).await;
        newest.map_err(failed)?.map_or(Ok(0), |row| unsigned(row.cursor))
    }

    async fn changes_after(&self, cursor: u64, limit: u64) -> Result<Option<Vec<Outboxed>>, StoreError> {
        let oldest = outbox::Entity::find().order_by_asc(outbox::Column::Cursor).one(&self.read).await;
        let oldest = oldest.map_err(failed)?.map_or(Ok(1), |row| unsigned(row.cursor))?;
        if cursor.saturating_add(1) < oldest || cursor > self.newest_cursor().await? {
            return Ok(None);
        }
        let rows = outbox::Entity::find()
            .filter(outbox::Column::Cursor.gt(signed(cursor)))
            .order_by_asc(outbox::Column::Cursor)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let newest: HashMap<_, _> = rows.iter().map(|row| (row.session_id, row.cursor)).collect();
        let ids: Vec<_> = newest.keys().copied().collect();
        if ids.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let models = session::Entity::find().filter(session::Column::Id.is_in(ids)).all(&self.read).await;
        let mut changes = Vec::new();
        for session in convert::sessions(&self.read, models.map_err(failed)?).await? {
            let Some(cursor) = newest.get(&session.id.as_uuid()) else { continue };
            changes.push(Outboxed { cursor: unsigned(*cursor)?, session });
        }
        changes.sort_by_key(|change| change.cursor);
        Ok(Some(changes))
    }

    async fn trim_outbox(&self, keep: u64) -> Result<(), StoreError> {
        let last = signed(self.newest_cursor().await?.saturating_sub(keep));
        let tx = self.begin().await?;
        let old = outbox::Column::Cursor.lte(last);
        outbox::Entity::delete_many().filter(old).exec(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

/// What goes with every change of a session, in the same transaction; with the version that it made, if it made one.
pub(crate) async fn record(
    db: &impl ConnectionTrait,
    session: SessionId,
    entry: &Entry,
    version: Option<u64>,
) -> Result<(), StoreError> {
    let technician_id = entry.by.technician().map(|id| id.as_uuid());
    let line = history::ActiveModel {
        id: NotSet,
        session_id: Set(session.as_uuid()),
        at: Set(entry.at.0),
        kind: Set(entry.kind.as_str().to_owned()),
        technician_id: Set(technician_id),
        version: Set(version.map(signed)),
    };
    history::Entity::insert(line).exec_without_returning(db).await.map_err(failed)?;
    if entry.kind.is_contact() {
        silences::broken(db, session).await?;
    }
    let about = session.to_string();
    audit(db, &AuditEntry { at: entry.at, by: entry.by, kind: entry.kind.as_str(), about }).await?;
    ring(db, session).await
}

/// Tells whoever follows the queue to look at the session again.
pub(crate) async fn ring(db: &impl ConnectionTrait, session: SessionId) -> Result<(), StoreError> {
    let ring = outbox::ActiveModel { cursor: NotSet, session_id: Set(session.as_uuid()) };
    outbox::Entity::insert(ring).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}
