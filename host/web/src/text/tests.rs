//! The messages of both languages match each other and what code and templates ask for.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Messages whose keys code puts together; each family has a test of its own that it is complete.
const FAMILIES: [&str; 11] = [
    "month-",
    "fault-",
    "problem-",
    "skip-reason-",
    "outcome-",
    "ending-",
    "failure-",
    "access-csv-",
    "access-did-",
    "access-saw-",
    "access-under-",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, into);
        } else if path.to_str().unwrap().ends_with(ending) {
            into.push(path);
        }
    }
}

/// Each key and what its message is filled in with.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = vec![];
    files(&root().join("locales").join(language), ".ftl", &mut paths);
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let mut key = String::new();
        for line in fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                key = line.split(" =").next().unwrap().to_owned();
                let fresh = messages.insert(key.clone(), BTreeSet::new()).is_none();
                assert!(fresh, "{key} stands twice in {language}");
            }
            if !line.starts_with('#') {
                let args = line.split('$').skip(1).map(|rest| {
                    rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap()
                });
                messages.entry(key.clone()).or_default().extend(args.map(str::to_owned));
            }
        }
    }
    messages.remove("");
    messages
}

/// The text of all code (tests left out) and all templates.
fn sources() -> String {
    let mut paths = vec![];
    files(&root().join("src"), ".rs", &mut paths);
    files(&root().join("templates"), ".html", &mut paths);
    paths.retain(|path| !path.ends_with("text/tests.rs"));
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The keys that code and templates name where they ask for a message.
fn asked(sources: &str) -> BTreeSet<&str> {
    const ASKING: [&str; 6] = [
        "t(language, \"",
        ".t(\"",
        ".t_with(\"",
        ".one(\"",
        "t_with(\n        language,\n        \"",
        "key: \"",
    ];
    ASKING
        .iter()
        .flat_map(|asking| sources.split(asking).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|key| !key.contains('{'))
        .collect()
}

#[test]
fn both_languages_say_the_same_things_with_the_same_blanks() {
    let (danish, english) = (messages("da"), messages("en"));
    let keys = |messages: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        messages.keys().cloned().collect()
    };
    let (da, en) = (keys(&danish), keys(&english));
    assert!(da.is_subset(&en), "not in English: {:?}", da.difference(&en).collect::<Vec<_>>());
    assert!(en.is_subset(&da), "not in Danish: {:?}", en.difference(&da).collect::<Vec<_>>());
    for (key, blanks) in &danish {
        assert_eq!(blanks, &english[key], "{key} is filled in differently");
    }
}

#[test]
fn every_message_that_is_asked_for_exists() {
    let sources = sources();
    let known = messages("da");
    let missing: Vec<_> =
        asked(&sources).into_iter().filter(|key| !known.contains_key(*key)).collect();
    assert!(missing.is_empty(), "asked for, but in no language: {missing:?}");
}

#[test]
fn every_message_is_used() {
    let sources = sources();
    let unused: Vec<_> = messages("da")
        .into_keys()
        .filter(|key| !FAMILIES.iter().any(|family| key.starts_with(family)))
        .filter(|key| !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "in the locales, but nobody asks: {unused:?}");
}

#[test]
fn no_message_is_empty_or_left_in_danish() {
    for key in messages("da").keys() {
        for language in Language::ALL {
            assert!(!t(language, key).trim().is_empty(), "{key} is empty");
        }
    }
    let danish_letters = |text: &str| text.contains(['æ', 'ø', 'å']);
    for path in {
        let mut paths = vec![];
        files(&root().join("locales/en"), ".ftl", &mut paths);
        paths
    } {
        let text = fs::read_to_string(&path).unwrap();
        let line = text.lines().find(|line| danish_letters(line) && !line.contains("Dansk"));
        assert!(line.is_none(), "Danish in {}: {line:?}", path.display());
    }
}

#[test]
fn every_fault_has_words_in_both_languages() {
    use gtp_care::Fault;
    use gtp_model::programme::Range;
    use gtp_model::{InvalidCitizenNumber, Time};
    let range = Range { low: Some(25.0), high: Some(350.0) };
    let faults = [
        Fault::Absent("unit".into()),
        Fault::Unexpected("x".into()),
        Fault::Form("date-time"),
        Fault::Form("something new"),
        Fault::UnknownField,
        Fault::UnknownQuestionnaire,
        Fault::WrongUnit("kg".into()),
        Fault::OutOfRange(range, "kg".into()),
        Fault::OutOfRange(Range::default(), String::new()),
        Fault::NoSuchChoice,
        Fault::TooLong(500),
        Fault::Empty,
        Fault::InTheFuture,
        Fault::TooOld,
        Fault::NotEnrolledThen,
        Fault::Duplicate,
        Fault::NotLess("diastolic".into(), "systolic".into()),
        Fault::MayNotEnter,
        Fault::NothingToCorrect,
        Fault::NoReason,
        Fault::Unanswered,
        Fault::NotShown,
        Fault::Unusual(range, "kg".into()),
        Fault::UnusualChange(5.0, "kg".into(), Time(0)),
        Fault::CitizenNumber(InvalidCitizenNumber::Length),
        Fault::CitizenNumber(InvalidCitizenNumber::DateDigits),
        Fault::CitizenNumber(InvalidCitizenNumber::Date),
        Fault::CitizenNumber(InvalidCitizenNumber::Form),
        Fault::Unknown("unit"),
        Fault::InThePast,
        Fault::EndsBeforeItBegins,
        Fault::NotInCareTeam,
        Fault::NotCpr,
        Fault::HasCpr,
        Fault::NoBaseline,
        Fault::OneOrTheOther,
        Fault::TooFarAhead,
        Fault::NotHttps,
    ];
    for fault in &faults {
        for language in Language::ALL {
            let words = fault_text(language, fault);
            assert!(!words.starts_with("fault-"), "{fault:?} has no words: {words}");
            assert!(!words.contains("{$") && words.ends_with('.'), "{fault:?}: {words}");
        }
    }
    let text = fault_text(Language::Da, &Fault::OutOfRange(range, "kg".into()));
    assert!(text.contains("mellem 25 og 350 kg"), "{text}");
    let change = fault_text(Language::Da, &Fault::UnusualChange(2.5, "kg".into(), Time(0)));
    assert!(change.contains("2,5 kg"), "{change}");
}

#[test]
fn every_month_has_a_long_and_a_short_name() {
    for month in 1..=12 {
        for language in Language::ALL {
            for form in ["month-", "month-short-"] {
                let key = format!("{form}{month}");
                assert_ne!(t(language, &key), key);
            }
        }
    }
}
