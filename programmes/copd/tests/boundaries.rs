//! Every limit of the COPD programme: at it, just below it and just above it.
#![allow(clippy::unwrap_used, clippy::panic)]

use copd::Component;
use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{Green, Red, Yellow};
use gtp_sdk::testing::Story;

const SYMPTOMS: &str = "copd-symptoms";

fn story() -> Story<Component> {
    Story::starting("2026-03-02")
}

#[test]
fn without_a_target_there_is_no_verdict_however_low() {
    for value in [60.0, 88.0, 99.0] {
        let outcome = story().at(1, "08:00").value("spo2", value).send();
        assert_eq!(
            outcome.reason("spo2-below-target"),
            Some(&Reason::LimitNotSet("spo2-target".to_owned())),
            "{value}"
        );
    }
}

#[test]
fn below_the_target_is_yellow_and_three_points_below_red() {
    for target in [80.0, 88.0, 92.0] {
        for (below, expected) in [
            (-1.0, Green),
            (0.0, Green),
            (0.1, Yellow),
            (1.0, Yellow),
            (2.0, Yellow),
            (2.9, Yellow),
            (3.0, Red),
            (4.0, Red),
        ] {
            let mut story = story().limit("spo2-target", target);
            let outcome = story.at(1, "08:00").value("spo2", target - below).send();
            assert_eq!(
                outcome.severity("spo2-below-target"),
                Some(expected),
                "{below} below {target}"
            );
        }
    }
}

#[test]
fn above_92_on_oxygen_is_yellow_and_on_air_is_not() {
    for (value, oxygen, expected) in [
        (92.0, 1.0, Some(Green)),
        (92.5, 1.0, Some(Yellow)),
        (93.0, 1.0, Some(Yellow)),
        (93.0, 0.0, Some(Green)),
        (99.0, 0.0, Some(Green)),
    ] {
        let mut story = story();
        let sending =
            story.at(1, "08:00").value("spo2", value).value("supplemental-oxygen", oxygen);
        assert_eq!(sending.send().severity("spo2-too-much-oxygen"), expected, "{value}, {oxygen}");
    }
    let mut story = story();
    story.at(1, "07:00").value("supplemental-oxygen", 1.0).send();
    let outcome = story.at(1, "08:00").value("spo2", 95.0).send();
    assert!(
        outcome.reason("spo2-too-much-oxygen").is_some(),
        "nothing was said of this measurement"
    );
}

#[test]
fn a_fall_of_more_than_four_points_is_yellow() {
    for (today, expected) in
        [(89.0, Green), (88.0, Green), (87.9, Yellow), (87.0, Yellow), (96.0, Green)]
    {
        let mut story = story();
        story.at(1, "08:00").value("spo2", 92.0).send();
        let outcome = story.at(2, "08:00").value("spo2", today).send();
        assert_eq!(outcome.severity("spo2-fall"), Some(expected), "{today}");
    }
    let mut story = story();
    story.at(1, "08:00").value("spo2", 92.0).send();
    let outcome = story.at(3, "08:00").value("spo2", 80.0).send();
    assert!(outcome.reason("spo2-fall").is_some(), "the day between is missing");
}

#[test]
fn every_combination_of_symptoms_gets_its_type() {
    const MAJORS: [&str; 3] = ["breathlessness", "sputum-volume", "sputum-colour"];
    const MINORS: [&str; 5] = ["cough", "wheeze", "sore-throat", "cold", "fever"];
    for bits in 0..256_u32 {
        let yes = |index: usize| f64::from(bits >> index & 1);
        let answers: Vec<(&str, f64)> = MAJORS
            .iter()
            .chain(&MINORS)
            .enumerate()
            .map(|(index, item)| (*item, yes(index)))
            .collect();
        let mut story = story();
        let first = story.at(1, "08:00").answers(SYMPTOMS, &answers).send();
        let second = story.at(2, "20:00").answers(SYMPTOMS, &answers).send();

        let majors = (bits & 7).count_ones();
        let expected = match (majors, bits >> 2 & 1 == 1, bits >> 3 != 0) {
            (3, _, _) | (2, true, _) => Red,
            (2, false, _) | (1, _, true) => Yellow,
            _ => Green,
        };
        assert_eq!(second.severity("exacerbation"), Some(expected), "{answers:?}");
        let known_on_day_one = majors == 0;
        assert_eq!(first.severity("exacerbation").is_some(), known_on_day_one, "{answers:?}");
    }
}

#[test]
fn one_day_is_no_exacerbation() {
    let mut story = story();
    story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[]).send();
    let bad = story.at(2, "08:00").answers_all(SYMPTOMS, 1.0, &[]).send();
    assert_eq!(bad.severity("exacerbation"), Some(Green));
    let good = story.at(3, "08:00").answers_all(SYMPTOMS, 0.0, &[]).send();
    assert_eq!(good.severity("exacerbation"), Some(Green));
}

#[test]
fn grade_two_is_more_symptomatic_and_mrc_is_one_more() {
    for (grade, expected) in
        [(0.0, Green), (1.0, Green), (2.0, Yellow), (3.0, Yellow), (4.0, Yellow)]
    {
        let outcome = story().at(1, "08:00").answers("mmrc", &[("grade", grade)]).send();
        assert_eq!(outcome.severity("breathlessness-grade"), Some(expected), "{grade}");
        let derived: Vec<f64> = outcome.assessment().derived.iter().map(|own| own.value).collect();
        assert_eq!(derived, [grade + 1.0]);
    }
}
