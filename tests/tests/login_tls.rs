//! TLS by the host itself, and what a browser is told behind it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::Place;
use reqwest::{Certificate, Client};
use std::path::Path;

fn client(roots: &[&str]) -> Client {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tls");
    let certificate = |name: &&str| {
        Certificate::from_pem(&std::fs::read(folder.join(format!("{name}-ca.pem"))).unwrap())
            .unwrap()
    };
    gtp_tests::client().tls_certs_only(roots.iter().map(certificate)).build().unwrap()
}

#[tokio::test]
async fn a_browser_speaks_tls_with_the_host_and_keeps_its_session_to_tls() {
    let place = Place::with_people(&[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tls");
    std::fs::copy(folder.join("one.pem"), place.path("chain.pem")).unwrap();
    std::fs::copy(folder.join("one.key"), place.path("key.pem")).unwrap();
    place.configure(
        "[tls]\ncertificate = \"chain.pem\"\nkey = \"key.pem\"\n[login]\nsecond-factor = \"optional\"\n",
    );
    let server = place.serve();
    assert!(server.address.starts_with("https://"), "{}", server.address);
    let login = format!("{}/login", server.address);
    let stranger = client(&["other"]).get(&login).send().await;
    assert!(stranger.is_err(), "another certificate is not taken for this one");

    let browser = client(&["one"]);
    let page = browser.get(&login).send().await.unwrap();
    let hsts = page.headers()["strict-transport-security"].to_str().unwrap();
    assert!(hsts.contains("max-age=31536000"), "{hsts}");
    let entered = browser
        .post(&login)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("account=nurse&password=a+long+test+password")
        .send()
        .await
        .unwrap();
    assert_eq!(entered.status().as_u16(), 303);
    let cookie = entered.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-gtp=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("Path=/") && cookie.contains("HttpOnly"), "{cookie}");

    let plain = login.replace("https://", "http://");
    assert!(client(&[]).get(&plain).send().await.is_err(), "nothing is said without TLS");
    let _ = browser.get(&login).send().await.unwrap();
}

#[test]
fn a_key_without_a_certificate_is_refused() {
    let place = Place::new(&[]);
    place.configure("[tls]\nkey = \"key.pem\"\n");
    let refused = place.run(&["serve"], "");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("both"), "{}", refused.err);
}
