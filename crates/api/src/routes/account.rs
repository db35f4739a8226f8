//! Signing in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use ponte_types::Line;

use crate::{
    auth::{Asker, OurOrigin, RefreshCookie, Signed, drop_cookie, keep_cookie},
    dto::{SignIn, SignedIn, Technician},
    problem::{Body, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(post, path = "/auth/sign-in", tag = "account", request_body = SignIn, security(()), responses(
    (status = 200, body = SignedIn, description = "Also sets the refresh cookie"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_password`"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "`too_many_tries`"),
))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    _: OurOrigin,
    Asker(address): Asker,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    let agent = headers.get(header::USER_AGENT).and_then(|text| text.to_str().ok()).and_then(Line::cut);
    signed_in(api.desk.sign_in(body.email.as_str(), body.password, address, agent).await?)
}

#[utoipa::path(post, path = "/auth/refresh", tag = "account", security(("refresh_cookie" = [])),
    params(("X-Ponte" = String, Header, description = "`1`")), responses(
    (status = 200, body = SignedIn, description = "The cookie is replaced"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "`signed_out`"),
))]
pub(crate) async fn refresh(
    State(api): State<Api>,
    Asker(address): Asker,
    RefreshCookie(token): RefreshCookie,
) -> Result<impl IntoResponse, Problem> {
    signed_in(api.desk.refresh(&token, address).await?)
}

#[utoipa::path(post, path = "/auth/sign-out", tag = "account", security(("refresh_cookie" = [])),
    params(("X-Ponte" = String, Header, description = "`1`")), responses(
    (status = 204, description = "The cookie is removed"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "`signed_out`"),
))]
pub(crate) async fn sign_out(
    State(api): State<Api>,
    RefreshCookie(token): RefreshCookie,
) -> Result<impl IntoResponse, Problem> {
    api.desk.sign_out(&token).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, drop_cookie()?)]))
}

#[utoipa::path(get, path = "/me", tag = "account", responses(
    (status = 200, body = Technician),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn me(State(api): State<Api>, Signed(caller): Signed) -> Result<Json<Technician>, Problem> {
    Ok(Json(api.desk.me(&caller).await?.into()))
}

fn signed_in(session: ponte_app::desk::SignedIn) -> Result<impl IntoResponse, Problem> {
    let cookie = keep_cookie(&session.refresh_token, session.refresh_seconds)?;
    let body = SignedIn {
        access_token: session.access_token,
        expires_in: session.expires_in,
        technician: session.technician.into(),
    };
    Ok(([(header::SET_COOKIE, cookie)], Json(body)))
}
