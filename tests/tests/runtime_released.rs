//! Components that were built against released versions of the contract, byte for byte as they were built then,
//! and signed by the ordinary `minisign` tool.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runtime_support;

use gtp_runtime::{SignaturePolicy, Signatures, State, signature};
use runtime_support::{Host, case, rule};
use std::{fs, path::PathBuf};

fn released() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("hostile/released")
}

#[tokio::test]
async fn a_component_built_against_contract_1_0_serves_and_judges() {
    let host = Host::start();
    let bytes = fs::read(released().join("1.0.0/every-aspect.wasm")).unwrap();
    host.put("old.wasm", &bytes);
    host.look();
    let loaded = host.serving("hostile");
    assert_eq!(loaded.contract.to_string(), "1.0.0");
    assert_eq!(loaded.definition.questionnaires.len(), 1);
    assert_eq!(loaded.definition.scenarios.len(), 1);
    let rules = [rule("gain"), rule("level"), rule("symptoms")];
    let run = host
        .runtime
        .assess(&loaded, &rules, &case(&loaded.definition, &rules, 30, 1.5))
        .await
        .unwrap();
    assert_eq!(run.assessment.findings.len(), 3);
}

#[test]
fn the_least_component_built_against_contract_1_0_serves() {
    let host = Host::start();
    host.put("old.wasm", &fs::read(released().join("1.0.0/least.wasm")).unwrap());
    host.look();
    let loaded = host.serving("minimal");
    assert!(loaded.definition.rules.is_empty() && loaded.definition.scenarios.is_empty());
    assert_eq!(loaded.definition.fields.len(), 1);
}

#[test]
fn the_least_component_built_today_serves() {
    let host = Host::start();
    host.put("new.wasm", &gtp_hostile::minimal().unwrap());
    host.look();
    assert_eq!(host.version("minimal").unwrap(), "1.0.0");
}

#[test]
fn a_signature_by_the_ordinary_tool_is_accepted() {
    let public = fs::read_to_string(released().join("minisign.pub")).unwrap();
    let host = Host::start_with(|settings| {
        settings.signatures = Signatures {
            policy: SignaturePolicy::Require,
            trusted: vec![signature::public_line(&public).unwrap()],
        };
    });
    for file in ["least.wasm", "least.wasm.minisig"] {
        host.put(file, &fs::read(released().join("1.0.0").join(file)).unwrap());
    }
    host.look();
    assert_eq!(host.standing("least.wasm").state, State::Active);
}
