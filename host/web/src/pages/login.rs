//! Logging in and out, and the choice of language.

use super::frame::{Frame, Guest, Visitor};
use super::{render, varies};
use crate::problem::{Kind, Problem};
use crate::server::Address;
use crate::session::{self, Signed};
use crate::text;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_model::{Language, Role};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    account: String,
    error: Option<String>,
}

/// What the login form sends.
#[derive(Deserialize)]
pub struct Login {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
}

/// `GET /`: to where this person's work begins.
pub async fn home(signed: Option<Signed>) -> Redirect {
    Redirect::to(signed.map_or("/login", |signed| start_of(signed.actor().role)))
}

const fn start_of(role: Role) -> &'static str {
    match role {
        Role::Citizen => "/citizen",
        Role::Clinician => "/worklist",
        _ => "/programmes",
    }
}

/// `GET /login`
pub async fn page(guest: Guest) -> Response {
    match &guest.signed {
        Some(signed) => Redirect::to(start_of(signed.actor().role)).into_response(),
        None => show(&guest, String::new(), None),
    }
}

/// `POST /login`
pub async fn send(
    guest: Guest,
    Address(address): Address,
    Form(login): Form<Login>,
) -> Result<Response, Problem> {
    let account = login.account.trim();
    let state = &guest.state;
    let wrong = |key: &str| show(&guest, account.to_owned(), Some(text::t(guest.language, key)));
    if account.is_empty() || login.password.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong("login-empty")).into_response());
    }
    if let Some(wait) = state.logins.wait(account, address) {
        let minutes = usize::try_from(wait.as_secs().div_ceil(60)).unwrap_or(1);
        let words = text::t_with(guest.language, "login-wait", &[("minutes", minutes.into())]);
        let page = show(&guest, account.to_owned(), Some(words));
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let Some(token) = state.care.log_in(account, &login.password).await? else {
        state.logins.failed(account, address);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong("login-wrong")).into_response());
    };
    state.logins.succeeded(account);
    let cookie = session::log_in_cookie(state, &token);
    let role = state.care.session(token.as_str()).map(|session| session.actor.role);
    let start = role.map_or("/", start_of);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(start)).into_response())
}

fn show(guest: &Guest, account: String, error: Option<String>) -> Response {
    let title = text::t(guest.language, "login-title");
    let title = match &error {
        Some(_) => text::t_with(guest.language, "form-title-error", &[("title", title.into())]),
        None => title,
    };
    varies(render(&LoginPage { frame: guest.frame(title), account, error }))
}

/// What the form of the log-out button sends.
#[derive(Deserialize)]
pub struct Csrf {
    /// The secret of the session.
    #[serde(default)]
    pub csrf: String,
}

/// `POST /logout`
pub async fn out(visitor: Visitor, Form(form): Form<Csrf>) -> Result<Response, Problem> {
    visitor.signed.posted(&form.csrf)?;
    visitor.state.care.log_out(&visitor.signed.token);
    let cookie = session::log_out_cookie(&visitor.state);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/login")).into_response())
}

/// What the language link asks for.
#[derive(Deserialize)]
pub struct Choice {
    to: String,
    #[serde(default)]
    next: String,
}

/// `GET /language?to=en&next=/citizen`: remembers the choice and goes back. Changes nothing but how pages are
/// written, so a link may do it.
pub async fn language(Query(choice): Query<Choice>) -> Result<Response, Problem> {
    let language = Language::from_tag(&choice.to).ok_or(Problem::new(Kind::NotFound))?;
    let next = if is_here(&choice.next) { choice.next.as_str() } else { "/" };
    let cookie = session::language_cookie(language);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

/// Whether an address is one of this site's: a redirect to another would lend this site's name to it.
fn is_here(address: &str) -> bool {
    let mut bytes = address.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && address.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_link_leads_back_to_this_site_only() {
        for here in ["/", "/citizen/form", "/worklist?state=taken"] {
            assert!(is_here(here), "{here}");
        }
        for away in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "a"]
        {
            assert!(!is_here(away), "{away}");
        }
    }
}
