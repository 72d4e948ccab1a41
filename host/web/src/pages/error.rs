//! The page that says what went wrong, and what to do.

use super::frame::Frame;
use super::render;
use crate::problem::{Kind, Problem};
use crate::text;
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gtp_model::Language;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    detail: String,
    values: Vec<String>,
    log_in: bool,
}

/// Whether a request comes from a browser that wants to show a page.
#[must_use]
pub fn wanted(path: &str, headers: &HeaderMap) -> bool {
    !path.starts_with("/api/")
        && headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.contains("text/html"))
}

/// Gives a name to what is refused before a handler sees it: an address with an id that is none, a form that
/// is too large. Such an answer is a bare line of text.
pub async fn name_refusals(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/plain")));
    match (bare, response.status()) {
        (true, StatusCode::PAYLOAD_TOO_LARGE) => Problem::new(Kind::TooLarge).into_response(),
        (true, StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY) => {
            Problem::new(Kind::ForeignForm).into_response()
        }
        (true, StatusCode::BAD_REQUEST) => Problem::new(Kind::NotFound).into_response(),
        _ => response,
    }
}

/// A problem as a page.
#[must_use]
pub fn page(problem: &Problem, language: Language, address: &str) -> Response {
    let slug = problem.kind.slug();
    let title = text::t(language, &format!("problem-{slug}"));
    let values = problem.values.iter().map(|value| text::fault_text(language, &value.fault));
    let template = ProblemPage {
        frame: Frame::new(language, title, None, address, false),
        detail: text::t(language, &format!("problem-{slug}-detail")),
        values: values.collect(),
        log_in: matches!(problem.kind, Kind::NotSignedIn),
    };
    let mut response = (problem.kind.status(), render(&template)).into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(accept: &'static str) -> HeaderMap {
        [(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect()
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_a_document() {
        assert!(wanted("/citizen", &accepts("text/html,application/xhtml+xml,*/*;q=0.8")));
        assert!(!wanted("/api/v1/alerts", &accepts("text/html")));
        assert!(!wanted("/citizen", &accepts("application/json")));
        assert!(!wanted("/citizen", &HeaderMap::new()));
    }
}
