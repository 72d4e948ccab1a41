//! Every limit of the pregnancy programme: at it, just below it and just above it; and gestational age.
#![allow(clippy::unwrap_used, clippy::panic)]

use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{self, Green, Red, Yellow};
use gtp_sdk::testing::{Outcome, Story, open_answers_are_never_green, skipped_is_never_green};
use pregnancy::Component;

const SYMPTOMS: &str = "pregnancy-symptoms";
const DAY: f64 = 86_400_000.0;
/// 2026-03-02 as a date field holds it.
const START: f64 = 20_514.0 * DAY;

fn story() -> Story<Component> {
    Story::starting("2026-03-02")
}

/// A story of a woman who is so far on its first day.
fn at(weeks: f64, days: f64) -> Story<Component> {
    let mut story = story();
    story.at(1, "00:00").value("due-date", START + (280.0 - weeks * 7.0 - days) * DAY).send();
    story
}

fn pressure(story: &mut Story<Component>, systolic: f64, diastolic: f64) -> Outcome {
    story.at(1, "08:00").value("systolic", systolic).value("diastolic", diastolic).send()
}

#[test]
fn severe_pressure_is_red_at_once() {
    for (systolic, diastolic, expected) in [
        (159.99, 109.99, Green),
        (160.0, 80.0, Red),
        (161.0, 80.0, Red),
        (130.0, 110.0, Red),
        (130.0, 111.0, Red),
    ] {
        let outcome = pressure(&mut story(), systolic, diastolic);
        assert_eq!(
            outcome.severity("severe-blood-pressure"),
            Some(expected),
            "{systolic}/{diastolic}"
        );
    }
}

#[test]
fn high_pressure_is_yellow_and_red_with_a_symptom_or_protein() {
    for (systolic, diastolic, fires) in [
        (139.99, 89.99, false),
        (140.0, 80.0, true),
        (141.0, 80.0, true),
        (120.0, 90.0, true),
        (120.0, 91.0, true),
    ] {
        let (alone, together) = if fires { (Yellow, Red) } else { (Green, Green) };
        let own = |outcome: Outcome| outcome.severity("high-blood-pressure");
        assert_eq!(
            own(pressure(&mut story(), systolic, diastolic)),
            Some(alone),
            "{systolic}/{diastolic}"
        );
        for item in ["headache", "sight", "pain-under-ribs", "vomiting", "sudden-swelling"] {
            let mut story = story();
            let sending =
                story.at(1, "08:00").value("systolic", systolic).value("diastolic", diastolic);
            let outcome = sending.answers_all(SYMPTOMS, 0.0, &[(item, 1.0)]).send();
            assert_eq!(own(outcome), Some(together), "{systolic}/{diastolic}, {item}");
        }
        for (protein, expected) in [(1.0, alone), (2.0, together), (3.0, together)] {
            let mut story = story();
            story.at(1, "07:00").value("urine-protein", protein).send();
            assert_eq!(
                own(pressure(&mut story, systolic, diastolic)),
                Some(expected),
                "{protein}+"
            );
        }
    }
}

#[test]
fn before_20_weeks_high_pressure_is_called_chronic() {
    for (weeks, days, chronic) in [(19.0, 6.0, true), (20.0, 0.0, false), (20.0, 1.0, false)] {
        let outcome = pressure(&mut at(weeks, days), 142.0, 88.0);
        assert_eq!(outcome.severity("high-blood-pressure"), Some(Yellow));
        let message = outcome.message("high-blood-pressure", "en");
        assert_eq!(message.contains("chronic"), chronic, "{weeks}+{days}: {message}");
    }
}

#[test]
fn the_target_applies_under_treatment_only() {
    let mean = |treated: Option<f64>, first: (f64, f64), second: (f64, f64)| {
        let mut story = story();
        if let Some(treated) = treated {
            story.at(1, "00:00").value("blood-pressure-treated", treated).send();
        }
        story.at(1, "08:00").value("systolic", first.0).value("diastolic", first.1).send();
        story.at(3, "08:00").value("systolic", second.0).value("diastolic", second.1).send()
    };
    let own = |outcome: &Outcome| outcome.severity("treated-target");
    assert_eq!(own(&mean(Some(1.0), (134.0, 80.0), (135.0, 80.0))), Some(Green), "134.5");
    assert_eq!(own(&mean(Some(1.0), (134.98, 80.0), (135.0, 80.0))), Some(Green), "134.99");
    assert_eq!(own(&mean(Some(1.0), (120.0, 84.98), (120.0, 85.0))), Some(Green), "84.99");
    assert_eq!(own(&mean(Some(1.0), (134.0, 80.0), (136.0, 80.0))), Some(Yellow), "135");
    assert_eq!(own(&mean(Some(1.0), (135.0, 80.0), (136.0, 80.0))), Some(Yellow));
    assert_eq!(own(&mean(Some(1.0), (120.0, 84.0), (120.0, 85.0))), Some(Green), "84.5");
    assert_eq!(own(&mean(Some(1.0), (120.0, 84.0), (120.0, 86.0))), Some(Yellow), "85");
    for treated in [None, Some(0.0)] {
        let outcome = mean(treated, (150.0, 95.0), (150.0, 95.0));
        assert!(matches!(outcome.reason("treated-target"), Some(Reason::NotApplicable(_))));
    }
}

#[test]
fn protein_counts_from_20_weeks() {
    let own = |mut story: Story<Component>, protein: f64| {
        story.at(1, "08:00").value("urine-protein", protein).send()
    };
    for (protein, expected) in
        [(0.0, Green), (0.5, Green), (1.0, Yellow), (2.0, Yellow), (4.0, Yellow)]
    {
        let outcome = own(at(20.0, 0.0), protein);
        assert_eq!(outcome.severity("protein"), Some(expected), "{protein}");
        assert_eq!(outcome.message("protein", "en").contains("strong"), protein >= 2.0);
    }
    assert!(matches!(own(at(19.0, 6.0), 2.0).reason("protein"), Some(Reason::NotApplicable(_))));
    assert!(matches!(own(story(), 2.0).reason("protein"), Some(Reason::NotEnoughData(_))));
}

#[test]
fn a_symptom_is_yellow_and_red_with_high_pressure() {
    for (systolic, diastolic, expected) in [
        (None, None, Yellow),
        (Some(139.99), Some(89.99), Yellow),
        (Some(140.0), Some(80.0), Red),
        (Some(120.0), Some(90.0), Red),
    ] {
        let mut story = story();
        let mut sending = story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("sight", 1.0)]);
        if let (Some(systolic), Some(diastolic)) = (systolic, diastolic) {
            sending = sending.value("systolic", systolic).value("diastolic", diastolic);
        }
        assert_eq!(sending.send().severity("symptoms"), Some(expected), "{systolic:?}");
    }
}

fn movement(story: &mut Story<Component>, answer: f64) -> Option<Severity> {
    let sending = story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("movement", answer)]);
    sending.send().severity("fetal-movement")
}

#[test]
fn less_movement_is_judged_by_the_week() {
    for (weeks, days, less, none) in [
        (23.0, 6.0, Green, Green),
        (24.0, 0.0, Yellow, Yellow),
        (24.0, 1.0, Yellow, Yellow),
        (27.0, 6.0, Yellow, Yellow),
        (28.0, 0.0, Red, Red),
        (28.0, 1.0, Red, Red),
        (40.0, 0.0, Red, Red),
    ] {
        assert_eq!(movement(&mut at(weeks, days), 0.0), Some(Green), "{weeks}+{days} as usual");
        assert_eq!(movement(&mut at(weeks, days), 1.0), Some(less), "{weeks}+{days} less");
        assert_eq!(movement(&mut at(weeks, days), 2.0), Some(none), "{weeks}+{days} none");
    }
    assert_eq!(movement(&mut story(), 1.0), Some(Yellow), "age unknown is not taken for early");
    assert_eq!(movement(&mut story(), 0.0), Some(Green));
}

#[test]
fn an_ultrasound_due_date_goes_before_the_last_period() {
    let mut story = at(28.0, 0.0);
    story.at(1, "00:00").value("last-period", START - 20.0 * 7.0 * DAY).send();
    assert_eq!(movement(&mut story, 1.0), Some(Red));
    let mut story = self::story();
    story.at(1, "00:00").value("last-period", START - 28.0 * 7.0 * DAY).send();
    assert_eq!(movement(&mut story, 1.0), Some(Red), "28+0 by the last period");
}

#[test]
fn gestational_age_is_counted_in_calendar_days() {
    // Across a month's end, a leap day, and both changes of the clock: the day of the story on which
    // it becomes 28+0, in the first and the last minute of it.
    for (start, last_period) in [
        ("2026-01-20", "2025-08-01"),
        ("2024-02-20", "2023-08-20"),
        ("2026-03-20", "2025-09-12"),
        ("2026-10-15", "2026-04-15"),
    ] {
        let day = |date: &str| {
            let date: jiff::civil::Date = date.parse().unwrap();
            i64::from((date - jiff::civil::date(1970, 1, 1)).get_days())
        };
        let turning = day(last_period) + 28 * 7 - day(start) + 1;
        let turning = u32::try_from(turning).unwrap();
        assert!((1..40).contains(&turning), "{start}: day {turning}");
        for (day_of_story, time, expected) in
            [(turning - 1, "23:59", Yellow), (turning, "00:00", Red), (turning, "23:59", Red)]
        {
            let mut story = Story::<Component>::starting(start);
            story.at(1, "00:00").value("last-period", day(last_period) as f64 * DAY).send();
            let sending =
                story.at(day_of_story, time).answers_all(SYMPTOMS, 0.0, &[("movement", 1.0)]);
            let outcome = sending.send();
            assert_eq!(
                outcome.severity("fetal-movement"),
                Some(expected),
                "{start}, day {day_of_story} {time}"
            );
        }
    }
}

#[test]
fn every_danger_sign_is_red() {
    for item in ["bleeding", "convulsion", "waters", "fever"] {
        let outcome =
            story().at(1, "08:00").answers_all("danger-signs", 0.0, &[(item, 1.0)]).send();
        assert_eq!(outcome.severity("danger-signs"), Some(Red), "{item}");
    }
    let none = story().at(1, "08:00").answers_all("danger-signs", 0.0, &[]).send();
    assert_eq!(none.severity("danger-signs"), Some(Green));
}

#[test]
fn glucose_has_its_limit_before_and_after_meals() {
    const BEFORE: f64 = 1.0;
    const AFTER: f64 = 4.0;
    let twice = |value: f64, moment: f64| {
        let mut story = story();
        story.at(1, "07:00").value("glucose", value).value("glucose-moment", moment).send();
        story
            .at(2, "07:00")
            .value("glucose", value)
            .value("glucose-moment", moment)
            .send()
            .severity("glucose-high")
    };
    assert_eq!(twice(5.4, BEFORE), Some(Green));
    assert_eq!(twice(5.5, BEFORE), Some(Green));
    assert_eq!(twice(5.51, BEFORE), Some(Yellow));
    assert_eq!(twice(5.6, BEFORE), Some(Yellow));
    assert_eq!(twice(6.9, AFTER), Some(Green));
    assert_eq!(twice(7.0, AFTER), Some(Green));
    assert_eq!(twice(7.01, AFTER), Some(Yellow));
    assert_eq!(twice(7.1, AFTER), Some(Yellow));
    assert_eq!(twice(9.0, 7.0), None, "at bedtime there is no limit to compare with");

    let mut story = story();
    let once = story.at(1, "07:00").value("glucose", 6.0).value("glucose-moment", BEFORE).send();
    assert_eq!(once.severity("glucose-high"), Some(Green), "once is not twice");
    let mixed = story.at(1, "14:00").value("glucose", 8.0).value("glucose-moment", AFTER).send();
    assert_eq!(mixed.severity("glucose-high"), Some(Yellow));
    let kept = story.at(8, "14:00").value("glucose", 7.0).value("glucose-moment", AFTER).send();
    assert_eq!(kept.severity("glucose-high"), Some(Green), "the first is older than seven days");
    let forgotten =
        story.at(8, "14:01").value("glucose", 8.0).value("glucose-moment", AFTER).send();
    assert_eq!(forgotten.severity("glucose-high"), Some(Green), "seven days and a minute later");
}

#[test]
fn low_glucose_is_as_in_diabetes() {
    for (value, expected) in [(2.9, Red), (3.0, Yellow), (3.8, Yellow), (3.9, Green), (4.0, Green)]
    {
        let outcome = story().at(1, "08:00").value("glucose", value).send();
        assert_eq!(outcome.severity("glucose-low"), Some(expected), "{value}");
    }
}

#[test]
fn very_low_glucose_tells_her_to_call_and_needing_help_is_red_whatever_the_number() {
    let advice = |value: f64| {
        let outcome = story().at(1, "08:00").value("glucose", value).send();
        let advice = outcome.assessment().advice.first().unwrap().clone();
        advice.message.iter().find(|(tag, _)| tag == "en").unwrap().1.clone()
    };
    assert!(!advice(3.5).contains("labour ward") && advice(2.9).contains("labour ward"));
    for (answer, expected) in [(0.0, Green), (1.0, Red)] {
        let mut story = story();
        let sending = story.at(1, "08:00").value("glucose", 6.0);
        let outcome = sending.answers("low-glucose", &[("needed-help", answer)]).send();
        assert_eq!(outcome.severity("needed-help"), Some(expected));
        assert_eq!(outcome.severity("glucose-low"), Some(Green));
    }
}

#[test]
fn a_date_that_cannot_be_right_is_as_good_as_none() {
    // A due date mistyped by a year, before the beginning or after the end of any pregnancy.
    for (weeks, days, known) in [
        (-1.0, 6.0, false),
        (0.0, 0.0, true),
        (44.0, 6.0, true),
        (45.0, 0.0, true),
        (45.0, 1.0, false),
        (34.0 - 52.0, 0.0, false),
        (34.0 + 52.0, 0.0, false),
    ] {
        let mut story = at(weeks, days);
        let outcome = story.at(1, "08:00").value("urine-protein", 2.0).send();
        let unknown = matches!(outcome.reason("protein"), Some(Reason::NotEnoughData(_)));
        assert_eq!(unknown, !known, "{weeks}+{days}");
        let expected = match (known, weeks < 24.0) {
            (false, _) => Yellow,
            (true, true) => Green,
            (true, false) => Red,
        };
        assert_eq!(movement(&mut story, 1.0), Some(expected), "{weeks}+{days}");
    }
    let mut story = story();
    story.at(1, "00:00").value("last-period", START + 1.0 * DAY).send();
    assert_eq!(movement(&mut story, 1.0), Some(Yellow), "a last period tomorrow");
}

#[test]
fn every_day_of_a_pregnancy_is_counted_by_either_date() {
    // From the first to the last day, over a leap day and both changes of the clock.
    let start: jiff::civil::Date = "2023-10-01".parse().unwrap();
    let day = |date: jiff::civil::Date| {
        f64::from((date - jiff::civil::date(1970, 1, 1)).get_days()) * DAY
    };
    let due = start.checked_add(jiff::Span::new().days(280)).unwrap();
    assert_eq!(due.to_string(), "2024-07-07");
    for (field, date) in [("last-period", start), ("due-date", due)] {
        let mut story = Story::<Component>::starting("2023-10-01");
        story.at(1, "00:00").value(field, day(date)).send();
        for passed in 0..=300_u32 {
            for time in ["00:00", "02:30", "23:59"] {
                let outcome = story.at(passed + 1, time).value("urine-protein", 1.0).send();
                let derived = outcome.assessment().derived.first().map(|own| own.value);
                let expected = (passed >= 140).then_some(f64::from(passed));
                assert_eq!(derived, expected, "{field}, day {passed} at {time}");
                if passed >= 140 {
                    let age = format!("{}+{}", passed / 7, passed % 7);
                    assert!(outcome.message("protein", "en").contains(&age), "{age}");
                }
            }
        }
    }
}

#[test]
fn every_limit_can_be_another_for_one_woman() {
    let limits = [
        ("severe-systolic", 155.0),
        ("severe-diastolic", 105.0),
        ("high-systolic", 135.0),
        ("high-diastolic", 85.0),
        ("treated-systolic", 130.0),
        ("treated-diastolic", 80.0),
        ("protein-raised", 2.0),
        ("protein-strong", 3.0),
        ("glucose-before-meal", 5.0),
        ("glucose-after-meal", 6.5),
        ("glucose-high-count", 3.0),
        ("glucose-low", 4.2),
        ("glucose-very-low", 3.2),
        ("early-until", 147.0),
        ("movement-from", 161.0),
        ("movement-red-from", 189.0),
    ];
    let own = || limits.iter().fold(story(), |story, (id, value)| story.limit(id, *value));
    let at = |weeks: f64, days: f64| {
        let mut story = own();
        story.at(1, "00:00").value("due-date", START + (280.0 - weeks * 7.0 - days) * DAY).send();
        story
    };
    for (systolic, diastolic, severe, high) in [
        (134.0, 84.0, Green, Green),
        (135.0, 84.0, Green, Yellow),
        (134.0, 85.0, Green, Yellow),
        (154.0, 104.0, Green, Yellow),
        (155.0, 84.0, Red, Yellow),
        (134.0, 105.0, Red, Yellow),
    ] {
        let outcome = pressure(&mut own(), systolic, diastolic);
        assert_eq!(
            outcome.severity("severe-blood-pressure"),
            Some(severe),
            "{systolic}/{diastolic}"
        );
        assert_eq!(outcome.severity("high-blood-pressure"), Some(high), "{systolic}/{diastolic}");
        let mut story = own();
        story.at(1, "07:00").answers_all(SYMPTOMS, 0.0, &[("sight", 1.0)]).send();
        let with = pressure(&mut story, systolic, diastolic).severity("symptoms");
        assert_eq!(with, Some(if high == Green { Yellow } else { Red }), "{systolic}/{diastolic}");
    }
    for (protein, expected, together) in
        [(1.0, Green, Yellow), (2.0, Yellow, Yellow), (3.0, Yellow, Red)]
    {
        let mut story = at(21.0, 0.0);
        let outcome = story.at(1, "07:00").value("urine-protein", protein).send();
        assert_eq!(outcome.severity("protein"), Some(expected), "{protein}");
        let outcome = pressure(&mut story, 136.0, 80.0);
        assert_eq!(outcome.severity("high-blood-pressure"), Some(together), "{protein}");
    }
    let protein = |mut story: Story<Component>| {
        story.at(1, "07:00").value("urine-protein", 2.0).send().severity("protein")
    };
    assert_eq!((protein(at(20.0, 6.0)), protein(at(21.0, 0.0))), (None, Some(Yellow)));
    let early = pressure(&mut at(20.0, 6.0), 136.0, 80.0);
    assert!(early.message("high-blood-pressure", "en").contains("Before 21+0"));
    for (weeks, days, expected) in
        [(22.0, 6.0, Green), (23.0, 0.0, Yellow), (26.0, 6.0, Yellow), (27.0, 0.0, Red)]
    {
        assert_eq!(movement(&mut at(weeks, days), 1.0), Some(expected), "{weeks}+{days}");
    }
    let mean = |systolic: f64, diastolic: f64| {
        let mut story = own();
        story.at(1, "00:00").value("blood-pressure-treated", 1.0).send();
        pressure(&mut story, systolic, diastolic);
        let sending = story.at(2, "08:00").value("systolic", systolic);
        sending.value("diastolic", diastolic).send().severity("treated-target")
    };
    assert_eq!(mean(129.0, 79.0), Some(Green));
    assert_eq!(mean(130.0, 79.0), Some(Yellow));
    assert_eq!(mean(129.0, 80.0), Some(Yellow));
    for (value, expected) in [(3.1, Red), (3.2, Yellow), (4.1, Yellow), (4.2, Green)] {
        let outcome = own().at(1, "08:00").value("glucose", value).send();
        assert_eq!(outcome.severity("glucose-low"), Some(expected), "{value}");
    }
    let mut story = own();
    for (day, value, moment, expected) in [
        (1, 5.1, 1.0, Green),
        (2, 6.6, 4.0, Green),
        (3, 6.5, 4.0, Green),
        (4, 5.0, 1.0, Green),
        (5, 5.1, 3.0, Yellow),
    ] {
        let sending = story.at(day, "08:00").value("glucose", value);
        let outcome = sending.value("glucose-moment", moment).send();
        assert_eq!(outcome.severity("glucose-high"), Some(expected), "day {day}");
    }
}

#[test]
fn every_meal_has_its_limit() {
    for (moment, limit) in [(1.0, 5.5), (3.0, 5.5), (5.0, 5.5), (2.0, 7.0), (4.0, 7.0), (6.0, 7.0)]
    {
        for (value, expected) in [(limit - 0.1, Green), (limit, Green), (limit + 0.1, Yellow)] {
            let mut story = story();
            let mut last = None;
            for day in 1..=2 {
                let sending = story.at(day, "08:00").value("glucose", value);
                last = Some(sending.value("glucose-moment", moment).send());
            }
            let severity = last.unwrap().severity("glucose-high");
            assert_eq!(severity, Some(expected), "{value} at moment {moment}");
        }
    }
    for moment in [7.0, 8.0, 9.0] {
        let mut story = story();
        let sending = story.at(1, "22:00").value("glucose", 12.0);
        let outcome = sending.value("glucose-moment", moment).send();
        assert_eq!(outcome.severity("glucose-high"), None, "no limit at moment {moment}");
    }
    let mut story = story();
    story.at(1, "07:00").value("glucose-moment", 1.0).send();
    let outcome = story.at(1, "08:00").value("glucose", 9.0).send();
    assert_eq!(outcome.severity("glucose-high"), None, "said of another measurement");
}

#[test]
fn symptoms_protein_and_pressure_belong_together_for_24_hours() {
    let pressure = |story: &mut Story<Component>, day: u32, time: &str| {
        story.at(day, time).value("systolic", 142.0).value("diastolic", 80.0).send()
    };
    for (time, expected) in [("08:00", Red), ("08:01", Yellow)] {
        for item in ["headache", "sight", "pain-under-ribs", "vomiting", "sudden-swelling"] {
            let sign = [(item, 1.0)];
            let mut story = story();
            story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &sign).send();
            let outcome = pressure(&mut story, 2, time);
            assert_eq!(outcome.severity("high-blood-pressure"), Some(expected), "{item}, {time}");
            let known = (expected == Red).then_some(Red);
            assert_eq!(outcome.severity("symptoms"), known, "{item} told before, {time}");
            let mut story = self::story();
            pressure(&mut story, 1, "08:00");
            let outcome = story.at(2, time).answers_all(SYMPTOMS, 0.0, &sign).send();
            assert_eq!(outcome.severity("symptoms"), Some(expected), "{item} told after, {time}");
            assert_eq!(outcome.severity("high-blood-pressure"), known, "{item} told after, {time}");
        }
        let mut story = story();
        story.at(1, "08:00").value("urine-protein", 2.0).send();
        let outcome = pressure(&mut story, 2, time);
        assert_eq!(outcome.severity("high-blood-pressure"), Some(expected), "protein, {time}");
        let mut story = self::story();
        story.at(1, "08:00").value("systolic", 120.0).value("diastolic", 95.0).send();
        let outcome = story.at(2, time).value("systolic", 120.0).send();
        let known = (expected == Red).then_some(Yellow);
        assert_eq!(outcome.severity("high-blood-pressure"), known, "the low number alone, {time}");
    }
}

#[test]
fn the_mean_under_treatment_is_over_seven_days_and_two_readings() {
    let run = |second: (u32, &str)| {
        let mut story = story();
        story.at(1, "00:00").value("blood-pressure-treated", 1.0).send();
        story.at(1, "08:00").value("systolic", 150.0).value("diastolic", 80.0).send();
        let sending = story.at(second.0, second.1).value("systolic", 130.0);
        sending.value("diastolic", 80.0).send().severity("treated-target")
    };
    assert_eq!(run((8, "08:00")), Some(Yellow));
    assert_eq!(run((8, "08:01")), None, "one reading is left");
}

#[test]
fn what_was_skipped_or_left_open_is_not_normal() {
    let usual = [
        ("systolic", 120.0),
        ("diastolic", 74.0),
        ("urine-protein", 0.0),
        ("glucose", 5.0),
        ("glucose-moment", 1.0),
        ("weight", 70.0),
        ("due-date", START + 80.0 * DAY),
        ("last-period", START - 200.0 * DAY),
        ("blood-pressure-treated", 0.0),
    ];
    // A pressure that is not high needs neither protein nor gestational age to be calm; an ultrasound date
    // needs no last period beside it, and the last period serves where that date was skipped.
    let only_sharpens = [
        ("high-blood-pressure", "urine-protein"),
        ("high-blood-pressure", "due-date"),
        ("high-blood-pressure", "last-period"),
        ("protein", "due-date"),
        ("protein", "last-period"),
        ("glucose-high", "glucose-moment"),
    ];
    skipped_is_never_green::<Component>(&usual, &only_sharpens);
    open_answers_are_never_green::<Component>();
}

#[test]
fn a_convulsion_is_for_the_ambulance_and_the_other_danger_signs_for_the_labour_ward() {
    use gtp_sdk::contract::assess::Urgency;
    for (signs, expected) in [
        (&[("bleeding", 1.0)][..], Urgency::Now),
        (&[("waters", 1.0)], Urgency::Now),
        (&[("fever", 1.0)], Urgency::Now),
        (&[("convulsion", 1.0)], Urgency::Emergency),
        (&[("convulsion", 1.0), ("bleeding", 1.0)], Urgency::Emergency),
    ] {
        let outcome = story().at(1, "08:00").answers_all("danger-signs", 0.0, signs).send();
        let advice: Vec<&Urgency> =
            outcome.assessment().advice.iter().map(|own| &own.urgency).collect();
        assert_eq!(advice, [&expected], "{signs:?}");
    }
}

#[test]
fn it_is_said_whether_she_feels_less_or_nothing() {
    for (answer, words) in [(1.0, "Feels less"), (2.0, "Feels no movement")] {
        let mut story = at(26.0, 3.0);
        let sending = story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("movement", answer)]);
        let outcome = sending.send();
        let message = outcome.message("fetal-movement", "en");
        assert!(message.starts_with(words) && message.contains("26+3"), "{message}");
    }
}

#[test]
fn high_glucose_is_remembered_for_seven_days() {
    for (time, expected) in [("07:00", Yellow), ("07:01", Green)] {
        let mut story = story();
        story.at(1, "07:00").value("glucose", 6.0).value("glucose-moment", 1.0).send();
        let sending = story.at(8, time).value("glucose", 6.0).value("glucose-moment", 1.0);
        assert_eq!(sending.send().severity("glucose-high"), Some(expected), "{time}");
    }
}

#[test]
fn a_pressure_with_a_new_date_of_the_pregnancy_is_judged_for_24_hours() {
    for (time, expected) in [("08:00", Some(Yellow)), ("08:01", None)] {
        let mut story = story();
        let sending = story.at(1, "08:00").value("systolic", 145.0).value("diastolic", 80.0);
        sending.value("urine-protein", 1.0).send();
        let due = START + 80.0 * DAY;
        let outcome = story.at(2, time).value("due-date", due).send();
        assert_eq!(outcome.severity("high-blood-pressure"), expected, "{time}");
        assert_eq!(outcome.severity("protein"), expected, "{time}");
        let mut story = self::story();
        story.at(1, "08:00").answers_all(SYMPTOMS, 0.0, &[("movement", 1.0)]).send();
        let outcome = story.at(2, time).value("due-date", due).send();
        let known = expected.map(|_| Red);
        assert_eq!(outcome.severity("fetal-movement"), known, "{time}: 28+5");
    }
}
