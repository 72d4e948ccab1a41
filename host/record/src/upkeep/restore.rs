//! Bringing a record back from a backup.
//!
//! The backup is unpacked beside, checked as a whole, and only then takes its place. What was erased since
//! the backup was taken is erased again when the record is opened.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gtp_model::Digest;
use sha2::{Digest as _, Sha256};

use super::backup::{BESIDE, FOLDER, FORMAT, MANIFEST, Manifest, SUMS};
use super::ledger::{self, Erasure};
use super::verify::verify_journal;
use super::{UpkeepError, tar};
use crate::journal::FolderLock;
use crate::journal::disk::RealDisk;
use crate::journal::segment::first_from_name;
use crate::vault::KeySource;

/// No file of a backup is larger than this.
const MOST: u64 = 1 << 32;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The last event in it.
    pub last_event: u64,
    /// When the backup was taken.
    pub taken: gtp_model::Time,
    /// Citizens erased since, who are erased again when the record is opened.
    pub to_be_erased: u64,
}

/// Restores a backup into a data folder that holds no journal, with the master key that it was encrypted under. A list of erasures that is there already is
/// kept and joined with the backup's.
///
/// # Errors
/// [`UpkeepError::Backup`] where it is not whole, [`UpkeepError::InTheWay`] where a journal is there already.
pub fn restore(
    backup: &mut dyn Read,
    dir: &Path,
    key: &KeySource,
) -> Result<RestoreReport, UpkeepError> {
    fs::create_dir_all(dir).map_err(UpkeepError::io("create", dir))?;
    let _lock = FolderLock::take(dir)?;
    if dir.join("journal").exists() {
        return Err(UpkeepError::InTheWay { path: dir.to_path_buf() });
    }
    let unpacked = dir.join("restoring");
    let _ = fs::remove_dir_all(&unpacked);
    let result = unpack(backup, &unpacked).and_then(|manifest| {
        check(&unpacked, &manifest, key)?;
        Ok((put_in_place(&unpacked, dir)?, manifest))
    });
    let _ = fs::remove_dir_all(&unpacked);
    let (to_be_erased, manifest) = result?;
    Ok(RestoreReport { last_event: manifest.last_event, taken: manifest.taken, to_be_erased })
}

/// Writes the files of the archive under `to`, and sees that they are what its list says.
fn unpack(backup: &mut dyn Read, to: &Path) -> Result<Manifest, UpkeepError> {
    fs::create_dir_all(to.join("journal")).map_err(UpkeepError::io("create", to))?;
    fs::create_dir_all(to.join("checkpoint")).map_err(UpkeepError::io("create", to))?;
    fs::create_dir_all(to.join("keys")).map_err(UpkeepError::io("create", to))?;
    let mut sums = BTreeMap::new();
    let mut manifest = None;
    loop {
        let entry = tar::read_entry(backup, MOST).map_err(|error| {
            UpkeepError::Backup(format!("it is cut short or no backup ({error})"))
        })?;
        let Some((name, bytes)) = entry else {
            return Err(UpkeepError::Backup("it has no list of checksums".to_owned()));
        };
        if name == SUMS {
            compare(&sums, &bytes)?;
            return manifest.ok_or_else(|| UpkeepError::Backup("it has no manifest".to_owned()));
        }
        let short = name.strip_prefix(FOLDER).unwrap_or("").to_owned();
        sums.insert(short.clone(), Digest(Sha256::digest(&bytes).into()));
        if name == MANIFEST {
            manifest = Some(read_manifest(&bytes)?);
            continue;
        }
        let segment = short.strip_prefix("journal/").and_then(first_from_name).is_some();
        // Only names that a backup has: nothing is ever written outside the folder.
        if !segment && !BESIDE.contains(&short.as_str()) {
            return Err(UpkeepError::Backup(format!(
                "it holds a file {name:?} that no backup has"
            )));
        }
        write(&to.join(&short), &bytes)?;
    }
}

fn read_manifest(bytes: &[u8]) -> Result<Manifest, UpkeepError> {
    let manifest: Manifest = serde_json::from_slice(bytes)
        .map_err(|error| UpkeepError::Backup(format!("its manifest is unreadable ({error})")))?;
    if manifest.format != FORMAT {
        let what = format!("it has format {}, this version reads {FORMAT}", manifest.format);
        return Err(UpkeepError::Backup(what));
    }
    Ok(manifest)
}

fn compare(found: &BTreeMap<String, Digest>, list: &[u8]) -> Result<(), UpkeepError> {
    let list = String::from_utf8_lossy(list);
    let listed: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name, sum))
        .collect();
    for (name, sum) in found {
        if listed.get(name.as_str()) != Some(&sum.to_string().as_str()) {
            return Err(UpkeepError::Backup(format!(
                "{name} is not what its list of checksums says"
            )));
        }
    }
    if listed.len() != found.len() {
        return Err(UpkeepError::Backup("a file of its list is missing".to_owned()));
    }
    Ok(())
}

/// Reads the whole journal once more as a journal.
fn check(unpacked: &Path, manifest: &Manifest, key: &KeySource) -> Result<(), UpkeepError> {
    let report = verify_journal(Arc::new(RealDisk), unpacked, key, &|_| {})
        .map_err(|error| UpkeepError::Backup(error.to_string()))?;
    if let Some(finding) = report.findings.first() {
        return Err(UpkeepError::Backup(finding.to_string()));
    }
    if report.events != manifest.last_event {
        return Err(UpkeepError::Backup(format!(
            "it says it ends with event {}, and ends with {}",
            manifest.last_event, report.events
        )));
    }
    Ok(())
}

fn put_in_place(unpacked: &Path, dir: &Path) -> Result<u64, UpkeepError> {
    let here = ledger::read(dir).map_err(UpkeepError::io("read", &dir.join(ledger::NAME)))?;
    let there = ledger::read(unpacked).map_err(UpkeepError::io("read", unpacked))?;
    let again: Vec<Erasure> = here
        .iter()
        .filter(|erasure| !there.iter().any(|old| old.citizen == erasure.citizen && old.finished))
        .map(|erasure| Erasure { finished: false, ..erasure.clone() })
        .collect();
    for erasure in there.iter().filter(|old| !here.iter().any(|new| new.citizen == old.citizen)) {
        ledger::append(dir, erasure).map_err(UpkeepError::io("write", &dir.join(ledger::NAME)))?;
    }
    for erasure in &again {
        ledger::append(dir, erasure).map_err(UpkeepError::io("write", &dir.join(ledger::NAME)))?;
    }
    let _ = fs::remove_dir_all(dir.join("view"));
    let _ = fs::remove_dir_all(dir.join("tree"));
    // Checkpoints over events that the backup does not hold stay for whoever wants to compare.
    // Keys that were made since belong to a journal that somebody moved away.
    for folder in ["checkpoint", "keys"] {
        if dir.join(folder).exists() {
            rename(&dir.join(folder), &free_name(dir, folder))?;
        }
        if unpacked.join(folder).join(if folder == "keys" { "wrapped" } else { "" }).exists() {
            rename(&unpacked.join(folder), &dir.join(folder))?;
        }
    }
    rename(&unpacked.join("journal"), &dir.join("journal"))?;
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(UpkeepError::io("sync", dir))?;
    Ok(again.len() as u64)
}

fn free_name(dir: &Path, folder: &str) -> PathBuf {
    let mut number = 1;
    loop {
        let name = dir.join(format!("{folder}.before-restore-{number}"));
        if !name.exists() {
            return name;
        }
        number += 1;
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), UpkeepError> {
    let mut file = File::create(path).map_err(UpkeepError::io("create", path))?;
    file.write_all(bytes).map_err(UpkeepError::io("write", path))?;
    file.sync_all().map_err(UpkeepError::io("sync", path))
}

fn rename(from: &Path, to: &Path) -> Result<(), UpkeepError> {
    fs::rename(from, to).map_err(UpkeepError::io("rename", from))?;
    let synced = File::open(to).and_then(|dir| dir.sync_all());
    synced.map_err(UpkeepError::io("sync", to))
}
