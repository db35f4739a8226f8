//! The data folder: the database, unless it is elsewhere, and the keys that must not lie in it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use ponte_app::{Ambient, desk::Keys};
use ponte_store::Setups as _;
use ponte_store_sql::SqlStore;
use serde::{Deserialize, Serialize};

use crate::config::Config;

const KEYS: &str = "keys.toml";
const DATABASE: &str = "ponte.db";
const RESTORE_KEYS: &str = "restore it from your backup, or copy it from the machine where this desk ran; without it \
                            nobody's sign-in, code or signature of the audit is good any more";

/// Everything secret that this relay keeps for itself.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) keys: Keys,
    /// From which QUIC's reset and token keys are derived, so that they survive a restart.
    pub(crate) node: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    signing: String,
    lookup: String,
    node: String,
}

/// Makes the folder if it is not there, for this user alone.
fn folder(path: &Path) -> anyhow::Result<()> {
    let what = || {
        format!("the data folder '{}' cannot be made: check 'data_dir' and its permissions", path.display())
    };
    if !path.exists() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(path).with_context(what)?;
    }
    if !path.is_dir() {
        bail!("'data_dir' is '{}', which is not a folder", path.display());
    }
    Ok(())
}

/// Reads the keys, or makes them at first start.
fn secrets(data_dir: &Path, ambient: &Ambient) -> anyhow::Result<Secrets> {
    let path = data_dir.join(KEYS);
    if !path.exists() {
        if data_dir.join(DATABASE).exists() {
            bail!("'{}' is missing beside its database: {RESTORE_KEYS}", path.display());
        }
        let draw = || -> anyhow::Result<String> {
            let mut bytes = [0u8; 32];
            ambient.random.fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
            Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
        };
        let file = KeyFile { signing: draw()?, lookup: draw()?, node: draw()? };
        write_private(
            &path,
            &format!("# Keep this file secret and in your backup.\n{}", toml::to_string(&file)?),
        )?;
    }
    only_ours(&path)?;
    let text = fs::read_to_string(&path).with_context(|| format!("'{}' cannot be read", path.display()))?;
    // The parser's own message would show the keys.
    let file: KeyFile = toml::from_str(&text)
        .map_err(|_| anyhow::anyhow!("'{}' is damaged: restore it from your backup", path.display()))?;
    let key = |name: &str, text: &str| {
        bytes32(text).with_context(|| {
            format!("'{name}' in '{}' is damaged: restore it from your backup", path.display())
        })
    };
    Ok(Secrets {
        keys: Keys { signing: key("signing", &file.signing)?, lookup: key("lookup", &file.lookup)? },
        node: key("node", &file.node)?,
    })
}

/// Writes a file that only this user can read; a crash leaves either the whole file or none.
pub(crate) fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let what = || format!("'{}' cannot be written: check free space and permissions", path.display());
    let draft: PathBuf = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&draft).with_context(what)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(what)?;
    fs::rename(&draft, path).with_context(what)
}

#[cfg(unix)]
fn only_ours(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)
        .with_context(|| format!("'{}' cannot be read", path.display()))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        bail!("others can read the keys: run chmod 600 '{}'", path.display());
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_ours(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

pub(crate) fn bytes32(hex: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    digits?.try_into().ok()
}

/// Opens the database, and reads the keys that go with it or makes them for an empty one.
pub(crate) async fn open(config: &Config, ambient: &Ambient) -> anyhow::Result<(SqlStore, Secrets)> {
    let data_dir = &config.data_dir;
    folder(data_dir)?;
    let Some(url) = &config.database else {
        let secrets = secrets(data_dir, ambient)?;
        let store = SqlStore::open_sqlite(&data_dir.join(DATABASE)).await.context(
            "the database cannot be used: check free space and permissions, or restore your backup; nothing was changed",
        )?;
        return Ok((store, secrets));
    };
    if data_dir.join(DATABASE).exists() {
        let here = data_dir.display();
        tracing::warn!("'{DATABASE}' in '{here}' is not used: 'database.url' names another database, {url}");
    }
    let known = if data_dir.join(KEYS).exists() { Some(secrets(data_dir, ambient)?) } else { None };
    let store = SqlStore::open_postgres(url)
        .await
        .context("the database named by 'database.url' cannot be used; nothing was changed")?;
    let secrets = match known {
        Some(secrets) => secrets,
        None if store.setup_revision().await? > 0 => {
            store.close().await;
            bail!("'{}' is missing beside {url}: {RESTORE_KEYS}", data_dir.join(KEYS).display())
        }
        None => secrets(data_dir, ambient)?,
    };
    Ok((store, secrets))
}
