//! Running a programme's own stories, with a report that shows the day it went wrong.

use super::story::{Outcome, Story};
use crate::{Programme, Severity};
use gtp_contract::assess::{Reason, Verdict};
use gtp_contract::scenarios::{self, Scenario, Step};
use std::fmt::Write;

/// Runs one scenario by its id; the macro writes a test that calls this for each.
///
/// # Panics
///
/// Where the story does not come out as it says, with every step that differs.
#[allow(clippy::panic, reason = "this is what fails a test")]
pub fn scenario<P: Programme>(id: &str) {
    let Some(scenario) = P::scenarios().into_iter().find(|scenario| scenario.id == id) else {
        panic!("there is no scenario `{id}`");
    };
    if let Some(report) = report::<P>(&scenario) {
        panic!("{report}");
    }
}

/// Runs every scenario.
///
/// # Panics
///
/// Where any does not come out as it says.
pub fn scenarios<P: Programme>() {
    for own in P::scenarios() {
        scenario::<P>(&own.id);
    }
}

/// What differs between a story and what the rules say; nothing where it comes out as told.
#[must_use]
pub fn report<P: Programme>(scenario: &Scenario) -> Option<String> {
    let mut story =
        Story::<P>::in_zone(&scenario.starts, &scenario.zone).aged(scenario.age).sex(scenario.sex);
    for (limit, value) in &scenario.limits {
        story = story.limit(limit, *value);
    }
    let mut report = String::new();
    for step in &scenario.steps {
        let outcome = story.send(step.day, step.minute, &step.entries);
        let differences = differences(step, &outcome);
        if !differences.is_empty() {
            let (hours, minutes) = (step.minute / 60, step.minute % 60);
            let _ = writeln!(report, "  day {}, {hours:02}:{minutes:02}", step.day);
            for line in differences {
                let _ = writeln!(report, "    {line}");
            }
        }
    }
    if report.is_empty() {
        return None;
    }
    let title = scenario.title.first().map_or("", |(_, words)| words);
    Some(format!("the scenario `{}` ({title}) goes otherwise:\n{report}", scenario.id))
}

fn differences(step: &Step, outcome: &Outcome) -> Vec<String> {
    let mut lines = vec![];
    for expectation in &step.expect {
        let got = outcome.verdict(&expectation.rule);
        let same = match (&expectation.outcome, got) {
            (scenarios::Outcome::Judged(wanted), Some(Verdict::Judged(severity))) => {
                wanted == severity
            }
            (scenarios::Outcome::NotJudged, Some(Verdict::NotJudged(_)))
            | (scenarios::Outcome::NotRun, None) => true,
            _ => false,
        };
        if !same {
            let wanted = match &expectation.outcome {
                scenarios::Outcome::Judged(severity) => name(*severity).to_owned(),
                scenarios::Outcome::NotJudged => "not judged".to_owned(),
                scenarios::Outcome::NotRun => "not run".to_owned(),
                scenarios::Outcome::Other(other) => other.clone(),
            };
            lines.push(format!(
                "{}: expected {wanted}, got {}",
                expectation.rule,
                got_text(outcome, &expectation.rule)
            ));
        }
    }
    for rule in outcome.ran() {
        let loud = matches!(outcome.severity(rule), Some(Severity::Yellow | Severity::Red));
        if loud && !step.expect.iter().any(|expectation| expectation.rule == *rule) {
            lines.push(format!("{rule}: nothing expected, got {}", got_text(outcome, rule)));
        }
    }
    if let Some(wanted) = &step.advice {
        let got = outcome.advising();
        if !(wanted.len() == got.len() && wanted.iter().all(|rule| got.contains(rule.as_str()))) {
            lines.push(format!("advice: expected from {wanted:?}, got from {got:?}"));
        }
    }
    lines
}

fn got_text(outcome: &Outcome, rule: &str) -> String {
    match outcome.verdict(rule) {
        None => "not run".to_owned(),
        Some(Verdict::Judged(severity)) => match outcome.message(rule, "en") {
            "" => name(*severity).to_owned(),
            message => format!("{} \"{message}\"", name(*severity)),
        },
        Some(Verdict::NotJudged(reason)) => format!("not judged: {}", reason_text(reason)),
    }
}

const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Green => "green",
        Severity::Yellow => "yellow",
        Severity::Red => "red",
    }
}

fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::LimitNotSet(limit) => format!("the limit `{limit}` is not set"),
        Reason::NotEnoughData(ids) => format!("not enough data: {}", ids.join(", ")),
        Reason::NotApplicable(why) => format!("not applicable: {why}"),
        Reason::Other(why) => why.clone(),
    }
}
