//! What is found in a component before anybody is harmed by it: each flaw names the item, says what is wrong, and
//! how to mend it. The sentences are what an author reads, so they are written out here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use gtp_hostile::Guest;
use gtp_runtime::{CheckSettings, check_file};

/// What a component does wrong, and what is said: item, what, how to mend it.
const SAID: &[(&str, &str)] = &[
    (
        "dangling-group",
        "group `blood-pressure`: it names field `nowhere`, which this programme does not define. Define it, or name one that exists",
    ),
    (
        "dangling-score",
        "questionnaire `symptoms`, score `total`: it names item `nowhere`, which this programme does not define. Define it, or name one that exists",
    ),
    (
        "rule-reads-unknown",
        "rule `gain`: it names field `nowhere`, which this programme does not define. Define it, or name one that exists",
    ),
    (
        "rule-limit-unknown",
        "rule `gain`: it names limit `nowhere`, which this programme does not define. Define it, or name one that exists",
    ),
    (
        "unknown-unit",
        "field `odd`: `kilos` is no UCUM unit: there is no such unit (capital and small letters differ). UCUM calls it `kg`",
    ),
    (
        "missing-language",
        "about, title: the text is missing in language `en`. Translate it, or do not name the language in `about`",
    ),
    ("duplicate-field", "field `weight`: there are two things called `weight`. Rename one of them"),
    ("duplicate-rule", "rule `gain`: there are two things called `gain`. Rename one of them"),
    (
        "limit-out-of-bounds",
        "limit `gain-red`: its default 99 lies outside its bounds. Widen the bounds, or choose another default",
    ),
    (
        "bands-overlap",
        "questionnaire `symptoms`, score `total`: the bands 0 to 1 and 1 to 4 overlap. Begin each band after the one below it ends",
    ),
    (
        "bands-gap",
        "questionnaire `symptoms`, score `total`: a score of 2 can come out and lies in no band. Let the bands cover every score, from the lowest to the highest",
    ),
    (
        "condition-never",
        "questionnaire `symptoms`, item `more`: no answers that can be given ever show it. Compare with values that the earlier items can have",
    ),
    (
        "condition-contradicts",
        "questionnaire `symptoms`, item `more`: no answers that can be given ever show it. Compare with values that the earlier items can have",
    ),
    (
        "condition-forward",
        "questionnaire `symptoms`, item `more`: it depends on `later`, which comes later. Depend on an earlier item, or move one of the two",
    ),
    (
        "rule-reads-nothing",
        "rule `gain`: it reads nothing, so it never runs. Name its inputs: it runs when one of them gets a value",
    ),
    (
        "schedule-never",
        "activity `daily`: the phase from day 0 never comes: it names no weekday. Give it a day on which something is expected",
    ),
    (
        "schedule-gap",
        "activity `daily`: nothing is said about days 14 to 19. Let each phase begin where the one before ends",
    ),
    ("long-title", "about, title: a text has 100000 characters; 120 are allowed. Shorten it"),
];

#[test]
fn each_flaw_names_the_item_says_what_is_wrong_and_how_to_mend_it() {
    let guest = Guest::find().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("programme.wasm");
    let mut wrong = vec![];
    for (behaviour, expected) in SAID {
        let bytes = guest.component("hostile", "1.0.0", behaviour).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let report = check_file(&file, &CheckSettings::default()).unwrap();
        let said: Vec<String> = report.errors().map(ToString::to_string).collect();
        if !said.iter().any(|said| said == expected) {
            wrong.push(format!("{behaviour}: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
