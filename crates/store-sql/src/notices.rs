//! The feed of what happened, and what technicians are told of it.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use ponte_desk::notify::{Told, Way};
use ponte_store::{
    Feed, FeedCursor, FeedLine, KeptPreferences, NewMail, NewNotice, Notice, Notices, SeenUp, Session,
    StoreError, Telling, Touched,
};
use ponte_types::{SessionId, SessionState, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait as _, IntoActiveModel as _,
    IsolationLevel, PaginatorTrait as _, QueryFilter, QueryOrder, QuerySelect, TransactionTrait as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    convert::{self, from_word, signed, unsigned},
    entity::{feed_cursor, history, mail, message, notice, outbox, preference, session, told},
    failed,
    webhooks::queue_delivery,
};

/// The one row.
const ONLY: i64 = 1;

#[async_trait]
impl Notices for SqlStore {
    async fn feed(&self, limit: u64) -> Result<Feed, StoreError> {
        // One moment for all of it: whoever took a session must not look like somebody to whom it was given.
        let isolation = match self.read.get_database_backend() {
            DbBackend::Postgres => Some(IsolationLevel::RepeatableRead),
            _ => None,
        };
        let tx = self.read.begin_with_config(isolation, None).await.map_err(failed)?;
        let feed = read_feed(&tx, limit).await?;
        tx.commit().await.map_err(failed)?;
        Ok(feed)
    }

    async fn tell(&self, telling: &Telling) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let moved = feed_cursor::Entity::update_many()
            .col_expr(feed_cursor::Column::History, Expr::value(signed(telling.to.history)))
            .col_expr(feed_cursor::Column::Outbox, Expr::value(signed(telling.to.outbox)))
            .filter(feed_cursor::Column::History.eq(signed(telling.from.history)))
            .filter(feed_cursor::Column::Outbox.eq(signed(telling.from.outbox)))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if moved.rows_affected == 0 {
            return Ok(false);
        }
        for (session, now, message) in &telling.told {
            keep_told(&tx, *session, *now, *message).await?;
        }
        for new in &telling.notices {
            notice::Entity::insert(row(new)).exec_without_returning(&tx).await.map_err(failed)?;
        }
        for new in &telling.mails {
            queue_mail(&tx, new).await?;
        }
        for new in &telling.deliveries {
            queue_delivery(&tx, new).await?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn notices(
        &self,
        technician: TechnicianId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<Notice>, StoreError> {
        let rows = notice::Entity::find()
            .filter(notice::Column::TechnicianId.eq(technician.as_uuid()))
            .filter(notice::Column::Id.gt(signed(after)))
            .order_by_desc(notice::Column::Id)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let ids: HashSet<Uuid> = rows.iter().map(|row| row.session_id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sessions = session::Entity::find().filter(session::Column::Id.is_in(ids)).all(&self.read).await;
        let sessions = convert::sessions(&self.read, sessions.map_err(failed)?).await?;
        let sessions: HashMap<Uuid, Session> =
            sessions.into_iter().map(|session| (session.id.as_uuid(), session)).collect();
        let read = |row: notice::Model| {
            let session = sessions.get(&row.session_id)?.clone();
            Some(read(&row, session))
        };
        rows.into_iter().filter_map(read).collect()
    }

    async fn notices_seen(&self, technician: TechnicianId, seen: SeenUp) -> Result<bool, StoreError> {
        let which = match seen {
            SeenUp::To(id) => notice::Column::Id.lte(signed(id)),
            SeenUp::Session(session) => notice::Column::SessionId.eq(session.as_uuid()),
        };
        let tx = self.begin().await?;
        let marked = notice::Entity::update_many()
            .col_expr(notice::Column::Seen, Expr::value(true))
            .filter(notice::Column::TechnicianId.eq(technician.as_uuid()))
            .filter(notice::Column::Seen.eq(false))
            .filter(which)
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(marked.rows_affected > 0)
    }

    async fn forget_notices(&self, before: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let old = notice::Entity::delete_many().filter(notice::Column::At.lt(before.0));
        old.exec(&tx).await.map_err(failed)?;
        let done = mail::Entity::delete_many()
            .filter(mail::Column::NextAt.is_null())
            .filter(mail::Column::CreatedAt.lt(before.0));
        done.exec(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn preferences(&self) -> Result<Vec<KeptPreferences>, StoreError> {
        let rows = preference::Entity::find().all(&self.read).await.map_err(failed)?;
        rows.into_iter().map(kept).collect()
    }

    async fn preferences_of(&self, technician: TechnicianId) -> Result<KeptPreferences, StoreError> {
        let row = preference::Entity::find_by_id(technician.as_uuid()).one(&self.read).await;
        row.map_err(failed)?.map_or_else(
            || Ok(KeptPreferences { technician, version: 0, body: String::new(), language: None }),
            kept,
        )
    }

    async fn choose_preferences(
        &self,
        technician: TechnicianId,
        version: u64,
        body: &str,
    ) -> Result<Option<u64>, StoreError> {
        let tx = self.begin().await?;
        let id = technician.as_uuid();
        let row = preference::Entity::find_by_id(id).one(&tx).await.map_err(failed)?;
        let next = version.saturating_add(1);
        match row {
            None if version == 0 => {
                let new = preference::Model {
                    technician_id: id,
                    version: signed(next),
                    body: body.to_owned(),
                    language: None,
                };
                let insert = preference::Entity::insert(new.into_active_model().reset_all());
                insert.exec_without_returning(&tx).await.map_err(failed)?;
            }
            Some(row) if unsigned(row.version)? == version => {
                preference::Entity::update_many()
                    .col_expr(preference::Column::Version, Expr::value(signed(next)))
                    .col_expr(preference::Column::Body, Expr::value(body))
                    .filter(preference::Column::TechnicianId.eq(id))
                    .exec(&tx)
                    .await
                    .map_err(failed)?;
            }
            None | Some(_) => return Ok(None),
        }
        tx.commit().await.map_err(failed)?;
        Ok(Some(next))
    }

    async fn choose_language(&self, technician: TechnicianId, language: &str) -> Result<(), StoreError> {
        let row = preference::ActiveModel {
            technician_id: Set(technician.as_uuid()),
            version: Set(0),
            body: Set(String::new()),
            language: Set(Some(language.to_owned())),
        };
        let replace = OnConflict::column(preference::Column::TechnicianId)
            .update_column(preference::Column::Language)
            .to_owned();
        let tx = self.begin().await?;
        let put = preference::Entity::insert(row).on_conflict(replace);
        put.exec_without_returning(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

/// Lines of the history for each change of the outbox that is read: a session's state must not run ahead of them.
const AHEAD: u64 = 10;

async fn read_feed(db: &impl ConnectionTrait, limit: u64) -> Result<Feed, StoreError> {
    let kept = feed_cursor::Entity::find_by_id(ONLY).one(db).await.map_err(failed)?;
    let kept = kept.ok_or_else(|| StoreError::Broken("the feed has no cursor".into()))?;
    let from = FeedCursor { history: unsigned(kept.history)?, outbox: unsigned(kept.outbox)? };
    let rows = history::Entity::find()
        .filter(history::Column::Id.gt(kept.history))
        .order_by_asc(history::Column::Id)
        .limit(limit.saturating_mul(AHEAD))
        .all(db)
        .await
        .map_err(failed)?;
    let lines: Vec<FeedLine> = rows.iter().map(line).collect::<Result<_, _>>()?;
    let oldest = outbox::Entity::find().order_by_asc(outbox::Column::Cursor).one(db).await;
    let oldest = oldest.map_err(failed)?.map_or(kept.outbox.saturating_add(1), |row| row.cursor);
    let changes = outbox::Entity::find()
        .filter(outbox::Column::Cursor.gt(kept.outbox))
        .order_by_asc(outbox::Column::Cursor)
        .limit(limit)
        .all(db)
        .await
        .map_err(failed)?;
    let to = FeedCursor {
        history: lines.last().map_or(from.history, |line| line.id),
        outbox: changes.last().map_or(Ok(from.outbox), |row| unsigned(row.cursor))?,
    };
    let mut which: HashSet<Uuid> = lines.iter().map(|line| line.session.as_uuid()).collect();
    which.extend(changes.iter().map(|row| row.session_id));
    let mut asked = session::Column::Id.is_in(which.iter().copied());
    if kept.outbox.saturating_add(1) < oldest {
        // The outbox does not reach back that far: all that is open is looked at.
        let states = [SessionState::Waiting, SessionState::Active].map(SessionState::as_str);
        asked = asked.or(session::Column::State.is_in(states));
    } else if which.is_empty() {
        return Ok(Feed { from, to, ..Feed::default() });
    }
    let rows = session::Entity::find().filter(asked).all(db).await.map_err(failed)?;
    let touched = touched(db, convert::sessions(db, rows).await?).await?;
    Ok(Feed { from, to, lines, touched })
}

async fn touched(db: &impl ConnectionTrait, sessions: Vec<Session>) -> Result<Vec<Touched>, StoreError> {
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id.as_uuid()).collect();
    let rows = told::Entity::find().filter(told::Column::SessionId.is_in(ids)).all(db).await;
    let rows: HashMap<Uuid, told::Model> =
        rows.map_err(failed)?.into_iter().map(|row| (row.session_id, row)).collect();
    let mut all = Vec::new();
    for session in sessions {
        let row = rows.get(&session.id.as_uuid());
        let told = row.map_or_else(Told::default, |row| Told {
            owner: row.owner_id.map(TechnicianId::from_uuid),
            waiting: row.waiting,
        });
        let told_message = row.map_or(Ok(0), |row| unsigned(row.message))?;
        let unheard = session.chat.newest > told_message;
        let messages = if unheard { of_the_end_user(db, session.id, told_message).await? } else { 0 };
        all.push(Touched { session, told, told_message, messages });
    }
    Ok(all)
}

/// Messages of the end user after a number.
async fn of_the_end_user(
    db: &impl ConnectionTrait,
    session: SessionId,
    after: u64,
) -> Result<u64, StoreError> {
    message::Entity::find()
        .filter(message::Column::SessionId.eq(session.as_uuid()))
        .filter(message::Column::Number.gt(signed(after)))
        .filter(message::Column::TechnicianId.is_null())
        .count(db)
        .await
        .map_err(failed)
}

async fn keep_told(
    db: &impl ConnectionTrait,
    session: SessionId,
    now: Told,
    message: u64,
) -> Result<(), StoreError> {
    let row = told::ActiveModel {
        session_id: Set(session.as_uuid()),
        owner_id: Set(now.owner.map(|id| id.as_uuid())),
        waiting: Set(now.waiting),
        message: Set(signed(message)),
    };
    let replace = OnConflict::column(told::Column::SessionId)
        .update_columns([told::Column::OwnerId, told::Column::Waiting, told::Column::Message])
        .to_owned();
    let put = told::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await;
    put.map(|_| ()).map_err(failed)
}

fn row(new: &NewNotice) -> notice::ActiveModel {
    notice::ActiveModel {
        id: NotSet,
        technician_id: Set(new.technician.as_uuid()),
        at: Set(new.at.0),
        event: Set(new.event.as_str().to_owned()),
        session_id: Set(new.session.as_uuid()),
        by_id: Set(new.by.map(|id| id.as_uuid())),
        ways: Set(new.ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(",")),
        seen: Set(false),
    }
}

pub(crate) async fn queue_mail(db: &impl ConnectionTrait, new: &NewMail) -> Result<(), StoreError> {
    let row = mail::ActiveModel {
        id: NotSet,
        technician_id: Set(new.technician.as_uuid()),
        recipient: Set(new.to.clone()),
        subject: Set(new.subject.clone()),
        body: Set(new.body.clone()),
        message_id: Set(new.message_id.clone()),
        created_at: Set(new.at.0),
        tries: Set(0),
        next_at: Set(Some(new.at.0)),
        failure: Set(None),
    };
    mail::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

fn line(row: &history::Model) -> Result<FeedLine, StoreError> {
    Ok(FeedLine {
        id: unsigned(row.id)?,
        at: UnixMillis(row.at),
        session: SessionId::from_uuid(row.session_id),
        kind: from_word(&row.kind)?,
        by: row.technician_id.map(TechnicianId::from_uuid),
    })
}

fn read(row: &notice::Model, session: Session) -> Result<Notice, StoreError> {
    let ways = row.ways.split(',').filter(|word| !word.is_empty());
    Ok(Notice {
        id: unsigned(row.id)?,
        at: UnixMillis(row.at),
        event: from_word(&row.event)?,
        session,
        by: row.by_id.map(TechnicianId::from_uuid),
        ways: ways.map(from_word::<Way>).collect::<Result<_, _>>()?,
        seen: row.seen,
    })
}

fn kept(row: preference::Model) -> Result<KeptPreferences, StoreError> {
    Ok(KeptPreferences {
        technician: TechnicianId::from_uuid(row.technician_id),
        version: unsigned(row.version)?,
        body: row.body,
        language: row.language,
    })
}
