//! What whoever runs an installation can do about programmes: keys and signatures, saying yes to a version and
//! going back, reading the gauges. By command and by API, with a real host.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use gtp_hostile::Guest;
use gtp_tests::{Api, PATIENCE, Place, Server};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

const APPROVAL: &str = "[components]\nactivation = \"approval\"";

/// Drops a version of a programme as a careful writer does.
fn drop_in(place: &Place, version: &str) {
    let bytes = Guest::find().unwrap().component("demo", version, "").unwrap();
    let hidden = place.path("programmes/.demo");
    fs::write(&hidden, bytes).unwrap();
    fs::rename(hidden, place.path("programmes/demo.wasm")).unwrap();
}

/// The one component of a place, once it stands so.
async fn component(operator: &Api, version: &str, state: &str) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let all = operator.get("/api/v1/components").await.expect(200).json();
        let found = all["components"]
            .as_array()
            .unwrap()
            .iter()
            .find(|component| component["version"] == version && component["state"] == state);
        if let Some(found) = found {
            return found.clone();
        }
        assert!(Instant::now() < until, "{version} never {state}: {all}");
        tokio::task::yield_now().await;
    }
}

async fn serves(api: &Api) -> Option<String> {
    let all = api.get("/api/v1/programmes").await.expect(200).json();
    let programmes = all["programmes"].as_array().unwrap();
    programmes.first().map(|own| own["version"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_operator_says_yes_to_a_version_and_goes_back_by_the_api() {
    let place = Place::with_people(&[]);
    place.configure(APPROVAL);
    drop_in(&place, "1.0.0");
    let server = place.serve();
    let (operator, nurse) =
        (Api::log_in(&server, "operator").await, Api::log_in(&server, "nurse").await);
    let activation = "/api/v1/programmes/demo/activation";
    let rollback = "/api/v1/programmes/demo/rollback";

    let waiting = component(&operator, "1.0.0", "waiting").await;
    assert_eq!(waiting["flaws"][0]["code"], "waiting");
    assert_eq!(serves(&operator).await, None);

    let yes = json!({ "digest": waiting["digest"] });
    for path in ["/api/v1/components", activation, rollback] {
        let answer = match path {
            "/api/v1/components" => nurse.get(path).await,
            _ => nurse.post(path, &yes).await,
        };
        assert_eq!(answer.expect(403).problem(), "denied", "{path}");
    }
    let other = json!({ "digest": "0".repeat(64) });
    assert_eq!(operator.post(activation, &other).await.expect(409).problem(), "no-such-version");
    let no_digest = operator.post(activation, &json!({ "digest": "1.0.0" })).await.expect(422);
    assert_eq!(no_digest.json()["errors"][0]["pointer"], "/digest");

    let active = operator.post(activation, &yes).await.expect(200).json();
    assert_eq!((&active["id"], &active["version"]), (&json!("demo"), &json!("1.0.0")));
    assert_eq!(operator.post(activation, &yes).await.expect(409).problem(), "no-such-version");
    assert_eq!(
        operator.post(rollback, &json!({})).await.expect(409).problem(),
        "no-such-version",
        "there is nothing before the first"
    );

    drop_in(server.place(), "1.1.0");
    let waiting = component(&operator, "1.1.0", "waiting").await;
    assert_eq!(serves(&nurse).await.unwrap(), "1.0.0");
    let _ = operator.post(activation, &json!({ "digest": waiting["digest"] })).await.expect(200);
    assert_eq!(serves(&nurse).await.unwrap(), "1.1.0");
    let back = operator.post(rollback, &json!({})).await.expect(200).json();
    assert_eq!(back["version"], "1.0.0");
    assert_eq!(serves(&nurse).await.unwrap(), "1.0.0");
    let _ = component(&operator, "1.1.0", "waiting").await;
    let output = server.output();
    let chosen = output.lines().filter(|line| line.contains("an operator chose what serves"));
    assert_eq!(
        chosen.filter(|line| line.contains("\"account\":\"operator\"")).count(),
        3,
        "{output}"
    );
}

#[tokio::test]
async fn the_command_does_the_same_in_a_running_host_and_in_a_stopped_one() {
    let place = Place::with_people(&[]);
    place.configure(APPROVAL);
    drop_in(&place, "1.0.0");
    let list = place.succeed(&["programme", "list"], "");
    assert!(list.starts_with("waits") && list.contains("demo 1.0.0"), "{list}");
    let refused = place.run(&["programme", "rollback", "demo"], "");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("no earlier version"), "{}", refused.err);
    let activated = place.succeed(&["programme", "activate", "demo"], "");
    assert_eq!(activated, "demo 1.0.0 serves\n");

    let server: Server = place.serve();
    let operator = Api::log_in(&server, "operator").await;
    assert_eq!(serves(&operator).await.unwrap(), "1.0.0");
    drop_in(server.place(), "1.1.0");
    let waiting = component(&operator, "1.1.0", "waiting").await;
    let digest = waiting["digest"].as_str().unwrap();
    let other = "0".repeat(64);
    let refused = server.place().run(&["programme", "activate", "demo", "--digest", &other], "");
    assert_eq!(refused.code, 1);
    let message: String = refused.err.replace('│', " ").split_whitespace().collect();
    assert!(message.contains(digest), "it names what waits: {}", refused.err);
    server.place().succeed(&["programme", "activate", "demo", "--digest", digest], "");
    assert_eq!(serves(&operator).await.unwrap(), "1.1.0");
    server.place().succeed(&["programme", "rollback", "demo"], "");
    assert_eq!(serves(&operator).await.unwrap(), "1.0.0");
    let lines = server.place().succeed(&["programme", "list", "--json"], "");
    let states: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect();
    assert!(states.iter().any(|own| own["state"] == "waiting"), "{lines}");

    let (place, _) = server.stop();
    assert!(place.succeed(&["programme", "list"], "").contains("waits"));
}

#[tokio::test]
async fn no_submission_fails_while_a_new_version_takes_over() {
    let place = Place::with_people(&[]);
    drop_in(&place, "1.0.0");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut senders = tokio::task::JoinSet::new();
    for (number, name) in [("070761-0001", "Demo Borger 1"), ("080761-0002", "Demo Borger 2")] {
        let citizen = nurse.admit(number, name, "demo").await;
        let (nurse, done) = (nurse.clone(), done.clone());
        senders.spawn(async move {
            let mut sent = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                // Each at a moment of its own.
                let days = 30.0 - f64::from(sent) / 10_000.0;
                let receipt = nurse.measure(&citizen, "weight", "kg", 80.0, days).await;
                assert_eq!(receipt.expect(201).json()["assessed"], true);
                sent += 1;
            }
            sent
        });
    }
    for version in ["1.1.0", "1.2.0", "1.3.0"] {
        drop_in(server.place(), version);
        let until = Instant::now() + PATIENCE;
        while serves(&nurse).await.as_deref() != Some(version) {
            assert!(Instant::now() < until, "{version} never serves");
        }
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    while let Some(sent) = senders.join_next().await {
        assert!(sent.unwrap() > 0);
    }
}

#[tokio::test]
async fn the_host_lives_whatever_is_dropped_into_its_folder() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let operator = Api::log_in(&server, "operator").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let folder = server.place().path("programmes");
    let guest = Guest::find().unwrap();
    let behaviours = [
        "loops-in-describe",
        "recurses-in-describe",
        "grows-in-describe",
        "traps-at-its-first-word",
        "hundred-megabytes",
        "ten-thousand-fields",
        "loops-in-scenario",
    ];
    for behaviour in behaviours {
        let bytes = guest.component(behaviour, "1.0.0", behaviour).unwrap();
        fs::write(folder.join(format!("{behaviour}.wasm")), bytes).unwrap();
    }
    let whole = guest.well_behaved();
    fs::write(folder.join("half.wasm"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.join("nothing.wasm"), b"").unwrap();
    fs::write(folder.join("code.cwasm"), &whole).unwrap();
    fs::create_dir(folder.join("folder.wasm")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("out.wasm")).unwrap();
    fs::File::create(folder.join("huge.wasm")).unwrap().set_len(200 << 20).unwrap();
    let dropped = behaviours.len() + 6;

    let until = Instant::now() + PATIENCE;
    let mut looks = 0;
    let refused = loop {
        looks += 1;
        let days = 30.0 - f64::from(looks) / 1_000.0;
        let receipt = nurse.measure(&citizen, "weight", "kg", 80.0, days).await.expect(201).json();
        assert_eq!(receipt["assessed"], true);
        let all = operator.get("/api/v1/components").await.expect(200).json();
        let refused: Vec<Value> = all["components"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|component| component["state"] == "refused")
            .cloned()
            .collect();
        if refused.len() == dropped {
            break refused;
        }
        assert!(Instant::now() < until, "not all are judged: {all}");
    };
    for component in refused {
        let flaw = &component["flaws"][0];
        assert_eq!(flaw["gravity"], "error", "{component}");
        assert!(!flaw["what"].as_str().unwrap().is_empty(), "{component}");
        assert!(!flaw["mend"].as_str().unwrap().is_empty(), "{component}");
    }
    assert_eq!(serves(&nurse).await.unwrap(), "1.0.0");
    let _ = Api::anonymous(&server).get("/readyz").await.expect(204);
}

#[tokio::test]
async fn gauges_are_for_this_machine_and_for_operators() {
    let server = Place::with_people(&["heart"]).serve();
    let nobody = Api::anonymous(&server);
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 0.1).await.expect(201);

    let answer = nobody.get("/metrics").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let value = |name: &str| {
        let line = answer.text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        line.and_then(|value| value.parse::<f64>().ok())
            .unwrap_or_else(|| panic!("{name} is not in\n{}", answer.text))
    };
    assert!(value("gtp_programme_runs_total{programme=\"heart\",outcome=\"ok\"}") >= 1.0);
    for kind in gtp_runtime::RunError::KINDS {
        assert_eq!(
            value(&format!("gtp_programme_runs_total{{programme=\"heart\",outcome=\"{kind}\"}}")),
            0.0
        );
    }
    let of_heart = |name: &str| value(&format!("gtp_programme_{name}{{programme=\"heart\"}}"));
    let fuel = of_heart("fuel_total");
    assert!(fuel > 1_000.0 && of_heart("fuel_peak") <= fuel);
    assert!(of_heart("memory_peak_bytes") >= 65_536.0);
    assert!(of_heart("run_seconds_count") >= 1.0 && of_heart("run_seconds_sum") > 0.0);
    assert_eq!(of_heart("failures_in_a_row"), 0.0);
    for personal in [citizen.as_str(), "Demo Borger", "070761"] {
        assert!(!answer.text.contains(personal), "{personal}");
    }

    // Somebody whose request comes through a proxy is not on this machine.
    let through_proxy =
        |api: &Api| api.request(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.7");
    let refused = nobody.send(through_proxy(&nobody)).await.expect(401);
    assert_eq!(refused.problem(), "not-signed-in");
    assert_eq!(nurse.send(through_proxy(&nurse)).await.expect(403).problem(), "denied");
    let operator = Api::log_in(&server, "operator").await;
    let _ = operator.send(through_proxy(&operator)).await.expect(200);
}

/// The line for `trusted`, as `gtp keygen` prints it.
fn trusted(printed: &str) -> String {
    let line = printed.lines().find(|line| line.trim().starts_with("trusted = ")).unwrap();
    format!("[components.signatures]\npolicy = \"require\"\n{}", line.trim())
}

#[tokio::test]
async fn a_component_signed_with_a_made_key_serves_where_signatures_are_required() {
    let place = Place::with_people(&[]);
    let printed = place.succeed(&["keygen"], "");
    let mode = |name: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode("gtp.key"), 0o600);
    let again = place.run(&["keygen"], "");
    assert_eq!(again.code, 2);
    assert!(again.err.contains("exists already"), "{}", again.err);

    place.configure(&trusted(&printed));
    drop_in(&place, "1.0.0");
    let unsigned = place.run(&["check", "programmes/demo.wasm"], "");
    assert_eq!(unsigned.code, 1);
    assert!(unsigned.out.contains("error[signature-missing]"), "{}", unsigned.out);
    assert!(unsigned.out.contains("gtp sign"), "{}", unsigned.out);
    let signed = place.succeed(&["sign", "programmes/demo.wasm"], "");
    assert_eq!(signed, "programmes/demo.wasm.minisig\n");
    place.succeed(&["check", "programmes/demo.wasm"], "");
    let server = place.serve();
    let operator = Api::log_in(&server, "operator").await;
    assert_eq!(serves(&operator).await.unwrap(), "1.0.0");
}

#[test]
fn a_key_with_a_password_is_opened_by_it_and_not_without() {
    let place = Place::new(&[]);
    fs::write(place.path("x.wasm"), b"bytes").unwrap();
    place.succeed(&["keygen", "--password-stdin"], "correct horse\n");
    for input in [&["sign", "x.wasm"][..], &["sign", "x.wasm", "--password-stdin"]] {
        let refused = place.run(input, "wrong\n");
        assert_eq!(refused.code, 1, "{}", refused.err);
        assert!(refused.err.contains("password"), "{}", refused.err);
        assert!(!place.path("x.wasm.minisig").exists());
    }
    place.succeed(&["sign", "x.wasm", "--password-stdin"], "correct horse\n");
    let missing = place.run(&["sign", "x.wasm", "--secret", "other.key"], "");
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("gtp keygen"), "{}", missing.err);
}

/// Runs the ordinary tool. Nothing, where this machine has none.
fn minisign(place: &Place, arguments: &[&str]) -> Option<bool> {
    let mut command = Command::new("minisign");
    command.current_dir(place.path("")).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().ok().map(|status| status.success())
}

#[test]
fn the_ordinary_tool_and_ours_accept_each_others_signatures() {
    let place = Place::new(&[]);
    drop_in(&place, "1.0.0");
    let component = "programmes/demo.wasm";
    let Some(made) = minisign(&place, &["-G", "-W", "-p", "their.pub", "-s", "their.key"]) else {
        // A signature that it made is among the stored components, and is tested everywhere.
        eprintln!("there is no minisign here");
        return;
    };
    assert!(made);
    let sign = ["-S", "-s", "their.key", "-m", component];
    assert_eq!(minisign(&place, &sign), Some(true));
    let public = fs::read_to_string(place.path("their.pub")).unwrap();
    let line = public.lines().nth(1).unwrap();
    place.configure(&format!(
        "[components.signatures]\npolicy = \"require\"\ntrusted = [\"{line}\"]"
    ));
    place.succeed(&["check", component], "");

    // Their key in our hands, and our key in theirs.
    place.succeed(&["sign", component, "--secret", "their.key"], "");
    assert_eq!(minisign(&place, &["-V", "-p", "their.pub", "-m", component]), Some(true));
    place.succeed(&["keygen"], "");
    assert_eq!(minisign(&place, &["-S", "-s", "gtp.key", "-m", component]), Some(true));
    assert_eq!(minisign(&place, &["-V", "-p", "gtp.pub", "-m", component]), Some(true));
}
