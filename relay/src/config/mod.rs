//! The one configuration file and its overlay from the environment.
//!
//! To add a key: add the field to [`File`] (and its variable to [`environment`]), its meaning to [`Config`], and a line to
//! `deploy/ponte.toml` and docs/admin.md.

mod environment;
mod outgoing;

use std::{
    ffi::OsString,
    fmt, fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use ponte_courier::Block;
use ponte_store_sql::PostgresUrl;
use serde::Deserialize;

pub use outgoing::Mail;

/// More than any machine has under way; a semaphore counts them.
const MAX_HANDSHAKES: usize = 1 << 20;

/// What the relay runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// TCP and UDP, same number. On a loopback address TCP speaks plain HTTP, elsewhere only HTTPS.
    pub listen: SocketAddr,
    /// The origin that people and links use, such as `https://desk.example`. Absent only on loopback.
    pub public_url: Option<String>,
    /// Addresses that browsers reach from outside, when they are not this machine's own (behind a NAT).
    pub public_addresses: Vec<IpAddr>,
    pub desk_name: String,
    pub data_dir: PathBuf,
    /// PostgreSQL; absent: SQLite in the data folder.
    pub database: Option<PostgresUrl>,
    /// Certificate and key, PEM. Absent: made at first start and kept in the data folder.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// `/metrics` and `/health`; never a public address.
    pub internal_listen: Option<SocketAddr>,
    /// Holds the SOS programs that invite pages offer.
    pub downloads_dir: Option<PathBuf>,
    /// TCP connections from one address.
    pub connections_per_address: usize,
    /// TCP connections in all.
    pub connections: usize,
    /// SOS programs connected from one address.
    pub programs_per_address: usize,
    /// SOS programs connected in all.
    pub programs: usize,
    /// QUIC handshakes in progress with addresses that may be forged; above, each has to prove its address first.
    pub handshakes: usize,
    /// New codes for one address in ten minutes.
    pub codes_per_address: usize,
    pub link_life: Duration,
    pub code_life: Duration,
    pub return_life: Duration,
    /// By which server mail is sent; absent: none is.
    pub mail: Option<Mail>,
    /// Addresses of the relay's own network to which webhooks may go.
    pub webhooks_allow: Vec<Block>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    public_addresses: Vec<IpAddr>,
    desk_name: Option<String>,
    data_dir: Option<PathBuf>,
    internal_listen: Option<SocketAddr>,
    downloads_dir: Option<PathBuf>,
    database: Database,
    tls: Tls,
    limits: Limits,
    expiry: Expiry,
    mail: outgoing::MailFile,
    webhooks: outgoing::WebhooksFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tls {
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Database {
    url: Option<Hidden>,
}

/// Has a password in it.
#[derive(Deserialize)]
#[serde(transparent)]
struct Hidden(String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    connections: Option<usize>,
    connections_per_address: Option<usize>,
    programs: Option<usize>,
    programs_per_address: Option<usize>,
    handshakes: Option<usize>,
    codes_per_address: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expiry {
    link_minutes: Option<u64>,
    code_minutes: Option<u64>,
    return_minutes: Option<u64>,
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// With file, line and column for the file; with the variable's name for the environment.
    pub fn load(
        path: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> anyhow::Result<Self> {
        let mut file = File::default();
        if let Some(path) = path {
            let text = fs::read_to_string(path).with_context(|| {
                format!(
                    "the configuration '{}' cannot be read: check the path and its permissions",
                    path.display()
                )
            })?;
            file = parse(path, &text)?;
        }
        environment::overlay(&mut file, environment)?;
        file.check()
    }

    /// What people type; `port` is the one that is listened on.
    pub(crate) fn url(&self, port: u16) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"))
    }
}

fn parse(path: &Path, text: &str) -> anyhow::Result<File> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        anyhow::anyhow!("{}:{line}:{column}: {}", path.display(), error.message())
    })
}

impl File {
    fn check(self) -> anyhow::Result<Config> {
        let listen = self
            .listen
            .context("'listen' is missing: set it to the address and port, such as 0.0.0.0:443")?;
        let public_url = self.public_url.map(|url| origin(&url)).transpose()?;
        if public_url.is_none() && !listen.ip().is_loopback() {
            bail!(
                "'public_url' is missing: set it to the address that people use, such as https://desk.example"
            );
        }
        if let Some(url) = &public_url
            && !listen.ip().is_loopback()
            && !url.starts_with("https://")
        {
            bail!("'public_url' must begin with https:// (only a loopback 'listen' is served without)");
        }
        let tls = match (self.tls.cert, self.tls.key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => bail!("'tls.cert' and 'tls.key' go together: set both or neither"),
        };
        let internal_listen = self.internal_listen;
        if internal_listen == Some(listen) && listen.port() != 0 {
            bail!("'internal_listen' must be another address than 'listen'");
        }
        let minutes = |name: &str, value: Option<u64>, usual: u64| -> anyhow::Result<Duration> {
            let minutes = value.unwrap_or(usual);
            if !(1..=525_600).contains(&minutes) {
                bail!("'expiry.{name}' must be 1 to 525600");
            }
            Ok(Duration::from_secs(minutes * 60))
        };
        let database = self.database.url.map(|url| url.0.parse::<PostgresUrl>()).transpose();
        let database = database.context("'database.url'")?;
        let desk_name = self.desk_name.unwrap_or_else(|| "Support desk".to_owned());
        let desk_name = ponte_types::Line::<80>::parse(&desk_name).context("'desk_name'")?.into_string();
        let limit = |name: &str, value: Option<usize>, usual: usize| -> anyhow::Result<usize> {
            let limit = value.unwrap_or(usual);
            if limit == 0 {
                bail!("'limits.{name}' must be at least 1");
            }
            Ok(limit)
        };
        Ok(Config {
            listen,
            public_url,
            public_addresses: self.public_addresses,
            desk_name,
            data_dir: self
                .data_dir
                .context("'data_dir' is missing: set it to the folder that keeps the database")?,
            database,
            tls,
            internal_listen,
            downloads_dir: self.downloads_dir,
            connections_per_address: limit(
                "connections_per_address",
                self.limits.connections_per_address,
                256,
            )?,
            connections: limit("connections", self.limits.connections, 20_000)?,
            programs_per_address: limit("programs_per_address", self.limits.programs_per_address, 256)?,
            programs: limit("programs", self.limits.programs, 100_000)?,
            handshakes: self.limits.handshakes.unwrap_or(64).min(MAX_HANDSHAKES),
            codes_per_address: limit("codes_per_address", self.limits.codes_per_address, 60)?,
            link_life: minutes("link_minutes", self.expiry.link_minutes, 24 * 60)?,
            code_life: match self.expiry.code_minutes {
                // A number rests for a day before it is given again; a code must not outlive that.
                Some(minutes @ 1441..=525_600) => {
                    bail!("'expiry.code_minutes' is {minutes}: a code is good for 1440 minutes at most")
                }
                asked => minutes("code_minutes", asked, 10)?,
            },
            mail: self.mail.check()?,
            webhooks_allow: self.webhooks.check()?,
            return_life: minutes("return_minutes", self.expiry.return_minutes, 24 * 60)?,
        })
    }
}

/// `https://desk.example/` → `https://desk.example`, as browsers write an origin.
fn origin(url: &str) -> anyhow::Result<String> {
    let text = url.trim_end_matches('/').to_ascii_lowercase();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |host: &str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
    };
    match host {
        Some(host) if plain(host) => {}
        _ => bail!("'public_url' must be an address without path, such as https://desk.example, not '{url}'"),
    }
    let text =
        if text.starts_with("https://") { text.strip_suffix(":443") } else { text.strip_suffix(":80") }
            .map_or(text.clone(), ToOwned::to_owned);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let path = folder.path().join("ponte.toml");
        fs::write(&path, text).map_err(|e| e.to_string())?;
        let environment = environment.iter().map(|(k, v)| ((*k).into(), (*v).into()));
        Config::load(Some(&path), environment).map_err(|e| format!("{e:#}"))
    }

    const SMALL: &str = "listen = \"127.0.0.1:8443\"\ndata_dir = \"/var/lib/ponte\"\n";

    #[test]
    fn a_small_file_is_enough_and_the_environment_goes_on_top() {
        let config = load(SMALL, &[("PONTE_DESK_NAME", "Helpers"), ("PONTE_LOG", "debug")]).unwrap();
        assert_eq!(config.desk_name, "Helpers");
        assert_eq!(config.link_life, Duration::from_secs(86_400));
        assert_eq!(config.public_url, None);
        assert_eq!((config.programs, config.programs_per_address), (100_000, 256));
        assert_eq!((config.handshakes, config.codes_per_address), (64, 60));
    }

    #[test]
    fn limits_are_for_tcp_for_programs_and_for_codes() {
        let limits = "[limits]\nconnections = 1\nconnections_per_address = 2\nprograms = 3\n\
                      programs_per_address = 4\nhandshakes = 0\ncodes_per_address = 6\n";
        let config = load(&format!("{SMALL}{limits}"), &[("PONTE_LIMITS_PROGRAMS", "33")]).unwrap();
        assert_eq!((config.connections, config.connections_per_address), (1, 2));
        assert_eq!((config.programs, config.programs_per_address), (33, 4));
        assert_eq!((config.handshakes, config.codes_per_address), (0, 6));
        for key in ["programs", "programs_per_address", "codes_per_address"] {
            let error = load(&format!("{SMALL}[limits]\n{key} = 0\n"), &[]).unwrap_err();
            assert!(error.contains(&format!("'limits.{key}' must be at least 1")), "{error}");
        }
    }

    #[test]
    fn errors_say_where_and_what_to_do() {
        let wrong = |text: &str, expected: &str| {
            let error = load(text, &[]).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        wrong(&format!("{SMALL}colour = \"red\"\n"), "ponte.toml:3:1: unknown field `colour`");
        wrong(&format!("{SMALL}[tls]\n  sert = \"x\"\n"), "ponte.toml:4:3: unknown field `sert`");
        wrong("listen = \"nowhere\"\n", "ponte.toml:1:10:");
        wrong("listen = \"127.0.0.1:1\"\n", "'data_dir' is missing");
        wrong("listen = \"0.0.0.0:443\"\ndata_dir = \"/x\"\n", "'public_url' is missing");
        wrong(&format!("{SMALL}public_url = \"https://desk.example/path\"\n"), "without path");
        wrong(&format!("{SMALL}[tls]\ncert = \"a\"\n"), "set both or neither");
        wrong(&format!("{SMALL}[expiry]\ncode_minutes = 0\n"), "must be 1 to 525600");
        wrong(&format!("{SMALL}[expiry]\ncode_minutes = 1441\n"), "1440 minutes at most");
    }

    #[test]
    fn the_database_is_a_file_or_has_an_address_that_is_not_shown() {
        assert_eq!(load(SMALL, &[]).unwrap().database, None);
        let url = "postgres://ponte:s3cret@db.example/desk";
        let config = load(&format!("{SMALL}[database]\nurl = \"{url}\"\n"), &[]).unwrap();
        assert_eq!(config.database, Some(url.parse().unwrap()));
        assert!(!format!("{config:?}").contains("s3cret"));
        let config = load(SMALL, &[("PONTE_DATABASE_URL", url)]).unwrap();
        assert!(config.database.is_some());
        for wrong in ["ponte:s3cret@db.example/desk", "postgres://ponte:s3cret@db.example"] {
            let error = load(SMALL, &[("PONTE_DATABASE_URL", wrong)]).unwrap_err();
            assert!(error.contains("'database.url'") && error.contains("write it as postgres://"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_public_address_is_written_as_browsers_write_it() {
        assert_eq!(origin("https://Desk.Example:443/").unwrap(), "https://desk.example");
        assert_eq!(origin("http://localhost:8443").unwrap(), "http://localhost:8443");
        assert!(origin("desk.example").is_err());
    }
}
