//! What managers set up.

use async_trait::async_trait;
use ponte_store::{AuditEntry, Document, DocumentChange, DocumentId, SetupChange, Setups, StoreError};
use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, ReplyId, RoleId, TechnicianId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    audit::audit,
    convert::{signed, unsigned},
    entity::{revision, session, setup},
    failed,
};

/// The one row that counts.
const ONLY: i64 = 1;

#[async_trait]
impl Setups for SqlStore {
    async fn setup(&self) -> Result<(u64, Vec<Document>), StoreError> {
        // The revision first: a change in between is then found again rather than overlooked.
        let revision = self.setup_revision().await?;
        let rows = setup::Entity::find()
            .order_by_asc(setup::Column::Kind)
            .order_by_asc(setup::Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        Ok((revision, rows.into_iter().map(read).collect::<Result<_, _>>()?))
    }

    async fn setup_revision(&self) -> Result<u64, StoreError> {
        let row = revision::Entity::find_by_id(ONLY).one(&self.read).await.map_err(failed)?;
        row.map_or(Ok(0), |row| unsigned(row.revision))
    }

    async fn change_setup(
        &self,
        revision: u64,
        changes: &[DocumentChange],
        entry: &AuditEntry,
    ) -> Result<SetupChange, StoreError> {
        let tx = self.begin().await?;
        if !count_from(&tx, revision).await? {
            return Ok(SetupChange::Moved);
        }
        for change in changes {
            match change {
                DocumentChange::Put { id, body } => {
                    put(&tx, *id, body).await?;
                    if let DocumentId::Channel(channel) = id {
                        crate::times::look_again(&tx, *channel).await?;
                    }
                }
                DocumentChange::Remove { id } => {
                    if let DocumentId::Channel(channel) = id {
                        let left = unfinished(&tx, *channel).await?;
                        if left > 0 {
                            return Ok(SetupChange::Occupied(left));
                        }
                    }
                    let (kind, key) = key(*id);
                    let of = setup::Column::Kind.eq(kind).and(setup::Column::Id.eq(key));
                    let version = Expr::col(setup::Column::Version).add(1);
                    setup::Entity::update_many()
                        .col_expr(setup::Column::Removed, Expr::value(true))
                        .col_expr(setup::Column::Version, version)
                        .filter(of)
                        .exec(&tx)
                        .await
                        .map_err(failed)?;
                }
            }
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(SetupChange::Done(revision.saturating_add(1)))
    }
}

pub(crate) async fn put(db: &impl ConnectionTrait, id: DocumentId, body: &str) -> Result<(), StoreError> {
    let (kind, key) = key(id);
    let row = setup::ActiveModel {
        kind: Set(kind.to_owned()),
        id: Set(key),
        version: Set(1),
        body: Set(body.to_owned()),
        removed: Set(false),
    };
    let version = Expr::col((setup::Entity, setup::Column::Version)).add(1);
    let replace = OnConflict::columns([setup::Column::Kind, setup::Column::Id])
        .update_columns([setup::Column::Body, setup::Column::Removed])
        .value(setup::Column::Version, version)
        .to_owned();
    let put = setup::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await;
    put.map(|_| ()).map_err(failed)
}

/// The next revision is what follows this one; false when there is a newer one already.
pub(crate) async fn count_from(db: &impl ConnectionTrait, revision: u64) -> Result<bool, StoreError> {
    let counted = revision::Entity::update_many()
        .col_expr(revision::Column::Revision, Expr::value(signed(revision.saturating_add(1))))
        .filter(revision::Column::Id.eq(ONLY))
        .filter(revision::Column::Revision.eq(signed(revision)))
        .exec(db)
        .await
        .map_err(failed)?;
    Ok(counted.rows_affected > 0)
}

/// For a change that does not depend on the others: there is a newer revision.
pub(crate) async fn count_up(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    let next = Expr::col(revision::Column::Revision).add(1);
    let counted = revision::Entity::update_many()
        .col_expr(revision::Column::Revision, next)
        .filter(revision::Column::Id.eq(ONLY))
        .exec(db)
        .await;
    counted.map(|_| ()).map_err(failed)
}

async fn unfinished(db: &impl ConnectionTrait, channel: ChannelId) -> Result<u64, StoreError> {
    session::Entity::find()
        .filter(session::Column::ChannelId.eq(channel.as_uuid()))
        .filter(session::Column::Detail.is_not_null())
        .count(db)
        .await
        .map_err(failed)
}

fn key(id: DocumentId) -> (&'static str, Uuid) {
    match id {
        DocumentId::Desk => ("desk", Uuid::nil()),
        DocumentId::Channel(id) => ("channel", id.as_uuid()),
        DocumentId::Group(id) => ("group", id.as_uuid()),
        DocumentId::Technician(id) => ("technician", id.as_uuid()),
        DocumentId::Role(id) => ("role", id.as_uuid()),
        DocumentId::Company(id) => ("company", id.as_uuid()),
        DocumentId::Category(id) => ("category", id.as_uuid()),
        DocumentId::Reply(id) => ("reply", id.as_uuid()),
    }
}

fn read(row: setup::Model) -> Result<Document, StoreError> {
    let id = match row.kind.as_str() {
        "desk" => DocumentId::Desk,
        "channel" => DocumentId::Channel(ChannelId::from_uuid(row.id)),
        "group" => DocumentId::Group(GroupId::from_uuid(row.id)),
        "technician" => DocumentId::Technician(TechnicianId::from_uuid(row.id)),
        "role" => DocumentId::Role(RoleId::from_uuid(row.id)),
        "company" => DocumentId::Company(CompanyId::from_uuid(row.id)),
        "category" => DocumentId::Category(CategoryId::from_uuid(row.id)),
        "reply" => DocumentId::Reply(ReplyId::from_uuid(row.id)),
        other => return Err(StoreError::Broken(format!("a document about '{other}'"))),
    };
    Ok(Document { id, version: unsigned(row.version)?, body: row.body, removed: row.removed })
}
