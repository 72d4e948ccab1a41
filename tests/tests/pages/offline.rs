//! An installed app whose host is away and comes back.

use crate::world::World;
use gtp_tests::{Api, Browser, Options, Place, until};

/// Does what an installed app does when it opens, and waits until the worker serves the page.
async fn install(browser: &Browser) {
    browser.go("/citizen").await;
    let register = "navigator.serviceWorker.register('/sw.js'); return true;";
    let _ = browser.page.execute(register, vec![]).await.unwrap();
    let controlled = "return navigator.serviceWorker.controller !== null;";
    told(browser, "the worker to take over", controlled).await;
}

async fn told(browser: &Browser, what: &str, script: &str) {
    let yes = async || {
        let answer = browser.page.execute(script, vec![]).await.ok()?;
        (answer == serde_json::Value::Bool(true)).then_some(())
    };
    until(what, yes).await;
}

/// How many entries a cache of the worker has; nothing while one page makes way for another.
async fn kept(browser: &Browser, cache: &str) -> Option<u64> {
    let count = format!(
        "const done = arguments[arguments.length - 1];
         caches.open('{cache}').then((cache) => cache.keys()).then((keys) => done(keys.length));"
    );
    browser.page.execute_async(&count, vec![]).await.ok()?.as_u64()
}

async fn kept_is(browser: &Browser, cache: &str, count: u64) {
    let there = async || (kept(browser, cache).await == Some(count)).then_some(());
    until(&format!("{count} in {cache}"), there).await;
}

#[tokio::test]
async fn what_is_measured_without_a_connection_is_sent_once_when_the_host_is_back() {
    let World { server, citizen, .. } = World::new().await;
    let address = server.address.clone();
    let browser = Browser::open(&server, Options::PHONE).await;
    browser.log_in("citizen", Place::PASSWORD).await;
    install(&browser).await;
    browser.go("/citizen/form").await;
    kept_is(&browser, "form", 1).await;

    let (place, _) = server.stop();
    browser.type_into("input[name='v.weight']", "82,4").await;
    browser.press("form[data-form] .button-huge").await;
    kept_is(&browser, "waiting", 1).await;
    browser.words_with("Gemt på telefonen").await;
    browser.picture("offline-kept").await;
    // The form can be opened again, and other pages say what is the matter.
    browser.go("/citizen/form").await;
    browser.find("input[name='v.weight']").await;
    browser.go("/citizen/values").await;
    browser.words_with("Ingen forbindelse").await;
    browser.picture("offline").await;

    let listen = address.trim_start_matches("http://");
    let server = place.serve_with(&["--listen", listen]);
    assert_eq!(server.address, address);
    browser.go("/citizen").await;
    kept_is(&browser, "waiting", 0).await;
    let nurse = Api::log_in(&server, "nurse").await;
    let sent = async || {
        let weights = nurse.observations(&citizen, "weight").await;
        weights.iter().filter(|one| one["value"] == 82.4).count()
    };
    assert_eq!(sent().await, 1);
    // Whatever is opened next delivers nothing again.
    browser.go("/citizen/values").await;
    browser.words_with("82,4").await;
    browser.go("/citizen").await;
    assert_eq!(sent().await, 1);
    // Logging out leaves nothing on the phone.
    browser.press("form[action='/logout'] button").await;
    kept_is(&browser, "form", 0).await;
    browser.close().await;
}
