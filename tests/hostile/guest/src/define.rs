//! An ordinary small programme, with something of every aspect.

use gtp_contract::{
    about::{Card, Programme, Sector, Status},
    fields::{Check, Field, Group, Origin},
    limits::Limit,
    questionnaires::{
        Band, Combine, Condition, Item, ItemKind, Method, Questionnaire, Score, Test,
    },
    rules::{Input, Read, Rule},
    scenarios::{Entry, Expectation, Outcome, Scenario, Step},
    schedule::{Activity, Pattern, Phase, Slot},
    types::{Choice, Coding, Kind, Quantity, Range, Severity, Subject, Text},
    visibility::{Audience, Grant, Sight},
};

/// The measured fields: id, unit, lowest and highest possible value.
pub const MEASURED: [(&str, &str, f64, f64); 7] = [
    ("weight", "kg", 25.0, 350.0),
    ("systolic", "mm[Hg]", 40.0, 300.0),
    ("diastolic", "mm[Hg]", 20.0, 200.0),
    ("pulse", "/min", 20.0, 300.0),
    ("saturation", "%", 50.0, 100.0),
    ("temperature", "Cel", 30.0, 45.0),
    ("respiration", "/min", 3.0, 80.0),
];

const HOUR: u64 = 3_600_000;

pub fn text(both: &str) -> Text {
    vec![("da".to_owned(), both.to_owned()), ("en".to_owned(), both.to_owned())]
}

pub fn about((id, version): (&str, &str)) -> Programme {
    Programme {
        id: id.to_owned(),
        version: version.to_owned(),
        title: text("Test programme"),
        summary: text("Only for tests. It judges nobody."),
        languages: vec!["da".to_owned(), "en".to_owned()],
        publisher: "Tests".to_owned(),
        licence: "MIT OR Apache-2.0".to_owned(),
        looked_at: text("Nobody looks at this."),
        meanwhile: text("This is a test."),
        card: Card {
            status: Status::Project,
            sectors: vec![Sector::Hospital],
            regions: vec!["Test".to_owned()],
            contact: "https://example.org".to_owned(),
            evaluation: text("None."),
            website: String::new(),
        },
        codings: vec![],
        annotations: vec![],
    }
}

pub fn fields() -> Vec<Field> {
    let mut fields: Vec<Field> = MEASURED
        .iter()
        .map(|(id, unit, low, high)| field(id, quantity(unit, *low, *high), Origin::Entered))
        .collect();
    fields.push(field("weight-gain", quantity("kg", -50.0, 50.0), Origin::Derived));
    fields
}

pub fn field(id: &str, kind: Kind, origin: Origin) -> Field {
    Field {
        id: id.to_owned(),
        title: text(id),
        help: vec![],
        kind,
        origin,
        codings: vec![Coding {
            system: "http://loinc.org".to_owned(),
            code: "29463-7".to_owned(),
            display: String::new(),
        }],
        annotations: vec![],
    }
}

pub fn quantity(unit: &str, low: f64, high: f64) -> Kind {
    Kind::Quantity(Quantity {
        unit: unit.to_owned(),
        unit_title: vec![],
        decimals: 1,
        reject: Range { low: Some(low), high: Some(high) },
        confirm: Range { low: None, high: None },
        confirm_change: None,
        coded: vec![],
    })
}

pub fn groups() -> Vec<Group> {
    vec![Group {
        id: "blood-pressure".to_owned(),
        title: text("Blood pressure"),
        help: vec![],
        fields: vec!["systolic".to_owned(), "diastolic".to_owned()],
        checks: vec![Check::LessThan(("diastolic".to_owned(), "systolic".to_owned()))],
        codings: vec![],
        annotations: vec![],
    }]
}

pub fn questionnaires() -> Vec<Questionnaire> {
    let choices = || {
        Kind::Choice(
            ["never", "sometimes", "often"]
                .iter()
                .enumerate()
                .map(|(i, code)| Choice {
                    code: (*code).to_owned(),
                    value: i as f64,
                    title: text(code),
                    codings: vec![],
                })
                .collect(),
        )
    };
    let mut better = item("better", ItemKind::Question(Kind::Flag));
    better.shown_when = vec![Condition { item: "breathless".to_owned(), test: Test::AtLeast(1.0) }];
    better.required = false;
    vec![Questionnaire {
        id: "symptoms".to_owned(),
        version: "1".to_owned(),
        title: text("Symptoms"),
        introduction: vec![],
        items: vec![
            item("breathless", ItemKind::Question(choices())),
            item("swollen", ItemKind::Question(choices())),
            better,
        ],
        scores: vec![Score {
            id: "total".to_owned(),
            title: text("Total"),
            items: vec!["breathless".to_owned(), "swollen".to_owned()],
            method: Method::Sum,
            bands: vec![band(0.0, 1.0, Severity::Green), band(2.0, 4.0, Severity::Yellow)],
            codings: vec![],
            annotations: vec![],
        }],
        licence: "CC0-1.0".to_owned(),
        attribution: String::new(),
        codings: vec![],
        annotations: vec![],
    }]
}

pub fn item(id: &str, kind: ItemKind) -> Item {
    Item {
        id: id.to_owned(),
        text: text(id),
        help: vec![],
        kind,
        required: true,
        shown_when: vec![],
        shown_if: Combine::All,
        codings: vec![],
        annotations: vec![],
    }
}

pub fn band(low: f64, high: f64, severity: Severity) -> Band {
    Band { low, high, title: text("Band"), severity: Some(severity) }
}

pub fn limits() -> Vec<Limit> {
    let limit = |id: &str, default: f64, above: &[&str]| Limit {
        id: id.to_owned(),
        title: text(id),
        help: vec![],
        field: None,
        unit: "kg".to_owned(),
        decimals: 1,
        default: Some(default),
        bounds: Range { low: Some(0.5), high: Some(10.0) },
        above: above.iter().map(|id| (*id).to_owned()).collect(),
        source: "[design]".to_owned(),
        codings: vec![],
        annotations: vec![],
    };
    vec![limit("gain-yellow", 1.0, &[]), limit("gain-red", 2.0, &["gain-yellow"])]
}

pub fn rules() -> Vec<Rule> {
    let mut gain = rule("gain", vec![read("weight", 72 * HOUR)]);
    gain.limits = vec!["gain-yellow".to_owned(), "gain-red".to_owned()];
    gain.derives = vec!["weight-gain".to_owned()];
    let level = rule("level", MEASURED.iter().map(|(id, ..)| read(id, 90 * 24 * HOUR)).collect());
    let symptoms = rule(
        "symptoms",
        vec![Read {
            input: Input::Score(("symptoms".to_owned(), "total".to_owned())),
            within: None,
            newest: Some(1),
        }],
    );
    vec![gain, level, symptoms]
}

pub fn rule(id: &str, reads: Vec<Read>) -> Rule {
    Rule {
        id: id.to_owned(),
        title: text(id),
        description: text("When the test says so."),
        reads,
        person: vec![],
        limits: vec![],
        derives: vec![],
        severities: vec![Severity::Yellow, Severity::Red],
        source: "[design]".to_owned(),
        source_url: String::new(),
        codings: vec![],
        annotations: vec![],
    }
}

pub fn read(field: &str, within: u64) -> Read {
    Read { input: Input::Field(field.to_owned()), within: Some(within), newest: None }
}

pub fn schedule() -> Vec<Activity> {
    vec![Activity {
        id: "daily".to_owned(),
        title: text("Every day"),
        subjects: vec![
            Subject::Field("weight".to_owned()),
            Subject::Questionnaire("symptoms".to_owned()),
        ],
        phases: vec![phase(0, Some(14), Pattern::Daily), phase(14, None, Pattern::TimesAWeek(2))],
        grace: 120,
        annotations: vec![],
    }]
}

pub fn phase(from_day: u32, days: Option<u32>, pattern: Pattern) -> Phase {
    let slot = Slot { title: text("Morning"), start: 360, end: 600, readings: 1, apart: 0 };
    let slots = if matches!(pattern, Pattern::Daily) { vec![slot] } else { vec![] };
    Phase { from_day, days, pattern, slots }
}

pub fn visibility() -> Vec<Grant> {
    let grant = |id: &str, audience| Grant {
        subject: Subject::Field(id.to_owned()),
        audience,
        sees: Sight::Always,
        may_enter: true,
    };
    let both = |(id, ..): &(&str, &str, f64, f64)| {
        [grant(id, Audience::Citizen), grant(id, Audience::Municipality)]
    };
    MEASURED.iter().flat_map(both).collect()
}

pub fn scenarios() -> Vec<Scenario> {
    let step = |day, weight, severity| Step {
        day,
        minute: 480,
        entries: vec![Entry::Value(("weight".to_owned(), weight))],
        expect: vec![
            Expectation { rule: "gain".to_owned(), outcome: Outcome::Judged(severity) },
            Expectation { rule: "symptoms".to_owned(), outcome: Outcome::NotRun },
        ],
        advice: None,
    };
    let answers = vec![("breathless".to_owned(), 1.0), ("swollen".to_owned(), 2.0)];
    vec![Scenario {
        id: "gains-weight".to_owned(),
        title: text("Gains weight"),
        starts: "2026-03-02".to_owned(),
        zone: "Europe/Copenhagen".to_owned(),
        age: None,
        sex: None,
        limits: vec![],
        steps: vec![
            step(1, 80.0, Severity::Green),
            step(2, 81.5, Severity::Yellow),
            step(3, 82.5, Severity::Red),
            Step {
                day: 3,
                minute: 500,
                entries: vec![Entry::Response(("symptoms".to_owned(), answers))],
                expect: vec![Expectation {
                    rule: "symptoms".to_owned(),
                    outcome: Outcome::Judged(Severity::Yellow),
                }],
                advice: Some(vec!["symptoms".to_owned()]),
            },
        ],
    }]
}
