//! Whether the host lives, and whether it can serve: what a supervisor and a load balancer ask.

use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::extract::State;
use axum::http::StatusCode;

/// Lives?
///
/// The process answers. Says nothing of the record.
#[utoipa::path(
    get, path = "/livez", tag = "health", operation_id = "livez",
    responses((status = 204, description = "It lives")),
)]
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Ready?
///
/// The record can be read.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses(
        (status = 204, description = "It can serve"),
        (status = 503, body = ProblemDocument, content_type = "application/problem+json",
         description = "It cannot; the log says why"),
    ),
)]
pub async fn ready(State(state): State<AppState>) -> Result<StatusCode, Problem> {
    state.care.ready().map(|()| StatusCode::NO_CONTENT).map_err(|error| {
        tracing::error!(%error, "not ready");
        Problem::new(Kind::Stopped)
    })
}
