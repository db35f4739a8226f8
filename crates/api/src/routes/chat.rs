//! What technicians and end users write to each other.

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ponte_app::desk::Language;
use ponte_types::SessionId;
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::{ChatMessage, ChatMessages, Coming, Comings, MessagesSeen, SayMessage},
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

#[utoipa::path(get, path = "/sessions/{id}/comings", tag = "chat", params(("id" = SessionId, Path)), responses(
    (status = 200, body = Comings, description = "Who held the session when; oldest first"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn comings(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<Comings>, Problem> {
    let comings = api.desk.comings(&caller, id).await?;
    Ok(Json(Comings { comings: comings.into_iter().map(Coming::from).collect() }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InLanguage {
    language: Option<String>,
}

#[utoipa::path(get, path = "/sessions/{id}/transcript", tag = "chat", params(
    ("id" = SessionId, Path),
    ("language" = Option<String>, Query, description = "Of the words that nobody wrote: en, pt-BR or ru"),
), responses(
    (status = 200, body = String, content_type = "text/plain", description = "All that was said, to be saved; times in UTC. Noted in the audit"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn transcript(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    asked: Result<Query<InLanguage>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|e| Problem::invalid(e.body_text()))?;
    let language = match asked.language.as_deref() {
        None | Some("en") => Language::En,
        Some("pt-BR") => Language::PtBr,
        Some("ru") => Language::Ru,
        Some(_) => return Err(Problem::invalid("'language' is one of en, pt-BR, ru")),
    };
    let transcript = api.desk.transcript(&caller, id, language).await?;
    let mut response = transcript.text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", transcript.name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
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
