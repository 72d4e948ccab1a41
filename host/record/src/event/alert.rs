//! The life of an alert.

use gtp_model::{
    Alert, AlertId, AlertOutcome, AlertSeverity, AssessmentId, EnrolmentId, Finding, Missed, Time,
    UnitId,
};
use serde::{Deserialize, Serialize};

/// The host opened an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertOpened {
    /// The alert as it is opened.
    pub alert: Alert,
}

/// New evidence joined an open alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertJoined {
    /// Which.
    pub alert: AlertId,
    /// The assessment that found it.
    pub assessment: AssessmentId,
    /// What was found. Absent where the rules could not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// How serious it is. The alert keeps the worst it has seen.
    pub severity: AlertSeverity,
    /// The moment that was judged.
    pub judged: Time,
}

/// Somebody works on it: the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertTaken {
    /// Which.
    pub alert: AlertId,
}

/// Somebody wrote something on it: the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertNoted {
    /// Which.
    pub alert: AlertId,
    /// What.
    pub text: String,
}

/// It was moved to another unit's worklist, where it is open again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertHandedOver {
    /// Which.
    pub alert: AlertId,
    /// To whom.
    pub unit: UnitId,
    /// What they should know.
    pub note: String,
}

/// It is done: the event's actor says how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertResolved {
    /// Which.
    pub alert: AlertId,
    /// With what outcome.
    pub outcome: AlertOutcome,
}

/// It is open again: whoever took it gave it back, or it was resolved by mistake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertReopened {
    /// Which.
    pub alert: AlertId,
    /// Why. May be empty where somebody gives back what they took.
    pub reason: String,
}

/// Nobody had taken it in time, so it was made known more widely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertEscalated {
    /// Which.
    pub alert: AlertId,
    /// To whose worklist it moved, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// More that was expected did not come, while the alert about it was not resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertMissedAgain {
    /// Which.
    pub alert: AlertId,
    /// What did not come.
    pub missed: Vec<Missed>,
}

/// Somebody has seen that all was well: the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GreenAcknowledged {
    /// Whose measurements.
    pub enrolment: EnrolmentId,
    /// The number of the newest assessment that was seen.
    pub through: u64,
    /// What the citizen is told, where they are told something.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receipt: String,
}
