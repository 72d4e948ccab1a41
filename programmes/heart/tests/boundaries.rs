//! Every limit of the heart programme: at it, just below it and just above it.
#![allow(clippy::unwrap_used, clippy::panic)]

use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{self, Green, Red, Yellow};
use gtp_sdk::testing::{Outcome, Story, open_answers_are_never_green, skipped_is_never_green};
use heart::Component;

const SYMPTOMS: &str = "heart-symptoms";

fn story() -> Story<Component> {
    Story::starting("2026-03-02")
}

fn verdicts(
    rule: &str,
    cases: &[(f64, Severity)],
    send: impl Fn(&mut Story<Component>, f64) -> Outcome,
) {
    for (value, expected) in cases {
        let outcome = send(&mut story(), *value);
        assert_eq!(outcome.severity(rule), Some(*expected), "{rule} at {value}: {outcome:?}");
    }
}

#[test]
fn three_days_fire_above_two_kilos_and_not_at_two() {
    verdicts(
        "weight-3-days",
        &[(81.9, Green), (82.0, Green), (82.01, Red), (82.04, Red), (82.1, Red)],
        |story, weight| {
            story.at(1, "07:30").value("weight", 80.0).send();
            story.at(4, "07:30").value("weight", weight).send()
        },
    );
}

#[test]
fn three_days_are_exact_at_every_tenth_of_a_kilo() {
    for tenths in 300..2000 {
        let start = f64::from(tenths) / 10.0;
        let mut story = story();
        story.at(1, "07:30").value("weight", start).send();
        let two = story.at(2, "07:30").value("weight", f64::from(tenths + 20) / 10.0).send();
        assert_eq!(two.severity("weight-3-days"), Some(Green), "{start} + 2.0");
        let more = story.at(3, "07:30").value("weight", f64::from(tenths + 21) / 10.0).send();
        assert_eq!(more.severity("weight-3-days"), Some(Red), "{start} + 2.1");
    }
}

#[test]
fn the_window_of_three_days_holds_72_hours_ago_and_not_a_minute_more() {
    for (time, expected) in [("07:30", Some(Red)), ("07:29", Some(Red)), ("07:31", None)] {
        let mut story = story();
        story.at(1, "07:30").value("weight", 80.0).send();
        let outcome = story.at(4, time).value("weight", 82.5).send();
        assert_eq!(outcome.severity("weight-3-days"), expected, "{time}");
    }
}

#[test]
fn the_lowest_value_of_the_window_counts_and_a_value_at_the_same_moment_does_not() {
    let mut story = story();
    story.at(1, "07:30").value("weight", 82.0).send();
    story.at(2, "07:30").value("weight", 80.0).send();
    story.at(3, "07:30").value("weight", 81.5).send();
    let outcome = story.at(4, "07:30").value("weight", 82.1).send();
    assert_eq!(outcome.severity("weight-3-days"), Some(Red));

    let mut story = self::story();
    story.at(1, "07:30").value("weight", 80.0).send();
    let outcome = story.at(1, "07:30").value("weight", 85.0).send();
    assert!(matches!(outcome.reason("weight-3-days"), Some(Reason::NotEnoughData(_))));
}

#[test]
fn a_day_fires_above_three_pounds_and_a_symptom_makes_it_red() {
    verdicts(
        "weight-1-day",
        &[(81.35, Green), (81.36, Green), (81.37, Yellow), (81.4, Yellow)],
        |story, weight| {
            story.at(1, "07:30").value("weight", 80.0).send();
            story.at(2, "07:30").value("weight", weight).answers_all(SYMPTOMS, 0.0, &[]).send()
        },
    );
    verdicts("weight-1-day", &[(81.36, Green), (81.37, Red)], |story, weight| {
        story.at(1, "07:30").value("weight", 80.0).send();
        story
            .at(2, "07:30")
            .value("weight", weight)
            .answers_all(SYMPTOMS, 0.0, &[("dizzy", 1.0)])
            .send()
    });
}

#[test]
fn a_week_fires_above_six_pounds_and_a_symptom_makes_it_red() {
    let at = |weight: f64, symptom: f64| {
        let mut story = story();
        story.at(1, "07:30").value("weight", 80.0).send();
        let sending = story.at(8, "07:30").value("weight", weight);
        sending
            .answers_all(SYMPTOMS, 0.0, &[("more-swelling", symptom)])
            .send()
            .severity("weight-7-days")
    };
    assert_eq!(at(82.71, 0.0), Some(Green));
    assert_eq!(at(82.72, 0.0), Some(Green));
    assert_eq!(at(82.73, 0.0), Some(Yellow));
    assert_eq!(at(82.72, 1.0), Some(Green));
    assert_eq!(at(82.73, 1.0), Some(Red));
}

#[test]
fn systolic_has_wider_limits_without_a_symptom() {
    let at = |systolic: f64, symptom: f64| {
        let mut story = story();
        let sending = story.at(1, "08:00").value("systolic", systolic).value("diastolic", 35.0);
        sending.answers_all(SYMPTOMS, 0.0, &[("much-worse", symptom)]).send().severity("systolic")
    };
    for (value, without, with) in [
        (79.0, Red, Red),
        (79.99, Red, Red),
        (80.0, Green, Red),
        (81.0, Green, Red),
        (89.0, Green, Red),
        (89.99, Green, Red),
        (90.0, Green, Green),
        (91.0, Green, Green),
        (159.0, Green, Green),
        (160.0, Green, Green),
        (160.01, Green, Red),
        (161.0, Green, Red),
        (169.0, Green, Red),
        (170.0, Green, Red),
        (170.01, Red, Red),
        (171.0, Red, Red),
    ] {
        assert_eq!(at(value, 0.0), Some(without), "{value} without a symptom");
        assert_eq!(at(value, 1.0), Some(with), "{value} with a symptom");
    }
}

#[test]
fn pulse_has_wider_limits_without_a_symptom() {
    let at = |pulse: f64, symptom: f64| {
        let mut story = story();
        let sending = story.at(1, "08:00").value("pulse", pulse);
        sending.answers_all(SYMPTOMS, 0.0, &[("more-breathless", symptom)]).send().severity("pulse")
    };
    for (value, without, with) in [
        (39.0, Red, Red),
        (39.99, Red, Red),
        (40.0, Green, Red),
        (41.0, Green, Red),
        (49.0, Green, Red),
        (49.99, Green, Red),
        (50.0, Green, Green),
        (51.0, Green, Green),
        (99.0, Green, Green),
        (100.0, Green, Green),
        (100.01, Green, Red),
        (101.0, Green, Red),
        (109.0, Green, Red),
        (110.0, Green, Red),
        (110.01, Red, Red),
        (111.0, Red, Red),
    ] {
        assert_eq!(at(value, 0.0), Some(without), "{value} without a symptom");
        assert_eq!(at(value, 1.0), Some(with), "{value} with a symptom");
    }
}

#[test]
fn between_the_limits_unknown_symptoms_are_not_taken_for_none() {
    let mut story = story();
    let outcome = story.at(1, "08:00").value("pulse", 105.0).send();
    assert!(matches!(outcome.reason("pulse"), Some(Reason::NotEnoughData(_))));
    let outcome = story.at(1, "08:05").value("pulse", 120.0).send();
    assert_eq!(
        outcome.severity("pulse"),
        Some(Red),
        "beyond the wide limit symptoms do not matter"
    );
}

#[test]
fn a_symptom_counts_for_24_hours() {
    for (time, expected) in [("08:00", Some(Red)), ("08:01", None)] {
        let mut story = story();
        story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("dizzy", 1.0)]).send();
        let outcome = story.at(2, time).value("pulse", 105.0).send();
        assert_eq!(outcome.severity("pulse"), expected, "{time}");
    }
}

#[test]
fn each_symptom_speaks_for_itself() {
    for (item, rule, severity) in [
        ("more-breathless", "symptoms", Yellow),
        ("more-swelling", "symptoms", Yellow),
        ("dizzy", "symptoms", Yellow),
        ("woke-breathless", "symptoms-severe", Red),
        ("slept-propped-up", "symptoms-severe", Red),
        ("much-worse", "symptoms-severe", Red),
        ("fainted", "symptoms-severe", Red),
    ] {
        let outcome = story().at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[(item, 1.0)]).send();
        assert_eq!(outcome.severity(rule), Some(severity), "{item}");
        let other = if rule == "symptoms" { "symptoms-severe" } else { "symptoms" };
        assert_eq!(outcome.severity(other), Some(Green), "{item}");
    }
}

/// Three days with two readings each; the first day is far above everything.
fn period(systolic: f64, diastolic: f64) -> Outcome {
    let mut story = story();
    for time in ["08:00", "08:02"] {
        story.at(1, time).value("systolic", 199.0).value("diastolic", 115.0).send();
    }
    for (day, time) in [(2, "08:00"), (2, "08:02"), (3, "08:00")] {
        story.at(day, time).value("systolic", systolic).value("diastolic", diastolic).send();
    }
    story.at(3, "08:02").value("systolic", systolic).value("diastolic", diastolic).send()
}

#[test]
fn the_home_mean_fires_from_its_limit_and_drops_the_first_day() {
    for (systolic, diastolic, expected) in [
        (134.99, 84.99, Green),
        (135.0, 84.0, Yellow),
        (135.1, 84.0, Yellow),
        (134.0, 85.0, Yellow),
        (134.0, 85.1, Yellow),
    ] {
        assert_eq!(
            period(systolic, diastolic).severity("home-bp"),
            Some(expected),
            "{systolic}/{diastolic}"
        );
    }
    for (systolic, diastolic, urgent) in
        [(149.99, 94.99, false), (150.0, 90.0, true), (150.1, 90.0, true), (140.0, 95.0, true)]
    {
        let outcome = period(systolic, diastolic);
        assert_eq!(
            outcome.message("home-bp", "en").starts_with("Urgent"),
            urgent,
            "{systolic}/{diastolic}"
        );
    }
}

#[test]
fn the_home_mean_needs_three_days_with_two_readings() {
    let mut story = story();
    for day in 1..=2 {
        story.at(day, "08:00").value("systolic", 140.0).value("diastolic", 80.0).send();
        story.at(day, "08:02").value("systolic", 140.0).value("diastolic", 80.0).send();
    }
    let one = story.at(3, "08:00").value("systolic", 140.0).value("diastolic", 80.0).send();
    assert!(matches!(one.reason("home-bp"), Some(Reason::NotEnoughData(_))));
    let two = story.at(3, "20:00").value("systolic", 140.0).value("diastolic", 80.0).send();
    assert_eq!(two.severity("home-bp"), Some(Yellow));
    let derived = &two.assessment().derived;
    assert_eq!(derived.iter().map(|own| own.value).collect::<Vec<_>>(), [140.0, 80.0]);
}

#[test]
fn a_crisis_is_yellow_once_and_red_the_second_time_within_24_hours() {
    let once = |systolic: f64, diastolic: f64| {
        let mut story = story();
        let sending =
            story.at(1, "10:00").value("systolic", systolic).value("diastolic", diastolic);
        sending.send().severity("bp-crisis")
    };
    for (systolic, diastolic, expected) in [
        (179.99, 119.99, Green),
        (180.0, 90.0, Yellow),
        (181.0, 90.0, Yellow),
        (150.0, 120.0, Yellow),
        (150.0, 121.0, Yellow),
    ] {
        assert_eq!(once(systolic, diastolic), Some(expected), "{systolic}/{diastolic}");
    }
    for (day, time, expected) in [(1, "10:05", Red), (2, "10:00", Red), (2, "10:01", Yellow)] {
        let mut story = story();
        story.at(1, "10:00").value("systolic", 180.0).value("diastolic", 90.0).send();
        let outcome = story.at(day, time).value("systolic", 150.0).value("diastolic", 120.0).send();
        assert_eq!(outcome.severity("bp-crisis"), Some(expected), "day {day}, {time}");
    }
}

#[test]
fn low_pressure_is_yellow_and_red_with_fainting() {
    let at = |systolic: f64, diastolic: f64, fainted: f64| {
        let mut story = story();
        let sending =
            story.at(1, "08:00").value("systolic", systolic).value("diastolic", diastolic);
        sending.answers_all(SYMPTOMS, 0.0, &[("fainted", fainted)]).send().severity("bp-low")
    };
    for (systolic, diastolic, fires) in [
        (89.0, 60.0, true),
        (89.99, 60.0, true),
        (90.0, 60.0, false),
        (91.0, 61.0, false),
        (90.0, 59.0, true),
        (90.0, 59.99, true),
        (120.0, 59.0, true),
    ] {
        let (without, with) = if fires { (Yellow, Red) } else { (Green, Green) };
        assert_eq!(at(systolic, diastolic, 0.0), Some(without), "{systolic}/{diastolic}");
        assert_eq!(at(systolic, diastolic, 1.0), Some(with), "{systolic}/{diastolic} fainted");
    }
    let unknown = story().at(1, "08:00").value("systolic", 85.0).value("diastolic", 70.0).send();
    assert_eq!(unknown.severity("bp-low"), Some(Yellow), "low is low, whatever the questions say");
}

#[test]
fn messages_are_in_words_and_numbers_of_each_language() {
    let mut story = story();
    story.at(1, "07:30").value("weight", 80.0).send();
    let outcome = story.at(4, "07:30").value("weight", 82.1).send();
    assert_eq!(
        outcome.message("weight-3-days", "da"),
        "Vægten er steget 2,1 kg på højst 3 døgn, fra 80 til 82,1 kg. Grænsen er 2 kg."
    );
    assert_eq!(
        outcome.message("weight-3-days", "en"),
        "The weight has risen by 2.1 kg within 3 days, from 80 to 82.1 kg. The limit is 2 kg."
    );
}

#[test]
fn a_28_day_series_with_a_lost_day_and_a_late_entry_fires_once() {
    let mut story = story();
    let weights = [
        80.0, 80.2, 79.9, 80.1, 80.3, 80.0, 79.8, 80.1, 80.2, 80.4, 80.1, 80.0, 80.3, 80.2, 80.5,
        80.4, 80.1, 80.2, 80.0, 80.3, 80.4, 80.2, 80.1, 80.6, 81.2, 81.9, 82.7, 83.0,
    ];
    let mut fired = vec![];
    for (day, weight) in (1..).zip(weights) {
        // Day 12 is lost, and day 17 is sent two days late.
        if day == 12 || day == 17 {
            continue;
        }
        if day == 19 {
            story.at(17, "07:45").value("weight", 80.1).send();
        }
        if story.at(day, "07:45").value("weight", weight).send().severity("weight-3-days")
            == Some(Red)
        {
            fired.push(day);
        }
    }
    assert_eq!(fired, [27], "2.1 above day 24; day 28 is 1.8 above day 25");
}

#[test]
fn the_home_mean_needs_as_many_days_and_readings_as_its_limits_say() {
    let period = |days: u32, readings: u32, limits: [f64; 2]| {
        let mut story =
            story().limit("home-days", limits[0]).limit("home-readings-a-day", limits[1]);
        let mut last = None;
        for day in 1..=days {
            for minute in 0..readings {
                let time = format!("08:{minute:02}");
                let sending = story.at(day, &time).value("systolic", 140.0);
                last = Some(sending.value("diastolic", 80.0).send());
            }
        }
        last.unwrap().severity("home-bp")
    };
    assert_eq!(period(3, 2, [3.0, 2.0]), Some(Yellow));
    assert_eq!(period(2, 2, [3.0, 2.0]), None);
    assert_eq!(period(3, 1, [3.0, 2.0]), None);
    assert_eq!(period(4, 4, [5.0, 4.0]), None);
    assert_eq!(period(5, 4, [5.0, 4.0]), Some(Yellow));
    assert_eq!(period(5, 3, [5.0, 4.0]), None);
    assert_eq!(period(2, 1, [2.0, 1.0]), Some(Yellow));
}

#[test]
fn the_home_mean_looks_at_seven_days_and_shows_both_means() {
    let mut story = story();
    let twice = |story: &mut Story<Component>, day: u32, systolic: f64| {
        story.at(day, "08:00").value("systolic", systolic).value("diastolic", 80.0).send();
        story.at(day, "08:02").value("systolic", systolic + 2.0).value("diastolic", 82.0).send()
    };
    twice(&mut story, 1, 190.0);
    twice(&mut story, 2, 120.0);
    twice(&mut story, 6, 120.0);
    let seventh = twice(&mut story, 7, 120.0);
    assert_eq!(seventh.severity("home-bp"), Some(Green), "the first day is dropped");
    let means: Vec<(&str, f64)> =
        seventh.assessment().derived.iter().map(|own| (own.field.as_str(), own.value)).collect();
    assert_eq!(means, [("home-systolic-mean", 121.0), ("home-diastolic-mean", 81.0)]);
    let figures: Vec<f64> = seventh
        .assessment()
        .findings
        .iter()
        .filter(|finding| finding.rule == "home-bp")
        .flat_map(|finding| finding.figures.iter().map(|figure| figure.value))
        .collect();
    assert_eq!(figures, [121.0, 81.0]);
    // On day 8 the first day is too old, and day 2 is the one that is dropped.
    let eighth = story.at(8, "08:00").value("systolic", 120.0).value("diastolic", 80.0).send();
    assert_eq!(eighth.severity("home-bp"), Some(Green));
    let ninth = story.at(9, "08:00").value("systolic", 120.0).value("diastolic", 80.0).send();
    assert_eq!(ninth.severity("home-bp"), None, "two days of two readings are left");
}

#[test]
fn weights_of_the_same_day_and_of_two_days_ago_are_not_yesterdays() {
    let mut story = story();
    story.at(1, "07:30").value("weight", 80.0).send();
    story.at(3, "07:00").value("weight", 80.0).send();
    let outcome = story.at(3, "07:30").value("weight", 82.0).send();
    assert_eq!(outcome.severity("weight-1-day"), None, "day 2 is missing");
    story.at(4, "23:00").value("weight", 82.4).send();
    let outcome = story.at(5, "00:10").value("weight", 83.8).send();
    assert_eq!(outcome.severity("weight-1-day"), Some(Yellow), "an hour later, and a day");
}

#[test]
fn a_weeks_gain_counts_from_the_lowest_of_seven_days() {
    for (time, expected) in [("07:30", Some(Yellow)), ("07:31", None)] {
        let mut story = story();
        story.at(1, "07:30").value("weight", 80.0).send();
        let outcome = story.at(8, time).value("weight", 83.0).send();
        assert_eq!(outcome.severity("weight-7-days"), expected, "{time}");
    }
}

#[test]
fn a_weight_is_judged_with_a_later_symptom_for_24_hours() {
    for (time, expected) in [("07:30", Some(Red)), ("07:31", None)] {
        let mut story = story();
        story.at(1, "07:30").value("weight", 80.0).send();
        story.at(2, "07:30").value("weight", 83.0).send();
        let outcome = story.at(3, time).answers_all(SYMPTOMS, 0.0, &[("dizzy", 1.0)]).send();
        assert_eq!(outcome.severity("weight-1-day"), expected, "{time}");
        assert_eq!(outcome.severity("weight-7-days"), expected, "{time}");
    }
}

#[test]
fn every_limit_can_be_another_for_one_citizen() {
    let limits = [
        ("weight-gain-1-day", 1.0),
        ("weight-gain-3-days", 1.5),
        ("weight-gain-7-days", 2.0),
        ("systolic-low", 75.0),
        ("systolic-low-symptom", 85.0),
        ("systolic-high-symptom", 150.0),
        ("systolic-high", 165.0),
        ("pulse-low", 35.0),
        ("pulse-low-symptom", 45.0),
        ("pulse-high-symptom", 90.0),
        ("pulse-high", 105.0),
        ("crisis-systolic", 175.0),
        ("crisis-diastolic", 115.0),
        ("bp-low-systolic", 85.0),
        ("bp-low-diastolic", 55.0),
    ];
    let own = || limits.iter().fold(story(), |story, (id, value)| story.limit(id, *value));
    for (gain, day_2, day_4, day_8) in
        [(1.0, Green, Green, Green), (1.01, Yellow, Green, Green), (1.5, Yellow, Green, Green)]
            .into_iter()
            .chain([
                (1.51, Yellow, Red, Green),
                (2.0, Yellow, Red, Green),
                (2.01, Yellow, Red, Yellow),
            ])
    {
        let at = |day: u32, rule: &str| {
            let mut story = own();
            story.at(1, "07:30").value("weight", 80.0).send();
            story.at(day, "07:30").value("weight", 80.0 + gain).send().severity(rule)
        };
        assert_eq!(at(2, "weight-1-day"), Some(day_2), "{gain}");
        assert_eq!(at(4, "weight-3-days"), Some(day_4), "{gain}");
        assert_eq!(at(8, "weight-7-days"), Some(day_8), "{gain}");
    }
    let at = |field: &str, value: f64, dizzy: f64| {
        let mut story = own();
        let sending = story.at(1, "08:00").value(field, value);
        sending.answers_all(SYMPTOMS, 0.0, &[("dizzy", dizzy)]).send().severity(field)
    };
    for (field, low, low_symptom, high_symptom, high) in
        [("systolic", 75.0, 85.0, 150.0, 165.0), ("pulse", 35.0, 45.0, 90.0, 105.0)]
    {
        for (value, without, with) in [
            (low - 1.0, Red, Red),
            (low, Green, Red),
            (low_symptom - 1.0, Green, Red),
            (low_symptom, Green, Green),
            (high_symptom, Green, Green),
            (high_symptom + 1.0, Green, Red),
            (high, Green, Red),
            (high + 1.0, Red, Red),
        ] {
            assert_eq!(at(field, value, 0.0), Some(without), "{field} {value}");
            assert_eq!(at(field, value, 1.0), Some(with), "{field} {value} with a symptom");
        }
    }
    let pressure = |rule: &str, systolic: f64, diastolic: f64| {
        let mut story = own();
        let sending = story.at(1, "08:00").value("systolic", systolic);
        sending.value("diastolic", diastolic).send().severity(rule)
    };
    assert_eq!(pressure("bp-crisis", 174.0, 114.0), Some(Green));
    assert_eq!(pressure("bp-crisis", 175.0, 90.0), Some(Yellow));
    assert_eq!(pressure("bp-crisis", 150.0, 115.0), Some(Yellow));
    assert_eq!(pressure("bp-low", 85.0, 55.0), Some(Green));
    assert_eq!(pressure("bp-low", 84.0, 55.0), Some(Yellow));
    assert_eq!(pressure("bp-low", 85.0, 54.0), Some(Yellow));
}

#[test]
fn what_was_skipped_or_left_open_is_not_normal() {
    let usual = [("weight", 80.0), ("systolic", 128.0), ("diastolic", 76.0), ("pulse", 70.0)];
    skipped_is_never_green::<Component>(&usual, &[]);
    open_answers_are_never_green::<Component>();
}

#[test]
fn the_citizen_is_told_what_to_do_and_how_soon() {
    use gtp_sdk::contract::assess::Urgency;
    let urgency = |outcome: &Outcome, rule: &str| {
        let advice = outcome.assessment().advice.iter().find(|advice| advice.rule == rule);
        advice.map(|advice| advice.urgency.clone())
    };
    let outcome = story().at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("much-worse", 1.0)]).send();
    assert_eq!(urgency(&outcome, "symptoms-severe"), Some(Urgency::Now));
    let mut story = story();
    let high = |story: &mut Story<Component>, time: &str| {
        story.at(1, time).value("systolic", 185.0).value("diastolic", 100.0).send()
    };
    let once = high(&mut story, "08:00");
    let text = |outcome: &Outcome| {
        let advice =
            outcome.assessment().advice.iter().find(|own| own.rule == "bp-crisis").unwrap();
        advice.message.iter().find(|(tag, _)| tag == "en").unwrap().1.clone()
    };
    assert!(text(&once).contains("measure again in 5 to 30 minutes"));
    assert!(text(&high(&mut story, "08:20")).contains("Call your doctor now"));
    let low = self::story().at(1, "08:00").value("systolic", 85.0).value("diastolic", 60.0).send();
    assert_eq!(urgency(&low, "bp-low"), Some(Urgency::Note));
}

/// The rules that ask for symptoms take one that was told up to 24 hours before.
#[test]
fn a_symptom_that_was_told_before_the_measurement_counts_for_24_hours() {
    let then = |time: &str, item: &str, values: &[(&str, f64)], rule: &str| {
        let mut story = story();
        for day in 1..=6 {
            story.at(day, "07:00").value("weight", 80.0).send();
        }
        story.at(6, "08:00").answers_all(SYMPTOMS, 0.0, &[(item, 1.0)]).send();
        let mut sending = story.at(7, time);
        for (field, value) in values {
            sending = sending.value(field, *value);
        }
        sending.send().severity(rule)
    };
    let low = [("systolic", 85.0), ("diastolic", 70.0)];
    for (time, fresh) in [("08:00", true), ("08:01", false)] {
        let gain = [("weight", 83.0)];
        let expected = if fresh { Red } else { Yellow };
        assert_eq!(then(time, "dizzy", &gain, "weight-1-day"), Some(expected), "{time}");
        assert_eq!(then(time, "dizzy", &gain, "weight-7-days"), Some(expected), "{time}");
        assert_eq!(then(time, "fainted", &low, "bp-low"), Some(expected), "{time}");
        let expected = fresh.then_some(Red);
        assert_eq!(then(time, "dizzy", &[("pulse", 105.0)], "pulse"), expected, "{time}");
        assert_eq!(then(time, "dizzy", &low, "systolic"), expected, "{time}");
    }
}

/// And a measurement is still judged with a symptom that is told up to 24 hours later.
#[test]
fn a_measurement_is_judged_with_a_later_symptom_for_24_hours() {
    for (time, expected) in [("08:00", Some(Red)), ("08:01", None)] {
        let mut story = story();
        let sending = story.at(1, "08:00").value("systolic", 85.0).value("diastolic", 70.0);
        sending.value("pulse", 105.0).send();
        let told = story.at(2, time).answers_all(SYMPTOMS, 0.0, &[("fainted", 1.0)]).send();
        for rule in ["systolic", "pulse", "bp-low"] {
            assert_eq!(told.severity(rule), expected, "{rule} {time}");
        }
    }
}

#[test]
fn a_second_crisis_counts_from_either_number_of_the_first() {
    for (first, expected) in
        [((180.0, 90.0), Red), ((150.0, 120.0), Red), ((179.99, 119.99), Yellow)]
    {
        let mut story = story();
        story.at(1, "10:00").value("systolic", first.0).value("diastolic", first.1).send();
        let outcome = story.at(1, "10:20").value("systolic", 185.0).value("diastolic", 90.0).send();
        assert_eq!(outcome.severity("bp-crisis"), Some(expected), "{first:?}");
    }
}
