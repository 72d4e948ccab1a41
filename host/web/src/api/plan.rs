//! The plan: reading it, putting goals, activities and appointments into it, changing and ending them.

pub mod shape;

use super::address::{Id, Query};
use super::body::{Body, Members};
use super::caller::{Caller, Key, Reason};
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gtp_care::{Fault, Once, PlanChange, PlanEnd};
use gtp_model::{
    Appointment, CitizenId, FieldId, Goal, Party, Place, PlanContent, PlanItemId, PlanOutcome,
    PlannedActivity, Target, UnitId,
};
use serde_json::Value;
use shape::{NewItem, PlanItemDetail, PlanItemShape, PlanShape};
use utoipa::ToSchema;

/// Read a plan
///
/// Goals, activities and appointments, as all of the citizen's care teams and the citizen see them, and what
/// programmes expect before the appointments that are to come. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/plan", tag = "plan", operation_id = "readPlan",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("ended" = Option<bool>, Query, description = "`true`: what has ended too"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = PlanShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    Id(citizen): Id<CitizenId>,
    query: Query,
) -> Result<Json<PlanShape>, Problem> {
    query.only(&["ended"])?;
    let ended = query.parsed("ended", Expected::Flag)?.unwrap_or(false);
    let plan = state.care.plan(caller.actor(), citizen, ended, &why).await?;
    Ok(Json(PlanShape::from(&plan)))
}

/// Put something into a plan
///
/// A goal (in words, as values of a field, or both), an activity (who does what), or an appointment (with a
/// place or a video link). Clinicians of the care teams put in all of them, citizens goals in their own words.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/plan", tag = "plan", operation_id = "addToPlan",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewItem,
    responses(
        (status = 201, body = PlanItemShape, headers(("Location" = String))),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "Something in it is wrong, each thing named by its JSON pointer"),
    ),
    security(("bearer" = [])),
)]
pub async fn add(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let (content, members) = content(&body, caller.actor().unit.as_ref(), &[])?;
    members.finish()?;
    let once = Once::under(key.as_ref());
    let item = state.care.add_to_plan(caller.actor(), citizen, content, once).await?;
    let location = [(header::LOCATION, format!("/api/v1/plan-items/{}", item.id))];
    Ok((StatusCode::CREATED, location, Json(PlanItemShape::from(&item))).into_response())
}

/// Read an item of a plan
///
/// With everything that it ever was, who changed it, when and why. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/plan-items/{id}", tag = "plan", operation_id = "readPlanItem",
    params(
        ("id" = uuid::Uuid, Path, description = "The item"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = PlanItemDetail),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such item, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn read_item(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    Id(id): Id<PlanItemId>,
) -> Result<Json<PlanItemDetail>, Problem> {
    let view = state.care.plan_item(caller.actor(), id, &why).await?;
    Ok(Json(PlanItemDetail::from(&view)))
}

/// Change an item of a plan
///
/// The body is the whole item as it is from now on; its kind stays what it is. With `revision`, the change is
/// refused where somebody changed the item since. Citizens change the goals that they set themselves.
#[utoipa::path(
    put, path = "/api/v1/plan-items/{id}", tag = "plan", operation_id = "changePlanItem",
    params(
        ("id" = uuid::Uuid, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewItem,
    responses(
        (status = 200, body = PlanItemShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "The item has ended, or somebody changed it since that revision"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
         description = "Something in it is wrong, each thing named by its JSON pointer"),
    ),
    security(("bearer" = [])),
)]
pub async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<PlanItemId>,
    Body(body): Body,
) -> Result<Json<PlanItemShape>, Problem> {
    let unit = caller.actor().unit.as_ref();
    let (content, mut members) = content(&body, unit, &["reason", "revision"])?;
    let reason = members.optional("reason").unwrap_or_default().to_owned();
    let revision = revision(&mut members);
    members.finish()?;
    let change = PlanChange { content, reason, revision };
    let once = Once::under(key.as_ref());
    let item = state.care.change_plan_item(caller.actor(), id, change, once).await?;
    Ok(Json(PlanItemShape::from(&item)))
}

/// How an item of a plan ends.
#[derive(ToSchema)]
#[schema(example = json!({ "outcome": "done", "note": "Nået før tid." }))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewPlanEnd {
    /// `done`, `not-done` or `cancelled`.
    outcome: String,
    /// In words.
    #[schema(required = false)]
    note: String,
    /// The revision that the caller had seen: refused where somebody changed the item since.
    #[schema(required = false)]
    revision: u32,
}

/// End an item of a plan
///
/// It stays in the plan's history. Before an appointment that is called off, nothing is expected.
#[utoipa::path(
    post, path = "/api/v1/plan-items/{id}/ending", tag = "plan", operation_id = "endPlanItem",
    params(
        ("id" = uuid::Uuid, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewPlanEnd,
    responses(
        (status = 200, body = PlanItemShape),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
         description = "The item has ended, or somebody changed it since that revision"),
    ),
    security(("bearer" = [])),
)]
pub async fn end(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(id): Id<PlanItemId>,
    Body(body): Body,
) -> Result<Json<PlanItemShape>, Problem> {
    let mut members = Members::of(&body, &["outcome", "note", "revision"]);
    let outcome = match members.text("outcome") {
        "done" => PlanOutcome::Done,
        "not-done" => PlanOutcome::NotDone,
        "cancelled" => PlanOutcome::Cancelled,
        _ => {
            if body.get("outcome").is_some_and(Value::is_string) {
                members.wrong("outcome", Fault::NoSuchChoice);
            }
            PlanOutcome::Done
        }
    };
    let note = members.optional("note").unwrap_or_default().to_owned();
    let revision = revision(&mut members);
    members.finish()?;
    let end = PlanEnd { outcome, note, revision };
    let once = Once::under(key.as_ref());
    let item = state.care.end_plan_item(caller.actor(), id, end, once).await?;
    Ok(Json(PlanItemShape::from(&item)))
}

fn revision(members: &mut Members<'_>) -> Option<u32> {
    let number = members.value("revision")?;
    let revision = number.as_u64().and_then(|number| u32::try_from(number).ok());
    if revision.is_none() {
        members.wrong("revision", Fault::Form("number"));
    }
    revision
}

/// Reads what an item is to be, and gives back its members with what is wrong so far.
fn content<'a>(
    body: &'a Value,
    own_unit: Option<&UnitId>,
    more: &[&str],
) -> Result<(PlanContent, Members<'a>), Problem> {
    let known: &[&str] = match body.get("kind").and_then(Value::as_str) {
        Some("goal") => &["target", "reach_by"],
        Some("activity") => &["who", "unit", "goal", "from", "until"],
        Some("appointment") => &["unit", "starts", "ends", "place", "video"],
        _ => {
            let mut members = Members::of(body, &[]);
            members.text("kind");
            return Err(wrong_kind(body, members));
        }
    };
    let all: Vec<&str> = ["kind", "text"].iter().chain(known).chain(more).copied().collect();
    let mut members = Members::of(body, &all);
    let content = match members.text("kind") {
        "goal" => PlanContent::Goal(goal(&mut members)),
        "activity" => PlanContent::Activity(activity(&mut members)),
        _ => PlanContent::Appointment(appointment(&mut members, own_unit)?),
    };
    Ok((content, members))
}

/// Without a kind nobody can say which other members belong there: only the kind is told.
fn wrong_kind(body: &Value, members: Members<'_>) -> Problem {
    let told = |problem: &gtp_care::Problem| !matches!(problem.fault, Fault::Unexpected(_));
    let mut problems = members.finish().err().map_or_else(Vec::new, |problem| problem.values);
    problems.retain(told);
    if body.get("kind").is_some_and(Value::is_string) {
        problems.push(gtp_care::Problem::new("/kind", Fault::NoSuchChoice));
    }
    Problem::invalid(problems)
}

fn goal(members: &mut Members<'_>) -> Goal {
    let target = members.value("target").map(|target| {
        let mut own = Members::of(target, &["field", "low", "high", "unit"]);
        let (field, unit) = (own.text("field").parse::<FieldId>(), own.text("unit").to_owned());
        let (low, high) = (own.number("low"), own.number("high"));
        members.take_in("target", own);
        (field, low, high, unit)
    });
    let target = target.and_then(|(field, low, high, unit)| match field {
        Ok(field) => Some(Target { field, low, high, unit }),
        Err(_) => {
            members.wrong("target/field", Fault::UnknownField);
            None
        }
    });
    // In words, unless there is a target, right or wrong.
    let in_words = members.value("target").is_none();
    let text = if in_words { Some(members.text("text")) } else { members.optional("text") };
    Goal { text: text.unwrap_or_default().to_owned(), target, by: members.moment("reach_by") }
}

fn activity(members: &mut Members<'_>) -> PlannedActivity {
    let text = members.text("text").to_owned();
    let unit = members.value("unit").is_some();
    let who = match members.text("who") {
        "citizen" => Party::Citizen,
        "relative" => Party::Relative,
        "unit" => members.text("unit").parse().map_or_else(
            |_| {
                members.wrong("unit", Fault::Unknown("unit"));
                Party::Citizen
            },
            Party::Unit,
        ),
        other => {
            if !other.is_empty() {
                members.wrong("who", Fault::NoSuchChoice);
            }
            Party::Citizen
        }
    };
    if unit && matches!(who, Party::Citizen | Party::Relative) {
        members.wrong("unit", Fault::Unexpected("unit".to_owned()));
    }
    let goal = members.optional("goal").map(str::parse);
    if matches!(goal, Some(Err(_))) {
        members.wrong("goal", Fault::Form("uuid"));
    }
    let (from, until) = (members.moment("from"), members.moment("until"));
    PlannedActivity { text, who, goal: goal.and_then(Result::ok), from, until }
}

fn appointment(
    members: &mut Members<'_>,
    own_unit: Option<&UnitId>,
) -> Result<Appointment, Problem> {
    let text = members.text("text").to_owned();
    let unit = match members.optional("unit") {
        Some(unit) => unit.parse().ok(),
        None => own_unit.cloned(),
    };
    if unit.is_none() {
        members.wrong("unit", Fault::Unknown("unit"));
    }
    if members.value("starts").is_none() {
        members.text("starts");
    }
    let (starts, ends) = (members.moment("starts"), members.moment("ends"));
    let place = match (members.optional("place"), members.optional("video")) {
        (Some(place), None) => Some(Place::At(place.to_owned())),
        (None, Some(link)) => Some(Place::Video(link.to_owned())),
        (None, None) => {
            members.text("place");
            None
        }
        (Some(_), Some(_)) => {
            members.wrong("video", Fault::Unexpected("video".to_owned()));
            None
        }
    };
    match (unit, starts, place) {
        (Some(unit), Some(starts), Some(place)) => {
            Ok(Appointment { text, unit, starts, ends, place })
        }
        // What is not there was noted above.
        _ => Err(members.so_far()),
    }
}
