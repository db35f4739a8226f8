//! Messages, and how far each side has got with them.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use ponte_store::{
    Author, ChatFile, ChatMarks, ChatMessage, Chats, Coming, Entry, NewMessage, Owner, Progress, Said,
    StoreError,
};
use ponte_types::{AttachmentId, FileName, MessageId, SessionId, SessionState, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    SqlStore, comings,
    convert::{from_word, hash, signed, unsigned},
    entity::{attachment, chat, message, private_message, session, technician},
    events::{record, ring},
    failed, silences,
};

#[async_trait]
impl Chats for SqlStore {
    async fn say(&self, new: &NewMessage) -> Result<Said, StoreError> {
        let tx = self.begin().await?;
        if let Some(known) = message::Entity::find_by_id(new.id.as_uuid()).one(&tx).await.map_err(failed)? {
            let technician = technician_of(&new.author);
            if known.session_id != new.session.as_uuid() || known.technician_id != technician {
                return Ok(Said::Taken);
            }
            return Ok(Said::Again(read_one(&tx, known).await?));
        }
        let said = append(&tx, new, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Said::Kept(said))
    }

    async fn messages(
        &self,
        session: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<ChatMessage>, StoreError> {
        let rows = message::Entity::find()
            .filter(message::Column::SessionId.eq(session.as_uuid()))
            .filter(message::Column::Number.gt(signed(after)))
            .order_by_asc(message::Column::Number)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let names = names(&self.read, rows.iter().filter_map(|row| row.technician_id)).await?;
        let files = files(&self.read, rows.iter().filter_map(|row| row.attachment_id)).await?;
        rows.into_iter().map(|row| read(row, &names, &files)).collect()
    }

    async fn message(&self, session: SessionId, id: MessageId) -> Result<Option<ChatMessage>, StoreError> {
        let row = message::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        let Some(row) = row.filter(|row| row.session_id == session.as_uuid()) else { return Ok(None) };
        read_one(&self.read, row).await.map(Some)
    }

    async fn comings(&self, session: SessionId) -> Result<Vec<Coming>, StoreError> {
        comings::of(&self.read, session).await
    }

    async fn with_old_chat(
        &self,
        ended_before: UnixMillis,
        limit: u64,
    ) -> Result<Vec<SessionId>, StoreError> {
        let found: Vec<Uuid> = message::Entity::find()
            .select_only()
            .column(message::Column::SessionId)
            .distinct()
            .filter(message::Column::RemovedAt.is_null())
            .filter(message::Column::AttachmentId.is_null())
            .filter(message::Column::SessionId.in_subquery(ended(ended_before)))
            .limit(limit)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        // What technicians wrote among themselves goes with it, also where nobody wrote to the end user.
        let among: Vec<Uuid> = private_message::Entity::find()
            .select_only()
            .column(private_message::Column::SessionId)
            .distinct()
            .filter(private_message::Column::SessionId.in_subquery(ended(ended_before)))
            .limit(limit)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let all: BTreeSet<Uuid> = found.into_iter().chain(among).collect();
        Ok(all.into_iter().map(SessionId::from_uuid).collect())
    }

    async fn remove_chat(
        &self,
        session: SessionId,
        ended_before: UnixMillis,
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let removed = message::Entity::update_many()
            .col_expr(message::Column::Text, Expr::value(""))
            .col_expr(message::Column::RemovedAt, Expr::value(entry.at.0))
            .filter(message::Column::SessionId.eq(session.as_uuid()))
            .filter(message::Column::SessionId.in_subquery(ended(ended_before)))
            .filter(message::Column::RemovedAt.is_null())
            .filter(message::Column::AttachmentId.is_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        let among = private_message::Entity::delete_many()
            .filter(private_message::Column::SessionId.eq(session.as_uuid()))
            .filter(private_message::Column::SessionId.in_subquery(ended(ended_before)))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if removed.rows_affected == 0 && among.rows_affected == 0 {
            return Ok(false);
        }
        record(&tx, session, entry, None).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn chat_marks(&self, session: SessionId) -> Result<ChatMarks, StoreError> {
        kept(&self.read, session).await?.as_ref().map_or(Ok(ChatMarks::default()), marks)
    }

    async fn mark(&self, session: SessionId, progress: Progress) -> Result<Option<ChatMarks>, StoreError> {
        let tx = self.begin().await?;
        let Some(kept) = kept(&tx, session).await? else { return Ok(None) };
        let before = marks(&kept)?;
        let after = before.advanced(progress);
        if after == before {
            return Ok(None);
        }
        keep(&tx, session, true, after).await?;
        ring(&tx, session).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(after))
    }
}

/// Sessions that are over since before then.
pub(crate) fn ended(before: UnixMillis) -> SelectStatement {
    let over = [SessionState::Closed, SessionState::Expired].map(SessionState::as_str);
    Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(session::Column::State.is_in(over))
        .and_where(session::Column::ClosedAt.lt(before.0))
        .take()
}

/// Writes a message as the newest of its session, and rings.
pub(crate) async fn append(
    db: &impl ConnectionTrait,
    new: &NewMessage,
    file: Option<AttachmentId>,
) -> Result<ChatMessage, StoreError> {
    let kept = kept(db, new.session).await?;
    let mut marks = kept.as_ref().map_or(Ok(ChatMarks::default()), marks)?;
    marks.newest += 1;
    let author = match &new.author {
        Author::EndUser => Progress::EndUserSaw(marks.newest),
        Author::Technician(_) => Progress::DeskSaw(marks.newest),
    };
    let marks = marks.advanced(author);
    keep(db, new.session, kept.is_some(), marks).await?;
    let row = message::Model {
        id: new.id.as_uuid(),
        session_id: new.session.as_uuid(),
        number: signed(marks.newest),
        at: new.at.0,
        technician_id: technician_of(&new.author),
        text: new.text.clone(),
        attachment_id: file.map(|id| id.as_uuid()),
        removed_at: None,
    };
    let insert = message::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(db).await.map_err(failed)?;
    if new.author == Author::EndUser {
        silences::broken(db, new.session).await?;
    } else {
        crate::times::answered(db, new.session, new.at).await?;
    }
    ring(db, new.session).await?;
    read_one(db, row).await
}

/// The marks of many sessions; one in which nothing was said has none.
pub(crate) async fn marks_of(
    db: &impl ConnectionTrait,
    sessions: Vec<Uuid>,
) -> Result<HashMap<Uuid, ChatMarks>, StoreError> {
    if sessions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = chat::Entity::find().filter(chat::Column::SessionId.is_in(sessions)).all(db).await;
    rows.map_err(failed)?.iter().map(|row| Ok((row.session_id, marks(row)?))).collect()
}

async fn kept(db: &impl ConnectionTrait, session: SessionId) -> Result<Option<chat::Model>, StoreError> {
    chat::Entity::find_by_id(session.as_uuid()).one(db).await.map_err(failed)
}

async fn keep(
    db: &impl ConnectionTrait,
    session: SessionId,
    known: bool,
    marks: ChatMarks,
) -> Result<(), StoreError> {
    let row = chat::ActiveModel {
        session_id: Set(session.as_uuid()),
        newest: Set(signed(marks.newest)),
        end_user_got: Set(signed(marks.end_user_got)),
        end_user_saw: Set(signed(marks.end_user_saw)),
        desk_saw: Set(signed(marks.desk_saw)),
    };
    if known {
        let update = chat::Entity::update_many().set(row);
        let update = update.filter(chat::Column::SessionId.eq(session.as_uuid())).exec(db).await;
        update.map(|_| ()).map_err(failed)
    } else {
        chat::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(failed)
    }
}

fn marks(row: &chat::Model) -> Result<ChatMarks, StoreError> {
    Ok(ChatMarks {
        newest: unsigned(row.newest)?,
        end_user_got: unsigned(row.end_user_got)?,
        end_user_saw: unsigned(row.end_user_saw)?,
        desk_saw: unsigned(row.desk_saw)?,
    })
}

pub(crate) fn technician_of(author: &Author) -> Option<Uuid> {
    match author {
        Author::EndUser => None,
        Author::Technician(person) => Some(person.id.as_uuid()),
    }
}

pub(crate) async fn names(
    db: &impl ConnectionTrait,
    technicians: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, StoreError> {
    let ids: Vec<Uuid> = technicians.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = technician::Entity::find().filter(technician::Column::Id.is_in(ids)).all(db).await;
    Ok(rows.map_err(failed)?.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(crate) fn author(technician: Option<Uuid>, names: &HashMap<Uuid, String>) -> Result<Author, StoreError> {
    let Some(id) = technician else { return Ok(Author::EndUser) };
    let name = names.get(&id).cloned();
    let name = name.ok_or_else(|| StoreError::Broken(format!("something of unknown technician {id}")))?;
    Ok(Author::Technician(Owner { id: TechnicianId::from_uuid(id), name }))
}

async fn files(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, ChatFile>, StoreError> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = attachment::Entity::find().filter(attachment::Column::Id.is_in(ids)).all(db).await;
    let file = |row: attachment::Model| {
        let file = ChatFile {
            id: AttachmentId::from_uuid(row.id),
            name: FileName::safe(&row.name),
            kind: from_word(&row.kind)?,
            size: unsigned(row.size)?,
            sha256: hash(&row.sha256)?.0,
        };
        Ok((row.id, file))
    };
    rows.map_err(failed)?.into_iter().map(file).collect()
}

async fn read_one(db: &impl ConnectionTrait, row: message::Model) -> Result<ChatMessage, StoreError> {
    let (names, files) = (names(db, row.technician_id).await?, files(db, row.attachment_id).await?);
    read(row, &names, &files)
}

fn read(
    row: message::Model,
    names: &HashMap<Uuid, String>,
    files: &HashMap<Uuid, ChatFile>,
) -> Result<ChatMessage, StoreError> {
    Ok(ChatMessage {
        id: MessageId::from_uuid(row.id),
        number: unsigned(row.number)?,
        at: UnixMillis(row.at),
        author: author(row.technician_id, names)?,
        text: row.text,
        file: row.attachment_id.and_then(|id| files.get(&id).cloned()),
        removed_at: row.removed_at.map(UnixMillis),
    })
}
