//! Small stories that prove the rules (`scenarios.wit`).

use super::Severity;
use crate::{FieldId, ItemId, LimitId, QuestionnaireId, RuleId, Sex, Text};
use serde::{Deserialize, Serialize};

/// One thing that is submitted in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A field and its number.
    Value(FieldId, f64),
    /// A field that was deliberately not measured.
    Skipped(FieldId),
    /// A questionnaire and the numbers of its answers.
    Response(QuestionnaireId, Vec<(ItemId, f64)>),
}

/// What a rule must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// This severity.
    Judged(Severity),
    /// No verdict.
    NotJudged,
    /// It is not run by this step.
    NotRun,
}

/// A rule and what it must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The rule.
    pub rule: RuleId,
    /// What it must say.
    pub outcome: Outcome,
}

/// One submission and what must come of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The first day is 1.
    pub day: u32,
    /// Minutes after local midnight.
    pub minute: u16,
    /// What is submitted.
    pub entries: Vec<Entry>,
    /// What must come of it.
    pub expect: Vec<Expectation>,
    /// The rules that must give advice, and no others. Absent: not checked.
    pub advice: Option<Vec<RuleId>>,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its id.
    pub id: String,
    /// What it tells.
    pub title: Text,
    /// The local date of day 1, `2026-03-02`.
    pub starts: String,
    /// IANA time zone.
    pub zone: String,
    /// Whole years.
    pub age: Option<u16>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Limits set for this citizen.
    pub limits: Vec<(LimitId, f64)>,
    /// What happens.
    pub steps: Vec<Step>,
}
