//! Texts that somebody else wrote are text, on every page: markup, a script, marks that turn the direction, and ten
//! thousand characters.

use crate::world::{World, ahead};
use gtp_tests::{Browser, Options, Place};
use serde_json::json;

const HOSTILE: &str = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\u{202E}\"'><b>";

#[tokio::test]
async fn what_people_wrote_is_shown_as_text_on_every_page_of_theirs() {
    let world = World::called(&format!("Demo {HOSTILE}")).await;
    let long = "æ".repeat(1_900);
    for item in [
        json!({ "kind": "goal", "text": format!("{HOSTILE}{long}") }),
        json!({ "kind": "activity", "text": HOSTILE, "who": "citizen" }),
        json!({ "kind": "appointment", "text": HOSTILE, "starts": ahead(1.0), "place": HOSTILE }),
    ] {
        let _ = world.nurse.post(&world.path("plan"), &item).await.expect(201);
    }
    let message = json!({ "text": format!("{HOSTILE}{long}") });
    let _ = world.nurse.post(&world.path("messages"), &message).await.expect(201);
    let note =
        json!({ "text": HOSTILE, "value": { "what": "<b>x</b>", "number": 1, "unit": "<i>" } });
    let _ = world.own.post(&world.path("diary"), &note).await.expect(201);
    let grant = json!({ "relative": format!("<b>{}", "w".repeat(190)), "programme": "heart" });
    let _ = world.own.post(&world.path("relatives"), &grant).await.expect(201);
    let block = json!({ "person": HOSTILE });
    let _ = world.own.post(&world.path("blocks"), &block).await.expect(201);
    let browser = Browser::open(&world.server, Options::PHONE).await;
    browser.log_in("citizen", Place::PASSWORD).await;
    for path in [
        "/citizen",
        "/citizen/plan",
        "/citizen/messages",
        "/citizen/diary",
        "/citizen/values",
        "/citizen/relatives",
        "/citizen/blocks",
        "/citizen/access-log",
    ] {
        browser.go(path).await;
        let title = browser.page.title().await.unwrap();
        assert!(!title.contains("taken"), "{path}: a script ran");
        for tag in ["main script", "main img", "main b", "main i"] {
            assert!(!browser.has(tag).await, "{path}: {tag}");
        }
        let words = browser.words().await;
        assert!(!words.contains('\u{202E}'), "{path}");
        assert!(browser.overflow().await <= 0, "{path}: sideways scroll");
    }
    browser.close().await;
}
