//! Who does something.

use crate::{CitizenId, UnitId};
use serde::{Deserialize, Serialize};

/// In what capacity somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// The citizen, about themselves.
    Citizen,
    /// A relative with the citizen's grant.
    Relative,
    /// A health professional of a unit.
    Clinician,
    /// Whoever runs the installation. Sees programmes, never a citizen's data.
    Operator,
    /// Whoever watches over access, such as a data protection officer. Sees who looked at what, never what they
    /// saw.
    Auditor,
    /// The host itself: timers, schedules, checks.
    Host,
}

/// Who does something: written into every event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account's name. The host's own is `host`.
    pub account: String,
    /// In what capacity.
    pub role: Role,
    /// The unit that a clinician acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The citizen that a citizen's own account belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
}

impl Actor {
    /// The host itself.
    #[must_use]
    pub fn host() -> Self {
        Self { account: "host".to_owned(), role: Role::Host, unit: None, citizen: None }
    }
}
