//! The components behind the programmes: where each stands, and an operator's word on which version serves.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::Caller;
use super::programmes::ProgrammeShape;
use super::replays::{ReadingShape, ReplayShape, activation};
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use gtp_care::calendar::rfc3339;
use gtp_care::{Activation, Fault};
use gtp_model::{Digest, ProgrammeId};
use gtp_runtime::{Flaw, Gravity, Standing};
use serde::Serialize;
use utoipa::ToSchema;

/// Every component in the folder and every withdrawn programme.
#[derive(Serialize, ToSchema)]
#[schema(title = "Components")]
pub struct ComponentsShape {
    /// In the order of their files' names, the withdrawn ones last.
    pub components: Vec<ComponentShape>,
}

/// Where a component stands.
#[derive(Serialize, ToSchema)]
#[schema(title = "Component", example = json!({
    "file": "heart.wasm",
    "programme": "heart",
    "version": "1.1.0",
    "digest": "5f3c...",
    "state": "waiting",
    "since": "2026-03-02T08:00:00Z",
    "flaws": [{
        "gravity": "note",
        "code": "waiting",
        "item": "file",
        "what": "version 1.1.0 waits: components need approval",
        "mend": "Approve it to let it serve"
    }]
}))]
pub struct ComponentShape {
    /// The file's name; empty where the file is gone.
    pub file: String,
    /// The programme, as far as known.
    pub programme: Option<String>,
    /// The version, as far as known.
    pub version: Option<String>,
    /// SHA-256 of the component's bytes, as far as known.
    pub digest: Option<String>,
    /// `active`, `waiting`, `settling`, `superseded`, `refused` or `withdrawn`.
    #[schema(value_type = String)]
    pub state: gtp_runtime::State,
    /// Since when.
    pub since: String,
    /// Why, and what else there is to say, the gravest first.
    pub flaws: Vec<FlawShape>,
    /// Of one that waits: the replay that says what it would have done.
    pub report: Option<ReplayShape>,
    /// Of one that waits: who read a report on it.
    pub readings: Vec<ReadingShape>,
}

/// One thing that is to be said about a component.
#[derive(Serialize, ToSchema)]
#[schema(title = "Flaw")]
pub struct FlawShape {
    /// `error`, `warning` or `note`.
    #[schema(value_type = String)]
    pub gravity: Gravity,
    /// Short and stable.
    pub code: &'static str,
    /// Which item of the component.
    pub item: String,
    /// What is wrong with it.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl From<&Standing> for ComponentShape {
    fn from(standing: &Standing) -> Self {
        let (programme, version) = standing.programme.clone().unzip();
        Self {
            file: standing.file.clone(),
            programme: programme.map(|id| id.to_string()),
            version: version.map(|version| version.to_string()),
            digest: standing.digest.map(|digest| digest.to_string()),
            state: standing.state,
            since: rfc3339(standing.since),
            flaws: standing.flaws.iter().map(FlawShape::from).collect(),
            report: None,
            readings: vec![],
        }
    }
}

impl From<&Flaw> for FlawShape {
    fn from(flaw: &Flaw) -> Self {
        Self {
            gravity: flaw.gravity,
            code: flaw.code,
            item: flaw.item.clone(),
            what: flaw.what.clone(),
            mend: flaw.mend.clone(),
        }
    }
}

/// List components
///
/// Every file in the programmes folder and every withdrawn programme, where it stands and why. For operators.
#[utoipa::path(
    get, path = "/api/v1/components", tag = "programmes", operation_id = "listComponents",
    responses(
        (status = 200, body = ComponentsShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is no operator"),
    ),
    security(("bearer" = [])),
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ComponentsShape>, Problem> {
    let standings = state.care.standings(caller.actor())?;
    let shape = |standing: &Standing| -> Result<ComponentShape, Problem> {
        let mut shape = ComponentShape::from(standing);
        if let (gtp_runtime::State::Waiting, Some((id, _)), Some(digest)) =
            (standing.state, &standing.programme, standing.digest)
        {
            let report = state.desk.as_ref().and_then(|desk| desk.report_on(id, digest));
            shape.report = report.as_ref().map(ReplayShape::from);
            let readings = state.care.readings(digest)?;
            shape.readings = readings.iter().map(ReadingShape::from).collect();
        }
        Ok(shape)
    };
    Ok(Json(ComponentsShape { components: standings.iter().map(shape).collect::<Result<_, _>>()? }))
}

/// Which component an operator says yes to.
#[derive(ToSchema)]
#[schema(example = json!({ "digest": "5f3c..." }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewActivation {
    /// SHA-256 of the component that waits: what was looked at may have been replaced since.
    digest: String,
}

/// Activate what waits
///
/// The version that waits serves from now on. For operators.
#[utoipa::path(
    post, path = "/api/v1/programmes/{id}/activation", tag = "programmes",
    operation_id = "activateProgramme",
    params(("id" = String, Path, description = "The programme", example = "heart")),
    request_body = NewActivation,
    responses(
        (status = 200, body = ProgrammeShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is no operator"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "Nothing of this programme waits, another component does, or the caller has not read the \
             report on it where that is required"),
    ),
    security(("bearer" = [])),
)]
pub async fn activate(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ProgrammeId>,
    Body(body): Body,
) -> Result<Json<ProgrammeShape>, Problem> {
    let mut members = Members::of(&body, &["digest"]);
    let digest = members.text("digest").parse::<Digest>().ok();
    if digest.is_none() {
        members.wrong("digest", Fault::Form("sha-256"));
    }
    members.finish()?;
    choose(&state, &caller, &id, Activation::Activate(digest)).await
}

/// Go back to the version before
///
/// The version that served before serves again; newer ones wait from then on. For operators.
#[utoipa::path(
    post, path = "/api/v1/programmes/{id}/rollback", tag = "programmes",
    operation_id = "rollBackProgramme",
    params(("id" = String, Path, description = "The programme", example = "heart")),
    responses(
        (status = 200, body = ProgrammeShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller is no operator"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "There is no version to go back to"),
    ),
    security(("bearer" = [])),
)]
pub async fn roll_back(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ProgrammeId>,
) -> Result<Json<ProgrammeShape>, Problem> {
    choose(&state, &caller, &id, Activation::GoBack).await
}

async fn choose(
    state: &AppState,
    caller: &Caller,
    id: &ProgrammeId,
    wanted: Activation,
) -> Result<Json<ProgrammeShape>, Problem> {
    state.care.activate(caller.actor(), id, wanted).await.map_err(activation)?;
    let serving = state.care.programme(id).ok_or_else(|| Problem::new(Kind::NoSuchVersion))?;
    Ok(Json(ProgrammeShape::from(&*serving)))
}
