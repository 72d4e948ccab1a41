//! Judging by conditions instead of code.
//!
//! A condition holds, does not hold, or cannot be known. What is unknown never counts as "all is well": a rule of
//! which a level is unknown and no other holds is not judged.

use crate::case::View;
use crate::judgement::{Judgement, green, red, yellow};
use crate::series::{Change, Reading};
use crate::{NotJudged, Number, Series, Span};
use gtp_contract::condition::{Against, Condition, Level, PlainRule, Test};
use gtp_contract::types::Severity;

/// Whether something holds, and by which readings.
type Known = Result<(bool, Vec<Reading>), NotJudged>;

/// Judges a rule by the first of its levels that holds.
///
/// # Errors
///
/// Where no level holds and one of them cannot be known.
pub fn judge(rule: &PlainRule, view: &View<'_>) -> Judgement {
    let mut unknown = None;
    let mut seen = vec![];
    for level in &rule.levels {
        match holds(&level.when, view) {
            Ok((true, readings)) => return Ok(finding(level, readings)),
            Ok((false, readings)) => seen.extend(readings),
            Err(reason) => unknown = unknown.or(Some(reason)),
        }
    }
    match unknown {
        Some(reason) => Err(reason),
        None => Ok(green().evidence(seen)),
    }
}

fn finding(level: &Level, readings: Vec<Reading>) -> crate::Finding {
    let finding = match level.gives {
        Severity::Red => red(level.says.clone()),
        Severity::Yellow => yellow(level.says.clone()),
        Severity::Green => green(),
    };
    let finding = finding.evidence(readings);
    match &level.advises {
        Some((urgency, text)) => finding.advise(Told(urgency.clone(), text.clone())),
        None => finding,
    }
}

/// Advice as the file has it.
struct Told(gtp_contract::assess::Urgency, gtp_contract::types::Text);

impl crate::Say for Told {
    fn say(&self) -> gtp_contract::types::Text {
        self.1.clone()
    }
}

impl crate::Advise for Told {
    fn urgency(&self) -> gtp_contract::assess::Urgency {
        self.0.clone()
    }
}

fn holds(condition: &Condition, view: &View<'_>) -> Known {
    match condition {
        Condition::All(all) => combine(all, view, false),
        Condition::Any(any) => combine(any, view, true),
        Condition::Not(inner) => holds(inner, view).map(|(holds, readings)| (!holds, readings)),
        Condition::Newest { series, within, test } => {
            let reading = part(view, series, *within).newest()?;
            Ok((passes(test, reading.value, view)?, vec![reading]))
        }
        Condition::Times { series, within, test, at_least, of_last } => {
            let series = part(view, series, *within);
            series.newest()?;
            let newest = series.newest_of(*of_last as usize);
            let mut passing = vec![];
            for reading in newest.readings() {
                if passes(test, reading.value, view)? {
                    passing.push(*reading);
                }
            }
            // Enough that pass are enough, however few there are in all.
            let enough = passing.len() >= *at_least as usize;
            if !enough && newest.len() < *of_last as usize {
                return Err(NotJudged::not_enough(&[series.id()]));
            }
            Ok((enough, passing))
        }
        Condition::Rise { series, over, test } => {
            let change = view.series_named(series).rise_since_lowest(span(*over))?;
            changed(change, change.by, test, view)
        }
        Condition::Fall { series, over, test } => {
            let change = view.series_named(series).fall_since_highest(span(*over))?;
            changed(change, -change.by, test, view)
        }
        Condition::MissingFor { series, span: length } => {
            Ok((part(view, series, *length).is_empty(), vec![]))
        }
    }
}

/// `any` is settled by one that holds, `all` by one that does not; else all must be known.
fn combine(conditions: &[Condition], view: &View<'_>, settling: bool) -> Known {
    let mut unknown = None;
    let mut readings = vec![];
    for condition in conditions {
        match holds(condition, view) {
            Ok((holds, own)) if holds == settling => return Ok((settling, own)),
            Ok((_, own)) => readings.extend(own),
            Err(reason) => unknown = unknown.or(Some(reason)),
        }
    }
    match unknown {
        Some(reason) => Err(reason),
        None => Ok((!settling, readings)),
    }
}

fn changed(change: Change, amount: Number, test: &Test, view: &View<'_>) -> Known {
    Ok((passes(test, amount, view)?, vec![change.from, change.to]))
}

fn part(view: &View<'_>, series: &str, within: u64) -> Series {
    view.series_named(series).within(span(within))
}

fn span(milliseconds: u64) -> Span {
    Span(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

fn passes(test: &Test, value: Number, view: &View<'_>) -> Result<bool, NotJudged> {
    Ok(match test {
        Test::Above(than) => value > against(than, view)?,
        Test::AtLeast(than) => value >= against(than, view)?,
        Test::Below(than) => value < against(than, view)?,
        Test::AtMost(than) => value <= against(than, view)?,
        Test::Is(exactly) => value == *exactly,
        Test::Between(low, high) => value >= *low && value <= *high,
    })
}

fn against(than: &Against, view: &View<'_>) -> Result<Number, NotJudged> {
    match than {
        Against::Number(number) => Ok(Number::new(*number)),
        Against::Limit(id) => Ok(view.limit_named(id)?.value),
    }
}
