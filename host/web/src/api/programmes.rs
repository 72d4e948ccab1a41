//! The programmes: which there are, what each defines, and what a submission to one looks like.

use super::address::Id;
use super::caller::Caller;
use super::wire::texts;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use gtp_model::ProgrammeId;
use gtp_runtime::Loaded;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The programmes that are active.
#[derive(Serialize, ToSchema)]
#[schema(title = "Programmes")]
pub struct ProgrammesShape {
    /// In the order of their ids.
    pub programmes: Vec<ProgrammeShape>,
}

/// What a programme is.
#[derive(Serialize, ToSchema)]
#[schema(title = "Programme", example = json!({
    "id": "heart",
    "version": "1.0.0",
    "digest": "5f3c...",
    "title": { "da": "Hjertesvigt", "en": "Heart failure" },
    "summary": { "da": "...", "en": "..." },
    "languages": ["da", "en"],
    "publisher": "...",
    "licence": "MIT OR Apache-2.0"
}))]
pub struct ProgrammeShape {
    /// Stable through all versions.
    pub id: String,
    /// Version of the component (semver).
    pub version: String,
    /// SHA-256 of the component's bytes.
    pub digest: String,
    /// Its name, by language.
    pub title: BTreeMap<String, String>,
    /// Two or three sentences, by language.
    pub summary: BTreeMap<String, String>,
    /// The languages in which every text is complete.
    pub languages: Vec<String>,
    /// Who publishes it.
    pub publisher: String,
    /// SPDX expression.
    pub licence: String,
}

impl From<&Loaded> for ProgrammeShape {
    fn from(loaded: &Loaded) -> Self {
        let about = &loaded.definition.about;
        Self {
            id: about.id.to_string(),
            version: about.version.to_string(),
            digest: loaded.digest.to_string(),
            title: texts(&about.title),
            summary: texts(&about.summary),
            languages: about.languages.clone(),
            publisher: about.publisher.clone(),
            licence: about.licence.clone(),
        }
    }
}

/// List programmes
#[utoipa::path(
    get, path = "/api/v1/programmes", tag = "programmes", operation_id = "listProgrammes",
    responses((status = 200, body = ProgrammesShape)),
    security(("bearer" = [])),
)]
pub async fn list(State(state): State<AppState>, _: Caller) -> Json<ProgrammesShape> {
    let programmes = state.care.programmes();
    let programmes = programmes.iter().map(|loaded| ProgrammeShape::from(&**loaded)).collect();
    Json(ProgrammesShape { programmes })
}

/// A programme with everything that it defines.
#[derive(Serialize, ToSchema)]
#[schema(title = "ProgrammeDetail")]
pub struct ProgrammeDetail {
    /// What it is.
    #[serde(flatten)]
    pub programme: ProgrammeShape,
    /// Everything that the component defines (fields, questionnaires, limits, rules, schedule, visibility,
    /// scenarios), in the shape of the contract `gtp:programme`. Texts are lists of language and text.
    #[schema(value_type = Object)]
    pub definition: Value,
}

/// Read a programme
///
/// With everything that it defines.
#[utoipa::path(
    get, path = "/api/v1/programmes/{id}", tag = "programmes", operation_id = "readProgramme",
    params(("id" = String, Path, description = "The programme", example = "heart")),
    responses(
        (status = 200, body = ProgrammeDetail),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such programme is active"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    _: Caller,
    Id(id): Id<ProgrammeId>,
) -> Result<Json<ProgrammeDetail>, Problem> {
    let loaded = state.care.programme(&id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let definition = serde_json::to_value(&loaded.definition).map_err(|error| {
        tracing::error!(programme = %id, %error, "a programme's definition cannot be written as JSON");
        Problem::new(Kind::Internal)
    })?;
    Ok(Json(ProgrammeDetail { programme: ProgrammeShape::from(&*loaded), definition }))
}

/// Read the schema of a submission
///
/// JSON Schema 2020-12 of a submission to this programme, for whoever renders the form themselves.
#[utoipa::path(
    get, path = "/api/v1/programmes/{id}/schema", tag = "programmes", operation_id = "readSchema",
    params(("id" = String, Path, description = "The programme", example = "heart")),
    responses(
        (status = 200, body = Object, content_type = "application/schema+json"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such programme is active"),
    ),
    security(("bearer" = [])),
)]
pub async fn schema(
    State(state): State<AppState>,
    _: Caller,
    Id(id): Id<ProgrammeId>,
) -> Result<([(axum::http::HeaderName, &'static str); 1], Json<Value>), Problem> {
    let schema = state.care.schema_of(&id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(([(axum::http::header::CONTENT_TYPE, "application/schema+json")], Json(schema)))
}
