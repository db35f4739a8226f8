//! The SQL store on PostgreSQL: a real server, a database for each test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

use std::sync::{Arc, Mutex};

use ponte_store::{Accounts as _, Actor, AuditEntry, Audits as _, Events as _, StoreError, conformance};
use ponte_store_sql::{OpenError, PostgresUrl, SqlStore};
use ponte_test_postgres::Database;
use ponte_types::UnixMillis;

fn database() -> Database {
    Database::new().unwrap()
}

async fn open(url: &str) -> Result<SqlStore, OpenError> {
    SqlStore::open_postgres(&url.parse::<PostgresUrl>().unwrap()).await
}

fn audit() -> AuditEntry {
    AuditEntry { at: UnixMillis(1), by: Actor::Relay, kind: "test", about: String::new() }
}

/// The reason why it does not open, which never shows a password.
async fn refused(url: &str) -> String {
    let error = open(url).await.unwrap_err().to_string();
    assert!(!error.contains("s3cret"), "{error}");
    error
}

#[tokio::test]
async fn it_keeps_every_promise_of_the_port() {
    // The tables are made once.
    let first = database();
    open(&first.url()).await.unwrap().close().await;
    let databases = Arc::new(Mutex::new(Vec::new()));
    let empty = || {
        let database = first.copy().unwrap();
        let url = database.url();
        databases.lock().unwrap().push(database);
        async move { open(&url).await.unwrap() }
    };
    conformance::all(empty).await.unwrap();
    // They go with their server; removing one after the other takes longer than all the checks.
    std::mem::forget(databases);
}

#[tokio::test]
async fn programs_that_start_at_once_wait_for_each_other() {
    let database = database();
    let url = database.url();
    let stores = futures_util::future::join_all((0..4).map(|_| open(&url))).await;
    for store in stores {
        let store = store.unwrap();
        assert_eq!(store.newest_cursor().await, Ok(0));
        store.close().await;
    }
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.sql(locks).unwrap(), "0");
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_to_do() {
    let database = database();
    let nobody = refused("postgres://ponte:s3cret@127.0.0.1:1/ponte").await;
    assert!(nobody.contains("'ponte' at 127.0.0.1:1") && nobody.contains("is it running"), "{nobody}");
    database.sql("CREATE ROLE locked_out LOGIN PASSWORD 'right'").unwrap();
    let wrong = refused(&database.url_of("locked_out:s3cret")).await;
    assert!(wrong.contains("correct user and password"), "{wrong}");
    let stranger = refused(&database.url_of("locked_out:right")).await;
    assert!(stranger.contains("the user may not make tables there"), "{stranger}");
    let missing = refused(&format!("{}_not", database.url())).await;
    assert!(missing.contains("does not exist") && missing.contains("make it first"), "{missing}");
    database.sql("DROP ROLE locked_out").unwrap();

    let name = database.url().rsplit('/').next().unwrap().to_owned() + "_latin";
    database.sql(&format!("CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")).unwrap();
    let latin = refused(&format!("{}_latin", database.url())).await;
    assert!(latin.contains("the database's encoding is LATIN1"), "{latin}");
    database.sql(&format!("DROP DATABASE {name}")).unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let database = database();
    open(&database.url()).await.unwrap().close().await;
    database.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_flying', 1)").unwrap();
    let newer = open(&database.url()).await;
    assert!(matches!(newer, Err(OpenError::Migrate { .. })), "{newer:?}");
    let newer = newer.unwrap_err().to_string();
    assert!(newer.contains("newer one") && newer.contains("m9999_flying"), "{newer}");
}

#[tokio::test]
async fn it_goes_on_when_the_server_has_ended_its_connections() {
    let database = database();
    let store = open(&database.url()).await.unwrap();
    store.audit(&audit()).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_ne!(database.sql(end).unwrap(), "0");
    store.audit(&audit()).await.unwrap();
    assert_eq!(store.audit_after(0, 10).await.unwrap().len(), 2);
    store.close().await;
}

#[tokio::test]
async fn a_database_that_takes_no_more_says_so_and_can_be_read() {
    let database = database();
    let store = open(&database.url()).await.unwrap();
    store.audit(&audit()).await.unwrap();
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    database.sql(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).unwrap();
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.sql(end).unwrap();
    let refused = store.audit(&audit()).await;
    assert!(matches!(refused, Err(StoreError::CannotSave(_))), "{refused:?}");
    assert_eq!(store.audit_after(0, 10).await.unwrap().len(), 1);
    store.close().await;
}
