//! What the runtime remembers across restarts: which component of each programme serves, which served
//! before, what an operator approved, and what each field was when it was first used.
//!
//! The components themselves lie in the data folder by digest; this is one small file beside them.

use crate::files::{FileError, read_if_there, write_whole};
use gtp_model::{
    Digest, FieldId, ProgrammeId,
    programme::{Field, Kind, Programme},
};
use semver::Version;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// The ledger cannot be read or written.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The system does not hand it over.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not what was written.
    #[error("{} is damaged ({reason}): restore it from a backup, or remove it to begin anew", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
}

/// The ledger's content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub programmes: BTreeMap<ProgrammeId, Entry>,
}

/// What is remembered of one programme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What serves. Absent: withdrawn, or never yet.
    pub active: Option<Active>,
    /// What served before, the newest last.
    pub before: Vec<Served>,
    /// An operator went back: newer versions wait for a yes.
    pub held: bool,
    /// What an operator said yes to.
    pub approved: BTreeSet<Digest>,
    /// What each field is, in every version that ever served.
    pub fields: BTreeMap<FieldId, Shape>,
}

/// The component that serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    pub digest: Digest,
    pub version: Version,
    pub file: String,
}

/// A component that served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    pub digest: Digest,
    pub version: Version,
}

/// What a field's values are, as far as it may never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub kind: String,
    pub unit: String,
}

impl Shape {
    pub fn of(field: &Field) -> Self {
        let kind = match field.kind {
            Kind::Quantity(_) => "quantity",
            Kind::Choice(_) => "choice",
            Kind::Flag => "flag",
            Kind::Date => "date",
            Kind::FreeText(_) => "free-text",
        };
        Self { kind: kind.to_owned(), unit: field.kind.unit().to_owned() }
    }

    /// In words: "a quantity in kg".
    pub fn words(&self) -> String {
        if self.unit.is_empty() {
            format!("a {}", self.kind)
        } else {
            format!("a {} in {}", self.kind, self.unit)
        }
    }
}

impl Entry {
    /// Notes that a component serves from now on.
    pub fn activate(&mut self, active: Active, definition: &Programme) {
        /// An operator rarely goes back further.
        const REMEMBERED: usize = 20;
        if let Some(old) = self.active.take()
            && old.digest != active.digest
        {
            self.before.retain(|served| served.digest != old.digest);
            self.before.push(Served { digest: old.digest, version: old.version });
        }
        self.before.retain(|served| served.digest != active.digest);
        let surplus = self.before.len().saturating_sub(REMEMBERED);
        self.before.drain(..surplus);
        for field in &definition.fields {
            self.fields.insert(field.id.clone(), Shape::of(field));
        }
        self.active = Some(active);
    }

    /// Notes that nothing serves from now on.
    pub fn withdraw(&mut self) {
        if let Some(old) = self.active.take() {
            self.before.retain(|served| served.digest != old.digest);
            self.before.push(Served { digest: old.digest, version: old.version });
        }
    }
}

impl Ledger {
    /// Reads it; empty where there is none yet.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let Some(bytes) = read_if_there(path)? else { return Ok(Self::default()) };
        serde_json::from_slice(&bytes).map_err(|error| LedgerError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), LedgerError> {
        let damaged = |error: serde_json::Error| LedgerError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let bytes = serde_json::to_vec_pretty(self).map_err(damaged)?;
        Ok(write_whole(path, &[&bytes])?)
    }
}
