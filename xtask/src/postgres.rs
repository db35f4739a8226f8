//! A PostgreSQL for as long as a command runs: `cargo xtask postgres -- cargo nextest run -p ponte-relay --test api`.

use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use ponte_test_postgres::{ADDRESS, Safety, Server};

#[derive(Args)]
pub(crate) struct Options {
    /// The relay's tests keep their records there, too, rather than in SQLite
    #[arg(long)]
    records: bool,
    /// The command and its arguments
    #[arg(trailing_var_arg = true, required = true)]
    command: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let server = Server::start(Safety::None)?;
    let Some((program, arguments)) = options.command.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).env(ADDRESS, server.address());
    if options.records {
        command.env("PONTE_TEST_DATABASE", "postgres");
    }
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    drop(server);
    if !status.success() {
        bail!("{program} failed");
    }
    Ok(())
}
