//! The frame reader and the event decoder meet bytes that nobody meant for them.
//!
//! `fuzz/` has the same as fuzz targets; what those found interesting is kept in `fuzz/corpus` and read here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;

use gtp_model::{Actor, Time};
use gtp_record::event::{Entry, Recorded, Tombstone, Unsealed};
use gtp_record::journal::frame::{self, Codec, Parsed, Record};
use gtp_record::vault::Vault;
use support::random::{Random, rounds, seed};
use support::samples;

/// What both targets do with any bytes.
fn read(bytes: &[u8]) {
    if let Parsed::Frame(frame, size) = frame::parse(bytes) {
        assert!(size <= bytes.len());
        assert_eq!(frame.records().count(), usize::from(frame.count));
        for range in frame::payload_ranges(&frame) {
            assert!(range.end <= size);
        }
        let _ = Entry::read_frame(&frame, &Vault::empty());
    }
    let _ = Recorded::decode(bytes);
    let _ = Tombstone::decode(bytes);
}

fn samples_as_frames() -> Vec<Vec<u8>> {
    samples::events()
        .into_iter()
        .map(|(stream, event)| {
            let sealed =
                Unsealed::new(event, Time(1), &Actor::host()).unwrap().seal(1, stream, 1, None);
            let mut bytes = Vec::new();
            let record = Record { codec: Codec::JSON, key: 0, payload: &sealed.bytes };
            frame::write(&mut bytes, 1, 1, &[record, record]);
            bytes
        })
        .collect()
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut files = 0;
    for target in std::fs::read_dir(corpus).unwrap() {
        for file in std::fs::read_dir(target.unwrap().path()).unwrap() {
            read(&std::fs::read(file.unwrap().path()).unwrap());
            files += 1;
        }
    }
    assert!(files > 10, "{files}");
}

#[test]
fn mangled_frames_and_events_never_panic_and_never_pass_for_sound() {
    let seed = seed();
    let mut random = Random::new(seed);
    let frames = samples_as_frames();
    for _ in 0..rounds(40_000) {
        let sound = random.pick(&frames).clone();
        let mut bytes = sound.clone();
        for _ in 0..=random.below(4) {
            mangle(&mut bytes, &mut random);
        }
        read(&bytes);
        let begins_as_before = bytes.len() >= sound.len() && bytes[..sound.len()] == sound[..];
        if let Parsed::Frame(..) = frame::parse(&bytes) {
            assert!(begins_as_before, "a mangled frame passed; seed {seed}");
        }
        if bytes.len() > 48 {
            read(&bytes[48..]);
        }
    }
}

fn mangle(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len() as u64) as usize;
    match random.below(5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << random.below(8),
        2 => drop(bytes.drain(at..(at + 9).min(bytes.len()))),
        3 => {
            let more = random.bytes(5);
            drop(bytes.splice(at..at, more));
        }
        _ => {
            // A length or a count that lies.
            let field = *random.pick(&[4usize, 12, 32, 40]);
            let end = (field + 4).min(bytes.len());
            for byte in bytes.iter_mut().take(end).skip(field) {
                *byte = random.next() as u8;
            }
        }
    }
}
