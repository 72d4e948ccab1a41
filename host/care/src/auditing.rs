//! What auditors are told: the root over the whole record, and proofs for roots that they kept.
//!
//! None of it says anything of a citizen: the leaves of the tree are hashes into which random bytes went.

use crate::{Care, CareError};
use gtp_record::StoreError;
use gtp_record::upkeep::{Audit, ConsistencyProof, InclusionProof, SignedCheckpoint, UpkeepError};
use std::time::Duration;

/// How often a checkpoint is published in the data folder when nobody asks for one.
const PUBLISHED_EVERY: Duration = Duration::from_secs(3600);

impl Care {
    /// The newest checkpoint, signed and published.
    ///
    /// # Errors
    /// The record is not what was published before, or this store keeps no roots.
    pub async fn checkpoint(&self) -> Result<SignedCheckpoint, CareError> {
        let now = self.now();
        self.audited(move |audit| audit.newest_checkpoint(now)).await
    }

    /// Shows that an event is among the first `size`.
    ///
    /// # Errors
    /// It is not, or this store keeps no roots.
    pub async fn inclusion(&self, event: u64, size: u64) -> Result<InclusionProof, CareError> {
        self.audited(move |audit| audit.inclusion(event, size)).await
    }

    /// Shows that the first `new` events begin with the first `old`.
    ///
    /// # Errors
    /// They cannot, or this store keeps no roots.
    pub async fn consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, CareError> {
        self.audited(move |audit| audit.consistency(old, new)).await
    }

    /// Publishes a checkpoint now and then, whether anybody asks for one or not. Spawn it once.
    pub async fn publish_checkpoints(self: std::sync::Arc<Self>) {
        let mut turns = tokio::time::interval(PUBLISHED_EVERY);
        loop {
            turns.tick().await;
            if let Err(error) = self.checkpoint().await {
                tracing::error!(%error, "no checkpoint could be published");
            }
        }
    }

    /// Reads and writes files, so it does not run where requests are answered.
    pub(crate) async fn audited<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Audit) -> Result<T, UpkeepError> + Send + 'static,
    ) -> Result<T, CareError> {
        let store = self.store.clone();
        let asked = tokio::task::spawn_blocking(move || store.audit().map(ask));
        let answer = asked.await.map_err(|_| CareError::Busy)?;
        match answer.ok_or(CareError::NotFound("checkpoint"))? {
            Ok(told) => Ok(told),
            Err(UpkeepError::Tree(gtp_record::tree::TreeError::OutOfRange { .. })) => {
                Err(CareError::NotFound("proof"))
            }
            Err(UpkeepError::Store(error)) => Err(error.into()),
            Err(other) => {
                tracing::error!(error = %other, "the record cannot be audited");
                Err(StoreError::Stopped { why: other.to_string() }.into())
            }
        }
    }
}
