//! The program with its records on a real PostgreSQL.

use std::process::Command;

use ponte_test_postgres::Database;

use super::{
    free,
    relay::{PROGRAM, Place, Serving, clean},
};

fn place(url: &str) -> Place {
    Place::new(&format!("listen = \"{}\"\n[database]\nurl = \"{url}\"\n", free()))
}

fn serve(place: &Place) -> Command {
    let mut serve = clean(PROGRAM);
    serve.args(["serve", "--config", &place.config()]);
    serve
}

#[test]
fn accounts_are_made_and_the_audit_is_verified_while_it_serves() {
    let database = Database::new().unwrap();
    let place = place(&database.url());
    let made = place.create_owner("correct horse 1");
    assert_eq!(made.code, Some(0), "{}", made.error);
    let twin = place.create_owner("correct horse 1");
    assert_eq!(twin.code, Some(2), "the address is taken: {}", twin.output);
    let relay = Serving::start(serve(&place));
    let verified = place.run(&["admin", "verify-audit"]);
    assert_eq!(verified.code, Some(0), "{}", verified.error);
    assert!(verified.output.contains("The audit is whole"), "{}", verified.output);
    assert_eq!(relay.stop(), Some(0));
    assert!(!place.folder().join("data/ponte.db").exists());
    assert_eq!(database.sql("SELECT email FROM technicians").unwrap(), "ana@desk.example");
    database.sql("UPDATE audit SET about = 'nobody' WHERE id = 1").unwrap();
    let tampered = place.run(&["admin", "verify-audit"]);
    assert_eq!(tampered.code, Some(2), "{}", tampered.output);
    assert!(tampered.error.contains("the audit was tampered with"), "{}", tampered.error);
}

#[test]
fn a_database_that_cannot_be_used_is_refused_with_what_to_do() {
    let nobody = place("postgres://ponte:s3cret@127.0.0.1:1/desk");
    let refused = nobody.run(&["serve"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.error.contains("PostgreSQL 'desk' at 127.0.0.1:1"), "{}", refused.error);
    assert!(
        refused.error.contains("is it running") && !refused.error.contains("s3cret"),
        "{}",
        refused.error
    );
    let text = place("ponte:s3cret@db/desk");
    for command in [&["check-config"][..], &["serve"], &["admin", "verify-audit"]] {
        let refused = text.run(command);
        assert_eq!(refused.code, Some(2));
        assert!(
            refused.error.contains("'database.url'") && !refused.error.contains("s3cret"),
            "{}",
            refused.error
        );
    }
    assert!(text.untouched());
}

#[test]
fn a_desk_does_not_get_new_keys_by_accident() {
    let database = Database::new().unwrap();
    let first = place(&database.url());
    assert_eq!(first.create_owner("correct horse 1").code, Some(0));
    let second = place(&database.url());
    let refused = second.run(&["serve"]);
    assert_eq!(refused.code, Some(2), "{}", refused.output);
    assert!(refused.error.contains("keys.toml' is missing beside PostgreSQL"), "{}", refused.error);
    assert!(!second.folder().join("data/keys.toml").exists());
    let (keys, there) = (first.folder().join("data/keys.toml"), second.folder().join("data/keys.toml"));
    std::fs::copy(keys, there).unwrap();
    let verified = second.run(&["admin", "verify-audit"]);
    assert_eq!(verified.code, Some(0), "{}", verified.error);
}
