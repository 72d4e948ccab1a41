//! What the sender of a submission is told.

use gtp_model::{Advice, ObservationId, ProgrammeId, ResponseId, Text, Time};
use serde::{Deserialize, Serialize};

/// The answer to a submission. It is kept in the record, so that a retry gets the same one.
///
/// It holds nothing that a citizen may only see after a clinician's review: no severity, no finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// When the host received it.
    pub received: Time,
    /// The observations that were recorded, in the order in which they were sent.
    pub observations: Vec<ObservationId>,
    /// The responses that were recorded.
    pub responses: Vec<ResponseId>,
    /// Whether every programme concerned could run its rules. Where not, a clinician is told.
    pub assessed: bool,
    /// What the rules advise the citizen to do at once, the most urgent first.
    pub advice: Vec<Advice>,
    /// When somebody looks, per programme.
    pub looked_at: Vec<(ProgrammeId, Text)>,
    /// What to do meanwhile when it gets worse, per programme.
    pub meanwhile: Vec<(ProgrammeId, Text)>,
}

/// A submission that was accepted, now or before.
#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    /// The receipt.
    pub receipt: Receipt,
    /// Whether this is a retry of a submission that was accepted before: nothing was recorded now.
    pub replayed: bool,
}
