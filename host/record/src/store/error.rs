//! What a store answers when it cannot do what it was asked.

use std::sync::Arc;

use crate::engine::EngineError;
use crate::event::{DecodeError, StreamId};
use crate::journal::JournalError;
use crate::vault::VaultError;

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else committed to the stream first. Read again, decide again, commit again.
    #[error("{stream} is at version {found}, not at {expected}: somebody else was first")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version the caller had seen.
        expected: u64,
        /// The version it has.
        found: u64,
    },

    /// Something that must not exist yet exists.
    #[error("what the commit would create is there already")]
    Exists {
        /// The key of the view, as given to [`crate::Commit::unless_exists`].
        key: Vec<u8>,
    },

    /// The stream was erased. Nothing is added to it any more.
    #[error("{stream} was erased; nothing can be added to it")]
    Erased {
        /// The stream.
        stream: StreamId,
    },

    /// A commit without events.
    #[error("the commit holds no events")]
    Empty,

    /// The disk is full: nothing was kept. Reading goes on, and writing resumes when there is room.
    #[error(
        "the disk is full: nothing was recorded; reading goes on, and writing resumes when there is room"
    )]
    Full,

    /// More commits are waiting than the host will hold. Nothing was kept; try again later.
    #[error("too many commits are waiting; try again in a moment")]
    Busy,

    /// The record accepts nothing any more. Whether this commit was kept is unknown until it is opened again.
    #[error("the record accepts nothing any more: {why}")]
    Stopped {
        /// What happened first.
        why: String,
    },

    /// Reading or writing the journal failed.
    #[error(transparent)]
    Journal(Arc<JournalError>),

    /// Reading or writing the view failed.
    #[error(transparent)]
    View(Arc<EngineError>),

    /// An event could not be written or read.
    #[error(transparent)]
    Event(Arc<DecodeError>),

    /// The keys that the record is encrypted with cannot be used.
    #[error(transparent)]
    Keys(Arc<VaultError>),

    /// A value in the view is not what this version writes: the view is to be rebuilt.
    #[error(
        "the view holds a value under `{table}` that cannot be read: {what}; it is rebuilt at the next start"
    )]
    Row {
        /// Which table.
        table: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl From<JournalError> for StoreError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Full { .. } => StoreError::Full,
            JournalError::Stopped { why } => StoreError::Stopped { why },
            other => StoreError::Journal(Arc::new(other)),
        }
    }
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Journal(error) => error.into(),
            other => StoreError::Keys(Arc::new(other)),
        }
    }
}

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        StoreError::View(Arc::new(error))
    }
}

impl From<DecodeError> for StoreError {
    fn from(error: DecodeError) -> Self {
        StoreError::Event(Arc::new(error))
    }
}
