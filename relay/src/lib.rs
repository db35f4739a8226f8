//! The relay: composition only. [`cli`] is the command line, [`config`] the one file, [`node`] the running relay.
//!
//! Nothing here is global, so several relays can run in one process, each with its own data folder and ports.

pub mod cli;
mod clock;
pub mod config;
mod data;
mod internal;
pub mod live;
pub mod node;
mod server;
mod tls;

pub use clock::ambient;
