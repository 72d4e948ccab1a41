//! Logging in with a login service of others.

use super::frame::{Frame, Guest};
use super::login::enter;
use super::{render, varies};
use crate::problem::{Kind, Problem};
use crate::session;
use crate::text;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::Refusal;
use gtp_login::{Back, Failure};
use gtp_model::Language;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login_refused.html")]
struct RefusedPage {
    frame: Frame,
    words: String,
}

/// `GET /login/with/{provider}`: off to the service.
pub async fn begin(guest: Guest, Path(id): Path<String>) -> Result<Response, Problem> {
    match guest.state.providers.begin(&id).await {
        Ok(begun) => {
            let cookie = session::waiting_cookie(&guest.state, &begun.kept);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&begun.address)).into_response())
        }
        Err(failure) => refused(&guest, failure),
    }
}

/// What a browser comes back with.
#[derive(Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /login/with/{provider}/back`: back from the service.
pub async fn back(
    guest: Guest,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let state = &guest.state;
    let kept = session::waiting(state, &headers).unwrap_or_default();
    let back = Back { code: answer.code, state: answer.state, error: answer.error };
    let identity = match state.providers.finish(&id, kept, back).await {
        Ok(identity) => identity,
        Err(failure) => return refused(&guest, failure),
    };
    match state.care.log_in_as(identity).await? {
        Ok(token) => {
            // Whoever was logged in with this browser is not any more: no session lives on unseen.
            if let Some(signed) = &guest.signed {
                state.care.log_out(&signed.token).await;
            }
            Ok(enter(state, &token))
        }
        Err(refusal) => {
            tracing::info!(provider = id, why = refusal.name(), "a login was refused");
            Ok(show(&guest, refusal_words(guest.language, refusal)))
        }
    }
}

fn refused(guest: &Guest, failure: Failure) -> Result<Response, Problem> {
    match failure {
        Failure::Unknown => Err(Problem::new(Kind::NotFound)),
        Failure::Unreachable => {
            Err(Problem { retry_after: Some(30), ..Problem::new(Kind::LoginService) })
        }
        Failure::Over => Ok(super::login::over(guest)),
        Failure::Cancelled => Ok(Redirect::to("/login").into_response()),
        Failure::Unreadable => Ok(show(guest, text::t(guest.language, "login-refused-unreadable"))),
        Failure::NoRole => Ok(show(guest, refusal_words(guest.language, Refusal::NoRole))),
    }
}

fn refusal_words(language: Language, refusal: Refusal) -> String {
    match refusal {
        Refusal::UnknownCitizen => text::t(language, "login-refused-unknown-citizen"),
        Refusal::UnknownUnit => text::t(language, "login-refused-unknown-unit"),
        Refusal::NoRole => text::t(language, "login-refused-no-role"),
        Refusal::Unsure => text::t(language, "login-refused-unsure"),
    }
}

fn show(guest: &Guest, words: String) -> Response {
    let title = text::t(guest.language, "login-refused-title");
    let page = varies(render(&RefusedPage { frame: guest.frame(title), words }));
    (StatusCode::FORBIDDEN, page).into_response()
}
