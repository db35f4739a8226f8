//! Channels' links, by which people ask for help.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::PathRejection},
    http::StatusCode,
};
use ponte_app::desk::EditLink;
use ponte_types::{ChannelId, ErrorCode, LinkId};

use super::setup::SeenVersion;
use crate::{
    auth::{Asker, Signed},
    dto::links::{CallLink, CallPage, ChangeLink, LinkState, NewLink},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// A channel and one of its links, from the path.
type Which = Result<Path<(ChannelId, LinkId)>, PathRejection>;

fn which(path: Which) -> Result<(ChannelId, LinkId), Problem> {
    path.map(|Path(ids)| ids).map_err(|_| Problem::new(ErrorCode::NotFound))
}

#[utoipa::path(get, path = "/channels/{id}/links", tag = "setup", params(("id" = ChannelId, Path)), responses(
    (status = 200, body = Vec<CallLink>, description = "The oldest first"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn links(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(channel): Id<ChannelId>,
) -> Result<Json<Vec<CallLink>>, Problem> {
    Ok(Json(api.desk.links(&caller, channel).await?.into_iter().map(CallLink::from).collect()))
}

#[utoipa::path(post, path = "/channels/{id}/links", tag = "setup", params(("id" = ChannelId, Path)),
    request_body = NewLink, responses(
    (status = 201, body = CallLink),
    (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "Also when there are 100"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn make_link(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(channel): Id<ChannelId>,
    Body(body): Body<NewLink>,
) -> Result<(StatusCode, Json<CallLink>), Problem> {
    let link = api.desk.make_link(&caller, channel, body.name).await?;
    Ok((StatusCode::CREATED, Json(link.into())))
}

#[utoipa::path(patch, path = "/channels/{id}/links/{link}", tag = "setup",
    params(("id" = ChannelId, Path), ("link" = LinkId, Path)), request_body = ChangeLink, responses(
    (status = 200, body = CallLink),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn change_link(
    State(api): State<Api>,
    Signed(caller): Signed,
    path: Which,
    Body(body): Body<ChangeLink>,
) -> Result<Json<CallLink>, Problem> {
    let (channel, link) = which(path)?;
    let edit = EditLink { name: body.name, paused: body.paused };
    Ok(Json(api.desk.change_link(&caller, channel, link, body.version, edit).await?.into()))
}

#[utoipa::path(delete, path = "/channels/{id}/links/{link}", tag = "setup",
    params(("id" = ChannelId, Path), ("link" = LinkId, Path), ("version" = u64, Query)), responses(
    (status = 204, description = "Sessions that came by it stay"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn delete_link(
    State(api): State<Api>,
    Signed(caller): Signed,
    path: Which,
    Query(seen): Query<SeenVersion>,
) -> Result<StatusCode, Problem> {
    let (channel, link) = which(path)?;
    api.desk.delete_link(&caller, channel, link, seen.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/links/{id}", tag = "desk", security(()), params(("id" = LinkId, Path)), responses(
    (status = 200, body = CallPage, description = "Consumes nothing; unknown, paused and deleted links answer `gone` alike"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "`too_many_tries`, by address"),
))]
pub(crate) async fn page(
    State(api): State<Api>,
    Asker(from): Asker,
    Id(id): Id<LinkId>,
) -> Result<Json<CallPage>, Problem> {
    let page = api.desk.call_page(id, from).await?;
    let state = if page.channel.is_some() { LinkState::Open } else { LinkState::Gone };
    let (desk_name, programs) = (api.info.name.clone(), api.programs.clone());
    Ok(Json(CallPage { desk_name, channel: page.channel, state, programs }))
}
