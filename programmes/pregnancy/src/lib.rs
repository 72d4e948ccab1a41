//! Pregnancy with complications, followed from home.
//!
//! What is measured, asked and compared stands in `programme.toml` with its sources. How far a pregnancy has
//! come is counted in days of the calendar, from the due date by ultrasound where there is one, else from
//! the last period.

mod glucose;
mod pressure;

use glucose::{glucose_high, glucose_low};
use gtp_sdk::prelude::*;
use pressure::{high_blood_pressure, severe_blood_pressure, symptoms, treated_target};

gtp_sdk::programme!("programme.toml");

/// How far she has come today.
fn gestational_age(case: &Case) -> Result<GestationalAge, NotJudged> {
    let by_due = case
        .due_date()
        .newest()
        .map(|due| GestationalAge::by_due_date(case.today(), Day::of_date(due.value.get())));
    by_due.or_else(|_| {
        let period = case.last_period().newest()?;
        Ok(GestationalAge::by_last_period(case.today(), Day::of_date(period.value.get())))
    })
}

/// A gestational age as a text that is the same in every language.
fn age_text(age: GestationalAge) -> gtp_sdk::Text {
    age.text(&["da", "en"])
}

fn protein(case: &Case) -> Judgement {
    let (raised, strong) = (case.limits().protein_raised()?, case.limits().protein_strong()?);
    let newest = case.urine_protein().newest()?;
    let protein = newest.value;
    let age = gestational_age(case)?;
    if age < weeks(20, 0) {
        return Err(NotJudged::not_applicable("before week 20+0"));
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
    if age < weeks(24, 0) {
        return Ok(green().evidence([newest]));
    }
    let age_words = age_text(age);
    let finding = if never {
        yellow(say::fetal_movement::None { age: age_words })
    } else {
        yellow(say::fetal_movement::Less { age: age_words })
    };
    let finding = if age >= weeks(28, 0) {
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
