//! A process that writes is killed at any moment, again and again, on the same record.
//!
//! The writer is this test program itself, started with one hidden test. What it printed before it died was
//! acknowledged. `GTP_ROUNDS` sets how often it is killed, `GTP_SEED` repeats a run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use gtp_model::{CitizenId, EnrolmentId, Time};
use gtp_record::engine::EngineKind;
use gtp_record::event::alert::{AlertOpened, AlertTaken};
use gtp_record::event::submission::ObservationCorrected;
use gtp_record::event::{Entry, Event};
use gtp_record::journal::JournalOptions;
use gtp_record::journal::disk::RealDisk;
use gtp_record::upkeep::{verify_journal, verify_view};
use gtp_record::{Expected, Record, RecordOptions, Store, StoreError};
use support::random::{Random, rounds, seed};
use support::*;

const WRITERS: u64 = 4;

fn options(dir: &Path, engine: EngineKind) -> RecordOptions {
    RecordOptions {
        engine,
        cache: 8 << 20,
        reserve: 0,
        journal: JournalOptions { segment_size: 256 << 10, prepare_ahead: true, keep_free: 0 },
        ..RecordOptions::new(dir)
    }
}

fn citizen(writer: u64) -> CitizenId {
    CitizenId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(writer)))
}

/// What marks an event: which commit of which life of which writer, and how many events that commit has.
fn mark(life: u64, writer: u64, commit: u64, of: u64) -> String {
    format!("{life}/{writer}/{commit}/{of}")
}

/// Writes for ever. Started by the test below with its parameters in the environment.
#[test]
#[ignore = "the process that is killed; the test below starts it"]
fn writer() {
    let Ok(dir) = std::env::var("GTP_KILL_DIR") else { return };
    let life: u64 = std::env::var("GTP_KILL_LIFE").unwrap().parse().unwrap();
    let engine =
        if std::env::var("GTP_KILL_REDB").is_ok() { EngineKind::Redb } else { EngineKind::Sled };
    let record = Arc::new(Record::open(options(Path::new(&dir), engine)).unwrap().0);
    let threads: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let record = Arc::clone(&record);
            std::thread::spawn(move || write(&record, life, writer))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

fn write(record: &Record, life: u64, writer: u64) {
    let citizen = citizen(writer);
    let mut random = Random::new(life * WRITERS + writer);
    let enrolment = EnrolmentId::new();
    let mut newest = None;
    for number in 0.. {
        let of = 1 + random.below(4);
        let mut next = commit(citizen, Expected::Any);
        for _ in 0..of {
            let mut value = weight(citizen, Time(random.below(1000) as i64), 80.0);
            value.unit = mark(life, writer, number, of);
            match newest {
                Some(old) if random.one_in(3) => {
                    value.supersedes = Some(old);
                    let reason = "typo".to_owned();
                    next.push(ObservationCorrected { observation: value.clone(), reason });
                }
                _ => next.push(recorded(&value)),
            }
            newest = Some(value.id);
        }
        if random.one_in(3) {
            let alert = alert(citizen, enrolment);
            let id = alert.id;
            next.push(AlertOpened { alert });
            next.push(AlertTaken { alert: id });
            if random.one_in(2) {
                next.push(resolved(id));
            }
        }
        record.commit(next).wait().unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nacknowledged {writer} {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn no_kill_loses_or_splits_an_acknowledged_commit() {
    let seed = seed();
    let mut random = Random::new(seed);
    let (mut acknowledged_in_all, mut kept_in_all) = (0, 0);
    let rounds = rounds(200);
    for start in (0..rounds).step_by(20) {
        let engine = ENGINES[(start / 20 % 2) as usize];
        let dir = tempfile::tempdir().unwrap();
        let mut acknowledged: HashMap<(u64, u64), u64> = HashMap::new();
        for life in start..(start + 20).min(rounds) {
            run_and_kill(dir.path(), engine, life, &mut random, &mut acknowledged);
            let (record, opened) =
                Record::open(options(dir.path(), engine)).unwrap_or_else(|error| {
                    panic!("life {life} of seed {seed}: {error}");
                });
            // The machine went on: nothing is to be rebuilt, only caught up.
            assert_eq!(opened.rebuilt, None, "life {life} of seed {seed}");
            check(&record, &acknowledged, life, seed);
            kept_in_all += record.last();
        }
        acknowledged_in_all += acknowledged.values().map(|last| last + 1).sum::<u64>();
    }
    println!(
        "{rounds} kills, {acknowledged_in_all} acknowledged commits, {kept_in_all} events looked at"
    );
    assert!(acknowledged_in_all > rounds, "the writers hardly wrote: the test kills nothing");
}

/// Lets a writer live for a while; notes the last commit that each of its threads had acknowledged.
fn run_and_kill(
    dir: &Path,
    engine: EngineKind,
    life: u64,
    random: &mut Random,
    acknowledged: &mut HashMap<(u64, u64), u64>,
) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "writer", "--ignored", "--nocapture", "--test-threads=1"]);
    child.env("GTP_KILL_DIR", dir).env("GTP_KILL_LIFE", life.to_string());
    if engine == EngineKind::Redb {
        child.env("GTP_KILL_REDB", "1");
    }
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Some are killed while they open the record, the others after so many acknowledgements.
    let patience = random.below(120);
    for _ in 0..patience {
        match lines.next() {
            Some(line) => note(&line.unwrap(), life, acknowledged),
            None => break,
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lines.for_each(|line| note(&line.unwrap(), life, acknowledged));
}

fn note(line: &str, life: u64, acknowledged: &mut HashMap<(u64, u64), u64>) {
    let Some(rest) = line.strip_prefix("acknowledged ") else { return };
    let mut numbers = rest.split(' ').map(|number| number.parse::<u64>());
    if let (Some(Ok(writer)), Some(Ok(commit))) = (numbers.next(), numbers.next()) {
        acknowledged.insert((life, writer), commit);
    }
}

fn check(record: &Record, acknowledged: &HashMap<(u64, u64), u64>, life: u64, seed: u64) {
    let journal =
        verify_journal(Arc::new(RealDisk), record.dir(), &key_of(record.dir()), &|_| {}).unwrap();
    assert_eq!(journal.findings, [], "life {life} of seed {seed}");
    let view = verify_view(record, &|_| {}).unwrap();
    assert_eq!(view.findings, [], "life {life} of seed {seed}");
    let mut found: HashMap<String, u64> = HashMap::new();
    record
        .reader()
        .frames_from(1, |frame, _| {
            for entry in Entry::read_frame(frame, record.vault())? {
                let observation = match entry.into_event().unwrap().event {
                    Event::ObservationRecorded(event) => event.observation,
                    Event::ObservationCorrected(event) => event.observation,
                    _ => continue,
                };
                *found.entry(observation.unit).or_default() += 1;
            }
            Ok::<_, StoreError>(true)
        })
        .unwrap();
    let mut complete: HashMap<(u64, u64), u64> = HashMap::new();
    for (mark, count) in &found {
        let parts: Vec<u64> = mark.split('/').map(|part| part.parse().unwrap()).collect();
        assert_eq!(*count, parts[3], "commit {mark} is there in part; seed {seed}");
        *complete.entry((parts[0], parts[1])).or_default() += 1;
    }
    for (who, last) in acknowledged {
        let there = complete.get(who).copied().unwrap_or(0);
        assert!(there > *last, "{who:?}: {} acknowledged, {there} there; seed {seed}", last + 1);
    }
}
