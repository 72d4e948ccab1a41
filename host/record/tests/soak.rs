//! The same keys over and over: what the view takes up follows what it says, not how often it was changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;

use gtp_model::{CitizenId, EnrolmentId};
use gtp_record::engine::EngineKind;
use gtp_record::event::Event;
use gtp_record::event::alert::{AlertOpened, AlertTaken};
use gtp_record::journal::JournalOptions;
use gtp_record::upkeep::verify_view;
use gtp_record::{Expected, Pending, Record, RecordOptions, Store};
use support::random::{Random, rounds, seed};
use support::*;

fn size_of(path: &Path) -> u64 {
    // Engines remove files while we look.
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| size_of(&entry.path())).sum()
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Takes alerts of a few citizens, again and again: each commit writes the same handful of keys anew.
fn churn(
    record: &Record,
    people: &[(CitizenId, gtp_model::AlertId)],
    commits: u64,
    random: &mut Random,
) {
    let mut waiting = std::collections::VecDeque::new();
    for _ in 0..commits {
        let (citizen, alert) = *random.pick(people);
        let event: Event = AlertTaken { alert }.into();
        waiting.push_back(record.commit(commit(citizen, Expected::Any).event(event)));
        if waiting.len() >= 200 {
            waiting.pop_front().map(Pending::wait).unwrap().unwrap();
        }
    }
    waiting.into_iter().for_each(|pending| assert!(pending.wait().is_ok()));
}

#[test]
fn memory_and_disk_stay_bounded_however_often_the_same_keys_are_written() {
    let mut random = Random::new(seed());
    let commits = rounds(40_000);
    for engine in [EngineKind::Sled, EngineKind::Redb] {
        let dir = tempfile::tempdir().unwrap();
        let options = RecordOptions {
            cache: 8 << 20,
            journal: JournalOptions { segment_size: 4 << 20, ..small(dir.path(), engine).journal },
            ..small(dir.path(), engine)
        };
        let (record, _) = Record::open(options).unwrap();
        let people: Vec<_> = (0..50)
            .map(|_| {
                let (citizen, enrolment) = (CitizenId::new(), EnrolmentId::new());
                let alert = alert(citizen, enrolment);
                let id = alert.id;
                let opened = commit(citizen, Expected::Any).event(AlertOpened { alert });
                record.commit(opened).wait().unwrap();
                (citizen, id)
            })
            .collect();
        let view = dir.path().join("view");
        churn(&record, &people, commits / 4, &mut random);
        let (disk, held) = (size_of(&view), memory());
        churn(&record, &people, commits, &mut random);
        let (disk_after, held_after) = (size_of(&view), memory());
        println!(
            "{engine:?}: view {} then {} KiB, memory {} then {} MiB",
            disk >> 10,
            disk_after >> 10,
            held >> 20,
            held_after >> 20
        );
        // Four times the commits; what grows is where the streams' events lie, some twenty bytes each.
        let grown = 40 * commits + (16 << 20);
        assert!(disk_after < disk + grown, "the view grew from {disk} to {disk_after} bytes");
        assert!(held_after < held + (64 << 20), "memory grew from {held} to {held_after} bytes");
        assert_eq!(verify_view(&record, &|_| {}).unwrap().findings, []);
    }
}
