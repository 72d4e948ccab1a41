//! What a citizen and a relative do, with scripts and without, in Danish and in English.

use crate::world::World;
use gtp_tests::{Browser, Options, Place, until};
use serde_json::json;

async fn browser(world: &World, person: &str, options: Options) -> Browser {
    let browser = Browser::open(&world.server, options).await;
    browser.log_in(person, Place::PASSWORD).await;
    browser
}

async fn saved(browser: &Browser) {
    browser.find(".alert-success").await;
}

/// A citizen's errands of one morning.
async fn errands(options: Options, name: &str) {
    let world = World::new().await;
    let browser = browser(&world, "citizen", options).await;
    // The start page leads to what waits.
    let unread = if options.language == "da" { "1 ulæst besked" } else { "1 unread message" };
    browser.words_with(unread).await;
    browser.find("a[href='https://video.example/room/1']").await;
    browser.picture(&format!("{name}-start")).await;

    browser.press(".notice a").await;
    browser.words_with("Hver morgen før morgenmaden.").await;
    browser.type_into("#write-text", "Tak, det gør jeg.").await;
    browser.press("#write button").await;
    browser.words_with("Tak, det gør jeg.").await;
    browser.picture(&format!("{name}-messages")).await;
    assert!(!browser.has(".message-new").await, "whoever answers has read");
    let told = world.nurse.get(&world.path("messages")).await.expect(200).json();
    assert_eq!(told["messages"][1]["read"]["by"], "citizen", "{told}");

    browser.go("/citizen/plan/new").await;
    browser.press("#new button").await;
    browser.find("#errors a[href='#new-text']").await;
    browser.type_into("#new-text", "Danse til min datters bryllup").await;
    browser.press("#new button").await;
    saved(&browser).await;
    let words = browser.words_with("Danse til min datters bryllup").await;
    assert!(words.contains("Ambulatoriet, indgang 3"), "{words}");
    browser.picture(&format!("{name}-plan")).await;

    browser.go("/citizen/diary").await;
    browser.find("#note").await;
    if !browser.has("details[open] #note").await {
        browser.press("main details summary").await;
    }
    browser.type_into("#note-text", "Gik en lang tur.").await;
    browser.type_into("#note-what", "Skridt").await;
    browser.type_into("#note-number", "6500,5").await;
    browser.press("#note button").await;
    saved(&browser).await;
    let number = if options.language == "da" { "6500,5" } else { "6500.5" };
    browser.words_with(number).await;

    browser.go("/citizen/relatives").await;
    browser.type_into("#grant-relative", "neighbour").await;
    browser.press("label[for='grant-may-0']").await;
    browser.press("#grant button").await;
    saved(&browser).await;
    browser.count_is("form[action$='/withdraw']", 2).await;
    browser.press("form[action$='/withdraw'] button").await;
    browser.count_is("form[action$='/withdraw']", 1).await;

    browser.go("/citizen/access-log").await;
    browser.words_with("Bevidstløs i modtagelsen").await;
    // Broken glass stands out.
    browser.find(".broken").await;
    browser.picture(&format!("{name}-access-log")).await;
    // From the person in the log to a block of that person.
    browser.press(".history a[href*='person=']").await;
    browser.find("#block-whom-1:checked").await;
    browser.press("#block button").await;
    saved(&browser).await;
    browser.picture(&format!("{name}-blocks")).await;
    browser.count_is("form[action$='/withdraw']", 2).await;
    browser.close().await;
}

#[tokio::test]
async fn a_citizen_does_the_errands_of_a_morning_on_a_phone() {
    errands(Options::PHONE, "errands-phone").await;
}

#[tokio::test]
async fn a_citizen_does_the_same_without_scripts() {
    errands(Options::PHONE.without_scripts(), "errands-plain").await;
}

#[tokio::test]
async fn a_citizen_does_the_same_on_a_desk_in_english() {
    errands(Options { language: "en", ..Options::DESK }, "errands-desk-en").await;
}

#[tokio::test]
async fn a_relative_enters_for_the_citizen_and_is_seen_to_have_done_so() {
    let world = World::new().await;
    let browser = browser(&world, "relative", Options::PHONE).await;
    browser.path_with("/relative").await;
    browser.press(".card a").await;
    browser.words_with("Demo Borger 1").await;
    browser.press(".button-huge").await;
    browser.type_into("input[name='v.weight']", "82,8").await;
    browser.press("form[data-form] .button-huge").await;
    browser.words_with("82,8").await;
    browser.path_with(&format!("/citizens/{}/receipt/", world.citizen)).await;
    browser.press(".actions a").await;
    browser.path_with(&format!("/relative/{}", world.citizen)).await;
    // What relatives do not see is as if it were not there.
    browser.go(&format!("/citizens/{}/plan", world.citizen)).await;
    assert!(!browser.words().await.contains("Ned i vægt"));
    browser.close().await;
    let log = world.own.get(&world.path("access-log")).await.expect(200).json();
    assert!(log["lines"].as_array().unwrap().iter().any(|line| line["account"] == "relative"));
}

#[tokio::test]
async fn a_form_that_is_half_filled_in_is_still_there_after_a_reload() {
    let world = World::new().await;
    let browser = browser(&world, "citizen", Options::PHONE).await;
    browser.go("/citizen/form").await;
    browser.type_into("input[name='v.weight']", "81,7").await;
    browser.find("form[data-kept]").await;
    browser.page.refresh().await.unwrap();
    let weight = async |browser: &Browser| browser.value("input[name='v.weight']").await;
    assert_eq!(weight(&browser).await, "81,7");
    browser.find("#look").await;
    browser.picture("phone-form-resumed").await;
    // Also for whoever closes the browser and logs in again.
    browser.close().await;
    let browser = self::browser(&world, "citizen", Options::DESK).await;
    browser.go("/citizen/form").await;
    assert_eq!(weight(&browser).await, "81,7");
    browser.press("form[data-form] .button-huge").await;
    browser.words_with("81,7").await;
    browser.go("/citizen/form").await;
    assert_eq!(weight(&browser).await, "", "what was sent is no draft");
    browser.close().await;
}

#[tokio::test]
async fn questions_come_one_at_a_time_without_scripts_and_are_kept() {
    let world = World::new().await;
    let browser = browser(&world, "citizen", Options::PHONE.without_scripts()).await;
    browser.go("/citizen/form/step/1").await;
    browser.picture("plain-step-1").await;
    browser.type_into("input[name='v.weight']", "ti").await;
    browser.press("main .button-huge").await;
    browser.find("#errors").await;
    browser.type_into("input[name='v.weight']", "82,1").await;
    let mut seen = vec![browser.path().await];
    browser.press("main .button-huge").await;
    // To the end: nothing must be answered.
    loop {
        let moved = async || {
            let path = browser.path().await;
            (seen.last() != Some(&path)).then_some(path)
        };
        let path = until("the next step", moved).await;
        if path == "/citizen/form" {
            break;
        }
        assert!(seen.len() < 60, "{seen:?}");
        seen.push(path);
        browser.press("main .button-huge").await;
    }
    assert!(seen.len() > 3, "{seen:?}");
    assert_eq!(browser.value("input[name='v.weight']").await, "82,1");
    browser.press("form[data-form] .button-huge").await;
    browser.words_with("82,1").await;
    browser.path_with("/citizen/receipt/").await;
    browser.close().await;
}

#[tokio::test]
async fn a_citizen_reaches_and_sends_the_form_by_keyboard_alone() {
    let world = World::new().await;
    let browser = browser(&world, "citizen", Options::DESK).await;
    let tab_to = async |what: &str| {
        for _ in 0..80 {
            browser.key("\u{E004}").await;
            let script = "const e = document.activeElement; \
                return (e.name || '') + ' ' + (e.getAttribute('href') || '') + ' ' + e.className;";
            let here = browser.page.execute(script, vec![]).await.unwrap();
            if here.as_str().unwrap().contains(what) {
                return;
            }
        }
        panic!("no way to {what} by keyboard");
    };
    tab_to("/citizen/form").await;
    browser.key("\u{E007}").await;
    browser.find("form[data-form]").await;
    tab_to("v.weight").await;
    browser.key("82,4").await;
    tab_to("button-huge").await;
    browser.key("\u{E007}").await;
    browser.words_with("82,4").await;
    browser.path_with("/citizen/receipt/").await;
    browser.close().await;
}

#[tokio::test]
async fn the_language_is_changed_on_any_page_and_stays() {
    let world = World::new().await;
    let browser = browser(&world, "citizen", Options::PHONE).await;
    browser.go("/citizen/plan").await;
    browser.press("a[hreflang=en]").await;
    browser.words_with("My plan").await;
    assert_eq!(browser.path().await, "/citizen/plan");
    browser.go("/citizen/blocks").await;
    browser.words_with("Block access").await;
    browser.close().await;
}

#[tokio::test]
async fn the_access_log_is_taken_away_as_a_file() {
    let world = World::new().await;
    let browser = browser(&world, "citizen", Options::DESK).await;
    browser.go("/citizen/access-log?days=0").await;
    let fetch = "const done = arguments[arguments.length - 1]; \
        fetch('/citizen/access-log.csv?days=7').then(async (a) => done([a.headers.get('content-type'), await a.text()]));";
    let file = browser.page.execute_async(fetch, vec![]).await.unwrap();
    assert_eq!(file[0], json!("text/csv; charset=utf-8"));
    let text = file[1].as_str().unwrap();
    assert!(text.starts_with("\"Tidspunkt\",\"Hvem\""), "{text}");
    assert!(text.contains("Bevidstløs i modtagelsen"), "{text}");
    browser.close().await;
}
