//! Which moments a submission makes the rules judge.
//!
//! Data is judged at the time of its measurement, however late it comes. Something that comes late or is
//! corrected can also change what the newest measurement means (a weight of yesterday that was missing
//! yesterday), so the newest moment is judged again.

use crate::draft::Draft;
use gtp_model::programme::Programme;
use gtp_model::{RuleId, SeriesId, Time};
use gtp_record::StoreError;
use gtp_runtime::inputs::{concerned, wants};
use std::collections::{BTreeMap, BTreeSet};

/// The new inputs of one programme and when each was measured.
pub type NewInputs = BTreeMap<Time, BTreeSet<SeriesId>>;

/// What is new in a draft, as one programme names it.
pub fn new_inputs(draft: &Draft<'_>, programme: &Programme) -> NewInputs {
    let mut inputs = NewInputs::new();
    for observation in draft.observations() {
        if programme.field(&observation.field).is_some() {
            let id = SeriesId::Field(observation.field.clone());
            inputs.entry(observation.measured).or_default().insert(id);
        }
    }
    for response in draft.responses().iter().filter(|r| r.programme == *programme.id()) {
        let at = inputs.entry(response.answered).or_default();
        let questionnaire = &response.questionnaire;
        at.extend(
            response
                .answers
                .iter()
                .map(|answer| SeriesId::Answer(questionnaire.clone(), answer.item.clone())),
        );
        at.extend(
            response
                .scores
                .iter()
                .map(|score| SeriesId::Score(questionnaire.clone(), score.id.clone())),
        );
    }
    inputs
}

/// The moments to judge, in order, each with the rules that are concerned.
pub fn to_judge(
    draft: &Draft<'_>,
    programme: &Programme,
    new: &NewInputs,
) -> Result<Vec<(Time, Vec<RuleId>)>, StoreError> {
    let mut moments: Vec<(Time, Vec<RuleId>)> =
        new.iter().map(|(moment, inputs)| (*moment, concerned(programme, inputs))).collect();
    let rules = match moments.as_slice() {
        // Most submissions are of one moment, and what they concern is known by now.
        [(_, rules)] => rules.clone(),
        _ => concerned(programme, &new.values().flatten().cloned().collect()),
    };
    if let Some((last, _)) = new.last_key_value() {
        let read = wants(programme, &rules).into_iter().map(|want| want.id);
        if let Some(newest) = draft.newest_after(programme, read, *last)? {
            moments.push((newest, rules));
        }
    }
    moments.retain(|(_, rules)| !rules.is_empty());
    Ok(moments)
}
