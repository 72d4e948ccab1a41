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
}

impl<'a> Walk<'a> {
    /// At the beginning of a citizen's record, for versions of one programme.
    #[must_use]
    pub fn new(calendar: &'a Calendar, citizen: CitizenId, versions: [&Programme; 2]) -> Self {
        let rules = versions.iter().flat_map(|programme| &programme.rules);
        let derived = rules.flat_map(|rule| rule.derives.iter().cloned()).collect();
        let programme = versions[0].id().clone();
        Self { calendar, programme, known: Known::of(citizen), derived }
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

    /// Has one version judge a submission that comes next, before [`Walk::pass`]. `judge` runs the rules; where
    /// they cannot be run it gives nothing.
    ///
    /// # Errors
    /// In memory nothing fails; what `judge` fails with.
    pub fn submit<E: From<StoreError>>(
        &self,
        submitted: Submitted<'_>,
        side: &mut Side<'_>,
        mut judge: impl FnMut(&Asked) -> Result<Option<Assessment>, E>,
    ) -> Result<(), E> {
        let now = submitted.first().map_or(Time(0), |event| event.time);
        let own = std::mem::take(&mut side.own);
        let past = Beside { known: &self.known, derived: &self.derived, own: &own };
        let mut draft = Draft::over(Box::new(&past), Histories::one(self.known.own()));
        for event in submitted.iter().filter(|event| !self.is_derived(event)) {
            match &event.event {
                Event::ResponseGiven(event) => draft.respond(event.response.clone()),
                other => draft.observe_event(other),
            }
        }
        let mut new_derived = vec![];
        let taking_part = self.known.enrolments().filter(|enrolment| {
            enrolment.programme == self.programme && enrolment.state != EnrolmentState::Ended
        });
        for enrolment in taking_part {
            let new = moments::new_inputs(&draft, side.programme);
            for (moment, rules) in moments::to_judge(&draft, side.programme, &new)? {
                let limits = side.limits(&self.known, enrolment, &rules, moment);
                let person = self.known.person(moment);
                let case =
                    case(self.calendar, person, side.programme, &rules, &limits, &draft, moment)?;
                let asked = Asked { enrolment: enrolment.id, rules, case };
                if let Some(assessment) = judge(&asked)? {
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
