//! What an auditor asks for: the newest root, and proofs for roots that they kept.

use std::time::Duration;

use gtp_model::Time;

use super::{ConsistencyProof, InclusionProof, LastBackup, SignedCheckpoint, UpkeepError};
use crate::store::{Record, Store};

/// No new checkpoint is made within this time of the last: each costs a signature and a few syncs, and
/// anybody may ask.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// Roots over all events, and proofs for them.
pub trait Audit: Send + Sync {
    /// The newest checkpoint. One is made and published where events came since the last.
    ///
    /// # Errors
    /// [`UpkeepError::Altered`] where the record is not what was published before.
    fn newest_checkpoint(&self, now: Time) -> Result<SignedCheckpoint, UpkeepError>;

    /// Shows that an event is among the first `size`.
    ///
    /// # Errors
    /// [`UpkeepError::Tree`] where it is not.
    fn inclusion(&self, event: u64, size: u64) -> Result<InclusionProof, UpkeepError>;

    /// Shows that the first `new` events begin with the first `old`.
    ///
    /// # Errors
    /// [`UpkeepError::Tree`] where they cannot.
    fn consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, UpkeepError>;

    /// The backup that was taken last, where one was.
    ///
    /// # Errors
    /// [`UpkeepError::Io`] where what remembers it cannot be read.
    fn last_backup(&self) -> Result<Option<LastBackup>, UpkeepError>;
}

impl Audit for Record {
    fn newest_checkpoint(&self, now: Time) -> Result<SignedCheckpoint, UpkeepError> {
        self.with_checkpoints(|checkpoints| {
            let size = self.last();
            let fits = checkpoints.made().filter(|made| {
                let age = now.0.saturating_sub(made.checkpoint.at.0);
                made.checkpoint.size == size || (0..AT_MOST_EVERY.as_millis() as i64).contains(&age)
            });
            match fits {
                Some(made) => Ok(made.clone()),
                None => checkpoints.make(size, now),
            }
        })
    }

    fn inclusion(&self, event: u64, size: u64) -> Result<InclusionProof, UpkeepError> {
        self.with_checkpoints(|checkpoints| checkpoints.inclusion(event, size))
    }

    fn consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, UpkeepError> {
        self.with_checkpoints(|checkpoints| checkpoints.consistency(old, new))
    }

    fn last_backup(&self) -> Result<Option<LastBackup>, UpkeepError> {
        super::last_backup(self.dir())
    }
}
