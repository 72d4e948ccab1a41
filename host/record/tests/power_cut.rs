//! The power goes at any moment, and nothing that was acknowledged is missing afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;
use std::sync::Arc;

use gtp_record::journal::frame::Codec;
use gtp_record::journal::{Commit, Cut, Journal, JournalError, JournalOptions, Payload};
use support::random::{Random, rounds, seed};
use support::sim_disk::SimDisk;

const DIR: &str = "/journal";

fn options() -> JournalOptions {
    JournalOptions { segment_size: 16 << 10, prepare_ahead: false, keep_free: 0 }
}

fn open(disk: &SimDisk) -> Result<(Journal, Option<Cut>), JournalError> {
    Journal::open(Arc::new(disk.clone()), Path::new(DIR), [9; 16], options())
}

fn commit(random: &mut Random) -> Commit {
    (0..1 + random.below(4))
        .map(|_| {
            let length = 40 + random.below(900) as usize;
            Payload { codec: Codec::JSON, key: 0, bytes: random.bytes(length) }
        })
        .collect()
}

/// What the journal holds, as one list of payloads.
fn contents(journal: &Journal) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    journal
        .reader()
        .frames_from(1, |frame, _| {
            all.extend(frame.records().map(|record| record.payload.to_vec()));
            Ok::<_, JournalError>(true)
        })
        .unwrap();
    all
}

/// Writes groups of commits; returns all payloads in order and, for each acknowledgement, the moment it was
/// given and how many payloads were durable then.
fn write(
    journal: &mut Journal,
    disk: &SimDisk,
    groups: u64,
    random: &mut Random,
) -> (Vec<Vec<u8>>, Vec<(usize, usize)>) {
    let (mut all, mut acknowledged) = (Vec::new(), Vec::new());
    for _ in 0..groups {
        let mut group: Vec<Commit> = (0..1 + random.below(8)).map(|_| commit(random)).collect();
        while !group.is_empty() {
            let kept = journal.append(&group).unwrap().len();
            for commit in group.drain(..kept) {
                all.extend(commit.into_iter().map(|payload| payload.bytes));
            }
            acknowledged.push((disk.now(), all.len()));
        }
    }
    (all, acknowledged)
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let seed = seed();
    let images = rounds(1500);
    let mut random = Random::new(seed);
    let mut done = 0;
    let (mut torn, mut most) = (0, 0);
    while done < images {
        let disk = SimDisk::default();
        let (mut journal, _) = open(&disk).unwrap();
        let (all, acknowledged) = write(&mut journal, &disk, 40, &mut random);
        for _ in 0..100 {
            let at = 1 + random.below(disk.now() as u64) as usize;
            let image = SimDisk::from_image(disk.cut(at, &mut random));
            let durable = acknowledged
                .iter()
                .take_while(|(moment, _)| *moment <= at)
                .last()
                .map_or(0, |a| a.1);
            let (mut journal, cut) = open(&image).unwrap_or_else(|error| {
                panic!("image {done} of seed {seed}, cut at {at}: {error}")
            });
            torn += u64::from(cut.is_some());
            let found = contents(&journal);
            assert!(found.len() >= durable, "image {done} of seed {seed}: {durable} acknowledged");
            assert!(
                found.len() <= all.len() && found == all[..found.len()],
                "image {done}: altered"
            );
            most = most.max(found.len());
            // Life goes on, and a second cut while it does loses nothing either.
            let before = image.now();
            let (more, _) = write(&mut journal, &image, 3, &mut random);
            let (journal, _) = open(&image).unwrap();
            assert_eq!(contents(&journal)[found.len()..], more[..]);
            let at = before + random.below((image.now() - before) as u64) as usize;
            let again = SimDisk::from_image(image.cut(at, &mut random));
            let (journal, _) = open(&again).unwrap();
            let twice = contents(&journal);
            assert!(twice.len() >= found.len() && twice[..found.len()] == found[..]);
            done += 1;
        }
    }
    println!("{done} images, {torn} with a torn end, up to {most} events");
    assert!(torn > done / 20, "only {torn} of {done} images were torn: the test cuts nothing");
}

#[test]
fn a_torn_tail_is_cut_and_reported_once() {
    let disk = SimDisk::default();
    let mut random = Random::new(3);
    let (mut journal, _) = open(&disk).unwrap();
    let (all, _) = write(&mut journal, &disk, 2, &mut random);
    let mut image = disk.files();
    let segment = image.values_mut().next().unwrap();
    let end = segment.iter().rposition(|byte| *byte != 0).unwrap();
    segment[end - 5] ^= 1;
    let damaged = SimDisk::from_image(image);
    let (journal, cut) = open(&damaged).unwrap();
    let cut = cut.expect("the cut is reported");
    assert!(cut.bytes > 0 && cut.segment.ends_with("1.journal"), "{cut:?}");
    assert!(contents(&journal).len() < all.len());
    assert_eq!(open(&damaged).unwrap().1, None);
}

#[test]
fn damage_before_the_last_group_stops_the_host_and_changes_nothing() {
    let disk = SimDisk::default();
    let mut random = Random::new(4);
    let (mut journal, _) = open(&disk).unwrap();
    for _ in 0..3 {
        journal.append(&[commit(&mut random)]).unwrap();
    }
    for at in [70, 100, 200] {
        let mut image = disk.files();
        image.values_mut().next().unwrap()[at] ^= 4;
        let damaged = SimDisk::from_image(image.clone());
        let Err(error) = open(&damaged) else { panic!("opened") };
        let JournalError::Damaged { segment, offset, .. } = &error else { panic!("{error}") };
        assert!(segment.ends_with("1.journal"));
        assert_eq!(*offset, 64);
        assert!(error.to_string().contains("gtp journal repair --help"));
        assert_eq!(damaged.files(), image);
    }
}

#[test]
fn a_missing_segment_is_damage() {
    let disk = SimDisk::default();
    let mut random = Random::new(5);
    let (mut journal, _) = open(&disk).unwrap();
    write(&mut journal, &disk, 40, &mut random);
    let image = disk.files();
    let segments: Vec<_> = image.keys().cloned().collect();
    assert!(segments.len() > 3);
    let mut first_gone = image.clone();
    first_gone.remove(&segments[0]);
    assert!(matches!(open(&SimDisk::from_image(first_gone)), Err(JournalError::Damaged { .. })));
    let mut middle_gone = image;
    middle_gone.remove(&segments[1]);
    let (journal, _) = open(&SimDisk::from_image(middle_gone)).unwrap();
    let read = journal.reader().frames_from(1, |_, _| Ok::<_, JournalError>(true));
    assert!(matches!(read, Err(JournalError::Damaged { .. })));
}

#[test]
fn a_failed_sync_is_final() {
    let disk = SimDisk::default();
    let mut random = Random::new(6);
    let (mut journal, _) = open(&disk).unwrap();
    journal.append(&[commit(&mut random)]).unwrap();
    disk.fail_syncs();
    for _ in 0..2 {
        let error = journal.append(&[commit(&mut random)]).unwrap_err();
        assert!(matches!(error, JournalError::Stopped { .. }), "{error}");
        assert!(error.to_string().contains("the device does not answer"));
    }
    assert_eq!(contents(&journal).len(), journal.next() as usize - 1);
}

#[test]
fn a_full_disk_refuses_a_commit_without_a_trace_and_takes_the_next() {
    let disk = SimDisk::default();
    let mut random = Random::new(7);
    let (mut journal, _) = open(&disk).unwrap();
    let mut all = vec![];
    for round in 0..20 {
        let group = [commit(&mut random), commit(&mut random)];
        disk.fail_next_write_after(round * 61);
        assert!(matches!(journal.append(&group), Err(JournalError::Full { .. })));
        let small = [vec![Payload { codec: Codec::JSON, key: 0, bytes: vec![round as u8; 40] }]];
        journal.append(&small).unwrap();
        all.push(small[0][0].bytes.clone());
        let (reopened, cut) = open(&SimDisk::from_image(disk.files())).unwrap();
        assert_eq!(cut, None);
        assert_eq!(contents(&reopened), all);
    }
    disk.set_free(0);
    let (mut journal, _) = Journal::open(
        Arc::new(disk.clone()),
        Path::new(DIR),
        [9; 16],
        JournalOptions { keep_free: 1, ..options() },
    )
    .unwrap();
    assert!(matches!(journal.append(&[commit(&mut random)]), Err(JournalError::Full { .. })));
    disk.set_free(1 << 30);
    journal.append(&[commit(&mut random)]).unwrap();
}
