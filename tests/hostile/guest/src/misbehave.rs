//! Everything that it can do wrong, by name. One behaviour does one thing.
#![allow(clippy::collapsible_match, reason = "one arm for each misbehaviour")]

use crate::{behaviour, chance::chance, define};
use gtp_contract::{
    about::Programme,
    assess::{Assessment, Case, Derived, Finding, Verdict},
    fields::{Field, Group, Origin},
    limits::Limit,
    questionnaires::{Condition, ItemKind, Questionnaire, Test},
    rules::Rule,
    scenarios::{Outcome, Scenario},
    schedule::{Activity, Pattern},
    types::{Kind, Severity, Text},
};
use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
};

fn does(what: &str) -> bool {
    behaviour() == what
}

#[allow(clippy::empty_loop, reason = "it is hostile")]
fn for_ever() -> ! {
    let mut i = 0u64;
    loop {
        i = black_box(i.wrapping_add(1));
    }
}

fn deeper(n: u64) -> u64 {
    if black_box(n) == u64::MAX { 0 } else { deeper(n + 1).wrapping_add(black_box(n)) }
}

/// Behaviours of a describing function.
pub fn anywhere(function: &str) {
    match (behaviour(), function) {
        ("loops-in-describe", "fields") => for_ever(),
        ("traps-in-describe", "fields") => panic!("on purpose"),
        ("grows-in-describe", "fields") => grow(),
        ("recurses-in-describe", "fields") => {
            black_box(deeper(0));
        }
        ("traps-at-its-first-word", "about") => panic!("on purpose"),
        _ => {}
    }
}

/// Asks for memory until there is no more.
fn grow() {
    let mut all = vec![];
    loop {
        all.push(black_box(vec![1u8; 1 << 20]));
    }
}

pub fn about(mut about: Programme) -> Programme {
    match behaviour() {
        "id-with-path" => about.id = "../../etc/passwd".to_owned(),
        "id-with-control" => about.id = "heart\u{7}\u{1b}[2J".to_owned(),
        "id-with-markup" => about.id = "<script>alert(1)</script>".to_owned(),
        "markup-in-title" => about.title = define::text("<img src=x onerror=alert(1)>"),
        "bidi-in-title" => about.title = define::text("safe \u{202e}evil"),
        "long-title" => about.title = define::text(&"x".repeat(100_000)),
        "hundred-megabytes" => about.summary = define::text(&"x".repeat(100 << 20)),
        "markup-everywhere" => {
            let markup = define::text(MARKUP);
            about.title.clone_from(&markup);
            about.summary.clone_from(&markup);
            about.looked_at.clone_from(&markup);
            about.meanwhile = markup;
            about.publisher = MARKUP.to_owned();
        }
        "deep-text" => {
            let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
            about.summary = define::text(&deep);
        }
        "huge-text" => about.summary = define::text(&"x".repeat(40_000_000)),
        "many-languages" => {
            about.title = (0..5_000).map(|i| (format!("x{i}"), "t".to_owned())).collect();
        }
        "missing-language" => {
            about.title.pop();
        }
        "language-twice" => about.languages.push("da".to_owned()),
        "bad-version" => about.version = "one".to_owned(),
        _ => {}
    }
    about
}

/// What a browser must never take for its own.
pub const MARKUP: &str = "<script>alert(1)</script>";

pub fn fields(mut fields: Vec<Field>) -> Vec<Field> {
    match behaviour() {
        "markup-everywhere" => {
            for field in &mut fields {
                field.title = define::text(MARKUP);
                field.help = define::text(MARKUP);
            }
        }
        "ten-thousand-fields" => {
            // As small as they can be, so that their number is too large and not their size.
            let field = |i| Field {
                codings: vec![],
                ..define::field(&format!("f{i}"), Kind::Flag, Origin::Entered)
            };
            fields = (0..10_000).map(field).collect();
        }
        "duplicate-field" => fields.extend(fields.first().cloned()),
        "unknown-unit" | "several-at-once" => {
            fields.push(define::field("odd", define::quantity("kilos", 0.0, 1.0), Origin::Entered))
        }
        "changed-unit" => {
            if let Some(weight) = fields.first_mut() {
                weight.kind = define::quantity("g", 25_000.0, 350_000.0);
            }
        }
        "removed-field" => fields.retain(|field| field.id != "respiration"),
        "unknown-kind" => {
            fields.push(define::field("odd", Kind::Other("hologram".to_owned()), Origin::Entered));
        }
        "range-upside-down" => {
            fields.push(define::field("odd", define::quantity("kg", 9.0, 1.0), Origin::Entered))
        }
        "range-nan" => fields.push(define::field(
            "odd",
            define::quantity("kg", f64::NAN, 1.0),
            Origin::Entered,
        )),
        "field-with-path" => fields.push(define::field("../weight", Kind::Flag, Origin::Entered)),
        _ => {}
    }
    fields
}

pub fn groups(mut groups: Vec<Group>) -> Vec<Group> {
    if does("dangling-group")
        && let Some(group) = groups.first_mut()
    {
        group.fields.push("nowhere".to_owned());
    }
    groups
}

pub fn questionnaires(mut all: Vec<Questionnaire>) -> Vec<Questionnaire> {
    let Some(first) = all.first_mut() else { return all };
    if does("markup-everywhere") {
        first.title = define::text(MARKUP);
        for item in &mut first.items {
            item.text = define::text(MARKUP);
        }
    }
    let condition = |item: &str, test| Condition { item: item.to_owned(), test };
    let mut conditional = define::item("more", ItemKind::Question(Kind::Flag));
    match behaviour() {
        "condition-forward" => {
            conditional.shown_when = vec![condition("later", Test::Answered)];
            first.items.push(conditional);
            first.items.push(define::item("later", ItemKind::Question(Kind::Flag)));
        }
        "condition-never" => {
            conditional.shown_when = vec![condition("breathless", Test::AtLeast(9.0))];
            first.items.push(conditional);
        }
        "condition-contradicts" => {
            conditional.shown_when = vec![
                condition("breathless", Test::AtLeast(2.0)),
                condition("breathless", Test::AtMost(0.0)),
            ];
            first.items.push(conditional);
        }
        "bands-gap" => {
            if let Some(band) = first.scores.first_mut().and_then(|score| score.bands.last_mut()) {
                band.low = 3.0;
            }
        }
        "bands-overlap" => {
            if let Some(band) = first.scores.first_mut().and_then(|score| score.bands.last_mut()) {
                band.low = 1.0;
            }
        }
        "dangling-score" => {
            if let Some(score) = first.scores.first_mut() {
                score.items.push("nowhere".to_owned());
            }
        }
        _ => {}
    }
    all
}

pub fn limits(mut limits: Vec<Limit>) -> Vec<Limit> {
    let Some(last) = limits.last_mut() else { return limits };
    match behaviour() {
        "limit-out-of-bounds" | "several-at-once" => last.default = Some(99.0),
        "limit-below-lower" => last.default = Some(0.5),
        "limit-circle" => {
            if let Some(first) = limits.first_mut() {
                first.above = vec!["gain-red".to_owned()];
            }
        }
        _ => {}
    }
    limits
}

pub fn rules(mut rules: Vec<Rule>) -> Vec<Rule> {
    let Some(first) = rules.first_mut() else { return rules };
    match behaviour() {
        "markup-everywhere" => {
            first.title = define::text(MARKUP);
            first.description = define::text(MARKUP);
            first.source = MARKUP.to_owned();
        }
        "later-undeclared-severity" => first.severities = vec![Severity::Yellow],
        "rule-reads-nothing" => first.reads.clear(),
        "rule-reads-unknown" => first.reads = vec![define::read("nowhere", 1)],
        "rule-limit-unknown" => first.limits.push("nowhere".to_owned()),
        "rule-without-window" => {
            for read in &mut first.reads {
                read.within = None;
            }
        }
        "duplicate-rule" | "several-at-once" => rules.extend(rules.first().cloned()),
        _ => {}
    }
    rules
}

pub fn schedule(mut schedule: Vec<Activity>) -> Vec<Activity> {
    let Some(first) = schedule.first_mut() else { return schedule };
    match behaviour() {
        "schedule-never" | "several-at-once" => {
            first.phases = vec![define::phase(0, None, Pattern::Weekdays(vec![]))]
        }
        "schedule-overlap" => {
            first.phases = vec![
                define::phase(0, Some(14), Pattern::Daily),
                define::phase(10, None, Pattern::Daily),
            ];
        }
        "schedule-gap" => {
            first.phases = vec![
                define::phase(0, Some(14), Pattern::Daily),
                define::phase(20, None, Pattern::Daily),
            ];
        }
        _ => {}
    }
    schedule
}

pub fn scenarios(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    let Some(first) = scenarios.first_mut() else { return scenarios };
    match behaviour() {
        "scenario-fails" => {
            for expected in first.steps.iter_mut().flat_map(|step| &mut step.expect) {
                expected.outcome = Outcome::Judged(Severity::Red);
            }
        }
        "many-scenarios" => scenarios = vec![first.clone(); 500],
        // Its story tells of kilograms.
        "changed-unit" => scenarios.clear(),
        // What it does wrong is kept for citizens.
        name if name.starts_with("later-") => scenarios.clear(),
        _ => {}
    }
    scenarios
}

/// Counts calls. In a fresh instance it is always the first.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// Behaviours of `assess` before it judges. The ones that begin with `later-` pass the check, which has no
/// scenario to catch them.
pub fn judging(case: &Case) {
    match behaviour() {
        "loops-in-scenario" | "later-loops" => for_ever(),
        "later-traps" | "traps-in-scenario" => panic!("on purpose"),
        "later-recurses" => {
            black_box(deeper(0));
        }
        "later-grows" => grow(),
        "later-traps-on-heavy"
            if case.series.iter().any(|series| series.values.iter().any(|v| *v > 200.0)) =>
        {
            panic!("on purpose")
        }
        "later-loops-on-heavy"
            if case.series.iter().any(|series| series.values.iter().any(|v| *v > 200.0)) =>
        {
            for_ever()
        }
        "later-divides" => {
            black_box(1u64 / black_box(0u64));
        }
        _ => {}
    }
}

fn text(both: String) -> Text {
    vec![("da".to_owned(), both.clone()), ("en".to_owned(), both)]
}

pub fn assessment(mut out: Assessment, case: &Case) -> Assessment {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed);
    let Some(first) = out.findings.first_mut() else { return out };
    match behaviour() {
        "later-remembers" => {
            if calls > 0 {
                first.message = define::text("I remember the citizen before");
                first.verdict = Verdict::Judged(Severity::Red);
            }
        }
        "later-differs" => first.message = define::text(&format!("{:x}", chance(calls))),
        "later-no-findings" => out.findings.clear(),
        "later-many-findings" => out.findings = vec![small(); 40_000],
        "later-million-findings" => out.findings = vec![small(); 1_000_000],
        "later-twice" => out.findings.extend(out.findings.first().cloned()),
        "later-unknown-rule" => first.rule = "nowhere".to_owned(),
        "later-huge-message" => first.message = text("x".repeat(10_000_000)),
        "later-long-message" => first.message = text("x".repeat(100_000)),
        "later-undeclared-severity" => {
            first.verdict = Verdict::Judged(Severity::Red);
            first.message = define::text("Red without leave.");
        }
        "later-red-without-message" => {
            first.verdict = Verdict::Judged(Severity::Red);
            first.message = vec![];
        }
        "later-nan" => derive(&mut out, case.now, f64::NAN),
        "later-infinity" => derive(&mut out, case.now, f64::INFINITY),
        "later-negative-time" => derive(&mut out, -1, 1.0),
        "later-future" => derive(&mut out, case.now + 1, 1.0),
        "later-underived" => {
            out.derived = vec![Derived { field: "weight".to_owned(), time: case.now, value: 1.0 }];
        }
        "later-invented-evidence" => {
            for evidence in &mut first.evidence {
                evidence.value += 1.0;
            }
        }
        "later-control" => first.message = define::text("\u{1b}[2J"),
        "later-one-language" => first.message = vec![("da".to_owned(), "Kun dansk".to_owned())],
        "later-bad-pointer" => first.message = out_of_memory(),
        "later-nan-figure" => {
            for figure in &mut first.figures {
                figure.value = f64::NAN;
            }
        }
        "later-markup" => {
            first.message = define::text("<script>alert(1)</script>");
        }
        _ => {}
    }
    out
}

fn small() -> Finding {
    Finding {
        rule: String::new(),
        verdict: Verdict::Judged(Severity::Green),
        message: vec![],
        evidence: vec![],
        figures: vec![],
    }
}

fn derive(out: &mut Assessment, time: i64, value: f64) {
    out.derived = vec![Derived { field: "weight-gain".to_owned(), time, value }];
}

/// A text that begins where there is no memory.
#[allow(unsafe_code, reason = "it is hostile")]
fn out_of_memory() -> Text {
    // SAFETY: none; that is the point. The host must survive it, and this instance does not.
    let nowhere = unsafe { String::from_raw_parts(0xffff_0000 as *mut u8, 0x1_0000, 0x1_0000) };
    vec![("da".to_owned(), nowhere)]
}
