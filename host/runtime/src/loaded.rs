//! A programme that is ready to serve.

use crate::{
    code::Code,
    contract::v1_0::Asked,
    gauges::{Gauges, Peak},
    health::{Health, now},
    run::{Run, RunError, Spent},
    settings::Limits,
};
use gtp_model::{Case, Digest, ProgrammeId, RuleId, Time, programme::Programme};
use semver::Version;
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// One version of one programme, checked and compiled. A call in flight keeps the version it began with,
/// whatever is dropped into the folder meanwhile.
pub struct Loaded {
    /// What the component defines.
    pub definition: Programme,
    /// The component's digest, which the record refers to.
    pub digest: Digest,
    /// The version of the contract that it was built against.
    pub contract: Version,
    /// Size of the component in bytes.
    pub bytes: u64,
    /// Size of its compiled code in bytes.
    pub compiled_bytes: u64,
    /// The file it came from; empty where it was read from the kept components.
    pub file: String,
    /// When it was loaded.
    pub loaded: Time,
    /// What one call may cost.
    pub limits: Limits,
    code: Code,
    health: Health,
    gauges: Gauges,
    peak_memory: AtomicU64,
    peak_fuel: AtomicU64,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("id", self.id())
            .field("version", self.version())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// What [`Loaded`] is made of.
pub(crate) struct Parts {
    pub definition: Programme,
    pub digest: Digest,
    pub contract: Version,
    pub bytes: u64,
    pub compiled_bytes: u64,
    pub file: String,
    pub limits: Limits,
    pub code: Code,
}

impl Loaded {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { definition, digest, contract, bytes, compiled_bytes, file, limits, code } =
            parts;
        Self {
            gauges: Gauges::of(&definition.about.id, &limits),
            definition,
            digest,
            contract,
            bytes,
            compiled_bytes,
            file,
            loaded: now(),
            limits,
            code,
            health: Health::default(),
            peak_memory: AtomicU64::new(0),
            peak_fuel: AtomicU64::new(0),
        }
    }

    /// The programme's id.
    #[must_use]
    pub const fn id(&self) -> &ProgrammeId {
        &self.definition.about.id
    }

    /// The component's version.
    #[must_use]
    pub const fn version(&self) -> &Version {
        &self.definition.about.version
    }

    /// How many runs have failed since one worked.
    #[must_use]
    pub fn failures_in_a_row(&self) -> u32 {
        self.health.in_a_row()
    }

    /// Runs these rules here and now, on the calling thread. Says what it cost whether it worked or not.
    pub(crate) fn run(&self, rules: &[RuleId], case: &Case) -> (Result<Run, RunError>, Spent) {
        if let Err(until) = self.health.may_run(Instant::now()) {
            let error = RunError::BackedOff { until };
            self.gauges.outcome(Some(&error));
            return (Err(error), Spent::default());
        }
        let (result, spent) =
            self.code.assess(Asked { programme: &self.definition, rules, case }, &self.limits);
        match &result {
            Ok(_) => self.health.note(Instant::now(), true),
            Err(error) if error.is_programmes_fault() => self.health.note(Instant::now(), false),
            Err(_) => {}
        }
        self.gauges.ran(spent, self.peak(spent), self.health.in_a_row());
        self.gauges.outcome(result.as_ref().err());
        (result, spent)
    }

    fn peak(&self, spent: Spent) -> Peak {
        let most = |peak: &AtomicU64, now: u64| peak.fetch_max(now, Ordering::Relaxed).max(now);
        Peak {
            memory: most(&self.peak_memory, spent.memory),
            fuel: most(&self.peak_fuel, spent.fuel),
        }
    }

    /// Runs these rules without counting it for or against the programme.
    pub(crate) fn try_run(&self, rules: &[RuleId], case: &Case) -> (Result<Run, RunError>, Spent) {
        self.code.assess(Asked { programme: &self.definition, rules, case }, &self.limits)
    }

    /// Notes a run that never reached the sandbox.
    pub(crate) fn turned_away(&self, error: &RunError) {
        self.gauges.outcome(Some(error));
    }
}
