//! What is set up, who is there, and the queue's lists.

use ponte_desk::{
    Priority,
    audit::{Head, Verifier},
    availability::Availability,
    routing::{Narrow, Need},
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, GroupId, Line, SessionDetail, SessionId, SessionState, TechnicianId,
    UnixMillis,
};

use super::{Checked, audit, ensure, entry, failed, invited, technician};
use crate::{
    AuditFilter, DocumentChange, DocumentId, Held, HistoryKind, Owned, Owner, Placement, Session,
    SessionFilter, SessionOrder, SetupChange, Store,
};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    of_two_changes_to_one_revision_one_wins(&empty().await).await?;
    a_channel_with_work_in_it_stays(&empty().await).await?;
    nobody_holds_more_than_they_may(&empty().await).await?;
    who_is_there_is_kept(&empty().await).await?;
    lists_are_filtered_and_ordered(&empty().await).await?;
    a_placement_is_kept_whole(&empty().await).await?;
    every_line_of_the_audit_is_linked(&empty().await).await
}

fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n; 16])
}

fn put(n: u8, body: &str) -> DocumentChange {
    DocumentChange::Put { id: DocumentId::Channel(channel(n)), body: body.into() }
}

fn waiting(n: u8, channel_number: u8, queue_at: i64) -> Session {
    let placement = Placement {
        came_at: Some(UnixMillis(queue_at)),
        queue_at: Some(UnixMillis(queue_at)),
        ..Placement::in_channel(channel(channel_number))
    };
    Session { placement, detail: Some(SessionDetail::Ready), ..invited(n, 100) }
}

async fn of_two_changes_to_one_revision_one_wins(store: &impl Store) -> Checked {
    let (revision, documents) = store.setup().await.map_err(failed)?;
    ensure(revision == 0 && documents.is_empty(), "nothing is set up at first")?;
    let change = store.change_setup(0, &[put(1, "one"), put(2, "two")], &audit()).await;
    ensure(change.map_err(failed)? == SetupChange::Done(1), "a change counts the revision up")?;
    let late = store.change_setup(0, &[put(1, "late"), put(3, "three")], &audit()).await.map_err(failed)?;
    ensure(late == SetupChange::Moved, "who is late is told")?;
    store.change_setup(1, &[put(1, "uno")], &audit()).await.map_err(failed)?;
    let (revision, documents) = store.setup().await.map_err(failed)?;
    let bodies: Vec<_> = documents.iter().map(|it| (it.id, it.version, it.body.as_str())).collect();
    let expected = [(DocumentId::Channel(channel(1)), 2, "uno"), (DocumentId::Channel(channel(2)), 1, "two")];
    ensure(bodies == expected, "and changed nothing; each document counts for itself")?;
    ensure(
        revision == 2 && store.setup_revision().await.map_err(failed)? == 2,
        "both ways to the revision agree",
    )?;
    let revision = store.setup_revision().await.map_err(failed)?;
    store.add_technician(&technician(1), "a technician", revision, &audit()).await.map_err(failed)?;
    let (revision, documents) = store.setup().await.map_err(failed)?;
    let theirs = documents.iter().find(|it| matches!(it.id, DocumentId::Technician(_)));
    ensure(
        revision == 3 && theirs.is_some_and(|it| it.body == "a technician"),
        "an account comes with its document, and counts",
    )
}

async fn a_channel_with_work_in_it_stays(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let revision = store.setup_revision().await.map_err(failed)?;
    store.change_setup(revision, &[put(1, "one")], &audit()).await.map_err(failed)?;
    let made = store.add_invited(&waiting(1, 1, 5), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let remove = [DocumentChange::Remove { id: DocumentId::Channel(channel(1)) }];
    let refused = store.change_setup(revision + 1, &remove, &audit()).await.map_err(failed)?;
    ensure(refused == SetupChange::Occupied(1), "it tells how many are in it")?;
    let closed = Session { state: SessionState::Closed, detail: None, ..made };
    let closing = entry(6, HistoryKind::ClosedByTechnician);
    store.change(&closed, None, &closing).await.map_err(failed)?;
    let removed = store.change_setup(revision + 1, &remove, &audit()).await.map_err(failed)?;
    ensure(removed == SetupChange::Done(revision + 2), "with nothing in it, it goes")?;
    let (_, documents) = store.setup().await.map_err(failed)?;
    let kept = documents.iter().find(|it| it.id == DocumentId::Channel(channel(1)));
    ensure(kept.is_some_and(|it| it.removed && it.body == "one"), "and is remembered as removed")
}

async fn nobody_holds_more_than_they_may(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let owner = Owner { id: technician(1).technician.id, name: "Technician 1".into() };
    store.heard_from(&[owner.id], UnixMillis(1)).await.map_err(failed)?;
    for n in 1..=3 {
        let made =
            store.add_invited(&waiting(n, 1, 5), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
        let held = Session {
            state: SessionState::Active,
            detail: Some(SessionDetail::Connected),
            owner: Some(owner.clone()),
            ..made.clone()
        };
        let claim = entry(10 + i64::from(n), HistoryKind::Claimed);
        let outcome = store.hold(&held, 2, &claim).await.map_err(failed)?;
        if n == 3 {
            ensure(outcome == Held::AtLimit(2), "the limit holds")?;
            ensure(store.session(made.id).await.map_err(failed)? == Some(made), "and nothing was written")?;
            continue;
        }
        let Held::Done(kept) = outcome else { return ensure(false, "below the limit it is taken") };
        ensure(*kept == Session { version: 2, ..held.clone() }, "as it was given")?;
        ensure(store.hold(&held, 9, &claim).await.map_err(failed)? == Held::Moved, "once for each version")?;
        ensure(
            matches!(store.hold(&kept, 2, &claim).await.map_err(failed)?, Held::Done(_)),
            "the session itself does not count against its own limit",
        )?;
    }
    let presences = store.presences().await.map_err(failed)?;
    let theirs = presences.first().map(|it| (it.load, it.given_at));
    ensure(
        theirs == Some((2, Some(UnixMillis(12)))),
        "what they hold is counted, and when the last was given",
    )
}

async fn who_is_there_is_kept(store: &impl Store) -> Checked {
    for n in 1..=2 {
        super::known(store, n).await?;
    }
    let id = |n: u8| TechnicianId::from_bytes([n; 16]);
    ensure(store.presences().await.map_err(failed)?.is_empty(), "nobody was ever there")?;
    store.heard_from(&[id(1), id(2)], UnixMillis(10)).await.map_err(failed)?;
    store.choose_availability(id(2), Availability::Away, &audit()).await.map_err(failed)?;
    store.heard_from(&[id(1), id(2)], UnixMillis(30)).await.map_err(failed)?;
    let one = store.presence(id(2)).await.map_err(failed)?;
    ensure(one.is_some_and(|it| it.chosen == Availability::Away), "one is found alone")?;
    let mut all = store.presences().await.map_err(failed)?;
    all.sort_by_key(|it| it.technician);
    let all: Vec<_> = all.iter().map(|it| (it.technician, it.chosen, it.heard_at, it.load)).collect();
    let expected =
        [(id(1), Availability::Available, UnixMillis(30), 0), (id(2), Availability::Away, UnixMillis(30), 0)];
    ensure(all == expected, "being heard from changes nothing that was chosen")
}

async fn lists_are_filtered_and_ordered(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let company = CompanyId::from_bytes([7; 16]);
    let rows = [
        Session { person: Some("Žofia 100%".into()), ..waiting(1, 1, 30) },
        Session { person: Some("Boris".into()), subject: Some("ПРИНТЕР".into()), ..waiting(2, 2, 10) },
        Session { person: Some("Ana".into()), ..waiting(3, 1, 20) },
    ];
    for mut row in rows {
        if row.id == SessionId::from_bytes([3; 16]) {
            row.placement.company = Some(company);
        }
        store.add_invited(&row, &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    }
    let base = SessionFilter { limit: 10, ..SessionFilter::default() };
    let numbers = |filter: SessionFilter| async move {
        let rows = store.sessions(&filter).await.map_err(failed)?;
        Ok::<_, String>(rows.iter().map(|row| row.number).collect::<Vec<_>>())
    };
    let by = |order| SessionFilter { order, ..base.clone() };
    ensure(numbers(by(SessionOrder::Queue)).await? == [2, 3, 1], "the queue's order")?;
    ensure(numbers(by(SessionOrder::Oldest)).await? == [1, 2, 3], "the oldest first")?;
    ensure(numbers(by(SessionOrder::Newest)).await? == [3, 2, 1], "the newest first")?;
    ensure(numbers(by(SessionOrder::Person)).await?[..2] == [3, 2], "by name")?;
    let paged = SessionFilter { skip: 1, limit: 1, ..by(SessionOrder::Queue) };
    ensure(numbers(paged).await? == [3], "a page in the middle")?;
    let beyond = SessionFilter { skip: u64::MAX, limit: u64::MAX, ..by(SessionOrder::Queue) };
    ensure(numbers(beyond).await?.is_empty(), "no number is too large to ask for")?;
    let first = SessionFilter { channels: Some(vec![channel(1)]), ..base.clone() };
    ensure(numbers(first).await? == [3, 1], "of one channel")?;
    let nowhere = SessionFilter { channels: Some(vec![]), ..base.clone() };
    ensure(numbers(nowhere).await?.is_empty(), "of no channel")?;
    let of =
        |companies: Vec<_>, without| SessionFilter { companies: Some((companies, without)), ..base.clone() };
    ensure(numbers(of(vec![company], false)).await? == [3], "of one company")?;
    ensure(numbers(of(vec![], true)).await? == [2, 1], "of none")?;
    ensure(numbers(of(vec![], false)).await?.is_empty(), "neither")?;
    let words = |words: &[&str]| SessionFilter {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        ..base.clone()
    };
    ensure(numbers(words(&["принтер"])).await? == [2], "in any case, in any script")?;
    ensure(numbers(words(&["100%"])).await? == [1], "what databases take for a pattern is text")?;
    ensure(numbers(words(&["a_a"])).await?.is_empty(), "all of it")?;
    ensure(numbers(words(&["printer", "ana"])).await? == [3], "every word")?;
    let mine = SessionFilter { owner: Some(Owned::By(technician(1).technician.id)), ..base.clone() };
    ensure(numbers(mine).await?.is_empty(), "of an owner")?;
    let nobodys = SessionFilter { owner: Some(Owned::ByNobody), ..base };
    ensure(numbers(nobodys).await?.len() == 3, "of nobody")
}

async fn a_placement_is_kept_whole(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let level = 3u8.try_into().map_err(failed)?;
    let placement = Placement {
        channel: channel(4),
        company: Some(CompanyId::from_bytes([5; 16])),
        category: Some(CategoryId::from_bytes([6; 16])),
        priority: Priority::Urgent,
        narrow: Some(Narrow::Group(GroupId::from_bytes([7; 16]))),
        needs: vec![Need { skill: Line::parse("macOS").map_err(failed)?, level }],
        came_at: Some(UnixMillis(8)),
        queue_at: Some(UnixMillis(-9)),
    };
    let new = Session { placement, ..invited(1, 100) };
    let made = store.add_invited(&new, &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    ensure(store.session(made.id).await.map_err(failed)? == Some(made), "as it was given")
}

async fn every_line_of_the_audit_is_linked(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let revision = store.setup_revision().await.map_err(failed)?;
    store.change_setup(revision, &[put(1, "one")], &audit()).await.map_err(failed)?;
    store.add_invited(&waiting(1, 1, 5), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let lines = store.audit_after(0, 100).await.map_err(failed)?;
    let ids: Vec<_> = lines.iter().map(|(line, _)| line.id).collect();
    ensure(ids == [1, 2, 3], "each change has its line")?;
    let mut verifier = Verifier::new(vec![], |_, _| true).map_err(failed)?;
    for (line, link) in &lines {
        verifier.line(line, link).map_err(failed)?;
    }
    let (newest, link) = (lines[2].0.id, lines[2].1);
    ensure(store.audit_newest().await.map_err(failed)? == Some((newest, link)), "the newest link")?;
    ensure(store.newest_head().await.map_err(failed)?.is_none(), "nothing is signed yet")?;
    let head = Head { line: newest, link, signed_at: UnixMillis(9), signature: [7; 64] };
    store.keep_head(&head).await.map_err(failed)?;
    ensure(store.heads().await.map_err(failed)? == [head.clone()], "a head is kept")?;
    ensure(store.newest_head().await.map_err(failed)? == Some(head), "and found")?;
    let below = store
        .audit_lines(&AuditFilter { before: Some(3), limit: 1, ..AuditFilter::default() })
        .await
        .map_err(failed)?;
    ensure(below == [lines[1].0.clone()], "pages go back from a line")
}
