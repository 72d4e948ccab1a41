//! One citizen's past, judged by both versions.

use super::Question;
use super::counts::{Counts, Tally};
use super::tallying::{Level, Open, Tallying, add};
use gtp_care::calendar::Calendar;
use gtp_care::replaying::{Known, Side, Walk};
use gtp_care::schedule::{Due, Visit};
use gtp_model::{CitizenId, Enrolment, EnrolmentId, Evidence, LimitId, RuleId, Time};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries::{self, Window};
use gtp_record::view::rows::EnrolmentRow;
use gtp_record::{Store, StoreError};
use gtp_runtime::Loaded;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is the same for all citizens.
pub struct OneCitizen<'a> {
    pub store: &'a dyn Store,
    pub calendar: &'a Calendar,
    pub versions: [(&'a Loaded, &'a BTreeMap<LimitId, f64>); 2],
    pub question: &'a Question,
    /// Limits that were set for units and the region.
    pub programmes: &'a [Recorded],
}

/// One version's findings of one submission.
type Found = BTreeMap<(EnrolmentId, Time, RuleId), (Level, Vec<Evidence>)>;

/// Under which ids a citizen's history lies, and their enrolments.
type TakingPart = (Vec<CitizenId>, Vec<EnrolmentRow>);

impl OneCitizen<'_> {
    /// Goes through one citizen's past and counts.
    pub fn walk(&self, citizen: CitizenId, tally: &mut Tally) -> Result<(), StoreError> {
        if !self.sampled(citizen) {
            return Ok(());
        }
        let Some((histories, enrolments)) = self.taking_part(citizen)? else { return Ok(()) };
        tally.citizens += 1;
        let [(old, _), (new, what_if)] = self.versions;
        let nothing = BTreeMap::new();
        let (old, new) = (&old.definition, &new.definition);
        let mut walk = Walk::new(self.calendar, citizen, [old, new]);
        let mut sides = [Side::new(old, &nothing), Side::new(new, what_if)];
        let mut open = [Open::default(), Open::default()];
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

    const fn tallying(&self) -> Tallying<'_> {
        Tallying { calendar: self.calendar, examples: self.question.examples }
    }

    /// What did not come of one citizen, and nothing else: for whoever looks at a short time over and over.
    pub fn only_missed(
        &self,
        citizen: CitizenId,
        open: &mut [Open; 2],
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        let Some((histories, enrolments)) = self.taking_part(citizen)? else { return Ok(()) };
        let [(old, _), (new, _)] = self.versions;
        let versions = [&old.definition, &new.definition];
        let mut walk = Walk::new(self.calendar, citizen, versions);
        walk.pass(&self.events(&histories)?);
        for row in &enrolments {
            self.missed(citizen, &walk, row, &histories, open, tally)?;
        }
        Ok(())
    }

    /// The histories of a citizen and the enrolments that are asked about; nothing where there are none.
    fn taking_part(&self, citizen: CitizenId) -> Result<Option<TakingPart>, StoreError> {
        // Whoever was merged into another history is counted with that one.
        if queries::merged_into(self.store, citizen)?.is_some() {
            return Ok(None);
        }
        let mut histories = vec![citizen];
        histories.extend(queries::merged(self.store, citizen)?);
        let mut enrolments = vec![];
        for id in &histories {
            enrolments.extend(queries::enrolments_of(self.store, *id)?);
        }
        enrolments.retain(|row| self.concerns(row));
        Ok((!enrolments.is_empty()).then_some((histories, enrolments)))
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
            self.tallying().count(tally, enrolment, rule.as_str(), moment, counts);
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
                if open.opens(
                    (enrolment.id, rule.to_string()),
                    at,
                    evidence,
                    self.question.handled_after,
                ) {
                    add(&mut counts.alerts, index, 1);
                }
            }
            self.tallying().compare(
                citizen,
                enrolment,
                rule.as_str(),
                *moment,
                levels,
                counts,
                tally,
            );
        }
        Ok(())
    }

    /// Whether another unit than the one that is asked about looks after an enrolment.
    fn is_elsewhere(&self, enrolment: &Enrolment) -> bool {
        self.question.unit.as_ref().is_some_and(|unit| enrolment.unit != *unit)
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
                if open.opens(
                    (row.enrolment.id, rule.clone()),
                    *moment,
                    &[],
                    self.question.handled_after,
                ) {
                    add(&mut counts.alerts, index, 1);
                }
            }
            self.tallying().compare(citizen, &row.enrolment, &rule, *moment, levels, counts, tally);
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
