//! Blood pressure and pulse.

use crate::{Case, say, symptom};
use gtp_sdk::prelude::*;

/// How many days a home blood pressure period has at least, and how many readings a day that counts.
const PERIOD_DAYS: usize = 3;
const READINGS_A_DAY: usize = 2;

pub(crate) fn systolic(case: &Case) -> Judgement {
    let limits = case.limits();
    let (low, high) = (limits.systolic_low()?, limits.systolic_high()?);
    let (low_symptom, high_symptom) =
        (limits.systolic_low_symptom()?, limits.systolic_high_symptom()?);
    let newest = case.systolic().newest()?;
    let value = newest.value;
    if value < low {
        return Ok(red(say::systolic::TooLow { value, limit: low })
            .evidence([newest])
            .advise(say::systolic::Call));
    }
    if value > high {
        return Ok(red(say::systolic::TooHigh { value, limit: high })
            .evidence([newest])
            .advise(say::systolic::Call));
    }
    // Between the two limits it is the symptoms that decide, so they must be known.
    if value < low_symptom || value > high_symptom {
        let symptom = symptom(case);
        if symptom.known()? {
            let finding = if value < low_symptom {
                red(say::systolic::TooLowWithSymptom { value, limit: low_symptom })
            } else {
                red(say::systolic::TooHighWithSymptom { value, limit: high_symptom })
            };
            return Ok(finding
                .evidence([newest])
                .evidence(symptom.readings())
                .advise(say::systolic::Call));
        }
    }
    Ok(green().evidence([newest]))
}

pub(crate) fn pulse(case: &Case) -> Judgement {
    let limits = case.limits();
    let (low, high) = (limits.pulse_low()?, limits.pulse_high()?);
    let (low_symptom, high_symptom) = (limits.pulse_low_symptom()?, limits.pulse_high_symptom()?);
    let newest = case.pulse().newest()?;
    let value = newest.value;
    if value < low {
        return Ok(red(say::pulse::TooLow { value, limit: low })
            .evidence([newest])
            .advise(say::pulse::Call));
    }
    if value > high {
        return Ok(red(say::pulse::TooHigh { value, limit: high })
            .evidence([newest])
            .advise(say::pulse::Call));
    }
    if value < low_symptom || value > high_symptom {
        let symptom = symptom(case);
        if symptom.known()? {
            let finding = if value < low_symptom {
                red(say::pulse::TooLowWithSymptom { value, limit: low_symptom })
            } else {
                red(say::pulse::TooHighWithSymptom { value, limit: high_symptom })
            };
            return Ok(finding
                .evidence([newest])
                .evidence(symptom.readings())
                .advise(say::pulse::Call));
        }
    }
    Ok(green().evidence([newest]))
}

/// The mean over the days of the period, its first day dropped.
pub(crate) fn home_bp(case: &Case) -> Judgement {
    let limits = case.limits();
    let (high_systolic, high_diastolic) = (limits.home_systolic()?, limits.home_diastolic()?);
    let (urgent_systolic, urgent_diastolic) =
        (limits.home_systolic_urgent()?, limits.home_diastolic_urgent()?);
    let (all_systolic, all_diastolic) =
        (case.systolic().last_days(7), case.diastolic().last_days(7));
    let period: Vec<Day> = all_systolic
        .by_day()
        .into_iter()
        .filter(|(_, readings)| readings.len() >= READINGS_A_DAY)
        .map(|(day, _)| day)
        .collect();
    let Some((first, rest)) = period.split_first().filter(|_| period.len() >= PERIOD_DAYS) else {
        return Err(NotJudged::not_enough(&[all_systolic.id(), all_diastolic.id()]));
    };
    let counts = |reading: &Reading| reading.day > *first && rest.contains(&reading.day);
    let systolic = all_systolic.only(counts).mean()?;
    let diastolic = all_diastolic.only(counts).mean()?;
    let finding = if systolic >= urgent_systolic || diastolic >= urgent_diastolic {
        yellow(say::home_bp::Urgent {
            systolic,
            diastolic,
            days: rest.len(),
            limit_systolic: urgent_systolic,
            limit_diastolic: urgent_diastolic,
        })
    } else if systolic >= high_systolic || diastolic >= high_diastolic {
        yellow(say::home_bp::High {
            systolic,
            diastolic,
            days: rest.len(),
            limit_systolic: high_systolic,
            limit_diastolic: high_diastolic,
        })
    } else {
        green()
    };
    Ok(finding
        .figure(say::home_bp::systolic(systolic))
        .figure(say::home_bp::diastolic(diastolic))
        .derive("home-systolic-mean", case.now(), systolic)
        .derive("home-diastolic-mean", case.now(), diastolic))
}

pub(crate) fn bp_crisis(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().crisis_systolic()?, case.limits().crisis_diastolic()?);
    let (systolic, diastolic) = (case.systolic().newest()?, case.diastolic().newest()?);
    if systolic.value < limit_systolic && diastolic.value < limit_diastolic {
        return Ok(green().evidence([systolic, diastolic]));
    }
    let before = |series: Series, newest: Reading| series.before(newest.time);
    let earlier: Vec<Reading> = before(case.systolic(), systolic)
        .only(|reading| reading.value >= limit_systolic)
        .readings()
        .iter()
        .chain(
            before(case.diastolic(), diastolic)
                .only(|reading| reading.value >= limit_diastolic)
                .readings(),
        )
        .copied()
        .collect();
    let finding = if earlier.is_empty() {
        yellow(say::bp_crisis::Once { systolic, diastolic }).advise(say::bp_crisis::Repeat)
    } else {
        red(say::bp_crisis::Again { systolic, diastolic }).advise(say::bp_crisis::Call)
    };
    Ok(finding.evidence([systolic, diastolic]).evidence(earlier))
}

pub(crate) fn bp_low(case: &Case) -> Judgement {
    let (limit_systolic, limit_diastolic) =
        (case.limits().bp_low_systolic()?, case.limits().bp_low_diastolic()?);
    let (systolic, diastolic) = (case.systolic().newest()?, case.diastolic().newest()?);
    if systolic.value >= limit_systolic && diastolic.value >= limit_diastolic {
        return Ok(green().evidence([systolic, diastolic]));
    }
    let fainted = case.heart_symptoms().fainted().answer();
    let finding = if fainted.is_yes() {
        red(say::bp_low::LowAndFainted { systolic, diastolic, limit_systolic, limit_diastolic })
            .advise(say::bp_low::Call)
    } else {
        yellow(say::bp_low::Low { systolic, diastolic, limit_systolic, limit_diastolic })
            .advise(say::bp_low::RiseSlowly)
    };
    Ok(finding.evidence([systolic, diastolic]).evidence(fainted.readings()))
}
