//! What technicians and end users write to each other.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use ponte_types::SessionId;
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::{ChatMessage, ChatMessages, MessagesSeen, SayMessage},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// Messages at once, unless asked otherwise and at most.
const PAGE: u64 = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    after: Option<u64>,
    limit: Option<u64>,
}

#[utoipa::path(get, path = "/sessions/{id}/messages", tag = "chat", params(
    ("id" = SessionId, Path),
    ("after" = Option<u64>, Query, description = "Only messages with a higher number"),
    ("limit" = Option<u64>, Query, description = "1 to 200; 200 unless told"),
), responses(
    (status = 200, body = ChatMessages, description = "Oldest first"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn messages(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    page: Result<Query<Page>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ChatMessages>, Problem> {
    let Query(page) = page.map_err(|e| Problem::invalid(e.body_text()))?;
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let messages = api.desk.messages(&caller, id, page.after.unwrap_or(0), limit).await?;
    Ok(Json(ChatMessages { messages: messages.into_iter().map(ChatMessage::from).collect() }))
}

#[utoipa::path(post, path = "/sessions/{id}/messages", tag = "chat", params(("id" = SessionId, Path)),
    request_body = SayMessage, responses(
    (status = 201, body = ChatMessage, description = "Kept; also when it had been kept before"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`"),
))]
pub(crate) async fn say_message(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<SayMessage>,
) -> Result<(StatusCode, Json<ChatMessage>), Problem> {
    let said = api.desk.say(&caller, id, body.id, body.text).await?;
    Ok((StatusCode::CREATED, Json(said.into())))
}

#[utoipa::path(post, path = "/sessions/{id}/messages/seen", tag = "chat", params(("id" = SessionId, Path)),
    request_body = MessagesSeen, responses(
    (status = 204, description = "Counts for the technician who holds the session, and never goes back"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn messages_seen(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(seen): Body<MessagesSeen>,
) -> Result<StatusCode, Problem> {
    api.desk.messages_seen(&caller, id, seen.number).await?;
    Ok(StatusCode::NO_CONTENT)
}
