//! Files of sessions, and their bytes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) session_id: Uuid,
    pub(crate) at: i64,
    /// Absent: the end user's.
    pub(crate) technician_id: Option<Uuid>,
    pub(crate) purpose: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) size: i64,
    pub(crate) sha256: Vec<u8>,
    pub(crate) received: i64,
    pub(crate) state: String,
}
no_relations!();

pub(crate) mod chunk {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachment_chunks")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) attachment_id: Uuid,
        /// Where in the file its bytes begin.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) start: i64,
        pub(crate) bytes: Vec<u8>,
    }
    no_relations!();
}
