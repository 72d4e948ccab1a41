//! What was acknowledged is there: after a retry, a restart, and a kill.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, at};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn weight(value: f64, days: f64) -> Value {
    json!({ "observations": [{ "field": "weight", "value": value, "unit": "kg", "measured": at(days) }] })
}

#[tokio::test]
async fn a_retry_gets_the_first_receipt_again_and_records_nothing() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let path = format!("/api/v1/citizens/{citizen}/submissions");
    let body = weight(80.0, 0.5);
    let first = nurse.post_with_key(&path, &body, "retry-1").await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = nurse.post_with_key(&path, &body, "retry-1").await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(), first.json());

    let other = nurse.post_with_key(&path, &weight(81.0, 0.4), "retry-1").await.expect(409);
    assert_eq!(other.problem(), "key-reused");
    let bad = nurse.post_with_key(&path, &body, "not a key").await.expect(400);
    assert_eq!(bad.problem(), "bad-header");
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 1);

    // Many at once under one key: one is recorded, and all get its receipt.
    let body = weight(80.2, 0.3);
    let tries = (0..8).map(|_| {
        let (nurse, path, body) = (nurse.clone(), path.clone(), body.clone());
        tokio::spawn(async move { nurse.post_with_key(&path, &body, "retry-2").await })
    });
    let mut created = 0;
    for answer in tries.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        assert!(answer.status.is_success(), "{}", answer.text);
        created += usize::from(answer.status.as_u16() == 201);
    }
    assert_eq!(created, 1);
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 2);

    // The key is remembered over a restart.
    let (place, _) = server.stop();
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let later = nurse.post_with_key(&path, &weight(80.0, 0.5), "retry-1").await;
    assert!(matches!(later.status.as_u16(), 200 | 409), "{}", later.text);
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 2);
}

#[tokio::test]
async fn registering_and_enrolling_under_one_key_are_done_once() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let person = json!({ "number": "070761-0001", "name": "Demo Borger 1" });
    let citizens = "/api/v1/citizens";
    let first = nurse.post_with_key(citizens, &person, "person-1").await.expect(201).json();
    let again = nurse.post_with_key(citizens, &person, "person-1").await.expect(201).json();
    assert_eq!(again, first);
    // Without the key, under another, or with another name it is the mistake that it looks like.
    let _ = nurse.post(citizens, &person).await.expect(409);
    let _ = nurse.post_with_key(citizens, &person, "person-2").await.expect(409);
    let renamed = json!({ "number": "070761-0001", "name": "Demo Borger 2" });
    let other = nurse.post_with_key(citizens, &renamed, "person-1").await.expect(409);
    assert_eq!(other.problem(), "key-reused");

    let path = format!("{citizens}/{}/enrolments", first["id"].as_str().unwrap());
    let heart = json!({ "programme": "heart", "unit": "home-care" });
    let tries = (0..4).map(|_| {
        let (nurse, path, heart) = (nurse.clone(), path.clone(), heart.clone());
        tokio::spawn(async move { nurse.post_with_key(&path, &heart, "enrol-1").await })
    });
    let mut enrolments = vec![];
    for answer in tries.collect::<Vec<_>>() {
        enrolments.push(answer.await.unwrap().expect(201).json());
    }
    assert!(enrolments.iter().all(|one| *one == enrolments[0]), "{enrolments:?}");
    let _ = nurse.post_with_key(&path, &heart, "enrol-2").await.expect(409);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let _ = nurse.measure(&citizen, "weight", "kg", 82.5, 0.1).await.expect(201);
    let (observations, alerts) =
        (nurse.observations(&citizen, "weight").await, nurse.alerts().await);
    assert!(!alerts.is_empty());

    let (place, output) = server.stop();
    assert!(output.contains("stopped"), "{output}");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(nurse.observations(&citizen, "weight").await, observations);
    assert_eq!(nurse.alerts().await, alerts);
}

#[tokio::test]
async fn a_kill_keeps_everything_that_was_acknowledged() {
    let mut place = Place::with_people(&["heart"]);
    let mut acknowledged = 0;
    let mut citizen = String::new();
    for round in 0..3 {
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        if citizen.is_empty() {
            citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
        }
        assert_eq!(nurse.observations(&citizen, "weight").await.len(), acknowledged);

        // Some are on their way when it is killed: those may be there or not, but never in part.
        for number in 0..10 {
            let days = 40.0 - f64::from(round) * 2.0 - f64::from(number) * 0.1;
            let _ = nurse.measure(&citizen, "weight", "kg", 80.0, days).await.expect(201);
            acknowledged += 1;
        }
        let on_the_way = {
            let (nurse, citizen) = (nurse.clone(), citizen.clone());
            let days = 38.9 - f64::from(round) * 2.0;
            tokio::spawn(async move {
                let body = json!({ "observations": [
                    { "field": "systolic", "value": 120, "unit": "mm[Hg]", "measured": at(days) },
                    { "field": "diastolic", "value": 80, "unit": "mm[Hg]", "measured": at(days) },
                ] });
                let path = format!("/api/v1/citizens/{citizen}/submissions");
                // The connection breaks where the kill comes first.
                let _ = nurse.request(reqwest::Method::POST, &path).json(&body).send().await;
            })
        };
        place = server.kill();
        on_the_way.await.unwrap();
    }
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), acknowledged);
    let (systolic, diastolic) = (
        nurse.observations(&citizen, "systolic").await,
        nurse.observations(&citizen, "diastolic").await,
    );
    assert_eq!(systolic.len(), diastolic.len(), "both of a submission, or none");
}

/// A small file system of its own, where one may be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(on: PathBuf) -> Option<Self> {
        std::fs::create_dir(&on).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=160m,mode=700", "tmpfs"]).arg(&on);
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self(on));
        }
        println!("no file system may be mounted here: left to the record's own tests");
        None
    }

    /// Writes until not a byte more fits, as another program on the machine might.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.0.join("filler")).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_submissions_with_507_goes_on_reading_and_recovers_by_itself() {
    let place = Place::new(&["heart"]);
    let Some(disk) = SmallDisk::mount(place.path("disk")) else { return };
    place.configure("data = \"disk/data\"\n[record]\nreserve = 8");
    place.add_people();
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let kept = nurse.observations(&citizen, "weight").await;

    disk.fill();
    for _ in 0..3 {
        let refused = nurse.measure(&citizen, "weight", "kg", 80.5, 1.0).await.expect(507);
        assert_eq!(refused.problem(), "full");
        assert_eq!(nurse.observations(&citizen, "weight").await, kept);
        let _ = nurse.get("/readyz").await.expect(204);
    }
    disk.make_room();
    let _ = nurse.measure(&citizen, "weight", "kg", 80.5, 1.0).await.expect(201);
    let kept = nurse.observations(&citizen, "weight").await;
    assert_eq!(kept.len(), 2);
    let _ = server.stop();
}

/// A library that lets every `fdatasync` of a process fail while the file that `GTP_FAIL` names is there.
fn failing_syncs(place: &Place) -> PathBuf {
    let source = "#include <errno.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n\
        int fdatasync(int file) {\n\
        if (access(getenv(\"GTP_FAIL\"), F_OK) == 0) { errno = EIO; return -1; }\n\
        return syscall(SYS_fdatasync, file);\n}\n";
    let (source_file, library) = (place.path("fail.c"), place.path("fail.so"));
    std::fs::write(&source_file, source).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source_file);
    assert!(cc.status().unwrap().success());
    library
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_acknowledged_and_the_host_ends_with_an_error() {
    let place = Place::with_people(&["heart"]);
    let fail = place.path("fail");
    let mut child = Command::new(gtp_tests::gtp())
        .current_dir(place.path(""))
        .args(["serve", "--config", "gtp.toml"])
        .env("LD_PRELOAD", failing_syncs(&place))
        .env("GTP_FAIL", &fail)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = first.trim().strip_prefix("listening on ").unwrap().to_owned();
    let nurse = Api::anonymous_at(&address).logged_in("nurse", Place::PASSWORD).await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);

    std::fs::write(&fail, "").unwrap();
    let refused = nurse.measure(&citizen, "weight", "kg", 80.5, 1.0).await.expect(503);
    assert_eq!(refused.problem(), "stopped");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("fdatasync") && said.contains("accepts nothing any more"), "{said}");

    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    // What was not acknowledged may be there or not.
    assert!(matches!(nurse.observations(&citizen, "weight").await.len(), 1 | 2));
    let _ = nurse.measure(&citizen, "weight", "kg", 81.0, 0.5).await.expect(201);
}

#[tokio::test]
async fn damage_in_the_middle_keeps_the_host_from_starting_and_names_the_place() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let place = server.kill();
    let segment = place.path("data/journal/00000000000000000001.journal");
    let mut bytes = std::fs::read(&segment).unwrap();
    let sound = bytes.clone();
    bytes[100] ^= 1;
    std::fs::write(&segment, &bytes).unwrap();

    for arguments in [&["serve", "--config", "gtp.toml"][..], &["journal", "verify"]] {
        let finished = place.run(arguments, "");
        assert_ne!(finished.code, 0);
        let said = finished.err.replace(['│', '\n'], " ");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in ["00000000000000000001.journal", "offset 64", "gtp journal repair"] {
            assert!(said.contains(words), "{words} is not in: {said}");
        }
    }
    assert_eq!(std::fs::read(&segment).unwrap(), bytes, "nothing was changed");
    let help = place.succeed(&["journal", "repair", "--help"], "");
    assert!(help.contains("backup") && help.contains("gtp journal verify"), "{help}");

    // A torn end is no damage: it was never acknowledged.
    let mut torn = sound;
    let end = torn.iter().rposition(|byte| *byte != 0).unwrap();
    torn[end + 9..end + 90].fill(7);
    std::fs::write(&segment, torn).unwrap();
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 1);
    let (_, said) = server.stop();
    assert!(said.contains("torn end"), "{said}");
}
