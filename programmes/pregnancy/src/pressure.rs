//! Blood pressure, alone and together with symptoms and protein.

use crate::{Case, age_of, age_text, gestational_age, say};
use gtp_sdk::prelude::*;

/// A mean of fewer readings than this says nothing.
const READINGS: usize = 2;

pub(crate) fn severe_blood_pressure(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().severe_systolic()?, case.limits().severe_diastolic()?);
    let (systolic, diastolic) = (case.systolic().newest()?, case.diastolic().newest()?);
    let finding = if systolic.value >= limit_systolic || diastolic.value >= limit_diastolic {
        red(say::severe_blood_pressure::Severe {
            systolic,
            diastolic,
            limit_systolic,
            limit_diastolic,
        })
        .advise(say::severe_blood_pressure::Call)
    } else {
        green()
    };
    Ok(finding.evidence([systolic, diastolic]))
}

/// Severe headache, sight, pain under the ribs, vomiting, sudden swelling.
fn signs(case: &Case) -> Answer {
    let asked = case.pregnancy_symptoms();
    any_yes([
        asked.headache(),
        asked.sight(),
        asked.pain_under_ribs(),
        asked.vomiting(),
        asked.sudden_swelling(),
    ])
}

pub(crate) fn high_blood_pressure(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().high_systolic()?, case.limits().high_diastolic()?);
    let strong = case.limits().protein_strong()?;
    let early = age_of(case.limits().early_until()?);
    let (systolic, diastolic) = (case.systolic().newest()?, case.diastolic().newest()?);
    if systolic.value < limit_systolic && diastolic.value < limit_diastolic {
        return Ok(green().evidence([systolic, diastolic]));
    }
    let signs = signs(case);
    let protein = case.urine_protein().newest().ok().filter(|reading| reading.value >= strong);
    let finding = if signs.is_yes() || protein.is_some() {
        red(say::high_blood_pressure::HighWithSigns {
            systolic,
            diastolic,
            limit_systolic,
            limit_diastolic,
        })
        .advise(say::high_blood_pressure::Call)
    } else {
        match gestational_age(case).ok().filter(|age| *age < early) {
            Some(age) => yellow(say::high_blood_pressure::HighChronic {
                systolic,
                diastolic,
                age: age_text(age),
                until: age_text(early),
                limit_systolic,
                limit_diastolic,
            }),
            None => yellow(say::high_blood_pressure::High {
                systolic,
                diastolic,
                limit_systolic,
                limit_diastolic,
            }),
        }
        .advise(say::high_blood_pressure::Rest)
    };
    Ok(finding.evidence([systolic, diastolic]).evidence(protein).evidence(signs.readings()))
}

pub(crate) fn treated_target(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().treated_systolic()?, case.limits().treated_diastolic()?);
    if !case.blood_pressure_treated().answer().is_yes() {
        return Err(NotJudged::not_applicable("no treatment of the blood pressure is noted"));
    }
    let (all_systolic, all_diastolic) = (case.systolic(), case.diastolic());
    all_systolic.newest()?;
    if all_systolic.len().min(all_diastolic.len()) < READINGS {
        return Err(NotJudged::not_enough(&[all_systolic.id(), all_diastolic.id()]));
    }
    let (systolic, diastolic) = (all_systolic.mean()?, all_diastolic.mean()?);
    let finding = if systolic >= limit_systolic || diastolic >= limit_diastolic {
        yellow(say::treated_target::Above { systolic, diastolic, limit_systolic, limit_diastolic })
    } else {
        green()
    };
    Ok(finding
        .evidence(all_systolic.readings().iter().copied())
        .evidence(all_diastolic.readings().iter().copied()))
}

pub(crate) fn symptoms(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().high_systolic()?, case.limits().high_diastolic()?);
    let signs = signs(case);
    if !signs.known()? {
        return Ok(green());
    }
    let pressure = case.systolic().newest().ok().zip(case.diastolic().newest().ok());
    let high = pressure.filter(|(systolic, diastolic)| {
        systolic.value >= limit_systolic || diastolic.value >= limit_diastolic
    });
    let finding = match high {
        Some((systolic, diastolic)) => {
            red(say::symptoms::PresentWithPressure { systolic, diastolic })
                .evidence([systolic, diastolic])
        }
        None => yellow(say::symptoms::Present),
    };
    Ok(finding.evidence(signs.readings()).advise(say::symptoms::Call))
}
