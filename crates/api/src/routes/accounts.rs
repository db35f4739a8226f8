//! Accounts that exist: names, passwords, sign-ins.

use axum::{Json, extract::State, http::StatusCode};
use ponte_app::desk::{AccountNames, FamilyId};
use ponte_types::TechnicianId;

use crate::{
    auth::Signed,
    dto::{
        Technician,
        account::{ChangeAccount, ChangeOwnAccount, ChangePassword, NewPassword, SeenAccount, SignInPlaces},
    },
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

impl From<SeenAccount> for AccountNames {
    fn from(seen: SeenAccount) -> Self {
        Self { name: seen.name, email: seen.email }
    }
}

#[utoipa::path(put, path = "/me", tag = "account", request_body = ChangeOwnAccount, responses(
    (status = 200, body = Technician),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_password`"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`: the account is not as `seen`"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "`too_many_tries`"),
))]
pub(crate) async fn change_me(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChangeOwnAccount>,
) -> Result<Json<Technician>, Problem> {
    let new = AccountNames { name: body.name.into_string(), email: body.email.into_string() };
    Ok(Json(api.desk.change_own_account(&caller, body.seen.into(), new, body.password).await?.into()))
}

#[utoipa::path(post, path = "/me/password", tag = "account", request_body = ChangePassword, responses(
    (status = 204, description = "Other sign-ins of the account are over"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_password`"),
    (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "`too_many_tries`"),
))]
pub(crate) async fn change_my_password(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(body): Body<ChangePassword>,
) -> Result<StatusCode, Problem> {
    api.desk.change_own_password(&caller, body.old, body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/me/sign-ins", tag = "account", responses((status = 200, body = SignInPlaces)))]
pub(crate) async fn my_sign_ins(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<SignInPlaces>, Problem> {
    Ok(Json(SignInPlaces::of(api.desk.own_sign_ins(&caller).await?)))
}

#[utoipa::path(delete, path = "/me/sign-ins/{id}", tag = "account", params(("id" = i64, Path)), responses(
    (status = 204, description = "It is over, and what it had open is closed"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end_my_sign_in(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<i64>,
) -> Result<StatusCode, Problem> {
    api.desk.end_own_sign_in(&caller, FamilyId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/technicians/{id}/account", tag = "account", params(("id" = TechnicianId, Path)), request_body = ChangeAccount, responses(
    (status = 200, body = Technician),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`version_conflict`: the account is not as `seen`"),
))]
pub(crate) async fn change_account(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
    Body(body): Body<ChangeAccount>,
) -> Result<Json<Technician>, Problem> {
    let new = AccountNames { name: body.name.into_string(), email: body.email.into_string() };
    Ok(Json(api.desk.change_account(&caller, id, body.seen.into(), new).await?.into()))
}

#[utoipa::path(post, path = "/technicians/{id}/password", tag = "account", params(("id" = TechnicianId, Path)), responses(
    (status = 200, body = NewPassword, description = "Made up, and shown this once; all sign-ins of the account are over"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "For one's own"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn reset_password(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
) -> Result<Json<NewPassword>, Problem> {
    Ok(Json(NewPassword { password: api.desk.reset_password(&caller, id).await? }))
}

#[utoipa::path(get, path = "/technicians/{id}/sign-ins", tag = "account", params(("id" = TechnicianId, Path)), responses(
    (status = 200, body = SignInPlaces),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn sign_ins_of(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
) -> Result<Json<SignInPlaces>, Problem> {
    let all = api.desk.sign_ins_of(&caller, id).await?;
    Ok(Json(SignInPlaces::of(all.into_iter().map(|it| {
        let this = it.family == caller.family;
        (it, this)
    }))))
}

#[utoipa::path(delete, path = "/technicians/{id}/sign-ins", tag = "account", params(("id" = TechnicianId, Path)), responses(
    (status = 204, description = "All of them are over"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn sign_out_technician(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<TechnicianId>,
) -> Result<StatusCode, Problem> {
    api.desk.sign_out_technician(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
