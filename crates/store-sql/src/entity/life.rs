//! What belongs to the life of a session.

pub(crate) mod silence {
    use sea_orm::entity::prelude::*;
    /// The person of a session was tried to be reached in vain, and was not reached since.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "silences")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) session_id: Uuid,
        pub(crate) since: i64,
    }
    no_relations!();
}

pub(crate) mod piece {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "equipment")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) session_id: Uuid,
        pub(crate) at: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) asset: Option<String>,
        pub(crate) name: String,
        pub(crate) kind: String,
        pub(crate) outcome: Option<String>,
        pub(crate) reason: Option<String>,
    }
    no_relations!();
}
