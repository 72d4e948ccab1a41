//! Every limit of the diabetes programme: at it, just below it and just above it.
#![allow(clippy::unwrap_used, clippy::panic)]

use diabetes::Component;
use gtp_sdk::contract::assess::{Reason, Urgency};
use gtp_sdk::contract::types::Severity::{Green, Red, Yellow};
use gtp_sdk::testing::{Outcome, Story, open_answers_are_never_green, skipped_is_never_green};

const SYMPTOMS: &str = "diabetes-symptoms";

fn story() -> Story<Component> {
    Story::starting("2026-03-02")
}

/// Sends these readings ten minutes apart from midnight of a day and returns the last outcome.
fn readings(story: &mut Story<Component>, day: u32, values: &[f64]) -> Outcome {
    let mut last = None;
    for (index, value) in values.iter().enumerate() {
        let time = format!("{:02}:{:02}", index / 6, index % 6 * 10);
        last = Some(story.at(day, &time).value("glucose", *value).send());
    }
    last.unwrap()
}

#[test]
fn low_glucose_by_every_tenth() {
    for tenths in 6..120 {
        let value = f64::from(tenths) / 10.0;
        let expected = match tenths {
            ..30 => Red,
            30..39 => Yellow,
            _ => Green,
        };
        let outcome = story().at(1, "08:00").value("glucose", value).send();
        assert_eq!(outcome.severity("glucose-low"), Some(expected), "{value}");
    }
    for (value, expected) in [(2.99, Red), (3.01, Yellow), (3.89, Yellow), (3.91, Green)] {
        let outcome = story().at(1, "08:00").value("glucose", value).send();
        assert_eq!(outcome.severity("glucose-low"), Some(expected), "{value}");
    }
}

#[test]
fn a_meter_that_shows_lo_or_hi_is_red_or_high() {
    let lo = story().at(1, "08:00").value("glucose", 0.5).send();
    assert_eq!(lo.severity("glucose-low"), Some(Red));
    let hi = readings(&mut story(), 1, &[40.1, 40.1]);
    assert_eq!(hi.severity("glucose-very-high"), Some(Yellow));
}

#[test]
fn needing_help_is_red_whatever_the_number() {
    for (answer, expected) in [(0.0, Green), (1.0, Red)] {
        let mut story = story();
        let sending = story.at(1, "08:00").value("glucose", 6.0);
        let outcome = sending.answers_all(SYMPTOMS, 0.0, &[("needed-help", answer)]).send();
        assert_eq!(outcome.severity("needed-help"), Some(expected));
        assert_eq!(outcome.severity("glucose-low"), Some(Green));
    }
}

#[test]
fn very_high_glucose_takes_two_readings_within_24_hours() {
    let after = |first: f64, second: f64, day: u32, time: &str, symptom: Option<&str>| {
        let mut story = story();
        story.at(1, "08:00").value("glucose", first).send();
        let mut sending = story.at(day, time).value("glucose", second);
        if let Some(symptom) = symptom {
            sending = sending.answers_all(SYMPTOMS, 0.0, &[(symptom, 1.0)]);
        }
        sending.send().severity("glucose-very-high")
    };
    assert_eq!(after(13.8, 13.9, 1, "20:00", None), Some(Green));
    assert_eq!(after(13.9, 14.0, 1, "20:00", None), Some(Green));
    assert_eq!(after(14.0, 13.9, 1, "20:00", None), Some(Green));
    assert_eq!(after(13.91, 13.91, 1, "20:00", None), Some(Yellow));
    assert_eq!(after(14.0, 14.0, 2, "08:00", None), Some(Yellow));
    assert_eq!(after(14.0, 14.0, 2, "08:01", None), Some(Green));
    for symptom in ["thirsty", "nausea", "drowsy"] {
        assert_eq!(after(14.0, 14.0, 1, "20:00", Some(symptom)), Some(Red), "{symptom}");
    }
    assert_eq!(after(14.0, 9.0, 1, "20:00", Some("thirsty")), Some(Green));
}

#[test]
fn a_trend_takes_half_of_six_readings_in_seven_days() {
    let trend = |values: &[f64]| readings(&mut story(), 1, values);
    let severity = |values: &[f64]| trend(values).severity("glucose-trend");
    assert!(matches!(trend(&[12.0; 5]).reason("glucose-trend"), Some(Reason::NotEnoughData(_))));
    assert_eq!(severity(&[10.0, 10.0, 10.0, 10.0, 10.0, 10.0]), Some(Green));
    assert_eq!(severity(&[10.1, 10.1, 10.0, 10.0, 10.0, 10.0]), Some(Green));
    assert_eq!(severity(&[10.1, 10.1, 10.1, 10.0, 10.0, 10.0]), Some(Yellow));
    assert_eq!(severity(&[10.01, 10.01, 10.01, 10.0, 10.0, 10.0]), Some(Yellow));
    assert_eq!(severity(&[13.9, 13.9, 13.9, 5.0, 5.0, 5.0]), Some(Yellow));
    assert_eq!(severity(&[10.1, 10.1, 10.1, 5.0, 5.0, 5.0, 5.0]), Some(Green), "three of seven");
    assert_eq!(severity(&[10.1, 10.1, 10.1, 10.1, 5.0, 5.0, 5.0]), Some(Yellow), "four of seven");
}

#[test]
fn the_trend_forgets_after_seven_days() {
    for (time, expected) in [("00:00", Some(Yellow)), ("00:01", None)] {
        let mut story = story();
        readings(&mut story, 2, &[12.0, 12.0, 12.0, 5.0, 5.0]);
        let outcome = story.at(9, time).value("glucose", 5.0).send();
        assert_eq!(outcome.severity("glucose-trend"), expected, "{time}");
    }
}

#[test]
fn ketones_at_every_boundary() {
    for (value, expected, urgency) in [
        (0.0, Green, None),
        (0.5, Green, None),
        (0.59, Green, None),
        (0.6, Yellow, Some(Urgency::Today)),
        (1.4, Yellow, Some(Urgency::Today)),
        (1.5, Yellow, Some(Urgency::Today)),
        (1.51, Red, Some(Urgency::Now)),
        (1.6, Red, Some(Urgency::Now)),
        (2.9, Red, Some(Urgency::Now)),
        (2.99, Red, Some(Urgency::Now)),
        (3.0, Red, Some(Urgency::Emergency)),
        (3.1, Red, Some(Urgency::Emergency)),
    ] {
        let outcome = story().at(1, "08:00").value("ketones", value).send();
        assert_eq!(outcome.severity("ketones"), Some(expected), "{value}");
        let advised = outcome.assessment().advice.first().map(|advice| advice.urgency.clone());
        assert_eq!(advised, urgency, "{value}");
    }
}

/// So many days of four readings each, the last day's values as given.
fn fortnight(days: u32, values: [f64; 4]) -> Outcome {
    let mut story = story();
    let mut last = None;
    for day in 1..=days {
        last = Some(readings(&mut story, day, &values));
    }
    last.unwrap()
}

#[test]
fn time_in_range_needs_ten_of_fourteen_days() {
    let at = |days| fortnight(days, [5.0, 6.0, 7.0, 8.0]);
    assert!(matches!(at(9).reason("time-in-range"), Some(Reason::NotEnoughData(_))));
    assert_eq!(at(10).severity("time-in-range"), Some(Green));
    assert_eq!(at(14).severity("time-in-range"), Some(Green));
    let derived: Vec<f64> = at(10).assessment().derived.iter().map(|own| own.value).collect();
    assert_eq!(derived, [100.0, 0.0]);
}

#[test]
fn a_day_with_three_readings_does_not_count() {
    let mut story = story();
    let mut last = None;
    for day in 1..=14 {
        last = Some(readings(&mut story, day, &[5.0, 6.0, 7.0]));
    }
    assert!(last.unwrap().reason("time-in-range").is_some());
}

#[test]
fn time_in_range_at_its_goals() {
    // Ten days of ten readings: every reading is one percent.
    let shares = |high: usize, low: usize| {
        let mut values = vec![6.0; 100];
        values.iter_mut().take(high).for_each(|value| *value = 10.1);
        values.iter_mut().rev().take(low).for_each(|value| *value = 3.8);
        let mut story = story();
        let mut last = None;
        for (day, chunk) in (1..).zip(values.chunks(10)) {
            last = Some(readings(&mut story, day, chunk));
        }
        last.unwrap().severity("time-in-range")
    };
    assert_eq!(shares(29, 0), Some(Green), "71 % in range");
    assert_eq!(shares(30, 0), Some(Yellow), "70 % is not above 70 %");
    assert_eq!(shares(31, 0), Some(Yellow));
    assert_eq!(shares(0, 3), Some(Green), "3 % below");
    assert_eq!(shares(0, 4), Some(Yellow), "4 % is not below 4 %");
    assert_eq!(shares(0, 5), Some(Yellow));
}

#[test]
fn the_ends_of_the_range_are_in_range() {
    let inside = fortnight(10, [3.9, 10.0, 3.9, 10.0]);
    assert_eq!(inside.severity("time-in-range"), Some(Green));
    let outside = fortnight(10, [3.9, 10.0, 3.89, 10.01]);
    let derived: Vec<f64> = outside.assessment().derived.iter().map(|own| own.value).collect();
    assert_eq!(derived, [50.0, 25.0]);
}

#[test]
fn well_being_at_28_is_low() {
    // The score goes in steps of four.
    for (points, expected) in [(6, Yellow), (7, Yellow), (8, Green), (25, Green)] {
        let items = ["cheerful", "calm", "active", "rested", "interested"];
        let mut left = points;
        let answers: Vec<(&str, f64)> = items
            .iter()
            .map(|item| {
                let own = left.min(5);
                left -= own;
                (*item, f64::from(own))
            })
            .collect();
        let outcome = story().at(1, "08:00").answers("who-5", &answers).send();
        assert_eq!(outcome.severity("who-5-low"), Some(expected), "{}", points * 4);
    }
    let unanswered = story().at(1, "08:00").answers("who-5", &[("cheerful", 0.0)]).send();
    assert_eq!(unanswered.severity("who-5-low"), None, "one open answer means no score");
}

#[test]
fn a_low_value_is_low_at_every_time_of_day() {
    for moment in 1..=9 {
        for (value, expected) in [(2.9, Red), (3.0, Yellow), (3.8, Yellow), (3.9, Green)] {
            let mut story = story();
            let sending = story.at(1, "08:00").value("glucose", value);
            let outcome = sending.value("glucose-moment", f64::from(moment)).send();
            assert_eq!(outcome.severity("glucose-low"), Some(expected), "{value}, {moment}");
        }
    }
}

#[test]
fn symptoms_that_nobody_asked_about_leave_very_high_glucose_yellow() {
    let mut story = story();
    story.at(1, "08:00").value("glucose", 15.0).send();
    let unknown = story.at(1, "10:00").value("glucose", 15.0).send();
    assert_eq!(unknown.severity("glucose-very-high"), Some(Yellow));
    let told = story.at(2, "08:00").answers_all(SYMPTOMS, 0.0, &[("drowsy", 1.0)]).send();
    assert_eq!(told.severity("glucose-very-high"), Some(Red));
    let late = story.at(2, "08:01").answers_all(SYMPTOMS, 0.0, &[("drowsy", 1.0)]).send();
    assert_eq!(late.severity("glucose-very-high"), Some(Green), "one of the two is too old");
    let help =
        self::story().at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("needed-help", 1.0)]).send();
    assert_eq!(help.severity("glucose-very-high"), None, "no glucose, no verdict");
}

#[test]
fn every_limit_can_be_another_for_one_citizen() {
    let one = |limits: &[(&str, f64)], values: &[f64], rule: &str| {
        let mut story = limits.iter().fold(story(), |story, (id, value)| story.limit(id, *value));
        readings(&mut story, 1, values).severity(rule)
    };
    let low = [("glucose-low", 5.0), ("glucose-very-low", 4.0)];
    for (value, expected) in [(3.9, Red), (4.0, Yellow), (4.9, Yellow), (5.0, Green)] {
        assert_eq!(one(&low, &[value], "glucose-low"), Some(expected), "{value}");
    }
    let high = [("glucose-very-high", 12.0), ("very-high-count", 3.0)];
    for (values, expected) in [
        (&[13.0, 13.0][..], Green),
        (&[13.0, 12.0, 13.0], Green),
        (&[13.0, 12.1, 13.0], Yellow),
        (&[13.0; 4], Yellow),
    ] {
        assert_eq!(one(&high, values, "glucose-very-high"), Some(expected), "{values:?}");
    }
    let trend = [("glucose-target-high", 9.0), ("trend-readings", 4.0), ("trend-share", 75.0)];
    for (values, expected) in [
        (&[9.1, 9.1, 9.1][..], None),
        (&[9.1, 9.1, 9.0, 9.0], Some(Green)),
        (&[9.1, 9.1, 9.1, 9.0], Some(Yellow)),
    ] {
        assert_eq!(one(&trend, values, "glucose-trend"), expected, "{values:?}");
    }
    let ketones = [("ketones-raised", 0.5), ("ketones-high", 1.0), ("ketones-emergency", 2.0)];
    for (value, expected) in [(0.4, Green), (0.5, Yellow), (1.0, Yellow), (1.1, Red), (2.0, Red)] {
        let mut story = ketones.iter().fold(story(), |story, (id, own)| story.limit(id, *own));
        let outcome = story.at(1, "08:00").value("ketones", value).send();
        assert_eq!(outcome.severity("ketones"), Some(expected), "{value}");
    }
    // A limit for low glucose that a doctor raised does not move the range of the consensus.
    let mut story = story().limit("glucose-low", 5.0).limit("range-days", 50.0);
    let mut last = None;
    for day in 1..=7 {
        last = Some(readings(&mut story, day, &[4.0, 6.0, 6.0, 6.0]));
    }
    assert_eq!(last.unwrap().severity("time-in-range"), Some(Green));
}

#[test]
fn time_in_range_looks_at_fourteen_days_and_its_limits() {
    let run = |limits: &[(&str, f64)], days: &[u32], values: &[f64]| {
        let mut story = limits.iter().fold(story(), |story, (id, value)| story.limit(id, *value));
        let mut last = None;
        for day in days {
            last = Some(readings(&mut story, *day, values));
        }
        last.unwrap().severity("time-in-range")
    };
    let fine = [5.0, 6.0, 7.0, 8.0];
    let ten: Vec<u32> = (1..=9).chain([14]).collect();
    assert_eq!(run(&[], &ten, &fine), Some(Green), "the first of fourteen days counts");
    let ten: Vec<u32> = (1..=9).chain([15]).collect();
    assert_eq!(run(&[], &ten, &fine), None, "and the fifteenth does not");
    let seven: Vec<u32> = (1..=7).collect();
    assert_eq!(run(&[("range-days", 50.0)], &seven, &fine), Some(Green));
    assert_eq!(run(&[("range-days", 51.0)], &seven, &fine), None);
    let two = [("range-readings-a-day", 2.0)];
    let ten: Vec<u32> = (1..=10).collect();
    assert_eq!(run(&two, &ten, &[5.0, 6.0]), Some(Green));
    assert_eq!(run(&two, &ten, &[5.0]), None);
    let strict = [("range-goal", 80.0)];
    assert_eq!(
        run(&strict, &ten, &[5.0, 5.0, 5.0, 5.0, 11.0]),
        Some(Yellow),
        "80 % is not above 80"
    );
    let narrow = [("range-low", 5.0), ("range-high", 8.0)];
    assert_eq!(run(&narrow, &ten, &[5.0, 8.0, 6.0, 6.0]), Some(Green));
    assert_eq!(run(&narrow, &ten, &[5.0, 8.1, 8.1, 6.0]), Some(Yellow));
    assert_eq!(run(&narrow, &ten, &[4.9, 6.0, 6.0, 6.0]), Some(Yellow), "a quarter is below");
    let lenient = [("below-range-goal", 20.0), ("range-goal", 30.0)];
    assert_eq!(
        run(&lenient, &ten, &[3.0, 6.0, 6.0, 6.0, 6.0]),
        Some(Yellow),
        "20 % is not below 20"
    );
    assert_eq!(run(&lenient, &ten, &[3.0, 6.0, 6.0, 6.0, 6.0, 6.0]), Some(Green));
}

#[test]
fn what_was_skipped_or_left_open_is_not_normal() {
    let usual = [
        ("glucose", 6.0),
        ("glucose-moment", 1.0),
        ("ketones", 0.1),
        ("weight", 90.0),
        ("hba1c", 50.0),
    ];
    skipped_is_never_green::<Component>(&usual, &[]);
    open_answers_are_never_green::<Component>();
}

#[test]
fn very_low_glucose_tells_the_citizen_to_call_and_low_glucose_to_eat() {
    let text = |value: f64| {
        let outcome = story().at(1, "08:00").value("glucose", value).send();
        let advice = outcome.assessment().advice.first().unwrap().clone();
        assert_eq!(advice.urgency, Urgency::Now);
        advice.message.iter().find(|(tag, _)| tag == "en").unwrap().1.clone()
    };
    assert!(!text(3.5).contains("call your doctor") && text(3.5).contains("sweet now"));
    assert!(text(2.5).contains("call your doctor") && text(2.5).contains("stay with you"));
}

#[test]
fn a_symptom_of_high_glucose_counts_for_24_hours() {
    for symptom in ["thirsty", "nausea", "drowsy"] {
        for (time, expected) in [("08:00", Red), ("08:01", Yellow)] {
            let mut story = story();
            story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[(symptom, 1.0)]).send();
            story.at(1, "20:00").value("glucose", 15.0).send();
            let outcome = story.at(2, time).value("glucose", 15.0).send();
            assert_eq!(outcome.severity("glucose-very-high"), Some(expected), "{symptom} {time}");
        }
    }
}
