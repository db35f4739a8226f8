//! The audit.

use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::header,
    response::IntoResponse,
};
use ponte_app::desk::{About, AskAudit, ExportFormat};
use ponte_types::{TechnicianId, UnixMillis};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::audit::{AuditLine, AuditPage, AuditReport},
    problem::{Problem, ProblemBody},
    state::Api,
};

/// Lines on one page, unless asked otherwise and at most.
const PAGE: (u64, u64) = (100, 500);

/// Which lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    before: Option<u64>,
    limit: Option<u64>,
    actor: Option<String>,
    technician: Option<TechnicianId>,
    kind: Option<String>,
    about: Option<String>,
    session: Option<u64>,
    from: Option<i64>,
    until: Option<i64>,
    format: Option<String>,
}

impl Which {
    fn ask(self) -> Result<AskAudit, Problem> {
        if self.actor.as_deref().is_some_and(|it| !["technician", "end_user", "relay"].contains(&it)) {
            return Err(Problem::invalid("'actor' is 'technician', 'end_user' or 'relay'"));
        }
        let about = match (self.session, self.about) {
            (Some(_), Some(_)) => return Err(Problem::invalid("ask for 'session' or 'about', not both")),
            (Some(number), None) => Some(About::Session(number)),
            (None, text) => text.map(About::Text),
        };
        Ok(AskAudit {
            before: self.before,
            limit: self.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1),
            actor: self.actor,
            technician: self.technician,
            kind: self.kind,
            about,
            from: self.from.map(UnixMillis),
            until: self.until.map(UnixMillis),
        })
    }
}

#[utoipa::path(get, path = "/audit", tag = "audit", params(
    ("before" = Option<u64>, Query, description = "Continue below this line"),
    ("limit" = Option<u64>, Query, description = "1 to 500; 100 unless told"),
    ("actor" = Option<String>, Query, description = "`technician`, `end_user` or `relay`"),
    ("technician" = Option<TechnicianId>, Query),
    ("kind" = Option<String>, Query),
    ("about" = Option<String>, Query, description = "As it stands in the line"),
    ("session" = Option<u64>, Query, description = "A session's number"),
    ("from" = Option<i64>, Query, description = "Unix milliseconds"),
    ("until" = Option<i64>, Query, description = "Unix milliseconds, not included"),
), responses(
    (status = 200, body = AuditPage, description = "Newest first"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "There is no session of this number"),
))]
pub(crate) async fn lines(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(which): Query<Which>,
) -> Result<Json<AuditPage>, Problem> {
    let lines = api.desk.audit(&caller, &which.ask()?).await?;
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

#[utoipa::path(get, path = "/audit/kinds", tag = "audit", responses(
    (status = 200, body = Vec<String>, description = "Those that occur"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn audit_kinds(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<String>>, Problem> {
    Ok(Json(api.desk.audit_kinds(&caller).await?))
}

#[utoipa::path(get, path = "/audit/export", tag = "audit", params(
    ("format" = Option<String>, Query, description = "`jsonl`, unless told: all of it, with links and signed heads, to be verified offline. `csv`: the lines that are asked for, as with `GET audit`"),
), responses(
    (status = 200, body = String, content_type = "application/x-ndjson", description = "A file, as it is read; one that breaks off is not whole and shows it"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn export_audit(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(mut which): Query<Which>,
) -> Result<impl IntoResponse, Problem> {
    let (format, kind, name) = match which.format.take().as_deref() {
        None | Some("jsonl") => (ExportFormat::Chain, "application/x-ndjson", "audit.jsonl"),
        Some("csv") => (ExportFormat::Table, "text/csv; charset=utf-8", "audit.csv"),
        Some(_) => return Err(Problem::invalid("'format' is 'jsonl' or 'csv'")),
    };
    let export = api.desk.export_audit(&caller, format, &which.ask()?).await?;
    let parts = futures_util::stream::try_unfold((export, api), |(mut export, api)| async move {
        match api.desk.export_more(&mut export).await {
            Ok(part) => Ok(part.map(|text| (text, (export, api)))),
            Err(error) => {
                tracing::error!(%error, "an export of the audit broke off");
                Err(error)
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(parts)))
}
