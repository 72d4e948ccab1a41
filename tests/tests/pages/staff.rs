//! What nurses and doctors do, in a real browser: in Danish and English, at a desk and on a phone, with scripts and
//! without, by mouse and by keyboard.

use fantoccini::key::Key;
use gtp_tests::{Api, Browser, Options, Place, Server};
use serde_json::{Value, json};

const ENGLISH: Options = Options { language: "en", ..Options::DESK };

fn demo() -> Server {
    Place::new(&["heart", "copd"]).serve_with(&["--demo"])
}

async fn nurse(server: &Server) -> Api {
    Api::log_in_as(server, "demo-nurse", "demo-nurse-2026").await
}

async fn open(server: &Server, account: &str, options: Options) -> Browser {
    let browser = Browser::open(server, options).await;
    browser.log_in(account, &format!("{account}-2026")).await;
    browser
}

/// The first alert of the nurse's unit.
async fn first_alert(server: &Server) -> Value {
    nurse(server).await.alerts().await.first().cloned().expect("the demo has alerts")
}

#[tokio::test]
async fn a_nurse_works_through_the_list_by_keyboard_alone() {
    let server = demo();
    let browser = open(&server, "demo-nurse", Options::DESK).await;
    browser.go("/worklist").await;
    browser.find("[data-worklist]").await;
    // To the page below its head, as the first link of every page offers.
    browser.key(&Key::Tab.to_string()).await;
    browser.key(&Key::Enter.to_string()).await;
    // One citizen may stand there twice, an alert may not.
    let link = async |css: &str| browser.find(css).await.attr("href").await.unwrap().unwrap();
    let first = link("#work-0 .work-citizen a").await;
    let second = link("#work-1 .work-citizen a").await;
    let focused = async || link("[data-worklist] a:focus").await;
    browser.key("j").await;
    assert_eq!(focused().await, first);
    browser.key("j").await;
    assert_eq!(focused().await, second);
    browser.key("k").await;
    assert_eq!(focused().await, first);
    browser.picture("staff-keyboard").await;
    browser.key("t").await;
    let taken = async || browser.path().await.starts_with("/alerts/").then_some(());
    gtp_tests::until("the alert to be taken", taken).await;
    let words = browser.words_with("demo-nurse").await;
    assert!(words.contains("Taget af"), "{words}");
    browser.close().await;
}

#[tokio::test]
async fn a_key_does_nothing_while_something_else_has_the_focus() {
    let server = demo();
    let browser = open(&server, "demo-nurse", Options::DESK).await;
    browser.go("/worklist").await;
    browser.find("#programme").await.send_keys("t").await.unwrap();
    browser.key("j").await;
    assert_eq!(browser.path().await, "/worklist");
    let alerts = nurse(&server).await.alerts().await;
    assert!(alerts.iter().all(|alert| alert["state"] == "open"), "{alerts:#?}");
    browser.close().await;
}

#[tokio::test]
async fn an_alert_that_a_colleague_takes_changes_on_the_open_list() {
    let server = demo();
    let browser = open(&server, "demo-nurse", Options::DESK).await;
    browser.go("/worklist").await;
    browser.find("[data-live][data-told]").await;
    let alert = first_alert(&server).await;
    let take = format!("/api/v1/alerts/{}/take", alert["id"].as_str().unwrap());
    let _ = nurse(&server).await.post(&take, &json!({})).await.expect(200);
    browser.words_with("Taget af demo-nurse").await;
    let said = browser.complaints().await;
    assert!(said.is_empty(), "the content policy lets events through: {said:#?}");
    browser.close().await;
}

async fn alert_is_handed_over_given_back_and_opened_again(options: Options) {
    let server = demo();
    let alert = first_alert(&server).await;
    let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
    let state = async || {
        let now = nurse(&server).await.get(&format!("/api/v1{path}")).await.expect(200).json();
        now["alert"]["state"].as_str().unwrap().to_owned()
    };
    let browser = open(&server, "demo-nurse", options).await;
    browser.go(&path).await;
    browser.press("form[action$='/take'] button").await;
    browser.press("form[action$='/reopen'] button").await;
    browser.find("form[action$='/take'] button").await;
    assert_eq!(state().await, "open", "given back");

    browser.press("label[for='outcome-no-action']").await;
    browser.press("form[action$='/resolve'] button").await;
    browser.find("#reopen-text").await;
    browser.press("details:has(#reopen-text) summary").await;
    browser.type_into("#reopen-text", "Forkert borger").await;
    browser.press("form[action$='/reopen'] button").await;
    browser.find("form[action$='/take'] button").await;
    assert_eq!(state().await, "open", "opened again");

    if browser.has("#hand-over-unit").await {
        browser.press("details:has(#hand-over-unit) summary").await;
        browser.press("#hand-over-unit option:nth-child(2)").await;
        browser.type_into("#hand-over-text", "Ser I på den?").await;
        browser.press("form[action$='/handover'] button").await;
        let words = browser.words_with("Ser I på den?").await;
        assert!(words.contains("på listen hos"), "{words}");
    }
    browser.close().await;
}

#[tokio::test]
async fn an_alert_is_given_back_opened_again_and_handed_over() {
    alert_is_handed_over_given_back_and_opened_again(Options::DESK).await;
}

#[tokio::test]
async fn the_same_goes_without_scripts() {
    alert_is_handed_over_given_back_and_opened_again(Options::DESK.without_scripts()).await;
}

async fn limit_is_set_with_a_reason(options: Options, name: &str) {
    let server = demo();
    let alert = first_alert(&server).await;
    let enrolment = alert["enrolment"].as_str().unwrap().to_owned();
    let limits =
        nurse(&server).await.get(&format!("/api/v1/enrolments/{enrolment}/limits")).await.json();
    let limits = limits["limits"].as_array().unwrap().clone();
    let limit = limits.iter().find(|limit| limit["value"].is_number()).expect("one that is set");
    let (id, value) = (limit["id"].as_str().unwrap(), limit["value"].as_f64().unwrap());
    let path = format!("/enrolments/{enrolment}/limits");

    let browser = open(&server, "demo-doctor", options).await;
    browser.go(&path).await;
    browser.press(&format!("a[href='{path}/{id}']")).await;
    // Without a reason nothing is set, and what was typed stays.
    let typed = value.to_string().replace('.', ",");
    browser.type_into("#set-value", &typed).await;
    browser.press("#set button[type=submit]").await;
    browser.find("#set-reason-error").await;
    assert_eq!(browser.value("#set-value").await, typed);
    browser.picture(&format!("{name}-limit-refused")).await;

    browser.type_into("#set-reason", "Aftalt ved kontrollen").await;
    browser.press("#set button[type=submit]").await;
    let words = browser.words_with("Aftalt ved kontrollen").await;
    assert!(words.contains("demo-doctor"), "who: {words}");
    browser.picture(&format!("{name}-limit-set")).await;
    let now = nurse(&server).await.get(&format!("/api/v1{path}")).await.json();
    let set = now["limits"].as_array().unwrap().iter().find(|own| own["id"] == id).unwrap();
    assert_eq!(set["layer"], "citizen", "{set:#}");

    browser.press(&format!("a[href='{path}/{id}']")).await;
    browser.type_into("#back-reason", "Var en fejl").await;
    browser.press("#back button[type=submit]").await;
    let back = async || {
        let now = nurse(&server).await.get(&format!("/api/v1{path}")).await.json();
        let own = now["limits"].as_array()?.iter().find(|own| own["id"] == id)?.clone();
        (own["layer"] != "citizen").then_some(())
    };
    gtp_tests::until("the limit to be taken back", back).await;
    browser.close().await;
}

#[tokio::test]
async fn a_doctor_sets_a_limit_with_a_reason_and_takes_it_back() {
    limit_is_set_with_a_reason(Options::DESK, "desk").await;
}

#[tokio::test]
async fn a_doctor_does_the_same_on_a_phone_without_scripts() {
    limit_is_set_with_a_reason(Options::PHONE.without_scripts(), "phone-plain").await;
}

#[tokio::test]
async fn an_enrolment_is_paused_resumed_and_ended() {
    let server = demo();
    let alert = first_alert(&server).await;
    let path = format!("/enrolments/{}", alert["enrolment"].as_str().unwrap());
    let state = async || {
        let now = nurse(&server).await.get(&format!("/api/v1{path}")).await.expect(200).json();
        now["state"].as_str().unwrap().to_owned()
    };
    let browser = open(&server, "demo-nurse", Options::DESK).await;
    browser.go(&path).await;
    browser.type_into("#pause-reason", "Ferie").await;
    browser.press("#pause button[type=submit]").await;
    browser.find("#resume button[type=submit]").await;
    assert_eq!(state().await, "paused");
    browser.picture("staff-paused").await;
    browser.press("#resume button[type=submit]").await;
    browser.gone("#resume").await;
    assert_eq!(state().await, "active");

    // An alert is open: whoever ends the enrolment says what becomes of it.
    browser.press("label[for='end-outcome-0']").await;
    browser.type_into("#end-reason", "Målet er nået").await;
    browser.press("#end button[type=submit]").await;
    browser.find("#errors").await;
    browser.picture("staff-end-refused").await;
    assert_eq!(state().await, "active");
    browser.press("label[for='end-resolve']").await;
    browser.press("#end button[type=submit]").await;
    // With the last enrolment the relation to the citizen ends, and with it the sight of both.
    let list = async || (browser.path().await == "/worklist").then_some(());
    gtp_tests::until("the worklist", list).await;
    let after = nurse(&server).await;
    let _ = after.get(&format!("/api/v1{path}")).await.expect(404);
    let left = after.alerts().await;
    assert!(left.iter().all(|own| own["enrolment"] != alert["enrolment"]), "{left:#?}");
    browser.close().await;
}

#[tokio::test]
async fn what_is_green_is_acknowledged_at_once() {
    let server = demo();
    let api = nurse(&server).await;
    let green = async || {
        api.get("/api/v1/green").await.expect(200).json()["green"].as_array().unwrap().len()
    };
    let before = green().await;
    assert!(before > 0, "somebody is green in the demo");
    let browser = open(&server, "demo-nurse", Options::DESK.without_scripts()).await;
    browser.go("/worklist/green").await;
    browser.type_into("#receipt", "Det ser fint ud.").await;
    browser.press("form[action='/worklist/green'] button").await;
    browser.find(".alert-success:not([hidden])").await;
    browser.picture("staff-green-done").await;
    assert_eq!(green().await, 0);
    browser.close().await;
}

#[tokio::test]
async fn a_second_look_says_what_is_new_since_the_first() {
    let server = demo();
    let alert = first_alert(&server).await;
    let browser = open(&server, "demo-doctor", ENGLISH).await;
    browser.go(&format!("/citizens/{}", alert["citizen"].as_str().unwrap())).await;
    let words = browser.words_with("This is your first visit").await;
    assert!(words.contains("Who is involved") && words.contains("Limits"), "{words}");
    browser.picture("staff-record-doctor").await;
    browser.close().await;
}

#[tokio::test]
async fn a_closed_record_is_opened_with_a_reason() {
    let place = Place::with_people(&["heart"]);
    place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
    place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Somebody", "heart").await;
    let browser = Browser::open(&server, ENGLISH).await;
    browser.log_in("surgeon", Place::PASSWORD).await;
    browser.go(&format!("/citizens/{citizen}")).await;
    assert!(!browser.words().await.contains("Somebody"), "no relation, no record");
    browser.go("/citizens/glass").await;
    browser.type_into("#glass-number", "070761-0001").await;
    browser.press("#glass button[type=submit]").await;
    browser.find("#glass-reason-error").await;
    browser.type_into("#glass-reason", "Found unconscious").await;
    browser.press("#glass button[type=submit]").await;
    browser.words_with("Somebody").await;
    browser.picture("staff-glass-opened").await;
    browser.close().await;
}
