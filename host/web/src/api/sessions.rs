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
use gtp_care::{LogIn, Step};
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
    /// The present one-time code, where the account has two-step login.
    code: Option<String>,
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
         description = "Wrong account, password or code; which of them is not told. Or the code is missing"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "A step is left that can only be done with a browser"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
         description = "Too many attempts; `Retry-After` says how long to wait"),
    ),
)]
pub async fn begin(
    State(state): State<AppState>,
    Address(address): Address,
    Body(body): Body,
) -> Result<(StatusCode, Json<SessionBegun>), Problem> {
    let mut members = Members::of(&body, &["account", "password", "code"]);
    let (account, password) = (members.text("account"), members.text("password"));
    let code = members.optional("code");
    members.finish()?;
    if let Some(wait) = state.logins.attempt(account, address) {
        let retry_after = Some(wait.as_secs() + 1);
        return Err(Problem { retry_after, ..Problem::new(Kind::TooManyLogins) });
    }
    let token = match state.care.log_in(account, password, code).await? {
        LogIn::In(token) => token,
        LogIn::Wrong | LogIn::Over => return Err(Problem::new(Kind::WrongLogin)),
        // The try stays counted: a right password must not pay for guessing codes.
        LogIn::Next(_, Step::Code) => return Err(Problem::new(Kind::SecondFactor)),
        LogIn::Next(..) => return Err(Problem::new(Kind::LoginUnfinished)),
    };
    let session = state.care.session(token.as_str()).ok_or(Problem::new(Kind::WrongLogin))?;
    state.logins.succeeded(account, address);
    let begun = SessionBegun { token: token.as_str().to_owned(), expires: rfc3339(session.ends) };
    Ok((StatusCode::CREATED, Json(begun)))
}

/// One of the caller's sessions.
#[derive(Serialize, ToSchema)]
pub struct OwnSession {
    /// Names it, and lends it to nobody.
    pub id: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub began: String,
    /// When it was last used.
    #[schema(format = DateTime)]
    pub seen: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The caller's sessions.
#[derive(Serialize, ToSchema)]
pub struct OwnSessions {
    /// The one used last comes first.
    pub sessions: Vec<OwnSession>,
}

/// List one's own sessions
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "sessions", operation_id = "listSessions",
    responses((status = 200, body = OwnSessions)),
    security(("bearer" = [])),
)]
pub async fn list(State(state): State<AppState>, caller: Caller) -> Json<OwnSessions> {
    let views = state.care.sessions_of(&caller.session, &caller.token);
    let sessions = views.into_iter().map(|view| OwnSession {
        id: view.id,
        began: rfc3339(view.began),
        seen: rfc3339(view.seen),
        current: view.current,
    });
    Json(OwnSessions { sessions: sessions.collect() })
}

/// Log out everywhere
///
/// Ends all of the caller's sessions, this one too, in browsers as well.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "sessions", operation_id = "logOutEverywhere",
    responses((status = 204, description = "All of the caller's tokens are worth nothing any more")),
    security(("bearer" = [])),
)]
pub async fn end_all(State(state): State<AppState>, caller: Caller) -> StatusCode {
    state.care.log_out_everywhere(&caller.session).await;
    StatusCode::NO_CONTENT
}

/// Log out
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "logOut",
    responses((status = 204, description = "The token is worth nothing any more")),
    security(("bearer" = [])),
)]
pub async fn end(State(state): State<AppState>, caller: Caller) -> StatusCode {
    state.care.log_out(&caller.token).await;
    StatusCode::NO_CONTENT
}
