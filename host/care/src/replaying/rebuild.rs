//! The case of an assessment, cut again from the events before it.

use super::Known;
use crate::assessing::{case, fingerprint};
use crate::calendar::Calendar;
use crate::draft::Draft;
use crate::histories::Histories;
use gtp_model::programme::Programme;
use gtp_model::{Case, Digest, LimitId, Observation, ObservationId, Series, SeriesId, Time};
use gtp_record::StoreError;
use gtp_record::event::assessment::{AssessmentFailed, AssessmentMade, LimitOrigin};
use gtp_record::event::{Event, Recorded, StreamId};
use gtp_runtime::inputs::{Want, wants};
use std::collections::{BTreeSet, HashSet};
use thiserror::Error;

/// A case that was cut again.
#[derive(Clone, Debug)]
pub struct Rebuilt {
    /// The case.
    pub case: Case,
    /// Its fingerprint.
    pub fingerprint: Digest,
    /// The limits that the events give for that moment.
    pub limits: Vec<LimitOrigin>,
    /// What does not follow from the events of the limits that the assessment was made with.
    pub faults: Vec<LimitFault>,
}

/// A case that cannot be cut again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NotRebuilt {
    /// The event is none of an assessment.
    #[error("event {0} is no assessment")]
    NoAssessment(u64),
    /// The submission that it judged is not there.
    #[error("the submission that event {0} judged is not among the events")]
    NoSubmission(u64),
    /// The enrolment is not there.
    #[error("the enrolment that event {0} is about is not among the events")]
    NoEnrolment(u64),
    /// In memory nothing fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A limit of an assessment that its origin does not bear out.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LimitFault {
    /// The event that is said to have set it is not there, or sets something else.
    #[error("limit {limit}: event {event}, which is said to have set it, does not")]
    NotSetThere {
        /// The limit.
        limit: LimitId,
        /// The event.
        event: u64,
    },
    /// The event sets another value.
    #[error("limit {limit}: judged as {judged:?}, while event {event} sets it to {set:?}")]
    OtherValue {
        /// The limit.
        limit: LimitId,
        /// The value of the assessment.
        judged: Option<f64>,
        /// The event.
        event: u64,
        /// What follows from the event.
        set: Option<f64>,
    },
    /// Nobody set it, and the programme's default is another.
    #[error("limit {limit}: judged as {judged:?}, while the programme's default is {default:?}")]
    NotTheDefault {
        /// The limit.
        limit: LimitId,
        /// The value of the assessment.
        judged: Option<f64>,
        /// The default.
        default: Option<f64>,
    },
}

/// What was judged, whether it worked or not.
struct Judged<'a> {
    rules: &'a [gtp_model::RuleId],
    moment: Time,
    enrolment: gtp_model::EnrolmentId,
    limits: Option<&'a [LimitOrigin]>,
}

fn judged(recorded: &Recorded) -> Result<Judged<'_>, NotRebuilt> {
    match &recorded.event {
        Event::AssessmentMade(AssessmentMade { rules, judged, enrolment, limits, .. }) => {
            let (moment, enrolment) = (judged.time, *enrolment);
            Ok(Judged { rules, moment, enrolment, limits: Some(limits) })
        }
        Event::AssessmentFailed(AssessmentFailed { rules, judged, enrolment, .. }) => {
            let (moment, enrolment) = (judged.time, *enrolment);
            Ok(Judged { rules, moment, enrolment, limits: None })
        }
        _ => Err(NotRebuilt::NoAssessment(recorded.number)),
    }
}

/// Cuts the case of an assessment from the events before it: those of its own stream, of the streams merged
/// with it by then, and the limits of units and the region, in the order of their numbers. `programme` is what
/// the component that ran defines.
///
/// # Errors
/// Where the events do not reach back to what the assessment needs.
pub fn rebuild(
    events: &[Recorded],
    assessment: &Recorded,
    programme: &Programme,
    calendar: &Calendar,
) -> Result<Rebuilt, NotRebuilt> {
    let judged = judged(assessment)?;
    let StreamId::Citizen(citizen) = assessment.stream else {
        return Err(NotRebuilt::NoAssessment(assessment.number));
    };
    let begins = submission(events, assessment)?;
    let mut known = Known::of(citizen);
    for event in events.iter().filter(|event| event.number < begins) {
        known.take(event);
    }
    let mut draft = Draft::over(Box::new(&known), Histories::one(citizen));
    for event in with(events, assessment, begins) {
        match &event.event {
            Event::ResponseGiven(event) => draft.respond(event.response.clone()),
            other => draft.observe_event(other),
        }
    }
    let enrolment =
        known.enrolment(judged.enrolment).ok_or(NotRebuilt::NoEnrolment(assessment.number))?;
    let settings = known.settings(enrolment, judged.moment);
    let limits = settings.for_rules(programme, judged.rules);
    let person = known.person(judged.moment);
    let used = judged.limits.unwrap_or(&limits);
    let case = case(calendar, person, programme, judged.rules, used, &draft, judged.moment)?;
    let faults = used.iter().filter_map(|limit| fault(limit, events, programme, &known)).collect();
    Ok(Rebuilt { fingerprint: fingerprint(&case), case, limits, faults })
}

/// The number of the event that begins the submission that was judged.
fn submission(events: &[Recorded], assessment: &Recorded) -> Result<u64, NotRebuilt> {
    let received = |event: &&Recorded| {
        event.stream == assessment.stream
            && event.number < assessment.number
            && matches!(event.event, Event::SubmissionReceived(_))
    };
    let newest = events.iter().filter(received).map(|event| event.number).max();
    newest.ok_or(NotRebuilt::NoSubmission(assessment.number))
}

/// The events of the same submission that come before the assessment.
fn with<'a>(
    events: &'a [Recorded],
    assessment: &'a Recorded,
    begins: u64,
) -> impl Iterator<Item = &'a Recorded> {
    events.iter().filter(move |event| {
        event.stream == assessment.stream && (begins..assessment.number).contains(&event.number)
    })
}

/// What is wrong with where a limit is said to come from.
fn fault(
    judged: &LimitOrigin,
    events: &[Recorded],
    programme: &Programme,
    known: &Known,
) -> Option<LimitFault> {
    let definition = programme.limit(&judged.limit)?;
    let Some(number) = judged.set_by else {
        return (judged.value != definition.default).then(|| LimitFault::NotTheDefault {
            limit: judged.limit.clone(),
            judged: judged.value,
            default: definition.default,
        });
    };
    let setting =
        events.iter().find(|event| event.number == number).and_then(|event| match &event.event {
            Event::LimitSet(set) => Some(&set.setting),
            _ => None,
        });
    let fits = setting.filter(|setting| {
        setting.limit == judged.limit
            && setting.programme == *programme.id()
            && Some(setting.scope.layer()) == judged.layer
    });
    let Some(setting) = fits else {
        return Some(LimitFault::NotSetThere { limit: judged.limit.clone(), event: number });
    };
    let set = known.worked_out(setting, definition);
    (set != judged.value).then(|| LimitFault::OtherValue {
        limit: judged.limit.clone(),
        judged: judged.value,
        event: number,
        set,
    })
}

/// The numbers of the events that an assessment rests on: enough of them to cut its case again.
///
/// # Errors
/// As [`rebuild`].
pub fn needed(
    events: &[Recorded],
    assessment: &Recorded,
    programme: &Programme,
    rebuilt: &Rebuilt,
) -> Result<BTreeSet<u64>, NotRebuilt> {
    let judged = judged(assessment)?;
    let begins = submission(events, assessment)?;
    let mut numbers = BTreeSet::from([assessment.number, begins]);
    numbers.extend(with(events, assessment, begins).filter(|e| is_data(e)).map(|e| e.number));
    let reads = stretches(&wants(programme, judged.rules), &rebuilt.case);
    let mut ids: HashSet<ObservationId> = HashSet::new();
    for event in events.iter().filter(|event| event.number < assessment.number) {
        let wanted = match &event.event {
            Event::ObservationRecorded(own) => reads.field(&own.observation, &ids),
            Event::ObservationCorrected(own) => reads.field(&own.observation, &ids),
            Event::ResponseGiven(own) => {
                let response = &own.response;
                response.programme == *programme.id()
                    && reads.0.iter().any(|(id, from)| match id {
                        SeriesId::Field(_) => false,
                        SeriesId::Answer(questionnaire, _) | SeriesId::Score(questionnaire, _) => {
                            *questionnaire == response.questionnaire
                                && (*from..=judged.moment).contains(&response.answered)
                        }
                    })
            }
            Event::EnrolmentStarted(own) => own.enrolment.id == judged.enrolment,
            Event::CitizensMerged(_) => true,
            Event::CitizenRegistered(_) | Event::CitizenRenumbered(_) => {
                rebuilt.case.age.is_some() || rebuilt.case.sex.is_some()
            }
            _ => false,
        };
        if wanted {
            numbers.insert(event.number);
            ids.extend(observation(event).map(|own| own.id));
        }
    }
    let limits = judged.limits.unwrap_or(&rebuilt.limits);
    numbers.extend(limits.iter().filter_map(|limit| limit.set_by));
    let relative: BTreeSet<_> = events
        .iter()
        .filter(|event| numbers.contains(&event.number))
        .filter_map(|event| match &event.event {
            Event::LimitSet(set) => set.setting.relative.as_ref().map(|own| own.field.clone()),
            _ => None,
        })
        .collect();
    for field in relative {
        let usual = events.iter().rev().find(|event| {
            event.number < assessment.number
                && matches!(&event.event, Event::BaselineSet(set) if set.baseline.field == field)
        });
        numbers.extend(usual.map(|event| event.number));
    }
    Ok(numbers)
}

fn is_data(event: &Recorded) -> bool {
    observation(event).is_some() || matches!(event.event, Event::ResponseGiven(_))
}

fn observation(event: &Recorded) -> Option<&Observation> {
    match &event.event {
        Event::ObservationRecorded(event) => Some(&event.observation),
        Event::ObservationCorrected(event) => Some(&event.observation),
        _ => None,
    }
}

/// How far back each input of a case reaches.
struct Stretches(Vec<(SeriesId, Time)>, Time);

fn stretches(wants: &[Want], case: &Case) -> Stretches {
    let oldest = |series: &Series| {
        let first = series.times.first().into_iter().chain(series.skipped.first()).min();
        first.map_or(case.moment(), |first| Time(*first))
    };
    let of = |want: &Want| {
        let series = case.series.iter().find(|series| series.id == want.id);
        let from = want.earliest(case.moment()).or_else(|| series.map(oldest));
        (want.id.clone(), from.unwrap_or(case.moment()))
    };
    Stretches(wants.iter().map(of).collect(), case.moment())
}

impl Stretches {
    /// Whether an observation is in one of them, or corrects one that is.
    fn field(&self, observation: &Observation, ids: &HashSet<ObservationId>) -> bool {
        let corrects = observation.supersedes.is_some_and(|old| ids.contains(&old));
        corrects
            || self.0.iter().any(|(id, from)| {
                *id == SeriesId::Field(observation.field.clone())
                    && (*from..=self.1).contains(&observation.measured)
            })
    }
}
