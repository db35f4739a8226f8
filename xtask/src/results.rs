//! benches/RESULTS.md: one section a measurement, each with the machine and the command it was made by.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use crate::{child, root};

const FILE: &str = "benches/RESULTS.md";
const HEAD: &str = "# Results\n\nMade by `cargo xtask bench`; what is measured and how: [docs/benchmarks.md](../docs/benchmarks.md).\n";

/// Puts what a measurement printed in place of the section of that name.
pub(crate) fn keep(title: &str, command: &str, table: &str) -> Result<()> {
    let before = std::fs::read_to_string(root::at(FILE)).unwrap_or_else(|_| HEAD.to_owned());
    let body = format!("{}\n\n    {command}\n\n{}", machine()?, table.trim());
    std::fs::write(root::at(FILE), replaced(&before, title, &body))
        .with_context(|| format!("cannot write {FILE}"))
}

/// The text with one section new, and all others as they were, in the order of their names.
fn replaced(text: &str, title: &str, body: &str) -> String {
    let mut parts = text.split("\n## ");
    let head = parts.next().unwrap_or_default().trim();
    let mut sections: Vec<(String, String)> = parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned()))
        .filter(|(name, _)| name != title)
        .collect();
    sections.push((title.to_owned(), body.to_owned()));
    sections.sort();
    let mut whole = format!("{head}\n");
    for (name, text) in sections {
        let _ = write!(whole, "\n## {name}\n\n{text}\n");
    }
    whole
}

/// Processor, memory, kernel, version of the source and day: what a figure depends on.
fn machine() -> Result<String> {
    let read = |path: &str| std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"));
    let cpus = read("/proc/cpuinfo")?;
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let model = value(&cpus, "model name").unwrap_or("processor");
    let memory = read("/proc/meminfo")?;
    let kilobytes: u64 =
        value(&memory, "MemTotal").and_then(|size| size.split(' ').next()?.parse().ok()).unwrap_or(0);
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let git = |arguments: &[&str]| {
        child::output(std::process::Command::new("git").args(arguments).current_dir(root::root()))
    };
    let version = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|_| "no version".to_owned());
    // The last measurement's table is no change of what is measured.
    let changed = git(&["status", "--porcelain", "--", ":/", &format!(":(exclude,top){FILE}")]);
    let changed = if changed.is_ok_and(|it| it.trim().is_empty()) { "" } else { " and uncommitted changes" };
    let day = child::output(std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    Ok(format!(
        "{count} × {model}, {} GiB, Linux {}; source {}{changed}, {}",
        kilobytes.div_ceil(1 << 20),
        kernel.trim(),
        version.trim(),
        day.trim()
    ))
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let first = replaced(HEAD, "wire", "| a |");
        let second = replaced(&first, "glass", "| b |");
        assert_eq!(second, format!("{}\n\n## glass\n\n| b |\n\n## wire\n\n| a |\n", HEAD.trim()));
        let third = replaced(&second, "wire", "| c |");
        assert_eq!(third, format!("{}\n\n## glass\n\n| b |\n\n## wire\n\n| c |\n", HEAD.trim()));
    }
}
