//! Many who write at once, in several programs: numbers, audit and outbox are as if they had come one after the other.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use ponte_desk::audit::Verifier;
use ponte_store::{
    Accounts as _, Actor, AuditEntry, Audits as _, Entry, Events as _, Held, HistoryKind, Owner, Placement,
    Session, SessionFilter, Sessions as _, Setups as _, StoreError, Technician, TechnicianSecret,
};
use ponte_store_sql::SqlStore;
use ponte_test_postgres::Database;
use ponte_types::{ChannelId, PairingMode, SessionDetail, SessionId, SessionState, TechnicianId, UnixMillis};

/// Programs on one database, each with as many who write.
const PROGRAMS: usize = 3;
const WRITERS: usize = 8;
const SESSIONS: usize = 12;

fn technician(n: u8) -> TechnicianSecret {
    let Owner { id, name } = owner(n);
    let technician = Technician { id, email: format!("t{n}@desk.example"), name };
    TechnicianSecret { technician, password_hash: "hash".into() }
}

fn owner(n: u8) -> Owner {
    Owner { id: TechnicianId::from_bytes([n; 16]), name: format!("Technician {n}") }
}

fn entry(kind: HistoryKind) -> Entry {
    Entry { at: UnixMillis(1), kind, by: Actor::Relay }
}

fn session(program: usize, writer: usize, n: usize) -> Session {
    let mut id = [0; 16];
    for (byte, part) in id.iter_mut().zip([program, writer, n]) {
        *byte = u8::try_from(part).unwrap() + 1;
    }
    let placement = Placement::in_channel(ChannelId::from_bytes([1; 16]));
    let waiting = SessionState::Waiting;
    let new = Session::new(SessionId::from_bytes(id), PairingMode::Link, waiting, placement, UnixMillis(1));
    Session { detail: Some(SessionDetail::Ready), ..new }
}

async fn begin(stores: &[Arc<SqlStore>], technicians: u8) {
    let audit = AuditEntry { at: UnixMillis(1), by: Actor::Relay, kind: "test", about: String::new() };
    for n in 1..=technicians {
        let revision = stores[0].setup_revision().await.unwrap();
        stores[0].add_technician(&technician(n), "{}", revision, &audit).await.unwrap();
    }
}

fn held(session: Session, by: u8) -> Session {
    let (state, detail) = (SessionState::Active, Some(SessionDetail::Connected));
    Session { state, detail, owner: Some(owner(by)), ..session }
}

/// Follows the outbox while the others write, until it has heard of so many sessions.
async fn follow(store: Arc<SqlStore>, many: usize) -> (BTreeSet<SessionId>, Vec<u64>) {
    let (mut seen, mut cursors, mut cursor) = (BTreeSet::new(), Vec::new(), 0);
    while seen.len() < many {
        for change in store.changes_after(cursor, 7).await.unwrap().unwrap() {
            cursor = change.cursor;
            cursors.push(cursor);
            seen.insert(change.session.id);
        }
        tokio::task::yield_now().await;
    }
    (seen, cursors)
}

async fn turns_are_taken(stores: Vec<Arc<SqlStore>>) {
    begin(&stores, 1).await;
    let all = PROGRAMS * WRITERS * SESSIONS;
    let follower = tokio::spawn(follow(Arc::clone(&stores[PROGRAMS - 1]), all));
    let mut writers = Vec::new();
    for (program, store) in stores.iter().enumerate() {
        for writer in 0..WRITERS {
            let store = Arc::clone(store);
            writers.push(tokio::spawn(async move {
                for n in 0..SESSIONS {
                    let new = session(program, writer, n);
                    store.add_invited(&new, &entry(HistoryKind::Invited)).await.unwrap();
                }
            }));
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let (seen, cursors) = follower.await.unwrap();
    assert_eq!(seen.len(), all, "who follows the outbox has missed nothing");
    assert!(cursors.is_sorted(), "and nothing appeared behind them");

    let oldest = SessionFilter { limit: 10_000, ..SessionFilter::default() };
    let mut numbers: Vec<_> =
        stores[0].sessions(&oldest).await.unwrap().iter().map(|session| session.number).collect();
    numbers.sort_unstable();
    let expected: Vec<_> = (1..=u64::try_from(all).unwrap()).collect();
    assert_eq!(numbers, expected, "numbers have neither gaps nor twins");

    let mut verifier = Verifier::new(vec![], |_, _| true).unwrap();
    let lines = stores[0].audit_after(0, 10_000).await.unwrap();
    assert_eq!(lines.len(), all + 1);
    for (line, link) in &lines {
        verifier.line(line, link).unwrap();
    }
}

/// However many ask at once, in whatever program, and whichever session they want.
async fn limits_hold(stores: Vec<Arc<SqlStore>>) {
    const LIMIT: u64 = 5;
    begin(&stores, 1).await;
    let mut made = Vec::new();
    for n in 0..40 {
        let new = session(0, 0, n);
        made.push(stores[0].add_invited(&new, &entry(HistoryKind::Invited)).await.unwrap());
    }
    let claims = made.into_iter().enumerate().map(|(n, session)| {
        let store = Arc::clone(&stores[n % PROGRAMS]);
        let held = held(session, 1);
        tokio::spawn(async move { store.hold(&held, LIMIT, &entry(HistoryKind::Claimed)).await.unwrap() })
    });
    let outcomes: Vec<_> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    let done = outcomes.iter().filter(|it| matches!(it, Held::Done(_))).count();
    assert_eq!(done, 5, "exactly as many as they may");
    assert!(outcomes.iter().all(|it| matches!(it, Held::Done(_) | Held::AtLimit(LIMIT))), "{outcomes:?}");
}

/// On a machine that is busy with other things, whoever waits for too long is told so, and asks again.
async fn hold(store: &SqlStore, held: &Session, at_most: u64) -> Held {
    loop {
        match store.hold(held, at_most, &entry(HistoryKind::Claimed)).await {
            Err(StoreError::Unavailable(_)) => {}
            outcome => return outcome.unwrap(),
        }
    }
}

const TECHNICIANS: u8 = 64;
const QUEUE: u64 = 10_000;

/// Each technician wants their share of the queue, and each fourth of a colleague's, who wants it at about the same time, in
/// another program where there is more than one. They go on until nothing is left, or `at_most` is reached. Who has how
/// many then.
async fn rush(stores: &[Arc<SqlStore>], at_most: u64) -> Vec<usize> {
    begin(stores, TECHNICIANS).await;
    let first = stores[0].add_invited(&session(0, 0, 0), &entry(HistoryKind::Invited)).await.unwrap();
    stores[0].fill(first.id, QUEUE - 1).await.unwrap();
    let all = SessionFilter { limit: QUEUE + 1, ..SessionFilter::default() };
    let queue = Arc::new(stores[0].sessions(&all).await.unwrap());
    assert_eq!(queue.len(), usize::try_from(QUEUE).unwrap());
    let technicians = (1..=TECHNICIANS).map(|by| {
        let (store, queue) = (Arc::clone(&stores[usize::from(by) % stores.len()]), Arc::clone(&queue));
        let (own, other) = (usize::from(by - 1), usize::from(by % TECHNICIANS));
        let wants = move |n: usize| {
            let (share, turn) = (n % usize::from(TECHNICIANS), n / usize::from(TECHNICIANS));
            share == own || (share == other && turn % 4 == 0)
        };
        tokio::spawn(async move {
            let mut won = 0;
            for (_, session) in queue.iter().enumerate().filter(|(n, _)| wants(*n)) {
                match hold(&store, &held(session.clone(), by), at_most).await {
                    Held::Done(_) => won += 1,
                    Held::Moved => {}
                    Held::AtLimit(load) => {
                        assert_eq!(load, at_most);
                        break;
                    }
                }
            }
            won
        })
    });
    let won: Vec<usize> = join_all(technicians).await.into_iter().map(Result::unwrap).collect();

    let now = stores[0].sessions(&all).await.unwrap();
    for (by, won) in (1..=TECHNICIANS).zip(&won) {
        let theirs = now.iter().filter(|session| session.owner.as_ref() == Some(&owner(by))).count();
        assert_eq!(theirs, *won, "who was told that they have it has it");
    }
    for session in &now {
        let times = if session.owner.is_some() { 2 } else { 1 };
        assert_eq!(session.version, times, "nobody took it a second time");
    }
    won
}

async fn each_has_one_owner(stores: Vec<Arc<SqlStore>>) {
    let won = rush(&stores, u64::MAX).await;
    assert_eq!(won.iter().sum::<usize>(), usize::try_from(QUEUE).unwrap());
}

async fn nobody_has_more_than_they_may(stores: Vec<Arc<SqlStore>>) {
    assert_eq!(rush(&stores, 20).await, [20; TECHNICIANS as usize]);
}

async fn on_sqlite(programs: usize) -> (tempfile::TempDir, Vec<Arc<SqlStore>>) {
    let folder = tempfile::tempdir().unwrap();
    let mut stores = Vec::new();
    for _ in 0..programs {
        stores.push(Arc::new(SqlStore::open_sqlite(&folder.path().join("ponte.db")).await.unwrap()));
    }
    (folder, stores)
}

async fn on_postgres() -> (Database, Vec<Arc<SqlStore>>) {
    let database = Database::new().unwrap();
    let mut stores = Vec::new();
    for _ in 0..PROGRAMS {
        stores.push(Arc::new(SqlStore::open_postgres(&database.url().parse().unwrap()).await.unwrap()));
    }
    (database, stores)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn turns_are_taken_on_sqlite() {
    let (_folder, stores) = on_sqlite(PROGRAMS).await;
    turns_are_taken(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn turns_are_taken_on_postgres() {
    let (_database, stores) = on_postgres().await;
    turns_are_taken(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_hold_on_sqlite() {
    let (_folder, stores) = on_sqlite(PROGRAMS).await;
    limits_hold(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_hold_on_postgres() {
    let (_database, stores) = on_postgres().await;
    limits_hold(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_technicians_and_10000_sessions_each_has_one_owner_on_sqlite() {
    // One relay serves a file.
    let (_folder, stores) = on_sqlite(1).await;
    each_has_one_owner(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_technicians_and_10000_sessions_each_has_one_owner_on_postgres() {
    let (_database, stores) = on_postgres().await;
    each_has_one_owner(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_technicians_nobody_has_more_than_they_may_on_sqlite() {
    let (_folder, stores) = on_sqlite(1).await;
    nobody_has_more_than_they_may(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_technicians_nobody_has_more_than_they_may_on_postgres() {
    let (_database, stores) = on_postgres().await;
    nobody_has_more_than_they_may(stores).await;
}
