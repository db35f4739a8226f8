//! What the program is told at its start: arguments and `sos.toml`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Parser;
use serde::Deserialize;

use crate::{
    link::{AnyLink, CallLink, Link, RelayAddress},
    trust::Fingerprint,
};

/// Lets a technician of your support desk see and control this computer, when and as long as you allow it.
#[derive(Debug, Parser)]
#[command(name = "ponte-sos", version)]
pub struct Args {
    /// The link you were given; without one a number is shown.
    pub link: Option<String>,
    /// The support desk's address.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub relay: Option<String>,
    /// A configuration file, instead of ~/.config/ponte/sos.toml or sos.toml beside the program.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The relay's certificate, when no authority vouches for it.
    #[arg(long, value_name = "SHA256HEX")]
    pub fingerprint: Option<Fingerprint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    relay: Option<String>,
    fingerprint: Option<String>,
}

/// How this program reaches its desk.
#[derive(Debug, Clone)]
pub struct Config {
    pub start: Option<Start>,
    /// The certificate that a relay was said to have, by argument or file. It does not make the relay a known one:
    /// whoever passes on this program can pass on a file beside it.
    pub pin: Option<(RelayAddress, Fingerprint)>,
    pub known_relays: PathBuf,
    /// Where files from the desk are saved; `None` where this system has no such place.
    pub downloads: Option<PathBuf>,
}

/// What to do first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    Code(RelayAddress),
    Link(Link),
    /// Ask a channel for help.
    Call(CallLink),
}

impl From<AnyLink> for Start {
    fn from(link: AnyLink) -> Self {
        match link {
            AnyLink::Invite(link) => Self::Link(link),
            AnyLink::Call(link) => Self::Call(link),
        }
    }
}

impl Start {
    #[must_use]
    pub fn relay(&self) -> &RelayAddress {
        match self {
            Self::Code(relay) => relay,
            Self::Link(link) => &link.relay,
            Self::Call(link) => &link.relay,
        }
    }
}

impl Config {
    /// The certificate that the relay to start with was said to have, by link, argument or file.
    #[must_use]
    pub fn named(&self, start: &Start) -> Option<Fingerprint> {
        let pinned = self.pin.as_ref().filter(|(relay, _)| relay == start.relay()).map(|(_, print)| *print);
        let from_link = match start {
            Start::Link(link) => link.fingerprint,
            Start::Call(link) => link.fingerprint,
            Start::Code(_) => None,
        };
        pinned.or(from_link)
    }

    /// Joins arguments and file; arguments win.
    ///
    /// # Errors
    /// When something given is not understood: the message names it and says what it should look like.
    pub fn load(args: &Args) -> anyhow::Result<Self> {
        let file = read_file(args.config.as_deref())?;
        let relay = args.relay.as_deref().or(file.relay.as_deref());
        let relay: Option<RelayAddress> =
            relay.map(|text| text.parse().with_context(|| format!("'{text}'"))).transpose()?;
        let link = args.link.as_deref();
        let link: Option<AnyLink> = link.map(|text| text.parse().context("the link")).transpose()?;
        let from_file: Option<Fingerprint> =
            file.fingerprint.map(|text| text.parse().context("fingerprint in sos.toml")).transpose()?;
        let start = link.map(Start::from).or_else(|| relay.clone().map(Start::Code));
        // An argument is about what is started, the file's line about the relay that is configured.
        let by_argument = start.as_ref().map(|s| s.relay().clone()).zip(args.fingerprint);
        let pin = by_argument.or(relay.zip(from_file));
        let known_relays = folder().join("known_relays.toml");
        Ok(Self { start, pin, known_relays, downloads: crate::disk::place(crate::disk::Place::Downloads) })
    }
}

/// `~/.config/ponte`, as the XDG base directory specification places it.
fn folder() -> PathBuf {
    let base = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("ponte")
}

fn read_file(given: Option<&Path>) -> anyhow::Result<File> {
    if let Some(path) = given {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        return parse(path, &text);
    }
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("sos.toml")));
    for path in [Some(folder().join("sos.toml")), beside].into_iter().flatten() {
        match fs::read_to_string(&path) {
            Ok(text) => return parse(&path, &text),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => anyhow::bail!("{} cannot be read: {e}", path.display()),
        }
    }
    Ok(File::default())
}

fn parse(path: &Path, text: &str) -> anyhow::Result<File> {
    // toml's own message shows line and column.
    toml::from_str(text).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_strict_and_arguments_win() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("sos.toml");
        fs::write(&path, "relay = \"desk.example\"\n")?;
        let config = path.to_str().context("a path")?;
        let args = |more: &[&str]| Args::parse_from([&["ponte-sos", "--config", config], more].concat());
        let loaded = Config::load(&args(&[]))?;
        assert_eq!(loaded.start, Some(Start::Code("desk.example".parse()?)));
        let loaded = Config::load(&args(&["--relay", "127.0.0.1:9"]))?;
        assert_eq!(loaded.start, Some(Start::Code("127.0.0.1:9".parse()?)));
        let print = "ab".repeat(32);
        fs::write(&path, format!("relay = \"desk.example\"\nfingerprint = \"{print}\"\n"))?;
        let (desk, other) = (Start::Code("desk.example".parse()?), Start::Code("other.example".parse()?));
        let loaded = Config::load(&args(&[]))?;
        assert_eq!((loaded.named(&desk), loaded.named(&other)), (Some(Fingerprint([0xab; 32])), None));
        let loaded = Config::load(&args(&["--relay", "other.example", "--fingerprint", &"cd".repeat(32)]))?;
        assert_eq!((loaded.named(&desk), loaded.named(&other)), (None, Some(Fingerprint([0xcd; 32]))));
        fs::write(&path, "relay = \"desk.example\"\nrelai = 1\n")?;
        let error = Config::load(&args(&[])).expect_err("unknown key").to_string();
        assert!(error.contains("line 2") && error.contains("relai"), "{error}");
        Ok(())
    }
}
