//! Counting what two versions say of one moment: for a comparison of the past, and for one that runs beside live data.

use super::counts::{Counts, Example, Tally};
use gtp_care::calendar::Calendar;
use gtp_model::programme::Severity;
use gtp_model::{CitizenId, Enrolment, EnrolmentId, Evidence, Time, Verdict};
use std::collections::{BTreeMap, HashMap};

/// What a version says of a rule at a moment, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Nothing,
    Yellow,
    Red,
}

impl Level {
    /// Nothing where a rule did not answer.
    pub const fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Judged(Severity::Green) => Some(Self::Nothing),
            Verdict::Judged(Severity::Yellow) => Some(Self::Yellow),
            Verdict::Judged(Severity::Red) => Some(Self::Red),
            Verdict::NotJudged(_) => None,
        }
    }
}

/// The alerts that one version would have open: until when, and on what the newest rests.
#[derive(Default)]
pub struct Open(HashMap<(EnrolmentId, String), (Time, Vec<Evidence>)>);

impl Open {
    /// Whether a finding would have opened an alert: none of its rule is open, and none rests on the same values.
    pub fn opens(
        &mut self,
        key: (EnrolmentId, String),
        at: Time,
        evidence: &[Evidence],
        handled_after: i64,
    ) -> bool {
        if let Some((until, newest)) = self.0.get_mut(&key) {
            let again = !evidence.is_empty() && newest == evidence;
            if again || at < *until {
                if !again {
                    *newest = evidence.to_vec();
                }
                return false;
            }
        }
        self.0.insert(key, (at.plus(handled_after), evidence.to_vec()));
        true
    }

    /// Forgets what was dealt with long ago.
    pub fn forget(&mut self, before: Time) {
        self.0.retain(|_, (until, _)| *until >= before);
    }
}

/// How things are counted.
pub struct Tallying<'a> {
    /// Which weeks days belong to.
    pub calendar: &'a Calendar,
    /// How many examples are kept of each kind of difference.
    pub examples: usize,
}

impl Tallying<'_> {
    /// Counts what two versions say of one rule at one moment.
    #[allow(clippy::too_many_arguments, reason = "what was found, by whom and about whom")]
    pub fn compare(
        &self,
        citizen: CitizenId,
        enrolment: &Enrolment,
        rule: &str,
        moment: Time,
        levels: [Level; 2],
        mut counts: Counts,
        tally: &mut Tally,
    ) {
        let [old, new] = levels;
        counts.findings = levels.map(|level| u64::from(level > Level::Nothing));
        let kind = match (old, new) {
            (old, new) if old == new => {
                counts.same = 1;
                None
            }
            (Level::Nothing, _) => {
                counts.gained = 1;
                Some("gained")
            }
            (_, Level::Nothing) => {
                counts.lost = 1;
                Some("lost")
            }
            (Level::Yellow, _) => {
                counts.redder = 1;
                Some("redder")
            }
            _ => {
                counts.milder = 1;
                Some("milder")
            }
        };
        self.count(tally, enrolment, rule, moment, counts);
        if let Some(kind) = kind {
            let examples = tally.examples.entry(format!("{kind} {rule}")).or_default();
            let example = Example { citizen, moment, old: word(old, rule), new: word(new, rule) };
            let place = examples.partition_point(|own| *own < example);
            examples.insert(place, example);
            examples.truncate(self.examples);
        }
    }

    /// Counts something of one rule, everywhere where it counts.
    pub fn count(
        &self,
        tally: &mut Tally,
        enrolment: &Enrolment,
        rule: &str,
        moment: Time,
        counts: Counts,
    ) {
        tally.all += counts;
        *entry(&mut tally.rules, rule) += counts;
        *entry(&mut tally.units, enrolment.unit.as_str()) += counts;
        let week = self.calendar.zoned(moment).date().iso_week_date();
        *entry(&mut tally.weeks, &format!("{}-W{:02}", week.year(), week.week())) += counts;
    }
}

/// Adds to one side of a pair.
pub fn add(pair: &mut [u64; 2], index: usize, more: u64) {
    if let Some(own) = pair.get_mut(index) {
        *own += more;
    }
}

/// The counts of a name, which is written anew only where it is new.
fn entry<'a>(counts: &'a mut BTreeMap<String, Counts>, name: &str) -> &'a mut Counts {
    if !counts.contains_key(name) {
        counts.insert(name.to_owned(), Counts::default());
    }
    counts.entry(name.to_owned()).or_default()
}

fn word(level: Level, rule: &str) -> String {
    match level {
        Level::Nothing => "nothing",
        Level::Yellow if rule.starts_with("missing/") => "missing",
        Level::Yellow => "yellow",
        Level::Red => "red",
    }
    .to_owned()
}
