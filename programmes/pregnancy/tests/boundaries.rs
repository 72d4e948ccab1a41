//! Every limit of the pregnancy programme: at it, just below it and just above it; and gestational age.
#![allow(clippy::unwrap_used, clippy::panic)]

use gtp_sdk::contract::assess::Reason;
use gtp_sdk::contract::types::Severity::{self, Green, Red, Yellow};
use gtp_sdk::testing::{Outcome, Story};
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
        (159.0, 109.0, Green),
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
        (139.0, 89.0, false),
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
        (Some(139.0), Some(89.0), Yellow),
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
    assert_eq!(twice(5.6, BEFORE), Some(Yellow));
    assert_eq!(twice(6.9, AFTER), Some(Green));
    assert_eq!(twice(7.0, AFTER), Some(Green));
    assert_eq!(twice(7.1, AFTER), Some(Yellow));
    assert_eq!(twice(9.0, 7.0), None, "at bedtime there is no limit to compare with");

    let mut story = story();
    let once = story.at(1, "07:00").value("glucose", 6.0).value("glucose-moment", BEFORE).send();
    assert_eq!(once.severity("glucose-high"), Some(Green), "once is not twice");
    let mixed = story.at(1, "14:00").value("glucose", 8.0).value("glucose-moment", AFTER).send();
    assert_eq!(mixed.severity("glucose-high"), Some(Yellow));
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
