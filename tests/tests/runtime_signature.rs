//! Signatures by `minisign`, its own tool or ours.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runtime_support;

use gtp_runtime::{SignaturePolicy, Signatures, State, signature};
use runtime_support::Host;
use std::fs;

fn host(policy: SignaturePolicy, trusted: &[&str]) -> Host {
    Host::start_with(|settings| {
        settings.signatures =
            Signatures { policy, trusted: trusted.iter().map(|key| (*key).to_owned()).collect() };
    })
}

/// Puts a component and its signature.
fn put(host: &Host, signature: Option<&str>) {
    if let Some(signature) = signature {
        fs::write(host.file("heart.wasm.minisig"), signature).unwrap();
    }
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
}

#[test]
fn where_signatures_are_required_only_trusted_ones_serve() {
    let own = signature::keygen(None).unwrap();
    let foreign = signature::keygen(None).unwrap();
    let key = signature::public_line(&own.public).unwrap();
    let bytes = gtp_hostile::Guest::find().unwrap().component("heart", "1.0.0", "").unwrap();
    let good = signature::sign(&own.secret, None, &bytes, "file:heart.wasm").unwrap();
    let untrusted = signature::sign(&foreign.secret, None, &bytes, "file:heart.wasm").unwrap();
    let of_other_bytes = signature::sign(&own.secret, None, b"other", "file:heart.wasm").unwrap();
    for (signature, code) in [
        (None, Some("signature-missing")),
        (Some("nonsense"), Some("signature-unreadable")),
        (Some(untrusted.as_str()), Some("signature-untrusted")),
        (Some(of_other_bytes.as_str()), Some("signature-wrong")),
        (Some(good.as_str()), None),
    ] {
        let required = host(SignaturePolicy::Require, &[&key]);
        put(&required, signature);
        assert_eq!(required.version("heart").is_some(), code.is_none(), "{code:?}");
        if let Some(code) = code {
            assert_eq!(required.codes("heart.wasm")[0], code);
        }
        let warned = host(SignaturePolicy::Warn, &[&key]);
        put(&warned, signature);
        assert!(warned.version("heart").is_some());
        assert_eq!(
            warned.codes("heart.wasm").first().copied().filter(|c| c.starts_with("sig")),
            code
        );
        let ignored = host(SignaturePolicy::None, &[]);
        put(&ignored, signature);
        assert!(ignored.codes("heart.wasm").iter().all(|code| !code.starts_with("sig")));
    }
}

#[test]
fn a_signature_that_comes_later_lets_the_component_serve() {
    let own = signature::keygen(None).unwrap();
    let key = signature::public_line(&own.public).unwrap();
    let host = host(SignaturePolicy::Require, &[&key]);
    put(&host, None);
    assert_eq!(host.standing("heart.wasm").state, State::Refused);
    let bytes = fs::read(host.file("heart.wasm")).unwrap();
    let signature = signature::sign(&own.secret, None, &bytes, "file:heart.wasm").unwrap();
    fs::write(host.file("heart.wasm.minisig"), signature).unwrap();
    host.look();
    assert_eq!(host.standing("heart.wasm").state, State::Active);
}

#[test]
fn a_key_with_a_password_signs_only_with_it() {
    let own = signature::keygen(Some("correct horse".to_owned())).unwrap();
    assert!(signature::sign(&own.secret, Some("wrong".to_owned()), b"x", "c").is_err());
    assert!(signature::sign(&own.secret, None, b"x", "c").is_err());
    assert!(signature::sign(&own.secret, Some("correct horse".to_owned()), b"x", "c").is_ok());
}

#[test]
fn a_trusted_key_that_is_none_stops_the_start() {
    let folders = tempfile::tempdir().unwrap();
    fs::create_dir(folders.path().join("programmes")).unwrap();
    let mut settings = runtime_support::settings(folders.path());
    settings.signatures.trusted = vec!["nonsense".to_owned()];
    let error = gtp_runtime::Runtime::start(settings).err().unwrap();
    assert!(error.to_string().contains("nonsense"), "{error}");
}
