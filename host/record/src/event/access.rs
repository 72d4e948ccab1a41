//! Who saw what of a citizen's record.

use serde::{Deserialize, Serialize};

/// The event's actor saw a part of the citizen's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordViewed {
    /// What: `overview`, `observations`, `alert`, `export`, ...
    pub what: String,
    /// Why, where a reason was given.
    #[serde(default)]
    pub why: String,
    /// Through what: `page`, `api`, `command`.
    pub through: String,
}
