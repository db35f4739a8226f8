//! What anybody may know: who runs this, and what a link is for.

use axum::{Json, extract::State};
use ponte_app::desk::InviteState as State_;
use ponte_types::InviteId;

use crate::{
    dto::{DeskInfo, InvitePage, InviteState},
    problem::{Id, Problem},
    state::Api,
};

#[utoipa::path(get, path = "/desk", tag = "desk", security(()), responses((status = 200, body = DeskInfo)))]
pub(crate) async fn info(State(api): State<Api>) -> Json<DeskInfo> {
    Json(api.info.clone())
}

#[utoipa::path(get, path = "/invites/{id}", tag = "desk", security(()), params(("id" = InviteId, Path)), responses(
    (status = 200, body = InvitePage, description = "Consumes nothing; an unknown link answers `gone`"),
))]
pub(crate) async fn invite(
    State(api): State<Api>,
    Id(id): Id<InviteId>,
) -> Result<Json<InvitePage>, Problem> {
    let invite = api.desk.invite(id).await?;
    Ok(Json(InvitePage {
        desk_name: api.info.name.clone(),
        person: invite.person,
        subject: invite.subject,
        state: match invite.state {
            State_::Open => InviteState::Open,
            State_::Started => InviteState::Started,
            State_::Closed => InviteState::Closed,
            State_::Gone => InviteState::Gone,
        },
        reopen_until: invite.reopen_until,
        programs: api.programs.clone(),
    }))
}
