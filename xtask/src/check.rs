//! Everything that can be judged without running the product.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::counts::Counts;
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

/// Everything, as `cargo xtask test` begins; each part counts as one.
pub(crate) fn whole() -> (Result<()>, Counts) {
    let mut counted = Counts::default();
    let result = parts(&Options { quick: false }, &mut counted);
    (result, counted)
}

pub(crate) fn run(options: &Options) -> Result<()> {
    parts(options, &mut Counts::default())
}

fn parts(options: &Options, counted: &mut Counts) -> Result<()> {
    setup::everything()?;
    let mut failed = Vec::new();
    let mut part = |name: &'static str, result: Result<()>| {
        match result {
            Ok(()) => counted.passed += 1,
            Err(_) => counted.failed += 1,
        }
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

#[derive(Args)]
pub(crate) struct DenyOptions {
    /// Leave out known vulnerabilities: their list comes from the network
    #[arg(long)]
    offline: bool,
}

/// What the check of licences leaves out: bans, and known vulnerabilities. It needs cargo-deny, which takes minutes to
/// build, and the network: so it is a task of its own.
pub(crate) fn deny(options: &DenyOptions) -> Result<()> {
    if !root::has("cargo-deny") {
        step::run("installing cargo-deny", &mut root::cargo(&["install", "--locked", "cargo-deny"]))?;
    }
    let mut still = root::cargo(&["deny", "--locked", "--offline", "check", "licenses", "bans", "sources"]);
    step::run("checking licences, bans and sources", &mut still)?;
    if options.offline {
        step::say("known vulnerabilities were NOT looked for (--offline)");
        return Ok(());
    }
    step::run("fetching the list of known vulnerabilities", &mut root::cargo(&["deny", "fetch", "db"])).context(
        "known vulnerabilities were NOT looked for: their list (github.com/rustsec/advisory-db) cannot be fetched \
         here. Licences, bans and sources are in order. Run this again with network, or with --offline to leave \
         vulnerabilities out",
    )?;
    let mut advisories = root::cargo(&["deny", "--locked", "check", "--disable-fetch", "advisories"]);
    step::run("looking for known vulnerabilities", &mut advisories)
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
