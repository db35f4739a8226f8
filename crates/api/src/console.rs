//! The console, built into the program.

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use ponte_types::ErrorCode;
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Dist;

/// Shown by a relay that was built without its console.
const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Ponte</title><h1>The console is not \
    in this program</h1><p>This relay was built before its console. Build the console with <code>cargo xtask run</code> \
    (or <code>npm ci &amp;&amp; npm run build</code> in <code>console/</code>), then build the relay again.</p></html>";

/// A file of the console, or its start page: the console itself shows the right page for the address.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(ErrorCode::NotFound).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if !path.is_empty()
        && let Some(found) = file(path, &headers)
    {
        return found;
    }
    // What looks like a file and is none must not come back as a page: a browser would run or cache it.
    let is_page = !path.split('/').any(|part| part.contains('.')) && !path.starts_with("assets/");
    if !is_page {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| {
        let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        (StatusCode::SERVICE_UNAVAILABLE, html, NOT_BUILT).into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Dist::get(path)?;
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));
    // Names of assets carry a hash of their content, so they never change.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_owned().into_response() };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, value);
    }
    if let Ok(value) = HeaderValue::from_str(file.metadata.mimetype()) {
        out.insert(header::CONTENT_TYPE, value);
    }
    Some(response)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
