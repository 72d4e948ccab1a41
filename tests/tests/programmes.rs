//! The shipped programmes through the whole host: two on one citizen, shared questionnaires, a made-up cohort.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_cohort::{Episode, Settings};
use gtp_programme_file::File;
use gtp_tests::{Api, Browser, Options, Place, at};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

async fn enrol_also(api: &Api, citizen: &str, programme: &str) {
    let body = json!({
        "programme": programme, "unit": "home-care", "care_team": ["cardiology"], "start": at(60.0),
    });
    let _ = api.post(&format!("/api/v1/citizens/{citizen}/enrolments"), &body).await.expect(201);
}

/// A number with a true date that nobody can have: it fails modulus 11.
fn made_up_number(citizen: u32) -> String {
    let fails = |number: &String| {
        let digits = number.bytes().filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'));
        let sum: u32 = digits.zip([4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).map(|(one, two)| one * two).sum();
        !sum.is_multiple_of(11)
    };
    let date = format!("{:02}0761", citizen % 28 + 1);
    (0..2).map(|last| format!("{date}-{:03}{last}", citizen + 1)).find(fails).unwrap()
}

/// What the rules found. That something expected has not come is told apart, by the activity that expects it.
async fn found_by_rules(api: &Api) -> Vec<Value> {
    let mut alerts = api.alerts().await;
    alerts.retain(|alert| alert["severity"] != "missing");
    alerts
}

fn heart_answers(yes: &[&str]) -> Value {
    let items = [
        "more-breathless",
        "more-swelling",
        "dizzy",
        "fainted",
        "woke-breathless",
        "slept-propped-up",
        "much-worse",
    ];
    items.iter().map(|item| ((*item).to_owned(), json!(yes.contains(item)))).collect()
}

fn copd_answers(yes: &[&str]) -> Value {
    let items = [
        "breathlessness",
        "sputum-volume",
        "sputum-colour",
        "cough",
        "wheeze",
        "sore-throat",
        "cold",
        "fever",
    ];
    items.iter().map(|item| ((*item).to_owned(), json!(yes.contains(item)))).collect()
}

/// A morning of somebody with COPD and a failing heart: everything in one submission.
fn morning(days: f64, weight: f64, saturation: f64, ill: bool) -> Value {
    let measured = at(days);
    let number = |field: &str, value: f64, unit: &str| json!({ "field": field, "value": value, "unit": unit, "measured": measured });
    json!({
        "observations": [
            number("weight", weight, "kg"),
            number("pulse", if ill { 104.0 } else { 78.0 }, "/min"),
            number("spo2", saturation, "%"),
            number("systolic", 128.0, "mm[Hg]"),
            number("diastolic", 76.0, "mm[Hg]"),
            { "field": "supplemental-oxygen", "value": false, "measured": measured },
        ],
        "responses": [
            {
                "programme": "heart", "questionnaire": "heart-symptoms", "answered": measured,
                "answers": heart_answers(if ill { &["more-swelling"] } else { &[] }),
            },
            {
                "programme": "copd", "questionnaire": "copd-symptoms", "answered": measured,
                "answers": copd_answers(if ill { &["breathlessness", "sputum-colour"] } else { &[] }),
            },
        ],
    })
}

#[tokio::test]
async fn with_copd_and_heart_failure_weight_and_pulse_are_measured_once_and_serve_both() {
    let server = Place::with_people(&["heart", "copd"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    enrol_also(&nurse, &citizen, "copd").await;

    let calm = nurse.submit(&citizen, &morning(1.0, 84.0, 96.0, false)).await.expect(201).json();
    assert_eq!(calm["assessed"], true);
    for programme in ["heart", "copd"] {
        assert!(calm["looked_at"][programme].is_string(), "{calm}");
        assert!(calm["meanwhile"][programme].as_str().unwrap().contains("112"), "{calm}");
    }
    assert!(found_by_rules(&nurse).await.is_empty(), "a calm morning");

    let ill = nurse.submit(&citizen, &morning(0.01, 86.3, 90.0, true)).await.expect(201).json();
    assert_eq!(ill["observations"].as_array().unwrap().len(), 6);
    assert_eq!(ill["responses"].as_array().unwrap().len(), 2);
    for field in ["weight", "pulse", "spo2"] {
        assert_eq!(
            nurse.observations(&citizen, field).await.len(),
            2,
            "{field} is stored once a day"
        );
    }

    // One submission, and each programme's rules say what is theirs.
    let alerts: BTreeMap<String, (String, String)> = found_by_rules(&nurse)
        .await
        .iter()
        .map(|alert| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let of = (text(&alert["programme"]), text(&alert["severity"]));
            (text(&alert["cause"]["id"]), of)
        })
        .collect();
    let expected = [
        ("weight-1-day", "heart", "red"),
        ("weight-3-days", "heart", "red"),
        ("pulse", "heart", "red"),
        ("symptoms", "heart", "yellow"),
        ("spo2-fall", "copd", "yellow"),
    ];
    let expected: BTreeMap<String, (String, String)> = expected
        .into_iter()
        .map(|(rule, programme, colour)| (rule.into(), (programme.into(), colour.into())))
        .collect();
    assert_eq!(alerts, expected);
    let advising: BTreeSet<&str> =
        ill["advice"].as_array().unwrap().iter().map(|own| own["rule"].as_str().unwrap()).collect();
    assert_eq!(advising, ["pulse", "weight-1-day", "weight-3-days"].into());

    // The citizen's form asks for what both programmes want once.
    let (place, _) = server.stop();
    place.add_user("citizen-1", &["--role", "citizen", "--number-stdin"], "070761-0001\n");
    let server = place.serve();
    let browser = Browser::open(&server, Options::PHONE.without_scripts()).await;
    browser.log_in("citizen-1", Place::PASSWORD).await;
    browser.go("/citizen/form").await;
    browser.find("input[name='v.weight']").await;
    for field in ["weight", "pulse", "spo2", "systolic"] {
        assert_eq!(browser.count(&format!("input[name='v.{field}']")).await, 1, "{field}");
    }
    browser.close().await;
}

#[tokio::test]
async fn one_blood_pressure_is_judged_by_the_rules_of_both_programmes() {
    let server = Place::with_people(&["heart", "pregnancy"]).serve();
    let doctor = Api::log_in(&server, "doctor").await;
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("080791-0002", "Demo Borger 2", "heart").await;
    enrol_also(&nurse, &citizen, "pregnancy").await;
    let measured = at(0.01);
    let body = json!({ "observations": [
        { "field": "systolic", "value": 182, "unit": "mm[Hg]", "measured": measured },
        { "field": "diastolic", "value": 112, "unit": "mm[Hg]", "measured": measured },
    ] });
    let _ = doctor.submit(&citizen, &body).await.expect(201);
    for field in ["systolic", "diastolic"] {
        assert_eq!(doctor.observations(&citizen, field).await.len(), 1, "{field}");
    }
    let mut found: Vec<(String, String, String)> = found_by_rules(&nurse)
        .await
        .iter()
        .map(|alert| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&alert["programme"]), text(&alert["cause"]["id"]), text(&alert["severity"]))
        })
        .collect();
    found.sort();
    let expected = [
        ("heart", "bp-crisis", "yellow"),
        ("heart", "systolic", "red"),
        ("pregnancy", "high-blood-pressure", "yellow"),
        ("pregnancy", "severe-blood-pressure", "red"),
    ];
    let expected: Vec<(String, String, String)> =
        expected.map(|(one, two, three)| (one.into(), two.into(), three.into())).into();
    assert_eq!(found, expected);
}

/// A programme of shared questionnaires alone, with their rules, made without a compiler.
fn mood() -> Vec<u8> {
    let text = r#"
[about]
id = "mood"
version = "1.0.0"
languages = ["da", "en"]
title = { da = "Humør", en = "Mood" }
summary = { da = "Fælles spørgeskemaer.", en = "Shared questionnaires." }
publisher = "The Generic Telemedicine Platform project"
licence = "(MIT OR Apache-2.0) AND CC-BY-NC-SA-3.0-IGO"
looked-at = { da = "En sygeplejerske ser på dine svar på hverdage.", en = "A nurse looks at your answers on weekdays." }
meanwhile = { da = "Ring 112 ved livsfare.", en = "Call 112 if life is in danger." }

[card]
status = "project"
sectors = ["municipality"]
contact = "The region or municipality that runs the programme"
evaluation = { da = "Ikke evalueret.", en = "Not evaluated." }

[[fields]]
standard = "weight"
"#;
    let lists = [
        ("questionnaires", &["phq-9", "phq-2", "gad-7", "who-5", "mmrc"][..]),
        (
            "limits",
            &[
                "phq-9-moderate",
                "phq-9-severe",
                "phq-2-positive",
                "gad-7-moderate",
                "gad-7-severe",
                "who-5-low",
            ],
        ),
        ("rules", &["phq-9-self-harm", "phq-9-total", "phq-2-total", "gad-7-total", "who-5-low"]),
    ];
    let mut text = text.to_owned();
    for (list, ids) in lists {
        for id in ids {
            text.push_str(&format!("[[{list}]]\nstandard = \"{id}\"\n"));
        }
    }
    text.push_str(
        "[[visibility]]\nfields = \"all\"\nquestionnaires = \"all\"\nmunicipality = \"sees and enters\"\n\
         [[visibility]]\nrules = \"all\"\nmunicipality = \"sees\"\n",
    );
    let story = r#"
title = { da = "Tanker om døden med en total på 1", en = "Thoughts of death with a total of 1" }
starts = "2026-03-02"

[[steps]]
day = 1
at = "10:00"
answers.phq-9 = { rest = "not-at-all", better-off-dead = "several-days" }
expect = { phq-9-self-harm = "red", phq-9-total = "green" }
advice = ["phq-9-self-harm"]
"#;
    let file = |name: &str, text: &str| File { name: name.to_owned(), text: text.to_owned() };
    let stories = [file("scenarios/item-nine.toml", story)];
    let programme = gtp_programme_file::parse(&file("programme.toml", &text), &stories)
        .unwrap_or_else(|problems| panic!("{problems}"));
    gtp_join::join(&programme).unwrap()
}

const PHQ_9: [&str; 9] = [
    "interest",
    "down",
    "sleep",
    "tired",
    "appetite",
    "failure",
    "concentration",
    "slow-or-restless",
    "better-off-dead",
];
const GAD_7: [&str; 7] = [
    "nervous",
    "cannot-stop-worrying",
    "worrying-too-much",
    "trouble-relaxing",
    "restless",
    "irritable",
    "afraid",
];
const WHO_5: [&str; 5] = ["cheerful", "calm", "active", "rested", "interested"];
const HOW_OFTEN: [&str; 4] = ["not-at-all", "several-days", "more-than-half", "nearly-every-day"];
const HOW_MUCH: [&str; 6] = [
    "at-no-time",
    "some-of-the-time",
    "less-than-half",
    "more-than-half",
    "most-of-the-time",
    "all-of-the-time",
];

/// Answers that add up to `total`, the last items as low as can be.
fn answers(items: &[&str], codes: &[&str], total: usize) -> Value {
    let most = codes.len() - 1;
    let mut left = total;
    let mut answers = json!({});
    for item in items {
        let own = left.min(most);
        left -= own;
        answers[item] = json!(codes[own]);
    }
    assert_eq!(left, 0, "{total} cannot be reached");
    answers
}

fn response(questionnaire: &str, answers: &Value, days: f64) -> Value {
    json!({ "responses": [{
        "programme": "mood", "questionnaire": questionnaire, "answered": at(days), "answers": answers,
    }] })
}

#[tokio::test]
async fn shared_questionnaires_are_scored_by_the_host_and_item_nine_is_red_whatever_the_total() {
    let place = Place::with_people(&[]);
    std::fs::write(place.path("programmes/mood.wasm"), mood()).unwrap();
    let checked = place.run(&["check", "programmes/mood.wasm"], "");
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;

    // Each total at and just below its limits, for a citizen of its own.
    let cases = [
        ("phq-9", &PHQ_9[..], &HOW_OFTEN[..], 9, None),
        ("phq-9", &PHQ_9, &HOW_OFTEN, 10, Some("yellow")),
        ("phq-9", &PHQ_9, &HOW_OFTEN, 19, Some("yellow")),
        ("phq-9", &PHQ_9, &HOW_OFTEN, 20, Some("red")),
        ("phq-2", &PHQ_9[..2], &HOW_OFTEN, 2, None),
        ("phq-2", &PHQ_9[..2], &HOW_OFTEN, 3, Some("yellow")),
        ("gad-7", &GAD_7, &HOW_OFTEN, 9, None),
        ("gad-7", &GAD_7, &HOW_OFTEN, 10, Some("yellow")),
        ("gad-7", &GAD_7, &HOW_OFTEN, 14, Some("yellow")),
        ("gad-7", &GAD_7, &HOW_OFTEN, 15, Some("red")),
        ("gad-7", &GAD_7, &HOW_OFTEN, 21, Some("red")),
        ("who-5", &WHO_5, &HOW_MUCH, 7, Some("yellow")),
        ("who-5", &WHO_5, &HOW_MUCH, 8, None),
        ("who-5", &WHO_5, &HOW_MUCH, 25, None),
    ];
    let mut expected = BTreeMap::new();
    for (number, (questionnaire, items, codes, total, colour)) in (10..).zip(cases) {
        let person = format!("Demo Borger {number}");
        let citizen = nurse.admit(&made_up_number(number), &person, "mood").await;
        let body = response(questionnaire, &answers(items, codes, total), 0.01);
        let receipt = nurse.submit(&citizen, &body).await.expect(201).json();
        assert_eq!(receipt["assessed"], true, "{questionnaire} {total}");
        if let Some(colour) = colour {
            let _ = expected.insert(citizen, (questionnaire, total, colour.to_owned()));
        }
    }
    let alerts = found_by_rules(&nurse).await;
    assert_eq!(alerts.len(), expected.len(), "{alerts:#?}");
    for alert in &alerts {
        let (questionnaire, total, colour) = &expected[alert["citizen"].as_str().unwrap()];
        assert_eq!(alert["severity"], colour.as_str(), "{questionnaire} {total}");
        let rule = alert["cause"]["id"].as_str().unwrap();
        assert!(rule.starts_with(questionnaire), "{questionnaire} {total}: {rule}");
    }

    let citizen = nurse.admit("080761-0002", "Demo Borger 2", "mood").await;
    let mut ninth = answers(&PHQ_9, &HOW_OFTEN, 0);
    ninth["better-off-dead"] = json!("several-days");
    let receipt = nurse.submit(&citizen, &response("phq-9", &ninth, 0.01)).await.expect(201).json();
    assert_eq!(receipt["advice"][0]["rule"], "phq-9-self-harm");
    assert_eq!(receipt["advice"][0]["urgency"], "now");
    let red = nurse.alerts_of("phq-9-self-harm").await;
    assert_eq!((red.len(), red[0]["severity"].as_str()), (1, Some("red")), "a total of 1");

    // An open answer is no zero, and nobody sends a score.
    let open = nurse.admit("090761-0003", "Demo Borger 3", "mood").await;
    let mut partly = answers(&PHQ_9, &HOW_OFTEN, 20);
    let _ = partly.as_object_mut().unwrap().remove("sleep");
    let before = found_by_rules(&nurse).await.len();
    let _ = nurse.submit(&open, &response("phq-9", &partly, 0.01)).await.expect(422);
    let mut claimed = answers(&PHQ_9, &HOW_OFTEN, 24);
    claimed["total"] = json!(0);
    let _ = nurse.submit(&open, &response("phq-9", &claimed, 0.01)).await.expect(422);
    assert_eq!(found_by_rules(&nurse).await.len(), before);
}

#[tokio::test]
async fn a_made_up_cohort_is_taken_whole_and_its_episodes_are_found() {
    let programmes = ["heart", "copd", "diabetes", "pregnancy"];
    let server = Place::with_people(&programmes).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let doctor = Api::log_in(&server, "doctor").await;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let starts = today.checked_sub(jiff::Span::new().days(25)).unwrap();
    let settings = Settings { seed: 11, citizens: 400, days: 21, starts };
    // The first ones, whoever they are, and the first with an episode that goes on long enough to be found.
    let ill = |citizen: &u32| episode(&settings, *citizen).is_some();
    let citizens: Vec<u32> = (0..12).chain((12..settings.citizens).filter(ill).take(10)).collect();

    let mut ids = BTreeMap::new();
    for citizen in citizens.iter().copied() {
        let person = gtp_cohort::person(&settings, citizen);
        let number = made_up_number(citizen);
        let mut own = person.programmes.iter();
        let first = own.next().unwrap();
        let id = nurse.admit(&number, &format!("Demo Borger {citizen}"), first).await;
        for programme in own {
            enrol_also(&nurse, &id, programme).await;
        }
        let _ = ids.insert(citizen, id);
    }
    let (mut keys, mut replayed) = (BTreeSet::new(), 0);
    let mut sent: Vec<_> =
        citizens.iter().flat_map(|citizen| gtp_cohort::of_citizen(&settings, *citizen)).collect();
    sent.sort_by_key(|own| own.sent);
    for sent in sent {
        let path = format!("/api/v1/citizens/{}/submissions", ids[&sent.citizen]);
        let body = serde_json::to_value(&sent.body).unwrap();
        let answer = doctor.post_with_key(&path, &body, &sent.key).await;
        let again = !keys.insert(sent.key.clone());
        replayed += usize::from(again);
        let receipt = answer.expect(if again { 200 } else { 201 }).json();
        assert_eq!(receipt["assessed"], true, "seed {}, {}", settings.seed, sent.key);
    }
    assert!(replayed > 0 && keys.len() > 250, "{replayed} of {}", keys.len());

    // Whoever was ill long enough has an alert of the programme that is about it, and a red one where the
    // episode ends in something that cannot wait.
    let alerts = found_by_rules(&nurse).await;
    for (citizen, id) in &ids {
        let Some((programme, began)) = episode(&settings, *citizen) else { continue };
        let own = alerts
            .iter()
            .filter(|alert| alert["citizen"] == id.as_str() && alert["programme"] == programme);
        let colours: Vec<&str> = own.map(|alert| alert["severity"].as_str().unwrap()).collect();
        let found = colours.contains(&"red") || (programme == "diabetes" && !colours.is_empty());
        assert!(found, "seed {}, citizen {citizen}: {programme} from day {began}", settings.seed);
    }
}

/// The programme that must find a citizen's episode, and the day on which it began; nothing where the citizen
/// stops sending before it shows.
fn episode(settings: &Settings, citizen: u32) -> Option<(&'static str, u32)> {
    let person = gtp_cohort::person(settings, citizen);
    let until = person.stops.unwrap_or(settings.days);
    let found = person.episodes.iter().map(|(episode, began)| match episode {
        Episode::Decompensation => ("heart", *began, 8),
        Episode::Exacerbation => ("copd", *began, 6),
        Episode::StomachBug => ("diabetes", *began, 2),
        Episode::PreEclampsia => ("pregnancy", *began, 10),
    });
    found
        .filter(|(_, began, length)| began + length <= until)
        .map(|(programme, began, _)| (programme, began))
        .next()
}
