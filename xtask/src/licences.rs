//! Every dependency has a licence that deny.toml allows, and comes from crates.io.
//!
//! `cargo xtask deny` asks cargo-deny for more (advisories, bans); this part needs no network and no other program,
//! so it runs with every check.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{child, root, step};

const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn check() -> Result<()> {
    let text = child::output(&mut root::cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let allowed = allowed(&std::fs::read_to_string(root::at("deny.toml")).context("cannot read deny.toml")?)?;
    let (found, count) = faults(&metadata, &allowed)?;
    if found.is_empty() {
        step::say(&format!(
            "licences: {count} dependencies, each from crates.io and under an allowed licence"
        ));
        return Ok(());
    }
    bail!("licences:\n  {}", found.join("\n  "))
}

/// What deny.toml allows, so that both checks follow one list.
fn allowed(deny: &str) -> Result<BTreeSet<String>> {
    let table: toml::Table = deny.parse().context("deny.toml is not TOML")?;
    let list = table.get("licenses").and_then(|part| part.get("allow")).and_then(toml::Value::as_array);
    let list = list.context("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn faults(metadata: &Value, allowed: &BTreeSet<String>) -> Result<(Vec<String>, usize)> {
    let mut found = Vec::new();
    let mut count = 0;
    for package in metadata["packages"].as_array().context("no packages")? {
        let (name, version) = (package["name"].as_str(), package["version"].as_str());
        let (Some(name), Some(version)) = (name, version) else { bail!("a package without a name") };
        // Our own crates have no source.
        let Some(source) = package["source"].as_str() else { continue };
        count += 1;
        if source != SOURCE {
            found.push(format!("{name} {version} comes from {source}"));
        }
        match package["license"].as_str() {
            None => found.push(format!("{name} {version} names no licence")),
            Some(licence) if !permits(licence, allowed) => {
                found.push(format!("{name} {version} is under {licence}"));
            }
            Some(_) => {}
        }
    }
    Ok((found, count))
}

/// Whether an SPDX expression can be satisfied with allowed licences. AND binds more tightly than OR; `/` is the old
/// spelling of OR.
fn permits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    either(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut result = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        result |= both(words, allowed);
    }
    result
}

fn both(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut result = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, allowed);
    }
    result
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    match words.next() {
        Some("(") => {
            let result = either(words, allowed);
            words.next_if_eq(&")").is_some() && result
        }
        Some(name) => {
            if words.next_if_eq(&"WITH").is_some() {
                let exception = words.next().unwrap_or_default();
                // An exception only ever adds permissions.
                return allowed.contains(&format!("{name} WITH {exception}")) || allowed.contains(name);
            }
            allowed.contains(name)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> BTreeSet<String> {
        ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into()
    }

    #[test]
    fn expressions_are_read_as_spdx_says() {
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-2.0) AND Apache-2.0",
            "GPL-3.0 AND BSD OR MIT",
        ] {
            assert!(permits(good, &some()), "{good}");
        }
        for bad in
            ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT Apache-2.0", "", "MIT AND (GPL-2.0 OR GPL-3.0)"]
        {
            assert!(!permits(bad, &some()), "{bad}");
        }
        assert!(permits("Apache-2.0 WITH LLVM-exception", &some()));
    }

    #[test]
    fn a_strange_source_and_a_missing_licence_are_found() {
        let metadata = serde_json::json!({"packages": [
            {"name": "ours", "version": "1.0.0", "source": null, "license": null},
            {"name": "a", "version": "1.0.0", "source": SOURCE, "license": "MIT"},
            {"name": "b", "version": "1.0.0", "source": "git+https://host.example/b", "license": "MIT"},
            {"name": "c", "version": "1.0.0", "source": SOURCE, "license": null},
        ]});
        let (found, count) = faults(&metadata, &some()).unwrap();
        assert_eq!(count, 3);
        assert_eq!(found, ["b 1.0.0 comes from git+https://host.example/b", "c 1.0.0 names no licence"]);
    }
}
