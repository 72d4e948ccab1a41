//! A version that judges beside the one that serves, and tells nobody but the operator.
//!
//! It judges each submission after it was recorded and answered, on a thread of low priority. Where it cannot
//! keep up it leaves submissions out, and says how many. What it derives is not kept: it reads what the serving version
//! derived. What did not come is compared once a day, where the two schedules differ.

use super::replays::Asked;
use super::{Desk, DeskError, kept, lock};
use crate::compare::citizen::OneCitizen;
use crate::compare::tallying::{Level, Open, Tallying, add};
use crate::compare::{Counts, Question, Report, State, Tally, limits_of_many};
use gtp_care::Activation;
use gtp_care::calendar::Calendar;
use gtp_care::replaying::asked_now;
use gtp_model::{
    Actor, AssessmentId, CitizenId, DAY, Digest, Enrolment, EnrolmentId, Evidence, HOUR,
    ProgrammeId, RuleId, Time,
};
use gtp_record::event::{Event, Recorded};
use gtp_record::view::queries;
use gtp_record::{Store, StoreError};
use gtp_runtime::{Loaded, read_kept};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// An alert is taken as dealt with after so long, as in a replay.
const HANDLED_AFTER: i64 = 24 * HOUR;
/// So many examples are kept of each kind of difference.
const EXAMPLES: usize = 10;
/// Whoever is so many events behind leaves submissions out until it has caught up.
const MOST_BEHIND: u64 = 5_000;

/// What is kept of a shadow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Who began it.
    pub by: String,
    /// Number of the last event that was looked at.
    pub position: u64,
    /// Submissions that were left out.
    pub dropped: u64,
    /// Up to when it was compared what did not come.
    pub missed_until: Time,
    /// What was counted. Its end is the moment when it was last written.
    pub report: Report,
}

/// A version that runs in the shadow.
pub struct Shadow {
    kept: Kept,
    loaded: Arc<Loaded>,
    open: [Open; 2],
    changed: bool,
}

type Found = BTreeMap<(EnrolmentId, Time, RuleId), (Level, Vec<Evidence>)>;

impl Shadow {
    pub(super) fn new(kept: Kept, loaded: Arc<Loaded>) -> Self {
        Self { kept, loaded, open: [Open::default(), Open::default()], changed: false }
    }

    /// Number of the last event that was looked at.
    pub(super) const fn position(&self) -> u64 {
        self.kept.position
    }

    /// Judges the events of one submission. `last` is the newest event of the record.
    pub(super) fn hear(
        &mut self,
        store: &dyn Store,
        calendar: &Calendar,
        group: &[Arc<Recorded>],
        last: u64,
    ) -> Result<(), StoreError> {
        let (Some(first), Some(end)) = (group.first(), group.last()) else { return Ok(()) };
        if end.number <= self.kept.position {
            return Ok(());
        }
        let Some(citizen) = first.stream.citizen() else { return Ok(()) };
        let (mut found, mut enrolments) = ([Found::new(), Found::new()], BTreeMap::new());
        let Some(runs) = self.found_live(group, &mut found[0]) else { return Ok(()) };
        self.changed = true;
        if last.saturating_sub(end.number) > MOST_BEHIND {
            self.kept.dropped += 1;
            return Ok(());
        }
        let programme = &self.loaded.definition;
        let mut not_judged: Vec<(EnrolmentId, RuleId, Time)> = vec![];
        let tally = &mut self.kept.report.tally;
        tally.submissions += 1;
        add(&mut tally.runs, 0, runs.0);
        add(&mut tally.failures, 0, runs.1);
        for (enrolment, asked) in asked_now(store, calendar, citizen, group, programme)? {
            let moment = asked.case.moment();
            enrolments.insert(enrolment.id, enrolment);
            add(&mut tally.runs, 1, 1);
            let Ok(run) = self.loaded.judge(&asked.rules, &asked.case) else {
                add(&mut tally.failures, 1, 1);
                continue;
            };
            for finding in run.assessment.findings {
                let key = (asked.enrolment, moment, finding.rule.clone());
                match Level::of(&finding.verdict) {
                    None => not_judged.push((asked.enrolment, finding.rule, moment)),
                    Some(Level::Nothing) => {}
                    Some(level) => {
                        found[1].insert(key, (level, finding.evidence));
                    }
                }
            }
        }
        for (id, rule, moment) in not_judged {
            let Some(enrolment) = enrolments.get(&id) else { continue };
            let mut counts = Counts::default();
            add(&mut counts.not_judged, 1, 1);
            let tallying = Tallying { calendar, examples: EXAMPLES };
            tallying.count(tally, enrolment, rule.as_str(), moment, counts);
        }
        self.compare(store, calendar, citizen, first.time, &found, enrolments)
    }

    /// What the serving version found, from its assessments among the events, and how often it ran and failed.
    /// Nothing where none of them is of this programme.
    fn found_live(&self, group: &[Arc<Recorded>], found: &mut Found) -> Option<(u64, u64)> {
        let mut seen: BTreeSet<AssessmentId> = BTreeSet::new();
        let mut failed = 0;
        let own = self.loaded.id();
        for recorded in group {
            match &recorded.event {
                Event::AssessmentMade(made) if made.component.programme == *own => {
                    seen.insert(made.assessment);
                    for finding in &made.output.findings {
                        let level = Level::of(&finding.verdict);
                        if let Some(level) = level.filter(|level| *level > Level::Nothing) {
                            let key = (made.enrolment, made.judged.time, finding.rule.clone());
                            found.insert(key, (level, finding.evidence.clone()));
                        }
                    }
                }
                Event::AssessmentFailed(made) if made.component.programme == *own => {
                    seen.insert(made.assessment);
                    failed += 1;
                }
                _ => {}
            }
        }
        (!seen.is_empty()).then_some((seen.len() as u64, failed))
    }

    fn compare(
        &mut self,
        store: &dyn Store,
        calendar: &Calendar,
        citizen: CitizenId,
        at: Time,
        found: &[Found; 2],
        mut enrolments: BTreeMap<EnrolmentId, Enrolment>,
    ) -> Result<(), StoreError> {
        let keys: BTreeSet<_> = found.iter().flat_map(BTreeMap::keys).cloned().collect();
        for key in keys {
            let (id, moment, rule) = &key;
            if !enrolments.contains_key(id)
                && let Some(row) = queries::enrolment(store, *id)?
            {
                enrolments.insert(*id, row.enrolment);
            }
            let Some(enrolment) = enrolments.get(id) else { continue };
            let (mut levels, mut counts) = ([Level::Nothing; 2], Counts::default());
            for (index, (found, open)) in found.iter().zip(&mut self.open).enumerate() {
                let Some((level, evidence)) = found.get(&key) else { continue };
                if let Some(own) = levels.get_mut(index) {
                    *own = *level;
                }
                if open.opens((*id, rule.to_string()), at, evidence, HANDLED_AFTER) {
                    add(&mut counts.alerts, index, 1);
                }
            }
            let (tally, rule) = (&mut self.kept.report.tally, rule.as_str());
            let tallying = Tallying { calendar, examples: EXAMPLES };
            tallying.compare(citizen, enrolment, rule, *moment, levels, counts, tally);
        }
        Ok(())
    }

    /// Notes how far the record was followed. Whether there is something to write down.
    pub(super) fn reached(&mut self, position: u64, now: Time) -> bool {
        self.kept.position = self.kept.position.max(position);
        self.kept.report.until = now;
        for open in &mut self.open {
            open.forget(now);
        }
        std::mem::take(&mut self.changed)
    }

    pub(super) const fn kept(&self) -> &Kept {
        &self.kept
    }
}

impl Desk {
    /// Lets a version judge beside the one that serves: the one that waits, or a component by its digest.
    ///
    /// # Errors
    /// The actor is no operator, there is no such version, it serves already, or another runs in the shadow.
    pub fn begin_shadow(
        &self,
        actor: &Actor,
        programme: &ProgrammeId,
        digest: Option<Digest>,
    ) -> Result<Kept, DeskError> {
        self.parts.care.require_operator(actor)?;
        let (new, old) = (self.meant(programme, digest)?, self.serving(programme)?);
        if new.digest == old.digest {
            return Err(DeskError::Serves(programme.clone()));
        }
        let mut watched = lock(&self.watched);
        if watched.shadows.contains_key(programme) {
            return Err(DeskError::Busy(programme.clone()));
        }
        let now = self.parts.care.now();
        let question = Question { handled_after: HANDLED_AFTER, ..Question::between(now, now) };
        let kept = Kept {
            by: actor.account.clone(),
            position: self.parts.store.last(),
            dropped: 0,
            missed_until: now,
            report: State::new(&old, &new, &question).report,
        };
        kept::write(&self.shadow_file(programme), &kept);
        watched.shadows.insert(programme.clone(), Shadow::new(kept.clone(), new));
        drop(watched);
        // Whoever is to say yes to it later needs a report on it.
        if self.report_on(programme, kept.report.new.digest).is_none() {
            let asked = Asked { new: Some(kept.report.new.digest), ..Asked::of(programme.clone()) };
            self.enqueue("host".to_owned(), asked)?;
        }
        tracing::info!(%programme, version = kept.report.new.version, "a version runs in the shadow");
        Ok(kept)
    }

    /// Everything that runs in the shadow. Citizens whom the reader may not see are not named.
    ///
    /// # Errors
    /// The actor may not read reports.
    pub fn shadows(&self, actor: &Actor) -> Result<Vec<Kept>, DeskError> {
        self.parts.care.require_report_reader(actor)?;
        let kept: Vec<Kept> =
            lock(&self.watched).shadows.values().map(|own| own.kept().clone()).collect();
        let shown = |own: Kept| Kept { report: self.shown(actor, own.report), ..own };
        Ok(kept.into_iter().map(shown).collect())
    }

    /// Ends a shadow; what it counted goes.
    ///
    /// # Errors
    /// None runs, or the actor is no operator.
    pub fn drop_shadow(&self, actor: &Actor, programme: &ProgrammeId) -> Result<(), DeskError> {
        self.parts.care.require_operator(actor)?;
        if !self.forget_shadow(programme) {
            return Err(DeskError::Unknown);
        }
        tracing::info!(%programme, account = %actor.account, "a version no longer runs in the shadow");
        Ok(())
    }

    pub(super) fn forget_shadow(&self, programme: &ProgrammeId) -> bool {
        kept::remove(&self.shadow_file(programme));
        lock(&self.watched).shadows.remove(programme).is_some()
    }

    /// Lets the version in the shadow serve, through the same gate as every other: where components need approval,
    /// this is the yes.
    ///
    /// # Errors
    /// None runs, the actor is no operator, the report on it was not read, or the host does not take it.
    pub async fn promote(&self, actor: &Actor, programme: &ProgrammeId) -> Result<(), DeskError> {
        self.parts.care.require_operator(actor)?;
        let digest = lock(&self.watched).shadows.get(programme).map(|own| own.loaded.digest);
        let digest = digest.ok_or(DeskError::Unknown)?;
        let catalogue = self.parts.care.catalogue();
        if !catalogue.standings().iter().any(|own| own.digest == Some(digest)) {
            self.drop_in(programme, digest)?;
        }
        let serves = || {
            let serving = self.parts.care.programme(programme);
            serving.is_some_and(|loaded| loaded.digest == digest)
        };
        if !serves() {
            let wanted = Activation::Activate(Some(digest));
            self.parts.care.activate(actor, programme, wanted).await?;
        }
        if serves() {
            self.forget_shadow(programme);
        }
        Ok(())
    }

    /// Puts a kept component into the folder that components are dropped into.
    fn drop_in(&self, programme: &ProgrammeId, digest: Digest) -> Result<(), DeskError> {
        let data = self.parts.folder.parent().unwrap_or(&self.parts.folder).join("components");
        let no = |reason: String| gtp_runtime::EarlierError { digest, reason };
        let bytes = read_kept(&data, digest).map_err(|error| no(error.to_string()))?;
        let short: String = digest.to_string().chars().take(12).collect();
        let path = self.parts.programmes.join(format!("{programme}-{short}.wasm"));
        // A name that begins with a dot is not looked at until the file is whole.
        let half = self.parts.programmes.join(format!(".{programme}-{short}.wasm"));
        std::fs::write(&half, bytes)
            .and_then(|()| std::fs::rename(&half, &path))
            .map_err(|error| DeskError::File(path, error))?;
        self.parts.runtime.look().map_err(gtp_care::ActivationError::from)?;
        Ok(())
    }

    pub(super) fn shadow_file(&self, programme: &ProgrammeId) -> PathBuf {
        self.parts.folder.join(format!("shadow-{programme}.json"))
    }

    /// Compares what did not come by each version's schedule, a day at a time.
    pub(super) fn compare_missed(&self) {
        let now = self.parts.care.now();
        let due: Vec<(Kept, Arc<Loaded>)> = lock(&self.watched)
            .shadows
            .values()
            .filter(|own| now.since(own.kept.missed_until) >= DAY)
            .map(|own| (own.kept.clone(), Arc::clone(&own.loaded)))
            .collect();
        for (kept, new) in due {
            let programme = kept.report.programme.clone();
            let question =
                Question { examples: EXAMPLES, ..Question::between(kept.missed_until, now) };
            match self.missed(&new, &question) {
                Ok(tally) => {
                    if let Some(own) = lock(&self.watched).shadows.get_mut(&programme) {
                        own.kept.report.tally.add(tally, EXAMPLES);
                        own.kept.missed_until = now;
                        own.changed = true;
                    }
                }
                Err(error) => {
                    tracing::warn!(%programme, %error, "what did not come was not compared")
                }
            }
        }
    }

    fn missed(&self, new: &Arc<Loaded>, question: &Question) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        let Some(old) = self.parts.care.programme(new.id()) else { return Ok(tally) };
        if old.definition.schedule == new.definition.schedule {
            return Ok(tally);
        }
        let store = &*self.parts.store;
        let (nothing, programmes) = (BTreeMap::new(), limits_of_many(store, &old)?);
        let one = OneCitizen {
            store,
            calendar: self.parts.care.calendar(),
            versions: [(&old, &nothing), (new, &nothing)],
            question,
            programmes: &programmes,
        };
        let mut after = None;
        loop {
            let page = queries::citizens(store, after, 128)?;
            let Some(last) = page.last() else { return Ok(tally) };
            after = Some(last.id);
            for citizen in &page {
                if self.is_ending() {
                    return Ok(tally);
                }
                let mut open = [Open::default(), Open::default()];
                one.only_missed(citizen.id, &mut open, &mut tally)?;
            }
        }
    }
}
