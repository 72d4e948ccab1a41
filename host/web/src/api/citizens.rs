//! Registering citizens and enrolling them in programmes.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use super::wire::{CitizenShape, EnrolmentShape};
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gtp_care::calendar::parse_rfc3339;
use gtp_care::{Fault, NewEnrolment, Once};
use gtp_model::{CitizenId, UnitId};
use utoipa::ToSchema;

/// A citizen to register.
#[derive(ToSchema)]
#[schema(example = json!({ "number": "070761-0001", "name": "Demo Borger 1" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewCitizen {
    /// CPR or replacement number (e-CPR), with or without a hyphen.
    number: String,
    /// Full name.
    name: String,
}

/// Register a citizen
///
/// By CPR or replacement number. The number is needed once, here; every other call uses the id.
#[utoipa::path(
    post, path = "/api/v1/citizens", tag = "citizens", operation_id = "registerCitizen",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewCitizen,
    responses(
        (status = 201, body = CitizenShape, headers(("Location" = String))),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "A citizen with this number is already registered"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "The number or the name is not valid, and why"),
    ),
    security(("bearer" = [])),
)]
pub async fn register(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Body(body): Body,
) -> Result<Response, Problem> {
    let mut members = Members::of(&body, &["number", "name"]);
    let (number, name) = (members.text("number"), members.text("name"));
    members.finish()?;
    let once = Once::under(key.as_ref());
    let citizen = state.care.register_citizen(caller.actor(), number, name, once).await?;
    let location = [(header::LOCATION, format!("/api/v1/citizens/{}", citizen.id))];
    Ok((StatusCode::CREATED, location, Json(CitizenShape::from(&citizen))).into_response())
}

/// An enrolment to begin.
#[derive(ToSchema)]
#[schema(example = json!({
    "programme": "heart", "unit": "demo-home-care", "care_team": ["demo-cardiology"]
}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewEnrolmentBody {
    /// In which programme.
    programme: String,
    /// The unit whose worklist its alerts come to.
    unit: String,
    /// Further units of the care team.
    #[schema(required = false)]
    care_team: Vec<String>,
    /// When it starts. Absent: now.
    #[schema(required = false, format = DateTime)]
    start: Option<String>,
}

/// Enrol a citizen in a programme
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/enrolments", tag = "citizens", operation_id = "enrol",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewEnrolmentBody,
    responses(
        (status = 201, body = EnrolmentShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "The citizen is already enrolled in this programme"),
    ),
    security(("bearer" = [])),
)]
pub async fn enrol(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<EnrolmentShape>), Problem> {
    let new = read_enrolment(&body)?;
    let once = Once::under(key.as_ref());
    let enrolment = state.care.enrol(caller.actor(), citizen, new, once).await?;
    Ok((StatusCode::CREATED, Json(EnrolmentShape::from(&enrolment))))
}

fn read_enrolment(body: &serde_json::Value) -> Result<NewEnrolment, Problem> {
    let mut members = Members::of(body, &["programme", "unit", "care_team", "start"]);
    let programme = members.text("programme").parse();
    let unit = members.text("unit").parse();
    let care_team: Result<Vec<UnitId>, _> =
        members.texts("care_team").into_iter().map(str::parse).collect();
    let start = members.optional("start").map(parse_rfc3339);
    if programme.is_err() {
        members.wrong("programme", Fault::Unknown("programme"));
    }
    if unit.is_err() {
        members.wrong("unit", Fault::Unknown("unit"));
    }
    if care_team.is_err() {
        members.wrong("care_team", Fault::Unknown("unit"));
    }
    if start == Some(None) {
        members.wrong("start", Fault::Form("date-time"));
    }
    members.finish()?;
    match (programme, unit, care_team) {
        (Ok(programme), Ok(unit), Ok(care_team)) => {
            Ok(NewEnrolment { programme, unit, care_team, start: start.flatten() })
        }
        // Each of them was noted above, so this is never reached.
        _ => Err(Problem::invalid(vec![])),
    }
}

/// The CPR number of somebody who had none.
#[derive(ToSchema)]
#[schema(example = json!({ "number": "070761-0001", "reason": "CPR-kort set" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewCprNumber {
    /// The CPR number, with or without a hyphen.
    number: String,
    /// How it is known that both are the same person.
    reason: String,
}

/// Give a citizen their CPR number
///
/// In place of a replacement number, which still finds them. Where somebody is registered with that CPR number,
/// both are the same person from now on: neither history is lost, and reading one reads both. The answer is the
/// citizen as they are known from now on.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/cpr-number", tag = "citizens", operation_id = "giveCprNumber",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen with the replacement number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewCprNumber,
    responses(
        (status = 200, body = CitizenShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "Both take part in the same programme, or the citizen was merged before"),
    ),
    security(("bearer" = [])),
)]
pub async fn give_cpr_number(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<CitizenId>,
    Body(body): Body,
) -> Result<Json<CitizenShape>, Problem> {
    let mut members = Members::of(&body, &["number", "reason"]);
    let (number, reason) = (members.text("number"), members.text("reason"));
    members.finish()?;
    let once = Once::under(key.as_ref());
    let citizen = state.care.give_cpr_number(caller.actor(), id, number, reason, once).await?;
    Ok(Json(CitizenShape::from(&citizen)))
}
