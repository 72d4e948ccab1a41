//! Opening a journal: which segments there are, and where the last one ends.
//!
//! Only the end of the last segment can have been half written when the power went. Everything before
//! was synced before something after it was written, so anything wrong there is damage, and damage is
//! never mended silently. The bodies of older segments are checked when they are read and by `verify`;
//! opening looks at their headers and at the whole of the last segment.

use std::path::Path;

use super::disk::Disk;
use super::error::JournalError;
use super::segment::{self, Next, Segment};

/// What was cut from the end of the journal because it had never been acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// File name of the segment.
    pub segment: String,
    /// Where the cut was made.
    pub offset: u64,
    /// How many bytes behind it were set to zero.
    pub bytes: u64,
}

/// Whether somebody else may be writing while we look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Nobody: what stands at the end is all there will be.
    Nobody,
    /// A host: its last group may be half written, and what is not there yet may be there in a moment.
    AHost,
}

/// What opening found.
pub(crate) struct Found {
    pub segments: Vec<Segment>,
    pub installation: Option<[u8; 16]>,
    /// Number of the event that comes next.
    pub next: u64,
    /// Where the next frame goes in the last segment.
    pub end: u64,
    pub torn: Option<Cut>,
}

/// Reads what is there without changing anything.
pub(crate) fn survey(disk: &dyn Disk, dir: &Path, writing: Writing) -> Result<Found, JournalError> {
    let mut firsts: Vec<u64> = disk
        .list(dir)
        .map_err(|error| JournalError::io("list", dir, error))?
        .iter()
        .filter_map(|name| segment::first_from_name(name))
        .collect();
    firsts.sort_unstable();

    let mut segments = Vec::with_capacity(firsts.len());
    let mut installation = None;
    for first in firsts {
        let path = dir.join(segment::file_name(first));
        let file = disk.open(&path).map_err(|error| JournalError::io("open", &path, error))?;
        let (segment, owner) = Segment::open(file, &path, first)?;
        if installation.is_some_and(|known| known != owner) {
            return Err(segment.damaged(16, "it belongs to another installation"));
        }
        installation = Some(owner);
        segments.push(segment);
    }
    check_beginning(&segments)?;
    let (next, end, torn) = match segments.last() {
        Some(last) => find_end(last, writing)?,
        None => (1, 0, None),
    };
    Ok(Found { segments, installation, next, end, torn })
}

/// The first segment must begin with event 1: a journal whose oldest files are missing is damaged.
fn check_beginning(segments: &[Segment]) -> Result<(), JournalError> {
    match segments.first() {
        Some(segment) if segment.first != 1 => Err(segment.damaged(
            0,
            format!(
                "it is the first segment there is, and events 1 to {} are missing",
                segment.first - 1
            ),
        )),
        _ => Ok(()),
    }
}

fn find_end(last: &Segment, writing: Writing) -> Result<(u64, u64, Option<Cut>), JournalError> {
    let mut frames = last.frames();
    let mut expected = last.first;
    let end = loop {
        match frames.next()? {
            Next::Frame(frame, at, _) if frame.first != expected => {
                return Err(last.damaged(
                    at,
                    format!("event {expected} should stand here, event {} does", frame.first),
                ));
            }
            Next::Frame(frame, ..) => expected = frame.last() + 1,
            Next::End(at) | Next::Bad(at, _) => break at,
        }
    };
    let torn = |dirty| Cut { segment: last.name.clone(), offset: end, bytes: dirty - end };
    let torn = match (last.survey_tail(end, expected), writing) {
        (Ok(_), Writing::AHost) => None,
        // It was written between our two looks at it.
        (Err(_), Writing::AHost) if stands_at(last, end, expected)? => None,
        (surveyed, _) => surveyed?.map(torn),
    };
    Ok((expected, end, torn))
}

/// Whether the frame of this event stands there by now.
fn stands_at(last: &Segment, end: u64, expected: u64) -> Result<bool, JournalError> {
    Ok(matches!(last.frames_from(end).next()?, Next::Frame(frame, ..) if frame.first == expected))
}

/// Sets a torn tail to zero for good, so that nothing of it can come back behind a later, shorter frame.
pub(crate) fn cut(segment: &Segment, torn: &Cut) -> Result<(), JournalError> {
    zero(segment, torn.offset, torn.bytes)
}

pub(crate) fn zero(segment: &Segment, from: u64, bytes: u64) -> Result<(), JournalError> {
    let zeros = vec![0; bytes as usize];
    let path = Path::new(&segment.name);
    segment.file.write_at(&zeros, from).map_err(|error| JournalError::io("cut", path, error))?;
    segment.file.sync().map_err(|error| JournalError::io("sync", path, error))
}
