//! The two WebSockets. Neither takes a token: the first message carries a one-time ticket.

pub(crate) mod events;
pub(crate) mod view;

use std::time::Duration;

/// How long a console may take for its first message.
const FIRST_MESSAGE: Duration = Duration::from_secs(5);
/// How often an idle peer is asked whether it is there; twice without any answer and the socket closes.
const PING: Duration = Duration::from_secs(15);
/// How long one message may take to leave: a console that reads slower than this has gone.
const SEND: Duration = Duration::from_secs(10);
