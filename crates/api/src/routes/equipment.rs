//! The equipment of a session.

use axum::{Json, extract::State, http::StatusCode};
use ponte_app::desk;
use ponte_types::{PieceId, SessionId};

use crate::{
    auth::Signed,
    dto::life::{AddPiece, EditPiece, Equipment},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

#[utoipa::path(get, path = "/sessions/{id}/equipment", tag = "equipment", params(("id" = SessionId, Path)), responses(
    (status = 200, body = Equipment, description = "In the order in which it was written down"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn equipment(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<Equipment>, Problem> {
    Ok(Json(api.desk.equipment(&caller, id).await?.into()))
}

#[utoipa::path(post, path = "/sessions/{id}/equipment", tag = "equipment", params(("id" = SessionId, Path)),
    request_body = AddPiece, responses(
    (status = 201, body = Equipment, description = "The same id again is the same piece"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: it expired"),
))]
pub(crate) async fn add_piece(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<AddPiece>,
) -> Result<(StatusCode, Json<Equipment>), Problem> {
    let AddPiece { id: piece, asset, name, kind } = body;
    let new = desk::NewEquipment { id: piece, asset, name, kind };
    Ok((StatusCode::CREATED, Json(api.desk.add_equipment(&caller, id, new).await?.into())))
}

#[utoipa::path(put, path = "/sessions/{id}/equipment/{piece}", tag = "equipment",
    params(("id" = SessionId, Path), ("piece" = PieceId, Path)), request_body = EditPiece, responses(
    (status = 200, body = Equipment),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: it expired"),
))]
pub(crate) async fn change_piece(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, piece)): Id<(SessionId, PieceId)>,
    Body(body): Body<EditPiece>,
) -> Result<Json<Equipment>, Problem> {
    let EditPiece { asset, name, kind, outcome, reason } = body;
    let edit = desk::EditPiece { asset, name, kind, outcome, reason };
    Ok(Json(api.desk.change_equipment(&caller, id, piece, edit).await?.into()))
}

#[utoipa::path(delete, path = "/sessions/{id}/equipment/{piece}", tag = "equipment",
    params(("id" = SessionId, Path), ("piece" = PieceId, Path)), responses(
    (status = 200, body = Equipment, description = "Also when it was gone already"),
    (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "`wrong_state`: it expired"),
))]
pub(crate) async fn remove_piece(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, piece)): Id<(SessionId, PieceId)>,
) -> Result<Json<Equipment>, Problem> {
    Ok(Json(api.desk.remove_equipment(&caller, id, piece).await?.into()))
}
