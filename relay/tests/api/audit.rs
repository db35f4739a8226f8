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

#[tokio::test]
async fn lines_are_found_by_who_what_when_and_session() {
    let (desk, ana) = signed().await;
    desk.technician("Bia").await;
    let lines = async |query: &str| {
        let page = desk.get(&format!("audit?{query}"), &ana).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body["lines"].as_array().unwrap().clone()
    };
    let invited = lines("kind=invited").await;
    assert_eq!(invited.len(), 4);
    assert!(lines("kind=signed_in").await.iter().any(|line| line["by"] == "Bia"));
    let bia = lines("kind=signed_in").await.into_iter().find(|line| line["by"] == "Bia").unwrap();
    let theirs = lines(&format!("technician={}", bia["technician"].as_str().unwrap())).await;
    assert!(!theirs.is_empty() && theirs.iter().all(|line| line["by"] == "Bia"));
    assert!(lines("actor=relay").await.iter().all(|line| line["actor"] == "relay"));
    let second = lines("session=2").await;
    assert!(second.len() >= 2 && second.iter().all(|line| line["about"] == second[0]["about"]), "{second:?}");
    assert_eq!(desk.get("audit?session=99", &ana).await.status, 404);
    let last = lines("limit=1").await[0]["at"].as_i64().unwrap();
    assert!(lines(&format!("until={last}")).await.iter().all(|line| line["at"].as_i64() < Some(last)));
    assert!(lines(&format!("from={last}")).await.iter().all(|line| line["at"].as_i64() >= Some(last)));
    for wrong in ["actor=nobody", "session=1&about=x", "technician=x", "from=yesterday"] {
        assert_eq!(desk.get(&format!("audit?{wrong}"), &ana).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn an_export_is_verified_without_the_relay() {
    let (desk, ana) = signed().await;
    let key = verified(&desk, &ana).await["public_key"].as_str().unwrap().to_owned();
    let text = desk.text("audit/export?format=jsonl", &ana).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.jsonl");
    let verify = |text: &str, key: &str| {
        std::fs::write(&file, text).unwrap();
        let program = env!("CARGO_BIN_EXE_ponte-relay");
        let mut command = std::process::Command::new(program);
        command.args(["admin", "verify-audit", "--file"]).arg(&file);
        if !key.is_empty() {
            command.args(["--key", key]);
        }
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = verify(&text, &key);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("The audit is whole"), "{said}");
    let (code, said) = verify(&text, "");
    assert!(code == Some(0) && said.contains("stands in the file itself"), "{said}");
    let (code, said) = verify(&text, &"00".repeat(32));
    assert!(code == Some(2) && said.contains("not by the key that was given"), "{said}");
    let (code, said) = verify(&text.replacen("invited", "claimed", 1), &key);
    assert!(code == Some(2) && said.contains("tampered"), "{said}");
    let (code, said) = verify(&text[..text.len() - 20], &key);
    assert!(code == Some(2) && said.contains("cut short"), "{said}");

    let table = desk.text("audit/export?format=csv&kind=invited", &ana).await;
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.starts_with("line,time,who,technician,name,what,about\r\n"), "{table}");
    assert!(
        table.lines().skip(1).all(|line| line.contains(",technician,") && line.contains(",Ana,invited,"))
    );
    assert_eq!(desk.get("audit/export?format=xml", &ana).await.status, 400);
    assert_eq!(desk.get("audit?kind=audit_exported", &ana).await.body["lines"].as_array().unwrap().len(), 2);
}
