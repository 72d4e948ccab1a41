//! The body of a submission.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// The body of `POST /api/v1/citizens/{id}/submissions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Body {
    /// What was measured.
    pub observations: Vec<Observation>,
    /// What was answered.
    pub responses: Vec<Response>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The field's id.
    pub field: &'static str,
    /// The value: a number, a choice's code, or true or false. Absent where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// UCUM code, empty where the field has none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unit: &'static str,
    /// When it was measured.
    #[serde(serialize_with = "rfc3339")]
    pub measured: Timestamp,
    /// Why it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<&'static str>,
    /// Unusual values are confirmed: the one who made them up meant them.
    pub confirmed: bool,
}

/// One filled-in questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Response {
    /// The programme that asks.
    pub programme: &'static str,
    /// The questionnaire.
    pub questionnaire: &'static str,
    /// When it was answered.
    #[serde(serialize_with = "rfc3339")]
    pub answered: Timestamp,
    /// The answers by item.
    pub answers: Map<String, Value>,
}

/// A moment as the API takes it: `2026-01-05T06:31:00Z`.
pub fn rfc3339<S: serde::Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}
