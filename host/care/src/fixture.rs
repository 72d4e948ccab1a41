//! A small programme for the tests of this crate.

use gtp_model::programme::*;
use gtp_model::{Enrolment, EnrolmentId, EnrolmentState, SeriesId, Text, Time};

/// Noon, 1 March 2026, UTC.
pub const NOW: Time = Time(1_772_366_400_000);

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn quantity(name: &str, unit: &str, reject: (f64, f64), confirm: (f64, f64)) -> Field {
    Field {
        id: id(name),
        title: Text::from([("da", name)]),
        help: Text::default(),
        kind: Kind::Quantity(Quantity {
            unit: unit.into(),
            unit_title: Text::default(),
            decimals: 1,
            reject: Range { low: Some(reject.0), high: Some(reject.1) },
            confirm: Range { low: Some(confirm.0), high: Some(confirm.1) },
            confirm_change: (name == "weight").then_some(5.0),
            coded: vec![],
        }),
        origin: Origin::Entered,
        codings: vec![],
        annotations: vec![],
    }
}

fn question(name: &str, kind: Kind, required: bool, shown_when: Vec<Condition>) -> Item {
    Item {
        id: id(name),
        text: Text::default(),
        help: Text::default(),
        kind: ItemKind::Question(kind),
        required,
        shown_when,
        shown_if: Combine::All,
        codings: vec![],
        annotations: vec![],
    }
}

/// Weight, a blood pressure, a glucose meter that can say `HI`, a derived field, and a questionnaire with a
/// condition and a score.
pub fn programme() -> Programme {
    let mut glucose = quantity("glucose", "mmol/L", (0.6, 40.0), (2.0, 30.0));
    if let Kind::Quantity(quantity) = &mut glucose.kind {
        quantity.coded = vec![Choice {
            code: "HI".into(),
            value: 40.1,
            title: Text::default(),
            codings: vec![],
        }];
    }
    let mut derived = quantity("trend", "kg", (-100.0, 100.0), (-100.0, 100.0));
    derived.origin = Origin::Derived;
    let yes = Condition { item: id("breathless"), test: Test::Equals(1.0) };
    let questionnaire = Questionnaire {
        id: id("symptoms"),
        version: "1".into(),
        title: Text::default(),
        introduction: Text::default(),
        items: vec![
            question("breathless", Kind::Flag, true, vec![]),
            question("how-much", Kind::FreeText(10), true, vec![yes]),
            question("swelling", Kind::Flag, false, vec![]),
        ],
        scores: vec![ScoreRule {
            id: id("total"),
            title: Text::default(),
            items: vec![id("breathless"), id("swelling")],
            method: Method::Sum,
            bands: vec![],
            codings: vec![],
            annotations: vec![],
        }],
        licence: String::new(),
        attribution: String::new(),
        codings: vec![],
        annotations: vec![],
    };
    let fields = vec![
        quantity("weight", "kg", (25.0, 350.0), (25.0, 350.0)),
        quantity("diastolic", "mm[Hg]", (20.0, 200.0), (40.0, 130.0)),
        quantity("systolic", "mm[Hg]", (40.0, 300.0), (70.0, 220.0)),
        glucose,
        derived,
    ];
    let visibility = fields
        .iter()
        .map(|field| Subject::Field(field.id.clone()))
        .chain([Subject::Questionnaire(id("symptoms"))])
        .map(|subject| Grant {
            subject,
            audience: Audience::Citizen,
            sees: Sight::Always,
            may_enter: true,
        })
        .collect();
    Programme {
        about: About {
            id: id("demo"),
            version: "1.0.0".parse().unwrap(),
            title: Text::default(),
            summary: Text::default(),
            languages: vec!["da".into()],
            publisher: String::new(),
            licence: String::new(),
            looked_at: Text::default(),
            meanwhile: Text::default(),
            card: Card {
                status: CardStatus::Project,
                sectors: vec![],
                regions: vec![],
                contact: String::new(),
                evaluation: Text::default(),
                website: String::new(),
            },
            codings: vec![],
            annotations: vec![],
        },
        fields,
        groups: vec![Group {
            id: id("blood-pressure"),
            title: Text::default(),
            help: Text::default(),
            fields: vec![id("systolic"), id("diastolic")],
            checks: vec![GroupCheck::LessThan(id("diastolic"), id("systolic"))],
            codings: vec![],
            annotations: vec![],
        }],
        questionnaires: vec![questionnaire],
        limits: vec![],
        rules: vec![Rule {
            id: id("weight-up"),
            title: Text::default(),
            description: Text::default(),
            reads: vec![Read {
                input: SeriesId::Field(id("weight")),
                within: None,
                newest: Some(3),
            }],
            person: vec![],
            limits: vec![],
            derives: vec![],
            severities: vec![Severity::Red],
            source: String::new(),
            source_url: String::new(),
            codings: vec![],
            annotations: vec![],
        }],
        schedule: vec![],
        visibility,
        scenarios: vec![],
    }
}

/// A citizen's enrolment in it, begun a year before [`NOW`].
pub fn enrolment() -> Enrolment {
    Enrolment {
        id: EnrolmentId::new(),
        citizen: gtp_model::CitizenId::new(),
        programme: id("demo"),
        unit: id("home-care"),
        care_team: vec![],
        start: NOW.plus(-365 * gtp_model::DAY),
        state: EnrolmentState::Active,
    }
}
