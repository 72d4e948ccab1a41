//! The person the record is about.

use crate::{CitizenId, CitizenNumber, Time};
use serde::{Deserialize, Serialize};

/// Administrative sex, as far as rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// A registered citizen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citizen {
    /// The record's own id, the only one used in addresses and logs.
    pub id: CitizenId,
    /// CPR or replacement number.
    pub number: CitizenNumber,
    /// Full name.
    pub name: String,
    /// When the citizen was registered.
    pub registered: Time,
}
