//! What an answer says when something is wrong: an RFC 9457 problem document.
//!
//! A handler returns a [`Problem`] without knowing the reader's language; [`speak`], which every answer of
//! the server passes on its way out, writes it in that language. A problem never repeats what was sent.

use crate::pages::error;
use crate::session::Speaks;
use crate::text;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gtp_care::{CareError, Conflict, Fault};
use gtp_model::Language;
use gtp_record::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which kind of problem. Each has one status and one stable `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the titles in the texts say what each means")]
pub enum Kind {
    Malformed,
    BadQuery,
    BadHeader,
    NotSignedIn,
    WrongLogin,
    SecondFactor,
    LoginUnfinished,
    LoginService,
    Scope,
    Denied,
    Blocked,
    TooMany,
    ForeignForm,
    NotFound,
    MethodNotAllowed,
    TooSlow,
    Conflict,
    Duplicate,
    KeyReused,
    AlreadyEnrolled,
    AlreadyRegistered,
    AlertTaken,
    AlertResolved,
    Corrected,
    PlanItemEnded,
    Ended,
    NotPaused,
    OpenAlerts,
    OpenAgain,
    NotTaken,
    BothEnrolled,
    Merged,
    NoSuchVersion,
    ReportUnread,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    Unconfirmed,
    TooManyLogins,
    Internal,
    Busy,
    Stopped,
    Full,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 43] = [
        Self::Malformed,
        Self::BadQuery,
        Self::BadHeader,
        Self::NotSignedIn,
        Self::WrongLogin,
        Self::SecondFactor,
        Self::LoginUnfinished,
        Self::LoginService,
        Self::Scope,
        Self::Denied,
        Self::Blocked,
        Self::TooMany,
        Self::ForeignForm,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooSlow,
        Self::Conflict,
        Self::Duplicate,
        Self::KeyReused,
        Self::AlreadyEnrolled,
        Self::AlreadyRegistered,
        Self::AlertTaken,
        Self::AlertResolved,
        Self::Corrected,
        Self::PlanItemEnded,
        Self::Ended,
        Self::NotPaused,
        Self::OpenAlerts,
        Self::OpenAgain,
        Self::NotTaken,
        Self::BothEnrolled,
        Self::Merged,
        Self::NoSuchVersion,
        Self::ReportUnread,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::Unconfirmed,
        Self::TooManyLogins,
        Self::Internal,
        Self::Busy,
        Self::Stopped,
        Self::Full,
    ];

    /// The last part of its `type`, and of the keys of its texts.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.row().0
    }

    /// Its HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.row().1
    }

    const fn row(self) -> (&'static str, StatusCode) {
        match self {
            Self::Malformed => ("malformed", StatusCode::BAD_REQUEST),
            Self::BadQuery => ("bad-query", StatusCode::BAD_REQUEST),
            Self::BadHeader => ("bad-header", StatusCode::BAD_REQUEST),
            Self::NotSignedIn => ("not-signed-in", StatusCode::UNAUTHORIZED),
            Self::WrongLogin => ("wrong-login", StatusCode::UNAUTHORIZED),
            Self::SecondFactor => ("second-factor", StatusCode::UNAUTHORIZED),
            Self::LoginUnfinished => ("login-unfinished", StatusCode::FORBIDDEN),
            Self::LoginService => ("login-service", StatusCode::SERVICE_UNAVAILABLE),
            Self::Scope => ("scope", StatusCode::FORBIDDEN),
            Self::Denied => ("denied", StatusCode::FORBIDDEN),
            Self::Blocked => ("blocked", StatusCode::FORBIDDEN),
            Self::TooMany => ("too-many", StatusCode::CONFLICT),
            Self::ForeignForm => ("foreign-form", StatusCode::FORBIDDEN),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::TooSlow => ("too-slow", StatusCode::REQUEST_TIMEOUT),
            Self::Conflict => ("conflict", StatusCode::CONFLICT),
            Self::Duplicate => ("duplicate", StatusCode::CONFLICT),
            Self::KeyReused => ("key-reused", StatusCode::CONFLICT),
            Self::AlreadyEnrolled => ("already-enrolled", StatusCode::CONFLICT),
            Self::AlreadyRegistered => ("already-registered", StatusCode::CONFLICT),
            Self::AlertTaken => ("alert-taken", StatusCode::CONFLICT),
            Self::AlertResolved => ("alert-resolved", StatusCode::CONFLICT),
            Self::Corrected => ("corrected-before", StatusCode::CONFLICT),
            Self::PlanItemEnded => ("plan-item-ended", StatusCode::CONFLICT),
            Self::Ended => ("ended", StatusCode::CONFLICT),
            Self::NotPaused => ("not-paused", StatusCode::CONFLICT),
            Self::OpenAlerts => ("open-alerts", StatusCode::CONFLICT),
            Self::OpenAgain => ("open-again", StatusCode::CONFLICT),
            Self::NotTaken => ("not-taken", StatusCode::CONFLICT),
            Self::BothEnrolled => ("both-enrolled", StatusCode::CONFLICT),
            Self::Merged => ("merged", StatusCode::CONFLICT),
            Self::NoSuchVersion => ("no-such-version", StatusCode::CONFLICT),
            Self::ReportUnread => ("report-unread", StatusCode::CONFLICT),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => {
                ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE)
            }
            Self::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Unconfirmed => ("unconfirmed", StatusCode::UNPROCESSABLE_ENTITY),
            Self::TooManyLogins => ("too-many-logins", StatusCode::TOO_MANY_REQUESTS),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE),
            Self::Stopped => ("stopped", StatusCode::SERVICE_UNAVAILABLE),
            Self::Full => ("full", StatusCode::INSUFFICIENT_STORAGE),
        }
    }
}

/// What a part of the query should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An id.
    Id,
    /// A whole number.
    Number,
    /// An RFC 3339 moment.
    Moment,
    /// A state of alerts.
    AlertState,
    /// `true` or `false`.
    Flag,
    /// A parameter that the route knows.
    Known,
    /// There at most once.
    Once,
}

impl Expected {
    const fn key(self) -> &'static str {
        match self {
            Self::Id => "query-id",
            Self::Number => "query-number",
            Self::Moment => "query-moment",
            Self::AlertState => "query-alert-state",
            Self::Flag => "query-flag",
            Self::Known => "query-unknown",
            Self::Once => "query-once",
        }
    }
}

/// Something that is wrong with a request or with the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which kind.
    pub kind: Kind,
    /// Where the JSON stops being JSON: line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// What is wrong with which value.
    pub values: Vec<gtp_care::Problem>,
    /// Which part of the query is wrong, and what it should be.
    pub parameter: Option<(&'static str, Expected)>,
    /// After how many seconds it is worth trying again.
    pub retry_after: Option<u64>,
    /// The account of whoever came first.
    pub by: Option<String>,
}

impl Problem {
    /// A problem of this kind, with nothing more to say.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, place: None, values: vec![], parameter: None, retry_after: None, by: None }
    }

    /// Values that must be mended.
    #[must_use]
    pub fn invalid(values: Vec<gtp_care::Problem>) -> Self {
        Self { values, ..Self::new(Kind::Invalid) }
    }

    /// A part of the query that is wrong: its name (empty where nobody knows it) and what is expected.
    #[must_use]
    pub fn query(name: &'static str, expected: Expected) -> Self {
        Self { parameter: Some((name, expected)), ..Self::new(Kind::BadQuery) }
    }

    fn retry(kind: Kind, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(kind) }
    }

    /// The document in a language.
    #[must_use]
    pub fn document(&self, language: Language) -> ProblemDocument {
        let (slug, status) = self.kind.row();
        let detail = match self.place {
            Some((line, column)) => text::problem_place(language, line, column),
            None => text::t(language, &format!("problem-{slug}-detail")),
        };
        let detail = match &self.by {
            Some(by) => text::t_with(
                language,
                "problem-by",
                &[("detail", detail.into()), ("by", by.clone().into())],
            ),
            None => detail,
        };
        ProblemDocument {
            kind: format!("urn:gtp:problem:{slug}"),
            title: text::t(language, &format!("problem-{slug}")),
            status: status.as_u16(),
            detail,
            errors: self
                .parameter
                .map(|(name, expected)| parameter_error(name, expected, language))
                .into_iter()
                .chain(self.values.iter().map(|problem| value_error(problem, language)))
                .collect(),
        }
    }

    fn write(&self, language: Language) -> Response {
        let mut response = (self.kind.status(), Json(self.document(language))).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self.kind, Kind::NotSignedIn | Kind::WrongLogin | Kind::SecondFactor) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn value_error(problem: &gtp_care::Problem, language: Language) -> ValueError {
    ValueError {
        pointer: Some(problem.pointer.clone()),
        parameter: None,
        code: text::fault_key(&problem.fault).to_owned(),
        detail: text::fault_text(language, &problem.fault),
    }
}

fn parameter_error(name: &str, expected: Expected, language: Language) -> ValueError {
    ValueError {
        pointer: None,
        parameter: Some(name.to_owned()),
        code: "query".to_owned(),
        detail: text::t(language, expected.key()),
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:gtp:problem:invalid",
    "title": "Noget skal rettes",
    "status": 422,
    "detail": "Intet er gemt. Ret det, der står herunder, og send igen.",
    "errors": [{
        "pointer": "/observations/0/value",
        "code": "out-of-range",
        "detail": "Værdien skal være mellem 25 og 350 kg."
    }]
}))]
pub struct ProblemDocument {
    /// A stable URN that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do, in the caller's language.
    pub detail: String,
    /// What is wrong with which value. Nothing of what was sent is repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ValueError>,
}

/// What is wrong with one value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ValueError {
    /// Where it is in the body, as a JSON pointer (RFC 6901).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The name of the query parameter, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong: a stable code.
    pub code: String,
    /// What is wrong, in the caller's language.
    pub detail: String,
}

impl IntoResponse for Problem {
    /// In the default language; [`speak`] writes it anew in the reader's.
    fn into_response(self) -> Response {
        let mut response = self.write(Language::default());
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes a problem that comes out of a handler in the language of whoever asked, and for a browser as a
/// page.
pub async fn speak(request: Request, next: Next) -> Response {
    let Speaks(language) = Speaks::of(request.headers());
    let (uri, headers) = (request.uri(), request.headers());
    let page = error::wanted(uri.path(), headers).then(|| uri.path_and_query().cloned());
    let mut response = next.run(request).await;
    match (response.extensions_mut().remove::<Problem>(), page) {
        (Some(problem), Some(address)) => {
            error::page(&problem, language, address.as_ref().map_or("/", |own| own.as_str()))
        }
        (Some(problem), None) if language != Language::default() => problem.write(language),
        _ => response,
    }
}

impl From<CareError> for Problem {
    fn from(error: CareError) -> Self {
        match error {
            CareError::Denied(_) => Self::new(Kind::Denied),
            CareError::Blocked => Self::new(Kind::Blocked),
            CareError::NotFound(_) => Self::new(Kind::NotFound),
            CareError::Invalid(values) => {
                let duplicates = values.iter().all(|value| value.fault == Fault::Duplicate);
                let kind = if duplicates { Kind::Duplicate } else { Kind::Invalid };
                Self { values, ..Self::new(kind) }
            }
            CareError::Unconfirmed(values) => Self { values, ..Self::new(Kind::Unconfirmed) },
            CareError::Conflict(conflict) => Self {
                by: match &conflict {
                    Conflict::Taken(by) | Conflict::Resolved(by) => Some(by.account.clone()),
                    _ => None,
                },
                ..Self::new(kind_of(&conflict))
            },
            CareError::Busy | CareError::Store(StoreError::Busy) => Self::retry(Kind::Busy, 1),
            CareError::Store(StoreError::Full) => Self::new(Kind::Full),
            CareError::Store(StoreError::Stopped { .. }) => Self::retry(Kind::Stopped, 60),
            CareError::Store(StoreError::Erased { .. }) => Self::new(Kind::NotFound),
            other => {
                // Care's errors say nothing of a citizen: they may be logged.
                tracing::error!(error = %other, "a request failed");
                Self::new(Kind::Internal)
            }
        }
    }
}

const fn kind_of(conflict: &Conflict) -> Kind {
    match conflict {
        Conflict::KeyReused => Kind::KeyReused,
        Conflict::AlreadyEnrolled => Kind::AlreadyEnrolled,
        Conflict::AlreadyRegistered => Kind::AlreadyRegistered,
        Conflict::Taken(_) => Kind::AlertTaken,
        Conflict::Resolved(_) => Kind::AlertResolved,
        Conflict::Corrected(_) => Kind::Corrected,
        Conflict::ItemEnded => Kind::PlanItemEnded,
        Conflict::Ended => Kind::Ended,
        Conflict::NotPaused => Kind::NotPaused,
        Conflict::OpenAlerts(_) => Kind::OpenAlerts,
        Conflict::OpenAgain => Kind::OpenAgain,
        Conflict::NotTaken => Kind::NotTaken,
        Conflict::BothEnrolled => Kind::BothEnrolled,
        Conflict::Merged => Kind::Merged,
        Conflict::TooMany => Kind::TooMany,
        _ => Kind::Conflict,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_its_own_type_and_words_in_both_languages() {
        let mut types = HashSet::new();
        for kind in Kind::ALL {
            for language in Language::ALL {
                let document = Problem::new(kind).document(language);
                for words in [&document.title, &document.detail] {
                    assert!(words.len() > 3 && !words.contains("problem-"), "{kind:?}: {words}");
                }
                types.insert(document.kind);
            }
        }
        assert_eq!(types.len(), Kind::ALL.len());
    }

    #[test]
    fn only_duplicates_are_a_conflict() {
        let duplicate = || gtp_care::Problem::new("/observations/0/measured", Fault::Duplicate);
        let other = gtp_care::Problem::new("/observations/1/field", Fault::UnknownField);
        let kind = |values| Problem::from(CareError::Invalid(values)).kind;
        assert_eq!(kind(vec![duplicate()]), Kind::Duplicate);
        assert_eq!(kind(vec![duplicate(), other]), Kind::Invalid);
    }

    #[test]
    fn a_parameter_is_named_as_such() {
        let document = Problem::query("from", Expected::Moment).document(Language::En);
        let error = document.errors.first().unwrap();
        assert_eq!(error.parameter.as_deref(), Some("from"));
        assert_eq!(error.pointer, None);
    }
}
