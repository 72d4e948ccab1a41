//! Versions of a programme on trial, with a real host: the report on what waits, who read it and who may say yes, the
//! shadow, and the commands for all of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod commands;

use gtp_tests::{Answer, Api, Place, Server, until};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The kit's programme without code, with fever from the limit on (`at-least`) or only above it.
pub fn surgery(place: &Place, version: &str, word: &str) -> PathBuf {
    let template = include_str!("../../../sdk/templates/plain/programme.toml");
    let changed = template
        .replace("version = \"1.0.0\"\nlanguages", &format!("version = \"{version}\"\nlanguages"))
        .replace("at-least = \"fever\"", &format!("{word} = \"fever\""));
    let path = place.path("programme.toml");
    std::fs::write(&path, changed).unwrap();
    let (bytes, _) = gtp_join::join_file(&path).unwrap_or_else(|error| panic!("{error}"));
    let file = place.path(&format!("after-surgery-{version}.wasm"));
    std::fs::write(&file, bytes).unwrap();
    file
}

/// A host with version 1.0.0, which finds fever only above the limit, and a citizen with 38.0 and 39.0 degrees; the
/// limit is 38. Version 1.1.0 finds it from the limit on.
async fn host(settings: &str) -> (Server, Api, String) {
    let place = Place::with_people(&[]);
    place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
    place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
    place.configure(settings);
    place.drop_in(&surgery(&place, "1.0.0", "above"), "after-surgery.wasm");
    let _ = place.run(&["programme", "activate", "after-surgery"], "");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "after-surgery").await;
    for (degrees, days) in [(38.0, 0.4), (39.0, 0.3)] {
        let _ = nurse.measure(&citizen, "temperature", "Cel", degrees, days).await.expect(201);
    }
    (server, nurse, citizen)
}

/// The replay of what waits, when it is done.
async fn report(operator: &Api) -> Value {
    until("a report", async || {
        let all = operator.get("/api/v1/components").await.expect(200).json();
        let mut all = all["components"].as_array().unwrap().iter();
        let waits = all.find(|own| own["state"] == "waiting")?;
        (waits["report"]["stage"] == "done").then(|| waits["report"].clone())
    })
    .await
}

async fn delete(api: &Api, path: &str) -> Answer {
    api.send(api.request(Method::DELETE, path)).await
}

#[tokio::test]
async fn a_version_that_waits_gets_a_report_and_whoever_says_yes_must_have_read_it() {
    let settings = "[components]\nactivation = \"approval\"\nreport = \"required\"";
    let (server, nurse, citizen) = host(settings).await;
    let operator = Api::log_in(&server, "operator").await;
    let new = surgery(server.place(), "1.1.0", "at-least");
    server.place().drop_in(&new, "after-surgery.wasm");
    let made = report(&operator).await;
    assert_eq!((&made["by"], &made["version"]), (&json!("host"), &json!("1.1.0")));
    let number = made["number"].as_u64().unwrap();
    let digest = made["digest"].as_str().unwrap().to_owned();

    // Nobody has read it.
    let (yes, activation) =
        (json!({ "digest": digest }), "/api/v1/programmes/after-surgery/activation");
    assert_eq!(operator.post(activation, &yes).await.expect(409).problem(), "report-unread");
    let refused = server.place().run(&["programme", "approve", "after-surgery"], "");
    assert_eq!(refused.code, 1, "{}", refused.out);
    let list = operator.get("/api/v1/components").await.expect(200).json();
    let waits = list["components"].as_array().unwrap().iter().find(|own| own["state"] == "waiting");
    let waits = waits.unwrap().clone();
    assert_eq!((&waits["report"]["stage"], &waits["readings"]), (&json!("done"), &json!([])));

    // A clinician of the care team sees the citizen, one who does not know them sees counts, and so does the operator.
    let path = format!("/api/v1/replays/{number}");
    let seen = nurse.get(&path).await.expect(200).json();
    let tally = &seen["report"]["tally"];
    assert_eq!((&tally["all"]["gained"], &tally["all"]["same"]), (&json!(1), &json!(1)));
    assert_eq!(tally["examples"]["gained infection"][0]["citizen"], json!(citizen));
    for stranger in ["surgeon", "operator"] {
        let api = Api::log_in(&server, stranger).await;
        let seen = api.get(&path).await.expect(200);
        assert!(!seen.text.contains(&citizen), "{stranger}: {}", seen.text);
        assert_eq!(seen.json()["report"]["tally"]["all"]["gained"], 1);
    }
    let csv = operator.get(&format!("{path}/report.csv")).await.expect(200);
    assert!(
        csv.text.lines().any(|line| line.starts_with("rule,infection,1,1,0,0,0")),
        "{}",
        csv.text
    );
    let html = operator.get(&format!("{path}/report.html")).await.expect(200);
    assert!(html.text.contains("<svg") && !html.text.contains(&citizen));
    // Nobody else starts or stops one.
    let ask = json!({ "programme": "after-surgery" });
    assert_eq!(nurse.post("/api/v1/replays", &ask).await.expect(403).problem(), "denied");
    assert_eq!(delete(&nurse, &path).await.expect(403).problem(), "denied");

    // The command reads as somebody else, who must read too.
    let told = server.place().succeed(&["programme", "report", "after-surgery"], "");
    assert!(told.contains("after-surgery 1.1.0 against 1.0.0"), "{told}");
    assert!(told.contains("is in the record") && !told.contains(&citizen), "{told}");

    let _ = operator.post(activation, &yes).await.expect(200);
    let readings = operator.get(&path).await.expect(200).json()["readings"].clone();
    let readers: Vec<&str> =
        readings.as_array().unwrap().iter().map(|own| own["by"].as_str().unwrap()).collect();
    assert_eq!(readers[..3], ["nurse", "surgeon", "operator"], "{readings}");
    assert_eq!(readings[0]["report"], seen["report_digest"], "the same report to all");

    // The record holds who had read what when it was activated, and holds no name.
    let (place, output) = server.stop();
    assert!(!output.contains("Demo Borger") && !output.contains("070761"), "{output}");
    let journal = activated(&place);
    assert_eq!(journal["readings"].as_array().unwrap().len(), 4, "{journal}");
}

/// The newest activation in a record.
fn activated(place: &Place) -> Value {
    use gtp_record::event::{Event, StreamId};
    use gtp_record::{Record, RecordOptions, Store as _};
    let record = Record::open(RecordOptions::new(&place.path("data"))).unwrap().0;
    let events = record.events_named(StreamId::Programmes, &["programme-activated"]).unwrap();
    let newest = events.into_iter().next_back().unwrap();
    record.close();
    let Event::ProgrammeActivated(event) = newest.event else { panic!() };
    serde_json::to_value(event).unwrap()
}

#[tokio::test]
async fn what_if_is_asked_over_http_and_can_be_stopped() {
    let (server, nurse, _) = host("").await;
    let operator = Api::log_in(&server, "operator").await;
    let programmes = operator.get("/api/v1/programmes").await.expect(200).json();
    let serving = programmes["programmes"][0]["digest"].as_str().unwrap();
    let ask =
        json!({ "programme": "after-surgery", "digest": serving, "limits": { "fever": 39.0 } });
    let asked = operator.post("/api/v1/replays", &ask).await.expect(202).json();
    let path = format!("/api/v1/replays/{}", asked["number"]);
    let done = until("the what-if", async || {
        let own = nurse.get(&path).await.expect(200).json();
        (own["stage"] == "done").then_some(own)
    })
    .await;
    // 39.0 is above 38 and not above 39.
    assert_eq!(done["report"]["tally"]["all"]["lost"], 1, "{done}");
    assert_eq!(done["report"]["what_if"]["fever"], 39.0);
    let unknown =
        json!({ "programme": "after-surgery", "digest": serving, "limits": { "nix": 1 } });
    let wrong = operator.post("/api/v1/replays", &unknown).await.expect(422).json();
    assert_eq!(wrong["errors"][0]["pointer"], "/limits");
    let waits = json!({ "programme": "after-surgery" });
    assert_eq!(
        operator.post("/api/v1/replays", &waits).await.expect(409).problem(),
        "no-such-version"
    );
    // What is over stays over.
    let _ = delete(&operator, &path).await.expect(204);
    assert_eq!(operator.get(&path).await.expect(200).json()["stage"], "done");
    let _ = delete(&operator, "/api/v1/replays/99").await.expect(404);
}

#[tokio::test]
async fn a_version_in_the_shadow_alerts_nobody_outlives_a_restart_and_is_promoted() {
    let (server, nurse, citizen) = host("[components]\nactivation = \"approval\"").await;
    let operator = Api::log_in(&server, "operator").await;
    let new = surgery(server.place(), "1.1.0", "at-least");
    let file = new.to_str().unwrap().to_owned();
    let begun = server.place().succeed(&["shadow", "start", &file], "");
    assert!(begun.contains("after-surgery 1.1.0 runs in the shadow"), "{begun}");
    let alerts = nurse.alerts().await.len();
    let _ = nurse.measure(&citizen, "temperature", "Cel", 38.0, 0.2).await.expect(201);
    let counted = async |api: &Api, submissions: u64| {
        until("the shadow's count", async || {
            let all = api.get("/api/v1/shadows").await.expect(200).json();
            let own = all["shadows"][0].clone();
            (own["report"]["tally"]["submissions"] == submissions).then_some(own)
        })
        .await
    };
    let shadow = counted(&nurse, 1).await;
    assert_eq!(shadow["report"]["tally"]["all"]["gained"], 1, "{shadow}");
    assert_eq!(
        shadow["report"]["tally"]["examples"]["gained infection"][0]["citizen"],
        json!(citizen)
    );
    assert_eq!(nurse.alerts().await.len(), alerts, "nobody is alerted");
    let again = server.place().run(&["shadow", "start", &file], "");
    assert!(again.code == 1 && again.err.contains("drop it first"), "{}", again.err);
    let nobody = nurse.post("/api/v1/programmes/after-surgery/shadow", &json!({})).await;
    assert_eq!(nobody.expect(403).problem(), "denied");

    // What was counted is there after a restart, and goes on.
    let (place, _) = server.stop();
    let server = place.serve();
    let (operator, nurse) = (operator.at(&server), Api::log_in(&server, "nurse").await);
    let operator = operator.logged_in("operator", Place::PASSWORD).await;
    let _ = nurse.measure(&citizen, "temperature", "Cel", 38.0, 0.1).await.expect(201);
    let shadow = counted(&operator, 2).await;
    assert_eq!(shadow["report"]["tally"]["all"]["gained"], 2, "{shadow}");
    assert!(!shadow.to_string().contains(&citizen), "the operator sees counts");
    let shown = server.place().succeed(&["shadow", "show"], "");
    assert!(shown.contains("after-surgery 1.1.0 against 1.0.0"), "{shown}");

    let promoted = server.place().succeed(&["shadow", "promote", "after-surgery"], "");
    assert!(promoted.contains("serves"), "{promoted}");
    let serves = nurse.get("/api/v1/programmes").await.expect(200).json();
    assert_eq!(serves["programmes"][0]["version"], "1.1.0");
    let rest = operator.get("/api/v1/shadows").await.expect(200).json();
    assert_eq!(rest["shadows"], json!([]));
    let none = server.place().run(&["shadow", "drop", "after-surgery"], "");
    assert_eq!(none.code, 1);
    // Now it is found by the version that serves.
    let _ = nurse.measure(&citizen, "temperature", "Cel", 38.0, 0.05).await.expect(201);
    let rates = until("the rates", async || {
        let all = nurse.get("/api/v1/alert-rates").await.expect(200).json();
        let own = all["programmes"][0].clone();
        (own["versions"][1]["assessments"] == 1).then_some(own)
    })
    .await;
    assert_eq!(rates["versions"][1]["version"], "1.1.0", "{rates}");
    assert_eq!(rates["changes"], json!([]), "of one assessment nothing is told");
}

#[tokio::test]
async fn a_rule_that_alerts_more_often_with_another_version_is_told() {
    let (server, nurse, _) = host("").await;
    let mut citizens = vec![];
    // Dates that exist, and numbers whose last digit is wrong.
    for day in (1..=16).filter(|day| ![7, 15].contains(day)) {
        let number = format!("{day:02}0761-0001");
        citizens.push(nurse.admit(&number, "Demo Borger", "after-surgery").await);
    }
    // At the limit: version 1.0.0 finds nothing, the next one does.
    let rounds = async |first: f64| {
        for round in 0..4 {
            for citizen in &citizens {
                let days = first - f64::from(round) * 0.01;
                let _ = nurse.measure(citizen, "temperature", "Cel", 38.0, days).await.expect(201);
            }
        }
    };
    rounds(0.3).await;
    let new = surgery(server.place(), "1.1.0", "at-least");
    server.place().drop_in(&new, "after-surgery.wasm");
    until("the new version", async || {
        let all = nurse.get("/api/v1/programmes").await.expect(200).json();
        (all["programmes"][0]["version"] == "1.1.0").then_some(all)
    })
    .await;
    rounds(0.2).await;
    let change = until("the change", async || {
        let all = nurse.get("/api/v1/alert-rates").await.expect(200).json();
        let own = all["programmes"][0].clone();
        (own["changes"] != json!([])).then_some(own)
    })
    .await;
    assert_eq!(change["changes"].as_array().unwrap().len(), 1, "{change}");
    let told = &change["changes"][0];
    assert_eq!(told["rule"], "infection");
    assert!(told["before"].as_f64().unwrap() < 5.0, "one of 58 before: {told}");
    assert!(told["after"].as_f64().unwrap() > 20.0, "14 of at most 56: {told}");
    assert!(told["probability"].as_f64().unwrap() < 0.005, "{told}");
    // Whoever watches the gauges sees it there, once it is written down.
    let operator = Api::log_in(&server, "operator").await;
    let gauge = "gtp_rule_alert_rate_changed{programme=\"after-surgery\",rule=\"infection\"}";
    until("the gauge", async || {
        let gauges = operator.get("/metrics").await.expect(200);
        gauges.text.contains(gauge).then_some(Value::Null)
    })
    .await;
}

#[tokio::test]
async fn an_alert_says_why_over_http_and_only_to_whoever_may_handle_it() {
    let (server, nurse, _) = host("").await;
    let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/alerts/{alert}/why");
    let why = nurse.get(&path).await.expect(200).json();
    let judgement = &why["judgements"][0];
    assert_eq!(judgement["rule"]["id"], "infection");
    assert_eq!(judgement["limits"][0]["origin"]["value"], 38.0);
    assert_eq!(judgement["limits"][0]["origin"]["layer"], "programme");
    let values: Vec<f64> = judgement["values"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|own| own["value"].as_f64())
        .collect();
    assert!(values.contains(&39.0), "{judgement}");
    assert_eq!(judgement["rebuilt"]["fingerprint"], judgement["fingerprint"]);
    for name in ["surgeon", "operator"] {
        let _ = Api::log_in(&server, name).await.get(&path).await.expect(404);
    }
}
