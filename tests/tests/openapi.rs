//! The OpenAPI document and the server say the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Answer, Api, Place, at, conforms};
use reqwest::Method;
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operation = |path: &String, method: &str, operation: &Value| {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        (method, path.clone(), operation.clone())
    };
    let of_path = |(path, item): (&String, &Value)| -> Vec<_> {
        item.as_object().unwrap().iter().map(|(method, own)| operation(path, method, own)).collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// The fixed addresses that others rely on.
const PROMISED: [(&str, &str); 9] = [
    ("POST", "/api/v1/citizens"),
    ("POST", "/api/v1/citizens/{id}/enrolments"),
    ("POST", "/api/v1/citizens/{id}/submissions"),
    ("GET", "/api/v1/citizens/{id}/observations"),
    ("GET", "/api/v1/alerts"),
    ("GET", "/api/v1/programmes"),
    ("GET", "/api/v1/programmes/{id}"),
    ("GET", "/api/v1/programmes/{id}/schema"),
    ("GET", "/readyz"),
];

#[tokio::test]
async fn every_documented_route_is_served_guarded_and_no_other_method_is() {
    let server = Place::with_people(&[]).serve();
    let nobody = Api::anonymous(&server);
    let document = nobody.get("/openapi.json").await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let operations = operations(&document);
    for (method, path) in PROMISED {
        assert!(operations.iter().any(|own| own.0 == method && own.1 == path), "{method} {path}");
    }
    for (method, path, operation) in &operations {
        let address = path.replace("{id}", NOBODY);
        let answer = nobody.send(nobody.request(method.clone(), &address)).await;
        let guarded = !operation["security"].is_null();
        if guarded {
            assert_eq!(answer.status.as_u16(), 401, "{method} {path}: {}", answer.text);
            assert_eq!(answer.problem(), "not-signed-in");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        } else {
            assert!(!matches!(answer.status.as_u16(), 404 | 405), "{method} {path}");
        }
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("default-src 'self'"));
        assert!(
            operation["responses"]["default"]["content"]["application/problem+json"].is_object()
        );
        assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{path}");
    }
    for path in operations.iter().map(|own| &own.1) {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if operations.iter().any(|own| own.0 == method && own.1 == *path) {
                continue;
            }
            let address = path.replace("{id}", NOBODY);
            let answer = nobody.send(nobody.request(method.clone(), &address)).await;
            assert_eq!(answer.status.as_u16(), 405, "{method} {path} is served and not documented");
            assert_eq!(answer.problem(), "method-not-allowed");
        }
    }
    let lost = nobody.get("/api/v1/citizen").await.expect(404);
    assert_eq!(lost.problem(), "not-found");
}

#[tokio::test]
async fn answers_have_the_documented_shapes() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let document = nurse.get("/openapi.json").await.expect(200).json();
    let check =
        |method: &str, path: &str, answer: &Answer| conforms(&document, method, path, answer);

    let wrong = json!({ "account": "nurse", "password": "wrong" });
    check("post", "/api/v1/sessions", &nurse.post("/api/v1/sessions", &wrong).await.expect(401));
    let right = json!({ "account": "nurse", "password": Place::PASSWORD });
    check("post", "/api/v1/sessions", &nurse.post("/api/v1/sessions", &right).await.expect(201));

    let citizens = "/api/v1/citizens";
    let new = json!({ "number": "070761-0001", "name": "Demo Borger 1" });
    let registered = nurse.post(citizens, &new).await.expect(201);
    check("post", citizens, &registered);
    check("post", citizens, &nurse.post(citizens, &new).await.expect(409));
    let id = registered.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(registered.header("location"), format!("/api/v1/citizens/{id}"));

    let enrolments = "/api/v1/citizens/{id}/enrolments";
    let new = json!({ "programme": "heart", "unit": "home-care", "start": at(30.0) });
    let own = format!("/api/v1/citizens/{id}/enrolments");
    check("post", enrolments, &nurse.post(&own, &new).await.expect(201));
    check("post", enrolments, &nurse.post(&own, &new).await.expect(409));
    check("post", enrolments, &nurse.post(&own, &json!({ "programme": 7 })).await.expect(422));

    let submissions = "/api/v1/citizens/{id}/submissions";
    for (weight, days) in [(80.0, 2.0), (83.0, 0.1)] {
        check(
            "post",
            submissions,
            &nurse.measure(&id, "weight", "kg", weight, days).await.expect(201),
        );
    }
    let skipped = json!({ "observations": [{ "field": "pulse", "skipped": "meter broken" }] });
    check("post", submissions, &nurse.submit(&id, &skipped).await.expect(201));
    check("post", submissions, &nurse.submit(&id, &json!({})).await.expect(422));

    let observations = "/api/v1/citizens/{id}/observations";
    let own = format!("/api/v1/citizens/{id}/observations");
    let all = nurse.get(&own).await.expect(200);
    check("get", observations, &all);
    assert_eq!(all.json()["observations"].as_array().unwrap().len(), 3);
    let from = at(1.0);
    let newer = nurse.get(&format!("{own}?field=weight&from={from}")).await.expect(200).json();
    assert_eq!(newer["observations"].as_array().unwrap().len(), 1);
    for bad in ["from=yesterday", "feild=weight", "newest=many", "field=a&field=b"] {
        let answer = nurse.get(&format!("{own}?{bad}")).await.expect(400);
        assert_eq!(answer.problem(), "bad-query");
        check("get", observations, &answer);
    }

    let listed = nurse.get("/api/v1/alerts").await.expect(200);
    check("get", "/api/v1/alerts", &listed);
    let alert = listed.json()["alerts"][0]["id"].as_str().unwrap().to_owned();
    let own = format!("/api/v1/alerts/{alert}");
    check("get", "/api/v1/alerts/{id}", &nurse.get(&own).await.expect(200));
    check(
        "post",
        "/api/v1/alerts/{id}/take",
        &nurse.post(&format!("{own}/take"), &json!({})).await.expect(200),
    );
    let note = nurse.post(&format!("{own}/notes"), &json!({ "text": "Demo" })).await.expect(200);
    check("post", "/api/v1/alerts/{id}/notes", &note);
    let bad =
        nurse.post(&format!("{own}/resolution"), &json!({ "code": "gone" })).await.expect(422);
    check("post", "/api/v1/alerts/{id}/resolution", &bad);
    let done =
        nurse.post(&format!("{own}/resolution"), &json!({ "code": "contacted" })).await.expect(200);
    check("post", "/api/v1/alerts/{id}/resolution", &done);

    check("get", "/api/v1/programmes", &nurse.get("/api/v1/programmes").await.expect(200));
    check(
        "get",
        "/api/v1/programmes/{id}",
        &nurse.get("/api/v1/programmes/heart").await.expect(200),
    );
    check(
        "get",
        "/api/v1/programmes/{id}/schema",
        &nurse.get("/api/v1/programmes/heart/schema").await.expect(200),
    );

    let gone = nurse.send(nurse.request(Method::DELETE, "/api/v1/sessions/current")).await;
    assert_eq!(gone.status.as_u16(), 204);
    check("get", "/api/v1/alerts", &nurse.get("/api/v1/alerts").await.expect(401));
}
