//! What went well: the list of it, and acknowledging it at once.

use super::address::Query;
use super::body::{Body, Members};
use super::caller::Caller;
use crate::AppState;
use crate::problem::{Expected, Problem};
use axum::Json;
use axum::extract::State;
use gtp_care::{Fault, Green, Seen};
use gtp_model::EnrolmentId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many green enrolments are listed where the caller does not say.
const LISTED: usize = 200;
/// So many at most, and so many are acknowledged at once at most.
const MOST: usize = 1_000;

/// Enrolments with new measurements and nothing to act on.
#[derive(Serialize, ToSchema)]
#[schema(title = "GreenList")]
pub struct GreenListShape {
    /// Each with what to acknowledge.
    pub green: Vec<GreenShape>,
}

/// One enrolment that is all green.
#[derive(Serialize, ToSchema)]
#[schema(title = "Green")]
pub struct GreenShape {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Its programme.
    pub programme: String,
    /// Whom it is about.
    pub citizen: Uuid,
    /// Their name.
    pub citizen_name: String,
    /// What to send back to acknowledge it.
    pub through: u64,
}

impl From<Green> for GreenShape {
    fn from(green: Green) -> Self {
        Self {
            enrolment: green.enrolment.0,
            programme: green.programme.to_string(),
            citizen: green.citizen.0,
            citizen_name: green.citizen_name,
            through: green.through,
        }
    }
}

/// List what is green
///
/// The enrolments of the caller's unit that were judged since somebody last acknowledged them and have no alert
/// that is not resolved.
#[utoipa::path(
    get, path = "/api/v1/green", tag = "alerts", operation_id = "listGreen",
    params(("limit" = Option<u32>, Query, description = "200 where absent, 1000 at most")),
    responses((status = 200, body = GreenListShape)),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<GreenListShape>, Problem> {
    query.only(&["limit"])?;
    let most = query.parsed("limit", Expected::Number)?.unwrap_or(LISTED).min(MOST);
    let green = state.care.green_list(caller.actor(), most).await?;
    Ok(Json(GreenListShape { green: green.into_iter().map(GreenShape::from).collect() }))
}

/// What somebody has seen to be green.
#[derive(ToSchema)]
#[schema(example = json!({
    "seen": [{ "enrolment": "0199f3c4-7777-7a31-8c58-0a7f0d6b2a11", "through": 4711 }],
    "receipt": "Dine målinger ser fine ud."
}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewAcknowledgement {
    /// Up to 1000.
    seen: Vec<SeenShape>,
    /// What the citizens are told. May be absent.
    #[schema(required = false)]
    receipt: String,
}

/// One enrolment as it was on the list.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct SeenShape {
    /// The enrolment.
    enrolment: Uuid,
    /// As it was listed.
    through: u64,
}

/// What was acknowledged.
#[derive(Serialize, ToSchema)]
#[schema(title = "Acknowledged")]
pub struct AcknowledgedShape {
    /// The enrolments. One that is missing here has changed since it was listed.
    pub acknowledged: Vec<Uuid>,
}

/// Acknowledge what is green
///
/// What came in between the list and this stays on the list.
#[utoipa::path(
    post, path = "/api/v1/green/acknowledgement", tag = "alerts", operation_id = "acknowledgeGreen",
    request_body = NewAcknowledgement,
    responses((status = 200, body = AcknowledgedShape)),
    security(("bearer" = [])),
)]
pub async fn acknowledge(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body,
) -> Result<Json<AcknowledgedShape>, Problem> {
    let mut members = Members::of(&body, &["seen", "receipt"]);
    let receipt = members.optional("receipt").unwrap_or_default();
    let seen =
        members.value("seen").map(|seen| seen.as_array().map(|list| list.iter().map(seen_of)));
    let seen: Option<Vec<Seen>> = match seen {
        Some(Some(list)) if list.len() <= MOST => list.collect(),
        _ => None,
    };
    if seen.is_none() {
        members.wrong("seen", Fault::Form("list"));
    }
    members.finish()?;
    let seen = seen.unwrap_or_default();
    let acknowledged = state.care.acknowledge_green(caller.actor(), &seen, receipt).await?;
    let acknowledged = acknowledged.into_iter().map(|id| id.0).collect();
    Ok(Json(AcknowledgedShape { acknowledged }))
}

fn seen_of(value: &Value) -> Option<Seen> {
    let enrolment: EnrolmentId = value.get("enrolment")?.as_str()?.parse().ok()?;
    Some(Seen { enrolment, through: value.get("through")?.as_u64()? })
}
