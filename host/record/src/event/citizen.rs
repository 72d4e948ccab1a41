//! A citizen enters the record, and may leave it.

use gtp_model::{Citizen, CitizenId, Digest};
use serde::{Deserialize, Serialize};

/// A citizen was registered: the first event of their stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitizenRegistered {
    /// Who.
    pub citizen: Citizen,
    /// HMAC-SHA256 of the number with the installation's secret: finds the citizen by number without
    /// the number being a key.
    pub number_key: Digest,
}

/// A citizen's stream was erased. Lies in the installation's stream and says nothing of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitizenErased {
    /// The record's own id of whom it was about.
    pub citizen: CitizenId,
    /// Why, in the words of whoever decided it.
    pub reason: String,
}
