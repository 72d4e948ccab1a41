//! Chronic obstructive pulmonary disease, followed from home.
//!
//! What is measured, asked and compared stands in `programme.toml` with its sources. The limit of oxygen
//! saturation has no default: no value is safe for all, so the rule says "not set" until a doctor has set it.

mod exacerbation;

use exacerbation::{exacerbation, worse_today};
use gtp_sdk::prelude::*;

gtp_sdk::programme!("programme.toml");

fn spo2_below_target(case: &Case) -> Judgement {
    let target = case.limits().spo2_target()?;
    let margin = case.limits().spo2_red_margin()?;
    let newest = case.spo2().newest()?;
    let value = newest.value;
    let below = target.value - value;
    let finding = if below >= margin {
        red(say::spo2_below_target::FarBelow { value, below, target })
            .advise(say::spo2_below_target::Call)
    } else if value < target {
        yellow(say::spo2_below_target::Below { value, target })
            .advise(say::spo2_below_target::MeasureAgain)
    } else {
        green()
    };
    Ok(finding.evidence([newest]))
}

fn spo2_too_much_oxygen(case: &Case) -> Judgement {
    let limit = case.limits().spo2_on_oxygen()?;
    let newest = case.spo2().newest()?;
    let value = newest.value;
    if value <= limit {
        return Ok(green().evidence([newest]));
    }
    // Whether there was oxygen only counts if it was said of this measurement.
    let oxygen = case.supplemental_oxygen().only(|own| own.time == newest.time).answer();
    if oxygen.known()? {
        return Ok(yellow(say::spo2_too_much_oxygen::TooMuch { value, limit })
            .evidence([newest])
            .evidence(oxygen.readings()));
    }
    Ok(green().evidence([newest]))
}

fn spo2_fall(case: &Case) -> Judgement {
    let limit = case.limits().spo2_fall()?;
    let Change { from, to, by } = case.spo2().change_since_yesterday()?;
    let fall = -by;
    let finding =
        if fall > limit { yellow(say::spo2_fall::Fell { fall, from, to, limit }) } else { green() };
    Ok(finding.figure(say::spo2_fall::fall(fall)).evidence([from, to]))
}

fn breathlessness_grade(case: &Case) -> Judgement {
    let limit = case.limits().mmrc_symptomatic()?;
    let grade = case.mmrc().grade().newest()?;
    let finding = if grade.value >= limit.value {
        yellow(say::breathlessness_grade::Symptomatic { grade, limit })
    } else {
        green()
    };
    Ok(finding.evidence([grade]).derive("mrc", grade.time, grade.value + 1.0))
}
