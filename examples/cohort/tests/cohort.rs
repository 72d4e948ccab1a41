//! What a made-up cohort must hold, whatever its seed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use gtp_cohort::{Settings, of_citizen, person, submissions};
use std::collections::BTreeMap;

fn settings() -> Settings {
    Settings { citizens: 400, ..Settings::default() }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| {
        serde_json::to_vec(&submissions(&Settings { seed, citizens: 20, ..settings() })).unwrap()
    };
    assert_eq!(bytes(7), bytes(7));
    assert_ne!(bytes(7), bytes(8));
}

#[test]
fn a_larger_cohort_begins_with_the_smaller_one() {
    for citizen in 0..10 {
        let few = of_citizen(&Settings { citizens: 10, ..settings() }, citizen);
        assert_eq!(few, of_citizen(&settings(), citizen));
    }
}

#[test]
fn there_are_episodes_dropouts_gaps_late_and_duplicate_submissions() {
    let settings = settings();
    let people: Vec<_> = (0..settings.citizens).map(|citizen| person(&settings, citizen)).collect();
    let share = |count: usize| count as f64 / people.len() as f64;
    let episodes = share(people.iter().filter(|person| !person.episodes.is_empty()).count());
    assert!((0.15..0.45).contains(&episodes), "{episodes}");
    let stopped = share(people.iter().filter(|person| person.stops.is_some()).count());
    assert!((0.03..0.15).contains(&stopped), "{stopped}");
    for programme in ["heart", "copd", "diabetes", "pregnancy"] {
        let own =
            share(people.iter().filter(|person| person.programmes.contains(&programme)).count());
        assert!(own > 0.08, "{programme}: {own}");
    }

    let sent = submissions(&settings);
    assert!(sent.is_sorted_by_key(|own| own.sent));
    let mut keys: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for own in &sent {
        keys.entry(&own.key).or_default().push(&own.body);
    }
    let twice: Vec<_> = keys.values().filter(|bodies| bodies.len() > 1).collect();
    assert!(
        !twice.is_empty()
            && twice.iter().all(|bodies| bodies.windows(2).all(|two| two[0] == two[1]))
    );
    let late = sent.iter().filter(|own| {
        let measured = own.body.observations.first().map(|own| own.measured);
        measured.is_some_and(|measured| own.sent.duration_since(measured).as_hours() >= 1)
    });
    let late = late.count() as f64 / sent.len() as f64;
    assert!((0.02..0.09).contains(&late), "{late}");
    assert!(keys.len() < (settings.citizens * settings.days) as usize, "there are gaps");
    let skipped =
        sent.iter().flat_map(|own| &own.body.observations).filter(|own| own.skipped.is_some());
    assert!(skipped.count() > 0);
}

#[test]
fn every_value_is_one_that_a_host_would_take() {
    for own in submissions(&settings()).iter().flat_map(|own| &own.body.observations) {
        let Some(value) = own.value.as_ref().and_then(serde_json::Value::as_f64) else { continue };
        let (low, high) = match own.field {
            "weight" => (25.0, 350.0),
            "systolic" => (40.0, 300.0),
            "diastolic" => (20.0, 200.0),
            "pulse" => (20.0, 300.0),
            "spo2" => (50.0, 100.0),
            "glucose" => (0.6, 40.0),
            "ketones" => (0.0, 15.0),
            other => panic!("{other}"),
        };
        assert!((low..=high).contains(&value), "{} {value}", own.field);
    }
}
