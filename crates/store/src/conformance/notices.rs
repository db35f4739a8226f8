//! What every store must do with what technicians, other servers and programs are told and may.

use ponte_desk::{
    notify::{Event, Told, Way},
    permission::{Permission, Permissions},
};
use ponte_types::{ApiTokenId, DeliveryId, Line, TechnicianId, UnixMillis, WebhookId};

use super::{Checked, audit, ensure, entry, failed, invited, technician, token};
use crate::{
    ApiToken, Author, DeliveryState, HistoryKind, NewDelivery, NewMail, NewMessage, NewNotice, PutWebhook,
    SeenUp, Session, Store, Telling, WebhookSetup,
};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    the_feed_is_read_once(&empty().await).await?;
    preferences_are_kept_by_version(&empty().await).await?;
    a_mail_is_claimed_by_one(&empty().await).await?;
    deliveries_wait_until_they_are_over(&empty().await).await?;
    a_token_is_found_by_its_secret_until_it_is_revoked(&empty().await).await
}

fn id(n: u8) -> TechnicianId {
    technician(n).technician.id
}

fn notice(session: &Session, n: i64) -> NewNotice {
    NewNotice {
        technician: id(1),
        at: UnixMillis(n),
        event: Event::Waiting,
        session: session.id,
        by: None,
        ways: vec![Way::Page, Way::Sound],
    }
}

async fn the_feed_is_read_once(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let nothing = store.feed(10).await.map_err(failed)?;
    ensure(nothing.from == nothing.to && nothing.touched.is_empty(), "nothing happened yet")?;
    let session = store.add_invited(&invited(1, 100), &entry(5, HistoryKind::Invited)).await;
    let session = session.map_err(failed)?;
    let said = NewMessage {
        id: ponte_types::MessageId::from_bytes([1; 16]),
        session: session.id,
        at: UnixMillis(6),
        author: Author::EndUser,
        text: "help".into(),
    };
    store.say(&said).await.map_err(failed)?;
    let feed = store.feed(10).await.map_err(failed)?;
    let kinds: Vec<_> = feed.lines.iter().map(|line| (line.session, line.kind)).collect();
    ensure(kinds == [(session.id, HistoryKind::Invited)], "each line of a history is in the feed")?;
    let [touched] = feed.touched.as_slice() else { return Err("broken promise: one session".into()) };
    ensure(
        (touched.session.id, touched.messages, touched.told) == (session.id, 1, Told::default()),
        "with its session, and messages that nobody was told of",
    )?;
    let told = Told { owner: Some(id(1)), waiting: true };
    let telling = Telling {
        from: feed.from,
        to: feed.to,
        told: vec![(session.id, told, 1)],
        notices: vec![notice(&session, 7), notice(&session, 8)],
        ..Telling::default()
    };
    ensure(store.tell(&telling).await.map_err(failed)?, "what is made of it is kept")?;
    ensure(!store.tell(&telling).await.map_err(failed)?, "and once only")?;
    let after = store.feed(10).await.map_err(failed)?;
    ensure(after.from == after.to && after.lines.is_empty(), "the feed goes on behind it")?;
    let changed = Session { subject: Some("Scanner".into()), ..session.clone() };
    store.change(&changed, None, &entry(9, HistoryKind::Edited)).await.map_err(failed)?;
    let feed = store.feed(10).await.map_err(failed)?;
    let [touched] = feed.touched.as_slice() else { return Err("broken promise: one session".into()) };
    ensure(
        (touched.told, touched.told_message, touched.messages) == (told, 1, 0),
        "and knows what was told of a session",
    )?;
    let notices = store.notices(id(1), 0, 10).await.map_err(failed)?;
    let times: Vec<_> = notices.iter().map(|it| (it.at, it.seen)).collect();
    ensure(times == [(UnixMillis(8), false), (UnixMillis(7), false)], "notices are listed, newest first")?;
    ensure(notices[0].ways == [Way::Page, Way::Sound], "with their ways")?;
    ensure(store.notices(id(1), notices[1].id, 10).await.map_err(failed)?.len() == 1, "after one")?;
    let seen = SeenUp::To(notices[1].id);
    ensure(store.notices_seen(id(1), seen).await.map_err(failed)?, "they can be seen")?;
    ensure(!store.notices_seen(id(1), seen).await.map_err(failed)?, "once")?;
    ensure(store.notices_seen(id(1), SeenUp::Session(session.id)).await.map_err(failed)?, "by session")?;
    store.forget_notices(UnixMillis(8)).await.map_err(failed)?;
    ensure(store.notices(id(1), 0, 10).await.map_err(failed)?.len() == 1, "and old ones are forgotten")
}

async fn preferences_are_kept_by_version(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let none = store.preferences_of(id(1)).await.map_err(failed)?;
    ensure((none.version, none.body.as_str()) == (0, ""), "nothing was chosen yet")?;
    store.choose_language(id(1), "ru").await.map_err(failed)?;
    let choose = |version, body: &'static str| async move {
        store.choose_preferences(id(1), version, body).await.map_err(failed)
    };
    ensure(choose(0, "{}").await? == Some(1), "a first choice, beside the language")?;
    ensure(choose(0, "[]").await?.is_none(), "what was not seen is not overwritten")?;
    ensure(choose(1, "[1]").await? == Some(2), "a second one")?;
    store.choose_language(id(1), "en").await.map_err(failed)?;
    let all = store.preferences().await.map_err(failed)?;
    let kept: Vec<_> = all.iter().map(|it| (it.version, it.body.as_str(), it.language.as_deref())).collect();
    ensure(kept == [(2, "[1]", Some("en"))], "each keeps what it is about")
}

async fn a_mail_is_claimed_by_one(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let mail = NewMail {
        technician: id(1),
        to: "t1@desk.example".into(),
        subject: "привет".into(),
        body: "text".into(),
        message_id: "1@desk.example".into(),
        at: UnixMillis(5),
    };
    let at = store.feed(1).await.map_err(failed)?.from;
    let telling = Telling { from: at, to: at, mails: vec![mail], ..Telling::default() };
    ensure(store.tell(&telling).await.map_err(failed)?, "a mail is queued with what is told")?;
    ensure(store.due_mails(UnixMillis(4), 9).await.map_err(failed)?.is_empty(), "it is not due before")?;
    let due = store.due_mails(UnixMillis(5), 9).await.map_err(failed)?;
    let [queued] = due.as_slice() else { return Err("broken promise: one mail".into()) };
    ensure((queued.subject.as_str(), queued.tries) == ("привет", 0), "as it was written")?;
    ensure(store.claim_mail(queued, UnixMillis(50)).await.map_err(failed)?, "it is claimed")?;
    ensure(!store.claim_mail(queued, UnixMillis(50)).await.map_err(failed)?, "by one")?;
    ensure(store.due_mails(UnixMillis(49), 9).await.map_err(failed)?.is_empty(), "for a while")?;
    store.mail_tried(queued.id, Some(UnixMillis(60)), Some("not now")).await.map_err(failed)?;
    ensure(store.next_mail().await.map_err(failed)? == Some(UnixMillis(60)), "and tried again")?;
    store.mail_tried(queued.id, None, None).await.map_err(failed)?;
    ensure(store.next_mail().await.map_err(failed)?.is_none(), "until it is gone")
}

async fn deliveries_wait_until_they_are_over(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let setup = WebhookSetup {
        name: Line::parse("Tickets").map_err(failed)?,
        url: Line::parse("https://hooks.example/").map_err(failed)?,
        events: vec![HistoryKind::Claimed],
        channels: None,
        enabled: true,
    };
    let hook = WebhookId::from_bytes([1; 16]);
    let put = |version, enabled| PutWebhook {
        id: hook,
        version,
        setup: WebhookSetup { enabled, ..setup.clone() },
        changed_by: id(1),
    };
    ensure(store.put_webhook(&put(0, true), &audit()).await.map_err(failed)? == Some(1), "one is made")?;
    ensure(store.put_webhook(&put(5, true), &audit()).await.map_err(failed)?.is_none(), "by version")?;
    let delivery = DeliveryId::from_bytes([1; 16]);
    let new = NewDelivery {
        id: delivery,
        webhook: hook,
        event: "claimed".into(),
        body: "{}".into(),
        at: UnixMillis(5),
    };
    store.add_delivery(&new).await.map_err(failed)?;
    let due = |at| async move { store.due_deliveries(UnixMillis(at), 9).await.map_err(failed) };
    ensure(due(4).await?.is_empty(), "nothing is due before its time")?;
    let all = due(5).await?;
    let [first] = all.as_slice() else { return Err("broken promise: one delivery".into()) };
    ensure(store.claim_delivery(first, UnixMillis(9)).await.map_err(failed)?, "it is claimed")?;
    ensure(!store.claim_delivery(first, UnixMillis(9)).await.map_err(failed)?, "by one")?;
    let tried = crate::Delivery {
        next_at: Some(UnixMillis(20)),
        status: Some(500),
        failure: Some("it answered 500".into()),
        ..first.clone()
    };
    let tried = crate::Delivery { tried_at: Some(UnixMillis(6)), ..tried };
    let since = Some(UnixMillis(6));
    ensure(store.delivery_tried(&tried).await.map_err(failed)? == (1, since), "failures are counted")?;
    let later = crate::Delivery { tried_at: Some(UnixMillis(8)), ..tried.clone() };
    ensure(store.delivery_tried(&later).await.map_err(failed)? == (2, since), "from the first one on")?;
    ensure(store.waiting_deliveries(hook).await.map_err(failed)? == 1, "what waits is counted")?;
    store.put_webhook(&put(1, false), &audit()).await.map_err(failed)?;
    ensure(due(20).await?.is_empty(), "nothing is sent to one that is off")?;
    store.put_webhook(&put(2, true), &audit()).await.map_err(failed)?;
    ensure(due(20).await?.len() == 1, "and it is kept")?;
    store.give_up_webhook(hook, None, &audit()).await.map_err(failed)?;
    ensure(due(20).await?.is_empty(), "nor to one that was given up")?;
    let over = crate::Delivery { state: DeliveryState::Failed, next_at: None, ..tried.clone() };
    store.delivery_tried(&over).await.map_err(failed)?;
    store.put_webhook(&put(3, true), &audit()).await.map_err(failed)?;
    ensure(due(20).await?.len() == 1, "what it missed is told when it is switched on again")?;
    let done = crate::Delivery { state: DeliveryState::Delivered, next_at: None, ..tried };
    ensure(store.delivery_tried(&done).await.map_err(failed)? == (0, None), "a success ends the count")?;
    let log = store.deliveries(hook, None, 9).await.map_err(failed)?;
    ensure(log.len() == 1 && log[0].state == DeliveryState::Delivered, "the log knows")?;
    ensure(store.send_again(hook, delivery, UnixMillis(30)).await.map_err(failed)?, "it is sent again")?;
    ensure(store.next_delivery().await.map_err(failed)? == Some(UnixMillis(30)), "then")?;
    ensure(store.next_secret(hook, &audit()).await.map_err(failed)? == Some(2), "secrets follow each other")?;
    ensure(!store.remove_webhook(hook, 1, &audit()).await.map_err(failed)?, "removed by version")?;
    ensure(store.remove_webhook(hook, 4, &audit()).await.map_err(failed)?, "with its log")?;
    ensure(store.deliveries(hook, None, 9).await.map_err(failed)?.is_empty(), "which is gone")
}

async fn a_token_is_found_by_its_secret_until_it_is_revoked(store: &impl Store) -> Checked {
    super::known(store, 1).await?;
    let made = ApiToken {
        id: ApiTokenId::from_bytes([1; 16]),
        name: "Report".into(),
        technician: id(1),
        permissions: Permissions::of(&[Permission::SessionView]),
        channels: Some([super::placement().channel].into()),
        created_at: UnixMillis(1),
        expires_at: Some(UnixMillis(9)),
        used_at: None,
        revoked_at: None,
    };
    store.add_api_token(&made, token(7), &audit()).await.map_err(failed)?;
    let find = |n| async move { store.api_token(token(n)).await.map_err(failed) };
    ensure(find(7).await?.as_ref() == Some(&made), "it is kept whole")?;
    ensure(find(8).await?.is_none(), "and found by its own secret only")?;
    store.api_token_used(made.id, UnixMillis(4)).await.map_err(failed)?;
    ensure(store.revoke_api_token(made.id, &audit()).await.map_err(failed)?, "it is revoked")?;
    ensure(!store.revoke_api_token(made.id, &audit()).await.map_err(failed)?, "once")?;
    let all = store.api_tokens().await.map_err(failed)?;
    let [kept] = all.as_slice() else { return Err("broken promise: one token".into()) };
    ensure(
        (kept.used_at, kept.revoked_at) == (Some(UnixMillis(4)), Some(UnixMillis(1))),
        "and stays in the list",
    )
}
