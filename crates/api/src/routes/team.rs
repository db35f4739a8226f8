//! Who is next, and who is there.

use axum::{Json, extract::State};

use crate::{
    auth::Signed,
    dto::queue::{ChooseAvailability, Next, NextUp, Standing, Team},
    problem::{Body, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(get, path = "/queue/next", tag = "sessions", responses(
    (status = 200, body = Next, description = "Changes nothing"),
))]
pub(crate) async fn next(State(api): State<Api>, Signed(caller): Signed) -> Result<Json<Next>, Problem> {
    Ok(Json(Next { next: api.desk.next(&caller).await?.map(NextUp::from) }))
}

#[utoipa::path(post, path = "/queue/next", tag = "sessions", responses(
    (status = 200, body = NextUp, description = "The caller holds it now"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "Nobody waits for the caller"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`cannot_take`"),
))]
pub(crate) async fn take_next(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<NextUp>, Problem> {
    Ok(Json(api.desk.take_next(&caller).await?.into()))
}

#[utoipa::path(get, path = "/team", tag = "team", responses((status = 200, body = Team)))]
pub(crate) async fn team(State(api): State<Api>, Signed(caller): Signed) -> Result<Json<Team>, Problem> {
    let team = api.desk.team(&caller).await?;
    Ok(Json(Team { technicians: team.into_iter().map(Standing::from).collect() }))
}

#[utoipa::path(put, path = "/team/me", tag = "team", request_body = ChooseAvailability, responses(
    (status = 200, body = Standing, description = "Going off shift gives the caller's sessions back"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn choose_availability(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChooseAvailability>,
) -> Result<Json<Standing>, Problem> {
    Ok(Json(api.desk.choose_availability(&caller, body.availability).await?.into()))
}
