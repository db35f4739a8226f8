//! How the channels stand.

use axum::{
    Json,
    extract::{Query, State},
};
use ponte_types::UnixMillis;
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::times::LoadBoard,
    problem::{Problem, ProblemBody},
    state::Api,
};

/// Where the caller's day began.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Day {
    day: UnixMillis,
}

#[utoipa::path(get, path = "/load", tag = "team", params(
    ("day" = i64, Query, description = "When the day began, by the clock of who asks; at most 48 hours ago"),
), responses(
    (status = 200, body = LoadBoard, description = "The channels whose load the caller may see"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn load(
    State(api): State<Api>,
    Signed(caller): Signed,
    day: Result<Query<Day>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<LoadBoard>, Problem> {
    let Query(Day { day }) = day.map_err(|_| Problem::invalid("'day' must be a number of milliseconds"))?;
    Ok(Json(api.desk.load_board(&caller, day).await?.into()))
}
