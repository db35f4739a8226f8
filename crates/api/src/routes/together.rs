//! Offers of sessions, and several technicians in one.

use std::time::Duration;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use ponte_app::desk::NewOffer;
use ponte_desk::transfer::Purpose;
use ponte_types::{OfferId, SessionId, TechnicianId};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::{
        Session,
        together::{
            MadeOffer, MakeOffer, Offer, Offers, PrivateMessage, PrivateMessages, Recipients, SayPrivately,
            SetTeamRights, TakeOver, ToMember,
        },
    },
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// How long an offer can be accepted unless told.
const LIFE: u32 = 120;
/// Messages at once, unless asked otherwise and at most.
const PAGE: u64 = 200;

#[utoipa::path(get, path = "/offers", tag = "team", responses(
    (status = 200, body = Offers, description = "Those that the caller may accept, has made, or that are about a session of theirs"),
))]
pub(crate) async fn offers(State(api): State<Api>, Signed(caller): Signed) -> Result<Json<Offers>, Problem> {
    let offers = api.desk.offers(&caller).await?;
    Ok(Json(Offers { offers: offers.into_iter().map(Offer::from).collect() }))
}

#[utoipa::path(post, path = "/sessions/{id}/offers", tag = "team", params(("id" = SessionId, Path)),
    request_body = MakeOffer, responses(
    (status = 201, body = MadeOffer, description = "Nothing changes until somebody accepts"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn make_offer(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<MakeOffer>,
) -> Result<(StatusCode, Json<MadeOffer>), Problem> {
    let new = NewOffer {
        purpose: body.purpose,
        to: body.to,
        note: body.note,
        rights: body.rights,
        stay: body.stay,
        life: Duration::from_secs(body.seconds.unwrap_or(LIFE).into()),
    };
    let made = api.desk.offer(&caller, id, body.version, new).await?;
    Ok((StatusCode::CREATED, Json(MadeOffer { id: made.id, until: made.offer.until })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct For {
    purpose: Option<Purpose>,
}

#[utoipa::path(get, path = "/sessions/{id}/recipients", tag = "team", params(
    ("id" = SessionId, Path),
    ("purpose" = Option<Purpose>, Query, description = "`transfer` unless told"),
), responses(
    (status = 200, body = Recipients, description = "To whom the session can be offered"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn recipients(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    query: Result<Query<For>, QueryRejection>,
) -> Result<Json<Recipients>, Problem> {
    let Query(ask) = query.map_err(|e| Problem::invalid(e.body_text()))?;
    Ok(Json(api.desk.recipients(&caller, id, ask.purpose.unwrap_or(Purpose::Transfer)).await?.into()))
}

#[utoipa::path(post, path = "/offers/{id}/accept", tag = "team", params(("id" = OfferId, Path)), responses(
    (status = 200, body = Session, description = "The caller's now, or they are in it"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with who was first as `owner`, `cannot_take`, `wrong_state`"),
))]
pub(crate) async fn accept_offer(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<OfferId>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.accept_offer(&caller, id).await?.into()))
}

#[utoipa::path(post, path = "/offers/{id}/decline", tag = "team", params(("id" = OfferId, Path)), responses(
    (status = 204),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn decline_offer(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<OfferId>,
) -> Result<StatusCode, Problem> {
    api.desk.decline_offer(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/offers/{id}", tag = "team", params(("id" = OfferId, Path)), responses(
    (status = 204),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with who accepted it as `owner`, `wrong_state`"),
))]
pub(crate) async fn withdraw_offer(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<OfferId>,
) -> Result<StatusCode, Problem> {
    api.desk.withdraw_offer(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/sessions/{id}/look-in", tag = "team", params(("id" = SessionId, Path)), responses(
    (status = 200, body = Session, description = "Its owner and the end user see it"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn look_in(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.look_in(&caller, id).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/take-over", tag = "team", params(("id" = SessionId, Path)),
    request_body = TakeOver, responses(
    (status = 200, body = Session),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`cannot_take`, `wrong_state`, `version_conflict`"),
))]
pub(crate) async fn take_over(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<TakeOver>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.take_over(&caller, id, body.version, body.stay).await?.into()))
}

#[utoipa::path(put, path = "/sessions/{id}/team/{technician}", tag = "team", params(
    ("id" = SessionId, Path), ("technician" = TechnicianId, Path),
), request_body = SetTeamRights, responses(
    (status = 200, body = Session),
    (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "Only the lead can"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn set_team_rights(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, technician)): Id<(SessionId, TechnicianId)>,
    Body(body): Body<SetTeamRights>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.set_team_rights(&caller, id, technician, body.rights).await?.into()))
}

#[utoipa::path(delete, path = "/sessions/{id}/team/{technician}", tag = "team", params(
    ("id" = SessionId, Path), ("technician" = TechnicianId, Path),
), responses(
    (status = 200, body = Session, description = "Left, or removed by the lead"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn leave_team(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, technician)): Id<(SessionId, TechnicianId)>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.leave_team(&caller, id, technician).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/baton", tag = "team", params(("id" = SessionId, Path)),
    request_body = ToMember, responses(
    (status = 200, body = Session, description = "They control now, as far as the end user allows it"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json",
        description = "Only who controls, or the lead, can"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn pass_baton(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<ToMember>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.pass_baton(&caller, id, body.to).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/lead", tag = "team", params(("id" = SessionId, Path)),
    request_body = ToMember, responses(
    (status = 200, body = Session, description = "They hold it now; the caller stays in it"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "Only the lead can"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`cannot_take`, `wrong_state`"),
))]
pub(crate) async fn hand_over_lead(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<ToMember>,
) -> Result<Json<Session>, Problem> {
    Ok(Json(api.desk.hand_over_lead(&caller, id, body.to).await?.into()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    after: Option<u64>,
    limit: Option<u64>,
}

#[utoipa::path(get, path = "/sessions/{id}/private", tag = "team", params(
    ("id" = SessionId, Path),
    ("after" = Option<u64>, Query, description = "Only messages with a higher number"),
    ("limit" = Option<u64>, Query, description = "1 to 200; 200 unless told"),
), responses(
    (status = 200, body = PrivateMessages, description = "Among technicians; oldest first"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn private_messages(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<PrivateMessages>, Problem> {
    let Query(page) = page.map_err(|e| Problem::invalid(e.body_text()))?;
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let messages = api.desk.private_messages(&caller, id, page.after.unwrap_or(0), limit).await?;
    Ok(Json(PrivateMessages { messages: messages.into_iter().map(PrivateMessage::from).collect() }))
}

#[utoipa::path(post, path = "/sessions/{id}/private", tag = "team", params(("id" = SessionId, Path)),
    request_body = SayPrivately, responses(
    (status = 201, body = PrivateMessage, description = "Kept; also when it had been kept before"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json",
        description = "Only who is in the session writes"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`"),
))]
pub(crate) async fn say_privately(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<SayPrivately>,
) -> Result<(StatusCode, Json<PrivateMessage>), Problem> {
    let said = api.desk.say_privately(&caller, id, body.id, body.text).await?;
    Ok((StatusCode::CREATED, Json(said.into())))
}
