//! What came out, and where to go on.

use super::Question;
use super::counts::Tally;
use gtp_model::{CitizenId, DAY, Digest, LimitId, ProgrammeId, Time, UnitId};
use gtp_runtime::Loaded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One of the two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: Digest,
}

/// What another version would have found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The programme.
    pub programme: ProgrammeId,
    /// What it is compared with.
    pub old: Version,
    /// What is compared.
    pub new: Version,
    /// The first moment that counts.
    pub from: Time,
    /// The first moment that does not any more.
    pub until: Time,
    /// Only enrolments of this unit.
    pub unit: Option<UnitId>,
    /// Only this part of all citizens.
    pub sample: f64,
    /// Limits that were put in the place of the region's for the new version.
    pub what_if: BTreeMap<LimitId, f64>,
    /// After how many milliseconds an alert was taken as dealt with.
    pub handled_after: i64,
    /// What was counted.
    pub tally: Tally,
}

/// How far a comparison is: enough to go on from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The last citizen who was looked at.
    pub after: Option<CitizenId>,
    /// How many were looked at, whether they take part or not.
    pub seen: u64,
    /// Whether that was all.
    pub done: bool,
    /// What was counted so far.
    pub report: Report,
}

/// How far a comparison is, in citizens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Looked at.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

impl State {
    pub(crate) fn new(old: &Loaded, new: &Loaded, question: &Question) -> Self {
        let version = |loaded: &Loaded| Version {
            version: loaded.version().to_string(),
            digest: loaded.digest,
        };
        let report = Report {
            programme: new.id().clone(),
            old: version(old),
            new: version(new),
            from: question.from,
            until: question.until,
            unit: question.unit.clone(),
            sample: question.sample,
            what_if: question.what_if.clone(),
            handled_after: question.handled_after,
            tally: Tally::default(),
        };
        Self { after: None, seen: 0, done: false, report }
    }
}

impl Report {
    /// Whether both are of the same question; what was counted may differ.
    pub(super) fn same_question(&self, other: &Self) -> bool {
        Self { tally: Tally::default(), ..self.clone() }
            == Self { tally: Tally::default(), ..other.clone() }
    }

    /// How many days it is over.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.until.since(self.from) as f64 / DAY as f64
    }

    /// Alerts a day, of each version.
    #[must_use]
    pub fn alerts_a_day(&self) -> [f64; 2] {
        self.tally.all.alerts.map(|alerts| alerts as f64 / self.days().max(1e-9))
    }
}
