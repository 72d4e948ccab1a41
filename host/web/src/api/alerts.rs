//! Alerts: the list, and one of them.

use super::address::{Id, Query};
use super::caller::{Caller, Reason};
use super::wire::{AlertShape, layer};
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::State;
use gtp_care::{AlertFilter, AlertView, WorklistQuery};
use gtp_model::{AlertId, Language, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

/// So many alerts are listed where the caller does not say.
const LISTED: usize = 200;
/// So many at most.
const MOST: usize = 1_000;

/// A worklist.
#[derive(Serialize, ToSchema)]
#[schema(title = "Worklist")]
pub struct WorklistShape {
    /// The worst first, then the oldest.
    pub alerts: Vec<ListedAlert>,
}

/// An alert on a worklist.
#[derive(Serialize, ToSchema)]
pub struct ListedAlert {
    /// The citizen's name.
    pub citizen_name: String,
    /// The alert.
    #[serde(flatten)]
    pub alert: AlertShape,
}

/// List alerts
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "alerts", operation_id = "listAlerts",
    params(
        ("state" = Option<String>, Query, description = "`open`, `taken`, `resolved` or `unresolved` (where absent)"),
        ("unit" = Option<String>, Query, description = "Of this unit; where absent, the caller's own"),
        ("limit" = Option<u32>, Query, description = "200 where absent, 1000 at most"),
    ),
    responses((status = 200, body = WorklistShape)),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    query: Query,
) -> Result<Json<WorklistShape>, Problem> {
    query.only(&["state", "unit", "limit"])?;
    let filter = match query.text("state") {
        None | Some("unresolved") => AlertFilter::Unresolved,
        Some("open") => AlertFilter::Open,
        Some("taken") => AlertFilter::Taken,
        Some("resolved") => AlertFilter::Resolved,
        Some(_) => return Err(Problem::query("state", Expected::AlertState)),
    };
    let query = WorklistQuery {
        unit: query.parsed::<UnitId>("unit", Expected::Id)?,
        state: filter,
        limit: query.parsed("limit", Expected::Number)?.unwrap_or(LISTED).min(MOST),
    };
    let items = state.care.worklist(caller.actor(), query).await?;
    let alerts = items.into_iter().map(|item| ListedAlert {
        alert: AlertShape::new(&item.alert, language),
        citizen_name: item.citizen_name,
    });
    Ok(Json(WorklistShape { alerts: alerts.collect() }))
}

/// One alert with its rule and the limits that it was judged by.
#[derive(Serialize, ToSchema)]
#[schema(title = "AlertDetail")]
pub struct AlertDetail {
    /// The citizen's name.
    pub citizen_name: String,
    /// The alert.
    pub alert: AlertShape,
    /// The rule that opened it, as the programme describes it.
    pub rule: Option<RuleShape>,
    /// The limits as they were when it was judged.
    pub limits: Vec<JudgedShape>,
}

/// A rule, described.
#[derive(Serialize, ToSchema)]
#[schema(title = "Rule")]
pub struct RuleShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// When it fires.
    pub description: String,
    /// The publication it comes from.
    pub source: String,
    /// The publication's address. May be empty.
    pub source_url: String,
}

/// A limit that an alert was judged by.
#[derive(Serialize, ToSchema)]
#[schema(title = "JudgedLimit")]
pub struct JudgedShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The value. Absent: nobody had set it.
    pub value: Option<f64>,
    /// UCUM code.
    pub unit: String,
    /// Who had set it: `programme`, `region`, `unit` or `citizen`.
    pub layer: Option<&'static str>,
}

impl AlertDetail {
    fn new(view: &AlertView, language: Language) -> Self {
        let rule = view.rule.as_ref().map(|rule| RuleShape {
            id: rule.id.to_string(),
            title: rule.title.get(language).to_owned(),
            description: rule.description.get(language).to_owned(),
            source: rule.source.clone(),
            source_url: rule.source_url.clone(),
        });
        let limits = view.limits.iter().map(|judged| JudgedShape {
            id: judged.limit.id.to_string(),
            title: judged.limit.title.get(language).to_owned(),
            value: judged.value,
            unit: judged.limit.unit.clone(),
            layer: judged.layer.map(layer),
        });
        Self {
            citizen_name: view.citizen.name.clone(),
            alert: AlertShape::new(&view.alert, language),
            rule,
            limits: limits.collect(),
        }
    }
}

/// Read an alert
///
/// With its rule, and the limits that it was judged by. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}", tag = "alerts", operation_id = "readAlert",
    params(
        ("id" = uuid::Uuid, Path, description = "The alert"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = AlertDetail),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such alert, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Reason(why): Reason,
    Id(id): Id<AlertId>,
) -> Result<Json<AlertDetail>, Problem> {
    let view = state.care.alert(caller.actor(), id, &why).await?;
    Ok(Json(AlertDetail::new(&view, language)))
}
