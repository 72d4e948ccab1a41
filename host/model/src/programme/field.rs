//! What can be measured, noted or derived (`fields.wit` and the shared `types.wit`).

use super::Annotations;
use crate::{FieldId, Text};
use serde::{Deserialize, Serialize};

/// What something is called in a published code system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// The system's URI.
    pub system: String,
    /// The code.
    pub code: String,
    /// For people. May be empty.
    pub display: String,
}

/// An interval with both ends included; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lowest value in it.
    pub low: Option<f64>,
    /// Highest value in it.
    pub high: Option<f64>,
}

impl Range {
    /// Whether a value lies in it. A value that is no number lies in none.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        !value.is_nan()
            && self.low.is_none_or(|low| value >= low)
            && self.high.is_none_or(|high| value <= high)
    }
}

/// One answer of a choice, or a meter's coded reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored and sent.
    pub code: String,
    /// What rules see.
    pub value: f64,
    /// What people see.
    pub title: Text,
    /// Codes.
    pub codings: Vec<Coding>,
}

/// A number with a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// UCUM code.
    pub unit: String,
    /// The unit as people read it.
    pub unit_title: Text,
    /// Decimals that a form accepts and a page shows.
    pub decimals: u8,
    /// Outside it a value is impossible.
    pub reject: Range,
    /// Outside it a value must be confirmed.
    pub confirm: Range,
    /// A larger change since the newest value must be confirmed.
    pub confirm_change: Option<f64>,
    /// Readings that a meter shows in place of a number.
    pub coded: Vec<Choice>,
}

/// What a value can be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A number with a unit.
    Quantity(Quantity),
    /// One of these.
    Choice(Vec<Choice>),
    /// Yes or no.
    Flag,
    /// A day.
    Date,
    /// Text of at most this many characters.
    FreeText(u32),
}

impl Kind {
    /// The unit (UCUM) of its values, empty where they have none.
    #[must_use]
    pub fn unit(&self) -> &str {
        match self {
            Self::Quantity(quantity) => &quantity.unit,
            _ => "",
        }
    }
}

/// Where values of a field come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Somebody or some device enters them.
    Entered,
    /// A rule computes them.
    Derived,
}

/// One thing that can be measured, noted or derived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its id in the shared vocabulary.
    pub id: FieldId,
    /// Its name.
    pub title: Text,
    /// How to measure it. May be empty.
    pub help: Text,
    /// What its values are.
    pub kind: Kind,
    /// Where they come from.
    pub origin: Origin,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}

/// What must hold between fields of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupCheck {
    /// The first field's value is less than the second's.
    LessThan(FieldId, FieldId),
}

/// Fields that are measured together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: FieldId,
    /// Its name.
    pub title: Text,
    /// How to measure. May be empty.
    pub help: Text,
    /// The fields.
    pub fields: Vec<FieldId>,
    /// What must hold between them.
    pub checks: Vec<GroupCheck>,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_a_range_and_nothing_contains_nan() {
        let range = Range { low: Some(1.0), high: Some(2.0) };
        assert!(range.contains(1.0) && range.contains(2.0));
        assert!(!range.contains(0.99) && !range.contains(2.01));
        assert!(Range::default().contains(f64::MAX) && !Range::default().contains(f64::NAN));
    }
}
