//! What every store must do with files.

use ponte_types::{AttachmentId, FileKind, FileName, SessionId, SessionState, TechnicianId, UnixMillis};

use super::{Checked, ensure, entry, failed, invited};
use crate::{
    Actor, Attachment, AttachmentState, Author, Begun, Entry, HistoryKind, NewAttachment, Owner, Purpose,
    Room, Session, Store,
};

const ROOM: Room = Room { files: 3, bytes: 100 };

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    a_file_arrives_in_order_and_is_kept_whole(&empty().await).await?;
    a_kept_file_is_a_message(&empty().await).await?;
    a_session_holds_no_more_than_it_may(&empty().await).await?;
    what_never_arrived_is_forgotten(&empty().await).await?;
    what_is_old_is_removed(&empty().await).await
}

async fn session(store: &impl Store, n: u8) -> Result<SessionId, String> {
    let new = store.add_invited(&invited(n, 100), &entry(5, HistoryKind::Invited)).await;
    new.map(|session| session.id).map_err(failed)
}

fn file(n: u8, session: SessionId, size: u64) -> NewAttachment {
    NewAttachment {
        id: AttachmentId::from_bytes([n; 16]),
        session,
        at: UnixMillis(n.into()),
        by: Author::EndUser,
        purpose: Purpose::Chat,
        name: FileName::safe("отчёт.pdf"),
        kind: FileKind::Pdf,
        size,
        sha256: [n; 32],
    }
}

async fn begin(store: &impl Store, new: &NewAttachment) -> Result<Begun, String> {
    store.begin_attachment(new, ROOM).await.map_err(failed)
}

async fn begun(store: &impl Store, new: &NewAttachment) -> Result<Attachment, String> {
    match begin(store, new).await? {
        Begun::Ready(file) => Ok(file),
        other => Err(format!("broken promise: a file that fits begins, and not {other:?}")),
    }
}

async fn a_file_arrives_in_order_and_is_kept_whole(store: &impl Store) -> Checked {
    let (here, elsewhere) = (session(store, 1).await?, session(store, 2).await?);
    let new = file(7, here, 5);
    let first = begun(store, &new).await?;
    ensure((first.received, first.state) == (0, AttachmentState::Arriving), "nothing of it is here yet")?;
    let add = |from: u64, bytes: &'static [u8]| async move {
        store.add_chunk(AttachmentId::from_bytes([7; 16]), from, bytes).await.map_err(failed)
    };
    ensure(add(0, b"abc").await? == Some(3), "its first bytes are kept")?;
    ensure(add(0, b"abc").await? == Some(3), "bytes that come again change nothing")?;
    ensure(add(4, b"e").await? == Some(3), "nor those that leave a gap")?;
    ensure(add(3, b"def").await? == Some(3), "nor those beyond its size")?;
    let early = store.keep_attachment(new.id, UnixMillis(9)).await.map_err(failed)?;
    ensure(early.is_none(), "a part is not kept")?;
    ensure(begun(store, &new).await?.received == 3, "who begins again hears how far it is")?;
    let other = NewAttachment { sha256: [8; 32], ..new.clone() };
    ensure(begin(store, &other).await? == Begun::Taken, "an id is one file's")?;
    let other = NewAttachment { session: elsewhere, ..new.clone() };
    ensure(begin(store, &other).await? == Begun::Taken, "and one session's")?;
    ensure(store.attachments(here).await.map_err(failed)?.is_empty(), "what arrives is not listed")?;
    ensure(add(3, b"de").await? == Some(5), "the rest comes")?;
    let before = store.newest_cursor().await.map_err(failed)?;
    let kept = store.keep_attachment(new.id, UnixMillis(9)).await.map_err(failed)?;
    let (kept, message) = kept.ok_or("broken promise: a whole file is kept")?;
    ensure(kept.state == AttachmentState::Kept && message.is_some(), "as a message of the chat")?;
    let again = store.keep_attachment(new.id, UnixMillis(9)).await.map_err(failed)?;
    ensure(again.is_none(), "once")?;
    ensure(add(5, b"f").await?.is_none(), "and nothing is added to it")?;
    ensure(!store.drop_attachment(new.id).await.map_err(failed)?, "nor is it dropped")?;
    ensure(begun(store, &new).await? == kept, "who begins again hears that it is here")?;
    let rung = store.changes_after(before, 10).await.map_err(failed)?.unwrap_or_default();
    ensure(rung.len() == 1 && rung[0].session.id == here, "the outbox tells of it")?;
    let chunk =
        |from: u64| async move { store.chunk(AttachmentId::from_bytes([7; 16]), from).await.map_err(failed) };
    ensure(chunk(0).await? == b"abc" && chunk(1).await? == b"bc", "its bytes are read from anywhere")?;
    ensure(chunk(3).await? == b"de" && chunk(5).await?.is_empty(), "to its end")?;
    let found = store.attachment(here, new.id).await.map_err(failed)?;
    ensure(found.as_ref() == Some(&kept), "it is found in its session")?;
    ensure(store.attachment(elsewhere, new.id).await.map_err(failed)?.is_none(), "and in no other")?;
    ensure(store.attachments(here).await.map_err(failed)? == [kept], "and listed")
}

async fn a_kept_file_is_a_message(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let here = session(store, 1).await?;
    let ana = Owner { id: TechnicianId::from_bytes([1; 16]), name: "Technician 1".into() };
    let new = NewAttachment { by: Author::Technician(ana), ..file(7, here, 1) };
    begun(store, &new).await?;
    store.add_chunk(new.id, 0, b"x").await.map_err(failed)?;
    let kept = store.keep_attachment(new.id, UnixMillis(9)).await.map_err(failed)?;
    let message = kept.and_then(|(_, message)| message).ok_or("broken promise: a message")?;
    ensure((message.number, message.at, message.text.as_str()) == (1, UnixMillis(9), ""), "the newest one")?;
    ensure(message.author == new.by, "by who added it")?;
    let told = message.file.as_ref().map(|file| (file.id, file.name.clone(), file.size, file.sha256));
    ensure(told == Some((new.id, new.name.clone(), 1, new.sha256)), "that names the file")?;
    let read = store.messages(here, 0, 10).await.map_err(failed)?;
    ensure(read == [message], "and is read so")?;
    let marks = store.chat_marks(here).await.map_err(failed)?;
    ensure((marks.newest, marks.desk_saw) == (1, 1), "who adds it has seen it")?;
    let shot = NewAttachment { purpose: Purpose::Screenshot, ..file(8, here, 1) };
    begun(store, &shot).await?;
    store.add_chunk(shot.id, 0, b"y").await.map_err(failed)?;
    let kept = store.keep_attachment(shot.id, UnixMillis(10)).await.map_err(failed)?;
    ensure(kept.is_some_and(|(_, message)| message.is_none()), "a screenshot is no message")?;
    ensure(store.attachments(here).await.map_err(failed)?.len() == 2, "but one of the session's files")
}

async fn a_session_holds_no_more_than_it_may(store: &impl Store) -> Checked {
    let (here, elsewhere) = (session(store, 1).await?, session(store, 2).await?);
    begun(store, &file(1, here, 60)).await?;
    ensure(begin(store, &file(2, here, 41)).await? == Begun::Full, "what arrives counts")?;
    begun(store, &file(3, here, 30)).await?;
    begun(store, &file(4, here, 10)).await?;
    ensure(begin(store, &file(5, here, 1)).await? == Begun::Full, "and so does how many there are")?;
    begun(store, &file(1, here, 60)).await?;
    begun(store, &file(6, elsewhere, 100)).await?;
    ensure(store.drop_attachment(file(1, here, 60).id).await.map_err(failed)?, "one is given up")?;
    begun(store, &file(5, here, 1)).await.map(|_| ())
}

async fn what_never_arrived_is_forgotten(store: &impl Store) -> Checked {
    let here = session(store, 1).await?;
    for n in 1..=3 {
        begun(store, &file(n, here, 1)).await?;
    }
    store.add_chunk(file(1, here, 1).id, 0, b"x").await.map_err(failed)?;
    store.keep_attachment(file(1, here, 1).id, UnixMillis(9)).await.map_err(failed)?;
    store.drop_stale_attachments(UnixMillis(3)).await.map_err(failed)?;
    let left = |n: u8| async move {
        store.attachment(here, AttachmentId::from_bytes([n; 16])).await.map(|it| it.is_some()).map_err(failed)
    };
    let left = (left(1).await?, left(2).await?, left(3).await?);
    ensure(left == (true, false, true), "what was kept stays, and what began lately")
}

async fn what_is_old_is_removed(store: &impl Store) -> Checked {
    let here = session(store, 1).await?;
    for n in 1..=2 {
        begun(store, &file(n, here, 1)).await?;
    }
    let kept = file(1, here, 1).id;
    store.add_chunk(kept, 0, b"x").await.map_err(failed)?;
    store.keep_attachment(kept, UnixMillis(9)).await.map_err(failed)?;
    let ended = UnixMillis(60);
    let removal = Entry { at: UnixMillis(99), kind: HistoryKind::FilesRemoved, by: Actor::Relay };
    ensure(!store.remove_files(here, ended, &removal).await.map_err(failed)?, "not while it goes on")?;
    let going = store.session(here).await.map_err(failed)?.ok_or("broken promise: the session is there")?;
    let closed =
        Session { state: SessionState::Closed, detail: None, closed_at: Some(UnixMillis(50)), ..going };
    store.change(&closed, None, &entry(50, HistoryKind::ClosedByTechnician)).await.map_err(failed)?;
    ensure(store.with_old_files(ended, 10).await.map_err(failed)? == [here], "those that ended before")?;
    ensure(store.remove_files(here, ended, &removal).await.map_err(failed)?, "the content is deleted")?;
    ensure(store.chunk(kept, 0).await.map_err(failed)?.is_empty(), "all of it")?;
    let left = store.attachments(here).await.map_err(failed)?;
    ensure(left.len() == 1 && left[0].state == AttachmentState::Removed, "that it was there stays")?;
    let message = store.messages(here, 0, 10).await.map_err(failed)?.pop();
    let told = message.map(|it| (it.removed_at, it.file.map(|file| file.name)));
    ensure(
        told == Some((Some(UnixMillis(99)), Some(FileName::safe("отчёт.pdf")))),
        "and its message says so",
    )?;
    ensure(!store.remove_files(here, ended, &removal).await.map_err(failed)?, "once")?;
    ensure(store.with_old_files(ended, 10).await.map_err(failed)?.is_empty(), "nothing is left to do")
}
