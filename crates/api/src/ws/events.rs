//! `events`: the queue's changes, from a cursor onwards.
//!
//! The outbox is the truth: this socket reads it from the console's cursor and then each time the bell rings, so a
//! console that comes back misses nothing. Changes of the same session in between are sent once.

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    response::IntoResponse,
};
use ponte_app::desk::Changes;
use tokio::time::{Instant, interval_at, timeout};

use super::{FIRST_MESSAGE, PING, SEND};
use crate::{
    auth::OurOrigin,
    dto::{Event, EventsHello},
    state::Api,
};

/// Largest message of the console, in bytes: a ticket and a number.
const MAX_HELLO: usize = 1024;

#[utoipa::path(get, path = "/events", tag = "live", security(()), responses(
    (status = 101, body = Event, description = "WebSocket. First message of the console: `EventsHello`; then `Event`s of the relay"),
))]
pub(crate) async fn events(
    State(api): State<Api>,
    _: OurOrigin,
    upgrade: WebSocketUpgrade,
) -> impl IntoResponse {
    upgrade.max_message_size(MAX_HELLO).max_frame_size(MAX_HELLO).on_upgrade(move |socket| async move {
        let stopping = api.stopping.clone();
        tokio::select! {
            () = serve(api, socket) => {}
            () = stopping.cancelled() => {}
        }
    })
}

async fn serve(api: Api, mut socket: WebSocket) {
    let Ok(Some(Ok(Message::Text(text)))) = timeout(FIRST_MESSAGE, socket.recv()).await else { return };
    let Ok(hello) = serde_json::from_str::<EventsHello>(&text) else {
        return refuse(&mut socket, "invalid_request").await;
    };
    if api.desk.redeem_events(&hello.ticket).is_err() {
        return refuse(&mut socket, "signed_out").await;
    }
    let mut bell = api.desk.doorbell();
    let mut cursor = hello.cursor;
    let mut ping = interval_at(Instant::now() + PING, PING);
    let mut silent = 0u8;
    loop {
        // Seen before reading, so that a change while reading rings again.
        bell.mark_unchanged();
        match send_changes(&api, &mut socket, cursor).await {
            Some(newest) => cursor = newest,
            None => return,
        }
        loop {
            tokio::select! {
                rang = bell.changed() => match rang {
                    Ok(()) => break,
                    Err(_) => return,
                },
                received = socket.recv() => match received {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => silent = 0,
                },
                _ = ping.tick() => {
                    silent += 1;
                    if silent > 2 || !send(&mut socket, Message::Ping(Vec::new().into())).await {
                        return;
                    }
                }
            }
        }
    }
}

/// Sends what happened after `cursor` and returns where it got to; `None` when the socket is of no use any more.
async fn send_changes(api: &Api, socket: &mut WebSocket, mut cursor: u64) -> Option<u64> {
    loop {
        let events = match api.desk.changes_after(cursor).await {
            Ok(Changes::TooOld) => {
                send_event(socket, &Event::Reload {}).await;
                return None;
            }
            Ok(Changes::Some(changes)) if changes.is_empty() => return Some(cursor),
            Ok(Changes::Some(changes)) => changes,
            Err(error) => {
                tracing::error!(%error, "the queue's changes cannot be read");
                return None;
            }
        };
        for change in events {
            cursor = change.cursor;
            let event = Event::Session { cursor, session: Box::new(change.session.into()) };
            if !send_event(socket, &event).await {
                return None;
            }
        }
    }
}

async fn send_event(socket: &mut WebSocket, event: &Event) -> bool {
    match serde_json::to_string(event) {
        Ok(text) => send(socket, Message::Text(text.into())).await,
        Err(_) => false,
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SEND, socket.send(message)).await, Ok(Ok(())))
}

async fn refuse(socket: &mut WebSocket, code: &'static str) {
    let frame = CloseFrame { code: close_code::POLICY, reason: code.into() };
    send(socket, Message::Close(Some(frame))).await;
}
