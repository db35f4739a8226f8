//! A big desk, at once: for tests and measurements.

use ponte_store::StoreError;
use ponte_types::SessionId;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::{SqlStore, failed};

impl SqlStore {
    /// Copies a session `many` times: the same in all but id and number, without link and history.
    ///
    /// # Errors
    /// When there is no such session, or the database fails.
    pub async fn fill(&self, like: SessionId, many: u64) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let backend = tx.get_database_backend();
        let id = if backend == DbBackend::Postgres { "$1" } else { "?" };
        let find = format!("SELECT * FROM sessions WHERE id = {id}");
        let find = Statement::from_sql_and_values(backend, find, [like.as_uuid().into()]);
        let row = tx.query_one_raw(find).await.map_err(failed)?;
        let row = row.ok_or_else(|| StoreError::Broken("there is no session to copy".into()))?;
        let columns = row.column_names();
        let drawn = if backend == DbBackend::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
        let values = columns.iter().map(|column| match column.as_str() {
            "id" => drawn.to_owned(),
            // No two are opened by the same asking.
            "request_id" => "NULL".to_owned(),
            "number" => "(SELECT max(number) FROM sessions) + n.n".to_owned(),
            other => format!("one.{other}"),
        });
        let (values, columns) = (values.collect::<Vec<_>>().join(", "), columns.join(", "));
        let copy = format!(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {many}) \
             INSERT INTO sessions ({columns}) SELECT {values} FROM sessions AS one, n WHERE one.id = {id}"
        );
        let copy = Statement::from_sql_and_values(backend, copy, [like.as_uuid().into()]);
        tx.execute_raw(copy).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}
