//! What is left of a login when the password was right: a code, setting up the second factor, a password that
//! nobody else knows.

use super::frame::{Frame, Guest};
use super::login::{go_on, wait_words};
use super::{render, varies};
use crate::problem::Problem;
use crate::server::Address;
use crate::session;
use crate::text;
use askama::Template;
use axum::Form;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::login::password::SHORTEST;
use gtp_care::{LogIn, Step, Weakness};
use gtp_model::Language;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login_step.html")]
struct StepPage {
    frame: Frame,
    step: Step,
    error: Option<String>,
    rule: String,
}

/// What the forms of the steps send.
#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /login/step`
pub async fn page(guest: Guest, headers: HeaderMap) -> Response {
    let waiting = session::waiting(&guest.state, &headers);
    match waiting.and_then(|token| guest.state.care.waiting(token)) {
        Some((_, step)) => show(&guest, step, None),
        None => Redirect::to("/login").into_response(),
    }
}

/// `POST /login/step`
pub async fn send(
    guest: Guest,
    headers: HeaderMap,
    Address(address): Address,
    Form(answer): Form<Answer>,
) -> Result<Response, Problem> {
    let state = &guest.state;
    let token = session::waiting(state, &headers).unwrap_or_default();
    let Some((account, step)) = state.care.waiting(token) else {
        return Ok(over(&guest));
    };
    let wrong = |step: Step, words: String| {
        (StatusCode::UNPROCESSABLE_ENTITY, show(&guest, step, Some(words))).into_response()
    };
    if step == Step::NewPassword {
        if answer.password != answer.again {
            return Ok(wrong(step, text::t(guest.language, "login-password-differs")));
        }
        return match state.care.log_in_by_new_password(token, &answer.password).await? {
            Ok(LogIn::Over | LogIn::Wrong) => Ok(over(&guest)),
            Ok(came) => Ok(go_on(&guest, &account, address, came).await),
            Err(weakness) => Ok(wrong(step, weakness_words(guest.language, weakness))),
        };
    }
    if let Some(wait) = state.logins.attempt(&account, address) {
        let page = show(&guest, step, Some(wait_words(&guest, wait)));
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    match state.care.log_in_by_code(token, &answer.code).await? {
        LogIn::Over => Ok(over(&guest)),
        LogIn::Wrong => Ok(wrong(step, text::t(guest.language, "login-code-wrong"))),
        came => Ok(go_on(&guest, &account, address, came).await),
    }
}

fn show(guest: &Guest, step: Step, error: Option<String>) -> Response {
    let title = match step {
        Step::Code => text::t(guest.language, "login-code-title"),
        Step::SetUp { .. } => text::t(guest.language, "login-setup-title"),
        Step::NewPassword => text::t(guest.language, "login-password-title"),
    };
    let title = match &error {
        Some(_) => text::t_with(guest.language, "form-title-error", &[("title", title.into())]),
        None => title,
    };
    let rule = rule(guest.language);
    varies(render(&StepPage { frame: guest.frame(title), step, error, rule }))
}

/// The login took too long, or failed too often.
fn over(guest: &Guest) -> Response {
    super::login::over(guest)
}

/// What a new password must be.
pub fn rule(language: Language) -> String {
    text::t_with(language, "login-password-rule", &[("shortest", SHORTEST.into())])
}

/// What is wrong with a new password, in words.
pub fn weakness_words(language: Language, weakness: Weakness) -> String {
    match weakness {
        Weakness::Short => text::t(language, "login-password-short"),
        Weakness::Long => text::t(language, "login-password-long"),
        Weakness::OwnName => text::t(language, "login-password-own-name"),
        Weakness::Guessable => text::t(language, "login-password-guessable"),
        Weakness::Same => text::t(language, "login-password-same"),
    }
}
