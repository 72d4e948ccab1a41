//! Operators decide which version of a programme serves. The record says who did.

use crate::access::Deed;
use crate::{Care, CareError};
use gtp_model::{Actor, Digest, ProgrammeId};
use gtp_runtime::{OrderError, Standing};
use std::sync::Arc;
use thiserror::Error;

/// What an operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// What waits serves from now on; with a digest, only if it is this component that waits.
    Activate(Option<Digest>),
    /// The version that served before serves again. What is newer waits from then on.
    GoBack,
}

/// It was not done.
#[derive(Debug, Error)]
pub enum ActivationError {
    /// The actor may not, or the record does not take it.
    #[error(transparent)]
    Care(#[from] CareError),
    /// There is nothing to activate or to go back to.
    #[error(transparent)]
    Order(#[from] OrderError),
}

impl Care {
    /// Every component that the host has looked at, and where it stands.
    ///
    /// # Errors
    /// The actor is no operator.
    pub fn standings(&self, actor: &Actor) -> Result<Vec<Standing>, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(self.catalogue().standings().to_vec())
    }

    /// Carries out an operator's decision and writes into the record who made it.
    ///
    /// # Errors
    /// The actor is no operator, nothing waits or there is nothing to go back to, or the record does not
    /// take it. In the last case the version serves all the same, and the record is brought in step later.
    pub async fn activate(
        self: &Arc<Self>,
        actor: &Actor,
        programme: &ProgrammeId,
        wanted: Activation,
    ) -> Result<(), ActivationError> {
        self.require(actor, Deed::Operate)?;
        // Held until it is recorded, so that nobody else records it as the host's own doing.
        let recording = self.recording.lock().await;
        let (runtime, id) = (self.runtime.clone(), programme.clone());
        // Checking a component takes a while, which must not hold up other requests.
        let carried_out = tokio::task::spawn_blocking(move || match wanted {
            Activation::Activate(digest) => runtime.approve(&id, digest),
            Activation::GoBack => runtime.go_back(&id),
        });
        carried_out.await.unwrap_or(Err(OrderError::Stopping))?;
        self.record_programmes_by(actor, &recording).await?;
        tracing::info!(%programme, account = %actor.account, "an operator chose what serves");
        Ok(())
    }
}
