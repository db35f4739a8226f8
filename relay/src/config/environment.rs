//! Variables of the environment on top of the file: `PONTE_TLS_CERT` is `cert` under `[tls]`.
//!
//! A variable that was meant to configure and is misspelt must not be passed over in silence. But others begin with
//! `PONTE_`, too: the log's (`PONTE_LOG`), and what Kubernetes sets for a service of that name (`PONTE_PORT`,
//! `PONTE_SERVICE_HOST`). So what begins like a key or is nearly one is refused, and the rest is left alone.

use std::{ffi::OsString, str::FromStr};

use anyhow::{Context as _, bail};

use super::{File, Hidden};

const PREFIX: &str = "PONTE_";
/// Letters that may be wrong in a name for it to count as misspelt.
const SLIPS: usize = 2;

type Set = fn(&mut File, &str) -> anyhow::Result<()>;

const KEYS: [(&str, Set); 27] = [
    ("LISTEN", |file, value| parsed(value).map(|v| file.listen = Some(v))),
    ("PUBLIC_URL", |file, value| text(value).map(|v| file.public_url = Some(v))),
    ("PUBLIC_ADDRESSES", |file, value| {
        let all: anyhow::Result<_> = value.split(',').map(|one| parsed(one.trim())).collect();
        all.map(|v| file.public_addresses = v)
    }),
    ("DESK_NAME", |file, value| text(value).map(|v| file.desk_name = Some(v))),
    ("DATA_DIR", |file, value| text(value).map(|v| file.data_dir = Some(v.into()))),
    ("INTERNAL_LISTEN", |file, value| parsed(value).map(|v| file.internal_listen = Some(v))),
    ("DOWNLOADS_DIR", |file, value| text(value).map(|v| file.downloads_dir = Some(v.into()))),
    ("DATABASE_URL", |file, value| text(value).map(|v| file.database.url = Some(Hidden(v)))),
    ("TLS_CERT", |file, value| text(value).map(|v| file.tls.cert = Some(v.into()))),
    ("TLS_KEY", |file, value| text(value).map(|v| file.tls.key = Some(v.into()))),
    ("LIMITS_CONNECTIONS", |file, value| parsed(value).map(|v| file.limits.connections = Some(v))),
    ("LIMITS_CONNECTIONS_PER_ADDRESS", |file, value| {
        parsed(value).map(|v| file.limits.connections_per_address = Some(v))
    }),
    ("LIMITS_PROGRAMS", |file, value| parsed(value).map(|v| file.limits.programs = Some(v))),
    ("LIMITS_PROGRAMS_PER_ADDRESS", |file, value| {
        parsed(value).map(|v| file.limits.programs_per_address = Some(v))
    }),
    ("LIMITS_HANDSHAKES", |file, value| parsed(value).map(|v| file.limits.handshakes = Some(v))),
    ("LIMITS_CODES_PER_ADDRESS", |file, value| {
        parsed(value).map(|v| file.limits.codes_per_address = Some(v))
    }),
    ("EXPIRY_LINK_MINUTES", |file, value| parsed(value).map(|v| file.expiry.link_minutes = Some(v))),
    ("EXPIRY_CODE_MINUTES", |file, value| parsed(value).map(|v| file.expiry.code_minutes = Some(v))),
    ("EXPIRY_RETURN_MINUTES", |file, value| parsed(value).map(|v| file.expiry.return_minutes = Some(v))),
    ("MAIL_HOST", |file, value| text(value).map(|v| file.mail.host = Some(v))),
    ("MAIL_PORT", |file, value| parsed(value).map(|v| file.mail.port = Some(v))),
    ("MAIL_SECURITY", |file, value| text(value).map(|v| file.mail.security = Some(v))),
    ("MAIL_USER", |file, value| text(value).map(|v| file.mail.user = Some(v))),
    ("MAIL_PASSWORD", |file, value| text(value).map(|v| file.mail.password = Some(v.into()))),
    ("MAIL_PASSWORD_FILE", |file, value| text(value).map(|v| file.mail.password_file = Some(v.into()))),
    ("MAIL_FROM", |file, value| text(value).map(|v| file.mail.from = Some(v))),
    ("WEBHOOKS_ALLOW", |file, value| {
        file.webhooks.allow = value.split(',').map(|one| one.trim().to_owned()).collect();
        Ok(())
    }),
];

/// Read by the command line and the log, not by the configuration.
const OTHERS: [&str; 2] = ["CONFIG", "LOG"];

/// Puts the environment's values into the file's places.
///
/// # Errors
/// With the variable's name, for a value that does not fit and for a name that is nearly one of ours.
pub(super) fn overlay(
    file: &mut File,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> anyhow::Result<()> {
    for (name, value) in environment {
        let Some(key) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if let Some((_, set)) = KEYS.iter().find(|(known, _)| *known == key) {
            let name = || format!("the environment's {PREFIX}{key}");
            let value = value.to_str().context("the value is not UTF-8").with_context(name)?;
            set(file, value).with_context(name)?;
        } else if let Some(known) = meant(key) {
            bail!(
                "the environment's {PREFIX}{key} is not a key of the configuration: did you mean {PREFIX}{known}? \
                 Correct or unset it"
            );
        }
    }
    Ok(())
}

fn text(value: &str) -> anyhow::Result<String> {
    Ok(value.to_owned())
}

fn parsed<T: FromStr>(value: &str) -> anyhow::Result<T>
where
    T::Err: std::fmt::Display,
{
    value.parse().map_err(|e| anyhow::anyhow!("'{value}': {e}"))
}

/// The key that somebody wanted who wrote this.
fn meant(key: &str) -> Option<&'static str> {
    let upper = key.to_ascii_uppercase();
    if OTHERS.contains(&upper.as_str()) {
        return None;
    }
    let nearest = |among: &dyn Fn(&str) -> bool| {
        let known = KEYS.iter().map(|(known, _)| *known).filter(|known| among(known));
        known.map(|known| (distance(&upper, known), known)).min()
    };
    if let Some((slips, known)) = nearest(&|_| true)
        && slips <= SLIPS
    {
        return Some(known);
    }
    let first = |name: &str| name.split('_').next().map(str::to_owned);
    nearest(&|known| first(known) == first(&upper)).map(|(_, known)| known)
}

/// Letters to add, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let next = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<File, String> {
        let mut file = File::default();
        overlay(&mut file, [(name.into(), value.into())]).map_err(|e| format!("{e:#}"))?;
        Ok(file)
    }

    #[test]
    fn each_variable_replaces_its_own_key() {
        for (key, _) in KEYS {
            let value = match key {
                "LISTEN" | "INTERNAL_LISTEN" => "127.0.0.1:1",
                "PUBLIC_ADDRESSES" => "192.0.2.1, 2001:db8::1",
                _ => "7",
            };
            let changed = format!("{:?}", set(&format!("PONTE_{key}"), value).unwrap());
            assert_ne!(changed, format!("{:?}", File::default()), "{key}");
        }
        assert_eq!(set("PONTE_EXPIRY_CODE_MINUTES", "3").unwrap().expiry.code_minutes, Some(3));
        assert_eq!(set("PONTE_LIMITS_CONNECTIONS_PER_ADDRESS", "3").unwrap().limits.connections, None);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (name, value) in [("PONTE_LISTEN", "here"), ("PONTE_PUBLIC_ADDRESSES", "192.0.2.1,x")] {
            let error = set(name, value).unwrap_err();
            assert!(error.contains(name) && error.contains('\''), "{error}");
        }
    }

    #[test]
    fn what_looks_like_a_key_and_is_none_is_refused() {
        for (name, known) in [
            ("PONTE_LISTN", "PONTE_LISTEN"),
            ("PONTE_listen", "PONTE_LISTEN"),
            ("PONTE_DATADIR", "PONTE_DATA_DIR"),
            ("PONTE_TLS_CERTIFICATE", "PONTE_TLS_CERT"),
            ("PONTE_EXPIRY_LINKS", "PONTE_EXPIRY_LINK_MINUTES"),
            ("PONTE_PUBLIC_URI", "PONTE_PUBLIC_URL"),
        ] {
            let error = set(name, "1").unwrap_err();
            assert!(error.contains(name) && error.contains(&format!("did you mean {known}?")), "{error}");
        }
        for name in [
            "PONTE_LOG",
            "PONTE_CONFIG",
            "PONTE_PORT",
            "PONTE_SERVICE_HOST",
            "PONTE_PORT_8443_TCP_ADDR",
            "LISTEN",
        ] {
            assert!(set(name, "1").is_ok(), "{name}");
        }
    }
}
