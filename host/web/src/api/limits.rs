//! Limits: which value applies to a citizen and why, and setting one.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use super::wire::layer;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::{Path, State};
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, LimitWhy, NewLimit, Once};
use gtp_model::{CitizenId, EnrolmentId, FieldId, Language, Relative};
use serde::Serialize;
use serde_json::Value;
use std::str::FromStr;
use utoipa::ToSchema;

/// The limits of an enrolment.
#[derive(Serialize, ToSchema)]
#[schema(title = "Limits")]
pub struct LimitsShape {
    /// Each limit of the programme, in its order.
    pub limits: Vec<LimitShape>,
}

/// A limit with the value that applies, and why.
#[derive(Serialize, ToSchema)]
#[schema(title = "Limit")]
pub struct LimitShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What whoever sets it should know.
    pub help: String,
    /// UCUM code.
    pub unit: String,
    /// The value that applies. `null`: it is not set, and rules that need it say so.
    pub value: Option<f64>,
    /// The layer that decides: `programme`, `region`, `unit` or `citizen`.
    pub layer: Option<&'static str>,
    /// Nobody may set it lower.
    pub lowest: Option<f64>,
    /// Nobody may set it higher.
    pub highest: Option<f64>,
    /// What each layer says, the deciding one first.
    pub layers: Vec<LayerShape>,
}

/// What one layer says about a limit.
#[derive(Serialize, ToSchema)]
#[schema(title = "Layer")]
pub struct LayerShape {
    /// `programme`, `region`, `unit` or `citizen`.
    pub layer: &'static str,
    /// Its value. `null`: none is safe for all, or it cannot be worked out.
    pub value: Option<f64>,
    /// Where it follows from what is usual for the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<RelativeShape>,
    /// The account that set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Why; for the programme's default, the publication that it comes from.
    pub reason: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

/// A distance from what is usual for a citizen.
#[derive(Serialize, ToSchema)]
#[schema(title = "Relative")]
pub struct RelativeShape {
    /// Whose baseline counts.
    pub field: String,
    /// What is added to it.
    pub offset: f64,
    /// What is usual, where somebody has said it.
    pub baseline: Option<f64>,
}

impl LimitShape {
    fn new(why: &LimitWhy, language: Language) -> Self {
        let layers = why.layers.iter().map(|own| LayerShape {
            layer: layer(own.layer),
            value: own.value,
            relative: own.relative.as_ref().map(|relative| RelativeShape {
                field: relative.field.to_string(),
                offset: relative.offset,
                baseline: own.baseline,
            }),
            by: own.by.as_ref().map(|by| by.account.clone()),
            at: own.at.map(rfc3339),
            reason: own.reason.clone(),
            until: own.until.map(rfc3339),
        });
        Self {
            id: why.limit.id.to_string(),
            title: why.limit.title.get(language).to_owned(),
            help: why.limit.help.get(language).to_owned(),
            unit: why.limit.unit.clone(),
            value: why.value,
            layer: why.layer.map(layer),
            lowest: why.limit.bounds.low,
            highest: why.limit.bounds.high,
            layers: layers.collect(),
        }
    }
}

/// Read the limits of an enrolment
///
/// Each with the value that applies now, and who set it, why, and until when.
#[utoipa::path(
    get, path = "/api/v1/enrolments/{id}/limits", tag = "limits", operation_id = "listLimits",
    params(("id" = uuid::Uuid, Path, description = "The enrolment")),
    responses((status = 200, body = LimitsShape)),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Id(id): Id<EnrolmentId>,
) -> Result<Json<LimitsShape>, Problem> {
    let row = state.care.enrolment(caller.actor(), id)?;
    let limits = state.care.limits_of(caller.actor(), &row.enrolment)?;
    let limits = limits.iter().map(|why| LimitShape::new(why, language)).collect();
    Ok(Json(LimitsShape { limits }))
}

/// A limit to set. With neither a value nor a distance, what was set is taken back.
#[derive(ToSchema)]
#[schema(example = json!({ "value": 88, "reason": "KOL, kendt lav mætning", "until": "2027-03-01T00:00:00+01:00" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewLimitShape {
    /// The value, in the limit's unit.
    #[schema(required = false)]
    value: f64,
    /// Or so much above or below what is usual for the citizen.
    #[schema(required = false)]
    relative: NewRelative,
    /// Why.
    reason: String,
    /// Until when, with offset. Absent: until it is changed.
    #[schema(required = false, format = DateTime)]
    until: String,
}

/// A distance from what is usual for the citizen.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewRelative {
    /// Whose baseline counts.
    field: String,
    /// What is added to it, in the field's unit; negative for a limit below.
    offset: f64,
}

fn new_limit(body: &Value) -> Result<NewLimit, Problem> {
    let mut members = Members::of(body, &["value", "relative", "reason", "until"]);
    let relative = members.value("relative").and_then(|value| {
        let mut own = Members::of(value, &["field", "offset"]);
        let field = own.text("field").parse::<FieldId>();
        let offset = own.number("offset");
        if field.is_err() {
            own.wrong("field", Fault::UnknownField);
        }
        if offset.is_none() {
            own.absent("offset");
        }
        members.take_in("relative", own);
        Some(Relative { field: field.ok()?, offset: offset? })
    });
    let new = NewLimit {
        value: members.number("value"),
        relative,
        reason: members.text("reason").to_owned(),
        until: members.moment("until"),
    };
    members.finish()?;
    Ok(new)
}

/// The parts of an address after its fixed ones.
fn part<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::new(Kind::NotFound))
}

/// Set a limit for one enrolment
#[utoipa::path(
    put, path = "/api/v1/enrolments/{id}/limits/{limit}", tag = "limits", operation_id = "setLimit",
    params(
        ("id" = uuid::Uuid, Path, description = "The enrolment"),
        ("limit" = String, Path, description = "The limit's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewLimitShape,
    responses(
        (status = 200, body = LimitShape),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "Outside its bounds, no reason, or no baseline to be relative to"),
    ),
    security(("bearer" = [])),
)]
pub async fn set(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Key(key): Key,
    Path((id, limit)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Json<LimitShape>, Problem> {
    let (id, limit) = (part::<EnrolmentId>(&id)?, part(&limit)?);
    let new = new_limit(&body)?;
    let once = Once::under(key.as_ref());
    let why = state.care.set_limit(caller.actor(), id, &limit, new, once).await?;
    Ok(Json(LimitShape::new(&why, language)))
}

/// A limit as it is set for many.
#[derive(Serialize, ToSchema)]
#[schema(title = "LimitSetting")]
pub struct SettingShape {
    /// The limit's id.
    pub limit: String,
    /// The value, in the limit's unit. `null`: taken back, or relative.
    pub value: Option<f64>,
    /// Why.
    pub reason: String,
}

/// Set a limit for a unit
///
/// For all enrolments in the programme that the unit looks after and that have no limit of their own.
#[utoipa::path(
    put, path = "/api/v1/units/{unit}/programmes/{programme}/limits/{limit}", tag = "limits",
    operation_id = "setUnitLimit",
    params(
        ("unit" = String, Path, description = "The caller's own unit"),
        ("programme" = String, Path, description = "The programme"),
        ("limit" = String, Path, description = "The limit's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewLimitShape,
    responses((status = 200, body = SettingShape)),
    security(("bearer" = [])),
)]
pub async fn set_for_unit(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Path((unit, programme, limit)): Path<(String, String, String)>,
    Body(body): Body,
) -> Result<Json<SettingShape>, Problem> {
    let (unit, programme, limit) = (part(&unit)?, part(&programme)?, part(&limit)?);
    let new = new_limit(&body)?;
    let once = Once::under(key.as_ref());
    let set =
        state.care.set_unit_limit(caller.actor(), &unit, &programme, &limit, new, once).await?;
    Ok(Json(SettingShape { limit: set.limit.to_string(), value: set.value, reason: set.reason }))
}

/// Set a limit for the region
///
/// For all enrolments in the programme for which neither the unit nor a clinician has set it. For operators.
#[utoipa::path(
    put, path = "/api/v1/programmes/{programme}/limits/{limit}", tag = "limits",
    operation_id = "setRegionLimit",
    params(
        ("programme" = String, Path, description = "The programme"),
        ("limit" = String, Path, description = "The limit's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewLimitShape,
    responses((status = 200, body = SettingShape)),
    security(("bearer" = [])),
)]
pub async fn set_for_region(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Path((programme, limit)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Json<SettingShape>, Problem> {
    let (programme, limit) = (part(&programme)?, part(&limit)?);
    let new = new_limit(&body)?;
    let once = Once::under(key.as_ref());
    let set = state.care.set_region_limit(caller.actor(), &programme, &limit, new, once).await?;
    Ok(Json(SettingShape { limit: set.limit.to_string(), value: set.value, reason: set.reason }))
}

/// What is usual for a citizen.
#[derive(ToSchema)]
#[schema(example = json!({ "value": 78.4, "reason": "Tørvægt, aftalt med ambulatoriet" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewBaseline {
    /// The value, in the field's unit. Absent: it is not known any more.
    #[schema(required = false)]
    value: f64,
    /// How it was found.
    reason: String,
}

/// A baseline as it was set.
#[derive(Serialize, ToSchema)]
#[schema(title = "Baseline")]
pub struct BaselineShape {
    /// Of what.
    pub field: String,
    /// The value, in the field's unit. `null`: it is not known.
    pub value: Option<f64>,
    /// How it was found.
    pub reason: String,
}

/// Say what is usual for a citizen
#[utoipa::path(
    put, path = "/api/v1/citizens/{id}/baselines/{field}", tag = "limits", operation_id = "setBaseline",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("field" = String, Path, description = "The field's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it again harmless"),
    ),
    request_body = NewBaseline,
    responses((status = 200, body = BaselineShape)),
    security(("bearer" = [])),
)]
pub async fn set_baseline(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Path((id, field)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Json<BaselineShape>, Problem> {
    let (id, field) = (part::<CitizenId>(&id)?, part::<FieldId>(&field)?);
    let mut members = Members::of(&body, &["value", "reason"]);
    let (value, reason) = (members.number("value"), members.text("reason"));
    members.finish()?;
    let once = Once::under(key.as_ref());
    let set = state.care.set_baseline(caller.actor(), id, &field, value, reason, once).await?;
    Ok(Json(BaselineShape { field: set.field.to_string(), value: set.value, reason: set.reason }))
}
