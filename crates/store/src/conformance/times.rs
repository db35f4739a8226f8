//! Clocks, places, and how the channels stand.

use std::time::Duration;

use ponte_desk::{
    Priority,
    targets::{Alarm, AlarmLevel, Clock, Hold},
};
use ponte_types::{ChannelId, CompanyId, MessageId, SessionDetail, SessionState, UnixMillis};

use super::{Checked, audit, ensure, failed, invited, technician};
use crate::{
    Actor, Author, Clocks, DocumentChange, DocumentId, Entry, HistoryKind, KeptClock, NewMessage, Owner,
    Placement, Raise, Session, Store,
};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    places_are_counted_along_the_queue(&empty().await).await?;
    clocks_are_kept_with_the_session(&empty().await).await?;
    an_alarm_is_raised_once(&empty().await).await?;
    the_first_answer_stays_the_first(&empty().await).await?;
    what_is_set_up_anew_is_looked_at_again(&empty().await).await?;
    how_channels_stand_is_counted(&empty().await).await
}

fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n; 16])
}

fn waiting(n: u8, in_channel: u8, queue_at: i64) -> Session {
    let placement = Placement {
        came_at: Some(UnixMillis(queue_at)),
        queue_at: Some(UnixMillis(queue_at)),
        ..Placement::in_channel(channel(in_channel))
    };
    Session { placement, detail: Some(SessionDetail::Ready), ..invited(n, 100) }
}

fn entry(at: i64, kind: HistoryKind) -> Entry {
    Entry { at: UnixMillis(at), kind, by: Actor::Relay }
}

async fn add(store: &impl Store, session: Session) -> Result<Session, String> {
    store.add_invited(&session, &entry(1, HistoryKind::Invited)).await.map_err(failed)
}

async fn again(store: &impl Store, session: &Session) -> Result<Session, String> {
    store.session(session.id).await.map_err(failed)?.ok_or_else(|| "it is there".into())
}

async fn places_are_counted_along_the_queue(store: &impl Store) -> Checked {
    let mut sessions = Vec::new();
    for (n, at) in [(3, 20), (1, 10), (2, 10)] {
        sessions.push(add(store, waiting(n, 1, at)).await?);
    }
    add(store, waiting(4, 2, 5)).await?;
    let away = Session { detail: Some(SessionDetail::Invited), ..waiting(5, 1, 1) };
    add(store, away).await?;
    for (session, ahead) in sessions.iter().zip([2, 0, 1]) {
        let at = session.placement.queue_at.unwrap_or_default();
        let line = store.in_line(channel(1), at, session.id).await.map_err(failed)?;
        ensure(line == (ahead, 3), "the queue's order, and of one moment by the id")?;
    }
    let mut counts = store.waiting_in_channels().await.map_err(failed)?;
    counts.sort_unstable();
    ensure(counts == [(channel(1), 3), (channel(2), 1)], "who is here is counted in each channel")?;

    let urgent = Placement { priority: Priority::Urgent, ..waiting(6, 1, 30).placement };
    let closed = Session {
        state: SessionState::Closed,
        detail: None,
        started_at: Some(UnixMillis(60_000)),
        closed_at: Some(UnixMillis(180_000)),
        placement: urgent,
        ..waiting(6, 1, 30)
    };
    add(store, closed.clone()).await?;
    let longer = Session {
        started_at: Some(UnixMillis(0)),
        closed_at: Some(UnixMillis(900_000)),
        ..waiting(7, 1, 30)
    };
    add(store, Session { state: SessionState::Closed, detail: None, ..longer }).await?;
    let handled = store.handled(channel(1), 5).await.map_err(failed)?;
    let expected = [Duration::from_secs(900), Duration::from_secs(120)];
    ensure(handled == expected, "how long the last ones took, newest first")?;
    ensure(store.handled(channel(1), 1).await.map_err(failed)? == expected[..1], "no more than asked for")?;
    let mut came = store.came_since(channel(1), UnixMillis(20)).await.map_err(failed)?;
    came.sort_unstable();
    ensure(came == [(Priority::Normal, 2), (Priority::Urgent, 1)], "who came since then, by priority")
}

async fn clocks_are_kept_with_the_session(store: &impl Store) -> Checked {
    let clocks = Clocks {
        pauses: vec![
            Hold { from: UnixMillis(1), to: Some(UnixMillis(2)) },
            Hold { from: UnixMillis(3), to: None },
        ],
        reaction: KeptClock { ran: Some(Duration::from_secs(7)), kept: Some(false), ..KeptClock::default() },
        resolution: KeptClock { due: Some(UnixMillis(9)), ..KeptClock::default() },
        answered_at: Some(UnixMillis(4)),
        stands_since: Some(UnixMillis(5)),
        limit_since: Some(UnixMillis(6)),
        look_at: Some(UnixMillis(6)),
    };
    let made = add(store, Session { clocks: clocks.clone(), ..waiting(1, 1, 5) }).await?;
    ensure(again(store, &made).await?.clocks == clocks, "clocks are kept whole")?;
    ensure(store.next_look().await.map_err(failed)? == Some(UnixMillis(6)), "it is known when to look")?;
    let early = store.to_look_at(UnixMillis(5), 10).await.map_err(failed)?;
    let due = store.to_look_at(UnixMillis(6), 10).await.map_err(failed)?;
    ensure(early.is_empty() && due.len() == 1, "and at what")?;
    let changed = Session { clocks: Clocks { look_at: None, ..clocks }, ..made };
    store.change(&changed, None, &entry(7, HistoryKind::Edited)).await.map_err(failed)?;
    ensure(store.next_look().await.map_err(failed)?.is_none(), "a change of the session changes them")
}

async fn an_alarm_is_raised_once(store: &impl Store) -> Checked {
    let made = add(store, waiting(1, 1, 5)).await?;
    let raise = |clock, level, due| {
        let alarm = Alarm { clock, level };
        Raise { alarm, due: UnixMillis(due), entry: entry(50, HistoryKind::alarm(alarm)) }
    };
    let red = raise(Clock::Reaction, AlarmLevel::Red, 40);
    ensure(store.keep_clocks(&made, &[red]).await.map_err(failed)?, "an alarm is raised")?;
    ensure(store.keep_clocks(&made, &[red]).await.map_err(failed)?, "another relay asks the same")?;
    let kept = again(store, &made).await?;
    ensure(kept.version == made.version, "it is no change of the session")?;
    ensure(kept.clocks.raised() == [red.alarm], "it stays raised")?;
    let history = store.history(made.id, 100).await.map_err(failed)?;
    let told = history.iter().filter(|it| it.kind == HistoryKind::ReactionRed).count();
    ensure(told == 1, "and is told once")?;
    let moved = store.change(&kept, None, &entry(60, HistoryKind::Edited)).await.map_err(failed)?;
    let moved = moved.ok_or("it was not changed meanwhile")?;
    ensure(again(store, &moved).await?.clocks.raised() == [red.alarm], "a change takes no alarm back")?;
    let late = raise(Clock::Resolution, AlarmLevel::Amber, 45);
    ensure(!store.keep_clocks(&made, &[late]).await.map_err(failed)?, "an old picture of it raises nothing")?;
    ensure(again(store, &moved).await?.clocks.raised().len() == 1, "nothing was written")
}

async fn the_first_answer_stays_the_first(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let made = add(store, waiting(1, 1, 5)).await?;
    let owner = Owner { id: technician(1).technician.id, name: "Technician 1".into() };
    let say = |n: u8, at: i64, author| NewMessage {
        id: MessageId::from_bytes([n; 16]),
        session: made.id,
        at: UnixMillis(at),
        author,
        text: "hello".into(),
    };
    store.say(&say(1, 10, Author::EndUser)).await.map_err(failed)?;
    ensure(again(store, &made).await?.clocks.answered_at.is_none(), "the person who waits is no answer")?;
    store.say(&say(2, 20, Author::Technician(owner.clone()))).await.map_err(failed)?;
    store.say(&say(3, 30, Author::Technician(owner))).await.map_err(failed)?;
    let answered = again(store, &made).await?;
    ensure(answered.clocks.answered_at == Some(UnixMillis(20)), "who wrote first has answered")?;
    ensure(
        store.next_look().await.map_err(failed)? == Some(UnixMillis(0)),
        "its clocks are to be read anew",
    )?;
    let claimed = Clocks { answered_at: Some(UnixMillis(40)), ..Clocks::default() };
    store
        .change(&Session { clocks: claimed, ..made.clone() }, None, &entry(40, HistoryKind::Claimed))
        .await
        .map_err(failed)?;
    let kept = again(store, &made).await?;
    ensure(kept.clocks.answered_at == Some(UnixMillis(20)), "who took it later was not the first")
}

async fn what_is_set_up_anew_is_looked_at_again(store: &impl Store) -> Checked {
    let here = add(store, waiting(1, 1, 5)).await?;
    add(store, waiting(2, 2, 5)).await?;
    let over = Session { state: SessionState::Closed, detail: None, ..waiting(3, 1, 5) };
    add(store, over).await?;
    ensure(store.next_look().await.map_err(failed)?.is_none(), "nothing is to be looked at")?;
    let put = DocumentChange::Put { id: DocumentId::Channel(channel(1)), body: "new targets".into() };
    store.change_setup(0, &[put], &audit()).await.map_err(failed)?;
    let due = store.to_look_at(UnixMillis(0), 10).await.map_err(failed)?;
    ensure(
        due.iter().map(|session| session.id).eq([here.id]),
        "what is under way in the channel, and nothing else",
    )
}

async fn how_channels_stand_is_counted(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let company = CompanyId::from_bytes([7; 16]);
    let mut ours = waiting(1, 1, 1_000);
    ours.placement.company = Some(company);
    ours.clocks.reaction.red = None;
    let ours = add(store, ours).await?;
    let raise = |clock, level| {
        let alarm = Alarm { clock, level };
        Raise { alarm, due: UnixMillis(1_500), entry: entry(1_500, HistoryKind::alarm(alarm)) }
    };
    store.keep_clocks(&ours, &[raise(Clock::Reaction, AlarmLevel::Red)]).await.map_err(failed)?;
    let owner = Owner { id: technician(1).technician.id, name: "Technician 1".into() };
    let active = Session {
        state: SessionState::Active,
        detail: Some(SessionDetail::Connected),
        owner: Some(owner),
        clocks: Clocks {
            answered_at: Some(UnixMillis(2_000)),
            reaction: KeptClock {
                ran: Some(Duration::from_secs(1)),
                kept: Some(true),
                ..KeptClock::default()
            },
            ..Clocks::default()
        },
        ..waiting(2, 1, 500)
    };
    let active = add(store, active).await?;
    let stopped = raise(Clock::Reaction, AlarmLevel::Red);
    let runs = raise(Clock::Resolution, AlarmLevel::Amber);
    store.keep_clocks(&active, &[stopped, runs]).await.map_err(failed)?;
    let closed = Session {
        state: SessionState::Closed,
        detail: None,
        closed_at: Some(UnixMillis(3_000)),
        ..waiting(3, 1, 800)
    };
    add(store, closed).await?;
    add(store, waiting(4, 2, 1)).await?;
    let loads = store.loads(&[channel(1)], &None, UnixMillis(900)).await.map_err(failed)?;
    let [(id, load)] = loads[..] else { return Err("the channels that were asked for".into()) };
    ensure(id == channel(1), "the channel that was asked for")?;
    ensure(
        (load.waiting, load.oldest, load.active) == (1, Some(UnixMillis(1_000)), 1),
        "who waits, since when, and who works",
    )?;
    ensure((load.red, load.amber) == (1, 1), "alarms whose clocks run, by the most serious one")?;
    let today = load.today;
    ensure((today.came, today.closed, today.expired) == (1, 1, 0), "who came and went since the day began")?;
    ensure((today.answered, today.with_target, today.in_target) == (1, 1, 1), "and what was answered")?;
    let alarmed = store.alarmed(&[channel(1)], &None, 10).await.map_err(failed)?;
    ensure(alarmed.iter().map(|it| it.id).eq([ours.id, active.id]), "the red ones first")?;
    let theirs = Some((vec![company], false));
    let loads = store.loads(&[channel(1)], &theirs, UnixMillis(900)).await.map_err(failed)?;
    ensure(loads.iter().all(|(_, it)| (it.waiting, it.active) == (1, 0)), "only of these companies")?;
    let alarmed = store.alarmed(&[channel(1)], &theirs, 10).await.map_err(failed)?;
    ensure(alarmed.len() == 1, "only of these companies")
}
