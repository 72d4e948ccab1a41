//! Components that do one thing wrong each. Every one is refused or contained, with a message that names
//! what it did, and the programme beside it goes on.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runtime_support;

use gtp_hostile::Guest;
use gtp_model::{Verdict, programme::Severity};
use gtp_runtime::{CheckSettings, Gravity, Report, RunError, check_file};
use runtime_support::{Host, case, rule};

/// What a component does wrong in what it describes or in its scenarios, the flaw that names it, and a word
/// of the message.
const REFUSED: &[(&str, &str, &str)] = &[
    ("loops-in-describe", "describe", "units of fuel"),
    ("traps-in-describe", "describe", "it gave up"),
    ("grows-in-describe", "describe", "bytes of memory"),
    ("recurses-in-describe", "describe", "ran out of stack"),
    ("traps-at-its-first-word", "describe", "it gave up"),
    ("hundred-megabytes", "describe", "bytes of memory"),
    ("loops-in-scenario", "scenario-failed", "units of fuel"),
    ("traps-in-scenario", "scenario-failed", "it gave up"),
    ("scenario-fails", "scenario-failed", "should be red and is"),
    ("many-scenarios", "too-many", "scenarios"),
    ("id-with-path", "id-invalid", "../../etc/passwd"),
    ("id-with-control", "id-invalid", "is no id"),
    ("id-with-markup", "id-invalid", "is no id"),
    ("bidi-in-title", "text-invisible", "nobody sees"),
    ("long-title", "text-too-long", "100000 characters"),
    ("deep-text", "text-too-long", "200000 characters"),
    ("huge-text", "describe", "bytes"),
    ("many-languages", "text-languages", "5000 languages"),
    ("missing-language", "text-missing", "`en`"),
    ("language-twice", "id-twice", "`da`"),
    ("bad-version", "version-invalid", "`one`"),
    ("ten-thousand-fields", "too-many", "10000 fields"),
    ("duplicate-field", "id-twice", "`weight`"),
    ("unknown-unit", "unit-unknown", "`kilos`"),
    ("unknown-kind", "word-unknown", "`hologram`"),
    ("range-upside-down", "range-invalid", "before it begins"),
    ("range-nan", "range-invalid", "no number"),
    ("field-with-path", "id-invalid", "../weight"),
    ("dangling-group", "reference-dangling", "`nowhere`"),
    ("condition-forward", "condition-forward", "`later`"),
    ("condition-never", "condition-never", "ever show it"),
    ("condition-contradicts", "condition-never", "ever show it"),
    ("bands-gap", "band-gap", "a score of 2"),
    ("bands-overlap", "band-overlap", "overlap"),
    ("dangling-score", "reference-dangling", "`nowhere`"),
    ("limit-out-of-bounds", "limit-outside-bounds", "99"),
    ("limit-below-lower", "limit-order", "`gain-yellow`"),
    ("limit-circle", "limit-circle", "above itself"),
    ("rule-reads-nothing", "rule-reads-nothing", "never runs"),
    ("rule-reads-unknown", "reference-dangling", "`nowhere`"),
    ("rule-limit-unknown", "reference-dangling", "`nowhere`"),
    ("rule-without-window", "rule-window", "`weight`"),
    ("duplicate-rule", "id-twice", "`gain`"),
    ("schedule-never", "schedule-never", "no weekday"),
    ("schedule-overlap", "schedule-overlap", "overlap"),
    ("schedule-gap", "schedule-gap", "days 14 to 19"),
];

/// What a component does wrong when it judges a citizen, and the kind of failure it is.
const CONTAINED: &[(&str, &str)] = &[
    ("later-loops", "out-of-fuel"),
    ("later-traps", "trap"),
    ("later-recurses", "trap"),
    ("later-divides", "trap"),
    ("later-grows", "memory"),
    ("later-no-findings", "invalid"),
    ("later-many-findings", "result-too-large"),
    ("later-million-findings", "out-of-fuel"),
    ("later-twice", "invalid"),
    ("later-unknown-rule", "invalid"),
    ("later-huge-message", "result-too-large"),
    ("later-long-message", "invalid"),
    ("later-undeclared-severity", "invalid"),
    ("later-red-without-message", "invalid"),
    ("later-nan", "invalid"),
    ("later-infinity", "invalid"),
    ("later-negative-time", "invalid"),
    ("later-future", "invalid"),
    ("later-underived", "invalid"),
    ("later-invented-evidence", "invalid"),
    ("later-control", "invalid"),
    ("later-one-language", "invalid"),
    ("later-nan-figure", "invalid"),
    ("later-bad-pointer", "malformed"),
];

fn check(bytes: &[u8]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("programme.wasm");
    std::fs::write(&path, bytes).unwrap();
    check_file(&path, &CheckSettings::default()).unwrap()
}

#[test]
fn the_guest_that_behaves_well_passes_without_a_word() {
    let report = check(&Guest::find().unwrap().well_behaved());
    assert!(report.passed(), "{:#?}", report.flaws);
    assert!(report.flaws.iter().all(|flaw| flaw.gravity == Gravity::Note), "{:#?}", report.flaws);
    assert_eq!(report.scenarios.len(), 1);
    assert_eq!(report.scenarios[0].met, 8);
    assert!(report.budget.unwrap().fuel_percent() < 1.0);
}

#[test]
fn what_is_wrong_in_a_description_or_a_scenario_is_refused_and_named() {
    let guest = Guest::find().unwrap();
    for (behaviour, code, word) in REFUSED {
        let report = check(&guest.component("hostile", "1.0.0", behaviour).unwrap());
        for flaw in &report.flaws {
            assert!(!flaw.item.is_empty() && !flaw.mend.is_empty(), "{behaviour}: {flaw:?}");
        }
        let named =
            report.errors().any(|flaw| flaw.code == *code && flaw.to_string().contains(word));
        assert!(named, "{behaviour}: expected {code} with `{word}`, got {:#?}", report.flaws);
        assert!(!report.passed());
    }
}

#[test]
fn a_message_about_a_component_holds_no_control_characters() {
    let guest = Guest::find().unwrap();
    for behaviour in ["id-with-control", "bidi-in-title", "id-with-markup"] {
        let report = check(&guest.component("hostile", "1.0.0", behaviour).unwrap());
        for flaw in &report.flaws {
            let text = flaw.to_string();
            assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
        }
    }
}

#[test]
fn markup_is_only_text_and_is_said_so() {
    let guest = Guest::find().unwrap();
    let report = check(&guest.component("hostile", "1.0.0", "markup-in-title").unwrap());
    assert!(report.passed());
    assert!(report.flaws.iter().any(|flaw| flaw.code == "text-markup"));
}

#[test]
fn markup_in_every_text_is_named_at_every_place_and_stays_text() {
    let guest = Guest::find().unwrap();
    let report = check(&guest.component("hostile", "1.0.0", "markup-everywhere").unwrap());
    let named: Vec<&str> = report
        .flaws
        .iter()
        .filter(|flaw| flaw.code == "text-markup")
        .map(|flaw| flaw.item.as_str())
        .collect();
    for place in [
        "about, title",
        "about, publisher",
        "field `weight`",
        "questionnaire `symptoms`",
        "rule `gain`",
    ] {
        assert!(named.iter().any(|item| item.starts_with(place)), "{place}: {named:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let guest = Guest::find().unwrap();
    let report = check(&guest.component("hostile", "1.0.0", "several-at-once").unwrap());
    let codes: Vec<&str> = report.errors().map(|flaw| flaw.code).collect();
    for code in ["unit-unknown", "limit-outside-bounds", "id-twice", "schedule-never"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

#[tokio::test]
async fn what_goes_wrong_while_judging_is_contained_and_never_green() {
    let host = Host::start();
    host.drop_in("good.wasm", "good", "1.0.0", "");
    let good = host.serving("good");
    for (i, (behaviour, kind)) in CONTAINED.iter().enumerate() {
        let id = format!("bad-{i}");
        host.drop_in(&format!("{id}.wasm"), &id, "1.0.0", behaviour);
        let bad = host.serving(&id);
        let rules = [rule("gain")];
        let case = case(&bad.definition, &rules, 30, 1.5);
        let error = host.runtime.assess(&bad, &rules, &case).await.unwrap_err();
        assert_eq!(error.kind(), *kind, "{behaviour}: {error}");
        let said = error.to_string();
        assert!(!said.contains("81.5") && !said.contains("script"), "{behaviour}: {said}");
        let run = host.runtime.assess(&good, &rules, &case).await.unwrap();
        assert_eq!(run.assessment.findings[0].verdict, Verdict::Judged(Severity::Yellow));
    }
}

#[tokio::test]
async fn a_component_that_tries_to_remember_has_nothing_to_remember_with() {
    let host = Host::start();
    host.drop_in("m.wasm", "memory", "1.0.0", "later-remembers");
    let loaded = host.serving("memory");
    let rules = [rule("gain")];
    let case = case(&loaded.definition, &rules, 30, 1.5);
    let first = host.runtime.assess(&loaded, &rules, &case).await.unwrap();
    for _ in 0..50 {
        let again = host.runtime.assess(&loaded, &rules, &case).await.unwrap();
        assert_eq!(again.assessment, first.assessment);
        assert_eq!(again.spent.fuel, first.spent.fuel, "fuel is the same for the same case");
        assert_eq!(again.spent.memory, first.spent.memory);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_component_that_wants_to_differ_from_run_to_run_finds_nothing_to_differ_by() {
    let mut host = Host::start();
    host.drop_in("d.wasm", "differs", "1.0.0", "later-differs");
    let mut messages = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let loaded = host.serving("differs");
        let rules = [rule("gain")];
        let case = case(&loaded.definition, &rules, 30, 1.5);
        // On several threads, so in several places of the pool.
        let mut runs = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (runtime, loaded) = (host.runtime.clone(), loaded.clone());
            let (rules, case) = (rules.clone(), case.clone());
            runs.spawn(async move { runtime.assess(&loaded, &rules, &case).await.unwrap() });
        }
        while let Some(run) = runs.join_next().await {
            messages.insert(run.unwrap().assessment.findings[0].message.0[0].1.clone());
        }
        drop(loaded);
        host = host.restart(|_| {});
    }
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[tokio::test]
async fn a_programme_that_loops_on_some_citizens_is_judged_beside_the_others_and_not_before_them() {
    let host = Host::start();
    host.drop_in("good.wasm", "good", "1.0.0", "");
    host.drop_in("heavy.wasm", "heavy", "1.0.0", "later-loops-on-heavy");
    let (good, heavy) = (host.serving("good"), host.serving("heavy"));
    let rules = vec![rule("gain")];
    let light_case = case(&good.definition, &rules, 9, 1.5);
    let mut heavy_case = light_case.clone();
    heavy_case.series[0].values[0] = 201.0;
    let mut loops = tokio::task::JoinSet::new();
    // Every second run works, so that it never rests.
    for i in 0..16 {
        let (runtime, heavy, rules) = (host.runtime.clone(), heavy.clone(), rules.clone());
        let case = if i % 2 == 0 { heavy_case.clone() } else { light_case.clone() };
        loops.spawn(async move { runtime.assess(&heavy, &rules, &case).await });
    }
    for _ in 0..500 {
        host.runtime.assess(&good, &rules, &light_case).await.unwrap();
    }
    let (mut judged, mut stopped) = (0, 0);
    while let Some(outcome) = loops.join_next().await {
        match outcome.unwrap() {
            Ok(_) => judged += 1,
            Err(RunError::OutOfFuel { .. }) => stopped += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((judged, stopped), (8, 8));
}

#[tokio::test]
async fn markup_in_a_message_is_handed_on_as_text() {
    let host = Host::start();
    host.drop_in("m.wasm", "markup", "1.0.0", "later-markup");
    let loaded = host.serving("markup");
    let rules = [rule("gain")];
    let run = host
        .runtime
        .assess(&loaded, &rules, &case(&loaded.definition, &rules, 9, 1.5))
        .await
        .unwrap();
    assert_eq!(run.assessment.findings[0].message.0[0].1, "<script>alert(1)</script>");
}

#[tokio::test]
async fn a_programme_that_fails_again_and_again_rests_and_only_that_programme() {
    let host = Host::start();
    host.drop_in("good.wasm", "good", "1.0.0", "");
    host.drop_in("bad.wasm", "bad", "1.0.0", "later-traps");
    let (good, bad) = (host.serving("good"), host.serving("bad"));
    let rules = [rule("gain")];
    let case = case(&bad.definition, &rules, 9, 1.5);
    for _ in 0..3 {
        let error = host.runtime.assess(&bad, &rules, &case).await.unwrap_err();
        assert_eq!(error.kind(), "trap");
    }
    let error = host.runtime.assess(&bad, &rules, &case).await.unwrap_err();
    assert!(matches!(error, RunError::BackedOff { .. }), "{error}");
    assert_eq!(bad.failures_in_a_row(), 3);
    assert!(host.runtime.assess(&good, &rules, &case).await.is_ok());
}

#[tokio::test]
async fn one_citizens_case_that_traps_does_not_count_against_the_others() {
    let host = Host::start();
    host.drop_in("h.wasm", "heavy", "1.0.0", "later-traps-on-heavy");
    let loaded = host.serving("heavy");
    let rules = [rule("gain")];
    let light = case(&loaded.definition, &rules, 9, 1.5);
    let mut heavy = light.clone();
    heavy.series[0].values[0] = 201.0;
    for _ in 0..20 {
        assert_eq!(host.runtime.assess(&loaded, &rules, &heavy).await.unwrap_err().kind(), "trap");
        assert!(host.runtime.assess(&loaded, &rules, &light).await.is_ok());
    }
}

#[tokio::test]
async fn a_looping_programme_does_not_keep_another_from_being_judged() {
    let host = Host::start();
    host.drop_in("good.wasm", "good", "1.0.0", "");
    host.drop_in("bad.wasm", "bad", "1.0.0", "later-loops");
    let (good, bad) = (host.serving("good"), host.serving("bad"));
    let rules = vec![rule("gain")];
    let case = case(&bad.definition, &rules, 9, 1.5);
    let mut loops = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (runtime, bad, rules, case) =
            (host.runtime.clone(), bad.clone(), rules.clone(), case.clone());
        loops.spawn(async move { runtime.assess(&bad, &rules, &case).await });
    }
    for _ in 0..200 {
        host.runtime.assess(&good, &rules, &case).await.unwrap();
    }
    while let Some(outcome) = loops.join_next().await {
        let error = outcome.unwrap().unwrap_err();
        assert!(["out-of-fuel", "backed-off"].contains(&error.kind()), "{error}");
    }
}

#[tokio::test]
async fn a_rule_of_another_programme_is_not_asked() {
    let host = Host::start();
    host.drop_in("good.wasm", "good", "1.0.0", "");
    let good = host.serving("good");
    let case = case(&good.definition, &[], 1, 0.0);
    let error = host.runtime.assess(&good, &[rule("elsewhere")], &case).await.unwrap_err();
    assert!(error.to_string().contains("elsewhere"), "{error}");
    assert_eq!(good.failures_in_a_row(), 0);
}
