//! What many readings say together: a trend over a week, and time in range over a fortnight.

use crate::{Case, say};
use gtp_sdk::prelude::*;

/// Time in range looks at so many days.
const RANGE_DAYS: i64 = 14;
/// A finding shows at most so many of the readings behind it.
const SHOWN: usize = 20;

pub(crate) fn glucose_trend(case: &Case) -> Judgement {
    let limit = case.limits().glucose_target_high()?;
    let (enough, share_limit) = (case.limits().trend_readings()?, case.limits().trend_share()?);
    let glucose = case.glucose();
    glucose.newest()?;
    let all = glucose.len();
    if Number::from(all) < enough.value {
        return Err(NotJudged::not_enough(&[glucose.id()]));
    }
    let high = glucose.only(|reading| reading.value > limit);
    let share = Number::from(high.len()) * 100.0 / Number::from(all);
    let finding = if share >= share_limit.value {
        yellow(say::glucose_trend::Trend { high: high.len(), all, limit })
            .evidence(high.newest_of(SHOWN).readings().iter().copied())
    } else {
        green()
    };
    Ok(finding.figure(say::glucose_trend::share(share)))
}

pub(crate) fn time_in_range(case: &Case) -> Judgement {
    let limits = case.limits();
    let (low, high) = (limits.range_low()?, limits.range_high()?);
    let (goal, below_goal) = (limits.range_goal()?, limits.below_range_goal()?);
    let (days_limit, readings_a_day) = (limits.range_days()?, limits.range_readings_a_day()?);
    let glucose = case.glucose().last_days(RANGE_DAYS);
    glucose.newest()?;
    let measured = glucose
        .by_day()
        .into_iter()
        .filter(|(_, readings)| Number::from(readings.len()) >= readings_a_day.value)
        .count();
    if Number::from(measured) * 100.0 / Number::from(RANGE_DAYS) < days_limit.value {
        return Err(NotJudged::not_enough(&[glucose.id()]));
    }
    let inside = glucose.share_in(low.value, high.value, 1)? * 100.0;
    let under = glucose.count(|reading| reading.value < low);
    let below = Number::from(under) * 100.0 / Number::from(glucose.len());
    let finding = if inside <= goal || below >= below_goal.value {
        yellow(say::time_in_range::TooLittle { inside, below, goal, below_goal })
    } else {
        green()
    };
    Ok(finding
        .figure(say::time_in_range::inside(inside))
        .figure(say::time_in_range::below(below))
        .derive("time-in-range", case.now(), inside)
        .derive("time-below-range", case.now(), below))
}
