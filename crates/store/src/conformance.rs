//! What every store must do: one function for each promise of the port. An adapter's tests call [`all`] with a way to
//! make an empty store.

mod accounts;
mod attachments;
mod chat;
mod desk;
mod earlier;
mod life;
mod links;
mod notices;
mod team;
mod times;

use std::{net::IpAddr, time::Duration};

use ponte_types::{
    ChannelId, ConnectionId, DeviceFacts, InviteId, Line, Network, Outcome, PairingMode, Program,
    SessionDetail, SessionId, SessionState, TechnicianId, UnixMillis,
};

use crate::{
    AccountAdded, Actor, AuditEntry, Binding, CodeClaim, CodeState, Entry, FamilyId, Held, HistoryKind,
    Invite, NewCode, NewConnection, NewFamily, Owner, Placement, Rotate, Rotation, Session, SessionFilter,
    Store, Technician, TechnicianSecret, TokenHash,
};

type Checked = Result<(), String>;

const GRACE: Duration = Duration::from_secs(30);

/// Runs every check, each on an empty store of its own.
///
/// # Errors
/// The first promise that the store breaks.
pub async fn all<S: Store, F: Future<Output = S>>(mut empty: impl FnMut() -> F) -> Checked {
    accounts_are_found_by_email_and_unique(&empty().await).await?;
    a_refresh_token_is_good_once(&empty().await).await?;
    sign_ins_live_until_they_end_and_are_forgotten(&empty().await).await?;
    sessions_are_numbered_listed_and_filtered(&empty().await).await?;
    of_two_changes_to_one_version_one_wins(&empty().await).await?;
    a_number_rests_before_it_is_given_again(&empty().await).await?;
    a_code_opens_one_session(&empty().await).await?;
    a_connection_comes_back_by_its_token(&empty().await).await?;
    the_outbox_tells_each_change_from_a_cursor(&empty().await).await?;
    chat::all(&mut empty).await?;
    attachments::all(&mut empty).await?;
    desk::all(&mut empty).await?;
    links::all(&mut empty).await?;
    times::all(&mut empty).await?;
    accounts::all(&mut empty).await?;
    notices::all(&mut empty).await?;
    team::all(&mut empty).await?;
    life::all(&mut empty).await?;
    earlier::all(&mut empty).await?;
    expiry_is_found_by_time(&empty().await).await
}

fn ensure(holds: bool, promise: &str) -> Checked {
    if holds { Ok(()) } else { Err(format!("broken promise: {promise}")) }
}

fn failed(e: impl std::fmt::Display) -> String {
    e.to_string()
}

fn technician(n: u8) -> TechnicianSecret {
    TechnicianSecret {
        technician: Technician {
            id: TechnicianId::from_bytes([n; 16]),
            email: format!("t{n}@desk.example"),
            name: format!("Technician {n}"),
        },
        password_hash: "hash".into(),
    }
}

fn audit() -> AuditEntry {
    AuditEntry { at: UnixMillis(1), by: Actor::Relay, kind: "test", about: String::new() }
}

fn entry(at: i64, kind: HistoryKind) -> Entry {
    Entry { at: UnixMillis(at), kind, by: Actor::Technician(TechnicianId::from_bytes([1; 16])) }
}

fn placement() -> Placement {
    Placement::in_channel(ChannelId::from_bytes([1; 16]))
}

fn invited(n: u8, expires_at: i64) -> Session {
    let id = SessionId::from_bytes([n; 16]);
    Session {
        detail: Some(SessionDetail::Invited),
        person: Some(format!("Person {n}")),
        subject: Some("Printer".into()),
        waiting_since: Some(UnixMillis(5)),
        expires_at: Some(UnixMillis(expires_at)),
        invite: Some(Invite {
            id: InviteId::from_bytes([n; 16]),
            public: [n; 32],
            claim_hash: TokenHash([n; 32]),
            expires_at: UnixMillis(expires_at),
        }),
        ..Session::new(id, PairingMode::Link, SessionState::Waiting, placement(), UnixMillis(5))
    }
}

fn connection(n: u8) -> NewConnection {
    let device = DeviceFacts { host_name: Line::cut("pms-203355"), ..DeviceFacts::default() };
    NewConnection { id: ConnectionId::from_bytes([n; 16]), token: TokenHash([n; 32]), device }
}

fn network(n: u8) -> Network {
    IpAddr::from([192, 0, 2, n]).into()
}

fn new_family(n: u8, expires_at: UnixMillis) -> NewFamily {
    NewFamily {
        technician: technician(1).technician.id,
        network: network(1),
        agent: None,
        first: token(n),
        expires_at,
    }
}

fn token(n: u8) -> TokenHash {
    TokenHash([n; 32])
}

fn code(number: u8, by: u8, at: i64) -> NewCode {
    NewCode {
        lookup: TokenHash([number; 32]),
        sealed: u32::MAX,
        connection: connection(by),
        issued_at: UnixMillis(at),
        expires_at: UnixMillis(at + 600),
        taken_after: UnixMillis(at - 1_000),
    }
}

async fn accounts_are_found_by_email_and_unique(store: &impl Store) -> Checked {
    let account = technician(1);
    let add = |account, revision| async move {
        store.add_technician(account, "{}", revision, &audit()).await.map_err(failed)
    };
    let now = || async move { store.setup_revision().await.map_err(failed) };
    let (seen, other) = (now().await?, technician(9));
    ensure(add(&account, seen).await? == AccountAdded::Done, "a new account is added")?;
    ensure(now().await? == seen + 1, "and there is a newer revision")?;
    ensure(add(&other, seen).await? == AccountAdded::Moved, "what is checked by an older one is not")?;
    let kept = store.technician(technician(9).technician.id).await.map_err(failed)?;
    ensure(kept.is_none(), "nothing was written")?;
    let twin = TechnicianSecret {
        technician: Technician { id: TechnicianId::from_bytes([2; 16]), ..account.technician.clone() },
        ..account.clone()
    };
    ensure(add(&twin, now().await?).await? == AccountAdded::EmailTaken, "an e-mail address is unique")?;
    let found = store.technician_by_email("t1@desk.example").await.map_err(failed)?;
    ensure(
        found.is_some_and(|f| f.technician == account.technician),
        "an account is found by its e-mail address",
    )?;
    ensure(store.technician_by_email("x@y").await.map_err(failed)?.is_none(), "others are not found")
}

async fn a_refresh_token_is_good_once(store: &impl Store) -> Checked {
    let account = technician(1);
    let revision = store.setup_revision().await.map_err(failed)?;
    store.add_technician(&account, "{}", revision, &audit()).await.map_err(failed)?;
    let later = UnixMillis(1_000_000);
    let start =
        |n: u8| async move { store.start_family(&new_family(n, later), &audit()).await.map_err(failed) };
    let rotate = |presented: u8, next: u8, at: i64| async move {
        let (presented, next) = (token(presented), token(next));
        let ask = Rotate {
            presented,
            next,
            network: network(1),
            now: UnixMillis(at),
            expires_at: later,
            grace: GRACE,
        };
        store.rotate(&ask).await.map_err(failed)
    };
    let family = start(1).await?;
    let rotated = Rotation::Rotated { technician: account.technician.clone(), family };
    let reused = Rotation::Reused { technician: account.technician.id, family };
    ensure(rotate(1, 2, 10).await? == rotated, "a fresh token is exchanged")?;
    ensure(rotate(2, 3, 20).await? == rotated, "and so is what it was exchanged for")?;
    ensure(rotate(1, 4, 30).await? == reused, "a used token whose successor was used is recognised")?;
    ensure(rotate(3, 5, 40).await? == Rotation::Unknown, "reuse ends the family")?;

    let family = start(11).await?;
    let rotated = Rotation::Rotated { technician: account.technician.clone(), family };
    let reused = Rotation::Reused { technician: account.technician.id, family };
    ensure(rotate(11, 12, 10).await? == rotated, "the answer to this one is lost")?;
    ensure(rotate(11, 13, 20_000).await? == rotated, "within the grace it is exchanged again")?;
    ensure(rotate(11, 14, 30_010).await? == rotated, "and again, to the grace's end")?;
    ensure(rotate(14, 15, 50_000).await? == rotated, "what was answered last is good")?;
    ensure(rotate(14, 16, 80_001).await? == reused, "after the grace a used token is recognised")?;
    ensure(rotate(15, 17, 80_002).await? == Rotation::Unknown, "which ends the family")?;

    let family = start(21).await?;
    let reused = Rotation::Reused { technician: account.technician.id, family };
    rotate(21, 22, 10).await?;
    rotate(21, 23, 20).await?;
    ensure(rotate(22, 24, 30).await? == reused, "a replaced token in use is a copy")?;
    ensure(rotate(23, 25, 40).await? == Rotation::Unknown, "and ends the family, too")?;

    start(31).await?;
    ensure(rotate(31, 32, 1_000_000).await? == Rotation::Unknown, "a token expires")?;
    start(41).await?;
    store.end_family(token(41), UnixMillis(10)).await.map_err(failed)?;
    ensure(rotate(41, 42, 10).await? == Rotation::Unknown, "signing out ends the family")
}

async fn sign_ins_live_until_they_end_and_are_forgotten(store: &impl Store) -> Checked {
    known(store, 1).await?;
    let mut families = Vec::new();
    for (n, expires_at) in [(1, 1_000), (2, 1_000), (3, 100)] {
        let new = new_family(n, UnixMillis(expires_at));
        families.push(store.start_family(&new, &audit()).await.map_err(failed)?);
    }
    let [first, second, third] = families[..] else { return Err("three were started".into()) };
    let living = |at: i64| {
        let asked = [first, second, third, FamilyId(i64::MAX)];
        async move {
            let mut living = store.living(&asked, UnixMillis(at)).await.map_err(failed)?;
            living.sort_unstable();
            Ok::<_, String>(living)
        }
    };
    ensure(living(10).await? == [first, second, third], "what was started lives")?;
    let ended = store.end_family(token(1), UnixMillis(10)).await.map_err(failed)?;
    ensure(ended == Some(first), "who signs out is told")?;
    ensure(living(10).await? == [second, third], "and is gone")?;
    ensure(living(100).await? == [second], "so is who stayed away too long")?;
    ensure(store.end_family(token(9), UnixMillis(10)).await == Ok(None), "an unknown token ends nothing")?;

    store.forget_sign_ins(UnixMillis(100), UnixMillis(1)).await.map_err(failed)?;
    ensure(store.end_family(token(1), UnixMillis(10)).await == Ok(None), "an ended one is forgotten")?;
    ensure(store.end_family(token(3), UnixMillis(10)).await == Ok(None), "and an expired one")?;
    ensure(living(100).await? == [second], "a living one is not")?;

    let all = store.end_families_of(technician(1).technician.id, UnixMillis(20)).await.map_err(failed)?;
    ensure(all == [second], "who is disabled is signed out everywhere")?;
    ensure(living(20).await?.is_empty(), "and none is left")?;

    let (email, [here, there]) = (technician(1).technician.email, [1u8, 2].map(network));
    let before =
        |email: String, network| async move { store.signed_in_before(&email, network).await.map_err(failed) };
    ensure(before(email.clone(), here).await?, "a network that was signed in from is known")?;
    ensure(!before(email.clone(), there).await?, "others are not")?;
    ensure(!before("x@y".into(), here).await?, "nor for other accounts")?;
    store.forget_sign_ins(UnixMillis(100), UnixMillis(2)).await.map_err(failed)?;
    ensure(!before(email, here).await?, "an old one is forgotten")
}

async fn sessions_are_numbered_listed_and_filtered(store: &impl Store) -> Checked {
    known(store, 1).await?;
    for n in 1..=3 {
        let made =
            store.add_invited(&invited(n, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
        ensure(made.number == u64::from(n) && made.version == 1, "numbers count from one")?;
        ensure(made == Session { number: made.number, ..invited(n, 100) }, "the rest is as it was given")?;
        let kept = store.session(made.id).await.map_err(failed)?;
        ensure(kept.as_ref() == Some(&made), "a session is kept as it was returned")?;
        let by_link = store.session_by_invite(InviteId::from_bytes([n; 16])).await.map_err(failed)?;
        ensure(by_link.as_ref() == Some(&made), "a session is found by its link")?;
    }
    let waiting = vec![SessionState::Waiting];
    let filter = SessionFilter { states: waiting, before: Some(3), limit: 1, ..SessionFilter::default() };
    let page = store.sessions(&filter).await.map_err(failed)?;
    ensure(
        page.iter().map(|s| s.number).eq([2]),
        "a page is newest first, below its start, within its limit",
    )?;
    let closed = vec![SessionState::Closed];
    let none = SessionFilter { states: closed, limit: 10, ..SessionFilter::default() };
    ensure(store.sessions(&none).await.map_err(failed)?.is_empty(), "states are filtered")?;
    let history = store.history(SessionId::from_bytes([1; 16]), 100).await.map_err(failed)?;
    let first = history.first().map(|line| (line.kind, line.by.clone()));
    ensure(first == Some((HistoryKind::Invited, Some("Technician 1".into()))), "history names who did it")
}

async fn of_two_changes_to_one_version_one_wins(store: &impl Store) -> Checked {
    known(store, 1).await?;
    let made = store.add_invited(&invited(1, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let owner = Owner { id: TechnicianId::from_bytes([1; 16]), name: "Technician 1".into() };
    let closed = Session {
        state: SessionState::Closed,
        detail: None,
        owner: Some(owner),
        outcome: Some(Outcome::NotSolved),
        note: Some("нет связи".into()),
        closed_at: Some(UnixMillis(9)),
        device: Some(connection(1).device),
        ..made.clone()
    };
    let first =
        store.change(&closed, None, &entry(9, HistoryKind::ClosedByTechnician)).await.map_err(failed)?;
    ensure(first.as_ref().is_some_and(|s| s.version == 2), "a change counts the version up")?;
    ensure(store.session(made.id).await.map_err(failed)? == first, "a change is kept whole")?;
    let second =
        store.change(&closed, None, &entry(9, HistoryKind::ClosedByTechnician)).await.map_err(failed)?;
    ensure(second.is_none(), "a change to an old version is refused")?;
    ensure(store.history(made.id, 100).await.map_err(failed)?.len() == 2, "a refused change leaves no trace")
}

async fn a_number_rests_before_it_is_given_again(store: &impl Store) -> Checked {
    let issue = |number, by, at| async move { store.issue_code(&code(number, by, at)).await.map_err(failed) };
    ensure(issue(1, 1, 5_000).await? == CodeClaim::Issued, "a free number is given")?;
    ensure(issue(1, 2, 5_500).await? == CodeClaim::Taken, "a number is not given twice")?;
    ensure(issue(2, 1, 5_500).await? == CodeClaim::Issued, "a connection may get another number")?;
    let first = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(first.is_some_and(|c| c.state == CodeState::Dead), "its earlier number dies")?;
    ensure(issue(1, 3, 5_900).await? == CodeClaim::Taken, "a dead number rests, too")?;
    ensure(issue(1, 3, 6_000).await? == CodeClaim::Issued, "a rested number is given again")?;
    let found = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    let now_of_third = found.is_some_and(|c| c.connection == connection(3).id && c.state == CodeState::Shown);
    ensure(now_of_third, "and belongs to its new connection")?;
    let renew = |by, at| async move {
        let renewed = store.renew_code(connection(by).id, UnixMillis(at), UnixMillis(at + 600));
        renewed.await.map_err(failed)
    };
    let renewed = renew(3, 6_500).await?;
    ensure(
        renewed.is_some_and(|(lookup, _)| lookup == TokenHash([1; 32])),
        "a shown number can be prolonged",
    )?;
    let found = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(found.is_some_and(|c| c.expires_at == UnixMillis(7_100)), "and is good for longer")?;
    ensure(issue(1, 4, 7_000).await? == CodeClaim::Taken, "its rest begins anew")?;
    ensure(renew(2, 6_500).await?.is_none(), "who shows nothing has nothing to prolong")?;
    store.kill_code(connection(3).id).await.map_err(failed)?;
    ensure(renew(3, 6_600).await?.is_none(), "a dead number is not prolonged")?;
    let burned = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(burned.is_some_and(|c| c.state == CodeState::Dead), "a burned code is dead")
}

async fn a_code_opens_one_session(store: &impl Store) -> Checked {
    known(store, 1).await?;
    store.issue_code(&code(1, 1, 5_000)).await.map_err(failed)?;
    let open = |n: u8, at_most: u64| async move {
        let id = SessionId::from_bytes([n; 16]);
        let new = Session {
            detail: Some(SessionDetail::Connected),
            owner: Some(Owner { id: TechnicianId::from_bytes([1; 16]), name: "Technician 1".into() }),
            started_at: Some(UnixMillis(5_001)),
            device: Some(connection(1).device),
            connection: Some(connection(1).id),
            ..Session::new(id, PairingMode::Code, SessionState::Active, placement(), UnixMillis(5_001))
        };
        let entry = entry(5_001, HistoryKind::OpenedByCode);
        let opened = match store.add_from_code(&new, at_most, &entry).await.map_err(failed)? {
            Held::Done(opened) => *opened,
            other => return Ok(Err(other)),
        };
        let expected = Session { number: opened.number, ..new };
        ensure(opened == expected, "a session begins as it was given").map(|()| Ok(opened))
    };
    ensure(open(3, 0).await? == Err(Held::AtLimit(0)), "who may hold no more opens nothing")?;
    let shown = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(shown.is_some_and(|c| c.state == CodeState::Shown), "and the code is still shown")?;
    let opened = open(1, 1).await?.map_err(|_| "broken promise: a shown code opens a session")?;
    ensure(
        store.session(opened.id).await.map_err(failed)?.as_ref() == Some(&opened),
        "and kept as returned",
    )?;
    ensure(open(2, 9).await? == Err(Held::Moved), "a used code opens nothing")?;
    let used = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(used.is_some_and(|c| c.state == CodeState::Used), "a code that opened a session is used")?;
    let binding = store.find_binding(TokenHash([1; 32])).await.map_err(failed)?;
    let expected = Binding::Session { connection: connection(1).id, session: opened.id };
    ensure(binding == Some(expected), "the connection now serves the session")
}

async fn a_connection_comes_back_by_its_token(store: &impl Store) -> Checked {
    store.issue_code(&code(1, 1, 5_000)).await.map_err(failed)?;
    let (old, new) = (connection(1), connection(2));
    ensure(
        store.find_binding(TokenHash([9; 32])).await.map_err(failed)?.is_none(),
        "a foreign token finds nothing",
    )?;
    ensure(store.rebind(old.token, old.id, &new).await.map_err(failed)?, "a connection comes back")?;
    let found = store.find_code(TokenHash([1; 32])).await.map_err(failed)?;
    ensure(found.is_some_and(|c| c.connection == new.id), "its code comes along")?;
    let by_old = store.find_binding(old.token).await.map_err(failed)?;
    ensure(by_old.is_some(), "the replaced token is good while the new one was not used")?;
    let newest = connection(3);
    ensure(store.rebind(new.token, new.id, &newest).await.map_err(failed)?, "the new token works")?;
    ensure(store.find_binding(old.token).await.map_err(failed)?.is_none(), "then the first one is void")?;
    store.kill_code(newest.id).await.map_err(failed)?;
    store.forget_codes(UnixMillis(10_000)).await.map_err(failed)?;
    ensure(store.find_binding(newest.token).await.map_err(failed)?.is_none(), "what is over is forgotten")
}

/// There is such an account.
async fn known(store: &impl Store, n: u8) -> Checked {
    let revision = store.setup_revision().await.map_err(failed)?;
    let added = store.add_technician(&technician(n), "{}", revision, &audit()).await.map_err(failed)?;
    ensure(added == AccountAdded::Done, "an account is added")
}

async fn the_outbox_tells_each_change_from_a_cursor(store: &impl Store) -> Checked {
    known(store, 1).await?;
    ensure(store.newest_cursor().await.map_err(failed)? == 0, "an empty outbox has cursor 0")?;
    let made = store.add_invited(&invited(1, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    store.add_invited(&invited(2, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let changed = Session { subject: Some("Scanner".into()), ..made };
    store.change(&changed, None, &entry(6, HistoryKind::DeviceChanged)).await.map_err(failed)?;
    let newest = store.newest_cursor().await.map_err(failed)?;
    let all =
        store.changes_after(0, 10).await.map_err(failed)?.ok_or("broken promise: it reaches back to 0")?;
    let seen: Vec<_> = all.iter().map(|c| (c.session.number, c.session.version)).collect();
    ensure(seen == [(2, 1), (1, 2)], "each session once, in the order of its newest change")?;
    ensure(all.last().is_some_and(|c| c.cursor == newest), "up to the newest cursor")?;
    let rest = store.changes_after(newest, 10).await.map_err(failed)?;
    ensure(rest.is_some_and(|c| c.is_empty()), "nothing after the newest")?;
    what_a_program_says_of_its_device_is_no_deed(store, &changed).await?;
    let newest = store.newest_cursor().await.map_err(failed)?;
    ensure(
        store.changes_after(newest + 1, 10).await.map_err(failed)?.is_none(),
        "a cursor from elsewhere is refused",
    )?;
    store.trim_outbox(1).await.map_err(failed)?;
    ensure(
        store.changes_after(0, 10).await.map_err(failed)?.is_none(),
        "a cursor from before the trim is too old",
    )?;
    let kept = store.changes_after(newest - 1, 10).await.map_err(failed)?;
    ensure(kept.is_some_and(|c| c.len() == 1), "what was kept is still told")
}

async fn what_a_program_says_of_its_device_is_no_deed(store: &impl Store, stale: &Session) -> Checked {
    let read =
        |id| async move { Ok::<_, String>(store.session(id).await.map_err(failed)?.ok_or("it is gone")?) };
    let bound = Session { connection: Some(connection(7).id), ..read(stale.id).await? };
    let at = entry(7, HistoryKind::Ready);
    let bound = store.change(&bound, Some(&connection(7)), &at).await.map_err(failed)?.ok_or("not bound")?;
    let cursor = store.newest_cursor().await.map_err(failed)?;
    let device = DeviceFacts { host_name: ponte_types::Line::cut("pms-1"), ..DeviceFacts::default() };
    ensure(store.keep_device(stale.id, &device).await.map_err(failed)?, "the facts are kept")?;
    let now = read(stale.id).await?;
    ensure(now.device.as_ref() == Some(&device) && now.version == bound.version, "beside the version")?;
    ensure(store.newest_cursor().await.map_err(failed)? > cursor, "followers are told")?;
    let all = store.history(stale.id, 100).await.map_err(failed)?;
    let last = store.history(stale.id, 1).await.map_err(failed)?;
    ensure(all.len() == 3 && last == all[2..], "no line is written, and the newest ones are read")?;
    let other = Session { subject: Some("Mouse".into()), ..bound };
    let kept = store.change(&other, None, &entry(8, HistoryKind::Edited)).await.map_err(failed)?;
    ensure(kept.is_some(), "the version is as it was seen")?;
    ensure(read(stale.id).await?.device == Some(device), "who read it before does not undo the facts")
}

async fn expiry_is_found_by_time(store: &impl Store) -> Checked {
    known(store, 1).await?;
    for (n, at) in [(1, 300), (2, 200)] {
        store.add_invited(&invited(n, at), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    }
    ensure(store.next_due().await.map_err(failed)? == Some(UnixMillis(200)), "the next expiry is known")?;
    ensure(store.due(UnixMillis(199), 10).await.map_err(failed)?.is_empty(), "nothing is due too early")?;
    let due = store.due(UnixMillis(300), 10).await.map_err(failed)?;
    ensure(due.iter().map(|s| s.number).eq([2, 1]), "what is due comes in order of time")?;
    ensure(store.connected().await.map_err(failed)?.is_empty(), "invited sessions are not connected")?;
    let Some(session) = due.into_iter().next() else { return Err("nothing was due".into()) };
    let ready = Session {
        detail: Some(SessionDetail::Ready),
        program: Program::Here,
        expires_at: None,
        connection: Some(connection(4).id),
        ..session
    };
    store.change(&ready, Some(&connection(4)), &entry(6, HistoryKind::Ready)).await.map_err(failed)?;
    ensure(store.connected().await.map_err(failed)?.len() == 1, "a ready session is connected")?;
    let by_connection = store.session_by_connection(connection(4).id).await.map_err(failed)?;
    ensure(by_connection.is_some_and(|s| s.id == ready.id), "and found by its connection")?;
    ensure(store.next_due().await.map_err(failed)? == Some(UnixMillis(300)), "and no longer expires")?;
    let served = store.connected().await.map_err(failed)?;
    let expected = (ready.id, Some(connection(4).id), ready.changed_at);
    ensure(
        served.iter().map(|it| (it.session, it.connection, it.changed_at)).eq([expected]),
        "by which one",
    )?;
    let now = store.session(ready.id).await.map_err(failed)?.ok_or("it is gone")?;
    let lost = Session { detail: Some(SessionDetail::Invited), program: Program::Away, ..now.clone() };
    let stale = Session { version: 1, ..now };
    let entry = entry(7, HistoryKind::Lost);
    let changed = store.change_all(&[(stale, entry), (lost, entry)]).await.map_err(failed)?;
    ensure(changed == 1, "of many changes those are made that nobody overtook")?;
    ensure(store.connected().await.map_err(failed)?.is_empty(), "and it is no longer connected")
}
