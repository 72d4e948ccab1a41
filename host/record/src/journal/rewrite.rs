//! Taking single events out of a closed segment.
//!
//! The new file has the same frames at the same places; only the payloads of the erased events are others.
//! It is complete and synced before it takes the old one's name, so there is always one sound segment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::frame::{self, Codec, Record};
use super::reader::Reader;
use super::segment::{Next, SEGMENT_HEADER, Segment};

const STEP: usize = 1 << 20;

/// Replaces the payloads of some events of a segment; the new ones are as long as the old.
pub(crate) fn rewrite(
    disk: &dyn Disk,
    dir: &Path,
    reader: &Reader,
    segment: &Segment,
    erased: &BTreeMap<u64, Vec<u8>>,
) -> Result<(), JournalError> {
    let path = dir.join(&segment.name);
    let new_path = dir.join(format!("{}.new", segment.name));
    let new =
        disk.create(&new_path).map_err(|error| JournalError::io("create", &new_path, error))?;
    let written = |result: std::io::Result<()>| {
        result.map_err(|error| JournalError::io("write", &new_path, error))
    };
    copy(segment, &*new, &written)?;
    let mut frames = segment.frames();
    loop {
        let (bytes, at) = match frames.next()? {
            Next::Frame(frame, at, _) if touches(&frame, erased) => {
                (with_erased(&frame, erased), at)
            }
            Next::Frame(..) => continue,
            Next::End(_) => break,
            Next::Bad(at, what) => return Err(segment.damaged(at, what)),
        };
        written(new.write_at(&bytes, at))?;
    }
    written(new.sync())?;
    disk.rename(&new_path, &path).map_err(|error| JournalError::io("rename", &new_path, error))?;
    disk.sync_dir(dir).map_err(|error| JournalError::io("sync", dir, error))?;
    let (replaced, _) = Segment::open(Arc::clone(&new), &path, segment.first)?;
    reader.replace(replaced);
    Ok(())
}

fn touches(frame: &frame::Frame<'_>, erased: &BTreeMap<u64, Vec<u8>>) -> bool {
    erased.range(frame.first..=frame.last()).next().is_some()
}

fn with_erased(frame: &frame::Frame<'_>, erased: &BTreeMap<u64, Vec<u8>>) -> Vec<u8> {
    let records: Vec<Record<'_>> = frame
        .records()
        .zip(frame.first..)
        .map(|(record, number)| match erased.get(&number) {
            Some(stone) => Record { codec: Codec::ERASED, key: record.key, payload: stone },
            None => record,
        })
        .collect();
    let mut bytes = Vec::new();
    frame::write(&mut bytes, frame.first, frame.group, &records);
    bytes
}

fn copy(
    segment: &Segment,
    to: &dyn DiskFile,
    written: &dyn Fn(std::io::Result<()>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let size = segment.file.size().map_err(|error| segment.read_error(error))?;
    let mut bytes = vec![0; STEP];
    let mut at = 0;
    while at < size.max(SEGMENT_HEADER) {
        let read =
            segment.file.read_at(&mut bytes, at).map_err(|error| segment.read_error(error))?;
        if read == 0 {
            break;
        }
        written(to.write_at(bytes.get(..read).unwrap_or(&[]), at))?;
        at += read as u64;
    }
    Ok(())
}
