//! A citizen enters the record, and may leave it.

use gtp_model::{Citizen, CitizenId, CitizenNumber, Digest};
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

/// A citizen who was known by a replacement number got a CPR number, and nobody was registered with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitizenRenumbered {
    /// The new number. The earlier one still finds the citizen.
    pub number: CitizenNumber,
    /// The new number's keyed hash.
    pub number_key: Digest,
    /// Why it is known that both are the same person.
    pub reason: String,
}

/// Two citizens of the record turned out to be the same person. Lies in both streams; each keeps its history,
/// and whoever reads one reads both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitizensMerged {
    /// The one with the replacement number.
    pub from: CitizenId,
    /// The keyed hash of that number: it finds the other one from now on.
    pub from_number_key: Digest,
    /// The one that they are known as from now on.
    pub into: CitizenId,
    /// Why it is known that both are the same person.
    pub reason: String,
}
