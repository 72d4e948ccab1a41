//! Blood pressure and pulse.

use crate::range::{Place, Range};
use crate::{Case, say, symptom};
use gtp_sdk::prelude::*;

/// A home blood pressure period lies within so many days, today included.
const PERIOD_WITHIN: i64 = 7;

pub(crate) fn systolic(case: &Case) -> Judgement {
    let limits = case.limits();
    let range = Range {
        low: limits.systolic_low()?,
        low_symptom: limits.systolic_low_symptom()?,
        high_symptom: limits.systolic_high_symptom()?,
        high: limits.systolic_high()?,
    };
    let newest = case.systolic().newest()?;
    let value = newest.value;
    let (place, symptoms) = range.place(value, || symptom(case))?;
    let finding = match place {
        Place::TooLow(limit) => red(say::systolic::TooLow { value, limit }),
        Place::TooHigh(limit) => red(say::systolic::TooHigh { value, limit }),
        Place::TooLowWithSymptom(limit) => red(say::systolic::TooLowWithSymptom { value, limit }),
        Place::TooHighWithSymptom(limit) => red(say::systolic::TooHighWithSymptom { value, limit }),
        Place::Inside => return Ok(green().evidence([newest])),
    };
    Ok(finding.evidence([newest]).evidence(symptoms).advise(say::systolic::Call))
}

pub(crate) fn pulse(case: &Case) -> Judgement {
    let limits = case.limits();
    let range = Range {
        low: limits.pulse_low()?,
        low_symptom: limits.pulse_low_symptom()?,
        high_symptom: limits.pulse_high_symptom()?,
        high: limits.pulse_high()?,
    };
    let newest = case.pulse().newest()?;
    let value = newest.value;
    let (place, symptoms) = range.place(value, || symptom(case))?;
    let finding = match place {
        Place::TooLow(limit) => red(say::pulse::TooLow { value, limit }),
        Place::TooHigh(limit) => red(say::pulse::TooHigh { value, limit }),
        Place::TooLowWithSymptom(limit) => red(say::pulse::TooLowWithSymptom { value, limit }),
        Place::TooHighWithSymptom(limit) => red(say::pulse::TooHighWithSymptom { value, limit }),
        Place::Inside => return Ok(green().evidence([newest])),
    };
    Ok(finding.evidence([newest]).evidence(symptoms).advise(say::pulse::Call))
}

/// The mean over the days of the period, its first day dropped.
pub(crate) fn home_bp(case: &Case) -> Judgement {
    let limits = case.limits();
    let (high_systolic, high_diastolic) = (limits.home_systolic()?, limits.home_diastolic()?);
    let (urgent_systolic, urgent_diastolic) =
        (limits.home_systolic_urgent()?, limits.home_diastolic_urgent()?);
    let (enough_days, enough_readings) = (limits.home_days()?, limits.home_readings_a_day()?);
    let (all_systolic, all_diastolic) =
        (case.systolic().last_days(PERIOD_WITHIN), case.diastolic().last_days(PERIOD_WITHIN));
    let period: Vec<Day> = all_systolic
        .by_day()
        .into_iter()
        .filter(|(_, readings)| Number::from(readings.len()) >= enough_readings)
        .map(|(day, _)| day)
        .collect();
    let enough = Number::from(period.len()) >= enough_days;
    let Some((_, rest)) = period.split_first().filter(|_| enough) else {
        return Err(NotJudged::not_enough(&[all_systolic.id(), all_diastolic.id()]));
    };
    let counts = |reading: &Reading| rest.contains(&reading.day);
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
