//! A programme's rules ran, or could not.
//!
//! What is kept is enough to run them again years later and get the same: which component, which rules,
//! which moment, and every limit with its origin. The case itself is not copied into each event: it is cut
//! anew from the events of the same stream that come before this one, and `case` proves that it is the same.
//! The time zone is kept because which day a value belongs to is part of a case, and an installation may move.

use gtp_model::{
    Assessment, AssessmentId, Digest, EnrolmentId, LimitId, LimitLayer, LocalTime, ProgrammeId,
    RuleId,
};
use serde::{Deserialize, Serialize};

/// The rules of one programme judged one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssessmentMade {
    /// Its id, which alerts refer to.
    pub assessment: AssessmentId,
    /// For which enrolment.
    pub enrolment: EnrolmentId,
    /// What ran.
    pub component: ComponentRun,
    /// The rules that were asked.
    pub rules: Vec<RuleId>,
    /// The moment that was judged, with its local offset.
    pub judged: LocalTime,
    /// SHA-256 of the case's JSON, as it was handed to the rules.
    pub case: Digest,
    /// The case's limits and where they came from.
    pub limits: Vec<LimitOrigin>,
    /// What they returned.
    pub output: Assessment,
    /// How much the run cost, in the sandbox's deterministic units.
    pub fuel: u64,
    /// The IANA name of the time zone that local times were taken from. Empty in events of before it was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
}

/// The rules could not run: nobody knows what they would have said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssessmentFailed {
    /// Its id, which the `unassessed` alert refers to.
    pub assessment: AssessmentId,
    /// For which enrolment.
    pub enrolment: EnrolmentId,
    /// What was to run.
    pub component: ComponentRun,
    /// The rules that were asked.
    pub rules: Vec<RuleId>,
    /// The moment that was to be judged, with its local offset.
    pub judged: LocalTime,
    /// SHA-256 of the case's JSON, where it could be built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Digest>,
    /// Short and stable: `trap`, `fuel`, `memory`, `time`, `output`, `unavailable`.
    pub kind: String,
    /// What happened, for the operator.
    pub message: String,
}

/// Which component ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRun {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component's bytes.
    pub digest: Digest,
    /// The version of the contract that it was built against. Empty in events of before it was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contract: String,
}

/// Where one limit of a case came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitOrigin {
    /// Which limit.
    pub limit: LimitId,
    /// Its value. Absent: nobody has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its layer. Absent: nobody has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<LimitLayer>,
    /// Number of the event that set it. Absent: the programme's own default, or nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_by: Option<u64>,
}
