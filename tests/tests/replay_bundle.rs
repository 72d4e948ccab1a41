//! `gtp explain`, and bundles that somebody else checks: what was changed in one is found and named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_replay::bundle::{Bundle, Check, KeyCheck, verify};
use gtp_runtime::{CheckSettings, Loaded};
use gtp_tests::{Api, Place};
use serde_json::Value;

fn load(bytes: &[u8]) -> Result<Loaded, String> {
    let (report, loaded) = gtp_runtime::load("", bytes, &CheckSettings::default())
        .map_err(|error| error.to_string())?;
    loaded.ok_or_else(|| format!("{report:?}"))
}

fn wrong(bundle: &Bundle, key: KeyCheck<'_>) -> Vec<Check> {
    let mut checks = verify(bundle, key, true, load);
    checks.retain(|check| !check.is_right());
    checks
}

fn named(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().map(|check| check.what).collect()
}

#[tokio::test]
async fn an_alert_is_explained_run_again_exported_and_checked_offline_and_every_change_is_found() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let overview =
        nurse.get(&format!("/api/v1/citizens/{citizen}/overview")).await.expect(200).json();
    let enrolment = overview["enrolments"][0]["id"].as_str().unwrap().to_owned();
    let limit = serde_json::json!({ "value": 2.2, "reason": "Vægten svinger" });
    let path = format!("/api/v1/enrolments/{enrolment}/limits/weight-gain-3-days");
    let _ = nurse.send(nurse.request(reqwest::Method::PUT, &path).json(&limit)).await.expect(200);
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 82.5, 0.1).await.expect(201);
    let alert = nurse.alerts_of("weight-3-days").await;
    let alert =
        alert.first().map_or_else(String::new, |own| own["id"].as_str().unwrap().to_owned());
    let alert = if alert.is_empty() { any_alert(&nurse).await } else { alert };
    let _ = nurse.measure(&citizen, "weight", "kg", 82.9, 0.05).await.expect(201);

    // While the host serves, and when it does not.
    let told = server.place().succeed(&["explain", &alert, "--rerun"], "");
    for part in [
        "82.5",
        "80",
        "Vægten svinger",
        "the citizen's own",
        "set by nurse",
        "2.2 kg",
        "cut again from the events: identical",
        "identical",
        "sha256",
        "Signed by",
    ] {
        assert!(told.contains(part), "“{part}” in {told}");
    }
    assert!(!told.contains("WRONG") && !told.contains("Demo Borger"), "{told}");
    let export = server.place().succeed(&["export", "--alert", &alert, "alert.tar"], "");
    assert!(export.contains("alert.tar"), "{export}");
    let log = format!("/api/v1/citizens/{citizen}/access");
    let seen = nurse.get(&log).await;
    assert!(seen.status.as_u16() != 200 || seen.text.contains("explain"), "{}", seen.text);
    let (place, _) = server.stop();
    let again = place.succeed(&["explain", &alert, "--rerun", "--json"], "");
    let again: Value = serde_json::from_str(&again).unwrap();
    assert!(
        again["checks"].as_array().unwrap().iter().all(|own| own["wrong"] == serde_json::json!([]))
    );

    // Somebody else, with nothing but the program and the installation's public key.
    let other = Place::new(&[]);
    let file = place.path("alert.tar");
    let file = file.to_str().unwrap();
    let key = place.path("data/checkpoint/key.pub");
    let key = key.to_str().unwrap();
    let told = other.succeed(&["explain", "--bundle", file, "--rerun", "--key", key], "");
    assert!(told.contains("signature of checkpoint over"), "{told}");
    let other_key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    let refused = other.run(&["explain", "--bundle", file, "--key", other_key], "");
    assert_eq!(refused.code, 1, "{}", refused.out);
    assert!(refused.err.contains("signature"), "{}", refused.err);

    let bytes = std::fs::read(file).unwrap();
    let whole = Bundle::read(&mut bytes.as_slice()).unwrap();
    assert_eq!(wrong(&whole, KeyCheck::Shown), []);
    tampered(&whole);
}

async fn any_alert(nurse: &Api) -> String {
    let alerts = nurse.alerts().await;
    alerts.first().unwrap_or_else(|| panic!("no alert"))["id"].as_str().unwrap().to_owned()
}

/// Each part of a bundle, changed alone.
fn tampered(whole: &Bundle) {
    // The component: one byte.
    let mut bundle = whole.clone();
    *bundle.components.values_mut().next().unwrap().last_mut().unwrap() ^= 1;
    assert!(named(&wrong(&bundle, KeyCheck::Shown)).contains(&"component"));

    // The case: a value, and a limit.
    for (what, from, to) in [("value", "82.5", "81.5"), ("limit", "2.2", "2.9")] {
        let mut bundle = whole.clone();
        let case = bundle.cases.values_mut().next().unwrap();
        let text = String::from_utf8(case.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *case = text.replace(from, to).into_bytes();
        let checks = wrong(&bundle, KeyCheck::Shown);
        let found = checks.iter().find(|check| check.what == "case").unwrap();
        let said = found.wrong.join("; ");
        assert!(said.contains(from) && said.contains(to), "{what}: {said}");
    }

    // The limit, where it was set: the event is not the one that is proved.
    let mut bundle = whole.clone();
    let line = bundle.events.iter_mut().find(|line| line.recorded.event.name() == "limit-set");
    let line = line.unwrap();
    let text = String::from_utf8(line.bytes.clone()).unwrap().replace("2.2", "2.9");
    line.bytes = text.into_bytes();
    line.recorded = gtp_record::event::Recorded::decode(&line.bytes).unwrap();
    let number = line.recorded.number;
    let checks = wrong(&bundle, KeyCheck::Shown);
    assert!(named(&checks).contains(&"limit") && named(&checks).contains(&"proof"), "{checks:#?}");
    let proof = checks.iter().find(|check| check.what == "proof").unwrap();
    assert!(proof.wrong.iter().any(|own| own.contains(&format!("event {number} (limit-set)"))));

    // The output, in its file and in its event.
    let mut bundle = whole.clone();
    let output = bundle.outputs.values_mut().next().unwrap();
    *output = String::from_utf8(output.clone())
        .unwrap()
        .replace("\"yellow\"", "\"green\"")
        .replace("\"red\"", "\"green\"")
        .into_bytes();
    assert_eq!(named(&wrong(&bundle, KeyCheck::Shown)), ["output"]);
    let mut bundle = whole.clone();
    let made =
        |line: &&mut gtp_replay::bundle::Line| line.recorded.event.name() == "assessment-made";
    let line = bundle.events.iter_mut().find(made).unwrap();
    let text = String::from_utf8(line.bytes.clone()).unwrap();
    line.bytes = text.replacen("\"fuel\":", "\"fuel\":1", 1).into_bytes();
    line.recorded = gtp_record::event::Recorded::decode(&line.bytes).unwrap();
    let checks = wrong(&bundle, KeyCheck::Shown);
    assert!(named(&checks).contains(&"proof") && named(&checks).contains(&"rerun"), "{checks:#?}");

    // The proof, the signature, and the root that is signed.
    let mut bundle = whole.clone();
    bundle.proofs.events[0].path[0].0[0] ^= 1;
    let checks = wrong(&bundle, KeyCheck::Shown);
    assert_eq!(named(&checks), ["proof"]);
    assert!(checks[0].wrong[0].contains("does not lie under the signed root"));
    let mut bundle = whole.clone();
    bundle.proofs.events.remove(0);
    assert_eq!(named(&wrong(&bundle, KeyCheck::Shown)), ["proof"]);
    let mut bundle = whole.clone();
    bundle.proofs.checkpoint.text = bundle.proofs.checkpoint.text.replace("gtp/", "gtp/0");
    assert_eq!(named(&wrong(&bundle, KeyCheck::Shown)), ["signature"]);
    let mut bundle = whole.clone();
    bundle.proofs.checkpoint.checkpoint.root.0[0] ^= 1;
    assert_eq!(named(&wrong(&bundle, KeyCheck::Shown)), ["signature", "proof"]);

    // An event that is needed, left out.
    let mut bundle = whole.clone();
    let first =
        |line: &gtp_replay::bundle::Line| line.recorded.event.name() == "observation-recorded";
    let at = bundle.events.iter().position(first).unwrap();
    bundle.events.remove(at);
    assert!(named(&wrong(&bundle, KeyCheck::Shown)).contains(&"case"));
    // A component that is not there.
    let mut bundle = whole.clone();
    bundle.components.clear();
    assert!(named(&wrong(&bundle, KeyCheck::Shown)).contains(&"component"));
}
