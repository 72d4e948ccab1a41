//! One line in the log for each request: method, route, status, time.
//!
//! The route is the pattern (`/api/v1/citizens/{id}`), never the address that was asked for: an address can
//! hold an id, and a mistyped one can hold anything.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Logs the request once it is answered.
pub async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(method, route, status, micros, "request");
    } else {
        tracing::info!(method, route, status, micros, "request");
    }
    response
}

/// A method that nobody knows is somebody's text: it stays out of the log.
fn known(method: &axum::http::Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
