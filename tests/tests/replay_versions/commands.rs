//! Every command of `docs/replay.md`, as it stands there, and a replay that is interrupted by Ctrl-C.

use super::surgery;
use gtp_model::*;
use gtp_record::event::StreamId;
use gtp_record::event::citizen::CitizenRegistered;
use gtp_record::event::enrolment::EnrolmentStarted;
use gtp_record::event::submission::{ObservationRecorded, SubmissionReceived};
use gtp_record::{Commit, Expected, Record, RecordOptions, Store as _};
use gtp_tests::{Api, PATIENCE, Place, gtp};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const PAGE: &str = include_str!("../../../docs/replay.md");
const CITIZENS: usize = 1_500;

/// Writes many citizens with a few temperatures each, straight into a record.
fn write_many(data: &Path) {
    let mut options = RecordOptions::new(data);
    (options.reserve, options.patrol) = (0, false);
    let record = Record::open(options).unwrap().0;
    let begin = Time(1_780_000_000_000);
    let mut pending = std::collections::VecDeque::new();
    for index in 0..CITIZENS {
        let (citizen, enrolment) = (CitizenId::new(), EnrolmentId::new());
        let stream = StreamId::Citizen(citizen);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let number = "070761-0001".parse().unwrap();
        let registered =
            Citizen { id: citizen, number, name: "Demo".to_owned(), registered: begin };
        let start = Enrolment {
            id: enrolment,
            citizen,
            programme: "after-surgery".parse().unwrap(),
            unit: "home-care".parse().unwrap(),
            care_team: vec![],
            start: begin,
            state: EnrolmentState::Active,
        };
        let first = Commit::new(Actor::host(), begin)
            .stream(stream, Expected::Any)
            .event(CitizenRegistered { citizen: registered, number_key: Digest(key) })
            .event(EnrolmentStarted { enrolment: start });
        pending.push_back(record.commit(first));
        for day in 0..4_i64 {
            let measured = begin.plus(day * DAY + HOUR);
            let received = measured.plus(MINUTE);
            let receipt = serde_json::json!({});
            let observation = Observation {
                id: ObservationId::new(),
                citizen,
                field: "temperature".parse().unwrap(),
                measured,
                received,
                value: Value::Number(37.0 + (index % 4) as f64 * 0.5),
                unit: "Cel".to_owned(),
                source: Source::Citizen,
                supersedes: None,
                confirmed: false,
            };
            pending.push_back(
                record.commit(
                    Commit::new(Actor::host(), received)
                        .stream(stream, Expected::Any)
                        .event(SubmissionReceived { key: None, digest: Digest([1; 32]), receipt })
                        .event(ObservationRecorded { observation }),
                ),
            );
        }
        while pending.len() > 64 {
            pending.pop_front().unwrap().wait().unwrap();
        }
    }
    for own in pending {
        own.wait().unwrap();
    }
    record.close();
}

#[test]
fn a_replay_is_stopped_by_ctrl_c_and_goes_on_where_it_was() {
    let place = Place::new(&[]);
    place.drop_in(&surgery(&place, "1.0.0", "above"), "after-surgery.wasm");
    // The first look lets the version serve and writes that into the record.
    let _ = place.succeed(&["programme", "list"], "");
    write_many(&place.path("data"));
    let server = place.serve();
    let (place, _) = server.stop();
    let new = surgery(&place, "1.1.0", "at-least");
    let new = new.to_str().unwrap();
    let period = ["--from", "2026-05-01", "--to", "2026-08-01", "--threads", "1"];
    let whole = [&["replay", new][..], &period, &["--json", "whole.json"]].concat();
    let _ = place.succeed(&whole, "");

    let mut child = Command::new(gtp())
        .current_dir(place.path(""))
        .args(["replay", new])
        .args(period)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (state, end) = (place.path("gtp-replay.state"), Instant::now() + PATIENCE);
    while !state.exists() {
        assert!(Instant::now() < end && child.try_wait().unwrap().is_none(), "it never began");
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_ne!(child.wait().unwrap().code(), Some(0), "it was stopped before its end");
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
    let seen = kept["seen"].as_u64().unwrap();
    assert!(seen > 0 && seen < CITIZENS as u64 && kept["done"] == false, "{seen}");

    let rest = [&["replay", new][..], &period, &["--resume", "--json", "rest.json"]].concat();
    let _ = place.succeed(&rest, "");
    let read = |name| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(place.path(name)).unwrap()).unwrap()
    };
    let (whole, rest) = (read("whole.json"), read("rest.json"));
    assert_eq!(whole, rest, "as if it had not been stopped");
    assert_eq!(rest["tally"]["citizens"], CITIZENS);
    // A quarter of them has 38.0 each day: at the boundary.
    assert_eq!(rest["tally"]["all"]["gained"], CITIZENS * 4 / 4);
    assert!(!state.exists(), "there is nothing to go on from");
}

/// The commands of the page, one a line, without the prompt.
fn commands() -> Vec<String> {
    let blocks = PAGE.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_command_of_the_page_does_what_it_says() {
    let place = Place::with_people(&[]);
    place.configure("[components]\nactivation = \"approval\"");
    place.drop_in(&surgery(&place, "1.0.0", "above"), "after-surgery.wasm");
    let _ = place.succeed(&["programme", "approve", "after-surgery"], "");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let operator = Api::log_in(&server, "operator").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "after-surgery").await;
    let _ = nurse.measure(&citizen, "temperature", "Cel", 39.0, 0.3).await.expect(201);
    let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();
    let place = server.place();
    let new = surgery(place, "1.1.0", "at-least");
    let mut ran = 0;
    for command in commands() {
        // What the page writes in capitals stands for something of this record.
        let line = command
            .replace("ALERT", &alert)
            .replace("NEW.wasm", new.to_str().unwrap())
            .replace("PROGRAMME", "after-surgery")
            .replace("KEY", "data/checkpoint/key.pub");
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["gtp", arguments @ ..] = words.as_slice() else { panic!("{command}") };
        if command.contains("programme report") {
            // A version waits, and the host has made its report.
            place.drop_in(&new, "after-surgery.wasm");
            super::report(&operator).await;
        }
        let done = place.run(arguments, "");
        assert_eq!(done.code, 0, "{line}: {}{}", done.out, done.err);
        ran += 1;
    }
    assert!(ran >= 10, "only {ran} commands are on the page");
}
