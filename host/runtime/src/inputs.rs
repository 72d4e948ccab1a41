//! Which rules new inputs concern, what those rules read, and how far back.
//!
//! A rule declares its inputs; it is run when one of them gets a new value, and it is handed exactly what
//! it declares. Several rules are judged in one run, and a series that two of them read is handed over once,
//! as far back as the one that reads farthest. (The author's kit cuts it to each rule's own window, so a
//! verdict does not depend on which rules are asked together; scenarios check that.)
//!
//! Plain types only: the host's record and the scenarios of a component use the same few functions.

use gtp_model::{
    Case, LimitId, LimitValue, LocalTime, RuleId, Series, SeriesId, Sex, Time,
    programme::{Fact, Programme, Rule},
};
use std::collections::BTreeSet;

/// How far back one rule reads one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Milliseconds back from the moment that is judged, both ends included. None: without end.
    pub within: Option<u64>,
    /// At most this many, the newest. None: all.
    pub newest: Option<u32>,
}

/// One series that is to be fetched, and the windows of all asked rules that read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Which series.
    pub id: SeriesId,
    /// One window for each read of it.
    pub windows: Vec<Window>,
}

/// The person, as far as the host knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Whole years at the moment that is judged.
    pub age: Option<u16>,
    /// Administrative sex.
    pub sex: Option<Sex>,
}

/// The rules that read at least one of these inputs, in the programme's order.
#[must_use]
pub fn concerned(programme: &Programme, new: &BTreeSet<SeriesId>) -> Vec<RuleId> {
    let reads_new = |rule: &&Rule| rule.reads.iter().any(|read| new.contains(&read.input));
    programme.rules.iter().filter(reads_new).map(|rule| rule.id.clone()).collect()
}

/// What these rules read, each series once, in the order in which it is first named.
#[must_use]
pub fn wants(programme: &Programme, rules: &[RuleId]) -> Vec<Want> {
    let mut wants: Vec<Want> = vec![];
    for read in asked(programme, rules).flat_map(|rule| &rule.reads) {
        let window = Window { within: read.within, newest: read.newest };
        match wants.iter_mut().find(|want| want.id == read.input) {
            Some(want) => want.windows.push(window),
            None => wants.push(Want { id: read.input.clone(), windows: vec![window] }),
        }
    }
    wants
}

impl Want {
    /// The earliest moment that any window reaches, where all of them are bounded in time: what is older
    /// need not be fetched.
    #[must_use]
    pub fn earliest(&self, now: Time) -> Option<Time> {
        let widest = self.windows.iter().map(|window| window.within).collect::<Option<Vec<_>>>()?;
        let back = i64::try_from(widest.into_iter().max()?).unwrap_or(i64::MAX);
        Some(now.plus(back.saturating_neg()))
    }

    /// The largest count that any window asks for, where all of them are bounded in count.
    #[must_use]
    pub fn most(&self) -> Option<u32> {
        let counts = self.windows.iter().map(|window| window.newest).collect::<Option<Vec<_>>>()?;
        counts.into_iter().max()
    }

    /// Cuts a series (oldest first) to what the widest window holds at `now`. Nothing later than `now` stays.
    pub fn cut(&self, series: &mut Series, now: Time) {
        let until = series.times.partition_point(|time| *time <= now.0);
        series.times.truncate(until);
        series.values.truncate(until);
        series.offsets.truncate(until);
        series.skipped.retain(|time| *time <= now.0);
        let from = self.first(&series.times, now);
        series.times.drain(..from.min(series.times.len()));
        series.values.drain(..from.min(series.values.len()));
        series.offsets.drain(..from.min(series.offsets.len()));
        let from = self.first(&series.skipped, now);
        series.skipped.drain(..from);
    }

    /// Where the widest window begins in these times, all of them at or before `now`.
    fn first(&self, times: &[i64], now: Time) -> usize {
        let first = |window: &Window| {
            let by_time = window.within.map_or(0, |back| {
                let earliest = now.0.saturating_sub(i64::try_from(back).unwrap_or(i64::MAX));
                times.partition_point(|time| *time < earliest)
            });
            let by_count = window.newest.map_or(0, |newest| {
                times.len().saturating_sub(usize::try_from(newest).unwrap_or(usize::MAX))
            });
            by_time.max(by_count)
        };
        self.windows.iter().map(first).min().unwrap_or(times.len())
    }
}

/// The limits that these rules compare with, each once.
#[must_use]
pub fn limits(programme: &Programme, rules: &[RuleId]) -> Vec<LimitId> {
    let mut limits: Vec<LimitId> = vec![];
    for limit in asked(programme, rules).flat_map(|rule| &rule.limits) {
        if !limits.contains(limit) {
            limits.push(limit.clone());
        }
    }
    limits
}

/// Puts a case together: the inputs and limits that these rules declare and nothing else. `fetch` gives a
/// series at least as far back as the [`Want`] reaches; `limit` gives the effective value of a limit.
///
/// # Errors
///
/// Whatever `fetch` fails with.
pub fn case<E>(
    programme: &Programme,
    rules: &[RuleId],
    now: LocalTime,
    person: Person,
    limit: impl Fn(&LimitId) -> Option<f64>,
    mut fetch: impl FnMut(&Want) -> Result<Series, E>,
) -> Result<Case, E> {
    let mut series = vec![];
    for want in wants(programme, rules) {
        let mut fetched = fetch(&want)?;
        want.cut(&mut fetched, now.time);
        series.push(fetched);
    }
    let reads = |fact: Fact| asked(programme, rules).any(|rule| rule.person.contains(&fact));
    Ok(Case {
        now,
        age: person.age.filter(|_| reads(Fact::Age)),
        sex: person.sex.filter(|_| reads(Fact::Sex)),
        series,
        limits: limits(programme, rules)
            .into_iter()
            .map(|id| LimitValue { value: limit(&id), id })
            .collect(),
    })
}

fn asked<'a>(programme: &'a Programme, rules: &'a [RuleId]) -> impl Iterator<Item = &'a Rule> {
    rules.iter().filter_map(|id| programme.rule(id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn want(windows: &[(Option<u64>, Option<u32>)]) -> Want {
        Want {
            id: SeriesId::Field("weight".parse().unwrap()),
            windows: windows.iter().map(|&(within, newest)| Window { within, newest }).collect(),
        }
    }

    fn cut(windows: &[(Option<u64>, Option<u32>)], times: &[i64], now: i64) -> Vec<i64> {
        let want = want(windows);
        let mut series = Series {
            id: want.id.clone(),
            times: times.to_vec(),
            values: times.iter().map(|t| *t as f64).collect(),
            offsets: vec![60; times.len()],
            skipped: times.to_vec(),
        };
        want.cut(&mut series, Time(now));
        assert_eq!(series.values, series.times.iter().map(|t| *t as f64).collect::<Vec<_>>());
        assert_eq!(series.offsets.len(), series.times.len());
        assert_eq!(series.skipped, series.times);
        series.times
    }

    #[test]
    fn both_ends_of_a_window_belong_to_it() {
        assert_eq!(cut(&[(Some(10), None)], &[89, 90, 95, 100, 101], 100), [90, 95, 100]);
    }

    #[test]
    fn nothing_after_the_judged_moment_is_handed_over() {
        assert_eq!(cut(&[(None, Some(2))], &[1, 2, 3, 4], 3), [2, 3]);
    }

    #[test]
    fn where_time_and_count_are_given_both_hold() {
        assert_eq!(cut(&[(Some(10), Some(2))], &[1, 91, 95, 99], 100), [95, 99]);
        assert_eq!(cut(&[(Some(3), Some(2))], &[1, 91, 95, 99], 100), [99]);
    }

    #[test]
    fn the_widest_of_several_windows_counts() {
        let windows = [(Some(3), None), (None, Some(3)), (Some(20), Some(1))];
        assert_eq!(cut(&windows, &[1, 91, 95, 99], 100), [91, 95, 99]);
    }

    #[test]
    fn the_widest_and_the_narrowest_window_are_possible() {
        assert!(cut(&[(Some(u64::MAX), Some(0))], &[1, 2], 100).is_empty());
        assert_eq!(cut(&[(Some(u64::MAX), None)], &[-5, 2], 100), [-5, 2]);
    }

    #[test]
    fn what_to_fetch_is_bounded_only_where_every_window_is() {
        assert_eq!(want(&[(Some(10), None), (Some(30), None)]).earliest(Time(100)), Some(Time(70)));
        assert_eq!(want(&[(Some(10), None), (None, Some(3))]).earliest(Time(100)), None);
        assert_eq!(want(&[(None, Some(3)), (Some(9), Some(7))]).most(), Some(7));
    }
}
