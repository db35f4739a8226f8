//! Clocks of sessions, places in the queue, and how the channels stand.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use ponte_desk::{
    Priority,
    targets::{Alarm, AlarmLevel, Clock},
};
use ponte_store::{ChannelLoad, Clocks, KeptClock, OfCompanies, Raise, Session, StoreError, Times, Today};
use ponte_types::{ChannelId, CompanyId, SessionDetail, SessionId, SessionState, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, OnConflict},
};
use uuid::Uuid;

use crate::{
    SqlStore,
    convert::{self, from_word, json, signed, unsigned},
    entity::{clocks, session},
    events::{record, ring},
    failed,
};

#[async_trait]
impl Times for SqlStore {
    async fn waiting_in_channels(&self) -> Result<Vec<(ChannelId, u64)>, StoreError> {
        let counts: Vec<(Option<Uuid>, i64)> = waiting()
            .select_only()
            .column(session::Column::ChannelId)
            .column_as(session::Column::Id.count(), "waiting")
            .group_by(session::Column::ChannelId)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let count = |(id, count): (Option<Uuid>, i64)| Some((ChannelId::from_uuid(id?), unsigned(count)));
        counts.into_iter().filter_map(count).map(|(id, count)| Ok((id, count?))).collect()
    }

    async fn in_line(
        &self,
        channel: ChannelId,
        queue_at: UnixMillis,
        session: SessionId,
    ) -> Result<(u64, u64), StoreError> {
        let here = || waiting().filter(session::Column::ChannelId.eq(channel.as_uuid()));
        let same_moment =
            session::Column::QueueAt.eq(queue_at.0).and(session::Column::Id.lt(session.as_uuid()));
        let before = Condition::any().add(session::Column::QueueAt.lt(queue_at.0)).add(same_moment);
        let ahead = here().filter(before).count(&self.read).await.map_err(failed)?;
        let all = here().filter(session::Column::QueueAt.is_not_null()).count(&self.read).await;
        Ok((ahead, all.map_err(failed)?))
    }

    async fn handled(&self, channel: ChannelId, limit: u64) -> Result<Vec<Duration>, StoreError> {
        let times: Vec<(Option<i64>, Option<i64>)> = session::Entity::find()
            .select_only()
            .columns([session::Column::StartedAt, session::Column::ClosedAt])
            .filter(session::Column::ChannelId.eq(channel.as_uuid()))
            .filter(session::Column::State.eq(SessionState::Closed.as_str()))
            .filter(session::Column::StartedAt.is_not_null())
            .order_by_desc(session::Column::ClosedAt)
            .limit(limit)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        let took = |(from, to): (Option<i64>, Option<i64>)| Some(UnixMillis(to?).since(UnixMillis(from?)));
        Ok(times.into_iter().filter_map(took).collect())
    }

    async fn came_since(
        &self,
        channel: ChannelId,
        since: UnixMillis,
    ) -> Result<Vec<(Priority, u64)>, StoreError> {
        let counts: Vec<(String, i64)> = session::Entity::find()
            .select_only()
            .column(session::Column::Priority)
            .column_as(session::Column::Id.count(), "came")
            .filter(session::Column::ChannelId.eq(channel.as_uuid()))
            .filter(session::Column::CameAt.gte(since.0))
            .group_by(session::Column::Priority)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        counts.into_iter().map(|(word, count)| Ok((from_word(&word)?, unsigned(count)?))).collect()
    }

    async fn to_look_at(&self, now: UnixMillis, limit: u64) -> Result<Vec<Session>, StoreError> {
        let rows = session::Entity::find()
            .join(JoinType::InnerJoin, with_clocks())
            .filter(clocks::Column::LookAt.lte(now.0))
            .order_by_asc(clocks::Column::LookAt)
            .limit(limit)
            .all(&self.read)
            .await;
        convert::sessions(&self.read, rows.map_err(failed)?).await
    }

    async fn next_look(&self) -> Result<Option<UnixMillis>, StoreError> {
        let next: Option<Option<i64>> = clocks::Entity::find()
            .select_only()
            .column(clocks::Column::LookAt)
            .filter(clocks::Column::LookAt.is_not_null())
            .order_by_asc(clocks::Column::LookAt)
            .into_tuple()
            .one(&self.read)
            .await
            .map_err(failed)?;
        Ok(next.flatten().map(UnixMillis))
    }

    async fn keep_clocks(&self, seen: &Session, raise: &[Raise]) -> Result<bool, StoreError> {
        let (tx, id) = (self.begin().await?, seen.id.as_uuid());
        // Takes the row, so that no change of the session comes in between, and tells whether one came before.
        let unchanged = session::Entity::update_many()
            .col_expr(session::Column::Version, Expr::value(signed(seen.version)))
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::Version.eq(signed(seen.version)))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if unchanged.rows_affected == 0 {
            return Ok(false);
        }
        let before = clocks::Entity::find_by_id(id).one(&tx).await.map_err(failed)?;
        put(&tx, seen.id, &seen.clocks).await?;
        for raise in raise {
            let column = column(raise.alarm);
            let raised = clocks::Entity::update_many()
                .col_expr(column, Expr::value(raise.due.0))
                .filter(clocks::Column::SessionId.eq(id))
                .filter(column.is_null())
                .exec(&tx)
                .await
                .map_err(failed)?;
            if raised.rows_affected > 0 {
                record(&tx, seen.id, &raise.entry, None).await?;
            }
        }
        // When to look again concerns nobody else.
        let after = clocks::Entity::find_by_id(id).one(&tx).await.map_err(failed)?;
        let shown = |row: Option<clocks::Model>| row.map(|row| clocks::Model { look_at: None, ..row });
        if raise.is_empty() && shown(before) != shown(after) {
            ring(&tx, seen.id).await?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn alarmed(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        limit: u64,
    ) -> Result<Vec<Session>, StoreError> {
        let mut alarmed = Vec::new();
        for (raised, by) in [
            (red(), [clocks::Column::ReactionRed, clocks::Column::ResolutionRed]),
            (amber(), [clocks::Column::ReactionAmber, clocks::Column::ResolutionAmber]),
        ] {
            let left = limit.saturating_sub(u64::try_from(alarmed.len()).unwrap_or(limit));
            if left == 0 {
                break;
            }
            let by = Func::coalesce(by.map(|column| Expr::col((clocks::Entity, column))));
            let rows = unfinished(channels, companies)
                .join(JoinType::InnerJoin, with_clocks())
                .filter(raised)
                .order_by(Expr::from(by), sea_orm::Order::Asc)
                .order_by_asc(session::Column::Number)
                .limit(left)
                .all(&self.read)
                .await
                .map_err(failed)?;
            alarmed.extend(rows);
        }
        convert::sessions(&self.read, alarmed).await
    }

    async fn loads(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        day: UnixMillis,
    ) -> Result<Vec<(ChannelId, ChannelLoad)>, StoreError> {
        let mut loads: HashMap<Uuid, ChannelLoad> =
            channels.iter().map(|id| (id.as_uuid(), ChannelLoad::default())).collect();
        self.count_states(channels, companies, &mut loads).await?;
        self.count_alarms(channels, companies, &mut loads).await?;
        self.count_day(channels, companies, day, &mut loads).await?;
        Ok(loads.into_iter().map(|(id, load)| (ChannelId::from_uuid(id), load)).collect())
    }
}

/// Channel, state, detail, how many sessions, and since when the first of them waits.
type StateCount = (Option<Uuid>, String, Option<String>, i64, Option<i64>);

impl SqlStore {
    async fn count_states(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        loads: &mut HashMap<Uuid, ChannelLoad>,
    ) -> Result<(), StoreError> {
        let rows: Vec<StateCount> = unfinished(channels, companies)
            .select_only()
            .columns([session::Column::ChannelId, session::Column::State, session::Column::Detail])
            .column_as(session::Column::Id.count(), "sessions")
            .column_as(session::Column::CameAt.min(), "oldest")
            .group_by(session::Column::ChannelId)
            .group_by(session::Column::State)
            .group_by(session::Column::Detail)
            .into_tuple()
            .all(&self.read)
            .await
            .map_err(failed)?;
        for (channel, state, detail, count, oldest) in rows {
            let Some(load) = channel.and_then(|id| loads.get_mut(&id)) else { continue };
            if state == SessionState::Active.as_str() {
                load.active += unsigned(count)?;
            } else if detail.as_deref() == Some(SessionDetail::Ready.as_str()) {
                load.waiting = unsigned(count)?;
                load.oldest = oldest.map(UnixMillis);
            }
        }
        Ok(())
    }

    async fn count_alarms(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        loads: &mut HashMap<Uuid, ChannelLoad>,
    ) -> Result<(), StoreError> {
        for (level, raised) in [(AlarmLevel::Red, red()), (AlarmLevel::Amber, amber())] {
            let rows: Vec<(Option<Uuid>, i64)> = unfinished(channels, companies)
                .join(JoinType::InnerJoin, with_clocks())
                .select_only()
                .column(session::Column::ChannelId)
                .column_as(session::Column::Id.count(), "sessions")
                .filter(raised)
                .group_by(session::Column::ChannelId)
                .into_tuple()
                .all(&self.read)
                .await
                .map_err(failed)?;
            for (channel, count) in rows {
                let Some(load) = channel.and_then(|id| loads.get_mut(&id)) else { continue };
                match level {
                    AlarmLevel::Red => load.red = unsigned(count)?,
                    AlarmLevel::Amber => load.amber = unsigned(count)?,
                }
            }
        }
        Ok(())
    }

    async fn count_day(
        &self,
        channels: &[ChannelId],
        companies: &OfCompanies,
        day: UnixMillis,
        loads: &mut HashMap<Uuid, ChannelLoad>,
    ) -> Result<(), StoreError> {
        let today = async |filter: Condition| -> Result<Vec<(Option<Uuid>, i64)>, StoreError> {
            of(channels, companies)
                .join(JoinType::LeftJoin, with_clocks())
                .select_only()
                .column(session::Column::ChannelId)
                .column_as(session::Column::Id.count(), "sessions")
                .filter(filter)
                .group_by(session::Column::ChannelId)
                .into_tuple()
                .all(&self.read)
                .await
                .map_err(failed)
        };
        let all = || Condition::all();
        let answered = || all().add(clocks::Column::AnsweredAt.gte(day.0));
        let over = |state: SessionState| {
            all().add(session::Column::ClosedAt.gte(day.0)).add(session::Column::State.eq(state.as_str()))
        };
        type Field = fn(&mut Today) -> &mut u64;
        let counted: [(Condition, Field); 6] = [
            (all().add(session::Column::CameAt.gte(day.0)), |it| &mut it.came),
            (answered(), |it| &mut it.answered),
            (answered().add(clocks::Column::ReactionKept.is_not_null()), |it| &mut it.with_target),
            (answered().add(clocks::Column::ReactionKept.eq(true)), |it| &mut it.in_target),
            (over(SessionState::Closed), |it| &mut it.closed),
            (over(SessionState::Expired), |it| &mut it.expired),
        ];
        for (filter, field) in counted {
            for (channel, count) in today(filter).await? {
                if let Some(load) = channel.and_then(|id| loads.get_mut(&id)) {
                    *field(&mut load.today) = unsigned(count)?;
                }
            }
        }
        Ok(())
    }
}

/// Those who wait with their program here.
fn waiting() -> Select<session::Entity> {
    session::Entity::find()
        .filter(session::Column::State.eq(SessionState::Waiting.as_str()))
        .filter(session::Column::Detail.eq(SessionDetail::Ready.as_str()))
}

fn of(channels: &[ChannelId], companies: &OfCompanies) -> Select<session::Entity> {
    let mut query = session::Entity::find()
        .filter(session::Column::ChannelId.is_in(channels.iter().map(ChannelId::as_uuid)));
    if let Some((companies, and_without)) = companies {
        let ids = companies.iter().map(CompanyId::as_uuid);
        let mut any = Condition::any().add(session::Column::CompanyId.is_in(ids));
        if *and_without {
            any = any.add(session::Column::CompanyId.is_null());
        }
        query = query.filter(any);
    }
    query
}

fn unfinished(channels: &[ChannelId], companies: &OfCompanies) -> Select<session::Entity> {
    of(channels, companies).filter(session::Column::State.is_in(UNFINISHED.map(SessionState::as_str)))
}

const UNFINISHED: [SessionState; 2] = [SessionState::Waiting, SessionState::Active];

/// With a red alarm whose clock still runs: one that has stopped alarms nobody any more.
fn red() -> Condition {
    use clocks::Column as C;
    Condition::any()
        .add(C::ReactionRan.is_null().and(C::ReactionRed.is_not_null()))
        .add(C::ResolutionRan.is_null().and(C::ResolutionRed.is_not_null()))
}

/// With an amber one, and no red one.
fn amber() -> Condition {
    use clocks::Column as C;
    let amber = Condition::any()
        .add(C::ReactionRan.is_null().and(C::ReactionAmber.is_not_null()))
        .add(C::ResolutionRan.is_null().and(C::ResolutionAmber.is_not_null()));
    Condition::all().add(amber).add(red().not())
}

fn with_clocks() -> sea_orm::RelationDef {
    session::Entity::belongs_to(clocks::Entity).from(session::Column::Id).to(clocks::Column::SessionId).into()
}

fn column(alarm: Alarm) -> clocks::Column {
    match (alarm.clock, alarm.level) {
        (Clock::Reaction, AlarmLevel::Amber) => clocks::Column::ReactionAmber,
        (Clock::Reaction, AlarmLevel::Red) => clocks::Column::ReactionRed,
        (Clock::Resolution, AlarmLevel::Amber) => clocks::Column::ResolutionAmber,
        (Clock::Resolution, AlarmLevel::Red) => clocks::Column::ResolutionRed,
    }
}

/// Columns that a change of the session replaces; alarms stay raised.
const REPLACED: [clocks::Column; 10] = [
    clocks::Column::Pauses,
    clocks::Column::ReactionDue,
    clocks::Column::ReactionRan,
    clocks::Column::ReactionKept,
    clocks::Column::ResolutionDue,
    clocks::Column::ResolutionRan,
    clocks::Column::ResolutionKept,
    clocks::Column::StandsSince,
    clocks::Column::LimitSince,
    clocks::Column::LookAt,
];

/// Keeps the clocks of a session, but for alarms; who answered first stays the one.
pub(crate) async fn put(
    db: &impl ConnectionTrait,
    session: SessionId,
    kept: &Clocks,
) -> Result<(), StoreError> {
    let row = row(session, kept)?;
    let first = Func::coalesce([
        Expr::col((clocks::Entity, clocks::Column::AnsweredAt)),
        Expr::value(row.answered_at),
    ]);
    let replace = OnConflict::column(clocks::Column::SessionId)
        .update_columns(REPLACED)
        .value(clocks::Column::AnsweredAt, first)
        .to_owned();
    let row = row.into_active_model().reset_all();
    clocks::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await.map_err(failed)?;
    if kept.answered_at.is_none() {
        // Somebody may have answered by writing since the session was read: its clocks are to be read anew.
        look(
            db,
            clocks::Column::SessionId.eq(session.as_uuid()).and(clocks::Column::AnsweredAt.is_not_null()),
        )
        .await?;
    }
    Ok(())
}

/// A technician wrote: that is an answer, if it is the first one.
pub(crate) async fn answered(
    db: &impl ConnectionTrait,
    session: SessionId,
    at: UnixMillis,
) -> Result<(), StoreError> {
    let updated = clocks::Entity::update_many()
        .col_expr(clocks::Column::AnsweredAt, Expr::value(at.0))
        .col_expr(clocks::Column::LookAt, Expr::value(0_i64))
        .filter(clocks::Column::AnsweredAt.is_null())
        .filter(clocks::Column::SessionId.in_subquery(under_way(session::Column::Id.eq(session.as_uuid()))))
        .exec(db)
        .await;
    updated.map(|_| ()).map_err(failed)
}

/// Another target, other hours: all that is under way in the channel is looked at again.
pub(crate) async fn look_again(db: &impl ConnectionTrait, channel: ChannelId) -> Result<(), StoreError> {
    let there = under_way(session::Column::ChannelId.eq(channel.as_uuid()));
    look(db, clocks::Column::SessionId.in_subquery(there)).await
}

/// The ids of the unfinished ones of these sessions.
fn under_way(which: Expr) -> sea_orm::sea_query::SelectStatement {
    sea_orm::sea_query::Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(which)
        .and_where(session::Column::State.is_in(UNFINISHED.map(SessionState::as_str)))
        .to_owned()
}

async fn look(db: &impl ConnectionTrait, which: Expr) -> Result<(), StoreError> {
    let updated = clocks::Entity::update_many()
        .col_expr(clocks::Column::LookAt, Expr::value(0_i64))
        .filter(which)
        .exec(db)
        .await;
    updated.map(|_| ()).map_err(failed)
}

/// The clocks of many sessions.
pub(crate) async fn clocks_of(
    db: &impl ConnectionTrait,
    sessions: Vec<Uuid>,
) -> Result<HashMap<Uuid, Clocks>, StoreError> {
    if sessions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = clocks::Entity::find().filter(clocks::Column::SessionId.is_in(sessions)).all(db).await;
    rows.map_err(failed)?.into_iter().map(|row| Ok((row.session_id, read(&row)?))).collect()
}

fn row(session: SessionId, kept: &Clocks) -> Result<clocks::Model, StoreError> {
    let at = |at: Option<UnixMillis>| at.map(|at| at.0);
    let ran = |clock: &KeptClock| clock.ran.map(|ran| signed(ran.as_secs()));
    Ok(clocks::Model {
        session_id: session.as_uuid(),
        answered_at: at(kept.answered_at),
        pauses: (!kept.pauses.is_empty()).then(|| json(&kept.pauses)).transpose()?,
        reaction_due: at(kept.reaction.due),
        reaction_ran: ran(&kept.reaction),
        reaction_kept: kept.reaction.kept,
        reaction_amber: at(kept.reaction.amber),
        reaction_red: at(kept.reaction.red),
        resolution_due: at(kept.resolution.due),
        resolution_ran: ran(&kept.resolution),
        resolution_kept: kept.resolution.kept,
        resolution_amber: at(kept.resolution.amber),
        resolution_red: at(kept.resolution.red),
        stands_since: at(kept.stands_since),
        limit_since: at(kept.limit_since),
        look_at: at(kept.look_at),
    })
}

fn read(row: &clocks::Model) -> Result<Clocks, StoreError> {
    let at = |at: Option<i64>| at.map(UnixMillis);
    let ran = |ran: Option<i64>| ran.map(unsigned).transpose().map(|ran| ran.map(Duration::from_secs));
    let pauses = row.pauses.as_deref().map(convert::from_json).transpose()?.unwrap_or_default();
    Ok(Clocks {
        answered_at: at(row.answered_at),
        pauses,
        reaction: KeptClock {
            due: at(row.reaction_due),
            ran: ran(row.reaction_ran)?,
            kept: row.reaction_kept,
            amber: at(row.reaction_amber),
            red: at(row.reaction_red),
        },
        resolution: KeptClock {
            due: at(row.resolution_due),
            ran: ran(row.resolution_ran)?,
            kept: row.resolution_kept,
            amber: at(row.resolution_amber),
            red: at(row.resolution_red),
        },
        stands_since: at(row.stands_since),
        limit_since: at(row.limit_since),
        look_at: at(row.look_at),
    })
}
