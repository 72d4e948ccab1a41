//! Scenarios: told in the programme's own words, about values that can be.

use super::{dangling, places, questionnaires::answers, unique};
use crate::{
    flaw::{Flaws, shown},
    scenario::calendar,
};
use gtp_model::{
    FieldId, ItemId,
    programme::{Entry, Kind, Outcome, Programme, Questionnaire, Scenario, Severity, Step},
};
use std::collections::BTreeSet;

pub fn check(programme: &Programme, flaws: &mut Flaws) {
    unique(programme.scenarios.iter().map(|own| shown(&own.id)), |id| places::scenario(id), flaws);
    for scenario in &programme.scenarios {
        let place = places::scenario(&scenario.id);
        if scenario.id.parse::<FieldId>().is_err() {
            let mend = "Use lower-case letters, digits and hyphens, at most 40";
            flaws.error("id-invalid", &place, "that is no id", mend);
        }
        if let Err(what) = calendar(scenario) {
            flaws.error("scenario-calendar", &place, what, "Name a real day and place");
        }
        limits(scenario, programme, &place, flaws);
        if scenario.steps.is_empty() {
            flaws.error("scenario-empty", &place, "nothing happens in it", "Give it a step");
        }
        for (i, step) in scenario.steps.iter().enumerate() {
            check_step(step, programme, &format!("{place}, step {}", i + 1), flaws);
        }
    }
    unproven(programme, flaws);
}

fn limits(scenario: &Scenario, programme: &Programme, place: &str, flaws: &mut Flaws) {
    for (id, value) in &scenario.limits {
        match programme.limit(id) {
            None => dangling(place, "limit", id, flaws),
            Some(limit) if !limit.bounds.contains(*value) => {
                let what =
                    format!("it sets limit `{id}` to {value}, which its bounds do not allow");
                flaws.error("scenario-limit", place, what, "Set it within its bounds");
            }
            Some(_) => {}
        }
    }
}

fn check_step(step: &Step, programme: &Programme, place: &str, flaws: &mut Flaws) {
    if step.day == 0 || step.minute >= 24 * 60 {
        let what = format!("day {}, minute {} is no moment", step.day, step.minute);
        flaws.error("scenario-moment", place, what, "Days begin at 1 and have 1,440 minutes");
    }
    for entry in &step.entries {
        match entry {
            Entry::Value(id, value) => match programme.field(id) {
                None => dangling(place, "field", id, flaws),
                Some(field) => {
                    possible(*value, &field.kind, &format!("field `{id}`"), place, flaws)
                }
            },
            Entry::Skipped(id) => {
                if programme.field(id).is_none() {
                    dangling(place, "field", id, flaws);
                }
            }
            Entry::Response(id, given) => match programme.questionnaire(id) {
                None => dangling(place, "questionnaire", id, flaws),
                Some(questionnaire) => response(given, questionnaire, programme, place, flaws),
            },
        }
    }
    for expected in &step.expect {
        let Some(rule) = programme.rule(&expected.rule) else {
            dangling(place, "rule", &expected.rule, flaws);
            continue;
        };
        if let Outcome::Judged(severity) = expected.outcome
            && severity != Severity::Green
            && !rule.severities.contains(&severity)
        {
            let what = format!("it expects a severity that rule `{}` does not declare", rule.id);
            flaws.error("scenario-severity", place, what, "Name it in the rule's `severities`");
        }
    }
    for rule in step.advice.iter().flatten().filter(|id| programme.rule(id).is_none()) {
        dangling(place, "rule", rule, flaws);
    }
}

fn response(
    given: &[(ItemId, f64)],
    questionnaire: &Questionnaire,
    programme: &Programme,
    place: &str,
    flaws: &mut Flaws,
) {
    unique(given.iter().map(|(id, _)| id), |_| place.to_owned(), flaws);
    for (id, value) in given {
        match questionnaire.item(id) {
            None => dangling(place, "item", format!("{}/{id}", questionnaire.id), flaws),
            Some(item) => {
                if let Some(kind) = answers(item, programme) {
                    possible(*value, kind, &format!("item `{id}`"), place, flaws);
                }
            }
        }
    }
}

/// Whether the host would take this value.
fn possible(value: f64, kind: &Kind, of: &str, place: &str, flaws: &mut Flaws) {
    let possible = match kind {
        Kind::Quantity(quantity) => {
            quantity.reject.contains(value)
                || quantity.coded.iter().any(|coded| coded.value == value)
        }
        Kind::Choice(choices) => choices.iter().any(|choice| choice.value == value),
        Kind::Flag => value == 0.0 || value == 1.0,
        Kind::Date => value.is_finite(),
        // A free text has no number to give.
        Kind::FreeText(_) => false,
    };
    if !possible {
        let what = format!("it gives {value} for {of}, which the host would refuse");
        flaws.error("scenario-impossible", place, what, "Give a value that can be entered");
    }
}

/// Rules that no scenario ever sees fire.
fn unproven(programme: &Programme, flaws: &mut Flaws) {
    let fired: BTreeSet<_> = programme
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.steps)
        .flat_map(|step| &step.expect)
        .filter(|expected| matches!(expected.outcome, Outcome::Judged(severity) if severity != Severity::Green))
        .map(|expected| &expected.rule)
        .collect();
    for rule in &programme.rules {
        let can_fire = rule.severities.iter().any(|severity| *severity != Severity::Green);
        if can_fire && !fired.contains(&rule.id) {
            flaws.note(
                "rule-unproven",
                places::rule(&rule.id),
                "no scenario expects it to be yellow or red",
                "Tell a small story in which it fires, and one in which it just does not",
            );
        }
    }
}
