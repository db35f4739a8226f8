//! What leaves the relay: mail and webhooks.

use std::{fs, net::IpAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use ponte_courier::{Block, MailSetup, Security, Smtp};
use serde::Deserialize;

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    host: String,
    port: u16,
    security: Security,
    user: Option<String>,
    password: Option<Secret>,
    from: String,
}

/// A text that no log shows.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailFile {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) security: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) from: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WebhooksFile {
    pub(super) allow: Vec<String>,
}

impl WebhooksFile {
    pub(super) fn check(self) -> anyhow::Result<Vec<Block>> {
        let block = |text: &String| text.parse::<Block>().context("'webhooks.allow'");
        self.allow.iter().map(block).collect()
    }
}

impl MailFile {
    /// `None` when nothing of it is set.
    pub(super) fn check(self) -> anyhow::Result<Option<Mail>> {
        let nothing = self.port.is_none()
            && self.security.is_none()
            && self.user.is_none()
            && self.password.is_none()
            && self.password_file.is_none()
            && self.from.is_none();
        let Some(host) = self.host else {
            if nothing {
                return Ok(None);
            }
            bail!("'mail.host' is missing: set it to the mail server's name, or remove [mail]");
        };
        let security = match self.security.as_deref().unwrap_or("starttls") {
            "tls" => Security::Tls,
            "starttls" => Security::StartTls,
            "none" => Security::Plain,
            other => bail!("'mail.security' is 'tls', 'starttls' or 'none', not '{other}'"),
        };
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if security == Security::Plain && self.user.is_some() && !here {
            bail!(
                "'mail.security' is 'none', which would send the password readable over the network: use 'starttls' or \
                 'tls', or leave out 'mail.user'"
            );
        }
        let port = self.port.unwrap_or(match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Plain => 25,
        });
        let password = match (self.password, self.password_file) {
            (Some(_), Some(_)) => bail!("set 'mail.password' or 'mail.password_file', not both"),
            (Some(password), None) => Some(password),
            (None, Some(file)) => {
                let text = fs::read_to_string(&file).with_context(|| {
                    format!("'mail.password_file' is '{}', which cannot be read", file.display())
                })?;
                Some(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            (None, None) => None,
        };
        if self.user.is_some() != password.is_some() {
            bail!("'mail.user' and its password go together: set both or neither");
        }
        let from = self.from.context(
            "'mail.from' is missing: set it to the address that mail comes from, such as Desk <desk@example.org>",
        )?;
        let mail = Mail { host, port, security, user: self.user, password, from };
        mail.server()?;
        Ok(Some(mail))
    }
}

impl Mail {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the sender's address is none, or TLS cannot be set up.
    pub(crate) fn server(&self) -> anyhow::Result<Smtp> {
        let credentials = self.user.clone().zip(self.password.clone().map(|secret| secret.0));
        let setup = MailSetup {
            host: self.host.clone(),
            port: self.port,
            security: self.security,
            credentials,
            from: self.from.clone(),
        };
        Smtp::new(&setup).map_err(|e| anyhow::anyhow!("'mail': {e}"))
    }

    /// For messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Option<Mail>, String> {
        toml::from_str::<MailFile>(text).map_err(|e| e.to_string())?.check().map_err(|e| format!("{e:#}"))
    }

    #[test]
    fn nothing_is_no_mail_and_a_part_says_what_is_missing() {
        assert_eq!(file(""), Ok(None));
        let wrong = |text: &str, expected: &str| {
            let error = file(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        wrong("port = 25", "'mail.host' is missing");
        wrong("host = \"mx\"", "'mail.from' is missing");
        wrong("host = \"mx\"\nfrom = \"nobody\"", "no address to send from");
        wrong("host = \"mx\"\nfrom = \"a@b.example\"\nuser = \"a\"", "go together");
        wrong("host = \"mx\"\nfrom = \"a@b.example\"\nsecurity = \"ssl\"", "'starttls' or 'none', not 'ssl'");
        wrong(
            "host = \"mx\"\nfrom = \"a@b.example\"\nsecurity = \"none\"\nuser = \"a\"\npassword = \"b\"",
            "readable over the network",
        );
        wrong(
            "host = \"mx\"\nfrom = \"a@b.example\"\nuser = \"a\"\npassword = \"b\"\npassword_file = \"/x\"",
            "not both",
        );
        wrong(
            "host = \"mx\"\nfrom = \"a@b.example\"\nuser = \"a\"\npassword_file = \"/no/such\"",
            "cannot be read",
        );
    }

    #[test]
    fn a_password_is_in_a_file_and_in_no_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, "very secret\n").unwrap();
        let text = format!(
            "host = \"smtp.example.org\"\nuser = \"a\"\npassword_file = \"{}\"\nfrom = \"a@b.example\"",
            path.display()
        );
        let mail = file(&text).unwrap().unwrap();
        assert_eq!((mail.port, mail.security), (587, Security::StartTls));
        assert_eq!(mail.password, Some(Secret("very secret".into())));
        assert!(!format!("{mail:?}").contains("very"), "{mail:?}");
    }

    #[test]
    fn what_webhooks_may_reach_is_addresses() {
        let allow =
            |one: &str| WebhooksFile { allow: vec![one.into()] }.check().map_err(|e| format!("{e:#}"));
        assert_eq!(allow("10.0.0.0/8").unwrap().len(), 1);
        assert!(allow("intranet").unwrap_err().contains("'webhooks.allow': 'intranet' is no address"));
    }
}
