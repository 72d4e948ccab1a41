//! Scores and their bands, which cover every value that a score can take.

use crate::node::{Node, Table};
use crate::text::Languages;
use crate::{code, measure};
use gtp_contract::questionnaires::{Band, Item, ItemKind, Method, Score};
use gtp_contract::types::{Kind, Severity};

pub(crate) fn read(table: &Table<'_>, languages: &Languages, items: &[Item]) -> Vec<Score> {
    let mut scores: Vec<Score> = vec![];
    for entry in table.tables("scores") {
        let score = score(&entry, languages, items);
        if scores.iter().any(|own| own.id == score.id)
            || items.iter().any(|item| item.id == score.id)
        {
            entry.node.problem(format!("`{}` is the id of an item or a score already", score.id));
        }
        scores.push(score);
    }
    scores
}

fn score(table: &Table<'_>, languages: &Languages, items: &[Item]) -> Score {
    let mut needed = vec![];
    let listed = table.list("items");
    for node in &listed {
        let Some(id) = node.str() else { continue };
        match items.iter().find(|item| item.id == id) {
            Some(item) if number_range(item).is_some() => needed.push(id.to_owned()),
            Some(_) => {
                node.problem(format!("the answer to `{id}` is no number that can be added up"))
            }
            None => node.unknown("item", id, items.iter().map(|item| item.id.as_str())),
        }
    }
    if listed.is_empty() {
        table.node.problem("a score needs its `items`");
    }
    let method = table.need("method").map_or(Method::Sum, |node| method(&node));
    let bands: Vec<Band> =
        table.tables("bands").iter().map(|band| read_band(band, languages)).collect();
    let score = Score {
        id: measure::need_id(table),
        title: languages.need(table, "title"),
        items: needed,
        method,
        bands,
        codings: code::codings(table),
        annotations: code::annotations(table),
    };
    if let Some(node) = table.get("bands") {
        check_bands(&score, items, &node);
    }
    table.finish();
    score
}

/// `"sum"`, `"mean"` or `{ sum-times = 4 }`.
fn method(node: &Node<'_>) -> Method {
    if let Some(table) = node.as_table() {
        let factor = table.need("sum-times").and_then(|node| node.number());
        table.finish();
        return Method::SumTimes(factor.unwrap_or(1.0));
    }
    match node.str().unwrap_or_default() {
        "sum" => Method::Sum,
        "mean" => Method::Mean,
        other => {
            node.unknown("method", other, ["sum", "mean", "{ sum-times = 4 }"]);
            Method::Sum
        }
    }
}

fn read_band(table: &Table<'_>, languages: &Languages) -> Band {
    let band = Band {
        low: table.need("from").and_then(|node| node.number()).unwrap_or_default(),
        high: table.need("to").and_then(|node| node.number()).unwrap_or_default(),
        title: languages.need(table, "title"),
        severity: table.get("severity").and_then(|node| severity(&node)),
    };
    table.finish();
    band
}

pub(crate) fn severity(node: &Node<'_>) -> Option<Severity> {
    match node.str()? {
        "green" => Some(Severity::Green),
        "yellow" => Some(Severity::Yellow),
        "red" => Some(Severity::Red),
        other => {
            node.unknown("severity", other, ["green", "yellow", "red"]);
            None
        }
    }
}

/// The least and greatest number that an item can add.
fn number_range(item: &Item) -> Option<(f64, f64)> {
    match &item.kind {
        ItemKind::Question(Kind::Choice(choices)) => {
            let values = choices.iter().map(|choice| choice.value);
            Some((
                values.clone().fold(f64::INFINITY, f64::min),
                values.fold(f64::NEG_INFINITY, f64::max),
            ))
        }
        ItemKind::Question(Kind::Flag) => Some((0.0, 1.0)),
        ItemKind::Question(Kind::Quantity(quantity)) => {
            Some((quantity.reject.low?, quantity.reject.high?))
        }
        _ => None,
    }
}

/// Bands rise, neither overlap nor leave out a value that the score can take. Scores of whole numbers
/// move in steps; a mean, or a sum of other numbers, may take any value and needs bands that touch.
fn check_bands(score: &Score, items: &[Item], node: &Node<'_>) {
    let ranges: Vec<(f64, f64)> = score
        .items
        .iter()
        .filter_map(|id| items.iter().find(|item| item.id == *id).and_then(number_range))
        .collect();
    if score.bands.is_empty() || ranges.is_empty() {
        return;
    }
    let (sum_low, sum_high) =
        ranges.iter().fold((0.0, 0.0), |(low, high), own| (low + own.0, high + own.1));
    let (low, high, step) = match score.method {
        Method::Mean => (sum_low / ranges.len() as f64, sum_high / ranges.len() as f64, 0.0),
        Method::SumTimes(factor) => (sum_low * factor, sum_high * factor, factor),
        Method::Sum | Method::Other(_) => (sum_low, sum_high, 1.0),
    };
    let mut expected = low;
    let mut previous: Option<f64> = None;
    for band in &score.bands {
        let overlaps =
            previous.is_some_and(|high| band.low < high || (step > 0.0 && band.low <= high));
        if overlaps || band.high < band.low {
            node.problem(format!(
                "the band from {} to {} overlaps or is turned round",
                band.low, band.high
            ));
        } else if band.low > expected + 1e-9 {
            node.problem(format!("no band covers the scores from {expected} up to {}", band.low));
        }
        expected = band.high + step;
        previous = Some(band.high);
    }
    if previous.is_some_and(|last| last < high - 1e-9) {
        node.problem_help(
            format!("no band covers the scores above {}", previous.unwrap_or(low)),
            format!("this score goes from {low} to {high}"),
        );
    }
}
