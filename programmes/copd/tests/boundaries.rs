//! Every limit of the COPD programme: at it, just below it and just above it.
#![allow(clippy::unwrap_used, clippy::panic)]

use copd::Component;
use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{Green, Red, Yellow};
use gtp_sdk::testing::{Story, open_answers_are_never_green, skipped_is_never_green};

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
            (2.99, Yellow),
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
        (92.01, 1.0, Some(Yellow)),
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
    for (today, expected) in [
        (89.0, Green),
        (88.0, Green),
        (87.99, Yellow),
        (87.9, Yellow),
        (87.0, Yellow),
        (96.0, Green),
    ] {
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
        let alone = if expected == Green { Green } else { Yellow };
        assert_eq!(
            first.severity("worse-today"),
            Some(alone),
            "nothing is known of the day before"
        );
        assert_eq!(second.severity("worse-today"), Some(Green), "yesterday is known");
        let advising = usize::from(expected != Green);
        assert_eq!(first.advising().len(), advising);
        assert_eq!(second.advising().len(), advising);
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

#[test]
fn a_symptom_counts_only_on_days_that_follow_one_another() {
    let mut story = story();
    let bad = [("breathlessness", 1.0), ("sputum-volume", 1.0)];
    story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &bad).send();
    let later = story.at(3, "08:00").answers_all(SYMPTOMS, 0.0, &bad).send();
    assert!(matches!(later.reason("exacerbation"), Some(Reason::NotEnoughData(_))));
    assert_eq!(later.severity("worse-today"), Some(Yellow));
    let next = story.at(4, "23:59").answers_all(SYMPTOMS, 0.0, &bad).send();
    assert_eq!(next.severity("exacerbation"), Some(Yellow));
    assert_eq!(next.severity("worse-today"), Some(Green));
}

#[test]
fn the_last_answer_of_a_day_is_the_one_that_counts() {
    let bad = [("breathlessness", 1.0), ("sputum-volume", 1.0)];
    for (evening, expected) in [(1.0, Yellow), (0.0, Green)] {
        let mut story = story();
        story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &bad).send();
        let evening = [("breathlessness", evening), ("sputum-volume", 1.0)];
        story.at(1, "20:00").answers_all(SYMPTOMS, 0.0, &evening).send();
        let outcome = story.at(2, "08:00").answers_all(SYMPTOMS, 0.0, &bad).send();
        assert_eq!(outcome.severity("exacerbation"), Some(expected), "{evening:?}");
    }
}

#[test]
fn every_limit_can_be_another_for_one_citizen() {
    let mut story = story().limit("spo2-target", 90.0).limit("spo2-red-margin", 2.0);
    for (value, expected) in [(90.0, Green), (89.0, Yellow), (88.1, Yellow), (88.0, Red)] {
        let outcome = story.at(1, "08:00").value("spo2", value).send();
        assert_eq!(outcome.severity("spo2-below-target"), Some(expected), "{value}");
    }
    let mut story = self::story().limit("spo2-on-oxygen", 94.0).limit("spo2-fall", 6.0);
    story.at(1, "08:00").value("spo2", 94.0).value("supplemental-oxygen", 1.0).send();
    let outcome = story.at(2, "08:00").value("spo2", 88.0).send();
    assert_eq!(outcome.severity("spo2-fall"), Some(Green), "6 is not more than 6");
    let outcome = story.at(2, "09:00").value("spo2", 87.9).send();
    assert_eq!(outcome.severity("spo2-fall"), Some(Yellow));
    for (value, expected) in [(94.0, Green), (94.1, Yellow)] {
        let sending = story.at(3, "08:00").value("spo2", value).value("supplemental-oxygen", 1.0);
        assert_eq!(sending.send().severity("spo2-too-much-oxygen"), Some(expected), "{value}");
    }
    let mut story = self::story().limit("mmrc-symptomatic", 3.0);
    for (grade, expected) in [(2.0, Green), (3.0, Yellow)] {
        let outcome = story.at(1, "08:00").answers("mmrc", &[("grade", grade)]).send();
        assert_eq!(outcome.severity("breathlessness-grade"), Some(expected), "{grade}");
    }
}

#[test]
fn a_saturation_counts_for_24_hours_and_yesterday_is_a_day_of_the_calendar() {
    let mut story = story();
    story.at(1, "00:00").value("spo2", 96.0).send();
    let outcome = story.at(2, "23:59").value("spo2", 91.0).send();
    assert_eq!(outcome.severity("spo2-fall"), Some(Yellow), "47 hours and 59 minutes");
    // The night on which the clocks go back has 25 hours.
    let mut story = Story::<Component>::starting("2026-10-24");
    story.at(1, "00:00").value("spo2", 96.0).send();
    let outcome = story.at(2, "23:59").value("spo2", 91.0).send();
    assert_eq!(outcome.severity("spo2-fall"), Some(Yellow), "48 hours and 59 minutes");
}

#[test]
fn the_fall_is_from_the_last_value_of_the_day_before() {
    let mut story = story();
    story.at(1, "08:00").value("spo2", 97.0).send();
    story.at(1, "20:00").value("spo2", 93.0).send();
    let outcome = story.at(2, "08:00").value("spo2", 90.0).send();
    assert_eq!(outcome.severity("spo2-fall"), Some(Green), "3 points below the evening before");
}

#[test]
fn what_was_skipped_or_left_open_is_not_normal() {
    let usual = [
        ("spo2", 91.0),
        ("supplemental-oxygen", 0.0),
        ("pulse", 78.0),
        ("weight", 68.0),
        ("sit-to-stand", 11.0),
    ];
    // A saturation that is not above the limit is not too high, with or without oxygen.
    let only_sharpens = [("spo2-too-much-oxygen", "supplemental-oxygen")];
    skipped_is_never_green::<Component>(&usual, &only_sharpens);
    open_answers_are_never_green::<Component>();
}

#[test]
fn messages_are_in_words_and_numbers_of_each_language() {
    let mut story = story().limit("spo2-target", 88.0);
    let outcome = story.at(1, "08:00").value("spo2", 84.5).send();
    assert_eq!(
        outcome.message("spo2-below-target", "da"),
        "Iltmætningen er 84,5 %, og det er 3,5 procentpoint under borgerens mål på 88 %."
    );
    assert_eq!(
        outcome.message("spo2-below-target", "en"),
        "The saturation is 84.5 %, 3.5 percentage points below the citizen's target of 88 %."
    );
}

#[test]
fn the_type_is_named_and_shown_with_its_answers_and_no_others() {
    for (items, words, severity, shown) in [
        (&["breathlessness", "sputum-volume", "sputum-colour", "cough"][..], "Type I:", Red, 3),
        (&["sputum-volume", "sputum-colour", "cough"], "Type II with", Red, 2),
        (&["breathlessness", "sputum-volume", "cough"], "Type II:", Yellow, 2),
        (&["sputum-colour", "cough", "cold"], "Type III:", Yellow, 3),
    ] {
        let yes: Vec<(&str, f64)> = items.iter().map(|item| (*item, 1.0)).collect();
        let mut story = story();
        story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &yes).send();
        let outcome = story.at(2, "08:00").answers_all(SYMPTOMS, 0.0, &yes).send();
        assert_eq!(outcome.severity("exacerbation"), Some(severity), "{items:?}");
        assert!(outcome.message("exacerbation", "en").starts_with(words), "{items:?}");
        let finding =
            outcome.assessment().findings.iter().find(|own| own.rule == "exacerbation").unwrap();
        assert_eq!(finding.evidence.len(), 2 * shown, "{items:?}: the answers of both days");
    }
}
