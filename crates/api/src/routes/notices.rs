//! What technicians are told, and by which ways.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use ponte_app::desk::SeenUp;
use ponte_desk::notify::Event;
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::notices::{
        ChooseLanguage, ChooseNotifications, ChosenNotifications, Notice, NoticePage, NoticeSession,
        NoticesSeen, NotificationSettings,
    },
    problem::{Body, Problem, ProblemBody},
    state::Api,
};

/// Notices on one page, unless asked otherwise and at most.
const PAGE: (u64, u64) = (50, 200);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    after: Option<u64>,
    limit: Option<u64>,
}

#[utoipa::path(get, path = "/me/notices", tag = "account", params(
    ("after" = Option<u64>, Query, description = "Only newer ones than this"),
    ("limit" = Option<u64>, Query, description = "1 to 200; 50 unless told"),
), responses((status = 200, body = NoticePage, description = "Newest first; only about what the caller may still see")))]
pub(crate) async fn notices(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(ask): Query<After>,
) -> Result<Json<NoticePage>, Problem> {
    let limit = ask.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let all = api.desk.notices(&caller, ask.after.unwrap_or(0), limit).await?;
    let directory = api.desk.directory();
    let notice = |it: ponte_app::desk::Notice| Notice {
        id: it.id,
        at: it.at,
        event: it.event,
        by: it.by.and_then(|id| directory.name_of(id)),
        ways: it.ways,
        seen: it.seen,
        session: NoticeSession {
            id: it.session.id,
            number: it.session.number,
            person: it.session.person,
            subject: it.session.subject,
            channel: it.session.placement.channel,
        },
    };
    Ok(Json(NoticePage { notices: all.into_iter().map(notice).collect() }))
}

#[utoipa::path(post, path = "/me/notices/seen", tag = "account", request_body = NoticesSeen, responses(
    (status = 204),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn notices_seen(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<NoticesSeen>,
) -> Result<StatusCode, Problem> {
    let seen = match (body.to, body.session) {
        (Some(id), None) => SeenUp::To(id),
        (None, Some(session)) => SeenUp::Session(session),
        _ => return Err(Problem::invalid("say 'to' or 'session'")),
    };
    api.desk.notices_seen(&caller, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/me/notifications", tag = "account", responses((status = 200, body = NotificationSettings)))]
pub(crate) async fn notifications(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<NotificationSettings>, Problem> {
    let own = api.desk.own_preferences(&caller).await?;
    Ok(Json(NotificationSettings {
        version: own.version,
        preferences: own.preferences,
        usual: Event::ALL.iter().map(|event| (*event, event.usual())).collect(),
        events: Event::ALL.to_vec(),
        mail: own.mail,
    }))
}

#[utoipa::path(put, path = "/me/notifications", tag = "account", request_body = ChooseNotifications, responses(
    (status = 200, body = ChosenNotifications),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn choose_notifications(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChooseNotifications>,
) -> Result<Json<ChosenNotifications>, Problem> {
    let version = api.desk.choose_preferences(&caller, body.version, &body.preferences).await?;
    Ok(Json(ChosenNotifications { version }))
}

#[utoipa::path(put, path = "/me/language", tag = "account", request_body = ChooseLanguage, responses(
    (status = 204, description = "Mail is written in it from now on"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn choose_language(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChooseLanguage>,
) -> Result<StatusCode, Problem> {
    api.desk.choose_language(&caller, &body.language).await?;
    Ok(StatusCode::NO_CONTENT)
}
