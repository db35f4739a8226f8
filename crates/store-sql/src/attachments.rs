//! Files of sessions.

use async_trait::async_trait;
use ponte_store::{
    Actor, Attachment, AttachmentState, Attachments, AuditEntry, Author, Begun, ChatMessage, Entry,
    NewAttachment, NewMessage, Purpose, Room, StoreError,
};
use ponte_types::{AttachmentId, FileName, MessageId, SessionId, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    SqlStore,
    audit::audit,
    chat::{append, author, ended, names, technician_of},
    convert::{from_word, hash, signed, unsigned},
    entity::{
        attachment::{self, chunk},
        message,
    },
    events::{record, ring},
    failed,
};

#[async_trait]
impl Attachments for SqlStore {
    async fn begin_attachment(&self, new: &NewAttachment, room: Room) -> Result<Begun, StoreError> {
        let tx = self.begin().await?;
        let technician_id = technician_of(&new.by);
        if let Some(known) = find(&tx, new.id).await? {
            let same = known.session_id == new.session.as_uuid()
                && known.technician_id == technician_id
                && known.sha256 == new.sha256
                && known.size == signed(new.size);
            return if same { Ok(Begun::Ready(read(&tx, known).await?)) } else { Ok(Begun::Taken) };
        }
        let sizes: Vec<i64> = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::Size)
            .filter(attachment::Column::SessionId.eq(new.session.as_uuid()))
            .filter(attachment::Column::State.ne(AttachmentState::Removed.as_str()))
            .into_tuple()
            .all(&tx)
            .await
            .map_err(failed)?;
        let held = sizes.iter().map(|size| unsigned(*size)).sum::<Result<u64, _>>()?;
        if sizes.len() as u64 >= room.files || held.saturating_add(new.size) > room.bytes {
            return Ok(Begun::Full);
        }
        let row = attachment::Model {
            id: new.id.as_uuid(),
            session_id: new.session.as_uuid(),
            at: new.at.0,
            technician_id,
            purpose: new.purpose.as_str().to_owned(),
            name: new.name.as_str().to_owned(),
            kind: new.kind.as_str().to_owned(),
            size: signed(new.size),
            sha256: new.sha256.to_vec(),
            received: 0,
            state: AttachmentState::Arriving.as_str().to_owned(),
        };
        let insert = attachment::Entity::insert(row.clone().into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        let begun = read(&tx, row).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Begun::Ready(begun))
    }

    async fn add_chunk(&self, id: AttachmentId, from: u64, bytes: &[u8]) -> Result<Option<u64>, StoreError> {
        let tx = self.begin().await?;
        let Some(row) = find(&tx, id).await?.filter(arriving) else { return Ok(None) };
        let (received, size) = (unsigned(row.received)?, unsigned(row.size)?);
        let after = from.saturating_add(bytes.len() as u64);
        if from != received || after > size || bytes.is_empty() {
            return Ok(Some(received));
        }
        let chunk = chunk::Model { attachment_id: row.id, start: signed(from), bytes: bytes.to_vec() };
        let insert = chunk::Entity::insert(chunk.into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        attachment::Entity::update_many()
            .col_expr(attachment::Column::Received, Expr::value(signed(after)))
            .filter(attachment::Column::Id.eq(row.id))
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(after))
    }

    async fn keep_attachment(
        &self,
        id: AttachmentId,
        at: UnixMillis,
    ) -> Result<Option<(Attachment, Option<ChatMessage>)>, StoreError> {
        let tx = self.begin().await?;
        let whole = |row: &attachment::Model| arriving(row) && row.received == row.size;
        let Some(row) = find(&tx, id).await?.filter(whole) else { return Ok(None) };
        attachment::Entity::update_many()
            .col_expr(attachment::Column::State, Expr::value(AttachmentState::Kept.as_str()))
            .filter(attachment::Column::Id.eq(row.id))
            .exec(&tx)
            .await
            .map_err(failed)?;
        let kept = Attachment { state: AttachmentState::Kept, ..read(&tx, row).await? };
        let message = match kept.purpose {
            Purpose::Chat => {
                let new = NewMessage {
                    id: MessageId::from_uuid(id.as_uuid()),
                    session: kept.session,
                    at,
                    author: kept.by.clone(),
                    text: String::new(),
                };
                Some(append(&tx, &new, Some(id)).await?)
            }
            Purpose::Screenshot => {
                ring(&tx, kept.session).await?;
                None
            }
        };
        let by = match &kept.by {
            Author::EndUser => Actor::EndUser,
            Author::Technician(person) => Actor::Technician(person.id),
        };
        let about = format!("{} {} ({} bytes)", kept.session, kept.name, kept.size);
        audit(&tx, &AuditEntry { at, by, kind: "file_added", about }).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some((kept, message)))
    }

    async fn drop_attachment(&self, id: AttachmentId) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let Some(row) = find(&tx, id).await?.filter(arriving) else { return Ok(false) };
        forget(&tx, vec![row.id]).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn drop_stale_attachments(&self, begun_before: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let stale: Vec<Uuid> = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::Id)
            .filter(attachment::Column::State.eq(AttachmentState::Arriving.as_str()))
            .filter(attachment::Column::At.lt(begun_before.0))
            .into_tuple()
            .all(&tx)
            .await
            .map_err(failed)?;
        forget(&tx, stale).await?;
        tx.commit().await.map_err(failed)
    }

    async fn attachment(
        &self,
        session: SessionId,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, StoreError> {
        match find(&self.read, id).await?.filter(|row| row.session_id == session.as_uuid()) {
            Some(row) => read(&self.read, row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn attachments(&self, session: SessionId) -> Result<Vec<Attachment>, StoreError> {
        let rows = attachment::Entity::find()
            .filter(attachment::Column::SessionId.eq(session.as_uuid()))
            .filter(attachment::Column::State.ne(AttachmentState::Arriving.as_str()))
            .order_by_asc(attachment::Column::At)
            .order_by_asc(attachment::Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let names = names(&self.read, rows.iter().filter_map(|row| row.technician_id)).await?;
        rows.into_iter().map(|row| named(&row, &names)).collect()
    }

    async fn with_old_files(
        &self,
        ended_before: UnixMillis,
        limit: u64,
    ) -> Result<Vec<SessionId>, StoreError> {
        let found: Vec<Uuid> = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::SessionId)
            .distinct()
            .filter(attachment::Column::State.eq(AttachmentState::Kept.as_str()))
            .filter(attachment::Column::SessionId.in_subquery(ended(ended_before)))
            .limit(limit)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        Ok(found.into_iter().map(SessionId::from_uuid).collect())
    }

    async fn remove_files(
        &self,
        session: SessionId,
        ended_before: UnixMillis,
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let kept: Vec<Uuid> = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::Id)
            .filter(attachment::Column::SessionId.eq(session.as_uuid()))
            .filter(attachment::Column::State.eq(AttachmentState::Kept.as_str()))
            .filter(attachment::Column::SessionId.in_subquery(ended(ended_before)))
            .into_tuple()
            .all(&tx)
            .await
            .map_err(failed)?;
        if kept.is_empty() {
            return Ok(false);
        }
        let chunks = chunk::Entity::delete_many().filter(chunk::Column::AttachmentId.is_in(kept.clone()));
        chunks.exec(&tx).await.map_err(failed)?;
        attachment::Entity::update_many()
            .col_expr(attachment::Column::State, Expr::value(AttachmentState::Removed.as_str()))
            .filter(attachment::Column::Id.is_in(kept.clone()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        message::Entity::update_many()
            .col_expr(message::Column::RemovedAt, Expr::value(entry.at.0))
            .filter(message::Column::AttachmentId.is_in(kept))
            .exec(&tx)
            .await
            .map_err(failed)?;
        record(&tx, session, entry, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn chunk(&self, id: AttachmentId, from: u64) -> Result<Vec<u8>, StoreError> {
        let row = chunk::Entity::find()
            .filter(chunk::Column::AttachmentId.eq(id.as_uuid()))
            .filter(chunk::Column::Start.lte(signed(from)))
            .order_by_desc(chunk::Column::Start)
            .one(&self.read)
            .await
            .map_err(failed)?;
        let Some(mut row) = row else { return Ok(Vec::new()) };
        let within = usize::try_from(from.saturating_sub(unsigned(row.start)?)).unwrap_or(usize::MAX);
        Ok(row.bytes.split_off(within.min(row.bytes.len())))
    }
}

async fn find(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<attachment::Model>, StoreError> {
    attachment::Entity::find_by_id(id.as_uuid()).one(db).await.map_err(failed)
}

fn arriving(row: &attachment::Model) -> bool {
    row.state == AttachmentState::Arriving.as_str()
}

async fn forget(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let chunks = chunk::Entity::delete_many().filter(chunk::Column::AttachmentId.is_in(ids.clone()));
    chunks.exec(db).await.map_err(failed)?;
    let files = attachment::Entity::delete_many().filter(attachment::Column::Id.is_in(ids));
    files.exec(db).await.map(|_| ()).map_err(failed)
}

async fn read(db: &impl ConnectionTrait, row: attachment::Model) -> Result<Attachment, StoreError> {
    let names = names(db, row.technician_id).await?;
    named(&row, &names)
}

fn named(
    row: &attachment::Model,
    names: &std::collections::HashMap<Uuid, String>,
) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: AttachmentId::from_uuid(row.id),
        session: SessionId::from_uuid(row.session_id),
        at: UnixMillis(row.at),
        by: author(row.technician_id, names)?,
        purpose: from_word(&row.purpose)?,
        name: FileName::safe(&row.name),
        kind: from_word(&row.kind)?,
        size: unsigned(row.size)?,
        sha256: hash(&row.sha256)?.0,
        received: unsigned(row.received)?,
        state: from_word(&row.state)?,
    })
}
