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

    /// What is different from an older catalogue.
    pub(crate) fn changes_since(&self, old: &Self) -> Vec<Change> {
        let mut changes = vec![];
        for loaded in self.active() {
            let before = old.get(loaded.id());
            if before.is_none_or(|before| before.digest != loaded.digest) {
                changes.push(Change::Activated {
                    programme: loaded.id().clone(),
                    version: loaded.version().clone(),
                    digest: loaded.digest,
                    file: loaded.file.clone(),
                    replaced: before.map(|before| before.version().clone()),
                });
            }
        }
        for loaded in old.active().filter(|loaded| self.get(loaded.id()).is_none()) {
            changes.push(Change::Withdrawn {
                programme: loaded.id().clone(),
                version: loaded.version().clone(),
            });
        }
        for standing in self.standings() {
            let known = old.standings().iter().any(|before| {
                before.file == standing.file
                    && before.state == standing.state
                    && before.flaws == standing.flaws
            });
            if known {
                continue;
            }
            match (standing.state, &standing.programme) {
                (State::Refused, _) => changes.push(Change::Refused {
                    file: standing.file.clone(),
                    flaws: standing.flaws.clone(),
                }),
                (State::Waiting, Some((programme, version))) => changes.push(Change::Waiting {
                    programme: programme.clone(),
                    version: version.clone(),
                    file: standing.file.clone(),
                }),
                _ => {}
            }
        }
        changes
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
