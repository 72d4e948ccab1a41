//! Translating scenarios.

use super::{
    bindings::scenarios as raw,
    shared::{id, ids, severity, sex, text, unknown},
};
use crate::flaw::{Flaws, shown};
use gtp_model::programme::{Entry, Expectation, Outcome, Scenario, Step};

pub fn scenario(from: raw::Scenario, flaws: &mut Flaws) -> Scenario {
    let place = format!("scenario `{}`", shown(&from.id));
    let limits = from
        .limits
        .into_iter()
        .filter_map(|(limit, value)| Some((id(&limit, &place, flaws)?, value)))
        .collect();
    let steps = from.steps.into_iter().map(|from| step(from, &place, flaws)).collect();
    Scenario {
        id: from.id,
        title: text(from.title),
        starts: from.starts,
        zone: from.zone,
        age: from.age,
        sex: from.sex.map(sex),
        limits,
        steps,
    }
}

fn step(from: raw::Step, place: &str, flaws: &mut Flaws) -> Step {
    let entries = from.entries.into_iter().filter_map(|from| entry(from, place, flaws)).collect();
    let expect = from.expect.iter().filter_map(|from| expectation(from, place, flaws)).collect();
    Step {
        day: from.day,
        minute: from.minute,
        entries,
        expect,
        advice: from.advice.map(|rules| ids(&rules, place, flaws)),
    }
}

fn entry(from: raw::Entry, place: &str, flaws: &mut Flaws) -> Option<Entry> {
    match from {
        raw::Entry::Value((field, value)) => Some(Entry::Value(id(&field, place, flaws)?, value)),
        raw::Entry::Skipped(field) => Some(Entry::Skipped(id(&field, place, flaws)?)),
        raw::Entry::Response((questionnaire, answers)) => {
            let questionnaire = id(&questionnaire, place, flaws)?;
            let answers = answers
                .into_iter()
                .filter_map(|(item, value)| Some((id(&item, place, flaws)?, value)))
                .collect();
            Some(Entry::Response(questionnaire, answers))
        }
        raw::Entry::Other(word) => {
            unknown("entry", &word, place, flaws);
            None
        }
    }
}

fn expectation(from: &raw::Expectation, place: &str, flaws: &mut Flaws) -> Option<Expectation> {
    let outcome = match &from.outcome {
        raw::Outcome::Judged(raw) => Outcome::Judged(severity(*raw)),
        raw::Outcome::NotJudged => Outcome::NotJudged,
        raw::Outcome::NotRun => Outcome::NotRun,
        raw::Outcome::Other(word) => {
            unknown("outcome", word, place, flaws);
            return None;
        }
    };
    Some(Expectation { rule: id(&from.rule, place, flaws)?, outcome })
}
