//! How often each rule raises an alert, watched over time and compared across a change of version.
//!
//! What is counted are alerts that were opened for each assessment, by the version that judged. After a change the
//! rate of each rule is compared with the last four weeks of the version before. Given how many alerts there were
//! in both times together, and if nothing had changed, each of them would fall on the new version with a probability
//! that follows from the two numbers of assessments alone: so the number that did is binomial, and how rare it is
//! can be worked out exactly. No model of rates over the year is needed, and none is made.
//!
//! Looking often finds something by chance. So it is looked at after 50 assessments, 100, 200, 400 and so on, and
//! the rarity that counts is shared out over all looks and all rules, so that in 100 changes of version that
//! change nothing, at most one tells anything at all. A change that is told is also one of a half at least: of
//! smaller ones a great cohort would tell with every version. Citizens who raise alerts again and again are not
//! independent of each other, which the figure does not know; one open alert for each rule and enrolment keeps
//! that small.

use super::{Desk, DeskError, lock};
use gtp_model::{Actor, AlertCause, DAY, Digest, ProgrammeId, Time};
use gtp_record::event::{Event, Recorded};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The part of all changes of version that may tell of a change of rates where there is none.
const FALSE_ALARMS: f64 = 0.01;
/// The first look after a change, in assessments. Each further one is at twice as many.
const FIRST_LOOK: u64 = 50;
/// A rate that rose to less than this many times, or fell to more than one part of so many, is not told.
const AT_LEAST: f64 = 1.5;
/// Rates of the version before are over this time.
const BEFORE: i64 = 28 * DAY;
/// Days and versions that are kept.
const DAYS: usize = 60;
const ERAS: usize = 5;

/// What is counted of all programmes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Number of the last event that was counted.
    pub position: u64,
    /// By programme.
    pub programmes: BTreeMap<ProgrammeId, Rates>,
    #[serde(skip)]
    changed: bool,
}

/// What is counted of a programme.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Its versions as they served, the newest last.
    pub eras: Vec<Era>,
    /// What changed with the newest.
    pub changes: Vec<Changed>,
    /// How often the newest was looked at.
    pub looks: u32,
}

/// A version, for as long as it served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Era {
    /// Its version.
    pub version: String,
    /// Its component.
    pub digest: Digest,
    /// Since when.
    pub since: Time,
    /// What was counted, by the day since 1970 (UTC).
    pub days: BTreeMap<i64, Day>,
}

/// What was counted on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Assessments.
    pub assessments: u64,
    /// Alerts that were opened, by rule.
    pub alerts: BTreeMap<String, u64>,
}

/// A rule whose rate changed with a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The rule.
    pub rule: String,
    /// The version before and the one that serves.
    pub versions: [String; 2],
    /// Alerts of each.
    pub alerts: [u64; 2],
    /// Assessments of each.
    pub assessments: [u64; 2],
    /// How probable so great a difference is if nothing had changed.
    pub probability: f64,
    /// When it was found.
    pub found: Time,
}

impl Changed {
    /// Alerts for each 100 assessments of each version.
    #[must_use]
    pub fn rates(&self) -> [f64; 2] {
        let [before, after] = self.alerts;
        let [of_before, of_after] = self.assessments;
        [rate(before, of_before), rate(after, of_after)]
    }
}

/// Alerts for each 100 assessments.
#[must_use]
pub fn rate(alerts: u64, assessments: u64) -> f64 {
    if assessments == 0 { 0.0 } else { alerts as f64 * 100.0 / assessments as f64 }
}

impl Era {
    /// Assessments and alerts by rule from a moment on.
    #[must_use]
    pub fn sum(&self, from: Time) -> Day {
        let mut sum = Day::default();
        for (_, day) in self.days.range(from.0.div_euclid(DAY)..) {
            sum.assessments += day.assessments;
            for (rule, alerts) in &day.alerts {
                *sum.alerts.entry(rule.clone()).or_default() += alerts;
            }
        }
        sum
    }

    fn day(&mut self, time: Time) -> &mut Day {
        let day = time.0.div_euclid(DAY);
        if !self.days.contains_key(&day) && self.days.len() >= DAYS {
            self.days.pop_first();
        }
        self.days.entry(day).or_default()
    }
}

impl Drift {
    /// Counts what happened. Gives what changed, where this is the moment at which it is seen.
    pub fn hear(&mut self, recorded: &Recorded) -> Vec<Changed> {
        if recorded.number <= self.position {
            return vec![];
        }
        self.position = recorded.number;
        let at = recorded.time;
        match &recorded.event {
            Event::ProgrammeActivated(event) => {
                self.changed = true;
                let rates = self.programmes.entry(event.programme.clone()).or_default();
                rates.begin(&event.version, event.digest, at);
                vec![]
            }
            Event::AssessmentMade(event) => {
                self.changed = true;
                let run = &event.component;
                let rates = self.programmes.entry(run.programme.clone()).or_default();
                // What an earlier version began to judge is counted with it, wherever it serves by now.
                if !rates.eras.iter().any(|era| era.digest == run.digest) {
                    rates.begin(&run.version, run.digest, at);
                }
                let era = rates.eras.iter_mut().rev().find(|era| era.digest == run.digest);
                if let Some(era) = era {
                    era.day(at).assessments += 1;
                }
                rates.look(at)
            }
            Event::AlertOpened(event) => {
                let AlertCause::Rule(rule) = &event.alert.cause else { return vec![] };
                self.changed = true;
                let rates = self.programmes.entry(event.alert.programme.clone()).or_default();
                if let Some(era) = rates.eras.last_mut() {
                    *era.day(at).alerts.entry(rule.to_string()).or_default() += 1;
                }
                vec![]
            }
            _ => vec![],
        }
    }

    /// Whether there is something to write down.
    pub(super) const fn take_changed(&mut self) -> bool {
        std::mem::replace(&mut self.changed, false)
    }

    /// Sets the gauges.
    pub(super) fn show(&self) {
        metrics::describe_gauge!(
            "gtp_rule_alerts_per_100_assessments",
            "Alerts that a rule opened for each 100 assessments of the version that serves"
        );
        metrics::describe_gauge!(
            "gtp_rule_alert_rate_changed",
            "How many times as often a rule raises alerts as under the version before; set where that is no chance"
        );
        for (programme, rates) in &self.programmes {
            let Some(era) = rates.eras.last() else { continue };
            let sum = era.sum(Time(0));
            for (rule, alerts) in &sum.alerts {
                let labels = [("programme", programme.to_string()), ("rule", rule.clone())];
                let gauge = metrics::gauge!("gtp_rule_alerts_per_100_assessments", &labels);
                gauge.set(rate(*alerts, sum.assessments));
            }
            for changed in &rates.changes {
                let [before, after] = changed.rates();
                let labels = [("programme", programme.to_string()), ("rule", changed.rule.clone())];
                // From nothing to something is no number of times.
                let times = if before > 0.0 { after / before } else { f64::INFINITY };
                metrics::gauge!("gtp_rule_alert_rate_changed", &labels).set(times);
            }
        }
    }
}

impl Rates {
    /// Another version serves.
    fn begin(&mut self, version: &str, digest: Digest, since: Time) {
        if self.eras.last().is_some_and(|era| era.digest == digest) {
            return;
        }
        let version = version.to_owned();
        self.eras.push(Era { version, digest, since, days: BTreeMap::new() });
        if self.eras.len() > ERAS {
            self.eras.remove(0);
        }
        self.changes.clear();
        self.looks = 0;
    }

    /// Compares the newest version with the one before, where enough has come since the last look.
    fn look(&mut self, now: Time) -> Vec<Changed> {
        let [.., old, new] = self.eras.as_slice() else { return vec![] };
        let after = new.sum(Time(0));
        if after.assessments < FIRST_LOOK << self.looks.min(40) {
            return vec![];
        }
        let before = old.sum(new.since.plus(-BEFORE));
        let mut rules: Vec<&String> = before.alerts.keys().chain(after.alerts.keys()).collect();
        rules.sort();
        rules.dedup();
        let threshold = threshold(self.looks, rules.len());
        let mut found = vec![];
        for rule in rules {
            let count = |day: &Day| day.alerts.get(rule).copied().unwrap_or(0);
            let alerts = [count(&before), count(&after)];
            let assessments = [before.assessments, after.assessments];
            let probability = probability(alerts, assessments);
            let known = self.changes.iter().any(|own| own.rule == *rule);
            if !known && probability < threshold && differs(alerts, assessments) {
                found.push(Changed {
                    rule: rule.clone(),
                    versions: [old.version.clone(), new.version.clone()],
                    alerts,
                    assessments,
                    probability,
                    found: now,
                });
            }
        }
        self.looks += 1;
        self.changes.extend(found.iter().cloned());
        found
    }
}

/// The rarity that counts at a look: all looks together give [`FALSE_ALARMS`].
fn threshold(looks: u32, rules: usize) -> f64 {
    let (look, rules) = (f64::from(looks) + 1.0, rules.max(1) as f64);
    FALSE_ALARMS / (look * (look + 1.0)) / rules
}

fn differs([before, after]: [u64; 2], [of_before, of_after]: [u64; 2]) -> bool {
    let (before, after) = (rate(before, of_before), rate(after, of_after));
    after >= before * AT_LEAST || after * AT_LEAST <= before
}

/// How probable it is that alerts are shared out between two times at least so unevenly, if their rate is the same:
/// twice the smaller tail of the binomial distribution.
fn probability([before, after]: [u64; 2], [of_before, of_after]: [u64; 2]) -> f64 {
    let all = before + after;
    if all == 0 || of_before == 0 || of_after == 0 {
        return 1.0;
    }
    let share = of_after as f64 / (of_before + of_after) as f64;
    let mass = |k: u64| {
        let choose = ln_factorial(all) - ln_factorial(k) - ln_factorial(all - k);
        (choose + k as f64 * share.ln() + (all - k) as f64 * (1.0 - share).ln()).exp()
    };
    let low: f64 = (0..=after).map(mass).sum();
    let high: f64 = (after..=all).map(mass).sum();
    (2.0 * low.min(high)).min(1.0)
}

/// The logarithm of a factorial; from 20 on by Stirling's series, which is right to twelve digits there.
fn ln_factorial(n: u64) -> f64 {
    if n < 20 {
        return (2..=n).map(|own| (own as f64).ln()).sum();
    }
    let n = n as f64;
    let series = 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3)) + 1.0 / (1260.0 * n.powi(5));
    n * n.ln() - n + 0.5 * (2.0 * std::f64::consts::PI * n).ln() + series
}

impl Desk {
    /// How often each rule raises alerts, and what changed.
    ///
    /// # Errors
    /// The actor may not read reports.
    pub fn drift(&self, actor: &Actor) -> Result<Drift, DeskError> {
        self.parts.care.require_report_reader(actor)?;
        Ok(lock(&self.watched).drift.clone())
    }
}

#[cfg(test)]
mod tests;
