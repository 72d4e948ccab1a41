//! What one run of a programme's rules returned.

use crate::{FieldId, LimitId, RuleId, Text, Time, programme::Severity};
use serde::{Deserialize, Serialize};

/// Why a rule gave no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// A limit that nobody has set.
    LimitNotSet(LimitId),
    /// Inputs of which there is not enough, by series id.
    NotEnoughData(Vec<String>),
    /// The rule does not apply to this person or moment.
    NotApplicable(String),
    /// Something else, in the programme's words.
    Other(String),
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A severity.
    Judged(Severity),
    /// No verdict. Never the same as green.
    NotJudged(Reason),
}

/// One value that a finding rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The series it is from: `weight`, `symptoms/breathless`.
    pub id: String,
    /// When it was measured.
    pub time: Time,
    /// The value, in the unit of its field.
    pub value: f64,
}

/// A number that a rule computed and compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub title: Text,
    /// The number.
    pub value: f64,
    /// UCUM code.
    pub unit: String,
    /// How many decimals to show.
    pub decimals: u8,
    /// The limit that it was compared with.
    pub limit: Option<LimitId>,
}

/// One rule's verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// What it says.
    pub verdict: Verdict,
    /// What was found, for a clinician.
    pub message: Text,
    /// The values it rests on.
    pub evidence: Vec<Evidence>,
    /// The numbers it computed.
    pub figures: Vec<Figure>,
}

/// A value of a derived field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// The field.
    pub field: FieldId,
    /// The moment it holds for.
    pub time: Time,
    /// The value, in the unit of the field.
    pub value: f64,
}

/// How soon the citizen should act on an advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Ring the emergency number.
    Emergency,
    /// Call the clinic now.
    Now,
    /// Do it today.
    Today,
    /// Good to know.
    Note,
    /// Another degree, in the programme's words: shown as a note.
    Other(String),
}

/// What the citizen should do, shown at once on the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The rule that gives it.
    pub rule: RuleId,
    /// How soon.
    pub urgency: Urgency,
    /// What to do.
    pub message: Text,
}

/// What one run returned: exactly one finding per rule that was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Values of derived fields.
    pub derived: Vec<Derived>,
    /// Advice to the citizen.
    pub advice: Vec<Advice>,
}
