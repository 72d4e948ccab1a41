//! One citizen in one programme, from start to end.

use gtp_model::{Enrolment, EnrolmentId, Time};
use serde::{Deserialize, Serialize};

/// A citizen was enrolled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentStarted {
    /// The enrolment as it starts.
    pub enrolment: Enrolment,
}

/// Nothing is expected for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentPaused {
    /// Which.
    pub enrolment: EnrolmentId,
    /// From when on. Absent: from now on. Later than now: the pause is agreed and not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Until when, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Why.
    pub reason: String,
}

/// A pause is over, or a planned enrolment began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentResumed {
    /// Which.
    pub enrolment: EnrolmentId,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// An enrolment is over; nothing more is accepted for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentEnded {
    /// Which.
    pub enrolment: EnrolmentId,
    /// Short and stable: `completed`, `withdrawn`, `moved`, `died`, `other`.
    pub outcome: String,
    /// Why, in words.
    pub reason: String,
}
