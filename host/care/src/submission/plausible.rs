//! Whether what was sent can be true: times, groups, duplicates, corrections; and what is so unusual that
//! whoever entered it must confirm it.

use super::reading::{NewObservation, Submission};
use crate::{Fault, Problem};
use gtp_access::sight::may_enter;
use gtp_model::programme::{Audience, GroupCheck, Kind, Programme, Subject};
use gtp_model::{DAY, Enrolment, FieldId, MINUTE, Observation, ObservationId, Time, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// A clock that runs ahead by this much is forgiven.
pub const AHEAD: i64 = 5 * MINUTE;
/// Nothing older than this is accepted: it would be a mistyped year.
pub const OLDEST: i64 = 10 * 366 * DAY;

/// What the check must know of the record.
pub trait History {
    /// What can go wrong when it is asked.
    type Error;

    /// The newest value of a field before a moment.
    ///
    /// # Errors
    /// The record cannot be read.
    fn newest_before(
        &self,
        field: &FieldId,
        moment: Time,
    ) -> Result<Option<(Time, f64)>, Self::Error>;

    /// The values of a field at exactly this moment, superseded ones left out.
    ///
    /// # Errors
    /// The record cannot be read.
    fn at(&self, field: &FieldId, moment: Time) -> Result<Cow<'_, [Observation]>, Self::Error>;

    /// An observation of this citizen and whether it has been superseded.
    ///
    /// # Errors
    /// The record cannot be read.
    fn find(&self, id: ObservationId) -> Result<Option<(Observation, bool)>, Self::Error>;
}

/// What a submission is checked against.
pub struct Background<'a, H> {
    /// When the host received it.
    pub now: Time,
    /// The programmes that the citizen is enrolled in.
    pub programmes: &'a [&'a Programme],
    /// Those enrolments.
    pub enrolments: &'a [&'a Enrolment],
    /// Who enters it.
    pub audience: Audience,
    /// The record.
    pub history: &'a H,
}

/// Everything that is wrong or unusual.
///
/// # Errors
/// The record cannot be read.
pub fn problems<H: History>(
    submission: &Submission,
    background: &Background<'_, H>,
) -> Result<Vec<Problem>, H::Error> {
    let mut problems = vec![];
    let mut seen = HashSet::new();
    for observation in &submission.observations {
        let mut faults = vec![];
        moment(observation.measured, background, "measured", &mut faults);
        entering(&Subject::Field(observation.field.clone()), background, &mut faults);
        if !seen.insert((&observation.field, observation.measured)) {
            faults.push(("measured", Fault::Duplicate));
        }
        correction(observation, background, &mut faults)?;
        unusual(observation, background, &mut faults)?;
        problems.extend(faults.into_iter().map(|(part, fault)| {
            // An answer that asks for a field is itself the place.
            let inside = observation.pointer.starts_with("/observations/") && !part.is_empty();
            let pointer = if inside {
                format!("{}/{part}", observation.pointer)
            } else {
                observation.pointer.clone()
            };
            Problem::new(pointer, fault)
        }));
    }
    for response in &submission.responses {
        let mut faults = vec![];
        moment(response.answered, background, "answered", &mut faults);
        let subject = Subject::Questionnaire(response.questionnaire.clone());
        entering(&subject, background, &mut faults);
        problems.extend(
            faults
                .into_iter()
                .map(|(part, fault)| Problem::new(format!("{}/{part}", response.pointer), fault)),
        );
    }
    groups(submission, background.programmes, &mut problems);
    Ok(problems)
}

type Faults = Vec<(&'static str, Fault)>;

fn moment<H>(
    moment: Time,
    background: &Background<'_, H>,
    part: &'static str,
    faults: &mut Faults,
) {
    if moment > background.now.plus(AHEAD) {
        faults.push((part, Fault::InTheFuture));
    } else if moment < background.now.plus(-OLDEST) {
        faults.push((part, Fault::TooOld));
    } else if background.enrolments.iter().all(|enrolment| moment < enrolment.start.plus(-DAY)) {
        // A day's slack: the first measurement is often taken in the morning, before the nurse enrols.
        faults.push((part, Fault::NotEnrolledThen));
    }
}

fn entering<H>(subject: &Subject, background: &Background<'_, H>, faults: &mut Faults) {
    let may = background
        .programmes
        .iter()
        .any(|programme| may_enter(programme, subject, background.audience));
    if !may {
        faults.push(("", Fault::MayNotEnter));
    }
}

fn correction<H: History>(
    observation: &NewObservation,
    background: &Background<'_, H>,
    faults: &mut Faults,
) -> Result<(), H::Error> {
    let Some(corrects) = observation.corrects else {
        if !background.history.at(&observation.field, observation.measured)?.is_empty() {
            faults.push(("measured", Fault::Duplicate));
        }
        return Ok(());
    };
    match background.history.find(corrects)? {
        Some((earlier, false)) if earlier.field == observation.field => {}
        _ => faults.push(("corrects", Fault::NothingToCorrect)),
    }
    if observation.reason.is_empty() {
        faults.push(("reason", Fault::NoReason));
    }
    let taken = background.history.at(&observation.field, observation.measured)?;
    if taken.iter().any(|other| other.id != corrects) {
        faults.push(("measured", Fault::Duplicate));
    }
    Ok(())
}

fn unusual<H: History>(
    observation: &NewObservation,
    background: &Background<'_, H>,
    faults: &mut Faults,
) -> Result<(), H::Error> {
    let field =
        background.programmes.iter().find_map(|programme| programme.field(&observation.field));
    let (Some(Kind::Quantity(quantity)), Value::Number(number), false) =
        (field.map(|field| &field.kind), &observation.value, observation.confirmed)
    else {
        return Ok(());
    };
    if !quantity.confirm.contains(*number) {
        faults.push(("value", Fault::Unusual(quantity.confirm, quantity.unit.clone())));
    } else if let Some(largest) = quantity.confirm_change
        && let Some((since, before)) =
            background.history.newest_before(&observation.field, observation.measured)?
        && (number - before).abs() > largest
    {
        faults.push(("value", Fault::UnusualChange(largest, quantity.unit.clone(), since)));
    }
    Ok(())
}

/// Checks between fields of a group, for those that were measured at the same moment.
fn groups(submission: &Submission, programmes: &[&Programme], problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    let checks =
        programmes.iter().flat_map(|programme| &programme.groups).flat_map(|group| &group.checks);
    for GroupCheck::LessThan(lower, higher) in checks {
        if !seen.insert((lower, higher)) {
            continue;
        }
        let of = |field: &FieldId| {
            let field = field.clone();
            submission.observations.iter().filter(move |observation| observation.field == field)
        };
        for low in of(lower) {
            let high = of(higher).find(|high| high.measured == low.measured);
            if let (Some(low_number), Some(high_number)) =
                (low.value.number(), high.and_then(|high| high.value.number()))
                && low_number >= high_number
            {
                let part = if low.pointer.starts_with("/observations/") { "/value" } else { "" };
                problems.push(Problem::new(
                    format!("{}{part}", low.pointer),
                    Fault::NotLess(lower.to_string(), higher.to_string()),
                ));
            }
        }
    }
}
