//! What can go wrong with the journal, in words for the person who has to act.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The operating system refused a file operation.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// Another process has the data folder open.
    #[error(
        "the data folder {} is in use by another process{holder}; stop it first, or give this one a data folder of its own",
        path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// " (process 123)" where the lock file says so, else empty.
        holder: String,
    },

    /// Bytes that were once durable have changed or are gone.
    #[error(
        "the journal is damaged: segment {segment}, offset {offset}: {what}. Nothing was changed. \
         Restore the segment from a backup, or read `gtp journal repair --help`"
    )]
    Damaged {
        /// File name of the segment.
        segment: String,
        /// Byte offset in it.
        offset: u64,
        /// What is wrong there.
        what: String,
    },

    /// The journal ends before events that are known to have been acknowledged.
    #[error(
        "the journal ends with event {last}, and event {known} was there once: events are missing. Nothing was \
         changed. Restore the journal from a backup, or read `gtp journal repair --help`"
    )]
    Shortened {
        /// The last event there is.
        last: u64,
        /// An event that was there.
        known: u64,
    },

    /// A segment written by a newer version.
    #[error(
        "segment {segment} has format {found}, this version reads up to {known}; start the newer version of gtp that wrote it"
    )]
    TooNew {
        /// File name of the segment.
        segment: String,
        /// The format it has.
        found: u32,
        /// The newest format known here.
        known: u32,
    },

    /// The file system has no room for more events.
    #[error(
        "the disk that holds {} is full; free some space: reading goes on, and writing resumes by itself",
        path.display()
    )]
    Full {
        /// The folder.
        path: PathBuf,
    },

    /// One commit is larger than a segment can hold.
    #[error(
        "one commit of {size} bytes is larger than the {limit} bytes a frame may have; split it"
    )]
    TooLarge {
        /// Bytes the frame would take.
        size: usize,
        /// Bytes it may take.
        limit: usize,
    },

    /// A write or sync failed: whether the last commits are durable is unknown, and nothing more is accepted.
    #[error(
        "the journal stopped accepting events because {why}; the last commits may or may not be on the disk. \
         Check the disk, then start again: opening the journal settles what was kept"
    )]
    Stopped {
        /// What failed first.
        why: String,
    },
}

impl JournalError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull
            || source.kind() == io::ErrorKind::QuotaExceeded
        {
            return JournalError::Full { path: path.to_path_buf() };
        }
        JournalError::Io { doing, path: path.to_path_buf(), source }
    }
}
