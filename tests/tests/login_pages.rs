//! Every page keeps scripts of others out, and every form is refused that was not made for the session.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::oidc::Walker;
use gtp_tests::{Place, Server, client};
use reqwest::StatusCode;

/// The routes of pages: what the router itself is made from.
const ROUTES: &str = include_str!("../../host/web/src/pages/mod.rs");
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The addresses of routes with a method.
fn routes(method: &str) -> Vec<String> {
    let called = format!("{method}(");
    let routes = ROUTES.split(".route(").skip(1).filter_map(|route| {
        let route = route.split("\n        .").next()?;
        let path = route.split('"').nth(1)?;
        route.contains(&called).then(|| path.to_owned())
    });
    let filled = routes.map(|path| {
        let mut path = path.replace("/programmes/{id}", "/programmes/heart");
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, NOBODY);
        }
        path
    });
    filled.collect()
}

async fn session(server: &Server, account: &str) -> String {
    let mut walker = Walker::default();
    let password = format!("{account}-2026");
    let form = [("account", account), ("password", password.as_str())];
    let _ = walker.send(&format!("{}/login", server.address), &form).await;
    walker.cookie(&server.address, "gtp").expect("a session").to_owned()
}

#[tokio::test]
async fn no_form_is_taken_that_was_not_made_for_the_session() {
    let server = Place::new(&["heart"]).serve_with(&["--demo"]);
    let posts = routes("post");
    assert!(posts.len() > 12, "{posts:?}");
    for account in ["demo-nurse", "demo-citizen-1"] {
        let cookie = session(&server, account).await;
        let post = async |path: &str, origin: &str| -> StatusCode {
            let request = client()
                .build()
                .unwrap()
                .post(format!("{}{path}", server.address))
                .header("cookie", format!("gtp={cookie}"))
                .header("origin", origin.to_owned())
                .header("content-type", "application/x-www-form-urlencoded");
            request.body("csrf=wrong").send().await.unwrap().status()
        };
        for path in &posts {
            let foreign = post(path, "https://evil.example").await;
            assert_eq!(foreign.as_u16(), 403, "{account} {path}: of another site");
            if !path.starts_with("/login") {
                let old = post(path, &server.address).await;
                assert!(matches!(old.as_u16(), 403 | 404), "{account} {path}: {old}");
            }
        }
        let still = client()
            .build()
            .unwrap()
            .get(format!("{}/account", server.address))
            .header("cookie", format!("gtp={cookie}"));
        assert_eq!(still.send().await.unwrap().status().as_u16(), 200, "nobody was logged out");
    }
}

#[tokio::test]
async fn no_page_holds_a_script_or_a_style_of_its_own() {
    let server = Place::new(&["heart"]).serve_with(&["--demo"]);
    let mut seen = 0;
    for account in ["demo-nurse", "demo-citizen-1", "demo-operator", ""] {
        let cookie = match account {
            "" => String::new(),
            account => session(&server, account).await,
        };
        for path in routes("get") {
            let request = client()
                .build()
                .unwrap()
                .get(format!("{}{path}", server.address))
                .header("cookie", format!("gtp={cookie}"))
                .header("accept", "text/html");
            let answer = request.send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{account} {path}");
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(
                policy.contains("default-src 'self'") && !policy.contains("unsafe"),
                "{policy}"
            );
            let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
            if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
                continue;
            }
            let page = answer.text().await.unwrap();
            seen += 1;
            for script in page.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                assert!(tag.contains("src=\"/assets/"), "{account} {path}: <script{tag}>");
            }
            for inline in
                ["<style", " style=\"", "javascript:", " onclick=", " onload=", " onsubmit="]
            {
                assert!(!page.contains(inline), "{account} {path}: {inline}");
            }
        }
    }
    assert!(seen > 30, "{seen} pages");
}
