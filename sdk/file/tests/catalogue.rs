//! What comes with the kit: complete, coded, scored as published, and meaning the same everywhere.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use gtp_contract::questionnaires::{Item, ItemKind, Method, Questionnaire};
use gtp_contract::types::{Kind, Severity};
use gtp_programme_file::{File, ProgrammeFile, parse, read, standard_ids};
use std::collections::BTreeMap;
use std::path::Path;

/// A programme that takes everything there is.
fn everything() -> ProgrammeFile {
    let mut text = String::from(
        "[about]\nid = \"all\"\nversion = \"1.0.0\"\nlanguages = [\"da\", \"en\"]\ntitle = \"t\"\nsummary = \"s\"\npublisher = \
         \"p\"\nlicence = \"MIT\"\nlooked-at = \"l\"\nmeanwhile = \"m\"\n[card]\nstatus = \"project\"\ncontact = \
         \"c\"\nevaluation = \"e\"\n",
    );
    for list in ["fields", "groups", "questionnaires"] {
        let ids = standard_ids(list);
        assert!(!ids.is_empty(), "{list}");
        for id in ids {
            text.push_str(&format!("[[{list}]]\nstandard = \"{id}\"\n"));
        }
    }
    parse(&File { name: "programme.toml".into(), text }, &[])
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn questionnaire(id: &str) -> Questionnaire {
    everything().questionnaires.into_iter().find(|own| own.id == id).unwrap()
}

fn choices(item: &Item) -> Vec<f64> {
    match &item.kind {
        ItemKind::Question(Kind::Choice(choices)) => {
            choices.iter().map(|choice| choice.value).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_standard_field_has_a_code_or_is_ours_and_help_for_whoever_enters_it() {
    for field in everything().fields {
        let ours =
            ["supplemental-oxygen", "consciousness", "glucose-moment"].contains(&field.id.as_str());
        assert!(ours || !field.codings.is_empty(), "{}", field.id);
        if let Kind::Quantity(quantity) = &field.kind {
            assert!(
                quantity.reject.low.is_some() && quantity.reject.high.is_some(),
                "{}",
                field.id
            );
        }
    }
}

#[test]
fn every_shared_questionnaire_says_on_what_terms() {
    for own in everything().questionnaires {
        assert!(!own.licence.is_empty() && !own.attribution.is_empty(), "{}", own.id);
        assert!(
            own.items.iter().all(|item| item.required),
            "{}: one open answer means no score",
            own.id
        );
    }
    assert!(questionnaire("who-5").licence.contains("NC"));
}

#[test]
fn scores_are_those_of_the_publications() {
    for (id, items, answers, method, bands) in [
        (
            "phq-9",
            9,
            4,
            Method::Sum,
            vec![(0.0, 4.0), (5.0, 9.0), (10.0, 14.0), (15.0, 19.0), (20.0, 27.0)],
        ),
        ("phq-2", 2, 4, Method::Sum, vec![(0.0, 2.0), (3.0, 6.0)]),
        ("gad-7", 7, 4, Method::Sum, vec![(0.0, 4.0), (5.0, 9.0), (10.0, 14.0), (15.0, 21.0)]),
        ("who-5", 5, 6, Method::SumTimes(4.0), vec![(0.0, 35.0), (36.0, 50.0), (51.0, 100.0)]),
    ] {
        let own = questionnaire(id);
        assert_eq!(own.items.len(), items, "{id}");
        for item in &own.items {
            let mut values = choices(item);
            values.sort_by(f64::total_cmp);
            let expected: Vec<f64> = (0..answers).map(f64::from).collect();
            assert_eq!(values, expected, "{id}/{}", item.id);
        }
        let score = own.scores.first().unwrap();
        assert_eq!((score.items.len(), &score.method), (items, &method), "{id}");
        let own_bands: Vec<(f64, f64)> =
            score.bands.iter().map(|band| (band.low, band.high)).collect();
        assert_eq!(own_bands, bands, "{id}");
    }
    let ninth = questionnaire("phq-9").items.last().unwrap().id.clone();
    assert_eq!(ninth, "better-off-dead", "the item that is red whatever the total");
    let top = questionnaire("phq-9").scores.first().unwrap().bands.last().unwrap().severity;
    assert_eq!(top, Some(Severity::Red));
    assert_eq!(choices(questionnaire("mmrc").items.first().unwrap()), [0.0, 1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn programmes_agree_on_every_field_that_they_share() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut known: BTreeMap<String, (String, Kind)> = BTreeMap::new();
    let mut shared = 0;
    for programme in ["heart", "copd", "diabetes", "pregnancy"] {
        let path = root.join("programmes").join(programme).join("programme.toml");
        let (file, _) = read(&path).unwrap_or_else(|problems| panic!("{problems}"));
        for field in file.fields {
            match known.get(&field.id) {
                None => {
                    known.insert(field.id, (programme.to_owned(), field.kind));
                }
                Some((other, kind)) => {
                    assert_eq!(*kind, field.kind, "`{}` in {other} and {programme}", field.id);
                    shared += 1;
                }
            }
        }
    }
    assert!(shared >= 5, "weight, pulse, blood pressure and glucose are shared: {shared}");
}
