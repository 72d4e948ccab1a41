//! Blocks, and breaking the glass.

use super::address::Id;
use super::body::{Body, Members};
use super::caller::{Caller, Key};
use super::relatives::Item;
use crate::AppState;
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gtp_care::calendar::rfc3339;
use gtp_care::{Fault, NewBlock, Once, Opened};
use gtp_model::{BlockId, Blocked, CitizenId, CitizenNumber, ProgrammeId, UnitId};
use gtp_record::view::rows::{BlockRow, GlassRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom to keep out of what: a unit, a person or everyone.
#[derive(ToSchema)]
#[schema(example = json!({ "unit": "cardiology", "below": true, "programme": "heart" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewBlockBody {
    /// Everybody of this unit.
    #[schema(required = false)]
    unit: String,
    /// Also everybody of the units that lie under it.
    #[schema(required = false)]
    below: bool,
    /// The person with this account.
    #[schema(required = false)]
    person: String,
    /// Every health professional.
    #[schema(required = false)]
    everyone: bool,
    /// Only of this programme's data. Absent: of those of all.
    #[schema(required = false)]
    programme: String,
    /// Only of what was measured at this moment or later.
    #[schema(required = false, format = DateTime)]
    from: String,
    /// Only of what was measured before this moment.
    #[schema(required = false, format = DateTime)]
    to: String,
}

/// A block.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Block")]
pub struct BlockShape {
    /// Its id.
    pub id: Uuid,
    /// The unit that is kept out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether the units under it are kept out too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<bool>,
    /// The account of the person who is kept out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whether every health professional is kept out.
    pub everyone: bool,
    /// Of which programme's data. Absent: of those of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// Of what was measured at this moment or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Of what was measured before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub to: Option<String>,
    /// When it was placed.
    #[schema(format = DateTime)]
    pub placed: String,
}

impl From<&BlockRow> for BlockShape {
    fn from(row: &BlockRow) -> Self {
        let (mut unit, mut below, mut person) = (None, None, None);
        match &row.block.whom {
            Blocked::Unit { unit: own, below: also } => {
                (unit, below) = (Some(own.as_str().to_owned()), Some(*also));
            }
            Blocked::Person { account } => person = Some(account.clone()),
            Blocked::Everyone => {}
        }
        Self {
            id: row.block.id.0,
            unit,
            below,
            person,
            everyone: row.block.whom == Blocked::Everyone,
            programme: row.block.programme.as_ref().map(|own| own.as_str().to_owned()),
            from: row.block.from.map(rfc3339),
            to: row.block.to.map(rfc3339),
            placed: rfc3339(row.at),
        }
    }
}

/// Somebody who broke the glass.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "BrokenGlass")]
pub struct GlassShape {
    /// The account.
    pub by: String,
    /// The unit that they acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why, in their own words.
    pub reason: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// When it was closed again.
    #[schema(format = DateTime)]
    pub until: String,
}

impl From<&GlassRow> for GlassShape {
    fn from(row: &GlassRow) -> Self {
        Self {
            by: row.by.account.clone(),
            unit: row.by.unit.as_ref().map(|unit| unit.as_str().to_owned()),
            reason: row.glass.reason.clone(),
            at: rfc3339(row.at),
            until: rfc3339(row.glass.until),
        }
    }
}

/// A citizen's blocks, and who opened the record in spite of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Blocks")]
pub struct BlocksShape {
    /// Those that stand.
    pub blocks: Vec<BlockShape>,
    /// Who broke the glass, the newest last.
    pub broken_glass: Vec<GlassShape>,
}

/// Read a citizen's blocks
///
/// Only the citizen does.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/blocks", tag = "access", operation_id = "readBlocks",
    params(("id" = uuid::Uuid, Path, description = "The citizen")),
    responses(
        (status = 200, body = BlocksShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Id(citizen): Id<CitizenId>,
) -> Result<Json<BlocksShape>, Problem> {
    let all = state.care.blocks(caller.actor(), citizen)?;
    Ok(Json(BlocksShape {
        blocks: all.blocks.iter().map(BlockShape::from).collect(),
        broken_glass: all.glasses.iter().map(GlassShape::from).collect(),
    }))
}

/// Keep somebody out
///
/// A unit, with or without those under it, a person, or every health professional: of all of the record, of one
/// programme's data, or of what was measured in a period. The rules go on judging what comes in; people who are kept
/// out do not see the alerts, also where they are the ones who look after them.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/blocks", tag = "access", operation_id = "placeBlock",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewBlockBody,
    responses(
        (status = 201, body = BlockShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn place(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<BlockShape>), Problem> {
    let known = ["unit", "below", "person", "everyone", "programme", "from", "to"];
    let mut members = Members::of(&body, &known);
    let unit = members.optional("unit").map(str::parse::<UnitId>);
    let person = members.optional("person").map(str::to_owned);
    let (below, everyone) = (members.flag("below"), members.flag("everyone"));
    let whom = match (unit, person, everyone) {
        (Some(Ok(unit)), None, false) => Some(Blocked::Unit { unit, below }),
        (None, Some(account), false) => Some(Blocked::Person { account }),
        (None, None, true) => Some(Blocked::Everyone),
        (Some(Err(_)), ..) => {
            members.wrong("unit", Fault::Unknown("unit"));
            None
        }
        (None, None, false) => {
            members.absent("unit");
            None
        }
        _ => {
            members.wrong("unit", Fault::OneOrTheOther);
            None
        }
    };
    let programme = members.optional("programme").map(str::parse::<ProgrammeId>);
    if matches!(programme, Some(Err(_))) {
        members.wrong("programme", Fault::Unknown("programme"));
    }
    let (from, to) = (members.moment("from"), members.moment("to"));
    members.finish()?;
    let Some(whom) = whom else { return Err(Problem::new(Kind::Malformed)) };
    let new = NewBlock { whom, programme: programme.and_then(Result::ok), from, to };
    let once = Once::under(key.as_ref());
    let row = state.care.block(caller.actor(), citizen, &new, once).await?;
    Ok((StatusCode::CREATED, Json(BlockShape::from(&row))))
}

/// Keep somebody out no longer
///
/// At once. Withdrawing what is not there does nothing.
#[utoipa::path(
    delete, path = "/api/v1/citizens/{id}/blocks/{item}", tag = "access", operation_id = "withdrawBlock",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("item" = uuid::Uuid, Path, description = "The block"),
    ),
    responses(
        (status = 204, description = "It does not stand any more"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or not the caller"),
    ),
    security(("bearer" = [])),
)]
pub async fn withdraw(
    State(state): State<AppState>,
    caller: Caller,
    Id(citizen): Id<CitizenId>,
    Item(block): Item<BlockId>,
) -> Result<StatusCode, Problem> {
    state.care.withdraw_block(caller.actor(), citizen, block).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose record to open, and why.
#[derive(ToSchema)]
#[schema(example = json!({ "number": "070761-0001", "reason": "Bevidstløs i modtagelsen" }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct GlassBody {
    /// The citizen's id. May be absent where the number is there.
    #[schema(required = false, format = Uuid)]
    citizen: String,
    /// The citizen's number. May be absent where the id is there.
    #[schema(required = false)]
    number: String,
    /// Why, in words. The citizen reads it.
    reason: String,
}

/// A record that was opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Opened")]
pub struct OpenedShape {
    /// Whose.
    pub citizen: Uuid,
    /// Until when.
    #[schema(format = DateTime)]
    pub until: String,
}

/// Break the glass
///
/// Opens a record that a block closes, or the record of somebody whom the caller's unit does not look after, for
/// reading and for a while. The citizen sees that it happened, and why, and so does whoever watches over access.
#[utoipa::path(
    post, path = "/api/v1/break-glass", tag = "access", operation_id = "breakGlass",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters")),
    request_body = GlassBody,
    responses(
        (status = 201, body = OpenedShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or nobody who may break the glass"),
    ),
    security(("bearer" = [])),
)]
pub async fn break_glass(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Body(body): Body,
) -> Result<(StatusCode, Json<OpenedShape>), Problem> {
    let mut members = Members::of(&body, &["citizen", "number", "reason"]);
    let citizen = members.optional("citizen").map(str::parse::<CitizenId>);
    let number = members.optional("number").map(str::parse::<CitizenNumber>);
    let reason = members.text("reason").to_owned();
    match (&citizen, &number) {
        (Some(Err(_)), _) => members.wrong("citizen", Fault::Form("uuid")),
        (_, Some(Err(error))) => members.wrong("number", Fault::CitizenNumber(*error)),
        (None, None) => members.absent("citizen"),
        (Some(_), Some(_)) => members.wrong("citizen", Fault::OneOrTheOther),
        _ => {}
    }
    members.finish()?;
    let (actor, once) = (caller.actor(), Once::under(key.as_ref()));
    let Opened { citizen, until } = match (citizen, number) {
        (Some(Ok(citizen)), _) => state.care.break_glass(actor, citizen, &reason, once).await?,
        (_, Some(Ok(number))) => {
            state.care.break_glass_by_number(actor, &number, &reason, once).await?
        }
        _ => return Err(Problem::new(Kind::Malformed)),
    };
    Ok((StatusCode::CREATED, Json(OpenedShape { citizen: citizen.0, until: rfc3339(until) })))
}
