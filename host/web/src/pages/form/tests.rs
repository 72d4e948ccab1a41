#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::part::{Part, ask_once};
use super::posted::{self, Draft, Place, Posted};
use super::{FormError, view};
use crate::pages::frame::{Frame, Words};
use askama::Template;
use gtp_care::calendar::{Calendar, parse_rfc3339};
use gtp_model::programme::*;
use gtp_model::{Language, Observation, Source, Text, Time, Value};
use serde_json::json;

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn quantity(name: &str, title: &str, unit: &str, decimals: u8) -> Field {
    Field {
        id: id(name),
        title: Text::from([("da", title)]),
        help: Text::default(),
        kind: Kind::Quantity(Quantity {
            unit: unit.into(),
            unit_title: Text::default(),
            decimals,
            reject: Range { low: Some(0.0), high: Some(400.0) },
            confirm: Range::default(),
            confirm_change: None,
            coded: vec![],
        }),
        origin: Origin::Entered,
        codings: vec![],
        annotations: vec![],
    }
}

fn item(name: &str, kind: ItemKind, shown_when: Vec<Condition>) -> Item {
    Item {
        id: id(name),
        text: Text::from([("da", name)]),
        help: Text::default(),
        kind,
        required: true,
        shown_when,
        shown_if: Combine::All,
        codings: vec![],
        annotations: vec![],
    }
}

/// Weight; systolic and diastolic blood pressure as a group; a glucose meter that can say HI; a question, one
/// that depends on it, and one that asks for the pulse.
fn programme() -> Programme {
    let mut glucose = quantity("glucose", "Blodsukker", "mmol/L", 1);
    if let Kind::Quantity(own) = &mut glucose.kind {
        let title = Text::from([("da", "Måleren viser HI")]);
        own.coded = vec![Choice { code: "hi".into(), value: 40.0, title, codings: vec![] }];
    }
    let yes = Condition { item: id("dizzy"), test: Test::Equals(1.0) };
    let questionnaire = Questionnaire {
        id: id("symptoms"),
        version: "1".into(),
        title: Text::from([("da", "Symptomer")]),
        introduction: Text::default(),
        items: vec![
            item("dizzy", ItemKind::Question(Kind::Flag), vec![]),
            item("fainted", ItemKind::Question(Kind::Flag), vec![yes]),
            item("pulse-now", ItemKind::Field(id("pulse")), vec![]),
        ],
        scores: vec![],
        licence: "CC0-1.0".into(),
        attribution: String::new(),
        codings: vec![],
        annotations: vec![],
    };
    Programme {
        about: About {
            id: id("heart"),
            version: semver_of("1.0.0"),
            title: Text::from([("da", "Hjerte")]),
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
        fields: vec![
            quantity("weight", "Vægt", "kg", 1),
            quantity("systolic", "Højt tal", "mm[Hg]", 0),
            quantity("diastolic", "Lavt tal", "mm[Hg]", 0),
            glucose,
            quantity("pulse", "Puls", "/min", 0),
        ],
        groups: vec![Group {
            id: id("blood-pressure"),
            title: Text::from([("da", "Blodtryk")]),
            help: Text::default(),
            fields: vec![id("systolic"), id("diastolic")],
            checks: vec![],
            codings: vec![],
            annotations: vec![],
        }],
        questionnaires: vec![questionnaire],
        limits: vec![],
        rules: vec![],
        schedule: vec![],
        visibility: vec![],
        scenarios: vec![],
    }
}

fn semver_of<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn parts(programme: &Programme) -> Vec<Part<'_>> {
    let mut parts = vec![Part {
        definition: programme,
        fields: programme.fields.iter().map(|field| (field, None)).collect(),
        questionnaires: programme.questionnaires.iter().collect(),
    }];
    ask_once(&mut parts);
    parts
}

fn now() -> Time {
    parse_rfc3339("2026-11-21T07:30:20+01:00").unwrap()
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    let moment = [
        ("date", "2026-11-21"),
        ("time", "07:30"),
        ("opened", "2026-11-21T07:30"),
        ("opened-at", "2026-11-21T06:30:20Z"),
    ];
    let all = moment.iter().chain(pairs);
    Posted::new(all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn read(pairs: &[(&str, &str)]) -> Result<Draft, Vec<FormError>> {
    let programme = programme();
    let calendar = Calendar::new("Europe/Copenhagen").unwrap();
    posted::read(&parts(&programme), &posted(pairs), &calendar, Language::Da)
}

fn only_error(pairs: &[(&str, &str)]) -> FormError {
    let mut errors = read(pairs).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

fn html(programme: &Programme, posted: &Posted, errors: &[FormError]) -> String {
    let calendar = Calendar::new("Europe/Copenhagen").unwrap();
    let words = Words { language: Language::Da, calendar: &calendar, now: now() };
    let frame = Frame::new(Language::Da, "Mål og svar".into(), None, "/citizen/form", false);
    let (key, action) = ("key-1".to_owned(), "/citizen/form".to_owned());
    let asked = view::Asked {
        words,
        posted,
        errors,
        whose: String::new(),
        key,
        action,
        about: None,
        resumed: false,
    };
    view::page(frame, &parts(programme), &asked).render().unwrap()
}

#[test]
fn values_become_observations_with_their_unit_and_moment() {
    let draft =
        read(&[("v.weight", "82,5"), ("v.systolic", "118"), ("c.systolic", "yes")]).unwrap();
    assert_eq!(
        draft.body,
        json!({ "observations": [
            { "field": "weight", "value": 82.5, "unit": "kg", "measured": "2026-11-21T06:30:20Z" },
            { "field": "systolic", "value": 118.0, "unit": "mm[Hg]", "confirmed": true,
              "measured": "2026-11-21T06:30:20Z" },
        ] })
    );
}

#[test]
fn a_changed_time_is_local_time_to_the_minute() {
    let draft = read(&[("v.weight", "82"), ("time", "06:15")]).unwrap();
    assert_eq!(draft.body["observations"][0]["measured"], "2026-11-21T05:15:00Z");
}

#[test]
fn a_reason_in_place_of_a_value_is_a_skip_and_both_is_an_error() {
    let draft = read(&[("s.weight", "unwell")]).unwrap();
    assert_eq!(draft.body["observations"][0]["skipped"], "unwell");
    let both = only_error(&[("v.weight", "82"), ("s.weight", "unwell")]);
    assert_eq!(both.place, Place::Control("weight".into()));
}

#[test]
fn a_meter_reading_is_sent_as_its_code() {
    let draft = read(&[("k.glucose", "hi")]).unwrap();
    assert_eq!(draft.body["observations"][0]["value"], "hi");
    let both = only_error(&[("k.glucose", "hi"), ("v.glucose", "7")]);
    assert_eq!(both.place, Place::Control("glucose".into()));
}

#[test]
fn what_is_no_number_or_too_exact_is_named_at_its_field() {
    assert!(only_error(&[("v.weight", "to og firs")]).words.contains("Skriv et tal"));
    assert!(only_error(&[("v.weight", "82,55")]).words.contains("ét ciffer"));
    assert!(only_error(&[("v.systolic", "118,5")]).words.contains("helt tal"));
    assert!(read(&[("v.systolic", "118,0")]).is_ok());
}

#[test]
fn an_empty_form_and_an_impossible_time_are_errors() {
    assert_eq!(only_error(&[]).place, Place::Whole);
    assert_eq!(only_error(&[("v.weight", "82"), ("date", "")]).place, Place::Moment);
}

#[test]
fn a_question_that_is_not_shown_is_not_sent() {
    let answers = |dizzy: &str| {
        let path = "v.heart.symptoms";
        let (first, second) = (format!("{path}.dizzy"), format!("{path}.fainted"));
        let draft = read(&[(&first, dizzy), (&second, "yes")]).unwrap();
        draft.body["responses"][0]["answers"].clone()
    };
    assert_eq!(answers("no"), json!({ "dizzy": false }));
    assert_eq!(answers("yes"), json!({ "dizzy": true, "fainted": true }));
}

#[test]
fn an_untouched_questionnaire_is_not_sent() {
    assert!(read(&[("v.weight", "82")]).unwrap().body.get("responses").is_none());
}

#[test]
fn a_field_that_a_questionnaire_asks_for_is_asked_once() {
    let page = html(&programme(), &Posted::default(), &[]);
    assert!(!page.contains(r#"name="v.pulse""#));
    assert_eq!(page.matches(r#"name="v.heart.symptoms.pulse-now""#).count(), 1);
    let draft = read(&[("v.heart.symptoms.pulse-now", "72")]).unwrap();
    assert_eq!(draft.body["responses"][0]["answers"]["pulse-now"], 72.0);
}

#[test]
fn a_pointer_leads_to_the_control_it_means() {
    let draft =
        read(&[("v.weight", "82"), ("v.systolic", "118"), ("v.heart.symptoms.dizzy", "no")])
            .unwrap();
    let control = |path: &str| Place::Control(path.into());
    assert_eq!(draft.place("/observations/1/value"), control("systolic"));
    assert_eq!(draft.place("/observations/0"), control("weight"));
    assert_eq!(draft.place("/observations/0/measured"), Place::Moment);
    assert_eq!(draft.place("/responses/0/answers/fainted"), control("heart.symptoms.fainted"));
    assert_eq!(draft.place("/responses/0/answered"), Place::Moment);
    assert_eq!(draft.place(""), Place::Whole);
    assert_eq!(draft.place("/observations/7/value"), Place::Whole);
}

#[test]
fn a_page_keeps_what_was_typed_and_says_what_is_wrong_on_top_and_beside() {
    let posted = posted(&[("v.weight", "82,55"), ("key", "key-1")]);
    let error = FormError {
        place: Place::Control("weight".into()),
        words: "Skriv højst ét ciffer efter kommaet.".into(),
        confirm: false,
    };
    let page = html(&programme(), &posted, &[error]);
    assert!(page.contains(r#"value="82,55""#));
    assert!(page.contains("role=\"alert\""));
    assert!(page.contains(r##"<a href="#i-weight">"##), "the summary links to the field");
    assert_eq!(page.matches("Skriv højst ét ciffer").count(), 2);
    assert!(page.contains(r#"aria-invalid="true""#));
    assert!(page.contains(r#"value="key-1""#));
}

#[test]
fn an_unusual_value_comes_with_a_box_to_confirm_it() {
    let error = FormError {
        place: Place::Control("systolic".into()),
        words: "Værdien er usædvanlig.".into(),
        confirm: true,
    };
    let page = html(&programme(), &posted(&[("v.systolic", "230")]), &[error]);
    assert!(page.contains(r#"name="c.systolic""#));
    assert!(!page.contains(r#"name="c.diastolic""#));
    assert!(page.contains("Se efter, om tallene er rigtige"));
}

#[test]
fn a_group_is_one_fieldset_and_every_control_has_its_label() {
    let page = html(&programme(), &Posted::default(), &[]);
    assert!(page.contains(r#"<fieldset class="panel" id="g-blood-pressure">"#));
    let labelled = |id: &str| page.contains(&format!(r#"for="{id}""#));
    let mut controls = 0;
    for tag in ["<input ", "<select ", "<textarea "] {
        for control in page.split(tag).skip(1) {
            let own = control.split('>').next().unwrap();
            if own.contains("type=\"hidden\"") {
                continue;
            }
            let id = own.split("id=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(labelled(id), "{id} has no label");
            controls += 1;
        }
    }
    assert!(controls > 10);
}

#[test]
fn the_last_value_stands_beside_the_field() {
    let programme = programme();
    let last = Observation {
        id: gtp_model::ObservationId::new(),
        citizen: gtp_model::CitizenId::new(),
        field: id("weight"),
        measured: now().plus(-86_400_000),
        received: now(),
        value: Value::Number(82.3),
        unit: "kg".into(),
        source: Source::Citizen,
        supersedes: None,
        confirmed: false,
    };
    let mut parts = parts(&programme);
    parts[0].fields[0].1 = Some(&last);
    let calendar = Calendar::new("Europe/Copenhagen").unwrap();
    let words = Words { language: Language::Da, calendar: &calendar, now: now() };
    let frame = Frame::new(Language::Da, String::new(), None, "/", false);
    let posted = Posted::default();
    let (key, action) = (String::new(), String::new());
    let asked = view::Asked {
        words,
        posted: &posted,
        errors: &[],
        whose: String::new(),
        key,
        action,
        about: None,
        resumed: false,
    };
    let page = view::page(frame, &parts, &asked).render().unwrap();
    assert!(page.contains("Sidst: 82,3 kg, i går kl. 07.30"), "{page}");
}

#[test]
fn a_programme_cannot_write_markup_or_turn_the_page_round() {
    let mut programme = programme();
    let hostile = "<script>alert(1)</script>\u{202E}\"' onload=x";
    programme.about.title = Text::from([("da", hostile)]);
    for field in &mut programme.fields {
        field.title = Text::from([("da", hostile)]);
        field.help = Text::from([("da", hostile)]);
        if let Kind::Quantity(quantity) = &mut field.kind {
            quantity.unit_title = Text::from([("da", hostile)]);
        }
    }
    let items = &mut programme.questionnaires[0].items;
    items[0].text = Text::from([("da", &*"æ".repeat(10_000))]);
    items[1].help = Text::from([("da", hostile)]);
    programme.groups[0].title = Text::from([("da", hostile)]);
    let page = html(&programme, &Posted::default(), &[]);
    assert!(!page.contains("<script>alert") && !page.contains('\u{202E}'));
    assert!(!page.contains("' onload") && !page.contains("\" onload"));
    assert!(!page.contains(&"æ".repeat(500)), "a long text is cut");
}

#[test]
fn a_condition_stands_in_words_and_for_the_script() {
    let page = html(&programme(), &Posted::default(), &[]);
    assert!(page.contains("Svar kun, hvis du har svaret ”Ja” til ”dizzy”"), "{page}");
    assert!(page.contains("data-when="));
    assert!(page.contains("v.heart.symptoms.dizzy"));
}
