//! Fuzzing, for as long as one likes: libFuzzer needs a nightly compiler, and nothing else is installed for it.

use anyhow::{Result, bail};
use clap::Args;

use crate::{child, root, step};

#[derive(Args)]
pub(crate) struct Options {
    /// How long
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// What rustc adds to count where the program has been (as cargo-fuzz does), and to catch what goes wrong silently.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Zsanitizer=address";

const FOLDER: &str = "crates/wire/fuzz";

pub(crate) fn run(options: &Options) -> Result<()> {
    let nightly =
        child::output(std::process::Command::new("rustup").args(["run", "nightly", "rustc", "-vV"]));
    let Ok(version) = nightly else {
        bail!("fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal");
    };
    let Some(host) = version.lines().find_map(|line| line.strip_prefix("host: ")) else {
        bail!("rustc names no host: {version}");
    };
    let target = root::target().join("fuzz");
    let mut build = std::process::Command::new("rustup");
    build
        .args(["run", "nightly", "cargo", "build", "--release", "--target", host, "--target-dir"])
        .arg(&target)
        .current_dir(root::at(FOLDER))
        .env("RUSTFLAGS", FLAGS)
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN");
    step::run("building the fuzz target", &mut build)?;

    let found = root::out("fuzz");
    let corpus = found.join("corpus");
    std::fs::create_dir_all(&corpus)?;
    let mut fuzz = std::process::Command::new(target.join(host).join("release/wire"));
    fuzz.arg(&corpus)
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .args(["-max_len=2048", "-print_final_stats=1", "-timeout=5", "-rss_limit_mb=1024"]);
    step::run_shown("fuzz wire", &mut fuzz)
}
