//! Programmes come, change and go.

use gtp_model::{Digest, ProgrammeId, Time};
use serde::{Deserialize, Serialize};

/// A component passed its checks and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeLoaded {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component's bytes.
    pub digest: Digest,
}

/// A version serves from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeActivated {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component's bytes.
    pub digest: Digest,
    /// Who had read by then what this version would have done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
}

/// Somebody read a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The account.
    pub by: String,
    /// When.
    pub at: Time,
    /// SHA-256 of the report.
    pub report: Digest,
}

/// The event's actor read what a version would have done: a comparison of it with the version that served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRead {
    /// The programme.
    pub programme: ProgrammeId,
    /// The version that the report is about.
    pub version: String,
    /// SHA-256 of that version's component.
    pub digest: Digest,
    /// SHA-256 of the report's JSON.
    pub report: Digest,
}

/// The programme serves no more. What was recorded stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeWithdrawn {
    /// The programme.
    pub programme: ProgrammeId,
    /// Why.
    pub reason: String,
}
