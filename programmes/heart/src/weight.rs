//! Weight that rises: fluid, until somebody has looked.

use crate::{Case, say, symptom};
use gtp_sdk::prelude::*;

pub(crate) fn weight_3_days(case: &Case) -> Judgement {
    let limit = case.limits().weight_gain_3_days()?;
    let Change { from, to, by: gain } = case.weight().rise_since_lowest(hours(72))?;
    if gain > limit {
        return Ok(red(say::weight_3_days::Rose { gain, from, to, limit })
            .figure(say::weight_3_days::gain(gain))
            .evidence([from, to])
            .advise(say::weight_3_days::Call));
    }
    Ok(green().figure(say::weight_3_days::gain(gain)).evidence([from, to]))
}

pub(crate) fn weight_1_day(case: &Case) -> Judgement {
    let limit = case.limits().weight_gain_1_day()?;
    let weight = case.weight().no_older_than(hours(24))?;
    let Change { from, to, by: gain } = weight.change_since_yesterday()?;
    let figure = say::weight_1_day::gain(gain);
    if gain > limit {
        let symptom = symptom(case);
        let finding = if symptom.is_yes() {
            red(say::weight_1_day::RoseWithSymptom { gain, from, to, limit })
                .advise(say::weight_1_day::Call)
        } else {
            yellow(say::weight_1_day::Rose { gain, from, to, limit })
        };
        return Ok(finding.figure(figure).evidence([from, to]).evidence(symptom.readings()));
    }
    Ok(green().figure(figure).evidence([from, to]))
}

pub(crate) fn weight_7_days(case: &Case) -> Judgement {
    let limit = case.limits().weight_gain_7_days()?;
    let weight = case.weight().no_older_than(hours(24))?;
    let Change { from, to, by: gain } = weight.rise_since_lowest(days(7))?;
    let figure = say::weight_7_days::gain(gain);
    if gain > limit {
        let symptom = symptom(case);
        let finding = if symptom.is_yes() {
            red(say::weight_7_days::RoseWithSymptom { gain, from, to, limit })
                .advise(say::weight_7_days::Call)
        } else {
            yellow(say::weight_7_days::Rose { gain, from, to, limit })
        };
        return Ok(finding.figure(figure).evidence([from, to]).evidence(symptom.readings()));
    }
    Ok(green().figure(figure).evidence([from, to]))
}
