//! Whoever changes a byte of the journal is found out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gtp_model::{CitizenId, Time};
use gtp_record::journal::disk::{Disk, RealDisk};
use gtp_record::journal::frame::{
    self, Codec, FRAME_HEADER, Parsed, RECORD_HEADER, Record as FrameRecord,
};
use gtp_record::journal::segment::SEGMENT_HEADER;
use gtp_record::upkeep::{Finding, VerifyReport, verify_journal};
use gtp_record::vault::Vault;
use gtp_record::{Expected, Record, Store};
use support::random::{Random, seed};
use support::*;

const NOW: Time = Time(1_764_000_000_000);

/// A record of a few commits in two streams, closed. Returns its one segment.
fn written(dir: &Path, checkpoint: bool) -> PathBuf {
    let (record, _) = Record::open(small(dir, ENGINES[0])).unwrap();
    let (one, other) = (CitizenId::new(), CitizenId::new());
    for n in 0..12 {
        let citizen = if n % 3 == 0 { other } else { one };
        let value = recorded(&weight(citizen, NOW.plus(n), 80.0));
        record.commit(commit(citizen, Expected::Any).event(value)).wait().unwrap();
    }
    if checkpoint {
        record.checkpoint(NOW).unwrap();
    }
    let name = record.reader().segments()[0].name.clone();
    dir.join("journal").join(name)
}

fn verify(dir: &Path) -> VerifyReport {
    verify_journal(Arc::new(RealDisk), dir, &key_of(dir), &|_| {}).unwrap()
}

/// Where each frame stands.
fn frames(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut at = SEGMENT_HEADER as usize;
    let mut found = vec![];
    while let Parsed::Frame(_, size) = frame::parse(&bytes[at..]) {
        found.push((at, size));
        at += size;
    }
    found
}

#[test]
fn every_class_of_byte_is_guarded() {
    let mut random = Random::new(seed());
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    let sound = std::fs::read(&segment).unwrap();
    let all = frames(&sound);
    assert_eq!((all.len(), verify(dir.path()).findings), (12, vec![]));
    let mut places: Vec<(&str, usize)> = Vec::new();
    places.extend((0..SEGMENT_HEADER as usize).map(|at| ("the segment's header", at)));
    for (at, size) in &all {
        places.extend((*at..at + FRAME_HEADER + RECORD_HEADER).map(|at| ("a header", at)));
        places.extend(
            (0..10).map(|_| ("a payload", at + 48 + random.below(*size as u64 - 48) as usize)),
        );
        places.push(("the end of a frame", at + size - 1));
    }
    let end = all.last().map(|(at, size)| at + size).unwrap();
    places.extend([("behind the end", end), ("far behind the end", sound.len() - 1)]);
    for (what, at) in places {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << random.below(8);
        std::fs::write(&segment, &bytes).unwrap();
        let findings = verify(dir.path()).findings;
        assert!(!findings.is_empty(), "a flipped bit in {what} at {at} was not found");
    }
    std::fs::write(&segment, &sound).unwrap();
    assert_eq!(verify(dir.path()).findings, []);
}

/// Changes one event and repairs every checksum, as somebody would who has the keys and knows the format. What they
/// put in its place is not encrypted, and spaces at its end make up for what that takes.
fn forge(segment: &Path, which: usize, change: impl Fn(&str) -> String) {
    let dir = segment.parent().unwrap().parent().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let vault = Vault::to_read(&disk, dir, &key_of(dir)).unwrap();
    let mut bytes = std::fs::read(segment).unwrap();
    let (at, size) = frames(&bytes)[which];
    let Parsed::Frame(old, _) = frame::parse(&bytes[at..]) else { panic!() };
    let record = old.records().next().unwrap();
    let plain = vault.plain(&record, old.first).unwrap();
    let mut forged = change(std::str::from_utf8(&plain).unwrap());
    assert_eq!(forged.len(), plain.len(), "a forger who keeps the length");
    forged.push_str(&" ".repeat(record.payload.len() - plain.len()));
    let record = FrameRecord { codec: Codec::JSON, key: 0, payload: forged.as_bytes() };
    let mut new = Vec::new();
    frame::write(&mut new, old.first, old.group, &[record]);
    assert_eq!(new.len(), size);
    bytes[at..at + size].copy_from_slice(&new);
    std::fs::write(segment, bytes).unwrap();
}

#[test]
fn an_encrypted_event_that_was_changed_is_found_whoever_repairs_its_checksum() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    let mut bytes = std::fs::read(&segment).unwrap();
    let (at, size) = frames(&bytes)[4];
    let Parsed::Frame(old, _) = frame::parse(&bytes[at..]) else { panic!() };
    let record = old.records().next().unwrap();
    assert_eq!(record.codec, Codec::SEALED);
    let mut payload = record.payload.to_vec();
    payload[100] ^= 1;
    let mut new = Vec::new();
    let record = FrameRecord { payload: &payload, ..record };
    frame::write(&mut new, old.first, old.group, &[record]);
    bytes[at..at + size].copy_from_slice(&new);
    std::fs::write(&segment, bytes).unwrap();
    let findings = verify(dir.path()).findings;
    assert!(matches!(&findings[..], [Finding::Damaged(what)] if what.contains("event 5")));
}

#[test]
fn a_forged_value_breaks_the_link_of_the_next_event() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    forge(&segment, 4, |text| text.replace("80.0", "60.0"));
    assert!(matches!(verify(dir.path()).findings[..], [Finding::Link { .. }]));
}

#[test]
fn a_forged_link_breaks_too() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    forge(&segment, 5, |text| {
        let at = text.find("\"previous\":\"").unwrap() + 12;
        let digit = if &text[at..=at] == "0" { "1" } else { "0" };
        format!("{}{digit}{}", &text[..at], &text[at + 1..])
    });
    let findings = verify(dir.path()).findings;
    assert!(
        findings.iter().any(|found| matches!(found, Finding::Link { number: 6, .. })),
        "{findings:?}"
    );
}

#[test]
fn a_forged_newest_event_is_found_by_the_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), true);
    forge(&segment, 11, |text| text.replace("80.0", "60.0"));
    assert!(matches!(verify(dir.path()).findings[..], [Finding::Root { size: 12 }]));
    // An opened record notices as soon as it has to stand by its checkpoint.
    let (record, _) = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    std::fs::remove_dir_all(dir.path().join("tree")).unwrap();
    let error = record.checkpoint(NOW).unwrap_err();
    assert!(error.to_string().contains("the record was changed"), "{error}");
}

#[test]
fn an_event_that_says_another_number_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    forge(&segment, 11, |text| text.replace("{\"number\":12", "{\"number\":99"));
    let findings = verify(dir.path()).findings;
    assert!(findings.contains(&Finding::Number { number: 12 }), "{findings:?}");
}

#[test]
fn a_frame_taken_out_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let segment = written(dir.path(), false);
    let sound = std::fs::read(&segment).unwrap();
    let (at, size) = frames(&sound)[5];
    let mut bytes = sound.clone();
    bytes.drain(at..at + size);
    bytes.resize(sound.len(), 0);
    std::fs::write(&segment, &bytes).unwrap();
    assert!(matches!(verify(dir.path()).findings[..], [Finding::Damaged(_)]));
    assert!(Record::open(small(dir.path(), ENGINES[0])).is_err());
}
