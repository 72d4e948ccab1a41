//! What operators see and decide, in a real browser.

use gtp_hostile::Guest;
use gtp_tests::{Browser, Options, Place, Server};

const ENGLISH: Options = Options { language: "en", ..Options::DESK };

async fn open(server: &Server, options: Options) -> Browser {
    let browser = Browser::open(server, options).await;
    browser.log_in("demo-operator", "demo-operator-2026").await;
    browser
}

const PAGES: [(&str, &str); 5] = [
    ("programmes", "/programmes"),
    ("programme", "/programmes/heart"),
    ("units", "/units"),
    ("map", "/map"),
    ("health", "/health"),
];

#[tokio::test]
async fn an_operator_sees_no_citizen_and_who_takes_part_only_as_a_number() {
    let server = Place::new(&["heart"]).serve_with(&["--demo"]);
    let browser = open(&server, ENGLISH.without_scripts()).await;
    for (page, path) in PAGES {
        browser.go(path).await;
        let words = browser.words().await;
        assert!(!words.contains("Demo Borger"), "{page}: {words}");
    }
    browser.go("/programmes/heart").await;
    let words = browser.words().await;
    for expected in ["Enrolled", "Runs", "Signature", "Check report", "Map card", "Most memory"] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_backup_shows_on_the_page_of_the_host() {
    let server = Place::new(&["heart"]).serve_with(&["--demo"]);
    let browser = open(&server, ENGLISH.without_scripts()).await;
    browser.go("/health").await;
    let words = browser.words().await;
    assert!(
        words.contains("none that is known of") && words.contains("Last checkpoint"),
        "{words}"
    );
    let file = server.place().path("copy.tar");
    let file = file.to_str().unwrap();
    let out = server.place().succeed(&["backup", "--config", "gtp.toml", file], "");
    browser.go("/health").await;
    let words = browser.words().await;
    assert!(words.contains("up to event"), "{words} {out}");
    browser.close().await;
}

/// Drops a component in as a careful writer does.
fn drop_in(place: &Place, component: &[u8]) {
    let hidden = place.path("programmes/.probe");
    std::fs::write(&hidden, component).unwrap();
    std::fs::rename(hidden, place.path("programmes/probe.wasm")).unwrap();
}

async fn an_operator_says_yes_and_goes_back(options: Options) {
    let guest = Guest::find().unwrap();
    let place = Place::with_people(&[]);
    place.configure("[components]\nactivation = \"approval\"");
    let component = |version: &str| guest.component("probe", version, "").unwrap();
    drop_in(&place, &component("1.0.0"));
    let server = place.serve();
    let browser = Browser::open(&server, options).await;
    browser.log_in("operator", Place::PASSWORD).await;
    browser.go("/programmes").await;
    browser.press("form[action='/programmes/probe/activate'] button").await;
    browser.words_with("1.0.0").await;
    drop_in(server.place(), &component("1.1.0"));
    let waits = async || {
        browser.go("/programmes/probe").await;
        browser.has("form[action='/programmes/probe/activate']").await.then_some(())
    };
    gtp_tests::until("the second version to wait", waits).await;
    browser.picture("operator-waiting").await;
    browser.press("form[action='/programmes/probe/activate'] button").await;
    browser.find("form[action='/programmes/probe/back']").await;
    assert!(browser.words().await.contains("1.1.0"));
    browser.press("details:has(form[action='/programmes/probe/back']) summary").await;
    browser.press("form[action='/programmes/probe/back'] button").await;
    // The newer one waits again.
    browser.find("form[action='/programmes/probe/activate']").await;
    browser.close().await;
}

#[tokio::test]
async fn an_operator_activates_a_version_and_goes_back_to_the_one_before() {
    an_operator_says_yes_and_goes_back(ENGLISH).await;
}

#[tokio::test]
async fn an_operator_does_the_same_without_scripts() {
    an_operator_says_yes_and_goes_back(ENGLISH.without_scripts()).await;
}

#[tokio::test]
async fn the_map_is_taken_along_as_a_table() {
    let server = Place::new(&["heart", "copd"]).serve_with(&["--demo"]);
    let browser = open(&server, ENGLISH).await;
    let fetch = "const done = arguments[arguments.length - 1]; \
        fetch('/map.csv').then((a) => a.text()).then(done);";
    let csv = browser.page.execute_async(fetch, vec![]).await.unwrap();
    let csv = csv.as_str().unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("\"Id\",\"Title\",\"Version\",\"Status\",\"Sectors\""), "{csv}");
    assert!(csv.contains("\"heart\",\"Heart at home\"") && csv.contains("\"copd\""), "{csv}");
    browser.close().await;
}
