//! `ponte-sos`: the end user's program.

use std::process::ExitCode;

use clap::Parser;
use ponte_sos::config::Args;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_env("PONTE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,winit=error,ponte_sos=info,ponte_desktop=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match ponte_sos::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ponte-sos: {error:#}");
            ExitCode::FAILURE
        }
    }
}
