//! Channels' links and what comes by them.

use ponte_types::{
    CallId, ChannelId, ConnectionId, LinkId, PairingMode, SessionDetail, SessionState, UnixMillis,
};

use super::{Checked, audit, connection, ensure, entry, failed, invited};
use crate::{Actor, Call, CallLink, Called, Entry, HistoryKind, InQueue, Placement, Session, Store};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    links_are_made_changed_and_deleted(&empty().await).await?;
    a_request_is_kept_once_and_counted(&empty().await).await?;
    the_line_is_in_the_queues_order(&empty().await).await
}

fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n; 16])
}

fn link(n: u8) -> CallLink {
    CallLink {
        id: LinkId::from_bytes([n; 16]),
        channel: channel(1),
        version: 1,
        name: format!("Link {n}"),
        paused: false,
        made_at: UnixMillis(i64::from(n)),
        used: 0,
        last_used_at: None,
    }
}

async fn links_are_made_changed_and_deleted(store: &impl Store) -> Checked {
    for n in [2, 1] {
        ensure(store.add_link(&link(n), 2, &audit()).await.map_err(failed)?, "there is room for a link")?;
    }
    ensure(!store.add_link(&link(3), 2, &audit()).await.map_err(failed)?, "and then there is none")?;
    let kept = store.links(channel(1)).await.map_err(failed)?;
    ensure(kept == [link(1), link(2)], "the oldest comes first")?;
    ensure(store.links(channel(2)).await.map_err(failed)?.is_empty(), "a channel has its own")?;

    let paused = CallLink { paused: true, name: "Poster".into(), ..link(1) };
    let changed = store.change_link(&paused, &audit()).await.map_err(failed)?;
    ensure(changed == Some(CallLink { version: 2, ..paused.clone() }), "a change counts the version up")?;
    let late = store.change_link(&paused, &audit()).await.map_err(failed)?;
    ensure(late.is_none(), "who is late is told")?;
    ensure(!store.delete_link(paused.id, 1, &audit()).await.map_err(failed)?, "also who deletes")?;
    ensure(
        store.delete_link(paused.id, 2, &audit()).await.map_err(failed)?,
        "who has seen it may delete it",
    )?;
    ensure(store.link(paused.id).await.map_err(failed)?.is_none(), "what was deleted is gone")
}

fn called(n: u8, by: &CallLink) -> Session {
    let call = Call {
        id: CallId::from_bytes([n; 16]),
        link: by.id,
        link_name: by.name.clone(),
        entry: by.channel,
        department: Some("Finance".into()),
        rules: vec!["Printers".into()],
    };
    Session {
        call: Some(call),
        connection: Some(ConnectionId::from_bytes([n; 16])),
        ..waiting(n, 1, i64::from(n))
    }
}

fn waiting(n: u8, in_channel: u8, queue_at: i64) -> Session {
    let placement =
        Placement { queue_at: Some(UnixMillis(queue_at)), ..Placement::in_channel(channel(in_channel)) };
    let detail = Some(SessionDetail::Ready);
    let blank = invited(n, 100);
    Session {
        invite: None,
        detail,
        ..Session::new(blank.id, PairingMode::Code, SessionState::Waiting, placement, blank.created_at)
    }
}

async fn a_request_is_kept_once_and_counted(store: &impl Store) -> Checked {
    let entry = Entry { at: UnixMillis(7), kind: HistoryKind::Called, by: Actor::EndUser };
    ensure(store.add_link(&link(1), 9, &audit()).await.map_err(failed)?, "a link")?;
    let new = called(5, &link(1));
    let Called::Done(kept) = store.add_called(&new, &connection(5), &entry).await.map_err(failed)? else {
        return Err("an open link lets a request in".into());
    };
    ensure(kept.number == 1 && kept.call == new.call, "it has its number and how it came")?;
    let read = store.session(new.id).await.map_err(failed)?;
    ensure(read.as_ref() == Some(&*kept), "it is kept whole")?;

    // Its program did not hear of it, and asks again by another connection and with another id for a session.
    let again = Session {
        id: invited(6, 100).id,
        connection: Some(ConnectionId::from_bytes([6; 16])),
        ..new.clone()
    };
    let Called::Again(same) = store.add_called(&again, &connection(6), &entry).await.map_err(failed)? else {
        return Err("the same request is not kept twice".into());
    };
    ensure(same.id == new.id, "and its session is told")?;
    let found = store.session_by_connection(ConnectionId::from_bytes([5; 16])).await.map_err(failed)?;
    ensure(found.map(|it| it.id) == Some(new.id), "the connection that brought it serves it")?;
    let used = store.link(link(1).id).await.map_err(failed)?.ok_or("a link")?;
    ensure((used.used, used.last_used_at) == (1, Some(UnixMillis(7))), "it was used once")?;
    ensure(used.version == 1, "and nobody changed it")?;

    store.change_link(&CallLink { paused: true, ..used }, &audit()).await.map_err(failed)?;
    let paused = store.add_called(&called(8, &link(1)), &connection(8), &entry).await.map_err(failed)?;
    ensure(paused == Called::Gone, "a paused link lets nobody in")?;
    let unknown = store.add_called(&called(9, &link(4)), &connection(9), &entry).await.map_err(failed)?;
    ensure(unknown == Called::Gone, "nor does an unknown one")?;
    ensure(store.newest_cursor().await.map_err(failed)? == 1, "what came was told, once")
}

async fn the_line_is_in_the_queues_order(store: &impl Store) -> Checked {
    for session in [waiting(1, 1, 30), waiting(2, 1, 20), waiting(3, 2, 10)] {
        store.add_invited(&session, &entry(1, HistoryKind::Invited)).await.map_err(failed)?;
    }
    let away = Session { detail: Some(SessionDetail::Invited), ..waiting(4, 1, 5) };
    store.add_invited(&away, &entry(1, HistoryKind::Invited)).await.map_err(failed)?;
    store.add_link(&link(1), 9, &audit()).await.map_err(failed)?;
    let entry = Entry { at: UnixMillis(7), kind: HistoryKind::Called, by: Actor::EndUser };
    store.add_called(&called(25, &link(1)), &connection(25), &entry).await.map_err(failed)?;
    let line = store.queue().await.map_err(failed)?;
    let of = |n: u8| -> Vec<InQueue> { line.iter().filter(|it| it.channel == channel(n)).copied().collect() };
    let ids = |line: &[InQueue]| line.iter().map(|it| it.session).collect::<Vec<_>>();
    ensure(
        ids(&of(1)) == [invited(2, 0).id, invited(25, 0).id, invited(1, 0).id],
        "who is first goes first",
    )?;
    ensure(ids(&of(2)) == [invited(3, 0).id], "each channel has its own line")?;
    let by_link: Vec<bool> = of(1).iter().map(|it| it.called).collect();
    ensure(by_link == [false, true, false], "who came by a link is marked")
}
