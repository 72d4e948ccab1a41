//! Lending a case to a component.
//!
//! The columns are lent as they lie: the component's copy is made by one bulk copy for each.

use super::bindings::{assess as raw, types};
use gtp_model::{Case, RuleId, Series, SeriesId, Sex};
use std::borrow::Cow;

/// Calls `call` with the names of the rules and the case as the contract wants them.
pub fn lend<R>(rules: &[RuleId], case: &Case, call: impl FnOnce(&[&str], raw::Case<'_>) -> R) -> R {
    let rules: Vec<&str> = rules.iter().map(RuleId::as_str).collect();
    let names: Vec<Cow<'_, str>> = case.series.iter().map(|series| name(&series.id)).collect();
    let series: Vec<raw::Series<'_>> =
        names.iter().zip(&case.series).map(|(name, series)| columns(name, series)).collect();
    let limits: Vec<raw::LimitValue<'_>> = case
        .limits
        .iter()
        .map(|limit| raw::LimitValue { id: limit.id.as_str(), value: limit.value })
        .collect();
    let lent = raw::Case {
        now: case.now.time.0,
        offset: case.now.offset,
        age: case.age,
        sex: case.sex.map(|sex| match sex {
            Sex::Female => types::Sex::Female,
            Sex::Male => types::Sex::Male,
        }),
        series: &series,
        limits: &limits,
    };
    call(&rules, lent)
}

fn name(id: &SeriesId) -> Cow<'_, str> {
    match id {
        SeriesId::Field(field) => Cow::Borrowed(field.as_str()),
        of_questionnaire => Cow::Owned(of_questionnaire.to_string()),
    }
}

fn columns<'a>(name: &'a str, series: &'a Series) -> raw::Series<'a> {
    raw::Series {
        id: name,
        times: &series.times,
        values: &series.values,
        offsets: &series.offsets,
        skipped: &series.skipped,
    }
}
