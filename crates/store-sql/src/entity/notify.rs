//! What technicians are told, and by which ways.

pub(crate) mod feed_cursor {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "feed_cursor")]
    pub(crate) struct Model {
        /// There is one.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) history: i64,
        pub(crate) outbox: i64,
    }
    no_relations!();
}

pub(crate) mod told {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "told")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) session_id: Uuid,
        pub(crate) owner_id: Option<Uuid>,
        pub(crate) waiting: bool,
        pub(crate) message: i64,
    }
    no_relations!();
}

pub(crate) mod notice {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) at: i64,
        pub(crate) event: String,
        pub(crate) session_id: Uuid,
        pub(crate) by_id: Option<Uuid>,
        /// Words of ways, with commas between.
        pub(crate) ways: String,
        pub(crate) seen: bool,
    }
    no_relations!();
}

pub(crate) mod preference {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notify_preferences")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) technician_id: Uuid,
        pub(crate) version: i64,
        /// JSON, or empty.
        pub(crate) body: String,
        pub(crate) language: Option<String>,
    }
    no_relations!();
}

pub(crate) mod mail {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mails")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) recipient: String,
        pub(crate) subject: String,
        pub(crate) body: String,
        pub(crate) message_id: String,
        pub(crate) created_at: i64,
        pub(crate) tries: i64,
        /// When it may be tried next; absent when it was sent or given up.
        pub(crate) next_at: Option<i64>,
        pub(crate) failure: Option<String>,
    }
    no_relations!();
}

pub(crate) mod webhook {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhooks")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) version: i64,
        /// JSON.
        pub(crate) body: String,
        /// Nothing is sent to one that is not.
        pub(crate) enabled: bool,
        pub(crate) generation: i64,
        pub(crate) changed_by: Uuid,
        pub(crate) failures: i64,
        pub(crate) given_up_at: Option<i64>,
        pub(crate) failing_since: Option<i64>,
    }
    no_relations!();
}

pub(crate) mod delivery {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) webhook_id: Uuid,
        pub(crate) event: String,
        pub(crate) body: String,
        pub(crate) at: i64,
        pub(crate) delivered: bool,
        pub(crate) tries: i64,
        /// When it may be tried next; absent when it is over.
        pub(crate) next_at: Option<i64>,
        pub(crate) tried_at: Option<i64>,
        pub(crate) status: Option<i64>,
        pub(crate) failure: Option<String>,
    }
    no_relations!();
}

pub(crate) mod api_token {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_tokens")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) hash: Vec<u8>,
        pub(crate) name: String,
        pub(crate) technician_id: Uuid,
        /// JSON.
        pub(crate) permissions: String,
        /// JSON; absent: all.
        pub(crate) channels: Option<String>,
        pub(crate) created_at: i64,
        pub(crate) expires_at: Option<i64>,
        pub(crate) used_at: Option<i64>,
        pub(crate) revoked_at: Option<i64>,
    }
    no_relations!();
}
