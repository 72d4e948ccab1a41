//! Early detection in elderly care: the National Early Warning Score 2.
//!
//! An example of a score over several measurements, of a limit that is a clinician's choice between two
//! scales, and of a rule that would rather say nothing than guess.

mod points;

use gtp_sdk::prelude::*;

gtp_sdk::programme!("programme.toml");

/// The youngest whom the score is made for, in years.
const YOUNGEST: u16 = 16;

fn news2(case: &Case) -> Judgement {
    if case.age()? < YOUNGEST {
        return Err(NotJudged::not_applicable("NEWS2 is not for anyone under 16 years"));
    }
    if case.pregnant().answer().is_yes() {
        return Err(NotJudged::not_applicable("NEWS2 is not for use in pregnancy"));
    }
    let (scale, medium, high) =
        (case.limits().spo2_scale()?, case.limits().medium()?, case.limits().high()?);

    let respiration = case.respiration_rate().newest()?;
    let saturation = case.spo2().newest()?;
    let oxygen = case.supplemental_oxygen().newest()?;
    let systolic = case.systolic().newest()?;
    let pulse = case.pulse().newest()?;
    let consciousness = case.consciousness().newest()?;
    let temperature = case.temperature().newest()?;

    let on_oxygen = oxygen.value != 0.0;
    let alert = consciousness.value == choice::consciousness::ALERT;
    let parts = [
        (respiration, points::respiration(respiration.value)),
        (
            saturation,
            if scale.value == 2.0 {
                points::saturation_scale_2(saturation.value, on_oxygen)
            } else {
                points::saturation_scale_1(saturation.value)
            },
        ),
        (oxygen, if on_oxygen { 2 } else { 0 }),
        (systolic, points::systolic(systolic.value)),
        (pulse, points::pulse(pulse.value)),
        (consciousness, if alert { 0 } else { 3 }),
        (temperature, points::temperature(temperature.value)),
    ];
    let score: Number = parts.iter().map(|(_, points)| Number::from(*points)).sum();
    let threes = parts.iter().filter(|(_, points)| *points == 3).count();

    let finding = if score >= high.value {
        red(say::news2::High { score, limit: high, threes })
    } else if score >= medium.value {
        yellow(say::news2::Medium { score, limit: medium, threes })
    } else if threes > 0 {
        yellow(say::news2::SingleThree { score, threes })
    } else {
        green()
    };
    Ok(finding.figure(say::news2::score(score)).evidence(parts.map(|(reading, _)| reading)).derive(
        "news2",
        case.now(),
        score,
    ))
}
