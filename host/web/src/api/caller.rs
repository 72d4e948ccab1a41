//! Who calls, and what their headers say about the call.

use crate::AppState;
use crate::problem::{Kind, Problem};
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use gtp_care::{Scope, Session, Why};
use gtp_model::{Actor, IdempotencyKey};
use std::convert::Infallible;

/// A program that showed a valid `Authorization: Bearer`.
#[derive(Debug)]
pub struct Caller {
    /// Whose session it is.
    pub session: Session,
    /// What it showed.
    pub token: String,
}

impl Caller {
    /// As whom it acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.session.actor
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let refused = || Problem::new(Kind::NotSignedIn);
        let token = bearer(&parts.headers).ok_or_else(refused)?;
        if let Some(session) = state.care.machine(token)? {
            let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
            let needed = needed(&parts.method, route);
            let held = session.scopes.as_deref().unwrap_or_default();
            if !needed.is_some_and(|needed| held.contains(&needed)) {
                return Err(Problem::new(Kind::Scope));
            }
            return Ok(Self { session, token: token.to_owned() });
        }
        let session = state.care.session(token).ok_or_else(refused)?;
        Ok(Self { session, token: token.to_owned() })
    }
}

/// What a program's token must allow for a route. None: no token does, since it is about a person's session.
fn needed(method: &Method, route: &str) -> Option<Scope> {
    match (method, route) {
        (_, route) if route.starts_with("/api/v1/sessions") => None,
        (_, "/metrics") => Some(Scope::Metrics),
        (&Method::GET | &Method::HEAD, _) => Some(Scope::Read),
        (_, route) if route.ends_with("/submissions") => Some(Scope::Submit),
        _ => Some(Scope::Write),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The `Idempotency-Key` of a call, if it has one.
#[derive(Debug)]
pub struct Key(pub Option<IdempotencyKey>);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().and_then(IdempotencyKey::parse);
        key.map(|key| Self(Some(key))).ok_or_else(|| Problem::new(Kind::BadHeader))
    }
}

/// Why somebody looks at a citizen's record: the `Access-Reason` header, percent-encoded UTF-8, for the
/// access log that the citizen reads. It is a header and not a part of the query, since addresses end up
/// in the logs of whatever stands between.
#[derive(Debug)]
pub struct Reason(pub Why);

/// A longer reason is cut.
const LONGEST_REASON: usize = 500;

impl<S: Sync> FromRequestParts<S> for Reason {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get("access-reason").and_then(|value| value.to_str().ok());
        let reason = header.map(percent_decoded).unwrap_or_default();
        let reason = reason.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
        Ok(Self(Why { through: "api", reason }))
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = decoded {
            bytes.push(high * 16 + low);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_bearer_is_read_whatever_the_case_of_its_scheme() {
        let headers = |value: &'static str| {
            [(header::AUTHORIZATION, value.parse().unwrap())].into_iter().collect::<HeaderMap>()
        };
        assert_eq!(bearer(&headers("bearer abc")), Some("abc"));
        assert_eq!(bearer(&headers("Basic abc")), None);
        assert_eq!(bearer(&headers("Bearer")), None);
    }

    #[test]
    fn a_token_reaches_no_further_than_its_scopes() {
        let submissions = "/api/v1/citizens/{id}/submissions";
        assert_eq!(needed(&Method::POST, submissions), Some(Scope::Submit));
        assert_eq!(needed(&Method::GET, "/api/v1/alerts"), Some(Scope::Read));
        assert_eq!(needed(&Method::POST, "/api/v1/alerts/{id}/take"), Some(Scope::Write));
        assert_eq!(needed(&Method::GET, "/metrics"), Some(Scope::Metrics));
        assert_eq!(needed(&Method::DELETE, "/api/v1/sessions/current"), None);
    }

    #[test]
    fn a_reason_may_hold_any_letter() {
        assert_eq!(percent_decoded("f%C3%B8lger op"), "følger op");
        assert_eq!(percent_decoded("100% sikker %"), "100% sikker %");
        assert_eq!(percent_decoded("%ff"), "\u{fffd}");
    }
}
