//! What a made-up cohort must hold, whatever its seed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use gtp_cohort::{Settings, of_citizen, person, submissions};
use gtp_programme_file::ProgrammeFile;
use std::collections::BTreeMap;
use std::path::Path;

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
            "sit-to-stand" => (0.0, 60.0),
            other => panic!("{other}"),
        };
        assert!((low..=high).contains(&value), "{} {value}", own.field);
    }
}

fn programme(name: &str) -> ProgrammeFile {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes");
    let (file, _) = gtp_programme_file::read(&root.join(name).join("programme.toml"))
        .unwrap_or_else(|problems| panic!("{problems}"));
    file
}

#[test]
fn what_is_sent_is_what_the_programmes_ask_for() {
    let names = ["heart", "copd", "diabetes", "pregnancy"];
    let programmes: BTreeMap<&str, ProgrammeFile> =
        names.into_iter().map(|name| (name, programme(name))).collect();
    for sent in submissions(&settings()) {
        let enrolled = || sent.programmes.iter().map(|name| &programmes[name]);
        for own in &sent.body.observations {
            let known =
                enrolled().any(|file| file.fields.iter().any(|field| field.id == own.field));
            assert!(known, "{} in {:?}", own.field, sent.programmes);
        }
        for own in &sent.body.responses {
            assert!(sent.programmes.contains(&own.programme));
            let all = &programmes[own.programme].questionnaires;
            let asked = all.iter().find(|asked| asked.id == own.questionnaire).unwrap();
            let mut items: Vec<&str> = asked.items.iter().map(|item| item.id.as_str()).collect();
            let mut answered: Vec<&str> = own.answers.keys().map(String::as_str).collect();
            items.sort_unstable();
            answered.sort_unstable();
            assert_eq!(items, answered, "every question of {} is answered", own.questionnaire);
        }
    }
}

#[test]
fn weight_and_pulse_are_sent_once_by_those_in_two_programmes() {
    let both = submissions(&settings()).into_iter().filter(|own| own.programmes.len() == 2);
    let mut count = 0;
    for sent in both {
        count += 1;
        for field in ["weight", "pulse", "spo2", "systolic"] {
            let times = sent.body.observations.iter().filter(|own| own.field == field).count();
            assert_eq!(times, 1, "{field}");
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_failing_heart_gains_weight_and_a_flare_up_lowers_the_saturation() {
    use gtp_cohort::Episode;
    let settings = settings();
    let mut found = [0, 0];
    for citizen in 0..settings.citizens {
        let person = person(&settings, citizen);
        let sent = of_citizen(&settings, citizen);
        let on = |day: u32, field: &str| {
            let key = format!("cohort-{}-{citizen}-{day}", settings.seed);
            let own = sent.iter().find(|own| own.key == key)?;
            own.body.observations.iter().find(|own| own.field == field)?.value.as_ref()?.as_f64()
        };
        for (episode, began) in &person.episodes {
            let (field, after, change, index) = match episode {
                Episode::Decompensation => ("weight", 7, 1.5, 0),
                Episode::Exacerbation => ("spo2", 5, -1.0, 1),
                _ => continue,
            };
            if let (Some(first), Some(later)) = (on(*began, field), on(began + after, field)) {
                let moved = later - first;
                assert!(moved / change >= 1.0, "citizen {citizen}: {field} by {moved}");
                found[index] += 1;
            }
        }
    }
    assert!(found[0] > 10 && found[1] > 5, "{found:?}");
}
