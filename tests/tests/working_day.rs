//! The working day over HTTP: enrolments, limits and why they are what they are, triage, and the whole picture.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Answer, Api, Place, at};
use reqwest::Method;
use serde_json::{Value, json};

async fn put(api: &Api, path: &str, body: &Value) -> Answer {
    api.send(api.request(Method::PUT, path).json(body)).await
}

async fn enrolment_of(api: &Api, citizen: &str, programme: &str) -> String {
    let overview = overview(api, citizen).await;
    let mut found = overview["enrolments"].as_array().unwrap().iter();
    let found = found.rfind(|own| own["programme"] == programme).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn overview(api: &Api, citizen: &str) -> Value {
    api.get(&format!("/api/v1/citizens/{citizen}/overview")).await.expect(200).json()
}

async fn limit(api: &Api, enrolment: &str, id: &str) -> Value {
    let path = format!("/api/v1/enrolments/{enrolment}/limits");
    let limits = api.get(&path).await.expect(200).json();
    let found = limits["limits"].as_array().unwrap().iter().find(|own| own["id"] == id);
    found.unwrap_or_else(|| panic!("{limits:#}")).clone()
}

#[tokio::test]
async fn why_a_limit_is_what_it_is_is_answered_layer_by_layer() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let operator = Api::log_in(&server, "operator").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let enrolment = enrolment_of(&nurse, &citizen, "heart").await;
    let gain = "weight-gain-3-days";
    let before = limit(&nurse, &enrolment, gain).await;
    assert_eq!((&before["value"], &before["layer"]), (&json!(2.0), &json!("programme")));
    assert!(before["layers"][0]["reason"].as_str().unwrap().contains("heartfailurematters"));

    let region = json!({ "value": 2.2, "reason": "Regional vejledning" });
    let path = format!("/api/v1/programmes/heart/limits/{gain}");
    let _ = put(&operator, &path, &region).await.expect(200);
    assert_eq!(put(&nurse, &path, &region).await.expect(403).problem(), "denied");
    assert_eq!(limit(&nurse, &enrolment, gain).await["value"], 2.2);

    let unit = json!({ "value": 2.4, "reason": "Aftalt i teamet" });
    let path = format!("/api/v1/units/home-care/programmes/heart/limits/{gain}");
    let _ = put(&nurse, &path, &unit).await.expect(200);
    let others = format!("/api/v1/units/cardiology/programmes/heart/limits/{gain}");
    let _ = put(&nurse, &others, &unit).await.expect(403);

    let path = format!("/api/v1/enrolments/{enrolment}/limits/{gain}");
    let own = json!({ "value": 3.0, "reason": "Vægten svinger", "until": at(-30.0) });
    let set = put(&nurse, &path, &own).await.expect(200).json();
    assert_eq!((&set["value"], &set["layer"]), (&json!(3.0), &json!("citizen")));
    let layers: Vec<_> = set["layers"].as_array().unwrap().iter().collect();
    let named: Vec<_> = layers.iter().map(|own| own["layer"].as_str().unwrap()).collect();
    assert_eq!(named, ["citizen", "unit", "region", "programme"]);
    assert_eq!(layers[0]["by"], "nurse");
    assert_eq!(layers[0]["reason"], "Vægten svinger");
    assert!(layers[0]["until"].is_string() && layers[0]["at"].is_string());

    // Taken back, the unit's applies again.
    let back = json!({ "reason": "Stabil igen" });
    let set = put(&nurse, &path, &back).await.expect(200).json();
    assert_eq!((&set["value"], &set["layer"]), (&json!(2.4), &json!("unit")));
}

#[tokio::test]
async fn a_limit_outside_its_bounds_without_a_reason_or_out_of_order_is_refused() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let enrolment = enrolment_of(&nurse, &citizen, "heart").await;
    let path = |id: &str| format!("/api/v1/enrolments/{enrolment}/limits/{id}");
    let refused = async |id: &str, body: Value| {
        let answer = put(&nurse, &path(id), &body).await.expect(422).json();
        let error = &answer["errors"][0];
        let word = |name: &str| error[name].as_str().unwrap().to_owned();
        (word("pointer"), word("code"))
    };
    let said = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let gain = "weight-gain-3-days";
    assert_eq!(
        refused(gain, json!({ "value": 40, "reason": "x" })).await,
        said("/value", "out-of-range")
    );
    assert_eq!(refused(gain, json!({ "value": 3, "reason": " " })).await, said("/reason", "empty"));
    assert_eq!(
        refused(gain, json!({ "value": 3, "reason": "x", "until": at(1.0) })).await,
        said("/until", "in-the-past")
    );
    // 90 with a symptom must lie above the limit without one.
    assert_eq!(
        refused("systolic-low", json!({ "value": 95, "reason": "x" })).await,
        said("/value", "not-less")
    );
    let relative = json!({ "relative": { "field": "systolic", "offset": -10 }, "reason": "x" });
    assert_eq!(refused("systolic-low", relative).await, said("/relative", "no-baseline"));
    let both =
        json!({ "value": 80, "relative": { "field": "systolic", "offset": -10 }, "reason": "x" });
    assert_eq!(refused("systolic-low", both).await, said("/relative", "one-or-the-other"));
    let _ = put(&nurse, &path("no-such-limit"), &json!({ "value": 3, "reason": "x" }))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_limit_may_follow_what_is_usual_for_the_citizen_and_an_alert_keeps_the_one_it_was_judged_by()
 {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let enrolment = enrolment_of(&nurse, &citizen, "heart").await;
    let baseline = format!("/api/v1/citizens/{citizen}/baselines/systolic");
    let _ = put(&nurse, &baseline, &json!({ "value": 100, "reason": "Målt på ambulatoriet" }))
        .await
        .expect(200);
    let path = format!("/api/v1/enrolments/{enrolment}/limits/systolic-low");
    let relative =
        json!({ "relative": { "field": "systolic", "offset": -15 }, "reason": "Lavt i forvejen" });
    let set = put(&nurse, &path, &relative).await.expect(200).json();
    assert_eq!(set["value"], 85.0);
    assert_eq!(set["layers"][0]["relative"]["baseline"], 100.0);
    let bp = json!({ "observations": [
        { "field": "systolic", "value": 84, "unit": "mm[Hg]", "measured": at(0.1) },
        { "field": "diastolic", "value": 60, "unit": "mm[Hg]", "measured": at(0.1) },
    ] });
    let _ = nurse.submit(&citizen, &bp).await.expect(201);
    let alerts = nurse.alerts().await;
    let about = |alert: &&Value| alert["cause"]["id"] == "systolic";
    let alert = alerts.iter().find(about).unwrap_or_else(|| panic!("{alerts:#?}"));
    // The baseline is found to be another: what was judged keeps its limit.
    let _ =
        put(&nurse, &baseline, &json!({ "value": 95, "reason": "Målt igen" })).await.expect(200);
    assert_eq!(limit(&nurse, &enrolment, "systolic-low").await["value"], 80.0);
    let detail = nurse
        .get(&format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap()))
        .await
        .expect(200)
        .json();
    let mut judged = detail["limits"].as_array().unwrap().iter();
    let judged = judged.rfind(|own| own["id"] == "systolic-low").unwrap();
    assert_eq!((&judged["value"], &judged["layer"]), (&json!(85.0), &json!("citizen")));
}

#[tokio::test]
async fn an_enrolment_is_paused_resumed_and_ended_and_each_command_is_harmless_twice() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let enrolment = enrolment_of(&nurse, &citizen, "heart").await;
    let path = |what: &str| format!("/api/v1/enrolments/{enrolment}/{what}");
    assert_eq!(nurse.post(&path("resume"), &json!({})).await.expect(409).problem(), "not-paused");
    let pause = json!({ "until": at(-7.0), "reason": "Ferie" });
    let paused = nurse.post_with_key(&path("pause"), &pause, "demo-pause").await.expect(200).json();
    assert_eq!(paused["state"], "paused");
    let again = nurse.post_with_key(&path("pause"), &pause, "demo-pause").await.expect(200).json();
    assert_eq!(again["pauses"].as_array().unwrap().len(), 1);
    let other = json!({ "reason": "Noget andet" });
    assert_eq!(
        nurse.post_with_key(&path("pause"), &other, "demo-pause").await.expect(409).problem(),
        "key-reused"
    );
    // What is sent in a pause is taken and judged all the same.
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 83.0, 0.1).await.expect(201);
    let resumed =
        nurse.post(&path("resume"), &json!({ "reason": "Hjemme" })).await.expect(200).json();
    assert_eq!(resumed["state"], "active");

    let end = json!({ "outcome": "completed", "reason": "Målet er nået" });
    assert_eq!(nurse.post(&path("end"), &end).await.expect(409).problem(), "open-alerts");
    let end = json!({ "outcome": "completed", "reason": "Målet er nået", "resolve_alerts": true });
    let ended = nurse.post_with_key(&path("end"), &end, "demo-end").await.expect(200).json();
    assert_eq!(ended["state"], "ended");
    assert_eq!(ended["ended"]["outcome"], "completed");
    assert!(nurse.alerts().await.is_empty());
    let listed = nurse.get("/api/v1/alerts?state=resolved").await.expect(200).json();
    let outcome = &listed["alerts"][0]["outcome"];
    assert_eq!(outcome["code"], "enrolment-ended");
}

#[tokio::test]
async fn of_two_who_take_an_alert_one_wins_and_the_other_is_told_who() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let doctor = Api::log_in(&server, "doctor").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 83.0, 0.1).await.expect(201);
    let alert = nurse.alerts_of("weight-3-days").await[0]["id"].as_str().unwrap().to_owned();
    let path = |what: &str| format!("/api/v1/alerts/{alert}/{what}");
    let body = json!({});
    let take = path("take");
    let (one, two) = tokio::join!(nurse.post(&take, &body), doctor.post(&take, &body));
    let (winner, told) = match (one.status.as_u16(), two.status.as_u16()) {
        (200, 409) => ("nurse", two),
        (409, 200) => ("doctor", one),
        other => panic!("{other:?}"),
    };
    assert!(told.json()["detail"].as_str().unwrap().contains(winner), "{}", told.text);

    // Given back, handed over, resolved by mistake and opened again.
    let (winner, other, unit) = match winner {
        "nurse" => (&nurse, &doctor, "cardiology"),
        _ => (&doctor, &nurse, "cardiology"),
    };
    assert_eq!(
        other.post(&path("reopening"), &body).await.expect(422).json()["errors"][0]["pointer"],
        "/reason"
    );
    let open = winner.post(&path("reopening"), &body).await.expect(200).json();
    assert_eq!(open["state"], "open");
    let outside = json!({ "unit": "no-such-unit", "note": "Se lige her" });
    let refused = nurse.post(&path("handover"), &outside).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "not-in-care-team");
    let over = json!({ "unit": unit, "note": "Se lige her" });
    let over = nurse.post(&path("handover"), &over).await.expect(200).json();
    assert_eq!((&over["unit"], &over["state"]), (&json!("cardiology"), &json!("open")));
    assert!(nurse.alerts_of("weight-3-days").await.is_empty());
    let outcome = json!({ "code": "no-action" });
    let _ = doctor.post(&path("resolution"), &outcome).await.expect(200);
    let again = json!({ "reason": "Forkert alarm løst" });
    let open = doctor.post(&path("reopening"), &again).await.expect(200).json();
    assert_eq!(open["state"], "open");
    assert_eq!(doctor.post(&path("reopening"), &again).await.expect(409).problem(), "not-taken");
    let last = open["notes"].as_array().unwrap().last().unwrap();
    assert_eq!(last["text"], "Forkert alarm løst");
}

#[tokio::test]
async fn what_is_done_with_an_alert_is_done_once_under_one_key() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 83.0, 0.1).await.expect(201);
    let alert = nurse.alerts_of("weight-3-days").await[0]["id"].as_str().unwrap().to_owned();
    let act = async |what: &str, body: Value, key: &str| {
        nurse.post_with_key(&format!("/api/v1/alerts/{alert}/{what}"), &body, key).await
    };
    for _ in 0..2 {
        let taken = act("take", json!({}), "k1").await.expect(200).json();
        assert_eq!(taken["state"], "taken");
        let noted = act("notes", json!({ "text": "Ringet op" }), "k2").await.expect(200).json();
        assert_eq!(noted["notes"].as_array().unwrap().len(), 1, "{noted}");
    }
    let other = act("notes", json!({ "text": "Noget andet" }), "k2").await.expect(409);
    assert_eq!(other.problem(), "key-reused");
    assert_eq!(act("reopening", json!({}), "k1").await.expect(409).problem(), "key-reused");
    // A retry that comes late undoes nothing of what was done since.
    for _ in 0..2 {
        let done = act("resolution", json!({ "code": "contacted" }), "k3").await.expect(200);
        assert_eq!(done.json()["state"], "resolved");
    }
    let late = act("take", json!({}), "k1").await.expect(200).json();
    assert_eq!(late["state"], "resolved");
}

#[tokio::test]
async fn all_that_is_green_is_acknowledged_at_once_and_what_changed_in_between_stays() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let one = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let two = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    let red = nurse.admit("090761-0003", "Demo Borger 3", "heart").await;
    for citizen in [&one, &two, &red] {
        let _ = nurse.measure(citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    }
    let _ = nurse.measure(&red, "weight", "kg", 83.0, 0.1).await.expect(201);
    let green = nurse.get("/api/v1/green").await.expect(200).json()["green"].clone();
    let listed: Vec<_> =
        green.as_array().unwrap().iter().map(|own| own["citizen_name"].clone()).collect();
    assert_eq!(listed, ["Demo Borger 1", "Demo Borger 2"]);
    // The second one measures again before the nurse has clicked.
    let _ = nurse.measure(&two, "weight", "kg", 80.1, 0.1).await.expect(201);
    let seen: Vec<Value> = green
        .as_array()
        .unwrap()
        .iter()
        .map(|own| json!({ "enrolment": own["enrolment"], "through": own["through"] }))
        .collect();
    let body = json!({ "seen": seen, "receipt": "Det ser fint ud." });
    let done = nurse.post("/api/v1/green/acknowledgement", &body).await.expect(200).json();
    assert_eq!(done["acknowledged"].as_array().unwrap().len(), 2);
    let green = nurse.get("/api/v1/green").await.expect(200).json()["green"].clone();
    let listed: Vec<_> =
        green.as_array().unwrap().iter().map(|own| own["citizen_name"].clone()).collect();
    assert_eq!(listed, ["Demo Borger 2"]);
}

#[tokio::test]
async fn the_overview_has_the_whole_picture_of_a_citizen_in_two_programmes() {
    let server = Place::with_people(&["heart", "copd"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let body = json!({ "programme": "copd", "unit": "home-care", "care_team": ["cardiology"] });
    let _ = nurse.post(&format!("/api/v1/citizens/{citizen}/enrolments"), &body).await.expect(201);
    for day in 0..14 {
        let days = f64::from(13 - day) + 0.1;
        let weight = if day < 7 { 80.0 } else { 81.0 };
        let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
    }
    let overview = overview(&nurse, &citizen).await;
    assert_eq!(overview["citizen"]["name"], "Demo Borger 1");
    assert_eq!(overview["enrolments"].as_array().unwrap().len(), 2);
    let weight = overview["fields"].as_array().unwrap().iter().find(|own| own["id"] == "weight");
    assert_eq!(weight.unwrap()["trend"]["change"], 1.0);
    // Nobody has said what this citizen's oxygen saturation should be.
    let waits = overview["waiting_rules"].as_array().unwrap();
    assert!(waits.iter().any(|own| own["limit"] == "spo2-target"), "{waits:?}");
    let team: Vec<_> =
        overview["team"].as_array().unwrap().iter().map(|own| own["id"].clone()).collect();
    assert_eq!(team, ["cardiology", "home-care"]);
    assert!(!overview["expected"].as_array().unwrap().is_empty());
    let path = format!("/api/v1/citizens/{citizen}/expected?to={}", at(-3.0).replace('+', "%2B"));
    let expected = nurse.get(&path).await.expect(200).json();
    let programmes: Vec<_> = expected["expected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["programme"].as_str().unwrap())
        .collect();
    assert!(programmes.contains(&"heart") && programmes.contains(&"copd"), "{programmes:?}");
}

#[tokio::test]
async fn a_replacement_number_gives_way_to_a_cpr_number_and_neither_history_is_lost() {
    let server = Place::with_people(&["heart", "copd"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    // Known by a replacement number in one programme, by the CPR number in another.
    let old = nurse.admit("070761-0AA1", "Demo Borger 1", "heart").await;
    let new = nurse.admit("070761-0001", "Demo Borger 1", "copd").await;
    let _ = nurse.measure(&old, "weight", "kg", 80.0, 1.0).await.expect(201);
    let _ = nurse.measure(&new, "weight", "kg", 80.5, 0.5).await.expect(201);
    let path = format!("/api/v1/citizens/{old}/cpr-number");
    let merge = json!({ "number": "070761-0001", "reason": "CPR-kort set" });
    let merged = nurse.post(&path, &merge).await.expect(200).json();
    assert_eq!(merged["id"], new.as_str());
    for id in [&new, &old] {
        let weights = nurse.observations(id, "weight").await;
        let values: Vec<_> = weights.iter().map(|own| own["value"].as_f64().unwrap()).collect();
        assert_eq!(values, [80.0, 80.5]);
        let overview = overview(&nurse, id).await;
        assert_eq!(overview["citizen"]["id"], new.as_str());
        assert_eq!(overview["enrolments"].as_array().unwrap().len(), 2);
    }
    // What comes from now on is judged with what both have.
    let _ = nurse.measure(&new, "weight", "kg", 83.0, 0.01).await.expect(201);
    assert_eq!(nurse.alerts_of("weight-3-days").await.len(), 1);
    let body = json!({ "observations": [{ "field": "weight", "value": 80, "unit": "kg" }] });
    assert_eq!(nurse.submit(&old, &body).await.expect(409).problem(), "merged");
    // Merging them again is no change.
    assert_eq!(nurse.post(&path, &merge).await.expect(200).json()["id"], new.as_str());
    // Where nobody has the number, the citizen simply gets it.
    let other = nurse.admit("080761-0AA2", "Demo Borger 2", "heart").await;
    let path = format!("/api/v1/citizens/{other}/cpr-number");
    let given = json!({ "number": "080761-0002", "reason": "CPR-kort set" });
    let citizen = nurse.post(&path, &given).await.expect(200).json();
    assert_eq!((&citizen["id"], &citizen["number_kind"]), (&json!(other), &json!("cpr")));
    let again = json!({ "number": "090761-0003", "reason": "CPR-kort set" });
    let refused = nurse.post(&path, &again).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "has-cpr");
}

#[tokio::test]
async fn a_worklist_is_followed_live_and_resumed_where_it_broke_off() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let follow = async |after: Option<&str>| {
        let mut request = nurse.request(Method::GET, "/api/v1/alerts/live");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Live { response, text: String::new() }
    };
    let mut live = follow(None).await;
    let _ = nurse.measure(&citizen, "weight", "kg", 83.0, 0.1).await.expect(201);
    let first = live.event().await;
    assert_eq!(first.kind, "alert");
    assert_eq!(first.data["citizen_name"], "Demo Borger 1");
    drop(live);
    let id = nurse.alerts_of("weight-3-days").await[0]["id"].as_str().unwrap().to_owned();
    let _ = nurse.post(&format!("/api/v1/alerts/{id}/take"), &json!({})).await.expect(200);
    let mut live = follow(Some(&first.id)).await;
    loop {
        let next = live.event().await;
        assert!(next.id.parse::<u64>().unwrap() > first.id.parse::<u64>().unwrap());
        if next.data["id"] == id.as_str() && next.data["state"] == "taken" {
            break;
        }
    }
    let citizen = Api::anonymous(&server);
    let _ = citizen.get("/api/v1/alerts/live").await.expect(401);
}

struct Sent {
    id: String,
    kind: String,
    data: Value,
}

/// A stream of events as it comes in.
struct Live {
    response: reqwest::Response,
    text: String,
}

impl Live {
    /// The next event.
    async fn event(&mut self) -> Sent {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let part = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or("").trim().to_owned()
                };
                // A comment keeps the connection alive and says nothing.
                if let Ok(data) = part("data:").parse() {
                    return Sent { id: part("id:"), kind: part("event:"), data };
                }
                continue;
            }
            let chunk = tokio::time::timeout(gtp_tests::PATIENCE, self.response.chunk());
            let chunk = chunk.await.unwrap().unwrap().expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
