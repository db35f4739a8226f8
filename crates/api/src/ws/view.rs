//! `view`: one technician's signalling with one connection, as protobuf.
//!
//! The socket only carries: what the messages mean is the connection task's business.

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::IntoResponse,
};
use ponte_app::ports::ViewerPipe;
use ponte_types::ErrorCode;
use ponte_wire::{
    MAX_MESSAGE, Message as _, PROTOCOL,
    msg::{FromViewer, Refused, ToViewer, from_viewer, to_viewer},
};
use tokio::{
    sync::mpsc::error::TrySendError,
    time::{Instant, interval_at},
};

use super::{Heard, PING, close, first, hear, limited};
use crate::{auth::OurOrigin, state::Api};

#[utoipa::path(get, path = "/view", tag = "live", security(()), responses(
    (status = 101, description = "WebSocket, binary protobuf: `FromViewer` and `ToViewer` of ponte.proto"),
))]
pub(crate) async fn view(
    State(api): State<Api>,
    _: OurOrigin,
    upgrade: WebSocketUpgrade,
) -> impl IntoResponse {
    limited(upgrade, MAX_MESSAGE).on_upgrade(move |mut socket| async move {
        let stopping = api.stopping.clone();
        let refusal = tokio::select! {
            ended = serve(&api, &mut socket) => ended.err(),
            () = stopping.cancelled() => Some(ErrorCode::Unavailable),
        };
        if let Some(code) = refusal.filter(|_| !stopping.is_cancelled()) {
            let body =
                to_viewer::Body::Refused(Refused { code: code.as_str().to_owned(), retry_after_seconds: 0 });
            let _ = send(&mut socket, &ToViewer { body: Some(body) }).await;
        }
        close(&mut socket, refusal).await;
    })
}

/// `Ok`: it is over; `Err`: the console is to be told why it was refused.
async fn serve(api: &Api, socket: &mut WebSocket) -> Result<(), ErrorCode> {
    let bytes = match first(socket, MAX_MESSAGE).await? {
        Heard::Binary(bytes) => bytes,
        Heard::Gone => return Ok(()),
        Heard::Text(_) | Heard::Alive => return Err(ErrorCode::InvalidRequest),
    };
    let Ok(FromViewer { body: Some(from_viewer::Body::Hello(hello)) }) = FromViewer::decode(bytes) else {
        return Err(ErrorCode::InvalidRequest);
    };
    if hello.protocol != PROTOCOL {
        return Err(ErrorCode::UnsupportedProtocol);
    }
    let (request, mut signed_in) = api.desk.redeem_view(&hello.ticket).await.map_err(|e| e.code())?;
    let pipe = api.live.attach(request).await?;
    tokio::select! {
        ended = pump(socket, pipe) => ended,
        () = signed_in.ended() => Err(ErrorCode::SignedOut),
    }
}

async fn pump(socket: &mut WebSocket, mut pipe: ViewerPipe) -> Result<(), ErrorCode> {
    let mut ping = interval_at(Instant::now() + PING, PING);
    let mut silent = 0u8;
    loop {
        tokio::select! {
            message = pipe.down.recv() => match message {
                Some(message) => if !send(socket, &message).await { return Ok(()) },
                None => return Ok(()),
            },
            heard = hear(socket, MAX_MESSAGE) => {
                silent = 0;
                match heard? {
                    Heard::Binary(bytes) => {
                        let message = FromViewer::decode(bytes).map_err(|_| ErrorCode::InvalidRequest)?;
                        // Full: the console sends faster than a person can act; it is cut off, nobody else waits.
                        match pipe.up.try_send(message) {
                            Ok(()) => {}
                            Err(TrySendError::Full(_)) => return Err(ErrorCode::TooManyRequests),
                            Err(TrySendError::Closed(_)) => return drain(socket, pipe).await,
                        }
                    }
                    Heard::Text(_) => return Err(ErrorCode::InvalidRequest),
                    Heard::Alive => {}
                    Heard::Gone => return Ok(()),
                }
            }
            _ = ping.tick() => {
                silent += 1;
                if silent > 2 || !super::send(socket, Message::Ping(Vec::new().into())).await {
                    return Ok(());
                }
            }
        }
    }
}

/// The viewer was removed: what it still has to hear (why) goes out first.
async fn drain(socket: &mut WebSocket, mut pipe: ViewerPipe) -> Result<(), ErrorCode> {
    while let Some(message) = pipe.down.recv().await {
        if !send(socket, &message).await {
            break;
        }
    }
    Ok(())
}

async fn send(socket: &mut WebSocket, message: &ToViewer) -> bool {
    let bytes = message.encode_to_vec();
    super::send(socket, Message::Binary(bytes.into())).await
}
