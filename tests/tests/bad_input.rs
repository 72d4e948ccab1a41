//! Bad input: a clear answer, nothing stored, and nothing in the log that tells who it was about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, at, now, rfc3339};
use reqwest::Method;
use serde_json::{Value, json};

/// Marked data: where any of it shows up, it leaked.
const NUMBER: &str = "1105680003";
const NAME: &str = "Demo Mærkeperson Xyzzy";
const VALUE: &str = "77.777";

#[tokio::test]
async fn every_bad_submission_is_refused_with_its_place_and_leaves_nothing_behind() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("110568-0003", NAME, "heart").await;
    let path = format!("/api/v1/citizens/{citizen}/submissions");
    let weight = |value: Value, more: Value| {
        let mut observation =
            json!({ "field": "weight", "value": value, "unit": "kg", "measured": at(0.5) });
        for (key, value) in more.as_object().unwrap() {
            observation[key] = value.clone();
        }
        json!({ "observations": [observation] })
    };
    let marked: Value = VALUE.parse::<f64>().unwrap().into();
    let future = |minutes: i64| rfc3339(now().plus((minutes + 1) * 60_000));

    let bad: Vec<(&str, Value, u16, &str, &str, &str)> = vec![
        (
            "out of range",
            weight(json!(777.77), json!({})),
            422,
            "invalid",
            "/observations/0/value",
            "out-of-range",
        ),
        (
            "wrong unit",
            weight(marked.clone(), json!({ "unit": "g" })),
            422,
            "invalid",
            "/observations/0/unit",
            "wrong-unit",
        ),
        (
            "unknown field",
            weight(marked.clone(), json!({ "field": "wieght" })),
            422,
            "invalid",
            "/observations/0/field",
            "unknown-field",
        ),
        (
            "future",
            weight(marked.clone(), json!({ "measured": future(6) })),
            422,
            "invalid",
            "/observations/0/measured",
            "in-the-future",
        ),
        (
            "before the enrolment",
            weight(marked.clone(), json!({ "measured": at(90.0) })),
            422,
            "invalid",
            "/observations/0/measured",
            "not-enrolled-then",
        ),
        (
            "no moment",
            weight(marked.clone(), json!({ "measured": "yesterday" })),
            422,
            "invalid",
            "/observations/0/measured",
            "form",
        ),
        (
            "text for a number",
            weight(json!(VALUE), json!({})),
            422,
            "invalid",
            "/observations/0/value",
            "form",
        ),
        (
            "unexpected member",
            weight(marked.clone(), json!({ "weigth": 1 })),
            422,
            "invalid",
            "/observations/0",
            "unexpected",
        ),
        ("nothing", json!({}), 422, "invalid", "", "empty"),
        ("no object", json!([1, 2]), 422, "invalid", "", "form"),
    ];
    for (what, body, status, kind, pointer, code) in &bad {
        let answer = nurse.post(&path, body).await;
        assert_eq!(answer.status.as_u16(), *status, "{what}: {}", answer.text);
        assert_eq!(answer.problem(), *kind, "{what}");
        let document = answer.json();
        let errors = document["errors"].as_array().unwrap();
        assert!(
            errors.iter().any(|error| error["pointer"] == *pointer && error["code"] == *code),
            "{what}: {errors:#?}"
        );
        assert!(!answer.text.contains(VALUE), "{what}: the answer repeats the value");
    }

    // A group's numbers swapped.
    let measured = at(0.5);
    let swapped = json!({ "observations": [
        { "field": "systolic", "value": 80, "unit": "mm[Hg]", "measured": measured },
        { "field": "diastolic", "value": 120, "unit": "mm[Hg]", "measured": measured },
    ] });
    assert_eq!(nurse.post(&path, &swapped).await.expect(422).problem(), "invalid");

    for (what, content_type, body, status, kind) in [
        (
            "no JSON",
            "application/json",
            format!("{{\"observations\": {VALUE} {NAME}"),
            400,
            "malformed",
        ),
        (
            "wrong content type",
            "text/plain",
            format!("weight={VALUE}"),
            415,
            "unsupported-media-type",
        ),
        (
            "10 MB",
            "application/json",
            format!("{{\"x\": \"{}{NAME}\"}}", "x".repeat(10_000_000)),
            413,
            "too-large",
        ),
    ] {
        let request =
            nurse.request(Method::POST, &path).header("content-type", content_type).body(body);
        let answer = nurse.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text);
        assert_eq!(answer.problem(), kind, "{what}");
        assert!(!answer.text.contains("Xyzzy") && !answer.text.contains(VALUE), "{what}");
    }

    assert!(nurse.observations(&citizen, "weight").await.is_empty(), "nothing was stored");
    assert!(nurse.alerts().await.is_empty());

    // A clock that runs five minutes ahead is forgiven; a duplicate is not.
    let early = weight(marked.clone(), json!({ "measured": future(3) }));
    let _ = nurse.post(&path, &early).await.expect(201);
    let again = nurse.post(&path, &early).await.expect(409);
    assert_eq!(again.problem(), "duplicate");
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 1);

    // In the caller's language.
    let body = &bad[0].1;
    let danish = nurse.post(&path, body).await;
    let english = nurse
        .send(nurse.request(Method::POST, &path).json(body).header("accept-language", "en"))
        .await;
    assert_eq!(danish.header("content-language"), "da");
    assert_eq!(english.header("content-language"), "en");
    assert!(
        english.json()["errors"][0]["detail"].as_str().unwrap().contains("between 25 and 350 kg")
    );
    assert!(danish.json()["errors"][0]["detail"].as_str().unwrap().contains("mellem 25 og 350 kg"));

    let (_, output) = server.stop();
    for mark in [NUMBER, "110568-0003", "Xyzzy", "Mærkeperson", VALUE, "777.77", &citizen] {
        assert!(!output.contains(mark), "{mark} is in the log:\n{output}");
    }
    assert!(
        output.contains("/api/v1/citizens/{id}/submissions"),
        "the log has the route: {output}"
    );
}

#[tokio::test]
async fn an_unusual_value_must_be_confirmed_and_then_is_taken() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let body = |confirmed: bool| {
        json!({ "observations": [{
            "field": "pulse", "value": 152, "unit": "/min", "measured": at(0.2), "confirmed": confirmed,
        }] })
    };
    let asked = nurse.submit(&citizen, &body(false)).await.expect(422);
    assert_eq!(asked.problem(), "unconfirmed");
    assert_eq!(asked.json()["errors"][0]["pointer"], "/observations/0/value");
    assert!(nurse.observations(&citizen, "pulse").await.is_empty());
    let _ = nurse.submit(&citizen, &body(true)).await.expect(201);
    assert_eq!(nurse.observations(&citizen, "pulse").await[0]["confirmed"], true);
}

#[tokio::test]
async fn a_citizen_number_that_is_none_is_refused_with_the_reason() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    for (number, words) in [
        ("310461-0001", "a date that exists"),
        ("070761-001", "ten characters"),
        ("07x761-0001", "six digits"),
        ("0707612AB3", "0, 1, 5, 6 or 7"),
        ("070761-000X", "four digits"),
    ] {
        let body = json!({ "number": number, "name": "Demo Borger 1" });
        let request = nurse.request(Method::POST, "/api/v1/citizens").json(&body);
        let answer = nurse.send(request.header("accept-language", "en")).await.expect(422);
        let error = &answer.json()["errors"][0];
        assert_eq!(error["pointer"], "/number");
        assert!(error["detail"].as_str().unwrap().contains(words), "{number}: {error}");
        assert!(!answer.text.contains(number), "{}", answer.text);
    }
    let ok = |number: &str| json!({ "number": number, "name": "Demo Borger 1" });
    let _ = nurse.post("/api/v1/citizens", &ok("070761-0001")).await.expect(201);
    let _ = nurse.post("/api/v1/citizens", &ok("0707611AB3")).await.expect(201);
    let twice = nurse.post("/api/v1/citizens", &ok("0707610001")).await.expect(409);
    assert_eq!(twice.problem(), "already-registered");
    let (_, output) = server.stop();
    for mark in ["070761", "310461", "Borger"] {
        assert!(!output.contains(mark), "{mark} is in the log:\n{output}");
    }
}
