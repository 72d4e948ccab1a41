//! What happens to an enrolment after it was started.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use super::wire::EnrolmentShape;
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, NewEnding, NewPause, Once};
use gtp_model::EnrolmentId;
use gtp_record::view::rows::EnrolmentRow;
use serde::Serialize;
use utoipa::ToSchema;

/// An enrolment with its pauses and its end.
#[derive(Serialize, ToSchema)]
#[schema(title = "EnrolmentDetail")]
pub struct EnrolmentDetail {
    /// The enrolment as it is now.
    #[serde(flatten)]
    pub enrolment: EnrolmentShape,
    /// The pauses there were, are and will be.
    pub pauses: Vec<PauseShape>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndingShape>,
}

/// When nothing was or is expected.
#[derive(Serialize, ToSchema)]
#[schema(title = "Pause")]
pub struct PauseShape {
    /// The first moment of it.
    #[schema(format = DateTime)]
    pub from: String,
    /// The first moment after it. Absent: it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

/// How an enrolment ended.
#[derive(Serialize, ToSchema)]
#[schema(title = "Ending")]
pub struct EndingShape {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// `completed`, `withdrawn`, `moved`, `died` or `other`.
    pub outcome: String,
    /// In words.
    pub reason: String,
}

impl From<&EnrolmentRow> for EnrolmentDetail {
    fn from(row: &EnrolmentRow) -> Self {
        let pauses = row
            .pauses
            .iter()
            .map(|pause| PauseShape { from: rfc3339(pause.from), until: pause.until.map(rfc3339) });
        Self {
            enrolment: EnrolmentShape::from(&row.enrolment),
            pauses: pauses.collect(),
            ended: row.ended.as_ref().map(|ended| EndingShape {
                at: rfc3339(ended.at),
                outcome: ended.outcome.clone(),
                reason: ended.reason.clone(),
            }),
        }
    }
}

/// Read an enrolment
#[utoipa::path(
    get, path = "/api/v1/enrolments/{id}", tag = "citizens", operation_id = "readEnrolment",
    params(("id" = uuid::Uuid, Path, description = "The enrolment")),
    responses((status = 200, body = EnrolmentDetail)),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EnrolmentId>,
) -> Result<Json<EnrolmentDetail>, Problem> {
    let row = state.care.enrolment(caller.actor(), id)?;
    Ok(Json(EnrolmentDetail::from(&row)))
}

/// A pause.
#[derive(ToSchema)]
#[schema(example = json!({ "until": "2026-12-24T00:00:00+01:00", "reason": "Ferie" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewPauseShape {
    /// From when on, with offset. Absent: from now on. Later than now: it is agreed, and the host begins it.
    #[schema(required = false, format = DateTime)]
    from: String,
    /// Until when. Absent: until somebody resumes.
    #[schema(required = false, format = DateTime)]
    until: String,
    /// Why.
    reason: String,
}

/// Pause an enrolment
///
/// Nothing is expected and nothing is missing meanwhile. What is sent all the same is taken and judged.
#[utoipa::path(
    post, path = "/api/v1/enrolments/{id}/pause", tag = "citizens", operation_id = "pauseEnrolment",
    params(
        ("id" = uuid::Uuid, Path, description = "The enrolment"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewPauseShape,
    responses(
        (status = 200, body = EnrolmentDetail),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "The enrolment has ended"),
    ),
    security(("bearer" = [])),
)]
pub async fn pause(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<EnrolmentId>,
    Body(body): Body,
) -> Result<Json<EnrolmentDetail>, Problem> {
    let mut members = Members::of(&body, &["from", "until", "reason"]);
    let new = NewPause {
        from: members.moment("from"),
        until: members.moment("until"),
        reason: members.text("reason").to_owned(),
    };
    members.finish()?;
    let row = state.care.pause(caller.actor(), id, new, Once::under(key.as_ref())).await?;
    Ok(Json(EnrolmentDetail::from(&row)))
}

/// Why a pause is over.
#[derive(ToSchema)]
#[schema(example = json!({ "reason": "Hjemme igen" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewResumption {
    /// In words. May be absent.
    #[schema(required = false)]
    reason: String,
}

/// Resume an enrolment
///
/// Ends its pause, and those that are agreed.
#[utoipa::path(
    post, path = "/api/v1/enrolments/{id}/resume", tag = "citizens", operation_id = "resumeEnrolment",
    params(
        ("id" = uuid::Uuid, Path, description = "The enrolment"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewResumption,
    responses(
        (status = 200, body = EnrolmentDetail),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "It is not paused, or has ended"),
    ),
    security(("bearer" = [])),
)]
pub async fn resume(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<EnrolmentId>,
    Body(body): Body,
) -> Result<Json<EnrolmentDetail>, Problem> {
    let mut members = Members::of(&body, &["reason"]);
    let reason = members.optional("reason").unwrap_or_default();
    members.finish()?;
    let row = state.care.resume(caller.actor(), id, reason, Once::under(key.as_ref())).await?;
    Ok(Json(EnrolmentDetail::from(&row)))
}

/// The end of an enrolment.
#[derive(ToSchema)]
#[schema(example = json!({ "outcome": "completed", "reason": "Målet er nået", "resolve_alerts": false }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewEndingShape {
    /// `completed`, `withdrawn`, `moved`, `died` or `other`.
    outcome: String,
    /// Why.
    reason: String,
    /// Whether alerts that are not resolved are resolved by it. Where not, and there are any, it is refused.
    #[schema(required = false)]
    resolve_alerts: bool,
}

/// End an enrolment
#[utoipa::path(
    post, path = "/api/v1/enrolments/{id}/end", tag = "citizens", operation_id = "endEnrolment",
    params(
        ("id" = uuid::Uuid, Path, description = "The enrolment"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewEndingShape,
    responses(
        (status = 200, body = EnrolmentDetail),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "It has ended, or alerts of it are not resolved"),
    ),
    security(("bearer" = [])),
)]
pub async fn end(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<EnrolmentId>,
    Body(body): Body,
) -> Result<Json<EnrolmentDetail>, Problem> {
    let mut members = Members::of(&body, &["outcome", "reason", "resolve_alerts"]);
    let new = NewEnding {
        outcome: members.text("outcome").to_owned(),
        reason: members.text("reason").to_owned(),
        resolve_alerts: members.flag("resolve_alerts"),
    };
    if !gtp_care::ENDINGS.contains(&new.outcome.as_str()) {
        members.wrong("outcome", Fault::NoSuchChoice);
    }
    members.finish()?;
    let row = state.care.end(caller.actor(), id, new, Once::under(key.as_ref())).await?;
    Ok(Json(EnrolmentDetail::from(&row)))
}
