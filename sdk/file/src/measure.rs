//! Small values with a notation of their own: lengths of time, times of day, ranges, ids.

use crate::node::{Node, Table};
use gtp_contract::types::Range;

const MINUTE: u64 = 60_000;

/// Milliseconds of `"72 h"`. Units: `min`, `h`, `d` (24 hours), `w`.
pub(crate) fn duration(node: &Node<'_>) -> Option<u64> {
    let text = node.str()?.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "min" => Some(MINUTE),
        "h" => Some(60 * MINUTE),
        "d" => Some(24 * 60 * MINUTE),
        "w" => Some(7 * 24 * 60 * MINUTE),
        _ => None,
    };
    let length = unit.and_then(|unit| number.parse::<u64>().ok()?.checked_mul(unit));
    if length.is_none() {
        node.problem_help(
            format!("`{text}` is no length of time"),
            "write a whole number and min, h, d or w: \"30 min\", \"72 h\", \"14 d\"",
        );
    }
    length
}

/// Whole minutes of a length of time.
pub(crate) fn minutes(node: &Node<'_>) -> Option<u32> {
    duration(node).and_then(|length| u32::try_from(length / MINUTE).ok())
}

/// Minutes after midnight of `"07:30"`; `"24:00"` is the end of the day.
pub(crate) fn time_of_day(node: &Node<'_>) -> Option<u16> {
    let text = node.str()?;
    let minutes = text.split_once(':').and_then(|(hours, minutes)| {
        let both = hours.len() == 2 && minutes.len() == 2;
        let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        let total = hours * 60 + minutes;
        (both && minutes < 60 && total <= 24 * 60).then_some(total)
    });
    if minutes.is_none() {
        node.problem_help(
            format!("`{text}` is no time of day"),
            "write hours and minutes: \"07:30\"",
        );
    }
    minutes
}

/// `[25, 350]`; `"-"` leaves an end open: `[0, "-"]`.
pub(crate) fn range(node: &Node<'_>) -> Range {
    let ends = node.list();
    let [low, high] = ends.as_slice() else {
        node.problem_help(
            "this must be a range",
            "write both ends: [25, 350]; \"-\" leaves one open",
        );
        return open();
    };
    let end = |node: &Node<'_>| if node.as_str() == Some("-") { None } else { node.number() };
    let range = Range { low: end(low), high: end(high) };
    if let (Some(low), Some(high)) = (range.low, range.high)
        && low > high
    {
        node.problem(format!("this range is empty: {low} is more than {high}"));
    }
    range
}

pub(crate) fn get_range(table: &Table<'_>, key: &'static str) -> Range {
    table.get(key).map_or_else(open, |node| range(&node))
}

pub(crate) const fn open() -> Range {
    Range { low: None, high: None }
}

/// Whether a value lies in a range, both ends included.
pub(crate) fn within(range: &Range, value: f64) -> bool {
    range.low.is_none_or(|low| value >= low) && range.high.is_none_or(|high| value <= high)
}

/// An id that must be there: lower-case letters, digits and hyphens, at most 40, a letter first.
pub(crate) fn need_id(table: &Table<'_>) -> String {
    let Some(node) = table.need("id") else { return String::new() };
    let Some(id) = node.str() else { return String::new() };
    check_id(&node, id);
    id.to_owned()
}

pub(crate) fn check_id(node: &Node<'_>, id: &str) {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = id.len() <= 40
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(legal)
        && !id.ends_with('-')
        && !id.contains("--");
    if !good {
        let kept: String =
            id.to_lowercase().chars().map(|c| if legal(c) { c } else { '-' }).collect();
        let proposal = kept.trim_matches(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
        node.problem_help(
            format!("`{id}` is no id: lower-case letters, digits and hyphens, a letter first, at most 40"),
            format!("for example `{proposal}`"),
        );
    }
}
