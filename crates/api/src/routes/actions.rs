//! The work log.

use axum::{Json, extract::State, http::StatusCode};
use ponte_app::desk;
use ponte_types::SessionId;

use crate::{
    auth::Signed,
    dto::queue::{Action, ActionLog, LogAction},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(get, path = "/sessions/{id}/actions", tag = "actions", params(("id" = SessionId, Path)), responses(
    (status = 200, body = ActionLog, description = "Oldest first"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn actions(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<ActionLog>, Problem> {
    Ok(Json(log(api.desk.actions(&caller, id).await?)))
}

#[utoipa::path(post, path = "/sessions/{id}/actions", tag = "actions", params(("id" = SessionId, Path)),
    request_body = LogAction, responses(
    (status = 201, body = ActionLog, description = "The same id again is the same entry"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: it expired"),
))]
pub(crate) async fn log_action(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<LogAction>,
) -> Result<(StatusCode, Json<ActionLog>), Problem> {
    let new = desk::NewAction {
        id: body.id,
        kind: body.kind,
        minutes: body.minutes,
        changed_infrastructure: body.changed_infrastructure,
        text: body.text,
    };
    Ok((StatusCode::CREATED, Json(log(api.desk.log_action(&caller, id, new).await?))))
}

fn log(actions: Vec<desk::Action>) -> ActionLog {
    ActionLog { actions: actions.into_iter().map(Action::from).collect() }
}
