//! Several technicians in one session.

pub(crate) mod team {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "teams")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) session_id: Uuid,
        /// JSON.
        pub(crate) body: String,
    }
    no_relations!();
}

pub(crate) mod offer {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "offers")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) version: i64,
        pub(crate) session_id: Uuid,
        pub(crate) purpose: String,
        pub(crate) by_id: Uuid,
        pub(crate) lead_id: Uuid,
        /// JSON.
        pub(crate) recipient: String,
        pub(crate) note: Option<String>,
        /// JSON.
        pub(crate) rights: String,
        pub(crate) stay: bool,
        pub(crate) made_at: i64,
        pub(crate) until: i64,
        /// As `state` says: to be found by.
        pub(crate) open: bool,
        /// JSON.
        pub(crate) state: String,
    }
    no_relations!();
}

pub(crate) mod private_message {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "private_messages")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) session_id: Uuid,
        pub(crate) number: i64,
        pub(crate) at: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) text: String,
    }
    no_relations!();
}
