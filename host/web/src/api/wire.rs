//! The shapes that the API sends.
//!
//! They are not the record's own types: those may grow for reasons of their own, while a client relies on
//! these. Texts are in the caller's language, moments are RFC 3339 in UTC.

use gtp_care::calendar::rfc3339;
use gtp_model::programme::Severity;
use gtp_model::{
    Alert, AlertCause, AlertOutcome, AlertSeverity, AlertState, Citizen, Enrolment, EnrolmentState,
    Evidence, Figure, Finding, Language, LimitLayer, NumberKind, Observation, Reason, Source, Text,
    Urgency, Value, Verdict,
};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use uuid::Uuid;

/// A registered citizen. The number itself is not sent back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Citizen", example = json!({
    "id": "0199f3c4-5d1e-7a31-8c58-0a7f0d6b2a11",
    "name": "Demo Borger 1",
    "number_kind": "cpr",
    "registered": "2026-11-21T06:30:00Z"
}))]
pub struct CitizenShape {
    /// The record's own id.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// `cpr`, `x-ecpr` or `d-ecpr`.
    pub number_kind: &'static str,
    /// When the citizen was registered.
    #[schema(format = DateTime)]
    pub registered: String,
}

impl From<&Citizen> for CitizenShape {
    fn from(citizen: &Citizen) -> Self {
        Self {
            id: citizen.id.0,
            name: citizen.name.clone(),
            number_kind: match citizen.number.kind() {
                NumberKind::Cpr => "cpr",
                NumberKind::XEcpr => "x-ecpr",
                NumberKind::DEcpr => "d-ecpr",
            },
            registered: rfc3339(citizen.registered),
        }
    }
}

/// One citizen in one programme.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Enrolment", example = json!({
    "id": "0199f3c4-7777-7a31-8c58-0a7f0d6b2a11",
    "citizen": "0199f3c4-5d1e-7a31-8c58-0a7f0d6b2a11",
    "programme": "heart",
    "unit": "demo-home-care",
    "care_team": ["demo-cardiology"],
    "start": "2026-11-21T06:30:00Z",
    "state": "active"
}))]
pub struct EnrolmentShape {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub citizen: Uuid,
    /// In what.
    pub programme: String,
    /// The unit whose worklist its alerts come to.
    pub unit: String,
    /// Further units in treatment relation.
    pub care_team: Vec<String>,
    /// When it starts.
    #[schema(format = DateTime)]
    pub start: String,
    /// `planned`, `active`, `paused` or `ended`.
    pub state: &'static str,
}

impl From<&Enrolment> for EnrolmentShape {
    fn from(enrolment: &Enrolment) -> Self {
        Self {
            id: enrolment.id.0,
            citizen: enrolment.citizen.0,
            programme: enrolment.programme.to_string(),
            unit: enrolment.unit.to_string(),
            care_team: enrolment.care_team.iter().map(ToString::to_string).collect(),
            start: rfc3339(enrolment.start),
            state: match enrolment.state {
                EnrolmentState::Planned => "planned",
                EnrolmentState::Active => "active",
                EnrolmentState::Paused => "paused",
                EnrolmentState::Ended => "ended",
            },
        }
    }
}

/// One value of one field at one time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Observation", example = json!({
    "id": "0199f3c4-8888-7a31-8c58-0a7f0d6b2a11",
    "field": "weight",
    "value": 82.4,
    "unit": "kg",
    "measured": "2026-11-21T06:25:00Z",
    "received": "2026-11-21T06:30:00Z",
    "source": "citizen"
}))]
pub struct ObservationShape {
    /// Its id.
    pub id: Uuid,
    /// Of what.
    pub field: String,
    /// A number, a code, yes or no, a day, or a text. `null` where it was skipped.
    #[schema(schema_with = any_value)]
    pub value: Json,
    /// UCUM code. Absent where the field has none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unit: String,
    /// When it was measured.
    #[schema(format = DateTime)]
    pub measured: String,
    /// When the host received it.
    #[schema(format = DateTime)]
    pub received: String,
    /// `citizen`, `relative`, `clinician`, `device` or `derived`.
    pub source: &'static str,
    /// The device that measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Why it was deliberately not measured. May be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// The earlier observation that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Uuid>,
    /// Whether whoever entered it confirmed that it is unusual and still right.
    pub confirmed: bool,
}

impl From<&Observation> for ObservationShape {
    fn from(observation: &Observation) -> Self {
        let (source, device) = match &observation.source {
            Source::Citizen => ("citizen", None),
            Source::Relative => ("relative", None),
            Source::Clinician => ("clinician", None),
            Source::Device(device) => ("device", Some(device.clone())),
            _ => ("derived", None),
        };
        let skipped = match &observation.value {
            Value::Skipped { because } => Some(because.clone()),
            _ => None,
        };
        Self {
            id: observation.id.0,
            field: observation.field.to_string(),
            value: json_of(&observation.value),
            unit: observation.unit.clone(),
            measured: rfc3339(observation.measured),
            received: rfc3339(observation.received),
            source,
            device,
            skipped,
            corrects: observation.supersedes.map(|id| id.0),
            confirmed: observation.confirmed,
        }
    }
}

/// The schema of a value: a number, a text, yes or no, or nothing.
pub(super) fn any_value() -> Schema {
    let types = [Type::Number, Type::String, Type::Boolean, Type::Null];
    let schema_type = SchemaType::Array(types.to_vec());
    Schema::Object(ObjectBuilder::new().schema_type(schema_type).build())
}

/// A value as JSON, in the form in which a submission would send it.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Number(number) => Json::from(*number),
        Value::Coded { code, .. } => Json::from(code.as_str()),
        Value::Flag(yes) => Json::from(*yes),
        Value::Date(day) => Json::from(rfc3339(*day).split('T').next().unwrap_or_default()),
        Value::Text(text) => Json::from(text.as_str()),
        _ => Json::Null,
    }
}

/// An alert, with what is known of why it was opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Alert")]
pub struct AlertShape {
    /// Its id.
    pub id: Uuid,
    /// Whom it is about.
    pub citizen: Uuid,
    /// The enrolment.
    pub enrolment: Uuid,
    /// The programme.
    pub programme: String,
    /// The unit whose worklist it is on.
    pub unit: String,
    /// What opened it.
    pub cause: CauseShape,
    /// `red`, `unassessed`, `yellow` or `missing`: the worst since it was opened.
    pub severity: &'static str,
    /// `open`, `taken` or `resolved`.
    pub state: &'static str,
    /// The account that took or resolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was taken or resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeShape>,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub opened: String,
    /// The measured moment that the newest finding judged.
    #[schema(format = DateTime)]
    pub judged: String,
    /// Whether what opened it came late.
    pub late: bool,
    /// When it was escalated because nobody had taken it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub escalated: Option<String>,
    /// What did not come, where that is what the alert is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedShape>,
    /// The findings, oldest first.
    pub findings: Vec<FindingShape>,
    /// What clinicians wrote.
    pub notes: Vec<NoteShape>,
}

/// Something expected that did not come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Missed")]
pub struct MissedShape {
    /// The first moment that would have counted.
    #[schema(format = DateTime)]
    pub opens: String,
    /// The first moment that was too late to be in time.
    #[schema(format = DateTime)]
    pub closes: String,
}

/// What opened an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Cause")]
pub struct CauseShape {
    /// `rule`, `unassessed` or `missing`.
    pub kind: &'static str,
    /// The rule, or the activity that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// How an alert ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Outcome", example = json!({ "code": "contacted", "note": "" }))]
pub struct OutcomeShape {
    /// `contacted`, `no-action`, `measured-again`, `referred` or `other`; `arrived` where what was missing came
    /// after all, `enrolment-ended` where the enrolment did.
    pub code: String,
    /// In the clinician's own words.
    pub note: String,
}

/// What a clinician wrote on an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Note")]
pub struct NoteShape {
    /// The account.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What.
    pub text: String,
}

/// One rule's verdict, and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Finding")]
pub struct FindingShape {
    /// The assessment that it is part of.
    pub assessment: Uuid,
    /// The rule.
    pub rule: String,
    /// `green`, `yellow`, `red`, or `not-judged`.
    pub verdict: &'static str,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_judged: Option<String>,
    /// What was found.
    pub message: String,
    /// The values it rests on.
    pub evidence: Vec<EvidenceShape>,
    /// The numbers it computed.
    pub figures: Vec<FigureShape>,
}

/// One value that a finding rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Evidence")]
pub struct EvidenceShape {
    /// The field, or `questionnaire/item`.
    pub id: String,
    /// When it was measured.
    #[schema(format = DateTime)]
    pub time: String,
    /// The value, in the unit of its field.
    pub value: f64,
}

/// A number that a rule computed, and the limit that it was compared with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Figure")]
pub struct FigureShape {
    /// What it is.
    pub title: String,
    /// The number.
    pub value: f64,
    /// UCUM code.
    pub unit: String,
    /// The limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

impl AlertShape {
    /// The alert in a language.
    #[must_use]
    pub fn new(alert: &Alert, language: Language) -> Self {
        let (state, by, at, outcome) = match &alert.state {
            AlertState::Open => ("open", None, None, None),
            AlertState::Taken { by, at } => ("taken", Some(by), Some(*at), None),
            AlertState::Resolved { by, at, outcome } => {
                ("resolved", Some(by), Some(*at), Some(OutcomeShape::from(outcome)))
            }
        };
        let notes = alert.notes.iter().map(|note| NoteShape {
            by: note.by.account.clone(),
            at: rfc3339(note.at),
            text: note.text.clone(),
        });
        let findings = alert
            .findings
            .iter()
            .map(|(assessment, finding)| FindingShape::new(assessment.0, finding, language));
        Self {
            id: alert.id.0,
            citizen: alert.citizen.0,
            enrolment: alert.enrolment.0,
            programme: alert.programme.to_string(),
            unit: alert.unit.to_string(),
            cause: CauseShape::from(&alert.cause),
            severity: match alert.severity {
                AlertSeverity::Missing => "missing",
                AlertSeverity::Yellow => "yellow",
                AlertSeverity::Unassessed => "unassessed",
                AlertSeverity::Red => "red",
            },
            state,
            by: by.map(|by| by.account.clone()),
            at: at.map(rfc3339),
            outcome,
            opened: rfc3339(alert.opened),
            judged: rfc3339(alert.judged),
            late: alert.late,
            escalated: alert.escalated.map(rfc3339),
            missed: alert
                .missed
                .iter()
                .map(|missed| MissedShape {
                    opens: rfc3339(missed.opens),
                    closes: rfc3339(missed.closes),
                })
                .collect(),
            findings: findings.collect(),
            notes: notes.collect(),
        }
    }
}

impl From<&AlertCause> for CauseShape {
    fn from(cause: &AlertCause) -> Self {
        match cause {
            AlertCause::Rule(rule) => Self { kind: "rule", id: Some(rule.to_string()) },
            AlertCause::Unassessed => Self { kind: "unassessed", id: None },
            AlertCause::Missing(activity) => Self { kind: "missing", id: Some(activity.clone()) },
        }
    }
}

impl From<&AlertOutcome> for OutcomeShape {
    fn from(outcome: &AlertOutcome) -> Self {
        Self { code: outcome.code.clone(), note: outcome.note.clone() }
    }
}

impl FindingShape {
    fn new(assessment: Uuid, finding: &Finding, language: Language) -> Self {
        let (verdict, not_judged) = match &finding.verdict {
            Verdict::Judged(Severity::Green) => ("green", None),
            Verdict::Judged(Severity::Yellow) => ("yellow", None),
            Verdict::Judged(Severity::Red) => ("red", None),
            Verdict::NotJudged(reason) => ("not-judged", Some(why(reason))),
        };
        Self {
            assessment,
            rule: finding.rule.to_string(),
            verdict,
            not_judged,
            message: finding.message.get(language).to_owned(),
            evidence: finding.evidence.iter().map(EvidenceShape::from).collect(),
            figures: finding.figures.iter().map(|figure| figure_in(figure, language)).collect(),
        }
    }
}

fn why(reason: &Reason) -> String {
    match reason {
        Reason::LimitNotSet(limit) => format!("limit-not-set: {limit}"),
        Reason::NotEnoughData(series) => format!("not-enough-data: {}", series.join(", ")),
        Reason::NotApplicable(why) => format!("not-applicable: {why}"),
        Reason::Other(why) => why.clone(),
        _ => "other".to_owned(),
    }
}

impl From<&Evidence> for EvidenceShape {
    fn from(evidence: &Evidence) -> Self {
        Self { id: evidence.id.clone(), time: rfc3339(evidence.time), value: evidence.value }
    }
}

fn figure_in(figure: &Figure, language: Language) -> FigureShape {
    FigureShape {
        title: figure.title.get(language).to_owned(),
        value: figure.value,
        unit: figure.unit.clone(),
        limit: figure.limit.as_ref().map(ToString::to_string),
    }
}

/// How soon to act on an advice, as a stable word.
#[must_use]
pub const fn urgency(urgency: &Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency => "emergency",
        Urgency::Now => "now",
        Urgency::Today => "today",
        Urgency::Note | Urgency::Other(_) => "note",
    }
}

/// Which layer a limit's value comes from, as a stable word.
#[must_use]
pub const fn layer(layer: LimitLayer) -> &'static str {
    match layer {
        LimitLayer::Programme => "programme",
        LimitLayer::Region => "region",
        LimitLayer::Unit => "unit",
        LimitLayer::Citizen => "citizen",
    }
}

/// A text in every language that it has.
#[must_use]
pub fn texts(text: &Text) -> std::collections::BTreeMap<String, String> {
    text.0.iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtp_model::{DAY, Time};
    use serde_json::json;

    #[test]
    fn a_value_goes_out_in_the_form_in_which_it_would_come_in() {
        assert_eq!(json_of(&Value::Number(82.0)), json!(82.0));
        assert_eq!(json_of(&Value::Coded { code: "hi".into(), value: 40.0 }), json!("hi"));
        assert_eq!(json_of(&Value::Flag(true)), json!(true));
        assert_eq!(json_of(&Value::Date(Time(DAY))), json!("1970-01-02"));
        assert_eq!(json_of(&Value::Skipped { because: String::new() }), json!(null));
    }
}
