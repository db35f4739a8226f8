//! Files made from others and committed: the OpenAPI document, the console's types, its protobuf code, the table of
//! permissions.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{build, permissions, root, setup, step};

#[derive(Args)]
pub(crate) struct Options {
    /// Change nothing; fail when a file is not what would be made
    #[arg(long)]
    check: bool,
}

const DOCUMENT: &str = "console/openapi.json";
const FOLDER: &str = "console/src/gen";

impl Options {
    pub(crate) fn checking() -> Options {
        Options { check: true }
    }
}

/// All of it is made beside, and only what differs is put in its place.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::packages("console")?;
    build::workspace(false)?;
    let document = crate::child::output(&mut std::process::Command::new(root::program("ponte-openapi")))?;
    let fresh = root::out("gen");
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).context("cannot remove out/gen")?;
    }
    std::fs::create_dir_all(&fresh).context("cannot make out/gen")?;
    let beside = root::out("openapi.json");
    std::fs::write(&beside, &document).context("cannot write out/openapi.json")?;
    let mut tools = root::npm("console", &["run", "gen"]);
    tools.env("PONTE_GEN", &fresh).env("PONTE_OPENAPI", &beside);
    step::run("making the console's types", &mut tools)?;

    let mut stale = differences(&root::at(FOLDER), &fresh)?;
    stale.iter_mut().for_each(|change| change.path = format!("{FOLDER}/{}", change.path));
    if std::fs::read(root::at(DOCUMENT)).ok().as_deref() != Some(document.as_bytes()) {
        stale.push(Change { path: DOCUMENT.to_owned(), bytes: Some(document.into_bytes()) });
    }
    let permissions = permissions::document();
    if std::fs::read(root::at(permissions::DOCUMENT)).ok().as_deref() != Some(permissions.as_bytes()) {
        stale.push(Change { path: permissions::DOCUMENT.to_owned(), bytes: Some(permissions.into_bytes()) });
    }
    if stale.is_empty() {
        step::say("generated files are fresh");
        return Ok(());
    }
    let names = stale.iter().map(|change| change.path.as_str()).collect::<Vec<_>>().join(", ");
    if options.check {
        bail!("not fresh: {names}. Run `cargo xtask gen` and commit what changes");
    }
    std::fs::create_dir_all(root::at(FOLDER)).with_context(|| format!("cannot make {FOLDER}"))?;
    for Change { path, bytes } in &stale {
        match bytes {
            Some(bytes) => std::fs::write(root::at(path), bytes),
            None => std::fs::remove_file(root::at(path)),
        }
        .with_context(|| format!("cannot change {path}"))?;
    }
    step::say(&format!("made anew: {names}"));
    Ok(())
}

/// What a file should say; nothing when it should not be there.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    path: String,
    bytes: Option<Vec<u8>>,
}

/// What must change in a folder to make it like another one; both have files only.
fn differences(have: &Path, want: &Path) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for path in names(want)? {
        let file = want.join(&path);
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if std::fs::read(have.join(&path)).ok().as_ref() != Some(&bytes) {
            changes.push(Change { path, bytes: Some(bytes) });
        }
    }
    let gone = names(have)?.into_iter().filter(|path| !want.join(path).is_file());
    changes.extend(gone.map(|path| Change { path, bytes: None }));
    Ok(changes)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_to_change() -> Result<()> {
        let (have, want) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for (folder, name, text) in [
            (&have, "same", "a"),
            (&want, "same", "a"),
            (&have, "other", "b"),
            (&want, "other", "c"),
            (&have, "gone", "d"),
        ] {
            std::fs::write(folder.path().join(name), text)?;
        }
        assert_eq!(
            differences(have.path(), want.path())?,
            [
                Change { path: "other".into(), bytes: Some(b"c".to_vec()) },
                Change { path: "gone".into(), bytes: None }
            ]
        );
        Ok(())
    }
}
