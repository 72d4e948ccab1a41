//! The access log: for the citizen in plain words and as a file, and for whoever watches over access.

use super::address::{Id, Query};
use super::caller::{Caller, Reason};
use crate::AppState;
use crate::problem::{Expected, Problem, ProblemDocument};
use crate::session::Speaks;
use crate::text::csv::row;
use crate::text::{access_under, access_what, access_who, t};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gtp_care::calendar::rfc3339;
use gtp_care::{LogLine, LookQuery, MOST_LINES, Unusual};
use gtp_model::{CitizenId, DAY, Language, Role};
use gtp_record::view::rows::LookRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many lines are given where the caller does not say.
const LINES: usize = 100;

/// One line of an access log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "AccessLogLine")]
pub struct LineShape {
    /// Its number. The newest line has the highest.
    pub event: u64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who, in plain words.
    pub who: String,
    /// The account.
    pub account: String,
    /// In what capacity: `citizen`, `relative`, `clinician`, `operator`, `auditor` or `host`.
    pub role: &'static str,
    /// The unit that they acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What, in plain words.
    pub what: String,
    /// What, as a stable code.
    pub code: String,
    /// Whether something was changed, and not only seen.
    pub changed: bool,
    /// Why, in their own words. May be empty.
    pub why: String,
    /// What allowed it, in plain words. May be empty.
    pub grounds: String,
    /// Through what: `page`, `api` or `command`. Empty where that is not known.
    pub through: String,
}

impl LineShape {
    fn new(line: &LogLine, language: Language) -> Self {
        Self {
            event: line.event,
            at: rfc3339(line.at),
            who: access_who(language, line),
            account: line.by.account.clone(),
            role: role(line.by.role),
            unit: line.by.unit.as_ref().map(|unit| unit.as_str().to_owned()),
            what: access_what(language, &line.what, line.changed),
            code: line.what.clone(),
            changed: line.changed,
            why: line.why.clone(),
            grounds: access_under(language, &line.under),
            through: line.through.clone(),
        }
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Citizen => "citizen",
        Role::Relative => "relative",
        Role::Clinician => "clinician",
        Role::Operator => "operator",
        Role::Auditor => "auditor",
        _ => "host",
    }
}

/// Lines of an access log, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "AccessLog")]
pub struct LogShape {
    /// The lines.
    pub lines: Vec<LineShape>,
    /// Where the next page begins: ask again with `before` of this number. Absent: there is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// Read who saw and changed a citizen's record
///
/// The newest first, in plain words. The citizen does, and whoever watches over access, whose look is itself noted.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/access-log", tag = "access", operation_id = "readAccessLog",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("before" = Option<u64>, Query, description = "Lines before this one"),
        ("limit" = Option<u32>, Query, description = "100 where absent, 10,000 at most"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = LogShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none whose log the caller reads"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Reason(why): Reason,
    Id(citizen): Id<CitizenId>,
    query: Query,
) -> Result<Json<LogShape>, Problem> {
    query.only(&["before", "limit"])?;
    let before = query.parsed("before", Expected::Number)?;
    let most = query.parsed("limit", Expected::Number)?.unwrap_or(LINES).min(MOST_LINES);
    let lines = state.care.access_log(caller.actor(), citizen, before, most, &why).await?;
    let full = lines.len() == most;
    let before = lines.last().filter(|_| full).map(|line| line.event);
    let lines = lines.iter().map(|line| LineShape::new(line, language)).collect();
    Ok(Json(LogShape { lines, before }))
}

/// Take the access log away as a file
///
/// The newest 10,000 lines, comma-separated, with the words of the reader's language.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/access-log.csv", tag = "access", operation_id = "exportAccessLog",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none whose log the caller reads"),
    ),
    security(("bearer" = [])),
)]
pub async fn export(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Reason(why): Reason,
    Id(citizen): Id<CitizenId>,
) -> Result<Response, Problem> {
    let lines = state.care.access_log(caller.actor(), citizen, None, MOST_LINES, &why).await?;
    let heads = ["at", "who", "what", "why", "under", "through"];
    let mut text = row(&heads.map(|head| t(language, &format!("access-csv-{head}"))));
    for line in &lines {
        let shape = LineShape::new(line, language);
        text += &row(&[shape.at, shape.who, shape.what, shape.why, shape.grounds, shape.through]);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-log.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

/// One look at the records of one or more citizens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Look")]
pub struct LookShape {
    /// Its number.
    pub event: u64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The account.
    pub account: String,
    /// In what capacity.
    pub role: &'static str,
    /// The unit that they acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whose records.
    pub citizens: Vec<Uuid>,
    /// What they saw.
    pub what: String,
    /// Why, in their own words. May be empty.
    pub why: String,
    /// The policies that allowed it.
    pub under: Vec<String>,
    /// Through what.
    pub through: String,
}

impl From<&LookRow> for LookShape {
    fn from(look: &LookRow) -> Self {
        let access = &look.access;
        Self {
            event: access.event,
            at: rfc3339(access.at),
            account: access.by.account.clone(),
            role: role(access.by.role),
            unit: access.by.unit.as_ref().map(|unit| unit.as_str().to_owned()),
            citizens: look.citizens.iter().map(|citizen| citizen.0).collect(),
            what: access.what.clone(),
            why: access.why.clone(),
            under: access.under.clone(),
            through: access.through.clone(),
        }
    }
}

/// Looks, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Looks")]
pub struct LooksShape {
    /// The looks.
    pub looks: Vec<LookShape>,
    /// Where the next page begins. Absent: there is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// Search who looked at any record
///
/// For whoever watches over access: it says who looked, when and why, never what stood there. The search is itself
/// written down.
#[utoipa::path(
    get, path = "/api/v1/audit/looks", tag = "access", operation_id = "searchLooks",
    params(
        ("account" = Option<String>, Query, description = "By this account"),
        ("unit" = Option<String>, Query, description = "By people of this unit"),
        ("from" = Option<String>, Query, description = "At this moment (RFC 3339) or later"),
        ("to" = Option<String>, Query, description = "Before this moment (RFC 3339)"),
        ("before" = Option<u64>, Query, description = "Looks before this one"),
        ("limit" = Option<u32>, Query, description = "100 where absent, 10,000 at most"),
        ("Access-Reason" = Option<String>, Header, description = "Why; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = LooksShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller does not watch over access"),
    ),
    security(("bearer" = [])),
)]
pub async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Reason(why): Reason,
    query: Query,
) -> Result<Json<LooksShape>, Problem> {
    query.only(&["account", "unit", "from", "to", "before", "limit"])?;
    let most = query.parsed("limit", Expected::Number)?.unwrap_or(LINES).clamp(1, MOST_LINES);
    let asked = LookQuery {
        account: query.text("account").map(str::to_owned),
        unit: query.parsed("unit", Expected::Id)?,
        from: query.moment("from")?,
        to: query.moment("to")?,
        before: query.parsed("before", Expected::Number)?,
    };
    let looks = state.care.search_looks(caller.actor(), &asked, most, &why).await?;
    let full = looks.len() == most;
    let before = looks.last().filter(|_| full).map(|look| look.access.event);
    Ok(Json(LooksShape { looks: looks.iter().map(LookShape::from).collect(), before }))
}

/// Access that somebody should ask about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "UnusualAccess")]
pub struct UnusualShape {
    /// The account.
    pub account: String,
    /// The unit that they acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `break-glass`: opened what was closed to them; `no-relation`: without a treatment relation; `many-citizens`:
    /// the records of more citizens in a short time than the installation takes for usual.
    pub kind: &'static str,
    /// The records of how many citizens.
    pub citizens: usize,
    /// The first time.
    #[schema(format = DateTime)]
    pub from: String,
    /// The last time.
    #[schema(format = DateTime)]
    pub to: String,
    /// The reasons that were given.
    pub reasons: Vec<String>,
}

impl From<Unusual> for UnusualShape {
    fn from(one: Unusual) -> Self {
        Self {
            account: one.by.account,
            unit: one.by.unit.map(|unit| unit.as_str().to_owned()),
            kind: one.kind,
            citizens: one.citizens,
            from: rfc3339(one.from),
            to: rfc3339(one.to),
            reasons: one.reasons,
        }
    }
}

/// Unusual access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "UnusualAccessList")]
pub struct UnusualListShape {
    /// By account and kind.
    pub unusual: Vec<UnusualShape>,
}

/// List unusual access
///
/// For whoever watches over access.
#[utoipa::path(
    get, path = "/api/v1/audit/unusual", tag = "access", operation_id = "listUnusualAccess",
    params(
        ("from" = Option<String>, Query, description = "From this moment (RFC 3339) on; a day back where absent"),
        ("to" = Option<String>, Query, description = "Before this moment (RFC 3339); now where absent"),
    ),
    responses(
        (status = 200, body = UnusualListShape),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
         description = "The caller does not watch over access"),
    ),
    security(("bearer" = [])),
)]
pub async fn unusual(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<UnusualListShape>, Problem> {
    query.only(&["from", "to"])?;
    let now = state.care.now();
    let from = query.moment("from")?.unwrap_or(now.plus(-DAY));
    let to = query.moment("to")?.unwrap_or(now.plus(1));
    let unusual = state.care.unusual_access(caller.actor(), from, to)?;
    Ok(Json(UnusualListShape { unusual: unusual.into_iter().map(UnusualShape::from).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_no_quote_ends_one() {
        let cells = ["=1+1", "a \"b\"", "æ"].map(str::to_owned);
        assert_eq!(row(&cells), "\"'=1+1\",\"a \"\"b\"\"\",\"æ\"\r\n");
    }
}
