//! All tests, in the order in which a failure is cheapest to learn.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use ponte_test_postgres::{ADDRESS, Safety, Server};

use crate::counts::{self, Counts};
use crate::{build, check, root, setup, step};

#[derive(Args)]
pub(crate) struct Options {
    /// Run only tests whose name contains this (and leave the check out)
    filter: Option<String>,
    /// Leave out one of: check, rust (with postgres), postgres, console, system
    #[arg(long, value_parser = ["check", "rust", "postgres", "console", "system"])]
    skip: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    setup::everything()?;
    // The relay embeds the console's pages, and the whole-system tests start what is built here.
    build::programs()?;
    let filter = options.filter.as_deref();
    let mut summary = Vec::new();
    let mut total = Counts::default();
    let mut part = |name: &str, work: &mut dyn FnMut() -> (Result<()>, Counts)| {
        let left_out = |skipped: &String| skipped == name || (skipped == "rust" && name == "postgres");
        if options.skip.iter().any(left_out) {
            summary.push((name.to_owned(), "left out".to_owned(), true));
            return;
        }
        let begun = Instant::now();
        let (result, mut counted) = work();
        let time = step::duration(begun.elapsed());
        if result.is_err() {
            // Whoever fails before it can count has failed once.
            counted.failed = counted.failed.max(1);
        }
        total = total + counted;
        summary.push(match &result {
            Ok(()) => (name.to_owned(), format!("{counted} in {time}"), true),
            Err(error) => (name.to_owned(), format!("{counted} in {time}: {error:#}"), false),
        });
    };
    if filter.is_none() {
        part("check", &mut check::whole);
    }
    let mut runner = |name: &str, title: &str, command: &mut dyn FnMut() -> Result<std::process::Command>| {
        part(name, &mut || match command() {
            Ok(mut command) => {
                let result = step::run_shown(title, &mut command);
                (result, counts::read(&step::printed(title)))
            }
            Err(error) => (Err(error), Counts::default()),
        });
    };
    // One server for all tests that need one; it ends with this scope.
    let mut server = None;
    let mut with_postgres = |mut command: std::process::Command| -> Result<std::process::Command> {
        if server.is_none() {
            server = Some(Server::start(Safety::None)?);
        }
        command.envs(server.iter().map(|server| (ADDRESS, server.address())));
        Ok(command)
    };
    runner("rust", "rust tests", &mut || with_postgres(rust(filter)));
    runner("postgres", "rust tests on postgres", &mut || with_postgres(on_postgres(filter)));
    runner("console", "console tests", &mut || Ok(console(filter)));
    runner("system", "system tests", &mut || Ok(system(filter)));

    println!("\n─── summary");
    for (name, result, _) in &summary {
        println!("  {name:<8} {result}");
    }
    step::say("screenshots of pages and windows are in out/screens");
    step::say(&format!("in all {}", step::duration(started.elapsed())));
    println!("{total}");
    if summary.iter().any(|(_, _, good)| !good) {
        bail!("not all tests passed");
    }
    Ok(())
}

/// nextest where it is installed: it runs tests side by side, and ends one that hangs.
fn rust(filter: Option<&str>) -> std::process::Command {
    let mut rust = if root::has("cargo-nextest") {
        root::cargo(&["nextest", "run", "--workspace", "--bins", "--tests", "--locked", "--no-tests=pass"])
    } else {
        root::cargo(&["test", "--workspace", "--bins", "--tests", "--locked", "--no-fail-fast", "--quiet"])
    };
    rust.args(filter);
    rust
}

/// The interface's tests once more, with the records on PostgreSQL. Built as the others are, so nothing is built anew.
fn on_postgres(filter: Option<&str>) -> std::process::Command {
    let mut rust = if root::has("cargo-nextest") {
        let mut rust = rust(None);
        rust.args(["-E", "package(ponte-relay) & binary(api)"]);
        rust
    } else {
        root::cargo(&["test", "-p", "ponte-relay", "--test", "api", "--locked", "--no-fail-fast", "--quiet"])
    };
    rust.args(filter).env("PONTE_TEST_DATABASE", "postgres");
    rust
}

fn console(filter: Option<&str>) -> std::process::Command {
    let mut console = root::npm("console", &["test", "--"]);
    if let Some(filter) = filter {
        console.args(["--testNamePattern", filter, "--passWithNoTests"]);
    }
    console
}

fn system(filter: Option<&str>) -> std::process::Command {
    let mut system = root::npm("tests/e2e", &["test", "--"]);
    if let Some(filter) = filter {
        system.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    system.env("PONTE_BIN", root::target().join("debug")).env("PONTE_OUT", root::out(""));
    system
}
