//! Setting the desk up.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use ponte_app::desk::{DocumentId, NewTechnician, Versioned};
use ponte_desk::{
    permission::Where,
    routing::Request,
    setup::{CategorySetup, ChannelSetup, CompanySetup, GroupSetup, ReplySetup, RoleSetup},
};
use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, Line, ReplyId, RoleId, TechnicianId};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::setup::{
        ChangeCategory, ChangeChannel, ChangeCompany, ChangeDesk, ChangeGroup, ChangeReply, ChangeRole,
        ChangeTechnician, Changed, Explained, Made, MayDo, NewTechnician as NewAccount, RemovedChannel,
        SetupPage, TechnicianEntry, Tried, TryRequest, WholeDesk,
    },
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// The version that was seen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenVersion {
    pub(crate) version: u64,
}

#[utoipa::path(get, path = "/setup", tag = "setup", responses(
    (status = 200, body = SetupPage, description = "As far as the caller may see it"),
))]
pub(crate) async fn all(State(api): State<Api>, Signed(caller): Signed) -> Result<Json<SetupPage>, Problem> {
    let view = api.desk.setup(&caller).await?;
    let technician = |it: Versioned<TechnicianId, ponte_app::desk::TechnicianEntry>| TechnicianEntry {
        id: it.id,
        version: it.version,
        name: it.value.name,
        email: it.value.email,
        setup: it.value.setup,
    };
    Ok(Json(SetupPage {
        desk: WholeDesk { version: view.desk.version, setup: view.desk.value },
        channels: view.channels.into_iter().map(Into::into).collect(),
        removed_channels: view.removed.into_iter().map(|(id, name)| RemovedChannel { id, name }).collect(),
        groups: view.groups.into_iter().map(Into::into).collect(),
        technicians: view.technicians.into_iter().map(technician).collect(),
        roles: view.roles.into_iter().map(Into::into).collect(),
        companies: view.companies.into_iter().map(Into::into).collect(),
        categories: view.categories.into_iter().map(Into::into).collect(),
        replies: view.replies.into_iter().map(Into::into).collect(),
        may: view.may.into_iter().map(|(on, permissions)| MayDo { on, permissions }).collect(),
    }))
}

#[utoipa::path(put, path = "/setup", tag = "setup", request_body = ChangeDesk, responses(
    (status = 200, body = Changed),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn change_desk(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChangeDesk>,
) -> Result<Json<Changed>, Problem> {
    let it = Versioned { id: (), version: body.version, value: body.setup };
    Ok(Json(Changed { version: api.desk.put_desk(&caller, it).await? }))
}

macro_rules! things {
    ($($make:ident $change:ident $remove:ident, $all:literal $one:literal, $id:ident $document:ident $setup:ident
        $body:ident $put:ident $new:ident;)*) => {$(
        #[utoipa::path(post, path = $all, tag = "setup", request_body = $setup, responses(
            (status = 201, body = Made),
            (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "What does not hold together"),
            (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        ))]
        pub(crate) async fn $make(
            State(api): State<Api>,
            Signed(caller): Signed,
            Body(setup): Body<$setup>,
        ) -> Result<(StatusCode, Json<Made>), Problem> {
            let id = api.desk.$new()?;
            let version = api.desk.$put(&caller, Versioned { id, version: 0, value: setup }).await?;
            Ok((StatusCode::CREATED, Json(Made { id: id.as_uuid(), version })))
        }

        #[utoipa::path(put, path = $one, tag = "setup", params(("id" = $id, Path)), request_body = $body, responses(
            (status = 200, body = Changed),
            (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "What does not hold together"),
            (status = 403, body = ProblemBody, content_type = "application/problem+json"),
            (status = 404, body = ProblemBody, content_type = "application/problem+json"),
            (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
        ))]
        pub(crate) async fn $change(
            State(api): State<Api>,
            Signed(caller): Signed,
            Id(id): Id<$id>,
            Body(body): Body<$body>,
        ) -> Result<Json<Changed>, Problem> {
            if body.version == 0 {
                return Err(Problem::new(ponte_types::ErrorCode::NotFound));
            }
            let it = Versioned { id, version: body.version, value: body.setup };
            Ok(Json(Changed { version: api.desk.$put(&caller, it).await? }))
        }

        #[utoipa::path(delete, path = $one, tag = "setup", params(("id" = $id, Path), ("version" = u64, Query)), responses(
            (status = 204),
            (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "Something refers to it"),
            (status = 403, body = ProblemBody, content_type = "application/problem+json"),
            (status = 404, body = ProblemBody, content_type = "application/problem+json"),
            (status = 409, body = ProblemBody, content_type = "application/problem+json",
                description = "`version_conflict`; `wrong_state` for a channel with unfinished sessions"),
        ))]
        pub(crate) async fn $remove(
            State(api): State<Api>,
            Signed(caller): Signed,
            Id(id): Id<$id>,
            Query(seen): Query<SeenVersion>,
        ) -> Result<StatusCode, Problem> {
            api.desk.remove(&caller, DocumentId::$document(id), seen.version).await?;
            Ok(StatusCode::NO_CONTENT)
        }
    )*};
}

things! {
    make_channel change_channel remove_channel, "/channels" "/channels/{id}",
        ChannelId Channel ChannelSetup ChangeChannel put_channel new_channel_id;
    make_group change_group remove_group, "/groups" "/groups/{id}",
        GroupId Group GroupSetup ChangeGroup put_group new_group_id;
    make_role change_role remove_role, "/roles" "/roles/{id}",
        RoleId Role RoleSetup ChangeRole put_role new_role_id;
    make_company change_company remove_company, "/companies" "/companies/{id}",
        CompanyId Company CompanySetup ChangeCompany put_company new_company_id;
    make_category change_category remove_category, "/categories" "/categories/{id}",
        CategoryId Category CategorySetup ChangeCategory put_category new_category_id;
    make_reply change_reply remove_reply, "/replies" "/replies/{id}",
        ReplyId Reply ReplySetup ChangeReply put_reply new_reply_id;
}

#[utoipa::path(post, path = "/technicians", tag = "setup", request_body = NewAccount, responses(
    (status = 201, body = Made),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn make_technician(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<NewAccount>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let new = NewTechnician {
        email: body.email.into_string(),
        name: body.name.into_string(),
        setup: body.setup,
        password: body.password,
    };
    let made = api.desk.add_technician(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.id.as_uuid(), version: 1 })))
}

#[utoipa::path(put, path = "/technicians/{id}", tag = "setup", params(("id" = TechnicianId, Path)),
    request_body = ChangeTechnician, responses(
    (status = 200, body = Changed),
    (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "Also for the last owner"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`"),
))]
pub(crate) async fn change_technician(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
    Body(body): Body<ChangeTechnician>,
) -> Result<Json<Changed>, Problem> {
    let it = Versioned { id, version: body.version, value: body.setup };
    Ok(Json(Changed { version: api.desk.put_technician(&caller, it).await? }))
}

/// Where a permission is asked about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InChannel {
    channel: Option<ChannelId>,
}

#[utoipa::path(get, path = "/technicians/{id}/permissions", tag = "setup", params(
    ("id" = TechnicianId, Path),
    ("channel" = Option<ChannelId>, Query, description = "Absent: on the whole desk"),
), responses(
    (status = 200, body = Vec<Explained>, description = "Every permission, and why it is given or not"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn permissions(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
    Query(asked): Query<InChannel>,
) -> Result<Json<Vec<Explained>>, Problem> {
    let place = asked.channel.map_or(Where::Desk, Where::Channel);
    let all = api.desk.explain(&caller, id, place).await?;
    Ok(Json(all.into_iter().map(|(permission, decision)| Explained { permission, decision }).collect()))
}

#[utoipa::path(post, path = "/channels/{id}/try", tag = "setup", params(("id" = ChannelId, Path)),
    request_body = TryRequest, responses(
    (status = 200, body = Tried, description = "Changes nothing"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn try_route(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<ChannelId>,
    Body(body): Body<TryRequest>,
) -> Result<Json<Tried>, Problem> {
    let request = Request {
        department: body.department.map(Line::into_string),
        company: body.company,
        category: body.category,
        language: body.language.map(Line::into_string),
        system: body.system.map(Line::into_string),
        asset: body.asset.map(Line::into_string),
        text: body.text.map(ponte_types::Paragraphs::into_string).unwrap_or_default(),
        priority: api.desk.directory().priority_of(body.category),
    };
    let tried = api.desk.try_route(&caller, id, &request).await?;
    Ok(Json(Tried { route: tried.route, pick: tried.pick }))
}
