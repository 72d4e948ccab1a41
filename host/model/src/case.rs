//! What the host hands a programme's rules: numbers and answers, nothing that tells who the citizen is.

use crate::{FieldId, ItemId, LimitId, LocalTime, QuestionnaireId, Sex, Time};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which input a series holds. Written as the contract writes it: `weight`, `symptoms/breathless`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesId {
    /// Observations of a field.
    Field(FieldId),
    /// Answers to an item.
    Answer(QuestionnaireId, ItemId),
    /// A score of a questionnaire.
    Score(QuestionnaireId, ItemId),
}

impl fmt::Display for SeriesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => field.fmt(f),
            Self::Answer(questionnaire, item) | Self::Score(questionnaire, item) => {
                write!(f, "{questionnaire}/{item}")
            }
        }
    }
}

/// The values of one declared input in columns, oldest first. `times`, `values` and `offsets` have the
/// same length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Which input.
    pub id: SeriesId,
    /// When each was measured.
    pub times: Vec<i64>,
    /// The values, in the unit of the field.
    pub values: Vec<f64>,
    /// Minutes by which local time was ahead of UTC at each.
    pub offsets: Vec<i16>,
    /// When it was deliberately not measured or not answered.
    pub skipped: Vec<i64>,
}

impl Series {
    /// An input of which there is nothing yet.
    #[must_use]
    pub const fn empty(id: SeriesId) -> Self {
        Self { id, times: vec![], values: vec![], offsets: vec![], skipped: vec![] }
    }

    /// Adds a value at the end.
    pub fn push(&mut self, at: LocalTime, value: f64) {
        self.times.push(at.time.0);
        self.values.push(value);
        self.offsets.push(at.offset);
    }
}

/// A limit and the value that applies. Absent: nobody has set it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitValue {
    /// Which limit.
    pub id: LimitId,
    /// The effective value, in the limit's unit.
    pub value: Option<f64>,
}

/// What one run of the rules is handed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The moment that is judged.
    pub now: LocalTime,
    /// Whole years, where a rule reads it and it is known.
    pub age: Option<u16>,
    /// Sex, where a rule reads it and it is known.
    pub sex: Option<Sex>,
    /// The inputs that the asked rules declare, each present even when empty.
    pub series: Vec<Series>,
    /// The limits that the asked rules declare.
    pub limits: Vec<LimitValue>,
}

impl Case {
    /// The moment that is judged.
    #[must_use]
    pub const fn moment(&self) -> Time {
        self.now.time
    }
}
