//! Who came to a session, and left.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comings")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) session_id: Uuid,
    pub(crate) at: i64,
    pub(crate) technician_id: Uuid,
    /// Or left.
    pub(crate) came: bool,
}
no_relations!();
