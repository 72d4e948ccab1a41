//! What can go wrong with the keys, in words for the person who has to act.

use std::io;
use std::path::{Path, PathBuf};

use crate::journal::JournalError;

/// An error of the keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// A file could not be read or written, or the disk is full.
    #[error(transparent)]
    Journal(#[from] JournalError),

    /// The master key is not there.
    #[error(
        "the record is encrypted with the master key {name}, and it is not there: {looked}. Put your copy of it \
         back, or give it in GTP_RECORD_KEY. Nothing was changed; without that key nobody can read the record"
    )]
    Missing {
        /// The name of the master key that is needed.
        name: String,
        /// Where it was looked for, and what was there.
        looked: String,
    },

    /// What should be a master key is none.
    #[error("{from} is no master key: {what}. It is one line of 44 characters, 32 bytes in base64")]
    Unusable {
        /// Where it comes from.
        from: String,
        /// What is wrong.
        what: String,
    },

    /// The journal is encrypted and its keys are gone.
    #[error(
        "the journal is encrypted and `keys/wrapped` in the data folder is missing. Nothing was changed. Put the \
         file back from a backup; without it nobody can read the record"
    )]
    NoKeys,

    /// The file of keys is not what it was.
    #[error(
        "`keys/wrapped` in the data folder is damaged: {what}. Put the file back from a backup"
    )]
    Damaged {
        /// Where, and what is wrong.
        what: String,
    },

    /// There is no such key any more.
    #[error("key {key} was destroyed: what was encrypted with it was erased")]
    Destroyed {
        /// Its number.
        key: u64,
    },

    /// The bytes are not what was encrypted.
    #[error("its bytes are not what was encrypted with key {key}")]
    Altered {
        /// The number of the key.
        key: u64,
    },

    /// A master key that is not in a file cannot be exchanged from here.
    #[error(
        "the master key comes from GTP_RECORD_KEY and not from a file. Start the host with a new key there and the \
         present one in GTP_RECORD_KEY_BEFORE: it wraps every data key again"
    )]
    NotInAFile,

    /// More than can be encrypted at once.
    #[error("an event is too long to be encrypted")]
    TooLong,

    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandom(String),
}

impl VaultError {
    pub(super) fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Journal(JournalError::io(doing, path, error))
    }

    pub(super) fn unusable(path: &Path, what: impl ToString) -> Self {
        Self::Unusable { from: path.display().to_string(), what: what.to_string() }
    }
}

/// The path of a file with something added to its name.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}
