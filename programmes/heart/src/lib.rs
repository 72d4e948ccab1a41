//! Heart failure and hypertension, followed from home.
//!
//! What is measured, asked and compared stands in `programme.toml` with its sources; here stands when
//! somebody should look. Weight and blood pressure each have a file.

mod pressure;
mod range;
mod weight;

use gtp_sdk::prelude::*;
use pressure::{bp_crisis, bp_low, home_bp, pulse, systolic};
use weight::{weight_1_day, weight_3_days, weight_7_days};

gtp_sdk::programme!("programme.toml");

/// Any symptom of either group, answered within the last 24 hours.
fn symptom(case: &Case) -> Answer {
    let asked = case.heart_symptoms();
    any_yes([
        asked.more_breathless(),
        asked.more_swelling(),
        asked.dizzy(),
        asked.fainted(),
        asked.woke_breathless(),
        asked.slept_propped_up(),
        asked.much_worse(),
    ])
}

fn symptoms(case: &Case) -> Judgement {
    let asked = case.heart_symptoms();
    let any = any_yes([asked.more_breathless(), asked.more_swelling(), asked.dizzy()]);
    if any.known()? {
        return Ok(yellow(say::symptoms::Present).evidence(any.readings()));
    }
    Ok(green())
}

fn symptoms_severe(case: &Case) -> Judgement {
    let asked = case.heart_symptoms();
    let any = any_yes([
        asked.woke_breathless(),
        asked.slept_propped_up(),
        asked.much_worse(),
        asked.fainted(),
    ]);
    if any.known()? {
        return Ok(red(say::symptoms_severe::Present)
            .evidence(any.readings())
            .advise(say::symptoms_severe::Call));
    }
    Ok(green())
}
