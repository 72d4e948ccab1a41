//! The diary: writing in it and reading it.

use super::address::{Id, Query};
use super::body::{Body, Members};
use super::caller::{Caller, Key, Reason};
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gtp_care::calendar::{parse_rfc3339, rfc3339};
use gtp_care::{DiaryQuery, Fault, MOST_NOTES, NewDiaryNote, Once};
use gtp_model::{CitizenId, DiaryValue, Role};
use gtp_record::view::rows::DiaryRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many notes are given where the caller does not say.
const NEWEST: usize = 100;

/// A note to write down.
#[derive(ToSchema)]
#[schema(example = json!({
    "text": "Vågnede to gange.",
    "value": { "what": "Søvn", "number": 6.5, "unit": "timer" }
}))]
#[allow(dead_code, reason = "describes what is read by name")]
pub struct NewDiaryNoteBody {
    /// The moment that it is about. Absent: now.
    #[schema(required = false, format = DateTime)]
    at: String,
    /// What. May be absent where there is a value.
    #[schema(required = false)]
    text: String,
    /// A value of one's own. No rule judges it: what a programme asks for is sent as a submission.
    #[schema(required = false)]
    value: DiaryValueShape,
}

/// A value in a diary.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "DiaryValue")]
pub struct DiaryValueShape {
    /// What it is a value of, in the writer's words.
    pub what: String,
    /// The number.
    pub number: f64,
    /// In the writer's words. May be empty.
    #[schema(required = false)]
    pub unit: String,
}

/// A note in a diary.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "DiaryNote")]
pub struct DiaryNoteShape {
    /// Its id.
    pub id: Uuid,
    /// The moment that it is about.
    #[schema(format = DateTime)]
    pub at: String,
    /// What.
    pub text: String,
    /// A value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<DiaryValueShape>,
    /// The account that wrote it.
    pub by: String,
    /// In what capacity: `citizen`, `relative` or `clinician`.
    pub role: &'static str,
    /// When it was written.
    #[schema(format = DateTime)]
    pub written: String,
}

impl From<&DiaryRow> for DiaryNoteShape {
    fn from(row: &DiaryRow) -> Self {
        let value = row.note.value.as_ref().map(|value| DiaryValueShape {
            what: value.what.clone(),
            number: value.number,
            unit: value.unit.clone(),
        });
        Self {
            id: row.note.id.0,
            at: rfc3339(row.note.at),
            text: row.note.text.clone(),
            value,
            by: row.by.account.clone(),
            role: role(row.by.role),
            written: rfc3339(row.written),
        }
    }
}

/// In what capacity somebody wrote.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Citizen => "citizen",
        Role::Relative => "relative",
        _ => "clinician",
    }
}

/// Notes of a diary, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Diary")]
pub struct DiaryShape {
    /// The notes.
    pub notes: Vec<DiaryNoteShape>,
}

/// Write in a diary
///
/// The citizen and clinicians of the care teams do. A note opens no alert: what needs an answer is a message,
/// what a programme asks for is a submission.
#[utoipa::path(
    post, path = "/api/v1/citizens/{id}/diary", tag = "plan", operation_id = "writeDiary",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = NewDiaryNoteBody,
    responses(
        (status = 201, body = DiaryNoteShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn write(
    State(state): State<AppState>,
    caller: Caller,
    Key(key): Key,
    Id(citizen): Id<CitizenId>,
    Body(body): Body,
) -> Result<(StatusCode, Json<DiaryNoteShape>), Problem> {
    let new = read_note(&body)?;
    let once = Once::under(key.as_ref());
    let row = state.care.write_diary(caller.actor(), citizen, new, once).await?;
    Ok((StatusCode::CREATED, Json(DiaryNoteShape::from(&row))))
}

fn read_note(body: &Value) -> Result<NewDiaryNote, Problem> {
    let mut members = Members::of(body, &["at", "text", "value"]);
    let at = members.optional("at").map(parse_rfc3339);
    if at == Some(None) {
        members.wrong("at", Fault::Form("date-time"));
    }
    let value = members.value("value").map(|value| {
        let mut own = Members::of(value, &["what", "number", "unit"]);
        let what = own.text("what").to_owned();
        let number = own.number("number");
        if value.get("number").is_none_or(Value::is_null) {
            own.absent("number");
        }
        let unit = own.optional("unit").unwrap_or_default().to_owned();
        members.take_in("value", own);
        DiaryValue { what, number: number.unwrap_or_default(), unit }
    });
    let text = if value.is_some() { members.optional("text") } else { Some(members.text("text")) };
    let text = text.unwrap_or_default().to_owned();
    members.finish()?;
    Ok(NewDiaryNote { at: at.flatten(), text, value })
}

/// Read a diary
///
/// The newest first. Noted in the citizen's access log.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/diary", tag = "plan", operation_id = "readDiary",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("from" = Option<String>, Query, description = "About this moment (RFC 3339) or later"),
        ("to" = Option<String>, Query, description = "About a moment before this one (RFC 3339)"),
        ("newest" = Option<u32>, Query, description = "At most this many, the newest: 100 where absent, 500 at most"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = DiaryShape),
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
) -> Result<Json<DiaryShape>, Problem> {
    query.only(&["from", "to", "newest"])?;
    let newest = query.parsed("newest", Expected::Number)?.unwrap_or(NEWEST).min(MOST_NOTES);
    let query =
        DiaryQuery { from: query.moment("from")?, to: query.moment("to")?, newest: Some(newest) };
    let rows = state.care.diary(caller.actor(), citizen, query, &why).await?;
    Ok(Json(DiaryShape { notes: rows.iter().map(DiaryNoteShape::from).collect() }))
}
