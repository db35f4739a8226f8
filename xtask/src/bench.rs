//! Measurements. Each prints a table and replaces its part of benches/RESULTS.md.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{build, dist, results, root, setup, step};

#[derive(Args)]
pub(crate) struct Options {
    /// What to measure
    #[arg(required = true)]
    what: Vec<What>,
    /// Measure the release build. The development build has its dependencies optimised too, and is there already
    #[arg(long)]
    release: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Glass to glass: a window flips, the browser's pixels are watched
    Glass,
    /// From the end user's Yes to the first full frame
    FirstFrame,
    /// Bytes and CPU of the SOS program while nothing happens, and while somebody types
    Idle,
    /// The SOS program's size, start, memory and processor time before anybody comes; of use with --release
    Waiting,
    /// The relay's forwarding: packets, bits, CPU a viewer
    Forward,
    /// What frames cost, and how near a viewer's picture comes to the screen
    Picture,
    /// Encoding and decoding of protocol messages and frame headers
    Wire,
    /// Opening and claiming sessions, on both databases
    Records,
    /// A page of the queue with 10,000 and 100,000 sessions, on both databases
    Lists,
    /// Where a request goes and to whom, with 200 rules and 1,000 technicians
    Routing,
    /// From a change to 500 consoles
    FanOut,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Glass => "glass",
            What::FirstFrame => "first-frame",
            What::Idle => "idle",
            What::Waiting => "waiting",
            What::Forward => "forward",
            What::Picture => "picture",
            What::Wire => "wire",
            What::Records => "records",
            What::Lists => "lists",
            What::Routing => "routing",
            What::FanOut => "fan-out",
        }
    }

    /// The whole system is measured through the same harness that tests it.
    fn needs_a_browser(self) -> bool {
        matches!(self, What::Glass | What::FirstFrame | What::Idle | What::Waiting)
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    build::console()?;
    build::workspace(options.release)?;
    if options.release {
        // What people get is measured.
        dist::build("ponte-sos")?;
    }
    let programs = root::target().join(if options.release { "release" } else { "debug" });
    let release = if options.release { " --release" } else { "" };
    for what in &options.what {
        let name = what.name();
        let command = format!("cargo xtask bench {name}{release}");
        let (table, reached) = if what.needs_a_browser() {
            through_a_browser(name, &programs)?
        } else {
            alone(name, &programs)?
        };
        results::keep(name, &command, &table)?;
        reached?;
    }
    step::say("written to benches/RESULTS.md");
    Ok(())
}

/// The whole system, by the harness that tests it; it leaves its table in `out/bench`.
fn through_a_browser(name: &str, programs: &Path) -> Result<(String, Result<()>)> {
    let table = root::out("bench").join(format!("{name}.md"));
    if table.exists() {
        std::fs::remove_file(&table).context("cannot remove the last result")?;
    }
    let script = format!("bench/{name}.bench.ts");
    let mut command =
        root::npm("tests/e2e", &["exec", "--", "playwright", "test", "-c", "bench.config.ts", &script]);
    command.env("PONTE_BIN", programs).env("PONTE_OUT", root::out(""));
    let result = step::run_shown(&format!("bench {name}"), &mut command);
    // A measurement that misses its target fails, and is worth keeping all the same.
    match std::fs::read_to_string(&table) {
        Ok(text) => Ok((text, result)),
        Err(error) => {
            result?;
            Err(error).with_context(|| format!("cannot read {}", table.display()))
        }
    }
}

/// A plain program that prints its table, and fails after that when it missed a target.
fn alone(name: &str, programs: &Path) -> Result<(String, Result<()>)> {
    let title = format!("bench {name}");
    let result = step::run_shown(&title, &mut Command::new(programs.join(name)));
    let printed = step::printed(&title);
    if !printed.contains("\n|") {
        result?;
        anyhow::bail!("bench {name} printed no table");
    }
    // A table needs an empty line before it where a sentence comes first.
    let table = match printed.split_once("\n|") {
        Some((about, table)) if !about.starts_with('|') => format!("{about}\n\n|{table}"),
        _ => printed,
    };
    Ok((table, result))
}
