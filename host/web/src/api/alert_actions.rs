//! What is done with an alert. Each answers with the alert as it is then.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use super::wire::AlertShape;
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use gtp_care::{AlertAction, Fault, OUTCOMES, Once};
use gtp_model::{AlertId, AlertOutcome, IdempotencyKey, Language, UnitId};
use utoipa::ToSchema;

/// Somebody who does something with an alert.
pub struct Handling {
    state: AppState,
    caller: Caller,
    language: Language,
    key: Option<IdempotencyKey>,
    alert: AlertId,
}

impl FromRequestParts<AppState> for Handling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Key(key) = Key::from_request_parts(parts, state).await?;
        let Id(alert) = Id::from_request_parts(parts, state).await?;
        let Speaks(language) = Speaks::of(&parts.headers);
        Ok(Self { state: state.clone(), caller, language, key, alert })
    }
}

impl Handling {
    async fn act(self, action: AlertAction) -> Result<Json<AlertShape>, Problem> {
        let once = Once::under(self.key.as_ref());
        let care = &self.state.care;
        let alert = care.act_on_alert(self.caller.actor(), self.alert, &action, once).await?;
        Ok(Json(AlertShape::new(&alert, self.language)))
    }
}

/// Take an alert
///
/// Of two who take it at once, one wins; the other gets 409.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/take", tag = "alerts", operation_id = "takeAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    responses(
        (status = 200, body = AlertShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "Somebody else has taken it, or it is resolved"),
    ),
    security(("bearer" = [])),
)]
pub async fn take(handling: Handling) -> Result<Json<AlertShape>, Problem> {
    handling.act(AlertAction::Take).await
}

/// What a clinician writes on an alert.
#[derive(ToSchema)]
#[schema(example = json!({ "text": "Ringet op, vejer igen i morgen." }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewNote {
    /// In the clinician's own words.
    text: String,
}

/// Write a note on an alert
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/notes", tag = "alerts", operation_id = "noteAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewNote,
    responses((status = 200, body = AlertShape)),
    security(("bearer" = [])),
)]
pub async fn note(handling: Handling, Body(body): Body) -> Result<Json<AlertShape>, Problem> {
    let mut members = Members::of(&body, &["text"]);
    let text = members.text("text").to_owned();
    members.finish()?;
    handling.act(AlertAction::Note(text)).await
}

/// How an alert ends.
#[derive(ToSchema)]
#[schema(example = json!({ "code": "contacted", "note": "Ringet op." }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewOutcome {
    /// `contacted`, `no-action`, `measured-again`, `referred` or `other`.
    code: String,
    /// In the clinician's own words.
    #[schema(required = false)]
    note: String,
}

/// Resolve an alert
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/resolution", tag = "alerts", operation_id = "resolveAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewOutcome,
    responses(
        (status = 200, body = AlertShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "It is resolved already"),
    ),
    security(("bearer" = [])),
)]
pub async fn resolve(handling: Handling, Body(body): Body) -> Result<Json<AlertShape>, Problem> {
    let mut members = Members::of(&body, &["code", "note"]);
    let code = members.text("code").to_owned();
    let note = members.optional("note").unwrap_or_default().to_owned();
    if !OUTCOMES.contains(&code.as_str()) {
        members.wrong("code", Fault::NoSuchChoice);
    }
    members.finish()?;
    handling.act(AlertAction::Resolve(AlertOutcome { code, note })).await
}

/// To whom an alert goes.
#[derive(ToSchema)]
#[schema(example = json!({ "unit": "demo-cardiology", "note": "Ser I på den?" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewHandover {
    /// A unit of the enrolment's care team.
    unit: String,
    /// What they should know.
    note: String,
}

/// Hand an alert over
///
/// It is open on the other unit's worklist.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/handover", tag = "alerts", operation_id = "handOverAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewHandover,
    responses(
        (status = 200, body = AlertShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "Somebody else works on it, or it is resolved"),
    ),
    security(("bearer" = [])),
)]
pub async fn hand_over(handling: Handling, Body(body): Body) -> Result<Json<AlertShape>, Problem> {
    let mut members = Members::of(&body, &["unit", "note"]);
    let unit = members.text("unit").parse::<UnitId>();
    let note = members.text("note").to_owned();
    if unit.is_err() {
        members.wrong("unit", Fault::Unknown("unit"));
    }
    members.finish()?;
    let Ok(unit) = unit else { return Err(Problem::invalid(vec![])) };
    handling.act(AlertAction::HandOver { unit, note }).await
}

/// Why an alert is open again.
#[derive(ToSchema)]
#[schema(example = json!({ "reason": "Løst ved en fejl" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewReopening {
    /// Why. May be absent where somebody gives back what they took.
    #[schema(required = false)]
    reason: String,
}

/// Open an alert again
///
/// Undoes taking it, or resolving it.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/reopening", tag = "alerts", operation_id = "reopenAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewReopening,
    responses(
        (status = 200, body = AlertShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "It is open already, or another one for the same cause is"),
    ),
    security(("bearer" = [])),
)]
pub async fn reopen(handling: Handling, Body(body): Body) -> Result<Json<AlertShape>, Problem> {
    let mut members = Members::of(&body, &["reason"]);
    let reason = members.optional("reason").unwrap_or_default().to_owned();
    members.finish()?;
    handling.act(AlertAction::Reopen(reason)).await
}
