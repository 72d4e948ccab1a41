//! One citizen's whole picture, and what is expected of them.

use super::address::{Id, Query};
use super::caller::{Caller, Reason};
use super::plan::shape::PlanItemShape;
use super::wire::{AlertShape, CitizenShape, EnrolmentShape, ObservationShape, layer};
use crate::AppState;
use crate::problem::{Problem, ProblemDocument};
use crate::session::Speaks;
use axum::Json;
use axum::extract::State;
use gtp_care::calendar::rfc3339;
use gtp_care::{Disagreement, ExpectedItem, ExpectedState, FieldView, Picture, Unjudging};
use gtp_model::programme::Subject;
use gtp_model::{AlertState, CitizenId, DAY, Language, Observation, Sector, Unit};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One citizen at a glance.
#[derive(Serialize, ToSchema)]
#[schema(title = "Overview")]
pub struct OverviewShape {
    /// Who.
    pub citizen: CitizenShape,
    /// In what programmes.
    pub enrolments: Vec<EnrolmentShape>,
    /// `red`, `unassessed`, `yellow`, `missing` or `green`: the worst alert that is not resolved.
    pub status: &'static str,
    /// The fields that the caller sees, each once, with their limits and how they go.
    pub fields: Vec<FieldShape>,
    /// Alerts that are not resolved, the newest first.
    pub alerts: Vec<AlertShape>,
    /// Rules that say nothing until a limit is set.
    pub waiting_rules: Vec<WaitingRule>,
    /// Fields on which the citizen's programmes have different limits.
    pub disagreements: Vec<DisagreementShape>,
    /// What is expected within a day, and what is late.
    pub expected: Vec<ExpectedShape>,
    /// Goals, activities and appointments that go on.
    pub plan: Vec<PlanItemShape>,
    /// The units that look after the citizen.
    pub team: Vec<TeamUnit>,
}

/// A field with its newest value, its limits, and how it goes.
#[derive(Serialize, ToSchema)]
#[schema(title = "FieldOverview")]
pub struct FieldShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The newest value. Absent: none in four weeks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<ObservationShape>,
    /// How it goes. Absent where there are not enough numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<TrendShape>,
    /// The limits on it that apply now.
    pub limits: Vec<AppliedLimit>,
}

/// How a field goes: the mean of the seven days up to its newest value, and of the seven days before those.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(title = "Trend")]
pub struct TrendShape {
    /// The mean of the newest seven days.
    pub mean: f64,
    /// The mean of the seven days before.
    pub before: f64,
    /// The difference.
    pub change: f64,
}

/// A limit as it applies.
#[derive(Serialize, ToSchema)]
#[schema(title = "AppliedLimit")]
pub struct AppliedLimit {
    /// The programme whose limit it is.
    pub programme: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The value. `null`: it is not set.
    pub value: Option<f64>,
    /// UCUM code.
    pub unit: String,
    /// `programme`, `region`, `unit` or `citizen`.
    pub layer: Option<&'static str>,
}

/// A rule that waits for a limit.
#[derive(Serialize, ToSchema)]
#[schema(title = "WaitingRule")]
pub struct WaitingRule {
    /// The programme.
    pub programme: String,
    /// The rule.
    pub rule: String,
    /// The limit.
    pub limit: String,
}

impl From<&Unjudging> for WaitingRule {
    fn from(own: &Unjudging) -> Self {
        let (programme, rule) = (own.programme.to_string(), own.rule.to_string());
        Self { programme, rule, limit: own.limit.to_string() }
    }
}

/// Programmes that disagree on a field.
#[derive(Serialize, ToSchema)]
#[schema(title = "Disagreement")]
pub struct DisagreementShape {
    /// The field.
    pub field: String,
    /// The limits on it.
    pub limits: Vec<DisagreeingLimit>,
}

/// One of the limits that disagree.
#[derive(Serialize, ToSchema)]
#[schema(title = "DisagreeingLimit")]
pub struct DisagreeingLimit {
    /// The programme.
    pub programme: String,
    /// The limit.
    pub limit: String,
    /// Its value.
    pub value: f64,
}

impl From<&Disagreement> for DisagreementShape {
    fn from(own: &Disagreement) -> Self {
        let limits = own.limits.iter().map(|(programme, limit, value)| DisagreeingLimit {
            programme: programme.to_string(),
            limit: limit.to_string(),
            value: *value,
        });
        Self { field: own.field.to_string(), limits: limits.collect() }
    }
}

/// A unit of the care team.
#[derive(Serialize, ToSchema)]
#[schema(title = "TeamUnit")]
pub struct TeamUnit {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `hospital`, `general-practice` or `municipality`.
    pub sector: &'static str,
}

impl From<&Unit> for TeamUnit {
    fn from(unit: &Unit) -> Self {
        let sector = match unit.sector {
            Sector::Hospital => "hospital",
            Sector::GeneralPractice => "general-practice",
            Sector::Municipality => "municipality",
        };
        Self { id: unit.id.to_string(), name: unit.name.clone(), sector }
    }
}

/// Something that is expected.
#[derive(Serialize, ToSchema)]
#[schema(title = "Expected")]
pub struct ExpectedShape {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Its programme.
    pub programme: String,
    /// The activity of the programme's schedule.
    pub activity: String,
    /// What the programme calls it.
    pub title: String,
    /// The fields and questionnaires, together.
    pub subjects: Vec<String>,
    /// `done`, `now`, `later`, `late` or `missing`.
    pub state: &'static str,
    /// The first moment that counts.
    #[schema(format = DateTime)]
    pub opens: String,
    /// The first moment that is too late to be in time.
    #[schema(format = DateTime)]
    pub closes: String,
    /// From then on, what has not come is missing.
    #[schema(format = DateTime)]
    pub missing_from: String,
    /// How many readings.
    pub readings: u8,
}

impl ExpectedShape {
    fn new(item: &ExpectedItem, language: Language) -> Self {
        let subjects = item.due.subjects.iter().map(|subject| match subject {
            Subject::Field(id) => id.to_string(),
            Subject::Questionnaire(id) => id.to_string(),
            Subject::Rule(id) => id.to_string(),
        });
        Self {
            enrolment: item.enrolment.0,
            programme: item.programme.to_string(),
            activity: item.due.activity.clone(),
            title: item.title.get(language).to_owned(),
            subjects: subjects.collect(),
            state: match item.state {
                ExpectedState::Done => "done",
                ExpectedState::Now => "now",
                ExpectedState::Later => "later",
                ExpectedState::Late => "late",
                ExpectedState::Missing => "missing",
            },
            opens: rfc3339(item.due.opens),
            closes: rfc3339(item.due.closes),
            missing_from: rfc3339(item.due.missing_from),
            readings: item.due.readings,
        }
    }
}

impl FieldShape {
    fn new(view: &FieldView, language: Language) -> Self {
        let limits = view.limits.iter().map(|own| AppliedLimit {
            programme: own.programme.to_string(),
            id: own.limit.id.to_string(),
            title: own.limit.title.get(language).to_owned(),
            value: own.value,
            unit: own.limit.unit.clone(),
            layer: own.layer.map(layer),
        });
        Self {
            id: view.field.id.to_string(),
            title: view.field.title.get(language).to_owned(),
            newest: view.observations.last().map(ObservationShape::from),
            trend: trend(&view.observations),
            limits: limits.collect(),
        }
    }
}

/// The trend of some observations, the newest last.
fn trend(observations: &[Observation]) -> Option<TrendShape> {
    let newest = observations.last()?.measured;
    let mean = |days: std::ops::Range<i64>| {
        let numbers: Vec<f64> = observations
            .iter()
            .filter(|own| days.contains(&(newest.since(own.measured) / DAY)))
            .filter_map(|own| own.value.number())
            .collect();
        let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
        Some(numbers.iter().sum::<f64>() / f64::from(count))
    };
    let (now, before) = (mean(0..7)?, mean(7..14)?);
    Some(TrendShape { mean: now, before, change: now - before })
}

impl OverviewShape {
    fn new(picture: &Picture, language: Language) -> Self {
        let Picture { overview, expected, plan, team } = picture;
        let alerts: Vec<AlertShape> = overview
            .alerts
            .iter()
            .filter(|alert| !matches!(alert.state, AlertState::Resolved { .. }))
            .map(|alert| AlertShape::new(alert, language))
            .collect();
        let status = ["red", "unassessed", "yellow", "missing"]
            .into_iter()
            .find(|severity| alerts.iter().any(|alert| alert.severity == *severity));
        Self {
            citizen: CitizenShape::from(&overview.citizen),
            enrolments: overview
                .enrolments
                .iter()
                .map(|view| EnrolmentShape::from(&view.enrolment))
                .collect(),
            status: status.unwrap_or("green"),
            fields: overview.fields.iter().map(|view| FieldShape::new(view, language)).collect(),
            alerts,
            waiting_rules: overview.unjudging.iter().map(WaitingRule::from).collect(),
            disagreements: overview.disagreements.iter().map(DisagreementShape::from).collect(),
            expected: expected.iter().map(|item| ExpectedShape::new(item, language)).collect(),
            plan: plan.iter().map(PlanItemShape::from).collect(),
            team: team.iter().map(TeamUnit::from).collect(),
        }
    }
}

/// Read a citizen's overview
///
/// The whole picture across programmes and sectors, as far as the caller sees it. One line in the access log.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/overview", tag = "citizens", operation_id = "readOverview",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("Access-Reason" = Option<String>, Header, description = "Why, for the access log; percent-encoded UTF-8"),
    ),
    responses(
        (status = 200, body = OverviewShape),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
         description = "No such citizen, or none that the caller may know of"),
    ),
    security(("bearer" = [])),
)]
pub async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Reason(why): Reason,
    Id(id): Id<CitizenId>,
) -> Result<Json<OverviewShape>, Problem> {
    let picture = state.care.picture(caller.actor(), id, &why).await?;
    Ok(Json(OverviewShape::new(&picture, language)))
}

/// What is expected of a citizen.
#[derive(Serialize, ToSchema)]
#[schema(title = "ExpectedList")]
pub struct ExpectedList {
    /// In the order in which it opens.
    pub expected: Vec<ExpectedShape>,
}

/// List what is expected of a citizen
///
/// Across programmes, and what of it has come.
#[utoipa::path(
    get, path = "/api/v1/citizens/{id}/expected", tag = "citizens", operation_id = "listExpected",
    params(
        ("id" = uuid::Uuid, Path, description = "The citizen"),
        ("from" = Option<String>, Query, description = "RFC 3339 with offset; where absent, now"),
        ("to" = Option<String>, Query, description = "Where absent, a week later; 92 days later at most"),
    ),
    responses((status = 200, body = ExpectedList)),
    security(("bearer" = [])),
)]
pub async fn expected(
    State(state): State<AppState>,
    caller: Caller,
    Speaks(language): Speaks,
    Id(id): Id<CitizenId>,
    query: Query,
) -> Result<Json<ExpectedList>, Problem> {
    query.only(&["from", "to"])?;
    let from = query.moment("from")?.unwrap_or_else(|| state.care.now());
    let to = query.moment("to")?.unwrap_or_else(|| from.plus(7 * DAY));
    let expected = state.care.expected(caller.actor(), id, from, to)?;
    let expected = expected.iter().map(|item| ExpectedShape::new(item, language)).collect();
    Ok(Json(ExpectedList { expected }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{ObservationId, Source, Time, Value};

    fn weight(day: i64, value: f64) -> Observation {
        Observation {
            id: ObservationId::new(),
            citizen: CitizenId::new(),
            field: "weight".parse().unwrap(),
            measured: Time(day * DAY),
            received: Time(day * DAY),
            value: Value::Number(value),
            unit: "kg".into(),
            source: Source::Citizen,
            supersedes: None,
            confirmed: false,
        }
    }

    #[test]
    fn a_trend_compares_the_newest_week_with_the_one_before() {
        let values: Vec<_> =
            (0..14).map(|day| weight(day, if day < 7 { 80.0 } else { 82.0 })).collect();
        let trend = trend(&values).unwrap();
        assert_eq!(trend, TrendShape { mean: 82.0, before: 80.0, change: 2.0 });
    }

    #[test]
    fn without_a_week_before_there_is_no_trend() {
        assert_eq!(trend(&[weight(0, 80.0), weight(1, 81.0)]), None);
        assert_eq!(trend(&[]), None);
    }
}
