//! What a login service says of somebody.

use crate::{CitizenNumber, Role, UnitId};
use serde::{Deserialize, Serialize};

/// How sure a login service is of somebody: the levels of the Danish NSIS and of eIDAS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// It says nothing.
    None,
    /// Low (lav).
    Low,
    /// Substantial (betydelig).
    Substantial,
    /// High (høj).
    High,
}

/// What a login service says of somebody, in this installation's words.
#[derive(Clone)]
pub struct Identity {
    /// The service.
    pub provider: String,
    /// What it calls the person: the same each time.
    pub subject: String,
    /// The name that others see.
    pub name: String,
    /// In what capacity they act.
    pub role: Role,
    /// The unit that a clinician acts for.
    pub unit: Option<UnitId>,
    /// A citizen's own number.
    pub number: Option<CitizenNumber>,
    /// How sure it is.
    pub assurance: Assurance,
}

/// `Debug` leaves out who it is, so that no log can hold it.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("provider", &self.provider)
            .field("role", &self.role)
            .field("assurance", &self.assurance)
            .finish_non_exhaustive()
    }
}
