//! The programs as they are given to people.

use anyhow::{Context, Result, bail};

use crate::{build, root, setup, step};

/// The SOS program's largest allowed size in bytes: it is downloaded by worried people on slow lines.
const SOS_LIMIT: u64 = 10_000_000;

pub(crate) fn run() -> Result<()> {
    setup::everything()?;
    build::console()?;
    let folder = root::out("dist");
    std::fs::create_dir_all(&folder).context("cannot make out/dist")?;
    let mut too_large = None;
    for (program, name) in [("ponte-sos", "ponte-sos-linux-x86_64"), ("ponte-relay", "ponte-relay")] {
        build(program)?;
        let to = folder.join(name);
        let size = std::fs::copy(root::target().join("release").join(program), &to)
            .with_context(|| format!("cannot write {}", to.display()))?;
        step::say(&format!("{name}  {:.1} MB", megabytes(size)));
        if program == "ponte-sos" && size > SOS_LIMIT {
            too_large = Some(size);
        }
    }
    match too_large {
        Some(size) => bail!("the SOS program has {size} bytes; the limit is {SOS_LIMIT}"),
        None => Ok(()),
    }
}

/// Leaves it among the release builds. One after the other: built in one go, the small program would get the features
/// that the large one needs.
pub(crate) fn build(program: &str) -> Result<()> {
    step::run(
        &format!("building {program} for release"),
        &mut root::cargo(&["build", "--release", "--locked", "-p", program]),
    )
}

#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn megabytes(size: u64) -> f64 {
    size as f64 / 1e6
}
