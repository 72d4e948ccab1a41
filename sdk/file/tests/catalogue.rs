//! What comes with the kit: complete, coded, scored as published, and meaning the same everywhere.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use gtp_contract::questionnaires::{Item, ItemKind, Method, Questionnaire};
use gtp_contract::types::{Coding, Kind, Severity};
use gtp_programme_file::{File, ProgrammeFile, parse, read, standard_ids};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A programme that takes everything there is.
fn everything() -> ProgrammeFile {
    let mut text = String::from(
        "[about]\nid = \"all\"\nversion = \"1.0.0\"\nlanguages = [\"da\", \"en\"]\ntitle = \"t\"\nsummary = \"s\"\npublisher = \
         \"p\"\nlicence = \"MIT\"\nlooked-at = \"l\"\nmeanwhile = \"m\"\n[card]\nstatus = \"project\"\ncontact = \
         \"c\"\nevaluation = \"e\"\n",
    );
    for list in ["fields", "groups", "questionnaires", "limits", "rules"] {
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

/// The catalogue of clinical facts: codes, what is refused, what is asked about.
#[test]
fn standard_fields_have_their_published_codes_and_ranges() {
    const LOINC: &str = "http://loinc.org";
    const SNOMED: &str = "http://snomed.info/sct";
    const NPU: &str = "urn:oid:1.2.208.176.2.1";
    const MCS: &str = "urn:oid:1.2.208.184.100.8";
    type Facts<'f> = (&'f str, &'f str, &'f [(&'f str, &'f str)], (f64, f64), Option<(f64, f64)>);
    let facts: [Facts<'_>; 15] = [
        (
            "systolic",
            "mm[Hg]",
            &[(LOINC, "8480-6"), (SNOMED, "271649006"), (MCS, "MCS88019")],
            (40.0, 300.0),
            Some((70.0, 220.0)),
        ),
        (
            "diastolic",
            "mm[Hg]",
            &[(LOINC, "8462-4"), (SNOMED, "271650006"), (MCS, "MCS88020")],
            (20.0, 200.0),
            Some((40.0, 130.0)),
        ),
        (
            "pulse",
            "/min",
            &[(LOINC, "8867-4"), (SNOMED, "364075005"), (NPU, "NPU21692")],
            (20.0, 300.0),
            Some((40.0, 150.0)),
        ),
        (
            "weight",
            "kg",
            &[(LOINC, "29463-7"), (SNOMED, "27113001"), (NPU, "NPU03804")],
            (25.0, 350.0),
            None,
        ),
        ("height", "cm", &[(LOINC, "8302-2"), (NPU, "NPU03794")], (50.0, 250.0), None),
        (
            "spo2",
            "%",
            &[(LOINC, "59408-5"), (LOINC, "2708-6"), (SNOMED, "431314004"), (NPU, "NPU03011")],
            (50.0, 100.0),
            Some((80.0, 100.0)),
        ),
        (
            "temperature",
            "Cel",
            &[(LOINC, "8310-5"), (SNOMED, "386725007"), (NPU, "NPU08676")],
            (30.0, 45.0),
            Some((35.0, 40.0)),
        ),
        (
            "respiration-rate",
            "/min",
            &[(LOINC, "9279-1"), (SNOMED, "86290005"), (MCS, "MCS88122")],
            (3.0, 80.0),
            Some((8.0, 30.0)),
        ),
        ("fev1", "L", &[(LOINC, "20150-9"), (MCS, "MCS88015")], (0.1, 8.0), None),
        ("fvc", "L", &[(LOINC, "19868-9"), (MCS, "MCS88016")], (0.1, 8.0), None),
        (
            "glucose",
            "mmol/L",
            &[(LOINC, "14743-9"), (SNOMED, "434912009"), (NPU, "NPU22089")],
            (0.6, 40.0),
            Some((2.0, 30.0)),
        ),
        ("hba1c", "mmol/mol", &[(LOINC, "59261-8"), (NPU, "NPU27300")], (15.0, 200.0), None),
        ("ketones", "mmol/L", &[(LOINC, "53060-9")], (0.0, 15.0), None),
        ("sit-to-stand", "{count}", &[(MCS, "MCS88050")], (0.0, 60.0), None),
        ("mrc", "{score}", &[(MCS, "MCS88021")], (1.0, 5.0), None),
    ];
    let all = everything();
    for (id, unit, codes, reject, confirm) in facts {
        let field = all.fields.iter().find(|field| field.id == id).unwrap();
        assert_eq!(pairs(&field.codings), codes.iter().copied().collect(), "{id}");
        let Kind::Quantity(quantity) = &field.kind else { panic!("{id}: {:?}", field.kind) };
        assert_eq!(quantity.unit, unit, "{id}");
        let ends = |low: Option<f64>, high: Option<f64>| low.zip(high);
        assert_eq!(ends(quantity.reject.low, quantity.reject.high), Some(reject), "{id}");
        assert_eq!(ends(quantity.confirm.low, quantity.confirm.high), confirm, "{id}");
        let change = (id == "weight").then_some(5.0);
        assert_eq!(quantity.confirm_change, change, "{id}");
    }
    let protein = all.fields.iter().find(|field| field.id == "urine-protein").unwrap();
    assert_eq!(pairs(&protein.codings), [(LOINC, "20454-5"), (NPU, "NPU04206")].into());
    let Kind::Choice(steps) = &protein.kind else { panic!("{:?}", protein.kind) };
    let steps: Vec<(&str, f64)> =
        steps.iter().map(|step| (step.code.as_str(), step.value)).collect();
    let dipstick = [
        ("neg", 0.0),
        ("trace", 0.5),
        ("plus-1", 1.0),
        ("plus-2", 2.0),
        ("plus-3", 3.0),
        ("plus-4", 4.0),
    ];
    assert_eq!(steps, dipstick);
    let panel = all.groups.iter().find(|group| group.id == "blood-pressure").unwrap();
    assert_eq!(pairs(&panel.codings), [(LOINC, "85354-9")].into());
    let well_being = questionnaire("who-5");
    let score = well_being.scores.first().unwrap();
    assert_eq!(pairs(&score.codings), [(SNOMED, "1144665009"), (MCS, "MCS88173")].into());
}

fn pairs(codings: &[Coding]) -> BTreeSet<(&str, &str)> {
    codings.iter().map(|coding| (coding.system.as_str(), coding.code.as_str())).collect()
}

#[test]
fn every_number_of_a_field_or_a_score_says_where_it_comes_from() {
    let all = everything();
    let source = |annotations: &[(String, String)]| {
        annotations.iter().any(|(name, text)| name == "gtp/source" && !text.is_empty())
    };
    for field in &all.fields {
        let Kind::Quantity(_) = &field.kind else { continue };
        assert!(source(&field.annotations), "{}", field.id);
    }
    for own in &all.questionnaires {
        for score in own.scores.iter().filter(|score| !score.bands.is_empty()) {
            assert!(source(&score.annotations), "{}/{}", own.id, score.id);
        }
    }
}

#[test]
fn phq_9_is_not_to_be_had_without_the_rule_for_its_ninth_item() {
    let about = "[about]\nid = \"mood\"\nversion = \"1.0.0\"\nlanguages = [\"da\", \"en\"]\ntitle = \"t\"\nsummary = \"s\"\n\
                 publisher = \"p\"\nlicence = \"MIT\"\nlooked-at = \"l\"\nmeanwhile = \"m\"\n[card]\nstatus = \"project\"\n\
                 contact = \"c\"\nevaluation = \"e\"\n[[fields]]\nstandard = \"weight\"\n[[questionnaires]]\nstandard = \"phq-9\"\n";
    let parse = |text: String| parse(&File { name: "programme.toml".into(), text }, &[]);
    let refused = parse(about.to_owned()).unwrap_err().to_string();
    assert!(refused.contains("phq-9-self-harm"), "{refused}");
    let taken = parse(format!("{about}[[rules]]\nstandard = \"phq-9-self-harm\"\n")).unwrap();
    let rule = &taken.rules.first().unwrap().rule;
    assert_eq!(rule.severities, [Severity::Red]);
    assert!(rule.source.contains("item 9"));
}
