//! Anthonisen's types, on two days in a row.
//!
//! One bad day is no exacerbation. Whoever answers twice a week is never asked on two days in a row, so a bad
//! day after one of which nothing is known is shown to somebody, and the citizen is asked again tomorrow.

use crate::{Case, say};
use gtp_sdk::prelude::*;

/// The symptoms that are worse than usual, each by its answers. There is a major one among them.
struct Symptoms {
    majors: usize,
    minors: usize,
    colour: bool,
    answers: Vec<Reading>,
}

enum Kind {
    One,
    TwoWithColour,
    Two,
    Three,
}

impl Symptoms {
    fn kind(&self) -> Option<Kind> {
        match (self.majors, self.colour) {
            (0, _) => None,
            (1, _) => (self.minors > 0).then_some(Kind::Three),
            (2, true) => Some(Kind::TwoWithColour),
            (2, false) => Some(Kind::Two),
            _ => Some(Kind::One),
        }
    }
}

pub(crate) fn exacerbation(case: &Case) -> Judgement {
    let today = case.today();
    let both_days = [today.before(1), today];
    known(case, today)?;
    let symptoms = worse(case, &both_days);
    let unknown = unknown_yesterday(case);
    if !unknown.is_empty() {
        return Err(NotJudged::not_enough(&unknown));
    }
    let finding = match symptoms.kind() {
        None => return Ok(green()),
        Some(Kind::One) => red(say::exacerbation::Type1),
        Some(Kind::TwoWithColour) => red(say::exacerbation::Type2WithColour),
        Some(Kind::Two) => yellow(say::exacerbation::Type2),
        Some(Kind::Three) => yellow(say::exacerbation::Type3),
    };
    Ok(finding.evidence(symptoms.answers).advise(say::exacerbation::Call))
}

pub(crate) fn worse_today(case: &Case) -> Judgement {
    let today = case.today();
    known(case, today)?;
    let symptoms = worse(case, &[today]);
    if symptoms.kind().is_none() || unknown_yesterday(case).is_empty() {
        return Ok(green());
    }
    Ok(yellow(say::worse_today::Unconfirmed)
        .evidence(symptoms.answers)
        .advise(say::worse_today::AnswerAgain))
}

fn majors(case: &Case) -> [Series; 3] {
    let asked = case.copd_symptoms();
    [asked.breathlessness(), asked.sputum_volume(), asked.sputum_colour()]
}

fn minors(case: &Case) -> [Series; 5] {
    let asked = case.copd_symptoms();
    [asked.cough(), asked.wheeze(), asked.sore_throat(), asked.cold(), asked.fever()]
}

/// Every question was answered on a day.
fn known(case: &Case, day: Day) -> Result<(), NotJudged> {
    for question in majors(case).iter().chain(&minors(case)) {
        question.on(day).newest()?;
    }
    Ok(())
}

/// The symptoms that are there on all of these days. What was not answered is not among them.
fn worse(case: &Case, days: &[Day]) -> Symptoms {
    let lasting = |questions: &[Series]| -> Vec<Vec<Reading>> {
        questions.iter().filter_map(|question| yes_on_all(question, days)).collect()
    };
    let [breathlessness, volume, colour] = majors(case);
    let colour = yes_on_all(&colour, days);
    let mut major = lasting(&[breathlessness, volume]);
    let with_colour = colour.is_some();
    major.extend(colour);
    let minor = lasting(&minors(case));
    let (majors, minors) = (major.len(), minor.len());
    // Minor symptoms tell something only beside a single major one.
    let shown = if majors == 1 { minor } else { vec![] };
    let answers = major.into_iter().chain(shown).flatten().collect();
    Symptoms { majors, minors, colour: with_colour, answers }
}

/// A symptom is there on a day when the last answer of that day is yes.
fn yes_on_all(question: &Series, days: &[Day]) -> Option<Vec<Reading>> {
    days.iter()
        .map(|day| question.on(*day).newest().ok().filter(|reading| reading.value != 0.0))
        .collect()
}

/// The major symptoms that are there today and of which nothing was said yesterday.
fn unknown_yesterday(case: &Case) -> Vec<&'static str> {
    let today = case.today();
    majors(case)
        .iter()
        .filter(|question| yes_on_all(question, &[today]).is_some())
        .filter(|question| question.on(today.before(1)).newest().is_err())
        .map(Series::id)
        .collect()
}
