//! Sending observations and questionnaire responses, and reading observations back.

use super::address::{Id, Query};
use super::body::Body;
use super::caller::{Caller, Key, Reason};
use super::wire::{ObservationShape, any_value, urgency};
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, ObservationQuery, Receipt};
use gtp_model::programme::Kind;
use gtp_model::{CitizenId, FieldId, Language};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many observations are given at once, the newest, where the caller does not say.
const NEWEST: usize = 1_000;
/// So many at most.
const MOST: usize = 10_000;

/// Observations and questionnaire responses that are sent together. `GET /api/v1/programmes/{id}/schema`
/// gives the exact schema for a programme.
#[derive(ToSchema)]
#[schema(example = json!({
    "observations": [
        { "field": "weight", "value": 82.4, "unit": "kg", "measured": "2026-11-21T06:25:00Z" }
    ],
    "responses": [{
        "programme": "heart",
        "questionnaire": "symptoms",
        "answers": { "breathless": false, "swelling": false, "dizzy": false }
    }]
}))]
#[allow(dead_code, reason = "describes what care reads")]
pub struct Submission {
    /// Up to 500.
    #[schema(required = false)]
    observations: Vec<SubmittedObservation>,
    /// Up to 20.
    #[schema(required = false)]
    responses: Vec<SubmittedResponse>,
}

/// One value of one field.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what care reads")]
pub struct SubmittedObservation {
    /// Of what.
    field: String,
    /// A number, a code, yes or no, a day or a text, as the field says.
    #[schema(schema_with = any_value, required = false)]
    value: serde_json::Value,
    /// UCUM code; must be there, and right, for a number.
    #[schema(required = false)]
    unit: String,
    /// When it was measured, with offset. Absent: now.
    #[schema(required = false, format = DateTime)]
    measured: String,
    /// In place of a value: why it was not measured. May be empty.
    #[schema(required = false)]
    skipped: String,
    /// The value is unusual and still right.
    #[schema(required = false)]
    confirmed: bool,
    /// The device that measured it.
    #[schema(required = false)]
    device: String,
    /// The observation that this one replaces.
    #[schema(required = false)]
    corrects: Uuid,
    /// Why it replaces it.
    #[schema(required = false)]
    reason: String,
}

/// One filled-in questionnaire.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what care reads")]
pub struct SubmittedResponse {
    /// The programme that asks.
    programme: String,
    /// Which questionnaire.
    questionnaire: String,
    /// The answers by item. `null` skips one.
    #[schema(value_type = Object)]
    answers: serde_json::Value,
    /// When it was answered, with offset. Absent: now.
    #[schema(required = false, format = DateTime)]
    answered: String,
    /// The device that sent it.
    #[schema(required = false)]
    device: String,
}

/// What the sender is told.
#[derive(Serialize, ToSchema)]
#[schema(title = "Receipt", example = json!({
    "received": "2026-11-21T06:30:00Z",
    "observations": ["0199f3c4-8888-7a31-8c58-0a7f0d6b2a11"],
    "responses": [],
    "assessed": true,
    "advice": [{ "rule": "weight-3-days", "urgency": "today", "message": "Ring til klinikken i dag." }],
    "looked_at": { "heart": "En sygeplejerske ser på dine målinger på hverdage." },
    "meanwhile": { "heart": "Ring 112, hvis du får svært ved at trække vejret." }
}))]
pub struct ReceiptShape {
    /// When the host received it.
    #[schema(format = DateTime)]
    pub received: String,
    /// The observations that were recorded, in the order in which they were sent.
    pub observations: Vec<Uuid>,
    /// The responses that were recorded.
    pub responses: Vec<Uuid>,
    /// Whether every programme concerned could run its rules. Where not, a clinician is told.
    pub assessed: bool,
    /// What the rules advise the citizen to do at once, the most urgent first.
    pub advice: Vec<AdviceShape>,
    /// When somebody looks, by programme.
    pub looked_at: BTreeMap<String, String>,
    /// What to do meanwhile when it gets worse, by programme.
    pub meanwhile: BTreeMap<String, String>,
}

/// What the citizen should do.
#[derive(Serialize, ToSchema)]
#[schema(title = "Advice")]
pub struct AdviceShape {
    /// The rule that gives it.
    pub rule: String,
    /// `emergency`, `now`, `today` or `note`.
    pub urgency: &'static str,
    /// What to do.
    pub message: String,
}

impl ReceiptShape {
    fn new(receipt: &Receipt, language: Language) -> Self {
        let per_programme = |texts: &[(gtp_model::ProgrammeId, gtp_model::Text)]| {
            let text = |(id, text): &(gtp_model::ProgrammeId, gtp_model::Text)| {
                (id.to_string(), text.get(language).to_owned())
            };
            texts.iter().map(text).collect()
        };
        let advice = receipt.advice.iter().map(|advice| AdviceShape {
            rule: advice.rule.to_string(),
            urgency: urgency(&advice.urgency),
            message: advice.message.get(language).to_owned(),
        });
        Self {
            received: rfc3339(receipt.received),
            observations: receipt.observations.iter().map(|id| id.0).collect(),
            responses: receipt.responses.iter().map(|id| id.0).collect(),
            assessed: receipt.assessed,
            advice: advice.collect(),
            looked_at: per_programme(&receipt.looked_at),
            meanwhile: per_programme(&receipt.meanwhile),
        }
    }
}

/// Send measurements and answers
///
/// All of it is recorded, or none. With an `Idempotency-Key` a retry is harmless: the same key and body get
/// the first answer again, with status 200 and `Idempotency-Replayed: true`.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/submissions", tag = "citizens", operation_id = "submit",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = Submission,
    responses(
        (status = 201, body = ReceiptShape, description = "Recorded, durably"),
        (status = 200, body = ReceiptShape, description = "Recorded before, under the same key"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is already a value for that moment, or the key was used for something else"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
         description = "More than 1 MiB"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "Values that must be mended (`urn:gtp:problem:invalid`) or confirmed \
                        (`urn:gtp:problem:unconfirmed`), each named by its JSON pointer"),
        (status = 507, body = ProblemDocument, content_type = "application/problem+json",
         description = "The disk is full: nothing was recorded"),
    ),
    security(("bearer" = [])),
)]
pub async fn submit(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let submitted = match state.care.submit(caller.actor(), citizen, &body, key.as_ref()).await {
        Ok(submitted) => submitted,
        Err(error) => return Err(in_full(error.into(), &state, &body)),
    };
    let receipt = Json(ReceiptShape::new(&submitted.receipt, language));
    Ok(if submitted.replayed {
        (StatusCode::OK, [("idempotency-replayed", "true")], receipt).into_response()
    } else {
        (StatusCode::CREATED, receipt).into_response()
    })
}

/// The schema knows one end of a range and no unit: says both where the field does.
fn in_full(mut problem: Problem, state: &AppState, body: &Value) -> Problem {
    let programmes = state.care.programmes();
    for value in &mut problem.values {
        let Fault::OutOfRange(range, unit) = &mut value.fault else { continue };
        let field = value.pointer.strip_suffix("/value").and_then(|observation| {
            body.pointer(observation)?.get("field")?.as_str()?.parse().ok()
        });
        let kind = field.and_then(|field: FieldId| {
            programmes.iter().find_map(|loaded| Some(&loaded.definition.field(&field)?.kind))
        });
        if let Some(Kind::Quantity(quantity)) = kind {
            *range = quantity.reject;
            unit.clone_from(&quantity.unit);
        }
    }
    problem
}

/// Observations, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(title = "Observations")]
pub struct ObservationsShape {
    /// The observations. Those that were corrected are left out; the one that corrects is there.
    pub observations: Vec<ObservationShape>,
}

/// Read observations
///
/// Each call by somebody else than the citizen is noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/observations", tag = "citizens",
    operation_id = "readObservations",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("field" = Option<String>, Query, description = "Only this field"),
        ("from" = Option<String>, Query, description = "Measured at this moment (RFC 3339) or later"),
        ("to" = Option<String>, Query, description = "Measured before this moment (RFC 3339)"),
        ("newest" = Option<u32>, Query, description = "At most this many, the newest: 1000 where absent, 10000 at most"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = ObservationsShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn observations(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    Id(citizen): Id<CitizenId>,
    query: Query,
) -> Result<Json<ObservationsShape>, Problem> {
    query.only(&["field", "from", "to", "newest"])?;
    let newest = query.parsed("newest", Expected::Number)?.unwrap_or(NEWEST).min(MOST);
    let query = ObservationQuery {
        field: query.parsed::<FieldId>("field", Expected::Id)?,
        from: query.moment("from")?,
        to: query.moment("to")?,
        newest: Some(newest),
    };
    let found = state.care.observations(caller.actor(), citizen, query, &why).await?;
    let observations = found.iter().map(ObservationShape::from).collect();
    Ok(Json(ObservationsShape { observations }))
}
