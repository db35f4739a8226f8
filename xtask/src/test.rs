//! All tests, in the order in which a failure is cheapest to learn.

use anyhow::{Result, bail};
use clap::Args;

use crate::{build, root, setup, step};

#[derive(Args)]
pub(crate) struct Options {
    /// Run only tests whose name contains this
    filter: Option<String>,
    /// Leave out one of: rust, console, system
    #[arg(long, value_parser = ["rust", "console", "system"])]
    skip: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    build::console()?;
    let nextest = root::has("cargo-nextest");
    // What the runner builds and what the whole-system tests start are built in one go: one set of features.
    step::run(
        "building the programs and the Rust tests",
        &mut root::cargo(&["build", "--workspace", "--bins", "--tests"]),
    )?;
    let mut failed = Vec::new();
    let mut part = |name: &'static str, command: &mut std::process::Command| {
        if options.skip.iter().any(|skipped| skipped == name) {
            return;
        }
        if let Err(error) = step::run_shown(&format!("{name} tests"), command) {
            eprintln!("  {error:#}");
            failed.push(name);
        }
    };

    let filter = options.filter.as_deref();
    let mut rust = if nextest {
        let mut rust = root::cargo(&["nextest", "run", "--workspace", "--no-tests=pass"]);
        rust.args(filter);
        rust
    } else {
        let mut rust = root::cargo(&["test", "--workspace", "--bins", "--lib", "--tests", "--no-fail-fast"]);
        rust.args(filter);
        rust
    };
    part("rust", &mut rust);

    let mut console = root::npm("console", &["test", "--"]);
    if let Some(filter) = filter {
        console.args(["--testNamePattern", filter, "--passWithNoTests"]);
    }
    part("console", &mut console);

    let mut system = root::npm("tests/e2e", &["test", "--"]);
    if let Some(filter) = filter {
        system.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    system.env("PONTE_BIN", root::target().join("debug")).env("PONTE_OUT", root::out(""));
    part("system", &mut system);

    if failed.is_empty() {
        step::say("all tests passed; screenshots of pages and windows are in out/screens");
        Ok(())
    } else {
        bail!("failed: {} tests", failed.join(", "))
    }
}
