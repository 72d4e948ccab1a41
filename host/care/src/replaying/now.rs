//! What another version would be asked about a submission that was just recorded.
//!
//! The live host has judged it already, and its derived values are in the record beside the values that came: they
//! are hidden, since the version that is asked would not have found them there.

use super::Asked;
use crate::assessing::{case, person};
use crate::calendar::Calendar;
use crate::draft::Draft;
use crate::histories::Histories;
use crate::limits::Settings;
use crate::moments;
use gtp_model::programme::Programme;
use gtp_model::{CitizenId, Enrolment, EnrolmentState, Observation, Source};
use gtp_record::event::{Event, Recorded};
use gtp_record::view::queries;
use gtp_record::{Store, StoreError};
use std::sync::Arc;

/// The questions that a version's rules would be asked about the events of one submission, by what the record holds
/// now, and the enrolment that each is about.
///
/// # Errors
/// Where the record cannot be read.
pub fn asked_now(
    store: &dyn Store,
    calendar: &Calendar,
    citizen: CitizenId,
    submitted: &[Arc<Recorded>],
    programme: &Programme,
) -> Result<Vec<(Enrolment, Asked)>, StoreError> {
    let histories = Histories::of(store, citizen)?;
    let Some(found) = queries::citizen(store, histories.own())? else { return Ok(vec![]) };
    let enrolments = histories.enrolments(store)?;
    let mut draft = Draft::new(store, histories);
    for recorded in submitted {
        match (&recorded.event, observation(&recorded.event)) {
            (_, Some(own)) if own.source == Source::Derived => draft.hide(own.id),
            (Event::ResponseGiven(own), _) => draft.respond(own.response.clone()),
            (own, _) => draft.observe_event(own),
        }
    }
    let mut asked = vec![];
    let taking_part = enrolments.into_iter().map(|row| row.enrolment).filter(|enrolment| {
        enrolment.programme == *programme.id() && enrolment.state != EnrolmentState::Ended
    });
    for enrolment in taking_part {
        let new = moments::new_inputs(&draft, programme);
        for (moment, rules) in moments::to_judge(&draft, programme, &new)? {
            let limits = Settings::of(store, &enrolment, moment)?.for_rules(programme, &rules);
            let person = person(&found.number, moment);
            let case = case(calendar, person, programme, &rules, &limits, &draft, moment)?;
            asked.push((enrolment.clone(), Asked { enrolment: enrolment.id, rules, case }));
        }
    }
    Ok(asked)
}

const fn observation(event: &Event) -> Option<&Observation> {
    match event {
        Event::ObservationRecorded(event) => Some(&event.observation),
        Event::ObservationCorrected(event) => Some(&event.observation),
        _ => None,
    }
}
