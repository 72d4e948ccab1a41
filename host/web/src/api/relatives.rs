//! Relatives: letting them in, and whom they may see.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, LetIn, NewGrant, Once};
use gtp_model::{CitizenId, GrantId, RelativeGrant};
use gtp_record::view::rows::GrantRow;
use serde::Serialize;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

/// The `{item}` of the path, beside the `{id}`. What is no id is an id of nothing.
#[derive(Debug)]
pub struct Item<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Item<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(Kind::NotFound);
        let params =
            RawPathParams::from_request_parts(parts, state).await.map_err(|_| not_found())?;
        let id = params.iter().find(|(name, _)| *name == "item").map(|(_, value)| value);
        id.and_then(|id| id.parse().ok()).map(Self).ok_or_else(not_found)
    }
}

/// Whom to let in to what.
#[derive(ToSchema)]
#[schema(example = json!({
    "relative": "anna", "programme": "heart", "may_enter": true, "until": "2027-01-01T00:00:00+01:00"
}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewGrantBody {
    /// The relative's account.
    relative: String,
    /// The programme whose data it is about.
    programme: String,
    /// Whether the relative may also enter. Absent: only read.
    #[schema(required = false)]
    may_enter: bool,
    /// Until when. Absent: until it is withdrawn.
    #[schema(required = false, format = DateTime)]
    until: String,
}

/// What a relative may do in one programme.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Grant")]
pub struct GrantShape {
    /// Its id.
    pub id: Uuid,
    /// The relative's account.
    pub relative: String,
    /// The programme whose data it is about.
    pub programme: String,
    /// Whether the relative may also enter.
    pub may_enter: bool,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

impl From<&RelativeGrant> for GrantShape {
    fn from(grant: &RelativeGrant) -> Self {
        Self {
            id: grant.id.0,
            relative: grant.relative.clone(),
            programme: grant.programme.as_str().to_owned(),
            may_enter: grant.may_enter,
            until: grant.until.map(rfc3339),
        }
    }
}

impl From<&GrantRow> for GrantShape {
    fn from(row: &GrantRow) -> Self {
        Self::from(&row.grant)
    }
}

/// What a citizen lets relatives do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Relatives")]
pub struct GrantsShape {
    /// The grants, also those that have run out.
    pub grants: Vec<GrantShape>,
}

/// A citizen who has let the caller in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "LetIn")]
pub struct LetInShape {
    /// The citizen.
    pub citizen: Uuid,
    /// Their name.
    pub name: String,
    /// What the caller may do.
    pub grants: Vec<GrantShape>,
}

/// The citizens who have let the caller in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "LetInBy")]
pub struct LetInByShape {
    /// The citizens.
    pub citizens: Vec<LetInShape>,
}

/// Read what relatives may do
///
/// Only the citizen does.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/relatives", tag = "access", operation_id = "readRelatives",
    params(("id" = uuid::Uuid, Path, description = "The citizen")),
    responses(
        (status = 200, body = GrantsShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Id(citizen): Id<CitizenId>,
) -> Result<Json<GrantsShape>, Problem> {
    let rows = state.care.grants(caller.actor(), citizen)?;
    Ok(Json(GrantsShape { grants: rows.iter().map(GrantShape::from).collect() }))
}

/// Let a relative in
///
/// To the data of one programme, to read or also to enter, until a date or until it is withdrawn. Whether there is an
/// account of that name is not told.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/relatives", tag = "access", operation_id = "letRelativeIn",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewGrantBody,
    responses(
        (status = 201, body = GrantShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn let_in(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<GrantShape>), Problem> {
    let mut members = Members::of(&body, &["relative", "programme", "may_enter", "until"]);
    let relative = members.text("relative").to_owned();
    let programme = members.text("programme").parse();
    if programme.is_err() {
        members.wrong("programme", Fault::Unknown("enrolment"));
    }
    let (may_enter, until) = (members.flag("may_enter"), members.moment("until"));
    members.finish()?;
    let Ok(programme) = programme else { return Err(Problem::new(Kind::NotFound)) };
    let new = NewGrant { relative, programme, may_enter, until };
    let once = Once::under(key.as_ref());
    let row = state.care.let_in(caller.actor(), citizen, &new, once).await?;
    Ok((StatusCode::CREATED, Json(GrantShape::from(&row))))
}

/// Let a relative in no longer
///
/// At once. Withdrawing what is not there does nothing.
#[utoipa::path(
    delete, path = "/api/v1/citizens/{id}/relatives/{item}", tag = "access",
    operation_id = "withdrawGrant",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("item" = uuid::Uuid, Path, description = "The grant"),
    ),
    responses(
        (status = 204, description = "It does not hold any more"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn withdraw(
    State(state): State<AppState>,
    caller: Caller,
    Id(citizen): Id<CitizenId>,
    Item(grant): Item<GrantId>,
) -> Result<StatusCode, Problem> {
    state.care.withdraw_grant(caller.actor(), citizen, grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List those who have let the caller in
#[utoipa::path(
    get, path = "/api/v1/let-in", tag = "access", operation_id = "listLetIn",
    responses((status = 200, body = LetInByShape)),
    security(("bearer" = [])),
)]
pub async fn let_in_by(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<LetInByShape>, Problem> {
    let citizens = state.care.let_in_by(caller.actor())?;
    let shape = |own: LetIn| LetInShape {
        citizen: own.citizen.id.0,
        name: own.citizen.name,
        grants: own.grants.iter().map(GrantShape::from).collect(),
    };
    Ok(Json(LetInByShape { citizens: citizens.into_iter().map(shape).collect() }))
}
