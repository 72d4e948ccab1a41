//! One citizen's past, judged by both versions.

use super::Question;
use super::counts::{Counts, Example, Tally};
use gtp_care::calendar::Calendar;
use gtp_care::replaying::{Known, Side, Walk};
use gtp_care::schedule::{Due, Visit};
use gtp_model::programme::Severity;
use gtp_model::{CitizenId, Enrolment, EnrolmentId, Evidence, LimitId, RuleId, Time, Verdict};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::EnrolmentRow;
use gtp_record::{Store, StoreError};
use gtp_runtime::Loaded;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that is the same for all citizens.
pub struct OneCitizen<'a> {
    pub store: &'a dyn Store,
    pub calendar: &'a Calendar,
    pub versions: [(&'a Loaded, &'a BTreeMap<LimitId, f64>); 2],
    pub question: &'a Question,
    /// Limits that were set for units and the region.
    pub programmes: &'a [Recorded],
}

/// What a version says of a rule at a moment, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Nothing,
    Yellow,
    Red,
}

impl Level {
    /// Nothing where a rule did not answer.
    const fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Judged(Severity::Green) => Some(Self::Nothing),
            Verdict::Judged(Severity::Yellow) => Some(Self::Yellow),
            Verdict::Judged(Severity::Red) => Some(Self::Red),
            Verdict::NotJudged(_) => None,
        }
    }
}

/// One version's findings of one submission.
type Found = BTreeMap<(EnrolmentId, Time, RuleId), (Level, Vec<Evidence>)>;

/// The alerts that one version would have open: until when, and on what the newest rests.
type Open = HashMap<(EnrolmentId, String), (Time, Vec<Evidence>)>;

impl OneCitizen<'_> {
    /// Goes through one citizen's past and counts.
    pub fn walk(&self, citizen: CitizenId, tally: &mut Tally) -> Result<(), StoreError> {
        // Whoever was merged into another history is counted with that one.
        if queries::merged_into(self.store, citizen)?.is_some() || !self.sampled(citizen) {
            return Ok(());
        }
        let mut histories = vec![citizen];
        histories.extend(queries::merged(self.store, citizen)?);
        let mut enrolments: Vec<EnrolmentRow> = vec![];
        for id in &histories {
            enrolments.extend(queries::enrolments_of(self.store, *id)?);
        }
        enrolments.retain(|row| self.concerns(row));
        if enrolments.is_empty() {
            return Ok(());
        }
        tally.citizens += 1;
        let [(old, _), (new, what_if)] = self.versions;
        let nothing = BTreeMap::new();
        let (old, new) = (&old.definition, &new.definition);
        let mut walk = Walk::new(self.calendar, citizen, [old, new]);
        let mut sides = [Side::new(old, &nothing), Side::new(new, what_if)];
        let mut open = [Open::new(), Open::new()];
        let events = self.events(&histories)?;
        let mut rest = events.as_slice();
        while let Some(first) = rest.first() {
            if !is_data(first) {
                walk.take(first);
                rest = rest.get(1..).unwrap_or(&[]);
                continue;
            }
            let together = |event: &&Recorded| {
                is_data(event) && event.time == first.time && event.stream == first.stream
            };
            let count = rest.iter().take_while(together).count();
            let (submitted, after) = rest.split_at(count);
            rest = after;
            if first.time >= self.question.until {
                break;
            }
            if first.time >= self.question.from {
                tally.submissions += 1;
                self.submission(citizen, &walk, submitted, &mut sides, &mut open, tally)?;
            } else {
                sides.iter_mut().for_each(|side| walk.inherit(side, submitted));
            }
            walk.pass(submitted);
        }
        for row in &enrolments {
            self.missed(citizen, &walk, row, &histories, &mut open, tally)?;
        }
        Ok(())
    }

    fn concerns(&self, row: &EnrolmentRow) -> bool {
        let unit = self.question.unit.as_ref();
        row.enrolment.programme == *self.versions[0].0.id()
            && unit.is_none_or(|unit| row.enrolment.unit == *unit)
    }

    /// Always the same ones, whoever else there is.
    fn sampled(&self, citizen: CitizenId) -> bool {
        if self.question.sample >= 1.0 {
            return true;
        }
        let hash = Sha256::digest(citizen.0.as_bytes());
        let first = hash.iter().take(4).fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        f64::from(first) / f64::from(u32::MAX) < self.question.sample
    }

    /// What rules could see of a citizen, in the order in which it happened.
    fn events(&self, histories: &[CitizenId]) -> Result<Vec<Recorded>, StoreError> {
        let mut events = vec![];
        for id in histories {
            events.extend(self.store.events_named(StreamId::Citizen(*id), &Known::EVENTS)?);
        }
        let alone = histories.len() == 1 && self.programmes.is_empty();
        if !alone {
            events.extend_from_slice(self.programmes);
            events.sort_by_key(|event| event.number);
        }
        Ok(events)
    }

    fn submission(
        &self,
        citizen: CitizenId,
        walk: &Walk<'_>,
        submitted: &[Recorded],
        sides: &mut [Side<'_>; 2],
        open: &mut [Open; 2],
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        let mut found = [Found::new(), Found::new()];
        let at = submitted.first().map_or(Time(0), |event| event.time);
        let mut not_judged: Vec<(usize, EnrolmentId, RuleId, Time)> = vec![];
        let Tally { runs, failures, .. } = &mut *tally;
        walk.submit::<StoreError>(submitted, sides, |index, asked| {
            let (Some((loaded, _)), Some(found)) = (self.versions.get(index), found.get_mut(index))
            else {
                return Ok(None);
            };
            add(runs, index, 1);
            let moment = asked.case.moment();
            let Ok(run) = loaded.judge(&asked.rules, &asked.case) else {
                add(failures, index, 1);
                return Ok(None);
            };
            for finding in &run.assessment.findings {
                match Level::of(&finding.verdict) {
                    None => {
                        not_judged.push((index, asked.enrolment, finding.rule.clone(), moment));
                    }
                    Some(Level::Nothing) => {}
                    Some(level) => {
                        let key = (asked.enrolment, moment, finding.rule.clone());
                        found.insert(key, (level, finding.evidence.clone()));
                    }
                }
            }
            Ok(Some(run.assessment))
        })?;
        for (index, enrolment, rule, moment) in not_judged {
            let Some(enrolment) = walk.known().enrolment(enrolment) else { continue };
            if self.is_elsewhere(enrolment) {
                continue;
            }
            let mut counts = Counts::default();
            add(&mut counts.not_judged, index, 1);
            self.count(tally, enrolment, rule.as_str(), moment, counts);
        }
        let keys: BTreeSet<_> = found.iter().flat_map(BTreeMap::keys).cloned().collect();
        for key in keys {
            let (enrolment, moment, rule) = &key;
            let Some(enrolment) = walk.known().enrolment(*enrolment) else { continue };
            if self.is_elsewhere(enrolment) {
                continue;
            }
            let mut levels = [Level::Nothing; 2];
            let mut counts = Counts::default();
            for (index, (found, open)) in found.iter().zip(open.iter_mut()).enumerate() {
                let Some((level, evidence)) = found.get(&key) else { continue };
                if let Some(own) = levels.get_mut(index) {
                    *own = *level;
                }
                if self.opens(open, (enrolment.id, rule.to_string()), at, evidence) {
                    add(&mut counts.alerts, index, 1);
                }
            }
            self.compare(citizen, enrolment, rule.as_str(), *moment, levels, counts, tally);
        }
        Ok(())
    }

    /// Whether another unit than the one that is asked about looks after an enrolment.
    fn is_elsewhere(&self, enrolment: &Enrolment) -> bool {
        self.question.unit.as_ref().is_some_and(|unit| enrolment.unit != *unit)
    }

    /// Whether a finding would have opened an alert: none of its rule is open, and none rests on the same values.
    fn opens(
        &self,
        open: &mut Open,
        key: (EnrolmentId, String),
        at: Time,
        evidence: &[Evidence],
    ) -> bool {
        if let Some((until, newest)) = open.get_mut(&key) {
            let again = !evidence.is_empty() && newest == evidence;
            if again || at < *until {
                if !again {
                    *newest = evidence.to_vec();
                }
                return false;
            }
        }
        open.insert(key, (at.plus(self.question.handled_after), evidence.to_vec()));
        true
    }

    #[allow(clippy::too_many_arguments, reason = "what was found, by whom and about whom")]
    fn compare(
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
            examples.truncate(self.question.examples);
        }
    }

    fn count(
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

    /// What each version's schedule expected and did not get.
    fn missed(
        &self,
        citizen: CitizenId,
        walk: &Walk<'_>,
        row: &EnrolmentRow,
        histories: &[CitizenId],
        open: &mut [Open; 2],
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        let mut visits: Vec<Visit> = vec![];
        for id in histories {
            let rows = queries::visits(self.store, *id, Window::ALL)?;
            visits.extend(rows.iter().map(|row| Visit { starts: row.starts, known: row.known }));
        }
        visits.sort_by_key(|visit| visit.starts);
        let Question { from, until, .. } = self.question;
        let missed = |loaded: &Loaded| -> BTreeMap<(Time, String, Time), Due> {
            let missed = walk.missed(&loaded.definition, row, &visits, *from, *until);
            let key = |due: &Due| (due.missing_from, due.activity.clone(), due.opens);
            missed.into_iter().map(|due| (key(&due), due)).collect()
        };
        let [(old, _), (new, _)] = self.versions;
        let same = old.definition.schedule == new.definition.schedule;
        let first = missed(old);
        let second = if same { first.clone() } else { missed(new) };
        let both = [first, second];
        let keys: BTreeSet<_> = both.iter().flat_map(BTreeMap::keys).cloned().collect();
        for key in keys {
            let (moment, activity, _) = &key;
            let rule = format!("missing/{activity}");
            let mut counts = Counts::default();
            let mut levels = [Level::Nothing; 2];
            for (index, (missed, open)) in both.iter().zip(open.iter_mut()).enumerate() {
                if !missed.contains_key(&key) {
                    continue;
                }
                if let Some(own) = levels.get_mut(index) {
                    *own = Level::Yellow;
                }
                if self.opens(open, (row.enrolment.id, rule.clone()), *moment, &[]) {
                    add(&mut counts.alerts, index, 1);
                }
            }
            self.compare(citizen, &row.enrolment, &rule, *moment, levels, counts, tally);
        }
        Ok(())
    }
}

fn is_data(event: &Recorded) -> bool {
    matches!(
        event.event,
        Event::ObservationRecorded(_) | Event::ObservationCorrected(_) | Event::ResponseGiven(_)
    )
}

fn add(pair: &mut [u64; 2], index: usize, more: u64) {
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
