//! The whole table of NEWS2, expanded to every value of every band, and the bands of the total.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use early_detection::Component;
use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{self, Green, Red, Yellow};
use gtp_sdk::testing::{Outcome, Story};

/// A band of the table: from, to (both included), points. In tenths for temperature.
type Band = (i32, i32, u32);

const RESPIRATION: &[Band] = &[(3, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 80, 3)];
const SCALE_1: &[Band] = &[(50, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)];
const SCALE_2_AIR: &[Band] = &[(50, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 100, 0)];
const SCALE_2_OXYGEN: &[Band] =
    &[(50, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 94, 1), (95, 96, 2), (97, 100, 3)];
const SYSTOLIC: &[Band] = &[(40, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 300, 3)];
const PULSE: &[Band] =
    &[(20, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 300, 3)];
const TEMPERATURE: &[Band] =
    &[(300, 350, 3), (351, 360, 1), (361, 380, 0), (381, 390, 1), (391, 450, 2)];

/// Values that all give nothing, on air.
const NORMAL: [(&str, f64); 7] = [
    ("respiration-rate", 16.0),
    ("spo2", 97.0),
    ("supplemental-oxygen", 0.0),
    ("systolic", 120.0),
    ("pulse", 70.0),
    ("consciousness", 0.0),
    ("temperature", 37.0),
];

fn send(scale: f64, changed: &[(&str, f64)]) -> Outcome {
    let mut story = Story::<Component>::starting("2026-03-02").aged(84).limit("spo2-scale", scale);
    let mut sending = story.at(1, "10:00");
    for (field, normal) in NORMAL {
        let own = changed.iter().find(|(id, _)| *id == field).map(|(_, value)| *value);
        sending = sending.value(field, own.unwrap_or(normal));
    }
    sending.send()
}

fn score(outcome: &Outcome) -> f64 {
    outcome.assessment().derived.iter().find(|own| own.field == "news2").unwrap().value
}

/// Tries every step of every band, with everything else normal; `other` is what else is changed, and
/// `base` the points that it gives.
fn expand(field: &str, bands: &[Band], step: f64, scale: f64, other: &[(&str, f64)], base: u32) {
    let mut expected_low = bands[0].0;
    for (low, high, points) in bands {
        assert_eq!(*low, expected_low, "the table itself has no gap");
        expected_low = high + 1;
        for value in *low..=*high {
            let mut changed = vec![(field, f64::from(value) * step)];
            changed.extend_from_slice(other);
            let outcome = send(scale, &changed);
            assert_eq!(score(&outcome), f64::from(points + base), "{field} {value}, scale {scale}");
            let expected = match (points + base, *points) {
                (7.., _) => Red,
                (5.., _) | (_, 3) => Yellow,
                _ => Green,
            };
            assert_eq!(outcome.severity("news2"), Some(expected), "{field} {value}");
        }
    }
}

#[test]
fn every_value_of_the_table_gives_its_points() {
    expand("respiration-rate", RESPIRATION, 1.0, 1.0, &[], 0);
    expand("systolic", SYSTOLIC, 1.0, 1.0, &[], 0);
    expand("pulse", PULSE, 1.0, 1.0, &[], 0);
    expand("temperature", TEMPERATURE, 0.1, 1.0, &[], 0);
}

#[test]
fn saturation_gives_its_points_on_both_scales_on_air_and_on_oxygen() {
    let oxygen = [("supplemental-oxygen", 1.0)];
    expand("spo2", SCALE_1, 1.0, 1.0, &[], 0);
    expand("spo2", SCALE_1, 1.0, 1.0, &oxygen, 2);
    expand("spo2", SCALE_2_AIR, 1.0, 2.0, &[], 0);
    expand("spo2", SCALE_2_OXYGEN, 1.0, 2.0, &oxygen, 2);
}

#[test]
fn anything_but_alert_gives_three() {
    for level in 0..=4 {
        let outcome = send(1.0, &[("consciousness", f64::from(level))]);
        assert_eq!(score(&outcome), if level == 0 { 0.0 } else { 3.0 }, "{level}");
    }
}

#[test]
fn a_value_between_two_bands_has_left_the_normal_one() {
    assert_eq!(score(&send(1.0, &[("temperature", 38.05)])), 1.0);
    assert_eq!(score(&send(1.0, &[("temperature", 39.05)])), 2.0);
    assert_eq!(score(&send(1.0, &[("temperature", 36.05)])), 0.0);
    assert_eq!(score(&send(1.0, &[("temperature", 35.05)])), 1.0);
}

#[test]
fn every_total_gets_its_colour() {
    // Totals without a single three: from values that give one and two.
    let one = [("pulse", 100.0), ("temperature", 38.5), ("systolic", 105.0), ("spo2", 95.0)];
    type Sent<'a> = &'a [(&'a str, f64)];
    let colours: [(usize, Sent<'_>, Severity); 6] = [
        (0, &[], Green),
        (4, &one, Green),
        (
            5,
            &[("pulse", 120.0), ("temperature", 38.5), ("systolic", 105.0), ("spo2", 95.0)],
            Yellow,
        ),
        (
            6,
            &[("pulse", 120.0), ("temperature", 39.5), ("systolic", 105.0), ("spo2", 95.0)],
            Yellow,
        ),
        (7, &[("pulse", 120.0), ("temperature", 39.5), ("systolic", 95.0), ("spo2", 95.0)], Red),
        (8, &[("pulse", 120.0), ("temperature", 39.5), ("systolic", 95.0), ("spo2", 93.0)], Red),
    ];
    for (total, changed, expected) in colours {
        let outcome = send(1.0, changed);
        assert_eq!(score(&outcome), total as f64);
        assert_eq!(outcome.severity("news2"), Some(expected), "{total}");
    }
}

#[test]
fn one_missing_value_means_no_score() {
    for (missing, _) in NORMAL {
        let mut story = Story::<Component>::starting("2026-03-02").aged(84);
        let mut sending = story.at(1, "10:00");
        for (field, value) in NORMAL.iter().filter(|(field, _)| *field != missing) {
            sending = sending.value(field, *value);
        }
        let outcome = sending.send();
        assert!(matches!(outcome.reason("news2"), Some(Reason::NotEnoughData(_))), "{missing}");
        assert!(outcome.assessment().derived.is_empty());

        let mut story = Story::<Component>::starting("2026-03-02").aged(84);
        let mut sending = story.at(1, "10:00").skipped(missing);
        for (field, value) in NORMAL.iter().filter(|(field, _)| *field != missing) {
            sending = sending.value(field, *value);
        }
        assert_eq!(sending.send().severity("news2"), None, "{missing} skipped");
    }
}

#[test]
fn values_within_an_hour_belong_together() {
    for (time, expected) in [("10:00", Some(Green)), ("10:01", None)] {
        let mut story = Story::<Component>::starting("2026-03-02").aged(84);
        story.at(1, "09:00").value("temperature", 37.0).send();
        let mut sending = story.at(1, time);
        for (field, value) in NORMAL.iter().filter(|(field, _)| *field != "temperature") {
            sending = sending.value(field, *value);
        }
        assert_eq!(sending.send().severity("news2"), expected, "{time}");
    }
}

#[test]
fn not_under_16_not_of_unknown_age_and_not_in_pregnancy() {
    let at = |age: Option<u16>, pregnant: f64| {
        let mut story = Story::<Component>::starting("2026-03-02").aged(age);
        let mut sending = story.at(1, "10:00").value("pregnant", pregnant);
        for (field, value) in NORMAL {
            sending = sending.value(field, value);
        }
        sending.send()
    };
    assert!(matches!(at(Some(15), 0.0).reason("news2"), Some(Reason::NotApplicable(_))));
    assert_eq!(at(Some(16), 0.0).severity("news2"), Some(Green));
    assert!(matches!(at(None, 0.0).reason("news2"), Some(Reason::NotEnoughData(_))));
    assert!(matches!(at(Some(30), 1.0).reason("news2"), Some(Reason::NotApplicable(_))));
}

#[test]
fn there_is_no_scale_between_the_two() {
    let outcome = send(1.5, &[]);
    let unset = Reason::LimitNotSet("spo2-scale".to_owned());
    assert_eq!(outcome.reason("news2"), Some(&unset));
    assert!(outcome.assessment().derived.is_empty());
}

#[test]
fn the_bands_of_the_total_can_be_others_for_one_citizen() {
    let sick = [("pulse", 120.0), ("temperature", 39.5), ("systolic", 95.0), ("spo2", 95.0)];
    for (medium, high, expected) in
        [(7.0, 9.0, Yellow), (8.0, 9.0, Green), (5.0, 7.0, Red), (5.0, 8.0, Yellow)]
    {
        let mut story = Story::<Component>::starting("2026-03-02").aged(84);
        story = story.limit("medium", medium).limit("high", high);
        let mut sending = story.at(1, "10:00");
        for (field, normal) in NORMAL {
            let own = sick.iter().find(|(id, _)| *id == field).map(|(_, value)| *value);
            sending = sending.value(field, own.unwrap_or(normal));
        }
        assert_eq!(sending.send().severity("news2"), Some(expected), "{medium}, {high}");
    }
}

#[test]
fn each_single_three_is_yellow_and_its_points_are_named() {
    for (field, value) in [
        ("respiration-rate", 8.0),
        ("respiration-rate", 25.0),
        ("spo2", 91.0),
        ("systolic", 90.0),
        ("systolic", 220.0),
        ("pulse", 40.0),
        ("pulse", 131.0),
        ("consciousness", 1.0),
        ("temperature", 35.0),
    ] {
        let outcome = send(1.0, &[(field, value)]);
        assert_eq!(outcome.severity("news2"), Some(Yellow), "{field} {value}");
        assert!(outcome.message("news2", "en").contains("only 3"), "{field} {value}");
        let finding = outcome.assessment().findings.first().unwrap();
        assert_eq!(finding.evidence.len(), 7, "all seven values are shown");
    }
}
