//! What Prometheus reads. There is nothing of any citizen in it, but how much is done here is nobody else's
//! business: it is for whoever is on this machine, and for operators.

use super::caller::Caller;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use crate::server::Address;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderMap, header};
use gtp_model::Role;

/// Headers by which a proxy says that somebody else asks. A request that carries one comes from elsewhere,
/// whatever address the connection has.
const PASSED_ON: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/// Somebody who may read how the host fares.
pub struct Overseer;

impl FromRequestParts<AppState> for Overseer {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &AppState,
    ) -> Result<Self, Problem> {
        let Ok(Address(address)) = Address::from_request_parts(parts, state).await;
        if address.is_loopback() && !is_passed_on(&parts.headers) {
            return Ok(Self);
        }
        let caller = Caller::from_request_parts(parts, state).await?;
        match caller.actor().role {
            Role::Operator => Ok(Self),
            _ => Err(Problem::new(Kind::Denied)),
        }
    }
}

fn is_passed_on(headers: &HeaderMap) -> bool {
    PASSED_ON.iter().any(|name| headers.contains_key(*name))
}

/// Read the gauges
///
/// In Prometheus' text format: for each programme its runs, failures by kind, fuel, peak memory and time.
/// Without a login only from the machine itself, and not through a proxy; else for operators.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "metrics",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is elsewhere and no operator"),
    ),
)]
pub async fn read(
    State(_): State<AppState>,
    _: Overseer,
) -> ([(header::HeaderName, &'static str); 1], String) {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], gtp_runtime::measures::text())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_proxy_on_the_same_machine_is_not_somebody_on_it() {
        let headers = |name: &'static str| {
            [(header::HeaderName::from_static(name), "203.0.113.7".parse().unwrap())]
                .into_iter()
                .collect::<HeaderMap>()
        };
        assert!(is_passed_on(&headers("x-forwarded-for")) && is_passed_on(&headers("forwarded")));
        assert!(!is_passed_on(&headers("accept")));
    }
}
