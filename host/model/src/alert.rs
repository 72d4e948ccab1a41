//! What the host opens for clinicians from a finding.

use crate::{
    Actor, AlertId, AssessmentId, CitizenId, EnrolmentId, Finding, ProgrammeId, RuleId, Time,
    UnitId,
};
use serde::{Deserialize, Serialize};

/// How serious an alert is: the two severities of rules that need somebody, and two that only the host
/// sets. Ordered, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertSeverity {
    /// An expected measurement did not come.
    Missing,
    /// A clinician should look.
    Yellow,
    /// The rules could not run: nobody knows how serious it is, so it ranks above yellow.
    Unassessed,
    /// A clinician should act now.
    Red,
}

/// What opened an alert.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertCause {
    /// A rule's finding.
    Rule(RuleId),
    /// The rules of the programme could not run.
    Unassessed,
    /// Something that the schedule expects did not come: the activity's id.
    Missing(String),
}

/// Where an alert is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// Nobody has taken it.
    Open,
    /// Somebody works on it.
    Taken {
        /// Who.
        by: Actor,
        /// Since when.
        at: Time,
    },
    /// Done.
    Resolved {
        /// Who.
        by: Actor,
        /// When.
        at: Time,
        /// With what outcome.
        outcome: AlertOutcome,
    },
}

/// How an alert ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertOutcome {
    /// Short and stable: `contacted`, `no-action`, `measured-again`, `referred`, `other`; `arrived` where what
    /// was missing came after all, and `enrolment-ended` where nobody has to look any more.
    pub code: String,
    /// In the clinician's own words. May be empty.
    pub note: String,
}

/// What a clinician wrote on an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertNote {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// What.
    pub text: String,
}

/// Something expected that did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The first moment that would have counted.
    pub opens: Time,
    /// The first moment that was too late to be in time.
    pub closes: Time,
    /// When the grace was over.
    pub missing_from: Time,
}

/// An alert with everything that is known of it. There is at most one that is not resolved for each
/// enrolment and cause: new evidence joins it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Whom it is about.
    pub citizen: CitizenId,
    /// The enrolment whose rule fired.
    pub enrolment: EnrolmentId,
    /// The programme.
    pub programme: ProgrammeId,
    /// The unit whose worklist it is on.
    pub unit: UnitId,
    /// What opened it.
    pub cause: AlertCause,
    /// The worst that has been found since it was opened.
    pub severity: AlertSeverity,
    /// Where it is in its life.
    pub state: AlertState,
    /// When the host opened it.
    pub opened: Time,
    /// The measured moment that the newest finding judged.
    pub judged: Time,
    /// The findings, oldest first: the one that opened it and those that joined.
    pub findings: Vec<(AssessmentId, Finding)>,
    /// Whether the finding that opened it was made on data that came late.
    #[serde(default)]
    pub late: bool,
    /// What clinicians wrote.
    #[serde(default)]
    pub notes: Vec<AlertNote>,
    /// What did not come, oldest first, where that is what the alert is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
    /// When it was escalated because nobody had taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_is_worst_and_unassessed_ranks_above_yellow() {
        use AlertSeverity::*;
        let mut all = [Yellow, Red, Missing, Unassessed];
        all.sort();
        assert_eq!(all, [Missing, Yellow, Unassessed, Red]);
    }
}
