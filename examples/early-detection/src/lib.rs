//! Early detection in elderly care: the National Early Warning Score 2.
//!
//! An example of a score over several measurements, of a limit that is a clinician's choice between two
//! scales, and of a rule that would rather say nothing than guess.

mod points;

use gtp_sdk::prelude::*;

gtp_sdk::programme!("programme.toml");

/// The youngest whom the score is made for, in years.
const YOUNGEST: u16 = 16;

/// Which scale the oxygen saturation is scored on.
enum Scale {
    One,
    Two,
}

/// There is no scale between the two, so a limit of 1.5 is as good as none.
fn spo2_scale(case: &Case) -> Result<Scale, NotJudged> {
    let limit = case.limits().spo2_scale()?;
    if limit.value == 1.0 {
        Ok(Scale::One)
    } else if limit.value == 2.0 {
        Ok(Scale::Two)
    } else {
        Err(NotJudged::LimitNotSet(limit.id.to_owned()))
    }
}

fn news2(case: &Case) -> Judgement {
    if case.age()? < YOUNGEST {
        return Err(NotJudged::not_applicable("NEWS2 is not for anyone under 16 years"));
    }
    if case.pregnant().answer().is_yes() {
        return Err(NotJudged::not_applicable("NEWS2 is not for use in pregnancy"));
    }
    let scale = spo2_scale(case)?;
    let (medium, high) = (case.limits().medium()?, case.limits().high()?);

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
            match scale {
                Scale::One => points::saturation_scale_1(saturation.value),
                Scale::Two => points::saturation_scale_2(saturation.value, on_oxygen),
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
        yellow(say::news2::SingleThree { score })
    } else {
        green()
    };
    Ok(finding.figure(say::news2::score(score)).evidence(parts.map(|(reading, _)| reading)).derive(
        "news2",
        case.now(),
        score,
    ))
}
