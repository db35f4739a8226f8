//! A page of the queue, as each view of the console asks for it.

use std::time::Instant;

use anyhow::Result;
use ponte_app::desk::{Caller, Desk, ListSessions, OwnedBy, SessionOrder};
use ponte_types::SessionState;
use sea_orm::ConnectionTrait as _;

use super::{Kind, Place, Report, Times, records::ready};

/// Sessions in the database, and a page's p99 at most in milliseconds.
const SIZES: [(u64, f64); 2] = [(10_000, 30.0), (100_000, 60.0)];
/// Sessions on a page.
const PAGE: u64 = 100;
const TIMES: usize = 100;

/// Of ten sessions eight are over, as in a desk that has been there for a while; one in a hundred is held by the asker.
const SPREAD: &str = "UPDATE sessions SET \
    state = CASE WHEN number % 100 < 70 THEN 'closed' WHEN number % 100 < 80 THEN 'expired' \
        WHEN number % 100 < 90 THEN 'active' ELSE 'waiting' END, \
    detail = CASE WHEN number % 100 < 80 THEN NULL WHEN number % 100 < 90 THEN 'connected' \
        WHEN number % 2 = 0 THEN 'ready' ELSE 'invited' END, \
    outcome = CASE WHEN number % 100 < 70 THEN 'solved' ELSE NULL END, \
    owner_id = CASE WHEN number % 100 = 85 OR number % 100 = 5 \
        THEN (SELECT id FROM technicians WHERE email = 't0@desk.example') \
        WHEN number % 100 < 70 OR (number % 100 BETWEEN 80 AND 89) \
        THEN (SELECT id FROM technicians WHERE email = 't1@desk.example') ELSE NULL END, \
    changed_at = changed_at + (number * 7919) % 1000003, \
    queue_at = CASE WHEN number % 100 < 90 THEN NULL ELSE queue_at + (number * 7919) % 1000003 END, \
    person = 'Person ' || (number * 7919) % 1000003, \
    company = CASE WHEN number % 3 = 0 THEN NULL ELSE 'Company ' || number % 97 END, \
    subject = CASE WHEN number % 5 = 0 THEN NULL ELSE 'Subject ' || (number * 31) % 4999 END, \
    search = number || ' person ' || (number * 7919) % 1000003 || ' company ' || number % 97";

fn asks() -> Vec<(&'static str, ListSessions)> {
    use SessionOrder::{Changed, Company, Newest, Oldest, Person, Queue, Subject};
    let base = ListSessions { limit: PAGE, ..ListSessions::default() };
    let of = |states: &[SessionState], order| ListSessions { states: states.to_vec(), order, ..base.clone() };
    let (closed, waiting, active) = (SessionState::Closed, SessionState::Waiting, SessionState::Active);
    vec![
        ("all, newest", of(&[], Newest)),
        ("all, oldest", of(&[], Oldest)),
        ("all, as they changed", of(&[], Changed)),
        ("all, by person", of(&[], Person)),
        ("all, by subject", of(&[], Subject)),
        ("all, by company", of(&[], Company)),
        ("waiting, in the queue's order", of(&[waiting], Queue)),
        ("all, in the queue's order", of(&[], Queue)),
        ("waiting and active, newest", of(&[waiting, active], Newest)),
        ("active, as they changed", of(&[active], Changed)),
        ("closed, newest", of(&[closed], Newest)),
        ("closed, by person", of(&[closed], Person)),
        ("mine", ListSessions { owner: Some(OwnedBy::Me), ..of(&[], Newest) }),
        (
            "nobody's, in the queue's order",
            ListSessions { owner: Some(OwnedBy::Nobody), ..of(&[waiting], Queue) },
        ),
        ("a word that many have", ListSessions { search: "company 42".into(), ..of(&[], Newest) }),
        ("a word that nobody has", ListSessions { search: "elephant".into(), ..of(&[], Newest) }),
        ("all, page 50", ListSessions { skip: 49 * PAGE, ..of(&[], Newest) }),
    ]
}

/// # Errors
/// When a database or a relay does not start.
pub async fn run() -> Result<Report> {
    let mut report = Report::default();
    report.line(format!("a page of {PAGE} sessions through the use case, {TIMES} times each"));
    report.line("| database | sessions | page | p50 ms | p99 ms |");
    report.line("|---|---|---|---|---|");
    for kind in Kind::ALL {
        for (size, target) in SIZES {
            let place = Place::start(kind).await?;
            let (caller, _) = (place.owner(0).await?, place.owner(1).await?);
            ready(&place, &caller, size - 1).await?;
            let sql = place.sql().await?;
            sql.execute_unprepared(SPREAD).await?;
            sql.execute_unprepared("ANALYZE").await?;
            sql.close().await?;
            for (name, ask) in asks() {
                let times = measure(place.desk(), &caller, &ask).await?;
                let (p50, p99) = (times.percentile(50), times.percentile(99));
                report.line(format!("| {kind} | {size} | {name} | {p50:.1} | {p99:.1} |"));
                report.at_most(&format!("{kind}, {size} sessions, {name}, p99"), p99, target);
            }
            place.node.stop().await;
        }
    }
    Ok(report)
}

async fn measure(desk: &Desk, caller: &Caller, ask: &ListSessions) -> Result<Times> {
    let mut times = Times::default();
    // What the database has not seen for a while is not what is measured.
    desk.list(caller, ask).await?;
    for _ in 0..TIMES {
        let at = Instant::now();
        desk.list(caller, ask).await?;
        times.add(at.elapsed());
    }
    Ok(times)
}
