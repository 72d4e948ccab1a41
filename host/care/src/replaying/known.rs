//! What a citizen's events add up to, in memory.

use crate::assessing::person;
use crate::limits::Settings;
use crate::past::Past;
use gtp_model::programme::Limit;
use gtp_model::{
    Actor, CitizenId, CitizenNumber, Enrolment, EnrolmentId, EnrolmentState, FieldId, LimitId,
    LimitScope, LimitSetting, Observation, ProgrammeId, QuestionnaireId, Response, Time,
};
use gtp_record::StoreError;
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_record::view::queries::Window;
use gtp_record::view::rows::{BaselineRow, LimitRow};
use gtp_runtime::inputs::Person;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// A citizen's record as it was after some of its events, as far as rules read of it.
#[derive(Clone, Debug)]
pub struct Known {
    own: CitizenId,
    number: Option<CitizenNumber>,
    observations: HashMap<FieldId, Vec<Observation>>,
    responses: HashMap<ProgrammeId, HashMap<QuestionnaireId, Vec<Response>>>,
    limits: HashMap<(LimitScope, ProgrammeId), BTreeMap<LimitId, Vec<LimitRow>>>,
    baselines: BTreeMap<FieldId, BaselineRow>,
    enrolments: BTreeMap<EnrolmentId, Enrolment>,
    /// How often a limit or a baseline was set.
    limits_set: u64,
    /// Whether any setting has an end, so that what applies depends on the moment too.
    limits_end: bool,
}

/// Whether an event changed anything that a rule could see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A value or an answer.
    Data,
    /// A limit or a baseline.
    Limits,
    /// Something about the person or an enrolment.
    Person,
    /// Nothing.
    Nothing,
}

impl Known {
    /// Nothing yet, of the citizen with this id: of several merged histories, the one that goes on.
    #[must_use]
    pub fn of(own: CitizenId) -> Self {
        Self {
            own,
            number: None,
            observations: HashMap::new(),
            responses: HashMap::new(),
            limits: HashMap::new(),
            baselines: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            limits_set: 0,
            limits_end: false,
        }
    }

    /// The names of the events that [`Known::take`] looks at.
    pub const EVENTS: [&'static str; 9] = [
        "citizen-registered",
        "citizen-renumbered",
        "enrolment-started",
        "enrolment-ended",
        "observation-recorded",
        "observation-corrected",
        "response-given",
        "limit-set",
        "baseline-set",
    ];

    /// Takes in an event of the citizen's own stream, of one that was merged with it, or of the stream that
    /// holds the limits of units and the region. In the order of their numbers.
    pub fn take(&mut self, recorded: &Recorded) -> Seen {
        match &recorded.event {
            Event::CitizenRegistered(event) if event.citizen.id == self.own => {
                self.number = Some(event.citizen.number.clone());
                Seen::Person
            }
            Event::CitizenRenumbered(event) if recorded.stream == StreamId::Citizen(self.own) => {
                self.number = Some(event.number.clone());
                Seen::Person
            }
            Event::EnrolmentStarted(event) => {
                self.enrolments.insert(event.enrolment.id, event.enrolment.clone());
                Seen::Person
            }
            Event::EnrolmentEnded(event) => {
                if let Some(enrolment) = self.enrolments.get_mut(&event.enrolment) {
                    enrolment.state = EnrolmentState::Ended;
                }
                Seen::Person
            }
            Event::ObservationRecorded(event) => self.observe(event.observation.clone()),
            Event::ObservationCorrected(event) => self.observe(event.observation.clone()),
            Event::ResponseGiven(event) => self.respond(event.response.clone()),
            Event::LimitSet(event) => {
                let setting = &event.setting;
                let row = LimitRow {
                    setting: setting.clone(),
                    by: recorded.actor.clone(),
                    at: recorded.time,
                    event: recorded.number,
                };
                let key = (setting.scope.clone(), setting.programme.clone());
                let rows = self.limits.entry(key).or_default();
                lay(rows.entry(setting.limit.clone()).or_default(), row);
                self.limits_set += 1;
                self.limits_end |= setting.until.is_some();
                Seen::Limits
            }
            Event::BaselineSet(event) => {
                let row = BaselineRow {
                    baseline: event.baseline.clone(),
                    by: recorded.actor.clone(),
                    at: recorded.time,
                    event: recorded.number,
                };
                self.baselines.insert(event.baseline.field.clone(), row);
                self.limits_set += 1;
                Seen::Limits
            }
            _ => Seen::Nothing,
        }
    }

    /// Takes in a value; what it corrects is gone from now on.
    pub(super) fn observe(&mut self, observation: Observation) -> Seen {
        let series = self.observations.entry(observation.field.clone()).or_default();
        if let Some(old) = observation.supersedes {
            series.retain(|own| own.id != old);
        }
        let at = |own: &Observation| (own.measured, own.id);
        let place = series.partition_point(|own| at(own) < at(&observation));
        // Taken in twice, it is there once.
        if series.get(place).is_none_or(|own| own.id != observation.id) {
            series.insert(place, observation);
        }
        Seen::Data
    }

    fn respond(&mut self, response: Response) -> Seen {
        let of_programme = self.responses.entry(response.programme.clone()).or_default();
        let series = of_programme.entry(response.questionnaire.clone()).or_default();
        let at = |own: &Response| (own.answered, own.id);
        let place = series.partition_point(|own| at(own) < at(&response));
        if series.get(place).is_none_or(|own| own.id != response.id) {
            series.insert(place, response);
        }
        Seen::Data
    }

    /// What is known of the person at a moment.
    pub(super) fn person(&self, moment: Time) -> Person {
        self.number.as_ref().map(|number| person(number, moment)).unwrap_or_default()
    }

    /// The id that the citizen goes on under.
    #[must_use]
    pub const fn own(&self) -> CitizenId {
        self.own
    }

    /// An enrolment.
    #[must_use]
    pub fn enrolment(&self, id: EnrolmentId) -> Option<&Enrolment> {
        self.enrolments.get(&id)
    }

    /// All enrolments.
    pub fn enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        self.enrolments.values()
    }

    /// What the limits that apply follow from: while it is the same, so are they. None where they depend on
    /// the moment.
    pub(super) fn limits_mark(&self) -> Option<u64> {
        (!self.limits_end).then_some(self.limits_set)
    }

    /// The limits that applied to an enrolment at a moment.
    pub(super) fn settings(&self, enrolment: &Enrolment, moment: Time) -> Settings {
        let layer = |scope: LimitScope| {
            let rows = self.limits.get(&(scope, enrolment.programme.clone()));
            let holding = |(limit, rows): (&LimitId, &Vec<LimitRow>)| {
                let holds = |row: &&LimitRow| row.setting.until.is_none_or(|until| moment < until);
                rows.iter().rev().find(holds).map(|row| (limit.clone(), row.clone()))
            };
            rows.into_iter().flatten().filter_map(holding).collect()
        };
        Settings::from_rows(
            [
                layer(LimitScope::Region),
                layer(LimitScope::Unit(enrolment.unit.clone())),
                layer(LimitScope::Enrolment(enrolment.id)),
            ],
            self.baselines.clone(),
        )
    }
}

impl Known {
    /// The value that follows from a setting alone, by what is usual for the citizen.
    pub(super) fn worked_out(&self, setting: &LimitSetting, limit: &Limit) -> Option<f64> {
        let row = LimitRow { setting: setting.clone(), by: Actor::host(), at: Time(0), event: 0 };
        let layer = BTreeMap::from([(setting.limit.clone(), row)]);
        let layers = [layer, BTreeMap::new(), BTreeMap::new()];
        Settings::from_rows(layers, self.baselines.clone()).effective(limit).value
    }
}

/// As the view keeps them: a setting with an end leaves those before it in place.
fn lay(rows: &mut Vec<LimitRow>, row: LimitRow) {
    if row.setting.until.is_none() {
        rows.clear();
    }
    rows.retain(|own| own.setting.until.is_none_or(|until| row.at < until));
    rows.push(row);
}

/// The part of a sorted stretch that lies in a window, and of that the newest.
pub(super) fn newest<T>(all: &[T], window: Window, most: usize, at: impl Fn(&T) -> Time) -> &[T] {
    let from = all.partition_point(|own| at(own) < window.from);
    let until = match window.until {
        Time(i64::MAX) => all.len(),
        until => all.partition_point(|own| at(own) < until),
    };
    let from = from.max(until.saturating_sub(most));
    all.get(from..until).unwrap_or(&[])
}

impl Past for Known {
    fn observations(
        &self,
        field: &FieldId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Observation]>, StoreError> {
        let all = self.observations.get(field).map_or(&[][..], Vec::as_slice);
        Ok(Cow::Borrowed(newest(all, window, most, |own| own.measured)))
    }

    fn responses(
        &self,
        programme: &ProgrammeId,
        questionnaire: &QuestionnaireId,
        window: Window,
        most: usize,
    ) -> Result<Cow<'_, [Response]>, StoreError> {
        let all = self.responses.get(programme).and_then(|own| own.get(questionnaire));
        let all = all.map_or(&[][..], Vec::as_slice);
        Ok(Cow::Borrowed(newest(all, window, most, |own| own.answered)))
    }
}
