//! The relay's program: reads the command line and hands over.

use std::process::ExitCode;

fn main() -> ExitCode {
    ponte_relay::cli::run()
}
