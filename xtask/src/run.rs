//! The relay alone, on the demo's data, with its log in the terminal.

use anyhow::{Result, bail};
use clap::Args;

use crate::{build, root, setup};

#[derive(Args)]
pub(crate) struct Options {
    /// Configuration file; without it, the demo's (made by the first `cargo xtask demo`)
    #[arg(long)]
    config: Option<std::path::PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let config = options.config.clone().unwrap_or_else(|| root::out("demo/ponte.toml"));
    if !config.exists() {
        bail!(
            "{} does not exist: run `cargo xtask demo` once, or name a configuration with --config",
            config.display()
        );
    }
    setup::everything()?;
    build::programs()?;
    use std::os::unix::process::CommandExt;
    let error = std::process::Command::new(root::program("ponte-relay"))
        .args(["serve", "--config"])
        .arg(&config)
        .exec();
    bail!("cannot start the relay: {error}")
}
