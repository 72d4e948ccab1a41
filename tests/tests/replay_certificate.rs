//! Every assessment can be made again: its case is cut from the events before it, byte for byte, and the component
//! that judged it then says the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod replay_support;

use gtp_care::replaying::{needed, rebuild};
use gtp_care::{NewLimit, Once};
use gtp_model::{DAY, HOUR, MINUTE, Relative, Time};
use gtp_record::event::Event;
use gtp_replay::compare::{Question, compare};
use gtp_replay::{Rerun, rerun};
use gtp_tests::component;
use replay_support::{BEGIN, World, calendar, nurse, only, value};
use serde_json::json;
use std::sync::atomic::AtomicBool;

/// Checks every assessment of everybody, and gives how many there were.
fn all_again(world: &World) -> usize {
    let mut count = 0;
    for citizen in world.citizens() {
        let events = world.events(citizen);
        for event in &events {
            let Event::AssessmentMade(made) = &event.event else { continue };
            let loaded = world.runtime.earlier(made.component.digest).unwrap();
            let programme = &loaded.definition;
            let rebuilt = rebuild(&events, event, programme, &calendar()).unwrap();
            assert_eq!(rebuilt.fingerprint, made.case, "{:#?} {:#?}", made.rules, rebuilt.case);
            assert_eq!(rebuilt.limits, made.limits, "the limits that applied then");
            assert!(rebuilt.faults.is_empty(), "{:?}", rebuilt.faults);
            assert_eq!(
                (made.zone.as_str(), made.component.contract.is_empty()),
                ("Europe/Copenhagen", false)
            );
            let again = rerun(&loaded, &made.rules, &rebuilt.case, &made.output, made.fuel);
            assert_eq!(again, Rerun::Identical, "event {}", event.number);

            // Only the events that are named as needed give the same.
            let numbers = needed(&events, event, programme, &rebuilt).unwrap();
            let few: Vec<_> =
                events.iter().filter(|own| numbers.contains(&own.number)).cloned().collect();
            let from_few = rebuild(&few, event, programme, &calendar()).unwrap();
            assert_eq!(from_few.fingerprint, made.case, "from {numbers:?}");
            assert!(from_few.faults.is_empty(), "{:?}", from_few.faults);
            count += 1;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn late_corrected_derived_and_skipped_data_over_the_change_of_the_clock() {
    let world = World::new(&[&component("heart"), &component("copd")]).await;
    let citizen = world.admit("070761-0001", &["heart", "copd"]).await;
    let other = world.admit("080862-0002", &["heart"]).await;
    for day in 0..30 {
        let at = BEGIN.plus(day * DAY);
        let kg = 80.0 + (day % 5) as f64 * 0.7;
        world.submit(at.plus(MINUTE), citizen, only(value("weight", kg, "kg", at))).await;
        if day % 4 == 0 {
            let spo2 = value("spo2", 88 + day % 7, "%", at.plus(2 * MINUTE));
            world.submit(at.plus(3 * MINUTE), citizen, only(spo2)).await;
        }
        if day > 6 && day % 6 == 1 {
            // What was measured three days ago comes today, between values that were judged already.
            let late = value("weight", 79.1, "kg", at.plus(-3 * DAY + HOUR));
            world.submit(at.plus(HOUR), citizen, only(late)).await;
        }
        if day % 7 == 2 {
            let stored = world.newest(citizen, "weight");
            let mut corrected = value("weight", kg + 3.0, "kg", stored.measured);
            corrected["corrects"] = json!(stored.id.to_string());
            corrected["reason"] = json!("Tastefejl");
            world.submit(at.plus(2 * HOUR), citizen, only(corrected)).await;
        }
        if day % 5 == 3 {
            let skipped = json!({ "field": "weight", "skipped": "Vægten er i stykker", "measured": gtp_care::calendar::rfc3339(at.plus(5 * HOUR)) });
            world.submit(at.plus(6 * HOUR), citizen, only(skipped)).await;
        }
        if day % 10 == 4 {
            let mmrc = json!({ "responses": [{
                "programme": "copd", "questionnaire": "mmrc",
                "answers": { "grade": format!("grade-{}", day / 10 + 1) },
                "answered": gtp_care::calendar::rfc3339(at.plus(7 * HOUR)),
            }] });
            world.submit(at.plus(8 * HOUR), citizen, mmrc).await;
        }
        world
            .submit(at.plus(9 * HOUR), other, only(value("weight", 70.0, "kg", at.plus(8 * HOUR))))
            .await;
    }
    let judged = all_again(&world);
    assert!(judged > 80, "{judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_whose_layers_changed_since_and_a_baseline_that_was_another_then() {
    let world = World::new(&[&component("heart")]).await;
    let citizen = world.admit("070761-0001", &["heart"]).await;
    let nurse = nurse();
    let pressure = |day: i64, value: i64| {
        let at = BEGIN.plus(day * DAY);
        let systolic = replay_support::value("systolic", value, "mm[Hg]", at);
        let diastolic = replay_support::value("diastolic", 60, "mm[Hg]", at);
        (at.plus(MINUTE), json!({ "observations": [systolic, diastolic] }))
    };
    let send = async |day, value| {
        let (at, body) = pressure(day, value);
        world.submit(at, citizen, body).await;
    };
    let set = async |value: Option<f64>, relative: Option<f64>, until: Option<i64>| {
        let relative =
            relative.map(|offset| Relative { field: "systolic".parse().unwrap(), offset });
        let until = until.map(|day| BEGIN.plus(day * DAY));
        let new = NewLimit { value, relative, reason: "Aftalt".to_owned(), until };
        world.limit(citizen, "heart", "systolic-low", new).await;
    };
    send(0, 95).await;
    let unit = NewLimit { value: Some(85.0), reason: "Teamet".to_owned(), ..NewLimit::default() };
    let (home, heart) = ("home-care".parse().unwrap(), "heart".parse().unwrap());
    let limit = "systolic-low".parse().unwrap();
    world
        .care
        .set_unit_limit(&nurse, &home, &heart, &limit, unit, Once::under(None))
        .await
        .unwrap();
    send(1, 84).await;
    set(Some(80.0), None, None).await;
    send(2, 84).await;
    set(Some(78.0), None, Some(4)).await;
    send(3, 79).await;
    send(5, 79).await;
    let baseline = async |value: f64| {
        let field = "systolic".parse().unwrap();
        let once = Once::under(None);
        world.care.set_baseline(&nurse, citizen, &field, Some(value), "Målt", once).await.unwrap();
    };
    baseline(100.0).await;
    set(None, Some(-15.0), None).await;
    send(6, 84).await;
    baseline(97.0).await;
    send(7, 84).await;
    set(None, None, None).await;
    send(8, 84).await;
    assert!(all_again(&world) >= 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_under_a_replacement_number_counts_from_the_day_it_was_merged() {
    let world = World::new(&[&component("heart"), &component("copd")]).await;
    let old = world.admit("070761-0AA1", &["heart"]).await;
    for day in 0..4 {
        let at = BEGIN.plus(day * DAY);
        world.submit(at.plus(MINUTE), old, only(value("weight", 80 + day, "kg", at))).await;
    }
    let new = world.admit("070761-0001", &["copd"]).await;
    let nurse = nurse();
    let merged =
        world.care.give_cpr_number(&nurse, old, "070761-0001", "Har fået CPR", Once::under(None));
    assert_eq!(merged.await.unwrap().id, new);
    for day in 4..8 {
        let at = BEGIN.plus(day * DAY);
        world.submit(at.plus(MINUTE), new, only(value("weight", 80 + day, "kg", at))).await;
    }
    assert!(all_again(&world) >= 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_assessment_of_the_made_up_cohort_comes_out_the_same() {
    let programmes = ["heart", "copd", "diabetes", "pregnancy"];
    let server = gtp_tests::Place::new(&programmes).serve_with(&["--demo"]);
    let (place, _) = server.stop();
    let world = World::open(place.into_folder());
    let judged = all_again(&world);
    assert!(judged > 200, "{judged}");

    // And every version that serves agrees with itself over all of it, missing checks included.
    let everything = Question::between(Time(0), gtp_tests::now().plus(DAY));
    let mut same = 0;
    for loaded in world.runtime.catalogue().active() {
        let stop = AtomicBool::new(false);
        let both = [&**loaded, &**loaded];
        let state =
            compare(&*world.record, &calendar(), both, &everything, None, &stop, &mut |_, _| {});
        let tally = state.unwrap().report.tally;
        assert!(tally.all.agree() && tally.examples.is_empty(), "{tally:#?}");
        assert_eq!(tally.all.alerts[0], tally.all.alerts[1]);
        assert_eq!(tally.failures, [0, 0]);
        same += tally.all.same;
    }
    assert!(same > 20, "{same}");
}
