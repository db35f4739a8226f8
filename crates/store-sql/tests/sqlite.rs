//! The SQL store on SQLite, in a file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use std::sync::{Arc, Mutex};

use ponte_store::{Accounts as _, Events as _, conformance};
use ponte_store_sql::{OpenError, SqlStore};

#[tokio::test]
async fn it_keeps_every_promise_of_the_port() {
    let folders = Arc::new(Mutex::new(Vec::new()));
    let empty = || {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ponte.db");
        folders.lock().unwrap().push(folder);
        async move { SqlStore::open_sqlite(&file).await.unwrap() }
    };
    conformance::all(empty).await.unwrap();
}

#[tokio::test]
async fn it_can_be_opened_again_and_by_two_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ponte.db");
    let first = SqlStore::open_sqlite(&file).await.unwrap();
    let second = SqlStore::open_sqlite(&file).await.unwrap();
    assert_eq!(second.newest_cursor().await, Ok(0));
    first.close().await;
    second.close().await;
    let third = SqlStore::open_sqlite(&file).await.unwrap();
    assert!(third.technician_by_email("nobody@desk.example").await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_not_a_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ponte.db");
    let text = "these are somebody's notes, not a database; they must survive. ".repeat(20);
    std::fs::write(&file, &text).unwrap();
    let refused = SqlStore::open_sqlite(&file).await;
    assert!(matches!(refused, Err(OpenError::Open { .. } | OpenError::Migrate { .. })), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let missing = SqlStore::open_sqlite(&folder.path().join("no/such/folder/ponte.db")).await;
    assert!(matches!(missing, Err(OpenError::Open { .. })));
}
