//! Reading and verifying the audit (X3).

use std::time::Duration;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use ponte_desk::{
    audit::{Head, Line, Tampered, Verifier, Whole},
    permission::{Permission, Where},
};
use ponte_store::Store;

use super::{Caller, Desk, DeskError, Keys};

/// Lines read at once.
const BATCH: u64 = 1_000;
/// Least time between two signed heads.
const SIGNED_EVERY: Duration = Duration::from_secs(10 * 60);

/// The relay's key for the audit's heads. It is that of the access tokens: what is signed with it begins with its own
/// tag, which no token does.
pub(super) struct Notary(SigningKey);

impl Notary {
    pub(super) fn new(keys: &Keys) -> Self {
        Self(SigningKey::from_bytes(&keys.signing))
    }
}

/// An audit, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditReport {
    pub outcome: Result<Whole, Tampered>,
    /// By which the heads are checked, also elsewhere: Ed25519, 32 bytes.
    pub public_key: [u8; 32],
}

impl Desk {
    /// Lines of the audit, newest first, below a line if one is given.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit(
        &self,
        caller: &Caller,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<Line>, DeskError> {
        self.directory_now().await?.may(caller, Permission::AuditView, Where::Desk)?;
        Ok(self.store.audit_before(before, limit).await?)
    }

    /// Goes through the whole audit.
    ///
    /// # Errors
    /// `forbidden`; when the store fails. Tampering is no error: it is the answer.
    pub async fn verify_audit(&self, caller: &Caller) -> Result<AuditReport, DeskError> {
        self.directory_now().await?.may(caller, Permission::AuditView, Where::Desk)?;
        self.audit_report().await
    }

    /// As [`Desk::verify_audit`], for whoever may read the database anyway.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn audit_report(&self) -> Result<AuditReport, DeskError> {
        let public = self.notary.0.verifying_key();
        let outcome = verified(&*self.store, &public).await?;
        Ok(AuditReport { outcome, public_key: public.to_bytes() })
    }

    /// Signs the newest line, if it is not signed yet.
    pub(super) async fn sign_audit(&self) -> Result<(), DeskError> {
        let Some((line, link)) = self.store.audit_newest().await? else { return Ok(()) };
        let signed_at = self.ambient.now();
        let soon = |head: &Head| head.line >= line || signed_at.since(head.signed_at) < SIGNED_EVERY;
        if self.store.newest_head().await?.as_ref().is_some_and(soon) {
            return Ok(());
        }
        let signature = self.notary.0.sign(&Head::message(line, &link, signed_at)).to_bytes();
        Ok(self.store.keep_head(&Head { line, link, signed_at, signature }).await?)
    }
}

async fn verified(store: &dyn Store, key: &VerifyingKey) -> Result<Result<Whole, Tampered>, DeskError> {
    let signed = |message: &[u8], signature: &[u8; 64]| {
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    };
    let mut verifier = match Verifier::new(store.heads().await?, signed) {
        Ok(verifier) => verifier,
        Err(tampered) => return Ok(Err(tampered)),
    };
    let mut after = 0;
    loop {
        let lines = store.audit_after(after, BATCH).await?;
        let Some((last, _)) = lines.last() else { return Ok(verifier.end()) };
        after = last.id;
        for (line, link) in &lines {
            if let Err(tampered) = verifier.line(line, link) {
                return Ok(Err(tampered));
            }
        }
    }
}
