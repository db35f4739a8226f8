//! The certificate: given, or made at first start.

use std::{fs, path::Path, sync::Arc};

use anyhow::Context as _;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use sha2::{Digest as _, Sha256};

use crate::data::write_private;

/// What the relay proves itself with.
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// SHA-256 of the certificate, hexadecimal: how a SOS program knows a relay whose certificate nobody vouches for.
    pub(crate) fingerprint: String,
    /// Made here, so nobody vouches for it.
    pub(crate) self_signed: bool,
}

impl Identity {
    /// The operator's own.
    ///
    /// # Errors
    /// When a file cannot be read, or the two do not belong together.
    pub(crate) fn given(cert: &Path, key: &Path) -> anyhow::Result<Self> {
        let given = Self::read(cert, key, false).context("check 'tls.cert' and 'tls.key'")?;
        given.server(ponte_wire::ALPN)?;
        Ok(given)
    }

    /// One that was made at first start and is kept in the data folder.
    pub(crate) fn made_here(data_dir: &Path, host: &str) -> anyhow::Result<Self> {
        let (cert, key) = (data_dir.join("certificate.pem"), data_dir.join("certificate-key.pem"));
        if !cert.exists() || !key.exists() {
            let mut names = vec![host.to_owned()];
            names.extend(
                ["localhost", "127.0.0.1", "::1"].iter().map(|s| (*s).to_owned()).filter(|n| *n != host),
            );
            let made = rcgen::generate_simple_self_signed(names).context("no certificate could be made")?;
            write_private(&key, &made.signing_key.serialize_pem())?;
            write_private(&cert, &made.cert.pem())?;
        }
        Self::read(&cert, &key, true)
    }

    fn read(cert: &Path, key: &Path, self_signed: bool) -> anyhow::Result<Self> {
        let what = |path: &Path| format!("the certificate file '{}' cannot be used", path.display());
        let pem = fs::read(cert).with_context(|| what(cert))?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.with_context(|| what(cert))?;
        let first =
            chain.first().with_context(|| format!("'{}' holds no certificate (PEM)", cert.display()))?;
        let fingerprint = Sha256::digest(first).iter().map(|b| format!("{b:02x}")).collect();
        let pem = fs::read(key).with_context(|| what(key))?;
        let key = PrivateKeyDer::from_pem_slice(&pem).with_context(|| what(key))?;
        Ok(Self { chain, key, fingerprint, self_signed })
    }

    /// A server's side of TLS for one application protocol.
    pub(crate) fn server(&self, alpn: &[u8]) -> anyhow::Result<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .context("certificate and key do not belong together")?;
        config.alpn_protocols = vec![alpn.to_vec()];
        Ok(config)
    }
}
