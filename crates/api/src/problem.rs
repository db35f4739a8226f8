//! Refusals as `application/problem+json` (RFC 9457).

use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Request,
        rejection::{JsonRejection, PathRejection},
    },
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use ponte_app::desk::DeskError;
use ponte_desk::{admission::Asked, setup::SetupError};
use ponte_types::{ErrorCode, UnixMillis};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::dto::Owner;

/// The body of every refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// Always `about:blank`: `code` says what it is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: ErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// With `already_claimed`: who holds the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
    /// With `too_many_tries`: seconds to wait, also in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// With `channel_shut`: when it is worth trying again, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    again_at: Option<UnixMillis>,
    /// With `channel_shut`: the channels that were asked, and why each lets nobody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Vec<Asked>>,
    /// With `invalid_request`, for what was set up: what does not hold together.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<SetupError>,
}

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Problem(Box<ProblemBody>);

impl Problem {
    #[must_use]
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self(Box::new(ProblemBody {
            kind: "about:blank",
            title: code.title(),
            status: code.status(),
            code,
            detail: None,
            owner: None,
            retry_after: None,
            again_at: None,
            asked: None,
            fault: None,
        }))
    }
    #[must_use]
    pub(crate) fn explained(code: ErrorCode, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(code);
        problem.0.detail = Some(detail.into());
        problem
    }
    /// A request that a person or program can correct.
    #[must_use]
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::explained(ErrorCode::InvalidRequest, detail)
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let mut problem = Self::new(error.code());
        problem.0.detail = error.advice().map(str::to_owned);
        match error {
            DeskError::Refused(_) => {}
            DeskError::Explained(_, detail) => problem.0.detail = Some(detail),
            DeskError::AlreadyClaimed { owner } => {
                problem.0.owner = Some(Owner { id: owner.id, name: owner.name });
            }
            DeskError::Unsound(fault) => {
                problem.0.detail = Some(fault.to_string());
                problem.0.fault = Some(*fault);
            }
            DeskError::TurnedAway(it) => {
                problem.0.again_at = it.again_at();
                problem.0.detail = Some(it.detail);
                problem.0.asked = Some(it.admission.asked);
            }
            DeskError::TooManyTries { retry_after } => {
                problem.0.retry_after = Some(retry_after.as_secs().saturating_add(1));
            }
            // The cause stays in the log: this is the one place where a failure is logged.
            DeskError::Store(_) | DeskError::Failed(_) => tracing::error!(%error, "a request failed"),
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A JSON body, or a problem that says what is wrong with it.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(match rejection {
                JsonRejection::BytesRejection(e) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(ErrorCode::TooLarge)
                }
                JsonRejection::MissingJsonContentType(_) => {
                    Problem::invalid("send JSON with 'Content-Type: application/json'")
                }
                other => Problem::invalid(other.body_text()),
            }),
        }
    }
}

/// An id in the path; what does not parse is simply not found.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| Problem::new(ErrorCode::NotFound))
    }
}
