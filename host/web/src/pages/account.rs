//! One's own login: password, second factor, and where one is logged in.

use super::frame::{Frame, Moment, Visitor};
use super::login_step::{rule, weakness_words};
use super::render;
use crate::problem::{Kind, Problem};
use crate::server::Address;
use crate::session;
use crate::text;
use askama::Template;
use axum::Form;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{NotChanged, SessionToken, Step};
use serde::Deserialize;
use std::net::IpAddr;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    csrf: String,
    error: Option<String>,
    rule: String,
    /// Whether there is a second factor. None where a login service lets this person in.
    second_factor: Option<bool>,
    /// A second factor that is being set up.
    step: Option<Step>,
    sessions: Vec<Row>,
}

struct Row {
    id: String,
    began: Moment,
    seen: Moment,
    current: bool,
}

/// What the forms send.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    session: String,
}

/// `GET /account`
pub async fn page(visitor: Visitor, headers: HeaderMap) -> Result<Response, Problem> {
    let token = session::waiting(&visitor.state, &headers).unwrap_or_default();
    let step = visitor.state.care.second_factor_begun(&visitor.signed.session, token);
    show(&visitor, step, None)
}

/// `POST /account/password`
pub async fn password(
    visitor: Visitor,
    Address(address): Address,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    if form.new != form.again {
        let words = text::t(visitor.language, "login-password-differs");
        return wrong(&visitor, None, words);
    }
    let account = visitor.actor().account.clone();
    count(&visitor, &account, address)?;
    let session = &visitor.signed.session;
    let changed = visitor.state.care.change_password(session, &form.password, &form.new).await?;
    finish(&visitor, &account, address, None, changed)
}

/// `POST /account/second-factor`: begins to set one up.
pub async fn begin_second_factor(
    visitor: Visitor,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    match visitor.state.care.begin_second_factor(&visitor.signed.session)? {
        Ok((token, _)) => {
            let cookie = session::waiting_cookie(&visitor.state, token.as_str());
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/account")).into_response())
        }
        Err(why) => wrong(&visitor, None, words(&visitor, why)),
    }
}

/// `POST /account/second-factor/code`: keeps it once its first code is right.
pub async fn finish_second_factor(
    visitor: Visitor,
    headers: HeaderMap,
    Address(address): Address,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    let account = visitor.actor().account.clone();
    count(&visitor, &account, address)?;
    let (care, session) = (&visitor.state.care, &visitor.signed.session);
    let token = session::waiting(&visitor.state, &headers).unwrap_or_default();
    let step = care.second_factor_begun(session, token);
    let done = care.finish_second_factor(session, token, &form.password, &form.code).await?;
    finish(&visitor, &account, address, step, done)
}

/// `POST /account/second-factor/remove`
pub async fn remove_second_factor(
    visitor: Visitor,
    Address(address): Address,
    Form(form): Form<Posted>,
) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    let account = visitor.actor().account.clone();
    count(&visitor, &account, address)?;
    let session = &visitor.signed.session;
    let done = visitor.state.care.remove_second_factor(session, &form.password).await?;
    finish(&visitor, &account, address, None, done)
}

/// `POST /account/sessions`: ends one of one's sessions, or all of them where none is named.
pub async fn end_sessions(visitor: Visitor, Form(form): Form<Posted>) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    let (care, session) = (&visitor.state.care, &visitor.signed.session);
    if form.session.is_empty() {
        care.log_out_everywhere(session).await;
        let cookie = session::log_out_cookie(&visitor.state);
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/login/out")).into_response());
    }
    if care.end_session(session, &form.session).await {
        Ok(Redirect::to("/account").into_response())
    } else {
        Err(Problem::new(Kind::NotFound))
    }
}

/// Counts a try with one's own password: somebody at a browser that was left open may be guessing it.
fn count(visitor: &Visitor, account: &str, address: IpAddr) -> Result<(), Problem> {
    match visitor.state.logins.attempt(account, address) {
        None => Ok(()),
        Some(wait) => {
            let retry_after = Some(wait.as_secs() + 1);
            Err(Problem { retry_after, ..Problem::new(Kind::TooManyLogins) })
        }
    }
}

/// A changed login has a new session; the old ones are gone.
fn finish(
    visitor: &Visitor,
    account: &str,
    address: IpAddr,
    step: Option<Step>,
    changed: Result<SessionToken, NotChanged>,
) -> Result<Response, Problem> {
    match changed {
        Ok(token) => {
            visitor.state.logins.succeeded(account, address);
            let cookie = session::log_in_cookie(&visitor.state, &token);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/account?changed")).into_response())
        }
        Err(why) => wrong(visitor, step, words(visitor, why)),
    }
}

fn words(visitor: &Visitor, why: NotChanged) -> String {
    match why {
        NotChanged::Wrong => text::t(visitor.language, "account-wrong"),
        NotChanged::Weak(weakness) => weakness_words(visitor.language, weakness),
        NotChanged::Elsewhere => text::t(visitor.language, "account-elsewhere"),
        NotChanged::Demanded => text::t(visitor.language, "account-demanded"),
    }
}

fn wrong(visitor: &Visitor, step: Option<Step>, words: String) -> Result<Response, Problem> {
    let page = show(visitor, step, Some(words))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn show(visitor: &Visitor, step: Option<Step>, error: Option<String>) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let session = &visitor.signed.session;
    let words = visitor.words();
    let rows = care.sessions_of(session, &visitor.signed.token).into_iter().map(|view| Row {
        id: view.id,
        began: words.full(view.began),
        seen: words.full(view.seen),
        current: view.current,
    });
    let title = text::t(visitor.language, "account-title");
    let title = match &error {
        Some(_) => text::t_with(visitor.language, "form-title-error", &[("title", title.into())]),
        None => title,
    };
    Ok(render(&AccountPage {
        frame: visitor.frame(title),
        csrf: session.csrf.clone(),
        error,
        rule: rule(visitor.language),
        second_factor: care.second_factor_of(session)?,
        step,
        sessions: rows.collect(),
    }))
}
