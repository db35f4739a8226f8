//! `ponte-sos`: the end user's program.

use std::process::ExitCode;

use clap::Parser;
use ponte_sos::config::Args;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// `PONTE_LOG` names others: `level`, or `target=level`, separated by commas.
const LOG: &str = "warn,winit=error,ponte_sos=info,ponte_desktop=info";

fn main() -> ExitCode {
    let args = Args::parse();
    // Not `EnvFilter`: its regular expressions are a tenth of this program.
    let wanted = std::env::var("PONTE_LOG").ok().and_then(|text| text.parse().ok());
    let filter: Targets = wanted.or_else(|| LOG.parse().ok()).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(lines).init();
    match ponte_sos::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ponte-sos: {error:#}");
            ponte_sos::tell(&error);
            ExitCode::FAILURE
        }
    }
}
