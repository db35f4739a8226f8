//! From a session's taking to its end, and back.

use axum::{Json, extract::State};
use ponte_app::desk;
use ponte_types::{Line, Paragraphs, SessionId};

use super::sessions::link;
use crate::{
    auth::Signed,
    dto::{
        Seen, Session,
        life::{CloseSession, PutOnHold, RenewLink},
    },
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(post, path = "/sessions/{id}/hold", tag = "life", params(("id" = SessionId, Path)),
    request_body = PutOnHold, responses(
    (status = 200, body = Session, description = "On hold; once more moves its end"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn hold(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<PutOnHold>,
) -> Result<Json<Session>, Problem> {
    let ask = desk::PutOnHold { version: body.version, until: body.until, why: body.why.into_string() };
    Ok(Json(api.desk.put_on_hold(&caller, id, ask).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/resume", tag = "life", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session, description = "As before it was on hold"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn resume(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.resume(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/close", tag = "life", params(("id" = SessionId, Path)),
    request_body = CloseSession, responses(
    (status = 200, body = Session, description = "Closed; or done, where the channel has what was solved confirmed"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn close(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<CloseSession>,
) -> Result<Json<Session>, Problem> {
    let piece = |it: crate::dto::life::ClosePiece| desk::ClosePiece {
        id: it.id,
        outcome: it.outcome,
        reason: it.reason.map(Line::into_string),
    };
    let ask = desk::CloseSession {
        version: body.version,
        outcome: body.outcome,
        note: body.note.map(Paragraphs::into_string),
        reason: body.reason.map(Paragraphs::into_string),
        pieces: body.equipment.into_iter().map(piece).collect(),
    };
    Ok(Json(api.desk.close(&caller, id, ask).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/confirm", tag = "life", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session, description = "Closed: a manager says so for the end user"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn confirm(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.confirm(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/reject", tag = "life", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session, description = "With its owner again, or in the queue"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn reject(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.reject(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/reopen", tag = "life", params(("id" = SessionId, Path)),
    request_body = Seen, responses(
    (status = 200, body = Session, description = "With its owner again, or in the queue"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn reopen(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<Seen>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.reopen(&caller, id, seen.version).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/link", tag = "life", params(("id" = SessionId, Path)),
    request_body = RenewLink, responses(
    (status = 200, body = Session, description = "With another `invite`"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn renew_link(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<RenewLink>,
) -> Result<Json<Session>, Problem> {
    let link = link(&body.invite_public, &body.claim_hash)?;
    Ok(Json(api.desk.renew_link(&caller, id, body.version, link).await?.into()))
}
