//! Who asks: authentication as part of a handler's type, and the checks that browsers need.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use ponte_app::desk::{Caller, TOKEN_PREFIX};
use ponte_types::{ErrorCode, Network};

use crate::{problem::Problem, state::Api};

/// Name of the cookie with the refresh token. The prefix makes browsers insist on HTTPS (or localhost), this host
/// alone, and the path `/`.
const COOKIE: &str = "__Host-ponte";

/// A signed-in technician. A handler that takes it cannot be reached without a valid access token.
#[derive(Debug, Clone)]
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequestParts<Api> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        // Put there by `require`, which wraps every route that is not listed as open.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(ErrorCode::SignedOut))
    }
}

/// Wraps all routes but the open ones: no valid access token, no answer.
pub(crate) async fn require(
    State(api): State<Api>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let token = bearer(request.headers()).ok_or_else(|| Problem::new(ErrorCode::SignedOut))?;
    let caller = if token.starts_with(TOKEN_PREFIX) {
        let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return Err(Problem::new(ErrorCode::Internal));
        };
        let caller = api.desk.authenticate_program(token, address.ip().into()).await?;
        if !answers_tokens(&request) {
            let text = "this route answers people, not API tokens (docs/api.md lists those that do)";
            return Err(Problem::explained(ErrorCode::Forbidden, text));
        }
        caller
    } else {
        api.desk.authenticate(token)?
    };
    request.extensions_mut().insert(Signed(caller));
    Ok(next.run(request).await)
}

/// `token-routes.txt` lists them.
fn answers_tokens(request: &Request) -> bool {
    let Some(path) = request.extensions().get::<MatchedPath>() else { return false };
    let mut listed = include_str!("../token-routes.txt").lines().filter_map(|line| line.split_once(' '));
    listed.any(|(method, route)| method == request.method().as_str() && route == path.as_str())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = all.next()?.to_str().ok()?;
    if all.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where a request comes from, as limits count it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker(pub(crate) Network);

impl FromRequestParts<Api> for Asker {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let ConnectInfo(address) =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().copied().ok_or_else(|| {
                tracing::error!("the server gave no peer address to a request");
                Problem::new(ErrorCode::Internal)
            })?;
        Ok(Self(address.ip().into()))
    }
}

/// The request comes from a page of this desk, not from another site: `Origin`, which browsers send with every
/// WebSocket and every POST and pages cannot forge, is one of ours. Programs other than browsers send none, and have no
/// cookie of somebody else's to misuse; a browser without it (told by `Sec-Fetch-Site`, which pages cannot leave out
/// either) must at least be on a page of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OurOrigin;

impl FromRequestParts<Api> for OurOrigin {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let mut origins = parts.headers.get_all(header::ORIGIN).iter();
        let ours = match (origins.next(), origins.next()) {
            (Some(origin), None) => api.origins.iter().any(|ours| ours.as_bytes() == origin.as_bytes()),
            (Some(_), Some(_)) => false,
            (None, _) => parts.headers.get_all("sec-fetch-site").iter().all(|site| site == "same-origin"),
        };
        if ours {
            return Ok(Self);
        }
        Err(Problem::explained(
            ErrorCode::Forbidden,
            format!("this page is not at the desk's address; use {}", api.info.links_base),
        ))
    }
}

/// The refresh token from the cookie, on a route that only the console's own scripts can call.
#[derive(Clone)]
pub(crate) struct RefreshCookie(pub(crate) String);

impl FromRequestParts<Api> for RefreshCookie {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        OurOrigin::from_request_parts(parts, api).await?;
        // Another site's form cannot add a header of its own.
        if parts.headers.get("x-ponte").is_none_or(|value| value != "1") {
            return Err(Problem::new(ErrorCode::SignedOut));
        }
        parts
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == COOKIE).then(|| Self(value.to_owned())))
            .ok_or_else(|| Problem::new(ErrorCode::SignedOut))
    }
}

/// Sets the cookie.
pub(crate) fn keep_cookie(token: &str, max_age_seconds: u64) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(&format!(
        "{COOKIE}={token}; Path=/; Max-Age={max_age_seconds}; Secure; HttpOnly; SameSite=Strict"
    ))
    .map_err(|_| Problem::new(ErrorCode::Internal))
}

/// Removes the cookie.
pub(crate) fn drop_cookie() -> Result<HeaderValue, Problem> {
    keep_cookie("", 0)
}
