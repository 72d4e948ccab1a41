//! Logging in and out, and the choice of language.

use super::frame::{Frame, Guest, Visitor};
use super::{render, varies};
use crate::AppState;
use crate::problem::{Kind, Problem};
use crate::server::Address;
use crate::session::{self, Signed};
use crate::text;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{LogIn, SessionToken};
use gtp_model::{Language, Role};
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    /// Login services: where a login with them begins, and its words.
    services: Vec<(String, String)>,
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
        Role::Relative => "/relative",
        // Pages of the access logs there are none so far: those who watch over access ask the API.
        Role::Auditor => "/account",
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
    if let Some(wait) = state.logins.attempt(account, address) {
        let page = show(&guest, account.to_owned(), Some(wait_words(&guest, wait)));
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let came = state.care.log_in(account, &login.password, None).await?;
    if let LogIn::Wrong | LogIn::Over = came {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong("login-wrong")).into_response());
    }
    Ok(go_on(&guest, account, address, came).await)
}

/// What a browser gets whose login came so far.
pub async fn go_on(guest: &Guest, account: &str, address: IpAddr, came: LogIn) -> Response {
    let state = &guest.state;
    match came {
        LogIn::In(token) => {
            state.logins.succeeded(account, address);
            // Whoever was logged in with this browser is not any more: no session lives on unseen.
            if let Some(signed) = &guest.signed {
                state.care.log_out(&signed.token).await;
            }
            enter(state, &token)
        }
        LogIn::Next(token, _) => {
            let cookie = session::waiting_cookie(state, token.as_str());
            ([(header::SET_COOKIE, cookie)], Redirect::to("/login/step")).into_response()
        }
        LogIn::Wrong | LogIn::Over => Redirect::to("/login").into_response(),
    }
}

/// Lets a browser in: its session, and where its work begins.
pub fn enter(state: &AppState, token: &SessionToken) -> Response {
    let cookie = session::log_in_cookie(state, token);
    let role = state.care.session(token.as_str()).map(|session| session.actor.role);
    let start = role.map_or("/", start_of);
    ([(header::SET_COOKIE, cookie)], Redirect::to(start)).into_response()
}

/// How long to wait, in words.
pub fn wait_words(guest: &Guest, wait: Duration) -> String {
    let minutes = usize::try_from(wait.as_secs().div_ceil(60)).unwrap_or(1);
    text::t_with(guest.language, "login-wait", &[("minutes", minutes.into())])
}

/// The login page once more, since the login before it took too long or failed too often.
pub fn over(guest: &Guest) -> Response {
    let page = show(guest, String::new(), Some(text::t(guest.language, "login-over")));
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn show(guest: &Guest, account: String, error: Option<String>) -> Response {
    let title = text::t(guest.language, "login-title");
    let title = match &error {
        Some(_) => text::t_with(guest.language, "form-title-error", &[("title", title.into())]),
        None => title,
    };
    let services = guest.state.providers.names(guest.language).map(|(id, name)| {
        let words = text::t_with(guest.language, "login-with", &[("name", name.into())]);
        (format!("/login/with/{id}"), words)
    });
    let services = services.collect();
    varies(render(&LoginPage { frame: guest.frame(title), services, account, error }))
}

#[derive(Template)]
#[template(path = "login_out.html")]
struct OutPage {
    frame: Frame,
    /// Where to log out of the login service too, and its words.
    elsewhere: Option<(String, String)>,
}

/// From which login service somebody came.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    with: String,
}

/// `GET /login/out?with=SERVICE`: says that it is over. A browser goes on to the service by itself, to be logged
/// out there as well; a form could not, since forms are sent nowhere else.
pub async fn gone(guest: Guest, Query(from): Query<From>) -> Response {
    let title = text::t(guest.language, "login-out-title");
    let providers = &guest.state.providers;
    let elsewhere = providers.log_out(&from.with, "/login/out").map(|address| {
        let name = providers.name(&from.with, guest.language).unwrap_or_default();
        let words = text::t_with(guest.language, "login-out-elsewhere", &[("name", name.into())]);
        (address, words)
    });
    let refresh = elsewhere
        .as_ref()
        .and_then(|(address, _)| HeaderValue::try_from(format!("0; url={address}")).ok());
    let mut page = varies(render(&OutPage { frame: guest.frame(title), elsewhere }));
    if let Some(refresh) = refresh {
        page.headers_mut().insert(header::REFRESH, refresh);
    }
    page
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
    visitor.state.care.log_out(&visitor.signed.token).await;
    let cookie = session::log_out_cookie(&visitor.state);
    let out = match &visitor.signed.session.provider {
        Some(provider) => format!("/login/out?with={provider}"),
        None => "/login/out".to_owned(),
    };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&out)).into_response())
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
