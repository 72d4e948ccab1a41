//! What a citizen, a relative, a clinician or a device sent in, all of it in one commit.

use gtp_model::{Digest, IdempotencyKey, Observation, Response};
use serde::{Deserialize, Serialize};

/// A submission was accepted. The observations and responses in it are events of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubmissionReceived {
    /// What the sender called it, so that sending it again is harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// SHA-256 of the request: the same key with another content is a mistake of the sender.
    pub digest: Digest,
    /// What was answered, so that a retry gets the same answer.
    pub receipt: serde_json::Value,
}

/// Something was measured or noted, or deliberately not measured: the value then says why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservationRecorded {
    /// The observation.
    pub observation: Observation,
}

/// An earlier observation was wrong; this one stands in its place. Both stay in the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservationCorrected {
    /// The new observation; its `supersedes` names the earlier one.
    pub observation: Observation,
    /// Why it was corrected.
    pub reason: String,
}

/// A questionnaire was filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseGiven {
    /// The filled-in copy.
    pub response: Response,
}
