//! What every answer tells the browser.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::state::Api;

/// Adds the policies that keep other sites and injected text out of the console.
pub(crate) async fn secure(State(api): State<Api>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let csp = content_security_policy(&api.origins);
    // What is no page of the console has said more already.
    if let Ok(value) = HeaderValue::from_str(&csp) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(value);
    }
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if api.origins.iter().all(|origin| origin.starts_with("https://")) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()"),
];

/// `'self'` does not cover WebSockets in every browser, so they are named; but for IPv6 literals, which the policy's
/// grammar (CSP 3, §2.3.1) cannot express.
fn content_security_policy(origins: &[String]) -> String {
    let sockets: String = origins
        .iter()
        .filter(|origin| !origin.contains('['))
        .filter_map(|origin| origin.strip_prefix("http"))
        .map(|rest| format!(" ws{rest}"))
        .collect();
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; connect-src 'self'{sockets}; worker-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}

/// Answers of the interface are never kept by a cache.
pub(crate) async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_desks_own_sockets() {
        let policy =
            content_security_policy(&["https://desk.example".into(), "http://localhost:8443".into()]);
        assert!(policy.contains("connect-src 'self' wss://desk.example ws://localhost:8443;"), "{policy}");
        assert!(policy.contains("script-src 'self';"));
    }
}
