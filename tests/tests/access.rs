//! Who is let in, and what somebody learns who is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, at};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_citizen_of_others_looks_like_one_who_does_not_exist() {
    let place = Place::with_people(&["heart"]);
    place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
    place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let other = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    for (weight, days) in [(80.0, 2.0), (83.0, 0.1)] {
        let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
    }
    let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();

    // A citizen's account needs the host to be down: the data folder belongs to one process.
    let (place, _) = server.stop();
    place.add_user("citizen-2", &["--role", "citizen", "--number-stdin"], "080761-0002\n");
    let server = place.serve();

    let nobody = "00000000-0000-7000-8000-000000000000";
    for account in ["surgeon", "citizen-2"] {
        let api = Api::log_in(&server, account).await;
        for tail in ["observations", "submissions"] {
            let ask = async |id: &str| {
                let path = format!("/api/v1/citizens/{id}/{tail}");
                if tail == "submissions" {
                    let body = json!({ "observations": [
                        { "field": "weight", "value": 80, "unit": "kg", "measured": at(0.05) }
                    ] });
                    api.post(&path, &body).await
                } else {
                    api.get(&path).await
                }
            };
            let (theirs, none) = (ask(&citizen).await, ask(nobody).await);
            assert_eq!(theirs.status.as_u16(), 404, "{account} {tail}: {}", theirs.text);
            assert_eq!(
                (theirs.status, &theirs.text),
                (none.status, &none.text),
                "{account} {tail}"
            );
        }
        let answer = api.get(&format!("/api/v1/alerts/{alert}")).await;
        assert_eq!(answer.status.as_u16(), 404, "{account}: {}", answer.text);
    }
    let citizen_2 = Api::log_in(&server, "citizen-2").await;
    let _ = citizen_2.get(&format!("/api/v1/citizens/{other}/observations")).await.expect(200);
    assert_eq!(citizen_2.get("/api/v1/alerts").await.expect(403).problem(), "denied");

    let operator = Api::log_in(&server, "operator").await;
    assert_eq!(operator.get("/api/v1/alerts").await.expect(403).problem(), "denied");
    let path = format!("/api/v1/citizens/{citizen}/observations");
    assert!(matches!(operator.get(&path).await.status.as_u16(), 403 | 404));
    let new = json!({ "number": "090761-0003", "name": "Demo Borger 3" });
    assert_eq!(operator.post("/api/v1/citizens", &new).await.expect(403).problem(), "denied");
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_whether_or_not_the_account_exists() {
    let server = Place::with_people(&[]).serve();
    let api = Api::anonymous(&server);
    for account in ["nurse", "nobody-at-all"] {
        let wrong = json!({ "account": account, "password": "wrong" });
        for _ in 0..8 {
            assert_eq!(
                api.post("/api/v1/sessions", &wrong).await.expect(401).problem(),
                "wrong-login"
            );
        }
        let slowed = api.post("/api/v1/sessions", &wrong).await.expect(429);
        assert_eq!(slowed.problem(), "too-many-logins");
        assert!((1..=30).contains(&slowed.header("retry-after").parse::<u64>().unwrap()));
    }
    let right = json!({ "account": "nurse", "password": Place::PASSWORD });
    assert_eq!(api.post("/api/v1/sessions", &right).await.expect(429).problem(), "too-many-logins");
    let _ = Api::log_in(&server, "doctor").await;
    assert!(!server.output().contains("nobody-at-all"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_a_session_of_a_browser_is_none_for_the_api() {
    let server = Place::with_people(&[]).serve();
    let api = Api::anonymous(&server);
    let body = "account=nurse&password=a+long+test+password";
    let post = |origin: &str| {
        api.request(Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin.to_owned())
            .body(body)
    };
    let foreign = api.send(post("https://evil.example")).await;
    assert_eq!(foreign.status.as_u16(), 403, "{}", foreign.text);
    let own = api.send(post(&server.address)).await;
    let cookie = own.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("gtp="), "{:?}", own.headers);
    let attributes = own.header("set-cookie");
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"), "{attributes}");

    let with_cookie = |path: &str| api.request(Method::GET, path).header("cookie", cookie.clone());
    let page = api.send(with_cookie("/worklist")).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let refused = api.send(with_cookie("/api/v1/alerts")).await.expect(401);
    assert_eq!(refused.problem(), "not-signed-in");
}
