//! Everything that an alert rests on, in one file: for whoever has no access to the record and no reason to trust
//! whoever has.
//!
//! A bundle is a tar file. `events.jsonl` holds the events that count as they lie in the journal, one a line, so
//! that the SHA-256 of a line is the event's hash; `proofs.json` shows that each of them lies under one root that
//! the installation signed; beside them are the components that ran, and each case and output as JSON. The last two
//! follow from the first two: they are there for readers, and checked like everything else.

mod file;
mod make;
mod verify;

pub use make::{Components, make};
pub use verify::{Check, KeyCheck, last_line, verify};

use gtp_model::{AlertId, Digest, Time};
use gtp_record::event::{DecodeError, Recorded};
use gtp_record::upkeep::{InclusionProof, SignedCheckpoint, UpkeepError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use thiserror::Error;

/// The version of the form that bundles are written in.
pub const FORM: u32 = 1;

/// A bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What it is about.
    pub about: About,
    /// The events, by number.
    pub events: Vec<Line>,
    /// Why the events are believed.
    pub proofs: Proofs,
    /// The components that ran, by digest.
    pub components: BTreeMap<Digest, Vec<u8>>,
    /// The case of each assessment, as JSON, by the assessment's id.
    pub cases: BTreeMap<String, Vec<u8>>,
    /// What each assessment returned, as JSON.
    pub outputs: BTreeMap<String, Vec<u8>>,
}

/// What a bundle is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// [`FORM`].
    pub form: u32,
    /// Of what version of this program it is.
    pub made_by: String,
    /// When it was made.
    pub made_at: Time,
    /// Which alert.
    pub alert: AlertId,
    /// The installation's time zone, for assessments that do not say theirs.
    pub zone: String,
}

/// An event, read and as it lies in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The event.
    pub recorded: Recorded,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A root that was signed, and the way from each event to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// The root.
    pub checkpoint: SignedCheckpoint,
    /// One for each event.
    pub events: Vec<InclusionProof>,
}

impl Bundle {
    /// The events, read.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.events.iter().map(|line| line.recorded.clone()).collect()
    }
}

/// A bundle that cannot be made or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// There is no such alert.
    #[error("there is no alert {0} in the record")]
    NoAlert(AlertId),
    /// The record.
    #[error(transparent)]
    Record(#[from] UpkeepError),
    /// An event cannot be read.
    #[error(transparent)]
    Event(#[from] DecodeError),
    /// A component cannot be had.
    #[error("the component {digest} cannot be had: {reason}")]
    Component {
        /// Which.
        digest: Digest,
        /// Why.
        reason: String,
    },
    /// The file cannot be written or read.
    #[error("the bundle cannot be written or read: {0}")]
    Io(#[from] io::Error),
    /// The file is no bundle.
    #[error("this is no bundle that can be read: {0}")]
    Form(String),
}

impl From<gtp_record::StoreError> for BundleError {
    fn from(error: gtp_record::StoreError) -> Self {
        Self::Record(error.into())
    }
}
