//! Who was here before.

use axum::{Json, extract::State};
use ponte_types::SessionId;

use crate::{
    auth::Signed,
    dto::earlier::EarlierSessions,
    problem::{Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(get, path = "/sessions/{id}/earlier", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 200, body = EarlierSessions, description = "Newest first, only what the caller may see"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn earlier(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<EarlierSessions>, Problem> {
    Ok(Json(api.desk.earlier(&caller, id).await?.into()))
}
