//! A programme that is ready to serve.

use crate::{
    brevity::{self, Brevity},
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
    panic::AssertUnwindSafe,
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
    pub(crate) brevity: Brevity,
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
            brevity: Brevity::default(),
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
        let (result, spent) = self.try_run(rules, case);
        self.count(&result, spent);
        (result, spent)
    }

    /// Runs these rules on the calling thread as long as that takes but a moment. None where it takes longer, or
    /// did so lately, or failed: then it is to be run by somebody who has the time, from the beginning.
    pub(crate) fn run_briefly(
        &self,
        rules: &[RuleId],
        case: &Case,
    ) -> Option<Result<Run, RunError>> {
        if self.health.in_a_row() > 0 || !self.brevity.is_likely() {
            return None;
        }
        let brief = brevity::brief(&self.limits);
        let asked = Asked { programme: &self.definition, rules, case };
        // Were the host itself to panic in it, the runtime's threads know what to say.
        let run = AssertUnwindSafe(|| self.code.assess(asked, &brief));
        let (result, spent) = std::panic::catch_unwind(run).ok()?;
        if result.as_ref().is_err_and(|error| brevity::is_too_much(error, &brief, &self.limits)) {
            self.brevity.was_too_long();
            return None;
        }
        self.brevity.note(spent);
        self.count(&result, spent);
        Some(result)
    }

    /// Counts a run for or against the programme.
    fn count(&self, result: &Result<Run, RunError>, spent: Spent) {
        match result {
            Ok(_) => self.health.note(Instant::now(), true),
            Err(error) if error.is_programmes_fault() => self.health.note(Instant::now(), false),
            Err(_) => {}
        }
        self.gauges.ran(spent, self.peak(spent), self.health.in_a_row());
        self.gauges.outcome(result.as_ref().err());
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
