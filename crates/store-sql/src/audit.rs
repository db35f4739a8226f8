//! The audit: written line by line, each with its link to the one before.

use async_trait::async_trait;
use ponte_desk::audit::{Head, Line, Link, START};
use ponte_store::{Actor, AuditEntry, AuditFilter, Audits, StoreError};
use ponte_types::{TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    SqlStore,
    convert::{signed, unsigned},
    entity::{audit as line, head},
    failed,
};

#[async_trait]
impl Audits for SqlStore {
    async fn audit_after(&self, after: u64, limit: u64) -> Result<Vec<(Line, Link)>, StoreError> {
        let rows = line::Entity::find()
            .filter(line::Column::Id.gt(signed(after)))
            .order_by_asc(line::Column::Id)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let linked = |row: line::Model| {
            let link = link(&row.link)?;
            Ok((read(row)?, link))
        };
        rows.into_iter().map(linked).collect()
    }

    async fn audit_lines(&self, ask: &AuditFilter) -> Result<Vec<Line>, StoreError> {
        let mut rows = line::Entity::find().order_by_desc(line::Column::Id).limit(ask.limit);
        if let Some(before) = ask.before {
            rows = rows.filter(line::Column::Id.lt(signed(before)));
        }
        if let Some(actor) = &ask.actor {
            rows = rows.filter(line::Column::Actor.eq(actor));
        }
        if let Some(technician) = ask.technician {
            rows = rows.filter(line::Column::TechnicianId.eq(technician.as_uuid()));
        }
        if let Some(kind) = &ask.kind {
            rows = rows.filter(line::Column::Kind.eq(kind));
        }
        if let Some(about) = &ask.about {
            rows = rows.filter(line::Column::About.eq(about));
        }
        if let Some(from) = ask.from {
            rows = rows.filter(line::Column::At.gte(from.0));
        }
        if let Some(until) = ask.until {
            rows = rows.filter(line::Column::At.lt(until.0));
        }
        rows.all(&self.read).await.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn audit_kinds(&self) -> Result<Vec<String>, StoreError> {
        line::Entity::find()
            .select_only()
            .column(line::Column::Kind)
            .distinct()
            .order_by_asc(line::Column::Kind)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)
    }

    async fn audit_newest(&self) -> Result<Option<(u64, Link)>, StoreError> {
        newest(&self.read).await
    }

    async fn keep_head(&self, new: &Head) -> Result<(), StoreError> {
        let row = head::Model {
            line: signed(new.line),
            link: new.link.to_vec(),
            signed_at: new.signed_at.0,
            signature: new.signature.to_vec(),
        };
        let tx = self.begin().await?;
        let insert = head::Entity::insert(row.into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn newest_head(&self) -> Result<Option<Head>, StoreError> {
        let row = head::Entity::find().order_by_desc(head::Column::Line).one(&self.read).await;
        row.map_err(failed)?.as_ref().map(read_head).transpose()
    }

    async fn heads(&self) -> Result<Vec<Head>, StoreError> {
        let rows = head::Entity::find().order_by_asc(head::Column::Line).all(&self.read).await;
        rows.map_err(failed)?.iter().map(read_head).collect()
    }
}

fn read_head(row: &head::Model) -> Result<Head, StoreError> {
    let signature = row.signature.as_slice().try_into();
    Ok(Head {
        line: unsigned(row.line)?,
        link: link(&row.link)?,
        signed_at: UnixMillis(row.signed_at),
        signature: signature.map_err(|_| StoreError::Broken("a signature has not 64 bytes".into()))?,
    })
}

/// Writes a line, linked to the newest one. Writers take turns, so that none comes in between.
pub(crate) async fn audit(db: &impl ConnectionTrait, entry: &AuditEntry) -> Result<(), StoreError> {
    let (last, previous) = newest(db).await?.unwrap_or((0, START));
    let actor = match entry.by {
        Actor::Technician(_) => "technician",
        Actor::EndUser => "end_user",
        Actor::Relay => "relay",
    };
    let new = Line {
        id: last.saturating_add(1),
        at: entry.at,
        actor: actor.to_owned(),
        technician: entry.by.technician(),
        kind: entry.kind.to_owned(),
        about: entry.about.clone(),
    };
    let row = line::Model {
        id: signed(new.id),
        at: new.at.0,
        link: new.link(&previous).to_vec(),
        technician_id: new.technician.map(|id| id.as_uuid()),
        actor: new.actor,
        kind: new.kind,
        about: new.about,
    };
    let insert = line::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

async fn newest(db: &impl ConnectionTrait) -> Result<Option<(u64, Link)>, StoreError> {
    let row: Option<(i64, Vec<u8>)> = line::Entity::find()
        .select_only()
        .columns([line::Column::Id, line::Column::Link])
        .order_by_desc(line::Column::Id)
        .into_tuple()
        .one(db)
        .await
        .map_err(failed)?;
    row.map(|(id, bytes)| Ok((unsigned(id)?, link(&bytes)?))).transpose()
}

pub(crate) fn read(row: line::Model) -> Result<Line, StoreError> {
    Ok(Line {
        id: unsigned(row.id)?,
        at: UnixMillis(row.at),
        actor: row.actor,
        technician: row.technician_id.map(TechnicianId::from_uuid),
        kind: row.kind,
        about: row.about,
    })
}

fn link(bytes: &[u8]) -> Result<Link, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Broken("a link of the audit has not 32 bytes".into()))
}
