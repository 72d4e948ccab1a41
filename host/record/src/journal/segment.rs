//! A segment: one file of frames, preallocated with zeros.
//!
//! ```text
//! 0  magic "GTPJRNL1"
//! 8  format, now 1
//! 12 CRC32C of the rest of the header
//! 16 id of the installation
//! 32 number of the first event
//! 40 zeros up to 64, then frames
//! ```
//!
//! The file is named after its first event, so that a directory listing is the table of contents. The
//! zeros are really written beforehand: a sync then touches the data blocks and no metadata.

use std::path::Path;
use std::sync::Arc;

use super::disk::DiskFile;
use super::error::JournalError;
use super::frame::{self, ALIGNMENT, FRAME_HEADER, Frame, Parsed};

/// Bytes before the first frame.
pub const SEGMENT_HEADER: u64 = 64;
/// The format this version writes, and the newest it reads.
pub const FORMAT: u32 = 1;

const MAGIC: [u8; 8] = *b"GTPJRNL1";
const SUFFIX: &str = ".journal";
/// How much is read ahead when frames are read in order.
const READ_AHEAD: usize = 1 << 20;

/// A segment that is there to be read.
#[derive(Clone)]
pub struct Segment {
    /// Number of its first event.
    pub first: u64,
    /// Its file name.
    pub name: String,
    pub(crate) file: Arc<dyn DiskFile>,
}

/// The file name of the segment that begins with this event.
#[must_use]
pub fn file_name(first: u64) -> String {
    format!("{first:020}{SUFFIX}")
}

/// The first event of the segment with this file name; none if it is no segment.
#[must_use]
pub fn first_from_name(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}

/// The header of a new segment.
#[must_use]
pub fn header(installation: [u8; 16], first: u64) -> [u8; SEGMENT_HEADER as usize] {
    let mut rest = Vec::with_capacity(48);
    rest.extend_from_slice(&installation);
    rest.extend_from_slice(&first.to_le_bytes());
    rest.resize(48, 0);
    let mut bytes = Vec::with_capacity(SEGMENT_HEADER as usize);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&crc32c::crc32c(&rest).to_le_bytes());
    bytes.extend_from_slice(&rest);
    let mut header = [0; SEGMENT_HEADER as usize];
    header.copy_from_slice(&bytes);
    header
}

impl Segment {
    /// Reads and checks the header; returns the segment and the installation it belongs to.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where the header is not sound, [`JournalError::TooNew`] where a newer
    /// version wrote it.
    pub fn open(
        file: Arc<dyn DiskFile>,
        path: &Path,
        first: u64,
    ) -> Result<(Segment, [u8; 16]), JournalError> {
        let name = file_name(first);
        let mut bytes = [0u8; SEGMENT_HEADER as usize];
        let read =
            file.read_at(&mut bytes, 0).map_err(|error| JournalError::io("read", path, error))?;
        let damaged = |what: &str| JournalError::Damaged {
            segment: name.clone(),
            offset: 0,
            what: what.to_owned(),
        };
        let (before, rest) = bytes.split_at(16);
        let (magic, numbers) = before.split_at(8);
        let (format, crc) = numbers.split_at(4);
        if read < bytes.len() || magic != MAGIC {
            return Err(damaged("this is no journal segment"));
        }
        let format = u32::from_le_bytes(format.try_into().unwrap_or_default());
        if crc != crc32c::crc32c(rest).to_le_bytes() {
            return Err(damaged("the checksum of the segment's header is wrong"));
        }
        if format != FORMAT {
            return Err(JournalError::TooNew { segment: name, found: format, known: FORMAT });
        }
        let (installation, rest) = rest.split_at(16);
        if !rest.starts_with(&first.to_le_bytes()) {
            return Err(damaged("the header names another first event than the file name"));
        }
        let installation = installation.try_into().unwrap_or_default();
        Ok((Segment { first, name, file }, installation))
    }

    /// Reads frames in order, from the first.
    #[must_use]
    pub fn frames(&self) -> Frames {
        self.frames_from(SEGMENT_HEADER)
    }

    /// Reads frames in order from the one at `offset`.
    #[must_use]
    pub fn frames_from(&self, offset: u64) -> Frames {
        Frames { segment: self.clone(), window: Vec::new(), window_at: offset, offset }
    }

    pub(crate) fn damaged(&self, offset: u64, what: impl Into<String>) -> JournalError {
        JournalError::Damaged { segment: self.name.clone(), offset, what: what.into() }
    }

    pub(crate) fn read_error(&self, error: std::io::Error) -> JournalError {
        JournalError::io("read", Path::new(&self.name), error)
    }

    /// The end of the last byte from `offset` on that is not zero. Nearly always there is none, in nearly a whole
    /// segment: it is looked through from behind, a window at a time.
    fn end_of_marks(&self, offset: u64) -> Result<Option<u64>, JournalError> {
        let mut end = self.file.size().map_err(|error| self.read_error(error))?;
        let mut window = vec![0; READ_AHEAD.min(end.saturating_sub(offset) as usize)];
        while end > offset {
            let from = end.saturating_sub(READ_AHEAD as u64).max(offset);
            let part = window.get_mut(..(end - from) as usize).unwrap_or_default();
            let read = self.file.read_at(part, from).map_err(|error| self.read_error(error))?;
            let marked = part.get(..read).unwrap_or_default().iter().rposition(|byte| *byte != 0);
            if let Some(last) = marked {
                return Ok(Some(from + last as u64 + 1));
            }
            end = from;
        }
        Ok(None)
    }

    /// From `offset` on: is there anything but zeros, and does a sound frame of a later group than
    /// `expected` follow? Returns the end of the last byte that is not zero.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where such a frame stands: what lies before it was durable once.
    pub(crate) fn survey_tail(
        &self,
        offset: u64,
        expected: u64,
    ) -> Result<Option<u64>, JournalError> {
        let Some(end) = self.end_of_marks(offset)? else { return Ok(None) };
        let mut bytes = vec![0; (end - offset) as usize];
        let read = self.file.read_at(&mut bytes, offset).map_err(|error| self.read_error(error))?;
        bytes.truncate(read);
        let Some(last) = bytes.iter().rposition(|byte| *byte != 0) else {
            return Ok(None);
        };
        for at in (0..=last).step_by(ALIGNMENT) {
            let group = bytes.get(at..).and_then(frame::group_of);
            if group.is_some_and(|group| group > expected) {
                return Err(self.damaged(
                    offset,
                    format!(
                        "event {expected} should stand here and does not, but sound frames that were \
                         written after it follow at offset {}",
                        offset + at as u64
                    ),
                ));
            }
        }
        Ok(Some(offset + last as u64 + 1))
    }
}

/// Reads the frames of one segment in order.
pub struct Frames {
    segment: Segment,
    window: Vec<u8>,
    window_at: u64,
    offset: u64,
}

/// What comes next in a segment.
#[derive(Debug)]
pub enum Next<'a> {
    /// A sound frame, its offset, and its bytes as they stand in the segment.
    Frame(Frame<'a>, u64, &'a [u8]),
    /// Zeros, or the end of the file: the segment holds no more frames.
    End(u64),
    /// Something that is no frame, where it stands, and what is wrong.
    Bad(u64, &'static str),
}

impl Frames {
    /// The next frame.
    ///
    /// # Errors
    /// What the operating system reports on reading.
    #[allow(clippy::should_implement_trait)] // a lending iterator: the frame borrows the window
    pub fn next(&mut self) -> Result<Next<'_>, JournalError> {
        let mut wanted = FRAME_HEADER;
        let size = loop {
            let complete = self.fill(wanted)?;
            match frame::parse(self.rest()) {
                Parsed::Frame(_, size) => break size,
                Parsed::Short(_) if !complete && self.rest().iter().all(|byte| *byte == 0) => {
                    return Ok(Next::End(self.offset));
                }
                Parsed::Short(_) if !complete => {
                    return Ok(Next::Bad(self.offset, "the frame is cut short"));
                }
                Parsed::Short(more) => wanted = more,
                Parsed::Empty => return Ok(Next::End(self.offset)),
                Parsed::Bad(what) => return Ok(Next::Bad(self.offset, what)),
            }
        };
        let at = self.offset;
        let begin = (at - self.window_at) as usize;
        self.offset += size as u64;
        let bytes = self.window.get(begin..begin + size).unwrap_or(&[]);
        match frame::parse(bytes) {
            Parsed::Frame(frame, _) => Ok(Next::Frame(frame, at, bytes)),
            _ => Ok(Next::Bad(at, "the frame changed while it was read")),
        }
    }

    fn rest(&self) -> &[u8] {
        self.window.get((self.offset - self.window_at) as usize..).unwrap_or(&[])
    }

    /// Sees to it that `wanted` bytes from the offset are in the window; false where the file ends before.
    fn fill(&mut self, wanted: usize) -> Result<bool, JournalError> {
        if self.rest().len() >= wanted {
            return Ok(true);
        }
        let length = self.segment.file.size().map_err(|error| self.segment.read_error(error))?;
        let available = length.saturating_sub(self.offset);
        let take = available.min(wanted.max(READ_AHEAD) as u64) as usize;
        self.window.resize(take, 0);
        self.window_at = self.offset;
        let read = self
            .segment
            .file
            .read_at(&mut self.window, self.offset)
            .map_err(|error| self.segment.read_error(error))?;
        self.window.truncate(read);
        Ok(read >= wanted)
    }
}
