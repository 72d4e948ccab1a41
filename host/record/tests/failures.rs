//! Disks that fail or fill up, and views that are lost, with a whole record on top.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gtp_model::{CitizenId, Time};
use gtp_record::engine::EngineKind;
use gtp_record::event::StreamId;
use gtp_record::upkeep::verify_view;
use gtp_record::view::queries::{self, Window};
use gtp_record::{Expected, Record, RecordOptions, Store, StoreError};
use support::random::{Random, rounds, seed};
use support::sim_disk::SimDisk;
use support::*;

fn on(disk: &SimDisk, dir: &Path, engine: EngineKind) -> RecordOptions {
    std::fs::create_dir_all(dir).unwrap();
    RecordOptions { disk: Arc::new(disk.clone()), ..small(dir, engine) }
}

fn add(record: &Record, citizen: CitizenId, n: i64) -> Result<(), StoreError> {
    let value = recorded(&weight(citizen, Time(n), 80.0));
    record.commit(commit(citizen, Expected::Any).event(value)).wait().map(drop)
}

fn look(record: &Record, citizen: CitizenId) -> Result<(), StoreError> {
    let (what, through) = ("overview".to_owned(), "page".to_owned());
    let event = gtp_record::event::access::RecordViewed {
        what,
        why: String::new(),
        through,
        under: vec![],
    };
    record.commit(commit(citizen, Expected::Any).event(event)).wait().map(drop)
}

fn count(record: &Record, citizen: CitizenId) -> usize {
    queries::observations(record, citizen, &"weight".parse().unwrap(), Window::ALL).unwrap().len()
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_and_the_host_is_told_once() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let disk = SimDisk::default();
        let told = Arc::new(AtomicUsize::new(0));
        let teller = Arc::clone(&told);
        let options = RecordOptions {
            on_stop: Arc::new(move |why| {
                assert!(why.contains("fdatasync"), "{why}");
                teller.fetch_add(1, Ordering::SeqCst);
            }),
            ..on(&disk, dir.path(), engine)
        };
        let (record, _) = Record::open(options).unwrap();
        let citizen = CitizenId::new();
        add(&record, citizen, 1).unwrap();
        disk.fail_syncs();
        for n in 2..5 {
            let error = add(&record, citizen, n).unwrap_err();
            assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
        }
        assert_eq!(told.load(Ordering::SeqCst), 1);
        assert_eq!(count(&record, citizen), 1, "what was acknowledged can still be read");
    }
}

#[test]
fn a_full_disk_refuses_writes_goes_on_reading_and_recovers_by_itself() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let disk = SimDisk::default();
        let mut options = on(&disk, dir.path(), engine);
        options.journal.keep_free = 1000;
        let (record, _) = Record::open(options).unwrap();
        let citizen = CitizenId::new();
        add(&record, citizen, 1).unwrap();
        disk.set_free(999);
        for n in 2..5 {
            assert!(matches!(add(&record, citizen, n), Err(StoreError::Full)));
            assert_eq!(count(&record, citizen), 1);
            look(&record, citizen).unwrap();
        }
        let log = queries::access_log(&record, citizen, None, 9).unwrap();
        assert_eq!(log.len(), 3, "whoever reads meanwhile is noted");
        // There is an end to that too, and then nobody is shown anything unnoted.
        let refused = (0..1000).find_map(|_| look(&record, citizen).err()).unwrap();
        assert!(matches!(refused, StoreError::Full), "{refused}");
        disk.set_free(1000);
        let looks = queries::access_log(&record, citizen, None, 1000).unwrap().len() as u64;
        add(&record, citizen, 5).unwrap();
        disk.fail_next_write_after(100);
        assert!(matches!(add(&record, citizen, 6), Err(StoreError::Full)));
        add(&record, citizen, 7).unwrap();
        assert_eq!(count(&record, citizen), 3);
        assert_eq!(record.version(StreamId::Citizen(citizen)).unwrap(), 3 + looks);
        assert_eq!(verify_view(&record, &|_| {}).unwrap().findings, []);
    }
}

#[test]
fn the_reserve_is_given_back_when_the_disk_is_full_and_set_aside_again_later() {
    let dir = tempfile::tempdir().unwrap();
    let disk = SimDisk::default();
    let reserve = dir.path().join("reserve");
    let open = |free: u64| {
        disk.set_free(free);
        let mut options = on(&disk, dir.path(), ENGINES[0]);
        options.reserve = 5000;
        options.journal.keep_free = 1000;
        Record::open(options).unwrap()
    };
    let (record, opened) = open(1 << 20);
    assert!(!opened.reserve_given_back);
    assert_eq!(disk.files()[&reserve].len(), 5000);
    add(&record, CitizenId::new(), 1).unwrap();
    drop(record);
    let (record, opened) = open(10);
    assert!(opened.reserve_given_back);
    assert!(!disk.files().contains_key(&reserve));
    assert_eq!(record.last(), 1);
    assert!(matches!(add(&record, CitizenId::new(), 1), Err(StoreError::Full)));
    drop(record);
    let (record, opened) = open(1 << 20);
    assert!(!opened.reserve_given_back);
    assert_eq!(disk.files()[&reserve].len(), 5000);
    add(&record, CitizenId::new(), 1).unwrap();
}

#[test]
fn a_disk_that_fills_up_twice_gives_its_reserve_back_twice() {
    let dir = tempfile::tempdir().unwrap();
    let disk = SimDisk::default();
    let reserve = dir.path().join("reserve");
    let mut options = on(&disk, dir.path(), ENGINES[0]);
    options.reserve = 5000;
    options.journal.keep_free = 1000;
    let (record, _) = Record::open(options).unwrap();
    for n in 0..2 {
        disk.set_free(999);
        assert!(matches!(add(&record, CitizenId::new(), n), Err(StoreError::Full)));
        assert!(!disk.files().contains_key(&reserve), "given back");
        // Room for what is written, and not yet for the reserve beside it.
        disk.set_free(6_500);
        add(&record, CitizenId::new(), n).unwrap();
        assert!(!disk.files().contains_key(&reserve), "not at the cost of what is written");
        disk.set_free(1 << 20);
        add(&record, CitizenId::new(), n).unwrap();
        assert_eq!(disk.files()[&reserve].len(), 5000, "set aside again");
    }
}

#[test]
fn after_a_power_cut_the_view_is_rebuilt_and_equals_the_journal() {
    let seed = seed();
    let mut random = Random::new(seed);
    for round in 0..rounds(30) {
        let engine = ENGINES[(round % 2) as usize];
        let dir = tempfile::tempdir().unwrap();
        let disk = SimDisk::default();
        // New citizens come all the time, each with a key of their own.
        let mut citizens = vec![CitizenId::new()];
        let mut acknowledged = Vec::new();
        {
            let (record, _) = Record::open(on(&disk, dir.path(), engine)).unwrap();
            for n in 0..20 + random.below(150) {
                if random.one_in(5) {
                    citizens.push(CitizenId::new());
                }
                let citizen = *random.pick(&citizens);
                add(&record, citizen, n as i64).unwrap();
                acknowledged.push((citizen, disk.now()));
            }
        }
        let at = 1 + random.below(disk.now() as u64) as usize;
        let image = SimDisk::from_image(disk.cut(at, &mut random));
        let durable = |citizen| {
            acknowledged.iter().filter(|(who, moment)| *who == citizen && *moment <= at).count()
        };
        ruin_view(&dir.path().join("view"), &mut random);
        let options =
            RecordOptions { boot: Some("the next".to_owned()), ..on(&image, dir.path(), engine) };
        let (record, _) = Record::open(options)
            .unwrap_or_else(|error| panic!("round {round} of seed {seed}: {error}"));
        let mut there = 0;
        for citizen in &citizens {
            let kept = count(&record, *citizen);
            assert!(kept >= durable(*citizen), "round {round} of seed {seed}");
            let stream = StreamId::Citizen(*citizen);
            assert_eq!(record.events(stream, 1, 1000).unwrap().len(), kept);
            there += kept as u64;
        }
        assert_eq!(there, record.last());
        assert_eq!(verify_view(&record, &|_| {}).unwrap().findings, [], "round {round} of {seed}");
        citizens.iter().for_each(|citizen| add(&record, *citizen, 9999).unwrap());
    }
}

/// What a power cut may do to files that were never synced: anything. The view says that it was not closed.
fn ruin_view(view: &Path, random: &mut Random) {
    let state = view.join("state.json");
    let text = std::fs::read_to_string(&state).unwrap();
    std::fs::write(&state, text.replace("\"closed\":true", "\"closed\":false")).unwrap();
    ruin(&view.join("1"), random);
}

fn ruin(dir: &Path, random: &mut Random) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            ruin(&path, random);
            continue;
        }
        let mut bytes = std::fs::read(&path).unwrap();
        match random.below(4) {
            0 => bytes.clear(),
            1 => bytes.truncate(random.below(bytes.len() as u64 + 1) as usize),
            2 if !bytes.is_empty() => {
                for _ in 0..20 {
                    let at = random.below(bytes.len() as u64) as usize;
                    bytes[at] = random.next() as u8;
                }
            }
            _ => {}
        }
        std::fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn a_view_that_is_missing_foreign_or_of_another_layout_is_rebuilt_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let citizen = CitizenId::new();
    let open = |engine| {
        let (record, opened) = Record::open(small(dir.path(), engine)).unwrap();
        assert_eq!(count(&record, citizen) as u64, record.last());
        (record, opened.rebuilt)
    };
    let (record, rebuilt) = open(EngineKind::Sled);
    assert_eq!(rebuilt, None);
    (0..10).for_each(|n| add(&record, citizen, n).unwrap());
    drop(record);
    assert!(open(EngineKind::Redb).1.unwrap().contains("another engine"));
    assert!(open(EngineKind::Memory).1.unwrap().contains("another engine"));
    assert!(open(EngineKind::Sled).1.unwrap().contains("another engine"));
    assert_eq!(open(EngineKind::Sled).1, None);
    let state = dir.path().join("view/state.json");
    let text = std::fs::read_to_string(&state).unwrap();
    let layout = format!("\"layout\":{}", gtp_record::view::LAYOUT);
    assert!(text.contains(&layout));
    std::fs::write(&state, text.replace(&layout, "\"layout\":0")).unwrap();
    assert!(open(EngineKind::Sled).1.unwrap().contains("layout 0"));
    std::fs::remove_dir_all(dir.path().join("view")).unwrap();
    assert!(open(EngineKind::Sled).1.unwrap().contains("there is none"));
    let folders = std::fs::read_dir(dir.path().join("view")).unwrap().count();
    assert_eq!(folders, 2, "old views are cleared away");
}

#[test]
fn a_machine_that_was_shut_down_properly_keeps_its_view() {
    let dir = tempfile::tempdir().unwrap();
    let citizen = CitizenId::new();
    let boot = |name: &str| RecordOptions {
        boot: Some(name.to_owned()),
        ..small(dir.path(), EngineKind::Sled)
    };
    let (record, _) = Record::open(boot("first")).unwrap();
    (0..10).for_each(|n| add(&record, citizen, n).unwrap());
    drop(record);
    let (record, opened) = Record::open(boot("second")).unwrap();
    assert_eq!((opened.rebuilt, opened.replayed), (None, 0));
    assert_eq!(count(&record, citizen), 10);
    add(&record, citizen, 11).unwrap();
    // The machine stops without a chance to close.
    std::mem::forget(record);
}

#[test]
fn a_view_can_be_rebuilt_while_it_is_read_and_written() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::open(small(dir.path(), engine)).unwrap().0);
        let citizen = CitizenId::new();
        (0..200).for_each(|n| add(&record, citizen, n).unwrap());
        let other = Arc::clone(&record);
        let reader = std::thread::spawn(move || {
            for n in 200..400 {
                add(&other, citizen, n).unwrap();
                assert_eq!(count(&other, citizen) as i64, n + 1);
            }
        });
        (0..5).for_each(|_| record.rebuild_view().unwrap());
        reader.join().unwrap();
        assert_eq!(verify_view(&record, &|_| {}).unwrap().findings, []);
    }
}

#[test]
fn damage_far_back_in_the_journal_is_noticed_while_the_host_serves() {
    let dir = tempfile::tempdir().unwrap();
    let citizen = CitizenId::new();
    let (record, _) = Record::open(small(dir.path(), ENGINES[0])).unwrap();
    (0..600).for_each(|n| add(&record, citizen, n).unwrap());
    let segments = record.reader().segments();
    assert!(segments.len() > 3);
    drop(record);
    let path = dir.path().join("journal").join(&segments[1].name);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[3000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let (told, hear) = std::sync::mpsc::channel();
    let told = std::sync::Mutex::new(told);
    let options = RecordOptions {
        patrol: true,
        on_stop: Arc::new(move |why| told.lock().unwrap().send(why.to_owned()).unwrap()),
        ..small(dir.path(), ENGINES[0])
    };
    let (record, _) = Record::open(options).unwrap();
    let why = hear.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    assert!(why.contains(&segments[1].name) && why.contains("offset"), "{why}");
    assert!(matches!(add(&record, citizen, 601), Err(StoreError::Stopped { .. })));
    assert_eq!(count(&record, citizen), 600);
}

/// A small file system of its own, where this may be had.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(megabytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(dir)),
            _ => {
                println!("no file system may be mounted here: left to the simulated disk");
                None
            }
        }
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.0.path().join("filler")).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_disk_filled_to_the_last_byte_by_somebody_else_leaves_everything_readable() {
    for engine in ENGINES {
        let Some(disk) = SmallDisk::new(64) else { return };
        let dir = disk.0.path().join("data");
        let citizen = CitizenId::new();
        let open = || {
            let mut options = RecordOptions { reserve: 4 << 20, ..small(&dir, engine) };
            options.journal.keep_free = 2 << 20;
            Record::open(options).unwrap()
        };
        let (record, _) = open();
        (0..300).for_each(|n| add(&record, citizen, n).unwrap());
        disk.fill();
        for n in 300..310 {
            assert!(matches!(add(&record, citizen, n), Err(StoreError::Full)));
            assert_eq!(count(&record, citizen), 300);
        }
        drop(record);
        let (record, opened) = open();
        assert!(opened.reserve_given_back);
        assert_eq!(count(&record, citizen), 300);
        assert!(matches!(add(&record, citizen, 310), Err(StoreError::Full)));
        std::fs::remove_file(disk.0.path().join("filler")).unwrap();
        add(&record, citizen, 311).unwrap();
        assert_eq!(count(&record, citizen), 301);
        assert_eq!(verify_view(&record, &|_| {}).unwrap().findings, []);
    }
}
