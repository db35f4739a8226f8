//! Is this really the relay? By the web's certificate authorities, or by a fingerprint known beforehand.
//!
//! A relay that was met before must show what it showed then. At the first visit, after the person agreed, a
//! fingerprint from a link, the command line or the configuration decides, or else the web's authorities do. A
//! relay on this very machine (localhost, 127.0.0.0/8, ::1) is taken as it is, unless a fingerprint is named.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, OnceLock},
};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};

/// SHA-256 of a certificate's DER bytes; written as 64 hexadecimal digits, colons allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// The text is not a SHA-256 in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits (SHA-256 of the relay's certificate)")]
pub struct BadFingerprint;

impl FromStr for Fingerprint {
    type Err = BadFingerprint;
    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !matches!(c, ':' | ' '))
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect();
        let digits = digits.filter(|d| d.len() == 64).ok_or(BadFingerprint)?;
        Ok(Self(std::array::from_fn(|i| digits[2 * i] << 4 | digits[2 * i + 1])))
    }
}
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// By what a relay is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// This certificate and no other.
    Pinned(Fingerprint),
    /// Any certificate: the relay runs on this machine.
    Loopback,
    /// What the web's authorities vouch for.
    WebPki,
}

/// What was found out about a relay's certificate, also when it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub fingerprint: Fingerprint,
    pub accepted: bool,
}

/// Checks one relay's certificate and remembers what it saw.
#[derive(Debug)]
pub struct Verifier {
    expect: Expect,
    provider: Arc<CryptoProvider>,
    seen: Mutex<Option<Seen>>,
    /// Made when first needed: it reads the system's certificates.
    web: OnceLock<Option<rustls_platform_verifier::Verifier>>,
}

impl Verifier {
    #[must_use]
    pub fn new(expect: Expect, provider: Arc<CryptoProvider>) -> Arc<Self> {
        Arc::new(Self { expect, provider, seen: Mutex::new(None), web: OnceLock::new() })
    }
    /// What the last handshake showed.
    #[must_use]
    pub fn seen(&self) -> Option<Seen> {
        self.seen.lock().ok().and_then(|seen| *seen)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let fingerprint = Fingerprint(Sha256::digest(end_entity).into());
        let verdict = match self.expect {
            Expect::Pinned(pin) if pin == fingerprint => Ok(ServerCertVerified::assertion()),
            Expect::Pinned(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
            Expect::Loopback => Ok(ServerCertVerified::assertion()),
            Expect::WebPki => {
                let make = || rustls_platform_verifier::Verifier::new(Arc::clone(&self.provider)).ok();
                self.web.get_or_init(make).as_ref().map_or_else(
                    || Err(CertificateError::UnknownIssuer.into()),
                    |web| web.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
                )
            }
        };
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(Seen { fingerprint, accepted: verdict.is_ok() });
        }
        verdict
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_with_and_without_colons() {
        let hex = "00ff".repeat(16);
        let print: Fingerprint = hex.parse().expect("a fingerprint");
        assert_eq!(print.to_string(), hex);
        let colons: Vec<String> = print.0.iter().map(|b| format!("{b:02X}")).collect();
        assert_eq!(colons.join(":").parse(), Ok(print));
        assert_eq!("00ff".parse::<Fingerprint>(), Err(BadFingerprint));
        assert_eq!("zz".repeat(32).parse::<Fingerprint>(), Err(BadFingerprint));
    }
}
