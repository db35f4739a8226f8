//! The audit, and somebody with the database who would like it otherwise.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::desk::Desk;

const ZEROS: &str = "zeroblob(64)";
const ZEROS_ON_POSTGRES: &str = "decode(repeat('00', 64), 'hex')";

async fn verified(desk: &Desk, token: &str) -> Value {
    let answer = desk.get("audit/verify", token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// A desk with some audit, all of it signed.
async fn signed() -> (Desk, String) {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    for n in 0..4 {
        desk.waiting(&ana, n, json!({})).await;
    }
    desk.clock.forward(11 * 60_000);
    desk.records().tidy().await.unwrap();
    let ana = desk.owner().await;
    (desk, ana)
}

#[tokio::test]
async fn the_audit_tells_who_did_what_and_is_whole() {
    let (desk, ana) = signed().await;
    let report = verified(&desk, &ana).await;
    assert!(report["whole"]["lines"].as_u64() > Some(8), "{report}");
    assert!(report["whole"]["heads"].as_u64() >= Some(1), "{report}");
    assert_eq!(report["public_key"].as_str().unwrap().len(), 64);
    let page = desk.get("audit?limit=3", &ana).await.body["lines"].clone();
    assert_eq!(
        (page.as_array().unwrap().len(), &page[0]["kind"], &page[0]["by"]),
        (3, &json!("signed_in"), &json!("Ana"))
    );
    let before = page[2]["id"].as_u64().unwrap();
    let next = desk.get(&format!("audit?limit=3&before={before}"), &ana).await.body["lines"].clone();
    assert_eq!(next[0]["id"].as_u64(), Some(before - 1));
    assert_eq!(desk.get("audit?colour=red", &ana).await.status, 400);
}

#[tokio::test]
async fn whoever_changes_it_is_found_out() {
    let deeds = [
        ("UPDATE audit SET about = 'nobody' WHERE id = 3", "line"),
        ("DELETE FROM audit WHERE id = 3", "line"),
        ("UPDATE audit SET technician_id = NULL WHERE kind = 'signed_in'", "line"),
        ("DELETE FROM audit WHERE id > 2", "cut_off"),
        ("UPDATE audit_heads SET signature = zeroblob(64)", "signature"),
        ("UPDATE audit_heads SET line = line - 1", "signature"),
    ];
    for (deed, found) in deeds {
        let (desk, ana) = signed().await;
        let database = desk.sql().await;
        let deed =
            if desk.is_on_postgres() { deed.replace(ZEROS, ZEROS_ON_POSTGRES) } else { deed.to_owned() };
        database.execute_unprepared(&deed).await.unwrap();
        database.close().await.unwrap();
        let report = verified(&desk, &ana).await;
        assert!(report["tampered"][found]["line"].is_u64(), "{deed}: {report}");
        assert_eq!(report.get("whole"), None);
    }
}

#[tokio::test]
async fn an_audit_from_before_the_chain_is_linked_as_it_stands() {
    let (mut desk, ana) = signed().await;
    let lines = verified(&desk, &ana).await["whole"]["lines"].as_u64();
    let database = desk.sql().await;
    for undo in [
        "DROP TABLE audit_heads",
        "ALTER TABLE audit DROP COLUMN link",
        "DELETE FROM seaql_migrations WHERE version = 'm0005_audit_chain'",
    ] {
        database.execute_unprepared(undo).await.unwrap();
    }
    database.close().await.unwrap();
    desk.restart().await;
    let ana = desk.owner().await;
    assert!(verified(&desk, &ana).await["whole"]["lines"].as_u64() > lines);
}
