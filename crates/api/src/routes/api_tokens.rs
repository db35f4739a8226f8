//! Tokens by which programs use the interface.

use axum::{Json, extract::State, http::StatusCode};
use ponte_app::desk;
use ponte_types::ApiTokenId;

use crate::{
    auth::Signed,
    dto::api_tokens::{ApiToken, MakeApiToken, NewApiToken},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(get, path = "/api-tokens", tag = "api tokens", responses(
    (status = 200, body = Vec<ApiToken>, description = "The newest first; revoked ones, too"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn api_tokens(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<ApiToken>>, Problem> {
    let all = api.desk.api_tokens(&caller).await?;
    let directory = api.desk.directory();
    let token = |it: desk::ApiToken| ApiToken {
        id: it.id,
        name: it.name,
        by: directory.name_of(it.technician).unwrap_or_default(),
        permissions: it.permissions,
        channels: it.channels,
        created_at: it.created_at,
        expires_at: it.expires_at,
        used_at: it.used_at,
        revoked_at: it.revoked_at,
    };
    Ok(Json(all.into_iter().map(token).collect()))
}

#[utoipa::path(post, path = "/api-tokens", tag = "api tokens", request_body = MakeApiToken, responses(
    (status = 201, body = NewApiToken, description = "With its secret, told this once"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "Nobody gives more than they have"),
))]
pub(crate) async fn make_api_token(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<MakeApiToken>,
) -> Result<(StatusCode, Json<NewApiToken>), Problem> {
    let new = desk::NewApiToken {
        name: body.name,
        permissions: body.permissions,
        channels: body.channels,
        expires_at: body.expires_at,
    };
    let (id, token) = api.desk.make_api_token(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(NewApiToken { id, token })))
}

#[utoipa::path(delete, path = "/api-tokens/{id}", tag = "api tokens", params(("id" = ApiTokenId, Path)), responses(
    (status = 204, description = "It is good no more, at once"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke_api_token(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    api.desk.revoke_api_token(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
