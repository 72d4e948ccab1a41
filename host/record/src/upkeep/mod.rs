//! What keeps a record sound over the years: check it, back it up, bring it back, hand a citizen theirs,
//! erase one, and prove to others that nothing was changed.

mod audit;
mod backup;
mod checkpoint;
mod erase;
mod export;
mod ledger;
mod restore;
mod seal;
pub mod tar;
mod verify;

use std::io;
use std::path::{Path, PathBuf};

pub use audit::Audit;
pub use backup::{BackupReport, LastBackup, backup, last_backup};
pub(crate) use checkpoint::last_published;
pub use checkpoint::{
    Checkpoint, Checkpoints, ConsistencyProof, InclusionProof, NoCheckpoint, SignedCheckpoint,
};
pub(crate) use erase::finish_erasures;
pub use erase::{ErasureReport, erase};
pub use export::{Line, Style, export, lines};
pub use restore::{RestoreReport, restore};
pub use seal::SealKey;
pub use verify::{Finding, VerifyReport, verify_journal, verify_view};

use crate::store::StoreError;
use crate::tree::TreeError;

/// What can stop the upkeep of a record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpkeepError {
    /// The record itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hash tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A file could not be read or written.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A backup that is not one, or not whole.
    #[error("the backup cannot be used: {0}. The data folder was not changed")]
    Backup(String),
    /// There is a record already where one is to be restored.
    #[error(
        "{} holds a record already; move its `journal` and `view` folders away first (leave `erasures.jsonl`, so that what was erased stays erased)",
        path.display()
    )]
    InTheWay {
        /// The data folder.
        path: PathBuf,
    },
    /// The key that seals checkpoints cannot be used.
    #[error("the key {} cannot be used: {what}", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The record does not end in the root that was once published for it.
    #[error(
        "the record was changed: the first {size} events give another root than the checkpoint published for them. \
         Run `gtp journal verify` and compare with a backup"
    )]
    Altered {
        /// How many events the checkpoint is over.
        size: u64,
    },
}

impl UpkeepError {
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| UpkeepError::Io { doing, path, source }
    }
}

impl From<crate::journal::JournalError> for UpkeepError {
    fn from(error: crate::journal::JournalError) -> Self {
        UpkeepError::Store(error.into())
    }
}

impl From<crate::event::DecodeError> for UpkeepError {
    fn from(error: crate::event::DecodeError) -> Self {
        UpkeepError::Store(error.into())
    }
}
