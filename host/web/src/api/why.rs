//! Why an alert was raised, for programs.

use super::address::Id;
use super::caller::{Caller, Reason};
use super::replays::{desk, refused};
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use gtp_model::AlertId;
use gtp_replay::Explained;

/// Read why an alert was raised
///
/// The rule, the values that it was handed, each limit with its layer and who set it, the component, what came out,
/// and what happened since, in form 1. What the caller may not see is left out. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}/why", tag = "alerts", operation_id = "readWhy",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = Object),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such alert, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    Id(id): Id<AlertId>,
) -> Result<Json<Explained>, Problem> {
    let (_, explained) = desk(&state)?.why(caller.actor(), id, &why).await.map_err(refused)?;
    Ok(Json(explained))
}
