//! The audit.

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::audit::{AuditLine, AuditPage, AuditReport},
    problem::{Problem, ProblemBody},
    state::Api,
};

/// Lines on one page, unless asked otherwise and at most.
const PAGE: (u64, u64) = (100, 500);

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Below {
    before: Option<u64>,
    limit: Option<u64>,
}

#[utoipa::path(get, path = "/audit", tag = "audit", params(
    ("before" = Option<u64>, Query, description = "Continue below this line"),
    ("limit" = Option<u64>, Query, description = "1 to 500; 100 unless told"),
), responses(
    (status = 200, body = AuditPage, description = "Newest first"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn lines(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(below): Query<Below>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = below.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let lines = api.desk.audit(&caller, below.before, limit).await?;
    let directory = api.desk.directory();
    let named = |line: ponte_desk::audit::Line| AuditLine {
        by: line.technician.and_then(|id| directory.name_of(id)),
        id: line.id,
        at: line.at,
        actor: line.actor,
        technician: line.technician,
        kind: line.kind,
        about: line.about,
    };
    Ok(Json(AuditPage { lines: lines.into_iter().map(named).collect() }))
}

#[utoipa::path(get, path = "/audit/verify", tag = "audit", responses(
    (status = 200, body = AuditReport, description = "Also when it was tampered with: that is what it then says"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn verify(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<AuditReport>, Problem> {
    Ok(Json(api.desk.verify_audit(&caller).await?.into()))
}
