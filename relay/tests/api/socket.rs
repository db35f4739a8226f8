//! The console's ends of the two WebSockets.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use ponte_wire::{
    Message as _,
    msg::{self, FromViewer, Lane, ToViewer, from_viewer, to_viewer},
};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

use super::desk::Desk;

#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Text(String),
    Binary(Vec<u8>),
    /// With the close frame's reason.
    Closed(String),
}

/// By which a page knows that its socket is.
pub(crate) const ALIVE: &str = r#"{"type":"alive"}"#;

pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn open(desk: &Desk, route: &str) -> Self {
        Self::with(desk, route, &[]).await.unwrap()
    }

    /// With headers of its own; a refusal's status.
    pub(crate) async fn with(
        desk: &Desk,
        route: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{}/api/v1/{route}", desk.address()).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(desk.address()).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) async fn text(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    pub(crate) async fn binary(&mut self, bytes: Vec<u8>) {
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    /// Sends more than the relay takes: it must not take it.
    pub(crate) async fn flood(&mut self, bytes: usize) {
        let sent = self.0.send(Message::text("x".repeat(bytes))).await;
        let ended =
            tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("the relay goes on");
        assert!(sent.is_err() || matches!(ended, None | Some(Err(_) | Ok(Message::Close(_)))), "{ended:?}");
    }

    /// What the relay says next, but for that it is there.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match self.hear_all().await {
                Heard::Text(text) if text == ALIVE => {}
                heard => return heard,
            }
        }
    }

    pub(crate) async fn hear_all(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.0.next());
            match next.await.expect("the relay says nothing").unwrap_or(Ok(Message::Close(None))).unwrap() {
                Message::Text(text) => return Heard::Text(text.to_string()),
                Message::Binary(bytes) => return Heard::Binary(bytes.to_vec()),
                Message::Close(frame) => {
                    return Heard::Closed(frame.map(|frame| frame.reason.to_string()).unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    /// The reason for which the relay closed; anything else before it is skipped.
    pub(crate) async fn ended(&mut self) -> String {
        loop {
            if let Heard::Closed(reason) = self.hear().await {
                return reason;
            }
        }
    }

    /// The next one, but for who comes and goes.
    pub(crate) async fn event(&mut self) -> Value {
        loop {
            let event = self.any_event().await;
            if event["type"] != "team" {
                return event;
            }
        }
    }

    pub(crate) async fn any_event(&mut self) -> Value {
        match self.hear().await {
            Heard::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_page_is_told_that_somebody_is_there() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let mut socket = events(&desk, &ana, 0).await;
    loop {
        match socket.hear_all().await {
            Heard::Text(text) if text == ALIVE => break,
            Heard::Text(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// The queue's changes, from a cursor.
pub(crate) async fn events(desk: &Desk, token: &str, cursor: u64) -> Socket {
    let ticket = desk.ticket(token, json!({"purpose": "events"})).await;
    let mut socket = Socket::open(desk, "events").await;
    socket.text(json!({"ticket": ticket, "cursor": cursor}).to_string()).await;
    socket
}

/// A console at one connection.
pub(crate) struct View(pub(crate) Socket);

impl View {
    pub(crate) async fn open(desk: &Desk, ticket: &str) -> Self {
        let mut view = Self(Socket::open(desk, "view").await);
        view.hello(1, ticket).await;
        view
    }

    pub(crate) async fn hello(&mut self, protocol: u32, ticket: &str) {
        self.say(from_viewer::Body::Hello(msg::ViewerHello { protocol, ticket: ticket.to_owned() })).await;
    }

    pub(crate) async fn say(&mut self, body: from_viewer::Body) {
        self.0.binary(FromViewer { body: Some(body) }.encode_to_vec()).await;
    }

    /// Says the proof of the four secret digits; whether it is right is for the program to judge.
    pub(crate) async fn confirm(&mut self) {
        let confirm = msg::handshake::Body::Confirm(msg::Confirm { tag: vec![1; 32], share: vec![] });
        let payload = msg::Handshake { body: Some(confirm) }.encode_to_vec().into();
        self.say(from_viewer::Body::Peer(msg::Peer {
            viewer: vec![],
            lane: Lane::Handshake.into(),
            payload,
        }))
        .await;
    }

    /// Skips messages until one fits.
    pub(crate) async fn until<T>(&mut self, mut fits: impl FnMut(to_viewer::Body) -> Option<T>) -> T {
        loop {
            match self.0.hear().await {
                Heard::Binary(bytes) => {
                    let body = ToViewer::decode(&bytes[..]).unwrap().body.unwrap();
                    if let Some(found) = fits(body) {
                        return found;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Why the relay refuses: the message and the close frame say the same.
    pub(crate) async fn refused(&mut self) -> String {
        let code =
            self.until(|body| if let to_viewer::Body::Refused(r) = body { Some(r.code) } else { None }).await;
        let ended = self.0.ended().await;
        assert!(ended == code || ended.is_empty(), "{ended} is not {code}");
        code
    }
}
