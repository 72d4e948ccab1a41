//! Glucose, which in pregnancy has other limits before and after a meal.

use crate::{Case, choice, say};
use gtp_sdk::prelude::*;

pub(crate) fn glucose_high(case: &Case) -> Judgement {
    use choice::glucose_moment as moment;
    let before_limit = case.limits().glucose_before_meal()?;
    let after_limit = case.limits().glucose_after_meal()?;
    let enough = case.limits().glucose_high_count()?;
    let (glucose, moments) = (case.glucose(), case.glucose_moment());
    glucose.newest()?;

    let said = |reading: &Reading| moments.readings().iter().find(|own| own.time == reading.time);
    let is = |reading: &Reading, wanted: &[Number]| {
        said(reading).is_some_and(|moment| wanted.contains(&moment.value))
    };
    let before_meal = [moment::BEFORE_BREAKFAST, moment::BEFORE_LUNCH, moment::BEFORE_DINNER];
    let after_meal = [moment::AFTER_BREAKFAST, moment::AFTER_LUNCH, moment::AFTER_DINNER];
    if !glucose.readings().iter().any(|own| is(own, &before_meal) || is(own, &after_meal)) {
        return Err(NotJudged::not_enough(&[moments.id()]));
    }
    let before = glucose.only(|own| is(own, &before_meal) && own.value > before_limit);
    let after = glucose.only(|own| is(own, &after_meal) && own.value > after_limit);
    let count = before.len() + after.len();
    if Number::from(count) >= enough.value {
        let (high_before, high_after) = (before.len(), after.len());
        return Ok(yellow(say::glucose_high::High {
            count,
            before: high_before,
            after: high_after,
        })
        .evidence(before.readings().iter().chain(after.readings()).copied()));
    }
    Ok(green())
}

pub(crate) fn glucose_low(case: &Case) -> Judgement {
    let (low, very_low) = (case.limits().glucose_low()?, case.limits().glucose_very_low()?);
    let newest = case.glucose().newest()?;
    let value = newest.value;
    let finding = if value < very_low {
        red(say::glucose_low::VeryLow { value, limit: very_low })
            .advise(say::glucose_low::EatAndCall)
    } else if value < low {
        yellow(say::glucose_low::Low { value, limit: low }).advise(say::glucose_low::Eat)
    } else {
        green()
    };
    Ok(finding.evidence([newest]))
}

pub(crate) fn needed_help(case: &Case) -> Judgement {
    let answer = case.low_glucose().needed_help().answer();
    if answer.known()? {
        return Ok(red(say::needed_help::NeededHelp)
            .evidence(answer.readings())
            .advise(say::needed_help::Call));
    }
    Ok(green())
}
