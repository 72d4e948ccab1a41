//! What makes the citizen's pages an app that can be installed: its manifest, its worker, and the pages that the
//! worker shows where there is no connection.

use super::assets;
use super::frame::{Frame, Guest};
use super::render;
use crate::session::Speaks;
use crate::text;
use askama::Template;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const WORKER: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sw.js"));

/// `GET /sw.js`. Not under `/assets/`: a worker serves the addresses below its own.
pub async fn worker() -> Response {
    let script = WORKER.replace("__VERSION__", assets::version());
    let kind = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (kind, script).into_response()
}

/// `GET /manifest.webmanifest`
pub async fn manifest(headers: HeaderMap) -> Response {
    let Speaks(language) = Speaks::of(&headers);
    let manifest = json!({
        "name": text::t(language, "app-name"),
        "short_name": text::t(language, "app-name"),
        "lang": language.tag(),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#004d99",
        "icons": [{ "src": assets::address("mark.svg"), "sizes": "any", "type": "image/svg+xml" }],
    });
    let mut response = Json(manifest).into_response();
    let kind = HeaderValue::from_static("application/manifest+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    frame: Frame,
    text: String,
}

/// `GET /offline`: shown by the worker where there is no connection. Holds nothing personal: it is kept.
pub async fn offline(guest: Guest) -> Response {
    show(&guest, "offline-title", "offline-text")
}

/// `GET /offline/kept`: shown by the worker when it keeps a form until there is a connection.
pub async fn kept(guest: Guest) -> Response {
    show(&guest, "kept-title", "kept-text")
}

fn show(guest: &Guest, title: &str, words: &str) -> Response {
    let (title, text) = (text::t(guest.language, title), text::t(guest.language, words));
    let frame = Frame::new(guest.language, title, None, "/citizen", guest.state.demo);
    render(&OfflinePage { frame, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_keeps_only_files_that_are_served() {
        let list = WORKER.split("const assets = [").nth(1).and_then(|rest| rest.split(']').next());
        let files: Vec<&str> = list.unwrap_or_default().split('\'').skip(1).step_by(2).collect();
        assert!(files.len() > 5);
        for file in files {
            assert!(assets::exists(file), "{file}");
        }
    }
}
