//! One file for each group of routes: JSON ⇄ use case, and nothing else.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod api_tokens;
pub(crate) mod attachments;
pub(crate) mod audit;
pub(crate) mod chat;
pub(crate) mod codes;
pub(crate) mod desk;
pub(crate) mod earlier;
pub(crate) mod equipment;
pub(crate) mod hours;
pub(crate) mod life;
pub(crate) mod links;
pub(crate) mod load;
pub(crate) mod notices;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod team;
pub(crate) mod together;
pub(crate) mod webhooks;
