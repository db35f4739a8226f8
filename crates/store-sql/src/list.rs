//! Lists of sessions: which, and in what order.

use ponte_store::{Owned, SessionFilter, SessionOrder};
use ponte_types::{ChannelId, CompanyId, SessionDetail, SessionState};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, IdenStatic, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LikeExpr, Order, Query},
};

use crate::{
    convert::signed,
    entity::session::{Column, Entity},
};

/// A desk has few of these at a time, however many it has had.
const LIVING: [SessionState; 2] = [SessionState::Waiting, SessionState::Active];

/// One page.
///
/// PostgreSQL knows how many rows a condition leaves. SQLite does not, and would read all sessions of a state, or of a
/// channel, and sort them; so it is told (by a `+`) which conditions are only to be looked at on the way, and reads the
/// order's index until the page is full.
pub(crate) fn query(backend: DbBackend, filter: &SessionFilter) -> Select<Entity> {
    let on_the_way = |column: Column| match backend {
        DbBackend::Sqlite => Expr::cust(format!("+\"sessions\".\"{}\"", column.as_str())),
        _ => Expr::col((Entity, column)),
    };
    let mut query = Entity::find();
    if !filter.states.is_empty() {
        let names = filter.states.iter().map(|state| SessionState::as_str(*state));
        let in_its_order = matches!(filter.order, SessionOrder::Newest | SessionOrder::Oldest);
        let living = filter.states.iter().all(|state| LIVING.contains(state));
        query = match filter.states.len() {
            // There is an index of each state in the usual order.
            1 if living || in_its_order => query.filter(Column::State.is_in(names)),
            2.. if living && backend == DbBackend::Sqlite => {
                let living = Expr::col(Column::State).is_in(names);
                let numbers = Query::select().column(Column::Number).from(Entity).and_where(living).take();
                query.filter(on_the_way(Column::Number).in_subquery(numbers))
            }
            _ => query.filter(on_the_way(Column::State).is_in(names)),
        };
    }
    if filter.unfinished {
        query = query.filter(Column::Detail.is_not_null());
    }
    if let Some(channels) = &filter.channels {
        query = query.filter(on_the_way(Column::ChannelId).is_in(channels.iter().map(ChannelId::as_uuid)));
    }
    if let Some((companies, and_without)) = &filter.companies {
        let company = || on_the_way(Column::CompanyId);
        let mut any = Condition::any().add(company().is_in(companies.iter().map(CompanyId::as_uuid)));
        if *and_without {
            any = any.add(company().is_null());
        }
        query = query.filter(any);
    }
    query = match filter.owner {
        Some(Owned::By(owner)) => query.filter(Column::OwnerId.eq(owner.as_uuid())),
        Some(Owned::ByNobody) => query.filter(Column::OwnerId.is_null()),
        None => query,
    };
    if filter.ready {
        query = query.filter(Column::Detail.eq(SessionDetail::Ready.as_str()));
    }
    let has = |word: &String| Expr::col(Column::Search).like(containing(word));
    if backend == DbBackend::Sqlite && !filter.words.is_empty() {
        // From an index that has all that is searched, and not from whole rows.
        let mut found = Query::select();
        found.column(Column::Number).from(Entity);
        for word in &filter.words {
            found.and_where(has(word));
        }
        query = query.filter(on_the_way(Column::Number).in_subquery(found));
    } else {
        query = filter.words.iter().fold(query, |query, word| query.filter(has(word)));
    }
    if let Some(before) = filter.before {
        query = query.filter(Column::Number.lt(signed(before)));
    }
    // Beyond what the database counts to, nothing is left either way; the driver would panic.
    let bound = |number: u64| signed(number).unsigned_abs();
    ordered(query, filter.order).offset(bound(filter.skip)).limit(bound(filter.limit))
}

fn containing(word: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// The number decides between equals, so that pages fit together.
fn ordered(query: Select<Entity>, order: SessionOrder) -> Select<Entity> {
    // In the words of the indexes (`migrations/pg.rs`).
    let by = |column: Column| {
        let query = query.clone().order_by(Expr::col((Entity, column)).is_null(), Order::Asc);
        query.order_by_asc(column).order_by_asc(Column::Number)
    };
    match order {
        SessionOrder::Newest => query.order_by_desc(Column::Number),
        SessionOrder::Oldest => query.order_by_asc(Column::Number),
        SessionOrder::Queue => by(Column::QueueAt),
        SessionOrder::Changed => query.order_by_desc(Column::ChangedAt).order_by_asc(Column::Number),
        SessionOrder::Person => by(Column::Person),
        SessionOrder::Subject => by(Column::Subject),
        SessionOrder::Company => by(Column::Company),
    }
}
