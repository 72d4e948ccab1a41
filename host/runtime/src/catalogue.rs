//! What serves now, and what does not and why.

use crate::{flaw::Flaw, loaded::Loaded};
use gtp_model::{Digest, ProgrammeId, Time};
use semver::Version;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// A snapshot. Whoever holds one sees the same programmes to the end of what they do.
#[derive(Debug, Default)]
pub struct Catalogue {
    active: BTreeMap<ProgrammeId, Arc<Loaded>>,
    standings: Vec<Standing>,
}

impl Catalogue {
    pub(crate) const fn new(
        active: BTreeMap<ProgrammeId, Arc<Loaded>>,
        standings: Vec<Standing>,
    ) -> Self {
        Self { active, standings }
    }

    /// The programmes that serve, by id.
    pub fn active(&self) -> impl ExactSizeIterator<Item = &Arc<Loaded>> {
        self.active.values()
    }

    /// The programme of this id, where it serves.
    #[must_use]
    pub fn get(&self, id: &ProgrammeId) -> Option<&Arc<Loaded>> {
        self.active.get(id)
    }

    /// Every file in the folder and every withdrawn programme, and where it stands.
    #[must_use]
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }
}

/// Where one file or withdrawn programme stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The file's name.
    pub file: String,
    /// Programme and version, as far as known.
    pub programme: Option<(ProgrammeId, Version)>,
    /// The component's digest, as far as known.
    pub digest: Option<Digest>,
    /// Where it stands.
    pub state: State,
    /// Why, and what else there is to say. The gravest first.
    pub flaws: Vec<Flaw>,
    /// Since when.
    pub since: Time,
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It serves.
    Active,
    /// It passed its checks and waits for an operator's yes.
    Waiting,
    /// It is still being written.
    Settling,
    /// A newer version of the programme, or the same component under another name, serves in its place.
    Superseded,
    /// It does not serve; its flaws say why. If the programme had a version that served, that goes on.
    Refused,
    /// Its file was removed: forms are gone, data stays.
    Withdrawn,
}

/// Something changed. For the log, and for the record of who ran what when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A programme, or another version of it, serves from now on.
    Activated {
        /// The programme.
        programme: ProgrammeId,
        /// Its version.
        version: Version,
        /// Its component.
        digest: Digest,
        /// The file it came from.
        file: String,
        /// The version that served before.
        replaced: Option<Version>,
    },
    /// A component passed its checks and waits for an operator.
    Waiting {
        /// The programme.
        programme: ProgrammeId,
        /// The version that waits.
        version: Version,
        /// The file.
        file: String,
    },
    /// A file does not serve.
    Refused {
        /// The file.
        file: String,
        /// Why.
        flaws: Vec<Flaw>,
    },
    /// A programme's file was removed.
    Withdrawn {
        /// The programme.
        programme: ProgrammeId,
        /// The version that served.
        version: Version,
    },
}
