//! Everything that can be judged without running the product.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{child, features, generate, layers, licences, root, setup, step};

#[derive(Args)]
pub(crate) struct Options {
    /// Only what takes a moment: style, layers, features, file lengths
    #[arg(long)]
    quick: bool,
}

/// A file longer than this is two files.
const LONGEST: usize = 900;
const SOURCES: &[&str] = &["rs", "ts", "tsx", "css", "proto"];

/// Everything, as `cargo xtask test` begins.
pub(crate) fn whole() -> Result<()> {
    run(&Options { quick: false })
}

pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    let mut failed = Vec::new();
    let mut part = |name: &'static str, result: Result<()>| {
        if let Err(error) = result {
            eprintln!("  {error:#}");
            failed.push(name);
        }
    };
    part("format", step::run("checking the format", &mut root::cargo(&["fmt", "--all", "--check"])));
    part("layers", layers::check());
    part("licences", licences::check());
    part("features", features::check());
    part("lengths", lengths());
    if !options.quick {
        part(
            "clippy",
            step::run(
                "running clippy",
                &mut root::cargo(&[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--locked",
                    "--",
                    "-D",
                    "warnings",
                ]),
            ),
        );
        part(
            "console",
            step::run(
                "checking the console (types, lints, layers)",
                &mut root::npm("console", &["run", "lint"]),
            ),
        );
        part(
            "system tests",
            step::run("checking the system tests (types)", &mut root::npm("tests/e2e", &["run", "check"])),
        );
        part("generated files", generate::run(&generate::Options::checking()));
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("not in order: {}", failed.join(", "))
}

/// What the check of licences leaves out: known vulnerabilities. It needs the network, and cargo-deny, which takes
/// minutes to build: so it is a task of its own.
pub(crate) fn deny() -> Result<()> {
    if !root::has("cargo-deny") {
        step::run("installing cargo-deny", &mut root::cargo(&["install", "--locked", "cargo-deny"]))?;
    }
    step::run(
        "checking licences, sources and advisories",
        &mut root::cargo(&["deny", "--locked", "check", "licenses", "bans", "sources", "advisories"]),
    )
}

fn lengths() -> Result<()> {
    let listed = child::output(
        std::process::Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(root::root()),
    )?;
    let mut long = Vec::new();
    for path in listed.lines() {
        let source = Path::new(path)
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| SOURCES.contains(&ending));
        let file = root::at(path);
        // Generated code is as long as it is.
        if !source || path.contains("/gen/") || !file.is_file() {
            continue;
        }
        let lines =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?.lines().count();
        if lines > LONGEST {
            long.push(format!("{path}: {lines} lines"));
        }
    }
    if long.is_empty() {
        step::say(&format!("lengths: no file has more than {LONGEST} lines"));
        return Ok(());
    }
    bail!("longer than {LONGEST} lines:\n  {}", long.join("\n  "))
}
