//! Anthonisen's types, on two days in a row.

use crate::{Case, say};
use gtp_sdk::prelude::*;

/// What was said of one symptom today and yesterday.
enum Lasting {
    /// Yes on both days, by these answers.
    Yes([Reading; 2]),
    No,
    /// Yes on one day, and nothing was said on the other.
    Unknown,
}

pub(crate) fn exacerbation(case: &Case) -> Judgement {
    let asked = case.copd_symptoms();
    let majors = [asked.breathlessness(), asked.sputum_volume(), asked.sputum_colour()];
    let minors = [asked.cough(), asked.wheeze(), asked.sore_throat(), asked.cold(), asked.fever()];

    let today = case.today();
    for question in majors.iter().chain(&minors) {
        question.on(today).newest()?;
    }
    let [breathlessness, volume, colour] = majors.map(|question| lasting(&question, today));
    let minors = minors.map(|question| lasting(&question, today));
    if [&breathlessness, &volume, &colour]
        .into_iter()
        .any(|symptom| matches!(symptom, Lasting::Unknown))
    {
        return Err(NotJudged::not_enough(&["copd-symptoms/breathlessness"]));
    }

    let with_colour = matches!(colour, Lasting::Yes(_));
    let major_answers = answers(&[breathlessness, volume, colour]);
    let minor_answers = answers(&minors);
    let finding = match major_answers.len() / 2 {
        0 => return Ok(green()),
        1 if minor_answers.is_empty() => return Ok(green()),
        1 => yellow(say::exacerbation::Type3).evidence(minor_answers),
        2 if with_colour => red(say::exacerbation::Type2WithColour),
        2 => yellow(say::exacerbation::Type2),
        _ => red(say::exacerbation::Type1),
    };
    Ok(finding.evidence(major_answers).advise(say::exacerbation::Call))
}

/// A symptom counts when the last answer of both days is yes.
fn lasting(question: &Series, today: Day) -> Lasting {
    let last = |day: Day| question.on(day).newest().ok();
    match (last(today.before(1)), last(today)) {
        (Some(yesterday), Some(today)) if yesterday.value != 0.0 && today.value != 0.0 => {
            Lasting::Yes([yesterday, today])
        }
        (None, Some(today)) if today.value != 0.0 => Lasting::Unknown,
        _ => Lasting::No,
    }
}

fn answers(symptoms: &[Lasting]) -> Vec<Reading> {
    symptoms
        .iter()
        .flat_map(|symptom| match symptom {
            Lasting::Yes(readings) => readings.to_vec(),
            Lasting::No | Lasting::Unknown => vec![],
        })
        .collect()
}
