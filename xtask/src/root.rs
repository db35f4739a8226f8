//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The repository's top folder. Cargo is asked when the task runs: several checkouts may share one folder of built
/// programs, and what one of them compiled serves all.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        package.join("..")
    })
}

/// A path inside the repository.
pub(crate) fn at(path: &str) -> PathBuf {
    let base = root().canonicalize().unwrap_or_else(|_| root().to_path_buf());
    base.join(path)
}

/// Output of tasks (logs, screenshots, demo data): never committed.
pub(crate) fn out(path: &str) -> PathBuf {
    at("out").join(path)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            if folder.is_absolute() { folder } else { root().join(folder) }
        }
        None => at("target"),
    }
}

/// A program built in the development profile.
pub(crate) fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// The cargo that runs this task.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // `cargo run` tells this task about its package. Build scripts (ring's) watch these names: handed on, they would
    // make a dependency look changed each time a task and a plain cargo take turns.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "CARGO_PRIMARY_PACKAGE"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// npm, in a folder of the repository, quiet about things that are not errors.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(at(folder));
    command
        .env("npm_config_fund", "false")
        .env("npm_config_audit", "false")
        .env("npm_config_update_notifier", "false");
    crate::setup::add_own_node(&mut command);
    command
}

/// Whether a program can be found on the PATH.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
