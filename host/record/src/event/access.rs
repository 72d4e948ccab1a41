//! Who saw what of citizens' records.

use gtp_model::{CitizenId, Time};
use serde::{Deserialize, Serialize};

/// The event's actor saw a part of the citizen's record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordViewed {
    /// What: `overview`, `observations`, `alert`, `export`, ...
    pub what: String,
    /// Why, where a reason was given.
    #[serde(default)]
    pub why: String,
    /// Through what: `page`, `api`, `command`.
    pub through: String,
    /// The names of the policies that allowed it: `care-team`, `break-glass`, ... None where an earlier version
    /// wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under: Vec<String>,
}

/// The event's actor saw a list on which these citizens stand, such as a worklist. Lies in the installation's
/// stream and is part of the access log of each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsListed {
    /// What: `worklist`, `green`, ...
    pub what: String,
    /// Through what: `page`, `api`, `command`.
    pub through: String,
    /// Who stood on it.
    pub citizens: Vec<CitizenId>,
}

/// The event's actor searched the access logs of many citizens. Lies in the installation's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessSearched {
    /// Whose acts, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// From when on, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Until when, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// Why, where a reason was given.
    #[serde(default)]
    pub why: String,
}
