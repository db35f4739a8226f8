//! Channels' links.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "call_links")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) channel_id: Uuid,
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) paused: bool,
    pub(crate) made_at: i64,
    pub(crate) used: i64,
    pub(crate) last_used_at: Option<i64>,
}
no_relations!();
