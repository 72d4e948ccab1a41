//! The numbers that rules compare with (`limits.wit`).

use super::{Annotations, Coding, Range};
use crate::{FieldId, LimitId, Text};
use serde::{Deserialize, Serialize};

/// A named number that a rule compares with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Its id.
    pub id: LimitId,
    /// Its name.
    pub title: Text,
    /// What whoever sets it should know.
    pub help: Text,
    /// The field that it is drawn on.
    pub field: Option<FieldId>,
    /// UCUM code.
    pub unit: String,
    /// Decimals.
    pub decimals: u8,
    /// Absent where no value is safe for all.
    pub default: Option<f64>,
    /// Nobody may set it outside this range.
    pub bounds: Range,
    /// Limits that must be lower than this one.
    pub above: Vec<LimitId>,
    /// Where the default comes from.
    pub source: String,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}
