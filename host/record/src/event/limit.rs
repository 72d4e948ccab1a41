//! Limits that people set.

use gtp_model::{Baseline, LimitSetting};
use serde::{Deserialize, Serialize};

/// A limit was set or taken back, by the event's actor. A citizen's own lies in their stream, a unit's
/// or the region's in the stream of the programmes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitSet {
    /// Which, for whom, to what, why.
    pub setting: LimitSetting,
}

/// What is usual for a citizen was said, or taken back, by the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineSet {
    /// Whose, of what, which value, why.
    pub baseline: Baseline,
}
