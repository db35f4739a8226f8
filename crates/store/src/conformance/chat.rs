//! What every store must do with chats.

use ponte_types::{MessageId, SessionId, SessionState, TechnicianId, UnixMillis};

use super::{Checked, audit, ensure, entry, failed, invited, technician};
use crate::{
    Actor, Author, ChatMarks, Entry, HistoryKind, NewMessage, Owner, Progress, Said, Session, Store,
};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    messages_are_kept_once_and_in_order(&empty().await).await?;
    marks_only_go_forward(&empty().await).await?;
    who_holds_it_is_noted(&empty().await).await?;
    what_is_old_is_removed(&empty().await).await
}

async fn session(store: &impl Store, n: u8) -> Result<Session, String> {
    store.add_invited(&invited(n, 100), &entry(5, HistoryKind::Invited)).await.map_err(failed)
}

fn message(n: u8, session: &Session, by: Option<u8>) -> NewMessage {
    let author = by.map_or(Author::EndUser, |by| {
        let name = format!("Technician {by}");
        Author::Technician(Owner { id: TechnicianId::from_bytes([by; 16]), name })
    });
    let text = format!("text {n}\nпривет");
    NewMessage {
        id: MessageId::from_bytes([n; 16]),
        session: session.id,
        at: UnixMillis(n.into()),
        author,
        text,
    }
}

async fn messages_are_kept_once_and_in_order(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let (here, elsewhere) = (session(store, 1).await?, session(store, 2).await?);
    let before = store.newest_cursor().await.map_err(failed)?;
    let say = |new: NewMessage| async move { store.say(&new).await.map_err(failed) };
    let Said::Kept(first) = say(message(9, &here, None)).await? else {
        return Err("broken promise: a new message is kept".into());
    };
    let Said::Kept(second) = say(message(3, &here, Some(1))).await? else {
        return Err("broken promise: so is the next".into());
    };
    ensure((first.number, second.number) == (1, 2), "messages count from one, in the order of keeping")?;
    let kept = store.messages(here.id, 0, 10).await.map_err(failed)?;
    ensure(kept == [first.clone(), second.clone()], "they are read as they were answered")?;
    ensure(
        say(message(9, &here, None)).await? == Said::Again(first.clone()),
        "a repeated message is not said twice",
    )?;
    ensure(say(message(9, &here, Some(1))).await? == Said::Taken, "an id is its author's")?;
    ensure(say(message(9, &elsewhere, None)).await? == Said::Taken, "and its session's")?;
    let by_id = store.message(here.id, first.id).await.map_err(failed)?;
    ensure(by_id == Some(first.clone()), "a message is found by its id")?;
    let foreign = store.message(elsewhere.id, first.id).await.map_err(failed)?;
    ensure(foreign.is_none(), "and only in its session")?;
    let page = store.messages(here.id, 1, 1).await.map_err(failed)?;
    ensure(page == [second], "a page begins after a number")?;
    ensure(store.messages(elsewhere.id, 0, 10).await.map_err(failed)?.is_empty(), "chats do not mix")?;
    let rung = store.changes_after(before, 10).await.map_err(failed)?.unwrap_or_default();
    let rung =
        rung.iter().map(|change| (change.session.id, change.session.version, change.session.chat.newest));
    ensure(rung.eq([(here.id, here.version, 2)]), "the outbox tells of it, and the version stays")?;
    let unknown = NewMessage { session: SessionId::from_bytes([7; 16]), ..message(8, &here, None) };
    ensure(store.say(&unknown).await.is_err(), "no message without a session")
}

async fn marks_only_go_forward(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let here = session(store, 1).await?;
    let id = here.id;
    let marks = || async move { store.chat_marks(id).await.map_err(failed) };
    ensure(marks().await? == ChatMarks::default(), "nothing was said yet")?;
    let mark = |progress| async move { store.mark(id, progress).await.map_err(failed) };
    ensure(mark(Progress::DeskSaw(4)).await?.is_none(), "what does not exist was not seen")?;
    for (n, by) in [(1, Some(1)), (2, Some(1)), (3, None)] {
        store.say(&message(n, &here, by)).await.map_err(failed)?;
    }
    let expected = ChatMarks { newest: 3, end_user_got: 3, end_user_saw: 3, desk_saw: 2 };
    ensure(marks().await? == expected, "who writes has seen what came before")?;
    store.say(&message(4, &here, Some(1))).await.map_err(failed)?;
    let cursor = store.newest_cursor().await.map_err(failed)?;
    let got = mark(Progress::EndUserGot(99)).await?;
    ensure(got.is_some_and(|m| (m.end_user_got, m.end_user_saw) == (4, 3)), "got is not seen")?;
    ensure(mark(Progress::EndUserGot(2)).await?.is_none(), "marks do not go back")?;
    let saw = mark(Progress::EndUserSaw(4)).await?;
    ensure(saw.is_some_and(|m| (m.end_user_got, m.end_user_saw) == (4, 4)), "what was seen was got")?;
    let rung = store.changes_after(cursor, 10).await.map_err(failed)?.unwrap_or_default();
    ensure(rung.len() == 1, "and the desk hears of it")
}

async fn who_holds_it_is_noted(store: &impl Store) -> Checked {
    for n in [1, 2] {
        super::known(store, n).await?;
    }
    let mut here = session(store, 1).await?;
    let id = here.id;
    let owner = |n: u8| Owner { id: TechnicianId::from_bytes([n; 16]), name: format!("Technician {n}") };
    let moves = [Some(owner(1)), Some(owner(1)), Some(owner(2)), None];
    for (at, owner) in (10..).zip(moves) {
        let kind = HistoryKind::Claimed;
        let changed =
            store.change(&Session { owner, ..here }, None, &entry(at, kind)).await.map_err(failed)?;
        here = changed.ok_or("broken promise: the change is made")?;
    }
    let stale = Session { owner: Some(owner(1)), version: 1, ..here };
    let late = store.change(&stale, None, &entry(20, HistoryKind::Claimed)).await.map_err(failed)?;
    ensure(late.is_none(), "who is late changes nothing")?;
    let comings = store.comings(id).await.map_err(failed)?;
    let comings: Vec<_> = comings.iter().map(|it| (it.at.0, it.technician.name.as_str(), it.came)).collect();
    let expected = [
        (10, "Technician 1", true),
        (12, "Technician 1", false),
        (12, "Technician 2", true),
        (13, "Technician 2", false),
    ];
    ensure(comings == expected, "whoever comes or leaves is noted, once, whatever the change was")
}

async fn what_is_old_is_removed(store: &impl Store) -> Checked {
    let (old, new, open) = (session(store, 1).await?, session(store, 2).await?, session(store, 3).await?);
    let id = old.id;
    for (n, session) in [(1, &old), (2, &old), (3, &new), (4, &open)] {
        store.say(&message(n, session, None)).await.map_err(failed)?;
    }
    for (session, at) in [(old, 50), (new, 60)] {
        let closed =
            Session { state: SessionState::Closed, detail: None, closed_at: Some(UnixMillis(at)), ..session };
        let kind = HistoryKind::ClosedByTechnician;
        store.change(&closed, None, &entry(at, kind)).await.map_err(failed)?;
    }
    let ended = UnixMillis(60);
    let due = store.with_old_chat(ended, 10).await.map_err(failed)?;
    ensure(due == [id], "those that ended before")?;
    let removal = Entry { at: UnixMillis(99), kind: HistoryKind::ChatRemoved, by: Actor::Relay };
    ensure(store.remove_chat(id, ended, &removal).await.map_err(failed)?, "the texts are deleted")?;
    let left = store.messages(id, 0, 10).await.map_err(failed)?;
    let left: Vec<_> = left.iter().map(|it| (it.number, it.text.as_str(), it.removed_at)).collect();
    let at = Some(UnixMillis(99));
    ensure(left == [(1, "", at), (2, "", at)], "that something was written stays")?;
    ensure(!store.remove_chat(id, ended, &removal).await.map_err(failed)?, "once")?;
    let going_on = SessionId::from_bytes([3; 16]);
    ensure(!store.remove_chat(going_on, ended, &removal).await.map_err(failed)?, "not while it goes on")?;
    ensure(store.with_old_chat(ended, 10).await.map_err(failed)?.is_empty(), "nothing is left to do")?;
    let last = store.history(id, 100).await.map_err(failed)?.pop();
    ensure(last.is_some_and(|it| it.kind == HistoryKind::ChatRemoved), "and the session says so")?;
    let revision = store.setup_revision().await.map_err(failed)?;
    store.add_technician(&technician(1), "a technician", revision, &audit()).await.map_err(failed)?;
    // What technicians wrote among themselves goes, too, also where it is all that is left.
    for (n, session) in [(1, id), (2, SessionId::from_bytes([2; 16])), (3, going_on)] {
        let new = crate::NewPrivate {
            id: MessageId::from_bytes([90 + n; 16]),
            session,
            at: UnixMillis(10),
            by: technician(1).technician.id,
            text: "among us".into(),
        };
        store.say_privately(&new).await.map_err(failed)?;
    }
    ensure(store.with_old_chat(ended, 10).await.map_err(failed)? == [id], "it is found")?;
    ensure(store.remove_chat(id, ended, &removal).await.map_err(failed)?, "and deleted")?;
    ensure(!store.remove_chat(going_on, ended, &removal).await.map_err(failed)?, "not while it goes on")?;
    let among = |id| async move { store.private_messages(id, 0, 10).await.map_err(failed) };
    ensure(among(id).await?.is_empty() && among(going_on).await?.len() == 1, "with its text")?;
    ensure(store.with_old_chat(ended, 10).await.map_err(failed)?.is_empty(), "nothing is left to do")
}
