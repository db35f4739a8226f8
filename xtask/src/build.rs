//! Builds the console and the programs, each only when something changed.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::{root, setup, step};

/// What the console is made of.
const CONSOLE: &[&str] = &[
    "console/src",
    "console/public",
    "console/index.html",
    "console/package-lock.json",
    "console/vite.config.ts",
    "console/openapi.json",
    "crates/wire/proto",
];

/// The console's pages, into `console/dist`, from where the relay takes them.
pub(crate) fn console() -> Result<()> {
    setup::packages("console")?;
    let built = newest(&root::at("console/dist/index.html"))?;
    let mut changed = SystemTime::UNIX_EPOCH;
    for source in CONSOLE {
        changed = changed.max(newest(&root::at(source))?);
    }
    if built > changed {
        return Ok(());
    }
    step::run("building the console", &mut root::npm("console", &["run", "build"]))
}

/// The relay and the SOS program, in the development profile.
pub(crate) fn programs() -> Result<()> {
    console()?;
    step::run(
        "building the relay and the SOS program",
        &mut root::cargo(&["build", "-p", "ponte-relay", "-p", "ponte-sos"]),
    )
}

/// When a file, or the newest file of a folder, was changed; the epoch when there is none.
fn newest(path: &Path) -> Result<SystemTime> {
    let Ok(facts) = std::fs::metadata(path) else { return Ok(SystemTime::UNIX_EPOCH) };
    let mut newest_yet = facts.modified()?;
    if facts.is_dir() {
        for entry in std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
            newest_yet = newest_yet.max(newest(&entry?.path())?);
        }
    }
    Ok(newest_yet)
}
