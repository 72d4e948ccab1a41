//! What the check of one component says: everything at once.

use crate::{
    flaw::{Flaw, Gravity},
    run::Spent,
    settings::Limits,
};
use gtp_model::{Digest, ProgrammeId, Text};
use semver::Version;
use serde::Serialize;

/// The whole of what was found out about one component.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The file's name.
    pub file: String,
    /// The digest of its bytes. Absent where they could not be read.
    pub digest: Option<Digest>,
    /// Size of the component in bytes.
    pub bytes: u64,
    /// What it says it is, as far as it could be asked.
    pub programme: Option<Identity>,
    /// What is wrong with it, the gravest first.
    pub flaws: Vec<Flaw>,
    /// How its scenarios went. Empty where they were not run.
    pub scenarios: Vec<ScenarioResult>,
    /// What it costs. Absent where nothing of it was run.
    pub budget: Option<Budget>,
}

impl Report {
    /// Whether it may serve.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.errors().next().is_none()
    }

    /// What keeps it from serving.
    pub fn errors(&self) -> impl Iterator<Item = &Flaw> {
        self.flaws.iter().filter(|flaw| flaw.gravity == Gravity::Error)
    }
}

/// What a component says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The programme's id.
    pub id: ProgrammeId,
    /// The component's version.
    pub version: Version,
    /// Its name.
    pub title: Text,
    /// The contract it was built against.
    pub contract: Version,
}

/// How one scenario went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenarioResult {
    /// Its id.
    pub id: String,
    /// What it tells.
    pub title: Text,
    /// How many steps it has.
    pub steps: usize,
    /// How many expectations were met.
    pub met: usize,
    /// What came otherwise than expected. Empty: it passed.
    pub failures: Vec<String>,
}

/// What the dearest call cost, next to what a call may cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// Fuel of the dearest call.
    pub fuel: u64,
    /// Bytes of memory of the call that needed most.
    pub memory: u64,
    /// Calls that this is taken from.
    pub calls: u64,
    /// What one call may cost.
    pub limits: Limits,
}

impl Budget {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self { fuel: 0, memory: 0, calls: 0, limits }
    }

    pub(crate) fn note(&mut self, spent: Spent) {
        self.fuel = self.fuel.max(spent.fuel);
        self.memory = self.memory.max(spent.memory);
        self.calls += 1;
    }

    /// Fuel of the dearest call in per cent of what it may cost.
    #[must_use]
    pub fn fuel_percent(&self) -> f64 {
        self.fuel as f64 * 100.0 / (self.limits.fuel.max(1) as f64)
    }
}
