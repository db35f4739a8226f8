//! Opening and claiming, beside the least that a database can do: one row in a transaction of its own.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use ponte_app::desk::{Caller, CloseSession, Desk, NewLink, PersonInvited};
use ponte_app::ports::{Newcomer, Records as _, ResumeToken};
use ponte_store::{SessionFilter, Sessions as _};
use ponte_types::{ConnectionId, DeviceFacts, Outcome, SessionId};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use super::{Kind, Place, Report, Times};

/// How long each is done.
const WHILE: Duration = Duration::from_secs(5);
/// Who work side by side; each begins with the next as soon as one is done.
const CLIENTS: [usize; 2] = [1, 8];
/// How often each takes one in a desk that is busier than any: eight of them take 32 a second.
const PACE: Duration = Duration::from_millis(250);
/// Sessions that wait to be claimed.
const QUEUE: u64 = 20_000;
/// A claim's p99 at most, in milliseconds.
const TARGET: f64 = 20.0;

/// # Errors
/// When a database or a relay does not start.
pub async fn run() -> Result<Report> {
    let mut report = Report::default();
    report.line(
        "opening and claiming through the use cases; the reference is one row in a transaction of its own",
    );
    report.line("| database | what | at once | a second | p50 ms | p99 ms | p50 / reference |");
    report.line("|---|---|---|---|---|---|---|");
    for kind in Kind::ALL {
        let place = Place::start(kind).await?;
        let mut people = Vec::new();
        for n in 0..CLIENTS[1] {
            people.push(place.owner(n).await?);
        }
        let sql = place.sql().await?;
        let reference = commits(&sql).await?;
        sql.close().await?;
        let least = reference.percentile(50);
        row(&mut report, kind, "one row", 1, &reference, least);
        for clients in CLIENTS {
            let desk = place.desk();
            let opened = at_once(&people[..clients], |person| open(Arc::clone(desk), person)).await?;
            row(&mut report, kind, "open", clients, &opened, least);
        }
        let queue = waiting(&place, &people[0]).await?;
        let queue = Arc::new(Mutex::new(queue));
        let [one, all] = CLIENTS;
        for (clients, pace) in [(one, Duration::ZERO), (all, Duration::ZERO), (all, PACE)] {
            let desk = place.desk();
            let (mut begin, apart) = (Duration::ZERO, pace / u32::try_from(clients)?);
            let take = |person| {
                let claims = claim(Arc::clone(desk), person, Arc::clone(&queue), begin, pace);
                // One after the other, as people do.
                begin += apart;
                claims
            };
            let claimed = at_once(&people[..clients], take).await?;
            let paced = !pace.is_zero();
            let what = if paced { "claim and close, in peace" } else { "claim and close" };
            row(&mut report, kind, what, clients, &claimed, least);
            // Where everybody takes the next as soon as they can, the time is only the rate once more.
            if clients == one || paced {
                let what = format!("{kind}, {what}, {clients} at once, p99");
                report.at_most(&what, claimed.percentile(99), TARGET);
            }
        }
        place.node.stop().await;
    }
    Ok(report)
}

fn row(report: &mut Report, kind: Kind, what: &str, clients: usize, times: &Times, least: f64) {
    #[allow(clippy::cast_precision_loss)] // thousands
    let rate = times.len() as f64 / WHILE.as_secs_f64();
    let (p50, p99) = (times.percentile(50), times.percentile(99));
    report.line(format!(
        "| {kind} | {what} | {clients} | {rate:.0} | {p50:.2} | {p99:.2} | {:.1} |",
        p50 / least
    ));
}

async fn commits(sql: &DatabaseConnection) -> Result<Times> {
    sql.execute_unprepared("CREATE TABLE least (id BIGINT PRIMARY KEY, text VARCHAR NOT NULL)").await?;
    let (mut times, begun) = (Times::default(), Instant::now());
    let mut n = 0;
    while begun.elapsed() < WHILE {
        n += 1;
        let statement = format!("INSERT INTO least VALUES ({n}, 'one row')");
        let at = Instant::now();
        sql.execute_unprepared(&statement).await?;
        times.add(at.elapsed());
    }
    sql.execute_unprepared("DROP TABLE least").await?;
    Ok(times)
}

/// Runs `work` for each of them side by side, again and again. What it returns is how long the measured part took.
async fn at_once<F>(people: &[Caller], mut work: impl FnMut(Caller) -> F) -> Result<Times>
where
    F: Future<Output = Result<Times>> + Send + 'static,
{
    let tasks: Vec<_> = people.iter().map(|person| tokio::spawn(work(person.clone()))).collect();
    let mut times = Times::default();
    for task in tasks {
        times.append(task.await??);
    }
    Ok(times)
}

pub(super) fn person(n: usize) -> PersonInvited {
    PersonInvited {
        request: None,
        link: Some(NewLink { public: [1; 32], claim_hash: [2; 32] }),
        person: format!("Person {n}"),
        email: Some(format!("person{n}@company.example")),
        phone: None,
        company: Some("Company".into()),
        subject: Some("The printer does not print".into()),
        channel: None,
        priority: None,
        category: None,
    }
}

async fn open(desk: Arc<Desk>, caller: Caller) -> Result<Times> {
    let (mut times, begun) = (Times::default(), Instant::now());
    while begun.elapsed() < WHILE {
        let new = person(times.len());
        let at = Instant::now();
        desk.create_session(&caller, new).await?;
        times.add(at.elapsed());
    }
    Ok(times)
}

/// A session whose program is here, and many like it.
pub(super) async fn ready(place: &Place, caller: &Caller, many: u64) -> Result<SessionId> {
    let claim = [7; 32];
    let mut invited = person(0);
    invited.link = Some(NewLink { public: [1; 32], claim_hash: sha256(&claim) });
    let session = place.desk().create_session(caller, invited).await?;
    let invite = session.invite.context("no link")?.id;
    let program = Newcomer {
        connection: ConnectionId::from_bytes([9; 16]),
        token: ResumeToken([8; 32]),
        device: DeviceFacts::default(),
        from: std::net::IpAddr::from([192, 0, 2, 9]).into(),
    };
    place.desk().open_invite(&program, invite, &claim).await.map_err(|code| anyhow::anyhow!("{code:?}"))?;
    let store = place.store().await?;
    store.fill(session.id, many).await?;
    store.close().await;
    Ok(session.id)
}

async fn waiting(place: &Place, caller: &Caller) -> Result<Vec<SessionId>> {
    ready(place, caller, QUEUE).await?;
    let store = place.store().await?;
    let filter = SessionFilter { ready: true, limit: QUEUE, ..SessionFilter::default() };
    let queue = store.sessions(&filter).await?.into_iter().map(|session| session.id).collect();
    store.close().await;
    Ok(queue)
}

/// Claims are measured; what was claimed is closed, or else the limit would be reached.
async fn claim(
    desk: Arc<Desk>,
    caller: Caller,
    queue: Arc<Mutex<Vec<SessionId>>>,
    begin: Duration,
    pace: Duration,
) -> Result<Times> {
    let (mut times, begun) = (Times::default(), Instant::now());
    let mut next_at = begun + begin;
    while begun.elapsed() < WHILE {
        tokio::time::sleep_until(next_at.into()).await;
        next_at += pace;
        let next = queue.lock().map_err(|_| anyhow::anyhow!("a task has failed"))?.pop();
        let id = next.context("the queue is too short for this machine")?;
        let at = Instant::now();
        let claimed = desk.claim(&caller, id, 2).await?;
        times.add(at.elapsed());
        let close = CloseSession {
            version: claimed.version,
            outcome: Outcome::Solved,
            note: Some("It prints again.".into()),
            reason: None,
            pieces: vec![],
        };
        desk.close(&caller, id, close).await?;
    }
    Ok(times)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}
