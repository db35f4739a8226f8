//! `events`: the queue's changes, from a cursor onwards.
//!
//! The outbox is the truth: this socket reads it from the console's cursor and then each time the bell rings, so a
//! console that comes back misses nothing. Changes of the same session in between are sent once.

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::IntoResponse,
};
use ponte_app::desk::Changes;
use ponte_types::{ErrorCode, TechnicianId};
use tokio::time::{Instant, interval_at};

use super::{Heard, PING, close, first, hear, limited, send};
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
    limited(upgrade, MAX_HELLO).on_upgrade(move |mut socket| async move {
        let stopping = api.stopping.clone();
        let refusal = tokio::select! {
            ended = serve(&api, &mut socket) => ended.err(),
            () = stopping.cancelled() => Some(ErrorCode::Unavailable),
        };
        close(&mut socket, refusal).await;
    })
}

/// `Ok`: the console left, or has to begin anew; `Err`: it is told why.
async fn serve(api: &Api, socket: &mut WebSocket) -> Result<(), ErrorCode> {
    let hello: EventsHello = match first(socket, MAX_HELLO).await? {
        Heard::Text(text) => serde_json::from_str(&text).map_err(|_| ErrorCode::InvalidRequest)?,
        Heard::Gone => return Ok(()),
        Heard::Binary(_) | Heard::Alive => return Err(ErrorCode::InvalidRequest),
    };
    let (technician, mut signed_in) = api.desk.redeem_events(&hello.ticket).await.map_err(|e| e.code())?;
    // Heard from as long as this socket is open.
    let _here = api.desk.at_the_desk(technician);
    let mut bell = api.desk.doorbell();
    let (mut setup, mut team) = (api.desk.setup_bell(), api.desk.team_bell());
    let mut notices = api.desk.notice_bell();
    let mut mark = api.desk.notice_mark(technician);
    let mut offers = api.desk.offers_bell();
    let mut cursor = hello.cursor;
    let mut ping = interval_at(Instant::now(), PING);
    let mut silent = 0u8;
    loop {
        // Seen before reading, so that a change while reading rings again.
        bell.mark_unchanged();
        let sent = tokio::select! {
            sent = send_changes(api, socket, technician, cursor) => sent?,
            // Nothing more is told to who is signed out, however slowly they read.
            () = signed_in.ended() => return Err(ErrorCode::SignedOut),
        };
        match sent {
            Some(newest) => cursor = newest,
            None => return Ok(()),
        }
        loop {
            tokio::select! {
                rang = bell.changed() => match rang {
                    Ok(()) => break,
                    Err(_) => return Err(ErrorCode::Unavailable),
                },
                rang = setup.changed() => {
                    // What may be seen may have changed with it; the console asks for all of it again.
                    if rang.is_err() || !send_event(socket, &Event::Setup {}).await {
                        return Ok(());
                    }
                }
                rang = team.changed() => {
                    if rang.is_err() || !send_event(socket, &Event::Team {}).await {
                        return Ok(());
                    }
                }
                rang = notices.changed() => {
                    let newest = api.desk.notice_mark(technician);
                    let new = newest != mark;
                    mark = newest;
                    if rang.is_err() || (new && !send_event(socket, &Event::Notices {}).await) {
                        return Ok(());
                    }
                }
                rang = offers.changed() => {
                    if rang.is_err() || !send_event(socket, &Event::Offers {}).await {
                        return Ok(());
                    }
                }
                () = signed_in.ended() => return Err(ErrorCode::SignedOut),
                heard = hear(socket, MAX_HELLO) => match heard? {
                    Heard::Alive => silent = 0,
                    Heard::Gone => return Ok(()),
                    // It has nothing more to say.
                    Heard::Text(_) | Heard::Binary(_) => return Err(ErrorCode::InvalidRequest),
                },
                _ = ping.tick() => {
                    silent += 1;
                    // A page does not see pings: it is told, too, that somebody is there.
                    let alive = silent <= 2
                        && send(socket, Message::Ping(Vec::new().into())).await
                        && send_event(socket, &Event::Alive {}).await;
                    if !alive {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Sends what happened after `cursor` and returns where it got to; `None` when that is all this socket can do.
async fn send_changes(
    api: &Api,
    socket: &mut WebSocket,
    technician: TechnicianId,
    mut cursor: u64,
) -> Result<Option<u64>, ErrorCode> {
    loop {
        let events = match api.desk.changes_after(technician, cursor).await {
            Ok(Changes::TooOld) => {
                send_event(socket, &Event::Reload {}).await;
                return Ok(None);
            }
            Ok(Changes::Some(changes)) if changes.is_empty() => return Ok(Some(cursor)),
            Ok(Changes::Some(changes)) => changes,
            Err(error) => {
                tracing::error!(%error, "the queue's changes cannot be read");
                return Err(error.code());
            }
        };
        for change in events {
            cursor = change.cursor;
            let event = match change.session {
                Ok(it) => Event::Session { cursor, session: Box::new(it.session.clone().into()) },
                Err(session) => Event::Gone { cursor, session },
            };
            if !send_event(socket, &event).await {
                return Ok(None);
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
