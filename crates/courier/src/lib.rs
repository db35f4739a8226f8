//! What leaves the relay towards other servers: mail by SMTP, and webhooks by HTTP.

mod addresses;
mod mail;
mod post;

pub use addresses::{Block, NoBlock};
pub use mail::{MailSetup, Security, Smtp};
pub use post::Http;
