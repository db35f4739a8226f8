//! Builds the console and the programs, each only when something changed.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{root, setup, step};

/// What the console is made of.
const CONSOLE: &[&str] = &[
    "console/src",
    "console/public",
    "console/index.html",
    "console/package.json",
    "console/package-lock.json",
    "console/postcss.config.js",
    "console/tsconfig.json",
    "console/vite.config.ts",
];

const PAGES: &str = "console/dist";

/// The console's pages, into `console/dist`, from where the relay takes them.
///
/// What counts is what the files say, not when they were written: new pages mean a new relay, and a tool that writes
/// the same file again must not cost a minute.
pub(crate) fn console() -> Result<()> {
    let stamp = root::out("console.made-from");
    let sources = digest(root::root(), CONSOLE)?;
    let made = |sources: u64| {
        Ok::<_, anyhow::Error>(format!("{sources:016x} {:016x}", digest(root::root(), &[PAGES])?))
    };
    if root::at(PAGES).join("index.html").is_file()
        && std::fs::read_to_string(&stamp).is_ok_and(|known| made(sources).is_ok_and(|now| now == known))
    {
        return Ok(());
    }
    setup::packages("console")?;
    step::run("building the console", &mut root::npm("console", &["run", "build"]))?;
    std::fs::create_dir_all(root::out("")).context("cannot make out")?;
    std::fs::write(&stamp, made(sources)?).with_context(|| format!("cannot write {}", stamp.display()))
}

/// What every task builds. Cargo unites the features of all that is built in one go, so two tasks that select
/// different crates would compile the same dependencies twice.
const SELECTION: &[&str] = &["build", "--workspace", "--bins", "--tests", "--locked"];

/// All programs and the Rust tests, in the development profile or in the one for people.
pub(crate) fn workspace(release: bool) -> Result<()> {
    let mut command = root::cargo(SELECTION);
    if release {
        command.arg("--release");
    }
    step::run(if release { "building for release" } else { "building" }, &mut command)
}

/// Console and programs, in the development profile.
pub(crate) fn programs() -> Result<()> {
    console()?;
    workspace(false)
}

/// Names and contents of files, and of all files in folders, in a fixed order; what is missing counts as that.
fn digest(base: &Path, paths: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in files(&base.join(path))? {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(base).unwrap_or(&file).as_os_str().as_encoded_bytes();
            for part in [name, &bytes] {
                hasher.write_usize(part.len());
                hasher.write(part);
            }
        }
    }
    Ok(hasher.finish())
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let Ok(facts) = std::fs::metadata(path) else { return Ok(Vec::new()) };
    if !facts.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        inside.push(entry?.path());
    }
    inside.sort();
    let mut all = Vec::new();
    for entry in inside {
        all.extend(files(&entry)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_say_counts_and_not_when_they_were_written() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        std::fs::create_dir(folder.path().join("src"))?;
        write("src/a.ts", "one")?;
        write("src/b.ts", "two")?;
        let now = || digest(folder.path(), &["src", "missing"]);
        let before = now()?;
        let old = std::fs::File::options().append(true).open(folder.path().join("src/a.ts"))?;
        old.set_modified(std::time::SystemTime::UNIX_EPOCH)?;
        assert_eq!(now()?, before);
        write("src/b.ts", "too")?;
        assert_ne!(now()?, before);
        write("src/b.ts", "two")?;
        assert_eq!(now()?, before);
        // The same bytes under other names are other files.
        std::fs::rename(folder.path().join("src/b.ts"), folder.path().join("src/c.ts"))?;
        assert_ne!(now()?, before);
        Ok(())
    }
}
