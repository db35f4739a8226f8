//! Relays that this machine has met: `known_relays.toml`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{link::RelayAddress, trust::Fingerprint};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    relays: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Absent: the web's authorities vouched for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
}

/// How a relay was recognised the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Pinned(Fingerprint),
    WebPki,
}

/// The file of known relays.
#[derive(Debug)]
pub struct KnownRelays {
    path: PathBuf,
    file: File,
}

impl KnownRelays {
    /// Reads the file; a missing one knows nobody.
    ///
    /// # Errors
    /// When the file is there but cannot be read or understood. It is left as it is.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|e| {
                anyhow::anyhow!("{} is damaged ({}). Correct it or delete it", path.display(), e.message())
            })?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => File::default(),
            Err(e) => anyhow::bail!("{} cannot be read: {e}", path.display()),
        };
        Ok(Self { path: path.to_owned(), file })
    }
    #[must_use]
    pub fn get(&self, relay: &RelayAddress) -> Option<Known> {
        let entry = self.file.relays.get(&relay.to_string())?;
        match &entry.fingerprint {
            None => Some(Known::WebPki),
            Some(text) => text.parse().ok().map(Known::Pinned),
        }
    }
    /// Remembers a relay, on disk before in memory.
    ///
    /// # Errors
    /// When it cannot be written; what was known stays known.
    pub fn remember(&mut self, relay: &RelayAddress, known: Known) -> io::Result<()> {
        let fingerprint = match known {
            Known::Pinned(print) => Some(print.to_string()),
            Known::WebPki => None,
        };
        self.file.relays.insert(relay.to_string(), Entry { fingerprint });
        let text = toml::to_string(&self.file).map_err(io::Error::other)?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = self.path.with_extension("new");
        let mut out = fs::File::create(&fresh)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        fs::rename(&fresh, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_found_again_and_damage_is_told() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ponte/known_relays.toml");
        let relay: RelayAddress = "desk.example:8443".parse()?;
        let web: RelayAddress = "other.example".parse()?;
        let mut known = KnownRelays::open(&path)?;
        assert_eq!(known.get(&relay), None);
        known.remember(&relay, Known::Pinned(Fingerprint([7; 32])))?;
        known.remember(&web, Known::WebPki)?;
        let again = KnownRelays::open(&path)?;
        assert_eq!(again.get(&relay), Some(Known::Pinned(Fingerprint([7; 32]))));
        assert_eq!(again.get(&web), Some(Known::WebPki));
        fs::write(&path, "relays = 3")?;
        let error = KnownRelays::open(&path).map(|_| ()).expect_err("damaged");
        assert!(error.to_string().contains("known_relays.toml"));
        assert_eq!(fs::read_to_string(&path)?, "relays = 3");
        Ok(())
    }
}
