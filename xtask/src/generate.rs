//! Files made from others and committed: the OpenAPI document, the console's types, its protobuf code.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{build, root, setup, step};

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

pub(crate) fn run(options: &Options) -> Result<()> {
    setup::packages("console")?;
    let before = snapshot()?;
    let document = root::out("openapi.json");
    build::workspace(false)?;
    let text = crate::child::output(&mut std::process::Command::new(root::program("ponte-openapi")))?;
    std::fs::create_dir_all(root::out("")).context("cannot make out")?;
    std::fs::write(&document, &text).context("cannot write out/openapi.json")?;
    let target = root::at(DOCUMENT);
    if std::fs::read_to_string(&target).ok().as_deref() != Some(text.as_str()) {
        std::fs::write(&target, &text).context("cannot write the OpenAPI document")?;
    }
    step::run("making the console's types", &mut root::npm("console", &["run", "gen"]))?;
    let stale: Vec<String> = snapshot()?
        .into_iter()
        .filter(|file| !before.contains(file))
        .map(|(path, _)| path.strip_prefix(root::at("")).unwrap_or(&path).display().to_string())
        .collect();
    if stale.is_empty() {
        step::say("generated files are fresh");
        return Ok(());
    }
    if options.check {
        for (path, bytes) in &before {
            std::fs::write(path, bytes).with_context(|| format!("cannot put back {}", path.display()))?;
        }
        bail!("not fresh: {}. Run `cargo xtask gen` and commit what changes", stale.join(", "));
    }
    step::say(&format!("made anew: {}", stale.join(", ")));
    Ok(())
}

fn snapshot() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = vec![root::at(DOCUMENT)];
    if let Ok(entries) = std::fs::read_dir(root::at(FOLDER)) {
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.retain(|file| file.is_file());
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok((file, bytes))
        })
        .collect()
}
