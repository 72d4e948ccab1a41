//! What was acknowledged is there: after a retry, a restart, and a kill.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, at};
use serde_json::{Value, json};

fn weight(value: f64, days: f64) -> Value {
    json!({ "observations": [{ "field": "weight", "value": value, "unit": "kg", "measured": at(days) }] })
}

#[tokio::test]
async fn a_retry_gets_the_first_receipt_again_and_records_nothing() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let path = format!("/api/v1/citizens/{citizen}/submissions");
    let body = weight(80.0, 0.5);
    let first = nurse.post_with_key(&path, &body, "retry-1").await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = nurse.post_with_key(&path, &body, "retry-1").await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(), first.json());

    let other = nurse.post_with_key(&path, &weight(81.0, 0.4), "retry-1").await.expect(409);
    assert_eq!(other.problem(), "key-reused");
    let bad = nurse.post_with_key(&path, &body, "not a key").await.expect(400);
    assert_eq!(bad.problem(), "bad-header");
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 1);

    // Many at once under one key: one is recorded, and all get its receipt.
    let body = weight(80.2, 0.3);
    let tries = (0..8).map(|_| {
        let (nurse, path, body) = (nurse.clone(), path.clone(), body.clone());
        tokio::spawn(async move { nurse.post_with_key(&path, &body, "retry-2").await })
    });
    let mut created = 0;
    for answer in tries.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        assert!(answer.status.is_success(), "{}", answer.text);
        created += usize::from(answer.status.as_u16() == 201);
    }
    assert_eq!(created, 1);
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 2);

    // The key is remembered over a restart.
    let (place, _) = server.stop();
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let later = nurse.post_with_key(&path, &weight(80.0, 0.5), "retry-1").await;
    assert!(matches!(later.status.as_u16(), 200 | 409), "{}", later.text);
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 2);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 82.5, 0.1).await.expect(201);
    let (observations, alerts) =
        (nurse.observations(&citizen, "weight").await, nurse.alerts().await);
    assert!(!alerts.is_empty());

    let (place, output) = server.stop();
    assert!(output.contains("stopped"), "{output}");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(nurse.observations(&citizen, "weight").await, observations);
    assert_eq!(nurse.alerts().await, alerts);
}

#[tokio::test]
async fn a_kill_keeps_everything_that_was_acknowledged() {
    let mut place = Place::with_people(&["heart"]);
    let mut acknowledged = 0;
    let mut citizen = String::new();
    for round in 0..3 {
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        if citizen.is_empty() {
            citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
        }
        assert_eq!(nurse.observations(&citizen, "weight").await.len(), acknowledged);

        // Some are on their way when it is killed: those may be there or not, but never in part.
        for number in 0..10 {
            let days = 40.0 - f64::from(round) * 2.0 - f64::from(number) * 0.1;
            let _ = nurse.measure(&citizen, "weight", "kg", 80.0, days).await.expect(201);
            acknowledged += 1;
        }
        let on_the_way = {
            let (nurse, citizen) = (nurse.clone(), citizen.clone());
            let days = 38.9 - f64::from(round) * 2.0;
            tokio::spawn(async move {
                let body = json!({ "observations": [
                    { "field": "systolic", "value": 120, "unit": "mm[Hg]", "measured": at(days) },
                    { "field": "diastolic", "value": 80, "unit": "mm[Hg]", "measured": at(days) },
                ] });
                let path = format!("/api/v1/citizens/{citizen}/submissions");
                // The connection breaks where the kill comes first.
                let _ = nurse.request(reqwest::Method::POST, &path).json(&body).send().await;
            })
        };
        place = server.kill();
        on_the_way.await.unwrap();
    }
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), acknowledged);
    let (systolic, diastolic) = (
        nurse.observations(&citizen, "systolic").await,
        nurse.observations(&citizen, "diastolic").await,
    );
    assert_eq!(systolic.len(), diastolic.len(), "both of a submission, or none");
}
