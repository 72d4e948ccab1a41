//! Type 2 diabetes, followed from home.
//!
//! What is measured, asked and compared stands in `programme.toml` with its sources. One reading that is too
//! low or far too high speaks for itself; a high one only as part of a trend.

mod range;

use gtp_sdk::prelude::*;
use range::{glucose_trend, time_in_range};

gtp_sdk::programme!("programme.toml");

fn glucose_low(case: &Case) -> Judgement {
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

fn needed_help(case: &Case) -> Judgement {
    let answer = case.diabetes_symptoms().needed_help().answer();
    if answer.known()? {
        return Ok(red(say::needed_help::NeededHelp)
            .evidence(answer.readings())
            .advise(say::needed_help::Call));
    }
    Ok(green())
}

fn glucose_very_high(case: &Case) -> Judgement {
    let (limit, enough) = (case.limits().glucose_very_high()?, case.limits().very_high_count()?);
    let glucose = case.glucose();
    glucose.newest()?;
    let high = glucose.only(|reading| reading.value > limit);
    let count = high.len();
    if Number::from(count) < enough.value {
        return Ok(green());
    }
    let asked = case.diabetes_symptoms();
    let symptom = any_yes([asked.thirsty(), asked.nausea(), asked.drowsy()]);
    let finding = if symptom.is_yes() {
        red(say::glucose_very_high::HighWithSymptom { count, limit })
            .advise(say::glucose_very_high::Call)
    } else {
        yellow(say::glucose_very_high::High { count, limit })
            .advise(say::glucose_very_high::Ketones)
    };
    Ok(finding.evidence(high.readings().iter().copied()).evidence(symptom.readings()))
}

fn ketones(case: &Case) -> Judgement {
    let limits = case.limits();
    let (raised, high) = (limits.ketones_raised()?, limits.ketones_high()?);
    let emergency = limits.ketones_emergency()?;
    let newest = case.ketones().newest()?;
    let value = newest.value;
    let finding = if value >= emergency {
        red(say::ketones::Emergency { value, limit: emergency }).advise(say::ketones::Ring112)
    } else if value > high {
        red(say::ketones::High { value, limit: high }).advise(say::ketones::Call)
    } else if value >= raised {
        yellow(say::ketones::Raised { value, limit: raised }).advise(say::ketones::MeasureAgain)
    } else {
        green()
    };
    Ok(finding.evidence([newest]))
}
