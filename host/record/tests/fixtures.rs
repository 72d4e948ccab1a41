//! Every shape of an event that was ever released stays readable, byte for byte as it was written.
//!
//! `fixtures/NAME-vN.json` is one line of a journal; `fixtures/format-1.journal` is a segment with an erased
//! event in it. A fixture is written once, when its shape is released, and never changed:
//! `GTP_WRITE_FIXTURES=1 cargo test -p gtp-record --test fixtures` writes those that are missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gtp_record::event::{Event, Recorded, StreamId, Unsealed};
use gtp_record::journal::disk::RealDisk;
use gtp_record::upkeep::{erase, verify_journal};
use gtp_record::{Commit, Expected, Record, Store};
use support::samples::{self, NOW};
use support::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn writing() -> bool {
    std::env::var_os("GTP_WRITE_FIXTURES").is_some()
}

fn file_of(name: &str, version: u16) -> PathBuf {
    folder().join(format!("{name}-v{version}.json"))
}

#[test]
fn there_is_a_sample_of_every_event() {
    let sampled: BTreeSet<_> =
        samples::events().iter().map(|(_, event)| (event.name(), event.version())).collect();
    let known: BTreeSet<_> = Event::VOCABULARY.iter().copied().collect();
    assert_eq!(sampled, known);
}

#[test]
fn every_shape_has_a_fixture_and_every_fixture_is_read() {
    std::fs::create_dir_all(folder()).unwrap();
    for (stream, event) in samples::events() {
        let path = file_of(event.name(), event.version());
        if writing() && !path.exists() {
            let unsealed = Unsealed::new(event.clone(), NOW, &samples::actor()).unwrap();
            let sealed = unsealed.seal(12, stream, 3, Some(digest(9)));
            std::fs::write(&path, sealed.bytes).unwrap();
        }
    }
    for (name, newest) in Event::VOCABULARY {
        for version in 1..=*newest {
            let path = file_of(name, version);
            let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("there is no {path:?}"));
            let read = Recorded::decode(&bytes).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            assert_eq!(read.event.name(), *name);
            assert_eq!((read.number, read.version, read.previous), (12, 3, Some(digest(9))));
            assert_eq!(read.time, NOW);
            assert_eq!(read.actor, samples::actor());
        }
    }
}

#[test]
fn a_fixture_of_the_newest_shape_says_what_the_sample_says() {
    for (stream, event) in samples::events() {
        let bytes = std::fs::read(file_of(event.name(), event.version())).unwrap();
        let read = Recorded::decode(&bytes).unwrap();
        assert_eq!(read.event, event, "the shape of {} changed: raise its version", event.name());
        assert_eq!(read.stream, stream);
        // And it is written as it was: nothing is dropped, renamed or put elsewhere.
        let unsealed = Unsealed::new(event, NOW, &samples::actor()).unwrap();
        let now = unsealed.seal(12, stream, 3, Some(digest(9))).bytes;
        let without_salt = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let at = text.find("\"salt\":\"").unwrap() + 8;
            format!("{}{}", &text[..at], &text[at + 32..])
        };
        assert_eq!(without_salt(&now), without_salt(&bytes));
    }
}

/// Writes a record with every event and one erased citizen, and keeps its segment without the empty end.
fn write_segment(path: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let (record, _) = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    let other = demo_citizen(2);
    let new = commit(other.id, Expected::Version(0)).event(registered(&other));
    record.commit(new).wait().unwrap();
    for (stream, event) in samples::events() {
        let one = Commit::new(samples::actor(), NOW).stream(stream, Expected::Any).event(event);
        record.commit(one).wait().unwrap();
    }
    erase(&record, other.id, "asked for it", samples::actor(), NOW).unwrap();
    let first = &record.reader().segments()[0].name;
    let bytes = std::fs::read(dir.path().join("journal").join(first)).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    std::fs::write(path, &bytes[..end.next_multiple_of(8)]).unwrap();
}

#[test]
fn a_segment_of_the_first_format_is_read_whole() {
    let path = folder().join("format-1.journal");
    if writing() && !path.exists() {
        write_segment(&path);
    }
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("journal")).unwrap();
        std::fs::copy(&path, dir.path().join("journal/00000000000000000001.journal")).unwrap();
        let report =
            verify_journal(Arc::new(RealDisk), dir.path(), &key_of(dir.path()), &|_| {}).unwrap();
        assert_eq!(report.findings, []);
        assert_eq!((report.events, report.erased), (27, 1));
        let (record, opened) = Record::open(small(dir.path(), engine)).unwrap();
        assert_eq!((opened.cut, opened.replayed), (None, 27));
        assert!(opened.new_key.is_some(), "it was written before there were keys");
        let mut names = BTreeSet::new();
        for stream in [
            StreamId::Citizen(samples::citizen()),
            StreamId::Programmes,
            StreamId::Accounts,
            StreamId::Installation,
        ] {
            // What comes after it is encrypted, and both are read.
            if stream == StreamId::Citizen(samples::citizen()) {
                let value = recorded(&weight(samples::citizen(), NOW, 77.0));
                record
                    .commit(commit(samples::citizen(), Expected::Any).event(value))
                    .wait()
                    .unwrap();
            }
            let events = record.events(stream, 1, 1000).unwrap();
            names.extend(events.into_iter().map(|event| event.event.name()));
        }
        let all: BTreeSet<_> = Event::VOCABULARY.iter().map(|(name, _)| *name).collect();
        assert!(names.is_subset(&all) && names.len() == 25, "{names:?}");
        let report =
            verify_journal(Arc::new(RealDisk), dir.path(), &key_of(dir.path()), &|_| {}).unwrap();
        assert_eq!((report.findings, report.events), (vec![], 28));
        drop(record);
        let (_, opened) = Record::open(small(dir.path(), engine)).unwrap();
        assert_eq!((opened.new_key, opened.rebuilt), (None, None));
    }
}

#[test]
fn the_documentation_has_a_line_for_every_event_and_for_no_other() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/record.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once("\n| event | when | carries |\n|---|---|---|\n").unwrap();
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    let mut told: Vec<&str> = lines.map(|line| line.split('`').nth(1).unwrap()).collect();
    told.sort_unstable();
    let mut names: Vec<&str> = Event::VOCABULARY.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(told, names);
}
