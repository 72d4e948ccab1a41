//! What every answer carries so that a browser gives nothing away.
//!
//! Strict everywhere, data and pages alike: nothing is fetched from another site, nothing is framed, no
//! address is passed on, and nothing is kept in a cache unless the handler says that it holds no personal
//! data.

use crate::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Scripts, styles, fonts and pictures come from here and nowhere else; forms are sent here and nowhere
/// else. Small pictures inside a style sheet are `data:` addresses.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, HeaderValue); 7] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Adds the headers.
pub async fn secure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add(response.headers_mut(), state.secure_cookies);
    response
}

fn add(headers: &mut HeaderMap, behind_tls: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if behind_tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn nothing_is_cached_unless_the_handler_says_so() {
        let mut personal = HeaderMap::new();
        add(&mut personal, false);
        assert_eq!(personal[header::CACHE_CONTROL], "no-store");
        assert!(!personal.contains_key(header::STRICT_TRANSPORT_SECURITY));

        let mut asset = HeaderMap::new();
        asset.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        add(&mut asset, true);
        assert_eq!(asset[header::CACHE_CONTROL], "max-age=60");
        assert!(asset.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn a_handler_cannot_weaken_the_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src *"));
        add(&mut headers, false);
        let all: Vec<_> = headers.get_all(header::CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(all, [CONTENT_SECURITY_POLICY]);
    }
}
