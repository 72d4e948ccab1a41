//! Every page there is, as whoever it is for, in both languages, on a phone and on a desk: no barrier, no error in
//! its markup, no word in the console, nothing that stands out sideways, also twice as large.

use crate::world::World;
use gtp_tests::{Browser, Checks, Options, Place};
use std::collections::BTreeSet;

/// The routes of pages: what the router itself is made from.
const ROUTES: &str = include_str!("../../../host/web/src/pages/mod.rs");

/// Each person's pages.
const PAGES: [(&str, &[&str]); 6] = [
    ("", &["/login", "/login/out", "/offline", "/offline/kept"]),
    (
        "citizen",
        &[
            "/citizen",
            "/citizen/form",
            "/citizen/form/step/{n}",
            "/citizen/receipt/{key}",
            "/citizen/values",
            "/citizen/plan",
            "/citizen/plan/new",
            "/plan/{id}",
            "/citizen/diary",
            "/citizen/messages",
            "/citizen/relatives",
            "/citizen/access-log",
            "/citizen/blocks",
            "/citizen/blocks/new",
            "/citizen/more",
            "/account",
        ],
    ),
    (
        "relative",
        &[
            "/relative",
            "/relative/{id}",
            "/relative/{id}/values",
            "/citizens/{id}/form",
            "/citizens/{id}/form/step/{n}",
            "/citizens/{id}/receipt/{key}",
        ],
    ),
    (
        "nurse",
        &[
            "/worklist",
            "/worklist/green",
            "/alerts/{id}",
            "/alerts/{id}/why",
            "/citizens",
            "/citizens/glass",
            "/citizens/{id}",
            "/citizens/{id}/enrol",
            "/citizens/{id}/plan",
            "/citizens/{id}/plan/new",
            "/citizens/{id}/diary",
            "/citizens/{id}/messages",
            "/messages",
            "/enrolments/{id}",
            "/enrolments/{id}/limits",
            "/enrolments/{id}/limits/{limit}",
            "/programmes/{id}",
        ],
    ),
    (
        "operator",
        &[
            "/programmes",
            "/programmes/{id}",
            "/map",
            "/units",
            "/health",
            "/replays",
            "/replays/{number}",
        ],
    ),
    ("auditor", &["/account"]),
];

/// What is got and is no page, or leads to another one.
const NO_PAGES: [&str; 13] = [
    "/",
    "/login/step",
    "/login/with/{provider}",
    "/login/with/{provider}/back",
    "/language",
    "/citizen/access-log.csv",
    "/worklist/live",
    "/map.csv",
    "/assets/{version}/{*path}",
    "/sw.js",
    "/manifest.webmanifest",
    "/enrolments/{id}/limits/{limit}/back",
    "/citizens/{id}/glass",
];

#[test]
fn every_page_is_walked_by_somebody() {
    let routes = ROUTES.split(".route(").skip(1).filter_map(|route| {
        let route = route.split(".route(").next()?;
        let path = route.split('"').nth(1)?;
        route.contains("get(").then(|| path.to_owned())
    });
    let walked: BTreeSet<&str> =
        PAGES.iter().flat_map(|(_, pages)| pages.iter().copied()).collect();
    let forgotten: Vec<String> = routes
        .filter(|path| !walked.contains(path.as_str()) && !NO_PAGES.contains(&path.as_str()))
        .collect();
    assert!(forgotten.is_empty(), "no walk opens {forgotten:?}: add them to PAGES");
}

/// All pages of all people in one language.
async fn walk(language: &'static str) {
    let world = World::new().await;
    let checks = Checks::default();
    for (person, pages) in PAGES {
        for (size, options) in [("phone", Options::PHONE), ("desk", Options::DESK)] {
            let browser = Browser::open(&world.server, Options { language, ..options }).await;
            if !person.is_empty() {
                browser.log_in(person, Place::PASSWORD).await;
            }
            for route in pages {
                let path = world.fill(route);
                browser.go(&path).await;
                let place = route.replace(['/', '{', '}'], "-");
                let name = format!("{language}-{size}-{person}{place}").replace("--", "-");
                let here = browser.path().await;
                let languages = browser.count(&format!("html[lang={language}]")).await;
                let headings = browser.count("h1").await;
                if (here.as_str(), languages, headings) != (path.as_str(), 1, 1) {
                    checks
                        .wrong(format!("{name}: at {here}, {languages} languages, {headings} h1"));
                }
                checks.page(&browser, &name).await;
                // Twice as large, 1280 pixels are 640; a phone's 360 would be 180.
                if size == "desk" {
                    browser.enlarge().await;
                }
                if browser.overflow().await > 0 {
                    checks.wrong(format!("{name}: sideways scroll at 200 %"));
                }
            }
            browser.close().await;
        }
    }
    checks.validate();
}

#[tokio::test]
async fn every_page_is_without_a_barrier_in_danish() {
    walk("da").await;
}

#[tokio::test]
async fn every_page_is_without_a_barrier_in_english() {
    walk("en").await;
}

#[tokio::test]
async fn a_first_visit_loads_little_and_only_from_here() {
    let world = World::new().await;
    for (person, path) in [("", "/login"), ("citizen", "/citizen"), ("nurse", "/worklist")] {
        let browser = Browser::open(&world.server, Options::PHONE).await;
        if !person.is_empty() {
            browser.log_in(person, Place::PASSWORD).await;
            // As somebody who was never here: everything is fetched anew.
            browser.forget_files().await;
        }
        browser.go(path).await;
        let measure = "return [...performance.getEntriesByType('navigation'), \
            ...performance.getEntriesByType('resource')].map((own) => [own.name, own.transferSize]);";
        let loaded = browser.page.execute(measure, vec![]).await.unwrap();
        let loaded = loaded.as_array().unwrap().clone();
        let bytes: u64 = loaded.iter().map(|own| own[1].as_u64().unwrap()).sum();
        for own in &loaded {
            let name = own[0].as_str().unwrap();
            assert!(name.starts_with(&world.server.address), "{path} loads {name}");
        }
        println!("{path}: {bytes} bytes in {} files", loaded.len());
        assert!(loaded.len() > 3, "{loaded:?}");
        assert!((20_000..=100 * 1024).contains(&bytes), "{path} loads {bytes} bytes: {loaded:?}");
        browser.close().await;
    }
}
