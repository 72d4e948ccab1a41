//! Style sheets, fonts, icons and the script: built into the program, and kept by browsers for good.
//!
//! All of them lie under one address that holds the hash of them all, `/assets/<hash>/dkfds/dkfds.css`. When
//! one changes, all addresses change, so a browser never asks twice for the same file, and a style sheet names
//! its fonts by relative paths. Texts are sent compressed. Pages are not: a compressed page that holds a secret
//! and something that a stranger can choose leaks the secret by its length (the BREACH attack).

use crate::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::LazyLock;

/// A file with its path under the address of all.
struct Asset {
    path: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($path:literal, $kind:expr) => {
        Asset {
            path: $path,
            kind: $kind,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $path)),
        }
    };
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const WOFF2: &str = "font/woff2";

static ASSETS: [Asset; 12] = [
    asset!("gtp.css", CSS),
    asset!("gtp.js", JS),
    asset!("mark.svg", SVG),
    asset!("dkfds/dkfds.css", CSS),
    asset!("dkfds/icons.svg", SVG),
    asset!("dkfds/check-white.svg", SVG),
    asset!("dkfds/minus-white.svg", SVG),
    asset!("dkfds/chevron-down.svg", SVG),
    asset!("dkfds/chevron-down-gray-200.svg", SVG),
    asset!("dkfds/chevron-up.svg", SVG),
    asset!("dkfds/IBMPlexSans-Regular-Latin1.woff2", WOFF2),
    asset!("dkfds/IBMPlexSans-SemiBold-Latin1.woff2", WOFF2),
];

/// The first 8 bytes of the hash of all files and their paths.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in &ASSETS {
        hash.update(asset.path);
        hash.update(asset.bytes.len().to_le_bytes());
        hash.update(asset.bytes);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
});

/// Each file compressed, in the order of [`ASSETS`]; nothing where that saves nothing.
static COMPRESSED: LazyLock<Vec<Option<Bytes>>> =
    LazyLock::new(|| ASSETS.iter().map(compressed).collect());

fn compressed(asset: &Asset) -> Option<Bytes> {
    if asset.kind == WOFF2 {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(asset.bytes).ok()?;
    let bytes = encoder.finish().ok()?;
    (bytes.len() < asset.bytes.len()).then(|| bytes.into())
}

/// The hash that all addresses hold.
pub fn version() -> &'static str {
    &VERSION
}

/// Whether there is a file of this path.
#[cfg(test)]
pub fn exists(path: &str) -> bool {
    ASSETS.iter().any(|asset| asset.path == path)
}

/// The address of a file.
pub fn address(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

/// Serves a file.
pub async fn serve(
    Path((version, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = ASSETS.iter().position(|asset| asset.path == path);
    let found = place.and_then(|place| Some((place, ASSETS.get(place)?)));
    let Some((place, asset)) = found else {
        return Err(Problem::new(Kind::NotFound));
    };
    // A page from before an update may still ask by the old address: it gets the new file, not for good.
    let keep = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let small = COMPRESSED.get(place).and_then(Option::as_ref).filter(|_| takes_gzip(&headers));
    let mut response = match small {
        Some(bytes) => bytes.clone().into_response(),
        None => Bytes::from_static(asset.bytes).into_response(),
    };
    let about = response.headers_mut();
    let mut set = |name: HeaderName, value| {
        about.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, asset.kind);
    set(header::CACHE_CONTROL, keep);
    set(header::VARY, "accept-encoding");
    if small.is_some() {
        set(header::CONTENT_ENCODING, "gzip");
    }
    Ok(response)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim().eq_ignore_ascii_case("gzip") && weight.trim() != "q=0"
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn everything_a_first_visit_loads_is_small() {
        let sizes = ASSETS.iter().zip(COMPRESSED.iter());
        let total: usize =
            sizes.map(|(asset, small)| small.as_ref().map_or(asset.bytes.len(), Bytes::len)).sum();
        // The page itself, uncompressed, has the rest of the 100 KB.
        assert!(total < 70_000, "{total} bytes");
    }

    #[test]
    fn a_style_sheet_refers_only_to_files_that_are_served() {
        for asset in ASSETS.iter().filter(|asset| asset.kind == CSS) {
            let folder = asset.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let text = std::str::from_utf8(asset.bytes).unwrap();
            for url in text.split("url(").skip(1) {
                let file = url.split(')').next().unwrap().trim_matches(['"', '\'']);
                let path = if folder.is_empty() { file.into() } else { format!("{folder}/{file}") };
                let served = file.starts_with("data:") || ASSETS.iter().any(|own| own.path == path);
                assert!(served, "{} refers to {file}", asset.path);
            }
        }
    }

    #[tokio::test]
    async fn a_file_is_kept_for_good_and_an_old_address_is_not() {
        let get = |version: &str, gzip: bool| {
            let mut headers = HeaderMap::new();
            if gzip {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"));
            }
            serve(Path((version.to_owned(), "gtp.css".to_owned())), headers)
        };
        let new = get(&VERSION, true).await.unwrap();
        assert!(new.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(new.headers()[header::CONTENT_ENCODING], "gzip");
        let old = get("0000", false).await.unwrap();
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-cache");
        assert!(!old.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn nothing_outside_the_list_is_served() {
        for path in ["../Cargo.toml", "dkfds/../gtp.css", "build/build.mjs", ""] {
            let path = Path((VERSION.clone(), path.to_owned()));
            assert!(serve(path, HeaderMap::new()).await.is_err());
        }
    }
}
