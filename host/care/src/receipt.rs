//! What the sender of a submission is told.

use crate::access::Deed;
use crate::{Care, CareError};
use gtp_model::{
    Actor, Advice, CitizenId, IdempotencyKey, ObservationId, ProgrammeId, ResponseId, Text, Time,
};
use gtp_record::StoreError;
use gtp_record::view::queries;
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

impl Care {
    /// The receipt of a submission that was accepted under this key, to be read again.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where nothing was accepted under this key, or the actor may not send for this
    /// citizen.
    pub fn receipt(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        key: &IdempotencyKey,
    ) -> Result<Receipt, CareError> {
        self.permitted(actor, Deed::Submit, citizen)?;
        let row = queries::submission(&*self.store, citizen, key)?;
        let row = row.ok_or(CareError::NotFound("receipt"))?;
        serde_json::from_value(row.receipt).map_err(|error| {
            StoreError::Row { table: "submissions", what: error.to_string() }.into()
        })
    }
}
