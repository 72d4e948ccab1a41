//! Logging in with a login service, through a real one: npm's `oidc-provider`, with real redirections.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::oidc::{LoginService, SECRET, Walker, hidden};
use gtp_tests::{Api, Place, Server};
use serde_json::json;

fn config(issuer: &str) -> String {
    format!(
        r#"
[login]
second-factor = "optional"

[[login.provider]]
id = "mitid"
name = {{ da = "MitID", en = "MitID" }}
issuer = "{issuer}"
client-id = "gtp"
client-secret-file = "client.secret"
scopes = ["person"]
role = "citizen"
claims = {{ level = "loa" }}
levels = {{ "urn:low" = "low", "urn:substantial" = "substantial" }}

[[login.provider]]
id = "region"
name = {{ da = "regionen", en = "the region" }}
issuer = "{issuer}"
client-id = "gtp"
client-secret-file = "client.secret"
scopes = ["person"]
claims = {{ level = "loa" }}
roles = {{ nurse = "clinician" }}
units = {{ "4711" = "home-care" }}
levels = {{ "urn:substantial" = "substantial" }}
"#
    )
}

async fn begin() -> (Server, LoginService) {
    let mut service = LoginService::start(&json!({
        "borger": { "name": "Demo Borger 1", "dk.cpr": "070761-0001", "loa": "urn:substantial" },
        "ukendt": { "name": "Demo Borger 9", "dk.cpr": "090761-0009", "loa": "urn:substantial" },
        "usikker": { "name": "Demo Borger 1", "dk.cpr": "070761-0001", "loa": "urn:low" },
        "sygeplejerske": { "name": "Demo Sygeplejerske", "roles": ["nurse"], "unit": "4711", "loa": "urn:substantial" },
        "fremmed": { "name": "Demo Sygeplejerske", "roles": ["nurse"], "unit": "4712", "loa": "urn:substantial" },
        "uden-rolle": { "name": "Demo Ansat", "roles": ["cook"], "unit": "4711", "loa": "urn:substantial" },
    }));
    let place = Place::with_people(&["heart"]);
    std::fs::write(place.path("client.secret"), SECRET).unwrap();
    place.configure(&config(&service.issuer));
    let server = place.serve();
    service.know(&server.address, &["mitid", "region"]);
    let nurse = Api::log_in(&server, "nurse").await;
    nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    (server, service)
}

#[tokio::test]
async fn a_citizen_comes_in_by_the_number_that_the_service_vouches_for_and_logs_out_there_too() {
    let (server, service) = begin().await;
    let host = server.address.clone();
    let mut walker = Walker::default();
    let login = walker.go(&format!("{host}/login")).await;
    assert!(login.text.contains("href=\"/login/with/mitid\""), "{}", login.text);
    let page = walker.log_in(&host, "mitid", "borger").await;
    assert_eq!(page.address, format!("{host}/citizen"), "{} {:?}", page.text, page.way);
    assert!(page.text.contains("Demo Borger 1"));

    // Whoever finds the address of the way back in a history gains nothing.
    let back = page.way.iter().find(|address| address.contains("/back?")).unwrap().clone();
    for mut thief in [Walker::default(), Walker::default()] {
        let page = thief.go(&back).await;
        assert_eq!(page.status.as_u16(), 422, "{}", page.text);
    }
    let again = walker.go(&back).await;
    assert_eq!(again.status.as_u16(), 422, "{}", again.text);

    let page = walker.go(&format!("{host}/citizen")).await;
    let csrf = hidden(&page.text, "csrf");
    let out = walker.send(&format!("{host}/logout"), &[("csrf", &csrf)]).await;
    assert_eq!(out.status.as_u16(), 200);
    let refresh = out.headers["refresh"].to_str().unwrap();
    let there = refresh.strip_prefix("0; url=").unwrap();
    assert!(there.starts_with(&service.issuer), "{refresh}");
    let asked = walker.go(there).await;
    assert_eq!(asked.status.as_u16(), 200, "the service knows its client: {}", asked.text);
    let page = walker.go(&format!("{host}/citizen")).await;
    assert!(page.address.ends_with("/login"));
    for marked in ["070761", "Demo Borger"] {
        assert!(!server.output().contains(marked), "{marked} is in the log");
    }
}

#[tokio::test]
async fn staff_get_role_and_unit_from_the_services_claims() {
    let (server, _service) = begin().await;
    let page = Walker::default().log_in(&server.address, "region", "sygeplejerske").await;
    assert_eq!(page.address, format!("{}/worklist", server.address), "{}", page.text);
}

#[tokio::test]
async fn whom_the_host_does_not_know_or_the_service_is_not_sure_of_reads_why_and_stays_out() {
    let (server, _service) = begin().await;
    for (provider, person, words) in [
        ("mitid", "ukendt", "ikke tilmeldt"),
        ("mitid", "usikker", "sikker nok"),
        ("region", "fremmed", "afdeling"),
        ("region", "uden-rolle", "ikke adgang"),
    ] {
        let mut walker = Walker::default();
        let page = walker.log_in(&server.address, provider, person).await;
        assert_eq!(page.status.as_u16(), 403, "{person}: {}", page.text);
        assert!(page.text.contains(words), "{person}: {}", page.text);
        assert_eq!(walker.cookie(&server.address, "gtp"), None, "{person}");
    }
}

#[tokio::test]
async fn a_service_that_is_down_is_said_to_be_and_the_host_lives() {
    let place = Place::with_people(&[]);
    std::fs::write(place.path("client.secret"), SECRET).unwrap();
    // Nothing listens on the discard port.
    place.configure(&config("http://127.0.0.1:9"));
    let server = place.serve();
    let page = Walker::default().go(&format!("{}/login/with/mitid", server.address)).await;
    assert_eq!(page.status.as_u16(), 503);
    assert!(page.text.contains("Login virker ikke lige nu"), "{}", page.text);
    assert!(page.headers.contains_key("retry-after"));
    let _ = Api::log_in(&server, "nurse").await;
}
