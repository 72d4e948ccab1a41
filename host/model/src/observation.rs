//! What was measured or noted.

use crate::{CitizenId, FieldId, ObservationId, Time};
use serde::{Deserialize, Serialize};

/// A value as it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Value {
    /// A number in the unit of its field.
    Number(f64),
    /// The code of a choice, or a meter's coded reading, and the number that rules see.
    Coded {
        /// The code.
        code: String,
        /// The number that the programme gives this code.
        value: f64,
    },
    /// Yes or no.
    Flag(bool),
    /// A day: the Unix time of its midnight, UTC.
    Date(Time),
    /// Free text.
    Text(String),
    /// Deliberately not measured or not answered. Skipped is not the same as normal.
    Skipped {
        /// Why, in the citizen's words or one of the offered reasons. May be empty.
        because: String,
    },
}

impl Value {
    /// The number that rules see: the number, a choice's number, 1 or 0, a date's milliseconds. Nothing
    /// for a text and for what was skipped.
    #[must_use]
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Coded { value: number, .. } => Some(*number),
            Self::Flag(yes) => Some(if *yes { 1.0 } else { 0.0 }),
            Self::Date(day) => Some(day.0 as f64),
            Self::Text(_) | Self::Skipped { .. } => None,
        }
    }
}

/// Who or what a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Source {
    /// The citizen typed it.
    Citizen,
    /// A relative typed it.
    Relative,
    /// A clinician typed it.
    Clinician,
    /// A device sent it: make, model and serial number as far as known.
    Device(String),
    /// A rule derived it.
    Derived,
}

/// One value of one field at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Its id.
    pub id: ObservationId,
    /// Whose.
    pub citizen: CitizenId,
    /// Of what.
    pub field: FieldId,
    /// When it was measured.
    pub measured: Time,
    /// When the host received it.
    pub received: Time,
    /// The value.
    pub value: Value,
    /// The value's unit (UCUM). Empty where the field has none.
    pub unit: String,
    /// Where it comes from.
    pub source: Source,
    /// The earlier observation that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<ObservationId>,
    /// Whether whoever entered it confirmed that it is unusual and still right.
    #[serde(default)]
    pub confirmed: bool,
}
