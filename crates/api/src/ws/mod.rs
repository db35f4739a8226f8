//! The two WebSockets. Neither takes a token: the first message carries a one-time ticket.
//!
//! What the relay refuses it also names: the close frame's reason is an [`ErrorCode`].

pub(crate) mod events;
pub(crate) mod view;

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code},
};
use ponte_types::ErrorCode;
use tokio::time::timeout;

/// How long a console may take for its first message.
const FIRST_MESSAGE: Duration = Duration::from_secs(5);
/// How often an idle peer is asked whether it is there; twice without any answer and the socket closes.
const PING: Duration = Duration::from_secs(15);
/// How long one message may take to leave: a console that reads slower than this has gone.
const SEND: Duration = Duration::from_secs(10);
/// Up to this many times the largest message is read to its end, so that the refusal can be: who is cut off in the
/// middle of sending may never see it.
const READ_TO_REFUSE: usize = 4;

enum Heard {
    Text(Utf8Bytes),
    Binary(Bytes),
    /// It answers pings.
    Alive,
    Gone,
}

fn limited(upgrade: WebSocketUpgrade, largest: usize) -> WebSocketUpgrade {
    upgrade.max_message_size(READ_TO_REFUSE * largest).max_frame_size(READ_TO_REFUSE * largest)
}

/// The next message of at most `largest` bytes; an error for what is larger, or no WebSocket's language.
async fn hear(socket: &mut WebSocket, largest: usize) -> Result<Heard, ErrorCode> {
    match socket.recv().await {
        Some(Ok(Message::Text(text))) if text.len() <= largest => Ok(Heard::Text(text)),
        Some(Ok(Message::Binary(bytes))) if bytes.len() <= largest => Ok(Heard::Binary(bytes)),
        Some(Ok(Message::Text(_) | Message::Binary(_))) => Err(ErrorCode::TooLarge),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Alive),
        Some(Ok(Message::Close(_))) | None => Ok(Heard::Gone),
        Some(Err(_)) => Err(ErrorCode::InvalidRequest),
    }
}

/// The console's first message, which must come in time.
async fn first(socket: &mut WebSocket, largest: usize) -> Result<Heard, ErrorCode> {
    timeout(FIRST_MESSAGE, hear(socket, largest)).await.unwrap_or(Err(ErrorCode::InvalidRequest))
}

/// False when the console is of no use any more.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SEND, socket.send(message)).await, Ok(Ok(())))
}

/// Ends the socket, with the reason if there is one.
async fn close(socket: &mut WebSocket, refusal: Option<ErrorCode>) {
    let frame = refusal.map(|refusal| {
        let code = match refusal {
            ErrorCode::TooLarge => close_code::SIZE,
            ErrorCode::Unavailable => close_code::AWAY,
            _ => close_code::POLICY,
        };
        CloseFrame { code, reason: refusal.as_str().into() }
    });
    send(socket, Message::Close(frame)).await;
}
