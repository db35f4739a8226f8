//! What every store must do with chats.

use ponte_types::{MessageId, SessionId, TechnicianId, UnixMillis};

use super::{Checked, audit, ensure, entry, failed, invited, technician};
use crate::{Author, ChatMarks, HistoryKind, NewMessage, Owner, Progress, Said, Session, Store};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    messages_are_kept_once_and_in_order(&empty().await).await?;
    marks_only_go_forward(&empty().await).await
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
    store.add_technician(&technician(1), "{}", &audit()).await.map_err(failed)?;
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
    store.add_technician(&technician(1), "{}", &audit()).await.map_err(failed)?;
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
