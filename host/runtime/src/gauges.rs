//! What an operator sees of each programme at `/metrics`.
//!
//! The handles are made once, when a programme is loaded, so a run pays a few atomic additions. Install the
//! recorder before the runtime starts.

use crate::run::{RunError, Spent};
use gtp_model::ProgrammeId;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

/// One programme's gauges.
pub struct Gauges {
    ok: Counter,
    failed: Vec<(&'static str, Counter)>,
    fuel: Counter,
    seconds: Histogram,
    memory: Gauge,
}

impl Gauges {
    pub fn of(programme: &ProgrammeId) -> Self {
        let programme = programme.to_string();
        let runs = |outcome: &'static str| counter!("gtp_programme_runs_total", "programme" => programme.clone(), "outcome" => outcome);
        Self {
            ok: runs("ok"),
            failed: RunError::KINDS.iter().map(|kind| (*kind, runs(kind))).collect(),
            fuel: counter!("gtp_programme_fuel_total", "programme" => programme.clone()),
            seconds: histogram!("gtp_programme_run_seconds", "programme" => programme.clone()),
            memory: gauge!("gtp_programme_memory_peak_bytes", "programme" => programme),
        }
    }

    /// Notes a run that reached the sandbox.
    pub fn ran(&self, spent: Spent, peak: u64) {
        self.fuel.increment(spent.fuel);
        self.seconds.record(spent.time);
        self.memory.set(peak as f64);
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
