//! Mail by SMTP (RFC 5321), encrypted from the start, by STARTTLS, or not at all.

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use ponte_app::ports::{MailError, Mailer, OutgoingMail};

/// The longest wait for the server to answer one command.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (usually port 465).
    Tls,
    /// TLS after the greeting; without it nothing is sent (usually port 587).
    StartTls,
    /// Nothing: for a server on the same machine.
    Plain,
}

/// Which server, and as whom.
#[derive(Clone)]
pub struct MailSetup {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub credentials: Option<(String, String)>,
    /// `Desk <desk@example.org>`, or the address alone.
    pub from: String,
}

impl std::fmt::Debug for MailSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSetup")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// A mail server.
#[derive(Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the sender's address is none, or TLS cannot be set up.
    pub fn new(setup: &MailSetup) -> Result<Self, String> {
        let from: Mailbox =
            setup.from.parse().map_err(|e| format!("'{}' is no address to send from: {e}", setup.from))?;
        let parameters = || TlsParameters::new(setup.host.clone()).map_err(|e| e.to_string());
        let tls = match setup.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::Plain => Tls::None,
        };
        let domain = from.email.domain().to_owned();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&setup.host)
            .port(setup.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(domain));
        if let Some((user, password)) = &setup.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        let never = |e: &dyn std::fmt::Display| MailError::Never(e.to_string());
        let to: Mailbox = mail.to.parse().map_err(|e| never(&format!("'{}' is no address: {e}", mail.to)))?;
        let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.at.0).unwrap_or(0));
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .date(at)
            .message_id(Some(format!("<{}>", mail.message_id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|e| never(&e))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // Only a server that says so (5yz) refuses for good; but who may send (53z, RFC 4954) is ours to mend.
            Err(error) if error.is_permanent() && !about_us(&error) => Err(never(&told(&error))),
            Err(error) => Err(MailError::Later(told(&error))),
        }
    }
}

fn about_us(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| code.to_string().starts_with("53"))
}

/// With its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_must_have_an_address() {
        let setup = |from: &str| MailSetup {
            host: "localhost".into(),
            port: 25,
            security: Security::Plain,
            credentials: None,
            from: from.into(),
        };
        assert!(Smtp::new(&setup("Desk <desk@desk.example>")).is_ok());
        assert!(Smtp::new(&setup("desk@desk.example")).is_ok());
        assert!(Smtp::new(&setup("desk")).unwrap_err().contains("no address to send from"));
    }
}
