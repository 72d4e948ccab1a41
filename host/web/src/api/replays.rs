//! What a version would have done: replays of the past, and who read the reports.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::Caller;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gtp_care::calendar::rfc3339;
use gtp_care::{ActivationError, Fault};
use gtp_record::event::programme::Reading;
use gtp_replay::compare::{CompareError, Report, csv};
use gtp_replay::desk::replays::{Asked, Replay, Seen, Stage};
use gtp_replay::desk::{Desk, DeskError, page};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// The desk; where the host has none, as if there were nothing.
pub fn desk(state: &AppState) -> Result<Arc<Desk>, Problem> {
    state.desk.clone().ok_or_else(|| Problem::new(Kind::NotFound))
}

/// What keeps the desk from it, as a problem.
pub fn refused(error: DeskError) -> Problem {
    match error {
        DeskError::Care(error) => error.into(),
        DeskError::Activation(error) => activation(error),
        DeskError::Unknown => Problem::new(Kind::NotFound),
        DeskError::Compare(CompareError::NoLimit(..)) => {
            Problem::invalid(vec![gtp_care::Problem::new("/limits", Fault::Unknown("limit"))])
        }
        DeskError::Compare(CompareError::Store(error)) => gtp_care::CareError::from(error).into(),
        DeskError::File(..) => {
            tracing::error!(%error, "the desk cannot write");
            Problem::new(Kind::Internal)
        }
        other => {
            tracing::info!(error = %other, "the desk did not do it");
            Problem::new(Kind::NoSuchVersion)
        }
    }
}

/// What keeps a version from serving, as a problem.
pub fn activation(error: ActivationError) -> Problem {
    match error {
        ActivationError::Care(error) => Problem::from(error),
        ActivationError::Unread(_) => Problem::new(Kind::ReportUnread),
        ActivationError::Order(error) => {
            tracing::info!(%error, "no version was chosen");
            Problem::new(Kind::NoSuchVersion)
        }
    }
}

/// All replays.
#[derive(Serialize, ToSchema)]
#[schema(title = "Replays")]
pub struct ReplaysShape {
    /// The newest first.
    pub replays: Vec<ReplayShape>,
}

/// A replay.
#[derive(Serialize, ToSchema)]
#[schema(title = "Replay")]
pub struct ReplayShape {
    /// Its number.
    pub number: u64,
    /// Who asked for it; `host`: the host itself, since the version waits for a yes.
    pub by: String,
    /// When.
    pub asked: String,
    /// The programme.
    pub programme: String,
    /// The new version.
    pub version: String,
    /// SHA-256 of its component.
    pub digest: String,
    /// SHA-256 of the component that it is compared with.
    pub against: String,
    /// The first moment that counts.
    pub from: Option<String>,
    /// The first moment that does not any more.
    pub until: Option<String>,
    /// Only this unit's enrolments.
    pub unit: Option<String>,
    /// Only this part of all citizens.
    pub sample: f64,
    /// Limits as they would be if the region had set them so.
    pub limits: BTreeMap<String, f64>,
    /// `waiting`, `running`, `done`, `cancelled` or `failed`.
    pub stage: &'static str,
    /// Why it failed.
    pub failure: Option<String>,
    /// Citizens that were looked at.
    pub seen: u64,
    /// Of so many.
    pub of: u64,
}

/// A replay with its report.
#[derive(Serialize, ToSchema)]
#[schema(title = "ReplayWithReport")]
pub struct ReportedShape {
    /// The replay.
    #[serde(flatten)]
    pub replay: ReplayShape,
    /// SHA-256 of the whole report, with all examples.
    pub report_digest: Option<String>,
    /// What was counted, in form 1. Citizens whom the caller may not see are not among the examples.
    #[schema(value_type = Option<Object>)]
    pub report: Option<Report>,
    /// Who read a report on this component.
    pub readings: Vec<ReadingShape>,
}

/// Somebody read a report.
#[derive(Serialize, ToSchema)]
#[schema(title = "Reading")]
pub struct ReadingShape {
    /// The account.
    pub by: String,
    /// When.
    pub at: String,
    /// SHA-256 of the report.
    pub report: String,
}

impl From<&Replay> for ReplayShape {
    fn from(own: &Replay) -> Self {
        let (stage, failure) = match &own.stage {
            Stage::Waiting => ("waiting", None),
            Stage::Running => ("running", None),
            Stage::Done => ("done", None),
            Stage::Cancelled => ("cancelled", None),
            Stage::Failed(why) => ("failed", Some(why.clone())),
        };
        let asked = &own.question;
        Self {
            number: own.number,
            by: own.by.clone(),
            asked: rfc3339(own.asked),
            programme: asked.programme.to_string(),
            version: own.version.clone(),
            digest: own.new.to_string(),
            against: own.against.to_string(),
            from: asked.from.map(rfc3339),
            until: asked.until.map(rfc3339),
            unit: asked.unit.as_ref().map(ToString::to_string),
            sample: asked.sample,
            limits: asked.what_if.iter().map(|(id, value)| (id.to_string(), *value)).collect(),
            stage,
            failure,
            seen: own.seen.0,
            of: own.seen.1,
        }
    }
}

impl From<&Reading> for ReadingShape {
    fn from(own: &Reading) -> Self {
        Self { by: own.by.clone(), at: rfc3339(own.at), report: own.report.to_string() }
    }
}

impl From<Seen> for ReportedShape {
    fn from(own: Seen) -> Self {
        Self {
            replay: ReplayShape::from(&own.replay),
            report_digest: own.digest.map(|digest| digest.to_string()),
            report: own.report,
            readings: own.readings.iter().map(ReadingShape::from).collect(),
        }
    }
}

/// List replays
///
/// For operators, and for clinicians.
#[utoipa::path(
    get, path = "/api/v1/replays", tag = "versions", operation_id = "listReplays",
    responses((status = 200, body = ReplaysShape)),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ReplaysShape>, Problem> {
    let replays = desk(&state)?.replays(caller.actor()).map_err(refused)?;
    Ok(Json(ReplaysShape { replays: replays.iter().map(ReplayShape::from).collect() }))
}

/// What to compare.
#[derive(ToSchema)]
#[schema(example = json!({ "programme": "copd", "limits": { "spo2-target": 90 } }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewReplay {
    /// The programme.
    programme: String,
    /// SHA-256 of the component to look at; where absent, the one that waits.
    digest: Option<String>,
    /// SHA-256 of the component to compare with; where absent, the one that serves.
    against: Option<String>,
    /// The first moment that counts; where absent, 90 days before the last.
    from: Option<String>,
    /// The first moment that does not any more; where absent, now.
    until: Option<String>,
    /// Only enrolments that this unit looks after.
    unit: Option<String>,
    /// Only this part of all citizens, from 0 to 1; always the same ones.
    sample: Option<f64>,
    /// What if the region set these limits so.
    limits: Option<BTreeMap<String, f64>>,
}

/// Ask for a replay
///
/// It is made when its turn has come, on a thread of low priority. For operators.
#[utoipa::path(
    post, path = "/api/v1/replays", tag = "versions", operation_id = "askForReplay",
    request_body = NewReplay,
    responses(
        (status = 202, body = ReplayShape, description = "It waits for its turn"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is no operator"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "No version waits, or none serves"),
    ),
    security(("bearer" = [])),
)]
pub async fn ask(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body,
) -> Result<(StatusCode, Json<ReplayShape>), Problem> {
    state.care.require_operator(caller.actor())?;
    let asked = asked(&body)?;
    let desk = desk(&state)?;
    let actor = caller.actor().clone();
    // A component may have to be compiled, which must not hold up other requests.
    let replay = tokio::task::spawn_blocking(move || desk.ask(&actor, asked)).await;
    let replay = replay.map_err(|_| Problem::new(Kind::Internal))?.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, Json(ReplayShape::from(&replay))))
}

fn asked(body: &serde_json::Value) -> Result<Asked, Problem> {
    let names = ["programme", "digest", "against", "from", "until", "unit", "sample", "limits"];
    let mut members = Members::of(body, &names);
    let programme = members.text("programme").parse();
    let digest = |members: &mut Members<'_>, name: &'static str| {
        let text = members.optional(name)?;
        let digest = text.parse().ok();
        if digest.is_none() {
            members.wrong(name, Fault::Form("sha-256"));
        }
        digest
    };
    let new = digest(&mut members, "digest");
    let against = digest(&mut members, "against");
    let (from, until) = (members.moment("from"), members.moment("until"));
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        members.wrong("until", Fault::EndsBeforeItBegins);
    }
    let unit = members.optional("unit").and_then(|unit| unit.parse().ok());
    let sample = members.number("sample").unwrap_or(1.0);
    if !(0.0..=1.0).contains(&sample) {
        members.wrong("sample", Fault::Form("value"));
    }
    let mut what_if = BTreeMap::new();
    if let Some(limits) = members.value("limits") {
        for (id, value) in limits.as_object().into_iter().flatten() {
            match (id.parse(), value.as_f64()) {
                (Ok(id), Some(value)) => {
                    what_if.insert(id, value);
                }
                _ => members.wrong("limits", Fault::Form("value")),
            }
        }
        if !limits.is_object() {
            members.wrong("limits", Fault::Form("object"));
        }
    }
    let Ok(programme) = programme else {
        members.wrong("programme", Fault::Unknown("programme"));
        return Err(members.so_far());
    };
    members.finish()?;
    Ok(Asked { programme, new, against, from, until, unit, sample, what_if })
}

/// Read a replay
///
/// With its report, where it is done. That the caller was given the report is written into the record. Citizens whom the
/// caller may not see are not named. For operators, and for clinicians.
#[utoipa::path(
    get, path = "/api/v1/replays/{id}", tag = "versions", operation_id = "readReplay",
    params(("id" = u64, Path, description = "The replay's number")),
    responses(
        (status = 200, body = ReportedShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is none of this number"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Id(number): Id<u64>,
) -> Result<Json<ReportedShape>, Problem> {
    let seen = desk(&state)?.replay(caller.actor(), number).await.map_err(refused)?;
    Ok(Json(ReportedShape::from(seen)))
}

/// Stop a replay
///
/// For operators.
#[utoipa::path(
    delete, path = "/api/v1/replays/{id}", tag = "versions", operation_id = "cancelReplay",
    params(("id" = u64, Path, description = "The replay's number")),
    responses(
        (status = 204, description = "It runs no more, or was over already"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is none of this number"),
    ),
    security(("bearer" = [])),
)]
pub async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Id(number): Id<u64>,
) -> Result<StatusCode, Problem> {
    desk(&state)?.cancel(caller.actor(), number).map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a report as CSV
///
/// The counts by rule, unit and week. Reading it is written into the record.
#[utoipa::path(
    get, path = "/api/v1/replays/{id}/report.csv", tag = "versions", operation_id = "readReportCsv",
    params(("id" = u64, Path, description = "The replay's number")),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is none of this number, or it is not done"),
    ),
    security(("bearer" = [])),
)]
pub async fn as_csv(
    State(state): State<AppState>,
    caller: Caller,
    Id(number): Id<u64>,
) -> Result<Response, Problem> {
    let report = report(&state, &caller, number).await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv(&report)).into_response())
}

/// Read a report as a page
///
/// To print or to send: no script, nothing from elsewhere. Reading it is written into the record.
#[utoipa::path(
    get, path = "/api/v1/replays/{id}/report.html", tag = "versions", operation_id = "readReportHtml",
    params(("id" = u64, Path, description = "The replay's number")),
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is none of this number, or it is not done"),
    ),
    security(("bearer" = [])),
)]
pub async fn as_html(
    State(state): State<AppState>,
    caller: Caller,
    Id(number): Id<u64>,
) -> Result<Response, Problem> {
    let report = report(&state, &caller, number).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.html\""),
    ];
    Ok((headers, page(&report, state.care.calendar())).into_response())
}

async fn report(state: &AppState, caller: &Caller, number: u64) -> Result<Report, Problem> {
    let seen = desk(state)?.replay(caller.actor(), number).await.map_err(refused)?;
    seen.report.ok_or_else(|| Problem::new(Kind::NotFound))
}
