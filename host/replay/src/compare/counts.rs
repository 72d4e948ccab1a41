//! What is counted.

use gtp_model::{CitizenId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// How often two versions agreed and disagreed. Of pairs, the first is the old version's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Both found the same colour.
    pub same: u64,
    /// Only the new one found something.
    pub gained: u64,
    /// Only the old one did.
    pub lost: u64,
    /// Yellow before, red now.
    pub redder: u64,
    /// Red before, yellow now.
    pub milder: u64,
    /// Findings that are not green.
    pub findings: [u64; 2],
    /// Questions that a rule did not answer.
    pub not_judged: [u64; 2],
    /// Alerts that would have been opened.
    pub alerts: [u64; 2],
}

impl Counts {
    /// Whether the two versions never disagreed.
    #[must_use]
    pub const fn agree(&self) -> bool {
        self.gained == 0 && self.lost == 0 && self.redder == 0 && self.milder == 0
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.same += other.same;
        self.gained += other.gained;
        self.lost += other.lost;
        self.redder += other.redder;
        self.milder += other.milder;
        for side in [0, 1] {
            for (own, others) in [
                (&mut self.findings, other.findings),
                (&mut self.not_judged, other.not_judged),
                (&mut self.alerts, other.alerts),
            ] {
                if let (Some(own), Some(others)) = (own.get_mut(side), others.get(side)) {
                    *own += others;
                }
            }
        }
    }
}

/// A difference to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Example {
    /// Whose. An id, not a name.
    pub citizen: CitizenId,
    /// The moment that was judged, or from which something was missing.
    pub moment: Time,
    /// What the old version said.
    pub old: String,
    /// What the new one says.
    pub new: String,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Citizens who took part.
    pub citizens: u64,
    /// Submissions that were judged.
    pub submissions: u64,
    /// Runs of each version.
    pub runs: [u64; 2],
    /// Runs of each version that failed.
    pub failures: [u64; 2],
    /// All together.
    pub all: Counts,
    /// By rule; `missing/` and an activity for what did not come.
    pub rules: BTreeMap<String, Counts>,
    /// By the unit that looks after the enrolment.
    pub units: BTreeMap<String, Counts>,
    /// By week: `2026-W12`.
    pub weeks: BTreeMap<String, Counts>,
    /// By kind of difference and rule: `gained spo2-fall`.
    pub examples: BTreeMap<String, Vec<Example>>,
}

impl Tally {
    /// Adds another. Of the examples, the first ones in the order of ids stay, whoever was counted first.
    pub fn add(&mut self, other: Self, examples: usize) {
        self.citizens += other.citizens;
        self.submissions += other.submissions;
        for side in [0, 1] {
            for (own, others) in
                [(&mut self.runs, other.runs), (&mut self.failures, other.failures)]
            {
                if let (Some(own), Some(others)) = (own.get_mut(side), others.get(side)) {
                    *own += others;
                }
            }
        }
        self.all += other.all;
        for (own, others) in [
            (&mut self.rules, other.rules),
            (&mut self.units, other.units),
            (&mut self.weeks, other.weeks),
        ] {
            for (key, counts) in others {
                *own.entry(key).or_default() += counts;
            }
        }
        for (kind, others) in other.examples {
            let own = self.examples.entry(kind).or_default();
            own.extend(others);
            own.sort();
            own.truncate(examples);
        }
    }
}
