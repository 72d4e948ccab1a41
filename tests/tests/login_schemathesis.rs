//! A stranger reads the OpenAPI document and tries everything in it: schemathesis, with a fixed seed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, target};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSION: &str = "4.32.5";
/// Printed, so that whoever sees it fail can run it again.
const SEED: &str = "20261122";
/// How many calls of each kind for each route.
const EXAMPLES: &str = "6";

/// The program, installed where it is not yet.
fn schemathesis() -> PathBuf {
    let folder = target().join(format!("schemathesis-{VERSION}"));
    let done = folder.join("installed");
    if !done.exists() {
        let run = |program: &Path, arguments: &[&str]| {
            let status = Command::new(program).args(arguments).status();
            assert!(status.is_ok_and(|status| status.success()), "{program:?} {arguments:?}");
        };
        run(Path::new("python3"), &["-m", "venv", folder.to_str().unwrap()]);
        let wanted = concat!(env!("CARGO_MANIFEST_DIR"), "/schemathesis/requirements.txt");
        run(&folder.join("bin/pip"), &["install", "--quiet", "--no-deps", "-r", wanted]);
        fs::write(&done, VERSION).unwrap();
    }
    folder.join("bin/st")
}

/// Every route as this account, but those that would end its own session, and the one that never ends.
fn try_everything(address: &str, token: &str, folder: &Path) {
    println!("seed {SEED}");
    let output = Command::new(schemathesis())
        .current_dir(folder)
        .args(["run", &format!("{address}/openapi.json")])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--seed", SEED, "--max-examples", EXAMPLES])
        .args(["--exclude-operation-id", "logOut", "--exclude-operation-id", "logOutEverywhere"])
        .args(["--exclude-operation-id", "followAlerts", "--exclude-operation-id", "logIn"])
        .args(["--generation-database", "none", "--request-timeout", "20", "--no-color"])
        .output()
        .expect("schemathesis runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
}

#[tokio::test]
async fn whatever_a_stranger_sends_the_answers_are_as_documented() {
    let place = Place::new(&["heart"]);
    let folder = place.path("");
    let server = place.serve_with(&["--demo"]);
    for account in ["demo-nurse", "demo-operator"] {
        let api = Api::log_in_as(&server, account, &format!("{account}-2026")).await;
        try_everything(&server.address, api.token(), &folder);
    }
}
