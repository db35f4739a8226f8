//! What opening hours come to.

use axum::{Json, extract::State};
use ponte_desk::calendar::CalendarSpec;
use ponte_types::ChannelId;

use crate::{
    auth::Signed,
    dto::times::TriedHours,
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(post, path = "/channels/{id}/hours/try", tag = "setup", params(("id" = ChannelId, Path)),
    request_body = CalendarSpec, responses(
    (status = 200, body = TriedHours, description = "Changes nothing"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "With `fault`"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn try_hours(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<ChannelId>,
    Body(hours): Body<CalendarSpec>,
) -> Result<Json<TriedHours>, Problem> {
    Ok(Json(api.desk.try_hours(&caller, id, &hours).await?.into()))
}
