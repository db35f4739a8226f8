//! The contract that the console is built from is the one that the code keeps.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

#[test]
fn the_committed_document_is_made_from_the_code() {
    let made = ponte_api::openapi().to_pretty_json().unwrap_or_default();
    let committed = include_str!("../../../console/openapi.json");
    assert!(
        made.trim_end() == committed.trim_end(),
        "the interface changed: run `cargo xtask gen` and commit its files"
    );
}
