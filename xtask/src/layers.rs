//! A crate depends on crates of a lower band only, never on one of its own band (docs/architecture.md).

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{child, root, step};

/// Every crate of the workspace and its band. A new crate is added here, with thought.
const BANDS: &[(u8, &str, &[&str])] = &[
    (0, "words", &["ponte-types"]),
    (1, "wire", &["ponte-wire"]),
    (2, "rules", &["ponte-session", "ponte-desk", "ponte-media", "ponte-seal"]),
    (3, "ports", &["ponte-store"]),
    (4, "use cases", &["ponte-app"]),
    (
        5,
        "adapters",
        &[
            "ponte-store-sql",
            "ponte-transport",
            "ponte-webrtc",
            "ponte-api",
            "ponte-courier",
            "ponte-desktop",
        ],
    ),
    (6, "programs", &["ponte-relay", "ponte-sos"]),
    (7, "proof", &["ponte-test-postgres"]),
    (8, "proof", &["ponte-tests", "ponte-benches", "xtask"]),
];

/// What rules and words must not know: anything that waits, reads a clock, or talks to a machine.
const IMPURE: &[&str] =
    &["tokio", "tokio-util", "quinn", "axum", "rtc", "sea-orm", "getrandom", "rand", "reqwest", "x11rb"];
const PURE_UP_TO: u8 = 2;

/// No codec among the relay's dependencies: it forwards pictures and never looks into one.
const RELAY: &str = "ponte-relay";
const CODECS: &[&str] = &["openh264", "openh264-sys2", "yuv", "ponte-desktop"];

pub(crate) fn check() -> Result<()> {
    let text = child::output(&mut root::cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let found = violations(&metadata)?;
    if found.is_empty() {
        step::say("layers: every crate depends on lower bands only");
        return Ok(());
    }
    bail!("layers:\n  {}", found.join("\n  "))
}

fn violations(metadata: &Value) -> Result<Vec<String>> {
    let bands: BTreeMap<&str, (u8, &str)> = BANDS
        .iter()
        .flat_map(|(band, name, crates)| crates.iter().map(move |member| (*member, (*band, *name))))
        .collect();
    let members: Vec<&str> = metadata["workspace_members"]
        .as_array()
        .context("no members")?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut found = Vec::new();
    for package in packages {
        let (Some(id), Some(name)) = (package["id"].as_str(), package["name"].as_str()) else { continue };
        if !members.contains(&id) {
            continue;
        }
        let Some((band, band_name)) = bands.get(name) else {
            found.push(format!("{name} has no band: add it to xtask/src/layers.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(other) = dependency["name"].as_str() else { continue };
            let test_only = dependency["kind"].as_str() == Some("dev");
            if let Some((below, below_name)) = bands.get(other)
                && below >= band
                && !test_only
            {
                found.push(format!(
                    "{name} (band {band}, {band_name}) depends on {other} (band {below}, {below_name})"
                ));
            }
            if *band <= PURE_UP_TO && !test_only && IMPURE.contains(&other) {
                found.push(format!("{name} (band {band}, {band_name}) is pure, but depends on {other}"));
            }
        }
    }
    for codec in reachable(metadata, RELAY).iter().filter(|name| CODECS.contains(&name.as_str())) {
        found.push(format!("{RELAY} reaches {codec}: the relay never decodes"));
    }
    Ok(found)
}

/// Names of all packages that a package is built with.
fn reachable(metadata: &Value, start: &str) -> Vec<String> {
    let name_of = |id: &str| {
        metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|package| package["id"] == id)
            .and_then(|package| package["name"].as_str())
            .map(str::to_owned)
    };
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let mut open: Vec<&str> =
        nodes.keys().copied().filter(|id| name_of(id).as_deref() == Some(start)).collect();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let Some(node) = nodes.get(id) else { continue };
        for dependency in node["deps"].as_array().into_iter().flatten() {
            let for_building =
                dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null());
            if let (Some(package), true) = (dependency["pkg"].as_str(), for_building) {
                open.push(package);
            }
        }
    }
    seen.into_iter().filter_map(name_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(name: &str, dependency: &str, kind: &Value) -> Value {
        serde_json::json!({
            "workspace_members": ["a"],
            "packages": [{"id": "a", "name": name, "dependencies": [{"name": dependency, "kind": kind}]}],
            "resolve": {"nodes": []},
        })
    }

    #[test]
    fn an_adapter_that_knows_another_is_found() {
        let found = violations(&metadata("ponte-api", "ponte-webrtc", &Value::Null)).unwrap();
        assert_eq!(found, ["ponte-api (band 5, adapters) depends on ponte-webrtc (band 5, adapters)"]);
    }

    #[test]
    fn a_rule_that_waits_is_found() {
        assert_eq!(violations(&metadata("ponte-media", "tokio", &Value::Null)).unwrap().len(), 1);
    }

    #[test]
    fn lower_bands_and_test_dependencies_are_fine() {
        assert!(violations(&metadata("ponte-api", "ponte-app", &Value::Null)).unwrap().is_empty());
        assert!(violations(&metadata("ponte-media", "ponte-api", &"dev".into())).unwrap().is_empty());
    }

    #[test]
    fn a_crate_without_a_band_is_found() {
        assert_eq!(violations(&metadata("ponte-new", "serde", &Value::Null)).unwrap().len(), 1);
    }
}
