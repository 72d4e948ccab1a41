//! Programmes come, change and go.

use gtp_model::{Digest, ProgrammeId};
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
}

/// The programme serves no more. What was recorded stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeWithdrawn {
    /// The programme.
    pub programme: ProgrammeId,
    /// Why.
    pub reason: String,
}
