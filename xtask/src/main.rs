//! `cargo xtask <task>`: everything that is done with this repository is done by these commands,
//! on a developer's machine and in CI alike.

mod bench;
mod build;
mod check;
mod child;
mod counts;
mod demo;
mod dist;
mod features;
mod fuzz;
mod generate;
mod layers;
mod licences;
mod permissions;
mod postgres;
mod results;
mod root;
mod run;
mod setup;
mod simulate;
mod step;
mod test;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, tries, checks and measures Ponte")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing to build and test: system packages (Debian) and npm packages
    Setup,
    /// Start the relay and a demo desktop with the SOS program, ready to be controlled from a browser
    Demo(demo::Options),
    /// Start the relay alone, for development
    Run(run::Options),
    /// Run all tests: rules, adapters, console, and the whole system in real windows and a real browser
    Test(test::Options),
    /// Check style, lints, layers, features list, file lengths and generated files
    Check(check::Options),
    /// Check that every crate depends on lower bands only
    Layers,
    /// Make the OpenAPI document, the console's types and its protobuf code anew
    Gen(generate::Options),
    /// Measure, print a table and write it to benches/RESULTS.md
    Bench(bench::Options),
    /// Run a command beside a PostgreSQL of its own, which tests of one package then need not start for themselves
    Postgres(postgres::Options),
    /// Play days of a desk against the queue's policies, and print who waits how long
    Simulate(simulate::Options),
    /// Feed the wire formats what no peer should send, for a minute (needs a nightly compiler)
    Fuzz(fuzz::Options),
    /// Build the programs as they are given to people, stripped, and print their sizes
    Dist,
    /// Check licences, sources and known vulnerabilities of all dependencies (installs cargo-deny when missing)
    Deny(check::DenyOptions),
}

fn main() -> std::process::ExitCode {
    let result = match Cli::parse().task {
        Task::Setup => setup::everything(),
        Task::Demo(options) => demo::run(&options),
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Check(options) => check::run(&options),
        Task::Layers => layers::check(),
        Task::Gen(options) => generate::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Postgres(options) => postgres::run(&options),
        Task::Simulate(options) => simulate::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Dist => dist::run(),
        Task::Deny(options) => check::deny(&options),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
