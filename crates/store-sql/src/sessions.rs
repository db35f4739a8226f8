//! The queue.

use async_trait::async_trait;
use ponte_store::{
    CodeState, Entry, Held, HistoryEntry, HistoryKind, NewConnection, PieceOutcome, Served, Session,
    SessionFilter, Sessions, Silence, StoreError,
};
use ponte_types::{
    ChannelId, ConnectionId, DeviceFacts, InviteId, Program, RequestId, SessionId, TechnicianId, UnixMillis,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    SqlStore, comings,
    convert::{self, json, row, signed},
    earlier,
    entity::{code, coming, connection, history, invite, session, technician},
    equipment,
    events::{record, ring},
    failed, list, presence, silences, times,
};

#[async_trait]
impl Sessions for SqlStore {
    async fn add_invited(&self, new: &Session, entry: &Entry) -> Result<Session, StoreError> {
        let tx = self.begin().await?;
        if let Some(request) = new.request {
            let opened = session::Column::RequestId.eq(request.as_uuid());
            let known = session::Entity::find().filter(opened).one(&tx).await.map_err(failed)?;
            if let Some(known) = known {
                let known = convert::sessions(&tx, vec![known]).await?.pop();
                return known.ok_or_else(|| StoreError::Broken("a session cannot be read".into()));
            }
        }
        let session = add(&tx, new).await?;
        link(&tx, new).await?;
        record(&tx, new.id, entry, Some(session.version)).await?;
        tx.commit().await.map_err(failed)?;
        Ok(session)
    }

    async fn add_from_code(&self, new: &Session, at_most: u64, entry: &Entry) -> Result<Held, StoreError> {
        let Some(connection) = new.connection else { return Ok(Held::Moved) };
        let tx = self.begin().await?;
        let shown = code::Column::State.eq(CodeState::Shown.as_str());
        let used = code::Entity::update_many()
            .col_expr(code::Column::State, Expr::value(CodeState::Used.as_str()))
            .filter(code::Column::ConnectionId.eq(connection.as_uuid()).and(shown))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if used.rows_affected == 0 {
            return Ok(Held::Moved);
        }
        if let Some(over) = over_limit(&tx, new, at_most, entry.at).await? {
            return Ok(over);
        }
        let session = add(&tx, new).await?;
        let mut serves = connection::Entity::update_many()
            .col_expr(connection::Column::SessionId, Expr::value(new.id.as_uuid()))
            .filter(connection::Column::Id.eq(connection.as_uuid()));
        if let Some(device) = &new.device {
            serves = serves.col_expr(connection::Column::Device, Expr::value(json(device)?));
        }
        serves.exec(&tx).await.map_err(failed)?;
        record(&tx, new.id, entry, Some(session.version)).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Held::Done(Box::new(session)))
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let found = session::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        self.one(found).await
    }

    async fn session_by_request(&self, request: RequestId) -> Result<Option<Session>, StoreError> {
        let opened = session::Column::RequestId.eq(request.as_uuid());
        let found = session::Entity::find().filter(opened).one(&self.read).await.map_err(failed)?;
        self.one(found).await
    }

    async fn session_by_invite(&self, invite: InviteId) -> Result<Option<Session>, StoreError> {
        let Some(link) =
            invite::Entity::find_by_id(invite.as_uuid()).one(&self.read).await.map_err(failed)?
        else {
            return Ok(None);
        };
        self.session(SessionId::from_uuid(link.session_id)).await
    }

    async fn session_by_connection(&self, connection: ConnectionId) -> Result<Option<Session>, StoreError> {
        let found = session::Entity::find()
            .filter(session::Column::ConnectionId.eq(connection.as_uuid()))
            .one(&self.read)
            .await
            .map_err(failed)?;
        self.one(found).await
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        let rows = list::query(self.read.get_database_backend(), filter).all(&self.read).await;
        convert::sessions(&self.read, rows.map_err(failed)?).await
    }

    async fn change(
        &self,
        changed: &Session,
        bind: Option<&NewConnection>,
        entry: &Entry,
    ) -> Result<Option<Session>, StoreError> {
        let tx = self.begin().await?;
        let Some(changed) = write(&tx, changed, entry).await? else { return Ok(None) };
        if let Some(new) = bind {
            bind_to(&tx, changed.id, new).await?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(Some(changed))
    }

    async fn close(
        &self,
        changed: &Session,
        pieces: &[PieceOutcome],
        entry: &Entry,
    ) -> Result<Option<Session>, StoreError> {
        let tx = self.begin().await?;
        let Some(changed) = write(&tx, changed, entry).await? else { return Ok(None) };
        equipment::judge(&tx, changed.id, pieces).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(changed))
    }

    async fn relink(&self, changed: &Session, entry: &Entry) -> Result<Option<Session>, StoreError> {
        let tx = self.begin().await?;
        let Some(changed) = write(&tx, changed, entry).await? else { return Ok(None) };
        let of = invite::Column::SessionId.eq(changed.id.as_uuid());
        invite::Entity::delete_many().filter(of).exec(&tx).await.map_err(failed)?;
        link(&tx, &changed).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(changed))
    }

    async fn hold(&self, changed: &Session, at_most: u64, entry: &Entry) -> Result<Held, StoreError> {
        let tx = self.begin().await?;
        if let Some(over) = over_limit(&tx, changed, at_most, entry.at).await? {
            return Ok(over);
        }
        let Some(changed) = write(&tx, changed, entry).await? else { return Ok(Held::Moved) };
        tx.commit().await.map_err(failed)?;
        Ok(Held::Done(Box::new(changed)))
    }

    async fn released_by(&self, id: SessionId) -> Result<Vec<TechnicianId>, StoreError> {
        let released = sea_orm::sea_query::Query::select()
            .column(history::Column::At)
            .from(history::Entity)
            .and_where(history::Column::SessionId.eq(id.as_uuid()))
            .and_where(history::Column::Kind.eq(HistoryKind::Released.as_str()))
            .to_owned();
        // Whoever released it: it was its owner who left with that.
        let left: Vec<Uuid> = coming::Entity::find()
            .select_only()
            .column(coming::Column::TechnicianId)
            .distinct()
            .filter(coming::Column::SessionId.eq(id.as_uuid()))
            .filter(coming::Column::Came.eq(false))
            .filter(coming::Column::At.in_subquery(released))
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        Ok(left.into_iter().map(TechnicianId::from_uuid).collect())
    }

    async fn adopt(&self, channel: ChannelId) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        session::Entity::update_many()
            .col_expr(session::Column::ChannelId, Expr::value(channel.as_uuid()))
            .filter(session::Column::ChannelId.is_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn keep_device(&self, id: SessionId, device: &DeviceFacts) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let found = session::Entity::find_by_id(id.as_uuid()).one(&tx).await.map_err(failed)?;
        let Some(model) = found.filter(|row| row.detail.is_some()) else { return Ok(false) };
        let Some(kept) = convert::sessions(&tx, vec![model]).await?.pop() else { return Ok(false) };
        let kept = Session { device: Some(device.clone()), ..kept };
        let row = row(&kept, kept.version)?;
        session::Entity::update_many()
            .col_expr(session::Column::Device, Expr::value(row.device))
            .col_expr(session::Column::Search, Expr::value(row.search))
            .filter(session::Column::Id.eq(id.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        earlier::leave(&tx, &kept).await?;
        ring(&tx, id).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn history(&self, id: SessionId, limit: u64) -> Result<Vec<HistoryEntry>, StoreError> {
        let mut lines = history::Entity::find()
            .filter(history::Column::SessionId.eq(id.as_uuid()))
            .order_by_desc(history::Column::Id)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        lines.reverse();
        let people: Vec<_> = lines.iter().filter_map(|line| line.technician_id).collect();
        let people = technician::Entity::find()
            .filter(technician::Column::Id.is_in(people))
            .all(&self.read)
            .await
            .map_err(failed)?;
        lines
            .into_iter()
            .map(|line| {
                let by = people.iter().find(|p| Some(p.id) == line.technician_id).map(|p| p.name.clone());
                Ok(HistoryEntry { at: UnixMillis(line.at), kind: convert::from_word(&line.kind)?, by })
            })
            .collect()
    }

    async fn made(
        &self,
        id: SessionId,
        version: u64,
    ) -> Result<Option<(HistoryKind, Option<TechnicianId>)>, StoreError> {
        let line = history::Entity::find()
            .filter(history::Column::SessionId.eq(id.as_uuid()))
            .filter(history::Column::Version.eq(signed(version)))
            .one(&self.read)
            .await
            .map_err(failed)?;
        let Some(line) = line else { return Ok(None) };
        let by = line.technician_id.map(TechnicianId::from_uuid);
        Ok(Some((convert::from_word(&line.kind)?, by)))
    }

    async fn next_due(&self) -> Result<Option<UnixMillis>, StoreError> {
        let next: Option<Option<i64>> = session::Entity::find()
            .select_only()
            .column(session::Column::DueAt)
            .filter(session::Column::DueAt.is_not_null())
            .order_by_asc(session::Column::DueAt)
            .limit(1)
            .into_tuple()
            .one(&self.read)
            .await
            .map_err(failed)?;
        Ok(next.flatten().map(UnixMillis))
    }

    async fn due(&self, now: UnixMillis, limit: u64) -> Result<Vec<Session>, StoreError> {
        let rows = session::Entity::find()
            .filter(session::Column::DueAt.lte(now.0))
            .order_by_asc(session::Column::DueAt)
            .limit(limit)
            .all(&self.read)
            .await;
        convert::sessions(&self.read, rows.map_err(failed)?).await
    }

    async fn connected(&self) -> Result<Vec<Served>, StoreError> {
        let rows: Vec<(Uuid, Option<Uuid>, i64)> = session::Entity::find()
            .select_only()
            .columns([session::Column::Id, session::Column::ConnectionId, session::Column::ChangedAt])
            .filter(session::Column::Detail.is_not_null())
            .filter(session::Column::Program.eq(Program::Here.as_str()))
            .order_by_asc(session::Column::Number)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let served = |(session, connection, changed_at): (Uuid, Option<Uuid>, i64)| Served {
            session: SessionId::from_uuid(session),
            connection: connection.map(ConnectionId::from_uuid),
            changed_at: UnixMillis(changed_at),
        };
        Ok(rows.into_iter().map(served).collect())
    }

    async fn change_all(&self, changed: &[(Session, Entry)]) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let mut count = 0;
        for (session, entry) in changed {
            count += u64::from(write(&tx, session, entry).await?.is_some());
        }
        tx.commit().await.map_err(failed)?;
        Ok(count)
    }

    async fn silences(&self, limit: u64) -> Result<Vec<Silence>, StoreError> {
        silences::unfinished(&self.read, limit).await
    }
}

impl SqlStore {
    async fn one(&self, found: Option<session::Model>) -> Result<Option<Session>, StoreError> {
        let Some(model) = found else { return Ok(None) };
        Ok(convert::sessions(&self.read, vec![model]).await?.pop())
    }
}

/// The connection becomes the one that serves the session.
pub(crate) async fn bind_to(
    db: &impl ConnectionTrait,
    session: SessionId,
    new: &NewConnection,
) -> Result<(), StoreError> {
    connection::Entity::delete_many()
        .filter(connection::Column::SessionId.eq(session.as_uuid()))
        .exec(db)
        .await
        .map_err(failed)?;
    let row = connection::ActiveModel {
        id: Set(new.id.as_uuid()),
        token: Set(new.token.0.to_vec()),
        earlier_token: Set(None),
        session_id: Set(Some(session.as_uuid())),
        device: Set(json(&new.device)?),
    };
    connection::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

/// Counts what the owner holds beside this session, and takes note that it was given to them.
pub(crate) async fn over_limit(
    db: &impl ConnectionTrait,
    session: &Session,
    at_most: u64,
    at: UnixMillis,
) -> Result<Option<Held>, StoreError> {
    let Some(owner) = &session.owner else { return Ok(None) };
    let load = presence::load(db, owner.id, Some(session.id)).await?;
    if load >= at_most {
        return Ok(Some(Held::AtLimit(load)));
    }
    presence::given(db, owner.id, at).await?;
    Ok(None)
}

/// Writes the session, if its version is still the one that was changed, and what goes with it.
pub(crate) async fn write(
    db: &impl ConnectionTrait,
    changed: &Session,
    entry: &Entry,
) -> Result<Option<Session>, StoreError> {
    let version = changed.version.saturating_add(1);
    let before = comings::owner_of(db, changed.id).await?;
    let row = row(changed, version)?;
    // What its program says of its device is kept beside the version; another connection brings its own.
    let device = Expr::case(
        Expr::col(session::Column::ConnectionId).eq(row.connection_id),
        Expr::col(session::Column::Device),
    )
    .finally(Expr::value(row.device.clone()));
    let set = session::ActiveModel {
        device: NotSet,
        // The work log's.
        changed_infrastructure: NotSet,
        ..row.into_active_model().reset_all()
    };
    let written = session::Entity::update_many()
        .set(set)
        .col_expr(session::Column::Device, device.into())
        .filter(session::Column::Id.eq(changed.id.as_uuid()))
        .filter(session::Column::Version.eq(signed(changed.version)))
        .exec(db)
        .await
        .map_err(failed)?;
    if written.rows_affected == 0 {
        return Ok(None);
    }
    times::put(db, changed.id, &changed.clocks).await?;
    comings::note(db, before, changed, entry.at).await?;
    crate::team::keep(db, changed).await?;
    earlier::leave(db, changed).await?;
    record(db, changed.id, entry, Some(version)).await?;
    Ok(Some(Session { version, ..changed.clone() }))
}

/// Keeps the session's link, if it has one.
async fn link(db: &impl ConnectionTrait, session: &Session) -> Result<(), StoreError> {
    let Some(invite) = &session.invite else { return Ok(()) };
    let link = invite::ActiveModel {
        id: Set(invite.id.as_uuid()),
        session_id: Set(session.id.as_uuid()),
        public: Set(invite.public.to_vec()),
        claim_hash: Set(invite.claim_hash.0.to_vec()),
        expires_at: Set(invite.expires_at.0),
    };
    invite::Entity::insert(link).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

/// Numbers have no gaps that somebody could ask about: the next one is drawn inside the transaction that uses it.
pub(crate) async fn add(db: &impl ConnectionTrait, new: &Session) -> Result<Session, StoreError> {
    let last =
        session::Entity::find().order_by_desc(session::Column::Number).one(db).await.map_err(failed)?;
    let number = last.map_or(Ok(0), |row| convert::unsigned(row.number))?.saturating_add(1);
    let session = Session { number, ..new.clone() };
    let row = row(&session, session.version)?.into_active_model().reset_all();
    session::Entity::insert(row).exec_without_returning(db).await.map_err(failed)?;
    times::put(db, session.id, &session.clocks).await?;
    comings::note(db, None, &session, session.created_at).await?;
    earlier::leave(db, &session).await?;
    Ok(session)
}
