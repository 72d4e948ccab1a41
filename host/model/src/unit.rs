//! Organisational units.

use crate::UnitId;
use serde::{Deserialize, Serialize};

/// The three sectors of Danish health care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Hospitals, run by the regions.
    Hospital,
    /// General practice.
    GeneralPractice,
    /// Home nursing and elderly care, run by the municipalities.
    Municipality,
}

/// An organisational unit that treats citizens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id; a SOR number is written `sor-` and the digits.
    pub id: UnitId,
    /// What people call it.
    pub name: String,
    /// Where it belongs.
    pub sector: Sector,
    /// When it looks at what citizens send, in words for the citizen. Empty: as the programme says.
    #[serde(default, skip_serializing_if = "crate::Text::is_empty")]
    pub looks: crate::Text,
    /// The unit that it lies under: a ward under its hospital.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<UnitId>,
}
