//! Pregnancy with complications, followed from home.
//!
//! What is measured, asked and compared stands in `programme.toml` with its sources. How far a pregnancy has
//! come is counted in days of the calendar, from the due date by ultrasound where there is one, else from
//! the last period.

mod glucose;
mod pressure;

use glucose::{glucose_high, glucose_low, needed_help};
use gtp_sdk::prelude::*;
use pressure::{high_blood_pressure, severe_blood_pressure, symptoms, treated_target};

gtp_sdk::programme!("programme.toml");

/// No pregnancy is older, so a date that says so is wrong.
const OLDEST: GestationalAge = weeks(45, 0);

/// How far she has come today. A date that cannot be right is as good as none: a due date mistyped by a year
/// must not make a woman at the end of her pregnancy one at its beginning.
fn gestational_age(case: &Case) -> Result<GestationalAge, NotJudged> {
    let (due, period) = (case.due_date(), case.last_period());
    let age = match due.newest() {
        Ok(due) => GestationalAge::by_due_date(case.today(), Day::of_date(due.value.get())),
        Err(_) => {
            let first_day = Day::of_date(period.newest()?.value.get());
            GestationalAge::by_last_period(case.today(), first_day)
        }
    };
    if age < weeks(0, 0) || age > OLDEST {
        return Err(NotJudged::not_enough(&[due.id(), period.id()]));
    }
    Ok(age)
}

/// An age that is compared with: a limit in days.
fn age_of(limit: Limit) -> GestationalAge {
    GestationalAge { days: limit.value.get() as i64 }
}

/// A gestational age as a text that is the same in every language.
fn age_text(age: GestationalAge) -> gtp_sdk::Text {
    age.text(&["da", "en"])
}

fn protein(case: &Case) -> Judgement {
    let (raised, strong) = (case.limits().protein_raised()?, case.limits().protein_strong()?);
    let newest = case.urine_protein().newest()?;
    let protein = newest.value;
    let early = age_of(case.limits().early_until()?);
    let age = gestational_age(case)?;
    if age < early {
        return Err(NotJudged::not_applicable("too early in the pregnancy"));
    }
    let text = age_text(age);
    let finding = if protein >= strong {
        yellow(say::protein::Strong { protein, age: text }).advise(say::protein::Measure)
    } else if protein >= raised {
        yellow(say::protein::Raised { protein, age: text }).advise(say::protein::Measure)
    } else {
        green()
    };
    Ok(finding.evidence([newest]).derive("gestational-days", case.now(), Number::from(age.days)))
}

fn fetal_movement(case: &Case) -> Judgement {
    let from = age_of(case.limits().movement_from()?);
    let red_from = age_of(case.limits().movement_red_from()?);
    let newest = case.pregnancy_symptoms().movement().newest()?;
    if newest.value == choice::pregnancy_symptoms::movement::AS_USUAL {
        return Ok(green().evidence([newest]));
    }
    let never = newest.value == choice::pregnancy_symptoms::movement::NONE;
    let Ok(age) = gestational_age(case) else {
        return Ok(yellow(say::fetal_movement::AgeUnknown)
            .evidence([newest])
            .advise(say::fetal_movement::Call));
    };
    if age < from {
        return Ok(green().evidence([newest]));
    }
    let age_words = age_text(age);
    let finding = if never {
        yellow(say::fetal_movement::None { age: age_words })
    } else {
        yellow(say::fetal_movement::Less { age: age_words })
    };
    let finding = if age >= red_from {
        finding.or_red(true).advise(say::fetal_movement::Call)
    } else {
        finding.advise(say::fetal_movement::CallMidwife)
    };
    Ok(finding.evidence([newest]))
}

fn danger_signs(case: &Case) -> Judgement {
    let asked = case.danger_signs();
    let signs = any_yes([asked.bleeding(), asked.convulsion(), asked.waters(), asked.fever()]);
    if signs.known()? {
        let finding = red(say::danger_signs::Present).evidence(signs.readings());
        return Ok(if asked.convulsion().answer().is_yes() {
            finding.advise(say::danger_signs::Ring112)
        } else {
            finding.advise(say::danger_signs::Call)
        });
    }
    Ok(green())
}
