//! The audit.

use ponte_desk::audit::{Tampered, Whole};
use ponte_types::{TechnicianId, UnixMillis};
use serde::Serialize;
use utoipa::ToSchema;

/// A line of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLine {
    pub id: u64,
    pub at: UnixMillis,
    /// `technician`, `end_user` or `relay`.
    pub actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technician: Option<TechnicianId>,
    /// The technician's name, as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done, a stable word such as `claimed`.
    pub kind: String,
    /// To what: a session's id, a name.
    pub about: String,
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
}

/// An audit, checked from its first line on.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditReport {
    /// It is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Whole>,
    /// It is not, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tampered: Option<Tampered>,
    /// By which the signed heads are checked: Ed25519, 64 hexadecimal digits.
    pub public_key: String,
}

impl From<ponte_app::desk::AuditReport> for AuditReport {
    fn from(it: ponte_app::desk::AuditReport) -> Self {
        let public_key = it.public_key.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { whole: it.outcome.ok(), tampered: it.outcome.err(), public_key }
    }
}
