//! docs/features.md names, for each feature, the tests that prove it; each must exist.
//!
//! A row is `| P1 | what a person can do | proof |`, where proof is "not yet" or tests as `path::name` in
//! backquotes: the file that holds the test and the test's name, as written there.

use anyhow::{Context, Result, bail};

use crate::{root, step};

const LIST: &str = "docs/features.md";

pub(crate) fn check() -> Result<()> {
    let text = std::fs::read_to_string(root::at(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    let read = |path: &str| std::fs::read_to_string(root::at(path)).ok();
    let found = faults(&text, read);
    if found.is_empty() {
        step::say("features: every named test exists");
        return Ok(());
    }
    bail!("{LIST}:\n  {}", found.join("\n  "))
}

fn faults(list: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut rows = 0;
    for line in list.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, proof] = cells[..] else { continue };
        if !is_id(id) {
            continue;
        }
        rows += 1;
        let proofs: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        if proofs.is_empty() && !proof.starts_with("not yet") {
            found.push(format!("{id}: says neither a test nor \"not yet\""));
        }
        for proof in proofs {
            let Some((path, name)) = proof.split_once("::") else {
                found.push(format!("{id}: `{proof}` is not path::name"));
                continue;
            };
            match read(path) {
                None => found.push(format!("{id}: there is no file {path}")),
                Some(source) if !holds(&source, name) => {
                    found.push(format!("{id}: {path} has no test \"{name}\""))
                }
                Some(_) => {}
            }
        }
    }
    if rows == 0 {
        found.push("no rows".to_owned());
    }
    found
}

/// A Rust test function, or a test's title in TypeScript.
fn holds(source: &str, name: &str) -> bool {
    source.contains(&format!("fn {name}("))
        || ["'", "\"", "`"].iter().any(|quote| {
            source.contains(&format!("test({quote}{name}{quote}"))
                || source.contains(&format!("it({quote}{name}{quote}"))
        })
}

fn is_id(cell: &str) -> bool {
    let mut letters = cell.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && cell.len() > 1
        && letters.all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Option<String> {
        match path {
            "a.rs" => Some("#[test]\nfn works() {}".to_owned()),
            "b.spec.ts" => Some("test('the code path', async () => {})".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn existing_tests_and_not_yet_are_fine() {
        let list = "| id | x | y |\n|---|---|---|\n| P1 | a | `a.rs::works`, `b.spec.ts::the code path` |\n| P2 | b | not yet |";
        assert!(faults(list, read).is_empty());
    }

    #[test]
    fn a_test_that_is_gone_is_found() {
        assert_eq!(faults("| P1 | a | `a.rs::gone` |", read).len(), 1);
        assert_eq!(faults("| P1 | a | `none.rs::works` |", read).len(), 1);
    }

    #[test]
    fn a_row_without_proof_and_an_empty_list_are_found() {
        assert_eq!(faults("| P1 | a | surely |", read).len(), 1);
        assert_eq!(faults("nothing", read).len(), 1);
    }
}
