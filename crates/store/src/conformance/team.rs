//! Who is in a session, what is offered, and what technicians write among themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use ponte_desk::{
    team::{Member, Rights, Team},
    transfer::{Offer, Purpose, Recipient},
};
use ponte_types::{MessageId, OfferId, SessionDetail, SessionId, SessionState, TechnicianId, UnixMillis};

use super::{Checked, ensure, entry, failed, invited};
use crate::{Held, HistoryKind, KeptOffer, KeptTeam, NewPrivate, Owner, SaidPrivately, Session, Store};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    a_team_is_kept_with_its_session(&empty().await).await?;
    an_offer_moves_with_its_session_or_not_at_all(&empty().await).await?;
    private_messages_are_numbered_and_kept_once(&empty().await).await
}

fn who(n: u8) -> TechnicianId {
    TechnicianId::from_bytes([n; 16])
}

fn owner(n: u8) -> Owner {
    Owner { id: who(n), name: format!("Technician {n}") }
}

/// A session that the first technician holds, with two more accounts.
async fn held(store: &impl Store) -> Result<Session, String> {
    for n in 1..=3 {
        super::known(store, n).await?;
    }
    let session =
        store.add_invited(&invited(1, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)?;
    let active = Session {
        state: SessionState::Active,
        detail: Some(SessionDetail::Connected),
        owner: Some(owner(1)),
        ..session
    };
    let kept = store.change(&active, None, &entry(6, HistoryKind::Claimed)).await.map_err(failed)?;
    kept.ok_or_else(|| "the session was not kept".to_owned())
}

async fn read(store: &impl Store, id: SessionId) -> Result<Session, String> {
    store.session(id).await.map_err(failed)?.ok_or_else(|| "the session is gone".to_owned())
}

async fn a_team_is_kept_with_its_session(store: &impl Store) -> Checked {
    let session = held(store).await?;
    let mut team = Team::new(who(1), UnixMillis(6));
    let joined = team.join(who(2), Rights::ALL, UnixMillis(7));
    ensure(joined.is_ok() && team.pass_baton(who(1), who(2)).is_ok(), "the rules allow it")?;
    let kept = KeptTeam::of(&team, BTreeSet::new(), Some(who(3)), BTreeMap::new());
    let with = Session { team: Some(kept), ..session };
    let changed = store.change(&with, None, &entry(7, HistoryKind::Joined)).await.map_err(failed)?;
    ensure(changed.is_some(), "a team is written with its session")?;
    let now = read(store, with.id).await?;
    let kept = now.team.clone().ok_or("the team is gone")?;
    ensure(kept.baton == who(2) && kept.from == Some(who(3)), "and read with it")?;
    let member = Member { joined_at: UnixMillis(7), rights: Rights::ALL };
    ensure(kept.members.get(&who(2)) == Some(&member), "whole")?;
    let names: Vec<_> = kept.names.values().map(String::as_str).collect();
    ensure(names == ["Technician 1", "Technician 2", "Technician 3"], "with everybody's name")?;
    let late = Session { team: None, ..with };
    let lost = store.change(&late, None, &entry(8, HistoryKind::LeftTeam)).await.map_err(failed)?;
    ensure(
        lost.is_none() && read(store, now.id).await?.team.is_some(),
        "a change that came late changes nothing",
    )?;
    let alone = Session { team: None, ..now };
    store.change(&alone, None, &entry(8, HistoryKind::LeftTeam)).await.map_err(failed)?;
    ensure(read(store, alone.id).await?.team.is_none(), "a session without one is its owner's alone")
}

async fn an_offer_moves_with_its_session_or_not_at_all(store: &impl Store) -> Checked {
    let session = held(store).await?;
    let (to, life) = (Recipient::Technician(who(2)), Duration::from_secs(60));
    let offer = Offer::make(session.id, Purpose::Transfer, who(1), to, None, life, UnixMillis(10));
    let offer = offer.map_err(failed)?;
    let id = OfferId::from_bytes([1; 16]);
    let new = KeptOffer { id, version: 0, offer, lead: who(1), rights: Rights::VIEW, stay: true };
    let made =
        store.move_offer(&new, &session, None, &entry(10, HistoryKind::Offered)).await.map_err(failed)?;
    let Held::Done(session) = made else { return Err("an offer is kept".to_owned()) };
    let kept = store.offer(id).await.map_err(failed)?.ok_or("the offer is gone")?;
    ensure(kept == KeptOffer { version: 1, ..new.clone() }, "whole")?;
    ensure(store.open_offers().await.map_err(failed)? == [kept.clone()], "and found while it is open")?;

    let accepted = kept.offer.clone().accept(who(2), &[], UnixMillis(11)).map_err(failed)?;
    let accepted = KeptOffer { offer: accepted, ..kept.clone() };
    let theirs = Session { owner: Some(owner(2)), ..(*session).clone() };
    let transferred = entry(11, HistoryKind::Transferred);
    let over = store.move_offer(&accepted, &theirs, Some(0), &transferred).await.map_err(failed)?;
    ensure(over == Held::AtLimit(0), "the limit of who accepts holds")?;
    let old = Session { version: session.version - 1, ..theirs.clone() };
    let late = store.move_offer(&accepted, &old, Some(5), &transferred).await.map_err(failed)?;
    ensure(late == Held::Moved, "when the session moved, nothing is written")?;
    ensure(store.offer(id).await.map_err(failed)? == Some(kept.clone()), "of the offer neither")?;
    let done = store.move_offer(&accepted, &theirs, Some(5), &transferred).await.map_err(failed)?;
    ensure(matches!(done, Held::Done(_)), "one who accepts has it")?;
    let now = read(store, theirs.id).await?;
    let second = store.move_offer(&accepted, &now, Some(5), &transferred).await.map_err(failed)?;
    ensure(second == Held::Moved, "and no other")?;
    ensure(store.open_offers().await.map_err(failed)?.is_empty(), "it is open no more")
}

async fn private_messages_are_numbered_and_kept_once(store: &impl Store) -> Checked {
    let session = held(store).await?;
    let new = |n: u8, by: u8| NewPrivate {
        id: MessageId::from_bytes([n; 16]),
        session: session.id,
        at: UnixMillis(20),
        by: who(by),
        text: format!("message {n}"),
    };
    for (n, by, number) in [(1, 1, 1), (2, 2, 2)] {
        let said = store.say_privately(&new(n, by)).await.map_err(failed)?;
        ensure(matches!(said, SaidPrivately::Kept(it) if it.number == number), "numbers have no gaps")?;
    }
    let again = store.say_privately(&new(1, 1)).await.map_err(failed)?;
    ensure(matches!(again, SaidPrivately::Again(it) if it.number == 1), "twice is once")?;
    let taken = store.say_privately(&new(1, 2)).await.map_err(failed)?;
    ensure(taken == SaidPrivately::Taken, "an id is its author's")?;
    let after = store.private_messages(session.id, 1, 10).await.map_err(failed)?;
    let read: Vec<_> = after.iter().map(|it| (it.number, it.by.name.as_str(), it.text.as_str())).collect();
    ensure(read == [(2, "Technician 2", "message 2")], "and they are read from a number on")?;
    let (chat, marks) = (store.messages(session.id, 0, 10).await, store.chat_marks(session.id).await);
    let nothing = chat.map_err(failed)?.is_empty() && marks.map_err(failed)?.newest == 0;
    ensure(nothing, "nothing of it is in the chat with the end user")
}
