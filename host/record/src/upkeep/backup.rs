//! A copy of the record in one file, taken while the host serves.
//!
//! It holds the journal up to one event, and what lies beside it: the list of erasures and the checkpoints.
//! The view is not in it; it follows from the journal. Its events are encrypted as they are in the journal: the
//! wrapped data keys are in it, and the master key is not. Every frame is checked on its way. The file is a tar
//! archive whose last entry lists the SHA-256 of all others.

use std::io::Write;
use std::path::Path;

use gtp_model::{Digest, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{UpkeepError, ledger, tar};
use crate::journal::segment::{Next, SEGMENT_HEADER, Segment};
use crate::store::{Record, Store};
use crate::vault;

pub(super) const MANIFEST: &str = "gtp-backup/manifest.json";
pub(super) const SUMS: &str = "gtp-backup/SHA256SUMS";
pub(super) const FOLDER: &str = "gtp-backup/";
pub(super) const FORMAT: u32 = 1;

/// Files that lie beside the journal and belong to the record.
pub(super) const BESIDE: [&str; 7] = [
    vault::NAME,
    ledger::NAME,
    "checkpoint/latest",
    "checkpoint/latest.minisig",
    "checkpoint/log",
    "checkpoint/key",
    "checkpoint/key.pub",
];

/// What a backup says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: u32,
    pub installation: String,
    pub last_event: u64,
    pub taken: Time,
}

/// What was backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// The last event in it; everything before it is in it too, nothing after it is.
    pub last_event: u64,
    /// Segments in it.
    pub segments: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// The backup that was taken last of a record, as the data folder remembers it. It lies beside the record and is
/// in no backup: a record that was restored has none of its own yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When.
    pub taken: Time,
    /// The last event in it.
    pub last_event: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// The file that remembers it.
const LAST: &str = "last-backup.json";

/// The backup that was taken last. None where none was, or where nothing remembers it.
///
/// # Errors
/// [`UpkeepError::Io`] where the file is there and cannot be read.
pub fn last_backup(dir: &Path) -> Result<Option<LastBackup>, UpkeepError> {
    let path = dir.join(LAST);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(UpkeepError::io("read", &path)(error)),
    }
}

/// Writes a backup of everything that is acknowledged when it begins. `taken` is noted in it.
///
/// # Errors
/// [`UpkeepError`] where the journal cannot be read, is damaged, or `out` cannot be written: the file is then
/// no backup.
pub fn backup(
    record: &Record,
    taken: Time,
    out: &mut dyn Write,
) -> Result<BackupReport, UpkeepError> {
    // Nobody is erased meanwhile: half of them would be in it.
    let _alone = record.alone();
    let last_event = record.last();
    let mut archive = Archive { out, sums: String::new(), bytes: 0 };
    let manifest =
        Manifest { format: FORMAT, installation: hex(&record.installation()), last_event, taken };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(std::io::Error::from);
    archive.add(MANIFEST, &manifest.map_err(failed)?)?;
    let mut segments = 0;
    for segment in record.reader().segments() {
        if segment.first > last_event {
            break;
        }
        let bytes = frames_upto(&segment, last_event)?;
        archive.add(&format!("{FOLDER}journal/{}", segment.name), &bytes)?;
        segments += 1;
    }
    for name in BESIDE {
        let path = record.dir().join(name);
        match std::fs::read(&path) {
            Ok(bytes) => archive.add(&format!("{FOLDER}{name}"), &bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(UpkeepError::io("read", &path)(error)),
        }
    }
    let bytes = archive.end()?;
    remember(record.dir(), &LastBackup { taken, last_event, bytes });
    Ok(BackupReport { last_event, segments, bytes })
}

/// Notes that a backup was taken. The backup is whole without the note, so failing to write it fails nothing.
fn remember(dir: &Path, last: &LastBackup) {
    let path = dir.join(LAST);
    let written = serde_json::to_vec(last)
        .map_err(std::io::Error::from)
        .and_then(|bytes| std::fs::write(&path, bytes));
    if let Err(error) = written {
        tracing::warn!(%error, "the time of the backup could not be noted");
    }
}

/// The segment's header and its frames up to the last event, all of them sound.
fn frames_upto(segment: &Segment, last_event: u64) -> Result<Vec<u8>, UpkeepError> {
    let mut bytes = vec![0; SEGMENT_HEADER as usize];
    segment.file.read_at(&mut bytes, 0).map_err(|error| segment.read_error(error))?;
    let mut frames = segment.frames();
    let mut expected = segment.first;
    loop {
        match frames.next()? {
            Next::Frame(frame, ..) if frame.first > last_event => return Ok(bytes),
            Next::Frame(frame, at, _) if frame.first != expected => {
                let what =
                    format!("event {expected} should stand here, event {} does", frame.first);
                return Err(segment.damaged(at, what).into());
            }
            Next::Frame(frame, _, raw) => {
                bytes.extend_from_slice(raw);
                expected = frame.last() + 1;
            }
            Next::End(_) => return Ok(bytes),
            // A group that is being written now: its events are not acknowledged yet.
            Next::Bad(..) if expected > last_event => return Ok(bytes),
            Next::Bad(at, what) => return Err(segment.damaged(at, what).into()),
        }
    }
}

struct Archive<'a> {
    out: &'a mut dyn Write,
    sums: String,
    bytes: u64,
}

impl Archive<'_> {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), UpkeepError> {
        let sum = Digest(Sha256::digest(bytes).into());
        let short = name.strip_prefix(FOLDER).unwrap_or(name);
        self.sums.push_str(&format!("{sum}  {short}\n"));
        self.put(name, bytes)
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), UpkeepError> {
        self.bytes += 512 + bytes.len().next_multiple_of(512) as u64;
        tar::write_entry(self.out, name, bytes).map_err(failed)
    }

    fn end(mut self) -> Result<u64, UpkeepError> {
        let sums = std::mem::take(&mut self.sums);
        self.put(SUMS, sums.as_bytes())?;
        tar::write_end(self.out).map_err(failed)?;
        self.out.flush().map_err(failed)?;
        Ok(self.bytes + 1024)
    }
}

fn failed(error: std::io::Error) -> UpkeepError {
    UpkeepError::io("write", Path::new("the backup"))(error)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
