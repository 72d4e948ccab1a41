//! Accounts of the installation, and its units.

use gtp_model::{CitizenId, Role, Unit, UnitId};
use serde::{Deserialize, Serialize};

/// An account was added, or an existing one of the same name was changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAdded {
    /// The name it logs in with.
    pub account: String,
    /// The name that others see.
    #[serde(default)]
    pub name: String,
    /// In what capacity it acts.
    pub role: Role,
    /// The unit of a clinician.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The citizen whose own account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenId>,
    /// The password's hash in PHC form (argon2id). Absent where another service does the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// `Debug` leaves the password's hash out, so that no log can hold it.
impl std::fmt::Debug for AccountAdded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountAdded")
            .field("account", &self.account)
            .field("role", &self.role)
            .field("unit", &self.unit)
            .finish_non_exhaustive()
    }
}

/// A unit was added, or what is known of it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAdded {
    /// The unit.
    pub unit: Unit,
}
