//! Versions that judge beside the one that serves, and how often each rule raises alerts.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::Caller;
use super::programmes::ProgrammeShape;
use super::replays::{desk, refused};
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gtp_care::Fault;
use gtp_care::calendar::rfc3339;
use gtp_model::{Digest, ProgrammeId, Time};
use gtp_replay::compare::Report;
use gtp_replay::desk::drift::{Changed, Rates, rate};
use gtp_replay::desk::shadow::Kept;
use serde::Serialize;
use utoipa::ToSchema;

/// Everything that runs in the shadow.
#[derive(Serialize, ToSchema)]
#[schema(title = "Shadows")]
pub struct ShadowsShape {
    /// By programme.
    pub shadows: Vec<ShadowShape>,
}

/// A version in the shadow.
#[derive(Serialize, ToSchema)]
#[schema(title = "Shadow")]
pub struct ShadowShape {
    /// The programme.
    pub programme: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component.
    pub digest: String,
    /// The version that served when it began.
    pub against: String,
    /// Who began it.
    pub by: String,
    /// When.
    pub since: String,
    /// Submissions that it could not keep up with and left out.
    pub left_out: u64,
    /// What was counted, as in a replay's report. Citizens whom the caller may not see are not among the examples.
    #[schema(value_type = Object)]
    pub report: Report,
}

impl From<Kept> for ShadowShape {
    fn from(own: Kept) -> Self {
        Self {
            programme: own.report.programme.to_string(),
            version: own.report.new.version.clone(),
            digest: own.report.new.digest.to_string(),
            against: own.report.old.version.clone(),
            by: own.by,
            since: rfc3339(own.report.from),
            left_out: own.dropped,
            report: own.report,
        }
    }
}

/// List what runs in the shadow
///
/// For operators, and for clinicians.
#[utoipa::path(
    get, path = "/api/v1/shadows", tag = "versions", operation_id = "listShadows",
    responses((status = 200, body = ShadowsShape)),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ShadowsShape>, Problem> {
    let shadows = desk(&state)?.shadows(caller.actor()).map_err(refused)?;
    Ok(Json(ShadowsShape { shadows: shadows.into_iter().map(ShadowShape::from).collect() }))
}

/// Which version is to run in the shadow.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewShadow {
    /// SHA-256 of the component; where absent, the one that waits.
    digest: Option<String>,
}

/// Let a version run in the shadow
///
/// It judges what comes in beside the version that serves. Nobody is alerted. For operators.
#[utoipa::path(
    post, path = "/api/v1/programmes/{id}/shadow", tag = "versions", operation_id = "beginShadow",
    params(("id" = String, Path, description = "The programme", example = "copd")),
    request_body = NewShadow,
    responses(
        (status = 201, body = ShadowShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is no operator"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "No version waits, none serves, it serves already, or another runs in the shadow"),
    ),
    security(("bearer" = [])),
)]
pub async fn begin(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ProgrammeId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<ShadowShape>), Problem> {
    state.care.require_operator(caller.actor())?;
    let mut members = Members::of(&body, &["digest"]);
    let digest = members.optional("digest").map(str::parse::<Digest>);
    if matches!(digest, Some(Err(_))) {
        members.wrong("digest", Fault::Form("sha-256"));
    }
    members.finish()?;
    let digest = digest.and_then(Result::ok);
    let (desk, actor) = (desk(&state)?, caller.actor().clone());
    let begun = tokio::task::spawn_blocking(move || desk.begin_shadow(&actor, &id, digest)).await;
    let kept = begun.map_err(|_| Problem::new(Kind::Internal))?.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(ShadowShape::from(kept))))
}

/// End a shadow
///
/// What it counted goes with it. For operators.
#[utoipa::path(
    delete, path = "/api/v1/programmes/{id}/shadow", tag = "versions", operation_id = "dropShadow",
    params(("id" = String, Path, description = "The programme", example = "copd")),
    responses(
        (status = 204, description = "It runs no more"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "None runs"),
    ),
    security(("bearer" = [])),
)]
pub async fn end(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ProgrammeId>,
) -> Result<StatusCode, Problem> {
    desk(&state)?.drop_shadow(caller.actor(), &id).map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let the version in the shadow serve
///
/// Through the same gate as every other version. For operators.
#[utoipa::path(
    post, path = "/api/v1/programmes/{id}/shadow/promotion", tag = "versions",
    operation_id = "promoteShadow",
    params(("id" = String, Path, description = "The programme", example = "copd")),
    responses(
        (status = 200, body = ProgrammeShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "None runs"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "The report on it was not read, or the host does not let it serve"),
    ),
    security(("bearer" = [])),
)]
pub async fn promote(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ProgrammeId>,
) -> Result<Json<ProgrammeShape>, Problem> {
    desk(&state)?.promote(caller.actor(), &id).await.map_err(refused)?;
    let serving = state.care.programme(&id).ok_or_else(|| Problem::new(Kind::NoSuchVersion))?;
    Ok(Json(ProgrammeShape::from(&*serving)))
}

/// How often rules raise alerts.
#[derive(Serialize, ToSchema)]
#[schema(title = "AlertRates")]
pub struct RatesShape {
    /// By programme.
    pub programmes: Vec<ProgrammeRates>,
}

/// How often the rules of a programme raise alerts.
#[derive(Serialize, ToSchema)]
pub struct ProgrammeRates {
    /// The programme.
    pub programme: String,
    /// Its versions as they served, the newest last.
    pub versions: Vec<VersionRates>,
    /// Rules whose rate changed with the newest version.
    pub changes: Vec<ChangedShape>,
}

/// What was counted while a version served.
#[derive(Serialize, ToSchema)]
pub struct VersionRates {
    /// The version.
    pub version: String,
    /// Since when it serves.
    pub since: String,
    /// Assessments.
    pub assessments: u64,
    /// By rule.
    pub rules: Vec<RuleRate>,
}

/// A rule's rate.
#[derive(Serialize, ToSchema)]
pub struct RuleRate {
    /// The rule.
    pub rule: String,
    /// Alerts that it opened.
    pub alerts: u64,
    /// For each 100 assessments.
    pub per_100: f64,
}

/// A rule whose rate changed with a version.
#[derive(Serialize, ToSchema)]
pub struct ChangedShape {
    /// The rule.
    pub rule: String,
    /// Alerts for each 100 assessments before.
    pub before: f64,
    /// And now.
    pub after: f64,
    /// How probable so great a difference is if nothing had changed.
    pub probability: f64,
    /// When it was found.
    pub found: String,
}

/// Read how often rules raise alerts
///
/// And which rates changed with a version. For operators, and for clinicians.
#[utoipa::path(
    get, path = "/api/v1/alert-rates", tag = "versions", operation_id = "readAlertRates",
    responses((status = 200, body = RatesShape)),
    security(("bearer" = [])),
)]
pub async fn rates(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<RatesShape>, Problem> {
    let drift = desk(&state)?.drift(caller.actor()).map_err(refused)?;
    let programmes = drift.programmes.iter().map(|(id, own)| rates_shape(id, own)).collect();
    Ok(Json(RatesShape { programmes }))
}

fn rates_shape(id: &ProgrammeId, own: &Rates) -> ProgrammeRates {
    let versions = own.eras.iter().map(|era| {
        let sum = era.sum(Time(0));
        let rule = |(rule, alerts): (&String, &u64)| RuleRate {
            rule: rule.clone(),
            alerts: *alerts,
            per_100: rate(*alerts, sum.assessments),
        };
        VersionRates {
            version: era.version.clone(),
            since: rfc3339(era.since),
            assessments: sum.assessments,
            rules: sum.alerts.iter().map(rule).collect(),
        }
    });
    let changed = |own: &Changed| {
        let [before, after] = own.rates();
        ChangedShape {
            rule: own.rule.clone(),
            before,
            after,
            probability: own.probability,
            found: rfc3339(own.found),
        }
    };
    ProgrammeRates {
        programme: id.to_string(),
        versions: versions.collect(),
        changes: own.changes.iter().map(changed).collect(),
    }
}
