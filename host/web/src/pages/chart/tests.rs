#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use gtp_care::calendar::{Calendar, parse_rfc3339};
use gtp_model::{DAY, Language};

fn calendar() -> Calendar {
    Calendar::new("Europe/Copenhagen").unwrap()
}

fn start() -> Time {
    parse_rfc3339("2026-11-01T07:00:00+01:00").unwrap()
}

fn plot(days: &[i64], limits: &[f64]) -> Plot {
    let point = |day: &i64| Point {
        at: start().plus(day * DAY),
        value: 80.0 + *day as f64 * 0.1,
        superseded: false,
    };
    let limit = |value: &f64| Limit { series: 0, label: "Øvre".into(), value: *value };
    Plot {
        id: "chart-weight".into(),
        title: "Vægt".into(),
        unit: "kg".into(),
        decimals: 1,
        series: vec![Series {
            label: "Vægt".into(),
            points: days.iter().map(point).collect(),
            skipped: vec![],
        }],
        limits: limits.iter().map(limit).collect(),
        goals: vec![],
        notes: vec![],
        from: start(),
        to: start().plus(28 * DAY),
    }
}

fn drawn(plot: &Plot) -> Option<Drawing> {
    let calendar = calendar();
    let words = Words { language: Language::Da, calendar: &calendar, now: start().plus(28 * DAY) };
    draw(plot, words)
}

#[test]
fn nothing_measured_is_no_chart() {
    assert!(drawn(&plot(&[], &[82.0])).is_none());
}

#[test]
fn a_lost_day_breaks_the_line() {
    let drawing = drawn(&plot(&[0, 1, 2, 4, 5], &[])).unwrap();
    assert_eq!(drawing.series[0].stretches.len(), 2);
    assert_eq!(drawing.series[0].marks.len(), 5);
}

#[test]
fn values_that_always_lie_far_apart_are_joined() {
    let drawing = drawn(&plot(&[0, 7, 14, 21], &[])).unwrap();
    assert_eq!(drawing.series[0].stretches.len(), 1);
}

#[test]
fn a_superseded_value_is_marked_and_on_no_line() {
    let mut plot = plot(&[0, 1, 2], &[]);
    plot.series[0].points[1].superseded = true;
    plot.series[0].points.push(Point { at: start().plus(DAY), value: 80.5, superseded: false });
    plot.series[0].points.sort_by_key(|point| point.at);
    let drawing = drawn(&plot).unwrap();
    assert!(drawing.any_superseded);
    let points: usize = drawing.series[0].stretches.iter().map(|s| s.split(' ').count()).sum();
    assert_eq!(points, 3);
    assert_eq!(drawing.series[0].marks.len(), 4);
}

#[test]
fn what_was_skipped_is_a_cross_and_in_the_description() {
    let mut plot = plot(&[0, 1], &[]);
    plot.series[0].skipped = vec![start().plus(2 * DAY)];
    let drawing = drawn(&plot).unwrap();
    assert_eq!(drawing.series[0].skipped.len(), 1);
    assert!(drawing.any_skipped);
    assert!(drawing.description.contains("ikke målt"), "{}", drawing.description);
}

#[test]
fn the_description_says_what_the_picture_shows() {
    let text = drawn(&plot(&[0, 1, 2], &[82.5])).unwrap().description;
    for part in ["3", "80,0 kg", "80,2 kg", "82,5 kg", "november 2026"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[test]
fn limits_are_within_the_picture_and_their_numbers_apart() {
    let drawing = drawn(&plot(&[0, 1], &[82.0, 82.1, 95.0])).unwrap();
    let mut heights: Vec<f64> =
        drawing.limits.iter().map(|limit| limit.label_y.parse().unwrap()).collect();
    heights.sort_by(f64::total_cmp);
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= LINE_HEIGHT - 0.2), "{heights:?}");
    assert!(
        drawing
            .limits
            .iter()
            .all(|limit| { (TOP..=HEIGHT - BOTTOM).contains(&limit.y.parse::<f64>().unwrap()) })
    );
    assert!(drawing.limits.iter().any(|limit| limit.label == "82,1"));
}

#[test]
fn two_series_are_named_and_differ_in_form() {
    let mut plot = plot(&[0, 1], &[]);
    let second = Series { label: "Puls".into(), points: vec![], skipped: vec![] };
    plot.series.push(second);
    let drawing = drawn(&plot).unwrap();
    assert_eq!(drawing.legend.len(), 2);
    assert_ne!(drawing.series[0].index, drawing.series[1].index);
}
