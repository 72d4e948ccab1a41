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

/// Whether an item only adds whole numbers.
fn is_whole(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Question(Kind::Choice(choices)) => {
            choices.iter().all(|choice| choice.value.fract() == 0.0)
        }
        ItemKind::Question(Kind::Quantity(quantity)) => quantity.decimals == 0,
        _ => true,
    }
}

/// Every value that the score can take lies in exactly one band. Sums of whole numbers move in steps, and each
/// step is tried; a mean, or a sum of other numbers, may take any value and needs bands that touch.
fn check_bands(score: &Score, items: &[Item], node: &Node<'_>) {
    let own: Vec<&Item> =
        score.items.iter().filter_map(|id| items.iter().find(|item| item.id == *id)).collect();
    let ranges: Vec<(f64, f64)> = own.iter().filter_map(|item| number_range(item)).collect();
    if score.bands.is_empty() || ranges.is_empty() {
        return;
    }
    let (sum_low, sum_high) =
        ranges.iter().fold((0.0, 0.0), |(low, high), own| (low + own.0, high + own.1));
    let whole = own.iter().all(|item| is_whole(item));
    let (low, high, step) = match score.method {
        Method::Mean => (sum_low / ranges.len() as f64, sum_high / ranges.len() as f64, None),
        Method::SumTimes(factor) => (sum_low * factor, sum_high * factor, whole.then_some(factor)),
        Method::Sum | Method::Other(_) => (sum_low, sum_high, whole.then_some(1.0)),
    };
    let fault = match step {
        Some(step) if step > 0.0 => step_fault(score, low, high, step),
        _ => touch_fault(score, low, high),
    };
    if let Some(fault) = fault {
        node.problem_help(fault, format!("this score goes from {low} to {high}"));
    }
}

fn step_fault(score: &Score, low: f64, high: f64, step: f64) -> Option<String> {
    let mut value = low;
    while value <= high + step / 2.0 {
        let inside =
            score.bands.iter().filter(|band| band.low <= value && value <= band.high).count();
        match inside {
            0 => return Some(format!("no band covers the score {value}")),
            1 => {}
            _ => return Some(format!("more than one band covers the score {value}")),
        }
        value += step;
    }
    None
}

fn touch_fault(score: &Score, low: f64, high: f64) -> Option<String> {
    let mut reached = low;
    for band in &score.bands {
        if band.low > reached {
            return Some(format!("no band covers the scores from {reached} to {}", band.low));
        }
        if band.high <= band.low {
            return Some(format!("the band from {} to {} is empty", band.low, band.high));
        }
        reached = band.high;
    }
    (reached < high).then(|| format!("no band covers the scores above {reached}"))
}
