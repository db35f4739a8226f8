//! The equipment that sessions are about.

use async_trait::async_trait;
use ponte_store::{
    Entry, Equipment, NewPiece, Owner, Piece, PieceChange, PieceKept, PieceOutcome, StoreError,
};
use ponte_types::{PieceId, SessionId, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};

use crate::{SqlStore, convert, entity::piece, events::record, failed};

#[async_trait]
impl Equipment for SqlStore {
    async fn add_piece(&self, new: &NewPiece, at_most: u64, entry: &Entry) -> Result<PieceKept, StoreError> {
        let tx = self.begin().await?;
        if let Some(known) = piece::Entity::find_by_id(new.id.as_uuid()).one(&tx).await.map_err(failed)? {
            let same = known.session_id == new.session.as_uuid()
                && known.asset == new.asset
                && known.name == new.name
                && known.kind == new.kind.as_str();
            return Ok(if same { PieceKept::Again } else { PieceKept::Taken });
        }
        let others = of(&tx, new.session).await?;
        if u64::try_from(others.len()).is_ok_and(|count| count >= at_most) {
            return Ok(PieceKept::Full);
        }
        if new.asset.is_some() && others.iter().any(|other| other.asset == new.asset) {
            return Ok(PieceKept::SameAsset);
        }
        let Some(by) = entry.by.technician() else {
            return Err(StoreError::Broken("equipment is written down by technicians".into()));
        };
        let row = piece::Model {
            id: new.id.as_uuid(),
            session_id: new.session.as_uuid(),
            at: entry.at.0,
            technician_id: by.as_uuid(),
            asset: new.asset.clone(),
            name: new.name.clone(),
            kind: new.kind.as_str().to_owned(),
            outcome: None,
            reason: None,
        };
        let insert = piece::Entity::insert(row.into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        record(&tx, new.session, entry, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(PieceKept::Kept)
    }

    async fn change_piece(
        &self,
        session: SessionId,
        change: &PieceChange,
        entry: &Entry,
    ) -> Result<Option<PieceKept>, StoreError> {
        let tx = self.begin().await?;
        let all = of(&tx, session).await?;
        let Some(known) = all.iter().find(|row| row.id == change.id.as_uuid()) else { return Ok(None) };
        let changed = piece::Model {
            asset: change.asset.clone(),
            name: change.name.clone(),
            kind: change.kind.as_str().to_owned(),
            outcome: change.outcome.map(|outcome| outcome.as_str().to_owned()),
            reason: change.reason.clone(),
            ..known.clone()
        };
        if changed == *known {
            return Ok(Some(PieceKept::Again));
        }
        if changed.asset.is_some() && all.iter().any(|row| row.id != known.id && row.asset == changed.asset) {
            return Ok(Some(PieceKept::SameAsset));
        }
        changed.into_active_model().reset_all().update(&tx).await.map_err(failed)?;
        record(&tx, session, entry, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(PieceKept::Kept))
    }

    async fn remove_piece(
        &self,
        session: SessionId,
        piece: PieceId,
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let removed = piece::Entity::delete_many()
            .filter(piece::Column::Id.eq(piece.as_uuid()))
            .filter(piece::Column::SessionId.eq(session.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if removed.rows_affected == 0 {
            return Ok(false);
        }
        record(&tx, session, entry, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn equipment(&self, session: SessionId) -> Result<Vec<Piece>, StoreError> {
        let rows = of(&self.read, session).await?;
        let names = crate::chat::names(&self.read, rows.iter().map(|row| row.technician_id)).await?;
        let read = |row: piece::Model| {
            Ok(Piece {
                id: PieceId::from_uuid(row.id),
                asset: row.asset,
                name: row.name,
                kind: convert::from_word(&row.kind)?,
                at: UnixMillis(row.at),
                by: Owner {
                    name: names.get(&row.technician_id).cloned().unwrap_or_default(),
                    id: TechnicianId::from_uuid(row.technician_id),
                },
                outcome: row.outcome.as_deref().map(convert::from_word).transpose()?,
                reason: row.reason,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

async fn of(db: &impl ConnectionTrait, session: SessionId) -> Result<Vec<piece::Model>, StoreError> {
    piece::Entity::find()
        .filter(piece::Column::SessionId.eq(session.as_uuid()))
        .order_by_asc(piece::Column::At)
        .order_by_asc(piece::Column::Id)
        .all(db)
        .await
        .map_err(failed)
}

/// What became of each piece, in the transaction that closes its session.
pub(crate) async fn judge(
    db: &impl ConnectionTrait,
    session: SessionId,
    pieces: &[PieceOutcome],
) -> Result<(), StoreError> {
    for it in pieces {
        let judged = piece::ActiveModel {
            outcome: Set(Some(it.outcome.as_str().to_owned())),
            reason: Set(it.reason.clone()),
            ..Default::default()
        };
        piece::Entity::update_many()
            .set(judged)
            .filter(piece::Column::Id.eq(it.id.as_uuid()))
            .filter(piece::Column::SessionId.eq(session.as_uuid()))
            .exec(db)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
