//! Installs what is missing, and nothing else: a second run takes a moment.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::root;
use crate::step;

/// A tool that must be there, and the Debian package that has it.
const TOOLS: &[(&str, &str)] = &[
    ("cc", "build-essential"),
    ("g++", "build-essential"),
    ("nasm", "nasm"),
    ("protoc", "protobuf-compiler"),
    ("pkg-config", "pkg-config"),
    ("npm", "npm"),
    ("node", "nodejs"),
    ("Xvfb", "xvfb"),
    ("xdotool", "xdotool"),
    ("xclip", "xclip"),
    ("openbox", "openbox"),
    ("xterm", "xterm"),
    ("mousepad", "mousepad"),
    ("import", "imagemagick"),
    ("xsetroot", "x11-xserver-utils"),
    ("setxkbmap", "x11-xkb-utils"),
    ("xprop", "x11-utils"),
    ("xinput", "xinput"),
    ("setpriv", "util-linux"),
    ("chromium", "chromium"),
];

/// Files that have no program of their own.
const FILES: &[(&str, &str)] = &[
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"),
    ("/etc/ssl/certs/ca-certificates.crt", "ca-certificates"),
    ("/usr/lib/postgresql", "postgresql"),
];

/// The oldest Node.js that the console's tools run on.
const NODE: (u32, u32) = (20, 19);
const NODE_PACKAGE: &str = "node@22";

/// System packages and npm packages.
pub(crate) fn everything() -> Result<()> {
    system()?;
    node()?;
    packages("console")?;
    packages("tests/e2e")
}

/// System packages, by apt on Debian and its kin.
pub(crate) fn system() -> Result<()> {
    let mut missing: Vec<&str> =
        TOOLS.iter().filter(|(tool, _)| !root::has(tool)).map(|(_, package)| *package).collect();
    missing.extend(
        FILES.iter().filter(|(file, _)| !std::path::Path::new(file).exists()).map(|(_, package)| *package),
    );
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    if !root::has("apt-get") {
        bail!(
            "these are missing: {}.\n\
             This machine has no apt-get: install them with its own package manager (the names are Debian's) and run the command again.",
            missing.join(", ")
        );
    }
    let privileged = if is_root()? {
        vec![]
    } else if root::has("sudo") {
        step::say(&format!("installing {}: sudo may ask for your password", missing.join(", ")));
        vec!["sudo"]
    } else {
        bail!(
            "these are missing: {}. Install them as root:\n\n    apt-get install -y --no-install-recommends {}",
            missing.join(", "),
            missing.join(" ")
        );
    };
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = privileged
            .iter()
            .copied()
            .chain([
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-o",
                "DPkg::Lock::Timeout=500",
                "-q",
            ])
            .chain(arguments.iter().copied())
            .collect();
        let (program, rest) = words.split_first().unwrap_or((&"apt-get", &[]));
        let mut command = Command::new(program);
        command.args(rest);
        command
    };
    step::run("reading the lists of system packages", &mut apt(&["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&missing);
    step::run(&format!("installing {}", missing.join(", ")), &mut apt(&arguments))
}

fn is_root() -> Result<bool> {
    let answer = Command::new("id").arg("-u").output().context("cannot run id")?;
    Ok(answer.stdout.trim_ascii() == b"0")
}

/// A Node.js that is new enough: the system's, or one from npm in a folder of our own.
fn node() -> Result<()> {
    let mut ask = Command::new("node");
    add_own_node(&mut ask);
    let version = version_of(&mut ask)?;
    if version >= NODE {
        return Ok(());
    }
    let folder = own_node();
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-fund", "--no-audit", "--prefix"]).arg(&folder).arg(NODE_PACKAGE);
    step::run(
        &format!("installing a newer Node.js (the system's is {}.{})", version.0, version.1),
        &mut npm,
    )?;
    let mut ask = Command::new("node");
    add_own_node(&mut ask);
    let version = version_of(&mut ask)?;
    if version < NODE {
        bail!(
            "the console needs Node.js {}.{} or newer, this machine has {}.{}: install a newer one",
            NODE.0,
            NODE.1,
            version.0,
            version.1
        );
    }
    Ok(())
}

fn version_of(node: &mut Command) -> Result<(u32, u32)> {
    let answer = node.arg("--version").output().context("cannot run node")?;
    let text = String::from_utf8_lossy(&answer.stdout).trim().trim_start_matches('v').to_owned();
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    Ok((parts.next().unwrap_or(0), parts.next().unwrap_or(0)))
}

fn own_node() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.unwrap_or_else(|| root::out("cache")).join("ponte/node")
}

/// Puts the Node.js of our own folder before the system's, where there is one.
pub(crate) fn add_own_node(command: &mut Command) {
    let folder = own_node().join("node_modules/node/bin");
    if !folder.join("node").is_file() {
        return;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
}

/// npm packages of a folder, when its lock file has changed since they were installed.
pub(crate) fn packages(folder: &str) -> Result<()> {
    let lock = root::at(folder).join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = root::at(folder).join("node_modules/.ponte-lock");
    if std::fs::read(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    node()?;
    step::run(&format!("installing the npm packages of {folder}"), &mut root::npm(folder, &["ci"]))?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}
