//! Reading and verifying the audit (X3).

use std::time::Duration;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use ponte_desk::{
    audit::{Head, Line, Tampered, Verifier, Whole},
    permission::{Permission, Where},
};
use ponte_store::{Actor, AuditEntry, AuditFilter, SessionFilter, Store};
use ponte_types::{ErrorCode, SessionId, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, Directory, Keys, audit_file};

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

/// Which lines of the audit; what is absent does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskAudit {
    pub before: Option<u64>,
    pub limit: u64,
    /// `technician`, `end_user` or `relay`.
    pub actor: Option<String>,
    pub technician: Option<TechnicianId>,
    pub kind: Option<String>,
    pub about: Option<About>,
    pub from: Option<UnixMillis>,
    pub until: Option<UnixMillis>,
}

/// What lines are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A session, by its number.
    Session(u64),
    /// An id, or whatever else stands there.
    Text(String),
}

/// As what the audit is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// All of it with its links and signed heads: [`super::verify_audit_file`].
    Chain,
    /// The lines that were asked for, as comma-separated values (RFC 4180).
    Table,
}

/// An export under way.
#[derive(Debug)]
pub struct Export(Stage);

#[derive(Debug)]
enum Stage {
    ChainBegin,
    Chain { after: u64, count: u64 },
    Table { filter: AuditFilter, first: bool },
    Over,
}

const TABLE_HEAD: &str = "line,time,who,technician,name,what,about\r\n";

fn row(directory: &Directory, line: &Line) -> String {
    let name = line.technician.and_then(|id| directory.name_of(id)).unwrap_or_default();
    let technician = line.technician.map(|id| id.to_string()).unwrap_or_default();
    let cells = [
        line.id.to_string(),
        line.at.0.to_string(),
        line.actor.clone(),
        technician,
        name,
        line.kind.clone(),
        line.about.clone(),
    ];
    cells.map(|cell| csv_cell(&cell)).join(",") + "\r\n"
}

/// A program that calculates must not take a text for a formula.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

impl Desk {
    /// Lines of the audit, newest first.
    ///
    /// # Errors
    /// `forbidden`; `not_found` for a session number that was never given.
    pub async fn audit(&self, caller: &Caller, ask: &AskAudit) -> Result<Vec<Line>, DeskError> {
        self.directory_now().await?.may(caller, Permission::AuditView, Where::Desk)?;
        Ok(self.store.audit_lines(&self.filter(ask).await?).await?)
    }

    /// The kinds of lines that occur.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit_kinds(&self, caller: &Caller) -> Result<Vec<String>, DeskError> {
        self.directory_now().await?.may(caller, Permission::AuditView, Where::Desk)?;
        Ok(self.store.audit_kinds().await?)
    }

    /// Begins an export: [`Desk::export_more`] gives its parts. That it was made is a line of the audit.
    ///
    /// # Errors
    /// `forbidden`; `not_found` for a session number that was never given.
    pub async fn export_audit(
        &self,
        caller: &Caller,
        format: ExportFormat,
        ask: &AskAudit,
    ) -> Result<Export, DeskError> {
        self.directory_now().await?.may(caller, Permission::AuditView, Where::Desk)?;
        let filter = self.filter(ask).await?;
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        let about = match format {
            ExportFormat::Chain => "chain".to_owned(),
            ExportFormat::Table => "table".to_owned(),
        };
        self.store.audit(&AuditEntry { at, by, kind: "audit_exported", about }).await?;
        Ok(match format {
            ExportFormat::Chain => Export(Stage::ChainBegin),
            ExportFormat::Table => Export(Stage::Table { filter, first: true }),
        })
    }

    /// The next part of an export; `None` after the last.
    ///
    /// # Errors
    /// When the store fails: what was written of the file so far is not whole, and shows it.
    pub async fn export_more(&self, export: &mut Export) -> Result<Option<String>, DeskError> {
        match &mut export.0 {
            Stage::ChainBegin => {
                // Heads first: a line that they sign is in the file for certain.
                let heads = self.store.heads().await?;
                export.0 = Stage::Chain { after: 0, count: 0 };
                let key = self.notary.0.verifying_key();
                Ok(Some(audit_file::begin(&self.config.name, self.ambient.now(), &key, &heads)))
            }
            Stage::Chain { after, count } => {
                let lines = self.store.audit_after(*after, BATCH).await?;
                let Some((last, _)) = lines.last() else {
                    let end = audit_file::end(*count);
                    export.0 = Stage::Over;
                    return Ok(Some(end));
                };
                *after = last.id;
                *count += u64::try_from(lines.len()).unwrap_or(u64::MAX);
                Ok(Some(audit_file::lines(&lines)))
            }
            Stage::Table { filter, first } => {
                filter.limit = BATCH;
                let lines = self.store.audit_lines(filter).await?;
                let mut text = if *first { TABLE_HEAD.to_owned() } else { String::new() };
                *first = false;
                let directory = self.directory();
                text.extend(lines.iter().map(|line| row(&directory, line)));
                match lines.last() {
                    Some(last) => filter.before = Some(last.id),
                    None => export.0 = Stage::Over,
                }
                Ok(Some(text))
            }
            Stage::Over => Ok(None),
        }
    }

    async fn filter(&self, ask: &AskAudit) -> Result<AuditFilter, DeskError> {
        let about = match &ask.about {
            Some(About::Text(text)) => Some(text.clone()),
            Some(About::Session(number)) => Some(self.session_numbered(*number).await?.to_string()),
            None => None,
        };
        Ok(AuditFilter {
            before: ask.before,
            actor: ask.actor.clone(),
            technician: ask.technician,
            kind: ask.kind.clone(),
            about,
            from: ask.from,
            until: ask.until,
            limit: ask.limit,
        })
    }

    async fn session_numbered(&self, number: u64) -> Result<SessionId, DeskError> {
        let filter =
            SessionFilter { before: Some(number.saturating_add(1)), limit: 1, ..SessionFilter::default() };
        let found = self.store.sessions(&filter).await?.into_iter().find(|it| it.number == number);
        found.map(|it| it.id).ok_or(DeskError::Refused(ErrorCode::NotFound))
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

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn a_cell_is_text_and_never_a_formula() {
        assert_eq!(csv_cell("claimed"), "claimed");
        assert_eq!(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv_cell("-1,2"), "\"'-1,2\"");
    }
}
