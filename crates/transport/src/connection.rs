//! One SOS program's QUIC connection.
//!
//! The program opens one bidirectional stream for control messages, its hello first, and one unidirectional stream
//! for each picture. Breaking the protocol closes the connection with a reason.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use ponte_app::live::{Hub, SosLink};
use ponte_wire::{
    Decoder, Frame, MAX_FRAME, Message, framing,
    msg::{FromSos, Lane, SosHello, ToSos, from_sos, to_sos},
};
use quinn::{Connection, ReadToEndError, RecvStream, SendStream, VarInt, WriteError};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// Time for the first message.
const HELLO: Duration = Duration::from_secs(5);
/// Time for one picture to arrive: a stale one is worth nothing.
const PICTURE: Duration = Duration::from_secs(10);
/// Time for what was said last to arrive before the connection is closed.
const FAREWELL: Duration = Duration::from_secs(2);
/// Time that a message to the program may wait for its flow control.
const WRITE: Duration = Duration::from_secs(10);
const CONTROL_UP: usize = 64;
const CONTROL_DOWN: usize = 256;
const FRAMES: usize = 8;
const CHUNK: usize = 64 << 10;
/// Pictures that one program may send at once, once somebody watches.
const PICTURES: u32 = 8;
/// Bytes in flight from a program that sends pictures.
const PICTURE_WINDOW: u32 = 6 << 20;

/// Why a connection is closed; the number travels in CONNECTION_CLOSE (RFC 9000 §19.19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    Done = 0,
    Restarting = 1,
    Malformed = 2,
    TooSlow = 3,
}

impl Close {
    pub(crate) fn code(self) -> VarInt {
        VarInt::from_u32(self as u32)
    }

    pub(crate) fn reason(self) -> &'static [u8] {
        match self {
            Self::Done => b"done",
            Self::Restarting => b"the relay restarts; come back",
            Self::Malformed => b"that is not the protocol",
            Self::TooSlow => b"too slow",
        }
    }
}

/// Serves a connection until it ends.
pub(crate) async fn serve(connection: Connection, hub: Hub, stop: CancellationToken) {
    let close = tokio::select! {
        close = talk(&connection, hub) => close,
        () = stop.cancelled() => Close::Restarting,
    };
    connection.close(close.code(), close.reason());
}

async fn talk(connection: &Connection, hub: Hub) -> Close {
    let mut decoder = Decoder::default();
    let (send, mut receive, hello) = match timeout(HELLO, hello(connection, &mut decoder)).await {
        Ok(Ok(greeting)) => greeting,
        Ok(Err(close)) => return close,
        Err(_) => return Close::TooSlow,
    };
    let (up_sender, up) = mpsc::channel(CONTROL_UP);
    let (down, down_receiver) = mpsc::channel(CONTROL_DOWN);
    let (frame_sender, frames) = mpsc::channel(FRAMES);
    let from = connection.remote_address().ip().into();
    let admitted = hub.accept(hello, from, SosLink { up, frames, down });
    let writer = write(connection, send, down_receiver);
    let reader = async move {
        admitted.await;
        tokio::select! {
            close = read(&mut receive, &mut decoder, &up_sender) => close,
            close = pictures(connection, frame_sender) => close,
        }
    };
    tokio::pin!(writer, reader);
    tokio::select! {
        close = &mut writer => close,
        close = &mut reader => {
            // the room, which sees the end of `up` now, may still have a last word
            if close == Close::Done {
                let _ = timeout(FAREWELL, &mut writer).await;
            }
            close
        }
    }
}

async fn hello(
    connection: &Connection,
    decoder: &mut Decoder,
) -> Result<(SendStream, RecvStream, SosHello), Close> {
    let (send, mut receive) = connection.accept_bi().await.map_err(|_| Close::Done)?;
    loop {
        match decoder.next::<FromSos>() {
            Ok(Some(FromSos { body: Some(from_sos::Body::Hello(hello)) })) => {
                return Ok((send, receive, hello));
            }
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return Err(Close::Malformed),
        }
        let chunk = receive.read_chunk(CHUNK, true).await.map_err(|_| Close::Done)?.ok_or(Close::Done)?;
        decoder.push(&chunk.bytes);
    }
}

async fn read(receive: &mut RecvStream, decoder: &mut Decoder, up: &mpsc::Sender<FromSos>) -> Close {
    loop {
        loop {
            match decoder.next::<FromSos>() {
                Ok(Some(message)) => {
                    // a full channel makes the program wait, by QUIC's flow control
                    if up.send(message).await.is_err() {
                        return Close::Done;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::info!(%error, "an SOS program broke the protocol");
                    return Close::Malformed;
                }
            }
        }
        match receive.read_chunk(CHUNK, true).await {
            Ok(Some(chunk)) => decoder.push(&chunk.bytes),
            Ok(None) | Err(_) => return Close::Done,
        }
    }
}

/// Reads pictures, several at once; QUIC's stream limit bounds how many. When the connection ends it is for [`read`] to
/// say so: what the program said last has come, and is heard first.
async fn pictures(connection: &Connection, frames: mpsc::Sender<Frame>) -> Close {
    let frames = Arc::new(frames);
    let mut reading = JoinSet::new();
    loop {
        tokio::select! {
            stream = connection.accept_uni() => match stream {
                Ok(stream) => {
                    reading.spawn(picture(stream, frames.clone()));
                }
                Err(_) => return std::future::pending().await,
            },
            Some(read) = reading.join_next() => match read {
                Ok(None) => {}
                Ok(Some(close)) => return close,
                Err(_) => return Close::Done,
            },
        }
    }
}

/// Reads one picture; answers why the connection has to be closed, if it has to.
async fn picture(mut stream: RecvStream, frames: Arc<mpsc::Sender<Frame>>) -> Option<Close> {
    let bytes = match timeout(PICTURE, stream.read_to_end(MAX_FRAME)).await {
        Ok(Ok(bytes)) => Bytes::from(bytes),
        Ok(Err(ReadToEndError::TooLong)) => return Some(Close::Malformed),
        // a stale picture given up by the program, or the end of the connection
        Ok(Err(ReadToEndError::Read(_))) => return None,
        Err(_) => {
            let _ = stream.stop(Close::TooSlow.code());
            return None;
        }
    };
    match Frame::parse(bytes) {
        Ok(frame) => {
            let _ = timeout(PICTURE, frames.send(frame)).await;
            None
        }
        Err(error) => {
            tracing::info!(%error, "an SOS program sent a picture that is none");
            Some(Close::Malformed)
        }
    }
}

/// Sends what the room says until it lets go of the link. The first wish for pictures makes room for them; it is not
/// taken back, for quinn would give the same room out anew with every wish.
async fn write(connection: &Connection, mut send: SendStream, mut down: mpsc::Receiver<ToSos>) -> Close {
    let mut buffer = BytesMut::new();
    let mut watched = false;
    let mut put = |message: &ToSos, buffer: &mut BytesMut| {
        if !watched && matches!(&message.body, Some(to_sos::Body::WantFrames(want)) if want.wanted) {
            watched = true;
            connection.set_receive_window(VarInt::from_u32(PICTURE_WINDOW));
            connection.set_max_concurrent_uni_streams(VarInt::from_u32(PICTURES));
        }
        put(connection, message, buffer);
    };
    while let Some(message) = down.recv().await {
        put(&message, &mut buffer);
        // what waits already goes along in the same write
        while buffer.len() < CHUNK {
            let Ok(message) = down.try_recv() else { break };
            put(&message, &mut buffer);
        }
        if buffer.is_empty() {
            continue;
        }
        match timeout(WRITE, send.write_chunk(buffer.split().freeze())).await {
            Ok(Ok(())) => {}
            // As with the pictures: what the program said last is heard first.
            Ok(Err(WriteError::ConnectionLost(_))) => return std::future::pending().await,
            Ok(Err(_)) => return Close::Done,
            Err(_) => return Close::TooSlow,
        }
    }
    let _ = send.finish();
    let _ = timeout(FAREWELL, send.stopped()).await;
    Close::Done
}

/// Pointer moves go as datagrams where they fit: a late one must not hold up the next.
fn put(connection: &Connection, message: &ToSos, buffer: &mut BytesMut) {
    let pointer = matches!(&message.body, Some(to_sos::Body::Peer(peer)) if peer.lane() == Lane::Pointer);
    let fits = pointer && connection.max_datagram_size().is_some_and(|max| message.encoded_len() <= max);
    if fits && connection.send_datagram(message.encode_to_vec().into()).is_ok() {
        return;
    }
    framing::encode(message, buffer);
}
