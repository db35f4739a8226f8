//! What every store must do: one function for each promise of the port. An adapter's tests call [`all`] with a way to
//! make an empty store.

mod chat;

use ponte_types::{
    ConnectionId, DeviceFacts, InviteId, Line, Outcome, Role, SessionDetail, SessionId, SessionState,
    TechnicianId, UnixMillis,
};

use crate::{
    Actor, AuditEntry, Binding, CodeClaim, CodeState, Entry, HistoryKind, Invite, NewCode, NewConnection,
    NewInvite, Person, Rotation, Session, SessionFilter, Store, Technician, TechnicianSecret, TokenHash,
};

type Checked = Result<(), String>;

/// Runs every check, each on an empty store of its own.
///
/// # Errors
/// The first promise that the store breaks.
pub async fn all<S: Store, F: Future<Output = S>>(mut empty: impl FnMut() -> F) -> Checked {
    accounts_are_found_by_email_and_unique(&empty().await).await?;
    a_refresh_token_is_good_once(&empty().await).await?;
    sessions_are_numbered_listed_and_filtered(&empty().await).await?;
    of_two_changes_to_one_version_one_wins(&empty().await).await?;
    a_number_rests_before_it_is_given_again(&empty().await).await?;
    a_code_opens_one_session(&empty().await).await?;
    a_connection_comes_back_by_its_token(&empty().await).await?;
    the_outbox_tells_each_change_from_a_cursor(&empty().await).await?;
    chat::all(&mut empty).await?;
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
            role: Role::ChannelTechnician,
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

fn invited(n: u8, expires_at: i64) -> NewInvite {
    NewInvite {
        id: SessionId::from_bytes([n; 16]),
        person: format!("Person {n}"),
        email: None,
        phone: None,
        company: None,
        subject: Some("Printer".into()),
        invite: Invite {
            id: InviteId::from_bytes([n; 16]),
            public: [n; 32],
            claim_hash: TokenHash([n; 32]),
            expires_at: UnixMillis(expires_at),
        },
    }
}

fn connection(n: u8) -> NewConnection {
    let device = DeviceFacts { host_name: Line::cut("pms-203355"), ..DeviceFacts::default() };
    NewConnection { id: ConnectionId::from_bytes([n; 16]), token: TokenHash([n; 32]), device }
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
    ensure(store.add_technician(&account, &audit()).await.map_err(failed)?, "a new account is added")?;
    let twin = TechnicianSecret {
        technician: Technician { id: TechnicianId::from_bytes([2; 16]), ..account.technician.clone() },
        ..account.clone()
    };
    ensure(!store.add_technician(&twin, &audit()).await.map_err(failed)?, "an e-mail address is unique")?;
    let found = store.technician_by_email("t1@desk.example").await.map_err(failed)?;
    ensure(
        found.is_some_and(|f| f.technician == account.technician),
        "an account is found by its e-mail address",
    )?;
    ensure(store.technician_by_email("x@y").await.map_err(failed)?.is_none(), "others are not found")
}

async fn a_refresh_token_is_good_once(store: &impl Store) -> Checked {
    let account = technician(1);
    store.add_technician(&account, &audit()).await.map_err(failed)?;
    let t = |n| TokenHash([n; 32]);
    let (now, later) = (UnixMillis(10), UnixMillis(1_000));
    store.start_family(account.technician.id, t(1), later, &audit()).await.map_err(failed)?;
    let rotated = store.rotate(t(1), t(2), now, later).await.map_err(failed)?;
    ensure(rotated == Rotation::Rotated(account.technician.clone()), "a fresh token is exchanged")?;
    let reused = store.rotate(t(1), t(3), now, later).await.map_err(failed)?;
    ensure(reused == Rotation::Reused(account.technician.id), "a used token is recognised")?;
    let after = store.rotate(t(2), t(4), now, later).await.map_err(failed)?;
    ensure(after == Rotation::Unknown, "reuse ends the family")?;
    store.start_family(account.technician.id, t(5), later, &audit()).await.map_err(failed)?;
    let expired = store.rotate(t(5), t(6), later, later).await.map_err(failed)?;
    ensure(expired == Rotation::Unknown, "a token expires")?;
    store.start_family(account.technician.id, t(7), later, &audit()).await.map_err(failed)?;
    store.end_family(t(7), now).await.map_err(failed)?;
    let ended = store.rotate(t(7), t(8), now, later).await.map_err(failed)?;
    ensure(ended == Rotation::Unknown, "signing out ends the family")
}

async fn sessions_are_numbered_listed_and_filtered(store: &impl Store) -> Checked {
    store.add_technician(&technician(1), &audit()).await.map_err(failed)?;
    for n in 1..=3 {
        let made =
            store.add_invited(&invited(n, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
        ensure(made.number == u64::from(n) && made.version == 1, "numbers count from one")?;
        let kept = store.session(made.id).await.map_err(failed)?;
        ensure(kept.as_ref() == Some(&made), "a session is kept as it was returned")?;
        let by_link = store.session_by_invite(InviteId::from_bytes([n; 16])).await.map_err(failed)?;
        ensure(by_link.as_ref() == Some(&made), "a session is found by its link")?;
    }
    let filter = SessionFilter { states: vec![SessionState::Waiting], before: Some(3), limit: 1 };
    let page = store.sessions(&filter).await.map_err(failed)?;
    ensure(
        page.iter().map(|s| s.number).eq([2]),
        "a page is newest first, below its start, within its limit",
    )?;
    let none = SessionFilter { states: vec![SessionState::Closed], before: None, limit: 10 };
    ensure(store.sessions(&none).await.map_err(failed)?.is_empty(), "states are filtered")?;
    let history = store.history(SessionId::from_bytes([1; 16])).await.map_err(failed)?;
    let first = history.first().map(|line| (line.kind, line.by.clone()));
    ensure(first == Some((HistoryKind::Invited, Some("Technician 1".into()))), "history names who did it")
}

async fn of_two_changes_to_one_version_one_wins(store: &impl Store) -> Checked {
    store.add_technician(&technician(1), &audit()).await.map_err(failed)?;
    let made = store.add_invited(&invited(1, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let owner = Person { id: TechnicianId::from_bytes([1; 16]), name: "Technician 1".into() };
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
    ensure(store.history(made.id).await.map_err(failed)?.len() == 2, "a refused change leaves no trace")
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
    store.add_technician(&technician(1), &audit()).await.map_err(failed)?;
    store.issue_code(&code(1, 1, 5_000)).await.map_err(failed)?;
    let device = connection(1).device;
    let owner = TechnicianId::from_bytes([1; 16]);
    let open = |n: u8| {
        let device = &device;
        let entry = entry(5_001, HistoryKind::OpenedByCode);
        async move {
            let id = SessionId::from_bytes([n; 16]);
            store
                .add_from_code(id, ConnectionId::from_bytes([1; 16]), owner, device, &entry)
                .await
                .map_err(failed)
        }
    };
    let opened = open(1).await?.ok_or("broken promise: a shown code opens a session")?;
    ensure(opened.detail == Some(SessionDetail::Connected), "it is active and connected")?;
    ensure(
        store.session(opened.id).await.map_err(failed)?.as_ref() == Some(&opened),
        "and kept as returned",
    )?;
    ensure(open(2).await?.is_none(), "a used code opens nothing")?;
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

async fn the_outbox_tells_each_change_from_a_cursor(store: &impl Store) -> Checked {
    store.add_technician(&technician(1), &audit()).await.map_err(failed)?;
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

async fn expiry_is_found_by_time(store: &impl Store) -> Checked {
    store.add_technician(&technician(1), &audit()).await.map_err(failed)?;
    for (n, at) in [(1, 300), (2, 200)] {
        store.add_invited(&invited(n, at), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    }
    ensure(store.next_expiry().await.map_err(failed)? == Some(UnixMillis(200)), "the next expiry is known")?;
    ensure(store.due(UnixMillis(199), 10).await.map_err(failed)?.is_empty(), "nothing is due too early")?;
    let due = store.due(UnixMillis(300), 10).await.map_err(failed)?;
    ensure(due.iter().map(|s| s.number).eq([2, 1]), "what is due comes in order of time")?;
    ensure(store.connected().await.map_err(failed)?.is_empty(), "invited sessions are not connected")?;
    let Some(session) = due.into_iter().next() else { return Err("nothing was due".into()) };
    let ready = Session {
        detail: Some(SessionDetail::Ready),
        expires_at: None,
        connection: Some(connection(4).id),
        ..session
    };
    store.change(&ready, Some(&connection(4)), &entry(6, HistoryKind::Ready)).await.map_err(failed)?;
    ensure(store.connected().await.map_err(failed)?.len() == 1, "a ready session is connected")?;
    let by_connection = store.session_by_connection(connection(4).id).await.map_err(failed)?;
    ensure(by_connection.is_some_and(|s| s.id == ready.id), "and found by its connection")?;
    ensure(store.next_expiry().await.map_err(failed)? == Some(UnixMillis(300)), "and no longer expires")
}
