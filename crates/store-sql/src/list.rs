//! Lists of sessions: which, and in what order.

use ponte_store::{Owned, SessionFilter, SessionOrder};
use ponte_types::{ChannelId, CompanyId, SessionDetail, SessionState};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LikeExpr, Order},
};

use crate::{
    convert::signed,
    entity::session::{Column, Entity},
};

/// One page.
pub(crate) fn query(filter: &SessionFilter) -> Select<Entity> {
    let mut query = Entity::find();
    if !filter.states.is_empty() {
        query =
            query.filter(Column::State.is_in(filter.states.iter().map(|state| SessionState::as_str(*state))));
    }
    if filter.unfinished {
        query = query.filter(Column::Detail.is_not_null());
    }
    if let Some(channels) = &filter.channels {
        query = query.filter(Column::ChannelId.is_in(channels.iter().map(ChannelId::as_uuid)));
    }
    if let Some((companies, and_without)) = &filter.companies {
        let mut any = Condition::any().add(Column::CompanyId.is_in(companies.iter().map(CompanyId::as_uuid)));
        if *and_without {
            any = any.add(Column::CompanyId.is_null());
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
    for word in &filter.words {
        query = query.filter(Expr::col(Column::Search).like(containing(word)));
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
