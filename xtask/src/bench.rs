//! Measurements. Each prints a table and replaces its part of benches/RESULTS.md.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{build, root, setup, step};

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
    /// From the end user's Yes to the first full picture
    FirstFrame,
    /// Bytes and CPU of the SOS program while nothing happens, and while somebody types
    Idle,
    /// The relay's forwarding: packets, bits, CPU a viewer
    Forward,
    /// Encoding and decoding of protocol messages and frame headers
    Wire,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Glass => "glass",
            What::FirstFrame => "first-frame",
            What::Idle => "idle",
            What::Forward => "forward",
            What::Wire => "wire",
        }
    }

    /// The whole system is measured through the same harness that tests it.
    fn needs_a_browser(self) -> bool {
        matches!(self, What::Glass | What::FirstFrame | What::Idle)
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    build::console()?;
    let (profile, folder) = if options.release { ("release", "release") } else { ("dev", "debug") };
    let build =
        ["build", "--profile", profile, "-p", "ponte-relay", "-p", "ponte-sos", "-p", "ponte-benches"];
    step::run("building what is measured", &mut root::cargo(&build))?;
    let programs = root::target().join(folder);
    for what in &options.what {
        let name = what.name();
        let mut command = if what.needs_a_browser() {
            root::npm(
                "tests/e2e",
                &[
                    "exec",
                    "--",
                    "playwright",
                    "test",
                    "-c",
                    "bench.config.ts",
                    &format!("bench/{name}.bench.ts"),
                ],
            )
        } else {
            std::process::Command::new(programs.join(name))
        };
        command.env("PONTE_BIN", &programs).env("PONTE_OUT", root::out(""));
        step::run_shown(&format!("bench {name}"), &mut command)?;
    }
    Ok(())
}
