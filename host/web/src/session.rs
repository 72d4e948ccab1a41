//! Who asks, and in which language.
//!
//! A browser shows its session as a cookie, a program as `Authorization: Bearer`. The two never mix: pages
//! look only at the cookie, the API only at the header, so a page of another site can never make a browser
//! use the API in somebody's name. Forms carry the session's secret besides ([`Signed::posted`]), and
//! [`same_site`] refuses what a browser itself marks as sent by another site.

use crate::AppState;
use crate::problem::{Kind, Problem};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{Session, SessionToken};
use gtp_model::{Actor, Language};
use std::convert::Infallible;

/// The language cookie. Not secret, and the page's own script may set it.
pub const LANGUAGE_COOKIE: &str = "gtp-language";

/// Somebody who is logged in with a browser. A handler that asks for it sends everybody else to the login
/// page; one that asks for `Option<Signed>` serves both.
#[derive(Clone, Debug)]
pub struct Signed {
    /// As whom they act, their name, and the secret that their forms carry.
    pub session: Session,
    /// What the cookie holds: needed to log out.
    pub token: String,
}

impl Signed {
    /// As whom they act.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.session.actor
    }

    /// Checks the secret that a posted form carries.
    ///
    /// # Errors
    /// The form was not made for this session: it is old, or another site made it.
    pub fn posted(&self, csrf: &str) -> Result<(), Problem> {
        if same(self.session.csrf.as_bytes(), csrf.as_bytes()) {
            Ok(())
        } else {
            Err(Problem::new(Kind::ForeignForm))
        }
    }
}

/// Compares without telling by its time where two texts differ.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).fold(0, |differs, (left, right)| differs | (left ^ right)) == 0
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Redirect> {
        signed(parts, state).ok_or_else(|| Redirect::to("/login"))
    }
}

impl OptionalFromRequestParts<AppState> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Option<Self>, Infallible> {
        Ok(signed(parts, state))
    }
}

fn signed(parts: &Parts, state: &AppState) -> Option<Signed> {
    let token = cookie(&parts.headers, session_cookie(state))?;
    let session = state.care.session(token)?;
    Some(Signed { session, token: token.to_owned() })
}

/// The name of the session's cookie. With the prefix, a browser accepts it only over TLS, for this host
/// alone and for all its paths.
const fn session_cookie(state: &AppState) -> &'static str {
    if state.secure_cookies { "__Host-gtp" } else { "gtp" }
}

/// The `Set-Cookie` value that logs a browser in.
#[must_use]
pub fn log_in_cookie(state: &AppState, token: &SessionToken) -> HeaderValue {
    let (name, secure) =
        (session_cookie(state), if state.secure_cookies { "; Secure" } else { "" });
    let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}", token.as_str());
    // The token is hexadecimal, so the value is always legal.
    HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The cookie of a login that waits for a step.
const fn step_cookie(state: &AppState) -> &'static str {
    if state.secure_cookies { "__Host-gtp-step" } else { "gtp-step" }
}

/// The token of the login that waits in this browser.
#[must_use]
pub fn waiting<'a>(state: &AppState, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, step_cookie(state))
}

/// The `Set-Cookie` value of a login that waits for a step. It is gone with the browser, and worth nothing
/// after some minutes.
#[must_use]
pub fn waiting_cookie(state: &AppState, token: &str) -> HeaderValue {
    let secure = if state.secure_cookies { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600{secure}",
        step_cookie(state)
    );
    HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The `Set-Cookie` value that makes a browser forget its session.
#[must_use]
pub fn log_out_cookie(state: &AppState) -> HeaderValue {
    HeaderValue::from_static(if state.secure_cookies {
        "__Host-gtp=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
    } else {
        "gtp=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    })
}

/// The `Set-Cookie` value that keeps a choice of language for a year.
#[must_use]
pub const fn language_cookie(language: Language) -> HeaderValue {
    HeaderValue::from_static(match language {
        Language::Da => "gtp-language=da; Path=/; SameSite=Lax; Max-Age=31536000",
        Language::En => "gtp-language=en; Path=/; SameSite=Lax; Max-Age=31536000",
    })
}

/// The language to answer in: the reader's own choice (a cookie), else what their browser or program asks
/// for (`Accept-Language`), else Danish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaks(pub Language);

impl Speaks {
    /// The language of a request with these headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
        let asked = || {
            headers.get(header::ACCEPT_LANGUAGE).and_then(|value| preferred(value.to_str().ok()?))
        };
        Self(chosen.or_else(asked).unwrap_or_default())
    }
}

impl<S: Sync> FromRequestParts<S> for Speaks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// The language of ours that an `Accept-Language` value likes best: by weight, then by order.
fn preferred(accept: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in accept.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=");
        let weight: f32 = weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
        let Some(language) = Language::from_tag(tag.trim()) else { continue };
        if weight > best.map_or(0.0, |(heaviest, _)| heaviest) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(own, value)| (own == name).then_some(value))
}

/// Refuses what another site's page makes a browser send. Reading is harmless: without cross-origin rules
/// that page cannot see the answer. A program that shows its session in a header is no browser on the way
/// of a foreign page, and is let through.
pub async fn same_site(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    if !safe && !headers.contains_key(header::AUTHORIZATION) && foreign(headers) {
        return Problem::new(Kind::ForeignForm).into_response();
    }
    next.run(request).await
}

fn foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    // Old browsers send no Sec-Fetch-Site but name the page's origin on every POST.
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_none_or(|(_, origin_host)| origin_host != host)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (header::HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_language_is_chosen_by_cookie_then_by_weight_then_danish() {
        let speaks = |pairs: &[(&'static str, &'static str)]| Speaks::of(&headers(pairs)).0;
        assert_eq!(speaks(&[]), Language::Da);
        assert_eq!(speaks(&[("accept-language", "sv, en;q=0.5, da;q=0.7")]), Language::Da);
        assert_eq!(speaks(&[("accept-language", "en-GB,da;q=0.9")]), Language::En);
        assert_eq!(speaks(&[("accept-language", "en;q=0, da;q=0.1")]), Language::Da);
        assert_eq!(speaks(&[("accept-language", "en;q=x")]), Language::Da);
        let chosen = [("accept-language", "da"), ("cookie", "a=b; gtp-language=en")];
        assert_eq!(speaks(&chosen), Language::En);
    }

    #[test]
    fn a_post_from_another_site_is_foreign() {
        assert!(foreign(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(foreign(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!foreign(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(!foreign(&headers(&[("sec-fetch-site", "none")])));
        assert!(foreign(&headers(&[("origin", "https://evil.example"), ("host", "gtp.example")])));
        assert!(foreign(&headers(&[("origin", "null"), ("host", "gtp.example")])));
        assert!(!foreign(&headers(&[("origin", "https://gtp.example"), ("host", "gtp.example")])));
        assert!(!foreign(&headers(&[("host", "gtp.example")])), "a program, not a browser");
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = headers(&[("cookie", "xgtp=1; gtp=2"), ("cookie", "other=3")]);
        assert_eq!(cookie(&headers, "gtp"), Some("2"));
        assert_eq!(cookie(&headers, "other"), Some("3"));
        assert_eq!(cookie(&headers, "tp"), None);
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd") && !same(b"abc", b"ab") && !same(b"", b"a"));
    }
}
