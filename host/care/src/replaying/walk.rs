//! A citizen's submissions, one after the other, as two versions of a programme would judge them.
//!
//! Each submission is judged by what was known when it came, at the moments that the live host would have
//! judged: late data at its own time, corrected data again. What a version derives is its own: it reads on what
//! it derived itself, not what another version did.

use super::{Known, Seen};
use crate::assessing::{case, derived};
use crate::calendar::Calendar;
use crate::draft::Draft;
use crate::histories::Histories;
use crate::limits::Settings;
use crate::moments;
use crate::past::Past;
use crate::schedule::{self, Background, Due, Pause, Visit};
use gtp_model::programme::{Programme, Subject};
use gtp_model::{
    Assessment, Case, CitizenId, Enrolment, EnrolmentId, EnrolmentState, FieldId, LimitId,
    LimitLayer, Observation, ProgrammeId, QuestionnaireId, Response, RuleId, Source, Time,
};
use gtp_record::StoreError;
use gtp_record::event::assessment::LimitOrigin;
use gtp_record::event::{Event, Recorded};
use gtp_record::view::queries::Window;
use gtp_record::view::rows::EnrolmentRow;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One version of a programme, on its way through one citizen's record.
pub struct Side<'a> {
    programme: &'a Programme,
    /// Limits as they would be if the region had set them so.
    what_if: &'a BTreeMap<LimitId, f64>,
    /// What this version derived so far, by field.
    own: HashMap<FieldId, Vec<Observation>>,
    settings: Option<(EnrolmentId, u64, Settings)>,
}

impl<'a> Side<'a> {
    /// At the beginning.
    #[must_use]
    pub fn new(programme: &'a Programme, what_if: &'a BTreeMap<LimitId, f64>) -> Self {
        Self { programme, what_if, own: HashMap::new(), settings: None }
    }

    fn limits(
        &mut self,
        known: &Known,
        enrolment: &Enrolment,
        rules: &[RuleId],
        moment: Time,
    ) -> Vec<LimitOrigin> {
        let mark = known.limits_mark();
        let kept = self
            .settings
            .take()
            .filter(|(id, since, _)| *id == enrolment.id && mark == Some(*since));
        let settings = kept.map_or_else(|| known.settings(enrolment, moment), |(.., own)| own);
        let mut limits = settings.for_rules(self.programme, rules);
        for limit in &mut limits {
            let weaker = !matches!(limit.layer, Some(LimitLayer::Unit | LimitLayer::Citizen));
            if let (Some(value), true) = (self.what_if.get(&limit.limit), weaker) {
                limit.value = Some(*value);
                limit.layer = Some(LimitLayer::Region);
            }
        }
        self.settings = mark.map(|mark| (enrolment.id, mark, settings));
        limits
    }
}

/// One question that a version is asked.
pub struct Asked {
    /// About which enrolment.
    pub enrolment: EnrolmentId,
    /// The rules that what is new concerns.
    pub rules: Vec<RuleId>,
    /// The case.
    pub case: Case,
}

/// The events of one submission, in order.
pub type Submitted<'e> = &'e [Recorded];

/// One citizen's record, walked through once.
pub struct Walk<'a> {
    calendar: &'a Calendar,
    programme: ProgrammeId,
    known: Known,
    /// The fields that one of the versions derives: what was derived when it happened is left out.
    derived: BTreeSet<FieldId>,
    /// Whether both versions read the same: whatever one is asked, the other is asked with the same inputs.
    alike: bool,
}

/// Whether two versions have the same fields, and rules that read the same.
fn alike(one: &Programme, other: &Programme) -> bool {
    let fields =
        one.fields.iter().map(|field| &field.id).eq(other.fields.iter().map(|own| &own.id));
    fields
        && one.rules.len() == other.rules.len()
        && one.rules.iter().zip(&other.rules).all(|(one, other)| {
            one.id == other.id
                && one.reads == other.reads
                && one.limits == other.limits
                && one.person == other.person
        })
}

impl<'a> Walk<'a> {
    /// At the beginning of a citizen's record, for versions of one programme.
    #[must_use]
    pub fn new(calendar: &'a Calendar, citizen: CitizenId, versions: [&Programme; 2]) -> Self {
        let rules = versions.iter().flat_map(|programme| &programme.rules);
        let derived = rules.flat_map(|rule| rule.derives.iter().cloned()).collect();
        let [old, new] = versions;
        let (programme, alike) = (old.id().clone(), alike(old, new));
        Self { calendar, programme, known: Known::of(citizen), derived, alike }
    }

    /// What is known so far.
    #[must_use]
    pub const fn known(&self) -> &Known {
        &self.known
    }

    /// Goes on past some events.
    pub fn pass(&mut self, events: &[Recorded]) {
        for event in events {
            self.take(event);
        }
    }

    /// Goes on past one event.
    pub fn take(&mut self, event: &Recorded) -> Seen {
        if self.is_derived(event) { Seen::Nothing } else { self.known.take(event) }
    }

    fn is_derived(&self, event: &Recorded) -> bool {
        let observation = match &event.event {
            Event::ObservationRecorded(event) => &event.observation,
            Event::ObservationCorrected(event) => &event.observation,
            _ => return false,
        };
        observation.source == Source::Derived && self.derived.contains(&observation.field)
    }

    /// Lets a version go on from what was derived before it began.
    pub fn inherit(&self, side: &mut Side<'_>, events: &[Recorded]) {
        for event in events.iter().filter(|event| self.is_derived(event)) {
            match &event.event {
                Event::ObservationRecorded(event) => side.keep(event.observation.clone()),
                Event::ObservationCorrected(event) => side.keep(event.observation.clone()),
                _ => {}
            }
        }
    }

    /// Has both versions judge a submission that comes next, before [`Walk::pass`]. `judge` runs the rules of the
    /// version with this index; where they cannot be run it gives nothing.
    ///
    /// # Errors
    /// In memory nothing fails; what `judge` fails with.
    pub fn submit<E: From<StoreError>>(
        &self,
        submitted: Submitted<'_>,
        sides: &mut [Side<'_>; 2],
        mut judge: impl FnMut(usize, &Asked) -> Result<Option<Assessment>, E>,
    ) -> Result<(), E> {
        let now = submitted.first().map_or(Time(0), |event| event.time);
        if self.derived.is_empty() {
            // Nothing that one version finds is read by it later: both read the same draft.
            let draft = self.draft(Box::new(&self.known), submitted);
            return self.both(&draft, sides, &mut judge);
        }
        for (index, side) in sides.iter_mut().enumerate() {
            let own = std::mem::take(&mut side.own);
            let past = Beside { known: &self.known, derived: &self.derived, own: &own };
            let mut draft = self.draft(Box::new(&past), submitted);
            let mut new_derived = vec![];
            for enrolment in self.taking_part() {
                let new = moments::new_inputs(&draft, side.programme);
                for (moment, rules) in moments::to_judge(&draft, side.programme, &new)? {
                    let asked = self.asked(&draft, side, enrolment, moment, rules)?;
                    if let Some(assessment) = judge(index, &asked)? {
                        let before = draft.observations().len();
                        derived(&assessment, self.known.own(), &mut draft, now)?;
                        new_derived.extend(draft.observations().iter().skip(before).cloned());
                    }
                }
            }
            drop(draft);
            side.own = own;
            for observation in new_derived {
                side.keep(observation);
            }
        }
        Ok(())
    }

    /// What came, over what is known.
    fn draft<'d>(&self, past: Box<dyn Past + 'd>, submitted: Submitted<'_>) -> Draft<'d> {
        let mut draft = Draft::over(past, Histories::one(self.known.own()));
        for event in submitted.iter().filter(|event| !self.is_derived(event)) {
            match &event.event {
                Event::ResponseGiven(event) => draft.respond(event.response.clone()),
                other => draft.observe_event(other),
            }
        }
        draft
    }

    fn taking_part(&self) -> impl Iterator<Item = &Enrolment> {
        self.known.enrolments().filter(|enrolment| {
            enrolment.programme == self.programme && enrolment.state != EnrolmentState::Ended
        })
    }

    fn asked(
        &self,
        draft: &Draft<'_>,
        side: &mut Side<'_>,
        enrolment: &Enrolment,
        moment: Time,
        rules: Vec<RuleId>,
    ) -> Result<Asked, StoreError> {
        let limits = side.limits(&self.known, enrolment, &rules, moment);
        let person = self.known.person(moment);
        let case = case(self.calendar, person, side.programme, &rules, &limits, draft, moment)?;
        Ok(Asked { enrolment: enrolment.id, rules, case })
    }

    /// Both versions over one draft. Where they ask the same, the case is cut once: only the limits in it may
    /// differ.
    fn both<E: From<StoreError>>(
        &self,
        draft: &Draft<'_>,
        [old, new]: &mut [Side<'_>; 2],
        judge: &mut impl FnMut(usize, &Asked) -> Result<Option<Assessment>, E>,
    ) -> Result<(), E> {
        for enrolment in self.taking_part() {
            let inputs = moments::new_inputs(draft, old.programme);
            for (moment, rules) in moments::to_judge(draft, old.programme, &inputs)? {
                let mut asked = self.asked(draft, old, enrolment, moment, rules)?;
                judge(0, &asked)?;
                if self.alike {
                    let limits = new.limits(&self.known, enrolment, &asked.rules, moment);
                    for own in &mut asked.case.limits {
                        own.value = limits
                            .iter()
                            .find(|limit| limit.limit == own.id)
                            .and_then(|limit| limit.value);
                    }
                    judge(1, &asked)?;
                }
            }
            if !self.alike {
                let inputs = moments::new_inputs(draft, new.programme);
                for (moment, rules) in moments::to_judge(draft, new.programme, &inputs)? {
                    let asked = self.asked(draft, new, enrolment, moment, rules)?;
                    judge(1, &asked)?;
                }
            }
        }
        Ok(())
    }

    /// What one version's schedule expected of an enrolment between two moments and did not get in time, by
    /// everything that is known now.
    #[must_use]
    pub fn missed(
        &self,
        programme: &Programme,
        row: &EnrolmentRow,
        visits: &[Visit],
        from: Time,
        until: Time,
    ) -> Vec<Due> {
        let pauses: Vec<Pause> = crate::timekeeping::pauses(row);
        let background = Background {
            calendar: self.calendar,
            start: row.enrolment.start,
            end: row.ended.as_ref().map(|ended| ended.at),
            pauses: &pauses,
            visits,
        };
        let longest = schedule::longest(&programme.schedule);
        let grace = programme.schedule.iter().map(|own| own.grace).max().unwrap_or(0);
        let first = from.plus(-longest - i64::from(grace) * gtp_model::MINUTE).max(row.recorded);
        let mut due = schedule::due(&programme.schedule, &background, first, until);
        due.retain(|due| {
            (from..until).contains(&due.missing_from)
                && due.opens >= row.recorded
                && !self.has_come(programme.id(), due)
        });
        due
    }

    /// Whether everything that was expected together had come when it was looked at.
    fn has_come(&self, programme: &ProgrammeId, due: &Due) -> bool {
        let window = Window { from: due.opens, until: due.missing_from };
        let in_time = |received: Time| received <= due.missing_from;
        due.subjects.iter().all(|subject| {
            let times: Vec<Time> = match subject {
                Subject::Field(field) => {
                    let found = self.known.observations(field, window, usize::MAX);
                    let found = found.unwrap_or_default();
                    let came = found.iter().filter(|own| in_time(own.received));
                    came.map(|own| own.measured).collect()
                }
                Subject::Questionnaire(id) => {
                    let found = self.known.responses(programme, id, window, usize::MAX);
                    let found = found.unwrap_or_default();
                    let came = found.iter().filter(|own| in_time(own.received));
                    came.map(|own| own.answered).collect()
                }
                Subject::Rule(_) => return true,
            };
            schedule::met(due, &times)
        })
    }
}

impl Side<'_> {
    fn keep(&mut self, observation: Observation) {
        let series = self.own.entry(observation.field.clone()).or_default();
        series.retain(|own| Some(own.id) != observation.supersedes);
        let at = |own: &Observation| (own.measured, own.id);
        let place = series.partition_point(|own| at(own) < at(&observation));
        series.insert(place, observation);
    }
}

/// What is known, with one version's own derived values in the place of all others.
struct Beside<'a> {
    known: &'a Known,
    derived: &'a BTreeSet<FieldId>,
    own: &'a HashMap<FieldId, Vec<Observation>>,
}

impl Past for Beside<'_> {
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError> {
        if !self.derived.contains(field) {
            return self.known.observations(field, window, most);
        }
        let all = self.own.get(field).map_or(&[][..], Vec::as_slice);
        Ok(Cow::Borrowed(super::known::newest(all, window, most, |own| own.measured)))
    }

    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError> {
        self.known.responses(programme, questionnaire, window, most)
    }
}
