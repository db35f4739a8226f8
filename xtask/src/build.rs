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

/// What every task builds. Cargo unites the features of all that is built in one go, so two tasks that select
/// different crates would compile the same dependencies twice.
const SELECTION: &[&str] = &["build", "--workspace", "--bins", "--tests", "--locked"];

/// All programs and the Rust tests, in the development profile or in the one for people.
pub(crate) fn workspace(release: bool) -> Result<()> {
    let mut command = root::cargo(SELECTION);
    if release {
        command.arg("--release");
    }
    step::run(if release { "building for release" } else { "building" }, &mut command)
}

/// Console and programs, in the development profile.
pub(crate) fn programs() -> Result<()> {
    console()?;
    workspace(false)
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
