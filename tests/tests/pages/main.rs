//! The main tasks in a real browser, with and without scripts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod citizen;
mod every_page;
mod hostile;
mod offline;
mod operators;
mod staff;
mod world;

use gtp_tests::{Browser, Options, Place, Server};

const DEMO: [&str; 1] = ["--demo"];

fn demo() -> Server {
    Place::new(&["heart"]).serve_with(&DEMO)
}

async fn citizen_sends_a_weight(options: Options, name: &str) {
    let server = demo();
    let browser = Browser::open(&server, options).await;
    browser.log_in("demo-citizen-1", "demo-citizen-1-2026").await;
    browser.picture(&format!("{name}-1-citizen")).await;
    assert!(browser.overflow().await <= 0, "sideways scroll");

    browser.go("/citizen/form").await;
    browser.picture(&format!("{name}-2-form")).await;
    assert!(browser.overflow().await <= 0, "sideways scroll");
    // A decimal comma, as Danes write it.
    browser.type_into("input[name='v.weight']", "82,6").await;
    browser.press("form[data-form] button[type=submit]").await;

    let words = browser.words_with("Ring 112").await;
    browser.picture(&format!("{name}-3-receipt")).await;
    browser.path_with("/citizen/receipt/").await;
    assert!(words.contains("82,6"), "{words}");
    assert!(words.contains("på hverdage"), "it says when somebody looks: {words}");
    assert!(browser.overflow().await <= 0, "sideways scroll");
    browser.close().await;
}

#[tokio::test]
async fn a_citizen_sends_a_weight_on_a_phone_and_reads_the_receipt() {
    citizen_sends_a_weight(Options::PHONE, "phone").await;
}

#[tokio::test]
async fn a_citizen_sends_a_weight_on_a_phone_without_scripts() {
    citizen_sends_a_weight(Options::PHONE.without_scripts(), "phone-plain").await;
}

#[tokio::test]
async fn a_citizen_who_mistypes_is_told_where_and_keeps_what_was_right() {
    let server = demo();
    let browser = Browser::open(&server, Options::PHONE.without_scripts()).await;
    browser.log_in("demo-citizen-1", "demo-citizen-1-2026").await;
    browser.go("/citizen/form").await;
    browser.type_into("input[name='v.weight']", "826").await;
    browser.type_into("input[name='v.pulse']", "66").await;
    browser.press("form[data-form] button[type=submit]").await;
    browser.words_with("mellem 25 og 350 kg").await;
    browser.picture("phone-mistyped").await;
    browser.find("#errors a[href]").await;
    assert_eq!(browser.value("input[name='v.pulse']").await, "66");

    browser.type_into("input[name='v.weight']", "82,6").await;
    browser.press("form[data-form] button[type=submit]").await;
    browser.words_with("Ring 112").await;
    browser.close().await;
}

async fn nurse_takes_and_resolves_the_red_alert(options: Options, name: &str) {
    let server = demo();
    let nurse = gtp_tests::Api::log_in_as(&server, "demo-nurse", "demo-nurse-2026").await;
    let reds =
        async || nurse.alerts().await.iter().filter(|alert| alert["severity"] == "red").count();
    let before = reds().await;
    let browser = Browser::open(&server, options).await;
    browser.log_in("demo-nurse", "demo-nurse-2026").await;
    browser.go("/worklist").await;
    let words = browser.words_with("Demo Borger 2").await;
    browser.picture(&format!("{name}-1-worklist")).await;
    assert!(browser.overflow().await <= 0, "sideways scroll");
    let first = browser.find(".worklist li").await;
    let first_words = first.text().await.unwrap();
    assert!(first_words.contains("Demo Borger 2"), "the red one is first: {words}");

    browser.press(".worklist li:first-child .work-citizen a").await;
    let words = browser.words_with("heartfailurematters").await;
    browser.picture(&format!("{name}-2-alert")).await;
    assert!(words.contains("2 kg") || words.contains("2,0 kg"), "the limit: {words}");
    assert!(browser.overflow().await <= 0, "sideways scroll");

    browser.press("form[action$='/take'] button").await;
    browser.gone("form[action$='/take']").await;
    browser.press("label[for='outcome-contacted']").await;
    browser.press("form[action$='/resolve'] button").await;
    browser.gone("form[action$='/resolve']").await;
    browser.picture(&format!("{name}-3-resolved")).await;
    browser.close().await;

    assert_eq!(reds().await, before - 1, "one rule's alert is done; another's stays");
}

#[tokio::test]
async fn a_nurse_sees_the_red_alert_opens_takes_and_resolves_it() {
    nurse_takes_and_resolves_the_red_alert(Options::DESK, "desk").await;
}

#[tokio::test]
async fn a_nurse_does_the_same_without_scripts() {
    nurse_takes_and_resolves_the_red_alert(Options::DESK.without_scripts(), "desk-plain").await;
}

#[tokio::test]
async fn the_demo_keeps_its_data_and_its_logins_when_it_is_started_again() {
    let server = demo();
    let logins = |output: &str| {
        let lines = output.lines().filter(|line| line.contains("-2026 ")).map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    let nurse = gtp_tests::Api::log_in_as(&server, "demo-nurse", "demo-nurse-2026").await;
    let alerts = nurse.alerts().await;
    let red: Vec<_> = alerts.iter().filter(|alert| alert["severity"] == "red").collect();
    // One rule or two, by how long ago the symptoms are at this time of day.
    assert!(!red.is_empty(), "{alerts:#?}");
    assert!(red.iter().all(|alert| alert["citizen_name"] == "Demo Borger 2"), "{red:#?}");
    let (place, first) = server.stop();
    assert!(logins(&first).len() >= 11, "{first}");

    let server = place.serve_with(&DEMO);
    let nurse = gtp_tests::Api::log_in_as(&server, "demo-nurse", "demo-nurse-2026").await;
    assert_eq!(nurse.alerts().await, alerts);
    let (_, second) = server.stop();
    assert_eq!(logins(&first), logins(&second));
}
