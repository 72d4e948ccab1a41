//! Logging a program in and out.

use super::body::{Body, Members};
use super::caller::Caller;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use crate::server::Address;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gtp_care::calendar::rfc3339;
use serde::Serialize;
use utoipa::ToSchema;

/// A name and a password.
#[derive(ToSchema)]
#[schema(example = json!({ "account": "demo-nurse", "password": "..." }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct Login {
    /// The account.
    account: String,
    /// Its password.
    password: String,
}

/// A session that has begun.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "token": "6f1c...", "expires": "2026-11-21T16:30:00Z" }))]
pub struct SessionBegun {
    /// To be sent as `Authorization: Bearer`. It also ends after an hour in which it is not used.
    pub token: String,
    /// When it ends at the latest.
    #[schema(format = DateTime)]
    pub expires: String,
}

/// Log in
///
/// Gives a token for `Authorization: Bearer`.
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "sessions", operation_id = "logIn",
    request_body = Login,
    responses(
        (status = 201, body = SessionBegun),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
         description = "Wrong account or password; which of them is not told"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
         description = "Too many attempts; `Retry-After` says how long to wait"),
    ),
)]
pub async fn begin(
    State(state): State<AppState>,
    Address(address): Address,
    Body(body): Body,
) -> Result<(StatusCode, Json<SessionBegun>), Problem> {
    let mut members = Members::of(&body, &["account", "password"]);
    let (account, password) = (members.text("account"), members.text("password"));
    members.finish()?;
    if let Some(wait) = state.logins.wait(account, address) {
        let retry_after = Some(wait.as_secs());
        return Err(Problem { retry_after, ..Problem::new(Kind::TooManyLogins) });
    }
    let token = state.care.log_in(account, password).await?;
    let session = token.and_then(|token| Some((state.care.session(token.as_str())?, token)));
    let Some((session, token)) = session else {
        state.logins.failed(account, address);
        return Err(Problem::new(Kind::WrongLogin));
    };
    state.logins.succeeded(account);
    let begun = SessionBegun { token: token.as_str().to_owned(), expires: rfc3339(session.ends) };
    Ok((StatusCode::CREATED, Json(begun)))
}

/// Log out
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "logOut",
    responses((status = 204, description = "The token is worth nothing any more")),
    security(("bearer" = [])),
)]
pub async fn end(State(state): State<AppState>, caller: Caller) -> StatusCode {
    state.care.log_out(&caller.token);
    StatusCode::NO_CONTENT
}
