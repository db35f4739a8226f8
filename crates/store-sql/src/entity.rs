//! The tables, as SeaORM sees them. Enums and JSON are text, times are Unix milliseconds, hashes are bytes: the subset
//! that SQLite and PostgreSQL share.

macro_rules! no_relations {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(crate) enum Relation {}
        impl ActiveModelBehavior for ActiveModel {}
    };
}

pub(crate) mod call_link;
mod notify;

pub(crate) use notify::{api_token, delivery, feed_cursor, mail, notice, preference, told, webhook};
mod together;

pub(crate) use together::{offer, private_message, team};
mod life;
pub(crate) mod trace;

pub(crate) use life::{piece, silence};

pub(crate) mod technician {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "technicians")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) email: String,
        pub(crate) name: String,
        pub(crate) password_hash: String,
        pub(crate) created_at: i64,
    }
    no_relations!();
}

pub(crate) mod family {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_families")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) ended_at: Option<i64>,
        pub(crate) since: Option<i64>,
        pub(crate) heard_at: Option<i64>,
        pub(crate) network: Option<String>,
        pub(crate) agent: Option<String>,
    }
    no_relations!();
}

pub(crate) mod token {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) hash: Vec<u8>,
        pub(crate) family_id: i64,
        pub(crate) expires_at: i64,
        pub(crate) used_at: Option<i64>,
        /// What it was exchanged for.
        pub(crate) successor: Option<Vec<u8>>,
    }
    no_relations!();
}

pub(crate) mod network {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_networks")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) technician_id: Uuid,
        /// As [`ponte_types::Network`] writes it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) network: String,
        pub(crate) last_at: i64,
    }
    no_relations!();
}

pub(crate) mod session {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: i64,
        pub(crate) version: i64,
        pub(crate) state: String,
        pub(crate) detail: Option<String>,
        pub(crate) mode: String,
        pub(crate) person: Option<String>,
        pub(crate) email: Option<String>,
        pub(crate) phone: Option<String>,
        pub(crate) company: Option<String>,
        pub(crate) subject: Option<String>,
        pub(crate) owner_id: Option<Uuid>,
        pub(crate) created_at: i64,
        pub(crate) changed_at: i64,
        pub(crate) waiting_since: Option<i64>,
        pub(crate) started_at: Option<i64>,
        pub(crate) closed_at: Option<i64>,
        pub(crate) outcome: Option<String>,
        pub(crate) note: Option<String>,
        pub(crate) expires_at: Option<i64>,
        pub(crate) device: Option<String>,
        pub(crate) connection_id: Option<Uuid>,
        /// Absent only in rows from before there were channels; the relay fills it in when it starts.
        pub(crate) channel_id: Option<Uuid>,
        pub(crate) company_id: Option<Uuid>,
        pub(crate) category_id: Option<Uuid>,
        pub(crate) priority: String,
        /// JSON: whom of the channel it is meant for.
        pub(crate) narrow: Option<String>,
        /// JSON: the skills that it needs.
        pub(crate) needs: Option<String>,
        pub(crate) came_at: Option<i64>,
        /// The place in the queue: smaller goes first.
        pub(crate) queue_at: Option<i64>,
        /// What a search looks through, in lower case.
        pub(crate) search: String,
        /// The request that it is, when it came by a channel's link.
        pub(crate) call_id: Option<Uuid>,
        /// JSON: how it came.
        pub(crate) call: Option<String>,
        pub(crate) reach: String,
        pub(crate) program: String,
        pub(crate) reason: Option<String>,
        pub(crate) held_since: Option<i64>,
        pub(crate) held_until: Option<i64>,
        pub(crate) held_why: Option<String>,
        pub(crate) confirms_at: Option<i64>,
        pub(crate) reopen_until: Option<i64>,
        pub(crate) reopened_at: Option<i64>,
        pub(crate) changed_infrastructure: bool,
        /// When time moves it next: one column for the scheduler to look at.
        pub(crate) due_at: Option<i64>,
        pub(crate) request_id: Option<Uuid>,
    }
    no_relations!();
}

pub(crate) mod setup {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "setup")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) version: i64,
        /// JSON.
        pub(crate) body: String,
        pub(crate) removed: bool,
    }
    no_relations!();
}

pub(crate) mod revision {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "setup_revision")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) revision: i64,
    }
    no_relations!();
}

pub(crate) mod action {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "actions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) session_id: Uuid,
        pub(crate) at: i64,
        pub(crate) technician_id: Uuid,
        pub(crate) kind: String,
        pub(crate) minutes: i64,
        pub(crate) changed_infrastructure: bool,
        pub(crate) text: String,
    }
    no_relations!();
}

pub(crate) mod presence {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "presences")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) technician_id: Uuid,
        pub(crate) chosen: String,
        pub(crate) heard_at: i64,
        pub(crate) given_at: Option<i64>,
    }
    no_relations!();
}

pub(crate) mod invite {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "invites")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) session_id: Uuid,
        pub(crate) public: Vec<u8>,
        pub(crate) claim_hash: Vec<u8>,
        pub(crate) expires_at: i64,
    }
    no_relations!();
}

pub(crate) mod connection {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "connections")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) token: Vec<u8>,
        /// Good until `token` is presented: its answer may have been lost.
        pub(crate) earlier_token: Option<Vec<u8>>,
        pub(crate) session_id: Option<Uuid>,
        pub(crate) device: String,
    }
    no_relations!();
}

pub(crate) mod code {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "codes")]
    pub(crate) struct Model {
        /// HMAC of the routing number: one row for each number ever shown.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) lookup: Vec<u8>,
        pub(crate) sealed: i64,
        pub(crate) connection_id: Uuid,
        pub(crate) issued_at: i64,
        pub(crate) expires_at: i64,
        pub(crate) state: String,
    }
    no_relations!();
}

pub(crate) mod history {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "history")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) session_id: Uuid,
        pub(crate) at: i64,
        pub(crate) kind: String,
        pub(crate) technician_id: Option<Uuid>,
        /// The version of the session that this made; absent where it made none, and in lines from before it was kept.
        pub(crate) version: Option<i64>,
    }
    no_relations!();
}

pub(crate) mod audit {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) at: i64,
        /// `technician`, `end_user` or `relay`.
        pub(crate) actor: String,
        pub(crate) technician_id: Option<Uuid>,
        pub(crate) kind: String,
        pub(crate) about: String,
        /// [`ponte_desk::audit::Line::link`].
        pub(crate) link: Vec<u8>,
    }
    no_relations!();
}

pub(crate) mod head {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_heads")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) line: i64,
        pub(crate) link: Vec<u8>,
        pub(crate) signed_at: i64,
        pub(crate) signature: Vec<u8>,
    }
    no_relations!();
}

pub(crate) mod outbox {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) cursor: i64,
        pub(crate) session_id: Uuid,
    }
    no_relations!();
}

pub(crate) mod message {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) session_id: Uuid,
        pub(crate) number: i64,
        pub(crate) at: i64,
        /// Absent: the end user wrote it.
        pub(crate) technician_id: Option<Uuid>,
        pub(crate) text: String,
        /// The file that the message is.
        pub(crate) attachment_id: Option<Uuid>,
        pub(crate) removed_at: Option<i64>,
    }
    no_relations!();
}

pub(crate) mod attachment;
pub(crate) mod coming;

pub(crate) mod chat {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "chats")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) session_id: Uuid,
        pub(crate) newest: i64,
        pub(crate) end_user_got: i64,
        pub(crate) end_user_saw: i64,
        pub(crate) desk_saw: i64,
    }
    no_relations!();
}

pub(crate) mod clocks {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "clocks")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) session_id: Uuid,
        pub(crate) answered_at: Option<i64>,
        /// JSON: when the resolution clock stood still.
        pub(crate) pauses: Option<String>,
        pub(crate) reaction_due: Option<i64>,
        /// Seconds.
        pub(crate) reaction_ran: Option<i64>,
        pub(crate) reaction_kept: Option<bool>,
        pub(crate) reaction_amber: Option<i64>,
        pub(crate) reaction_red: Option<i64>,
        pub(crate) resolution_due: Option<i64>,
        /// Seconds.
        pub(crate) resolution_ran: Option<i64>,
        pub(crate) resolution_kept: Option<bool>,
        pub(crate) resolution_amber: Option<i64>,
        pub(crate) resolution_red: Option<i64>,
        pub(crate) stands_since: Option<i64>,
        pub(crate) limit_since: Option<i64>,
        /// Absent once the session is over.
        pub(crate) look_at: Option<i64>,
    }
    no_relations!();
}
