//! What an operator sees of each programme at `/metrics`.
//!
//! The handles are made once, when a programme is loaded, so a run pays a few atomic additions. Install the
//! recorder before the runtime starts.

use crate::{
    run::{RunError, Spent},
    settings::Limits,
};
use gtp_model::ProgrammeId;
use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

/// The most that one run has cost so far.
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    pub memory: u64,
    pub fuel: u64,
}

/// One programme's gauges.
pub struct Gauges {
    ok: Counter,
    failed: Vec<(&'static str, Counter)>,
    fuel: Counter,
    seconds: Histogram,
    memory: Gauge,
    fuel_peak: Gauge,
    in_a_row: Gauge,
}

/// Says what each of them means. Called once, when the runtime starts.
pub fn describe() {
    describe_counter!(
        "gtp_programme_runs_total",
        "Runs of a programme's rules, by how they went: ok or the kind of failure"
    );
    describe_counter!("gtp_programme_fuel_total", "Fuel used, roughly WebAssembly instructions");
    describe_histogram!("gtp_programme_run_seconds", "Time of one run in the sandbox");
    describe_gauge!(
        "gtp_programme_memory_peak_bytes",
        "Most memory of one run since this version was loaded"
    );
    describe_gauge!(
        "gtp_programme_fuel_peak",
        "Most fuel of one run since this version was loaded"
    );
    describe_gauge!("gtp_programme_fuel_limit", "Fuel that one run may use");
    describe_gauge!("gtp_programme_memory_limit_bytes", "Memory that one run may use");
    describe_gauge!(
        "gtp_programme_failures_in_a_row",
        "Runs that failed since one worked; from three on the programme rests"
    );
}

impl Gauges {
    pub fn of(programme: &ProgrammeId, limits: &Limits) -> Self {
        let programme = programme.to_string();
        let limit = |name: &'static str| gauge!(name, "programme" => programme.clone());
        limit("gtp_programme_fuel_limit").set(limits.fuel as f64);
        limit("gtp_programme_memory_limit_bytes").set(limits.memory as f64);
        let runs = |outcome: &'static str| counter!("gtp_programme_runs_total", "programme" => programme.clone(), "outcome" => outcome);
        Self {
            ok: runs("ok"),
            failed: RunError::KINDS.iter().map(|kind| (*kind, runs(kind))).collect(),
            fuel: counter!("gtp_programme_fuel_total", "programme" => programme.clone()),
            seconds: histogram!("gtp_programme_run_seconds", "programme" => programme.clone()),
            memory: gauge!("gtp_programme_memory_peak_bytes", "programme" => programme.clone()),
            fuel_peak: gauge!("gtp_programme_fuel_peak", "programme" => programme.clone()),
            in_a_row: gauge!("gtp_programme_failures_in_a_row", "programme" => programme),
        }
    }

    /// Notes a run that reached the sandbox.
    pub fn ran(&self, spent: Spent, peak: Peak, in_a_row: u32) {
        self.fuel.increment(spent.fuel);
        self.seconds.record(spent.time);
        self.memory.set(peak.memory as f64);
        self.fuel_peak.set(peak.fuel as f64);
        self.in_a_row.set(f64::from(in_a_row));
    }

    /// Notes how it went.
    pub fn outcome(&self, error: Option<&RunError>) {
        match error {
            None => self.ok.increment(1),
            Some(error) => {
                if let Some((_, counter)) =
                    self.failed.iter().find(|(kind, _)| *kind == error.kind())
                {
                    counter.increment(1);
                }
            }
        }
    }
}
