//! Checking, backing up, restoring, exporting, erasing and proving.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use gtp_model::{Actor, Citizen, CitizenId, Role, Time};
use gtp_record::event::account::AccountAdded;
use gtp_record::event::{Event, StreamId};
use gtp_record::journal::disk::RealDisk;
use gtp_record::tree;
use gtp_record::upkeep::{
    Finding, SealKey, Style, UpkeepError, VerifyReport, backup, erase, export, restore,
    verify_journal, verify_view,
};
use gtp_record::view::queries::{self, Window};
use gtp_record::{Commit, Expected, Record, Store, StoreError};
use support::*;

const NOW: Time = Time(1_764_000_000_000);

fn open(dir: &Path) -> Record {
    Record::open(small(dir, ENGINES[0])).unwrap().0
}

/// Registers citizens and gives each some values and an account, over a few segments.
fn populate(record: &Record, citizens: u32) -> Vec<Citizen> {
    let citizens: Vec<Citizen> = (0..citizens).map(demo_citizen).collect();
    for citizen in &citizens {
        let account = AccountAdded {
            account: format!("demo-{}", citizen.id),
            name: citizen.name.clone(),
            role: Role::Citizen,
            unit: None,
            citizen: Some(citizen.id),
            password: None,
        };
        let both = commit(citizen.id, Expected::Version(0))
            .event(registered(citizen))
            .stream(StreamId::Accounts, Expected::Any)
            .event(account);
        record.commit(both).wait().unwrap();
    }
    for n in 0..40 {
        for citizen in &citizens {
            let value = recorded(&weight(citizen.id, NOW.plus(n * 1000), 80.0));
            record.commit(commit(citizen.id, Expected::Any).event(value)).wait().unwrap();
        }
    }
    citizens
}

fn check_journal(dir: &Path) -> VerifyReport {
    verify_journal(Arc::new(RealDisk), dir, &key_of(dir), &|_| {}).unwrap()
}

fn assert_sound(record: &Record) {
    let journal = check_journal(record.dir());
    assert_eq!(journal.findings, []);
    assert_eq!(journal.events, record.last());
    let view = verify_view(record, &|_| {}).unwrap();
    assert_eq!(view.findings, []);
    assert!(view.keys > 0);
}

fn exported(record: &Record, citizen: CitizenId, style: Style) -> String {
    let mut out = Vec::new();
    export(record, StreamId::Citizen(citizen), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_sound_record_passes_and_says_what_was_checked() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 8);
    assert_sound(&record);
    let report = check_journal(dir.path());
    assert_eq!((report.streams, report.erased), (9, 0));
    assert!(report.segments > 1 && report.bytes > 100_000, "{report:?}");
}

#[test]
fn a_changed_key_of_the_view_is_found() {
    for what in ["changed", "removed", "added"] {
        let dir = tempfile::tempdir().unwrap();
        populate(&open(dir.path()), 3);
        let db = sled::open(dir.path().join("view/1")).unwrap();
        let (key, _) = db.scan_prefix(b"o").next().unwrap().unwrap();
        match what {
            "changed" => drop(db.insert(key, b"other").unwrap()),
            "removed" => drop(db.remove(key).unwrap()),
            _ => drop(db.insert(b"o-more", b"other").unwrap()),
        }
        db.flush().unwrap();
        drop(db);
        let record = open(dir.path());
        let report = verify_view(&record, &|_| {}).unwrap();
        let table = if what == "removed" { 'o' } else { '?' };
        assert!(
            matches!(report.findings[..], [Finding::View { table: at, .. }] if at == table),
            "{report:?}"
        );
    }
}

#[test]
fn a_backup_taken_while_writing_is_whole_up_to_one_event() {
    let dir = tempfile::tempdir().unwrap();
    let record = Arc::new(open(dir.path()));
    let citizens = populate(&record, 4);
    let writer = {
        let (record, citizen) = (Arc::clone(&record), citizens[0].id);
        std::thread::spawn(move || {
            for n in 0..2000 {
                let value = recorded(&weight(citizen, NOW.plus(n), 81.0));
                record.commit(commit(citizen, Expected::Any).event(value)).wait().unwrap();
            }
        })
    };
    for round in 0..5 {
        let before = record.last();
        let mut file = Vec::new();
        let report = backup(&record, NOW, &mut file).unwrap();
        assert!(report.last_event >= before);
        assert_eq!(report.bytes, file.len() as u64);
        let other = tempfile::tempdir().unwrap();
        let restored = restore(&mut &file[..], other.path(), &key_of(dir.path())).unwrap();
        hand_over_key(dir.path(), other.path());
        assert_eq!(restored.last_event, report.last_event);
        let copy = open(other.path());
        assert_eq!(copy.last(), report.last_event, "round {round}");
        assert_eq!(copy.installation(), record.installation());
        if round == 4 {
            assert_sound(&copy);
        }
    }
    writer.join().unwrap();
}

#[test]
fn a_backup_is_an_ordinary_archive_with_checksums() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 2);
    record.checkpoint(NOW).unwrap();
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar")
        .args(["xf", "-", "-C"])
        .arg(out.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    tar.stdin.take().unwrap().write_all(&file).unwrap();
    assert!(tar.wait().unwrap().success());
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "SHA256SUMS"])
        .current_dir(out.path().join("gtp-backup"))
        .status()
        .unwrap();
    assert!(sums.success());
}

#[test]
fn a_backup_with_any_byte_changed_or_missing_is_refused_and_nothing_is_restored() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 1);
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    let seed = support::random::seed();
    let mut random = support::random::Random::new(seed);
    let target = tempfile::tempdir().unwrap();
    let mut refused = 0;
    for _ in 0..200 {
        let mut bad = file.clone();
        // The last kilobyte ends the archive and says nothing.
        let at = random.below(file.len() as u64 - 1024) as usize;
        if random.one_in(4) {
            bad.truncate(at);
        } else {
            bad[at] ^= 1 << random.below(8);
        }
        match restore(&mut &bad[..], target.path(), &key_of(dir.path())) {
            Err(UpkeepError::Backup(_)) => refused += 1,
            Err(other) => panic!("seed {seed}, byte {at}: {other}"),
            // Padding between files belongs to none of them.
            Ok(_) => std::fs::remove_dir_all(target.path().join("journal")).unwrap(),
        }
        assert!(!target.path().join("journal").exists());
        assert!(!target.path().join("restoring").exists());
    }
    assert!(refused > 150, "{refused}");
}

#[test]
fn nothing_is_restored_over_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 1);
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    drop(record);
    let error = restore(&mut &file[..], dir.path(), &key_of(dir.path())).unwrap_err();
    assert!(matches!(error, UpkeepError::InTheWay { .. }), "{error}");
}

#[test]
fn an_export_is_a_chain_that_sha256sum_can_follow() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let citizen = populate(&record, 3)[1].clone();
    let exact = exported(&record, citizen.id, Style::Exact);
    let lines: Vec<&str> = exact.lines().collect();
    assert_eq!(lines.len(), 41);
    for pair in lines.windows(2) {
        let mut sum =
            Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        sum.stdin.take().unwrap().write_all(pair[0].as_bytes()).unwrap();
        let sum = String::from_utf8(sum.wait_with_output().unwrap().stdout).unwrap();
        assert!(pair[1].contains(&format!("\"previous\":\"{}\"", &sum[..64])));
    }
    let readable = exported(&record, citizen.id, Style::Readable);
    assert!(readable.contains("\"name\": \"Demo Borger 1\""));
}

/// Whether any file under `dir` holds these bytes.
fn anywhere(dir: &Path, needle: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return anywhere(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap();
        memchr::memmem::find(&bytes, needle.as_bytes()).is_some()
    })
}

#[test]
fn an_erased_citizen_is_gone_and_everything_else_still_holds() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let (record, _) = Record::open(small(dir.path(), engine)).unwrap();
        let citizens = populate(&record, 5);
        let (gone, stays) = (&citizens[2], &citizens[3]);
        let before = record.checkpoint(NOW).unwrap();
        let proof = record.with_checkpoints(|c| c.inclusion(20, before.checkpoint.size)).unwrap();
        let kept = exported(&record, stays.id, Style::Exact);

        let report = erase(&record, gone.id, "asked for it", Actor::host(), NOW).unwrap();
        assert_eq!(report.events, 42);
        assert!(report.segments > 1 && report.keys >= 8, "{report:?}");

        assert_eq!(queries::citizen(&record, gone.id).unwrap(), None);
        let account = format!("demo-{}", gone.id);
        assert_eq!(queries::account(&record, &account).unwrap(), None);
        assert_eq!(record.version(StreamId::Citizen(gone.id)).unwrap(), 0);
        assert_eq!(exported(&record, gone.id, Style::Exact), "");
        assert_eq!(record.vault().state().unwrap().destroyed, 1);
        for citizen in [gone, stays] {
            for secret in [citizen.name.as_str(), citizen.number.as_str()] {
                assert!(!anywhere(dir.path(), secret), "no file says it");
            }
        }
        let value = recorded(&weight(gone.id, NOW, 1.0));
        let refused = record.commit(commit(gone.id, Expected::Any).event(value)).wait();
        assert!(matches!(refused, Err(StoreError::Erased { .. })), "{refused:?}");

        assert_eq!(exported(&record, stays.id, Style::Exact), kept);
        assert_sound(&record);
        assert_eq!(check_journal(dir.path()).erased, 42);
        let again = record.with_checkpoints(|c| c.inclusion(20, before.checkpoint.size)).unwrap();
        assert_eq!(again, proof);
        let after = record.checkpoint(NOW).unwrap().checkpoint;
        let (old, new) = (before.checkpoint, after);
        let proof = record.with_checkpoints(|c| c.consistency(old.size, new.size)).unwrap();
        assert!(tree::consistent(old.size, &old.root, new.size, &new.root, &proof.path));

        // The accounts' stream goes on after the erased event in it.
        let unit = gtp_record::event::account::UnitAdded {
            unit: gtp_model::Unit {
                id: "sor-1".parse().unwrap(),
                name: "Demo".to_owned(),
                sector: gtp_model::Sector::Hospital,
                looks: gtp_model::Text::default(),
                under: None,
            },
        };
        let add = Commit::new(Actor::host(), NOW).stream(StreamId::Accounts, Expected::Version(5));
        record.commit(add.event(unit)).wait().unwrap();
        drop(record);
        let (record, _) = Record::open(small(dir.path(), engine)).unwrap();
        assert_sound(&record);
        assert!(erase(&record, gone.id, "again", Actor::host(), NOW).unwrap().events == 0);
    }
}

#[test]
fn an_erasure_that_a_crash_cut_short_is_finished_at_the_next_opening() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let gone = populate(&record, 3)[0].clone();
    drop(record);
    // What the ledger looks like when the process died right after it began.
    let line = serde_json::json!({
        "citizen": gone.id, "reason": "asked for it", "at": NOW,
        "by": Actor::host(), "finished": false,
    });
    std::fs::write(dir.path().join("erasures.jsonl"), format!("{line}\n")).unwrap();
    let record = open(dir.path());
    assert_eq!(record.vault().state().unwrap().destroyed, 1);
    assert_eq!(check_journal(dir.path()).erased, 42);
    assert_eq!(queries::citizen(&record, gone.id).unwrap(), None);
    let last = record.events(StreamId::Installation, 1, 10).unwrap().pop().unwrap();
    assert!(matches!(last.event, Event::CitizenErased(event) if event.citizen == gone.id));
    assert_sound(&record);
    let events = record.last();
    drop(record);
    assert_eq!(open(dir.path()).last(), events);
}

#[test]
fn a_restored_older_backup_erases_again_what_was_erased_since() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let citizens = populate(&record, 3);
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    erase(&record, citizens[1].id, "asked for it", Actor::host(), NOW).unwrap();
    record.checkpoint(NOW).unwrap();
    drop(record);
    for folder in ["journal", "view"] {
        std::fs::remove_dir_all(dir.path().join(folder)).unwrap();
    }
    let restored = restore(&mut &file[..], dir.path(), &key_of(dir.path())).unwrap();
    assert_eq!(restored.to_be_erased, 1);
    let before = check_journal(dir.path());
    assert_eq!((before.erased, before.findings), (0, vec![]), "the old key reads it once more");
    let record = open(dir.path());
    assert_eq!(record.vault().state().unwrap().destroyed, 1);
    assert_eq!(queries::citizen(&record, citizens[1].id).unwrap(), None);
    assert_eq!(queries::citizen(&record, citizens[0].id).unwrap().unwrap(), citizens[0]);
    assert_sound(&record);
    record.checkpoint(NOW).unwrap();
}

#[test]
fn an_old_checkpoint_proves_that_nothing_was_changed_or_dropped_since() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let citizens = populate(&record, 3);
    let kept = record.checkpoint(NOW).unwrap();
    assert!(SealKey::verify(&kept.public_key, &kept.text, &kept.signature));
    assert!(!SealKey::verify(&kept.public_key, &format!("{} ", kept.text), &kept.signature));
    let published = std::fs::read_to_string(dir.path().join("checkpoint/latest")).unwrap();
    assert_eq!(published, kept.text);
    assert_eq!(check_journal(dir.path()).root, Some(kept.checkpoint.root));
    drop(record);
    let record = open(dir.path());
    for n in 0..30 {
        let value = recorded(&weight(citizens[0].id, NOW.plus(n), 70.0));
        record.commit(commit(citizens[0].id, Expected::Any).event(value)).wait().unwrap();
    }
    let now = record.checkpoint(NOW).unwrap();
    let (old, new) = (&kept.checkpoint, &now.checkpoint);
    let proof = record.with_checkpoints(|c| c.consistency(old.size, new.size)).unwrap();
    assert!(tree::consistent(old.size, &old.root, new.size, &new.root, &proof.path));
    for event in [1, 5, new.size] {
        let proof = record.with_checkpoints(|c| c.inclusion(event, new.size)).unwrap();
        assert!(tree::included(&proof.hash, event, new.size, &proof.path, &new.root));
    }
    assert_eq!(now.public_key, kept.public_key);
    assert_eq!(check_journal(dir.path()).checkpoints, 2);
}

#[test]
fn minisign_itself_accepts_a_checkpoint_where_it_is_installed() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 1);
    record.checkpoint(NOW).unwrap();
    let folder = dir.path().join("checkpoint");
    let run = Command::new("minisign")
        .args(["-Vm", "latest", "-p", "key.pub"])
        .current_dir(folder)
        .output();
    match run {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => println!("minisign is not installed; the crate checked the signature instead"),
    }
}

#[test]
fn a_record_that_lost_its_newest_events_behind_our_back_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let citizens = populate(&record, 1);
    let window =
        queries::observations(&record, citizens[0].id, &"weight".parse().unwrap(), Window::ALL);
    assert_eq!(window.unwrap().len(), 40);
    record.checkpoint(NOW).unwrap();
    let segments = record.reader().segments();
    drop(record);
    let last = dir.path().join("journal").join(&segments.last().unwrap().name);
    // The last frame is taken off cleanly, as by somebody who knows the format.
    let bytes = std::fs::read(&last).unwrap();
    let at = memchr::memmem::rfind(&bytes, b"GTPf").unwrap();
    let mut shorter = bytes[..at].to_vec();
    shorter.resize(bytes.len(), 0);
    std::fs::write(&last, shorter).unwrap();
    assert!(matches!(check_journal(dir.path()).findings[..], [Finding::Root { .. }]));
    let record = Record::open(small(dir.path(), ENGINES[0]));
    let Err(error) = record else { panic!("opened") };
    assert!(error.to_string().contains("events are missing"), "{error}");
}

#[test]
fn a_journal_that_is_written_to_is_checked_without_a_false_alarm() {
    use std::os::unix::fs::FileExt as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    let dir = tempfile::tempdir().unwrap();
    let record = Arc::new(open(dir.path()));
    let citizen = populate(&record, 1)[0].id;
    let enough = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (record, enough) = (Arc::clone(&record), Arc::clone(&enough));
            std::thread::spawn(move || {
                while !enough.load(Ordering::Relaxed) {
                    let value = recorded(&weight(citizen, NOW, 80.0));
                    record.commit(commit(citizen, Expected::Any).event(value)).wait().unwrap();
                }
            })
        })
        .collect();
    let (mut before, mut rounds) = (0, 0);
    while rounds < 40 || before < 500 {
        rounds += 1;
        let report = check_journal(dir.path());
        assert_eq!(report.findings, []);
        assert!(report.events >= before);
        before = report.events;
    }
    enough.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());

    // What is really damaged is found all the same, while it is in use and after.
    let last = || record.reader().segments().last().unwrap().clone();
    // With whole frames after it: what is damaged at the very end may never have been acknowledged.
    let mut frames = (last().first, 0);
    while frames.1 < 3 {
        let value = recorded(&weight(citizen, NOW, 80.0));
        record.commit(commit(citizen, Expected::Any).event(value)).wait().unwrap();
        let segment = last().first;
        frames = (segment, if segment == frames.0 { frames.1 + 1 } else { 0 });
    }
    let path = dir.path().join("journal").join(last().name);
    let file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    // Encrypted as it is, any byte may stand there: another one is put in its place.
    let mut byte = [0];
    file.read_exact_at(&mut byte, 100).unwrap();
    file.write_all_at(&[!byte[0]], 100).unwrap();
    assert!(matches!(check_journal(dir.path()).findings[..], [Finding::Damaged(_)]));
    drop(record);
    assert!(matches!(check_journal(dir.path()).findings[..], [Finding::Damaged(_)]));
}

/// Everything under a folder, as it lies on the disk.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let new = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &new);
        } else {
            std::fs::copy(&path, new).unwrap();
        }
    }
}

#[test]
fn nothing_of_anybody_stands_in_any_file_of_the_data_folder_while_it_is_in_use() {
    for engine in ENGINES {
        let dir = tempfile::tempdir().unwrap();
        let (record, _) = Record::open(small(dir.path(), engine)).unwrap();
        let citizens = populate(&record, 3);
        record.checkpoint(NOW).unwrap();
        let mut file = Vec::new();
        backup(&record, NOW, &mut file).unwrap();
        std::fs::write(dir.path().join("backup.tar"), file).unwrap();
        // As a thief finds it: with what the view's engine and buffer have on the disk by now, and closed.
        let thieves = tempfile::tempdir().unwrap();
        copy_folder(dir.path(), &thieves.path().join("running"));
        drop(record);
        copy_folder(dir.path(), &thieves.path().join("closed"));
        for citizen in &citizens {
            for secret in [citizen.name.as_str(), citizen.number.as_str(), "weight\":", "80.0"] {
                assert!(!anywhere(thieves.path(), secret), "{secret} stands in a file, {engine:?}");
            }
        }
    }
}

#[test]
fn a_backup_is_not_restored_without_the_master_key_and_says_which_it_needs() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    populate(&record, 1);
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    let other = tempfile::tempdir().unwrap();
    let error = restore(&mut &file[..], other.path(), &key_of(other.path())).unwrap_err();
    let needed = record.vault().state().unwrap().master;
    assert!(matches!(&error, UpkeepError::Backup(what) if what.contains(&needed)), "{error}");
    assert!(!other.path().join("journal").exists());
    assert!(!other.path().join(gtp_record::vault::KeySource::FILE).exists());
    hand_over_key(dir.path(), other.path());
    restore(&mut &file[..], other.path(), &key_of(other.path())).unwrap();
    assert_sound(&open(other.path()));
}

#[test]
fn a_backup_from_before_a_new_master_key_is_restored_with_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let citizen = populate(&record, 2)[0].clone();
    let mut file = Vec::new();
    backup(&record, NOW, &mut file).unwrap();
    let rotated = record.vault().rotate().unwrap();
    assert_sound(&record);
    let value = recorded(&weight(citizen.id, NOW.plus(99_000), 81.0));
    record.commit(commit(citizen.id, Expected::Any).event(value)).wait().unwrap();
    drop(record);
    let record = open(dir.path());
    assert_eq!(record.vault().state().unwrap().master, rotated.now);
    assert_sound(&record);
    drop(record);
    for folder in ["journal", "view"] {
        std::fs::remove_dir_all(dir.path().join(folder)).unwrap();
    }
    restore(&mut &file[..], dir.path(), &key_of(dir.path())).unwrap();
    let record = open(dir.path());
    assert_eq!(record.vault().state().unwrap().master, rotated.now, "it gets the new one at once");
    assert_sound(&record);
}

#[test]
fn an_erasure_that_a_crash_cut_short_before_the_key_was_destroyed_destroys_it() {
    let dir = tempfile::tempdir().unwrap();
    let record = open(dir.path());
    let gone = populate(&record, 3)[1].clone();
    let keys = dir.path().join(gtp_record::vault::NAME);
    let before = std::fs::read(&keys).unwrap();
    erase(&record, gone.id, "asked for it", Actor::host(), NOW).unwrap();
    drop(record);
    // As if the segments were written again and the power went then.
    std::fs::write(&keys, before).unwrap();
    let ledger = dir.path().join("erasures.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replace("\"finished\":true", "\"finished\":false")).unwrap();
    let record = open(dir.path());
    assert_eq!(record.vault().state().unwrap().destroyed, 1);
    assert_sound(&record);
}

#[test]
fn a_record_without_its_master_key_does_not_open_and_nothing_of_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    populate(&open(dir.path()), 1);
    let key = dir.path().join(gtp_record::vault::KeySource::FILE);
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let Err(error) = Record::open(small(dir.path(), ENGINES[0])) else { panic!("opened") };
    assert!(matches!(error, StoreError::Keys(_)), "{error}");
    let findings = check_journal(dir.path()).findings;
    assert!(matches!(&findings[..], [Finding::Damaged(what)] if what.contains("master key")));
    std::fs::write(&key, kept).unwrap();
    assert_sound(&open(dir.path()));
}
