//! Clocks of sessions: when somebody answered, what is due, which alarms were raised.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, boolean_null, text_null, uuid},
};

use super::{key, refers, table};

pub(super) struct Times;

impl MigrationName for Times {
    fn name(&self) -> &str {
        "m0008_times"
    }
}

const INDEXES: [(&str, &[&str]); 5] = [
    ("sessions", &["channel_id", "state", "queue_at"]),
    ("sessions", &["channel_id", "closed_at"]),
    ("sessions", &["channel_id", "came_at"]),
    ("clocks", &["look_at"]),
    ("clocks", &["answered_at"]),
];

/// What is under way is looked at as soon as the relay runs.
const UNDER_WAY: &str = "INSERT INTO clocks (session_id, answered_at, look_at)
    SELECT id, started_at, CASE WHEN state IN ('waiting', 'active') THEN 0 ELSE NULL END FROM sessions";

#[async_trait::async_trait]
impl MigrationTrait for Times {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut columns = vec![big_integer_null("answered_at"), text_null("pauses")];
        for clock in [
            ["reaction_due", "reaction_ran", "reaction_kept", "reaction_amber", "reaction_red"],
            ["resolution_due", "resolution_ran", "resolution_kept", "resolution_amber", "resolution_red"],
        ] {
            let column = |name: &'static str| {
                if name.ends_with("kept") { boolean_null(name) } else { big_integer_null(name) }
            };
            columns.extend(clock.map(column));
        }
        columns.extend([big_integer_null("stands_since"), big_integer_null("look_at")]);
        let clocks = table("clocks", key(uuid("session_id")), columns);
        manager.create_table(refers(clocks, "session_id", "sessions")).await?;
        for (table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(format!("{table}_{}", columns.join("_"))).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        manager.get_connection().execute_unprepared(UNDER_WAY).await.map(|_| ())
    }
}
