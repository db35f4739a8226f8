//! Files of a session. A file comes in pieces, each a request of its own: it shows how far it is, goes on after a break,
//! and no request is long. It goes out as something to be saved: no browser shows or runs it by itself.

use axum::{
    Json,
    body::{Body as Stream, Bytes},
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ponte_app::desk;
use ponte_types::{AttachmentId, ErrorCode, FileName, SessionId};
use serde::Deserialize;

use crate::{
    auth::Signed,
    dto::attachments::{Attachment, AttachmentProgress, Attachments, BeginAttachment},
    problem::{Body, Id, Problem, ProblemBody},
    state::Api,
};

/// Largest piece, in bytes.
pub(crate) const PIECE: usize = 256 * 1024;

/// What is downloaded is nothing that a page of this desk could be.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

#[utoipa::path(get, path = "/sessions/{id}/attachments", tag = "attachments", params(("id" = SessionId, Path)), responses(
    (status = 200, body = Attachments, description = "In the order in which they came; those that have not come whole are left out"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn attachments(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
) -> Result<Json<Attachments>, Problem> {
    let files = api.desk.files(&caller, id).await?;
    Ok(Json(Attachments { attachments: files.into_iter().map(Attachment::from).collect() }))
}

#[utoipa::path(post, path = "/sessions/{id}/attachments", tag = "attachments", params(("id" = SessionId, Path)),
    request_body = BeginAttachment, responses(
    (status = 201, body = AttachmentProgress, description = "How far it has come: 0, or more when it had begun before"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json",
        description = "`already_claimed` with `owner`, `wrong_state`, `files_full`"),
    (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "`file_too_large`"),
    (status = 415, body = ProblemBody, content_type = "application/problem+json", description = "`file_kind_refused`"),
))]
pub(crate) async fn begin_attachment(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id(id): Id<SessionId>,
    Body(body): Body<BeginAttachment>,
) -> Result<(StatusCode, Json<AttachmentProgress>), Problem> {
    let begun = api.desk.begin_file(&caller, id, body.read()?).await?;
    Ok((StatusCode::CREATED, Json(begun.into())))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piece {
    from: u64,
}

#[utoipa::path(put, path = "/sessions/{id}/attachments/{attachment}", tag = "attachments", params(
    ("id" = SessionId, Path), ("attachment" = AttachmentId, Path),
    ("from" = u64, Query, description = "Where in the file the piece begins"),
), request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 256 KiB"), responses(
    (status = 200, body = AttachmentProgress, description = "How far it has come now; what does not begin there was not kept"),
    (status = 400, body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, body = ProblemBody, content_type = "application/problem+json", description = "The content is not what the name says"),
    (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "`file_damaged`: begin anew"),
))]
pub(crate) async fn attachment_piece(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, attachment)): Id<(SessionId, AttachmentId)>,
    from: Result<Query<Piece>, axum::extract::rejection::QueryRejection>,
    bytes: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<AttachmentProgress>, Problem> {
    let Query(Piece { from }) = from.map_err(|e| Problem::invalid(e.body_text()))?;
    let bytes = bytes.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::explained(ErrorCode::TooLarge, format!("send at most {PIECE} bytes at once"))
        }
        _ => Problem::invalid(e.body_text()),
    })?;
    Ok(Json(api.desk.add_piece(&caller, id, attachment, from, &bytes).await?.into()))
}

#[utoipa::path(delete, path = "/sessions/{id}/attachments/{attachment}", tag = "attachments", params(
    ("id" = SessionId, Path), ("attachment" = AttachmentId, Path),
), responses(
    (status = 204, description = "It is given up, or there was none"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "It has come whole: it stays"),
))]
pub(crate) async fn give_attachment_up(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, attachment)): Id<(SessionId, AttachmentId)>,
) -> Result<StatusCode, Problem> {
    api.desk.give_file_up(&caller, id, attachment).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/sessions/{id}/attachments/{attachment}", tag = "attachments", params(
    ("id" = SessionId, Path), ("attachment" = AttachmentId, Path),
), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream", description = "To be saved; pictures with their own type"),
    (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Its content was removed"),
))]
pub(crate) async fn attachment(
    State(api): State<Api>,
    Signed(caller): Signed,
    Id((id, attachment)): Id<(SessionId, AttachmentId)>,
) -> Result<Response, Problem> {
    let file = api.desk.file(&caller, id, attachment).await?;
    let kind = if file.kind.is_showable() { file.kind.media_type() } else { "application/octet-stream" };
    let (size, name) = (file.size, disposition(&file.name));
    let mut response = Stream::from_stream(bytes(api, file)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, size.into());
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Piece after piece, as the browser takes them.
fn bytes(
    api: Api,
    file: desk::Attachment,
) -> impl futures_util::Stream<Item = Result<Bytes, desk::DeskError>> {
    futures_util::stream::try_unfold((api, file, 0u64), |(api, file, at)| async move {
        if at >= file.size {
            return Ok(None);
        }
        let bytes = api.desk.file_bytes(&file, at).await?;
        if bytes.is_empty() {
            // It was removed meanwhile: a broken download is no whole file.
            return Err(desk::DeskError::Refused(ErrorCode::NotFound));
        }
        let next = at + bytes.len() as u64;
        Ok(Some((Bytes::from(bytes), (api, file, next))))
    })
}

/// RFC 6266, with the name as RFC 8187 writes it.
fn disposition(name: &FileName) -> String {
    let mut encoded = String::new();
    for byte in name.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_so_that_nothing_of_it_is_a_header() {
        let said = |name: &str| disposition(&FileName::safe(name));
        assert_eq!(said("a b\"\r\nx.txt"), "attachment; filename*=UTF-8''a%20b_%20x.txt");
        assert_eq!(said("отчёт.pdf"), "attachment; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf");
    }
}
