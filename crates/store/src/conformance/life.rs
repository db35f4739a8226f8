//! What time moves, whom nobody reaches, what was asked for before, and equipment.

use ponte_types::{
    ActionId, InviteId, MessageId, Outcome, PieceId, RequestId, SessionDetail, SessionState, UnixMillis,
};

use super::{Checked, ensure, entry, failed, invited, technician};
use crate::{
    Action, ActionKind, Author, EquipmentKind, HistoryKind, Invite, Logged, NewMessage, NewPiece, OnHold,
    Owner, Piece, PieceChange, PieceKept, PieceOutcome, Session, Store, TokenHash,
};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    what_time_moves_is_found_by_time(&empty().await).await?;
    every_version_knows_who_made_it(&empty().await).await?;
    an_asking_opens_one_session(&empty().await).await?;
    another_link_takes_the_place_of_the_first(&empty().await).await?;
    silence_begins_with_a_try_and_is_broken_by_being_reached(&empty().await).await?;
    equipment_is_kept_and_judged(&empty().await).await
}

async fn opened(store: &impl Store, n: u8) -> Result<Session, String> {
    if n == 1 {
        super::known(store, 1).await?;
    }
    store.add_invited(&invited(n, 1_000), &entry(5, HistoryKind::Invited)).await.map_err(failed)
}

fn owner() -> Owner {
    let technician = technician(1).technician;
    Owner { id: technician.id, name: technician.name }
}

fn held(session: Session, until: Option<i64>) -> Session {
    Session {
        state: SessionState::Active,
        detail: Some(SessionDetail::OnHold),
        owner: Some(owner()),
        expires_at: None,
        hold: Some(OnHold { since: UnixMillis(10), until: until.map(UnixMillis), why: "A part".into() }),
        ..session
    }
}

async fn change(store: &impl Store, to: &Session, kind: HistoryKind) -> Result<Session, String> {
    let kept = store.change(to, None, &entry(20, kind)).await.map_err(failed)?;
    kept.ok_or_else(|| "a change on the newest version was refused".to_owned())
}

async fn what_time_moves_is_found_by_time(store: &impl Store) -> Checked {
    let hold = held(opened(store, 1).await?, Some(300));
    let hold = change(store, &hold, HistoryKind::PutOnHold).await?;
    ensure(store.session(hold.id).await.map_err(failed)? == Some(hold.clone()), "a hold is kept whole")?;
    let by_hand = held(opened(store, 2).await?, None);
    change(store, &by_hand, HistoryKind::PutOnHold).await?;
    let done = Session {
        state: SessionState::Closed,
        detail: Some(SessionDetail::AwaitingConfirmation),
        outcome: Some(Outcome::Solved),
        reason: Some("none".into()),
        confirms_at: Some(UnixMillis(200)),
        expires_at: None,
        ..opened(store, 3).await?
    };
    let done = change(store, &done, HistoryKind::Done).await?;
    ensure(store.session(done.id).await.map_err(failed)? == Some(done.clone()), "and so is what is done")?;
    let closed = Session {
        detail: None,
        confirms_at: None,
        reopen_until: Some(UnixMillis(900)),
        ..opened(store, 4).await?
    };
    change(
        store,
        &Session { state: SessionState::Closed, expires_at: None, ..closed },
        HistoryKind::Confirmed,
    )
    .await?;
    opened(store, 5).await?;
    ensure(store.next_due().await.map_err(failed)? == Some(UnixMillis(200)), "the next one is known")?;
    ensure(store.due(UnixMillis(199), 9).await.map_err(failed)?.is_empty(), "none is due too early")?;
    let due = store.due(UnixMillis(1_000), 9).await.map_err(failed)?;
    ensure(due.iter().map(|it| it.number).eq([3, 1, 5]), "those that are due, the longest overdue first")
}

async fn every_version_knows_who_made_it(store: &impl Store) -> Checked {
    let session = opened(store, 1).await?;
    let by = Some(owner().id);
    let made = store.made(session.id, 1).await.map_err(failed)?;
    ensure(made == Some((HistoryKind::Invited, by)), "the first one by who opened it")?;
    let hold = change(store, &held(session, None), HistoryKind::PutOnHold).await?;
    let made = store.made(hold.id, 2).await.map_err(failed)?;
    ensure(made == Some((HistoryKind::PutOnHold, by)), "the others by who changed it")?;
    ensure(store.made(hold.id, 3).await.map_err(failed)?.is_none(), "those that are not there by nobody")
}

async fn an_asking_opens_one_session(store: &impl Store) -> Checked {
    opened(store, 1).await?;
    let request = Some(RequestId::from_bytes([7; 16]));
    let ask = |n: u8| Session { request, ..invited(n, 1_000) };
    let first = store.add_invited(&ask(2), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let again = store.add_invited(&ask(3), &entry(9, HistoryKind::Invited)).await.map_err(failed)?;
    ensure(first == again, "the same asking again is answered with what it opened")?;
    ensure(store.session(ask(3).id).await.map_err(failed)?.is_none(), "and opens nothing")
}

async fn another_link_takes_the_place_of_the_first(store: &impl Store) -> Checked {
    let session = opened(store, 1).await?;
    let invite = Invite {
        id: InviteId::from_bytes([8; 16]),
        public: [8; 32],
        claim_hash: TokenHash([8; 32]),
        expires_at: UnixMillis(900),
    };
    let first = session.invite.as_ref().map(|invite| invite.id);
    let renewed = Session { invite: Some(invite.clone()), ..session };
    let kept = store.relink(&renewed, &entry(9, HistoryKind::LinkRenewed)).await.map_err(failed)?;
    ensure(kept.is_some_and(|it| it.version == 2), "it is a change like any other")?;
    ensure(
        store.relink(&renewed, &entry(9, HistoryKind::LinkRenewed)).await.map_err(failed)?.is_none(),
        "on the version that was seen",
    )?;
    let by_new = store.session_by_invite(invite.id).await.map_err(failed)?;
    ensure(
        by_new.is_some_and(|it| it.id == renewed.id && it.invite == Some(invite)),
        "the new one opens it",
    )?;
    let Some(first) = first else { return Err("there was no link".into()) };
    ensure(store.session_by_invite(first).await.map_err(failed)?.is_none(), "the old one nothing")
}

async fn silence_begins_with_a_try_and_is_broken_by_being_reached(store: &impl Store) -> Checked {
    let session = opened(store, 1).await?;
    let log = async |n: u8, at: i64, kind: ActionKind| {
        let action = Action {
            id: ActionId::from_bytes([n; 16]),
            session: session.id,
            at: UnixMillis(at),
            by: owner(),
            kind,
            minutes: 1,
            changed_infrastructure: false,
            text: "Called".into(),
        };
        let logged = store.log_action(&action).await.map_err(failed)?;
        ensure(logged == Logged::Kept, "it is logged")
    };
    let since = async || -> Result<Option<i64>, String> {
        Ok(store.silences(9).await.map_err(failed)?.first().map(|it| it.since.0))
    };
    ensure(since().await?.is_none(), "nobody was tried to be reached")?;
    log(1, 100, ActionKind::NoAnswer).await?;
    log(2, 200, ActionKind::NotOnSite).await?;
    ensure(since().await? == Some(100), "the first try counts")?;
    log(3, 300, ActionKind::Contact).await?;
    ensure(since().await?.is_none(), "being reached ends it")?;
    log(4, 400, ActionKind::NoAnswer).await?;
    ensure(since().await? == Some(400), "and it begins anew")?;
    let said = |n: u8, author: Author| NewMessage {
        id: MessageId::from_bytes([n; 16]),
        session: session.id,
        at: UnixMillis(500),
        author,
        text: "Hello".into(),
    };
    store.say(&said(1, Author::Technician(owner()))).await.map_err(failed)?;
    ensure(since().await? == Some(400), "writing to somebody is not reaching them")?;
    store.say(&said(2, Author::EndUser)).await.map_err(failed)?;
    ensure(since().await?.is_none(), "what they write is")?;
    log(5, 600, ActionKind::NoAnswer).await?;
    let ready = change(store, &session, HistoryKind::Ready).await?;
    ensure(since().await?.is_none(), "so is their program")?;
    log(6, 700, ActionKind::NoAnswer).await?;
    let closed = Session { state: SessionState::Closed, detail: None, ..ready };
    change(store, &closed, HistoryKind::ClosedByTechnician).await?;
    ensure(since().await?.is_none(), "of what is closed nobody asks")
}

async fn equipment_is_kept_and_judged(store: &impl Store) -> Checked {
    let session = opened(store, 1).await?;
    let new = |n: u8, asset: Option<&str>| NewPiece {
        id: PieceId::from_bytes([n; 16]),
        session: session.id,
        asset: asset.map(str::to_owned),
        name: format!("Printer {n}"),
        kind: EquipmentKind::Printer,
    };
    let added = entry(30, HistoryKind::EquipmentAdded);
    let add = async |piece: &NewPiece, most: u64| store.add_piece(piece, most, &added).await.map_err(failed);
    ensure(add(&new(1, Some("1042")), 2).await? == PieceKept::Kept, "a piece is kept")?;
    ensure(add(&new(1, Some("1042")), 2).await? == PieceKept::Again, "once")?;
    ensure(add(&new(1, None), 2).await? == PieceKept::Taken, "its id is its own")?;
    ensure(add(&new(2, Some("1042")), 2).await? == PieceKept::SameAsset, "and so is its label")?;
    ensure(add(&new(2, None), 2).await? == PieceKept::Kept, "one without a label is another")?;
    ensure(add(&new(3, None), 2).await? == PieceKept::Full, "so many and no more")?;
    let first = Piece {
        id: PieceId::from_bytes([1; 16]),
        asset: Some("1042".into()),
        name: "Printer 1".into(),
        kind: EquipmentKind::Printer,
        at: UnixMillis(30),
        by: owner(),
        outcome: None,
        reason: None,
    };
    let all = store.equipment(session.id).await.map_err(failed)?;
    ensure(all.len() == 2 && all.first() == Some(&first), "as it was given, in order")?;
    let edit = |n: u8, asset: Option<&str>| PieceChange {
        id: PieceId::from_bytes([n; 16]),
        asset: asset.map(str::to_owned),
        name: "Scanner".into(),
        kind: EquipmentKind::Other,
        outcome: Some(Outcome::NotSolved),
        reason: Some("Broken".into()),
    };
    let changed = entry(31, HistoryKind::EquipmentChanged);
    let put = async |edit: &PieceChange| store.change_piece(session.id, edit, &changed).await.map_err(failed);
    ensure(put(&edit(2, None)).await? == Some(PieceKept::Kept), "it can be changed")?;
    ensure(put(&edit(2, None)).await? == Some(PieceKept::Again), "to what it is, nothing happens")?;
    ensure(put(&edit(2, Some("1042"))).await? == Some(PieceKept::SameAsset), "not to another's label")?;
    ensure(put(&edit(9, None)).await?.is_none(), "what is not there is not changed")?;
    let closed = Session { state: SessionState::Closed, detail: None, ..session.clone() };
    let judged = [PieceOutcome { id: first.id, outcome: Outcome::Solved, reason: None }];
    let closing = entry(40, HistoryKind::ClosedByTechnician);
    let kept = store.close(&closed, &judged, &closing).await.map_err(failed)?;
    ensure(kept.is_some(), "a session is closed with what became of its equipment")?;
    let late = [PieceOutcome { id: first.id, outcome: Outcome::NoContact, reason: None }];
    ensure(store.close(&closed, &late, &closing).await.map_err(failed)?.is_none(), "once")?;
    let all = store.equipment(session.id).await.map_err(failed)?;
    let outcomes: Vec<_> = all.iter().map(|it| it.outcome).collect();
    ensure(outcomes == [Some(Outcome::Solved), Some(Outcome::NotSolved)], "and who was late judged nothing")?;
    let removed = entry(41, HistoryKind::EquipmentRemoved);
    let remove = async || store.remove_piece(session.id, first.id, &removed).await.map_err(failed);
    ensure(remove().await? && !remove().await?, "it is taken away once")?;
    ensure(store.equipment(session.id).await.map_err(failed)?.len() == 1, "and the others stay")
}
